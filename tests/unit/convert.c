// SPDX-License-Identifier: BSD-2-Clause
#include "image_help.h"

static struct ho_converter *converter;

static int setup(void **state)
{
    (void)state;
    return ho_converter_create(&converter, NULL) == HO_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ho_converter_destroy(&converter);
    ho_converter_destroy(&converter);
    return 0;
}

static void read_or_fail(const struct ho_frame *frame, const struct ho_rect *region, struct ho_picture *out)
{
    struct ho_diag diag = {0};
    if (ho_converter_read(converter, frame, region, out, &diag) != HO_OK)
        fail_msg("%s", diag.message);
}

static void write_or_fail(const struct ho_picture *picture, const struct ho_colour *colour, AVFrame *av)
{
    struct ho_diag diag = {0};
    if (ho_converter_write(converter, picture, colour, av, &diag) != HO_OK)
        fail_msg("%s", diag.message);
}

static const enum AVPixelFormat passing[] = {
    AV_PIX_FMT_YUV420P,   AV_PIX_FMT_YUV422P,     AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV440P,   AV_PIX_FMT_NV12,
    AV_PIX_FMT_NV16,      AV_PIX_FMT_YUYV422,     AV_PIX_FMT_UYVY422, AV_PIX_FMT_YUV420P10, AV_PIX_FMT_YUV422P10,
    AV_PIX_FMT_YUV444P10, AV_PIX_FMT_YUV420P10BE, AV_PIX_FMT_P010,    AV_PIX_FMT_YUV420P12, AV_PIX_FMT_YUV422P12,
    AV_PIX_FMT_YUV444P12, AV_PIX_FMT_RGB24,       AV_PIX_FMT_BGR24,   AV_PIX_FMT_BGR0,      AV_PIX_FMT_GBRP,
    AV_PIX_FMT_GBRP10,    AV_PIX_FMT_GBRP12,      AV_PIX_FMT_RGB48BE, AV_PIX_FMT_GBRP16,    AV_PIX_FMT_X2RGB10,
    AV_PIX_FMT_RGB565,    AV_PIX_FMT_GRAY8,       AV_PIX_FMT_GRAY10,  AV_PIX_FMT_GRAY16BE,
};

// Reads random codes, writes them back, and wants each code as it was.
static void pass(enum AVPixelFormat format, int matrix, int full, int siting, int width, int height)
{
    AVFrame *av = av_create(format, width, height), *back = av_create(format, width, height);
    fill_random(av, 1234567u + (uint32_t)format, true);
    av->chroma_location = siting;
    struct ho_frame *frame = frame_of(av, matrix, full);
    struct ho_picture *picture = picture_create(width, height, 3);
    read_or_fail(frame, NULL, picture);
    write_or_fail(picture, ho_frame_colour(frame), back);
    struct ho_layout layout;
    assert_int_equal(ho_layout_of(format, &layout, NULL), HO_OK);
    for (int c = 0; c < layout.n_colour; c++) {
        int w, h;
        uint16_t *a = codes_of(ho_frame_av(frame), c, &w, &h), *b = codes_of(back, c, &w, &h);
        for (int i = 0; i < w * h; i++)
            if (a[i] != b[i])
                fail_msg("%s matrix %d full %d siting %d %dx%d: component %d at %d,%d was %d, is %d", layout.desc->name,
                         matrix, full, siting, width, height, c, i % w, i / w, a[i], b[i]);
        free(a);
        free(b);
    }
    ho_picture_destroy(&picture);
    ho_frame_unref(&frame);
    av_frame_free(&back);
}

static void a_pass_through_changes_no_code(void **state)
{
    (void)state;
    static const int matrices[] = {1, 5, 6, 9};
    for (size_t f = 0; f < sizeof passing / sizeof *passing; f++)
        for (int m = 0; m < 4; m++)
            for (int full = 0; full < 2; full++)
                pass(passing[f], matrices[m], full, 0, 48, 26);
}

