// SPDX-License-Identifier: BSD-2-Clause
// A bounded queue of pointers between two stages of a pipeline. A send that succeeds hands the item over; one that
// fails leaves it with the sender.
#ifndef HO_BASE_QUEUE_H
#define HO_BASE_QUEUE_H

#include <stddef.h>

#include "holdout/result.h"

struct ho_queue;
enum ho_result ho_queue_create(size_t capacity, struct ho_queue **out, struct ho_diag *diag) HO_MUST_CHECK;
// Destroys it; items left inside are given to `release` (may be NULL).
void ho_queue_destroy(struct ho_queue **queue, void (*release)(void *item));
// Waits while the queue is full. HO_END once either side was closed.
enum ho_result ho_queue_send(struct ho_queue *queue, void *item) HO_MUST_CHECK;
// Waits while it is empty. HO_END when the sender closed it and all was received, or the receiver closed it.
enum ho_result ho_queue_receive(struct ho_queue *queue, void **item) HO_MUST_CHECK;
void ho_queue_close_send(struct ho_queue *queue);       // no more will come; what is inside can still be received
void ho_queue_close_receive(struct ho_queue *queue);    // nobody receives any more: senders wake up and stop
// Thread-safety: safe.

#endif
