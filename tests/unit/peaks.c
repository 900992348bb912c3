// SPDX-License-Identifier: BSD-2-Clause
// What sound looks like: a loud sample shows in its hundredth of a second and nowhere else, at any zoom, remembered.
#include "sound_help.h"

#include "holdout/cancel.h"

static struct ho_peaks *make(const char *name, const char *dir)
{
    struct ho_peaks *peaks;
    struct ho_diag diag = {0};
    assert_ok(ho_peaks_make(help_path(name), 0, dir, NULL, &peaks, &diag), &diag);
    return peaks;
}

static float loudest(const struct ho_peaks *peaks, double from, double to)
{
    float low, high;
    ho_peaks_between(peaks, from, to, &low, &high);
    assert_true(low <= 0 && high >= 0);
    return high > -low ? high : -low;
}

static void check(const struct ho_peaks *peaks, const double *at, size_t n, double length)
{
    assert_true(fabs(ho_peaks_seconds(peaks) - length) < 0.0101);
    for (size_t i = 0; i < n; i++) {
        const double from = floor(at[i] * 100) / 100;
        assert_true(fabsf(loudest(peaks, from, from + 0.01) - PEAK / 32768.0f) < 0.005f);
        assert_true(loudest(peaks, from - 0.01, from) == 0 && loudest(peaks, from + 0.01, from + 0.02) == 0);
        assert_true(loudest(peaks, 0, length) > 0.7f && loudest(peaks, at[i] - 1.5, at[i] + 0.001) > 0.7f);
    }
    assert_true(loudest(peaks, -5, 0) == 0 && loudest(peaks, length + 0.02, length + 9) == 0);
}

static void test_places(void **state)
{
    (void)state;
    const int64_t peaks[] = {441 * 7 + 3, 44100 * 2, 44100 * 5 + 440};
    const double at[] = {7.007 / 100, 2, 5 + 440.0 / 44100};
    help_make_wav("p.wav", 44100, 2, 44100 * 6, peaks, 3);
    struct ho_peaks *made = make("p.wav", NULL);
    check(made, at, 3, 6);
    ho_peaks_destroy(&made);
    assert_null(made);
}

// An hour has groups enough.
static void test_an_hour(void **state)
{
    (void)state;
    const int64_t peaks[] = {8000 * 60, 8000LL * 3599 + 80};
    const double at[] = {60, 3599.01};
    help_make_wav("h.wav", 8000, 1, 8000LL * 3600, peaks, 2);
    struct ho_peaks *made = make("h.wav", NULL);
    check(made, at, 2, 3600);
    assert_true(loudest(made, 60.01, 3599.01) == 0);
    assert_true(loudest(made, 59.37, 3599.005) > 0.7f);
    ho_peaks_destroy(&made);
}

static void test_remembered(void **state)
{
    (void)state;
    const int64_t one = 4410, other = 44100;
    const double at[] = {0.1, 1.0};
    char dir[256];
    snprintf(dir, sizeof dir, "%s/index", help_dir);
    help_make_wav("one.wav", 44100, 2, 44100 * 2, &one, 1);
    help_make_wav("other.wav", 44100, 2, 44100 * 2, &other, 1);
    struct ho_peaks *made = make("one.wav", dir);
    check(made, &at[0], 1, 2);
    ho_peaks_destroy(&made);
    assert_int_equal(help_run("cd '%s/index' && mv *.peaks ../one.kept", help_dir), 0);
    made = make("other.wav", dir);
    check(made, &at[1], 1, 2);
    ho_peaks_destroy(&made);
    // What is remembered of the other one is what is read: so it is believed to be the one's.
    assert_int_equal(help_run("cd '%s/index' && cp ../one.kept *.peaks", help_dir), 0);
    made = make("other.wav", dir);
    check(made, &at[0], 1, 2);
    ho_peaks_destroy(&made);
    // Damaged: made again, and remembered again.
    assert_int_equal(
        help_run("cd '%s/index' && printf x | dd of=$(ls *.peaks) bs=1 seek=40 conv=notrunc 2>/dev/null", help_dir), 0);
    for (int i = 0; i < 2; i++) {
        made = make("other.wav", dir);
        check(made, &at[1], 1, 2);
        ho_peaks_destroy(&made);
    }
    assert_int_equal(help_run("cd '%s/index' && test $(ls | wc -l) = 1", help_dir), 0);
}

static void test_stops(void **state)
{
    (void)state;
    const int64_t one = 5;
    struct ho_cancel cancel = {0};
    struct ho_peaks *peaks;
    struct ho_diag diag = {0};
    help_make_wav("s.wav", 48000, 2, 48000, &one, 1);
    ho_cancel_request(&cancel);
    assert_int_equal(ho_peaks_make(help_path("s.wav"), 0, NULL, &cancel, &peaks, &diag), HO_CANCELLED);
    assert_null(peaks);
    assert_int_equal(ho_peaks_make(help_path("none.wav"), 0, NULL, NULL, &peaks, &(struct ho_diag){0}), HO_ERROR_INPUT);
    assert_null(peaks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_places), cmocka_unit_test(test_an_hour),
                                       cmocka_unit_test(test_remembered), cmocka_unit_test(test_stops)};
    return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
