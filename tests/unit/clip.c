// SPDX-License-Identifier: BSD-2-Clause
// One source, shared: every frame the right one whatever was asked for before and by whom, pictures as zimg makes them,
// no more kept than is allowed, one failure one's own.
#include "media_help.h"

#include <pthread.h>

#include "base/memory.h"
#include "holdout/clip.h"
#include "media/clip_inside.h"

enum { N = 131, FRAME_BYTES = CLIP_WIDTH * CLIP_HEIGHT * 3 / 2 };

static struct ho_clip *open_clip(const char *name, const struct ho_clip_options *options)
{
    struct ho_clip *clip;
    struct ho_diag diag = {0};
    assert_ok(ho_clip_open(help_path(name), options, &clip, &diag), &diag);
    return clip;
}

// TSan takes long over each pixel that FFmpeg's threads have written.
#if defined(__SANITIZE_THREAD__)
enum { LOOK_AT_EVERY = 16, N_FILES = 1 };
#else
enum { LOOK_AT_EVERY = 1, N_FILES = 3 };
#endif

static bool shows(const struct ho_frame *frame, int64_t number)
{
    return ho_frame_index(frame) == number && (number % LOOK_AT_EVERY || help_number(frame) == number);
}

static void check(struct ho_clip *clip, int64_t frame)
{
    struct ho_frame *out;
    struct ho_diag diag = {0};
    assert_ok(ho_clip_frame(clip, frame, NULL, &out, &diag), &diag);
    assert_true(shows(out, frame));
    ho_frame_unref(&out);
}

static void make_long(void)
{
    assert_true(help_encode("-c:v libx264 -g 60 -bf 3 -x264-params scenecut=0", "long.mp4"));
}

static void walk(struct ho_clip *clip)
{
    for (int64_t i = 0; i < N; i++)
        check(clip, i);
    for (int64_t i = N - 1; i >= 0; i--)
        check(clip, i);
    for (unsigned i = 0, seed = 7; i < 40; i++) {
        seed = seed * 1103515245u + 12345u;
        int64_t frame = (seed >> 8) % N;
        check(clip, frame);
        check(clip, frame > 0 ? frame - 1 : 1);
    }
    for (int64_t i = 0; i < N; i += 3)
        check(clip, i);
    for (int64_t i = N - 1; i >= 0; i -= 7)
        check(clip, i);
}

static void test_every_way(void **state)
{
    (void)state;
    const char *const files[3] = {"long.mp4", "intra.mov", "all.%04d.png"};
    help_needs("libx264");
    make_long();
    assert_true(help_encode("-c:v prores -profile:v 0", "intra.mov"));
    assert_true(help_encode("", "all.%04d.png"));
    // All that fits, a little, and room for a frame or two.
    const size_t room[] = {0, 24 * FRAME_BYTES * 2, 2 * FRAME_BYTES, 1};
    for (size_t f = 0; f < N_FILES; f++)
        for (size_t r = 0; r < sizeof room / sizeof *room; r++) {
            struct ho_clip *clip = open_clip(
                files[f], &(struct ho_clip_options){.cache_bytes = room[r], .max_decoders = 1 + r % 2});
            assert_int_equal(ho_clip_info(clip)->n_frames, N);
            walk(clip);
            assert_in_range(ho_clip_cache_bytes(clip->cache), 0, room[r] > 4 * FRAME_BYTES ? room[r] : 512u << 20);
            ho_clip_unref(&clip);
            assert_null(clip);
        }
}

struct caller {
    struct ho_clip *clip;
    unsigned seed;
    int64_t from;
    int n_wrong;
};

static void *call(void *opaque)
{
    struct caller *caller = opaque;
    for (int i = 0; i < 60; i++) {
        struct ho_diag diag = {0};
        caller->seed = caller->seed * 1103515245u + 12345u;
        int64_t frame = caller->from < 0 ? (caller->seed >> 8) % N : (caller->from + i) % N;
        struct ho_frame *out = NULL;
        struct ho_clip_picture *view = NULL;
        if (i % 3 == 0) {
            caller->n_wrong += ho_clip_view(caller->clip, frame, NULL, 80, 48, NULL, &view, &diag) != HO_OK ||
                               view->frame != frame;
            ho_clip_picture_unref(&view);
        }
        caller->n_wrong += ho_clip_frame(caller->clip, frame, NULL, &out, &diag) != HO_OK || !shows(out, frame);
        ho_frame_unref(&out);
    }
    ho_clip_unref(&caller->clip);
    return NULL;
}