static void odd_sizes_and_sitings_pass_too(void **state)
{
    (void)state;
    static const enum AVPixelFormat halved[] = {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV440P,
                                                AV_PIX_FMT_NV12};
    for (size_t f = 0; f < 4; f++)
        for (int siting = 0; siting <= AVCHROMA_LOC_BOTTOM; siting++)
            for (int size = 0; size < 5; size++)
                pass(halved[f], 1, 0, siting, (int[]){33, 34, 1, 2, 3}[size], (int[]){17, 16, 1, 3, 7}[size]);
}

// The textbook: Y'CbCr of limited or full range to R'G'B', in double.
static void plain_rgb(double kr, double kb, bool full, int depth, const uint16_t code[3], double rgb[3])
{
    double unit = pow(2, depth - 8), max = pow(2, depth) - 1, half = pow(2, depth - 1);
    double y = full ? code[0] / max : (code[0] - 16 * unit) / (219 * unit);
    double cb = full ? (code[1] - half) / max : (code[1] - 128 * unit) / (224 * unit);
    double cr = full ? (code[2] - half) / max : (code[2] - 128 * unit) / (224 * unit);
    rgb[0] = y + 2 * (1 - kr) * cr;
    rgb[2] = y + 2 * (1 - kb) * cb;
    rgb[1] = (y - kr * rgb[0] - kb * rgb[2]) / (1 - kr - kb);
}

static void colours_are_those_of_the_standards(void **state)
{
    (void)state;
    static const struct {
        int matrix;
        double kr, kb;
    } standards[] = {{1, 0.2126, 0.0722}, {6, 0.299, 0.114}, {9, 0.2627, 0.0593}};
    static const enum AVPixelFormat formats[] = {AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV444P10, AV_PIX_FMT_YUV444P12};
    for (int s = 0; s < 3; s++)
        for (int f = 0; f < 3; f++)
            for (int full = 0; full < 2; full++) {
                AVFrame *av = av_create(formats[f], 20, 10);
                fill_random(av, 77, false);
                struct ho_frame *frame = frame_of(av, standards[s].matrix, full);
                struct ho_picture *rgb = picture_create(20, 10, 3), *luma = picture_create(20, 10, 1);
                read_or_fail(frame, NULL, rgb);
                read_or_fail(frame, NULL, luma);
                uint16_t *codes[3];
                int w, h;
                for (int c = 0; c < 3; c++)
                    codes[c] = codes_of(av, c, &w, &h);
                for (int i = 0; i < 200; i++) {
                    double want[3];
                    plain_rgb(standards[s].kr, standards[s].kb, full, 8 + 2 * f,
                              (uint16_t[]){codes[0][i], codes[1][i], codes[2][i]}, want);
                    for (int p = 0; p < 3; p++)
                        assert_true(fabs((double)pixel(rgb, p, i % 20, i / 20) - want[p]) < 2e-5);
                    double y = standards[s].kr * want[0] + (1 - standards[s].kr - standards[s].kb) * want[1] +
                               standards[s].kb * want[2];
                    assert_true(fabs((double)pixel(luma, 0, i % 20, i / 20) - y) < 2e-5);
                }
                for (int c = 0; c < 3; c++)
                    free(codes[c]);
                ho_picture_destroy(&rgb);
                ho_picture_destroy(&luma);
                ho_frame_unref(&frame);
            }
}

