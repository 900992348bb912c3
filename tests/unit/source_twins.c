// SPDX-License-Identifier: BSD-2-Clause
// The twins of nodes whose pictures come from files, a bank or fonts: what they deliver, computed in float64 from the
// codes, the matte or the letters' coverage.
#include "unit/bank_fixture.h"

#include <math.h>

#include "holdout/graph.h"
#include "holdout/log.h"
#include "image_help.h"
#include "nodes/text_layout.h"

enum { WIDTH = 70, HEIGHT = 38, N_FRAMES = 3 };

static char folder[256], path[2][300], bank_dir[300], matte_id[HO_ID_SIZE];    // a movie without and one with alpha
static const enum AVPixelFormat formats[] = {AV_PIX_FMT_YUV444P10, AV_PIX_FMT_YUVA444P10};

static void write_random(const char *name, enum AVPixelFormat format)
{
    struct ho_diag diag = {0};
    struct ho_colour colour = {AVCOL_SPC_BT709, AVCOL_TRC_BT709, AVCOL_PRI_BT709, 0, AVCHROMA_LOC_LEFT};
    struct ho_writer_options options = {.codec = HO_CODEC_FFV1,
                                        .width = WIDTH,
                                        .height = HEIGHT,
                                        .rate = {25, 1},
                                        .pixel_aspect = {1, 1},
                                        .n_frames = N_FRAMES,
                                        .colour = colour};
    struct ho_writer *writer;
    assert_ok(ho_writer_open(name, &options, &writer, &diag), &diag);
    for (int i = 0; i < N_FRAMES; i++) {
        struct ho_frame *frame;
        AVFrame *av = av_create(format, WIDTH, HEIGHT);
        fill_random(av, 77 + (uint32_t)i, true);
        assert_ok(ho_frame_create(&av, i, 0, &colour, false, &frame, &diag), &diag);
        assert_ok(ho_writer_send_frame(writer, frame, &diag), &diag);
        ho_frame_unref(&frame);
    }
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
}

static uint16_t matte_value(int x, int y) { return (uint16_t)((unsigned)(x * 7919 + y * 104729 + x * y) % 65536u); }

static void store_matte(void)
{
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *m;
    struct ho_frame_entry entry = {.frame = 1, .key = {5, 7}, .confidence = 1, .area = 1};
    fixture_store_open(bank_dir, path[0], "noise", 2, entry.key, &bank, &store);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &m, &diag), &diag);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            m->data[(ptrdiff_t)y * m->stride + x] = matte_value(x, y);
    assert_ok(ho_store_put(store, &entry, m, &diag), &diag);
    fixture_store_close(&bank, &store, matte_id);
    ho_matte_destroy(&m);
}

static int setup(void **state)
{
    (void)state;
    fixture_folder(folder, sizeof(folder));
    snprintf(bank_dir, sizeof(bank_dir), "%s/bank", folder);
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], sizeof(path[i]), "%s/%d.mkv", folder, i);
        write_random(path[i], formats[i]);
    }
    store_matte();
    ho_log_set_level(HO_LOG_QUIET);    // the graphs are meant to go beyond their files
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_remove_tree(folder);
    return 0;
}

// ---- files

