// SPDX-License-Identifier: BSD-2-Clause
// A loud sample is found at its place: whatever the codec, container and rate, read on or jumped to, after an hour.
#include "sound_help.h"

enum { SECONDS = 6 };

struct sound_case {
    const char *name, *encoder, *arguments, *file;
    int off;          // samples of 48000 that the peak may lie beside its place
    bool is_coded;    // so that silence is not quite silent
};

static const struct sound_case cases[] = {
    {"PCM, wav", "pcm_s16le", "-c:a pcm_s16le", "a.wav", 0, false},
    {"PCM of 24 bits beside pictures, mov", "pcm_s24le", "VIDEO -c:a pcm_s24le", "b.mov", 0, false},
    {"PCM of floats beside pictures, mkv", "pcm_f32le", "VIDEO -c:a pcm_f32le", "c.mkv", 0, false},
    {"FLAC", "flac", "-c:a flac", "d.flac", 0, false},
    {"AAC, m4a", "aac", "-c:a aac -b:a 256k", "e.m4a", 1, true},
    {"AAC beside pictures, mp4", "aac", "VIDEO -c:a aac -b:a 256k", "f.mp4", 1, true},
    {"AAC beside pictures, mkv", "aac", "VIDEO -c:a aac -b:a 256k", "g.mkv", 1, true},
    {"MP3", "libmp3lame", "-c:a libmp3lame -b:a 256k", "h.mp3", 1, true},
    {"MP3 beside pictures, mov", "libmp3lame", "VIDEO -c:a libmp3lame -b:a 256k", "i.mov", 1, true},
    {"Opus, ogg", "libopus", "-c:a libopus -b:a 256k", "j.opus", 2, true},
    // Beside pictures FFmpeg's muxer itself counts Opus's delay twice.
    {"Opus, mka", "libopus", "-c:a libopus -b:a 256k", "k.mka", 2, true},
    {"AAC beside pictures, ts", "aac", "VIDEO -c:a aac -b:a 256k", "l.ts", 2, true},
    {"Vorbis beside pictures, mkv", "libvorbis", "VIDEO -c:a libvorbis -q:a 8", "m.mkv", 48, true},
};

static const int rates[] = {44100, 48000};

static void make(const struct sound_case *c, int rate, const int64_t *peaks, size_t n_peaks)
{
    const char *arguments = c->arguments, *video = "";
    help_make_wav("peaks.wav", rate, 2, SECONDS * rate, peaks, n_peaks);
    if (strncmp(arguments, "VIDEO", 5) == 0) {
        arguments += 5;
        video = "-f lavfi -i testsrc2=size=64x48:rate=24 -c:v mpeg4 -bf 2 -shortest";
    }
    assert_int_equal(help_run("cd '%s' && ffmpeg -nostdin -loglevel error -y -i peaks.wav %s %s '%s'", help_dir, video,
                              arguments, c->file),
                     0);
}

static void check_case(const struct sound_case *c, int rate, int out_rate)
{
    const int64_t peaks[] = {rate / 3, rate * 2 + 17, rate * 3 + 12345, rate * 5 + 1};
    enum { N_PEAKS = sizeof peaks / sizeof *peaks };
    make(c, rate, peaks, N_PEAKS);
    struct ho_sound *sound = help_open_sound(c->file, out_rate);
    static const int order[] = {0, 1, 2, 3, 2, 0, 3, 1};    // on, and back, and far on
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const double exact = (double)peaks[order[i]] * out_rate / rate;
        float loud;
        int64_t found = help_loudest(sound, (int64_t)exact - out_rate / 4, out_rate / 2, &loud);
        if (fabs((double)found - exact) > c->off + 0.5)
            fail_msg("%s, %d to %d: the sample that belongs at %.1f is at %lld", c->name, rate, out_rate, exact,
                     (long long)found);
        assert_true(loud > 0.3f);
        if (!c->is_coded && rate == out_rate)
            assert_true(loud == PEAK / 32768.0f);
    }
    // Before the beginning and behind the end there is silence.
    float *samples = help_read_sound(sound, -100, 100),
          *behind = help_read_sound(sound, (SECONDS + 1) * out_rate, 3000);
    for (int i = 0; i < 200; i++)
        assert_true(out_rate != rate || samples[i] == 0);
    for (int i = 0; i < 6000; i++)
        assert_true(behind[i] == 0);
    free(samples);
    free(behind);
    ho_sound_close(&sound);
    assert_null(sound);
}

static void test_case(void **state)
{
    const struct sound_case *c = *state;
    help_needs(c->encoder);
    for (size_t r = 0; r < 2; r++)
        for (size_t o = 0; o < 2; o++)
            check_case(c, rates[r], rates[o]);
}

// The same bits, read at once and in any pieces.
static void test_pieces(void **state)
{
    (void)state;
    enum { RATE = 44100, N = 3 * RATE };
    assert_int_equal(help_run("cd '%s' && ffmpeg -nostdin -loglevel error -y -f lavfi -i "
                              "'anoisesrc=r=44100:d=3:seed=1,aformat=sample_fmts=s16:channel_layouts=stereo' n.wav",
                              help_dir),
                     0);
    static const int outs[] = {44100, 48000, 16000, 96000};
    for (size_t o = 0; o < sizeof outs / sizeof *outs; o++) {
        struct ho_sound *sound = help_open_sound("n.wav", outs[o]);
        const int64_t n = (int64_t)N * outs[o] / RATE;
        assert_int_equal(ho_sound_n_samples(sound), n);
        float *all = help_read_sound(sound, 0, n);
        unsigned seed = 5;
        for (int i = 0; i < 60; i++) {
            seed = seed * 1103515245u + 12345u;
            const int64_t first = (int64_t)(seed >> 4) % (n - 3000), length = 1 + (seed >> 20) % 2999;
            float *piece = help_read_sound(sound, first, length);
            assert_memory_equal(piece, all + first * 2, (size_t)length * 2 * sizeof(float));
            free(piece);
        }
        free(all);
        ho_sound_close(&sound);
    }
}

