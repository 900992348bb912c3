// SPDX-License-Identifier: BSD-2-Clause
// The journal of one edit: every step is written down before it is made, so that all can be taken back.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "timeline/internal.h"

struct journal journal_begin(struct ho_timeline *timeline)
{
    return (struct journal){
        .timeline = timeline, .settings_before = timeline->settings, .next_id_before = timeline->next_id};
}

// Room for one more in a growing array.
static enum ho_result reserve(void **items, size_t n, size_t *capacity, size_t size, struct ho_diag *diag)
{
    if (n < *capacity)
        return HO_OK;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    void *larger = ho_realloc(*items, wanted, size);
    if (!larger)
        return ho_fail_memory(diag, wanted * size);
    *items = larger;
    *capacity = wanted;
    return HO_OK;
}

static enum ho_result reserve_step(struct journal *journal, struct ho_diag *diag)
{
    void *steps = journal->steps;
    enum ho_result result = reserve(&steps, journal->n_steps, &journal->capacity, sizeof(*journal->steps), diag);
    journal->steps = steps;
    return result;
}

static enum ho_result check_open(const struct journal *journal, const struct track *track, struct ho_diag *diag)
{
    if (!track->info.locked || journal->ignores_locks)
        return HO_OK;
    char name[HO_TIMELINE_NAME_SIZE];
    ho_track_name(&track->info, name);
    return ho_fail(diag, HO_ERROR_USAGE, "track %s of \"%s\" is locked: unlock it to change what is on it", name,
                   journal->timeline->settings.name);
}

// Makes one clip step; room is there. The timeline's reference goes from `before` to `after`.
static void swap_clip(struct ho_timeline *timeline, const struct ho_timeline_clip *before,
                      const struct ho_timeline_clip *after)
{
    struct track *from = before ? find_track(timeline, before->track) : NULL;
    struct track *to = after ? find_track(timeline, after->track) : NULL;
    if (from && from == to) {
        size_t i = track_index_of(from, before);
        bool fits = (i == 0 || from->clips[i - 1]->at <= after->at) &&
                    (i + 1 == from->n_clips || from->clips[i + 1]->at > after->at);
        if (fits) {
            from->clips[i] = clip_ref(after);
            clip_unref(before);
            return;
        }
    }
    if (from) {
        track_take_out(from, before);
        clip_unref(before);
    }
    if (to)
        track_insert(to, clip_ref(after));
}

static enum ho_result make_step(struct journal *journal, const struct ho_timeline_clip *before,
                                const struct ho_timeline_clip *after, struct ho_diag *diag)
{
    struct track *track;
    if (before) {
        HO_TRY(need_track(journal->timeline, before->track, &track, diag));
        HO_TRY(check_open(journal, track, diag));
    }
    if (after) {
        HO_TRY(need_track(journal->timeline, after->track, &track, diag));
        HO_TRY(check_open(journal, track, diag));
        HO_TRY(track_reserve(track, diag));
    }
    HO_TRY(reserve_step(journal, diag));
    journal->steps[journal->n_steps++] = (struct step){.before = before ? clip_ref(before) : NULL,
                                                       .after = after ? clip_ref(after) : NULL};
    swap_clip(journal->timeline, before, after);
    return HO_OK;
}

enum ho_result journal_put(struct journal *journal, const struct ho_timeline_clip *old, struct ho_timeline_clip *clip,
                           struct ho_diag *diag)
{
    enum ho_result result = make_step(journal, old, clip, diag);
    clip_unref(clip);
    return result;
}

enum ho_result journal_remove(struct journal *journal, const struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    return make_step(journal, clip, NULL, diag);
}

enum ho_result journal_cut(struct journal *journal, const struct ho_timeline_clip *clip, int64_t first, int64_t last,
                           struct ho_diag *diag)
{
    void *cuts = journal->cuts;
    enum ho_result result = reserve(&cuts, journal->n_cuts, &journal->cuts_capacity, sizeof(*journal->cuts), diag);
    journal->cuts = cuts;
    HO_TRY(result);
    struct ho_range frames = {first > clip->at ? first : clip->at, last < clip_end(clip) ? last : clip_end(clip) - 1};
    journal->cuts[journal->n_cuts++] = (struct ho_cut){clip_ref(clip), frames,
                                                       frames.first == clip->at && frames.last == clip_end(clip) - 1};
    return HO_OK;
}

enum ho_result journal_piece(struct journal *journal, int64_t id, struct ho_diag *diag)
{
    void *pieces = journal->pieces;
    enum ho_result result = reserve(&pieces, journal->n_pieces, &journal->pieces_capacity, sizeof(*journal->pieces),
                                    diag);
    journal->pieces = pieces;
    HO_TRY(result);
    journal->pieces[journal->n_pieces++] = id;
    return HO_OK;
}

int64_t journal_new_id(struct journal *journal) { return journal->timeline->next_id++; }

// ---- tracks

