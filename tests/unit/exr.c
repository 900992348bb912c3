// SPDX-License-Identifier: BSD-2-Clause
// OpenEXR as other programs write it: windows that lie anywhere, layers, parts, tiles, compressions.
#include "media_help.h"

#include <openexr.h>

#include "image/frame.h"
#include "media/srgb.h"

enum { WIDTH = 40, HEIGHT = 24 };

static exr_attr_box2i_t box(int x0, int y0, int x1, int y1)
{
    return (exr_attr_box2i_t){.min = {.x = x0, .y = y0}, .max = {.x = x1, .y = y1}};
}

// A file to write: parts with these channels each; a pixel's value says where it is and in which channel.
struct recipe {
    exr_attr_box2i_t display, data;
    exr_compression_t compression;
    bool is_tiled;
    struct {
        const char *name;
        const char *channels[9];
    } parts[3];
};

static float value_at(const char *channel, int x, int y)
{
    if (channel[strlen(channel) - 1] == 'A')
        return 1;
    unsigned hash = 0;
    for (const char *c = channel; *c; c++)
        hash = hash * 31 + (unsigned char)*c;
    return (float)(hash % 16) / 64 + (float)(x & 31) / 64 + (float)(y & 31) / 128;
}

static void write_chunk(exr_context_t file, int part, const exr_chunk_info_t *chunk, int x0, int y0)
{
    exr_encode_pipeline_t encode = EXR_ENCODE_PIPELINE_INITIALIZER;
    assert_int_equal(exr_encoding_initialize(file, part, chunk, &encode), 0);
    const size_t n = (size_t)chunk->width * (size_t)chunk->height;
    float *values = malloc(n * sizeof(float) * (size_t)encode.channel_count);
    for (int c = 0; c < encode.channel_count; c++) {
        exr_coding_channel_info_t *channel = &encode.channels[c];
        for (int y = 0; y < chunk->height; y++)
            for (int x = 0; x < chunk->width; x++)
                values[(size_t)c * n + (size_t)(y * chunk->width + x)] = value_at(channel->channel_name, x0 + x,
                                                                                  y0 + y);
        channel->user_bytes_per_element = sizeof(float);
        channel->user_pixel_stride = sizeof(float);
        channel->user_data_type = EXR_PIXEL_FLOAT;
        channel->user_line_stride = chunk->width * (int)sizeof(float);
        channel->encode_from_ptr = (const uint8_t *)(values + (size_t)c * n);
    }
    assert_int_equal(exr_encoding_choose_default_routines(file, part, &encode), 0);
    assert_int_equal(exr_encoding_run(file, part, &encode), 0);
    exr_encoding_destroy(file, &encode);
    free(values);
}

static void write_part(exr_context_t file, int part, const struct recipe *recipe)
{
    enum { TILE = 16 };
    const exr_attr_box2i_t data = recipe->data;
    exr_chunk_info_t chunk;
    int32_t n_lines = 1;
    if (recipe->is_tiled) {
        for (int y = 0; data.min.y + y * TILE <= data.max.y; y++)
            for (int x = 0; data.min.x + x * TILE <= data.max.x; x++) {
                assert_int_equal(exr_write_tile_chunk_info(file, part, x, y, 0, 0, &chunk), 0);
                write_chunk(file, part, &chunk, data.min.x + x * TILE, data.min.y + y * TILE);
            }
        return;
    }
    assert_int_equal(exr_get_scanlines_per_chunk(file, part, &n_lines), 0);
    for (int y = data.min.y; y <= data.max.y; y += n_lines) {
        assert_int_equal(exr_write_scanline_chunk_info(file, part, y, &chunk), 0);
        write_chunk(file, part, &chunk, data.min.x, y);
    }
}

