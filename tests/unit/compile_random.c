// SPDX-License-Identifier: BSD-2-Clause
// Random timelines against a compositor that is too simple to be wrong: one pixel after the other in float64, from the
// formulas of compile.h. One evaluator goes through all stretches, as a render does, in a random order, as a viewer.
#include "unit/compile_fixture.h"
#include "unit/composite_twin.h"

static uint32_t seed;

static int roll(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

static double opacity_of(const struct ho_timeline_clip *clip, int64_t frame)
{
    return ho_curve_value(&clip->number[HO_CLIP_OPACITY], clip->origin + frame - clip->at);
}

static double shown(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip, int64_t frame, int p,
                    int x, int y)
{
    return (double)shade((int)clip->media, (int)ho_timeline_source_frame(timeline, clip, frame), p, x, y);
}

static double key_of(const struct ho_timeline *timeline, const struct ho_timeline_clip *matte, int64_t frame, int x,
                     int y)
{
    double opacity = opacity_of(matte, frame), luma = 0.2126 * shown(timeline, matte, frame, 0, x, y) +
                                                      0.7152 * shown(timeline, matte, frame, 1, x, y) +
                                                      0.0722 * shown(timeline, matte, frame, 2, x, y);
    switch (matte->composite) {
    case HO_COMPOSITE_LUMA: return opacity * luma;
    case HO_COMPOSITE_INVERTED_LUMA: return 1 - opacity * luma;
    case HO_COMPOSITE_ALPHA: return opacity;
    default: return 1 - opacity;
    }
}

static double expected(const struct ho_timeline *timeline, int64_t frame, int p, int x, int y)
{
    const struct ho_timeline_clip *layer[4];
    int n = 0;
    double colour = 0, alpha = 0;    // premultiplied
    for (int place = 0; place < 4; place++) {
        const struct ho_track *track = ho_timeline_track_at(timeline, HO_TRACK_VIDEO, place);
        const struct ho_timeline_clip *clip = ho_timeline_clip_at(timeline, track->id, frame);
        if (track->enabled && clip && clip->enabled)
            layer[n++] = clip;
    }
    for (int i = 0; i < n; i++) {
        if (ho_composite_is_matte(layer[i]->composite))
            continue;
        bool cut = layer[i]->composite == HO_COMPOSITE_FOREGROUND && i > 0 &&
                   ho_composite_is_matte(layer[i - 1]->composite);
        double a = cut ? key_of(timeline, layer[i - 1], frame, x, y) : 1, s = shown(timeline, layer[i], frame, p, x, y),
               opacity = opacity_of(layer[i], frame), b = alpha > 0 ? colour / alpha : 0;
        double result = a * (1 - alpha) * s + a * alpha * mixed(layer[i]->composite, b, s) + (1 - a) * colour;
        colour += opacity * (result - colour);
        alpha += opacity * (a + alpha - a * alpha - alpha);
    }
    return colour;
}

// Clips anywhere, of any mode, opacity and rate; some are trimmed, split, disabled.
static struct ho_timeline *random_timeline(void)
{
    static const int media[] = {MOVIE, FILM, MATTE, MOVIE};
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    for (int i = 0; i < 10; i++) {
        int in = roll(30), length = 1 + roll(28);
        int64_t id = lay(timeline, media[roll(4)], V1 + roll(4), roll(50), in, length);
        change_clip(timeline, id, {
            clip->composite = roll(3) ? (enum ho_composite)roll(HO_N_COMPOSITES) : HO_COMPOSITE_FOREGROUND;
            if (clip->media == MATTE)
                clip->composite = (enum ho_composite)(HO_COMPOSITE_LUMA + roll(4));
            clip->number[HO_CLIP_OPACITY].value = roll(2) ? 1 : roll(11) / 10.0;
            clip->enabled = roll(8) > 0;
        });
        if (roll(3) == 0)
            for (int k = 0; k < 2; k++) {
                struct ho_keyframe key = {roll(30), roll(11) / 10.0, (enum ho_interpolation)roll(3)};
                assert_ok(ho_timeline_set_keyframe(timeline, id, HO_CLIP_OPACITY, &key, NULL, &diag), &diag);
            }
        if (roll(2))    // refused where nothing lies across it
            (void)!ho_timeline_split(timeline, roll(60), NULL, 0, 0, NULL, NULL);
        if (roll(3) == 0)
            (void)!ho_timeline_trim(timeline, id, HO_CLIP_HEAD, 1, 0, NULL, NULL);
    }
    if (roll(4) == 0) {
        struct ho_track track = *ho_timeline_track_at(timeline, HO_TRACK_VIDEO, roll(4));
        track.enabled = false;
        assert_ok(ho_timeline_set_track(timeline, &track, NULL, &diag), &diag);
    }
    return timeline;
}

static void compare(const struct ho_timeline *timeline, struct shown *shown, int64_t frame, uint32_t number)
{
    struct ho_diag diag = {0};
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(timeline);
    struct ho_evaluator_options options = {
        .width = settings->width, .height = settings->height, .rate = settings->rate, .any_matte = true};
    if (!shown->evaluator || frame < shown->compiled.frames.first || frame > shown->compiled.frames.last) {
        struct ho_compiled next;
        assert_ok(ho_compile(timeline, frame, &over_black, &next, &diag), &diag);
        if (shown->evaluator)
            assert_ok(ho_evaluator_set_graph(shown->evaluator, next.graph, &diag), &diag);
        else
            assert_ok(ho_evaluator_create(next.graph, &options, &shown->evaluator, &diag), &diag);
        ho_compiled_clear(&shown->compiled);
        shown->compiled = next;
    }
    assert_ok(ho_evaluator_frame(shown->evaluator, HO_COMPILED_OUTPUT, frame, false, &shown->frame, &diag), &diag);
    for (int y = 1; y < HEIGHT; y += 13)
        for (int x = 1; x < WIDTH; x += 13)
            for (int p = 0; p < 3; p++) {
                double wanted = expected(timeline, frame, p, x, y);
                if (fabs((double)at(shown, p, x, y) - wanted) > 8e-3)
                    fail_msg("timeline %u, frame %d: plane %d is %g at %d,%d instead of %g", number, (int)frame, p,
                             (double)at(shown, p, x, y), x, y, wanted);
            }
}

static void random_timelines_are_what_the_formulas_say(void **state)
{
    (void)state;
    for (uint32_t number = 0; number < 40; number++) {
        struct shown shown = {.evaluator = NULL};
        seed = number * 7919 + 1;
        struct ho_timeline *timeline = random_timeline();
        for (int i = 0; i < 25; i++)
            compare(timeline, &shown, i < 10 ? 20 + i : roll(80), number);
        hide(&shown);
        ho_timeline_destroy(&timeline);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_timelines_are_what_the_formulas_say)};
    return cmocka_run_group_tests(tests, compile_setup, compile_teardown);
}