static void packed_formats_read_as_their_planar_twins(void **state)
{
    (void)state;
    static const enum AVPixelFormat twins[][2] = {
        {AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P},    {AV_PIX_FMT_NV21, AV_PIX_FMT_YUV420P},
        {AV_PIX_FMT_P010, AV_PIX_FMT_YUV420P10},  {AV_PIX_FMT_YUYV422, AV_PIX_FMT_YUV422P},
        {AV_PIX_FMT_NV16, AV_PIX_FMT_YUV422P},    {AV_PIX_FMT_NV24, AV_PIX_FMT_YUV444P},
        {AV_PIX_FMT_BGRA, AV_PIX_FMT_GBRAP},      {AV_PIX_FMT_ARGB, AV_PIX_FMT_GBRAP},
        {AV_PIX_FMT_RGB48BE, AV_PIX_FMT_GBRP16},  {AV_PIX_FMT_RGBA64BE, AV_PIX_FMT_GBRAP16},
        {AV_PIX_FMT_GBRP10BE, AV_PIX_FMT_GBRP10}, {AV_PIX_FMT_P210, AV_PIX_FMT_YUV422P10},
        {AV_PIX_FMT_Y210, AV_PIX_FMT_YUV422P10},
    };
    for (size_t t = 0; t < sizeof twins / sizeof *twins; t++) {
        AVFrame *a = av_create(twins[t][0], 31, 19), *b = av_create(twins[t][1], 31, 19);
        fill_random(a, 5, false);
        struct ho_layout layout;
        assert_int_equal(ho_layout_of(twins[t][0], &layout, NULL), HO_OK);
        for (int c = 0; c < n_components(&layout); c++) {
            int w, h;
            uint16_t *codes = codes_of(a, c, &w, &h);
            put_codes(b, c, codes);
            free(codes);
        }
        struct ho_frame *fa = frame_of(a, 1, 0), *fb = frame_of(b, 1, 0);
        struct ho_picture *pa = picture_create(17, 23, 4), *pb = picture_create(17, 23, 4);
        read_or_fail(fa, NULL, pa);
        read_or_fail(fb, NULL, pb);
        assert_true(largest_difference(pa, pb) == 0);
        ho_picture_destroy(&pa);
        ho_picture_destroy(&pb);
        ho_frame_unref(&fa);
        ho_frame_unref(&fb);
    }
}

static void a_region_is_a_cut_out_of_the_whole(void **state)
{
    (void)state;
    static const enum AVPixelFormat formats[] = {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P10, AV_PIX_FMT_RGB24,
                                                 AV_PIX_FMT_YUV411P};
    static const struct ho_rect regions[] = {{3, 5, 20, 18},   {0, 0, 8, 8},      {-7, -9, 12, 11},
                                             {40, 30, 70, 61}, {-100, 4, -80, 9}, {200, 200, 203, 205},
                                             {10, 10, 11, 11}};
    for (int f = 0; f < 4; f++) {
        AVFrame *av = av_create(formats[f], 50, 37);
        fill_random(av, 8, true);
        struct ho_frame *frame = frame_of(av, 1, 0);
        struct ho_picture *whole = picture_create(50, 37, 3);
        read_or_fail(frame, NULL, whole);
        for (size_t r = 0; r < sizeof regions / sizeof *regions; r++) {
            const struct ho_rect *g = &regions[r];
            struct ho_picture *part = picture_create(g->x1 - g->x0, g->y1 - g->y0, 3);
            read_or_fail(frame, g, part);
            for (int p = 0; p < 3; p++)
                for (int y = 0; y < part->height; y++)
                    for (int x = 0; x < part->width; x++) {
                        int fx = g->x0 + x, fy = g->y0 + y;
                        fx = fx < 0 ? 0 : fx > 49 ? 49 : fx;
                        fy = fy < 0 ? 0 : fy > 36 ? 36 : fy;
                        bool near_border = f != 2 &&
                                           (fx < 4 || fy < 4 || fx > 45 ||
                                            fy > 32);    // chroma is interpolated across the border differently
                        if (!near_border && fabs((double)pixel(part, p, x, y) - (double)pixel(whole, p, fx, fy)) > 1e-5)
                            fail_msg("%s region %zu plane %d at %d,%d: %f, not %f", av_get_pix_fmt_name(formats[f]), r,
                                     p, x, y, (double)pixel(part, p, x, y), (double)pixel(whole, p, fx, fy));
                        assert_false(isnan(pixel(part, p, x, y)));
                    }
            ho_picture_destroy(&part);
        }
        ho_picture_destroy(&whole);
        ho_frame_unref(&frame);
    }
}

