// SPDX-License-Identifier: BSD-2-Clause
#include "mask.h"

#include "job_bar.h"
#include "span.h"

static enum mask_mode mode;
enum mask_mode mask_mode(void) { return mode; }
void mask_set_mode(enum mask_mode wanted) { mode = wanted; }

static char *format_points(const struct ho_point *points, size_t n)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < n; i++) {
        char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd(x, sizeof(x), "%.2f", (double)points[i].x);
        g_ascii_formatd(y, sizeof(y), "%.2f", (double)points[i].y);
        g_string_append_printf(text, "%s%s,%s", i ? "," : "", x, y);
    }
    return g_string_free(text, FALSE);
}

bool mask_prompt(struct app *app, enum ho_prompt_kind kind, const struct ho_point *points, size_t n)
{
    static const struct {
        const char *command, *argument;
    } kinds[] = {[HO_PROMPT_CLICK] = {"click", "point"},
                 [HO_PROMPT_EXCLUDE] = {"exclude", "point"},
                 [HO_PROMPT_BOX] = {"box", "box"},
                 [HO_PROMPT_STROKE] = {"stroke", "points"}};
    g_autofree char *text = format_points(points, n);
    return app_do(app, kinds[kind].command, kinds[kind].argument, text, NULL);
}

void mask_select(struct app *app, const char *object) { app_do(app, "select-object", "object", object, NULL); }

void mask_go(struct app *app, int64_t source_frame)
{
    char frame[24];
    g_snprintf(frame, sizeof(frame), "%ld", (long)source_frame);
    app_do(app, "source-frame", "frame", frame, NULL);
}

void mask_say(struct app *app, const char *command)
{
    struct ho_marks marks = ho_session_marks(app->session);
    struct ho_range source = span_of_source(app);
    int64_t here = ho_session_source_frame(app->session);
    char frames[64];
    if (marks.has_in && marks.has_out) {
        const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
        const struct ho_timeline_clip *clip = ho_session_clip(app->session);
        int64_t first = ho_timeline_source_frame(timeline, clip, marks.in);
        int64_t last = ho_timeline_source_frame(timeline, clip, marks.out);
        g_snprintf(frames, sizeof(frames), "%ld-%ld", (long)MAX(first, source.first), (long)MIN(last, source.last));
    } else {
        g_snprintf(frames, sizeof(frames), "%ld", (long)here);
    }
    app_do(app, command, "frames", frames, NULL);
}

const struct ho_lane_span *mask_span_at(struct app *app, int64_t source_frame)
{
    size_t n;
    const struct ho_lane_span *lane = ho_session_lane(app->session, &n);
    for (size_t i = 0; i < n; i++) {
        if (source_frame >= lane[i].frames.first && source_frame <= lane[i].frames.last)
            return &lane[i];
    }
    return NULL;
}

bool mask_is_tracking(struct app *app)
{
    const struct ho_work *work = job_bar_running(app);
    return work && work->kind == HO_WORK_TRACK;
}

GdkRGBA mask_colour(const struct ho_mask_object *object)
{
    return (GdkRGBA){object->colour[0], object->colour[1], object->colour[2], 1};
}
