// SPDX-License-Identifier: BSD-2-Clause
// What prompts give: the place clicked is in, the place excluded is out, a box holds, contradictions are refused; and
// what is said of weights that are not right.
#include <sys/stat.h>
#include <unistd.h>

#include "engine/embedded/embedded.h"
#include "engine_help.h"

#define WIDTH 320
#define HEIGHT 180

static const struct ho_engine *engine;
static struct ho_engine_session *session;
static struct ho_engine_walk *walk;
static const struct scene scene = {WIDTH, HEIGHT, 170, 90, 34};
static struct ho_frame *frame;
static struct ho_matte *truth, *matte;

static int open_all(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    setenv("HOLDOUT_PRECISION", "f32", 1);
    assert_ok(ho_engine_find("embedded", &engine, &diag), &diag);
    session = session_of(engine, WIDTH, HEIGHT, HO_QUALITY_BETTER, 2);
    walk = walk_of(engine, session);
    frame = scene_frame(&scene, 0);
    truth = scene_matte(&scene);
    matte = scene_matte(&scene);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    ho_frame_unref(&frame);
    ho_matte_destroy(&truth);
    ho_matte_destroy(&matte);
    engine->walk_destroy(&walk);
    engine->close(&session);
    return 0;
}

static struct ho_prompt prompt_of(enum ho_prompt_kind kind, struct ho_point *points, size_t n)
{
    return (struct ho_prompt){.kind = kind, .points = points, .n_points = n};
}

static struct ho_engine_answer answer;

static double ask_both(const struct ho_prompt *prompts, size_t n, struct ho_matte *rival)
{
    struct ho_diag diag = {0};
    answer = (struct ho_engine_answer){.confidence = -1};
    assert_ok(engine->prompt(walk, frame, prompts, n, matte, rival, &answer, &diag), &diag);
    assert_true(answer.confidence >= 0 && answer.confidence <= 1);
    return overlap(matte, truth);
}

static double ask(const struct ho_prompt *prompts, size_t n) { return ask_both(prompts, n, NULL); }

static bool is_in(float x, float y) { return matte->data[(int)y * matte->stride + (int)x] >= 32768; }

static void a_click_finds_the_ball(void **state)
{
    (void)state;
    struct ho_point at = {170, 90};
    struct ho_prompt click = prompt_of(HO_PROMPT_CLICK, &at, 1);
    double j = ask(&click, 1);
    if (j < 0.7)
        fail_msg("one click on a plain ball: J %.3f", j);
    struct ho_matte *first = scene_matte(&scene);
    struct ho_diag diag = {0};
    assert_ok(ho_matte_copy(matte, first, &diag), &diag);
    ask(&click, 1);    // tried again: the same bits, though features are kept now
    assert_same_matte(first, matte);
    ho_matte_destroy(&first);
}

// Features are kept by frame and view: another object and the other direction cost the backbone nothing where they look
// at the same; clicks have one of their own.
static void a_view_of_a_frame_is_encoded_once(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_engine_times times[4];
    struct ho_point at = {172, 91};
    struct ho_prompt click = prompt_of(HO_PROMPT_CLICK, &at, 1);
    struct ho_frame *own = scene_frame(&scene, 3), *kept = frame;
    frame = own;    // one that nobody has looked at
    engine->times(session, &times[0]);
    ask(&click, 1);
    engine->times(session, &times[1]);
    assert_int_equal(times[1].n_encoded, times[0].n_encoded);
    struct ho_engine_walk *first = walk, *other = walk_of(engine, session);
    walk = other;
    ask(&click, 1);
    engine->times(session, &times[2]);
    assert_int_equal(times[2].n_encoded, times[1].n_encoded);
    // Both begin from one matte and look at the frame after it: one of them pays.
    struct ho_frame *next = scene_frame(&scene, 4);
    struct ho_matte *mattes[2] = {scene_matte(&scene), scene_matte(&scene)};
    float confidence;
    assert_ok(engine->keep(first, own, matte, NULL, &diag), &diag);
    assert_ok(engine->keep(other, own, matte, NULL, &diag), &diag);
    assert_ok(engine->step(&first, 1, next, NULL, &mattes[0], &confidence, &diag), &diag);
    engine->times(session, &times[2]);
    assert_ok(engine->step(&other, 1, next, NULL, &mattes[1], &confidence, &diag), &diag);
    engine->times(session, &times[3]);
    assert_int_equal(times[3].n_encoded, times[2].n_encoded);
    assert_same_matte(mattes[0], mattes[1]);
    for (int i = 0; i < 2; i++)
        ho_matte_destroy(&mattes[i]);
    walk = first;
    frame = kept;
    engine->walk_destroy(&other);
    ho_frame_unref(&own);
    ho_frame_unref(&next);
}

