// SPDX-License-Identifier: BSD-2-Clause
// Timelines read back: whole, or what an undo has touched.
#include <stdlib.h>
#include <string.h>

#include "project/internal.h"

struct clips {
    struct ho_timeline_clip **items;    // by id
    size_t n, capacity;
};

static void clips_clear(struct clips *clips)
{
    for (size_t i = 0; i < clips->n; i++)
        ho_timeline_clip_destroy(&clips->items[i]);
    free(clips->items);
}

static struct ho_timeline_clip *find(const struct clips *clips, int64_t id)
{
    size_t low = 0, high = clips->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (clips->items[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < clips->n && clips->items[low]->id == id ? clips->items[low] : NULL;
}

static enum ho_result fail_row(struct ho_project *project, const char *what, int64_t clip, struct ho_diag *diag)
{
    return ho_fail(diag, HO_ERROR_VERIFY, "%s: damaged: clip number %lld has %s that is not known", project->path,
                   (long long)clip, what);
}

// ---- a clip's own row

static void read_plain(sqlite3_stmt *row, struct ho_timeline_clip *clip)
{
    clip->id = sqlite3_column_int64(row, 0);
    clip->track = sqlite3_column_int64(row, 1);
    clip->media = sqlite3_column_int64(row, 2);
    clip->at = sqlite3_column_int64(row, 3);
    clip->length = sqlite3_column_int64(row, 4);
    clip->in = sqlite3_column_int64(row, 5);
    clip->in_part = sqlite3_column_int64(row, 6);
    clip->origin = sqlite3_column_int64(row, 7);
    clip->link = sqlite3_column_int64(row, 8);
    clip->enabled = sqlite3_column_int(row, 9) != 0;
    clip->muted = sqlite3_column_int(row, 10) != 0;
    clip->flip_x = sqlite3_column_int(row, 11) != 0;
    clip->flip_y = sqlite3_column_int(row, 12) != 0;
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++)
        clip->number[i].value = ho_clip_number_describe((enum ho_clip_number)i)->value;
}

static enum ho_result read_clip(struct ho_project *project, sqlite3_stmt *row, struct clips *clips,
                                struct ho_diag *diag)
{
    struct ho_timeline_clip clip = {0};
    read_plain(row, &clip);
    const char *composite = (const char *)sqlite3_column_text(row, 13),
               *fit = (const char *)sqlite3_column_text(row, 14);
    if (!composite || !ho_composite_parse(composite, &clip.composite))
        return fail_row(project, "a composite mode", clip.id, diag);
    if (!fit || !ho_fit_parse(fit, &clip.fit))
        return fail_row(project, "a fit", clip.id, diag);
    HO_TRY(sql_dup_text(row, 15, &clip.name, diag));
    void *items = clips->items;
    size_t n = clips->n;
    enum ho_result result = clip.name ? list_grow(&items, &n, &clips->capacity, sizeof(*clips->items), diag)
                                      : fail_row(project, "a name", clip.id, diag);
    clips->items = items;
    if (result == HO_OK)
        result = ho_timeline_clip_copy(&clip, &clips->items[clips->n], diag);
    clips->n += result == HO_OK;
    free(clip.name);
    return result;
}

// ---- what hangs on it: each row to its clip

static enum ho_result take_number(struct ho_project *project, sqlite3_stmt *row, struct ho_timeline_clip *clip,
                                  struct ho_diag *diag)
{
    enum ho_clip_number number;
    const char *name = (const char *)sqlite3_column_text(row, 1);
    if (!name || !ho_clip_number_parse(name, &number))
        return fail_row(project, "a number", clip->id, diag);
    clip->number[number].value = sqlite3_column_double(row, 2);
    return HO_OK;
}

static enum ho_result take_keyframe(struct ho_project *project, sqlite3_stmt *row, struct ho_timeline_clip *clip,
                                    struct ho_diag *diag)
{
    enum ho_clip_number number;
    const char *name = (const char *)sqlite3_column_text(row, 1);
    struct ho_keyframe key = {sqlite3_column_int64(row, 2), sqlite3_column_double(row, 3),
                              (enum ho_interpolation)sqlite3_column_int(row, 4)};
    if (!name || !ho_clip_number_parse(name, &number) || (unsigned)key.interpolation > HO_INTERPOLATE_SMOOTH)
        return fail_row(project, "a keyframe", clip->id, diag);
    return ho_curve_set_keyframe(&clip->number[number], &key, diag);
}

static enum ho_result take_text(struct ho_project *project, sqlite3_stmt *row, struct ho_timeline_clip *clip,
                                struct ho_diag *diag)
{
    const char *text = (const char *)sqlite3_column_text(row, 1);
    return text ? ho_timeline_clip_add_text(clip, text, diag) : fail_row(project, "a text", clip->id, diag);
}

static enum ho_result take_graph(struct ho_project *project, sqlite3_stmt *row, struct ho_timeline_clip *clip,
                                 struct ho_diag *diag)
{
    const char *page = (const char *)sqlite3_column_text(row, 1), *graph = (const char *)sqlite3_column_text(row, 2);
    char **to = !page                         ? NULL
                : strcmp(page, "color") == 0  ? &clip->color_graph
                : strcmp(page, "fusion") == 0 ? &clip->fusion_graph
                                              : NULL;
    return to && graph ? ho_timeline_clip_set_text(to, graph, diag) : fail_row(project, "a graph", clip->id, diag);
}

struct part {
    const char *sql;    // of ?1 timeline, clips ?2 to ?3; the clip's id first
    enum ho_result (*take)(struct ho_project *project, sqlite3_stmt *row, struct ho_timeline_clip *clip,
                           struct ho_diag *diag);
};
static const struct part parts[] = {
    {"SELECT clip, name, value FROM number WHERE timeline = ?1 AND clip BETWEEN ?2 AND ?3", take_number},
    {"SELECT clip, name, frame, value, interpolation FROM keyframe WHERE timeline = ?1 AND clip BETWEEN ?2 AND ?3",
     take_keyframe},
    {"SELECT clip, parameters FROM title_text WHERE timeline = ?1 AND clip BETWEEN ?2 AND ?3 ORDER BY timeline, clip, "
     "place",
     take_text},
    {"SELECT clip, page, graph FROM clip_graph WHERE timeline = ?1 AND clip BETWEEN ?2 AND ?3", take_graph},
};

static enum ho_result read_part(struct ho_project *project, const struct part *part, int64_t timeline, int64_t first,
                                int64_t last, const struct clips *clips, struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(sql_query(project, part->sql, VALUES(sql_int(timeline), sql_int(first), sql_int(last)), &row, diag));
    enum ho_result result;
    while ((result = sql_next(project, row, diag)) == HO_OK) {
        struct ho_timeline_clip *clip = find(clips, sqlite3_column_int64(row, 0));
        result = clip ? part->take(project, row, clip, diag)
                      : fail_row(project, "a part of it", sqlite3_column_int64(row, 0), diag);
        if (result != HO_OK)
            break;
    }
    sqlite3_reset(row);
    return result == HO_END ? HO_OK : result;
}

// The clips with numbers from `first` to `last`.
static enum ho_result read_clips(struct ho_project *project, int64_t timeline, int64_t first, int64_t last,
                                 struct clips *clips, struct ho_diag *diag)
{
    static const char sql[] =
        "SELECT id, track, media, at, length, source_in, source_part, origin, link, enabled, muted, flip_x, flip_y, "
        "composite, fit, name FROM clip WHERE timeline = ?1 AND id BETWEEN ?2 AND ?3 ORDER BY id";
    sqlite3_stmt *row;
    HO_TRY(sql_query(project, sql, VALUES(sql_int(timeline), sql_int(first), sql_int(last)), &row, diag));
    enum ho_result result;
    while ((result = sql_next(project, row, diag)) == HO_OK)
        if ((result = read_clip(project, row, clips, diag)) != HO_OK)
            break;
    sqlite3_reset(row);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && (result == HO_END || result == HO_OK); i++)
        result = read_part(project, &parts[i], timeline, first, last, clips, diag);
    return result == HO_END ? HO_OK : result;
}

