// SPDX-License-Identifier: BSD-2-Clause
// What is heard is the sum of what lies there: as libavfilter mixes it, at any place, in any pieces, after an hour.
#include "sound_help.h"

#include "base/memory.h"

enum { RATE = 48000 };

static struct ho_mix *make_mix(const struct ho_mix_span *spans, size_t n, const struct ho_mix_options *options)
{
    struct ho_mix *mix;
    struct ho_diag diag = {0};
    assert_ok(ho_mix_create(spans, n, options, &mix, &diag), &diag);
    return mix;
}

static float *read_mix(struct ho_mix *mix, int64_t first, int64_t n)
{
    struct ho_diag diag = {0};
    float *out = malloc((size_t)n * 2 * sizeof(float));
    assert_non_null(out);
    memset(out, 0xff, (size_t)n * 2 * sizeof(float));
    assert_ok(ho_mix_read(mix, first, n, out, &diag), &diag);
    return out;
}

static void make_noise(const char *name, int rate, int seed)
{
    assert_int_equal(help_run("cd '%s' && ffmpeg -nostdin -loglevel error -y -f lavfi -i 'anoisesrc=r=%d:d=4:seed=%d:"
                              "amplitude=0.5,aformat=sample_fmts=s16:channel_layouts=stereo' '%s'",
                              help_dir, rate, seed, name),
                     0);
}

// libavfilter's volume, adelay and amix on the same files.
static void test_as_libavfilter(void **state)
{
    (void)state;
    enum { N = 5 * RATE };
    make_noise("a.wav", RATE, 1);
    make_noise("b.wav", RATE, 2);
    make_noise("c.wav", RATE, 3);
    assert_int_equal(
        help_run(
            "cd '%s' && ffmpeg -nostdin -loglevel error -y -i a.wav -i b.wav -i c.wav -filter_complex "
            "'[0]aformat=flt,volume=-6dB:precision=float[a];"
            "[1]aformat=flt,atrim=start_sample=1000:end_sample=100000,asetpts=N/SR/TB,volume=3.5dB:precision=float,"
            "adelay=48001S:all=1[b];[2]aformat=flt,adelay=7S:all=1[c];"
            "[a][b][c]amix=inputs=3:normalize=0:dropout_transition=0,apad=whole_len=240000' -f f32le mixed.raw",
            help_dir),
        0);
    size_t size;
    uint8_t *bytes = help_load("mixed.raw", &size);
    assert_int_equal(size, N * 2 * sizeof(float));
    const struct ho_mix_span spans[] = {
        {help_path("a.wav"), 0, 0, 4 * RATE, 0, -6.0, false, NULL, 0},
        {help_path("b.wav"), 0, 48001, 99000, 1000, 3.5, false, NULL, 0},
        {help_path("c.wav"), 0, 7, 4 * RATE, 0, 0, false, NULL, 0},
        {help_path("c.wav"), 0, 20, 4 * RATE, 0, 0, true, NULL, 0},
    };
    struct ho_mix *mix = make_mix(spans, 4, NULL);
    float *out = read_mix(mix, 0, N), worst = 0;
    for (int i = 0; i < 2 * N; i++) {
        float wanted;
        memcpy(&wanted, bytes + (size_t)i * sizeof(float), sizeof(float));
        worst = fmaxf(worst, fabsf(out[i] - wanted));
    }
    assert_true(worst < 1e-6f);
    unsigned seed = 3;
    for (int i = 0; i < 30; i++) {
        seed = seed * 1103515245u + 12345u;
        int64_t first = (int64_t)(seed >> 4) % (N - 10000), n = 1 + (seed >> 18) % 9999;
        float *piece = read_mix(mix, first, n);
        assert_memory_equal(piece, out + first * 2, (size_t)n * 2 * sizeof(float));
        free(piece);
    }
    free(out);
    free(bytes);
    ho_mix_destroy(&mix);
    assert_null(mix);
}

// A cut and a copy of a source, at an hour, on a timeline of 29.97: each loud sample at its frame's own sample.
static void test_an_hour(void **state)
{
    (void)state;
    const struct ho_rational ntsc = {30000, 1001};
    const int64_t peaks[] = {0, 24000}, hour = 107892;
    help_make_wav("p.wav", 44100, 2, 44100, peaks, 1);
    struct ho_mix_span spans[3];
    for (int i = 0; i < 3; i++) {
        const int64_t frame = hour + i * 7;
        spans[i] = (struct ho_mix_span){
            help_path("p.wav"), 0, ho_sound_sample_of(frame, ntsc, RATE), 0, 0, 0, false, NULL, 0};
        spans[i].n = ho_sound_sample_of(frame + 7, ntsc, RATE) - spans[i].first;
    }
    struct ho_mix *mix = make_mix(spans, 3, NULL);
    for (int i = 2; i >= 0; i--) {
        float *out = read_mix(mix, spans[i].first - 50, 100);
        for (int k = 0; k < 100; k++)
            assert_true(fabsf(out[2 * k]) <= fabsf(out[100]));
        assert_true(out[100] > 0.5f);
        free(out);
    }
    ho_mix_destroy(&mix);
}