static void write_exr(const char *name, const struct recipe *recipe)
{
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    exr_context_t file = NULL;
    const exr_attr_v2f_t centre = {.x = 0, .y = 0};
    int n = 0, part;
    assert_int_equal(exr_start_write(&file, help_path(name), EXR_WRITE_FILE_DIRECTLY, &setup), 0);
    for (; n < 3 && recipe->parts[n].channels[0]; n++) {
        assert_int_equal(exr_add_part(file, recipe->parts[n].name,
                                      recipe->is_tiled ? EXR_STORAGE_TILED : EXR_STORAGE_SCANLINE, &part),
                         0);
        assert_int_equal(exr_initialize_required_attr(file, part, &recipe->display, &recipe->data, 1, &centre, 1,
                                                      EXR_LINEORDER_INCREASING_Y, recipe->compression),
                         0);
        if (recipe->is_tiled)
            assert_int_equal(exr_set_tile_descriptor(file, part, 16, 16, EXR_TILE_ONE_LEVEL, EXR_TILE_ROUND_DOWN), 0);
        for (int c = 0; recipe->parts[n].channels[c]; c++)
            assert_int_equal(exr_add_channel(file, part, recipe->parts[n].channels[c], EXR_PIXEL_FLOAT,
                                             EXR_PERCEPTUALLY_LOGARITHMIC, 1, 1),
                             0);
    }
    assert_int_equal(exr_write_header(file), 0);
    for (part = 0; part < n; part++)
        write_part(file, part, recipe);
    assert_int_equal(exr_finish(&file), 0);
}

// Every pixel of the display window shows what was written there in these channels (red, green, blue); black where no
// data is.
static void check_seen(const char *name, const struct recipe *recipe, const char *const *channels, bool is_light)
{
    struct ho_reader *reader = help_open(name, NULL);
    struct ho_diag diag = {0};
    struct ho_frame *frame;
    const struct ho_source_info *info = ho_reader_info(reader);
    assert_int_equal(info->width, recipe->display.max.x - recipe->display.min.x + 1);
    assert_int_equal(info->height, recipe->display.max.y - recipe->display.min.y + 1);
    assert_ok(ho_reader_frame(reader, 0, &frame, &diag), &diag);
    const AVFrame *av = ho_frame_av(frame);
    static const int planes[3] = {2, 0, 1};
    for (int c = 0; c < (av->format == AV_PIX_FMT_GRAYF32 ? 1 : 3); c++)
        for (int y = 0; y < info->height; y++)
            for (int x = 0; x < info->width; x++) {
                const int plane = av->format == AV_PIX_FMT_GRAYF32 ? 0 : planes[c];
                const int at_x = x + recipe->display.min.x, at_y = y + recipe->display.min.y;
                bool is_data = at_x >= recipe->data.min.x && at_x <= recipe->data.max.x && at_y >= recipe->data.min.y &&
                               at_y <= recipe->data.max.y;
                float wanted = is_data ? value_at(channels[c], at_x, at_y) : 0,
                      seen = ((const float *)(const void *)(av->data[plane] + (ptrdiff_t)y * av->linesize[plane]))[x];
                wanted = is_light ? ho_value_of(wanted) : wanted;
                if (fabsf(seen - wanted) > 0.002f)
                    fail_msg("%s: channel %s at %d, %d is %.4f instead of %.4f", name, channels[c], x, y, (double)seen,
                             (double)wanted);
            }
    ho_frame_unref(&frame);
    ho_reader_close(&reader);
}

static const char *const rgb[3] = {"R", "G", "B"};
#define PLAIN .parts = {{NULL, {"R", "G", "B"}}}

