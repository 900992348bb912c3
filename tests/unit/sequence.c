// SPDX-License-Identifier: BSD-2-Clause
// Image sequences: by number, by pattern, with holes, and single pictures.
#include "media_help.h"

#include "image/frame.h"

enum { N = 12 };

static void make(const char *arguments, const char *name)
{
    if (!help_encode(arguments, name))
        fail_msg("ffmpeg cannot make %s from %s", name, arguments);
    help_clear_log();
}

// Every frame shows its number plus `first`; `missing` (-1: none) is held from the one before.
static void check_frames(struct ho_reader *reader, int first, int64_t n, int64_t missing)
{
    struct ho_diag diag = {0};
    struct ho_frame *frame;
    assert_int_equal(ho_reader_info(reader)->n_frames, n);
    for (int backward = 0; backward < 2; backward++) {
        assert_ok(ho_reader_start(reader, backward ? n - 1 : 0, backward ? 0 : n - 1, &diag), &diag);
        for (int64_t i = 0; i < n; i++) {
            int64_t index = backward ? n - 1 - i : i;
            assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
            assert_int_equal(ho_frame_index(frame), index);
            assert_int_equal(ho_frame_is_held(frame), index == missing);
            assert_int_equal(help_number(frame), first + index - (index == missing));
            ho_frame_unref(&frame);
        }
        assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_END);
    }
}

static void test_numbered(void **state)
{
    (void)state;
    make("-start_number 995", "shot_v02.%04d.png");
    struct ho_reader *reader = help_open("shot_v02.%04d.png", NULL);
    const struct ho_source_info *info = ho_reader_info(reader);
    assert_true(info->is_sequence);
    assert_int_equal(info->first_number, 995);
    assert_string_equal(info->clip_name, "shot_v02");
    assert_string_equal(info->codec, "png");
    assert_int_equal(info->rate.num, 24);
    assert_int_equal(info->rate.den, 1);
    assert_false(info->variable_rate);
    assert_non_null(strstr(help_log, "24 frames a second"));
    struct stat status;
    assert_int_equal(stat(help_path("shot_v02.1000.png"), &status), 0);
    assert_true(info->file_size > 5 * status.st_size);
    check_frames(reader, 0, N, -1);
    ho_reader_close(&reader);

    struct ho_reader_options options = {.rate = {30000, 1001}};
    reader = help_open("shot_v02.####.png", &options);
    assert_int_equal(ho_reader_info(reader)->rate.num, 30000);
    check_frames(reader, 0, N, -1);
    struct ho_rational time = ho_reader_time(reader, 10);
    assert_int_equal(time.num, 1001);
    assert_int_equal(time.den, 3000);
    ho_reader_close(&reader);
}

// Five digits where the pattern pads to four, and a neighbour whose name only looks alike.
static void test_digits(void **state)
{
    (void)state;
    make("-start_number 9995", "wide.%04d.png");
    help_save("wide.010001.png", "no", 2);
    help_save("wide.12.png", "no", 2);
    help_save("wide.9996.png.bak", "no", 2);
    struct ho_reader *reader = help_open("wide.%04d.png", NULL);
    assert_int_equal(ho_reader_info(reader)->first_number, 9995);
    check_frames(reader, 0, N, -1);
    ho_reader_close(&reader);
    make("-start_number 0", "plain%d.jpg");
    reader = help_open("plain%d.jpg", NULL);
    assert_string_equal(ho_reader_info(reader)->clip_name, "plain");
    check_frames(reader, 0, N, -1);
    ho_reader_close(&reader);
}