static int n_open_files(void)
{
    char text[256];
    help_output(text, "ls -l /proc/%d/fd | grep -c '\\.wav$'", (int)getpid());
    return atoi(text);
}

// A long row of spans opens few files, and a hundred at once are still all heard.
static void test_many(void **state)
{
    (void)state;
    enum { N = 100, LENGTH = 1000 };
    const int64_t peak = 500;
    struct ho_mix_span spans[N];
    char paths[N][256];
    for (int i = 0; i < N; i++) {
        char name[32];
        snprintf(name, sizeof name, "m%d.wav", i);
        help_make_wav(name, RATE, 2, LENGTH, &peak, 1);
        snprintf(paths[i], sizeof paths[i], "%s", help_path(name));
    }
    for (int at_once = 0; at_once < 2; at_once++) {
        for (int i = 0; i < N; i++)
            spans[i] = (struct ho_mix_span){paths[i], 0, at_once ? 0 : i * LENGTH, LENGTH, 0, 0, false, NULL, 0};
        struct ho_mix *mix = make_mix(spans, N, NULL);
        const int64_t n = at_once ? LENGTH : N * LENGTH;
        float *out = read_mix(mix, 0, n);
        for (int64_t i = 0; i < n; i++) {
            const float wanted = i % LENGTH == peak ? PEAK / 32768.0f * (at_once ? N : 1) : 0;
            assert_true(fabsf(out[2 * i] - wanted) < 1e-4f);
        }
        assert_in_range(n_open_files(), 1, 40);
        free(out);
        ho_mix_destroy(&mix);
        assert_int_equal(n_open_files(), 0);
    }
}

static void test_what_fails(void **state)
{
    (void)state;
    const int64_t peak = 100;
    help_make_wav("there.wav", RATE, 2, 4000, &peak, 1);
    const struct ho_mix_span spans[] = {{help_path("gone.wav"), 0, 0, 4000, 0, 0, false, NULL, 0},
                                        {help_path("there.wav"), 0, 0, 4000, 0, 0, false, NULL, 0}};
    struct ho_mix *mix = make_mix(spans, 2, NULL);
    struct ho_diag diag = {0};
    float out[512];
    assert_int_equal(ho_mix_read(mix, 0, 256, out, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "gone.wav"));
    ho_mix_destroy(&mix);
    help_clear_log();
    mix = make_mix(spans, 2, &(struct ho_mix_options){.is_for_listening = true});
    for (int i = 0; i < 3; i++) {
        float *heard = read_mix(mix, 0, 256);
        assert_true(heard[200] == PEAK / 32768.0f);
        free(heard);
    }
    assert_non_null(strstr(help_log, "gone.wav"));
    assert_ptr_equal(strstr(strstr(help_log, "gone.wav") + 1, "it is silent\n") + 13, help_log + strlen(help_log));
    ho_mix_destroy(&mix);
}

static enum ho_result open_and_hear(const struct ho_mix_span *spans, struct ho_diag *diag)
{
    struct ho_mix *mix;
    float out[400];
    enum ho_result result = ho_mix_create(spans, 2, NULL, &mix, diag);
    if (result == HO_OK)
        result = ho_mix_read(mix, 0, 200, out, diag);
    ho_mix_destroy(&mix);
    return result;
}

// Whichever allocation fails, the call says so and nothing is left behind.
static void test_memory(void **state)
{
    (void)state;
    const int64_t peak = 100;
    help_make_wav("there.wav", 44100, 2, 4000, &peak, 1);
    const struct ho_mix_point points[] = {{0, 0}, {100, -3}};
    const struct ho_mix_span spans[] = {{help_path("there.wav"), 0, 0, 4000, 0, 0, false, NULL, 0},
                                        {help_path("there.wav"), 0, 0, 4000, 50, 0, false, points, 2}};
    int n_failed = 0;
    for (int64_t n = 1; n < 1000; n++) {
        struct ho_diag diag = {0};
        ho_memory_fail_at(n);
        enum ho_result result = open_and_hear(spans, &diag);
        const int64_t made = ho_memory_count();
        ho_memory_fail_at(0);
        if (made < n) {
            assert_int_equal(result, HO_OK);
            break;
        }
        assert_int_equal(result, HO_ERROR_MEMORY);
        assert_true(diag.message[0]);
        n_failed++;
    }
    assert_true(n_failed > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_libavfilter), cmocka_unit_test(test_an_hour), cmocka_unit_test(test_many),
        cmocka_unit_test(test_what_fails),     cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
