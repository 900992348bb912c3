// SPDX-License-Identifier: BSD-2-Clause
// What the bank has of each frame of the object that is looked at, as spans, and what is in doubt.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/internal.h"

struct reading {
    struct ho_store *store;
    int64_t n;          // frames
    uint16_t *flags;    // enum ho_lane_flags of each
    int32_t *steps;     // that tracked it
    uint64_t *keys;     // low halves
};

void lane_clear(struct ho_session *session)
{
    free(session->masks.lane);
    free(session->masks.doubts);
    session->masks.lane = NULL;
    session->masks.doubts = NULL;
    session->masks.n_lane = session->masks.n_doubts = 0;
}

// ---- frame by frame

static void flag(struct reading *r, struct ho_range frames, unsigned flags)
{
    for (int64_t i = frames.first < 0 ? 0 : frames.first; i <= frames.last && i < r->n; i++)
        r->flags[i] |= (uint16_t)flags;
}

// The steps on the way to the one that is shown, the first one first: who gave a frame its matte last.
static enum ho_result read_steps(struct reading *r, int64_t shown, struct ho_diag *diag)
{
    struct ho_step *steps = NULL;
    size_t n = 0, n_line = 0;
    int64_t line[1024];
    HO_TRY(ho_store_steps(r->store, &steps, &n, diag));
    for (const struct ho_step *at = ho_steps_find(steps, n, shown); at && n_line < 1024;
         at = ho_steps_find(steps, n, at->parent))
        line[n_line++] = at->number;
    ho_steps_free(&steps, n);
    while (n_line-- > 0) {
        struct ho_take take = {0};
        HO_TRY(ho_store_get_take(r->store, line[n_line], &take, diag));
        for (size_t i = 0; i < take.n; i++)
            for (int64_t f = take.spans[i].first; f <= take.spans[i].last && f < r->n; f++) {
                if (f < 0 || r->keys[f] == take.spans[i].key.low)
                    continue;
                r->keys[f] = take.spans[i].key.low;
                r->steps[f] = (int32_t)line[n_line];
            }
        if (n_line == 0)
            for (size_t i = 0; i < take.n; i++) {
                const struct ho_span *span = &take.spans[i];
                unsigned flags = span->flags;
                flag(r, (struct ho_range){span->first, span->last},
                     (flags & HO_FLAG_PROMPTED ? (unsigned)HO_LANE_PROMPTED : 0u) |
                         (flags & HO_FLAG_LOCKED ? (unsigned)HO_LANE_LOCKED : 0u) |
                         (flags & HO_FLAG_ABSENT ? (unsigned)HO_LANE_ABSENT : 0u) | HO_LANE_WAITING);
            }
        ho_take_clear(&take);
    }
    return HO_OK;
}

static int by_confidence(const void *a, const void *b)
{
    const struct ho_doubt *x = a, *y = b;
    return x->confidence != y->confidence ? (x->confidence < y->confidence ? -1 : 1)
                                          : (x->frame > y->frame) - (x->frame < y->frame);
}

static enum ho_result read_entries(struct ho_session *session, struct reading *r, struct object *object,
                                   struct ho_diag *diag)
{
    struct ho_frame_entry *entries = NULL;
    struct mask_state *masks = &session->masks;
    size_t n = 0;
    HO_TRY(ho_store_entries(r->store, &entries, &n, diag));
    masks->doubts = ho_alloc(n + 1, sizeof(*masks->doubts));
    for (size_t i = 0; masks->doubts && i < n; i++) {
        const struct ho_frame_entry *entry = &entries[i];
        if (entry->frame < 0 || entry->frame >= r->n)
            continue;
        bool is_doubtful = (entry->flags & HO_FLAG_CHECK) && !(entry->flags & (HO_FLAG_PROMPTED | HO_FLAG_LOCKED));
        flag(r, (struct ho_range){entry->frame, entry->frame},
             HO_LANE_MATTE | (is_doubtful ? (unsigned)HO_LANE_DOUBTFUL : 0u) |
                 (entry->flags & HO_FLAG_CUT ? (unsigned)HO_LANE_CUT : 0u) |
                 (entry->flags & HO_FLAG_PROMPTED ? (unsigned)HO_LANE_PROMPTED : 0u));
        r->flags[entry->frame] &= (uint16_t)~HO_LANE_WAITING;
        if (is_doubtful)
            masks->doubts[masks->n_doubts++] = (struct ho_doubt){entry->frame, entry->confidence};
        if (object->shown.covered.last < object->shown.covered.first)
            object->shown.covered.first = entry->frame;
        object->shown.covered.last = entry->frame;
    }
    free(entries);
    if (masks->n_doubts)
        qsort(masks->doubts, masks->n_doubts, sizeof(*masks->doubts), by_confidence);
    object->shown.n_doubtful = (int64_t)masks->n_doubts;
    return HO_OK;
}

