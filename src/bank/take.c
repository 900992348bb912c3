// SPDX-License-Identifier: BSD-2-Clause
// Takes as data: spans in order, none over another.
#include <stdlib.h>
#include <string.h>

#include "bank/store.h"
#include "base/memory.h"

void ho_take_clear(struct ho_take *take)
{
    free(take->spans);
    *take = (struct ho_take){0};
}

enum ho_result ho_take_copy(const struct ho_take *from, struct ho_take *to, struct ho_diag *diag)
{
    struct ho_span *spans = ho_alloc(from->n + 1, sizeof(*spans));
    if (!spans)
        return ho_fail_memory(diag, (from->n + 1) * sizeof(*spans));
    if (from->n)
        memcpy(spans, from->spans, from->n * sizeof(*spans));
    *to = (struct ho_take){.spans = spans, .n = from->n};
    return HO_OK;
}

// The first span that ends at or after `frame`; `n` where there is none.
static size_t first_from(const struct ho_take *take, int64_t frame)
{
    size_t low = 0, high = take->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (take->spans[middle].last < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct ho_span *ho_take_find(const struct ho_take *take, int64_t frame)
{
    size_t i = first_from(take, frame);
    return i < take->n && take->spans[i].first <= frame ? &take->spans[i] : NULL;
}

// Neighbours that say the same are one span.
static void join(struct ho_take *take)
{
    size_t kept = 0;
    for (size_t i = 0; i < take->n; i++) {
        struct ho_span *last = kept ? &take->spans[kept - 1] : NULL;
        const struct ho_span *span = &take->spans[i];
        if (last && last->last + 1 == span->first && last->flags == span->flags && ho_key_equal(last->key, span->key))
            last->last = span->last;
        else
            take->spans[kept++] = *span;
    }
    take->n = kept;
}

enum ho_result ho_take_set(struct ho_take *take, struct ho_span span, struct ho_diag *diag)
{
    if (span.last < span.first)
        return HO_OK;
    struct ho_span *spans = ho_alloc(take->n + 2, sizeof(*spans));
    if (!spans)
        return ho_fail_memory(diag, (take->n + 2) * sizeof(*spans));
    size_t n = 0, i = 0;
    for (; i < take->n && take->spans[i].first < span.first; i++) {
        spans[n] = take->spans[i];
        if (spans[n].last >= span.first)
            spans[n].last = span.first - 1;
        n++;
    }
    spans[n++] = span;
    i = first_from(take, span.last + 1);
    for (; i < take->n; i++) {
        spans[n] = take->spans[i];
        if (spans[n].first <= span.last)
            spans[n].first = span.last + 1;
        n++;
    }
    free(take->spans);
    *take = (struct ho_take){.spans = spans, .n = n};
    join(take);
    return HO_OK;
}

enum ho_result ho_take_flag(struct ho_take *take, struct ho_range frames, unsigned set, unsigned clear,
                            struct ho_diag *diag)
{
    struct ho_take changed;
    HO_TRY(ho_take_copy(take, &changed, diag));
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < take->n && result == HO_OK; i++) {
        struct ho_span span = take->spans[i];
        span.first = span.first > frames.first ? span.first : frames.first;
        span.last = span.last < frames.last ? span.last : frames.last;
        span.flags = (span.flags & ~clear) | set;
        result = ho_take_set(&changed, span, diag);
    }
    if (result != HO_OK) {
        ho_take_clear(&changed);
        return result;
    }
    ho_take_clear(take);
    *take = changed;
    return HO_OK;
}
