// SPDX-License-Identifier: BSD-2-Clause
// Allocation that says when it fails, and that a test can make fail.
#ifndef HO_BASE_MEMORY_H
#define HO_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "holdout/result.h"

// Zeroed memory for `n` items of `size` bytes; NULL when there is none or n * size overflows. Free with free().
void *ho_alloc(size_t n, size_t size);
// As realloc for `n` items; the old block stays valid on NULL. New bytes are not zeroed.
void *ho_realloc(void *block, size_t n, size_t size);
// Uninitialised, aligned to HO_MEMORY_ALIGNMENT bytes (what a picture's rows ask for). Free with free().
#define HO_MEMORY_ALIGNMENT 64
void *ho_alloc_aligned(size_t size);
char *ho_strdup(const char *text);
// malloc'd text, or NULL.
char *ho_format(const char *format, ...) HO_PRINTF(1, 2);
// Fails with "out of memory" and how many bytes were wanted.
enum ho_result ho_fail_memory(struct ho_diag *diag, size_t size);

// For tests: the allocation number `n` from now (1: the next) fails, by any thread; 0 turns it off.
void ho_memory_fail_at(int64_t n);
// For tests: how many allocations were made since ho_memory_fail_at() was last called.
int64_t ho_memory_count(void);

#endif
