// SPDX-License-Identifier: BSD-2-Clause
// A pass makes one whole slot: it runs the chain of streamed slots that feeds it, band by band, on the pool. Streamed
// slots live in registers, one band large, given out by a linear scan over the chain, so that a band of a long chain
// stays in cache.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/pool.h"
#include "graph/plan.h"

struct op {
    int slot;
    int last_use;     // index of the last op that reads it
    size_t offset;    // of its register, in rows of floats (stride long) inside the arena; unused by the target
};

struct pass {
    struct ho_evaluator *evaluator;
    struct op *ops;    // the last one is the target
    int n_ops;
    int *op_of;          // by slot: index of its op, -1: none
    int n_rows_arena;    // rows of `stride` floats that one row of a band needs over all registers
    int stride, band_rows;
    struct ho_rect roi;
    atomic_int result;
    pthread_mutex_t lock;    // guards diag and the costs
    struct ho_diag *diag;
};

// ---- planning a pass

static const struct ho_picture *slot_picture(const struct slot *slot, struct ho_rect *rect)
{
    bool reused = slot->reason == SLOT_REUSED;
    *rect = reused ? slot->kept_rect : slot->rect;
    return reused ? slot->kept : slot->picture;
}

static int wanted_input(const struct ho_evaluator *evaluator, const struct slot *slot, int i)
{
    int input = resolve(evaluator, slot->in[i]);
    return input >= 0 && !rect_empty(evaluator->slots[input].roi) ? input : -1;
}

// Marks the slots of the chain (1) and the whole slots it reads (2).
static void mark(const struct ho_evaluator *evaluator, int index, unsigned char *marks)
{
    marks[index] = 1;
    const struct slot *slot = &evaluator->slots[index];
    for (int i = 0; i < slot->n_in; i++) {
        int input = wanted_input(evaluator, slot, i);
        if (input < 0 || marks[input])
            continue;
        if (evaluator->slots[input].whole)
            marks[input] = 2;
        else
            mark(evaluator, input, marks);
    }
}

static void find_last_uses(struct pass *pass)
{
    for (int i = 0; i < pass->n_ops; i++) {
        const struct slot *slot = &pass->evaluator->slots[pass->ops[i].slot];
        pass->ops[i].last_use = i;
        for (int k = 0; k < slot->n_in; k++) {
            int input = wanted_input(pass->evaluator, slot, k);
            if (input >= 0 && pass->op_of[input] >= 0)
                pass->ops[pass->op_of[input]].last_use = i;
        }
    }
}

static int slot_planes(const struct slot *slot) { return slot->type == HO_PORT_IMAGE ? 4 : 1; }

// First fit over rows: a register is free again after its last reader. The target has none: it is the picture itself.
static void place_registers(struct pass *pass)
{
    pass->n_rows_arena = 0;
    for (int i = 0; i + 1 < pass->n_ops; i++) {
        int rows = slot_planes(&pass->evaluator->slots[pass->ops[i].slot]);
        size_t at = 0;
        for (bool moved = true; moved;) {
            moved = false;
            for (int k = 0; k < i; k++) {
                size_t from = pass->ops[k].offset,
                       to = from + (size_t)slot_planes(&pass->evaluator->slots[pass->ops[k].slot]);
                if (pass->ops[k].last_use >= i && at < to && from < at + (size_t)rows) {
                    at = to;
                    moved = true;
                }
            }
        }
        pass->ops[i].offset = at;
        if ((int)at + rows > pass->n_rows_arena)
            pass->n_rows_arena = (int)at + rows;
    }
}

int pass_rows_in_cache(int n_rows_arena, int stride)
{
    enum { CACHE = 256 << 10, LARGEST = 32 };
    size_t per_row = ((size_t)n_rows_arena + 8) * (size_t)stride * sizeof(float);    // and what it reads and writes
    size_t rows = CACHE / (per_row > 0 ? per_row : 1);
    return rows < 1 ? 1 : rows > LARGEST ? LARGEST : (int)rows;
}

