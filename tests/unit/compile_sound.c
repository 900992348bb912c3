// SPDX-License-Identifier: BSD-2-Clause
// What a timeline sounds like, and that its movie sounds like it: each loud sample where its clip puts it.
#include "sound_help.h"

#include "holdout/compile.h"
#include "holdout/render.h"

enum { SHORT = 1, FILM, LOST, RATE = 48000, N_FRAMES = 96 };

static const int64_t short_peaks[] = {4000, 48000, 100000};    // of 48000
static const int64_t film_peaks[] = {1, 88200};                // of 44100

static bool find(void *opaque, int64_t media, struct ho_compile_media *out)
{
    (void)opaque;
    if (media == LOST)
        snprintf(out->said, sizeof out->said, "lost.mov is not where it was");
    else
        snprintf(out->path, sizeof out->path, "%s/%s", help_dir, media == SHORT ? "short.mov" : "film.mkv");
    return true;
}

static const struct ho_compile_options found = {.find = find};

static void make_media(void)
{
    help_make_wav("short.wav", 48000, 2, 4 * 48000, short_peaks, 3);
    help_make_wav("film.wav", 44100, 2, 4 * 44100 + 176, film_peaks, 2);
    assert_int_equal(
        help_run("cd '%s' && for f in 'short 24 short.mov' 'film 24000/1001 film.mkv'; do set -- $f; ffmpeg "
                 "-nostdin -loglevel error -y -f lavfi -i testsrc2=size=64x48:rate=$2 -i $1.wav -c:v ffv1 "
                 "-frames:v %d -c:a pcm_s16le -strict -2 $3 || exit 1; done",
                 help_dir, N_FRAMES),
        0);
}

static struct ho_timeline *make_timeline(struct ho_rational rate)
{
    static const struct ho_timeline_media media[] = {{SHORT, "short", {24, 1}, N_FRAMES, false, true, true, 64, 48},
                                                     {FILM, "film", {24000, 1001}, N_FRAMES, false, true, true, 64, 48},
                                                     {LOST, "lost", {24, 1}, 100, false, true, true, 64, 48}};
    struct ho_timeline_settings settings = {
        .name = "cut", .width = 64, .height = 48, .rate = rate, .start = {0, ho_rate_base(rate), false}};
    struct ho_timeline *timeline;
    struct ho_diag diag = {0};
    assert_ok(ho_timeline_create(&settings, &timeline, &diag), &diag);
    for (int i = 0; i < 4; i++)
        assert_ok(ho_timeline_add_track(timeline, i < 2 ? HO_TRACK_VIDEO : HO_TRACK_AUDIO, -1, NULL, NULL, &diag),
                  &diag);
    for (size_t i = 0; i < 3; i++)
        assert_ok(ho_timeline_set_media(timeline, &media[i], &diag), &diag);
    return timeline;
}

// Picture and sound on V1 and A1, or V2 and A2; the id of the sound.
static int64_t lay(struct ho_timeline *timeline, int64_t media, int pair, int64_t at, int64_t in, int64_t length)
{
    struct ho_diag diag = {0};
    const int64_t audio = ho_timeline_track(timeline, 2 + pair)->id;
    struct ho_placement placement = {.media = media,
                                     .at = at,
                                     .length = length,
                                     .in = in,
                                     .video_track = ho_timeline_track(timeline, pair)->id,
                                     .audio_track = audio};
    assert_ok(ho_timeline_overwrite(timeline, &placement, NULL, &diag), &diag);
    return ho_timeline_clip_at(timeline, audio, at)->id;
}

static struct ho_timeline_clip *copy_of(struct ho_timeline *timeline, int64_t id)
{
    struct ho_timeline_clip *clip;
    struct ho_diag diag = {0};
    assert_ok(ho_timeline_clip_copy(ho_timeline_find_clip(timeline, id), &clip, &diag), &diag);
    return clip;
}

static void change(struct ho_timeline *timeline, struct ho_timeline_clip *clip)
{
    struct ho_diag diag = {0};
    assert_ok(ho_timeline_change(timeline, clip, NULL, &diag), &diag);
    ho_timeline_clip_destroy(&clip);
}

