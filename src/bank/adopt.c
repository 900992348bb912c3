// SPDX-License-Identifier: BSD-2-Clause
// Taking over from other stores of the same source what was tracked from the same things.
#include <stdlib.h>
#include <string.h>

#include "bank/bank.h"
#include "base/memory.h"
#include "holdout/log.h"

struct adoption {
    struct ho_store *store;
    struct ho_range range;
    struct ho_key key;
    bool *has;                 // one a frame of the range: is it in the store already
    struct ho_matte *matte;    // to check a frame before it is taken
    int64_t n_adopted;
    int64_t n_behind_state;    // frames of that key in the store that the state here came from; -1 without one
};

static int64_t range_length(struct ho_range range)
{
    return range.last < range.first ? 0 : range.last - range.first + 1;
}
static bool is_inside(struct ho_range range, int64_t frame) { return frame >= range.first && frame <= range.last; }

static enum ho_result mark_present(struct adoption *adoption, struct ho_diag *diag)
{
    struct ho_frame_entry *entries;
    size_t n;
    HO_TRY(ho_store_entries(adoption->store, HO_PASS_FINAL, &entries, &n, diag));
    for (size_t i = 0; i < n; i++)
        if (is_inside(adoption->range, entries[i].frame))
            adoption->has[entries[i].frame - adoption->range.first] = true;
    free(entries);
    return HO_OK;
}

// What another store's fault means here: damage there costs nothing but that it can't be taken over; anything else is a
// failure.
static enum ho_result relay(enum ho_result result, const struct ho_diag *inner, struct ho_diag *diag)
{
    if (result == HO_OK || result == HO_END)
        return HO_OK;
    if (result != HO_ERROR_VERIFY)
        return ho_fail(diag, result, "%s", inner->message);
    ho_log(HO_LOG_WARNING, "not taken over: %s", inner->message);
    return HO_OK;
}

// One frame, checked there. A damaged one is left where it is.
static enum ho_result take_frame(struct adoption *adoption, struct ho_store *from, const struct ho_frame_entry *entry,
                                 unsigned flags, struct ho_diag *diag)
{
    struct ho_diag here = {0}, there = {0};
    enum ho_result result = ho_store_copy(from, entry->frame, adoption->store, flags, HO_FLAG_LOCKED & ~flags,
                                          adoption->matte, &there, &here);
    if (result != HO_OK)
        return here.result ? ho_fail(diag, here.result, "%s", here.message) : relay(result, &there, diag);
    adoption->has[entry->frame - adoption->range.first] = true;
    adoption->n_adopted++;
    return HO_OK;
}

static int64_t count_key(const struct ho_frame_entry *entries, size_t n, struct ho_key key)
{
    int64_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ho_key_equal(entries[i].key, key);
    return count;
}

// The walk's memory: of several, that of the store in which the walk has come furthest.
static enum ho_result take_state(struct adoption *adoption, struct ho_store *from, int64_t n_frames,
                                 struct ho_diag *diag)
{
    int64_t frame;
    void *bytes = NULL;
    size_t size = 0;
    struct ho_diag inner = {0};
    enum ho_result result = ho_store_get_state(from, adoption->key, &frame, &bytes, &size, &inner);
    if (result != HO_OK)
        return relay(result, &inner, diag);
    if (size == 0 || n_frames > adoption->n_behind_state) {
        result = ho_store_put_state(adoption->store, adoption->key, frame, bytes, size, diag);
        adoption->n_behind_state = size == 0 ? INT64_MAX : n_frames;
    }
    free(bytes);
    return result;
}

static bool is_same_picture(const struct ho_store *a, const struct ho_store *b)
{
    return strcmp(a->recipe.source.hash, b->recipe.source.hash) == 0 &&
           a->recipe.source.width == b->recipe.source.width && a->recipe.source.height == b->recipe.source.height;
}

