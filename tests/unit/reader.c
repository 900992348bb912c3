// SPDX-License-Identifier: BSD-2-Clause
// Every frame by its index, exact: forwards, backwards and at random, in the codecs and containers that reorder in
// every way there is.
#include "media_help.h"

enum { N = 67 };

// What ffmpeg makes of the numbered pictures. `first` is the number that frame 0 shows, `n` how many there are (0: N).
struct movie_case {
    const char *name, *encoder, *arguments, *file;
    int first, n;
};

static const struct movie_case cases[] = {
    {"H.264, B-frames, short GOPs, mp4", "libx264", "-c:v libx264 -g 24 -bf 3", "a.mp4", 0, 0},
    {"H.264, open GOPs, mkv", "libx264", "-c:v libx264 -g 20 -bf 3 -x264-params open-gop=1:b-pyramid=normal:scenecut=0",
     "b.mkv", 0, 0},
    {"H.264, one GOP, mov", "libx264", "-c:v libx264 -g 1000 -bf 16 -x264-params b-pyramid=normal:ref=6:scenecut=0",
     "c.mov", 0, 0},
    {"H.264, open GOPs, ts", "libx264", "-c:v libx264 -g 20 -bf 3 -x264-params open-gop=1:scenecut=0", "d.ts", 0, 0},
    {"H.264 in avi, no presentation times", "libx264", "-c:v libx264 -g 30 -bf 2", "e.avi", 0, 0},
    {"H.264, intra refresh, mkv", "libx264", "-c:v libx264 -bf 0 -x264-params intra-refresh=1:keyint=30", "f.mkv", 0,
     0},
    {"H.264, elementary stream", "libx264", "-c:v libx264 -g 30 -bf 2", "g.h264", 0, 0},
    {"H.264, fields, ts", "libx264", "-c:v libx264 -g 30 -bf 2 -x264-params tff=1", "h.ts", 0, 0},
    {"H.264, intra, 10 bits, mov", "libx264", "-c:v libx264 -g 1 -pix_fmt yuv422p10", "i.mov", 0, 0},
    {"HEVC, B-frames, open GOPs, mp4", "libx265",
     "-c:v libx265 -x265-params log-level=error:keyint=25:bframes=4:open-gop=1:scenecut=0", "j.mp4", 0, 0},
    {"HEVC, closed GOPs, mkv", "libx265", "-c:v libx265 -x265-params log-level=error:keyint=40:bframes=3:open-gop=0",
     "k.mkv", 0, 0},
    {"MPEG-2, B-frames, ts", "mpeg2video", "-c:v mpeg2video -q:v 2 -g 15 -bf 2", "l.ts", 0, 0},
    {"MPEG-2, B-frames, mxf", "mpeg2video", "-c:v mpeg2video -q:v 2 -g 12 -bf 2", "m.mxf", 0, 0},
    {"MPEG-2, program stream", "mpeg2video", "-c:v mpeg2video -q:v 2 -g 15 -bf 2", "n.mpg", 0, 0},
    {"MPEG-4, B-frames, avi", "mpeg4", "-c:v mpeg4 -q:v 2 -g 30 -bf 2", "o.avi", 0, 0},
    {"MPEG-4, B-frames, mp4", "mpeg4", "-c:v mpeg4 -q:v 2 -g 30 -bf 2", "p.mp4", 0, 0},
    {"ProRes, mov", "prores", "-c:v prores -profile:v 3", "q.mov", 0, 0},
    {"DNxHR, mxf", "dnxhd", "-c:v dnxhd -profile:v dnxhr_hq -s 256x120 -sws_flags neighbor", "r.mxf", 0, 0},
    {"MJPEG, avi", "mjpeg", "-c:v mjpeg -q:v 2", "s.avi", 0, 0},
    {"FFV1, mkv", "ffv1", "-c:v ffv1 -level 3 -g 1", "t.mkv", 0, 0},
    {"VP8, webm", "libvpx", "-c:v libvpx -b:v 800k -auto-alt-ref 1 -lag-in-frames 16 -g 40", "u.webm", 0, 0},
    {"VP9, webm", "libvpx-vp9", "-c:v libvpx-vp9 -b:v 800k -auto-alt-ref 1 -lag-in-frames 16 -g 40 -cpu-used 8",
     "v.webm", 0, 0},
    {"AV1, mp4", "libsvtav1", "-c:v libsvtav1 -preset 12 -crf 30 -g 30", "w.mp4", 0, 0},
    {"Huffyuv, avi", "huffyuv", "-c:v huffyuv", "x.avi", 0, 0},
    {"edit list, mp4", "libx264", NULL, "y.mp4", 7, 0},
    {"PNG pictures", "png", "", "z.%04d.png", 0, 0},
    {"JPEG pictures", "mjpeg", "-q:v 2 -start_number 1001", "z.%04d.jpg", 0, 0},
    {"DPX pictures", "dpx", "", "z.%06d.dpx", 0, 0},
    {"TIFF pictures", "tiff", "", "z.%d.tiff", 0, 0},
    {"EXR pictures", "exr", "-pix_fmt gbrpf32le", "z.%04d.exr", 0, 0},
};

