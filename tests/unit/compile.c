// SPDX-License-Identifier: BSD-2-Clause
// Timelines as graphs: which source frame is shown when, how layers join, what a Foreground and its matte make, clips
// with graphs of their own, what is missing.
#include "unit/compile_fixture.h"
#include "unit/composite_twin.h"

// ---- time

// A lone clip of the timeline's size gives its source's own frames, whatever its rate: those that the timeline says.
static void check_frames(const struct ho_timeline *timeline, int64_t first, int64_t last, int64_t track)
{
    struct shown shown;
    struct ho_diag diag = {0};
    show_with(timeline, first, true, &over_black, &shown);
    for (int64_t t = first; t <= last; t++) {
        const struct ho_timeline_clip *clip = ho_timeline_clip_at(timeline, track, t);
        if (t > shown.compiled.frames.last) {
            hide(&shown);
            show_with(timeline, t, true, &over_black, &shown);
        }
        assert_ok(ho_evaluator_frame(shown.evaluator, HO_COMPILED_OUTPUT, t, true, &shown.frame, &diag), &diag);
        assert_non_null(shown.frame.base);
        assert_null(shown.frame.picture);
        assert_int_equal(ho_frame_index(shown.frame.base), ho_timeline_source_frame(timeline, clip, t));
    }
    hide(&shown);
}

static void a_lone_clip_passes_through(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    lay(timeline, MOVIE, V1, 10, 7, 40);
    check_frames(timeline, 10, 49, V1);
    ho_timeline_destroy(&timeline);
}

// 24000/1001 on 25, and after a split, a trim and a slip, which leave parts of a source frame.
static void another_rate_shows_what_is_on_screen(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, FILM, V1, 1000003, 2, 60);
    check_frames(timeline, 1000003, 1000062, V1);
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(timeline, id);
    assert_int_equal(ho_timeline_source_frame(timeline, clip, 1000003), 2);
    assert_int_equal(ho_timeline_source_frame(timeline, clip, 1000004), 2);
    assert_int_equal(ho_timeline_source_frame(timeline, clip, 1000028), 25);
    assert_ok(ho_timeline_split(timeline, 1000020, &id, 1, 0, NULL, &diag), &diag);
    assert_true(ho_timeline_clip_at(timeline, V1, 1000020)->in_part != 0);
    assert_ok(ho_timeline_trim(timeline, id, HO_CLIP_HEAD, 5, 0, NULL, &diag), &diag);
    assert_ok(ho_timeline_slip(timeline, id, -1, 0, NULL, &diag), &diag);
    check_frames(timeline, 1000008, 1000062, V1);
    ho_timeline_destroy(&timeline);
}

static void stretches_end_at_edits(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    lay(timeline, MOVIE, V1, 10, 0, 30);
    int64_t id = lay(timeline, MOVIE, V2, 20, 0, 5);
    lay(timeline, MATTE, V1, 40, 0, 10);
    const struct {
        int64_t frame, first, last;
    } expected[] = {{0, 0, 9},    {9, 0, 9},    {10, 10, 19}, {22, 20, 24},
                    {24, 20, 24}, {25, 25, 39}, {40, 40, 49}, {50, 50, HO_TIMELINE_FRAMES_MAX}};
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct ho_range range = ho_compile_stretch(timeline, expected[i].frame);
        assert_int_equal(range.first, expected[i].first);
        assert_int_equal(range.last, expected[i].last);
    }
    struct ho_diag diag = {0};
    struct ho_track track = *ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 1);
    track.enabled = false;
    assert_ok(ho_timeline_set_track(timeline, &track, NULL, &diag), &diag);
    assert_int_equal(ho_compile_stretch(timeline, 22).last, 39);
    (void)id;
    ho_timeline_destroy(&timeline);
}

static void nothing_is_black(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    lay(timeline, MOVIE, V1, 10, 0, 30);
    struct shown shown = show(timeline, 5);
    assert_true(at(&shown, 0, 50, 30) == 0 && at(&shown, 3, 50, 30) == 1);
    hide(&shown);
    struct ho_compile_options options = {.find = find_media, .keep_alpha = true};
    show_with(timeline, 5, false, &options, &shown);
    assert_true(at(&shown, 0, 50, 30) == 0 && at(&shown, 3, 50, 30) == 0);
    hide(&shown);
    ho_timeline_destroy(&timeline);
}

// ---- layers

