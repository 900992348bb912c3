// SPDX-License-Identifier: BSD-2-Clause
// Movies with bad packets, cut off, changing size; reading that is cancelled; and memory that stays bounded however far
// key frames are apart.
#include "media_help.h"

#include <libavformat/avformat.h>
#include <pthread.h>

#include "image/frame.h"

enum { N = 100 };

struct packet_place {
    int64_t position, pts;
    int size;
};

// Where the packets of a movie lie, in decoding order.
static int list_packets(const char *name, struct packet_place *places, int most)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    assert_int_equal(avformat_open_input(&format, help_path(name), NULL, NULL), 0);
    assert_true(avformat_find_stream_info(format, NULL) >= 0);
    int n = 0;
    for (; n < most && av_read_frame(format, packet) >= 0; n++) {
        places[n] = (struct packet_place){packet->pos, packet->pts, packet->size};
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    avformat_close_input(&format);
    return n;
}

// Spoils the bytes of one packet from `skip` on, and gives the index of its frame.
static int spoil(const char *name, int number, int skip)
{
    static struct packet_place places[N + 20];
    int n = list_packets(name, places, N + 20), frame = 0;
    assert_true(number < n);
    for (int i = 0; i < n; i++)
        frame += places[i].pts < places[number].pts;
    size_t size;
    uint8_t *bytes = help_load(name, &size);
    for (int i = skip; i < places[number].size; i += 1 + places[number].size / 40)
        bytes[places[number].position + i] ^= (uint8_t)(0x5a + i);
    help_save(name, bytes, size);
    free(bytes);
    return frame;
}

// What is read must not depend on the way: forwards, backwards, at random; held is the same picture each time.
// `drifts`: what follows a damaged packet up to the next key frame depends on where decoding began (HEVC conceals
// nothing), but not on the number of threads.
static void check_all_ways(struct ho_reader *reader, bool drifts, bool is_held[N])
{
    static struct ho_frame *frames[N];
    struct ho_diag diag = {0};
    struct ho_frame *frame;
    assert_int_equal(ho_reader_info(reader)->n_frames, N);
    assert_ok(ho_reader_start(reader, 0, N - 1, &diag), &diag);
    for (int i = 0; i < N; i++) {
        assert_ok(ho_reader_next(reader, &frames[i], &diag), &diag);
        assert_int_equal(ho_frame_index(frames[i]), i);
        is_held[i] = ho_frame_is_held(frames[i]);
        if (is_held[i] && i)
            assert_true(ho_frame_equal(frames[i], frames[i - 1]));
    }
    assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_END);
    assert_ok(ho_reader_start(reader, N - 1, 0, &diag), &diag);
    for (int i = N - 1; i >= 0; i--) {
        assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
        assert_int_equal(ho_frame_is_held(frame), is_held[i]);
        if (!drifts && !ho_frame_equal(frame, frames[i]))
            fail_msg("frame %d read backwards is another picture", i);
        ho_frame_unref(&frame);
    }
    for (unsigned i = 0, seed = 7; i < 40; i++) {
        seed = seed * 1103515245u + 12345u;
        int index = (int)((seed >> 8) % N);
        assert_ok(ho_reader_frame(reader, index, &frame, &diag), &diag);
        if (!drifts && !ho_frame_equal(frame, frames[index]))
            fail_msg("frame %d read alone is another picture", index);
        ho_frame_unref(&frame);
    }
    for (int threads = 1; threads <= 3; threads += 2) {
        struct ho_reader *other;
        struct ho_reader_options options = {.n_threads = threads};
        assert_ok(ho_reader_open(ho_reader_info(reader)->path, &options, &other, &diag), &diag);
        assert_ok(ho_reader_start(other, 0, N - 1, &diag), &diag);
        for (int i = 0; i < N; i++) {
            assert_ok(ho_reader_next(other, &frame, &diag), &diag);
            if (!ho_frame_equal(frame, frames[i]))
                fail_msg("frame %d read with %d threads is another picture", i, threads);
            ho_frame_unref(&frame);
        }
        ho_reader_close(&other);
    }
    for (int i = 0; i < N; i++)
        ho_frame_unref(&frames[i]);
}

struct damage_case {
    const char *name, *encoder, *arguments, *file;
    int packets[4], skip;
};

static const struct damage_case cases[] = {
    {"ProRes", "prores", "-c:v prores", "a.mov", {30, 31, 32, 60}, 4},
    {"ProRes, first frame", "prores", "-c:v prores", "b.mov", {0, 1, 50, 99}, 4},
    {"H.264, mp4", "libx264", "-c:v libx264 -g 25 -bf 2", "c.mp4", {30, 31, 32, 60}, 4},
    {"H.264, key frame", "libx264", "-c:v libx264 -g 25 -bf 2 -x264-params scenecut=0", "d.mp4", {25, 26, 50, 51}, 4},
    {"H.264, one GOP", "libx264", "-c:v libx264 -g 1000 -bf 2", "e.mov", {60, 70, 80, 90}, 4},
    {"HEVC", "libx265", "-c:v libx265 -x265-params log-level=error:keyint=25", "f.mp4", {30, 31, 32, 60}, 4},
    {"MPEG-2, mxf", "mpeg2video", "-c:v mpeg2video -q:v 2 -g 12 -bf 2", "g.mxf", {30, 40, 41, 60}, 40},
    {"DNxHR", "dnxhd", "-c:v dnxhd -profile:v dnxhr_hq -s 256x120", "h.mov", {30, 31, 32, 60}, 4},
};

