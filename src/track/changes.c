// SPDX-License-Identifier: BSD-2-Clause
// What a run changed of what was shown before it.
#include <stdlib.h>

#include "base/memory.h"
#include "track/edit.h"

static int by_amount(const void *a, const void *b)
{
    const struct ho_change *p = a, *q = b;
    if (p->amount != q->amount)
        return p->amount > q->amount ? -1 : 1;
    return p->frame < q->frame ? -1 : 1;
}

// The matte that a take shows; empty where it shows none.
static enum ho_result shown(struct ho_object *object, const struct ho_take *take, int64_t frame, struct ho_matte *out,
                            struct ho_diag *diag)
{
    const struct ho_span *span = ho_take_find(take, frame);
    enum ho_result result = span ? ho_store_get_key(object->store, frame, span->key, out, NULL, diag) : HO_END;
    if (result == HO_END)
        ho_matte_clear(out);
    return result == HO_END ? HO_OK : result;
}

static enum ho_result compare_frame(struct ho_object *object, int64_t frame, struct ho_matte *mattes[2],
                                    struct ho_object_report *report, struct ho_diag *diag)
{
    HO_TRY(shown(object, &object->before, frame, mattes[0], diag));
    HO_TRY(shown(object, &object->take, frame, mattes[1], diag));
    if (ho_matte_equal(mattes[0], mattes[1]))
        return HO_OK;
    struct ho_change *grown = ho_realloc(report->changes, report->n_changes + 1, sizeof(*grown));
    if (!grown)
        return ho_fail_memory(diag, (report->n_changes + 1) * sizeof(*grown));
    report->changes = grown;
    grown[report->n_changes++] = (struct ho_change){frame, (float)(1 - ho_mattes_overlap(mattes[0], mattes[1]))};
    return HO_OK;
}

static enum ho_result compare_all(struct ho_object *object, struct ho_object_report *report, struct ho_diag *diag)
{
    const struct ho_source_info *source = ho_store_source(object->store);
    struct ho_matte *mattes[2] = {NULL, NULL};
    enum ho_result result = HO_OK;
    for (int i = 0; i < 2 && result == HO_OK; i++)
        result = ho_matte_create(source->width, source->height, &mattes[i], diag);
    for (size_t i = 0; i < object->take.n && result == HO_OK; i++) {
        for (int64_t frame = object->take.spans[i].first; frame <= object->take.spans[i].last && result == HO_OK;
             frame++) {
            const struct ho_span *before = ho_take_find(&object->before, frame);
            if (!before || !ho_key_equal(before->key, object->take.spans[i].key))
                result = compare_frame(object, frame, mattes, report, diag);
        }
    }
    for (int i = 0; i < 2; i++)
        ho_matte_destroy(&mattes[i]);
    return result;
}

enum ho_result ho_changes_report(struct ho_object *object, struct ho_object_report *report, struct ho_diag *diag)
{
    if (!object->before.n)
        return HO_OK;    // nothing was shown
    HO_TRY(compare_all(object, report, diag));
    if (report->n_changes)
        qsort(report->changes, report->n_changes, sizeof(*report->changes), by_amount);
    return HO_OK;
}