// Every mode by its formula, at full and at part opacity, and with nothing beneath.
static void modes_are_their_formulas(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    lay(timeline, MOVIE, V1, 0, 3, 20);
    int64_t upper = lay(timeline, FILM, V2, 0, 30, 30);
    for (int mode = 0; mode <= HO_COMPOSITE_SUBTRACT; mode++)
        for (int part = 0; part < 2; part++) {
            double opacity = part ? 0.3 : 1;
            change_clip(timeline, upper,
                        (clip->composite = (enum ho_composite)mode, clip->number[HO_CLIP_OPACITY].value = opacity));
            struct shown shown = show(timeline, 0), alone = show(timeline, 25);
            for (int p = 0; p < 3; p++)
                for (int i = 0; i < HEIGHT; i += 7) {
                    double b = (double)shade(MOVIE, 3, p, i, i), s = (double)shade(FILM, 30, p, i, i);
                    assert_near(at(&shown, p, i, i), b + opacity * (mixed((enum ho_composite)mode, b, s) - b), 6e-3);
                    double later = (double)shade(FILM, 53, p, i, i);
                    assert_near(at(&alone, p, i, i), opacity * later, 6e-3);
                }
            assert_true(at(&shown, 3, 10, 10) == 1);
            hide(&shown);
            hide(&alone);
        }
    ho_timeline_destroy(&timeline);
}

// Opacity moves in clip time: a trimmed head leaves its keyframes where they are.
static void keyframes_count_in_clip_time(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, MOVIE, V1, 100, 0, 40);
    const struct ho_keyframe keys[] = {{10, 0, HO_INTERPOLATE_LINEAR}, {20, 1, HO_INTERPOLATE_LINEAR}};
    for (int i = 0; i < 2; i++)
        assert_ok(ho_timeline_set_keyframe(timeline, id, HO_CLIP_OPACITY, &keys[i], NULL, &diag), &diag);
    for (int trimmed = 0; trimmed < 2; trimmed++) {
        struct shown shown = show(timeline, 115);
        assert_near(at(&shown, 0, 60, 30), 0.5 * (double)shade(MOVIE, 15, 0, 60, 30), 3e-3);
        hide(&shown);
        if (!trimmed)
            assert_ok(ho_timeline_trim(timeline, id, HO_CLIP_HEAD, 8, 0, NULL, &diag), &diag);
    }
    ho_timeline_destroy(&timeline);
}

// ---- Foreground and its matte

static double key_at(enum ho_composite mode, int x, int y, double opacity)
{
    double luma = (double)shade(MATTE, 0, 0, x, y);
    switch (mode) {
    case HO_COMPOSITE_LUMA: return opacity * luma;
    case HO_COMPOSITE_INVERTED_LUMA: return 1 - opacity * luma;
    case HO_COMPOSITE_ALPHA: return opacity;
    default: return 1 - opacity;
    }
}

// V1 beneath, V2 the matte, V3 Foreground: V3 times the key over V1, the matte's picture not seen.
static void a_foreground_is_cut_by_the_matte_below_it(void **state)
{
    (void)state;
    for (int mode = HO_COMPOSITE_LUMA; mode <= HO_COMPOSITE_INVERTED_ALPHA; mode++)
        for (int part = 0; part < 4; part++) {
            double own = part & 1 ? 0.6 : 1, matte = part & 2 ? 0.7 : 1;
            struct ho_timeline *timeline = make_timeline();
            lay(timeline, MOVIE, V1, 0, 3, 20);
            int64_t key = lay(timeline, MATTE, V2, 0, 0, 20), upper = lay(timeline, FILM, V3, 0, 30, 20);
            change_clip(timeline, key,
                        (clip->composite = (enum ho_composite)mode, clip->number[HO_CLIP_OPACITY].value = matte));
            change_clip(timeline, upper,
                        (clip->composite = HO_COMPOSITE_FOREGROUND, clip->number[HO_CLIP_OPACITY].value = own));
            struct shown shown = show(timeline, 0);
            assert_string_equal(shown.compiled.notes, "");
            for (int y = 2; y < HEIGHT; y += 9)
                for (int x = 3; x < WIDTH; x += 9) {
                    double k = key_at((enum ho_composite)mode, x, y, matte), b = (double)shade(MOVIE, 3, 0, x, y),
                           s = (double)shade(FILM, 30, 0, x, y);
                    assert_near(at(&shown, 0, x, y), b + own * (k * s + (1 - k) * b - b), 6e-3);
                }
            hide(&shown);
            ho_timeline_destroy(&timeline);
        }
}

