// SPDX-License-Identifier: BSD-2-Clause
// Which source frame a timeline frame shows. A clip's first frame begins at the source's time S = in + in_part / q; its
// k-th frame shows floor(S + k p / q), with p / q = source rate / timeline rate. S is kept exact, so that a window of a
// clip shows the frames that the whole one shows.
#include <stdio.h>

#include "timeline/internal.h"

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// Rates have numbers of 31 bits (check_settings(), ho_timeline_set_media()): the products fit.
struct ratio source_ratio(const struct ho_timeline *timeline, int64_t media)
{
    const struct ho_timeline_media *source = ho_timeline_find_media(timeline, media);
    if (!source || source->still)
        return (struct ratio){0, 1};
    struct ho_rational rate = timeline->settings.rate;
    struct ratio ratio = {source->rate.num * rate.den, source->rate.den * rate.num};
    int64_t divisor = common_divisor(ratio.p, ratio.q);
    return (struct ratio){ratio.p / divisor, ratio.q / divisor};
}

static ho_wide source_time(const struct ho_timeline_clip *clip, struct ratio ratio)
{
    return (ho_wide)clip->in * ratio.q + clip->in_part;
}

void clip_shift_source(struct ho_timeline_clip *clip, struct ratio ratio, ho_wide by)
{
    ho_wide time = source_time(clip, ratio) + by;
    ho_wide in = ho_wide_floor(time, ratio.q);
    clip->in = ho_wide_narrow(in);
    clip->in_part = (int64_t)(time - in * ratio.q);
}

enum ho_result clip_window(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip, int64_t first,
                           int64_t last, struct ho_timeline_clip **out, struct ho_diag *diag)
{
    HO_TRY(ho_timeline_clip_copy(clip, out, diag));
    struct ratio ratio = source_ratio(timeline, clip->media);
    clip_shift_source(*out, ratio, (ho_wide)(first - clip->at) * ratio.p);
    (*out)->origin += first - clip->at;
    (*out)->at = first;
    (*out)->length = last - first + 1;
    return HO_OK;
}

int64_t ho_timeline_parts(const struct ho_timeline *timeline, int64_t media) { return source_ratio(timeline, media).q; }

int64_t ho_timeline_source_frame(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip, int64_t frame)
{
    ho_wide k = (ho_wide)frame - clip->at;
    if (clip->media == 0)
        return ho_wide_narrow(clip->origin + k);
    struct ratio ratio = source_ratio(timeline, clip->media);
    return ho_wide_narrow(ho_wide_floor(source_time(clip, ratio) + k * ratio.p, ratio.q));
}

int64_t ho_timeline_frames_of(const struct ho_timeline *timeline, int64_t media, int64_t n)
{
    struct ratio ratio = source_ratio(timeline, media);
    return ratio.p == 0 ? n : ho_scale_ceil(n, ratio.q, ratio.p);
}

static bool same_rate(struct ho_rational a, struct ho_rational b) { return a.num * b.den == b.num * a.den; }

bool ho_timeline_mismatch(const struct ho_timeline *timeline, int64_t media, char *out, size_t size)
{
    const struct ho_timeline_media *source = ho_timeline_find_media(timeline, media);
    const struct ho_timeline_settings *settings = &timeline->settings;
    out[0] = '\0';
    if (!source || !source->has_picture)
        return false;
    bool rate = !source->still && !same_rate(source->rate, settings->rate);
    bool picture = source->width != settings->width || source->height != settings->height;
    if (rate)
        snprintf(out, size,
                 "\"%s\" has %.6g frames a second and the timeline \"%s\" %.6g: its frames are repeated or left out to "
                 "keep its speed; make a timeline of its rate to work on every frame",
                 source->name, (double)source->rate.num / (double)source->rate.den, settings->name,
                 (double)settings->rate.num / (double)settings->rate.den);
    else if (picture)
        snprintf(out, size, "\"%s\" is %dx%d and the timeline \"%s\" %dx%d: it is made to fit as the clip's fit says",
                 source->name, source->width, source->height, settings->name, settings->width, settings->height);
    return rate || picture;
}