// The display window is the picture, wherever it begins; data is where it says, more than that or less.
static void test_windows(void **state)
{
    (void)state;
    static const int displays[][4] = {
        {0, 0, WIDTH - 1, HEIGHT - 1}, {100, 50, 99 + WIDTH, 49 + HEIGHT}, {-30, -7, WIDTH - 31, HEIGHT - 8}};
    static const int grown[][4] = {{0, 0, 0, 0}, {-5, -3, 4, 2}, {6, 4, -9, -5}, {-8, 5, -8, 5}};
    for (int i = 0; i < 2 * 3 * 4; i++) {
        const int *d = displays[i / 2 % 3], *g = grown[i / 6];
        struct recipe recipe = {.display = box(d[0], d[1], d[2], d[3]),
                                .data = box(d[0] + g[0], d[1] + g[1], d[2] + g[2], d[3] + g[3]),
                                .compression = EXR_COMPRESSION_ZIP,
                                .is_tiled = i % 2,
                                PLAIN};
        write_exr("window.exr", &recipe);
        check_seen("window.exr", &recipe, rgb, true);
    }
}

// Lossless ones alone: value for value.
static void test_compressions(void **state)
{
    (void)state;
    static const exr_compression_t all[] = {EXR_COMPRESSION_NONE, EXR_COMPRESSION_RLE, EXR_COMPRESSION_ZIPS,
                                            EXR_COMPRESSION_ZIP,  EXR_COMPRESSION_PIZ, EXR_COMPRESSION_PXR24};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int tiled = 0; tiled < 2; tiled++) {
            struct recipe recipe = {.display = box(3, 2, 2 + WIDTH, 1 + HEIGHT),
                                    .data = box(0, 0, WIDTH, HEIGHT),
                                    .compression = all[i],
                                    .is_tiled = tiled,
                                    PLAIN};
            write_exr("packed.exr", &recipe);
            check_seen("packed.exr", &recipe, rgb, true);
        }
}

static void check_refused(const char *name, const char *part, const char *other)
{
    struct ho_source_info info;
    struct ho_diag diag = {0};
    assert_int_equal(ho_source_probe(help_path(name), NULL, &info, &diag), HO_ERROR_INPUT);
    if (!strstr(diag.message, part) || !strstr(diag.message, other))
        fail_msg("\"%s\" does not say \"%s\" and \"%s\"", diag.message, part, other);
}

static void test_layers(void **state)
{
    (void)state;
    struct recipe recipe = {.display = box(10, 0, 9 + WIDTH, HEIGHT - 1),
                            .data = box(10, 0, 9 + WIDTH, HEIGHT - 1),
                            .compression = EXR_COMPRESSION_ZIP,
                            .parts = {{NULL,
                                       {"beauty.B", "beauty.G", "beauty.R", "depth.Z", "matte.left.A", "normal.X",
                                        "normal.Y", "normal.Z"}}}};
    write_exr("layers.0001.exr", &recipe);
    write_exr("layers.0002.exr", &recipe);
    check_seen("layers.0001.exr:beauty", &recipe, (const char *const[]){"beauty.R", "beauty.G", "beauty.B"}, true);
    check_seen("layers.%04d.exr:beauty", &recipe, (const char *const[]){"beauty.R", "beauty.G", "beauty.B"}, true);
    check_seen("layers.*.exr:depth", &recipe, (const char *const[]){"depth.Z"}, false);
    check_seen("layers.####.exr:matte.left", &recipe, (const char *const[]){"matte.left.A"}, false);
    check_seen("layers.0001.exr:normal", &recipe, (const char *const[]){"normal.X", "normal.Y", "normal.Z"}, false);
    check_refused("layers.%04d.exr", "beauty, depth, matte.left, normal", "layers.%04d.exr:beauty\"");
    check_refused("layers.0001.exr:no", "no layer \"no\"", "beauty, depth");
    struct ho_source_info a = help_probe("layers.%04d.exr:beauty"), b = help_probe("layers.%04d.exr:depth");
    assert_string_not_equal(a.hash, b.hash);    // their mattes are others
    assert_string_equal(a.clip_name, "layers");
    assert_int_equal(a.n_frames, 2);
    assert_string_equal(a.path, help_path("layers.%04d.exr:beauty"));
    // A file that is called so is that file; other pictures have no layers.
    assert_int_equal(help_run("cd '%s' && cp layers.0001.exr 'x.exr:depth'", help_dir), 0);
    check_refused("x.exr:depth", "beauty, depth", "no layer without a name");
    check_seen("x.exr:depth:beauty", &recipe, (const char *const[]){"beauty.R", "beauty.G", "beauty.B"}, true);
    help_make_raw(1);
    assert_true(help_encode("-c:v png", "p.png"));
    check_refused("p.png:beauty", "no OpenEXR file", "beauty");

    // The plain picture beside others is the default.
    recipe.parts[0].channels[0] = "B", recipe.parts[0].channels[1] = "G", recipe.parts[0].channels[2] = "R";
    write_exr("plain.exr", &recipe);
    check_seen("plain.exr", &recipe, rgb, true);
    check_seen("plain.exr:depth", &recipe, (const char *const[]){"depth.Z"}, false);
}