static void an_incomplete_pair_says_so(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    lay(timeline, MOVIE, V1, 0, 3, 57);
    int64_t key = lay(timeline, MATTE, V2, 0, 0, 20), upper = lay(timeline, FILM, V3, 10, 30, 20);
    change_clip(timeline, key, clip->composite = HO_COMPOSITE_LUMA);
    change_clip(timeline, upper, clip->composite = HO_COMPOSITE_FOREGROUND);
    struct shown without = show(timeline, 5), both = show(timeline, 15), lone = show(timeline, 25);
    assert_non_null(strstr(without.compiled.notes, "clip \"matte\" on V2 at 01:00:00:00 is a matte (Luma) and is not "
                                                   "seen"));
    assert_string_equal(both.compiled.notes, "");
    assert_non_null(strstr(lone.compiled.notes, "clip \"film\" on V3 at 01:00:00:10 is marked Foreground and nothing "
                                                "cuts it"));
    for (int i = 1; i < HEIGHT; i += 5) {
        assert_near(at(&without, 0, i, i), shade(MOVIE, 8, 0, i, i), 3e-3);    // the matte is not seen
        assert_near(at(&lone, 0, i, i), shade(FILM, 44, 0, i, i), 3e-3);       // Foreground alone is Normal
    }
    hide(&without);
    hide(&both);
    hide(&lone);
    change_clip(timeline, key, clip->enabled = false);    // as if it were not there
    struct shown off = show(timeline, 15);
    assert_non_null(strstr(off.compiled.notes, "nothing cuts it"));
    hide(&off);
    ho_timeline_destroy(&timeline);
}

// The tutorial's stack: the same footage below and, cut, above; a title between. Where there is no letter the decoder's
// own codes go out.
static void only_the_letters_are_made(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    static const char *const texts[] = {"{\"text\": \"HH\", \"font\": \"DejaVu Sans Bold\", \"size\": 0.4}"};
    struct ho_placement title = {.length = 20, .video_track = V2, .name = "title", .texts = texts, .n_texts = 1};
    lay(timeline, MOVIE, V1, 0, 5, 20);
    assert_ok(ho_timeline_overwrite(timeline, &title, NULL, &diag), &diag);
    int64_t key = lay(timeline, MATTE, V3, 0, 5, 20), upper = lay(timeline, MOVIE, V4, 0, 5, 20);
    change_clip(timeline, key, clip->composite = HO_COMPOSITE_LUMA);
    change_clip(timeline, upper, clip->composite = HO_COMPOSITE_FOREGROUND);
    struct shown part, whole;
    show_with(timeline, 4, true, &over_black, &part);
    show_with(timeline, 4, false, &over_black, &whole);
    struct ho_rect r = part.frame.changed;
    assert_non_null(part.frame.base);
    assert_int_equal(ho_frame_index(part.frame.base), 9);
    assert_true(r.x1 > r.x0 && (r.x1 - r.x0) * (r.y1 - r.y0) < WIDTH * HEIGHT * 3 / 4);
    int n_white = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            bool inside = x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
            if (!inside || (x >= 33 && x < 63 && y >= 17 && y < 47))
                assert_near(at(&whole, 0, x, y), shade(MOVIE, 9, 0, x, y), 4e-3);
            n_white += at(&whole, 0, x, y) > 0.95f;
            if (inside)
                assert_near(part.frame.picture->plane[0][(ptrdiff_t)(y - r.y0) * part.frame.picture->stride + x - r.x0],
                            at(&whole, 0, x, y), 1e-6);
        }
    assert_true(n_white > 20);
    hide(&part);
    hide(&whole);
    ho_timeline_destroy(&timeline);
}

// ---- clips with graphs

static void set_graph(char **to, const char *text)
{
    struct ho_diag diag = {0};
    assert_ok(ho_timeline_clip_set_text(to, text, &diag), &diag);
}

