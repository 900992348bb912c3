// SPDX-License-Identifier: BSD-2-Clause
#include "holdout/cancel.h"

#include <stddef.h>

// The compiler's atomics and not <stdatomic.h>'s types, which C++ programs cannot read in a struct.

void ho_cancel_request(struct ho_cancel *cancel) { __atomic_store_n(&cancel->requested, 1, __ATOMIC_SEQ_CST); }
void ho_cancel_reset(struct ho_cancel *cancel) { __atomic_store_n(&cancel->requested, 0, __ATOMIC_SEQ_CST); }

bool ho_cancel_is_requested(const struct ho_cancel *cancel)
{
    return cancel && __atomic_load_n(&cancel->requested, __ATOMIC_SEQ_CST) != 0;
}