static void test_many_callers(void **state)
{
    (void)state;
    enum { N_CALLERS = 5 };
    help_needs("libx264");
    make_long();
    for (int n = 1; n <= 3; n++) {
        struct ho_clip *clip = open_clip(
            "long.mp4", &(struct ho_clip_options){.max_decoders = n, .n_threads = 2, .cache_bytes = 40 * FRAME_BYTES});
        struct caller callers[N_CALLERS];
        pthread_t threads[N_CALLERS];
        for (unsigned i = 0; i < N_CALLERS; i++) {
            callers[i] = (struct caller){ho_clip_ref(clip), i, i < 2 ? (int64_t)i * 50 : -1, 0};
            assert_int_equal(pthread_create(&threads[i], NULL, call, &callers[i]), 0);
        }
        ho_clip_unref(&clip);    // the last caller to end closes it
        for (int i = 0; i < N_CALLERS; i++) {
            pthread_join(threads[i], NULL);
            assert_int_equal(callers[i].n_wrong, 0);
        }
    }
}

// The picture that a viewer gets, against the float one.
static void check_view(struct ho_clip *clip, int64_t frame, const struct ho_rect *region, int width, int height)
{
    struct ho_diag diag = {0};
    struct ho_clip_picture *view, *again;
    struct ho_frame *source;
    struct ho_converter *converter;
    struct ho_picture *exact;
    assert_ok(ho_clip_view(clip, frame, region, width, height, NULL, &view, &diag), &diag);
    assert_ok(ho_clip_view(clip, frame, region, width, height, NULL, &again, &diag), &diag);
    assert_ptr_equal(view, again);
    ho_clip_picture_unref(&again);
    assert_int_equal(view->width, width);
    assert_int_equal(view->height, height);
    assert_int_equal(view->frame, frame);
    assert_ok(ho_clip_frame(clip, frame, NULL, &source, &diag), &diag);
    assert_ok(ho_converter_create(&converter, &diag), &diag);
    assert_ok(ho_picture_create(width, height, 4, &exact, &diag), &diag);
    assert_ok(ho_converter_read(converter, source, region, exact, &diag), &diag);
    float worst = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++) {
                float v = exact->plane[c][y * exact->stride + x] * 255.0f;
                v = v < 0 ? 0 : v > 255 ? 255 : v;
                worst = fmaxf(worst, fabsf((float)view->pixels[3 * (y * width + x) + c] - v));
            }
    assert_true(worst <= 0.8f);
    ho_picture_destroy(&exact);
    ho_converter_destroy(&converter);
    ho_frame_unref(&source);
    ho_clip_picture_unref(&view);
}

static void test_views(void **state)
{
    (void)state;
    const char *const arguments[][2] = {
        {"-c:v libx264 -g 20 -bf 2", "v.mp4"},
        {"-c:v prores -profile:v 3", "v.mov"},
        {"-c:v ffv1 -pix_fmt gray", "grey.mkv"},
        {"-vf format=rgba,geq=r='X*1.5':g='Y*2':b='128':a='X+Y' -c:v png", "alpha.mov"}};
    help_needs("libx264");
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
        assert_true(help_encode_at("25", arguments[i][0], arguments[i][1]));
        struct ho_clip *clip = open_clip(arguments[i][1], NULL);
        check_view(clip, 5, NULL, CLIP_WIDTH, CLIP_HEIGHT);
        check_view(clip, 5, NULL, 80, 48);
        check_view(clip, 6, NULL, 33, 17);
        check_view(clip, 6, &(struct ho_rect){13, 7, 60, 41}, 94, 68);
        check_view(clip, 6, &(struct ho_rect){-5, -5, 40, 20}, 45, 25);
        struct ho_diag diag = {0};
        struct ho_clip_picture *view;
        assert_int_equal(ho_clip_view(clip, 6, NULL, 0, 10, NULL, &view, &diag), HO_ERROR_USAGE);
        assert_null(view);
        ho_clip_unref(&clip);
    }
}

