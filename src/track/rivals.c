// SPDX-License-Identifier: BSD-2-Clause
// What the objects of a run know of each other beside stepping together: what the bank has of the one is "something
// else" for the others.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/edit.h"

static const double wrong_share = 0.1;    // of the smaller of two mattes

// The key of the matte that an object has on a frame, as far as it is known by now. False: none.
static bool key_at(const struct ho_round *round, size_t i, int64_t frame, struct ho_key *out)
{
    const struct ho_edit *edit = &round->edits[i];
    if (edit->step && edit->statement.kind == HO_SAID_PROMPT && edit->statement.frame == frame) {
        *out = edit->prompted;
        return true;
    }
    for (size_t w = 0; edit->step && w < round->walks.n; w++) {
        const struct ho_walk *walk = round->walks.items[w];
        if (walk->object == &round->objects[i] && walk->phase == HO_WALK_DONE && walk->has[frame] &&
            (frame - walk->start) * walk->step > 0 && (walk->at - frame) * walk->step >= 0) {
            *out = walk->key;
            return true;
        }
    }
    const struct ho_span *span = ho_take_find(&round->objects[i].take, frame);
    if (!span || round->objects[i].is_ignored)
        return false;
    *out = span->key;
    return true;
}

static void add(struct ho_matte *sum, const struct ho_matte *matte)
{
    for (int y = 0; y < sum->height; y++) {
        uint16_t *to = sum->data + (size_t)y * (size_t)sum->stride;
        const uint16_t *from = matte->data + (size_t)y * (size_t)matte->stride;
        for (int x = 0; x < sum->width; x++) {
            uint32_t value = (uint32_t)to[x] + from[x];
            to[x] = (uint16_t)(value > 65535 ? 65535 : value);
        }
    }
}

static bool is_walking(struct ho_walk *const *walks, size_t n, const struct ho_object *object)
{
    for (size_t i = 0; i < n; i++)
        if (walks[i]->object == object)
            return true;
    return false;
}

static enum ho_result add_object(struct ho_round *round, size_t i, int64_t frame, struct ho_matte **sum,
                                 struct ho_matte **scratch, struct ho_diag *diag)
{
    const struct ho_source_info *source = round->context->source;
    struct ho_key key;
    if (!key_at(round, i, frame, &key))
        return HO_OK;
    if (!*scratch)
        HO_TRY(ho_matte_create(source->width, source->height, scratch, diag));
    enum ho_result result = ho_store_get_key(round->objects[i].view, frame, key, *scratch, NULL, diag);
    if (result != HO_OK)
        return result == HO_END ? HO_OK : result;
    if (!*sum)
        HO_TRY(ho_matte_create(source->width, source->height, sum, diag));
    add(*sum, *scratch);
    return HO_OK;
}

enum ho_result ho_round_others(void *opaque, struct ho_walk *const *walks, size_t n, int64_t frame,
                               struct ho_matte **out, struct ho_diag *diag)
{
    struct ho_round *round = opaque;
    struct ho_matte *scratch = NULL;
    enum ho_result result = HO_OK;
    *out = NULL;
    for (size_t i = 0; i < round->n && result == HO_OK; i++)
        if (!is_walking(walks, n, &round->objects[i]))
            result = add_object(round, i, frame, out, &scratch, diag);
    ho_matte_destroy(&scratch);
    if (result != HO_OK)
        ho_matte_destroy(out);
    return result;
}

// ---- keys

static int compare_ids(const void *a, const void *b)
{
    return strcmp((*(const struct ho_object *const *)a)->id, (*(const struct ho_object *const *)b)->id);
}

static void add_rival(struct ho_key_maker *maker, const struct ho_object *object, const struct ho_edit *edit)
{
    ho_key_maker_add_text(maker, object->id);
    if (edit->step)
        ho_key_maker_add_key(maker, edit->prompted);
    for (size_t i = 0; i < object->take.n && !object->is_ignored; i++) {
        ho_key_maker_add_number(maker, object->take.spans[i].first);
        ho_key_maker_add_number(maker, object->take.spans[i].last);
        ho_key_maker_add_key(maker, object->take.spans[i].key);
    }
}

enum ho_result ho_round_rival_key(const struct ho_round *round, const struct ho_edit *edit, struct ho_key *out,
                                  struct ho_diag *diag)
{
    const struct ho_object *order[2 * HO_OBJECTS_MAX];
    size_t n = 0;
    *out = (struct ho_key){0};
    for (size_t i = 0; i < round->n && n < 2 * HO_OBJECTS_MAX; i++)
        if (&round->objects[i] != edit->object && (round->edits[i].step || round->objects[i].take.n))
            order[n++] = &round->objects[i];
    if (!n)
        return HO_OK;
    struct ho_key_maker *maker;
    qsort(order, n, sizeof(order[0]), compare_ids);
    HO_TRY(ho_key_maker_create(&maker, diag));
    for (size_t i = 0; i < n; i++)
        add_rival(maker, order[i], &round->edits[order[i] - round->objects]);
    *out = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

// ---- a rival that is wrong

enum ho_result ho_round_ignore_wrong(struct ho_round *round, const struct ho_edit *edit, const struct ho_matte *answer,
                                     struct ho_diag *diag)
{
    struct ho_matte *scratch = NULL;
    int64_t frame = edit->statement.frame;
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < round->n && result == HO_OK; i++) {
        struct ho_object *object = &round->objects[i];
        const struct ho_span *span = object == edit->object ? NULL : ho_take_find(&object->take, frame);
        if (!span)
            continue;
        if (!scratch)
            result = ho_matte_create(answer->width, answer->height, &scratch, diag);
        if (result == HO_OK)
            result = ho_store_get_key(object->view, frame, span->key, scratch, NULL, diag);
        if (result == HO_END)
            result = HO_OK;
        else if (result == HO_OK)
            object->is_ignored = object->is_ignored || ho_mattes_shared(answer, scratch) > wrong_share;
    }
    ho_matte_destroy(&scratch);
    return result;
}
