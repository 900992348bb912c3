// SPDX-License-Identifier: BSD-2-Clause
// Several commands as one step; undo and redo; and reading again what either has changed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/internal.h"

enum ho_result session_refresh(struct ho_session *session, const struct ho_touched *touched, struct ho_diag *diag)
{
    struct ho_touched rest = *touched;
    enum ho_result result = HO_OK;
    bool all_media = touched->n_rows == 0;
    for (size_t i = 0; i < touched->n_rows && result == HO_OK; i++)
        if (touched->rows[i].kind == HO_TOUCHED_MEDIA)
            result = media_reload(session, touched->rows[i].id, diag);
    if (all_media && result == HO_OK)
        result = media_load(session, diag);
    if (result == HO_OK && session->timeline && rest.n_rows > 0) {
        result = ho_project_refresh_timeline(session->project, session->timeline_id, &rest, session->timeline, diag);
        if (result == HO_END)
            result = timeline_open(session, 0, diag);
        else if (result != HO_OK)
            result = timeline_open(session, session->timeline_id, diag);
    }
    masks_forget(session, true);
    news_add(session, HO_NEWS_MEDIA | HO_NEWS_TIMELINE | HO_NEWS_GRAPH | HO_NEWS_VALUES | HO_NEWS_OBJECTS |
                          HO_NEWS_JOBS | HO_NEWS_STEPS | HO_NEWS_SELECTION);
    return result;
}

// ---- gestures

static enum ho_result start(struct ho_session *session, struct ho_diag *diag)
{
    struct gesture *gesture = &session->gesture;
    gesture->timeline_id = session->timeline_id;
    if (session->timeline)
        HO_TRY(ho_timeline_copy(session->timeline, &gesture->before, diag));
    gesture->selection = ho_alloc(session->n_selected + 1, sizeof(*gesture->selection));
    if (!gesture->selection)
        return ho_fail_memory(diag, (session->n_selected + 1) * sizeof(*gesture->selection));
    if (session->n_selected)
        memcpy(gesture->selection, session->selection, session->n_selected * sizeof(*gesture->selection));
    gesture->n_selected = session->n_selected;
    return ho_project_begin(session->project, gesture->label, diag);
}

static void clear(struct gesture *gesture)
{
    ho_timeline_destroy(&gesture->before);
    free(gesture->selection);
    gesture->selection = NULL;
    gesture->is_active = false;
}

enum ho_result ho_session_begin(struct ho_session *session, const char *label, struct ho_diag *diag)
{
    if (!session->project || !session->can_write)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: no project is open that could be changed", label);
    if (session->gesture.is_active)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: \"%s\" is not finished: commit or cancel it first", label,
                       session->gesture.label);
    snprintf(session->gesture.label, sizeof(session->gesture.label), "%s", label);
    enum ho_result result = start(session, diag);
    session->gesture.is_active = result == HO_OK;
    if (result != HO_OK)
        clear(&session->gesture);
    return result;
}

// Timeline and selection as they were; what else was changed is read again.
static enum ho_result go_back(struct ho_session *session, struct ho_diag *diag)
{
    struct gesture *gesture = &session->gesture;
    struct ho_touched all = {0};
    ho_project_cancel(session->project);
    if (gesture->timeline_id != session->timeline_id)
        HO_TRY(timeline_open(session, gesture->timeline_id, diag));
    else if (gesture->before) {
        struct ho_timeline *copy;
        HO_TRY(ho_timeline_copy(gesture->before, &copy, diag));
        ho_timeline_destroy(&session->timeline);
        session->timeline = copy;
    }
    HO_TRY(selection_set(session, gesture->selection, gesture->n_selected, diag));
    return session_refresh(session, &all, diag);
}

enum ho_result ho_session_rewind(struct ho_session *session, struct ho_diag *diag)
{
    if (!session->gesture.is_active)
        return ho_fail(diag, HO_ERROR_USAGE, "nothing was begun that could be rewound");
    enum ho_result result = go_back(session, diag);
    if (result == HO_OK)
        result = ho_project_begin(session->project, session->gesture.label, diag);
    if (result != HO_OK)
        clear(&session->gesture);
    current_update(session);
    return result;
}

enum ho_result ho_session_commit(struct ho_session *session, struct ho_diag *diag)
{
    if (!session->gesture.is_active)
        return ho_fail(diag, HO_ERROR_USAGE, "nothing was begun that could be committed");
    enum ho_result result = ho_project_commit(session->project, diag);
    if (result != HO_OK)
        (void)!go_back(session, NULL);
    clear(&session->gesture);
    news_add(session, HO_NEWS_STEPS);
    current_update(session);
    news_tell(session);
    if (session->held)
        session_wake(session);
    return result;
}

void ho_session_cancel(struct ho_session *session)
{
    if (!session->gesture.is_active)
        return;
    (void)!go_back(session, NULL);
    clear(&session->gesture);
    current_update(session);
    news_tell(session);
    if (session->held)
        session_wake(session);
}

bool ho_session_in_gesture(const struct ho_session *session) { return session->gesture.is_active; }