// An alpha output isolates the clip: what is beneath shows, and black where nothing lies.
static void an_alpha_output_isolates_the_clip(void **state)
{
    (void)state;
    static const char color[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"in\", \"type\": \"source\"}, {\"id\": \"square\", \"type\": "
        "\"rectangle_mask\", \"parameters\": {\"width\": 0.5, \"height\": 0.5}}, {\"id\": \"alpha\", \"type\": "
        "\"alpha_output\"}, {\"id\": \"out\", \"type\": \"output\"}], \"links\": [\"in.image -> out.image\", "
        "\"square.key -> alpha.key\", \"alpha.key -> out.alpha\"]}";
    struct ho_timeline *timeline = make_timeline();
    lay(timeline, FILM, V1, 0, 0, 10);
    int64_t upper = lay(timeline, MOVIE, V2, 0, 20, 20);
    change_clip(timeline, upper, set_graph(&clip->color_graph, color));
    struct shown beneath = show(timeline, 0), black = show(timeline, 15);
    assert_near(at(&beneath, 0, 48, 32), shade(MOVIE, 20, 0, 48, 32), 3e-3);
    assert_near(at(&beneath, 0, 4, 4), shade(FILM, 0, 0, 4, 4), 3e-3);
    assert_near(at(&black, 0, 48, 32), shade(MOVIE, 35, 0, 48, 32), 3e-3);
    assert_true(at(&black, 0, 4, 4) == 0 && at(&black, 3, 4, 4) == 1);
    hide(&beneath);
    hide(&black);
    ho_timeline_destroy(&timeline);
}

// Fusion comes before Color; keyframes of both in clip time, a matte by timecode on the source's frame.
static void fusion_comes_before_color(void **state)
{
    (void)state;
    char color[1024], matte[300];
    static const char fusion[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"in\", \"type\": \"media_in\"}, {\"id\": \"gain\", \"type\": "
        "\"brightness_contrast\", \"parameters\": {\"brightness\": {\"keys\": [[5, 0], [15, 0.2]]}}}, {\"id\": "
        "\"out\", \"type\": \"media_out\"}], \"links\": [\"in.image -> gain.image\", \"gain.image -> out.image\"]}";
    path_of(MOVIE, matte, sizeof(matte));
    snprintf(color, sizeof(color),
             "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"in\", \"type\": \"source\"}, {\"id\": \"saved\", \"type\": "
             "\"external_matte\", \"parameters\": {\"file\": \"%s\"}}, {\"id\": \"out\", \"type\": \"output\"}], "
             "\"links\": [\"in.image -> out.image\", \"saved.key -> out.alpha\"]}",
             matte);
    struct ho_timeline *timeline = make_timeline();
    int64_t id = lay(timeline, MOVIE, V1, 30, 12, 30);
    change_clip(timeline, id, (set_graph(&clip->fusion_graph, fusion), set_graph(&clip->color_graph, color)));
    struct shown shown = show(timeline, 40);    // clip time 10, source frame 22
    for (int i = 1; i < HEIGHT; i += 8) {
        double luma = 0.2126 * (double)shade(MOVIE, 22, 0, i, i) + 0.7152 * (double)shade(MOVIE, 22, 1, i, i) +
                      0.0722 * (double)shade(MOVIE, 22, 2, i, i);
        assert_near(at(&shown, 0, i, i), ((double)shade(MOVIE, 22, 0, i, i) + 0.1) * luma, 4e-3);
    }
    hide(&shown);
    struct ho_compiled alone;
    struct ho_diag diag = {0};
    assert_ok(ho_compile_clip(timeline, id, &over_black, &alone, &diag), &diag);
    assert_int_equal(alone.frames.first, 12);
    assert_int_equal(alone.frames.last, 41);
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    assert_ok(ho_evaluator_create(alone.graph, NULL, &evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, HO_COMPILED_OUTPUT, 22, false, &frame, &diag), &diag);
    double luma = 0.2126 * (double)shade(MOVIE, 22, 0, 9, 9) + 0.7152 * (double)shade(MOVIE, 22, 1, 9, 9) +
                  0.0722 * (double)shade(MOVIE, 22, 2, 9, 9);
    assert_near(frame.picture->plane[0][9 * frame.picture->stride + 9],
                ((double)shade(MOVIE, 22, 0, 9, 9) + 0.1) * luma, 4e-3);
    ho_evaluator_destroy(&evaluator);
    ho_compiled_clear(&alone);
    ho_timeline_destroy(&timeline);
}

static void a_graph_that_cannot_be_used_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } graphs[] = {
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"in\", \"type\": \"source\"}], \"links\": []}",
         "clip \"movie\" on V1 at 01:00:00:00: its Color graph: has no output; add one"},
        {"nonsense", "clip \"movie\" on V1 at 01:00:00:00: its Color graph: "},
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"output\"}, {\"id\": \"b\", \"type\": "
         "\"output\"}], \"links\": []}",
         "more than one output"},
    };
    struct ho_timeline *timeline = make_timeline();
    int64_t id = lay(timeline, MOVIE, V1, 0, 0, 30);
    for (size_t i = 0; i < sizeof(graphs) / sizeof(graphs[0]); i++) {
        struct ho_compiled compiled;
        struct ho_diag diag = {0};
        change_clip(timeline, id, set_graph(&clip->color_graph, graphs[i].text));
        assert_int_equal(ho_compile(timeline, 0, &over_black, &compiled, &diag), HO_ERROR_INPUT);
        if (!strstr(diag.message, graphs[i].part))
            fail_msg("\"%s\" does not say \"%s\"", diag.message, graphs[i].part);
        assert_null(compiled.graph);
    }
    ho_timeline_destroy(&timeline);
}

// ---- titles, size, what is missing

