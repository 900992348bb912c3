// SPDX-License-Identifier: BSD-2-Clause
// What is looked at: timeline, playhead, selection, the clip under it and its graphs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/grade.h"

// ---- timeline and selection

enum ho_result timeline_open(struct ho_session *session, int64_t id, struct ho_diag *diag)
{
    struct ho_timeline *timeline = NULL;
    if (id)
        HO_TRY(ho_project_load_timeline(session->project, id, &timeline, diag));
    ho_timeline_destroy(&session->timeline);
    session->clip = NULL;
    session->timeline = timeline;
    if (session->timeline_id != id) {
        session->n_selected = 0;
        session->playhead = 0;
        session->marks = (struct ho_marks){0};
        news_add(session, HO_NEWS_SELECTION | HO_NEWS_PLAYHEAD);
    }
    session->timeline_id = id;
    news_add(session, HO_NEWS_TIMELINE | HO_NEWS_GRAPH | HO_NEWS_VALUES);
    return HO_OK;
}

enum ho_result selection_set(struct ho_session *session, const int64_t *clips, size_t n, struct ho_diag *diag)
{
    int64_t *selection = ho_alloc(n + 1, sizeof(*selection));
    if (!selection)
        return ho_fail_memory(diag, (n + 1) * sizeof(*selection));
    if (n)
        memcpy(selection, clips, n * sizeof(*selection));
    free(session->selection);
    session->selection = selection;
    session->n_selected = n;
    news_add(session, HO_NEWS_SELECTION);
    return HO_OK;
}

void playhead_set(struct ho_session *session, int64_t frame)
{
    frame = frame < 0 ? 0 : frame;
    if (frame != session->playhead)
        news_add(session, HO_NEWS_PLAYHEAD);
    session->playhead = frame;
}

// Clips that are gone are not selected any more.
static void tidy_selection(struct ho_session *session)
{
    size_t n = 0;
    for (size_t i = 0; i < session->n_selected; i++)
        if (session->timeline && ho_timeline_find_clip(session->timeline, session->selection[i]))
            session->selection[n++] = session->selection[i];
    if (n != session->n_selected)
        news_add(session, HO_NEWS_SELECTION);
    session->n_selected = n;
}

// ---- the current clip

static bool is_selected(const struct ho_session *session, int64_t clip)
{
    for (size_t i = 0; i < session->n_selected; i++)
        if (session->selection[i] == clip)
            return true;
    return false;
}

static const struct ho_timeline_clip *find_current(const struct ho_session *session, int64_t frame)
{
    const struct ho_timeline_clip *best = NULL;
    bool best_is_selected = false;
    for (int place = 0; session->timeline; place++) {
        const struct ho_track *track = ho_timeline_track_at(session->timeline, HO_TRACK_VIDEO, place);
        if (!track)
            break;
        const struct ho_timeline_clip *clip = ho_timeline_clip_at(session->timeline, track->id, frame);
        if (!clip)
            continue;
        bool selected = is_selected(session, clip->id);
        if ((selected || (clip->enabled && track->enabled)) && selected >= best_is_selected) {
            best = clip;
            best_is_selected = selected;
        }
    }
    return best;
}

const struct ho_timeline_clip *current_at(const struct ho_session *session, int64_t frame, int64_t *source_frame)
{
    const struct ho_timeline_clip *clip = find_current(session, frame);
    *source_frame = clip && clip->media ? ho_timeline_source_frame(session->timeline, clip, frame) : -1;
    return clip;
}

// ---- its graphs

static void graph_clear(struct graph_kept *kept)
{
    ho_graph_destroy(&kept->graph);
    free(kept->text);
    *kept = (struct graph_kept){0};
}

// Parsed when its text is another one. A graph that this version cannot read is shown as none.
static bool graph_update(struct graph_kept *kept, const char *text, struct ho_session *session)
{
    struct ho_diag diag = {0};
    if (text == kept->text || (text && kept->text && strcmp(text, kept->text) == 0))
        return false;
    graph_clear(kept);
    if (!text)
        return true;
    kept->text = ho_strdup(text);
    if (!kept->text || ho_graph_parse(text, "the clip's graph", &kept->graph, &diag) != HO_OK)
        session_say(session, "%s", diag.message);
    return true;
}

static bool has_node(const struct ho_session *session, const char *id)
{
    for (int page = 0; page < 2; page++) {
        const struct ho_graph *graph = session->graphs[page].graph;
        for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++)
            if (strcmp(ho_graph_node(graph, i).id, id) == 0)
                return true;
    }
    return false;
}

static void update_graphs(struct ho_session *session, bool is_other)
{
    const struct ho_timeline_clip *clip = session->clip;
    const char *texts[] = {NULL, NULL};
    if (clip) {
        texts[0] = clip->color_graph ? clip->color_graph : grade_default(0);
        texts[1] = clip->fusion_graph ? clip->fusion_graph : grade_default(1);
    }
    bool color = graph_update(&session->graphs[0], texts[0], session);
    bool fusion = graph_update(&session->graphs[1], texts[1], session);
    if (color || fusion || is_other)
        news_add(session, HO_NEWS_GRAPH | HO_NEWS_VALUES);
    if (*session->node && !has_node(session, session->node)) {
        *session->node = '\0';
        news_add(session, HO_NEWS_SELECTION);
    }
}

void current_update(struct ho_session *session)
{
    const struct ho_timeline_clip *before = session->clip;
    const int64_t frame = session->source_frame;
    tidy_selection(session);
    session->clip = current_at(session, session->playhead, &session->source_frame);
    update_graphs(session, session->clip != before);
    masks_update(session);
    if (session->source_frame != frame || session->clip != before)
        news_add(session, HO_NEWS_PLAYHEAD);
    if (!player_plays(session))
        prompts_update(session);
    if (session->news & HO_NEWS_MEDIA)
        session->bank_serial++;    // files may have moved
    if (session->news & ~(unsigned)(HO_NEWS_PICTURE | HO_NEWS_JOBS | HO_NEWS_MESSAGE | HO_NEWS_STEPS))
        views_dirty(session);
    views_update(session);
}

void current_clear(struct ho_session *session)
{
    for (int i = 0; i < 2; i++)
        graph_clear(&session->graphs[i]);
    ho_timeline_destroy(&session->timeline);
    session->timeline_id = session->playhead = 0;
    session->marks = (struct ho_marks){0};
    session->clip = NULL;
    session->source_frame = -1;
    free(session->selection);
    session->selection = NULL;
    session->n_selected = 0;
    *session->node = *session->object = '\0';
}

// ---- looking at it

const struct ho_timeline *ho_session_timeline(const struct ho_session *session, int64_t *id)
{
    if (id)
        *id = session->timeline_id;
    return session->timeline;
}

const int64_t *ho_session_selection(const struct ho_session *session, size_t *n)
{
    *n = session->n_selected;
    return session->selection;
}

const struct ho_timeline_clip *ho_session_clip(const struct ho_session *session) { return session->clip; }
int64_t ho_session_playhead(const struct ho_session *session) { return session->playhead; }
int64_t ho_session_source_frame(const struct ho_session *session) { return session->source_frame; }
struct ho_marks ho_session_marks(const struct ho_session *session) { return session->marks; }

const struct ho_graph *ho_session_graph(const struct ho_session *session, enum ho_page page)
{
    return session->graphs[page == HO_PAGE_FUSION].graph;
}

const char *ho_session_node(const struct ho_session *session) { return session->node; }