// Tracks of a kind at `place` and above move by `by`.
static enum ho_result make_room(struct journal *journal, enum ho_track_kind kind, int place, int by,
                                struct ho_diag *diag)
{
    for (int i = 0; i < journal->timeline->n_tracks; i++) {
        struct ho_track info = journal->timeline->tracks[i].info;
        if (info.kind != kind || info.place < place)
            continue;
        info.place += by;
        HO_TRY(journal_set_track(journal, &info, diag));
    }
    return HO_OK;
}

static int count_kind(const struct ho_timeline *timeline, enum ho_track_kind kind)
{
    int n = 0;
    for (int i = 0; i < timeline->n_tracks; i++)
        n += timeline->tracks[i].info.kind == kind;
    return n;
}

enum ho_result journal_add_track(struct journal *journal, const struct ho_track *info, int64_t *id,
                                 struct ho_diag *diag)
{
    struct ho_timeline *timeline = journal->timeline;
    struct ho_track made = *info;
    int n = count_kind(timeline, info->kind);
    if (n >= HO_TIMELINE_TRACKS_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "timeline \"%s\" has %d %s tracks already: no more can be added",
                       timeline->settings.name, n, info->kind == HO_TRACK_VIDEO ? "video" : "audio");
    if (made.place < 0 || made.place > n)
        made.place = n;
    HO_TRY(make_room(journal, made.kind, made.place, 1, diag));
    HO_TRY(tracks_reserve(timeline, diag));
    HO_TRY(reserve_step(journal, diag));
    if (made.id == 0)
        made.id = journal_new_id(journal);
    journal->steps[journal->n_steps++] = (struct step){.change = {false, true, made, made}};
    tracks_insert(timeline, (struct track){.info = made});
    if (id)
        *id = made.id;
    return HO_OK;
}

enum ho_result journal_set_track(struct journal *journal, const struct ho_track *info, struct ho_diag *diag)
{
    struct track *track;
    HO_TRY(need_track(journal->timeline, info->id, &track, diag));
    HO_TRY(reserve_step(journal, diag));
    journal->steps[journal->n_steps++] = (struct step){.change = {true, true, track->info, *info}};
    track->info = *info;
    return HO_OK;
}

enum ho_result journal_remove_track(struct journal *journal, int64_t id, struct ho_diag *diag)
{
    struct track *track;
    HO_TRY(need_track(journal->timeline, id, &track, diag));
    HO_TRY(reserve_step(journal, diag));
    struct ho_track info = track->info;
    struct track removed = tracks_take_out(journal->timeline, ho_timeline_track_index(journal->timeline, id));
    journal->steps[journal->n_steps++] = (struct step){.change = {true, false, info, info}, .removed = removed};
    return make_room(journal, info.kind, info.place, -1, diag);
}

// ---- the way back, and the end

static void take_back(struct ho_timeline *timeline, struct step *step)
{
    if (step->before || step->after) {
        swap_clip(timeline, step->after, step->before);
    } else if (!step->change.existed) {
        struct track track = tracks_take_out(timeline, ho_timeline_track_index(timeline, step->change.after.id));
        free(track.clips);
    } else if (!step->change.exists) {
        tracks_insert(timeline, step->removed);
        step->removed.clips = NULL;
    } else {
        find_track(timeline, step->change.after.id)->info = step->change.before;
    }
}

static void roll_back(struct journal *journal)
{
    for (size_t i = journal->n_steps; i-- > 0;)
        take_back(journal->timeline, &journal->steps[i]);
    journal->timeline->settings = journal->settings_before;
    journal->timeline->next_id = journal->next_id_before;
}

void journal_free(struct journal *journal)
{
    for (size_t i = 0; i < journal->n_steps; i++) {
        clip_unref(journal->steps[i].before);
        clip_unref(journal->steps[i].after);
        free(journal->steps[i].removed.clips);
    }
    for (size_t i = 0; i < journal->n_cuts; i++)
        clip_unref(journal->cuts[i].clip);
    free(journal->steps);
    free(journal->cuts);
    free(journal->pieces);
    *journal = (struct journal){0};
}

static enum ho_result check_touched(const struct journal *journal, struct ho_diag *diag)
{
    for (size_t i = 0; i < journal->n_steps; i++) {
        const struct ho_timeline_clip *clip = journal->steps[i].after;
        const struct track *track = clip ? find_track(journal->timeline, clip->track) : NULL;
        if (!track || track->n_clips == 0 || track_index_of(track, clip) >= track->n_clips)
            continue;    // a later step has changed it once more
        HO_TRY(check_clip(journal->timeline, clip, diag));
        HO_TRY(check_neighbours(journal->timeline, clip, diag));
    }
    return HO_OK;
}

enum ho_result journal_end(struct journal *journal, enum ho_result result, struct ho_edit **edit, struct ho_diag *diag)
{
    struct ho_edit *report = NULL;
    if (result == HO_OK)
        result = mend_links(journal, diag);
    if (result == HO_OK)
        result = check_touched(journal, diag);
    if (result == HO_OK && edit)
        result = report_edit(journal, &report, diag);
    if (result != HO_OK)
        roll_back(journal);
    else if (edit)
        *edit = report;
    journal_free(journal);
    return result;
}
