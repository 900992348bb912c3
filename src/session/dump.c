// SPDX-License-Identifier: BSD-2-Clause
// All that a project says, as text without its numbers: two projects that say the same have equal dumps.
#include "session/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct dumping {
    struct ho_session *session;
    FILE *file;
    struct ho_bin *bins;
    size_t n_bins;
};

static void put_bin(const struct dumping *d, int64_t id)
{
    for (size_t i = 0; i < d->n_bins; i++) {
        if (d->bins[i].id != id)
            continue;
        if (d->bins[i].parent && d->bins[i].parent != HO_BIN_TOP)
            put_bin(d, d->bins[i].parent);
        if (id != HO_BIN_TOP)
            fprintf(d->file, "/%s", d->bins[i].name);
    }
}

static int by_hash(const void *a, const void *b)
{
    const struct ho_project_media *x = *(struct ho_project_media *const *)a, *y = *(struct ho_project_media *const *)b;
    const int order = strcmp(x->source.hash, y->source.hash);
    return order ? order : strcmp(x->clip_name, y->clip_name);
}

static enum ho_result put_media(const struct dumping *d, struct ho_diag *diag)
{
    const struct ho_session *s = d->session;
    struct ho_project_media **sorted = ho_alloc(s->n_media + 1, sizeof(*sorted));
    if (!sorted)
        return ho_fail_memory(diag, s->n_media * sizeof(*sorted));
    if (s->n_media)
        memcpy(sorted, s->media, s->n_media * sizeof(*sorted));
    qsort(sorted, s->n_media, sizeof(*sorted), by_hash);
    for (size_t i = 0; i < s->n_media; i++) {
        const struct ho_project_media *m = sorted[i];
        const char *slash = strrchr(m->source.path, '/');
        fprintf(d->file, "media %s \"%s\" name \"%s\" rate %lld/%lld alpha %d in \"", m->source.hash,
                slash ? slash + 1 : m->source.path, m->clip_name, (long long)m->rate.num, (long long)m->rate.den,
                (int)m->alpha);
        put_bin(d, m->bin);
        fprintf(d->file, "\"\n");
    }
    free(sorted);
    return HO_OK;
}

// Clips that are linked with the first one named.
static int64_t first_linked(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip, int *track)
{
    for (int t = 0; clip->link && t < ho_timeline_n_tracks(timeline); t++) {
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, t, &n);
        for (size_t i = 0; i < n; i++)
            if (clips[i]->link == clip->link) {
                *track = t;
                return (int64_t)i;
            }
    }
    return -1;
}

static void put_number(const struct dumping *d, const struct ho_timeline_clip *clip, enum ho_clip_number number)
{
    const struct ho_curve *curve = &clip->number[number];
    const struct ho_clip_number_info *info = ho_clip_number_describe(number);
    if (curve->n_keys == 0 && curve->value == info->value)
        return;
    fprintf(d->file, "   %s", info->name);
    if (curve->n_keys == 0)
        fprintf(d->file, " %.9g", curve->value);
    for (size_t i = 0; i < curve->n_keys; i++)
        fprintf(d->file, " %lld:%.9g:%d", (long long)curve->keys[i].frame, curve->keys[i].value,
                (int)curve->keys[i].interpolation);
    fprintf(d->file, "\n");
}

static void put_graph(const struct dumping *d, const char *page, const char *text)
{
    struct ho_graph *graph = NULL;
    char *plain = NULL;
    if (!text)
        return;
    if (ho_graph_parse(text, page, &graph, NULL) == HO_OK)
        (void)!ho_graph_format(graph, &plain, NULL);
    fprintf(d->file, "   %s %s\n", page, plain ? plain : text);
    free(plain);
    ho_graph_destroy(&graph);
}

static void put_text(const struct dumping *d, const char *text)
{
    json_t *values = json_loads(text, 0, NULL);
    char *plain = values ? json_dumps(values, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(9)) : NULL;
    fprintf(d->file, "   text %s\n", plain ? plain : text);
    free(plain);
    json_decref(values);
}

static void put_clip(const struct dumping *d, const struct ho_timeline *timeline, const struct ho_timeline_clip *clip)
{
    const struct ho_project_media *media = ho_session_media(d->session, clip->media);
    int track = 0;
    fprintf(d->file, "  clip \"%s\" of %s at %lld+%lld in %lld+%lld time %lld %s%s%s%s, %s, %s\n", clip->name,
            media ? media->source.hash : "title", (long long)clip->at, (long long)clip->length, (long long)clip->in,
            (long long)clip->in_part, (long long)clip->origin, clip->enabled ? "on" : "off",
            clip->muted ? " muted" : "", clip->flip_x ? " flip_x" : "", clip->flip_y ? " flip_y" : "",
            ho_composite_name(clip->composite), ho_fit_name(clip->fit));
    const int64_t linked = first_linked(timeline, clip, &track);
    if (linked >= 0)
        fprintf(d->file, "   linked with %d.%lld\n", track, (long long)linked);
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++)
        put_number(d, clip, (enum ho_clip_number)i);
    for (size_t i = 0; i < clip->n_texts; i++)
        put_text(d, clip->texts[i]);
    put_graph(d, "color", clip->color_graph);
    put_graph(d, "fusion", clip->fusion_graph);
}