static void test_glob(void **state)
{
    (void)state;
    assert_int_equal(help_run("mkdir '%s/ride'", help_dir), 0);
    make("-start_number 1", "ride/%d.jpg");    // 10 comes after 9, not after 1
    struct ho_reader *reader = help_open("ride/*.jpg", NULL);
    assert_int_equal(ho_reader_info(reader)->first_number, 1);
    assert_string_equal(ho_reader_info(reader)->clip_name, "ride");
    check_frames(reader, 0, N, -1);
    ho_reader_close(&reader);
    assert_int_equal(unlink(help_path("ride/12.jpg")), 0);
    assert_int_equal(unlink(help_path("ride/11.jpg")), 0);
    assert_int_equal(unlink(help_path("ride/1.jpg")), 0);
    help_clear_log();
    reader = help_open("ride/*.jpg", NULL);
    check_frames(reader, 1, N - 3, -1);
    ho_reader_close(&reader);
    assert_null(strstr(help_log, "no picture has a number"));
}

static void test_missing(void **state)
{
    (void)state;
    make("-start_number 1001", "gap.%04d.png");
    assert_int_equal(unlink(help_path("gap.1006.png")), 0);
    struct ho_reader *reader = help_open("gap.%04d.png", NULL);
    assert_non_null(strstr(help_log, "number 1006 is missing"));
    check_frames(reader, 0, N, 5);
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    assert_ok(ho_reader_frame(reader, 5, &frame, &diag), &diag);
    assert_true(ho_frame_is_held(frame));
    assert_int_equal(help_number(frame), 4);
    ho_frame_unref(&frame);
    ho_reader_close(&reader);

    reader = help_open("gap.*.png", NULL);    // a pattern with a star takes what is there, and says what isn't
    assert_non_null(strstr(help_log, "no picture has a number from 1006 to 1006"));
    assert_int_equal(ho_reader_info(reader)->n_frames, N - 1);
    ho_reader_close(&reader);

    help_save("gap.1004.png", "not a picture at all", 20);
    help_clear_log();
    reader = help_open("gap.%04d.png", NULL);
    assert_ok(ho_reader_frame(reader, 3, &frame, &diag), &diag);
    assert_true(ho_frame_is_held(frame));
    assert_int_equal(help_number(frame), 2);
    assert_non_null(strstr(help_log, "frame 3"));
    ho_frame_unref(&frame);
    ho_reader_close(&reader);
}

static void test_sparse(void **state)
{
    (void)state;
    make("-frames:v 1", "far.%04d.png");
    assert_int_equal(rename(help_path("far.0001.png"), help_path("far.0001.keep")), 0);
    assert_int_equal(help_run("cd '%s' && cp far.0001.keep far.0001.png && cp far.0001.keep far.9000.png", help_dir),
                     0);
    struct ho_reader *reader;
    struct ho_diag diag = {0};
    assert_int_equal(ho_reader_open(help_path("far.%04d.png"), NULL, &reader, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "only 2 of the files numbered 1 to 9000"));
}

static void test_size_changes(void **state)
{
    (void)state;
    make("", "size.%04d.png");
    assert_int_equal(help_run("cd '%s' && ffmpeg -nostdin -loglevel error -y -i size.0005.png -vf scale=80:48 "
                              "small.png && mv small.png size.0005.png",
                              help_dir),
                     0);
    struct ho_reader *reader = help_open("size.%04d.png", NULL);
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    assert_ok(ho_reader_start(reader, 0, N - 1, &diag), &diag);
    for (int i = 0; i < 4; i++) {
        assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
        ho_frame_unref(&frame);
    }
    assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "frame 4 is 80x48 pixels where the first is 160x96"));
    ho_reader_close(&reader);
}

static void test_still(void **state)
{
    (void)state;
    make("-frames:v 1", "still.png");
    struct ho_reader *reader = help_open("still.png", NULL);
    assert_int_equal(ho_reader_info(reader)->n_frames, 1);
    assert_string_equal(ho_reader_info(reader)->clip_name, "still");
    check_frames(reader, 0, 1, -1);
    ho_reader_close(&reader);
    make("-frames:v 1 -q:v 2", "still.jpg");
    reader = help_open("still.jpg", NULL);
    assert_int_equal(ho_reader_info(reader)->colour.full_range, 1);
    check_frames(reader, 0, 1, -1);
    ho_reader_close(&reader);
    // The very name of a file is that file, whatever characters are in it.
    assert_int_equal(rename(help_path("still.jpg"), help_path("100%d [v#2]*.jpg")), 0);
    reader = help_open("100%d [v#2]*.jpg", NULL);
    check_frames(reader, 0, 1, -1);
    ho_reader_close(&reader);
}

