// SPDX-License-Identifier: BSD-2-Clause
// Frames that are not in the file: holes in the times of a movie, and empty frames that repeat the one before them.
#include "media_help.h"

#include "image/frame.h"

enum { N = 50 };

static void make(const char *arguments, const char *name)
{
    if (!help_encode(arguments, name))
        fail_msg("ffmpeg cannot make %s from %s", name, arguments);
    help_clear_log();
}

static int number_at(struct ho_reader *reader, int64_t index)
{
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    assert_ok(ho_reader_frame(reader, index, &frame, &diag), &diag);
    assert_int_equal(ho_frame_index(frame), index);
    assert_false(ho_frame_is_held(frame));
    int number = help_number(frame);
    ho_frame_unref(&frame);
    return number;
}

// One frame of 50 is not there, and a tick of the clock is a frame: the others are shown when they were.
static void test_one_tick(void **state)
{
    (void)state;
    help_needs("libx264");
    static const char *const codecs[] = {"-bf 0", "-bf 2"};
    for (int codec = 0; codec < 2; codec++)
        for (int hole = 20; hole <= 48; hole += 28) {    // in the middle, and before the last
            char arguments[256];
            snprintf(arguments, sizeof arguments,
                     "-vf 'select=not(eq(n\\,%d))' -fps_mode vfr -enc_time_base 1:25 -c:v libx264 %s "
                     "-video_track_timescale 25",
                     hole, codecs[codec]);
            make(arguments, "hole.mp4");
            struct ho_reader *reader = help_open("hole.mp4", NULL);
            const struct ho_source_info *info = ho_reader_info(reader);
            assert_int_equal(info->n_frames, N - 1);
            assert_true(info->variable_rate);
            assert_int_equal(info->rate.num, 25);
            assert_int_equal(info->rate.den, 1);
            for (int i = 0; i < N - 1; i++) {
                struct ho_rational time = ho_reader_time(reader, i);
                assert_int_equal(25 * time.num, (i + (i >= hole)) * time.den);
            }
            ho_reader_close(&reader);
        }
}

// Numbers that are seen: the frames from `first` on, `n` of them, are empty.
static void check_empty(const char *name, int first, int n)
{
    struct ho_reader *reader = help_open(name, NULL);
    const struct ho_source_info *info = ho_reader_info(reader);
    assert_null(strstr(help_log, "damaged"));
    assert_null(strstr(help_log, "cannot be decoded"));
    assert_int_equal(info->n_frames, N);
    assert_int_equal(info->rate.num, 25);
    assert_false(info->variable_rate);
    for (int pass = 0; pass < 2; pass++)    // forwards; each for itself, from wherever decoding may begin
        for (int k = 0; k < N; k++) {
            int i = pass ? k * 23 % N : k;
            if (number_at(reader, i) != (i < first || i >= first + n ? i : first - 1))
                fail_msg("%s: frame %d shows %d", name, i, number_at(reader, i));
            struct ho_rational time = ho_reader_time(reader, i);
            assert_int_equal(25 * time.num, i * time.den);
        }
    struct ho_diag diag = {0};
    struct ho_frame *frame;
    assert_ok(ho_reader_start(reader, N - 1, 0, &diag), &diag);
    for (int i = N - 1; i >= 0; i--) {
        assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
        assert_int_equal(help_number(frame), i < first || i >= first + n ? i : first - 1);
        ho_frame_unref(&frame);
    }
    ho_reader_close(&reader);
    assert_null(strstr(help_log, "the last good one"));
}