// The scene through a lens that squeezes it to half its width.
static struct ho_frame *squeeze(const struct ho_frame *wide)
{
    const AVFrame *from = ho_frame_av(wide);
    AVFrame *av = av_frame_alloc();
    assert_non_null(av);
    av->format = AV_PIX_FMT_GBRP;
    av->width = WIDTH / 2;
    av->height = HEIGHT;
    assert_true(av_frame_get_buffer(av, 64) >= 0);
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH / 2; x++) {
                const uint8_t *pair = from->data[c] + y * from->linesize[c] + 2 * x;
                av->data[c][y * av->linesize[c] + x] = (uint8_t)((pair[0] + pair[1]) / 2);
            }
    struct ho_colour colour = {0, 13, 1, 1, 0};
    struct ho_frame *frame_of_half = NULL;
    struct ho_diag diag = {0};
    assert_ok(ho_frame_create(&av, 0, 0, &colour, false, &frame_of_half, &diag), &diag);
    return frame_of_half;
}

static void a_squeezed_picture_is_seen_as_on_the_screen(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_engine_options options = {
        .width = WIDTH / 2, .height = HEIGHT, .pixel_aspect = {2, 1}, .quality = HO_QUALITY_BETTER, .n_threads = 2};
    struct ho_engine_session *own = NULL;
    assert_ok(engine->open(&options, &own, &diag), &diag);
    struct ho_view wide_view = ho_session_whole(session, 480), view = ho_session_whole(own, 480);
    assert_true(view.width == wide_view.width && view.height == wide_view.height);
    struct ho_engine_walk *kept_walk = walk;
    struct ho_frame *kept = frame, *half = squeeze(frame);
    struct ho_matte *kept_matte = matte, *kept_truth = truth, *narrow = NULL, *round = NULL;
    assert_ok(ho_matte_create(WIDTH / 2, HEIGHT, &narrow, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH / 2, HEIGHT, &round, &diag), &diag);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH / 2; x++)
            round->data[y * round->stride + x] = truth->data[y * truth->stride + 2 * x + 1];
    struct ho_point wide_at = {170, 90}, at = {85, 90};
    struct ho_prompt wide_click = prompt_of(HO_PROMPT_CLICK, &wide_at, 1), click = prompt_of(HO_PROMPT_CLICK, &at, 1);
    double wide_j = ask(&wide_click, 1);
    walk = walk_of(engine, own);
    frame = half;
    matte = narrow;
    truth = round;
    double j = ask(&click, 1);
    if (j < wide_j - 0.02)
        fail_msg("a ball, as it is and squeezed: J %.3f and %.3f", wide_j, j);
    engine->walk_destroy(&walk);
    walk = kept_walk;
    frame = kept;
    matte = kept_matte;
    truth = kept_truth;
    engine->close(&own);
    ho_frame_unref(&half);
    ho_matte_destroy(&narrow);
    ho_matte_destroy(&round);
}

static void every_click_is_obeyed(void **state)
{
    (void)state;
    // Also where the network would say otherwise: on the ground, at borders, and out of the ball.
    struct ho_point in[] = {{170, 90}, {30, 30}, {0, 0}, {319.5f, 179.5f}}, out[] = {{180, 100}, {300, 20}};
    struct ho_prompt prompts[6];
    for (size_t i = 0; i < 4; i++)
        prompts[i] = prompt_of(HO_PROMPT_CLICK, &in[i], 1);
    for (size_t i = 0; i < 2; i++)
        prompts[4 + i] = prompt_of(HO_PROMPT_EXCLUDE, &out[i], 1);
    ask(prompts, 6);
    for (int i = 0; i < 4; i++)
        assert_true(is_in(in[i].x, in[i].y));
    for (int i = 0; i < 2; i++)
        assert_false(is_in(out[i].x, out[i].y));
}