// The samples of the first `n` frames.
static float *hear(const struct ho_timeline *timeline, int64_t n_frames, int64_t *n)
{
    struct ho_mix *mix;
    struct ho_diag diag = {0};
    *n = ho_sound_sample_of(n_frames, ho_timeline_get_settings(timeline)->rate, RATE);
    float *out = calloc((size_t)*n * 2, sizeof(float));
    assert_non_null(out);
    assert_ok(ho_compile_sound(timeline, NULL, &found, NULL, &mix, &diag), &diag);
    if (mix)
        assert_ok(ho_mix_read(mix, 0, *n, out, &diag), &diag);
    ho_mix_destroy(&mix);
    return out;
}

static void check_peak(const float *samples, int64_t at, float gain)
{
    if (fabsf(samples[2 * at] - gain * PEAK / 32768.0f) > 1e-5f)
        fail_msg("at %lld there is %g, not %g", (long long)at, (double)samples[2 * at],
                 (double)(gain * PEAK / 32768.0f));
}

static void test_places(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline((struct ho_rational){24, 1});
    // From frame 24 on (its sample 48000 is loud): frames 10 to 57 of the timeline.
    const int64_t first = lay(timeline, SHORT, 0, 10, 24, 48);
    lay(timeline, SHORT, 1, 5, 0, 20);
    int64_t n;
    float *samples = hear(timeline, 100, &n);
    check_peak(samples, 20000, 1);
    check_peak(samples, 20000 + 52000, 1);
    check_peak(samples, 10000 + 4000, 1);
    for (int64_t i = 0, loud = 0; i < n; i++) {
        loud += samples[2 * i] != 0;
        assert_true(loud <= 3);
    }
    free(samples);
    struct ho_timeline_clip *clip = copy_of(timeline, first);
    clip->number[HO_CLIP_GAIN].value = -6;
    change(timeline, clip);
    samples = hear(timeline, 100, &n);
    check_peak(samples, 20000, powf(10, -0.3f));
    check_peak(samples, 14000, 1);
    free(samples);
    clip = copy_of(timeline, first);
    clip->muted = true;
    change(timeline, clip);
    samples = hear(timeline, 100, &n);
    check_peak(samples, 20000, 0);
    check_peak(samples, 14000, 1);
    free(samples);
    ho_timeline_destroy(&timeline);
}

// Half a second fades in; keyframes count in clip time.
static void test_gain_moves(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline((struct ho_rational){24, 1});
    const int64_t id = lay(timeline, SHORT, 0, 0, 0, 96);
    struct ho_timeline_clip *clip = copy_of(timeline, id);
    struct ho_diag diag = {0};
    const struct ho_keyframe keys[] = {{24, -20, HO_INTERPOLATE_LINEAR}, {72, 0, HO_INTERPOLATE_LINEAR}};
    for (int i = 0; i < 2; i++)
        assert_ok(ho_curve_set_keyframe(&clip->number[HO_CLIP_GAIN], &keys[i], &diag), &diag);
    change(timeline, clip);
    int64_t n;
    float *samples = hear(timeline, 96, &n);
    check_peak(samples, 4000, 0.1f);
    check_peak(samples, 48000, 0.1f);
    check_peak(samples, 100000, powf(10, -20.0f * (72 - 50) / 48 / 20));    // on frame 50
    free(samples);
    ho_timeline_destroy(&timeline);
}

// At another rate the sound keeps its own time.
static void test_rates(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline((struct ho_rational){25, 1});
    lay(timeline, FILM, 0, 7, 24, 60);
    int64_t n;
    float *samples = hear(timeline, 80, &n);
    // 24 frames of film are 1.001 s; its loud sample is heard at 2 s.
    const int64_t wanted = 7 * RATE / 25 + (int64_t)((2 - 1.001) * RATE);
    int64_t at = 0;
    for (int64_t i = 0; i < n; i++)
        at = fabsf(samples[2 * i]) > fabsf(samples[2 * at]) ? i : at;
    assert_in_range(at, wanted - 1, wanted + 1);
    free(samples);
    ho_timeline_destroy(&timeline);
}