static void a_moving_region_resampled_is_the_same_everywhere(void **state)
{
    (void)state;
    // A ramp: whatever is read of it, in whichever size, is the same ramp where the region lies.
    AVFrame *av = av_create(AV_PIX_FMT_YUV444P10, 200, 100);
    for (int y = 0; y < 100; y++)
        for (int x = 0; x < 200; x++) {
            ((uint16_t *)(void *)(av->data[0] + y * av->linesize[0]))[x] = (uint16_t)(100 + 2 * x + y);
            ((uint16_t *)(void *)(av->data[1] + y * av->linesize[1]))[x] = 512;
            ((uint16_t *)(void *)(av->data[2] + y * av->linesize[2]))[x] = 512;
        }
    struct ho_frame *frame = frame_of(av, 1, 0);
    for (int x0 = 20; x0 < 60; x0 += 7)
        for (int size = 10; size <= 80; size += 35) {
            struct ho_rect region = {x0, 15, x0 + 64, 15 + 48};
            struct ho_picture *out = picture_create(size, size, 1);
            read_or_fail(frame, &region, out);
            for (int y = 1; y < size - 1; y++)
                for (int x = 1; x < size - 1; x++) {
                    double fx = x0 + (x + 0.5) * 64 / size - 0.5, fy = 15 + (y + 0.5) * 48 / size - 0.5;
                    double want = (100 + 2 * fx + fy - 64) / 876.0;
                    assert_true(fabs((double)pixel(out, 0, x, y) - want) < 2e-4);
                }
            ho_picture_destroy(&out);
        }
    ho_frame_unref(&frame);
}

static void making_smaller_does_not_alias(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_GRAY8, 256, 256);
    for (int y = 0; y < 256; y++)
        for (int x = 0; x < 256; x++)
            av->data[0][y * av->linesize[0] + x] = (x + y) & 1 ? 255 : 0;
    struct ho_frame *frame = frame_of(av, 2, -1);
    struct ho_picture *out = picture_create(61, 61, 1);
    read_or_fail(frame, NULL, out);
    for (int y = 2; y < 59; y++)
        for (int x = 2; x < 59; x++)
            assert_true(fabs((double)pixel(out, 0, x, y) - 0.5) < 0.02);
    ho_picture_destroy(&out);
    ho_frame_unref(&frame);
}

static void alpha_is_premultiplied_and_back(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_RGBA, 3, 1), *back = av_create(AV_PIX_FMT_RGBA, 3, 1);
    const uint8_t codes[12] = {255, 100, 0, 51, 10, 20, 30, 255, 200, 200, 200, 0};
    memcpy(av->data[0], codes, 12);
    struct ho_frame *frame = frame_of(av, 2, -1);
    struct ho_picture *four = picture_create(3, 1, 4), *three = picture_create(3, 1, 3);
    read_or_fail(frame, NULL, four);
    assert_true(fabs((double)pixel(four, 0, 0, 0) - 0.2) < 1e-6);
    assert_true(fabs((double)pixel(four, 1, 0, 0) - 100.0 / 255 * 0.2) < 1e-6);
    assert_true(fabs((double)pixel(four, 3, 0, 0) - 0.2) < 1e-6);
    assert_true(fabs((double)pixel(four, 2, 1, 0) - 30.0 / 255) < 1e-6);
    assert_true(fabs((double)pixel(four, 0, 2, 0)) < 1e-6);
    read_or_fail(frame, NULL, three);
    assert_true(fabs((double)pixel(three, 0, 0, 0) - 1.0) < 1e-6);    // colour as it is, alpha left aside
    write_or_fail(four, ho_frame_colour(frame), back);
    assert_memory_equal(back->data[0], codes, 8);
    assert_int_equal(back->data[0][11], 0);
    ho_picture_destroy(&four);
    ho_picture_destroy(&three);
    ho_frame_unref(&frame);
    av_frame_free(&back);
}