// Opens a sibling for one moment's view of it; HO_END for one that is of no use here.
static enum ho_result open_sibling(const struct ho_store *store, const char *path, struct ho_store **out,
                                   struct ho_diag *diag)
{
    if (strcmp(path, store->path) == 0)
        return HO_END;
    struct ho_diag inner = {0};
    struct ho_store *sibling;
    enum ho_result result = ho_store_open_path(path, HO_STORE_READ, &sibling, &inner);
    if (result == HO_ERROR_MEMORY)
        return ho_fail(diag, result, "%s", inner.message);
    if (result != HO_OK) {
        ho_log(HO_LOG_INFO, "nothing is taken over from %s", inner.message);
        return HO_END;
    }
    if (!is_same_picture(store, sibling) || sqlite3_exec(sibling->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) {
        ho_store_close(&sibling);
        return HO_END;
    }
    *out = sibling;
    return HO_OK;
}

static enum ho_result visit_sibling(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct adoption *adoption = opaque;
    (void)id;
    struct ho_store *sibling;
    enum ho_result result = open_sibling(adoption->store, path, &sibling, diag);
    if (result != HO_OK)
        return result == HO_END ? HO_OK : result;
    struct ho_frame_entry *entries = NULL;
    size_t n = 0;
    struct ho_diag inner = {0};
    result = relay(ho_store_entries(sibling, HO_PASS_FINAL, &entries, &n, &inner), &inner, diag);
    for (size_t i = 0; i < n && result == HO_OK; i++)
        if (is_inside(adoption->range, entries[i].frame) && ho_key_equal(entries[i].key, adoption->key) &&
            !adoption->has[entries[i].frame - adoption->range.first])
            result = take_frame(adoption, sibling, &entries[i], 0, diag);
    if (result == HO_OK)
        result = take_state(adoption, sibling, count_key(entries, n, adoption->key), diag);
    free(entries);
    ho_store_close(&sibling);
    return result;
}

static enum ho_result adoption_begin(struct adoption *adoption, struct ho_diag *diag)
{
    const struct ho_source_info *source = &adoption->store->recipe.source;
    int64_t length = range_length(adoption->range);
    adoption->has = ho_alloc((size_t)length, sizeof(bool));
    if (!adoption->has)
        return ho_fail_memory(diag, (size_t)length);
    HO_TRY(ho_matte_create(source->width, source->height, &adoption->matte, diag));
    return mark_present(adoption, diag);
}

static enum ho_result adoption_end(struct adoption *adoption, enum ho_result result, int64_t *n_adopted)
{
    free(adoption->has);
    ho_matte_destroy(&adoption->matte);
    if (n_adopted)
        *n_adopted = adoption->n_adopted;
    return result;
}

static enum ho_result walk_siblings(struct ho_store *store, ho_bank_visit visit, void *opaque, struct ho_diag *diag)
{
    char *dir = ho_strdup(store->path);
    if (!dir)
        return ho_fail_memory(diag, strlen(store->path));
    char *slash = strrchr(dir, '/');
    if (slash)
        *slash = '\0';
    enum ho_result result = ho_bank_walk_folder(slash ? dir : ".", visit, opaque, diag);
    free(dir);
    return result;
}

enum ho_result ho_store_adopt(struct ho_store *store, struct ho_range range, struct ho_key key, int64_t *n_adopted,
                              struct ho_diag *diag)
{
    struct adoption adoption = {.store = store, .range = range, .key = key, .n_behind_state = -1};
    enum ho_result result = adoption_begin(&adoption, diag);
    int64_t frame;
    void *bytes = NULL;
    size_t size;
    if (result == HO_OK && ho_store_get_state(store, key, &frame, &bytes, &size, NULL) == HO_OK)
        adoption.n_behind_state = INT64_MAX;    // its own is never worse than what the frames here came from
    free(bytes);
    if (result == HO_OK)
        result = walk_siblings(store, visit_sibling, &adoption, diag);
    return adoption_end(&adoption, result, n_adopted);
}

// ---- locked frames: whatever they were made from, they stay what they are

struct latest {
    struct ho_store *store;
    char *path;
    int64_t changed;
};

static enum ho_result visit_latest(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct latest *latest = opaque;
    (void)id;
    struct ho_store *sibling;
    enum ho_result result = open_sibling(latest->store, path, &sibling, diag);
    if (result != HO_OK)
        return result == HO_END ? HO_OK : result;
    int64_t changed = 0;
    bool is_kin = strcmp(sibling->recipe.object, latest->store->recipe.object) == 0 &&
                  ho_recipe_has_setting(&sibling->recipe, "settled") ==
                      ho_recipe_has_setting(&latest->store->recipe, "settled") &&
                  ho_sql_number(sibling->db, path, "SELECT changed FROM times", &changed, NULL) == HO_OK;
    ho_store_close(&sibling);
    if (!is_kin || (latest->path && changed < latest->changed))
        return HO_OK;
    free(latest->path);
    latest->path = ho_strdup(path);
    latest->changed = changed;
    return latest->path ? HO_OK : ho_fail_memory(diag, strlen(path));
}

enum ho_result ho_store_adopt_locked(struct ho_store *store, struct ho_range range, int64_t *n_adopted,
                                     struct ho_diag *diag)
{
    struct adoption adoption = {.store = store, .range = range};
    struct latest latest = {.store = store};
    struct ho_store *sibling = NULL;
    struct ho_frame_entry *entries = NULL;
    size_t n = 0;
    enum ho_result result = adoption_begin(&adoption, diag);
    if (result == HO_OK)
        result = walk_siblings(store, visit_latest, &latest, diag);
    if (result == HO_OK && latest.path)
        result = open_sibling(store, latest.path, &sibling, diag);
    if (result == HO_OK && sibling)
        result = ho_store_entries(sibling, HO_PASS_FINAL, &entries, &n, diag);
    for (size_t i = 0; i < n && result == HO_OK; i++)
        if (is_inside(range, entries[i].frame) && !adoption.has[entries[i].frame - range.first])
            result = take_frame(&adoption, sibling, &entries[i], HO_FLAG_LOCKED, diag);
    free(entries);
    free(latest.path);
    ho_store_close(&sibling);
    return adoption_end(&adoption, result == HO_END ? HO_OK : result, n_adopted);
}
