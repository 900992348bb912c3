// SPDX-License-Identifier: BSD-2-Clause
// Where shots begin between two prompted frames: found by reading, once, and remembered with the mattes.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "holdout/cut.h"
#include "track/track.h"

static enum ho_result scan_key(const struct ho_track *track, int64_t first, int64_t last, struct ho_key *out,
                               struct ho_diag *diag)
{
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_text(maker, "cuts, 1");    // counts up when the detector changes its mind
    ho_key_maker_add_text(maker, track->source->hash);
    ho_key_maker_add_number(maker, first);
    ho_key_maker_add_number(maker, last);
    *out = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

static enum ho_result look(struct ho_track *track, struct ho_cut_detector *detector, int64_t first, int64_t last,
                           int64_t **cuts, size_t *n, struct ho_diag *diag)
{
    size_t room = 0;
    HO_TRY(ho_reader_start(track->reader, first, last, diag));
    for (int64_t index = first; index <= last; index++) {
        struct ho_frame *frame;
        bool is_cut;
        if (ho_track_is_cancelled(track))
            return HO_CANCELLED;
        HO_TRY(ho_reader_next(track->reader, &frame, diag));
        enum ho_result result = ho_cut_detector_push(detector, frame, &is_cut, diag);
        ho_frame_unref(&frame);
        if (result != HO_OK)
            return result;
        if (!is_cut || index == first)
            continue;
        if (*n == room) {
            room = room ? 2 * room : 16;
            int64_t *grown = ho_realloc(*cuts, room, sizeof(*grown));
            if (!grown)
                return ho_fail_memory(diag, room * sizeof(*grown));
            *cuts = grown;
        }
        (*cuts)[(*n)++] = index;
    }
    return HO_OK;
}

// Remembered as a walk of its own whose memory is the list. A leading -1 keeps an empty list from being of no size,
// which would mean something else.
static enum ho_result remember(struct ho_object *object, struct ho_key key, int64_t last, const int64_t *cuts, size_t n,
                               struct ho_diag *diag)
{
    int64_t *list = ho_alloc(n + 1, sizeof(*list));
    if (!list)
        return ho_fail_memory(diag, (n + 1) * sizeof(*list));
    list[0] = -1;
    if (n)
        memcpy(list + 1, cuts, n * sizeof(*list));
    enum ho_result result = ho_store_put_state(object->store, key, last, list, (n + 1) * sizeof(*list), diag);
    free(list);
    return result;
}

static enum ho_result recall(struct ho_object *object, struct ho_key key, int64_t **cuts, size_t *n,
                             struct ho_diag *diag)
{
    int64_t frame;
    void *bytes;
    size_t size;
    struct ho_diag inner = {0};
    enum ho_result result = ho_store_get_state(object->store, key, &frame, &bytes, &size, &inner);
    if (result == HO_END) {
        HO_TRY(ho_store_adopt(object->store, (struct ho_range){0, -1}, key, NULL, diag));
        result = ho_store_get_state(object->store, key, &frame, &bytes, &size, &inner);
    }
    if (result == HO_ERROR_VERIFY)
        return HO_END;
    if (result != HO_OK)
        return result == HO_END ? HO_END : ho_fail(diag, result, "%s", inner.message);
    if (size < sizeof(int64_t)) {
        free(bytes);
        return HO_END;
    }
    *n = size / sizeof(int64_t) - 1;
    *cuts = bytes;
    memmove(*cuts, *cuts + 1, *n * sizeof(int64_t));
    return HO_OK;
}

enum ho_result ho_cuts_between(struct ho_track *track, struct ho_object *object, int64_t first, int64_t last,
                               int64_t **cuts, size_t *n, struct ho_diag *diag)
{
    struct ho_key key;
    *cuts = NULL;
    *n = 0;
    HO_TRY(scan_key(track, first, last, &key, diag));
    enum ho_result result = recall(object, key, cuts, n, diag);
    if (result != HO_END)
        return result;
    struct ho_cut_detector *detector;
    HO_TRY(ho_cut_detector_create(&detector, diag));
    result = look(track, detector, first, last, cuts, n, diag);
    ho_cut_detector_destroy(&detector);
    if (result == HO_OK)
        result = remember(object, key, last, *cuts, *n, diag);
    if (result != HO_OK) {
        free(*cuts);
        *cuts = NULL;
    }
    return result;
}