// A picture outlives its clip, and memory is used again.
static void test_view_memory(void **state)
{
    (void)state;
    assert_true(help_encode("-c:v ffv1 -g 1", "m.mkv"));
    struct ho_clip *clip = open_clip("m.mkv", &(struct ho_clip_options){.cache_bytes = 1});
    struct ho_diag diag = {0};
    struct ho_clip_picture *first, *second, *third;
    assert_ok(ho_clip_view(clip, 0, NULL, 32, 20, NULL, &first, &diag), &diag);
    assert_ok(ho_clip_view(clip, 1, NULL, 32, 20, NULL, &second, &diag), &diag);    // the first falls out
    const uint8_t *memory = first->pixels;
    ho_clip_picture_unref(&first);
    assert_ok(ho_clip_view(clip, 2, NULL, 32, 20, NULL, &third, &diag), &diag);
    assert_ptr_equal(third->pixels, memory);
    ho_clip_unref(&clip);
    uint8_t sum = 0;
    for (int i = 0; i < 32 * 20 * 3; i++)
        sum |= third->pixels[i];
    assert_true(sum);
    ho_clip_picture_unref(&second);
    ho_clip_picture_unref(&third);
}

// A frame that fails is a sentence for who asked for it; those around it come, and it comes itself once its file is
// mended.
static void test_failure(void **state)
{
    (void)state;
    assert_true(help_encode("-frames:v 20", "f.%04d.png"));
    struct ho_clip *clip = open_clip("f.%04d.png", &(struct ho_clip_options){.cache_bytes = 1});
    assert_int_equal(help_run("cd '%s' && cp f.0008.png kept.png && ffmpeg -nostdin -loglevel error -y -i kept.png -vf "
                              "scale=64:64 f.0008.png",
                              help_dir),
                     0);
    for (int i = 0; i < 3; i++) {
        struct ho_frame *frame;
        struct ho_diag diag = {0};
        check(clip, 6);
        assert_int_equal(ho_clip_frame(clip, 7, NULL, &frame, &diag), HO_ERROR_INPUT);
        assert_null(frame);
        assert_non_null(strstr(diag.message, "frame 7 is 64x64"));
        for (int64_t k = 8; k < 12; k++)
            check(clip, k);
        for (int64_t k = 9; k > 7; k--)
            check(clip, k);
    }
    assert_int_equal(help_run("cd '%s' && mv kept.png f.0008.png", help_dir), 0);
    check(clip, 7);
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    assert_int_equal(ho_clip_frame(clip, 20, NULL, &frame, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "has no frame 20"));
    assert_int_equal(ho_clip_frame(clip, -1, NULL, &frame, &(struct ho_diag){0}), HO_ERROR_USAGE);
    ho_clip_unref(&clip);
}

static void test_open_fails(void **state)
{
    (void)state;
    struct ho_clip *clip;
    struct ho_diag diag = {0};
    assert_int_equal(ho_clip_open(help_path("no-such.mov"), NULL, &clip, &diag), HO_ERROR_INPUT);
    assert_null(clip);
    assert_non_null(strstr(diag.message, "no-such.mov"));
}

static void test_cancel(void **state)
{
    (void)state;
    help_needs("libx264");
    make_long();
    struct ho_cancel cancel = {0};
    struct ho_clip *clip = open_clip("long.mp4", &(struct ho_clip_options){.cancel = &cancel});
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    ho_cancel_request(&cancel);
    assert_int_equal(ho_clip_frame(clip, 100, &cancel, &frame, &diag), HO_CANCELLED);
    assert_null(frame);
    check(clip, 100);    // who asks without it is not concerned
    ho_clip_unref(&clip);
    assert_int_equal(
        ho_clip_open(help_path("long.mp4"), &(struct ho_clip_options){.cancel = &cancel}, &clip, &(struct ho_diag){0}),
        HO_CANCELLED);
}

