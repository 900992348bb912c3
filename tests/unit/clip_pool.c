// SPDX-License-Identifier: BSD-2-Clause
// Who asks for what is open already gets the same clip.
#include "media_help.h"

#include <pthread.h>

#include "holdout/clip.h"

enum { N = 30 };

static struct ho_clip_pool *create(void)
{
    struct ho_clip_pool *pool;
    struct ho_diag diag = {0};
    assert_ok(ho_clip_pool_create(NULL, &pool, &diag), &diag);
    return pool;
}

static struct ho_clip *open_in(struct ho_clip_pool *pool, const char *name, const struct ho_rational *rate)
{
    struct ho_clip *clip;
    struct ho_diag diag = {0};
    assert_ok(ho_clip_pool_open(pool, help_path(name), rate, NULL, &clip, &diag), &diag);
    return clip;
}

static void test_shared(void **state)
{
    (void)state;
    assert_true(help_encode("-c:v ffv1 -g 1", "a.mkv"));
    assert_true(help_encode("", "s.%04d.png"));
    struct ho_clip_pool *pool = create();
    struct ho_clip *a = open_in(pool, "a.mkv", NULL), *b = open_in(pool, "a.mkv", NULL);
    assert_ptr_equal(a, b);
    ho_clip_unref(&b);
    struct ho_clip *s = open_in(pool, "s.%04d.png", NULL);
    struct ho_clip *faster = open_in(pool, "s.%04d.png", &(struct ho_rational){50, 1});
    assert_ptr_not_equal(s, faster);
    assert_int_equal(ho_clip_info(s)->rate.num, 24);
    assert_int_equal(ho_clip_info(faster)->rate.num, 50);
    ho_clip_pool_destroy(&pool);
    assert_null(pool);
    struct ho_frame *frame;    // what is held goes on
    struct ho_diag diag = {0};
    assert_ok(ho_clip_frame(a, 12, NULL, &frame, &diag), &diag);
    assert_int_equal(help_number(frame), 12);
    ho_frame_unref(&frame);
    ho_clip_unref(&a);
    ho_clip_unref(&s);
    ho_clip_unref(&faster);
}

static void test_replaced(void **state)
{
    (void)state;
    assert_true(help_encode("-c:v ffv1 -g 1", "r.mkv"));
    struct ho_clip_pool *pool = create();
    struct ho_clip *before = open_in(pool, "r.mkv", NULL);
    assert_true(help_encode("-c:v ffv1 -g 1 -frames:v 10", "new.mkv"));
    assert_int_equal(help_run("cd '%s' && mv new.mkv r.mkv", help_dir), 0);
    struct ho_clip *after = open_in(pool, "r.mkv", NULL);
    assert_ptr_not_equal(before, after);
    assert_int_equal(ho_clip_info(before)->n_frames, N);
    assert_int_equal(ho_clip_info(after)->n_frames, 10);
    ho_clip_unref(&before);
    ho_clip_unref(&after);
    ho_clip_pool_destroy(&pool);
}

static void test_fails(void **state)
{
    (void)state;
    struct ho_clip_pool *pool = create();
    struct ho_clip *clip;
    for (int i = 0; i < 2; i++) {
        struct ho_diag diag = {0};
        assert_int_equal(ho_clip_pool_open(pool, help_path("later.mkv"), NULL, NULL, &clip, &diag), HO_ERROR_INPUT);
        assert_null(clip);
        assert_non_null(strstr(diag.message, "later.mkv"));
    }
    assert_true(help_encode("-c:v ffv1 -g 1", "later.mkv"));
    clip = open_in(pool, "later.mkv", NULL);
    ho_clip_unref(&clip);
    ho_clip_pool_destroy(&pool);
}

// Those that nobody holds are closed in time; what is open is used again.
static void test_idle(void **state)
{
    (void)state;
    assert_true(help_encode("-c:v ffv1 -g 1 -frames:v 2", "0.mkv"));
    struct ho_clip_pool *pool = create();
    struct ho_clip *kept = open_in(pool, "0.mkv", NULL);
    for (int round = 0; round < 2; round++)
        for (int i = 1; i < 12; i++) {
            char name[16];
            snprintf(name, sizeof name, "%d.mkv", i);
            assert_int_equal(help_run("cp '%s' '%s'", help_path("0.mkv"), help_path(name)), 0);
            struct ho_clip *clip = open_in(pool, name, NULL);
            ho_clip_unref(&clip);
        }
    char count[256];
    help_output(count, "ls -l /proc/%d/fd | grep -c '[0-9]\\.mkv$'", (int)getpid());
    assert_in_range(atoi(count), 2, 9);    // the one that is held, and 8
    struct ho_clip *again = open_in(pool, "0.mkv", NULL);
    assert_ptr_equal(kept, again);
    ho_clip_unref(&kept);
    ho_clip_unref(&again);
    ho_clip_pool_destroy(&pool);
}

static char movie[128];

static void *ask(void *opaque)
{
    struct ho_clip *clip = NULL;
    if (ho_clip_pool_open(opaque, movie, NULL, NULL, &clip, NULL) != HO_OK)
        return NULL;
    struct ho_clip *same = clip;
    ho_clip_unref(&clip);
    return same;
}

static void test_at_once(void **state)
{
    (void)state;
    enum { N_THREADS = 4 };
    assert_true(help_encode("-c:v ffv1 -g 1", "t.mkv"));
    snprintf(movie, sizeof movie, "%s/t.mkv", help_dir);
    struct ho_clip_pool *pool = create();
    pthread_t threads[N_THREADS];
    void *clips[N_THREADS];
    for (int i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, pool), 0);
    for (int i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], &clips[i]);
        assert_non_null(clips[i]);
        assert_ptr_equal(clips[i], clips[0]);
    }
    ho_clip_pool_destroy(&pool);
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
        cmocka_unit_test(test_shared), cmocka_unit_test(test_replaced), cmocka_unit_test(test_fails),
        cmocka_unit_test(test_idle),   cmocka_unit_test(test_at_once),
    };
    return cmocka_run_group_tests(tests, setup, help_teardown);
}
