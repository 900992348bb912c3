// SPDX-License-Identifier: BSD-2-Clause
#include "base/limit.h"

#include <stddef.h>
#include <time.h>

static void block(sigset_t *before)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &set, before);
}

void ho_limit_block(void) { block(NULL); }

static bool is_pending(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ) == 1;
}

void ho_limit_begin(struct ho_limit_guard *guard)
{
    block(&guard->before);
    guard->was_pending = is_pending();
}

// What came meanwhile is the library's own doing, and is taken away before the thread can see it.
void ho_limit_end(const struct ho_limit_guard *guard)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    if (!guard->was_pending && is_pending())
        (void)!sigtimedwait(&set, NULL, &(struct timespec){0});
    pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}