static void test_key_frames(void **state)
{
    (void)state;
    help_needs("libx264");
    make_long();
    struct ho_clip *clip = open_clip("long.mp4", NULL);
    const int64_t wanted[][2] = {{-3, 0},  {0, 0},    {29, 0},    {31, 60},  {60, 60},
                                 {89, 60}, {91, 120}, {130, 120}, {999, 120}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(ho_clip_key_frame(clip, wanted[i][0]), wanted[i][1]);
    ho_clip_unref(&clip);
}

// Who writes to a frame that the clip has forgotten writes to the only one there is.
static void test_forget(void **state)
{
    (void)state;
    assert_true(help_encode("-c:v ffv1 -g 1", "w.mkv"));
    struct ho_clip *clip = open_clip("w.mkv", &(struct ho_clip_options){.n_threads = 1});
    struct ho_diag diag = {0};
    for (int keeps = 0; keeps < 2; keeps++) {
        struct ho_frame *frame, *before;
        AVFrame *av;
        assert_ok(ho_clip_frame(clip, 3, NULL, &frame, &diag), &diag);
        check(clip, 10);    // the decoder holds its last one
        if (!keeps)
            ho_clip_forget(clip, 3);
        before = frame;
        assert_ok(ho_frame_make_writable(&frame, &av, &diag), &diag);
        assert_int_equal(frame != before, keeps);
        ho_frame_unref(&frame);
    }
    ho_clip_unref(&clip);
}

static int n_open(void)
{
    char text[256];
    help_output(text, "ls -l /proc/%d/fd | grep -c 'idle.mkv$'", (int)getpid());
    return atoi(text);
}

// A decoder that nobody needs gives its file back, and comes back when it is needed.
static void test_idle(void **state)
{
    (void)state;
    assert_true(help_encode("-c:v ffv1 -g 1", "idle.mkv"));
    struct ho_clip *clip = open_clip("idle.mkv", &(struct ho_clip_options){.cache_bytes = 1});
    clip->idle_milliseconds = 60;
    for (int round = 0; round < 2; round++) {
        for (int64_t i = 0; i < 4; i++)
            check(clip, 20 * round + i);
        assert_int_equal(n_open(), 1);
        for (int i = 0; i < 100 && n_open(); i++)
            nanosleep(&(struct timespec){0, 20000000}, NULL);
        assert_int_equal(n_open(), 0);
    }
    ho_clip_unref(&clip);
}

static enum ho_result open_and_look(struct ho_diag *diag)
{
    struct ho_clip *clip = NULL;
    struct ho_frame *frame = NULL;
    struct ho_clip_picture *view = NULL;
    enum ho_result result = ho_clip_open(help_path("few.mkv"), &(struct ho_clip_options){.n_threads = 1}, &clip, diag);
    for (int64_t i = 3; i >= 0 && result == HO_OK; i--) {
        result = ho_clip_frame(clip, i, NULL, &frame, diag);
        ho_frame_unref(&frame);
    }
    if (result == HO_OK)
        result = ho_clip_view(clip, 1, NULL, 20, 10, NULL, &view, diag);
    ho_clip_picture_unref(&view);
    ho_clip_unref(&clip);
    return result;
}

// Whichever allocation fails, the call says so, or does without; nothing is left behind.
static void test_memory(void **state)
{
    (void)state;
    assert_true(help_encode("-c:v ffv1 -g 1 -frames:v 4", "few.mkv"));
    int n_failed = 0;
    for (int64_t n = 1; n < 4000; n += LOOK_AT_EVERY) {
        struct ho_diag diag = {0};
        ho_memory_fail_at(n);
        enum ho_result result = open_and_look(&diag);
        const int64_t made = ho_memory_count();
        ho_memory_fail_at(0);
        assert_true(result == HO_OK || result == HO_ERROR_MEMORY);
        assert_true(result == HO_OK || diag.message[0]);
        n_failed += result != HO_OK;
        if (made < n)
            break;
    }
    assert_true(n_failed > (LOOK_AT_EVERY == 1 ? 20 : 0));
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
        cmocka_unit_test(test_every_way),   cmocka_unit_test(test_many_callers), cmocka_unit_test(test_views),
        cmocka_unit_test(test_view_memory), cmocka_unit_test(test_failure),      cmocka_unit_test(test_open_fails),
        cmocka_unit_test(test_cancel),      cmocka_unit_test(test_key_frames),   cmocka_unit_test(test_forget),
        cmocka_unit_test(test_memory),      cmocka_unit_test(test_idle),
    };
    return cmocka_run_group_tests(tests, setup, help_teardown);
}
