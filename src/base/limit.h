// SPDX-License-Identifier: BSD-2-Clause
// The limit on the size of files (ulimit -f): where it is reached, a write fails with EFBIG, which gets a sentence. The
// signal that comes with it, SIGXFSZ, would end the process, which may be somebody else's.
#ifndef HO_BASE_LIMIT_H
#define HO_BASE_LIMIT_H

#include <signal.h>
#include <stdbool.h>

// For a thread of the library's own, for good.
void ho_limit_block(void);

// Around writes on a thread that is not the library's: as it was afterwards.
struct ho_limit_guard {
    sigset_t before;
    bool was_pending;
};
void ho_limit_begin(struct ho_limit_guard *guard);
void ho_limit_end(const struct ho_limit_guard *guard);

// For sqlite3_open_v2(): files as SQLite opens them, with a guard around every write. NULL: SQLite's own, where none
// could be made.
const char *ho_limit_vfs(void);

#endif
