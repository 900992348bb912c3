// SPDX-License-Identifier: BSD-2-Clause
// Frames sent as a decoder gave them: untouched where the output can hold them, converted within half a code value
// where not.
#include "unit/test.h"

#include <libavutil/pixdesc.h>
#include <unistd.h>

#include "holdout/log.h"
#include "image_help.h"
#include "media/writer.h"

enum { WIDTH = 75, HEIGHT = 43, N_FRAMES = 3 };

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/holdout-writer-XXXXXX");
    ho_log_set_level(HO_LOG_ERROR);
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static const struct ho_colour limited = {1, 1, 1, 0, 1}, full = {1, 1, 1, 1, 1}, rgb = {0, 13, 1, 1, 0};

// Any code values in all planes, those that a format has no bits for left out.
static struct ho_frame *random_frame(enum AVPixelFormat format, const struct ho_colour *colour, int index)
{
    const AVPixFmtDescriptor *description = av_pix_fmt_desc_get(format);
    AVFrame *av = av_create(format, WIDTH, HEIGHT);
    uint32_t random = 12345 + (uint32_t)index;
    int depth = description->comp[0].depth;
    for (int p = 0; p < 4 && av->data[p]; p++) {
        size_t size = (size_t)av->linesize[p] *
                      (size_t)(p == 1 || p == 2 ? AV_CEIL_RSHIFT(HEIGHT, description->log2_chroma_h) : HEIGHT);
        for (size_t i = 0; i<size; i += depth> 8 ? 2 : 1) {
            uint32_t code = random_next(&random) >> 7 & ((1U << depth) - 1);
            if (depth > 8)
                memcpy(av->data[p] + i, &(uint16_t){(uint16_t)code}, 2);
            else
                av->data[p][i] = (uint8_t)code;
        }
    }
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    assert_ok(ho_frame_create(&av, index, 0, colour, false, &frame, &diag), &diag);
    return frame;
}

static struct ho_writer_options options_of(enum ho_codec codec, const struct ho_colour *colour)
{
    return (struct ho_writer_options){.codec = codec,
                                      .width = WIDTH,
                                      .height = HEIGHT,
                                      .rate = {24, 1},
                                      .pixel_aspect = {1, 1},
                                      .n_frames = N_FRAMES,
                                      .colour = *colour,
                                      .n_threads = 2};
}

static void write_frames(const char *path, enum ho_codec codec, enum AVPixelFormat format,
                         const struct ho_colour *colour)
{
    struct ho_writer_options options = options_of(codec, colour);
    struct ho_writer *writer;
    struct ho_diag diag = {0};
    assert_ok(ho_writer_open(path, &options, &writer, &diag), &diag);
    for (int i = 0; i < N_FRAMES; i++) {
        struct ho_frame *frame = random_frame(format, colour, i);
        assert_ok(ho_writer_send_frame(writer, frame, &diag), &diag);
        ho_frame_unref(&frame);
    }
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
}

// What FFV1 holds as it is comes back as it was, code for code, in the same format.
static void test_ffv1_keeps_every_code(void **state)
{
    (void)state;
    static const struct {
        enum AVPixelFormat format;
        const struct ho_colour *colour;
    } cases[] = {
        {AV_PIX_FMT_YUV420P, &limited},   {AV_PIX_FMT_YUV420P, &full},       {AV_PIX_FMT_YUV422P10, &limited},
        {AV_PIX_FMT_YUV444P12, &limited}, {AV_PIX_FMT_YUVA422P10, &limited}, {AV_PIX_FMT_YUV411P, &limited},
        {AV_PIX_FMT_GRAY16, &full},       {AV_PIX_FMT_GRAY10, &full},        {AV_PIX_FMT_GBRP10, &rgb},
        {AV_PIX_FMT_GBRAP12, &rgb},       {AV_PIX_FMT_GBRP16, &rgb},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ho_reader *reader;
        struct ho_diag diag = {0};
        const char *path = in_folder("m.mkv"), *name = av_get_pix_fmt_name(cases[i].format);
        write_frames(path, HO_CODEC_FFV1, cases[i].format, cases[i].colour);
        assert_ok(ho_reader_open(path, &(struct ho_reader_options){.n_threads = 1}, &reader, &diag), &diag);
        assert_string_equal(ho_reader_info(reader)->pixel_format, name);
        assert_int_equal(ho_reader_info(reader)->n_frames, N_FRAMES);
        for (int j = 0; j < N_FRAMES; j++) {
            struct ho_frame *sent = random_frame(cases[i].format, cases[i].colour, j), *found;
            assert_ok(ho_reader_frame(reader, j, &found, &diag), &diag);
            if (!ho_frame_equal(sent, found))
                fail_msg("%s: frame %d came back changed", name, j);
            if (cases[i].colour != &rgb && cases[i].format != AV_PIX_FMT_GRAY10 && cases[i].format != AV_PIX_FMT_GRAY16)
                assert_int_equal(ho_frame_colour(found)->full_range, cases[i].colour->full_range);
            ho_frame_unref(&sent);
            ho_frame_unref(&found);
        }
        ho_reader_close(&reader);
        unlink(path);
    }
}

