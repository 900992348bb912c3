// SPDX-License-Identifier: BSD-2-Clause
// Graphs with footage: what passes through is untouched, mattes are matched by timecode, the templates do what they
// say.
#include "unit/bank_fixture.h"

#include <dirent.h>
#include <math.h>

#include "holdout/log.h"
#include "holdout/render.h"
#include "image/frame.h"

// Counts how often a matte is worked on.
enum ho_result __real_ho_finesse_apply(const struct ho_finesse *finesse, struct ho_picture *key, int n_threads,
                                       struct ho_diag *diag);
enum ho_result __wrap_ho_finesse_apply(const struct ho_finesse *finesse, struct ho_picture *key, int n_threads,
                                       struct ho_diag *diag);
static int n_applied;
enum ho_result __wrap_ho_finesse_apply(const struct ho_finesse *finesse, struct ho_picture *key, int n_threads,
                                       struct ho_diag *diag)
{
    n_applied++;
    return __real_ho_finesse_apply(finesse, key, n_threads, diag);
}

enum { WIDTH = 128, HEIGHT = 72, N_FRAMES = 12, SHIFT = 3 };

static char folder[256], footage[300], matte[300], bank_dir[300], output[300];

// A ramp that changes from frame to frame.
static void fill_footage(struct ho_picture *picture, int frame)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                picture->plane[p][(ptrdiff_t)y * picture->stride + x] = (float)((p == 0   ? x * 2
                                                                                 : p == 1 ? y * 3
                                                                                          : 40) +
                                                                                frame * 5) /
                                                                        400.0f;
}

// A square that moves one pixel a frame.
static void fill_matte(struct ho_matte *m, int frame)
{
    ho_matte_clear(m);
    for (int y = 20; y < 52; y++)
        for (int x = 40 + frame; x < 72 + frame; x++)
            m->data[(ptrdiff_t)y * m->stride + x] = 65535;
}

static void write_footage(void)
{
    struct ho_diag diag = {0};
    struct ho_writer *writer;
    struct ho_picture *picture;
    struct ho_writer_options options = {.codec = HO_CODEC_PRORES_HQ,
                                        .width = WIDTH,
                                        .height = HEIGHT,
                                        .rate = {24, 1},
                                        .pixel_aspect = {1, 1},
                                        .n_frames = N_FRAMES,
                                        .has_timecode = true,
                                        .start = {.frame = 86400, .fps = 24},
                                        .colour = {1, 1, 1, 0, 0}};
    assert_ok(ho_writer_open(footage, &options, &writer, &diag), &diag);
    assert_ok(ho_picture_create(WIDTH, HEIGHT, 3, &picture, &diag), &diag);
    for (int i = 0; i < N_FRAMES; i++) {
        fill_footage(picture, i);
        assert_ok(ho_writer_send_picture(writer, picture, &diag), &diag);
    }
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_picture_destroy(&picture);
}

// A movie of one grey a frame, which tells its number.
static void write_greys(const char *path, enum ho_codec codec, struct ho_rational rate, struct ho_timecode start,
                        int n_frames)
{
    struct ho_diag diag = {0};
    struct ho_writer *writer;
    struct ho_matte *m;
    struct ho_writer_options options = {.codec = codec,
                                        .width = WIDTH,
                                        .height = HEIGHT,
                                        .rate = rate,
                                        .pixel_aspect = {1, 1},
                                        .n_frames = n_frames,
                                        .has_timecode = true,
                                        .start = start,
                                        .colour = {1, 1, 1, 0, 0}};
    assert_ok(ho_writer_open(path, &options, &writer, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &m, &diag), &diag);
    for (int i = 0; i < n_frames; i++) {
        for (ptrdiff_t k = 0; k < (ptrdiff_t)m->stride * HEIGHT; k++)
            m->data[k] = (uint16_t)((i + 1) * 5000);
        assert_ok(ho_writer_send_matte(writer, m, &diag), &diag);
    }
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_matte_destroy(&m);
}

// Starts SHIFT frames after the footage.
static void write_matte(void)
{
    struct ho_diag diag = {0};
    struct ho_writer *writer;
    struct ho_matte *m;
    struct ho_writer_options options = {.codec = HO_CODEC_PRORES_HQ,
                                        .width = WIDTH,
                                        .height = HEIGHT,
                                        .rate = {24, 1},
                                        .pixel_aspect = {1, 1},
                                        .n_frames = N_FRAMES - SHIFT,
                                        .has_timecode = true,
                                        .start = {.frame = 86400 + SHIFT, .fps = 24},
                                        .colour = {1, 1, 1, 0, 0}};
    assert_ok(ho_writer_open(matte, &options, &writer, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &m, &diag), &diag);
    for (int i = SHIFT; i < N_FRAMES; i++) {
        fill_matte(m, i);
        assert_ok(ho_writer_send_matte(writer, m, &diag), &diag);
    }
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_matte_destroy(&m);
}

static int setup(void **state)
{
    (void)state;
    fixture_folder(folder, sizeof(folder));
    snprintf(footage, sizeof(footage), "%s/footage.mov", folder);
    snprintf(matte, sizeof(matte), "%s/matte.mov", folder);
    snprintf(bank_dir, sizeof(bank_dir), "%s/bank", folder);
    snprintf(output, sizeof(output), "%s/out.mov", folder);
    write_footage();
    write_matte();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_remove_tree(folder);
    return 0;
}