static void float_pictures_come_as_they_are(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_GBRAPF32, 2, 1), *back = av_create(AV_PIX_FMT_GBRAPF32, 2, 1);
    const float values[4][2] = {{0.25f, -0.5f}, {7.5f, 0.125f}, {0.5f, 1.0f}, {0.5f, 0.0f}};    // G, B, R, A
    for (int p = 0; p < 4; p++)
        memcpy(av->data[p], values[p], sizeof values[p]);
    struct ho_frame *frame = frame_of(av, 2, -1);
    struct ho_picture *picture = picture_create(2, 1, 4);
    read_or_fail(frame, NULL, picture);
    assert_true(pixel(picture, 0, 0, 0) == 0.5f && pixel(picture, 1, 1, 0) == -0.5f &&
                pixel(picture, 2, 0, 0) == 7.5f && pixel(picture, 3, 0, 0) == 0.5f);
    write_or_fail(picture, ho_frame_colour(frame), back);
    for (int p = 0; p < 4; p++)
        assert_memory_equal(back->data[p], values[p], sizeof values[p]);
    ho_picture_destroy(&picture);
    ho_frame_unref(&frame);
    av_frame_free(&back);
}

static void grey_palette_and_bits_are_read(void **state)
{
    (void)state;
    AVFrame *ya = av_create(AV_PIX_FMT_YA8, 2, 1), *pal = av_create(AV_PIX_FMT_PAL8, 2, 1),
            *mono = av_create(AV_PIX_FMT_MONOWHITE, 9, 1);
    memcpy(ya->data[0], (uint8_t[]){255, 51, 51, 255}, 4);
    memset(pal->data[1], 0, 1024);
    ((uint32_t *)(void *)pal->data[1])[3] = 0xff0033ffu;
    ((uint32_t *)(void *)pal->data[1])[4] = 0x33ffffffu;
    memcpy(pal->data[0], (uint8_t[]){3, 4}, 2);
    memcpy(mono->data[0], (uint8_t[]){0xa0, 0x00}, 2);
    struct ho_frame *f[3] = {frame_of(ya, 2, -1), frame_of(pal, 2, -1), frame_of(mono, 2, -1)};
    struct ho_picture *two = picture_create(2, 1, 4), *nine = picture_create(9, 1, 3);
    read_or_fail(f[0], NULL, two);
    for (int p = 0; p < 3; p++)
        assert_true(fabs((double)pixel(two, p, 0, 0) - 0.2) < 1e-6 && fabs((double)pixel(two, p, 1, 0) - 0.2) < 1e-6);
    assert_true(fabs((double)pixel(two, 3, 0, 0) - 0.2) < 1e-6 && pixel(two, 3, 1, 0) == 1.0f);
    read_or_fail(f[1], NULL, two);
    assert_true(pixel(two, 0, 0, 0) == 0.0f && fabs((double)pixel(two, 1, 0, 0) - 0.2) < 1e-6 &&
                pixel(two, 2, 0, 0) == 1.0f && pixel(two, 3, 0, 0) == 1.0f);
    assert_true(fabs((double)pixel(two, 0, 1, 0) - 0.2) < 1e-6 && fabs((double)pixel(two, 3, 1, 0) - 0.2) < 1e-6);
    assert_true(ho_frame_has_alpha(f[1]) && ho_frame_has_alpha(f[0]) && !ho_frame_has_alpha(f[2]));
    read_or_fail(f[2], NULL, nine);
    for (int x = 0; x < 9; x++)
        assert_true(pixel(nine, 1, x, 0) == (x == 0 || x == 2 ? 0.0f : 1.0f));
    ho_picture_destroy(&two);
    ho_picture_destroy(&nine);
    for (int i = 0; i < 3; i++)
        ho_frame_unref(&f[i]);
}