// R, G, B premultiplied and A of every pixel, by BT.709 from the 10-bit codes of the file's frame.
static double *read_file(const char *name, int64_t index)
{
    struct ho_diag diag = {0};
    struct ho_reader *reader;
    struct ho_frame *frame;
    enum { PLANE = WIDTH * HEIGHT };
    double *out = calloc((size_t)PLANE * 4, sizeof(*out));
    assert_ok(ho_reader_open(name, NULL, &reader, &diag), &diag);
    assert_ok(ho_reader_frame(reader, index, &frame, &diag), &diag);
    const AVFrame *av = ho_frame_av(frame);
    bool alpha = av->format == AV_PIX_FMT_YUVA444P10;
    assert_true(alpha || av->format == AV_PIX_FMT_YUV444P10);
    uint16_t *codes[4] = {NULL};
    int width, height;
    for (int c = 0; c < (alpha ? 4 : 3); c++)
        codes[c] = codes_of(av, c, &width, &height);
    for (int i = 0; i < PLANE; i++) {
        double y = (codes[0][i] - 64) / 876.0, cb = (codes[1][i] - 512) / 896.0, cr = (codes[2][i] - 512) / 896.0,
               a = alpha ? codes[3][i] / 1023.0 : 1;
        double rgb[3] = {y + 2 * (1 - 0.2126) * cr, 0, y + 2 * (1 - 0.0722) * cb};
        rgb[1] = (y - 0.2126 * rgb[0] - 0.0722 * rgb[2]) / 0.7152;
        for (int p = 0; p < 3; p++)
            out[p * PLANE + i] = rgb[p] * a;
        out[3 * PLANE + i] = a;
    }
    for (int c = 0; c < 4; c++)
        free(codes[c]);
    ho_frame_unref(&frame);
    ho_reader_close(&reader);
    return out;
}

typedef double (*twin_value)(const double *file, int plane, int i);

static double as_it_is(const double *file, int plane, int i) { return file ? file[plane * WIDTH * HEIGHT + i] : 0; }

static double as_alpha(const double *file, int plane,
                       int i)    // of a picture that the matte cut out: its alpha is looked at
{
    enum { PLANE = WIDTH * HEIGHT };
    double luma = file ? 0.2126 * file[i] + 0.7152 * file[PLANE + i] + 0.0722 * file[2 * PLANE + i] : 0;
    return plane < 3 ? (double)NAN : luma > 1 ? 1 : luma > 0 ? luma : 0;
}

static double as_inverse(const double *file, int plane, int i) { return 1 - as_alpha(file, plane, i); }

static void compare(const char *graph_text, const char *name, int64_t frame, int64_t index, twin_value value)
{
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    struct ho_graph_frame result;
    assert_ok(ho_graph_parse(graph_text, "twin.json", &graph, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "n", "file", name, &diag), &diag);
    if (ho_graph_n_nodes(graph) > 1)
        assert_ok(ho_graph_set_text(graph, "main", "file", path[0], &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, ho_graph_n_nodes(graph) > 1 ? "out" : "n", frame, false, &result, &diag),
              &diag);
    double *file = index < 0 ? NULL : read_file(name, index);
    for (int p = 0; p < 4; p++)
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            double is = (double)result.picture->plane[p][(ptrdiff_t)(i / WIDTH) * result.picture->stride + i % WIDTH],
                   should = value(file, p, i);
            if (!isnan(should) && !(fabs(is - should) < 2e-6))
                fail_msg("%s, frame %d: plane %d, pixel %d,%d is %.9g, not %.9g", graph_text, (int)frame, p, i % WIDTH,
                         i / WIDTH, is, should);
        }
    free(file);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