static struct ho_graph *make(const char *name, const char *const *files)
{
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    assert_ok(ho_graph_template(name, &graph, &diag), &diag);
    for (; *files; files += 3)
        assert_ok(ho_graph_set_text(graph, files[0], files[1], files[2], &diag), &diag);
    return graph;
}

static struct ho_graph *make_patch(void)
{
    struct ho_graph *graph = make("patch",
                                  (const char *const[]){"footage", "file", footage, "matte", "file", matte, NULL});
    struct ho_diag diag = {0};
    assert_ok(ho_graph_set_text(graph, "title", "text", "HHHHHH", &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "title", "font", "DejaVu Sans Bold", &diag), &diag);
    return graph;
}

static struct ho_render_request request_of(const struct ho_graph *graph)
{
    return (struct ho_render_request){
        .graph = graph, .output = output, .codec = HO_CODEC_PRORES_HQ, .overwrite = true, .bank_dir = bank_dir};
}

static struct ho_frame *read_frame(const char *path, int64_t index)
{
    struct ho_diag diag = {0};
    struct ho_reader *reader;
    struct ho_frame *frame;
    assert_ok(ho_reader_open(path, NULL, &reader, &diag), &diag);
    assert_ok(ho_reader_frame(reader, index, &frame, &diag), &diag);
    ho_reader_close(&reader);
    return frame;
}

static void read_picture(const char *path, int64_t index, int n_planes, struct ho_picture **out)
{
    struct ho_diag diag = {0};
    struct ho_converter *converter;
    struct ho_frame *frame = read_frame(path, index);
    assert_ok(ho_converter_create(&converter, &diag), &diag);
    assert_ok(ho_picture_create(WIDTH, HEIGHT, n_planes, out, &diag), &diag);
    assert_ok(ho_converter_read(converter, frame, NULL, *out, &diag), &diag);
    ho_converter_destroy(&converter);
    ho_frame_unref(&frame);
}

static float at(const struct ho_picture *picture, int plane, int x, int y)
{
    return picture->plane[plane][(ptrdiff_t)y * picture->stride + x];
}

// A patch of the footage over the footage is the footage: nothing is computed, the decoder's own frames go out.
static void untouched_frames_pass_through(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch();
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    assert_ok(ho_graph_enable(graph, "title", false, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    for (int i = 0; i < N_FRAMES; i++) {
        struct ho_graph_frame frame;
        struct ho_frame *source = read_frame(footage, i);
        assert_ok(ho_evaluator_frame(evaluator, NULL, i, true, &frame, &diag), &diag);
        assert_non_null(frame.base);
        assert_null(frame.picture);
        assert_true(ho_frame_equal(frame.base, source));
        ho_frame_unref(&source);
    }
    ho_evaluator_destroy(&evaluator);
    struct ho_render_report report;
    struct ho_render_request request = request_of(graph);
    assert_ok(ho_render_graph(&request, &report, &diag), &diag);
    assert_int_equal(report.n_untouched, N_FRAMES);
    assert_string_equal(report.timecode, "01:00:00:00");
    ho_graph_destroy(&graph);
}

// A rendered frame has the source's code values wherever nothing was laid over it, also when its neighbours were
// written into in place.
static void codes_outside_the_patch_stay(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch();
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_render_report report;
    struct ho_render_request request = request_of(graph);
    char lossless[400];
    snprintf(lossless, sizeof(lossless), "%s.mkv", output);
    request.codec = HO_CODEC_FFV1;
    request.output = lossless;
    assert_ok(ho_render_graph(&request, &report, &diag), &diag);
    assert_int_equal(report.n_patched, N_FRAMES);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    for (int i = 0; i < N_FRAMES; i++) {
        struct ho_graph_frame part;
        assert_ok(ho_evaluator_frame(evaluator, NULL, i, true, &part, &diag), &diag);
        struct ho_frame *source = read_frame(footage, i), *made = read_frame(lossless, i);
        const AVFrame *a = ho_frame_av(source), *b = ho_frame_av(made);
        assert_int_equal(a->format, b->format);
        bool differs = false;
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                bool inside = x >= part.changed.x0 && x < part.changed.x1 && y >= part.changed.y0 &&
                              y < part.changed.y1;
                bool same = !memcmp(a->data[0] + y * a->linesize[0] + 2 * x, b->data[0] + y * b->linesize[0] + 2 * x,
                                    2);
                differs = differs || !same;
                if (!inside && !same)
                    fail_msg("frame %d: the code at %d,%d is another one", i, x, y);
            }
        assert_true(differs);
        ho_frame_unref(&source);
        ho_frame_unref(&made);
    }
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
    unlink(lossless);
}

// What is known to pass through is what would have been computed.
static void the_short_cut_changes_nothing(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch();
    struct ho_diag diag = {0};
    struct ho_evaluator *short_cut, *plain;
    assert_ok(ho_evaluator_create(graph, NULL, &short_cut, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &plain, &diag), &diag);
    for (int i = SHIFT; i < N_FRAMES; i += 4) {
        struct ho_graph_frame part, whole;
        struct ho_picture *source;
        assert_ok(ho_evaluator_frame(short_cut, NULL, i, true, &part, &diag), &diag);
        assert_ok(ho_evaluator_frame(plain, NULL, i, false, &whole, &diag), &diag);
        read_picture(footage, i, 3, &source);
        assert_non_null(part.base);
        assert_true(part.changed.x1 > part.changed.x0 &&
                    (part.changed.x1 - part.changed.x0) * (part.changed.y1 - part.changed.y0) < WIDTH * HEIGHT);
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < HEIGHT; y++)
                for (int x = 0; x < WIDTH; x++) {
                    bool inside = x >= part.changed.x0 && x < part.changed.x1 && y >= part.changed.y0 &&
                                  y < part.changed.y1;
                    float value = inside ? at(part.picture, p, x - part.changed.x0, y - part.changed.y0)
                                         : at(source, p, x, y);
                    if (fabsf(value - at(whole.picture, p, x, y)) > 2e-3f)
                        fail_msg("frame %d, plane %d, %d,%d: %g instead of %g", i, p, x, y, (double)value,
                                 (double)at(whole.picture, p, x, y));
                }
        ho_picture_destroy(&source);
    }
    ho_evaluator_destroy(&short_cut);
    ho_evaluator_destroy(&plain);
    ho_graph_destroy(&graph);
}

