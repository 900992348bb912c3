// SPDX-License-Identifier: BSD-2-Clause
// What becomes of a source that was probed: media in a bin; a film that is ready to be worked on; a file found again.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/import.h"

void timeline_settings_of(const struct ho_project_media *media, const char *name, struct ho_timeline_settings *out)
{
    struct ho_timeline_media known = {.rate = {25, 1}, .width = 1920, .height = 1080};
    if (media)
        ho_project_timeline_media(media, &known);
    bool has_picture = media && media->source.width > 0 && known.rate.num > 0;
    *out = (struct ho_timeline_settings){.width = has_picture ? known.width : 1920,
                                         .height = has_picture ? known.height : 1080,
                                         .rate = has_picture ? known.rate : (struct ho_rational){25, 1}};
    snprintf(out->name, sizeof(out->name), "%s", name);
    const int base = ho_rate_base(out->rate);
    out->start = (struct ho_timecode){.frame = (int64_t)base * 3600, .fps = base};
    if (has_picture && media->source.has_timecode && media->source.start.fps == base)
        out->start = media->source.start;
}

enum ho_result timeline_make(struct call *call, const struct ho_timeline_settings *settings, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    struct ho_timeline *timeline = NULL;
    int64_t id = 0;
    HO_TRY(ho_timeline_create(settings, &timeline, diag));
    enum ho_result result = HO_OK;
    for (int i = 0; i < 2 && result == HO_OK; i++)
        result = ho_timeline_add_track(timeline, i == 0 ? HO_TRACK_VIDEO : HO_TRACK_AUDIO, -1, NULL, NULL, diag);
    for (int i = 0; i < 2 && result == HO_OK; i++) {    // where edits land
        struct ho_track track = *ho_timeline_track_at(timeline, i == 0 ? HO_TRACK_VIDEO : HO_TRACK_AUDIO, 0);
        track.target = true;
        result = ho_timeline_set_track(timeline, &track, NULL, diag);
    }
    if (result == HO_OK)
        result = ho_project_add_timeline(session->project, HO_BIN_TOP, timeline, &id, diag);
    ho_timeline_destroy(&timeline);
    if (result == HO_OK)
        result = timeline_open(session, id, diag);
    reply_integer(call, "timeline", id);
    news_add(session, HO_NEWS_MEDIA);
    return result;
}

enum ho_result media_on_timeline(struct ho_session *session, int64_t id, struct ho_diag *diag)
{
    const struct ho_project_media *media;
    struct ho_timeline_media known;
    HO_TRY(media_need(session, id, &media, diag));
    ho_project_timeline_media(media, &known);
    return ho_timeline_set_media(session->timeline, &known, diag);
}

static enum ho_result add(struct call *call, const struct import_request *request, const struct ho_source_info *info,
                          int64_t *id, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    HO_TRY(ho_project_add_media(session->project, request->bin ? request->bin : HO_BIN_TOP, info, id, diag));
    if (request->rate.num > 0) {
        struct ho_project_media media;
        HO_TRY(ho_project_get_media(session->project, *id, &media, diag));
        media.rate = request->rate;
        HO_TRY(ho_project_set_media(session->project, &media, diag));
    }
    HO_TRY(media_reload(session, *id, diag));
    session->selected_media = *id;
    session->source_marks = (struct ho_marks){0};
    reply_integer(call, "media", *id);
    news_add(session, HO_NEWS_SELECTION);
    return HO_OK;
}

// A timeline of the source's own, with all of it, its clip selected and the playhead on its first frame.
static enum ho_result make_film(struct call *call, int64_t id, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    const struct ho_project_media *media;
    struct ho_timeline_settings settings;
    struct ho_placement placement;
    struct ho_edit *edit = NULL;
    HO_TRY(media_need(session, id, &media, diag));
    timeline_settings_of(media, media_name(media), &settings);
    HO_TRY(timeline_make(call, &settings, diag));
    HO_TRY(media_on_timeline(session, id, diag));
    HO_TRY(ho_timeline_three_points(session->timeline, id, &(struct ho_marks){0}, &(struct ho_marks){0}, 0, &placement,
                                    diag));
    HO_TRY(edit_keep(call, ho_timeline_append(session->timeline, &placement, &edit, diag), &edit, diag));
    const struct ho_track *track = ho_timeline_track_at(session->timeline, HO_TRACK_VIDEO, 0);
    const struct ho_timeline_clip *clip = track ? ho_timeline_clip_at(session->timeline, track->id, 0) : NULL;
    playhead_set(session, 0);
    return clip ? selection_set(session, &clip->id, 1, diag) : HO_OK;
}

static enum ho_result relink(struct call *call, const struct ho_source_info *info, struct ho_diag *diag)
{
    int64_t n = 0;
    HO_TRY(ho_project_relink(call->session->project, info, &n, diag));
    if (n == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "relink: %s holds what no offline media of this project is", info->path);
    reply_integer(call, "relinked", n);
    return media_load(call->session, diag);
}

enum ho_result import_keep(struct call *call, const struct import_request *request, const struct ho_source_info *info,
                           struct ho_diag *diag)
{
    int64_t id = 0;
    if (request->kind == IMPORT_RELINK)
        return relink(call, info, diag);
    HO_TRY(add(call, request, info, &id, diag));
    return request->kind == IMPORT_FILM ? make_film(call, id, diag) : HO_OK;
}