static void test_case(void **state)
{
    const struct damage_case *c = *state;
    help_needs(c->encoder);
    assert_true(help_encode(c->arguments, c->file));
    int frames[4];
    for (int i = 0; i < 4; i++)
        frames[i] = spoil(c->file, c->packets[i], c->skip);
    help_clear_log();
    struct ho_reader *reader = help_open(c->file, NULL);
    bool is_held[N];
    check_all_ways(reader, strcmp(c->name, "HEVC") == 0, is_held);
    int n_held = 0;
    for (int i = 0; i < N; i++) {
        bool is_spoiled = i == frames[0] || i == frames[1] || i == frames[2] || i == frames[3];
        char sentence[64];
        snprintf(sentence, sizeof sentence, ": frame %d ", i);
        assert_int_equal(is_held[i], strstr(help_log, sentence) != NULL);    // named if and only if it is held
        n_held += is_held[i] && is_spoiled;
    }
    // A decoder may make sense of one flipped packet or another, not of most.
    assert_in_range(n_held, 2, 4);
    ho_reader_close(&reader);
}

static void cut(const char *from, const char *to, double share)
{
    size_t size;
    uint8_t *bytes = help_load(from, &size);
    help_save(to, bytes, (size_t)(share * (double)size));
    free(bytes);
}

static void test_cut_off(void **state)
{
    (void)state;
    help_needs("libx264");
    static const struct {
        const char *arguments, *file;
        bool is_said;
    } movies[] = {
        {"-c:v libx264 -bf 2 -g 20 -movflags faststart", "whole.mp4", true},
        {"-c:v libx264 -bf 2 -g 20", "whole.mkv", true},
        {"-c:v mjpeg -q:v 2", "whole.avi", true},
        {"-c:v libx264 -bf 2 -g 20", "whole.ts", false},
    };
    for (size_t i = 0; i < sizeof movies / sizeof *movies; i++) {
        char name[32];
        snprintf(name, sizeof name, "cut%s", strrchr(movies[i].file, '.'));
        assert_true(help_encode(movies[i].arguments, movies[i].file));
        cut(movies[i].file, name, 0.6);
        help_clear_log();
        struct ho_reader *reader = help_open(name, NULL);
        const struct ho_source_info *info = ho_reader_info(reader);
        assert_in_range(info->n_frames, 40, 75);
        assert_false(info->variable_rate);
        if (movies[i].is_said)
            assert_non_null(strstr(help_log, "cut off"));
        struct ho_diag diag = {0};
        struct ho_frame *frame;
        assert_ok(ho_reader_start(reader, 0, info->n_frames - 1, &diag), &diag);
        for (int64_t k = 0; k < info->n_frames; k++) {
            assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
            if (k < info->n_frames - 8)    // near the end, pictures between lost ones are missing
                assert_int_equal(help_number(frame), k);
            ho_frame_unref(&frame);
        }
        assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_END);
        ho_reader_close(&reader);
    }
    assert_true(help_encode("-c:v libx264 -bf 2 -g 20", "late.mp4"));
    cut("late.mp4", "cut_late.mp4", 0.6);
    struct ho_diag diag = {0};
    struct ho_source_info info;
    assert_int_equal(ho_source_probe(help_path("cut_late.mp4"), NULL, &info, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "index is missing"));
    cut("whole.mp4", "head.mp4", 0.04);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_source_probe(help_path("head.mp4"), NULL, &info, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "head.mp4"));
}

// Two movies of different sizes, one after the other.
static void test_size_changes(void **state)
{
    (void)state;
    help_needs("mjpeg");
    assert_true(help_encode("-c:v mjpeg -q:v 2 -frames:v 30", "big.mjpeg"));
    assert_true(help_encode("-c:v mjpeg -q:v 2 -frames:v 30 -s 128x80", "small.mjpeg"));
    assert_int_equal(help_run("cd '%s' && cat big.mjpeg small.mjpeg > both.mjpeg", help_dir), 0);
    struct ho_reader *reader = help_open("both.mjpeg", NULL);
    struct ho_diag diag = {0};
    struct ho_frame *frame;
    assert_ok(ho_reader_start(reader, 0, ho_reader_info(reader)->n_frames - 1, &diag), &diag);
    for (int i = 0; i < 30; i++) {
        assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
        ho_frame_unref(&frame);
    }
    assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "frame 30 is 128x80 pixels where the first is 160x96"));
    ho_reader_close(&reader);
}

