// SPDX-License-Identifier: BSD-2-Clause
#include "unit/test.h"

#include <pthread.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/queue.h"

enum { N_ITEMS = 2000 };

static struct ho_queue *make(size_t capacity)
{
    struct ho_queue *queue;
    struct ho_diag diag = {0};
    assert_ok(ho_queue_create(capacity, &queue, &diag), &diag);
    return queue;
}

static void *send_all(void *opaque)
{
    struct ho_queue *queue = opaque;
    for (uintptr_t i = 1; i <= N_ITEMS; i++) {
        if (ho_queue_send(queue, (void *)i) != HO_OK)
            return (void *)i;    // the item that stayed here
    }
    ho_queue_close_send(queue);
    return NULL;
}

static void items_come_in_order_to_the_end(void **state)
{
    (void)state;
    struct ho_queue *queue = make(3);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, send_all, queue), 0);
    void *item;
    for (uintptr_t i = 1; i <= N_ITEMS; i++) {
        assert_int_equal(ho_queue_receive(queue, &item), HO_OK);
        assert_int_equal((uintptr_t)item, i);
    }
    assert_int_equal(ho_queue_receive(queue, &item), HO_END);
    assert_null(item);
    assert_int_equal(ho_queue_send(queue, &queue), HO_END);
    pthread_join(thread, NULL);
    ho_queue_destroy(&queue, NULL);
    assert_null(queue);
}

static void a_receiver_that_leaves_wakes_the_sender(void **state)
{
    (void)state;
    struct ho_queue *queue = make(2);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, send_all, queue), 0);
    void *item;
    assert_int_equal(ho_queue_receive(queue, &item), HO_OK);
    alarm(60);
    ho_queue_close_receive(queue);
    void *left;
    pthread_join(thread, &left);
    alarm(0);
    assert_in_range((uintptr_t)left, 2, 4);
    assert_int_equal(ho_queue_receive(queue, &item), HO_END);
    ho_queue_destroy(&queue, NULL);
}

static void *receive_one(void *opaque)
{
    void *item;
    return ho_queue_receive(opaque, &item) == HO_END ? NULL : item;
}

static void a_waiting_receiver_learns_of_the_end(void **state)
{
    (void)state;
    struct ho_queue *queue = make(2);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, receive_one, queue), 0);
    alarm(60);
    ho_queue_close_send(queue);
    void *item;
    pthread_join(thread, &item);
    alarm(0);
    assert_null(item);
    ho_queue_destroy(&queue, NULL);
}

static int n_released;
static void count_release(void *item) { n_released += *(int *)item; }

static void what_is_left_is_released(void **state)
{
    (void)state;
    struct ho_queue *queue = make(4);
    int values[] = {1, 10, 100};
    void *item;
    for (int i = 0; i < 3; i++)
        assert_int_equal(ho_queue_send(queue, &values[i]), HO_OK);
    assert_int_equal(ho_queue_receive(queue, &item), HO_OK);
    ho_queue_destroy(&queue, count_release);
    assert_int_equal(n_released, 110);
    ho_queue_destroy(&queue, count_release);    // destroying nothing is fine
}

static void no_memory_is_said(void **state)
{
    (void)state;
    struct ho_queue *queue;
    struct ho_diag diag = {0};
    ho_memory_fail_at(1);
    assert_int_equal(ho_queue_create(4, &queue, &diag), HO_ERROR_MEMORY);
    ho_memory_fail_at(0);
    assert_null(queue);
    assert_non_null(strstr(diag.message, "out of memory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_in_order_to_the_end),
        cmocka_unit_test(a_receiver_that_leaves_wakes_the_sender),
        cmocka_unit_test(a_waiting_receiver_learns_of_the_end),
        cmocka_unit_test(what_is_left_is_released),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