// Formats that no output holds: the picture is the same when both are read as float.
static void test_others_are_converted(void **state)
{
    (void)state;
    static const struct {
        enum AVPixelFormat format;
        const struct ho_colour *colour;
        enum ho_codec codec;
        const char *name, *first;
        float limit;
    } cases[] = {
        {AV_PIX_FMT_RGB24, &rgb, HO_CODEC_FFV1, "m.mkv", "m.mkv", 1e-5F},
        {AV_PIX_FMT_RGB48BE, &rgb, HO_CODEC_FFV1, "m.mkv", "m.mkv", 1e-5F},
        {AV_PIX_FMT_RGBA, &rgb, HO_CODEC_PNG, "m.png", "m.%04d.png", 1e-5F},
        {AV_PIX_FMT_GBRP10, &rgb, HO_CODEC_PNG, "m.png", "m.%04d.png", 1e-5F},
        {AV_PIX_FMT_RGB24, &rgb, HO_CODEC_EXR_FLOAT, "m.exr", "m.%04d.exr", 1e-6F},
        {AV_PIX_FMT_RGB24, &rgb, HO_CODEC_EXR, "m.exr", "m.%04d.exr", 5e-4F},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ho_reader *reader;
        struct ho_converter *converter;
        struct ho_picture *wanted, *got;
        struct ho_frame *sent = random_frame(cases[i].format, cases[i].colour, 1), *found;
        struct ho_diag diag = {0};
        int n_planes = ho_frame_has_alpha(sent) ? 4 : 3;
        write_frames(in_folder(cases[i].name), cases[i].codec, cases[i].format, cases[i].colour);
        assert_ok(
            ho_reader_open(in_folder(cases[i].first), &(struct ho_reader_options){.n_threads = 1}, &reader, &diag),
            &diag);
        assert_ok(ho_reader_frame(reader, 1, &found, &diag), &diag);
        assert_ok(ho_converter_create(&converter, &diag), &diag);
        assert_ok(ho_picture_create(WIDTH, HEIGHT, n_planes, &wanted, &diag), &diag);
        assert_ok(ho_picture_create(WIDTH, HEIGHT, n_planes, &got, &diag), &diag);
        assert_ok(ho_converter_read(converter, sent, NULL, wanted, &diag), &diag);
        assert_ok(ho_converter_read(converter, found, NULL, got, &diag), &diag);
        for (int p = 0; p < n_planes; p++)
            for (int y = 0; y < HEIGHT; y++)
                for (int x = 0; x < WIDTH; x++) {
                    float a = wanted->plane[p][y * wanted->stride + x], b = got->plane[p][y * got->stride + x];
                    if (fabsf(a - b) > cases[i].limit)
                        fail_msg("%s to %s: plane %d at %d,%d is %g, should be %g",
                                 av_get_pix_fmt_name(cases[i].format), ho_codec_name(cases[i].codec), p, x, y,
                                 (double)b, (double)a);
                }
        ho_picture_destroy(&wanted);
        ho_picture_destroy(&got);
        ho_converter_destroy(&converter);
        ho_frame_unref(&sent);
        ho_frame_unref(&found);
        ho_reader_close(&reader);
        for (int j = 0; j < N_FRAMES; j++) {
            char name[64];
            snprintf(name, sizeof(name),
                     cases[i].codec == HO_CODEC_FFV1  ? "m.mkv"
                     : cases[i].codec == HO_CODEC_PNG ? "m.%04d.png"
                                                      : "m.%04d.exr",
                     j);
            unlink(in_folder(name));
        }
    }
}