static void make(const struct movie_case *c)
{
    help_needs(c->encoder);
    if (c->arguments) {
        assert_true(help_encode(c->arguments, c->file));
    } else {    // cut in the middle of a GOP without encoding: the edit list hides what comes before
        assert_true(help_encode("-c:v libx264 -g 50 -bf 2", "whole.mp4"));
        assert_int_equal(help_run("cd '%s' && ffmpeg -nostdin -loglevel error -y -ss 0.28 -i whole.mp4 -c copy '%s'",
                                  help_dir, c->file),
                         0);
    }
}

static int64_t counted(const char *file)
{
    char text[256];
    help_output(text,
                "ffprobe -v error -select_streams v:0 -count_frames -show_entries stream=nb_read_frames -of "
                "default=nk=1:nw=1 -i '%s/%s' 2>/dev/null",
                help_dir, file);
    return atoll(text);
}

static void check_next(struct ho_reader *reader, int first, int64_t from, int64_t to)
{
    struct ho_diag diag = {0};
    struct ho_frame *frame;
    assert_ok(ho_reader_start(reader, from, to, &diag), &diag);
    int step = from <= to ? 1 : -1;
    for (int64_t i = from; i != to + step; i += step) {
        assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
        assert_int_equal(ho_frame_index(frame), i);
        assert_int_equal(help_number(frame), first + i);
        assert_false(ho_frame_is_held(frame));
        ho_frame_unref(&frame);
    }
    assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_END);
    assert_int_equal(ho_reader_next(reader, &frame, &diag), HO_END);
}

static void check_frame(struct ho_reader *reader, int first, int64_t index)
{
    struct ho_diag diag = {0};
    struct ho_frame *frame;
    assert_ok(ho_reader_frame(reader, index, &frame, &diag), &diag);
    assert_int_equal(ho_frame_index(frame), index);
    assert_int_equal(help_number(frame), first + index);
    ho_frame_unref(&frame);
}

static void test_case(void **state)
{
    const struct movie_case *c = *state;
    make(c);
    help_clear_log();
    char path[256];
    snprintf(path, sizeof path, "%s/%s", help_dir, c->file);
    struct ho_diag diag = {0};
    struct ho_reader *reader;
    assert_ok(ho_reader_open(path, NULL, &reader, &diag), &diag);
    int64_t n = ho_reader_info(reader)->n_frames;
    assert_int_equal(n, c->n ? c->n : N - c->first);
    if (!strchr(c->file, '%'))
        assert_int_equal(n, counted(c->file));
    check_next(reader, c->first, 0, n - 1);
    check_next(reader, c->first, n - 1, 0);
    for (unsigned i = 0, seed = 1; i < 16; i++) {
        seed = seed * 1103515245u + 12345u;
        check_frame(reader, c->first, (seed >> 8) % (unsigned)n);
    }
    check_next(reader, c->first, n / 2, n - 1);
    check_next(reader, c->first, n / 3, n / 3);
    check_next(reader, c->first, n * 2 / 3, n / 3);
    // Runs go on with the frames that single reads have left.
    check_frame(reader, c->first, n * 2 / 3);
    check_next(reader, c->first, n * 2 / 3, n - 1);
    check_frame(reader, c->first, n * 2 / 3);
    check_next(reader, c->first, n * 2 / 3, 0);
    check_next(reader, c->first, n / 2, n - 1);
    check_frame(reader, c->first, 0);
    check_next(reader, c->first, n - 1, 0);
    ho_reader_close(&reader);
    assert_null(reader);
    if (strstr(help_log, "held"))
        fail_msg("%s", help_log);
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
    struct CMUnitTest tests[N_CASES];
    const char *only = getenv("CASE");
    size_t n = 0;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    const size_t step = 4;    // the codecs are FFmpeg's: a part of them takes every path of ours
#else
    const size_t step = 1;
#endif
    for (size_t i = 0; i < N_CASES; i += step)
        if (!only || strstr(cases[i].name, only))
            tests[n++] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL, (void *)(uintptr_t)&cases[i]};
    return _cmocka_run_group_tests("reader", tests, n, setup, help_teardown);
}