// Each text has its own place and animation; the second lies over the first.
static void texts_of_one_title_move_apart(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"text\": \"H\", \"font\": \"DejaVu Sans Bold\", \"size\": 0.5, \"position\": {\"keys\": [[0, [0.25, 0.5]], "
        "[10, [0.75, 0.5]]]}, \"colour\": [1, 0, 0, 1]}",
        "{\"text\": \"H\", \"font\": \"DejaVu Sans Bold\", \"size\": 0.5, \"position\": [0.75, 0.5], \"colour\": [0, "
        "1, 0, 1]}"};
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    struct ho_placement title = {.at = 50, .length = 30, .video_track = V1, .name = "t", .texts = texts, .n_texts = 2};
    assert_ok(ho_timeline_overwrite(timeline, &title, NULL, &diag), &diag);
    struct shown first = show(timeline, 50), last = show(timeline, 60);
    double red[2] = {0, 0}, green[2] = {0, 0};    // left and right half
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            red[x >= WIDTH / 2] += (double)at(&first, 0, x, y);
            green[x >= WIDTH / 2] += (double)at(&first, 1, x, y);
        }
    assert_true(red[0] > 50 && red[1] == 0 && green[0] == 0 && green[1] > 50);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            assert_true(at(&last, 0, x, y) < 0.01f || at(&last, 1, x, y) > 0);    // covered, but for its edges
    hide(&first);
    hide(&last);
    ho_timeline_destroy(&timeline);
}

static void a_picture_of_another_size_is_fitted(void **state)
{
    (void)state;
    static const struct {
        enum ho_fit fit;
        int x, y, from_x, from_y;    // a pixel of the frame, and the one of the picture that it shows; -1: black
    } expected[] = {
        {HO_FIT_LETTERBOX, 10, 32, 20, 32}, {HO_FIT_LETTERBOX, 10, 5, -1, 0},  {HO_FIT_LETTERBOX, 0, 32, 0, 32},
        {HO_FIT_CROP, 10, 5, 58, 5},        {HO_FIT_STRETCH, 10, 20, 20, 20},  {HO_FIT_STRETCH, 95, 63, 190, 63},
        {HO_FIT_CENTRE, 10, 20, 58, 20},    {HO_FIT_LETTERBOX, 40, 49, -1, 0},
    };
    struct ho_timeline *timeline = make_timeline();
    int64_t id = lay(timeline, WIDE, V1, 0, 0, 4);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        change_clip(timeline, id, clip->fit = expected[i].fit);
        struct shown shown = show(timeline, 1);
        int x = expected[i].from_x, y = expected[i].from_y;
        float wanted = x < 0 ? 0 : shade(WIDE, 1, 0, x, y);
        if (fabsf(at(&shown, 0, expected[i].x, expected[i].y) - wanted) > 0.012f)
            fail_msg("%s: %g at %d,%d instead of %g", ho_fit_name(expected[i].fit),
                     (double)at(&shown, 0, expected[i].x, expected[i].y), expected[i].x, expected[i].y, (double)wanted);
        hide(&shown);
    }
    ho_timeline_destroy(&timeline);
}

// Crop, flip, zoom, anchor, turn and move, each where an editor expects it.
static void a_clip_lies_where_its_numbers_say(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        enum ho_clip_number number[3];
        double value[3];
        bool flip_x;
        int x, y, from_x, from_y;
    } expected[] = {
        {"moved", {HO_CLIP_POSITION_X, HO_CLIP_POSITION_Y}, {10, 6}, false, 30, 30, 20, 24},
        {"moved: black where it left", {HO_CLIP_POSITION_X, HO_CLIP_POSITION_Y}, {10, 6}, false, 8, 30, -1, 0},
        {"cropped", {HO_CLIP_CROP_LEFT}, {12}, false, 11, 30, -1, 0},
        {"cropped: the rest stays", {HO_CLIP_CROP_LEFT}, {12}, false, 12, 30, 12, 30},
        {"turned right", {HO_CLIP_ROTATION}, {90}, false, 60, 32, 48, 19},    // the top comes to the right
        {"zoomed", {HO_CLIP_ZOOM_X, HO_CLIP_ZOOM_Y}, {2, 2}, false, 68, 52, 58, 42},
        {"zoomed about its right edge", {HO_CLIP_ZOOM_X, HO_CLIP_ANCHOR_X}, {0.5, 48}, false, 71, 30, 46, 30},
        {"flipped", {HO_CLIP_POSITION_X}, {0}, true, 20, 30, 75, 30},
        {"flipped, cropped on the source's left", {HO_CLIP_CROP_LEFT}, {12}, true, 90, 30, -1, 0},
    };
    struct ho_timeline *timeline = make_timeline();
    int64_t id = lay(timeline, MOVIE, V1, 0, 0, 4);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        change_clip(timeline, id, {
            for (int k = HO_CLIP_OPACITY; k <= HO_CLIP_CROP_BOTTOM; k++)
                clip->number[k].value = ho_clip_number_describe((enum ho_clip_number)k)->value;
            for (int k = 0; k < 3; k++)
                if (expected[i].number[k] != HO_CLIP_OPACITY)
                    clip->number[expected[i].number[k]].value = expected[i].value[k];
            clip->flip_x = expected[i].flip_x;
        });
        struct shown shown = show(timeline, 1);
        for (int p = 0; p < 2; p++) {
            float wanted = expected[i].from_x < 0 ? 0 : shade(MOVIE, 1, p, expected[i].from_x, expected[i].from_y);
            float got = at(&shown, p, expected[i].x, expected[i].y);
            if (fabsf(got - wanted) > 0.006f)
                fail_msg("%s: plane %d is %g instead of %g", expected[i].what, p, (double)got, (double)wanted);
        }
        hide(&shown);
    }
    ho_timeline_destroy(&timeline);
}