// The title is behind the square, wherever timecode puts it, and before everything else.
static void text_stands_behind_the_subject(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch();
    struct ho_diag diag = {0};
    struct ho_render_report report;
    struct ho_render_request request = request_of(graph);
    assert_ok(ho_render_graph(&request, &report, &diag), &diag);
    assert_int_equal(report.n_frames, N_FRAMES);
    int n_white_outside = 0;
    for (int i = SHIFT; i < N_FRAMES; i += 4) {
        struct ho_picture *picture, *source;
        read_picture(output, i, 3, &picture);
        read_picture(footage, i, 3, &source);
        for (int y = 24; y < 48; y++)
            for (int x = 44 + i; x < 68 + i; x++)    // well inside the square of this frame
                assert_true(fabsf(at(picture, 1, x, y) - at(source, 1, x, y)) < 0.03f);
        for (int x = 0; x < 36; x++)
            n_white_outside += at(picture, 1, x, HEIGHT / 2) > 0.9f;
        ho_picture_destroy(&picture);
        ho_picture_destroy(&source);
    }
    assert_true(n_white_outside > 10);
    ho_graph_destroy(&graph);
}

static void the_isolated_clip_is_cut_out(void **state)
{
    (void)state;
    struct ho_graph *graph = make("isolate",
                                  (const char *const[]){"source", "file", footage, "matte", "file", matte, NULL});
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, NULL, 6, true, &frame, &diag), &diag);
    assert_null(frame.base);
    assert_true(fabsf(at(frame.picture, 3, 60, 36) - 1) < 0.01f);
    assert_true(at(frame.picture, 0, 60, 36) > 0.2f);
    assert_true(at(frame.picture, 3, 20, 36) == 0 && at(frame.picture, 0, 20, 36) == 0);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

static void store_matte(char id[HO_ID_SIZE])
{
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *m;
    fixture_store_open(bank_dir, footage, "square", N_FRAMES, (struct ho_key){1, 7}, &bank, &store);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &m, &diag), &diag);
    for (int i = 0; i < N_FRAMES; i++) {
        struct ho_frame_entry entry = {.frame = i, .key = {1, 7}, .confidence = 1, .area = 1024};
        fill_matte(m, i);
        assert_ok(ho_store_put(store, &entry, m, &diag), &diag);
    }
    fixture_store_close(&bank, &store, id);
    ho_matte_destroy(&m);
}

// The template "save" writes the same matte as the bank holds.
static void a_saved_mask_is_black_and_white(void **state)
{
    (void)state;
    char id[HO_ID_SIZE];
    store_matte(id);
    struct ho_graph *graph = make("save", (const char *const[]){"source", "file", footage, "mask", "matte", id, NULL});
    struct ho_diag diag = {0};
    struct ho_render_report report;
    struct ho_render_request request = request_of(graph);
    assert_ok(ho_render_graph(&request, &report, &diag), &diag);
    struct ho_picture *picture;
    read_picture(output, 5, 1, &picture);
    assert_true(fabsf(at(picture, 0, 60, 36) - 1) < 0.005f && fabsf(at(picture, 0, 20, 36)) < 0.005f);
    ho_picture_destroy(&picture);
    assert_ok(ho_graph_set_text(graph, "mask", "grow", "6", &diag), &diag);
    assert_ok(ho_render_graph(&request, &report, &diag), &diag);
    read_picture(output, 5, 1, &picture);
    assert_true(fabsf(at(picture, 0, 41, 36) - 1) < 0.05f);    // 45 was the edge
    ho_picture_destroy(&picture);
    ho_graph_destroy(&graph);
}

