// SPDX-License-Identifier: BSD-2-Clause
#include "unit/test.h"

#include "holdout/timecode.h"

static const struct ho_rational film = {24000, 1001}, pal = {25, 1}, ntsc = {30000, 1001}, ntsc60 = {60000, 1001};

static void bases_of_rates(void **state)
{
    (void)state;
    static const struct {
        struct ho_rational rate;
        int base;
    } cases[] = {
        {{24000, 1001}, 24}, {{24, 1}, 24}, {{25, 1}, 25}, {{30000, 1001}, 30}, {{30, 1}, 30},
        {{2997, 100}, 30},   {{48, 1}, 48}, {{50, 1}, 50}, {{60000, 1001}, 60}, {{120000, 1001}, 120},
        {{0, 1}, 0},         {{25, 0}, 0},  {{-25, 1}, 0}, {{1, 10}, 1},        {{INT64_MAX, INT64_MAX - 1}, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_int_equal(ho_rate_base(cases[i].rate), cases[i].base);
}

// Known values: 10 minutes of drop-frame are 17982 frames at 29.97 and 35964 at 59.94; an hour is 107892.
static void texts_and_frames(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const struct ho_rational *rate;
        int64_t frame;
        bool drop;
    } cases[] = {
        {"00:00:00:00", &film, 0, false},       {"01:00:00:00", &film, 86400, false},
        {"00:00:00:23", &film, 23, false},      {"01:00:04:10", &pal, 90110, false},
        {"23:59:59:24", &pal, 2159999, false},  {"01:00:00:00", &ntsc, 108000, false},
        {"01:00:00;00", &ntsc, 107892, true},   {"00:00:59;29", &ntsc, 1799, true},
        {"00:01:00;02", &ntsc, 1800, true},     {"00:10:00;00", &ntsc, 17982, true},
        {"00:09:59;29", &ntsc, 17981, true},    {"00:01:00;04", &ntsc60, 3600, true},
        {"00:10:00;00", &ntsc60, 35964, true},  {"00:00:59:59", &ntsc60, 3599, false},
        {"99:59:59:23", &film, 8639999, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ho_timecode timecode;
        struct ho_diag diag = {0};
        assert_ok(ho_timecode_parse(cases[i].text, *cases[i].rate, &timecode, &diag), &diag);
        assert_int_equal(timecode.frame, cases[i].frame);
        assert_int_equal(timecode.fps, ho_rate_base(*cases[i].rate));
        assert_int_equal(timecode.drop_frame, cases[i].drop);
        char text[HO_TIMECODE_SIZE];
        ho_timecode_format(timecode, text);
        assert_string_equal(text, cases[i].text);
    }
    struct ho_timecode dotted;
    assert_int_equal(ho_timecode_parse("00:01:00.02", ntsc, &dotted, NULL), HO_OK);
    assert_true(dotted.drop_frame && dotted.frame == 1800);
}

// Every frame of a day in drop-frame reads back as itself, and the text never stands still.
static void drop_frame_round_trip(void **state)
{
    (void)state;
    char text[HO_TIMECODE_SIZE], before[HO_TIMECODE_SIZE] = "";
    struct ho_timecode timecode = {0, 30, true}, back;
    for (int64_t frame = 0; frame < 107892 * 2; frame++, timecode = ho_timecode_add(timecode, 1)) {
        assert_int_equal(timecode.frame, frame);
        ho_timecode_format(timecode, text);
        assert_string_not_equal(text, before);
        memcpy(before, text, sizeof(text));
        assert_int_equal(ho_timecode_parse(text, ntsc, &back, NULL), HO_OK);
        assert_int_equal(back.frame, frame);
    }
}

static void wrong_texts_get_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct ho_rational rate;
        const char *says;
    } cases[] = {
        {"", {25, 1}, "no timecode"},
        {"1", {25, 1}, "no timecode"},
        {"01:00:00", {25, 1}, "no timecode"},
        {"aa:00:00:00", {25, 1}, "no timecode"},
        {"01:00:00:00x", {25, 1}, "no timecode"},
        {"01:00:00: 1", {25, 1}, "no timecode"},
        {"-1:00:00:00", {25, 1}, "no timecode"},
        {"01:00:00000", {25, 1}, "no timecode"},
        {"01:00:00:25", {25, 1}, "last one is 24"},
        {"00:60:00:00", {25, 1}, "out of range"},
        {"00:00:60:00", {25, 1}, "out of range"},
        {"100:00:00:00", {25, 1}, "out of range"},
        {"01:00:00;00", {25, 1}, "drop-frame exists only"},
        {"00:01:00;00", {30000, 1001}, "does not exist"},
        {"00:01:00;01", {30000, 1001}, "first one is 00:01:00;02"},
        {"00:11:00;03", {60000, 1001}, "does not exist"},
        {"01:00:00:00", {0, 1}, "unknown"},
        {"01:00:00:00", {5000, 1}, "above 1000"},
        {"99999999999:00:00:00", {25, 1}, "no timecode"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ho_timecode timecode;
        struct ho_diag diag = {0};
        assert_int_equal(ho_timecode_parse(cases[i].text, cases[i].rate, &timecode, &diag), HO_ERROR_USAGE);
        if (!strstr(diag.message, cases[i].says))
            fail_msg("\"%s\": \"%s\" does not say \"%s\"", cases[i].text, diag.message, cases[i].says);
    }
}

static void extremes_do_not_overflow(void **state)
{
    (void)state;
    char text[HO_TIMECODE_SIZE];
    struct ho_timecode timecode = ho_timecode_add((struct ho_timecode){INT64_MAX, 60, true}, INT64_MAX);
    assert_int_equal(timecode.frame, INT64_MAX);
    ho_timecode_format(timecode, text);
    ho_timecode_format((struct ho_timecode){INT64_MIN, 1000, false}, text);
    assert_int_equal(text[0], '-');
    ho_timecode_format((struct ho_timecode){-1, 25, false}, text);
    assert_string_equal(text, "-00:00:00:01");
    ho_timecode_format((struct ho_timecode){5, 0, false}, text);
    assert_string_equal(text, "--:--:--:--");
}

// A day has an end, with dropped frames and without; what is no time of day counts on.
static void past_midnight(void **state)
{
    (void)state;
    static const struct {
        struct ho_rational rate;
        const char *last, *next;
        int64_t day;
    } cases[] = {
        {{25, 1}, "23:59:59:24", "00:00:00:00", 2160000},
        {{30000, 1001}, "23:59:59;29", "00:00:00;00", 2589408},
        {{60000, 1001}, "23:59:59;59", "00:00:00;00", 5178816},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ho_timecode timecode;
        struct ho_diag diag = {0};
        char text[HO_TIMECODE_SIZE];
        assert_ok(ho_timecode_parse(cases[i].last, cases[i].rate, &timecode, &diag), &diag);
        assert_int_equal(ho_timecode_day(timecode), cases[i].day);
        assert_int_equal(timecode.frame, cases[i].day - 1);
        ho_timecode_format(ho_timecode_add(timecode, 1), text);
        assert_string_equal(text, cases[i].next);
        assert_int_equal(ho_timecode_add(timecode, -3).frame, cases[i].day - 4);
    }
    assert_int_equal(ho_timecode_add((struct ho_timecode){3 * 2160000, 25, false}, 1).frame, 3 * 2160000 + 1);
    assert_int_equal(ho_timecode_day((struct ho_timecode){0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(past_midnight),
        cmocka_unit_test(bases_of_rates),
        cmocka_unit_test(texts_and_frames),
        cmocka_unit_test(drop_frame_round_trip),
        cmocka_unit_test(wrong_texts_get_a_sentence),
        cmocka_unit_test(extremes_do_not_overflow),
    };
    return cmocka_run_group_tests_name("timecode", tests, NULL, NULL);
}
