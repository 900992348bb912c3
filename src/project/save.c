// SPDX-License-Identifier: BSD-2-Clause
// What an edit changed, into rows: those that differ, and no others.
#include <string.h>

#include "project/internal.h"

static enum ho_result put_track(struct ho_project *project, int64_t timeline, const struct ho_track *track,
                                struct ho_diag *diag)
{
    static const char sql[] =
        "INSERT INTO track (timeline, id, kind, place, name, enabled, locked, target, auto_select) VALUES (?1, ?2, ?3, "
        "?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (timeline, id) DO UPDATE SET place = excluded.place, name = "
        "excluded.name, "
        "enabled = excluded.enabled, locked = excluded.locked, target = excluded.target, auto_select = "
        "excluded.auto_select";
    return sql_run(project, sql,
                   VALUES(sql_int(timeline), sql_int(track->id), sql_int(track->kind), sql_int(track->place),
                          sql_text(track->name), sql_int(track->enabled), sql_int(track->locked),
                          sql_int(track->target), sql_int(track->auto_select)),
                   diag);
}

enum ho_result save_track(struct ho_project *project, int64_t timeline, const struct ho_track_change *change,
                          struct ho_diag *diag)
{
    if (change->exists)
        return put_track(project, timeline, &change->after, diag);
    return sql_run(project, "DELETE FROM track WHERE timeline = ?1 AND id = ?2",
                   VALUES(sql_int(timeline), sql_int(change->after.id)), diag);
}

// ---- clips

static enum ho_result put_row(struct ho_project *project, int64_t timeline, const struct ho_timeline_clip *clip,
                              struct ho_diag *diag)
{
    static const char sql[] =
        "INSERT INTO clip (timeline, id, track, media, at, length, source_in, source_part, origin, link, enabled, "
        "muted, "
        "flip_x, flip_y, composite, fit, name) VALUES (?1, ?2, ?3, nullif(?4, 0), ?5, ?6, ?7, ?8, ?9, nullif(?10, 0), "
        "?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT (timeline, id) DO UPDATE SET track = excluded.track, media = "
        "excluded.media, at = excluded.at, length = excluded.length, source_in = excluded.source_in, source_part = "
        "excluded.source_part, origin = excluded.origin, link = excluded.link, enabled = excluded.enabled, muted = "
        "excluded.muted, flip_x = excluded.flip_x, flip_y = excluded.flip_y, composite = excluded.composite, fit = "
        "excluded.fit, name = excluded.name";
    return sql_run(project, sql,
                   VALUES(sql_int(timeline), sql_int(clip->id), sql_int(clip->track), sql_int(clip->media),
                          sql_int(clip->at), sql_int(clip->length), sql_int(clip->in), sql_int(clip->in_part),
                          sql_int(clip->origin), sql_int(clip->link), sql_int(clip->enabled), sql_int(clip->muted),
                          sql_int(clip->flip_x), sql_int(clip->flip_y), sql_text(ho_composite_name(clip->composite)),
                          sql_text(ho_fit_name(clip->fit)), sql_text(clip->name)),
                   diag);
}

static enum ho_result save_number(struct ho_project *project, int64_t timeline, int64_t clip,
                                  const struct ho_clip_number_info *info, double before, double after,
                                  struct ho_diag *diag)
{
    static const char put[] = "INSERT INTO number (timeline, clip, name, value) VALUES (?1, ?2, ?3, ?4) ON CONFLICT "
                              "(timeline, clip, name) DO UPDATE SET value = excluded.value";
    if (before == after)
        return HO_OK;
    if (after != info->value)
        return sql_run(project, put, VALUES(sql_int(timeline), sql_int(clip), sql_text(info->name), sql_real(after)),
                       diag);
    return sql_run(project, "DELETE FROM number WHERE timeline = ?1 AND clip = ?2 AND name = ?3",
                   VALUES(sql_int(timeline), sql_int(clip), sql_text(info->name)), diag);
}

static enum ho_result put_keyframe(struct ho_project *project, int64_t timeline, int64_t clip, const char *name,
                                   const struct ho_keyframe *key, struct ho_diag *diag)
{
    static const char sql[] =
        "INSERT INTO keyframe (timeline, clip, name, frame, value, interpolation) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON "
        "CONFLICT (timeline, clip, name, frame) DO UPDATE SET value = excluded.value, interpolation = "
        "excluded.interpolation";
    return sql_run(project, sql,
                   VALUES(sql_int(timeline), sql_int(clip), sql_text(name), sql_int(key->frame), sql_real(key->value),
                          sql_int(key->interpolation)),
                   diag);
}

static enum ho_result remove_keyframe(struct ho_project *project, int64_t timeline, int64_t clip, const char *name,
                                      int64_t frame, struct ho_diag *diag)
{
    return sql_run(project, "DELETE FROM keyframe WHERE timeline = ?1 AND clip = ?2 AND name = ?3 AND frame = ?4",
                   VALUES(sql_int(timeline), sql_int(clip), sql_text(name), sql_int(frame)), diag);
}

static bool same_key(const struct ho_keyframe *a, const struct ho_keyframe *b)
{
    return a->value == b->value && a->interpolation == b->interpolation;
}