// Finesse is applied once for each frame and value, when the key is looked at, whatever is asked again.
static void a_mask_that_has_not_changed_is_not_made_again(void **state)
{
    (void)state;
    char id[HO_ID_SIZE];
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    struct ho_evaluator_options options = {.bank_dir = bank_dir};
    store_matte(id);
    struct ho_graph *graph = make("save", (const char *const[]){"source", "file", footage, "mask", "matte", id, NULL});
    assert_ok(ho_graph_set_text(graph, "mask", "feather", "6", &diag), &diag);
    assert_ok(ho_evaluator_create(graph, &options, &evaluator, &diag), &diag);
    static const struct {
        int64_t frame;
        const char *output, *node, *parameter, *value;
        int applied;
    } steps[] = {
        {3, "source", NULL, NULL, NULL, 0},    // nobody looks at it
        {3, "output", NULL, NULL, NULL, 1},
        {3, "output", NULL, NULL, NULL, 1},
        {3, "output", "white", "colour", "1,0,0,1", 1},
        {3, "mask.key", "mask", "invert", "true", 1},    // made from the same key
        {4, "mask.key", NULL, NULL, NULL, 2},
        {3, "mask.key", NULL, NULL, NULL, 2},    // the frame beside it is still there
        {3, "mask.key", "mask", "grow", "2", 3},
        {3, "mask.key", "mask", "smooth", "0.5", 5},    // and those beside it, to settle it with
        {4, "mask.key", NULL, NULL, NULL, 6},
        {4, "mask.key", "mask", "smooth", "0.7", 6},
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (i == 0)
            n_applied = 0;
        if (steps[i].node)
            assert_ok(ho_graph_set_text(graph, steps[i].node, steps[i].parameter, steps[i].value, &diag), &diag);
        assert_ok(ho_evaluator_frame(evaluator, steps[i].output, steps[i].frame, false, &frame, &diag), &diag);
        if (n_applied != steps[i].applied)
            fail_msg("step %zu: finesse was applied %d times instead of %d", i, n_applied, steps[i].applied);
    }
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

// Finesse counts in the matte's own pixels, whatever size it is shown at.
static void a_mask_can_be_smaller(void **state)
{
    (void)state;
    char id[HO_ID_SIZE];
    struct ho_diag diag = {0};
    struct ho_evaluator *full, *half;
    struct ho_graph_frame a, b;
    struct ho_evaluator_options options = {.bank_dir = bank_dir};
    store_matte(id);
    struct ho_graph *graph = make("save", (const char *const[]){"source", "file", footage, "mask", "matte", id, NULL});
    assert_ok(ho_graph_set_text(graph, "mask", "feather", "12", &diag), &diag);
    assert_ok(ho_evaluator_create(graph, &options, &full, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, &options, &half, &diag), &diag);
    ho_evaluator_set_scale(half, 0.5);
    assert_ok(ho_evaluator_frame(full, "output", 6, false, &a, &diag), &diag);
    assert_ok(ho_evaluator_frame(half, "output", 6, false, &b, &diag), &diag);
    assert_true(b.picture->width == WIDTH / 2 && b.picture->height == HEIGHT / 2 && b.scale == 0.5);
    for (int y = 0; y < HEIGHT / 2; y++)
        for (int x = 0; x < WIDTH / 2; x++) {
            float mean = (at(a.picture, 3, 2 * x, 2 * y) + at(a.picture, 3, 2 * x + 1, 2 * y) +
                          at(a.picture, 3, 2 * x, 2 * y + 1) + at(a.picture, 3, 2 * x + 1, 2 * y + 1)) /
                         4;
            assert_true(fabsf(at(b.picture, 3, x, y) - mean) < 0.016f);
        }
    ho_evaluator_destroy(&full);
    ho_evaluator_destroy(&half);
    ho_graph_destroy(&graph);
}

// What a graph shows with every finesse, smoothing along the motion too, is what a delivered matte is.
static void a_mask_is_what_is_delivered(void **state)
{
    (void)state;
    char id[HO_ID_SIZE], name[400];
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    struct ho_picture *delivered;
    struct ho_evaluator_options options = {.bank_dir = bank_dir};
    struct ho_deliver_report report;
    store_matte(id);
    snprintf(name, sizeof(name), "%s/settled.mkv", folder);
    struct ho_deliver_request request = {
        .bank_dir = bank_dir, .id = id, .output = name, .codec = HO_CODEC_FFV1, .overwrite = true};
    ho_finesse_default(&request.finesse);
    request.finesse.feather = 5;
    request.finesse.smooth = 1;
    assert_ok(ho_deliver_matte(&request, &report, &diag), &diag);
    struct ho_graph *graph = make("save", (const char *const[]){"source", "file", footage, "mask", "matte", id, NULL});
    assert_ok(ho_graph_set_text(graph, "mask", "feather", "5", &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "mask", "smooth", "1", &diag), &diag);
    assert_ok(ho_evaluator_create(graph, &options, &evaluator, &diag), &diag);
    for (int i = 0; i < N_FRAMES; i += 4) {
        assert_ok(ho_evaluator_frame(evaluator, "mask.key", i, false, &frame, &diag), &diag);
        read_picture(name, i, 1, &delivered);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                assert_true(fabsf(at(frame.picture, 0, x, y) - at(delivered, 0, x, y)) < 0.002f);
        ho_picture_destroy(&delivered);
    }
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
    unlink(name);
}

// The picture of `graph`, whose alpha is to be `wanted`.
static void compare_alpha(const struct ho_graph *graph, const struct ho_picture *wanted, const char *what)
{
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, NULL, 5, false, &frame, &diag), &diag);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            if (fabsf(at(frame.picture, 3, x, y) - at(wanted, 0, x, y)) > 0.01f)
                fail_msg("%s: the key is %g at %d,%d and was saved as %g", what, (double)at(frame.picture, 3, x, y), x,
                         y, (double)at(wanted, 0, x, y));
    ho_evaluator_destroy(&evaluator);
}

