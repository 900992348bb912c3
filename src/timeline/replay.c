// SPDX-License-Identifier: BSD-2-Clause
// An edit taken back or made again, from its report.
#include "timeline/internal.h"

static enum ho_result refuse(const struct ho_timeline *timeline, struct ho_diag *diag)
{
    return ho_fail(diag, HO_ERROR_USAGE, "timeline \"%s\" is not as it was after that edit: it cannot be taken back",
                   timeline->settings.name);
}

static enum ho_result go_clip(struct journal *journal, const struct ho_timeline_clip *from,
                              const struct ho_timeline_clip *to, struct ho_diag *diag)
{
    int64_t id = from ? from->id : to->id;
    const struct ho_timeline_clip *now = ho_timeline_find_clip(journal->timeline, id);
    if (from ? !now || !ho_timeline_clip_equal(now, from) : now != NULL)
        return refuse(journal->timeline, diag);
    if (!to)
        return journal_remove(journal, now, diag);
    struct ho_timeline_clip *copy;
    HO_TRY(ho_timeline_clip_copy(to, &copy, diag));
    return journal_put(journal, now, copy, diag);
}

static enum ho_result go_clips(struct journal *journal, const struct ho_edit *edit, bool back, struct ho_diag *diag)
{
    for (size_t i = 0; i < edit->n_clips; i++) {
        const struct ho_clip_change *change = &edit->clips[i];
        HO_TRY(go_clip(journal, back ? change->after : change->before, back ? change->before : change->after, diag));
    }
    return HO_OK;
}

// Tracks that are to be there, before their clips come; those that are not, after theirs have gone.
static enum ho_result go_tracks(struct journal *journal, const struct ho_edit *edit, bool back, bool first,
                                struct ho_diag *diag)
{
    for (size_t i = 0; i < edit->n_tracks; i++) {
        const struct ho_track_change *change = &edit->tracks[i];
        bool is_there = back ? change->exists : change->existed, wanted = back ? change->existed : change->exists;
        const struct ho_track *to = back ? &change->before : &change->after;
        if (is_there != (find_track(journal->timeline, to->id) != NULL) && first)
            return refuse(journal->timeline, diag);
        if (first && !is_there && wanted)
            HO_TRY(journal_add_track(journal, to, NULL, diag));
        if (!first && is_there && !wanted)
            HO_TRY(journal_remove_track(journal, to->id, diag));
    }
    // Adding and removing has moved the others: each to its own place.
    for (size_t i = 0; i < edit->n_tracks && !first; i++) {
        const struct ho_track_change *change = &edit->tracks[i];
        if (back ? change->existed : change->exists)
            HO_TRY(journal_set_track(journal, back ? &change->before : &change->after, diag));
    }
    return HO_OK;
}

static enum ho_result go(struct ho_timeline *timeline, const struct ho_edit *edit, bool back, struct ho_diag *diag)
{
    struct journal journal = journal_begin(timeline);
    journal.ignores_locks = true;
    if (edit->settings_changed) {
        journal.settings_changed = true;
        timeline->settings = back ? edit->settings_before : edit->settings_after;
    }
    enum ho_result result = go_tracks(&journal, edit, back, true, diag);
    if (result == HO_OK)
        result = go_clips(&journal, edit, back, diag);
    if (result == HO_OK)
        result = go_tracks(&journal, edit, back, false, diag);
    return journal_end(&journal, result, NULL, diag);
}

enum ho_result ho_timeline_revert(struct ho_timeline *timeline, const struct ho_edit *edit, struct ho_diag *diag)
{
    return go(timeline, edit, true, diag);
}

enum ho_result ho_timeline_repeat(struct ho_timeline *timeline, const struct ho_edit *edit, struct ho_diag *diag)
{
    return go(timeline, edit, false, diag);
}