static void check_movie(const struct ho_timeline *timeline, const char *name, enum ho_codec codec,
                        const struct ho_range *range)
{
    struct ho_diag diag = {0};
    struct ho_render_report *report = calloc(1, sizeof *report);
    assert_non_null(report);
    struct ho_render_request request = {.output = help_path(name), .codec = codec, .overwrite = true, .n_threads = 2};
    if (range) {
        request.has_range = true;
        request.range = *range;
    }
    assert_ok(ho_render_timeline(timeline, &found, &request, report, &diag), &diag);
    struct ho_sound *sound = help_open_sound(name, RATE);
    const int64_t first = range ? range->first * 2000 : 0,
                  length = (range ? range->last - range->first + 1 : 58) * 2000;
    int64_t n;
    float *wanted = hear(timeline, 100, &n), *written = help_read_sound(sound, 0, length + 100);
    for (int64_t i = 0; i < 2 * length; i++)
        if (fabsf(written[i] - wanted[2 * first + i]) > 1.0f / (1 << 23))
            fail_msg("%s: sample %lld is %g, not %g", name, (long long)i / 2, (double)written[i],
                     (double)wanted[2 * first + i]);
    for (int64_t i = 2 * length; i < 2 * length + 200; i++)
        assert_true(written[i] == 0);
    if (ho_sound_n_samples(sound))
        assert_int_equal(ho_sound_n_samples(sound), length);
    free(wanted);
    free(written);
    free(report);
    ho_sound_close(&sound);
}

static void test_movies(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline((struct ho_rational){24, 1});
    lay(timeline, SHORT, 0, 10, 24, 48);
    lay(timeline, SHORT, 1, 5, 0, 20);
    check_movie(timeline, "all.mov", HO_CODEC_PRORES_PROXY, NULL);
    check_movie(timeline, "all.mkv", HO_CODEC_FFV1, NULL);
    check_movie(timeline, "part.mov", HO_CODEC_PRORES_PROXY, &(struct ho_range){6, 40});
    ho_timeline_destroy(&timeline);
}

// One clip as it is keeps its own packets: at 16 bits, and of the film at 44100.
static void test_copied(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline((struct ho_rational){24, 1});
    char line[256];
    const int64_t id = lay(timeline, SHORT, 0, 0, 24, 60);
    check_movie(timeline, "copied.mov", HO_CODEC_PRORES_PROXY, &(struct ho_range){0, 57});
    help_output(line, "ffprobe -v error -select_streams a -show_entries stream=codec_name -of csv=p=0 '%s'",
                help_path("copied.mov"));
    assert_string_equal(line, "pcm_s16le");
    struct ho_timeline_clip *clip = copy_of(timeline, id);
    clip->number[HO_CLIP_GAIN].value = -1;
    change(timeline, clip);
    check_movie(timeline, "mixed.mov", HO_CODEC_PRORES_PROXY, &(struct ho_range){0, 57});
    help_output(line, "ffprobe -v error -select_streams a -show_entries stream=codec_name -of csv=p=0 '%s'",
                help_path("mixed.mov"));
    assert_string_equal(line, "pcm_s24le");
    ho_timeline_destroy(&timeline);
}

// As AAC where that is asked for: each loud sample still within one of its place.
static void test_aac(void **state)
{
    (void)state;
    help_needs("aac");
    struct ho_timeline *timeline = make_timeline((struct ho_rational){24, 1});
    lay(timeline, SHORT, 0, 10, 24, 48);
    struct ho_diag diag = {0};
    struct ho_render_report *report = calloc(1, sizeof *report);
    assert_non_null(report);
    struct ho_render_request request = {.output = help_path("aac.mov"), .audio = HO_AUDIO_AAC, .n_threads = 1};
    assert_ok(ho_render_timeline(timeline, &found, &request, report, &diag), &diag);
    struct ho_sound *sound = help_open_sound("aac.mov", RATE);
    assert_in_range(help_loudest(sound, 10000, 20000, NULL), 19999, 20001);
    assert_in_range(help_loudest(sound, 60000, 20000, NULL), 71999, 72001);
    assert_int_equal(ho_sound_n_samples(sound), 58 * 2000);
    ho_sound_close(&sound);
    free(report);
    ho_timeline_destroy(&timeline);
}