// The footage with a saved matte as its alpha, read in one of the two ways.
static struct ho_graph *make_reading(bool bitmap, const char *file)
{
    static const char *const text[] = {
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"main\", \"type\": \"source\"}, {\"id\": \"saved\", \"type\": "
        "\"external_matte\"}, {\"id\": \"out\", \"type\": \"output\"}],"
        " \"links\": [\"main.image -> out.image\", \"saved.key -> out.alpha\"]}",
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"main\", \"type\": \"source\"}, {\"id\": \"saved\", \"type\": "
        "\"media_in\"}, {\"id\": \"key\", \"type\": \"bitmap\"},"
        " {\"id\": \"out\", \"type\": \"output\"}], \"links\": [\"main.image -> out.image\", \"saved.image -> "
        "key.image\", \"key.key -> out.alpha\"]}"};
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    assert_ok(ho_graph_parse(text[bitmap], "reading.json", &graph, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "main", "file", footage, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "saved", "file", file, &diag), &diag);
    return graph;
}

// Whatever the format and whether it holds an alpha, what the template "save" wrote reads back as the key that it was.
static void a_saved_mask_reads_back(void **state)
{
    (void)state;
    static const struct {
        enum ho_codec codec;
        const char *name;
    } formats[] = {
        {HO_CODEC_PRORES_HQ, "saved.mov"},
        {HO_CODEC_PRORES_4444, "saved.mov"},
        {HO_CODEC_FFV1, "saved.mkv"},
        {HO_CODEC_PNG, "saved.%04d.png"},
    };
    char id[HO_ID_SIZE], path[400];
    store_matte(id);
    struct ho_graph *graph = make("save", (const char *const[]){"source", "file", footage, "mask", "matte", id, NULL});
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame key;
    assert_ok(ho_graph_set_text(graph, "mask", "feather", "12", &diag), &diag);
    assert_ok(ho_evaluator_create(graph, &(struct ho_evaluator_options){.bank_dir = bank_dir}, &evaluator, &diag),
              &diag);
    assert_ok(ho_evaluator_frame(evaluator, "mask.key", 5, false, &key, &diag), &diag);
    assert_true(at(key.picture, 0, 60, 36) > 0.99f && at(key.picture, 0, 20, 36) == 0 &&
                at(key.picture, 0, 47, 36) > 0.1f && at(key.picture, 0, 47, 36) < 0.9f);
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        struct ho_render_report report;
        struct ho_render_request request = request_of(graph);
        request.codec = formats[i].codec;
        snprintf(path, sizeof(path), "%s/%s", folder, formats[i].name);
        request.output = path;
        assert_ok(ho_render_graph(&request, &report, &diag), &diag);
        for (int k = 0; k < 2; k++) {
            struct ho_graph *reads = make_reading(k, report.path);
            char what[100];
            snprintf(what, sizeof(what), "%s, %s", ho_codec_name(formats[i].codec), k ? "bitmap" : "external_matte");
            compare_alpha(reads, key.picture, what);
            ho_graph_destroy(&reads);
        }
    }
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

static char logged[4096];

static void keep_log(void *opaque, enum ho_log_level level, const char *message)
{
    (void)opaque;
    snprintf(logged + strlen(logged), sizeof(logged) - strlen(logged), "%s%s\n",
             level == HO_LOG_WARNING ? "warning: " : "", message);
}

// Which of write_greys()'s frames the graph's frame 4 is matched with, counted from 0.
static int matched_grey(const char *main_path, const char *path)
{
    struct ho_diag diag = {0};
    struct ho_graph *graph = make_reading(false, path);
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    assert_ok(ho_graph_set_text(graph, "main", "file", main_path, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, NULL, 4, false, &frame, &diag), &diag);
    int number = (int)lroundf(at(frame.picture, 3, 5, 5) * 65535 / 5000) - 1;
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
    return number;
}

// 01:00:00;00 and 01:00:00:00 are 108 frames apart, counted from midnight: neither is silently taken for the other.
static void drop_frame_is_told_from_non_drop(void **state)
{
    (void)state;
    enum { HOUR = 107892, HOUR_NON_DROP = 108000 };
    const struct ho_rational rate = {30000, 1001};
    char drop[400], drop_later[400], non_drop[400];
    snprintf(drop, sizeof(drop), "%s/drop.mov", folder);
    snprintf(drop_later, sizeof(drop_later), "%s/later.mov", folder);
    snprintf(non_drop, sizeof(non_drop), "%s/non-drop.mov", folder);
    write_greys(drop, HO_CODEC_PRORES_HQ, rate, (struct ho_timecode){HOUR, 30, true}, 8);
    write_greys(drop_later, HO_CODEC_PRORES_HQ, rate, (struct ho_timecode){HOUR + 2, 30, true}, 6);
    write_greys(non_drop, HO_CODEC_PRORES_HQ, rate, (struct ho_timecode){HOUR_NON_DROP, 30, false}, 8);
    ho_log_set_sink(keep_log, NULL);
    assert_int_equal(matched_grey(drop, drop_later), 2);
    assert_null(strstr(logged, "drop-frame"));
    assert_int_equal(matched_grey(drop, non_drop), 4);
    assert_non_null(strstr(logged, "warning: node \"saved\""));
    assert_non_null(strstr(logged, "the graph's timecode is drop-frame and its own is not"));
    assert_int_equal(matched_grey(non_drop, drop), 4);
    assert_non_null(strstr(logged, "its timecode is drop-frame and the graph's is not"));
    ho_log_set_sink(NULL, NULL);
}

