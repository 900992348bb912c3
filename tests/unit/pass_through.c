// SPDX-License-Identifier: BSD-2-Clause
// A picture that passes through Source -> Output comes back code for code: as the decoder's own frame, and computed (to
// float and back) as well.
#include "image_help.h"

#include <stdio.h>
#include <unistd.h>

#include "holdout/graph.h"
#include "holdout/media.h"

enum { WIDTH = 70, HEIGHT = 38 };

static const struct {
    int depth;
    enum AVPixelFormat format[3];
} depths[] = {
    {8, {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P}},
    {10, {AV_PIX_FMT_YUV420P10, AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV444P10}},
    {12, {AV_PIX_FMT_YUV420P12, AV_PIX_FMT_YUV422P12, AV_PIX_FMT_YUV444P12}},
};
static const int matrices[] = {AVCOL_SPC_SMPTE170M, AVCOL_SPC_BT709, AVCOL_SPC_BT2020_NCL};

#define ok(expression)                    \
    do {                                  \
        struct ho_diag diag = {0};        \
        if ((expression) != HO_OK)        \
            fail_msg("%s", diag.message); \
    } while (0)

// All codes of the range, in random order.
static AVFrame *random_codes(enum AVPixelFormat format, int depth, bool full)
{
    AVFrame *av = av_create(format, WIDTH, HEIGHT);
    uint32_t seed = 7;
    for (int c = 0; c < 3; c++) {
        int width, height;
        uint16_t *codes = codes_of(av, c, &width, &height);
        unsigned low = full ? 0 : 16u << (depth - 8),
                 high = full ? (1u << depth) - 1 : (c ? 240u : 235u) << (depth - 8);
        for (int i = 0; i < width * height; i++)
            codes[i] = (uint16_t)(low + random_next(&seed) % (high - low + 1));
        put_codes(av, c, codes);
        free(codes);
    }
    return av;
}

static void write_source(const char *path, const AVFrame *av, int matrix, bool full)
{
    struct ho_colour colour = {matrix, AVCOL_TRC_BT709, AVCOL_PRI_BT709, full, AVCHROMA_LOC_LEFT};
    struct ho_writer_options options = {.codec = HO_CODEC_FFV1,
                                        .width = WIDTH,
                                        .height = HEIGHT,
                                        .rate = {25, 1},
                                        .pixel_aspect = {1, 1},
                                        .n_frames = 1,
                                        .colour = colour};
    struct ho_writer *writer;
    struct ho_frame *frame;
    AVFrame *copy = av_frame_clone(av);
    ok(ho_frame_create(&copy, 0, 0, &colour, false, &frame, &diag));
    ok(ho_writer_open(path, &options, &writer, &diag));
    ok(ho_writer_send_frame(writer, frame, &diag));
    ok(ho_writer_finish(&writer, &diag));
    ho_frame_unref(&frame);
}

static void assert_codes(const AVFrame *got, const AVFrame *wanted, const char *how)
{
    assert_int_equal(got->format, wanted->format);
    for (int c = 0; c < 3; c++) {
        int width, height;
        uint16_t *a = codes_of(got, c, &width, &height), *b = codes_of(wanted, c, &width, &height);
        for (int i = 0; i < width * height; i++)
            if (a[i] != b[i])
                fail_msg("%s, %s, matrix %d, range %d: component %d has code %d at %d,%d instead of %d",
                         av_get_pix_fmt_name(wanted->format), how, got->colorspace, got->color_range, c, a[i],
                         i % width, i / width, b[i]);
        free(a);
        free(b);
    }
}

static void pass(const char *path, const AVFrame *codes, int matrix, bool full)
{
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    ok(ho_graph_create(&graph, &diag));
    ok(ho_graph_add(graph, "source", "in", &diag));
    ok(ho_graph_add(graph, "output", "out", &diag));
    ok(ho_graph_set_text(graph, "in", "file", path, &diag));
    ok(ho_graph_connect(graph, "in", "image", "out", "image", &diag));
    ok(ho_evaluator_create(graph, NULL, &evaluator, &diag));
    ok(ho_evaluator_frame(evaluator, NULL, 0, true, &frame, &diag));
    assert_non_null(frame.base);
    assert_null(frame.picture);
    assert_codes(ho_frame_av(frame.base), codes, "as it is");
    struct ho_frame *base = ho_frame_ref(frame.base);
    assert_int_equal(ho_frame_colour(base)->matrix, matrix);
    assert_int_equal(ho_frame_colour(base)->full_range, full);

    ok(ho_evaluator_frame(evaluator, NULL, 0, false, &frame, &diag));
    assert_null(frame.base);
    struct ho_converter *converter;
    AVFrame *back = av_create(codes->format, WIDTH, HEIGHT);
    struct ho_picture colours = *frame.picture;
    colours.n_planes = 3;
    ok(ho_converter_create(&converter, &diag));
    ok(ho_converter_write(converter, &colours, ho_frame_colour(base), back, &diag));
    assert_codes(back, codes, "computed");
    av_frame_free(&back);
    ho_converter_destroy(&converter);
    ho_frame_unref(&base);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

static void every_depth_matrix_and_range_comes_back(void **state)
{
    (void)state;
    char path[300];
    snprintf(path, sizeof(path), "%s/holdout-pass-%ld.mkv", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
             (long)getpid());
    for (size_t d = 0; d < sizeof(depths) / sizeof(depths[0]); d++)
        for (int f = 0; f < 3; f++)
            for (size_t m = 0; m < sizeof(matrices) / sizeof(matrices[0]); m++)
                for (int full = 0; full < 2; full++) {
                    AVFrame *codes = random_codes(depths[d].format[f], depths[d].depth, full);
                    write_source(path, codes, matrices[m], full);
                    pass(path, codes, matrices[m], full);
                    av_frame_free(&codes);
                    unlink(path);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_depth_matrix_and_range_comes_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
