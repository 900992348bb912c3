// SPDX-License-Identifier: BSD-2-Clause
// The sum of many sounds. What is open at once is bounded: a span that is over leaves its sound to the next one of the
// same source.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "holdout/sound.h"

enum { DEFAULT_RATE = 48000, MAX_OPEN = 32, CHUNK = 4096 };

struct slot {
    struct ho_sound *sound;
    size_t span;    // that it was used for last
    uint64_t used;
};

struct span {
    struct ho_mix_span said;    // with a path of its own
    size_t order;               // as it was given
    float factor;
    struct point {
        int64_t at;
        float factor;
    } * points;
    size_t next_point;    // the first that lies behind what was mixed last
    bool has_failed;
};

struct ho_mix {
    struct ho_mix_options options;
    struct span *spans;    // by where they begin
    size_t n_spans;
    int64_t *ends;    // ends[i]: the last end of spans 0 to i
    struct slot slots[MAX_OPEN];
    uint64_t clock;
    float *buffer;    // CHUNK samples
};

static int compare(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->said.first != y->said.first)
        return x->said.first > y->said.first ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

static float factor_of(double gain) { return (float)pow(10.0, gain / 20.0); }

static enum ho_result copy_span(const struct ho_mix_span *said, size_t order, struct span *out, struct ho_diag *diag)
{
    out->said = *said;
    out->order = order;
    out->factor = factor_of(said->gain);
    out->said.path = ho_strdup(said->path);
    out->points = ho_alloc(said->n_points + 1, sizeof(*out->points));
    if (!out->said.path || !out->points)
        return ho_fail_memory(diag, strlen(said->path));
    for (size_t i = 0; i < said->n_points; i++)
        out->points[i] = (struct point){said->points[i].at, factor_of(said->points[i].gain)};
    return HO_OK;
}

static enum ho_result copy_spans(struct ho_mix *mix, const struct ho_mix_span *spans, size_t n, struct ho_diag *diag)
{
    mix->spans = ho_alloc(n + 1, sizeof(*mix->spans));
    mix->ends = ho_alloc(n + 1, sizeof(*mix->ends));
    mix->buffer = ho_alloc(CHUNK * 2, sizeof(*mix->buffer));
    if (!mix->spans || !mix->ends || !mix->buffer)
        return ho_fail_memory(diag, n * sizeof(*mix->spans));
    for (size_t i = 0; i < n; i++) {
        if (!spans[i].is_muted && spans[i].n > 0)
            HO_TRY(copy_span(&spans[i], i, &mix->spans[mix->n_spans++], diag));
    }
    qsort(mix->spans, mix->n_spans, sizeof(*mix->spans), compare);
    for (size_t i = 0; i < mix->n_spans; i++) {
        int64_t end = mix->spans[i].said.first + mix->spans[i].said.n;
        mix->ends[i] = i > 0 && mix->ends[i - 1] > end ? mix->ends[i - 1] : end;
    }
    return HO_OK;
}

enum ho_result ho_mix_create(const struct ho_mix_span *spans, size_t n_spans, const struct ho_mix_options *options,
                             struct ho_mix **out, struct ho_diag *diag)
{
    *out = NULL;
    struct ho_mix *mix = ho_alloc(1, sizeof(*mix));
    if (!mix)
        return ho_fail_memory(diag, sizeof(*mix));
    if (options)
        mix->options = *options;
    if (!mix->options.rate)
        mix->options.rate = DEFAULT_RATE;
    enum ho_result result = copy_spans(mix, spans, n_spans, diag);
    if (result != HO_OK)
        ho_mix_destroy(&mix);
    *out = mix;
    return result;
}

void ho_mix_destroy(struct ho_mix **mix)
{
    struct ho_mix *m = mix ? *mix : NULL;
    if (!m)
        return;
    for (int i = 0; i < MAX_OPEN; i++)
        ho_sound_close(&m->slots[i].sound);
    for (size_t i = 0; i < m->n_spans; i++) {
        free((char *)(uintptr_t)m->spans[i].said.path);
        free(m->spans[i].points);
    }
    free(m->spans);
    free(m->ends);
    free(m->buffer);
    free(m);
    *mix = NULL;
}

int ho_mix_rate(const struct ho_mix *mix) { return mix->options.rate; }

// ---- which sound is open for which span

static bool is_same_source(const struct ho_mix_span *a, const struct ho_mix_span *b)
{
    return a->stream == b->stream && strcmp(a->path, b->path) == 0;
}

static bool is_heard(const struct span *span, int64_t first, int64_t n)
{
    return span->said.first < first + n && span->said.first + span->said.n > first;
}

