// SPDX-License-Identifier: BSD-2-Clause
// Several objects: pixels that more than one claims are settled between them. What each walk gave stays in the object's
// own store, so that an object may be added, changed or left out later without tracking the others again; what is
// delivered lies in a store beside it, whose recipe names the others.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/track.h"

// The larger coverage keeps what it has; the next gets what is left of the pixel, and so on. Equal coverages go to the
// one that comes first.
static void settle_row(struct ho_matte *const *mattes, size_t n, int y)
{
    for (int x = 0; x < mattes[0]->width; x++) {
        uint32_t sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += mattes[i]->data[(size_t)y * (size_t)mattes[i]->stride + (size_t)x];
        if (sum <= 65535)
            continue;
        uint32_t left = 65535;
        uint64_t given = 0;    // one bit an object
        for (size_t round = 0; round < n; round++) {
            size_t best = n;
            uint16_t most = 0;
            for (size_t i = 0; i < n; i++) {
                uint16_t value = mattes[i]->data[(size_t)y * (size_t)mattes[i]->stride + (size_t)x];
                if (!(given >> i & 1) && (best == n || value > most)) {
                    best = i;
                    most = value;
                }
            }
            given |= (uint64_t)1 << best;
            uint32_t got = most < left ? most : left;
            mattes[best]->data[(size_t)y * (size_t)mattes[best]->stride + (size_t)x] = (uint16_t)got;
            left -= got;
        }
    }
}

void ho_settle_mattes(struct ho_matte *const *mattes, size_t n)
{
    for (int y = 0; n > 1 && y < mattes[0]->height; y++)
        settle_row(mattes, n, y);
}

// ---- stores

struct settling {
    struct ho_track *track;
    struct ho_object **order;    // by the ids of their stores, whatever the order in which they were asked for
    struct ho_matte **mattes;
    struct ho_frame_entry *entries;
    size_t n;
};

static int compare_ids(const void *a, const void *b)
{
    return strcmp(ho_store_id((*(struct ho_object *const *)a)->store),
                  ho_store_id((*(struct ho_object *const *)b)->store));
}