static void test_channels(void **state)
{
    (void)state;
    const int64_t peak = 1000;
    help_make_wav("mono.wav", 48000, 1, 48000, &peak, 1);
    struct ho_sound *sound = help_open_sound("mono.wav", 48000);
    assert_int_equal(ho_sound_source_channels(sound), 1);
    assert_int_equal(ho_sound_source_rate(sound), 48000);
    float *samples = help_read_sound(sound, peak, 1);
    assert_true(samples[0] == PEAK / 32768.0f && samples[1] == PEAK / 32768.0f);
    free(samples);
    ho_sound_close(&sound);
    help_make_wav("stereo.wav", 48000, 2, 48000, &peak, 1);
    sound = help_open_sound("stereo.wav", 48000);
    samples = help_read_sound(sound, peak, 1);
    assert_true(samples[0] == PEAK / 32768.0f && samples[1] == -PEAK / 32768.0f);
    free(samples);
    ho_sound_close(&sound);
    help_make_wav("six.wav", 48000, 6, 48000, &peak, 1);
    sound = help_open_sound("six.wav", 44100);
    assert_int_equal(help_loudest(sound, 0, 4000, NULL), 919);
    ho_sound_close(&sound);
}

static void test_an_hour(void **state)
{
    (void)state;
    enum { RATE = 48000 };
    const int64_t peaks[] = {1, 3600LL * RATE - 100, 3600LL * RATE + 12345};
    help_make_wav("hour.wav", RATE, 2, 3601LL * RATE, peaks, 3);
    for (int out = 44100; out <= 48000; out += 3900) {
        struct ho_sound *sound = help_open_sound("hour.wav", out);
        for (int i = 2; i >= 0; i--) {
            const double exact = (double)peaks[i] * out / RATE;
            int64_t first = (int64_t)exact - 900;
            assert_true(fabs((double)help_loudest(sound, first, 1800, NULL) - exact) <= 0.5);
        }
        ho_sound_close(&sound);
    }
}

// Of each frame's own number: an hour of 29.97 frames a second ends on the very sample.
static void test_samples_of_frames(void **state)
{
    (void)state;
    const struct ho_rational ntsc = {30000, 1001}, film = {24, 1};
    assert_int_equal(ho_sound_sample_of(0, ntsc, 48000), 0);
    assert_int_equal(ho_sound_sample_of(1, ntsc, 48000), 1601);
    assert_int_equal(ho_sound_sample_of(2, ntsc, 48000), 3203);
    assert_int_equal(ho_sound_sample_of(107892, ntsc, 48000), 172799827);
    assert_int_equal(ho_sound_sample_of(-1, ntsc, 48000), -1602);
    assert_int_equal(ho_sound_sample_of(86400, film, 44100), 158760000);
}

static void test_what_is_wrong(void **state)
{
    (void)state;
    const int64_t peak = 5;
    help_make_wav("w.wav", 48000, 2, 4800, &peak, 1);
    help_make_raw(5);
    assert_true(help_encode("-c:v ffv1", "mute.mkv"));
    help_save("text.wav", "no sound at all", 15);
    const struct {
        const char *file;
        int stream, rate;
        enum ho_result result;
        const char *says;
    } wrong[] = {
        {"none.wav", 0, 48000, HO_ERROR_INPUT, "none.wav cannot be opened for its sound"},
        {"text.wav", 0, 48000, HO_ERROR_INPUT, "text.wav cannot be opened for its sound"},
        {"mute.mkv", 0, 48000, HO_ERROR_INPUT, "mute.mkv has no sound"},
        {"w.wav", 1, 48000, HO_ERROR_INPUT, "has no audio stream 1: it has 1"},
        {"w.wav", 0, 12, HO_ERROR_USAGE, "12 samples a second"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ho_sound *sound;
        struct ho_diag diag = {0};
        assert_int_equal(ho_sound_open(help_path(wrong[i].file), wrong[i].stream, wrong[i].rate, &sound, &diag),
                         wrong[i].result);
        assert_null(sound);
        if (!strstr(diag.message, wrong[i].says))
            fail_msg("\"%s\" does not say \"%s\"", diag.message, wrong[i].says);
    }
}

int main(void)
{
    enum { N_CASES = sizeof cases / sizeof *cases };
    struct CMUnitTest tests[N_CASES + 8] = {
        cmocka_unit_test(test_pieces),        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_an_hour),       cmocka_unit_test(test_samples_of_frames),
        cmocka_unit_test(test_what_is_wrong),
    };
    const char *only = getenv("CASE");
    size_t n = 5;
    for (size_t i = 0; i < N_CASES; i++)
        if (!only || strstr(cases[i].name, only))
            tests[n++] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL, (void *)(uintptr_t)&cases[i]};
    return _cmocka_run_group_tests("sound", tests, n, help_setup, help_teardown);
}