static void a_box_holds_the_answer(void **state)
{
    (void)state;
    struct ho_point corners[] = {{210, 130}, {130, 50}};    // any two opposite ones
    struct ho_prompt box = prompt_of(HO_PROMPT_BOX, corners, 2);
    double j = ask(&box, 1);
    if (j < 0.7)
        fail_msg("a box around a plain ball: J %.3f", j);
    struct ho_rect bounds;
    assert_true(ho_matte_bounds(matte, &bounds));
    assert_true(bounds.x0 >= 120 && bounds.y0 >= 40 && bounds.x1 <= 220 && bounds.y1 <= 140);
}

static void a_stroke_and_a_mask(void **state)
{
    (void)state;
    struct ho_point along[] = {{155, 80}, {170, 95}, {185, 85}};
    struct ho_prompt stroke = prompt_of(HO_PROMPT_STROKE, along, 3), mask = {.kind = HO_PROMPT_MASK, .mask = truth};
    assert_true(ask(&stroke, 1) > 0.6);
    for (int i = 0; i < 3; i++)
        assert_true(is_in(along[i].x, along[i].y));
    ask(&mask, 1);
    assert_same_matte(matte, truth);    // as it is
    struct ho_point away = {180, 100};
    struct ho_prompt both[] = {mask, prompt_of(HO_PROMPT_EXCLUDE, &away, 1)};
    ask(both, 2);
    assert_false(is_in(away.x, away.y));
}

static void join(struct ho_matte *into, const struct ho_matte *other)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            uint16_t *pixel = &into->data[y * into->stride + x], more = other->data[y * other->stride + x];
            *pixel = *pixel > more ? *pixel : more;
        }
}

// An excluded place in a mask of two things takes away the whole of the one that is there; excluded on the object's own
// rim, it takes a part.
static void excluding_takes_the_thing_away(void **state)
{
    (void)state;
    static const struct scene left = {WIDTH, HEIGHT, 110, 90, 34}, right = {WIDTH, HEIGHT, 200, 90, 34};
    struct ho_frame *own = scene_frame_of_two(&left, right.x, 50), *kept = frame;
    struct ho_matte *one = scene_matte(&left), *other = scene_matte(&right), *both = scene_matte(&left),
                    *kept_truth = truth;
    join(both, other);
    frame = own;
    truth = one;
    struct ho_point there = {188, 80};
    struct ho_prompt prompts[] = {{.kind = HO_PROMPT_MASK, .mask = both}, prompt_of(HO_PROMPT_EXCLUDE, &there, 1)};
    struct ho_matte *rival = scene_matte(&left);
    double j = ask_both(prompts, 2, rival);
    assert_true(answer.has_rival && !answer.is_local && overlap(rival, other) > 0.8);
    if (j < 0.9)
        fail_msg("of two balls one was excluded, and what is left is the other to J %.3f", j);
    assert_int_equal(both->data[80 * both->stride + 188], 65535);    // the mask that was given is the caller's
    prompts[0].mask = one;
    struct ho_point rim = {110, 62};
    prompts[1].points = &rim;
    assert_true(ask_both(prompts, 2, rival) > 0.6);
    assert_true(answer.is_local && !answer.has_rival && ho_matte_is_empty(rival));
    // Beside the object a thing is a rival; the object that was clicked, with a hole, is local.
    prompts[1].points = &there;
    assert_true(ask_both(prompts, 2, rival) > 0.9);
    assert_true(answer.has_rival && !answer.is_local && overlap(rival, other) > 0.8);
    struct ho_point in = {110, 90};
    prompts[0] = prompt_of(HO_PROMPT_CLICK, &in, 1);
    prompts[1].points = &there;
    assert_true(ask_both(prompts, 2, rival) > 0.8);
    assert_true(answer.has_rival && !answer.is_local && overlap(rival, other) > 0.8);
    prompts[1].points = &rim;
    ask_both(prompts, 2, rival);
    assert_true(answer.is_local && !answer.has_rival);
    ho_matte_destroy(&rival);
    frame = kept;
    truth = kept_truth;
    ho_frame_unref(&own);
    ho_matte_destroy(&one);
    ho_matte_destroy(&other);
    ho_matte_destroy(&both);
}