static enum ho_result open_settled(struct settling *settling, struct ho_object *object, struct ho_diag *diag)
{
    json_t *settings = json_loads(object->recipe.settings, 0, NULL), *others = json_array();
    for (size_t i = 0; i < settling->n; i++)
        if (settling->order[i] != object)
            json_array_append_new(others, json_string(ho_store_id(settling->order[i]->store)));
    json_object_set_new(settings, "settled", others);
    struct ho_recipe recipe = object->recipe;
    recipe.settings = json_dumps(settings, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(settings);
    if (!recipe.settings)
        return ho_fail_memory(diag, settling->n * HO_ID_SIZE);
    enum ho_result result = ho_track_create_store(settling->track, &recipe, &object->settled, diag);
    free(recipe.settings);
    return result;
}

static enum ho_result settled_key(const struct settling *settling, size_t own, struct ho_key *out, struct ho_diag *diag)
{
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_text(maker, "settled, 1");
    ho_key_maker_add_key(maker, settling->entries[own].key);
    for (size_t i = 0; i < settling->n; i++)
        if (i != own && settling->entries[i].frame >= 0)
            ho_key_maker_add_key(maker, settling->entries[i].key);
    *out = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

// The entry of a frame; its `frame` is -1 where there is none.
static enum ho_result find_entry(struct ho_store *store, int64_t frame, struct ho_frame_entry *out,
                                 struct ho_diag *diag)
{
    enum ho_result result = ho_store_get(store, frame, HO_PASS_FINAL, NULL, out, diag);
    if (result == HO_END)
        out->frame = -1;
    return result == HO_END ? HO_OK : result;
}

static bool is_settled(const struct ho_object *object, const struct ho_frame_entry *settled, struct ho_key key)
{
    return settled->frame >= 0 && (ho_key_equal(settled->key, key) || object->is_locked[settled->frame]);
}

// Writes the frame into every store that lacks it.
static enum ho_result settle_frame(struct settling *settling, int64_t frame, struct ho_diag *diag)
{
    struct ho_matte *present[HO_OBJECTS_MAX];
    size_t n_present = 0;
    bool is_any = false;
    struct ho_key keys[HO_OBJECTS_MAX];
    bool is_lacking[HO_OBJECTS_MAX];
    present[0] = NULL;
    for (size_t i = 0; i < settling->n; i++)
        HO_TRY(find_entry(settling->order[i]->store, frame, &settling->entries[i], diag));
    for (size_t i = 0; i < settling->n; i++) {
        struct ho_frame_entry settled;
        HO_TRY(settled_key(settling, i, &keys[i], diag));
        HO_TRY(find_entry(settling->order[i]->settled, frame, &settled, diag));
        is_lacking[i] = settling->entries[i].frame >= 0 && !is_settled(settling->order[i], &settled, keys[i]);
        is_any = is_any || is_lacking[i];
    }
    if (!is_any)
        return HO_OK;
    for (size_t i = 0; i < settling->n; i++) {
        if (settling->entries[i].frame < 0)
            continue;
        HO_TRY(ho_store_get(settling->order[i]->store, frame, HO_PASS_FINAL, settling->mattes[i], NULL, diag));
        present[n_present++] = settling->mattes[i];
    }
    ho_settle_mattes(present, n_present);
    for (size_t i = 0; i < settling->n; i++) {
        if (!is_lacking[i])
            continue;
        struct ho_frame_entry entry = settling->entries[i];
        entry.key = keys[i];
        entry.area = ho_matte_area(settling->mattes[i]);
        entry.flags = entry.area == 0 ? entry.flags | HO_FLAG_EMPTY : entry.flags & ~(unsigned)HO_FLAG_EMPTY;
        HO_TRY(ho_store_put(settling->order[i]->settled, &entry, settling->mattes[i], diag));
    }
    return HO_OK;
}

static enum ho_result settle_all(struct settling *settling, struct ho_diag *diag)
{
    const struct ho_source_info *source = settling->track->source;
    for (size_t i = 0; i < settling->n; i++) {
        struct ho_object *object = settling->order[i];
        HO_TRY(open_settled(settling, object, diag));
        for (size_t l = 0; l < object->request->n_locks; l++) {
            struct ho_range lock = object->request->locks[l];
            lock = (struct ho_range){lock.first < 0 ? 0 : lock.first,
                                     lock.last >= source->n_frames ? source->n_frames - 1 : lock.last};
            if (lock.first <= lock.last)
                HO_TRY(ho_store_adopt_locked(object->settled, lock, NULL, diag));
        }
        HO_TRY(ho_matte_create(source->width, source->height, &settling->mattes[i], diag));
    }
    for (int64_t frame = 0; frame < source->n_frames; frame++) {
        if (ho_track_is_cancelled(settling->track))
            return HO_CANCELLED;
        HO_TRY(settle_frame(settling, frame, diag));
    }
    for (size_t i = 0; i < settling->n; i++)
        HO_TRY(ho_store_commit(settling->order[i]->settled, diag));
    return HO_OK;
}

enum ho_result ho_settle_objects(struct ho_track *track, struct ho_diag *diag)
{
    size_t n = track->n_objects;
    struct settling settling = {.track = track,
                                .n = n,
                                .order = ho_alloc(n, sizeof(*settling.order)),
                                .mattes = ho_alloc(n, sizeof(*settling.mattes)),
                                .entries = ho_alloc(n, sizeof(*settling.entries))};
    enum ho_result result = HO_OK;
    if (!settling.order || !settling.mattes || !settling.entries) {
        result = ho_fail_memory(diag, n * sizeof(*settling.entries));
    } else {
        for (size_t i = 0; i < n; i++)
            settling.order[i] = &track->objects[i];
        qsort(settling.order, n, sizeof(*settling.order), compare_ids);
        result = settle_all(&settling, diag);
    }
    for (size_t i = 0; i < n && settling.mattes; i++)
        ho_matte_destroy(&settling.mattes[i]);
    free(settling.order);
    free(settling.mattes);
    free(settling.entries);
    return result;
}