static void put_timeline(const struct dumping *d, const struct ho_timeline *timeline)
{
    const struct ho_timeline_settings *s = ho_timeline_get_settings(timeline);
    char start[HO_TIMECODE_SIZE];
    ho_timecode_format(s->start, start);
    fprintf(d->file, "timeline \"%s\" %dx%d %lld/%lld from %s\n", s->name, s->width, s->height, (long long)s->rate.num,
            (long long)s->rate.den, start);
    for (int t = 0; t < ho_timeline_n_tracks(timeline); t++) {
        const struct ho_track *track = ho_timeline_track(timeline, t);
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, t, &n);
        fprintf(d->file, " track %c%d \"%s\"%s%s%s%s\n", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1,
                track->name, track->enabled ? "" : " off", track->locked ? " locked" : "",
                track->target ? " target" : "", track->auto_select ? "" : " not auto-selected");
        for (size_t i = 0; i < n; i++)
            put_clip(d, timeline, clips[i]);
    }
}

static enum ho_result put_timelines(const struct dumping *d, struct ho_diag *diag)
{
    struct ho_timeline_entry *entries = NULL;
    size_t n = 0;
    HO_TRY(ho_project_timelines(d->session->project, &entries, &n, diag));
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        struct ho_timeline *timeline = NULL;
        result = ho_project_load_timeline(d->session->project, entries[i].id, &timeline, diag);
        if (result == HO_OK)
            put_timeline(d, timeline);
        ho_timeline_destroy(&timeline);
    }
    free(entries);
    return result;
}

static enum ho_result put_objects(const struct dumping *d, struct ho_diag *diag)
{
    struct ho_project_object *objects = NULL;
    size_t n = 0;
    HO_TRY(ho_project_objects(d->session->project, NULL, &objects, &n, diag));
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        struct ho_project_said *said = NULL;
        size_t n_said = 0;
        fprintf(d->file, "object \"%s\" of %s, %s\n", objects[i].name, objects[i].hash,
                ho_quality_name(objects[i].quality ? HO_QUALITY_BETTER : HO_QUALITY_FASTER));
        result = ho_project_get_said(d->session->project, objects[i].id, &said, &n_said, diag);
        for (size_t k = 0; k < n_said; k++)
            fprintf(d->file, " %s\n", said[k].said);
        ho_project_said_free(&said, n_said);
    }
    free(objects);
    return result;
}

static enum ho_result put_deliver(const struct dumping *d, struct ho_diag *diag)
{
    struct ho_preset_entry *presets = NULL;
    struct ho_job *jobs = NULL;
    size_t n = 0;
    char *text = NULL;
    HO_TRY(ho_project_presets(d->session->project, &presets, &n, diag));
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        result = ho_project_get_preset(d->session->project, presets[i].name, &text, diag);
        fprintf(d->file, "preset \"%s\" %s\n", presets[i].name, text ? text : "");
        free(text);
        text = NULL;
    }
    free(presets);
    HO_TRY(result);
    HO_TRY(ho_project_jobs(d->session->project, &jobs, &n, diag));
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        result = ho_project_job_settings(d->session->project, jobs[i].id, &text, diag);
        fprintf(d->file, "job \"%s\" %s\n", jobs[i].name, text ? text : "");
        free(text);
        text = NULL;
    }
    free(jobs);
    return result;
}

enum ho_result dump_project(struct ho_session *session, char **out, struct ho_diag *diag)
{
    struct dumping d = {.session = session};
    size_t size = 0;
    *out = NULL;
    HO_TRY(ho_project_bins(session->project, &d.bins, &d.n_bins, diag));
    d.file = open_memstream(out, &size);
    enum ho_result result = d.file ? HO_OK : ho_fail_memory(diag, 1);
    if (result == HO_OK)
        result = put_media(&d, diag);
    if (result == HO_OK)
        result = put_timelines(&d, diag);
    if (result == HO_OK)
        result = put_objects(&d, diag);
    if (result == HO_OK)
        result = put_deliver(&d, diag);
    if (d.file)
        fclose(d.file);
    free(d.bins);
    return result;
}