static void rgb_has_a_luma(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_RGB24, 1, 1);
    memcpy(av->data[0], (uint8_t[]){255, 51, 102}, 3);
    struct ho_frame *frame = frame_of(av, 2, -1);
    struct ho_picture *luma = picture_create(1, 1, 1);
    read_or_fail(frame, NULL, luma);
    assert_true(fabs((double)pixel(luma, 0, 0, 0) - (0.2126 + 0.7152 * 0.2 + 0.0722 * 0.4)) < 1e-5);
    ho_picture_destroy(&luma);
    ho_frame_unref(&frame);
}

// Black and white of a matte in each format that a codec takes.
static void a_matte_is_exact_where_it_is_flat(void **state)
{
    (void)state;
    static const struct {
        enum AVPixelFormat format;
        int black, white, neutral;
    } wanted[] = {
        {AV_PIX_FMT_YUV422P10, 64, 940, 512},    {AV_PIX_FMT_YUV444P10, 64, 940, 512},
        {AV_PIX_FMT_YUV420P, 16, 235, 128},      {AV_PIX_FMT_YUVA444P10, 64, 940, 512},
        {AV_PIX_FMT_YUV444P12, 256, 3760, 2048}, {AV_PIX_FMT_GRAY8, 0, 255, 0},
        {AV_PIX_FMT_GRAY10, 0, 1023, 0},         {AV_PIX_FMT_GRAY16BE, 0, 65535, 0},
        {AV_PIX_FMT_RGB24, 0, 255, 255},         {AV_PIX_FMT_RGB48BE, 0, 65535, 65535},
        {AV_PIX_FMT_GBRP16, 0, 65535, 65535},
    };
    struct ho_colour colour = {1, 1, 1, 0, 1};
    struct ho_matte *matte = NULL;
    assert_int_equal(ho_matte_create(35, 9, &matte, NULL), HO_OK);
    for (int y = 0; y < 9; y++)
        for (int x = 0; x < 35; x++)
            matte->data[y * matte->stride + x] = x < 20 ? 0 : 65535;
    struct ho_picture *key = picture_create(35, 9, 1);
    ho_matte_to_picture(matte, key);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        for (int as_picture = 0; as_picture < 2; as_picture++) {
            AVFrame *av = av_create(wanted[i].format, 35, 9);
            if (as_picture)
                write_or_fail(key, &colour, av);
            else
                assert_int_equal(ho_converter_write_matte(converter, matte, &colour, av, NULL), HO_OK);
            int w, h;
            uint16_t *luma = codes_of(av, 0, &w, &h);
            for (int n = 0; n < w * h; n++)
                assert_int_equal(luma[n], n % w < 20 ? wanted[i].black : wanted[i].white);
            free(luma);
            struct ho_layout layout;
            assert_int_equal(ho_layout_of(wanted[i].format, &layout, NULL), HO_OK);
            for (int c = 1; c < n_components(&layout); c++) {
                uint16_t *codes = codes_of(av, c, &w, &h);
                assert_int_equal(codes[w * h - 1], c == layout.n_colour ? (1 << layout.depth) - 1 : wanted[i].neutral);
                free(codes);
            }
            assert_int_equal(av->color_range, layout.family == ZIMG_COLOR_YUV ? AVCOL_RANGE_MPEG : AVCOL_RANGE_JPEG);
            if (layout.family == ZIMG_COLOR_YUV)
                assert_int_equal(av->colorspace, AVCOL_SPC_BT709);
            av_frame_free(&av);
        }
    AVFrame *other = av_create(AV_PIX_FMT_GRAY8, 34, 9);
    assert_int_equal(ho_converter_write_matte(converter, matte, &colour, other, NULL), HO_ERROR_USAGE);
    av_frame_free(&other);
    ho_picture_destroy(&key);
    ho_matte_destroy(&matte);
}