static void test_parts(void **state)
{
    (void)state;
    struct recipe recipe = {.display = box(0, 0, WIDTH - 1, HEIGHT - 1),
                            .data = box(0, 0, WIDTH - 1, HEIGHT - 1),
                            .compression = EXR_COMPRESSION_ZIPS,
                            .parts = {{"left", {"B", "G", "R"}}, {"right", {"A", "B", "G", "R"}}, {"depth", {"Z"}}}};
    write_exr("parts.exr", &recipe);
    check_seen("parts.exr", &recipe, rgb, true);
    check_seen("parts.exr:left", &recipe, rgb, true);
    check_seen("parts.exr:right", &recipe, rgb, true);
    check_seen("parts.exr:depth", &recipe, (const char *const[]){"Z"}, false);
    assert_true(help_probe("parts.exr:right").has_alpha);
    assert_false(help_probe("parts.exr:left").has_alpha);
}

// Cut off anywhere, a picture is held or refused.
static void test_cut(void **state)
{
    (void)state;
    struct recipe recipe = {.display = box(0, 0, WIDTH - 1, HEIGHT - 1),
                            .data = box(0, 0, WIDTH - 1, HEIGHT - 1),
                            .compression = EXR_COMPRESSION_ZIP,
                            PLAIN};
    write_exr("cut.0001.exr", &recipe);
    write_exr("cut.0002.exr", &recipe);
    size_t size;
    uint8_t *bytes = help_load("cut.0002.exr", &size);
    for (size_t at = 0; at < size; at += 1 + size / 40) {
        struct ho_diag diag = {0};
        struct ho_frame *frame;
        help_save("cut.0002.exr", bytes, at);
        struct ho_reader *reader = help_open("cut.%04d.exr", NULL);
        assert_int_equal(ho_reader_info(reader)->n_frames, 2);
        assert_ok(ho_reader_frame(reader, 1, &frame, &diag), &diag);
        assert_true(ho_frame_is_held(frame));
        ho_frame_unref(&frame);
        ho_reader_close(&reader);
        struct ho_source_info info;
        assert_int_equal(ho_source_probe(help_path("cut.0002.exr"), NULL, &info, NULL), HO_ERROR_INPUT);
    }
    for (size_t at = 8; at < size; at += 1 + size / 200) {    // one byte that is another one: whatever comes, no crash
        struct ho_source_info info;
        bytes[at] ^= 0x55;
        help_save("cut.0002.exr", bytes, size);
        bytes[at] ^= 0x55;
        enum ho_result result = ho_source_probe(help_path("cut.0002.exr"), NULL, &info, NULL);
        assert_true(result == HO_OK || result == HO_ERROR_INPUT || result == HO_ERROR_MEMORY);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows), cmocka_unit_test(test_compressions), cmocka_unit_test(test_layers),
        cmocka_unit_test(test_parts),   cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests_name("exr", tests, help_setup, help_teardown);
}