// Scene-linear light comes through the sRGB curve: 0.18 is shown as 0.461.
static void test_exr(void **state)
{
    (void)state;
    help_needs("exr");
    assert_int_equal(help_run("cd '%s' && ffmpeg -nostdin -loglevel error -y -f lavfi -i "
                              "color=gray:s=64x32,format=gbrpf32le,lutrgb=r=0.18:g=0.18:b=0.18 -frames:v 1 -c:v exr "
                              "grey.exr 2>>ffmpeg.log",
                              help_dir),
                     0);
    help_clear_log();
    struct ho_reader *reader = help_open("grey.exr", NULL);
    assert_non_null(strstr(help_log, "scene-linear"));
    assert_int_equal(ho_reader_info(reader)->colour.transfer, 13);
    assert_int_equal(ho_reader_info(reader)->bit_depth, 32);
    ho_reader_close(&reader);
}

// A matte in EXR is coverage, not light: 0.5 comes back as 0.5.
static void test_exr_matte(void **state)
{
    (void)state;
    struct ho_writer_options options = {.codec = HO_CODEC_EXR,
                                        .width = 64,
                                        .height = 32,
                                        .rate = {24, 1},
                                        .pixel_aspect = {1, 1},
                                        .n_frames = 2,
                                        .first_number = 1};
    struct ho_writer *writer;
    struct ho_matte *matte;
    struct ho_diag diag = {0};
    assert_ok(ho_matte_create(64, 32, &matte, &diag), &diag);
    for (int i = 0; i < 32 * matte->stride; i++)
        matte->data[i] = 32768;
    assert_ok(ho_writer_open(help_path("matte.%04d.exr"), &options, &writer, &diag), &diag);
    assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag);
    assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_matte_destroy(&matte);
    struct ho_reader *reader = help_open("matte.%04d.exr", NULL);
    struct ho_frame *frame;
    assert_ok(ho_reader_frame(reader, 1, &frame, &diag), &diag);
    struct ho_converter *converter;
    struct ho_picture *luma;
    assert_ok(ho_converter_create(&converter, &diag), &diag);
    assert_ok(ho_picture_create(64, 32, 1, &luma, &diag), &diag);
    assert_ok(ho_converter_read(converter, frame, NULL, luma, &diag), &diag);
    assert_true(fabsf(luma->plane[0][5] - 0.5f) < 0.001f);
    ho_picture_destroy(&luma);
    ho_converter_destroy(&converter);
    ho_frame_unref(&frame);
    ho_reader_close(&reader);
}

