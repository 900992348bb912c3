// SPDX-License-Identifier: BSD-2-Clause
#include "image_help.h"

static struct ho_frame *turned(const AVFrame *av, int rotation)
{
    AVFrame *copy = av_frame_clone(av);
    struct ho_frame *frame = NULL;
    struct ho_diag diag = {0};
    struct ho_colour colour = {1, 1, 1, 0, 1};
    if (ho_frame_create(&copy, 3, rotation, &colour, false, &frame, &diag) != HO_OK)
        fail_msg("%s", diag.message);
    assert_null(copy);
    return frame;
}

// Where an upright pixel comes from.
static void origin(int rotation, int width, int height, int x, int y, int *from_x, int *from_y)
{
    *from_x = rotation == 90 ? y : rotation == 270 ? height - 1 - y : width - 1 - x;
    *from_y = rotation == 90 ? width - 1 - x : rotation == 270 ? x : height - 1 - y;
}

static const enum AVPixelFormat formats[] = {
    AV_PIX_FMT_YUV420P,   AV_PIX_FMT_YUV422P,   AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV440P,    AV_PIX_FMT_YUV420P10,
    AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV422P16, AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUVJ422P,   AV_PIX_FMT_NV12,
    AV_PIX_FMT_NV16,      AV_PIX_FMT_P010,      AV_PIX_FMT_YUYV422, AV_PIX_FMT_UYVY422,    AV_PIX_FMT_RGB24,
    AV_PIX_FMT_BGRA,      AV_PIX_FMT_RGB48BE,   AV_PIX_FMT_RGBA64,  AV_PIX_FMT_GRAY8,      AV_PIX_FMT_GRAY16BE,
    AV_PIX_FMT_YA8,       AV_PIX_FMT_GBRP,      AV_PIX_FMT_GBRAP12, AV_PIX_FMT_YUVA444P10, AV_PIX_FMT_RGB565,
    AV_PIX_FMT_PAL8,
};

static void every_format_turns_by_moving_codes(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        for (int rotation = 90; rotation <= 270; rotation += 90) {
            AVFrame *av = av_create(formats[f], 40, 24);
            if (formats[f] == AV_PIX_FMT_PAL8) {
                for (int i = 0; i < 1024; i++)
                    av->data[1][i] = (uint8_t)(i * 37);
                for (int y = 0; y < 24; y++)
                    for (int x = 0; x < 40; x++)
                        av->data[0][y * av->linesize[0] + x] = (uint8_t)(y * 40 + x);
            } else {
                fill_random(av, 99, false);
            }
            struct ho_frame *frame = turned(av, rotation);
            const AVFrame *up = ho_frame_av(frame);
            assert_int_equal(ho_frame_width(frame), rotation == 180 ? 40 : 24);
            assert_int_equal(ho_frame_height(frame), rotation == 180 ? 24 : 40);
            struct ho_layout layout;
            assert_int_equal(ho_layout_of(formats[f], &layout, NULL), HO_OK);
            for (int c = 0; c < n_components(&layout); c++) {
                int w, h, uw, uh;
                uint16_t *before = codes_of(av, c, &w, &h), *after = codes_of(up, c, &uw, &uh);
                int vw = rotation == 180 ? uw : uh,
                    vh = rotation == 180 ? uh : uw;    // of the turned component, lying down
                assert_true(vw % w == 0 && vh % h == 0);
                for (int y = 0; y < uh; y++)
                    for (int x = 0; x < uw; x++) {
                        int fx, fy;
                        origin(rotation, uw, uh, x, y, &fx, &fy);
                        if (after[y * uw + x] != before[(fy * h / vh) * w + fx * w / vw])
                            fail_msg("%s by %d: component %d at %d,%d", layout.desc->name, rotation, c, x, y);
                    }
                free(before);
                free(after);
            }
            ho_frame_unref(&frame);
            av_frame_free(&av);
        }
}

static void odd_sizes_turn(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_YUV420P, 35, 67);
    fill_random(av, 5, false);
    struct ho_frame *frame = turned(av, 90);
    assert_int_equal(ho_frame_width(frame), 67);
    assert_int_equal(ho_frame_av(frame)->data[0][0], av->data[0][66 * av->linesize[0]]);
    assert_int_equal(ho_frame_av(frame)->data[1][0], av->data[1][33 * av->linesize[1]]);
    assert_int_equal(ho_frame_av(frame)->chroma_location, AVCHROMA_LOC_TOP);
    ho_frame_unref(&frame);
    av_frame_free(&av);
}

static void quarter_turns_keep_422_as_440(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_YUV422P10, 16, 8);
    av->sample_aspect_ratio = (AVRational){4, 3};
    fill_random(av, 1, false);
    struct ho_frame *frame = turned(av, 270);
    assert_int_equal(ho_frame_av(frame)->format, AV_PIX_FMT_YUV440P10);
    assert_int_equal(ho_frame_av(frame)->sample_aspect_ratio.num, 3);
    ho_frame_unref(&frame);
    av_frame_free(&av);
}

