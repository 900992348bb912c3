// SPDX-License-Identifier: BSD-2-Clause
// Links: what an edit leaves of them, and how they are made.
#include "timeline/internal.h"

static bool is_current(const struct journal *journal, const struct ho_timeline_clip *clip)
{
    return ho_timeline_find_clip(journal->timeline, clip->id) == clip;
}

static enum ho_result set_link(struct journal *journal, const struct ho_timeline_clip *clip, int64_t link,
                               struct ho_diag *diag)
{
    struct ho_timeline_clip *copy;
    HO_TRY(ho_timeline_clip_copy(clip, &copy, diag));
    copy->link = link;
    return journal_put(journal, clip, copy, diag);
}

// Pieces that were cut off linked clips at the same frame stay together: they get a link of their own. One that was cut
// off alone is free (its link has one member then, see below).
static enum ho_result link_pieces(struct journal *journal, struct ho_diag *diag)
{
    for (size_t i = 0; i < journal->n_pieces; i++) {
        const struct ho_timeline_clip *clip = ho_timeline_find_clip(journal->timeline, journal->pieces[i]);
        if (!clip || clip->link == 0 || clip->link >= journal->next_id_before)
            continue;
        int64_t old = clip->link, at = clip->at, link = journal_new_id(journal);
        for (size_t k = i; k < journal->n_pieces; k++) {
            const struct ho_timeline_clip *other = ho_timeline_find_clip(journal->timeline, journal->pieces[k]);
            if (other && other->link == old && other->at == at)
                HO_TRY(set_link(journal, other, link, diag));
        }
    }
    return HO_OK;
}

static size_t count_linked(const struct ho_timeline *timeline, int64_t link, const struct ho_timeline_clip **last)
{
    size_t n = 0;
    for (int i = 0; i < timeline->n_tracks; i++)
        for (size_t k = 0; k < timeline->tracks[i].n_clips; k++)
            if (timeline->tracks[i].clips[k]->link == link) {
                *last = timeline->tracks[i].clips[k];
                n++;
            }
    return n;
}

static enum ho_result free_single(struct journal *journal, int64_t link, struct ho_diag *diag)
{
    const struct ho_timeline_clip *last = NULL;
    if (link == 0 || count_linked(journal->timeline, link, &last) != 1)
        return HO_OK;
    // Not a change of the clip's picture: where it lies on a locked track, its link ends all the same.
    bool ignores_locks = journal->ignores_locks;
    journal->ignores_locks = true;
    enum ho_result result = set_link(journal, last, 0, diag);
    journal->ignores_locks = ignores_locks;
    return result;
}

static bool leaves_link(const struct step *step)
{
    return step->before && step->before->link && (!step->after || step->after->link != step->before->link);
}

enum ho_result mend_links(struct journal *journal, struct ho_diag *diag)
{
    HO_TRY(link_pieces(journal, diag));
    size_t n = journal->n_steps;
    for (size_t i = 0; i < n; i++) {
        const struct step step = journal->steps[i];    // a copy: the array may move
        if (leaves_link(&step))
            HO_TRY(free_single(journal, step.before->link, diag));
        if (step.after && step.after->link && !(step.before && step.before->link == step.after->link) &&
            is_current(journal, step.after))
            HO_TRY(free_single(journal, step.after->link, diag));
    }
    return HO_OK;
}

static enum ho_result link_all(struct journal *journal, const struct picks *picks, bool linked, struct ho_diag *diag)
{
    if (linked && picks->n < 2)
        return ho_fail(diag, HO_ERROR_USAGE, "a link joins two clips or more, not %zu", picks->n);
    int64_t link = linked ? journal_new_id(journal) : 0;
    for (size_t i = 0; i < picks->n; i++)
        HO_TRY(set_link(journal, picks->clips[i], link, diag));
    return HO_OK;
}

enum ho_result ho_timeline_link(struct ho_timeline *timeline, const int64_t *clips, size_t n, bool linked,
                                struct ho_edit **edit, struct ho_diag *diag)
{
    struct picks picks;
    HO_TRY(pick(timeline, clips, n, 0, &picks, diag));
    struct journal journal = journal_begin(timeline);
    enum ho_result result = journal_end(&journal, link_all(&journal, &picks, linked, diag), edit, diag);
    picks_free(&picks);
    return result;
}