static enum ho_result load_clips(struct ho_project *project, int64_t id, int64_t first, int64_t last,
                                 struct ho_timeline *timeline, struct ho_diag *diag)
{
    struct clips clips = {0};
    enum ho_result result = read_clips(project, id, first, last, &clips, diag);
    for (size_t i = 0; i < clips.n && result == HO_OK; i++)
        result = ho_timeline_load_clip(timeline, clips.items[i], diag);
    clips_clear(&clips);
    return result;
}

// ---- the timeline's row, tracks, media

// HO_END: there is none.
static enum ho_result read_settings(struct ho_project *project, int64_t id, struct ho_timeline_settings *out,
                                    int64_t *next_id, struct ho_diag *diag)
{
    static const char sql[] = "SELECT name, width, height, rate_num, rate_den, start_frame, start_fps, start_drop, "
                              "next_id FROM timeline WHERE id = ?1";
    sqlite3_stmt *row;
    HO_TRY(sql_query(project, sql, VALUES(sql_int(id)), &row, diag));
    HO_TRY(sql_next(project, row, diag));
    *out = (struct ho_timeline_settings){
        .width = sqlite3_column_int(row, 1),
        .height = sqlite3_column_int(row, 2),
        .rate = {sqlite3_column_int64(row, 3), sqlite3_column_int64(row, 4)},
        .start = {sqlite3_column_int64(row, 5), sqlite3_column_int(row, 6), sqlite3_column_int(row, 7) != 0}};
    sql_copy_text(row, 0, out->name, sizeof(out->name));
    *next_id = sqlite3_column_int64(row, 8);
    sqlite3_reset(row);
    return HO_OK;
}

