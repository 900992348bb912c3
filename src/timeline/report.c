// SPDX-License-Identifier: BSD-2-Clause
// What an edit did: the journal's steps, one change a clip and a track.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "timeline/internal.h"

static int64_t id_of(const struct step *step) { return step->before ? step->before->id : step->after->id; }

// By id, and in the order in which they were made.
static int by_id(const void *a, const void *b)
{
    const struct step *x = *(const struct step *const *)a, *y = *(const struct step *const *)b;
    int64_t i = id_of(x), k = id_of(y);
    return i != k ? (i < k ? -1 : 1) : (x < y ? -1 : x > y);
}

static int by_time(const void *a, const void *b)
{
    const struct ho_cut *x = a, *y = b;
    if (x->frames.first != y->frames.first)
        return x->frames.first < y->frames.first ? -1 : 1;
    return x->clip->track < y->clip->track ? -1 : x->clip->track > y->clip->track;
}

static enum ho_result report_clips(const struct journal *journal, struct ho_edit *edit, struct ho_diag *diag)
{
    size_t n = 0, room = journal->n_steps + 1;
    const struct step **steps = ho_alloc(room, sizeof(*steps));
    edit->clips = ho_alloc(room, sizeof(*edit->clips));
    if (!steps || !edit->clips) {
        free(steps);
        return ho_fail_memory(diag, room * sizeof(*edit->clips));
    }
    for (size_t i = 0; i < journal->n_steps; i++)
        if (journal->steps[i].before || journal->steps[i].after)
            steps[n++] = &journal->steps[i];
    qsort(steps, n, sizeof(*steps), by_id);
    for (size_t i = 0; i < n;) {
        size_t last = i;
        while (last + 1 < n && id_of(steps[last + 1]) == id_of(steps[i]))
            last++;
        const struct ho_timeline_clip *before = steps[i]->before, *after = steps[last]->after;
        bool changed = before && after ? !ho_timeline_clip_equal(before, after) : before || after;
        if (changed)
            edit->clips[edit->n_clips++] = (struct ho_clip_change){before ? clip_ref(before) : NULL,
                                                                   after ? clip_ref(after) : NULL};
        i = last + 1;
    }
    free(steps);
    return HO_OK;
}

static struct ho_track_change *find_change(struct ho_edit *edit, int64_t id)
{
    for (size_t i = 0; i < edit->n_tracks; i++)
        if (edit->tracks[i].after.id == id)
            return &edit->tracks[i];
    return NULL;
}

static enum ho_result report_tracks(const struct journal *journal, struct ho_edit *edit, struct ho_diag *diag)
{
    edit->tracks = ho_alloc(journal->n_steps + 1, sizeof(*edit->tracks));
    if (!edit->tracks)
        return ho_fail_memory(diag, journal->n_steps * sizeof(*edit->tracks));
    for (size_t i = 0; i < journal->n_steps; i++) {
        const struct step *step = &journal->steps[i];
        if (step->before || step->after)
            continue;
        struct ho_track_change *change = find_change(edit, step->change.after.id);
        if (!change) {
            edit->tracks[edit->n_tracks++] = step->change;
        } else {
            change->exists = step->change.exists;
            change->after = step->change.after;
        }
    }
    return HO_OK;
}

// Several clips may take their share of one: told once.
static struct ho_cut *find_touching(struct ho_edit *edit, const struct ho_cut *cut)
{
    for (size_t i = 0; i < edit->n_cuts; i++) {
        struct ho_cut *known = &edit->cuts[i];
        if (known->clip->id == cut->clip->id && known->frames.first <= cut->frames.last + 1 &&
            cut->frames.first <= known->frames.last + 1)
            return known;
    }
    return NULL;
}

static void join(struct ho_cut *known, struct ho_range frames)
{
    struct ho_range all = ho_timeline_clip_frames(known->clip);
    known->frames.first = frames.first < known->frames.first ? frames.first : known->frames.first;
    known->frames.last = frames.last > known->frames.last ? frames.last : known->frames.last;
    known->whole = known->frames.first <= all.first && known->frames.last >= all.last;
}

static enum ho_result report_cuts(const struct journal *journal, struct ho_edit *edit, struct ho_diag *diag)
{
    edit->cuts = ho_alloc(journal->n_cuts + 1, sizeof(*edit->cuts));
    if (!edit->cuts)
        return ho_fail_memory(diag, journal->n_cuts * sizeof(*edit->cuts));
    for (size_t i = 0; i < journal->n_cuts; i++) {
        const struct ho_cut *cut = &journal->cuts[i];
        struct ho_cut *known = find_touching(edit, cut);
        if (known) {
            join(known, cut->frames);
        } else {
            edit->cuts[edit->n_cuts++] = *cut;
            clip_ref(cut->clip);
        }
    }
    qsort(edit->cuts, edit->n_cuts, sizeof(*edit->cuts), by_time);
    return HO_OK;
}

enum ho_result report_edit(const struct journal *journal, struct ho_edit **out, struct ho_diag *diag)
{
    struct ho_edit *edit = ho_alloc(1, sizeof(*edit));
    if (!edit)
        return ho_fail_memory(diag, sizeof(*edit));
    edit->settings_changed = journal->settings_changed;
    edit->settings_before = journal->settings_before;
    edit->settings_after = journal->timeline->settings;
    enum ho_result result = report_clips(journal, edit, diag);
    if (result == HO_OK)
        result = report_tracks(journal, edit, diag);
    if (result == HO_OK)
        result = report_cuts(journal, edit, diag);
    if (result != HO_OK)
        ho_edit_destroy(&edit);
    else
        *out = edit;
    return result;
}

void ho_edit_destroy(struct ho_edit **edit)
{
    if (!edit || !*edit)
        return;
    for (size_t i = 0; i < (*edit)->n_clips; i++) {
        clip_unref((*edit)->clips[i].before);
        clip_unref((*edit)->clips[i].after);
    }
    for (size_t i = 0; i < (*edit)->n_cuts; i++)
        clip_unref((*edit)->cuts[i].clip);
    free((*edit)->clips);
    free((*edit)->tracks);
    free((*edit)->cuts);
    free(*edit);
    *edit = NULL;
}

void ho_edit_describe(const struct ho_timeline *timeline, const struct ho_edit *edit, char *out, size_t size)
{
    out[0] = '\0';
    if (edit->n_cuts == 0)
        return;
    const struct ho_cut *cut = &edit->cuts[0];
    const struct track *track = find_track(timeline, cut->clip->track);
    char name[HO_TIMELINE_NAME_SIZE] = "its track", first[HO_TIMECODE_SIZE], last[HO_TIMECODE_SIZE];
    if (track)
        ho_track_name(&track->info, name);
    frame_text(timeline, cut->frames.first, first);
    frame_text(timeline, cut->frames.last, last);
    int used = snprintf(out, size, "cuts %s\"%s\" on %s at %s to %s", cut->whole ? "all of " : "", cut->clip->name,
                        name, first, last);
    if (edit->n_cuts > 1 && used > 0 && (size_t)used < size)
        snprintf(out + used, size - (size_t)used, ", and %zu more", edit->n_cuts - 1);
}
