// SPDX-License-Identifier: BSD-2-Clause
// What is known of the media pool.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/internal.h"

void media_clear(struct ho_session *session)
{
    for (size_t i = 0; i < session->n_media; i++)
        free(session->media[i]);
    free(session->media);
    session->media = NULL;
    session->n_media = 0;
    session->selected_media = 0;
    session->source_marks = (struct ho_marks){0};
}

static enum ho_result read_one(struct ho_session *session, int64_t id, struct ho_project_media **out,
                               struct ho_diag *diag)
{
    *out = ho_alloc(1, sizeof(**out));
    if (!*out)
        return ho_fail_memory(diag, sizeof(**out));
    enum ho_result result = ho_project_get_media(session->project, id, *out, diag);
    if (result != HO_OK) {
        free(*out);
        *out = NULL;
    }
    return result;
}

static size_t place_of(const struct ho_session *session, int64_t id)
{
    size_t i = 0;
    while (i < session->n_media && session->media[i]->id < id)
        i++;
    return i;
}

static void remove_at(struct ho_session *session, size_t i)
{
    free(session->media[i]);
    memmove(&session->media[i], &session->media[i + 1], (session->n_media - i - 1) * sizeof(*session->media));
    session->n_media--;
}

static enum ho_result insert_at(struct ho_session *session, size_t i, struct ho_project_media *media,
                                struct ho_diag *diag)
{
    struct ho_project_media **grown = ho_realloc(session->media, session->n_media + 1, sizeof(*grown));
    if (!grown) {
        free(media);
        return ho_fail_memory(diag, (session->n_media + 1) * sizeof(*grown));
    }
    session->media = grown;
    memmove(&grown[i + 1], &grown[i], (session->n_media - i) * sizeof(*grown));
    grown[i] = media;
    session->n_media++;
    return HO_OK;
}

enum ho_result media_reload(struct ho_session *session, int64_t id, struct ho_diag *diag)
{
    struct ho_project_media *media = NULL;
    size_t i = place_of(session, id);
    bool was_there = i < session->n_media && session->media[i]->id == id;
    enum ho_result result = read_one(session, id, &media, NULL);
    news_add(session, HO_NEWS_MEDIA);
    if (was_there)
        remove_at(session, i);
    if (result == HO_OK)
        return insert_at(session, i, media, diag);
    if (session->selected_media == id)
        session->selected_media = 0;
    return HO_OK;    // it is gone
}

enum ho_result media_load(struct ho_session *session, struct ho_diag *diag)
{
    int64_t *ids = NULL, selected = session->selected_media;
    struct ho_marks marks = session->source_marks;
    size_t n = 0;
    HO_TRY(ho_project_media_list(session->project, &ids, &n, diag));
    media_clear(session);
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        struct ho_project_media *media = NULL;
        result = read_one(session, ids[i], &media, diag);
        if (result == HO_OK)
            result = insert_at(session, place_of(session, ids[i]), media, diag);
        if (ids[i] == selected) {
            session->selected_media = selected;
            session->source_marks = marks;
        }
    }
    free(ids);
    return result;
}

const struct ho_project_media *ho_session_media(const struct ho_session *session, int64_t id)
{
    size_t i = place_of(session, id);
    return i < session->n_media && session->media[i]->id == id ? session->media[i] : NULL;
}

enum ho_result media_need(const struct ho_session *session, int64_t id, const struct ho_project_media **out,
                          struct ho_diag *diag)
{
    *out = ho_session_media(session, id);
    return *out ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "there is no media number %lld", (long long)id);
}

const char *media_name(const struct ho_project_media *media)
{
    return *media->clip_name ? media->clip_name : media->source.clip_name;
}

int64_t ho_session_selected_media(const struct ho_session *session) { return session->selected_media; }
struct ho_marks ho_session_source_marks(const struct ho_session *session) { return session->source_marks; }