// Track `only`, or all (0).
static enum ho_result load_tracks(struct ho_project *project, int64_t id, int64_t only, struct ho_timeline *timeline,
                                  struct ho_diag *diag)
{
    static const char sql[] = "SELECT id, kind, place, name, enabled, locked, target, auto_select FROM track WHERE "
                              "timeline = ?1 AND (?2 = 0 OR id = ?2)";
    sqlite3_stmt *row;
    HO_TRY(sql_query(project, sql, VALUES(sql_int(id), sql_int(only)), &row, diag));
    enum ho_result result;
    while ((result = sql_next(project, row, diag)) == HO_OK) {
        struct ho_track track = {.id = sqlite3_column_int64(row, 0),
                                 .kind = (enum ho_track_kind)sqlite3_column_int(row, 1),
                                 .place = sqlite3_column_int(row, 2),
                                 .enabled = sqlite3_column_int(row, 4) != 0,
                                 .locked = sqlite3_column_int(row, 5) != 0,
                                 .target = sqlite3_column_int(row, 6) != 0,
                                 .auto_select = sqlite3_column_int(row, 7) != 0};
        sql_copy_text(row, 3, track.name, sizeof(track.name));
        if ((result = ho_timeline_load_track(timeline, &track, diag)) != HO_OK)
            break;
    }
    sqlite3_reset(row);
    return result == HO_END ? HO_OK : result;
}

static enum ho_result load_media(struct ho_project *project, int64_t id, struct ho_timeline *timeline,
                                 struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(sql_query(project, "SELECT DISTINCT media FROM clip WHERE timeline = ?1 AND media IS NOT NULL",
                     VALUES(sql_int(id)), &row, diag));
    enum ho_result result;
    while ((result = sql_next(project, row, diag)) == HO_OK) {
        struct ho_project_media media;
        struct ho_timeline_media known;
        if ((result = ho_project_get_media(project, sqlite3_column_int64(row, 0), &media, diag)) != HO_OK)
            break;
        ho_project_timeline_media(&media, &known);
        if ((result = ho_timeline_set_media(timeline, &known, diag)) != HO_OK)
            break;
    }
    sqlite3_reset(row);
    return result == HO_END ? HO_OK : result;
}

static enum ho_result load_all(struct ho_project *project, int64_t id, struct ho_timeline *timeline,
                               struct ho_diag *diag)
{
    HO_TRY(load_media(project, id, timeline, diag));
    HO_TRY(load_tracks(project, id, 0, timeline, diag));
    HO_TRY(load_clips(project, id, 1, INT64_MAX, timeline, diag));
    return ho_timeline_check(timeline, diag);
}

static enum ho_result load(struct ho_project *project, int64_t id, struct ho_timeline **out, struct ho_diag *diag)
{
    struct ho_timeline_settings settings;
    int64_t next_id;
    enum ho_result result = read_settings(project, id, &settings, &next_id, diag);
    if (result == HO_END)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: there is no timeline number %lld", project->path, (long long)id);
    HO_TRY(result);
    HO_TRY(ho_timeline_create(&settings, out, diag));
    ho_timeline_set_next_id(*out, next_id);
    result = load_all(project, id, *out, diag);
    if (result != HO_OK)
        ho_timeline_destroy(out);
    return result;
}