// A variable rate is kept as far as the source goes; what is held after its end has no times.
static void a_cadence_ends_with_its_source(void **state)
{
    (void)state;
    enum { N = 6 };
    static const struct ho_rational times[N] = {{0, 1}, {1, 24}, {4, 24}, {5, 24}, {9, 24}, {10, 24}};
    char file[400];
    struct ho_diag diag = {0};
    struct ho_writer *writer;
    struct ho_matte *m;
    struct ho_render_report report;
    struct ho_source_info info;
    struct ho_writer_options options = {.codec = HO_CODEC_PRORES_HQ,
                                        .width = WIDTH,
                                        .height = HEIGHT,
                                        .rate = {24, 1},
                                        .pixel_aspect = {1, 1},
                                        .n_frames = N,
                                        .times = times,
                                        .colour = {1, 1, 1, 0, 0}};
    snprintf(file, sizeof(file), "%s/variable.mov", folder);
    assert_ok(ho_writer_open(file, &options, &writer, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &m, &diag), &diag);
    for (int i = 0; i < N; i++)
        assert_ok(ho_writer_send_matte(writer, m, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_matte_destroy(&m);
    assert_ok(ho_source_probe(file, NULL, &info, &diag), &diag);
    assert_true(info.variable_rate);
    struct ho_graph *graph = make("patch", (const char *const[]){"footage", "file", file, "matte", "file", file, NULL});
    struct ho_render_request request = request_of(graph);
    request.source_cadence = true;
    request.has_range = true;
    request.range = (struct ho_range){2, N + 3};
    assert_int_equal(ho_render_graph(&request, &report, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "cadence ends at frame 5"));
    diag = (struct ho_diag){0};
    request.source_cadence = false;
    assert_ok(ho_render_graph(&request, &report, &diag), &diag);
    request.source_cadence = true;
    request.range.last = N - 1;
    assert_ok(ho_render_graph(&request, &report, &diag), &diag);
    struct ho_rational *shown;
    int64_t n;
    assert_ok(ho_source_times(output, NULL, &shown, &n, &diag), &diag);
    assert_int_equal(n, N - 2);
    for (int i = 0; i < N - 2; i++)
        assert_true(shown[i].num * 24 == (times[i + 2].num - times[2].num) * shown[i].den);
    free(shown);
    ho_graph_destroy(&graph);
}

static void what_is_missing_gets_a_sentence(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_render_report report;
    struct ho_graph *graph = make("patch", (const char *const[]){NULL});
    struct ho_render_request request = request_of(graph);
    assert_int_equal(ho_render_graph(&request, &report, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "has no file"));
    ho_graph_destroy(&graph);

    graph = make("patch", (const char *const[]){"footage", "file", footage, "matte", "file", "nowhere.mov", NULL});
    diag = (struct ho_diag){0};
    request.graph = graph;
    assert_int_equal(ho_render_graph(&request, &report, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "nowhere.mov"));
    ho_graph_destroy(&graph);

    graph = make_patch();
    request.graph = graph;
    request.has_range = true;
    request.range = (struct ho_range){50, 60};
    diag = (struct ho_diag){0};
    assert_int_equal(ho_render_graph(&request, &report, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "after the end"));
    ho_graph_destroy(&graph);
}

static void a_zeroed_request_renders_all(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_render_report report;
    struct ho_source_info info;
    struct ho_graph *graph = make_patch();
    unlink(output);
    struct ho_render_request request = {.graph = graph, .output = output};
    assert_ok(ho_render_graph(&request, &report, &diag), &diag);
    assert_int_equal(report.n_frames, N_FRAMES);
    assert_ok(ho_source_probe(output, NULL, &info, &diag), &diag);
    assert_string_equal(info.profile, "HQ");
    request.overwrite = request.has_range = true;    // frame 0
    assert_ok(ho_render_graph(&request, &report, &diag), &diag);
    assert_int_equal(report.n_frames, 1);
    ho_graph_destroy(&graph);
}

static void a_base_is_taken_where_there_is_one(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    struct ho_graph *graph = make_patch();
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    frame = (struct ho_graph_frame){0};
    assert_null(ho_evaluator_take_base(evaluator, &frame));    // before any frame
    assert_ok(ho_evaluator_frame(evaluator, NULL, 2, false, &frame, &diag), &diag);
    assert_null(frame.base);
    assert_null(ho_evaluator_take_base(evaluator, &frame));
    assert_ok(ho_evaluator_frame(evaluator, "mask", 2, true, &frame, &diag), &diag);    // a key
    assert_null(ho_evaluator_take_base(evaluator, &frame));
    assert_ok(ho_evaluator_frame(evaluator, NULL, 3, true, &frame, &diag), &diag);
    assert_non_null(frame.base);
    struct ho_frame *base = ho_evaluator_take_base(evaluator, &frame);
    assert_int_equal(ho_frame_index(base), 3);
    assert_null(ho_evaluator_take_base(evaluator, &frame));    // taken already
    ho_frame_unref(&base);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

static int n_threads_now(void)
{
    int n = 0;
    DIR *tasks = opendir("/proc/self/task");
    while (tasks && readdir(tasks))
        n++;
    closedir(tasks);
    return n - 2;
}

// Decoders too.
static int threads_of_an_evaluation(int n_threads)
{
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    struct ho_graph *graph = make("isolate",
                                  (const char *const[]){"source", "file", footage, "matte", "file", matte, NULL});
    int before = n_threads_now();
    assert_ok(ho_evaluator_create(graph, &(struct ho_evaluator_options){.n_threads = n_threads}, &evaluator, &diag),
              &diag);
    assert_ok(ho_evaluator_frame(evaluator, NULL, SHIFT, false, &frame, &diag), &diag);
    int n = n_threads_now() - before;
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
    return n;
}

static void threads_bound_decoding(void **state)
{
    (void)state;
    int one = threads_of_an_evaluation(1), six = threads_of_an_evaluation(6);
    assert_true(one <= 2);    // two readers decode ahead, each on its thread
    assert_true(six >= one + 8);
}

// What an evaluator that has seen earlier edits shows of a frame, and what a new one does.
static void assert_like_new(struct ho_evaluator *evaluator, const struct ho_graph *graph, const char *wanted)
{
    struct ho_diag diag = {0};
    struct ho_evaluator *fresh;
    struct ho_graph_frame old, new;
    assert_ok(ho_evaluator_create(graph, NULL, &fresh, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, wanted, 2, false, &old, &diag), &diag);
    assert_ok(ho_evaluator_frame(fresh, wanted, 2, false, &new, &diag), &diag);
    assert_same_picture(old.picture, new.picture);
    ho_evaluator_destroy(&fresh);
}

static void an_evaluator_sees_other_files_and_names(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    static const char text[] = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"media_in\"}, {\"id\": "
                               "\"b\", \"type\": \"media_in\"}], \"links\": []}";
    assert_ok(ho_graph_parse(text, "two.json", &graph, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "a", "file", footage, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "b", "file", matte, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    assert_like_new(evaluator, graph, "a");
    assert_like_new(evaluator, graph, "b");
    assert_ok(ho_graph_set_text(graph, "a", "file", matte, &diag), &diag);
    assert_like_new(evaluator, graph, "a");
    assert_ok(ho_graph_set_text(graph, "a", "file", footage, &diag), &diag);
    assert_like_new(evaluator, graph, "a");
    assert_ok(ho_graph_rename(graph, "a", "c", &diag), &diag);
    assert_ok(ho_graph_rename(graph, "b", "a", &diag), &diag);
    assert_ok(ho_graph_rename(graph, "c", "b", &diag), &diag);
    assert_like_new(evaluator, graph, "a");
    assert_like_new(evaluator, graph, "b");
    struct ho_graph_frame none;
    assert_int_equal(ho_evaluator_frame(evaluator, "c", 2, false, &none, &diag), HO_ERROR_USAGE);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

// Asked for the part that differs from the footage, then for all of it, then again: what is kept of the part is no more
// than the part.
static void a_part_that_was_kept_is_not_the_whole(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    struct ho_graph *graph = make_patch();
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    for (int round = 0; round < 3; round++) {
        assert_ok(ho_evaluator_frame(evaluator, NULL, 2, true, &frame, &diag), &diag);
        assert_non_null(frame.base);
        assert_true(frame.changed.x1 - frame.changed.x0 < WIDTH || frame.changed.y1 - frame.changed.y0 < HEIGHT);
        assert_like_new(evaluator, graph, NULL);
        assert_like_new(evaluator, graph, "behind");
        assert_like_new(evaluator, graph, "patch");
    }
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

// Another source may be of another size, and with it all that takes its size from the graph.
static void a_source_of_another_size_leaves_nothing_of_the_first(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_writer *writer;
    struct ho_matte *m;
    char small[300];
    snprintf(small, sizeof(small), "%s/small.mkv", folder);
    struct ho_writer_options options = {.width = WIDTH / 2, .height = HEIGHT / 2, .rate = {24, 1}};
    assert_ok(ho_writer_open(small, &options, &writer, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH / 2, HEIGHT / 2, &m, &diag), &diag);
    for (int i = 0; i < N_FRAMES; i++)
        assert_ok(ho_writer_send_matte(writer, m, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_matte_destroy(&m);
    static const char text[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"media_in\"}, {\"id\": \"plain\", \"type\": "
        "\"background\", \"parameters\": {\"kind\": \"horizontal\"}}, {\"id\": \"soft\", \"type\": \"blur\"}, {\"id\": "
        "\"b\", "
        "\"type\": \"merge\", \"parameters\": {\"blend\": 0.5}}], \"links\": [\"plain.image -> soft.image\", \"a.image "
        "-> "
        "b.background\", \"soft.image -> b.foreground\"]}";
    struct ho_graph *graph;
    assert_ok(ho_graph_parse(text, "sizes.json", &graph, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "a", "file", footage, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    for (int round = 0; round < 3; round++) {
        assert_like_new(evaluator, graph, "b");
        assert_like_new(evaluator, graph, "soft");
        assert_ok(ho_graph_set_text(graph, "a", "file", round % 2 ? footage : small, &diag), &diag);
    }
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

static int64_t n_computed(const struct ho_evaluator *evaluator, const struct ho_graph *graph, const char *id)
{
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++)
        if (strcmp(ho_graph_node(graph, i).id, id) == 0)
            return ho_evaluator_cost(evaluator, i).n_frames;
    return -1;
}

static void what_is_held_is_computed_once(void **state)
{
    (void)state;
    static const char text[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"main\", \"type\": \"media_in\"}, {\"id\": \"still\", \"type\": "
        "\"media_in\"},"
        " {\"id\": \"short\", \"type\": \"media_in\", \"parameters\": {\"match\": \"frames\"}},"
        " {\"id\": \"slow\", \"type\": \"media_in\", \"parameters\": {\"offset\": {\"keys\": [[0, 0], [12, -6]]}}},"
        " {\"id\": \"soft_still\", \"type\": \"blur\"}, {\"id\": \"soft_short\", \"type\": \"blur\"}, {\"id\": "
        "\"soft_slow\", \"type\": \"blur\"},"
        " {\"id\": \"title\", \"type\": \"test_picture\", \"parameters\": {\"cut_out\": true}}, {\"id\": "
        "\"soft_title\", \"type\": \"blur\", \"parameters\":"
        " {\"blur_size\": {\"keys\": [[2, 1], [5, 4]]}}},"
        " {\"id\": \"a\", \"type\": \"merge\", \"parameters\": {\"blend\": 0.5}}, {\"id\": \"b\", \"type\": \"merge\", "
        "\"parameters\": {\"blend\": 0.5}},"
        " {\"id\": \"c\", \"type\": \"merge\", \"parameters\": {\"blend\": 0.5}}, {\"id\": \"d\", \"type\": "
        "\"merge\"}, {\"id\": \"out\", \"type\": \"media_out\"}],"
        " \"links\": [\"still.image -> soft_still.image\", \"short.image -> soft_short.image\", \"slow.image -> "
        "soft_slow.image\", \"title.image -> soft_title.image\","
        " \"main.image -> a.background\", \"soft_still.image -> a.foreground\", \"a.image -> b.background\", "
        "\"soft_short.image -> b.foreground\","
        " \"b.image -> c.background\", \"soft_slow.image -> c.foreground\", \"c.image -> d.background\", "
        "\"soft_title.image -> d.foreground\", \"d.image -> out.image\"]}";
    static const struct {
        const char *id;
        int n;
    } expected[] = {{"main", N_FRAMES}, {"still", 1}, {"soft_still", 1}, {"short", 4},
                    {"soft_short", 4},  {"slow", 7},  {"soft_slow", 7},  {"soft_title", 4}};
    char still[400], shorter[400];
    snprintf(still, sizeof(still), "%s/still.%%04d.png", folder);
    snprintf(shorter, sizeof(shorter), "%s/short.mov", folder);
    write_greys(still, HO_CODEC_PNG, (struct ho_rational){24, 1}, (struct ho_timecode){0, 24, false}, 1);
    write_greys(shorter, HO_CODEC_PRORES_HQ, (struct ho_rational){24, 1}, (struct ho_timecode){0, 24, false}, 4);
    snprintf(still, sizeof(still), "%s/still.0000.png", folder);
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    assert_ok(ho_graph_parse(text, "held.json", &graph, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "main", "file", footage, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "slow", "file", footage, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "still", "file", still, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "short", "file", shorter, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    ho_log_set_level(HO_LOG_QUIET);
    for (int i = 0; i < N_FRAMES; i++) {
        struct ho_evaluator *fresh;
        struct ho_graph_frame kept, computed;
        assert_ok(ho_evaluator_create(graph, NULL, &fresh, &diag), &diag);
        assert_ok(ho_evaluator_frame(evaluator, NULL, i, false, &kept, &diag), &diag);
        assert_ok(ho_evaluator_frame(fresh, NULL, i, false, &computed, &diag), &diag);
        assert_same_picture(kept.picture, computed.picture);
        ho_evaluator_destroy(&fresh);
    }
    ho_log_set_level(HO_LOG_WARNING);
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++)
        if (n_computed(evaluator, graph, expected[i].id) != expected[i].n)
            fail_msg("%s was computed %d times, not %d", expected[i].id,
                     (int)n_computed(evaluator, graph, expected[i].id), expected[i].n);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(untouched_frames_pass_through),
        cmocka_unit_test(codes_outside_the_patch_stay),
        cmocka_unit_test(the_short_cut_changes_nothing),
        cmocka_unit_test(text_stands_behind_the_subject),
        cmocka_unit_test(the_isolated_clip_is_cut_out),
        cmocka_unit_test(a_saved_mask_is_black_and_white),
        cmocka_unit_test(a_mask_that_has_not_changed_is_not_made_again),
        cmocka_unit_test(a_mask_is_what_is_delivered),
        cmocka_unit_test(a_mask_can_be_smaller),
        cmocka_unit_test(a_saved_mask_reads_back),
        cmocka_unit_test(drop_frame_is_told_from_non_drop),
        cmocka_unit_test(a_cadence_ends_with_its_source),
        cmocka_unit_test(a_zeroed_request_renders_all),
        cmocka_unit_test(a_base_is_taken_where_there_is_one),
        cmocka_unit_test(threads_bound_decoding),
        cmocka_unit_test(what_is_missing_gets_a_sentence),
        cmocka_unit_test(an_evaluator_sees_other_files_and_names),
        cmocka_unit_test(a_part_that_was_kept_is_not_the_whole),
        cmocka_unit_test(a_source_of_another_size_leaves_nothing_of_the_first),
        cmocka_unit_test(what_is_held_is_computed_once),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
