// SPDX-License-Identifier: BSD-2-Clause
// A wish to stop: one thread (or a signal handler) makes it, the calls that were given it notice and return
// HO_CANCELLED.
#ifndef HOLDOUT_CANCEL_H
#define HOLDOUT_CANCEL_H

#include "result.h"

#ifdef __cplusplus
extern "C" {
#endif

// Zero-initialise it, keep it for as long as a call has it, and touch it by these functions only. Thread-safety: safe.
struct ho_cancel {
    int requested;
};
HO_API void ho_cancel_request(struct ho_cancel *cancel);               // safe in a signal handler
HO_API void ho_cancel_reset(struct ho_cancel *cancel);                 // so that it can be given to another call
HO_API bool ho_cancel_is_requested(const struct ho_cancel *cancel);    // NULL: false

#ifdef __cplusplus
}
#endif

#endif