// Soft edges of a cut-out come back as they were written: premultiplied, of any alpha.
static void test_exr_cutout(void **state)
{
    (void)state;
    enum { WIDTH = 64, HEIGHT = 32 };
    struct ho_writer_options options = {.codec = HO_CODEC_EXR_FLOAT,
                                        .width = WIDTH,
                                        .height = HEIGHT,
                                        .rate = {24, 1},
                                        .pixel_aspect = {1, 1},
                                        .n_frames = 1,
                                        .colour = {.matrix = 1, .transfer = 13, .primaries = 1, .full_range = 1}};
    struct ho_writer *writer;
    struct ho_picture *picture, *back;
    struct ho_diag diag = {0};
    assert_ok(ho_picture_create(WIDTH, HEIGHT, 4, &picture, &diag), &diag);
    assert_ok(ho_picture_create(WIDTH, HEIGHT, 4, &back, &diag), &diag);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int p = 0; p < 4; p++)
                picture->plane[p][(size_t)y * picture->stride + (size_t)x] = (float)x / (WIDTH - 1) *
                                                                             (p == 3 ? 1 : 0.25f + 0.25f * (float)p);
    assert_ok(ho_writer_open(help_path("cutout.exr"), &options, &writer, &diag), &diag);
    assert_ok(ho_writer_send_picture(writer, picture, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    struct ho_reader *reader = help_open("cutout.exr", NULL);
    struct ho_frame *frame;
    struct ho_converter *converter;
    assert_ok(ho_reader_frame(reader, 0, &frame, &diag), &diag);
    assert_ok(ho_converter_create(&converter, &diag), &diag);
    assert_ok(ho_converter_read(converter, frame, NULL, back, &diag), &diag);
    for (int x = 0; x < WIDTH; x++)
        for (int p = 0; p < 4; p++)
            if (fabsf(back->plane[p][x] - picture->plane[p][x]) > 0.002f)
                fail_msg("plane %d at alpha %.3f: %.4f became %.4f", p, (double)picture->plane[3][x],
                         (double)picture->plane[p][x], (double)back->plane[p][x]);
    ho_picture_destroy(&picture);
    ho_picture_destroy(&back);
    ho_converter_destroy(&converter);
    ho_frame_unref(&frame);
    ho_reader_close(&reader);
}

// Names that hold a pattern's characters: a folder is what it is called, a file that exists is that file, and of the
// marks in a name the plainest is the number's.
static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *written, *pattern;    // as ffmpeg writes them; as they are named
    } cases[] = {
        {"plates [v2]/a.%04d.png", NULL},
        {"plates [v2]/b.%04d.png", "plates [v2]/b.*.png"},
        {"plates [v2]/c.%04d.png", "plates [v2]/c.####.png"},
        {"100%% *?#/d.%04d.png", "100% *?#/d.%04d.png"},
        {"100%% *?#/e.%04d.png", "100% *?#/e.*.png"},
        {"take#2.%04d.png", NULL},
        {"take#2.%04d.png", "take#2.####.png"},
        {"take#3.%04d.png", "take#3.*.png"},
        {"100%%.%04d.png", "100%.%04d.png"},
        {"100%%.%04d.png", "100%.####.png"},
        {"100%%.%04d.png", "100%.*.png"},
        {"f [v2].%04d.png", NULL},
        {"f [v2].%04d.png", "f [v2].*.png"},
        {"g2.%04d.png", "g[1-3].*.png"},    // no file is called so: any of these
    };
    assert_int_equal(help_run("cd '%s' && mkdir -p 'plates [v2]' '100%% *?#' && cp raw.yuv 'f v.0001.png'", help_dir),
                     0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(help_encode("", cases[i].written));
        struct ho_reader *reader = help_open(cases[i].pattern ? cases[i].pattern : cases[i].written, NULL);
        assert_true(ho_reader_info(reader)->is_sequence);
        check_frames(reader, 0, N, -1);
        ho_reader_close(&reader);
    }
    static const char *const literal[] = {"shot#2.png", "50%d.png", "x[1].png", "what?.png", "f*.png"};
    for (size_t i = 0; i < sizeof literal / sizeof *literal; i++) {
        assert_int_equal(help_run("cd '%s' && cp g2.0005.png '%s'", help_dir, literal[i]), 0);
        struct ho_reader *reader = help_open(literal[i], NULL);
        check_frames(reader, 4, 1, -1);
        ho_reader_close(&reader);
    }
}