// ... but never nearly all of the mask: who excludes a place on the rim of the object means that place.
static void excluding_leaves_the_object(void **state)
{
    (void)state;
    static const struct scene ball = {WIDTH, HEIGHT, 110, 90, 34}, scrap = {WIDTH, HEIGHT, 152, 40, 8};
    struct ho_frame *own = scene_frame_of_two(&ball, 200, 50), *kept = frame;
    struct ho_matte *one = scene_matte(&ball), *small = scene_matte(&scrap), *both = scene_matte(&ball),
                    *kept_truth = truth;
    join(both, small);
    frame = own;
    truth = one;
    struct ho_point rim = {110, 62};
    struct ho_prompt prompts[] = {{.kind = HO_PROMPT_MASK, .mask = both}, prompt_of(HO_PROMPT_EXCLUDE, &rim, 1)};
    double j = ask(prompts, 2);
    if (j < 0.5)
        fail_msg("a place on the rim of the ball was excluded, and of the ball is left J %.3f", j);
    frame = kept;
    truth = kept_truth;
    ho_frame_unref(&own);
    ho_matte_destroy(&one);
    ho_matte_destroy(&small);
    ho_matte_destroy(&both);
}

// A piece that lies apart goes as a whole, also where it can't be told from the rest.
static void excluding_takes_a_piece_apart(void **state)
{
    (void)state;
    static const struct scene ball = {WIDTH, HEIGHT, 110, 90, 34}, left = {WIDTH, HEIGHT, 96, 90, 14},
                              right = {WIDTH, HEIGHT, 130, 90, 8};
    struct ho_frame *own = scene_frame_of_two(&ball, 220, 50), *kept = frame;
    struct ho_matte *piece = scene_matte(&right), *mask = scene_matte(&left), *rival = scene_matte(&ball);
    join(mask, piece);
    frame = own;
    struct ho_point there = {131, 92};
    struct ho_prompt prompts[] = {{.kind = HO_PROMPT_MASK, .mask = mask}, prompt_of(HO_PROMPT_EXCLUDE, &there, 1)};
    ask_both(prompts, 2, rival);
    assert_true(answer.has_rival && !answer.is_local && overlap(rival, piece) > 0.9);
    // What was clicked is not taken along.
    struct ho_point also = {127, 88};
    struct ho_prompt clicked[] = {prompts[0], prompt_of(HO_PROMPT_CLICK, &also, 1), prompts[1]};
    ask_both(clicked, 3, rival);
    assert_true(answer.is_local && !answer.has_rival);
    frame = kept;
    ho_frame_unref(&own);
    ho_matte_destroy(&mask);
    ho_matte_destroy(&piece);
    ho_matte_destroy(&rival);
}

static void refuse(const struct ho_prompt *prompts, size_t n, const char *part)
{
    struct ho_diag diag = {0};
    assert_int_equal(engine->prompt(walk, frame, prompts, n, matte, NULL, &answer, &diag), HO_ERROR_USAGE);
    if (!strstr(diag.message, part))
        fail_msg("'%s' does not say '%s'", diag.message, part);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    struct ho_point a = {100, 90}, b = {101, 91}, outside = {320, 10}, nan = {NAN, 3}, flat[] = {{50, 50}, {90, 50}},
                    corners[] = {{10, 10}, {60, 60}};
    struct ho_prompt contradiction[] = {prompt_of(HO_PROMPT_CLICK, &a, 1), prompt_of(HO_PROMPT_EXCLUDE, &b, 1)};
    refuse(contradiction, 2, "contradict");
    refuse(&contradiction[1], 1, "add a click");
    struct ho_prompt boxed[] = {prompt_of(HO_PROMPT_BOX, corners, 2), contradiction[0]};
    refuse(boxed, 2, "outside its box");
    struct ho_prompt one = prompt_of(HO_PROMPT_CLICK, &outside, 1);
    refuse(&one, 1, "outside the picture of 320x180");
    one.points = &nan;
    refuse(&one, 1, "outside the picture");
    one = prompt_of(HO_PROMPT_BOX, flat, 2);
    refuse(&one, 1, "no size");
    one = prompt_of(HO_PROMPT_STROKE, flat, 1);
    refuse(&one, 1, "points");
    struct scene small = {60, 40, 30, 20, 10};
    struct ho_matte *wrong = scene_matte(&small);
    one = (struct ho_prompt){.kind = HO_PROMPT_MASK, .mask = wrong};
    refuse(&one, 1, "60x40");
    ho_matte_destroy(&wrong);
}

