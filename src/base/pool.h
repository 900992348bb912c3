// SPDX-License-Identifier: BSD-2-Clause
// One pool of threads for bands of rows. Stages of a pipeline have threads of their own and may each use the pool.
#ifndef HO_BASE_POOL_H
#define HO_BASE_POOL_H

// Runs task(opaque, first, last) for sub-ranges [first, last) that together cover [0, n), each at least `grain` long
// (but the last), on up to `n_threads` threads (0: as many as there are cores), the caller's among them; returns when
// all are done. Sub-ranges depend on n and grain alone, not on the number of threads, so that results don't either.
// Works (on one thread) when no thread can be started. Thread-safety: safe, but not from inside a task.
typedef void (*ho_pool_task)(void *opaque, int first, int last);
void ho_pool_run(int n, int grain, int n_threads, ho_pool_task task, void *opaque);

// Cores this process may use (its affinity), at least 1.
int ho_core_count(void);

#endif
