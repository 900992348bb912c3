// SPDX-License-Identifier: BSD-2-Clause
// What a clip shows, not where: names, numbers, modes, graphs, texts.
#include <string.h>

#include "timeline/internal.h"

// Changes one copy.
typedef enum ho_result (*change_clip)(struct ho_timeline_clip *clip, const void *opaque, struct ho_diag *diag);

static enum ho_result put_changed(struct journal *journal, const struct ho_timeline_clip *clip, change_clip change,
                                  const void *opaque, struct ho_diag *diag)
{
    struct ho_timeline_clip *copy;
    HO_TRY(ho_timeline_clip_copy(clip, &copy, diag));
    enum ho_result result = change(copy, opaque, diag);
    if (result != HO_OK) {
        clip_unref(copy);
        return result;
    }
    return journal_put(journal, clip, copy, diag);
}

static enum ho_result change_all(struct ho_timeline *timeline, const int64_t *clips, size_t n, unsigned flags,
                                 change_clip change, const void *opaque, struct ho_edit **edit, struct ho_diag *diag)
{
    struct picks picks;
    HO_TRY(pick(timeline, clips, n, flags, &picks, diag));
    struct journal journal = journal_begin(timeline);
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < picks.n && result == HO_OK; i++)
        result = put_changed(&journal, picks.clips[i], change, opaque, diag);
    result = journal_end(&journal, result, edit, diag);
    picks_free(&picks);
    return result;
}

enum ho_result ho_timeline_change(struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                  struct ho_edit **edit, struct ho_diag *diag)
{
    const struct ho_timeline_clip *old;
    struct ho_timeline_clip *copy;
    HO_TRY(need_clip(timeline, clip->id, &old, diag));
    HO_TRY(ho_timeline_clip_copy(clip, &copy, diag));
    copy->track = old->track;
    copy->media = old->media;
    copy->at = old->at;
    copy->length = old->length;
    copy->in = old->in;
    copy->in_part = old->in_part;
    copy->origin = old->origin;
    copy->link = old->link;
    struct journal journal = journal_begin(timeline);
    return journal_end(&journal, journal_put(&journal, old, copy, diag), edit, diag);
}

static enum ho_result set_enabled(struct ho_timeline_clip *clip, const void *opaque, struct ho_diag *diag)
{
    (void)diag;
    clip->enabled = *(const bool *)opaque;
    return HO_OK;
}

enum ho_result ho_timeline_enable(struct ho_timeline *timeline, const int64_t *clips, size_t n, bool enabled,
                                  unsigned flags, struct ho_edit **edit, struct ho_diag *diag)
{
    return change_all(timeline, clips, n, flags, set_enabled, &enabled, edit, diag);
}

static enum ho_result set_name(struct ho_timeline_clip *clip, const void *opaque, struct ho_diag *diag)
{
    return ho_timeline_clip_set_text(&clip->name, opaque, diag);
}

enum ho_result ho_timeline_rename(struct ho_timeline *timeline, int64_t clip, const char *name, unsigned flags,
                                  struct ho_edit **edit, struct ho_diag *diag)
{
    return change_all(timeline, &clip, 1, flags, set_name, name, edit, diag);
}

// ---- numbers

struct number_change {
    enum ho_clip_number number;
    double value;
    const struct ho_keyframe *key;
    int64_t frame;
};

static enum ho_result check_known(enum ho_clip_number number, struct ho_diag *diag)
{
    return ho_clip_number_describe(number) ? HO_OK
                                           : ho_fail(diag, HO_ERROR_USAGE, "a clip has no number %d", (int)number);
}

static enum ho_result set_constant(struct ho_timeline_clip *clip, const void *opaque, struct ho_diag *diag)
{
    (void)diag;
    const struct number_change *change = opaque;
    ho_curve_clear(&clip->number[change->number]);
    clip->number[change->number].value = change->value;
    return HO_OK;
}

enum ho_result ho_timeline_set_number(struct ho_timeline *timeline, int64_t clip, enum ho_clip_number number,
                                      double value, struct ho_edit **edit, struct ho_diag *diag)
{
    struct number_change change = {.number = number, .value = value};
    HO_TRY(check_known(number, diag));
    return change_all(timeline, &clip, 1, 0, set_constant, &change, edit, diag);
}

static enum ho_result set_keyframe(struct ho_timeline_clip *clip, const void *opaque, struct ho_diag *diag)
{
    const struct number_change *change = opaque;
    return ho_curve_set_keyframe(&clip->number[change->number], change->key, diag);
}

enum ho_result ho_timeline_set_keyframe(struct ho_timeline *timeline, int64_t clip, enum ho_clip_number number,
                                        const struct ho_keyframe *key, struct ho_edit **edit, struct ho_diag *diag)
{
    struct number_change change = {.number = number, .key = key};
    HO_TRY(check_known(number, diag));
    return change_all(timeline, &clip, 1, 0, set_keyframe, &change, edit, diag);
}

static enum ho_result remove_keyframe(struct ho_timeline_clip *clip, const void *opaque, struct ho_diag *diag)
{
    const struct number_change *change = opaque;
    struct ho_curve *curve = &clip->number[change->number];
    double value = ho_curve_value(curve, change->frame);
    if (!ho_curve_remove_keyframe(curve, change->frame))
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" has no keyframe of %s at frame %lld of the clip", clip->name,
                       ho_clip_number_describe(change->number)->name, (long long)change->frame);
    if (curve->n_keys == 0)
        curve->value = value;    // what was seen last stays
    return HO_OK;
}

enum ho_result ho_timeline_remove_keyframe(struct ho_timeline *timeline, int64_t clip, enum ho_clip_number number,
                                           int64_t frame, struct ho_edit **edit, struct ho_diag *diag)
{
    struct number_change change = {.number = number, .frame = frame};
    HO_TRY(check_known(number, diag));
    return change_all(timeline, &clip, 1, 0, remove_keyframe, &change, edit, diag);
}

// ---- grades

static enum ho_result set_grade(struct ho_timeline_clip *clip, const void *opaque, struct ho_diag *diag)
{
    const struct ho_timeline_clip *from = opaque;
    HO_TRY(ho_timeline_clip_set_text(&clip->color_graph, from ? from->color_graph : NULL, diag));
    return ho_timeline_clip_set_text(&clip->fusion_graph, from ? from->fusion_graph : NULL, diag);
}

enum ho_result ho_timeline_paste_grade(struct ho_timeline *timeline, int64_t from, const int64_t *clips, size_t n,
                                       struct ho_edit **edit, struct ho_diag *diag)
{
    const struct ho_timeline_clip *source = NULL;
    if (from)
        HO_TRY(need_clip(timeline, from, &source, diag));
    if (source)
        clip_ref(source);    // it may be among those that are changed
    enum ho_result result = change_all(timeline, clips, n, 0, set_grade, source, edit, diag);
    clip_unref(source);
    return result;
}
