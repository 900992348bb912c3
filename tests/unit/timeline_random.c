// SPDX-License-Identifier: BSD-2-Clause
// Random edits on random timelines: what every edit keeps true, and that each is all or nothing and can be taken back.
#include "unit/timeline_fixture.h"

enum { N_TIMELINES = 60, N_EDITS = 120 };

static uint32_t seed;
static int64_t roll(int64_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int64_t)((seed >> 8) % (uint32_t)n);
}

static int64_t some_clip(const struct ho_timeline *timeline)
{
    size_t n, total = 0;
    for (int i = 0; i < ho_timeline_n_tracks(timeline); i++) {
        (void)ho_timeline_clips(timeline, i, &n);
        total += n;
    }
    if (total == 0 || roll(40) == 0)
        return 9999;    // there is none
    size_t wanted = (size_t)roll((int64_t)total);
    for (int i = 0;; i++) {
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, i, &n);
        if (wanted < n)
            return clips[wanted]->id;
        wanted -= n;
    }
}

static int64_t some_track(const struct ho_timeline *timeline, enum ho_track_kind kind)
{
    const struct ho_track *track = ho_timeline_track_at(timeline, kind, (int)roll(3));
    return track && roll(5) ? track->id : 0;
}

static struct ho_placement some_placement(const struct ho_timeline *timeline)
{
    static const char *const texts[] = {"{}", "{\"text\": \"two\"}"};
    struct ho_placement p = {.media = roll(7), .at = roll(400), .length = 1 + roll(80), .in = roll(120)};
    p.video_track = some_track(timeline, HO_TRACK_VIDEO);
    p.audio_track = p.media == MOVIE || p.media == FILM || p.media == WAVE || p.media == LONG
                        ? some_track(timeline, HO_TRACK_AUDIO)
                        : 0;
    if (p.media == WAVE)
        p.video_track = 0;
    if (p.media == 0) {
        p.texts = texts;
        p.n_texts = 2;
    }
    if (p.media == FILM)
        p.in_part = roll(1001);
    return p;
}

static void place_randomly(struct ho_timeline *timeline, enum ho_result *result, struct ho_edit **edit,
                           struct ho_diag *diag)
{
    struct ho_placement p = some_placement(timeline);
    switch (roll(5)) {
    case 0: *result = ho_timeline_append(timeline, &p, edit, diag); break;
    case 1: *result = ho_timeline_overwrite(timeline, &p, edit, diag); break;
    case 2: *result = ho_timeline_insert(timeline, &p, edit, diag); break;
    case 3: *result = ho_timeline_replace(timeline, &p, edit, diag); break;
    default: *result = ho_timeline_place_on_top(timeline, &p, edit, diag); break;
    }
}

static enum ho_result change_track(struct ho_timeline *timeline, struct ho_edit **edit, struct ho_diag *diag)
{
    int index = (int)roll(ho_timeline_n_tracks(timeline));
    struct ho_track track = *ho_timeline_track(timeline, index);
    switch (roll(6)) {
    case 0: return ho_timeline_add_track(timeline, (enum ho_track_kind)roll(2), (int)roll(5) - 1, "new", edit, diag);
    case 1: return ho_timeline_remove_track(timeline, track.id, edit, diag);
    case 2: track.locked = roll(4) == 0; break;
    default: track.auto_select = roll(2); break;
    }
    return ho_timeline_set_track(timeline, &track, edit, diag);
}