// A file whose alpha is taken for what it is not: the editor says what it is.
static bool find_cut_out(void *opaque, int64_t media, struct ho_compile_media *out)
{
    (void)media;
    snprintf(out->path, sizeof(out->path), "%s/cut.png", folder);
    out->alpha = *(const enum ho_alpha_kind *)opaque;
    return true;
}

static void alpha_is_what_the_editor_says(void **state)
{
    (void)state;
    char path[300];
    struct ho_diag diag = {0};
    struct ho_writer *writer;
    struct ho_picture *picture;
    struct ho_writer_options writing = {.codec = HO_CODEC_PNG, .width = WIDTH, .height = HEIGHT, .n_frames = 1};
    snprintf(path, sizeof(path), "%s/cut.png", folder);
    assert_ok(ho_writer_open(path, &writing, &writer, &diag), &diag);
    assert_ok(ho_picture_create(WIDTH, HEIGHT, 4, &picture, &diag), &diag);
    for (int p = 0; p < 4; p++)
        for (ptrdiff_t i = 0; i < (ptrdiff_t)picture->stride * HEIGHT; i++)
            picture->plane[p][i] = p < 3 ? 0.2f : 0.5f;    // stored straight: 0.4, alpha 0.5
    assert_ok(ho_writer_send_picture(writer, picture, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_picture_destroy(&picture);
    struct ho_timeline *timeline = make_timeline();
    lay(timeline, STILL, V1, 0, 0, 10);
    static const double expected[][2] = {{0.2, 0.5}, {0.4, 1}, {0.2, 0.5}, {0.4, 0.5}};
    for (int kind = HO_ALPHA_AS_TAGGED; kind <= HO_ALPHA_PREMULTIPLIED; kind++) {
        enum ho_alpha_kind alpha = (enum ho_alpha_kind)kind;
        struct ho_compile_options options = {.find = find_cut_out, .opaque = &alpha, .keep_alpha = true};
        struct shown shown;
        show_with(timeline, 3, false, &options, &shown);
        assert_near(at(&shown, 0, 20, 20), expected[kind][0], 3e-3);
        assert_near(at(&shown, 3, 20, 20), expected[kind][1], 3e-3);
        hide(&shown);
    }
    ho_timeline_destroy(&timeline);
}

static void what_is_offline_is_a_sentence(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    struct ho_compiled compiled;
    struct ho_diag diag = {0};
    struct shown shown;
    int64_t id = lay(timeline, LOST, V2, 5, 0, 10);
    assert_int_equal(ho_compile(timeline, 7, &over_black, &compiled, &diag), HO_ERROR_INPUT);
    assert_string_equal(diag.message, "clip \"lost\" on V2 at 01:00:00:05: lost.mov is not where it was "
                                      "(/media/lost.mov); relink it, or disable the clip");
    struct ho_compile_options options = {.find = find_media, .show_offline = true};
    show_with(timeline, 7, false, &options, &shown);
    assert_near(at(&shown, 0, 2, 2), 0.35, 1e-3);
    float brightest = 0;
    for (int x = 0; x < WIDTH; x++)
        for (int y = 0; y < HEIGHT; y++)
            brightest = at(&shown, 1, x, y) > brightest ? at(&shown, 1, x, y) : brightest;
    assert_true(brightest > 0.5f);
    hide(&shown);
    change_clip(timeline, id, clip->enabled = false);
    struct shown off = show(timeline, 7);
    assert_true(at(&off, 0, 2, 2) == 0);
    hide(&off);
    ho_timeline_destroy(&timeline);
}

// ---- rendering

// A gap, film at another rate, the movie beneath a title: one file, from the middle of the timeline.
static void a_range_is_rendered(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"text\": \"H\", \"font\": \"DejaVu Sans Bold\", \"size\": 0.4}"};
    char output[300];
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    struct ho_render_report report;
    struct ho_placement title = {
        .at = 35, .length = 5, .video_track = V2, .name = "title", .texts = texts, .n_texts = 1};
    lay(timeline, LOST, V1, 0, 0, 5);    // outside the range: not looked at
    lay(timeline, FILM, V1, 10, 0, 20);
    lay(timeline, MOVIE, V1, 30, 8, 20);
    assert_ok(ho_timeline_overwrite(timeline, &title, NULL, &diag), &diag);
    int64_t lone = lay(timeline, MOVIE, V3, 45, 23, 5);
    change_clip(timeline, lone, clip->composite = HO_COMPOSITE_FOREGROUND);
    snprintf(output, sizeof(output), "%s/out.mkv", folder);
    struct ho_render_request request = {
        .output = output, .codec = HO_CODEC_FFV1, .has_range = true, .range = {6, 49}, .overwrite = true};
    help_log[0] = '\0';
    assert_ok(ho_render_timeline(timeline, &over_black, &request, &report, &diag), &diag);
    assert_non_null(strstr(help_log, "nothing cuts it"));
    assert_int_equal(report.n_frames, 44);
    assert_int_equal(report.n_patched, 5);
    assert_int_equal(report.n_untouched, 35);
    assert_string_equal(report.timecode, "01:00:00:06");
    struct ho_reader *reader;
    struct ho_converter *converter;
    struct ho_picture *picture;
    assert_ok(ho_reader_open(output, NULL, &reader, &diag), &diag);
    assert_ok(ho_converter_create(&converter, &diag), &diag);
    assert_ok(ho_picture_create(WIDTH, HEIGHT, 3, &picture, &diag), &diag);
    assert_int_equal(ho_reader_info(reader)->n_frames, 44);
    assert_ok(ho_reader_start(reader, 0, 43, &diag), &diag);
    for (int i = 0; i < 44; i++) {
        struct ho_frame *frame;
        assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
        assert_ok(ho_converter_read(converter, frame, NULL, picture, &diag), &diag);
        const struct ho_timeline_clip *clip = ho_timeline_clip_at(timeline, V1, i + 6);
        int index = clip ? (int)ho_timeline_source_frame(timeline, clip, i + 6) : 0;
        float wanted = clip ? shade((int)clip->media, index, 0, 3, 3) : 0;
        assert_near(picture->plane[0][3 * picture->stride + 3], wanted, 6e-3);
        ho_frame_unref(&frame);
    }
    ho_picture_destroy(&picture);
    ho_converter_destroy(&converter);
    ho_reader_close(&reader);
    request.range = (struct ho_range){2, 12};
    assert_int_equal(ho_render_timeline(timeline, &over_black, &request, &report, &diag), HO_ERROR_INPUT);
    request.range = (struct ho_range){40, 50};
    diag = (struct ho_diag){0};
    assert_int_equal(ho_render_timeline(timeline, &over_black, &request, &report, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "after the end"));
    ho_timeline_destroy(&timeline);
}

// Footage with pixels of its own shape on a timeline of its size keeps them.
static void pixels_keep_their_shape(void **state)
{
    (void)state;
    char output[300];
    struct ho_source_info info;
    struct ho_render_report report;
    struct ho_diag diag = {0};
    struct ho_timeline *timeline = make_timeline();
    fixture_aspect = (struct ho_rational){4, 3};
    write_media(LOST + 1, WIDTH, (struct ho_rational){25, 1}, 5);
    fixture_aspect = (struct ho_rational){1, 1};
    struct ho_timeline_media media = {LOST + 1, "narrow", {25, 1}, 5, false, true, false, WIDTH, HEIGHT};
    assert_ok(ho_timeline_set_media(timeline, &media, &diag), &diag);
    lay(timeline, LOST + 1, V1, 0, 0, 5);
    snprintf(output, sizeof(output), "%s/narrow.mov", folder);
    struct ho_render_request request = {.output = output, .codec = HO_CODEC_PRORES_HQ};
    assert_ok(ho_render_timeline(timeline, &over_black, &request, &report, &diag), &diag);
    assert_ok(ho_source_probe(output, NULL, &info, &diag), &diag);
    assert_int_equal(report.n_untouched, 5);
    assert_int_equal(info.pixel_aspect.num, 4);
    assert_int_equal(info.pixel_aspect.den, 3);
    ho_timeline_destroy(&timeline);
}

static void stop_after_10(void *opaque, const struct ho_deliver_progress *progress)
{
    if (progress->n_done == 10)
        ho_cancel_request(opaque);
}

static uint64_t file_hash(const char *path)
{
    uint64_t hash = 14695981039346656037u;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (int c; (c = fgetc(file)) != EOF;)
        hash = (hash ^ (unsigned)c) * 1099511628211u;
    fclose(file);
    return hash;
}

// Stopped past an edit, a render goes on from there, and the file is that of a run without a break; another timeline
// begins anew.
static void a_stopped_render_goes_on(void **state)
{
    (void)state;
    char whole[300], broken[300];
    struct ho_timeline *timeline = make_timeline();
    struct ho_render_report report;
    struct ho_cancel cancel = {0};
    struct ho_diag diag = {0};
    lay(timeline, MOVIE, V1, 0, 0, 8);
    int64_t id = lay(timeline, FILM, V1, 8, 0, 22);
    snprintf(whole, sizeof(whole), "%s/whole.mov", folder);
    snprintf(broken, sizeof(broken), "%s/broken.mov", folder);
    struct ho_render_request request = {.output = whole, .codec = HO_CODEC_PRORES_HQ};
    assert_ok(ho_render_timeline(timeline, &over_black, &request, &report, &diag), &diag);
    request.output = broken;
    request.cancel = &cancel;
    request.progress = stop_after_10;
    request.opaque = &cancel;
    assert_int_equal(ho_render_timeline(timeline, &over_black, &request, &report, &diag), HO_CANCELLED);
    assert_non_null(strstr(diag.message, "stopped after 10 of 30 frames; they are kept"));
    ho_cancel_reset(&cancel);
    request.progress = NULL;
    change_clip(timeline, id, clip->number[HO_CLIP_OPACITY].value = 0.5);
    struct ho_render_request other = request;
    other.cancel = NULL;
    change_clip(timeline, id, clip->number[HO_CLIP_OPACITY].value = 1);
    diag = (struct ho_diag){0};
    assert_ok(ho_render_timeline(timeline, &over_black, &request, &report, &diag), &diag);
    assert_true(report.n_kept > 0 && report.n_kept <= 10);
    assert_true(file_hash(whole) == file_hash(broken));
    other.output = broken;
    other.overwrite = true;
    change_clip(timeline, id, clip->number[HO_CLIP_OPACITY].value = 0.5);
    assert_ok(ho_render_timeline(timeline, &over_black, &other, &report, &diag), &diag);
    assert_int_equal(report.n_kept, 0);
    assert_true(file_hash(whole) != file_hash(broken));
    ho_timeline_destroy(&timeline);
}

// A scope is written and read back with the rest of a graph.
static void scopes_are_kept_in_json(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    struct ho_compiled compiled;
    struct ho_diag diag = {0};
    char *text, *again;
    struct ho_graph *graph, *copy;
    lay(timeline, FILM, V1, 3, 5, 20);
    assert_ok(ho_compile(timeline, 3, &over_black, &compiled, &diag), &diag);
    assert_ok(ho_graph_format(compiled.graph, &text, &diag), &diag);
    assert_non_null(strstr(text, "\"rate\": [960, 1001]"));
    assert_ok(ho_graph_parse(text, "again", &graph, &diag), &diag);
    assert_ok(ho_graph_copy(graph, &copy, &diag), &diag);
    assert_ok(ho_graph_format(copy, &again, &diag), &diag);
    assert_string_equal(text, again);
    assert_int_equal(ho_scope_frame(ho_graph_scope_of(copy, "media2"), 4), 5);
    assert_int_equal(ho_scope_frame(ho_graph_scope_of(copy, "media2"), 5), 6);
    struct ho_scope wrong = {.id = "x", .rate = {1, 2}, .part = 2};
    assert_int_equal(ho_graph_add_scope(copy, &wrong, &diag), HO_ERROR_USAGE);
    free(text);
    free(again);
    ho_graph_destroy(&graph);
    ho_graph_destroy(&copy);
    ho_compiled_clear(&compiled);
    ho_timeline_destroy(&timeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lone_clip_passes_through),
        cmocka_unit_test(another_rate_shows_what_is_on_screen),
        cmocka_unit_test(stretches_end_at_edits),
        cmocka_unit_test(nothing_is_black),
        cmocka_unit_test(modes_are_their_formulas),
        cmocka_unit_test(keyframes_count_in_clip_time),
        cmocka_unit_test(a_foreground_is_cut_by_the_matte_below_it),
        cmocka_unit_test(an_incomplete_pair_says_so),
        cmocka_unit_test(only_the_letters_are_made),
        cmocka_unit_test(an_alpha_output_isolates_the_clip),
        cmocka_unit_test(fusion_comes_before_color),
        cmocka_unit_test(a_graph_that_cannot_be_used_is_named),
        cmocka_unit_test(texts_of_one_title_move_apart),
        cmocka_unit_test(a_picture_of_another_size_is_fitted),
        cmocka_unit_test(a_clip_lies_where_its_numbers_say),
        cmocka_unit_test(alpha_is_what_the_editor_says),
        cmocka_unit_test(what_is_offline_is_a_sentence),
        cmocka_unit_test(a_range_is_rendered),
        cmocka_unit_test(pixels_keep_their_shape),
        cmocka_unit_test(a_stopped_render_goes_on),
        cmocka_unit_test(scopes_are_kept_in_json),
    };
    return cmocka_run_group_tests(tests, compile_setup, compile_teardown);
}
