// SPDX-License-Identifier: BSD-2-Clause
#include "base/memory.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static atomic_int_least64_t n_allocations, fail_at;

// Counts an allocation; true when a test wants this one to fail.
static bool is_to_fail(void)
{
    int64_t number = atomic_fetch_add_explicit(&n_allocations, 1, memory_order_relaxed) + 1;
    return number == atomic_load_explicit(&fail_at, memory_order_relaxed);
}

void ho_memory_fail_at(int64_t n)
{
    atomic_store(&n_allocations, 0);
    atomic_store(&fail_at, n);
}

int64_t ho_memory_count(void) { return atomic_load(&n_allocations); }

void *ho_alloc(size_t n, size_t size)
{
    if (is_to_fail())
        return NULL;
    return calloc(n ? n : 1, size ? size : 1);
}

void *ho_realloc(void *block, size_t n, size_t size)
{
    if (is_to_fail())
        return NULL;
    return reallocarray(block, n ? n : 1, size ? size : 1);
}

void *ho_alloc_aligned(size_t size)
{
    if (is_to_fail() || size > PTRDIFF_MAX - HO_MEMORY_ALIGNMENT)
        return NULL;
    size = size ? (size + HO_MEMORY_ALIGNMENT - 1) / HO_MEMORY_ALIGNMENT * HO_MEMORY_ALIGNMENT : HO_MEMORY_ALIGNMENT;
    // Pictures in huge pages: some ten faults instead of thousands, and walks down columns that do not miss the
    // translation cache at every row.
    enum { HUGE_PAGE = 2 << 20, FROM = 2 * HUGE_PAGE };
    void *memory = NULL;
    if (posix_memalign(&memory, size >= FROM ? HUGE_PAGE : HO_MEMORY_ALIGNMENT, size) != 0)
        return NULL;
    if (size >= FROM)
        madvise(memory, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    return memory;
}

char *ho_strdup(const char *text) { return is_to_fail() ? NULL : strdup(text); }

char *ho_format(const char *format, ...)
{
    if (is_to_fail())
        return NULL;
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : text;
}

enum ho_result ho_fail_memory(struct ho_diag *diag, size_t size)
{
    return ho_fail(diag, HO_ERROR_MEMORY,
                   "out of memory: %zu bytes were wanted; close other programs or use a smaller source", size);
}