// Both are in the order of frames: one walk over the two.
static enum ho_result save_keyframes(struct ho_project *project, int64_t timeline, int64_t clip, const char *name,
                                     const struct ho_curve *before, const struct ho_curve *after, struct ho_diag *diag)
{
    size_t i = 0, k = 0;
    while (i < before->n_keys || k < after->n_keys) {
        const struct ho_keyframe *old = i < before->n_keys ? &before->keys[i] : NULL;
        const struct ho_keyframe *new = k < after->n_keys ? &after->keys[k] : NULL;
        if (old && (!new || old->frame < new->frame)) {
            HO_TRY(remove_keyframe(project, timeline, clip, name, old->frame, diag));
            i++;
            continue;
        }
        bool is_same_frame = old && old->frame == new->frame;
        if (!is_same_frame || !same_key(old, new))
            HO_TRY(put_keyframe(project, timeline, clip, name, new, diag));
        i += is_same_frame;
        k++;
    }
    return HO_OK;
}

static enum ho_result save_text(struct ho_project *project, int64_t timeline, int64_t clip, size_t place,
                                const char *before, const char *after, struct ho_diag *diag)
{
    static const char put[] = "INSERT INTO title_text (timeline, clip, place, parameters) VALUES (?1, ?2, ?3, ?4) ON "
                              "CONFLICT (timeline, clip, place) DO UPDATE SET parameters = excluded.parameters";
    if (before && after && strcmp(before, after) == 0)
        return HO_OK;
    if (after)
        return sql_run(project, put, VALUES(sql_int(timeline), sql_int(clip), sql_int((int64_t)place), sql_text(after)),
                       diag);
    return sql_run(project, "DELETE FROM title_text WHERE timeline = ?1 AND clip = ?2 AND place = ?3",
                   VALUES(sql_int(timeline), sql_int(clip), sql_int((int64_t)place)), diag);
}

static enum ho_result save_graph(struct ho_project *project, int64_t timeline, int64_t clip, const char *page,
                                 const char *before, const char *after, struct ho_diag *diag)
{
    static const char put[] =
        "INSERT INTO clip_graph (timeline, clip, page, graph) VALUES (?1, ?2, ?3, ?4) ON CONFLICT "
        "(timeline, clip, page) DO UPDATE SET graph = excluded.graph";
    if ((!before && !after) || (before && after && strcmp(before, after) == 0))
        return HO_OK;
    if (after)
        return sql_run(project, put, VALUES(sql_int(timeline), sql_int(clip), sql_text(page), sql_text(after)), diag);
    return sql_run(project, "DELETE FROM clip_graph WHERE timeline = ?1 AND clip = ?2 AND page = ?3",
                   VALUES(sql_int(timeline), sql_int(clip), sql_text(page)), diag);
}

// What hangs on a clip, from one state to another; before NULL: all at their defaults.
static enum ho_result save_parts(struct ho_project *project, int64_t timeline, const struct ho_timeline_clip *before,
                                 const struct ho_timeline_clip *after, struct ho_diag *diag)
{
    static const struct ho_curve none;
    int64_t id = after->id;
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++) {
        const struct ho_clip_number_info *info = ho_clip_number_describe((enum ho_clip_number)i);
        const struct ho_curve *old = before ? &before->number[i] : &none, *new = &after->number[i];
        HO_TRY(save_number(project, timeline, id, info, before ? old->value : info->value, new->value, diag));
        HO_TRY(save_keyframes(project, timeline, id, info->name, old, new, diag));
    }
    size_t n_before = before ? before->n_texts : 0;
    for (size_t i = 0; i < n_before || i < after->n_texts; i++)
        HO_TRY(save_text(project, timeline, id, i, i < n_before ? before->texts[i] : NULL,
                         i < after->n_texts ? after->texts[i] : NULL, diag));
    HO_TRY(save_graph(project, timeline, id, "color", before ? before->color_graph : NULL, after->color_graph, diag));
    return save_graph(project, timeline, id, "fusion", before ? before->fusion_graph : NULL, after->fusion_graph, diag);
}

// Its parts first; tables that hold none of them are not asked.
static enum ho_result remove_clip(struct ho_project *project, int64_t timeline, const struct ho_timeline_clip *clip,
                                  struct ho_diag *diag)
{
    bool has_numbers = false, has_keys = false;
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++) {
        has_numbers |= clip->number[i].value != ho_clip_number_describe((enum ho_clip_number)i)->value;
        has_keys |= clip->number[i].n_keys > 0;
    }
    const struct {
        bool needed;
        const char *sql;
    } parts[] = {
        {has_numbers, "DELETE FROM number WHERE timeline = ?1 AND clip = ?2"},
        {has_keys, "DELETE FROM keyframe WHERE timeline = ?1 AND clip = ?2"},
        {clip->n_texts > 0, "DELETE FROM title_text WHERE timeline = ?1 AND clip = ?2"},
        {clip->color_graph || clip->fusion_graph, "DELETE FROM clip_graph WHERE timeline = ?1 AND clip = ?2"},
        {true, "DELETE FROM clip WHERE timeline = ?1 AND id = ?2"},
    };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i].needed)
            HO_TRY(sql_run(project, parts[i].sql, VALUES(sql_int(timeline), sql_int(clip->id)), diag));
    return HO_OK;
}

enum ho_result save_clip(struct ho_project *project, int64_t timeline, const struct ho_clip_change *change,
                         struct ho_diag *diag)
{
    if (!change->after)
        return remove_clip(project, timeline, change->before, diag);
    HO_TRY(put_row(project, timeline, change->after, diag));
    return save_parts(project, timeline, change->before, change->after, diag);
}