// The span's own; else one of the same source that is heard no more; else an empty place, or the one left longest.
static struct slot *choose_slot(struct ho_mix *mix, size_t span, int64_t first, int64_t n)
{
    struct slot *same = NULL, *oldest = NULL;
    for (int i = 0; i < MAX_OPEN; i++) {
        struct slot *slot = &mix->slots[i];
        if (slot->sound && slot->span == span)
            return slot;
        if (slot->sound && !is_heard(&mix->spans[slot->span], first, n) &&
            is_same_source(&mix->spans[slot->span].said, &mix->spans[span].said))
            same = slot;
        if (!oldest || !slot->sound || (oldest->sound && slot->used < oldest->used))
            oldest = slot;
    }
    return same ? same : oldest;
}

static enum ho_result open_span(struct ho_mix *mix, size_t index, int64_t first, int64_t n, struct ho_sound **out,
                                struct ho_diag *diag)
{
    const struct ho_mix_span *said = &mix->spans[index].said;
    struct slot *slot = choose_slot(mix, index, first, n);
    if (slot->sound && slot->span != index && !is_same_source(&mix->spans[slot->span].said, said))
        ho_sound_close(&slot->sound);
    if (!slot->sound)
        HO_TRY(ho_sound_open(said->path, said->stream, mix->options.rate, &slot->sound, diag));
    slot->span = index;
    slot->used = ++mix->clock;
    *out = slot->sound;
    return HO_OK;
}

// ---- mixing

static float factor_at(struct span *span, int64_t at)
{
    const size_t n = span->said.n_points;
    const struct point *points = span->points;
    size_t i = span->next_point;
    if (i > 0 && points[i - 1].at > at)
        i = 0;
    while (i < n && points[i].at <= at)
        i++;
    span->next_point = i;
    if (i == 0 || i == n)
        return points[i ? n - 1 : 0].factor;
    const float share = (float)(at - points[i - 1].at) / (float)(points[i].at - points[i - 1].at);
    return points[i - 1].factor + (points[i].factor - points[i - 1].factor) * share;
}

static void add_samples(struct span *span, int64_t first, int64_t n, const float *from, float *to)
{
    if (span->said.n_points == 0) {
        for (int64_t i = 0; i < n * 2; i++)
            to[i] += from[i] * span->factor;
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        const float factor = factor_at(span, first + i);
        to[2 * i] += from[2 * i] * factor;
        to[2 * i + 1] += from[2 * i + 1] * factor;
    }
}

static enum ho_result add_span(struct ho_mix *mix, size_t index, int64_t first, int64_t n, float *out,
                               struct ho_diag *diag)
{
    struct span *span = &mix->spans[index];
    const int64_t from = span->said.first > first ? span->said.first : first, end = span->said.first + span->said.n,
                  to = end < first + n ? end : first + n;
    struct ho_sound *sound;
    HO_TRY(open_span(mix, index, first, n, &sound, diag));
    HO_TRY(ho_sound_read(sound, span->said.from + from - span->said.first, to - from, mix->buffer, diag));
    add_samples(span, from, to - from, mix->buffer, out + (from - first) * 2);
    return HO_OK;
}

// Who listens hears the rest.
static enum ho_result fail_span(struct ho_mix *mix, size_t index, const struct ho_diag *why, struct ho_diag *diag)
{
    if (!mix->options.is_for_listening || why->result == HO_ERROR_MEMORY)
        return ho_fail(diag, why->result, "%s", why->message);
    mix->spans[index].has_failed = true;
    ho_log(HO_LOG_WARNING, "%s; it is silent", why->message);
    return HO_OK;
}

// The first span that may be heard at or behind `first`.
static size_t find_first(const struct ho_mix *mix, int64_t first)
{
    size_t low = 0, high = mix->n_spans;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (mix->ends[middle] <= first)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum ho_result mix_chunk(struct ho_mix *mix, int64_t first, int64_t n, float *out, struct ho_diag *diag)
{
    memset(out, 0, (size_t)n * 2 * sizeof(float));
    for (size_t i = find_first(mix, first); i < mix->n_spans && mix->spans[i].said.first < first + n; i++) {
        struct ho_diag why = {0};
        if (!mix->spans[i].has_failed && is_heard(&mix->spans[i], first, n) &&
            add_span(mix, i, first, n, out, &why) != HO_OK)
            HO_TRY(fail_span(mix, i, &why, diag));
    }
    return HO_OK;
}

enum ho_result ho_mix_read(struct ho_mix *mix, int64_t first, int64_t n, float *out, struct ho_diag *diag)
{
    for (int64_t done = 0; done < n; done += CHUNK)
        HO_TRY(mix_chunk(mix, first + done, n - done < CHUNK ? n - done : CHUNK, out + done * 2, diag));
    return HO_OK;
}