// What was said and is not tracked yet is prompted too.
static void read_said(struct reading *r, const struct object *object)
{
    for (size_t i = 0; i < object->shown.n_said; i++) {
        const struct ho_said *said = &object->said[i].said;
        if (said->kind == HO_SAID_PROMPT)
            flag(r, (struct ho_range){said->prompt.frame, said->prompt.frame}, HO_LANE_PROMPTED);
        else if (said->kind != HO_SAID_MUTE)
            flag(r, said->frames, said->kind == HO_SAID_LOCK ? HO_LANE_LOCKED : HO_LANE_ABSENT);
    }
}

// ---- spans

static bool is_tracking(const struct ho_session *session)
{
    for (size_t i = 0; i < session->n_works; i++)
        if (session->works[i].task && session->works[i].shown.kind == HO_WORK_TRACK)
            return true;
    return false;
}

static enum ho_result make_spans(struct ho_session *session, const struct reading *r, int64_t shown,
                                 struct ho_diag *diag)
{
    struct mask_state *masks = &session->masks;
    const bool runs = is_tracking(session);
    size_t capacity = 0;
    for (int64_t i = 0; i < r->n; i++) {
        unsigned flags = r->flags[i];
        if (!runs)
            flags &= ~(unsigned)HO_LANE_WAITING;
        if (shown > 1 && r->steps[i] == shown && flags & HO_LANE_MATTE)
            flags |= HO_LANE_CHANGED;
        struct ho_lane_span *last = masks->n_lane ? &masks->lane[masks->n_lane - 1] : NULL;
        if (last && last->flags == flags && last->step == r->steps[i]) {
            last->frames.last = i;
            continue;
        }
        if (masks->n_lane == capacity) {
            capacity = capacity ? 2 * capacity : 32;
            struct ho_lane_span *grown = ho_realloc(masks->lane, capacity, sizeof(*grown));
            if (!grown)
                return ho_fail_memory(diag, capacity * sizeof(*grown));
            masks->lane = grown;
        }
        masks->lane[masks->n_lane++] = (struct ho_lane_span){{i, i}, flags, r->steps[i]};
    }
    return HO_OK;
}

static enum ho_result read_store(struct ho_session *session, struct reading *r, struct object *object,
                                 struct ho_diag *diag)
{
    struct ho_bank *bank;
    HO_TRY(masks_bank(session, &bank, diag));
    HO_TRY(ho_store_open(bank, object->shown.id, HO_STORE_READ, &r->store, diag));
    const int64_t shown = is_tracking(session) ? ho_store_current(r->store) : object->shown_step;
    enum ho_result result = HO_OK;
    if (shown) {
        result = read_steps(r, shown, diag);
        if (result == HO_OK)
            result = ho_store_select(r->store, shown, diag);
        if (result == HO_OK)
            result = read_entries(session, r, object, diag);
    }
    ho_store_close(&r->store);
    return result;
}

static enum ho_result read_lane(struct ho_session *session, struct object *object, int64_t n, struct ho_diag *diag)
{
    struct reading r = {.n = n};
    r.flags = ho_alloc((size_t)n + 1, sizeof(*r.flags));
    r.steps = ho_alloc((size_t)n + 1, sizeof(*r.steps));
    r.keys = ho_alloc((size_t)n + 1, sizeof(*r.keys));
    enum ho_result result = r.flags && r.steps && r.keys ? HO_OK : ho_fail_memory(diag, (size_t)n * sizeof(*r.keys));
    object->shown.covered = (struct ho_range){0, -1};
    if (result == HO_OK && *object->shown.id)
        result = read_store(session, &r, object, diag);
    if (result == HO_OK) {
        read_said(&r, object);
        result = make_spans(session, &r, object->shown_step, diag);
    }
    free(r.flags);
    free(r.steps);
    free(r.keys);
    return result;
}

void lane_update(struct ho_session *session)
{
    const struct ho_project_media *media = session->project ? masks_media(session) : NULL;
    struct object *object = masks_object(session);
    struct ho_diag diag = {0};
    lane_clear(session);
    session->bank_serial++;
    if (media && object && read_lane(session, object, media->source.n_frames, &diag) != HO_OK)
        session_say(session, "%s", diag.message);
    news_lane(session, (struct ho_range){0, media ? media->source.n_frames - 1 : 0});
}

const struct ho_lane_span *ho_session_lane(const struct ho_session *session, size_t *n)
{
    *n = session->masks.n_lane;
    return session->masks.lane;
}

const struct ho_doubt *ho_session_doubts(const struct ho_session *session, size_t *n)
{
    *n = session->masks.n_doubts;
    return session->masks.doubts;
}
