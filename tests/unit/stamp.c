// SPDX-License-Identifier: BSD-2-Clause
// The rate and timecode that the pictures of a sequence carry: as Holdout writes them, and as other programs do.
#include "media_help.h"

enum { N = 3 };

static void make(const char *arguments, const char *name)
{
    if (!help_encode(arguments, name))
        fail_msg("ffmpeg cannot make %s from %s", name, arguments);
    help_clear_log();
}

static void check(const char *name, int64_t num, int64_t den, const char *timecode)
{
    help_clear_log();
    struct ho_source_info info = help_probe(name);
    char text[HO_TIMECODE_SIZE] = "";
    if (info.has_timecode)
        ho_timecode_format(info.start, text);
    if (info.rate.num != num || info.rate.den != den || strcmp(text, timecode) != 0)
        fail_msg("%s: %lld/%lld from \"%s\" instead of %lld/%lld from \"%s\"", name, (long long)info.rate.num,
                 (long long)info.rate.den, text, (long long)num, (long long)den, timecode);
}

static void write_own(enum ho_codec codec, const char *name, struct ho_rational rate, const char *timecode)
{
    struct ho_diag diag = {0};
    struct ho_writer_options options = {.codec = codec,
                                        .width = 32,
                                        .height = 16,
                                        .rate = rate,
                                        .pixel_aspect = {1, 1},
                                        .n_frames = N,
                                        .clip_name = "Drängen",
                                        .overwrite = true};
    if (timecode[0])
        assert_ok(ho_timecode_parse(timecode, rate, &options.start, &diag), &diag);
    options.has_timecode = timecode[0] != 0;
    struct ho_matte *matte;
    struct ho_writer *writer;
    assert_ok(ho_matte_create(32, 16, &matte, &diag), &diag);
    assert_ok(ho_writer_open(help_path(name), &options, &writer, &diag), &diag);
    for (int i = 0; i < N; i++)
        assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_matte_destroy(&matte);
}

// What Holdout wrote it reads again, midnight and "none" told apart.
static void test_own(void **state)
{
    (void)state;
    static const struct {
        struct ho_rational rate;
        const char *timecode;
    } cases[] = {
        {{25, 1}, "10:11:12:24"},       {{30000, 1001}, "01:00:00;02"}, {{30000, 1001}, "01:00:00:00"},
        {{24000, 1001}, "00:00:00:00"}, {{50, 1}, "09:08:07:49"},       {{60000, 1001}, "23:59:59;59"},
        {{48, 1}, "00:00:00:01"},       {{25, 2}, "00:01:00:05"},       {{24, 1}, ""},
    };
    static const enum ho_codec codecs[] = {HO_CODEC_PNG, HO_CODEC_EXR};
    for (int c = 0; c < 2; c++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const char *name = c ? "own.%04d.exr" : "own.%04d.png";
            write_own(codecs[c], name, cases[i].rate, cases[i].timecode);
            check(name, cases[i].rate.num, cases[i].rate.den, cases[i].timecode);
            assert_null(strstr(help_log, "a second are taken"));
        }
    char line[256];    // sound for others as well: chunks, checksums, text
    help_output(line,
                "ffprobe -v warning -show_entries frame_tags -of default=nw=1 '%s/own.0000.png' 2>&1 | grep -ci -e "
                "'framesPerSecond=24/1' -e error -e invalid",
                help_dir);
    assert_string_equal(line, "1");
}

// The caller knows better; a timecode then counts in what the files say.
static void test_given(void **state)
{
    (void)state;
    write_own(HO_CODEC_EXR, "given.%04d.exr", (struct ho_rational){25, 1}, "01:00:00:10");
    struct ho_reader_options options = {.rate = {50, 1}};
    struct ho_reader *reader = help_open("given.%04d.exr", &options);
    const struct ho_source_info *info = ho_reader_info(reader);
    assert_int_equal(info->rate.num, 50);
    assert_int_equal(info->start.frame, 2 * (3600 * 25 + 10));
    ho_reader_close(&reader);
}

// A field of four bytes, in the file's own order.
static void put(size_t at, const uint8_t bytes[4])
{
    size_t size;
    uint8_t *file = help_load("d.0001.dpx", &size);
    bool is_little = file[0] == 'X';
    assert_true(at + 4 <= size);
    for (size_t i = 0; i < 4; i++)
        file[at + (is_little ? 3 - i : i)] = bytes[i];
    help_save("d.0001.dpx", file, size);
    free(file);
}