// ---- weights

static char folder[4096];

static void copy_model(void)
{
    snprintf(folder, sizeof folder, "%s/engine-weights-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(folder));
    char command[10000];
    snprintf(command, sizeof command, "cp '%s/models/embedded/'* '%s'", getenv("HOLDOUT_SOURCE_ROOT"), folder);
    assert_int_equal(system(command), 0);
}

static void drop_model(void)
{
    char command[5000];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void expect_weights(enum ho_result result, const char *part)
{
    struct ho_weights weights;
    struct ho_diag diag = {0};
    assert_int_equal(ho_weights_load(folder, &weights, &diag), result);
    if (result == HO_OK)
        ho_weights_clear(&weights);
    else if (!strstr(diag.message, part) || !strstr(diag.message, "nstall"))
        fail_msg("'%s' does not say '%s' and what to do", diag.message, part);
}

static void replace_in_manifest(const char *from, const char *to)
{
    char command[10000];
    snprintf(command, sizeof command, "sed -i 's/%s/%s/' '%s/manifest.json'", from, to, folder);
    assert_int_equal(system(command), 0);
}

static void weights_that_are_not_right_get_a_sentence(void **state)
{
    (void)state;
    char path[5000];
    copy_model();
    expect_weights(HO_OK, "");

    snprintf(path, sizeof path, "%s/decode.bin", folder);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 1000, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, 1000, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
    expect_weights(HO_ERROR_ENGINE, "decode.bin' is damaged");
    assert_int_equal(unlink(path), 0);
    expect_weights(HO_ERROR_ENGINE, "decode.bin' cannot be opened");
    drop_model();

    copy_model();
    replace_in_manifest("\"f16\": 112", "\"f16\": 96");
    expect_weights(HO_ERROR_ENGINE, "96 channels for 'f16'");
    replace_in_manifest("holdout-embedded", "something");
    expect_weights(HO_ERROR_ENGINE, "'something'");
    replace_in_manifest("{", "{{");
    expect_weights(HO_ERROR_ENGINE, "manifest.json' is damaged");
    drop_model();

    struct ho_engine_options options = {.width = 64, .height = 64, .model = "/nonexistent/model"};
    struct ho_engine_session *none = NULL;
    struct ho_diag diag = {0};
    assert_int_equal(engine->open(&options, &none, &diag), HO_ERROR_ENGINE);
    assert_null(none);
    assert_non_null(strstr(diag.message, "/nonexistent/model"));
    diag = (struct ho_diag){0};
    options.model = NULL;
    setenv("HOLDOUT_MODELS", "/nonexistent/models", 1);
    assert_int_equal(engine->open(&options, &none, &diag), HO_ERROR_ENGINE);
    assert_non_null(strstr(diag.message, "HOLDOUT_MODELS"));
    unsetenv("HOLDOUT_MODELS");
    diag = (struct ho_diag){0};
    setenv("HOLDOUT_PRECISION", "f7", 1);
    assert_int_equal(engine->open(&options, &none, &diag), HO_ERROR_USAGE);
    setenv("HOLDOUT_PRECISION", "f32", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_finds_the_ball),
        cmocka_unit_test(a_view_of_a_frame_is_encoded_once),
        cmocka_unit_test(every_click_is_obeyed),
        cmocka_unit_test(a_squeezed_picture_is_seen_as_on_the_screen),
        cmocka_unit_test(a_box_holds_the_answer),
        cmocka_unit_test(a_stroke_and_a_mask),
        cmocka_unit_test(excluding_takes_the_thing_away),
        cmocka_unit_test(excluding_leaves_the_object),
        cmocka_unit_test(excluding_takes_a_piece_apart),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(weights_that_are_not_right_get_a_sentence),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
