// SPDX-License-Identifier: BSD-2-Clause
// Where a correction ends: when what is tracked from it shows again what was there.
#include <stdlib.h>

#include "track/walk.h"

static const double area_tolerance = 0.02, edge_tolerance = 0.4;    // shares of the area, and of its outline
static const float worse_margin = 0.15f;
enum { LOOK_EVERY = 4, WORSE_LOOKS = 2 };
static const double other_thing = 0.5;    // J below which two mattes are of different things

struct comparison {
    int64_t both, either, outline;
};

// Pixels above one half in both and in either of them; neighbours of which one is, in `b`.
static struct comparison compare(const struct ho_matte *a, const struct ho_matte *b)
{
    struct comparison c = {0};
    for (int y = 0; y < a->height; y++) {
        const uint16_t *p = a->data + (size_t)y * (size_t)a->stride, *q = b->data + (size_t)y * (size_t)b->stride;
        const uint16_t *above = y ? q - b->stride : q;
        int both = 0, either = 0, outline = 0;
        for (int x = 0; x < a->width; x++) {
            int in_a = p[x] >= 32768, in_b = q[x] >= 32768;
            both += in_a & in_b;
            either += in_a | in_b;
            outline += in_b ^ (above[x] >= 32768);
        }
        for (int x = 1; x < a->width; x++)
            outline += (q[x] >= 32768) ^ (q[x - 1] >= 32768);
        c.both += both;
        c.either += either;
        c.outline += outline;
    }
    return c;
}

double ho_mattes_overlap(const struct ho_matte *a, const struct ho_matte *b)
{
    struct comparison c = compare(a, b);
    return c.either ? (double)c.both / (double)c.either : 1;
}

double ho_mattes_shared(const struct ho_matte *a, const struct ho_matte *b)
{
    int64_t areas[2] = {ho_matte_area(a), ho_matte_area(b)}, smaller = areas[0] < areas[1] ? areas[0] : areas[1];
    return smaller ? (double)compare(a, b).both / (double)smaller : 0;
}

bool ho_mattes_agree(const struct ho_matte *a, const struct ho_matte *b)
{
    struct comparison c = compare(a, b);
    return (double)(c.either - c.both) <= area_tolerance * (double)c.either + edge_tolerance * (double)c.outline;
}

// What was there on a frame, into the walk's scratch. HO_END: nothing.
static enum ho_result old_matte(struct ho_walk *walk, int64_t frame, struct ho_diag *diag)
{
    const struct ho_span *span = walk->old ? ho_take_find(walk->old, frame) : NULL;
    if (!span)
        return HO_END;
    if (!walk->scratch) {
        const struct ho_source_info *source = ho_store_source(walk->object->view);
        HO_TRY(ho_matte_create(source->width, source->height, &walk->scratch, diag));
    }
    return ho_store_get_key(walk->object->view, frame, span->key, walk->scratch, NULL, diag);
}

// Where the two are different things, the one stays that is more like what was prompted, once that is clear. True: what
// was there is.
static enum ho_result old_is_better(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame, bool *out,
                                    struct ho_diag *diag)
{
    float old, new;
    *out = false;
    HO_TRY(context->engine->likeness(walk->memory, frame, walk->scratch, &old, diag));
    HO_TRY(context->engine->likeness(walk->memory, frame, walk->matte->matte, &new, diag));
    if (old < new + worse_margin) {
        walk->n_worse = 0;
        return HO_OK;
    }
    if (walk->n_worse++ == 0)
        walk->worse_from = ho_frame_index(frame);
    *out = walk->n_worse >= WORSE_LOOKS;
    return HO_OK;
}

enum ho_result ho_walk_meet(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame, bool *ends,
                            struct ho_diag *diag)
{
    int64_t index = ho_frame_index(frame);
    enum ho_result result = old_matte(walk, index, diag);
    *ends = false;
    if (result != HO_OK) {
        walk->n_agreeing = 0;
        return result == HO_END ? HO_OK : result;
    }
    walk->n_agreeing = ho_mattes_agree(walk->matte->matte, walk->scratch) ? walk->n_agreeing + 1 : 0;
    if (walk->n_agreeing == HO_MEET_FRAMES) {
        walk->met = index - (HO_MEET_FRAMES - 1) * walk->step;
        *ends = true;
        return HO_OK;
    }
    int64_t distance = (index - walk->start) * walk->step;
    if (walk->n_agreeing || distance % LOOK_EVERY || ho_mattes_overlap(walk->matte->matte, walk->scratch) > other_thing)
        return HO_OK;
    HO_TRY(old_is_better(context, walk, frame, ends, diag));
    if (*ends)
        walk->met = walk->worse_from;
    return HO_OK;
}

enum ho_result ho_walk_count_agreeing(struct ho_walk *walk, struct ho_diag *diag)
{
    struct ho_matte *own = NULL;
    const struct ho_source_info *source = ho_store_source(walk->object->view);
    walk->n_agreeing = 0;
    if (!walk->old)
        return HO_OK;
    HO_TRY(ho_matte_create(source->width, source->height, &own, diag));
    enum ho_result result = HO_OK;
    for (int64_t frame = walk->at; result == HO_OK && frame != walk->start && walk->n_agreeing < HO_MEET_FRAMES - 1;
         frame -= walk->step) {
        result = ho_store_get_key(walk->object->view, frame, walk->key, own, NULL, diag);
        if (result == HO_OK)
            result = old_matte(walk, frame, diag);
        if (result == HO_OK && !ho_mattes_agree(own, walk->scratch))
            break;
        walk->n_agreeing += result == HO_OK;
    }
    ho_matte_destroy(&own);
    return result == HO_END ? HO_OK : result;
}
