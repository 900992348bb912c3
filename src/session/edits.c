// SPDX-License-Identifier: BSD-2-Clause
// Edits of the current timeline are kept in the project, and what they made and cut goes into the reply.
#include <string.h>

#include "session/internal.h"

static void reply_edit(struct call *call, const struct ho_edit *edit)
{
    char words[1024];
    json_t *made = json_array();
    for (size_t i = 0; i < edit->n_clips; i++)
        if (!edit->clips[i].before)
            json_array_append_new(made, json_integer(edit->clips[i].after->id));
    if (json_array_size(made) > 0)
        json_object_set(call->reply, "made", made);
    json_decref(made);
    ho_edit_describe(call->session->timeline, edit, words, sizeof(words));
    if (*words)
        reply_text(call, "cuts", words);
}

enum ho_result edit_keep(struct call *call, enum ho_result done, struct ho_edit **edit, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    if (done != HO_OK)
        return done;
    enum ho_result result = ho_project_save_edit(session->project, session->timeline_id, session->timeline, *edit,
                                                 diag);
    if (result == HO_OK)
        reply_edit(call, *edit);
    else
        (void)!ho_timeline_revert(session->timeline, *edit, NULL);
    session->clip = NULL;    // may be gone; it is found again when the command is over
    news_add(session, HO_NEWS_TIMELINE | HO_NEWS_VALUES);
    ho_edit_destroy(edit);
    return result;
}

enum ho_result edit_clip(struct call *call, struct ho_timeline_clip *copy, struct ho_diag *diag)
{
    struct ho_edit *edit = NULL;
    enum ho_result result = edit_keep(call, ho_timeline_change(call->session->timeline, copy, &edit, diag), &edit,
                                      diag);
    ho_timeline_clip_destroy(&copy);
    return result;
}

enum ho_result clip_need(struct call *call, int64_t id, struct ho_timeline_clip **copy, struct ho_diag *diag)
{
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(call->session->timeline, id);
    *copy = NULL;
    if (!clip)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: there is no clip number %lld", call->command->shown.name,
                       (long long)id);
    return ho_timeline_clip_copy(clip, copy, diag);
}
