// SPDX-License-Identifier: BSD-2-Clause
#include "unit/test.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pool.h"

enum { MAX_N = 1000 };
struct seen {
    atomic_int times[MAX_N];
    atomic_int piece_end[MAX_N];
    int n;
};

static void mark(void *opaque, int first, int last)
{
    struct seen *seen = opaque;
    atomic_store(&seen->piece_end[first], last);
    for (int i = first; i < last; i++)
        atomic_fetch_add(&seen->times[i], 1);
}

static void every_index_once_in_the_same_pieces(void **state)
{
    (void)state;
    static const int counts[] = {0, 1, 2, 7, 64, 999, 1000}, grains[] = {0, 1, 3, 64, 5000};
    static struct seen one, many;
    for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
        for (size_t g = 0; g < sizeof(grains) / sizeof(*grains); g++) {
            memset(&one, 0, sizeof(one));
            ho_pool_run(counts[c], grains[g], 1, mark, &one);
            for (int threads = 0; threads < 9; threads++) {
                memset(&many, 0, sizeof(many));
                ho_pool_run(counts[c], grains[g], threads, mark, &many);
                for (int i = 0; i < MAX_N; i++) {
                    assert_int_equal(many.times[i], i < counts[c]);
                    assert_int_equal(many.piece_end[i], one.piece_end[i]);
                }
            }
        }
    }
}

static void wait_for_the_other(void *opaque, int first, int last)
{
    (void)first;
    (void)last;
    atomic_int *n_inside = opaque;
    atomic_fetch_add(n_inside, 1);
    while (atomic_load(n_inside) < 2)
        sched_yield();
}

static void two_threads_really_work(void **state)
{
    (void)state;
    atomic_int n_inside = 0;
    alarm(60);    // one thread alone would wait for ever
    ho_pool_run(2, 1, 2, wait_for_the_other, &n_inside);
    alarm(0);
    assert_int_equal(n_inside, 2);
}

static void add(void *opaque, int first, int last)
{
    for (int i = first; i < last; i++)
        atomic_fetch_add((atomic_long *)opaque, i);
}

static void *call_often(void *opaque)
{
    for (int round = 0; round < 300; round++) {
        atomic_long sum = 0;
        ho_pool_run(100, 3, 4, add, &sum);
        if (sum != 4950)
            atomic_fetch_add((atomic_int *)opaque, 1);
    }
    return NULL;
}

static void several_callers_share_it(void **state)
{
    (void)state;
    atomic_int n_wrong = 0;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_often, &n_wrong), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(n_wrong, 0);
}

static void a_forked_child_can_use_it(void **state)
{
    (void)state;
    atomic_long sum = 0;
    ho_pool_run(100, 1, 3, add, &sum);
    pid_t child = fork();
    if (!child) {
        alarm(60);
        sum = 0;
        ho_pool_run(100, 1, 3, add, &sum);
        _exit(sum == 4950 ? 0 : 1);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void there_is_a_core(void **state)
{
    (void)state;
    assert_true(ho_core_count() >= 1);
    cpu_set_t all, one;
    assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
    CPU_ZERO(&one);
    for (int cpu = 0; !CPU_COUNT(&one); cpu++) {
        if (CPU_ISSET(cpu, &all))
            CPU_SET(cpu, &one);
    }
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    assert_int_equal(ho_core_count(), 1);
    assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
    assert_int_equal(ho_core_count(), CPU_COUNT(&all));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_a_core),           cmocka_unit_test(every_index_once_in_the_same_pieces),
        cmocka_unit_test(two_threads_really_work),   cmocka_unit_test(several_callers_share_it),
        cmocka_unit_test(a_forked_child_can_use_it),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