// AVI counts frames: what has no picture repeats the one before, so that there are as many as an editor shows, and as
// ffmpeg makes of it at a constant rate.
static void test_avi(void **state)
{
    (void)state;
    static const char *const codecs[] = {"mpeg4", "mpeg4 -bf 2", "libx264 -bf 2", "mjpeg", "huffyuv -pix_fmt yuv422p"};
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++)
        for (int n = 1; n <= 8; n += 7) {
            char arguments[256], counted[256];
            if (strncmp(codecs[i], "libx264", 7) == 0 && !help_has_encoder("libx264"))
                continue;
            snprintf(arguments, sizeof arguments,
                     "-vf 'select=not(between(n\\,20\\,%d))' -fps_mode vfr -enc_time_base 1:25 -q:v 2 -c:v %s", 19 + n,
                     codecs[i]);
            make(arguments, "empty.avi");
            check_empty("empty.avi", 20, n);
            help_output(counted, "ffprobe -v error -show_entries stream=nb_frames,duration -of csv=p=0 -i %s/empty.avi",
                        help_dir);
            assert_string_equal(counted, "2.000000,50");
        }
}

static uint32_t big_endian(const uint8_t *at) { return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3]; }

static void set_big_endian(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

// QuickTime's way to say "as before": samples without a byte. Their bytes go to the sample before, whose picture ends
// where it ended.
static void test_quicktime(void **state)
{
    (void)state;
    enum { FIRST = 20, N_EMPTY = 3 };
    make("-c:v png", "empty.mov");
    size_t size;
    uint8_t *bytes = help_load("empty.mov", &size), *table = memmem(bytes, size, "stsz", 4);
    assert_non_null(table);
    uint8_t *sizes = table + 16;
    for (int i = FIRST; i < FIRST + N_EMPTY; i++) {
        set_big_endian(sizes + (size_t)4 * (FIRST - 1),
                       big_endian(sizes + (size_t)4 * (FIRST - 1)) + big_endian(sizes + (size_t)4 * i));
        set_big_endian(sizes + (size_t)4 * i, 0);
    }
    help_save("empty.mov", bytes, size);
    free(bytes);
    check_empty("empty.mov", FIRST, N_EMPTY);
}

// Where they stand is part of what a source is: its mattes fit no other.
static void test_hash(void **state)
{
    (void)state;
    static const char *const times[] = {"N", "N+gte(N\\,10)", "N+gte(N\\,11)"};
    char hashes[3][HO_HASH_SIZE];
    for (int i = 0; i < 3; i++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments,
                 "-vf 'settb=1/25,setpts=%s' -fps_mode vfr -enc_time_base 1:25 -c:v mjpeg -q:v 2", times[i]);
        make(arguments, "h.avi");
        snprintf(hashes[i], HO_HASH_SIZE, "%s", help_probe("h.avi").hash);
    }
    assert_string_not_equal(hashes[0], hashes[1]);
    assert_string_not_equal(hashes[1], hashes[2]);
}

// A header that promises more: empty frames at the end where the file is whole, lost ones where it was cut off.
static void test_end(void **state)
{
    (void)state;
    make("-frames:v 40 -c:v mjpeg -q:v 2", "end.avi");
    static const uint8_t there[] = {25, 0, 0, 0, 0, 0, 0, 0, 40}, promised[] = {25, 0, 0, 0, 0, 0, 0, 0, 50};
    help_patch("end.avi", there, promised, sizeof there);    // the stream's rate, start and length
    struct ho_reader *reader = help_open("end.avi", NULL);
    assert_null(strstr(help_log, "damaged"));
    assert_int_equal(ho_reader_info(reader)->n_frames, 50);
    assert_int_equal(number_at(reader, 49), 39);
    assert_int_equal(number_at(reader, 39), 39);
    ho_reader_close(&reader);
    size_t size;
    uint8_t *bytes = help_load("end.avi", &size);
    help_save("cut.avi", bytes, size * 3 / 4);
    free(bytes);
    help_clear_log();
    struct ho_source_info info = help_probe("cut.avi");
    assert_true(info.n_frames < 40);
    assert_non_null(strstr(help_log, "cut off or damaged"));
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
        cmocka_unit_test(test_one_tick), cmocka_unit_test(test_avi), cmocka_unit_test(test_quicktime),
        cmocka_unit_test(test_hash),     cmocka_unit_test(test_end),
    };
    return cmocka_run_group_tests_name("gaps", tests, setup, help_teardown);
}