// What Holdout writes under such a name it reads under that name.
static void test_own_names(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"own#2.%04d.png", "own#2.%04d.png"},
        {"own#3.png", "own#3.%04d.png"},
        {"100%.%03d.exr", "100%.%03d.exr"},
        {"[v2] 5%.exr", "[v2] 5%.%04d.exr"},
    };
    struct ho_matte *matte;
    struct ho_diag diag = {0};
    assert_ok(ho_matte_create(32, 16, &matte, &diag), &diag);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct ho_writer_options options = {.codec = strstr(names[i][0], "exr") ? HO_CODEC_EXR : HO_CODEC_PNG,
                                            .width = 32,
                                            .height = 16,
                                            .rate = {24, 1},
                                            .pixel_aspect = {1, 1},
                                            .n_frames = 3,
                                            .first_number = -2};
        struct ho_writer *writer;
        assert_ok(ho_writer_open(help_path(names[i][0]), &options, &writer, &diag), &diag);
        for (int k = 0; k < 3; k++)
            assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag);
        assert_ok(ho_writer_finish(&writer, &diag), &diag);
        assert_int_equal(ho_writer_check(help_path(names[i][0]), options.codec, 3, false, NULL), HO_ERROR_SPACE);
        struct ho_source_info info = help_probe(names[i][1]);
        assert_int_equal(info.n_frames, 3);
        assert_int_equal(info.first_number, -2);
    }
    ho_matte_destroy(&matte);
}

// Numbers below zero come first, in order, with as many digits as printf() writes or as the others have.
static void test_negative(void **state)
{
    (void)state;
    make("", "n.%04d.png");
    assert_int_equal(
        help_run("cd '%s' && mkdir neg && mv n.0001.png neg/n.-003.png && mv n.0002.png neg/n.-0002.png && "
                 "mv n.0003.png neg/n.-001.png && mv n.0004.png neg/n.0000.png && mv n.0005.png neg/n.0001.png",
                 help_dir),
        0);
    static const char *const patterns[] = {"neg/n.%04d.png", "neg/n.####.png", "neg/n.*.png"};
    for (int i = 0; i < 3; i++) {
        help_clear_log();
        struct ho_reader *reader = help_open(patterns[i], NULL);
        assert_int_equal(ho_reader_info(reader)->first_number, -3);
        assert_string_equal(ho_reader_info(reader)->clip_name, "n");
        assert_null(strstr(help_log, "missing"));
        assert_null(strstr(help_log, "has a number"));
        check_frames(reader, 0, 5, -1);
        ho_reader_close(&reader);
    }
    assert_int_equal(help_run("cd '%s/neg' && cp n.-001.png n.-0001.png", help_dir), 0);
    struct ho_source_info info;
    struct ho_diag diag = {0};
    assert_int_equal(ho_source_probe(help_path(patterns[0]), NULL, &info, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "same number"));
    // A hyphen that separates is no sign.
    make("", "h-%04d.png");
    struct ho_reader *reader = help_open("h-*.png", NULL);
    assert_int_equal(ho_reader_info(reader)->first_number, 1);
    check_frames(reader, 0, N, -1);
    ho_reader_close(&reader);
}

static void test_hash(void **state)
{
    (void)state;
    make("", "one.%04d.png");
    assert_int_equal(
        help_run("cd '%s' && mkdir -p other && for i in *one.00*.png; do cp \"$i\" other/two.1\"${i#one.0}\"; done",
                 help_dir),
        0);
    struct ho_source_info one = help_probe("one.%04d.png"), two = help_probe("other/two.*.png");
    assert_int_equal(two.n_frames, N);
    assert_string_equal(one.hash, two.hash);    // the same files, moved and renamed
    assert_int_equal(
        help_run("cd '%s/other' && mv two.1005.png x && mv two.1006.png two.1005.png && mv x two.1006.png", help_dir),
        0);
    two = help_probe("other/two.*.png");
    assert_string_not_equal(one.hash, two.hash);    // in another order
}

static int setup(void **state)
{
    if (help_setup(state) != 0)
        return -1;
    help_make_raw(N);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbered),   cmocka_unit_test(test_digits),    cmocka_unit_test(test_glob),
        cmocka_unit_test(test_missing),    cmocka_unit_test(test_sparse),    cmocka_unit_test(test_size_changes),
        cmocka_unit_test(test_still),      cmocka_unit_test(test_exr),       cmocka_unit_test(test_exr_matte),
        cmocka_unit_test(test_names),      cmocka_unit_test(test_own_names), cmocka_unit_test(test_negative),
        cmocka_unit_test(test_exr_cutout), cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests_name("sequence", tests, setup, help_teardown);
}
