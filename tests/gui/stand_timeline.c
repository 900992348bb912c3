// SPDX-License-Identifier: BSD-2-Clause
// The timeline over one of its own, edited as it asks: clips 1 to 3 on V1 (0-99, 100-199, 300-399), 4 on V2 (120-169),
// 5 on A1, linked to 1. STAND_CLIPS: as many on twenty tracks instead.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stand.h"
#include "timeline.h"

static struct ho_timeline *timeline;
static Timeline *view;
static int64_t before;    // ids that tracks have taken: the first clip is called 1 here

static void on_wish(void *opaque, const struct timeline_wish *wish)
{
    (void)opaque;
    static const char *const names[] = {"move",  "duplicate", "trim",      "roll",   "slip",   "slide",
                                        "split", "delete",    "overwrite", "insert", "enable", "track"};
    struct ho_edit *edit = NULL;
    struct ho_diag diag = {0};
    char cuts[256] = "";
    enum ho_result result = timeline_wish_apply(wish, timeline, &edit, &diag);
    if (result == HO_OK)
        ho_edit_describe(timeline, edit, cuts, sizeof cuts);
    stand_say("%s %lld n%zu f%lld t%d at%lld flags%u%s%s", names[wish->kind],
              wish->n_clips ? (long long)(wish->clips[0] - before) : 0, wish->n_clips, (long long)wish->frames,
              wish->tracks, (long long)wish->at, wish->flags, result == HO_OK ? (*cuts ? " " : "") : " refused ",
              result == HO_OK ? cuts : diag.message);
    ho_edit_destroy(&edit);
    timeline_set_timeline(view, timeline);
}

static void on_seek(void *opaque, int64_t frame)
{
    (void)opaque;
    stand_say("seek %lld", (long long)frame);
    timeline_set_playhead(view, frame);
}

static void on_select(void *opaque, const int64_t *clips, size_t n)
{
    (void)opaque;
    GString *text = g_string_new("select");
    for (size_t i = 0; i < n; i++)
        g_string_append_printf(text, " %lld", (long long)(clips[i] - before));
    stand_say("%s", text->str);
    g_string_free(text, TRUE);
}

static void on_open(void *opaque, int64_t clip)
{
    (void)opaque;
    stand_say("open %lld", (long long)(clip - before));
}

static void on_tool(void *opaque, enum timeline_tool tool, bool snapping)
{
    (void)opaque;
    stand_say("tool %d snapping %d", (int)tool, snapping);
}

static bool on_peaks(void *opaque, int64_t media, double from, double to, float *low, float *high)
{
    (void)opaque, (void)media, (void)to;
    *high = (float)(0.5 + 0.4 * sin(from * 3));
    *low = -*high;
    return true;
}

static const struct timeline_calls calls = {
    .wish = on_wish, .seek = on_seek, .select = on_select, .open = on_open, .changed_tool = on_tool, .peaks = on_peaks};

static void add_media(int64_t id, const char *name)
{
    struct ho_timeline_media media = {.id = id,
                                      .rate = {24, 1},
                                      .n_frames = 100000,
                                      .has_picture = true,
                                      .has_sound = true,
                                      .width = 1920,
                                      .height = 1080};
    g_strlcpy(media.name, name, sizeof media.name);
    if (ho_timeline_set_media(timeline, &media, NULL) != HO_OK)
        g_error("no media");
}

static void add_tracks(enum ho_track_kind kind, int n)
{
    for (int i = 0; i < n; i++)
        if (ho_timeline_add_track(timeline, kind, -1, "", NULL, NULL) != HO_OK)
            g_error("no track");
}

static void place(int64_t video, int64_t audio, int64_t at, int64_t length, const char *name)
{
    struct ho_placement p = {
        .media = 1, .at = at, .length = length, .in = 1000, .video_track = video, .audio_track = audio, .name = name};
    if (ho_timeline_overwrite(timeline, &p, NULL, NULL) != HO_OK)
        g_error("no clip");
}

static int64_t track_id(enum ho_track_kind kind, int index) { return ho_timeline_track_at(timeline, kind, index)->id; }

static void make_small(void)
{
    add_tracks(HO_TRACK_VIDEO, 3);
    add_tracks(HO_TRACK_AUDIO, 2);
    before = ho_timeline_next_id(timeline) - 1;
    int64_t v1 = track_id(HO_TRACK_VIDEO, 0), v2 = track_id(HO_TRACK_VIDEO, 1);
    place(v1, 0, 0, 100, "Brussels ride");
    place(v1, 0, 100, 100, "Grand-Place");
    place(v1, 0, 300, 100, "Atomium");
    place(v2, 0, 120, 50, "Title BRUSSELS");
    place(0, track_id(HO_TRACK_AUDIO, 0), 0, 100, "Brussels ride");
    if (ho_timeline_link(timeline, (int64_t[]){before + 1, before + 5}, 2, true, NULL, NULL) != HO_OK)
        g_error("no link");
}

static void make_many(int n)
{
    add_tracks(HO_TRACK_VIDEO, 12);
    add_tracks(HO_TRACK_AUDIO, 8);
    for (int i = 0; i < n; i++) {
        int track = i % 20;
        char name[40];
        g_snprintf(name, sizeof name, "A%03d_C%03d_0712", track, i);
        place(track < 12 ? track_id(HO_TRACK_VIDEO, track) : 0, track < 12 ? 0 : track_id(HO_TRACK_AUDIO, track - 12),
              i / 20 * 60, 58, name);
    }
}

static GtkWidget *create(void)
{
    struct ho_timeline_settings settings = {
        .name = "ride", .width = 1920, .height = 1080, .rate = {24, 1}, .start = {86400, 24, false}};
    if (ho_timeline_create(&settings, &timeline, NULL) != HO_OK)
        g_error("no timeline");
    add_media(1, "ride.mov");
    const char *many = g_getenv("STAND_CLIPS");
    if (many)
        make_many(atoi(many));
    else
        make_small();
    view = GUI_TIMELINE(timeline_new(&calls, NULL));
    timeline_set_timeline(view, timeline);
    return GTK_WIDGET(view);
}

static bool where(const char *what, double *x, double *y)
{
    char *end, own[64];
    if (!g_str_has_prefix(what, "clip:"))
        return timeline_where(view, what, x, y);
    int64_t clip = strtoll(what + 5, &end, 10) + before;
    g_snprintf(own, sizeof own, "clip:%lld%s", (long long)clip, end);
    return timeline_where(view, own, x, y);
}

static void tell(const char *line)
{
    if (g_str_has_prefix(line, "playhead "))
        timeline_set_playhead(view, strtoll(line + 9, NULL, 10));
    else if (g_str_has_prefix(line, "zoom "))
        timeline_zoom(view, g_ascii_strtod(line + 5, NULL), 600);
    else if (!strcmp(line, "fit"))
        timeline_fit(view);
}

const struct stand stand_timeline = {"timeline", create, where, tell};