static enum ho_result change_clip(struct ho_timeline *timeline, int64_t id, struct ho_edit **edit, struct ho_diag *diag)
{
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(timeline, id);
    struct ho_keyframe key = {roll(50), (double)roll(3), (enum ho_interpolation)roll(3)};    // 2: an opacity too large
    switch (roll(5)) {
    case 0: return ho_timeline_rename(timeline, id, "renamed", (unsigned)roll(2), edit, diag);
    case 1: return ho_timeline_enable(timeline, &id, 1, roll(2), (unsigned)roll(2), edit, diag);
    case 2: return ho_timeline_set_number(timeline, id, HO_CLIP_ZOOM_X, (double)roll(120), edit, diag);
    case 3: return ho_timeline_remove_keyframe(timeline, id, HO_CLIP_OPACITY, clip ? key.frame : 0, edit, diag);
    default: return ho_timeline_set_keyframe(timeline, id, HO_CLIP_OPACITY, &key, edit, diag);
    }
}

static enum ho_result edit_randomly(struct ho_timeline *timeline, struct ho_edit **edit, struct ho_diag *diag)
{
    enum ho_result result = HO_OK;
    int64_t ids[2] = {some_clip(timeline), some_clip(timeline)}, by = roll(61) - 30;
    size_t n = (size_t)roll(2) + 1;
    unsigned flags = (unsigned)roll(4);
    enum ho_clip_edge edge = (enum ho_clip_edge)roll(2);
    switch (roll(18)) {
    case 0: return ho_timeline_trim(timeline, ids[0], edge, by, flags, edit, diag);
    case 1: return ho_timeline_roll(timeline, ids[0], edge, by, flags, edit, diag);
    case 2: return ho_timeline_slip(timeline, ids[0], by, flags, edit, diag);
    case 3: return ho_timeline_slide(timeline, ids[0], by, flags, edit, diag);
    case 4: return ho_timeline_split(timeline, roll(400), ids, roll(2) ? n : 0, flags, edit, diag);
    case 5: return ho_timeline_delete(timeline, ids, n, flags, edit, diag);
    case 6:
        return ho_timeline_delete_range(timeline, (struct ho_range){by + 100, by + 100 + roll(40)}, flags, edit, diag);
    case 7: return ho_timeline_close_gap(timeline, 1 + roll(5), roll(300), edit, diag);
    case 8: return ho_timeline_move(timeline, ids, n, by * 3, (int)roll(5) - 2, flags, edit, diag);
    case 9: return ho_timeline_duplicate(timeline, ids, n, by * 3, (int)roll(3) - 1, flags, edit, diag);
    case 10: return ho_timeline_link(timeline, ids, n, roll(3), edit, diag);
    case 11: return ho_timeline_paste_grade(timeline, roll(2) ? ids[0] : 0, ids + 1, 1, edit, diag);
    case 12: return change_track(timeline, edit, diag);
    case 13: return change_clip(timeline, ids[0], edit, diag);
    default: place_randomly(timeline, &result, edit, diag); return result;
    }
}

// Clips that the report does not name are as they were.
static void assert_reported(const struct ho_timeline *before, const struct ho_timeline *after,
                            const struct ho_edit *edit)
{
    size_t n;
    for (int i = 0; i < ho_timeline_n_tracks(before); i++) {
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(before, i, &n);
        for (size_t k = 0; k < n; k++) {
            bool named = false;
            for (size_t c = 0; c < edit->n_clips && !named; c++)
                named = edit->clips[c].before && edit->clips[c].before->id == clips[k]->id;
            if (!named)
                assert_true(ho_timeline_clip_equal(ho_timeline_find_clip(after, clips[k]->id), clips[k]));
        }
    }
}