static void footage_is_its_twin(void **state)
{
    (void)state;
    static const char graph[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"n\", \"type\": \"%s\", \"parameters\": {\"offset\": 1%s}}]}";
    for (int g = 0; g < 2; g++)
        for (int alpha = 0; alpha < 2; alpha++) {
            char text[512], black[512];
            snprintf(text, sizeof(text), graph, g ? "source" : "media_in", "");
            snprintf(black, sizeof(black), graph, g ? "source" : "media_in", ", \"outside\": \"black\"");
            compare(text, path[alpha], 0, 1, as_it_is);
            compare(text, path[alpha], 1, 2, as_it_is);
            compare(text, path[alpha], 9, 2, as_it_is);
            compare(text, path[alpha], -9, 0, as_it_is);
            compare(black, path[alpha], 1, 2, as_it_is);
            compare(black, path[alpha], 2, -1, as_it_is);
        }
}

static void an_external_matte_is_its_twin(void **state)
{
    (void)state;
    static const char graph[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"main\", \"type\": \"source\"}, {\"id\": \"n\", \"type\": "
        "\"external_matte\", \"parameters\": {%s}},"
        " {\"id\": \"out\", \"type\": \"output\"}], \"links\": [\"main.image -> out.image\", \"n.key -> out.alpha\"]}";
    for (int alpha = 0; alpha < 2; alpha++) {
        char text[512];
        snprintf(text, sizeof(text), graph, "\"offset\": -1");
        compare(text, path[alpha], 2, 1, as_alpha);
        compare(text, path[alpha], 0, 0, as_alpha);
        snprintf(text, sizeof(text), graph, "\"invert\": true, \"outside\": \"black\"");
        compare(text, path[alpha], 2, 2, as_inverse);
        compare(text, path[alpha], 3, -1, as_inverse);
    }
}

// ---- the bank

static void a_magic_mask_is_its_twin(void **state)
{
    (void)state;
    for (int invert = 0; invert < 2; invert++)
        for (int64_t frame = 0; frame < 4; frame++) {
            struct ho_diag diag = {0};
            struct ho_graph *graph;
            struct ho_evaluator *evaluator;
            struct ho_evaluator_options options = {.bank_dir = bank_dir};
            struct ho_graph_frame result;
            assert_ok(ho_graph_create(&graph, &diag), &diag);
            assert_ok(ho_graph_add(graph, "magic_mask", "n", &diag), &diag);
            assert_ok(ho_graph_set_text(graph, "n", "matte", matte_id, &diag), &diag);
            assert_ok(ho_graph_set_text(graph, "n", "offset", "-1", &diag), &diag);
            assert_ok(ho_graph_set_text(graph, "n", "invert", invert ? "true" : "false", &diag), &diag);
            assert_ok(ho_evaluator_create(graph, &options, &evaluator, &diag), &diag);
            assert_ok(ho_evaluator_frame(evaluator, "n.key", frame, false, &result, &diag), &diag);
            for (int y = 0; y < HEIGHT; y++)
                for (int x = 0; x < WIDTH; x++) {
                    double should = frame == 2 ? matte_value(x, y) / 65535.0 : 0,
                           is = (double)result.picture->plane[0][(ptrdiff_t)y * result.picture->stride + x];
                    if (fabs(is - (invert ? 1 - should : should)) > 1e-6)
                        fail_msg("frame %d, invert %d: %.9g at %d,%d is not %.9g", (int)frame, invert, is, x, y,
                                 invert ? 1 - should : should);
                }
            ho_evaluator_destroy(&evaluator);
            ho_graph_destroy(&graph);
        }
}

// ---- letters

struct cover {
    struct ho_picture *picture;
    struct ho_rect rect;
};

static double cover_at(struct cover c, int x, int y)
{
    bool there = c.picture && x >= c.rect.x0 && y >= c.rect.y0 && x < c.rect.x1 && y < c.rect.y1;
    return there ? (double)c.picture->plane[0][(ptrdiff_t)(y - c.rect.y0) * c.picture->stride + x - c.rect.x0] : 0;
}

// Three boxes of 2 * radius + 1 pixels along each axis.
static double shadow_at(struct cover c, int radius, int x, int y)
{
    double weights[64] = {1}, sum = 0;
    int reach = 3 * radius;
    for (int pass = 0, n = 1; pass < 3; pass++, n += 2 * radius) {
        double next[64] = {0};
        for (int i = 0; i < n; i++)
            for (int k = 0; k <= 2 * radius; k++)
                next[i + k] += weights[i] / (2 * radius + 1);
        memcpy(weights, next, sizeof(weights));
    }
    for (int j = -reach; j <= reach; j++)
        for (int i = -reach; i <= reach; i++)
            sum += weights[i + reach] * weights[j + reach] * cover_at(c, x + i, y + j);
    return sum;
}

static void under(double out[4], double cover, const double colour[4])
{
    double weight = cover * colour[3] * (1 - out[3]);
    for (int p = 0; p < 3; p++)
        out[p] += colour[p] * weight;
    out[3] += weight;
}

// Whatever font there is: letters over their outline over the shadow, each laid under what is there, from the coverage
// that the layout gives.
// The shadow has a sigma of 2.45: boxes of 5.
static void a_title_is_its_twin(void **state)
{
    (void)state;
    enum { W = 160, H = 90, ROOM = 60, DX = 16, DY = 9, RADIUS = 2 };
    static const double fill[4] = {0.9, 0.2, 0.1, 0.75}, outline[4] = {0, 1, 0.5, 0.5}, shadow[4] = {0.25, 0, 1, 0.8};
    static const char text[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"n\", \"type\": \"text_plus\", \"parameters\": {\"text\": "
        "\"Ohm\", \"font\": \"Sans Bold\", \"size\": 0.4,"
        " \"position\": [0.1, 0.4], \"rotation\": 10, \"width\": 160, \"height\": 90, \"colour\": [0.9, 0.2, 0.1, "
        "0.75], \"outline\": 0.02, \"outline_colour\": [0, 1, 0.5, 0.5],"
        " \"shadow_colour\": [0.25, 0, 1, 0.8], \"shadow_offset\": [0.1, 0.1], \"shadow_blur\": 0.0272}},"
        " {\"id\": \"m\", \"type\": \"ellipse_mask\", \"parameters\": {\"mask_width\": 160, \"mask_height\": 90, "
        "\"soft_edge\": 0.3, \"centre\": [0.2, 0.4]}}]}";
    struct ho_diag diag = {0};
    struct text_style style = {.text = "Ohm",
                               .font = "Sans Bold",
                               .size = 0.4 * H,
                               .line_spacing = 1,
                               .align = 1,
                               .outline = 0.02 * H,
                               .x = 0.1 * W,
                               .y = 0.4 * H,
                               .rotation = 10,
                               .reveal_to = 1};
    struct text_layers layers;
    assert_ok(text_draw(&style, (struct ho_rect){-ROOM, -ROOM, W + ROOM, H + ROOM}, &layers, &diag), &diag);
    assert_true(layers.rect.x0 < 0 && layers.outline);
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    struct ho_graph_frame result;
    static double mask[H][W];
    assert_ok(ho_graph_parse(text, "title.json", &graph, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, "m", 0, false, &result, &diag), &diag);
    for (int i = 0; i < W * H; i++)
        mask[i / W][i % W] = (double)result.picture->plane[0][(ptrdiff_t)(i / W) * result.picture->stride + i % W];
    struct cover letters = {layers.fill, layers.rect}, edge = {layers.outline, layers.rect};
    double all = 0;
    for (int masked = 0; masked < 3; masked++) {    // without; where it is; where it is not
        if (masked)
            assert_ok(ho_graph_connect(graph, "m", "key", "n", "mask", &diag), &diag);
        assert_ok(ho_graph_set_text(graph, "n", "mask_invert", masked == 2 ? "true" : "false", &diag), &diag);
        assert_ok(ho_evaluator_frame(evaluator, "n", 0, false, &result, &diag), &diag);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                double out[4] = {0}, share = masked == 0 ? 1 : masked == 1 ? mask[y][x] : 1 - mask[y][x];
                under(out, cover_at(letters, x, y), fill);
                under(out, cover_at(edge, x, y), outline);
                under(out, shadow_at(edge, RADIUS, x - DX, y - DY), shadow);
                all += out[3];
                for (int p = 0; p < 4; p++)
                    if (fabs((double)result.picture->plane[p][(ptrdiff_t)y * result.picture->stride + x] -
                             out[p] * share) > 2e-5)
                        fail_msg("plane %d at %d,%d is %g, not %g", p, x, y,
                                 (double)result.picture->plane[p][(ptrdiff_t)y * result.picture->stride + x],
                                 out[p] * share);
            }
    }
    assert_true(all > 1500);
    text_layers_clear(&layers);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(footage_is_its_twin),
        cmocka_unit_test(an_external_matte_is_its_twin),
        cmocka_unit_test(a_magic_mask_is_its_twin),
        cmocka_unit_test(a_title_is_its_twin),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