// One transaction: all of it as it was at one moment, whoever writes meanwhile.
static enum ho_result begin_reading(struct ho_project *project, bool *is_mine, struct ho_diag *diag)
{
    *is_mine = sqlite3_get_autocommit(project->db) != 0;
    return *is_mine ? sql_run(project, "BEGIN", NO_VALUES, diag) : HO_OK;
}

static void end_reading(struct ho_project *project, bool is_mine)
{
    if (is_mine)
        sqlite3_exec(project->db, "ROLLBACK", NULL, NULL, NULL);
}

enum ho_result ho_project_load_timeline(struct ho_project *project, int64_t id, struct ho_timeline **out,
                                        struct ho_diag *diag)
{
    bool is_mine;
    HO_TRY(begin_reading(project, &is_mine, diag));
    enum ho_result result = load(project, id, out, diag);
    end_reading(project, is_mine);
    return result;
}

// ---- refresh

// The rows of one kind of one timeline: they lie together.
static struct ho_touched rows_of(const struct ho_touched *touched, enum ho_touched_kind kind, int64_t timeline)
{
    struct ho_touched found = {0};
    for (size_t i = 0; i < touched->n_rows; i++)
        if (touched->rows[i].kind == kind && touched->rows[i].timeline == timeline) {
            if (found.n_rows++ == 0)
                found.rows = &touched->rows[i];
        }
    return found;
}

static enum ho_result refresh_tracks(struct ho_project *project, int64_t id, struct ho_touched tracks,
                                     struct ho_timeline *timeline, struct ho_diag *diag)
{
    for (size_t i = 0; i < tracks.n_rows; i++) {
        int64_t n = 0;
        HO_TRY(sql_number(project, "SELECT count(*) FROM track WHERE timeline = ?1 AND id = ?2",
                          VALUES(sql_int(id), sql_int(tracks.rows[i].id)), &n, diag));
        if (n == 0)
            ho_timeline_unload_track(timeline, tracks.rows[i].id);
        else
            HO_TRY(load_tracks(project, id, tracks.rows[i].id, timeline, diag));
    }
    return HO_OK;
}

enum { FEW = 16 };    // clips that are asked for one by one

static enum ho_result refresh_clips(struct ho_project *project, int64_t id, struct ho_touched clips,
                                    struct ho_timeline *timeline, struct ho_diag *diag)
{
    if (clips.n_rows > FEW)    // by number, so these are all between the first and the last
        return load_clips(project, id, clips.rows[0].id, clips.rows[clips.n_rows - 1].id, timeline, diag);
    for (size_t i = 0; i < clips.n_rows; i++)
        HO_TRY(load_clips(project, id, clips.rows[i].id, clips.rows[i].id, timeline, diag));
    return HO_OK;
}

// Clips first go, so that none lies on a track that goes; those that are still kept come back at last.
static enum ho_result refresh(struct ho_project *project, int64_t id, const struct ho_touched *touched,
                              struct ho_timeline *timeline, struct ho_diag *diag)
{
    struct ho_timeline_settings settings;
    struct ho_touched clips = rows_of(touched, HO_TOUCHED_CLIP, id);
    int64_t next_id;
    HO_TRY(read_settings(project, id, &settings, &next_id, diag));
    ho_timeline_load_settings(timeline, &settings);
    ho_timeline_set_next_id(timeline, next_id);
    for (size_t i = 0; i < clips.n_rows; i++)
        ho_timeline_unload_clip(timeline, clips.rows[i].id);
    HO_TRY(refresh_tracks(project, id, rows_of(touched, HO_TOUCHED_TRACK, id), timeline, diag));
    if (clips.n_rows > 0 || rows_of(touched, HO_TOUCHED_MEDIA, 0).n_rows > 0)
        HO_TRY(load_media(project, id, timeline, diag));
    HO_TRY(refresh_clips(project, id, clips, timeline, diag));
    return ho_timeline_check(timeline, diag);
}

enum ho_result ho_project_refresh_timeline(struct ho_project *project, int64_t id, const struct ho_touched *touched,
                                           struct ho_timeline *timeline, struct ho_diag *diag)
{
    bool is_mine;
    HO_TRY(begin_reading(project, &is_mine, diag));
    enum ho_result result = refresh(project, id, touched, timeline, diag);
    end_reading(project, is_mine);
    return result;
}