// Asked for the media when its stretch is about to be made, the third time after the sound and the look ahead: the
// frames before it are on their way to the file.
struct stopping {
    struct ho_cancel cancel;
    int n_asked;
};

static bool find_and_stop(void *opaque, int64_t media, struct ho_compile_media *out)
{
    struct stopping *stopping = opaque;
    if (++stopping->n_asked == 3) {
        nanosleep(&(struct timespec){0, 200000000}, NULL);
        ho_cancel_request(&stopping->cancel);
    }
    return find(NULL, media, out);
}

// A run that was stopped goes on, and writes the same file, sound and all.
static void test_interrupted(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline((struct ho_rational){24, 1});
    lay(timeline, SHORT, 0, 10, 24, 48);
    const char *const names[2] = {"whole", "stopped"};
    uint8_t *bytes[2];
    size_t size[2];
    for (int codec = 0; codec < 2; codec++) {
        for (int i = 0; i < 2; i++) {
            char name[32];
            struct ho_diag diag = {0};
            struct stopping stopping = {0};
            struct ho_render_report *report = calloc(1, sizeof *report);
            assert_non_null(report);
            snprintf(name, sizeof name, "%s.%s", names[i], codec ? "mkv" : "mov");
            struct ho_render_request request = {.output = help_path(name), .n_threads = 1};
            if (i == 1) {
                const struct ho_compile_options stops = {.find = find_and_stop, .opaque = &stopping};
                request.cancel = &stopping.cancel;
                assert_int_equal(ho_render_timeline(timeline, &stops, &request, report, &diag), HO_CANCELLED);
                ho_cancel_reset(&stopping.cancel);
                diag = (struct ho_diag){0};
            }
            assert_ok(ho_render_timeline(timeline, &found, &request, report, &diag), &diag);
            assert_int_equal(report->n_kept > 0, i);
            bytes[i] = help_load(name, &size[i]);
            free(report);
        }
        assert_int_equal(size[0], size[1]);
        assert_memory_equal(bytes[0], bytes[1], size[0]);
        free(bytes[0]);
        free(bytes[1]);
    }
    ho_timeline_destroy(&timeline);
}

static void test_no_sound(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline((struct ho_rational){24, 1});
    struct ho_mix *mix;
    struct ho_diag diag = {0};
    assert_ok(ho_compile_sound(timeline, NULL, &found, NULL, &mix, &diag), &diag);
    assert_null(mix);
    lay(timeline, SHORT, 0, 0, 0, 20);
    const int64_t lost = lay(timeline, LOST, 0, 30, 0, 20);
    assert_int_equal(ho_compile_sound(timeline, NULL, &found, NULL, &mix, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "\"lost\" on A1 at 00:00:01:06"));
    assert_non_null(strstr(diag.message, "lost.mov is not where it was"));
    diag = (struct ho_diag){0};
    assert_ok(ho_compile_sound(timeline, &(struct ho_range){0, 29}, &found, NULL, &mix, &diag), &diag);
    assert_non_null(mix);
    ho_mix_destroy(&mix);
    struct ho_timeline_clip *clip = copy_of(timeline, lost);
    clip->enabled = false;
    change(timeline, clip);
    assert_ok(ho_compile_sound(timeline, NULL, &found, NULL, &mix, &diag), &diag);
    ho_mix_destroy(&mix);
    ho_timeline_destroy(&timeline);
}

static int setup(void **state)
{
    if (help_setup(state) != 0)
        return -1;
    make_media();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),      cmocka_unit_test(test_gain_moves), cmocka_unit_test(test_rates),
        cmocka_unit_test(test_movies),      cmocka_unit_test(test_copied),     cmocka_unit_test(test_aac),
        cmocka_unit_test(test_interrupted), cmocka_unit_test(test_no_sound),
    };
    return cmocka_run_group_tests(tests, setup, help_teardown);
}