static void edits_keep_what_is_true(void **state)
{
    (void)state;
    int n_done = 0, n_refused = 0;
    for (int t = 0; t < N_TIMELINES; t++) {
        seed = (uint32_t)t * 7919u + 1;
        struct ho_timeline *timeline = fixture();
        for (int e = 0; e < N_EDITS; e++) {
            struct ho_timeline *was, *done;
            struct ho_edit *edit = NULL;
            struct ho_diag diag = {0}, other = {0};
            assert_ok(ho_timeline_copy(timeline, &was, &other), &other);
            if (ho_timeline_n_tracks(timeline) == 0)
                assert_ok(ho_timeline_add_track(timeline, HO_TRACK_VIDEO, 0, NULL, &edit, &other), &other);
            else if (edit_randomly(timeline, &edit, &diag) != HO_OK)
                assert_true(diag.message[0] && diag.result == HO_ERROR_USAGE);
            if (ho_timeline_check(timeline, &other) != HO_OK)
                fail_msg("timeline %d, edit %d: %s", t, e, other.message);
            n_done += edit != NULL;
            n_refused += edit == NULL;
            if (!edit) {
                assert_true(ho_timeline_equal(timeline, was));
            } else {
                assert_reported(was, timeline, edit);
                assert_ok(ho_timeline_copy(timeline, &done, &other), &other);
                assert_ok(ho_timeline_revert(timeline, edit, &other), &other);
                assert_true(ho_timeline_equal(timeline, was));
                assert_ok(ho_timeline_repeat(timeline, edit, &other), &other);
                assert_true(ho_timeline_equal(timeline, done));
                ho_timeline_destroy(&done);
            }
            ho_edit_destroy(&edit);
            ho_timeline_destroy(&was);
        }
        ho_timeline_destroy(&timeline);
    }
    // Neither all refused nor nothing refused: the edits were of both kinds.
    assert_true(n_done > N_TIMELINES * N_EDITS / 4);
    assert_true(n_refused > N_TIMELINES * N_EDITS / 20);
}

// How many frames a clip's own source frames are seen on, all pieces of it together: by name, which pieces keep.
static int64_t frames_named(const struct ho_timeline *timeline, const char *name)
{
    int64_t total = 0;
    size_t n;
    for (int i = 0; i < ho_timeline_n_tracks(timeline); i++) {
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, i, &n);
        for (size_t k = 0; k < n; k++)
            if (strcmp(clips[k]->name, name) == 0)
                total += clips[k]->length;
    }
    return total;
}

// What edits that lay clips over others take from those is what their reports say, to the frame.
static void what_is_cut_is_told(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    for (int t = 0; t < 400; t++) {
        seed = (uint32_t)t * 104729u + 3;
        struct ho_timeline *timeline = fixture();
        struct ho_edit *edit = NULL;
        for (int i = 0; i < 12; i++)
            lay(timeline, LONG, 1 + roll(3), 0, roll(200), roll(5000), 1 + roll(60));
        int64_t id = some_clip(timeline);
        while (id == 9999)
            id = some_clip(timeline);
        assert_ok(ho_timeline_rename(timeline, id, "mine", 0, NULL, &diag), &diag);
        int64_t before = frames_named(timeline, "long"), told = 0;
        struct ho_placement p = {
            .media = LONG, .at = roll(200), .length = 1 + roll(60), .in = 50, .video_track = V2, .name = "mine"};
        enum ho_result result = HO_OK;
        struct ho_diag refused = {0};
        switch (roll(4)) {
        case 0: result = ho_timeline_overwrite(timeline, &p, &edit, &refused); break;
        case 1: result = ho_timeline_move(timeline, &id, 1, roll(60) - 20, (int)roll(2), 0, &edit, &refused); break;
        case 2: result = ho_timeline_insert(timeline, &p, &edit, &refused); break;
        default: result = ho_timeline_trim(timeline, id, HO_CLIP_TAIL, roll(40), 0, &edit, &refused); break;
        }
        for (size_t i = 0; edit && i < edit->n_cuts; i++)
            if (strcmp(edit->cuts[i].clip->name, "long") == 0)
                told += edit->cuts[i].frames.last - edit->cuts[i].frames.first + 1;
        if (result == HO_OK)
            assert_int_equal(before - frames_named(timeline, "long"), told);
        ho_edit_destroy(&edit);
        ho_timeline_destroy(&timeline);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_keep_what_is_true),
        cmocka_unit_test(what_is_cut_is_told),
    };
    return cmocka_run_group_tests_name("timeline_random", tests, NULL, NULL);
}