static int choose_band_rows(const struct pass *pass)
{
    int wanted = pass->evaluator->options.band_rows, all = pass->roi.y1 - pass->roi.y0;
    if (wanted > 0)
        return wanted < all || all < 1 ? wanted : all;
    return pass_rows_in_cache(pass->n_rows_arena, pass->stride);
}

static void clear_pass(struct pass *pass)
{
    free(pass->ops);
    free(pass->op_of);
    pthread_mutex_destroy(&pass->lock);
}

static enum ho_result plan_pass(struct ho_evaluator *evaluator, int target, unsigned char *marks, struct pass *pass,
                                struct ho_diag *diag)
{
    *pass = (struct pass){.evaluator = evaluator, .roi = evaluator->slots[target].roi, .diag = diag};
    pthread_mutex_init(&pass->lock, NULL);
    memset(marks, 0, (size_t)evaluator->n_slots);
    mark(evaluator, target, marks);
    pass->ops = ho_alloc((size_t)target + 1, sizeof(*pass->ops));
    pass->op_of = ho_alloc((size_t)target + 1, sizeof(*pass->op_of));
    if (!pass->ops || !pass->op_of)
        return ho_fail_memory(diag, ((size_t)target + 1) * sizeof(*pass->ops));
    for (int i = 0; i <= target; i++) {
        pass->op_of[i] = marks[i] == 1 ? pass->n_ops : -1;
        if (marks[i] == 1)
            pass->ops[pass->n_ops++].slot = i;
    }
    find_last_uses(pass);
    place_registers(pass);
    pass->stride = (pass->roi.x1 - pass->roi.x0 + 15) / 16 * 16;
    pass->band_rows = choose_band_rows(pass);
    return HO_OK;
}

int pass_band_rows(struct ho_evaluator *evaluator, int slot)
{
    unsigned char *marks = ho_alloc((size_t)evaluator->n_slots, 1);
    struct pass pass;
    int rows = 0;
    if (marks && plan_pass(evaluator, slot, marks, &pass, NULL) == HO_OK)
        rows = pass.band_rows;
    if (marks)
        clear_pass(&pass);
    free(marks);
    return rows;
}

// ---- running it

// What a thread has for itself. `notes`, by op: what is known of the tile that it made of this band, and the time that
// it took. `passes`: it made none, for it would be the same as `tile` of a whole picture.
struct note {
    double seconds;
    bool bounded, passes;
    struct ho_rect content;
    struct ho_tile tile;
};
struct scratch {
    float *arena, *pads[HO_PORTS_MAX];
    struct note *notes;
};

static struct ho_tile op_tile(const struct pass *pass, const struct op *op, struct ho_rect band,
                              const struct scratch *scratch)
{
    const struct slot *slot = &pass->evaluator->slots[op->slot];
    if (op == &pass->ops[pass->n_ops - 1])
        return picture_tile(slot->picture, slot->rect, band);
    struct ho_tile tile = {.rect = band, .n_planes = slot_planes(slot), .stride = pass->stride};
    for (int p = 0; p < tile.n_planes; p++)
        tile.plane[p] = scratch->arena + ((op->offset + (size_t)p) * (size_t)pass->band_rows) * (size_t)pass->stride;
    return tile;
}

// The part `rect` of a whole slot, padded where its picture doesn't reach.
static enum ho_result read_whole(const struct pass *pass, const struct slot *slot, struct ho_rect rect, float **pad,
                                 struct ho_tile *out)
{
    struct ho_rect have;
    const struct ho_picture *picture = slot_picture(slot, &have);
    if (!picture || rect_empty(rect_and(have, rect))) {
        *out = (struct ho_tile){.rect = rect};
        return HO_OK;
    }
    if (rect_has(have, rect)) {
        *out = picture_tile(picture, have, rect);
        return HO_OK;
    }
    if (!*pad && !(*pad = ho_alloc_aligned((size_t)4 * (size_t)pass->band_rows * (size_t)pass->stride * sizeof(float))))
        return HO_ERROR_MEMORY;
    struct ho_tile all = picture_tile(picture, have, have);
    *out = (struct ho_tile){.rect = rect,
                            .n_planes = all.n_planes,
                            .stride = pass->stride,
                            .bounded = slot->domain.outside == 0,
                            .content = rect_and(have, rect)};
    for (int p = 0; p < out->n_planes; p++)
        out->plane[p] = *pad + (size_t)p * (size_t)pass->band_rows * (size_t)pass->stride;
    tile_fill(out, have, slot->domain.outside);
    tile_copy(&all, out);
    return HO_OK;
}