// Not even copied: the encoder gets the decoder's own buffer, with the output's tags on it.
static void test_prores_passes_through(void **state)
{
    (void)state;
    static const struct {
        enum AVPixelFormat format;
        struct ho_colour frame, output;
        bool passes;
    } cases[] = {
        {AV_PIX_FMT_YUV422P10, {1, 1, 1, 0, 1}, {1, 1, 1, 0, 1}, true},
        {AV_PIX_FMT_YUV422P10, {5, 6, 5, 0, 1}, {6, 1, 5, 0, 1}, true},
        {AV_PIX_FMT_YUV422P10, {1, 1, 1, 1, 1}, {1, 1, 1, 0, 1}, false},
        {AV_PIX_FMT_YUV422P10, {9, 1, 9, 0, 1}, {1, 1, 1, 0, 1}, false},
        {AV_PIX_FMT_YUV420P, {1, 1, 1, 0, 1}, {1, 1, 1, 0, 1}, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ho_place place = {.path = (char[]){"m.mov"}};
        struct ho_output output = {.codec = ho_codec_entry(HO_CODEC_PRORES_HQ),
                                   .place = &place,
                                   .options = options_of(HO_CODEC_PRORES_HQ, &cases[i].output)};
        struct ho_frame *frame = random_frame(cases[i].format, &cases[i].frame, 0);
        struct ho_writer_frames *frames;
        struct ho_diag diag = {0};
        AVFrame *sent;
        ho_output_settle_frame(&output, frame);
        assert_int_equal(output.format, AV_PIX_FMT_YUV422P10);
        assert_ok(ho_writer_frames_create(&output, &frames, &diag), &diag);
        assert_ok(ho_writer_frames_frame(frames, frame, &sent, &diag), &diag);
        assert_int_equal(sent->data[0] == ho_frame_av(frame)->data[0], cases[i].passes);
        assert_int_equal(sent->format, AV_PIX_FMT_YUV422P10);
        assert_int_equal(sent->color_primaries, cases[i].output.primaries);
        assert_int_equal(sent->colorspace, cases[i].output.matrix);
        assert_int_equal(sent->color_range, AVCOL_RANGE_MPEG);
        av_frame_free(&sent);
        ho_writer_frames_destroy(&frames);
        ho_frame_unref(&frame);
    }
}

// What comes first settles the format; what follows is brought to it.
static void test_kinds_may_follow_each_other(void **state)
{
    (void)state;
    static const enum ho_codec codecs[] = {HO_CODEC_PRORES_422, HO_CODEC_PRORES_4444, HO_CODEC_FFV1};
    for (int first = 0; first < 3; first++)
        for (size_t c = 0; c < sizeof(codecs) / sizeof(codecs[0]); c++) {
            const char *path = in_folder(codecs[c] == HO_CODEC_FFV1 ? "m.mkv" : "m.mov");
            struct ho_writer_options options = options_of(codecs[c], &limited);
            struct ho_writer *writer;
            struct ho_matte *matte;
            struct ho_picture *picture;
            struct ho_frame *frame = random_frame(AV_PIX_FMT_YUV422P10, &limited, 0);
            struct ho_diag diag = {0};
            assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
            assert_ok(ho_picture_create(WIDTH, HEIGHT, 4, &picture, &diag), &diag);
            for (int p = 0; p < 4; p++)
                memset(picture->plane[p], 0, sizeof(float) * (size_t)picture->stride * HEIGHT);
            assert_ok(ho_writer_open(path, &options, &writer, &diag), &diag);
            for (int i = 0; i < 3; i++)
                switch ((first + i) % 3) {
                case 0: assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag); break;
                case 1: assert_ok(ho_writer_send_picture(writer, picture, &diag), &diag); break;
                default: assert_ok(ho_writer_send_frame(writer, frame, &diag), &diag); break;
                }
            assert_ok(ho_writer_finish(&writer, &diag), &diag);
            ho_matte_destroy(&matte);
            ho_picture_destroy(&picture);
            ho_frame_unref(&frame);
            unlink(path);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ffv1_keeps_every_code),
        cmocka_unit_test(test_others_are_converted),
        cmocka_unit_test(test_prores_passes_through),
        cmocka_unit_test(test_kinds_may_follow_each_other),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
