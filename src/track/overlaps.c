// SPDX-License-Identifier: BSD-2-Clause
// Where two objects of a run are the same thing after a correction of one of them: what the other one had is not taken
// from it, so somebody has to say whose it is.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/edit.h"

static const double same_share = 0.25;    // of the smaller of two mattes
enum { AREA_MIN = 64 };

struct search {
    struct ho_object *object;
    struct ho_object_report *report;
    struct ho_matte *own, *other;
};

// Whether what both have is a good part of the smaller one.
static bool is_same(const struct ho_matte *a, const struct ho_matte *b)
{
    return ho_matte_area(a) >= AREA_MIN && ho_matte_area(b) >= AREA_MIN && ho_mattes_shared(a, b) > same_share;
}

static enum ho_result add(struct ho_object_report *report, const char *name, int64_t frame, struct ho_diag *diag)
{
    for (size_t i = 0; i < report->n_overlaps; i++) {
        struct ho_overlap *overlap = &report->overlaps[i];
        if (strcmp(overlap->object, name) == 0 && overlap->frames.last == frame - 1) {
            overlap->frames.last = frame;
            return HO_OK;
        }
    }
    struct ho_overlap *grown = ho_realloc(report->overlaps, report->n_overlaps + 1, sizeof(*grown));
    if (!grown)
        return ho_fail_memory(diag, (report->n_overlaps + 1) * sizeof(*grown));
    report->overlaps = grown;
    grown += report->n_overlaps++;
    *grown = (struct ho_overlap){.frames = {frame, frame}};
    snprintf(grown->object, sizeof(grown->object), "%s", name);
    return HO_OK;
}

// The matte that an object shows on a frame. HO_END: none.
static enum ho_result shown(const struct ho_object *object, int64_t frame, struct ho_matte *out, struct ho_diag *diag)
{
    const struct ho_span *span = ho_take_find(&object->take, frame);
    return span ? ho_store_get_key(object->store ? object->store : object->view, frame, span->key, out, NULL, diag)
                : HO_END;
}

static enum ho_result search_frame(struct search *search, const struct ho_round *round, int64_t frame,
                                   struct ho_diag *diag)
{
    enum ho_result result = shown(search->object, frame, search->own, diag);
    for (size_t i = 0; i < round->n && result == HO_OK; i++) {
        const struct ho_object *other = &round->objects[i];
        if (other == search->object)
            continue;
        enum ho_result found = shown(other, frame, search->other, diag);
        if (found == HO_OK && is_same(search->own, search->other))
            found = add(search->report, other->name, frame, diag);
        result = found == HO_END ? HO_OK : found;
    }
    return result == HO_END ? HO_OK : result;
}

static enum ho_result search_all(struct search *search, const struct ho_round *round, struct ho_diag *diag)
{
    const struct ho_object *object = search->object;
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < object->take.n; i++) {
        const struct ho_span *span = &object->take.spans[i];
        for (int64_t frame = span->first; frame <= span->last && result == HO_OK; frame++) {
            const struct ho_span *before = ho_take_find(&object->before, frame);
            if (!before || !ho_key_equal(before->key, span->key))
                result = search_frame(search, round, frame, diag);
        }
    }
    return result;
}

enum ho_result ho_overlaps_report(const struct ho_round *round, struct ho_object *object,
                                  struct ho_object_report *report, struct ho_diag *diag)
{
    if (round->n < 2 || !object->before.n)
        return HO_OK;    // what is tracked for the first time competes
    const struct ho_source_info *source = round->context->source;
    struct search search = {.object = object, .report = report};
    enum ho_result result = ho_matte_create(source->width, source->height, &search.own, diag);
    if (result == HO_OK)
        result = ho_matte_create(source->width, source->height, &search.other, diag);
    if (result == HO_OK)
        result = search_all(&search, round, diag);
    ho_matte_destroy(&search.own);
    ho_matte_destroy(&search.other);
    return result;
}