static enum ho_result gather_inputs(const struct pass *pass, const struct slot *slot, struct ho_rect rect,
                                    struct ho_rect band, struct scratch *scratch, struct ho_tile in[HO_PORTS_MAX])
{
    const struct ho_evaluator *evaluator = pass->evaluator;
    bool whole = flags_of(&evaluator->states[slot->node]) & (HO_NODE_AREA | HO_NODE_WHOLE);
    for (int i = 0; i < slot->n_in; i++) {
        in[i] = (struct ho_tile){.rect = rect};
        int index = wanted_input(evaluator, slot, i);
        if (index < 0)
            continue;
        const struct slot *input = &evaluator->slots[index];
        if (!input->whole) {
            if (!rect_empty(rect_and(band, input->roi))) {
                int op = pass->op_of[index];
                struct ho_tile all = scratch->notes[op].passes ? scratch->notes[op].tile
                                                               : op_tile(pass, &pass->ops[op], band, scratch);
                all.bounded = scratch->notes[op].bounded;
                all.content = scratch->notes[op].content;
                in[i] = tile_crop(&all, rect);
            }
        } else if (whole) {
            struct ho_rect have;
            const struct ho_picture *picture = slot_picture(input, &have);
            in[i] = picture_tile(picture, have, have);
        } else {
            HO_TRY(read_whole(pass, input, rect, &scratch->pads[i], &in[i]));
        }
    }
    return HO_OK;
}