static void test_usage(void **state)
{
    (void)state;
    help_needs("libx264");
    assert_true(help_encode("-c:v libx264", "use.mp4"));
    struct ho_reader *reader = help_open("use.mp4", NULL);
    struct ho_diag diag = {0};
    struct ho_frame *frame;
    assert_int_equal(ho_reader_frame(reader, N, &frame, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "its frames are 0 to 99"));
    assert_int_equal(ho_reader_frame(reader, -1, &frame, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_reader_start(reader, 0, N, NULL), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_END);    // no run was started
    assert_ok(ho_reader_start(reader, 0, N - 1, &diag),
              &diag);    // left in the middle, by another run, a frame, and the end
    assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
    struct ho_frame *kept = frame;
    assert_ok(ho_reader_start(reader, 50, 0, &diag), &diag);
    assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
    assert_int_equal(help_number(frame), 50);
    ho_frame_unref(&frame);
    assert_ok(ho_reader_frame(reader, 20, &frame, &diag), &diag);
    assert_int_equal(help_number(frame), 20);
    ho_frame_unref(&frame);
    assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_END);
    assert_ok(ho_reader_start(reader, 10, 90, &diag), &diag);
    ho_reader_close(&reader);
    assert_int_equal(help_number(kept), 0);    // a frame outlives its reader
    ho_frame_unref(&kept);
    ho_reader_close(&reader);
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void *cancel_soon(void *flag)
{
    struct timespec wait = {0, 150000000};
    nanosleep(&wait, NULL);
    ho_cancel_request(flag);
    return NULL;
}

static void test_cancel(void **state)
{
    (void)state;
    help_needs("libx264");
    assert_true(help_encode("-c:v libx264 -g 1000 -bf 2", "cancel.mp4"));
    struct ho_cancel cancel = {0};
    ho_cancel_request(&cancel);
    struct ho_reader_options options = {.cancel = &cancel};
    struct ho_reader *reader;
    struct ho_diag diag = {0};
    assert_int_equal(ho_reader_open(help_path("cancel.mp4"), &options, &reader, &diag), HO_CANCELLED);
    ho_cancel_reset(&cancel);
    assert_ok(ho_reader_open(help_path("cancel.mp4"), &options, &reader, &diag), &diag);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancel), 0);
    double begin = seconds_now();
    enum ho_result result = HO_OK;
    for (unsigned i = 0; result == HO_OK && seconds_now() - begin < 60; i++) {
        struct ho_frame *frame;
        result = i % 50 == 0 ? ho_reader_start(reader, i / 50 % 2 ? N - 1 : 0, i / 50 % 2 ? 0 : N - 1, &diag)
                             : ho_reader_next(reader, &frame, &diag);
        if (i % 50 && result == HO_OK)
            ho_frame_unref(&frame);
    }
    assert_int_equal(result, HO_CANCELLED);
    assert_true(seconds_now() - begin < 1.15);
    pthread_join(thread, NULL);
    ho_reader_close(&reader);
}

// Resident memory, in MiB.
static double resident(void)
{
    long pages = 0, total;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%ld %ld", &total, &pages) != 2)
        pages = 0;
    if (file)
        fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

// 300 frames of 1920x1080 with one key frame, backwards: 930 MiB if all were kept.
static void test_long_gop(void **state)
{
    (void)state;
    help_needs("libx264");
    enum { N_LONG = 300 };
    help_make_raw(N_LONG);
    assert_true(
        help_encode("-vf scale=1920:1080:flags=neighbor -c:v libx264 -preset ultrafast -g 1000 -bf 2", "long.mp4"));
    struct ho_reader *reader = help_open("long.mp4", NULL);
    struct ho_diag diag = {0};
    struct ho_frame *frame;
    double before = resident(), most = 0;
    assert_ok(ho_reader_start(reader, N_LONG - 1, 0, &diag), &diag);
    for (int i = N_LONG - 1; i >= 0; i--) {
        assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
        assert_int_equal(ho_frame_index(frame), i);
        if (i % 37 == 0)
            assert_int_equal(help_number(frame), i);
        ho_frame_unref(&frame);
        most = fmax(most, resident() - before);
    }
    assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_END);
    ho_reader_close(&reader);
    print_message("backwards through one GOP of %d frames of 1920x1080: %.0f MiB\n", N_LONG, most);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    assert_true(most < 420);
#endif
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
    enum { N_CASES = sizeof cases / sizeof *cases };
    struct CMUnitTest tests[N_CASES + 5];
    for (size_t i = 0; i < N_CASES; i++)
        tests[i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL, (void *)(uintptr_t)&cases[i]};
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_cut_off), cmocka_unit_test(test_size_changes), cmocka_unit_test(test_usage),
        cmocka_unit_test(test_cancel),  cmocka_unit_test(test_long_gop),
    };
    memcpy(tests + N_CASES, others, sizeof others);
    return cmocka_run_group_tests_name("damage", tests, setup, help_teardown);
}
