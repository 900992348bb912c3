// SPDX-License-Identifier: BSD-2-Clause
#include "base/queue.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"

struct ho_queue {
    pthread_mutex_t lock;    // guards everything below
    pthread_cond_t not_full, not_empty;
    bool send_closed, receive_closed;
    size_t capacity, first, n_items;
    void *items[];    // a ring
};

enum ho_result ho_queue_create(size_t capacity, struct ho_queue **out, struct ho_diag *diag)
{
    *out = NULL;
    capacity = capacity ? capacity : 1;
    size_t size = sizeof(struct ho_queue) + capacity * sizeof(void *);
    struct ho_queue *queue = ho_alloc(1, size);
    if (!queue)
        return ho_fail_memory(diag, size);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->not_full, NULL);
    pthread_cond_init(&queue->not_empty, NULL);
    queue->capacity = capacity;
    *out = queue;
    return HO_OK;
}

void ho_queue_destroy(struct ho_queue **queue, void (*release)(void *item))
{
    struct ho_queue *q = *queue;
    *queue = NULL;
    if (!q)
        return;
    for (size_t i = 0; release && i < q->n_items; i++)
        release(q->items[(q->first + i) % q->capacity]);
    pthread_cond_destroy(&q->not_empty);
    pthread_cond_destroy(&q->not_full);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

enum ho_result ho_queue_send(struct ho_queue *queue, void *item)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->n_items == queue->capacity && !queue->send_closed && !queue->receive_closed)
        pthread_cond_wait(&queue->not_full, &queue->lock);
    bool is_open = !queue->send_closed && !queue->receive_closed;
    if (is_open) {
        queue->items[(queue->first + queue->n_items++) % queue->capacity] = item;
        pthread_cond_signal(&queue->not_empty);
    }
    pthread_mutex_unlock(&queue->lock);
    return is_open ? HO_OK : HO_END;
}

enum ho_result ho_queue_receive(struct ho_queue *queue, void **item)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->n_items && !queue->send_closed && !queue->receive_closed)
        pthread_cond_wait(&queue->not_empty, &queue->lock);
    bool has_item = queue->n_items && !queue->receive_closed;
    *item = NULL;
    if (has_item) {
        *item = queue->items[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->n_items--;
        pthread_cond_signal(&queue->not_full);
    }
    pthread_mutex_unlock(&queue->lock);
    return has_item ? HO_OK : HO_END;
}

static void close_side(struct ho_queue *queue, bool *side)
{
    pthread_mutex_lock(&queue->lock);
    *side = true;
    pthread_cond_broadcast(&queue->not_full);
    pthread_cond_broadcast(&queue->not_empty);
    pthread_mutex_unlock(&queue->lock);
}

void ho_queue_close_send(struct ho_queue *queue) { close_side(queue, &queue->send_closed); }
void ho_queue_close_receive(struct ho_queue *queue) { close_side(queue, &queue->receive_closed); }