// True when `in` shows part of a picture that stays until the pass is over.
static bool is_lasting(const struct pass *pass, const struct slot *slot, struct ho_rect rect,
                       const struct scratch *scratch)
{
    int input = wanted_input(pass->evaluator, slot, 0);
    if (input < 0 || !pass->evaluator->slots[input].whole)
        return input >= 0 && scratch->notes[pass->op_of[input]].passes;
    struct ho_rect have;
    const struct ho_picture *picture = slot_picture(&pass->evaluator->slots[input], &have);
    return picture && rect_has(have, rect);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static enum ho_result run_op(struct pass *pass, int index, struct ho_rect band, struct scratch *scratch,
                             struct ho_diag *diag)
{
    const struct op *op = &pass->ops[index];
    const struct slot *slot = &pass->evaluator->slots[op->slot];
    struct ho_tile all = op_tile(pass, op, band, scratch);
    struct ho_rect rect = rect_and(band, slot->roi);
    struct note *note = &scratch->notes[index];
    note->bounded = slot->domain.outside == 0;
    note->passes = false;
    note->content = rect;
    if (rect_empty(rect)) {
        tile_fill(&all, rect, slot->domain.outside);
        return HO_OK;
    }
    double start = now();
    const struct node_state *state = &pass->evaluator->states[slot->node];
    struct ho_tile in[HO_PORTS_MAX] = {{.n_planes = 0}}, out = tile_crop(&all, rect);
    HO_TRY(gather_inputs(pass, slot, rect, band, scratch, in));
    if (state->node->flags & HO_NODE_EFFECT) {
        struct ho_rect through, changed;
        find_work(slot, state, in, rect, &through, &changed);
        bool multiply = state->context.connected[state->mask] && state->values[state->multiply].number[0] != 0,
             same_rect = rect_has(rect, band);
        note->passes = rect_empty(changed) && !multiply && same_rect && index + 1 < pass->n_ops &&
                       is_lasting(pass, slot, rect, scratch);
        if (note->passes) {
            note->tile = tile_crop(&in[0], rect);
            note->seconds += now() - start;
            return HO_OK;
        }
        HO_TRY(run_effect(slot, state, in, through, changed, &out, diag));
    } else {
        HO_TRY(state->node->process(&state->context, slot->output, in, &out, diag));
    }
    tile_fill(&all, rect, slot->domain.outside);
    if (out.bounded)
        note->content = out.content;
    note->seconds += now() - start;
    return HO_OK;
}

static void run_bands(void *opaque, int first, int last)
{
    struct pass *pass = opaque;
    struct scratch scratch = {0};
    struct ho_diag diag = {0};
    enum ho_result result = HO_OK;
    size_t arena = (size_t)pass->n_rows_arena * (size_t)pass->band_rows * (size_t)pass->stride * sizeof(float);
    scratch.notes = ho_alloc((size_t)pass->n_ops, sizeof(*scratch.notes));
    scratch.arena = arena ? ho_alloc_aligned(arena) : NULL;
    if (!scratch.notes || (arena && !scratch.arena))
        result = ho_fail_memory(&diag, arena);
    for (int band = first; band < last && result == HO_OK; band++) {
        if (atomic_load_explicit(&pass->result, memory_order_relaxed) != HO_OK)
            break;
        const struct ho_cancel *cancel = pass->evaluator->options.cancel;
        if (ho_cancel_is_requested(cancel)) {
            result = HO_CANCELLED;
            break;
        }
        struct ho_rect rect = pass->roi;
        rect.y0 += band * pass->band_rows;
        if (rect.y0 + pass->band_rows < rect.y1)
            rect.y1 = rect.y0 + pass->band_rows;
        for (int i = 0; i < pass->n_ops && result == HO_OK; i++)
            result = run_op(pass, i, rect, &scratch, &diag);
    }
    pthread_mutex_lock(&pass->lock);
    if (result != HO_OK && atomic_load(&pass->result) == HO_OK) {
        atomic_store(&pass->result, (int)result);
        ho_fail(pass->diag, result, "%s",
                *diag.message            ? diag.message
                : result == HO_CANCELLED ? "stopped"
                                         : "out of memory");
    }
    for (int i = 0; i < pass->n_ops && scratch.notes; i++)
        pass->evaluator->states[pass->evaluator->slots[pass->ops[i].slot].node].cost.seconds +=
            scratch.notes[i].seconds;
    pthread_mutex_unlock(&pass->lock);
    for (int i = 0; i < HO_PORTS_MAX; i++)
        free(scratch.pads[i]);
    free(scratch.arena);
    free(scratch.notes);
}

static enum ho_result run_pass(struct ho_evaluator *evaluator, int target, unsigned char *marks, struct ho_diag *diag)
{
    struct slot *slot = &evaluator->slots[target];
    struct pass pass;
    enum ho_result result = plan_pass(evaluator, target, marks, &pass, diag);
    if (result == HO_OK) {
        slot->rect = slot->roi;
        slot->picture = take_picture(evaluator, slot->roi.x1 - slot->roi.x0, slot->roi.y1 - slot->roi.y0,
                                     slot_planes(slot), diag);
        result = slot->picture ? HO_OK : HO_ERROR_MEMORY;
    }
    if (result == HO_OK) {
        bool once = flags_of(&evaluator->states[slot->node]) & HO_NODE_WHOLE;
        int rows = slot->roi.y1 - slot->roi.y0;
        if (once)
            pass.band_rows = rows;
        int n_bands = (rows + pass.band_rows - 1) / pass.band_rows;
        if (once)
            run_bands(&pass, 0, 1);    // it threads by itself
        else
            ho_pool_run(n_bands, n_bands / 16 + 1, evaluator->options.n_threads, run_bands, &pass);
        result = (enum ho_result)atomic_load(&pass.result);
    }
    for (int i = 0; i < pass.n_ops && result == HO_OK; i++) {
        struct ho_node_cost *cost = &evaluator->states[evaluator->slots[pass.ops[i].slot].node].cost;
        cost->n_frames++;
        cost->bytes += (int64_t)slot_planes(&evaluator->slots[pass.ops[i].slot]) * (slot->roi.x1 - slot->roi.x0) *
                       (slot->roi.y1 - slot->roi.y0) * (int64_t)sizeof(float);
    }
    clear_pass(&pass);
    return result;
}

// How many passes will read each whole slot, so that its picture goes back as soon as the last one has.
static void count_readers(struct ho_evaluator *evaluator, unsigned char *marks)
{
    for (int i = 0; i < evaluator->n_slots; i++) {
        if (evaluator->slots[i].reason != SLOT_WHOLE)
            continue;
        memset(marks, 0, (size_t)evaluator->n_slots);
        mark(evaluator, i, marks);
        for (int k = 0; k < i; k++)
            evaluator->slots[k].n_readers += marks[k] == 2;
    }
}

static bool is_kept(const struct ho_evaluator *evaluator, int index)
{
    const struct slot *slot = &evaluator->slots[index];
    return is_wanted(evaluator, index) || slot->held ||
           (slot->lasting && !(flags_of(&evaluator->states[slot->node]) & HO_NODE_FLAT));
}

enum ho_result run_passes(struct ho_evaluator *evaluator, struct ho_diag *diag)
{
    unsigned char *marks = ho_alloc((size_t)evaluator->n_slots, 2), *read = marks ? marks + evaluator->n_slots : NULL;
    if (!marks)
        return ho_fail_memory(diag, (size_t)evaluator->n_slots * 2);
    count_readers(evaluator, marks);
    enum ho_result result = HO_OK;
    for (int i = 0; i < evaluator->n_slots && result == HO_OK; i++) {
        if (evaluator->slots[i].reason == SLOT_REUSED)
            evaluator->states[evaluator->slots[i].node].cost.n_reused++;
        if (evaluator->slots[i].reason != SLOT_WHOLE)
            continue;
        result = run_pass(evaluator, i, marks, diag);
        memcpy(read, marks, (size_t)evaluator->n_slots);
        for (int k = 0; k < i && result == HO_OK; k++)
            if (read[k] == 2 && --evaluator->slots[k].n_readers == 0 && !is_kept(evaluator, k))
                give_picture(evaluator, &evaluator->slots[k].picture);
    }
    free(marks);
    return result;
}

static size_t picture_size(const struct ho_picture *picture)
{
    return picture ? (size_t)picture->stride * (size_t)picture->height * (size_t)picture->n_planes * sizeof(float) : 0;
}

// Before a frame: a picture that no longer fits is worth more as room for the new one.
void recycle_stale(struct ho_evaluator *evaluator)
{
    for (int i = 0; i < evaluator->n_slots; i++) {
        struct slot *slot = &evaluator->slots[i];
        if (slot->kept && (slot->reason == SLOT_WHOLE || (!slot->lasting && slot->kept_hash != slot->hash))) {
            evaluator->kept_bytes -= picture_size(slot->kept);
            give_picture(evaluator, &slot->kept);
        }
    }
}

// After a frame: what does not change from frame to frame, and the wanted picture, stay; the rest is recycled.
void keep_or_recycle(struct ho_evaluator *evaluator, bool keep)
{
    size_t limit = evaluator->options.cache_bytes ? evaluator->options.cache_bytes : (size_t)256 << 20;
    for (int i = 0; i < evaluator->n_slots; i++) {
        struct slot *slot = &evaluator->slots[i];
        if (!slot->picture)
            continue;
        size_t size = picture_size(slot->picture), old = picture_size(slot->kept);
        if (!keep || !is_kept(evaluator, i) ||
            (!is_wanted(evaluator, i) && evaluator->kept_bytes - old + size > limit)) {
            give_picture(evaluator, &slot->picture);
            continue;
        }
        evaluator->kept_bytes += size - old;
        give_picture(evaluator, &slot->kept);
        slot->kept = slot->picture;
        slot->kept_rect = slot->rect;
        slot->kept_hash = slot->hash;
        slot->picture = NULL;
    }
}