static void every_grey_of_a_matte_is_the_nearest_code(void **state)
{
    (void)state;
    struct ho_colour colour = {1, 1, 1, 0, 1};
    struct ho_matte *matte = NULL;
    assert_int_equal(ho_matte_create(256, 256, &matte, NULL), HO_OK);
    for (int v = 0; v < 65536; v++)
        matte->data[(v >> 8) * matte->stride + (v & 255)] = (uint16_t)v;
    AVFrame *av = av_create(AV_PIX_FMT_YUV422P10, 256, 256);
    assert_int_equal(ho_converter_write_matte(converter, matte, &colour, av, NULL), HO_OK);
    for (int v = 0; v < 65536; v++) {
        double exact = 64 + 876.0 * v / 65535;
        int code = ((uint16_t *)(void *)(av->data[0] + (v >> 8) * av->linesize[0]))[v & 255];
        assert_true(fabs(code - exact) <= 0.5001);
    }
    av_frame_free(&av);
    ho_matte_destroy(&matte);
}

// Whatever stands behind the last pixel of a row, not even NaN may show.
static void padding_is_no_part_of_the_picture(void **state)
{
    (void)state;
    for (int width = 1; width < 40; width += 3)
        for (int to = 1; to < 60; to += 7) {
            AVFrame *av = av_create(AV_PIX_FMT_GBRPF32, width, 11);
            for (int p = 0; p < 3; p++)
                for (int y = 0; y < 11; y++)
                    for (int x = 0; x < av->linesize[p] / 4; x++)
                        ((float *)(void *)(av->data[p] + y * av->linesize[p]))[x] = x < width ? 0.5f : NAN;
            struct ho_frame *frame = frame_of(av, 2, -1);
            struct ho_picture *out = picture_create(to, 9, 3);
            read_or_fail(frame, NULL, out);
            for (int p = 0; p < 3; p++)
                for (int y = 0; y < 9; y++)
                    for (int x = 0; x < to; x++)
                        assert_true(fabs((double)pixel(out, p, x, y) - 0.5) < 1e-5);
            ho_picture_destroy(&out);
            ho_frame_unref(&frame);
        }
}

static void what_cannot_be_read_is_named(void **state)
{
    (void)state;
    AVFrame *av = av_create(AV_PIX_FMT_BAYER_RGGB8, 8, 8);
    struct ho_frame *frame = frame_of(av, 2, -1);
    struct ho_picture *out = picture_create(8, 8, 3);
    struct ho_diag diag = {0};
    assert_int_equal(ho_converter_read(converter, frame, NULL, out, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "bayer_rggb8"));
    ho_frame_unref(&frame);
    frame = frame_of(av_create(AV_PIX_FMT_YUV420P, 8, 8), 11, 0);
    memset(&diag, 0, sizeof diag);
    assert_int_equal(ho_converter_read(converter, frame, NULL, out, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "smpte2085"));
    struct ho_rect nothing = {3, 3, 3, 5};
    assert_int_equal(ho_converter_read(converter, frame, &nothing, out, NULL), HO_ERROR_USAGE);
    ho_frame_unref(&frame);
    ho_picture_destroy(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pass_through_changes_no_code),
        cmocka_unit_test(odd_sizes_and_sitings_pass_too),
        cmocka_unit_test(colours_are_those_of_the_standards),
        cmocka_unit_test(packed_formats_read_as_their_planar_twins),
        cmocka_unit_test(a_region_is_a_cut_out_of_the_whole),
        cmocka_unit_test(a_moving_region_resampled_is_the_same_everywhere),
        cmocka_unit_test(making_smaller_does_not_alias),
        cmocka_unit_test(alpha_is_premultiplied_and_back),
        cmocka_unit_test(float_pictures_come_as_they_are),
        cmocka_unit_test(grey_palette_and_bits_are_read),
        cmocka_unit_test(rgb_has_a_luma),
        cmocka_unit_test(a_matte_is_exact_where_it_is_flat),
        cmocka_unit_test(every_grey_of_a_matte_is_the_nearest_code),
        cmocka_unit_test(padding_is_no_part_of_the_picture),
        cmocka_unit_test(what_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