static void references_are_counted(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_GRAY8, 3, 3);
    fill_random(av, 2, false);
    struct ho_frame *frame = frame_of(av, 2, -1), *second = ho_frame_ref(frame);
    assert_ptr_equal(frame, second);
    ho_frame_unref(&frame);
    assert_null(frame);
    assert_int_equal(ho_frame_index(second), 7);
    assert_false(ho_frame_is_held(second));
    struct ho_frame *held = NULL;
    assert_int_equal(ho_frame_create_held(second, 8, &held, NULL), HO_OK);
    assert_int_equal(ho_frame_index(held), 8);
    assert_true(ho_frame_is_held(held));
    assert_true(ho_frame_equal(held, second));
    ho_frame_unref(&second);
    assert_int_equal(ho_frame_width(held), 3);
    ho_frame_unref(&held);
    ho_frame_unref(&held);
    ho_frame_unref(NULL);
}

static void equal_means_every_code(void **state)
{
    (void)state;
    AVFrame *a = av_create(AV_PIX_FMT_YUV420P, 33, 17), *b = av_create(AV_PIX_FMT_YUV420P, 33, 17),
            *c = av_create(AV_PIX_FMT_YUV422P, 33, 17);
    fill_random(a, 3, false);
    fill_random(b, 3, false);
    fill_random(c, 3, false);
    for (int y = 0; y < 17; y++)
        b->data[0][y * b->linesize[0] + 33] ^= 0x55;    // beyond the row: no part of the picture
    uint8_t *last = &b->data[2][8 * b->linesize[2] + 16];
    struct ho_frame *fa = frame_of(a, 1, 0), *fb = frame_of(b, 1, 0), *fc = frame_of(c, 1, 0);
    assert_true(ho_frame_equal(fa, fb));
    *last ^= 1;
    assert_false(ho_frame_equal(fa, fb));
    assert_false(ho_frame_equal(fa, fc));
    ho_frame_unref(&fa);
    ho_frame_unref(&fb);
    ho_frame_unref(&fc);
}

static void the_frame_fills_in_what_it_lacks(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_YUV420P, 4, 4);
    av->colorspace = AVCOL_SPC_BT2020_NCL;
    struct ho_frame *frame = frame_of(av, 1, 1);
    assert_int_equal(ho_frame_colour(frame)->matrix, AVCOL_SPC_BT2020_NCL);
    assert_int_equal(ho_frame_colour(frame)->full_range, 1);
    assert_int_equal(ho_frame_av(frame)->color_range, AVCOL_RANGE_JPEG);
    ho_frame_unref(&frame);
}

// A ProRes header says 0 for "unknown", which is RGB elsewhere: a frame of luma and chroma is not RGB, one of G, B and
// R is.
static void luma_and_chroma_are_no_rgb(void **state)
{
    (void)state;
    static const enum AVPixelFormat kinds[] = {AV_PIX_FMT_YUV422P10, AV_PIX_FMT_GBRP10};
    for (int i = 0; i < 2; i++) {
        AVFrame *av = av_create(kinds[i], 4, 4);
        av->colorspace = AVCOL_SPC_RGB;
        struct ho_frame *frame = turned(av, 0);
        assert_int_equal(ho_frame_colour(frame)->matrix, i ? AVCOL_SPC_RGB : AVCOL_SPC_BT709);
        ho_frame_unref(&frame);
        av_frame_free(&av);
    }
}

static void a_frame_is_written_to_by_its_only_owner(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_YUV420P, 8, 8), *writable;
    fill_random(av, 5, false);
    struct ho_frame *frame = frame_of(av, 1, 0);
    const uint8_t *data = ho_frame_av(frame)->data[0], before = data[0];
    assert_int_equal(ho_frame_make_writable(&frame, &writable, NULL), HO_OK);
    assert_ptr_equal(writable->data[0], data);
    struct ho_frame *other = ho_frame_ref(frame), *same = other;
    assert_int_equal(ho_frame_make_writable(&frame, &writable, NULL), HO_OK);
    assert_ptr_equal(other, same);
    assert_ptr_not_equal(writable->data[0], data);
    assert_true(ho_frame_equal(frame, other));
    writable->data[0][0] = (uint8_t)(before + 1);
    assert_int_equal(ho_frame_av(other)->data[0][0], before);
    struct ho_frame *held = NULL;    // shares its buffers, not its count
    assert_int_equal(ho_frame_create_held(other, 8, &held, NULL), HO_OK);
    assert_int_equal(ho_frame_make_writable(&held, &writable, NULL), HO_OK);
    assert_ptr_not_equal(writable->data[0], data);
    assert_true(ho_frame_is_held(held));
    ho_frame_unref(&held);
    ho_frame_unref(&other);
    ho_frame_unref(&frame);
}

static void what_cannot_be_turned_is_named(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_BAYER_RGGB8, 8, 8), *same = av;
    struct ho_frame *frame = NULL;
    struct ho_diag diag = {0};
    assert_int_equal(ho_frame_create(&av, 0, 90, NULL, false, &frame, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "bayer_rggb8"));
    assert_ptr_equal(av, same);
    assert_int_equal(ho_frame_create(&av, 0, 45, NULL, false, &frame, NULL), HO_ERROR_USAGE);
    av_frame_free(&av);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_turns_by_moving_codes),
        cmocka_unit_test(odd_sizes_turn),
        cmocka_unit_test(quarter_turns_keep_422_as_440),
        cmocka_unit_test(references_are_counted),
        cmocka_unit_test(equal_means_every_code),
        cmocka_unit_test(the_frame_fills_in_what_it_lacks),
        cmocka_unit_test(luma_and_chroma_are_no_rgb),
        cmocka_unit_test(a_frame_is_written_to_by_its_only_owner),
        cmocka_unit_test(what_cannot_be_turned_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