static void test_dpx(void **state)
{
    (void)state;
    enum { FILM_RATE = 1724, TIMECODE = 1920, TELEVISION_RATE = 1940 };
    static const uint8_t none[4] = {255, 255, 255, 255}, zero[4] = {0}, film[4] = {0x41, 0xbf, 0xce, 0xd9},
                         tv[4] = {0x41, 0xc8, 0, 0}, fast[4] = {0x42, 0x48, 0, 0}, ntsc[4] = {0x41, 0xef, 0xc2, 0x8f};
    static const uint8_t timecode[4] = {0x10, 0x11, 0x12, 0x24}, late[4] = {0x10, 0x11, 0x12, 0x49},
                         dropped[4] = {0x01, 0x00, 0x00, 0x42};
    make("-vf format=rgb24", "d.%04d.dpx");
    put(TELEVISION_RATE, none);
    put(TIMECODE, none);
    put(FILM_RATE, none);
    check("d.%04d.dpx", 24, 1, "");
    assert_non_null(strstr(help_log, "24 frames a second"));
    put(FILM_RATE, film);    // 23.976
    put(TIMECODE, zero);
    check("d.%04d.dpx", 24000, 1001, "");
    put(TELEVISION_RATE, tv);
    put(TIMECODE, timecode);
    check("d.%04d.dpx", 25, 1, "10:11:12:24");
    put(TELEVISION_RATE, fast);
    put(TIMECODE, late);
    check("d.%04d.dpx", 50, 1, "10:11:12:49");
    put(TELEVISION_RATE, ntsc);    // 29.97
    put(TIMECODE, dropped);
    check("d.%04d.dpx", 30000, 1001, "01:00:00;02");
}

static void test_exr(void **state)
{
    (void)state;
    help_needs("exr");
    assert_true(help_encode_at("30000/1001", "-vf format=gbrpf32", "e.%04d.exr"));
    check("e.%04d.exr", 30000, 1001, "");
    help_patch("e.0001.exr", "framesPerSecond", "framesPerMinute", 15);
    check("e.%04d.exr", 24, 1, "");
}

static void put16(uint8_t *at, unsigned value) { at[0] = (uint8_t)value, at[1] = (uint8_t)(value >> 8); }
static void put32(uint8_t *at, uint32_t value) { put16(at, value & 0xffff), put16(at + 2, value >> 16); }

// A second directory at the file's end: the entries of the first, and CinemaDNG's two.
static void test_tiff(void **state)
{
    (void)state;
    static const uint8_t values[16] = {0x12, 0x07, 0x30, 0x23, 0, 0, 0, 0, 0xa8, 0x61, 0, 0, 0xe8, 0x03, 0, 0};
    make("-pix_fmt rgb24", "t.%04d.tif");
    check("t.%04d.tif", 24, 1, "");
    size_t size;
    uint8_t *bytes = help_load("t.0001.tif", &size);
    assert_memory_equal(bytes, "II*", 4);
    const size_t old = bytes[4] | bytes[5] << 8 | bytes[6] << 16 | (size_t)bytes[7] << 24;
    const unsigned n = bytes[old] | bytes[old + 1] << 8;
    const size_t begin = (size + 1) / 2 * 2, directory = begin + sizeof values;
    uint8_t *more = calloc(1, directory + 2 + 12 * (n + 2) + 4), *entry = more + directory + 2 + (size_t)12 * n;
    memcpy(more, bytes, size);
    memcpy(more + begin, values, sizeof values);
    memcpy(more + directory, bytes + old, 2 + (size_t)12 * n);
    put16(more + directory, n + 2);
    put32(more + 4, (uint32_t)directory);
    put16(entry, 51043), put16(entry + 2, 1), put32(entry + 4, 8), put32(entry + 8, (uint32_t)begin);
    put16(entry + 12, 51044), put16(entry + 14, 10), put32(entry + 16, 1), put32(entry + 20, (uint32_t)begin + 8);
    help_save("t.0001.tif", more, directory + 2 + (size_t)12 * (n + 2) + 4);
    check("t.%04d.tif", 25, 1, "23:30:07:12");
    for (size_t at = begin; at < directory + 2 + (size_t)12 * (n + 2); at += 3) {    // cut anywhere: says nothing
        struct ho_source_info info;
        struct ho_diag diag = {0};
        help_save("t.0001.tif", more, at);
        enum ho_result result = ho_source_probe(help_path("t.%04d.tif"), NULL, &info, &diag);
        assert_true(result == HO_OK || result == HO_ERROR_INPUT);
    }
    free(more);
    free(bytes);
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
        cmocka_unit_test(test_own), cmocka_unit_test(test_given), cmocka_unit_test(test_dpx),
        cmocka_unit_test(test_exr), cmocka_unit_test(test_tiff),
    };
    return cmocka_run_group_tests_name("stamp", tests, setup, help_teardown);
}
