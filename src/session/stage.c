// SPDX-License-Identifier: BSD-2-Clause
// What is on stage: the stretch of the timeline around a frame, or one clip alone, compiled to a graph and evaluated.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/paint.h"

struct stage {
    struct ho_viewer *viewer;
    uint64_t bank_serial;
    struct ho_timeline *timeline;    // that the clip was compiled of
    int64_t clip;
    struct ho_compiled compiled;
};

void stage_destroy(struct stage **stage)
{
    if (!*stage)
        return;
    ho_viewer_destroy(&(*stage)->viewer);    // before the graph that it holds
    ho_compiled_clear(&(*stage)->compiled);
    ho_timeline_destroy(&(*stage)->timeline);
    free(*stage);
    *stage = NULL;
}

static bool find_media(void *opaque, int64_t id, struct ho_compile_media *out)
{
    const struct paint *paint = opaque;
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < paint->n_media; i++) {
        const struct ho_project_media *media = &paint->media[i];
        if (media->id != id)
            continue;
        out->alpha = media->alpha;
        if (!ho_project_media_is_offline(media))
            snprintf(out->path, sizeof(out->path), "%s", media->source.path);
        else
            snprintf(out->said, sizeof(out->said), "%.120s is not where it was (%.300s)",
                     *media->clip_name ? media->clip_name : media->source.clip_name, media->source.path);
        return true;
    }
    return false;
}

// Mattes and files are opened as they were then: where the bank or the media are others, anew.
static enum ho_result open_stage(struct stage **kept, const struct paint *paint, struct ho_diag *diag)
{
    if (!*kept)
        *kept = ho_alloc(1, sizeof(**kept));
    if (!*kept)
        return ho_fail_memory(diag, sizeof(**kept));
    struct ho_viewer_options options = {
        .clips = paint->pool, .bank_dir = paint->options->bank_dir, .n_threads = paint->options->n_threads};
    if ((*kept)->viewer && (*kept)->bank_serial != paint->bank_serial)
        ho_viewer_forget((*kept)->viewer);
    (*kept)->bank_serial = paint->bank_serial;
    return (*kept)->viewer ? HO_OK : ho_viewer_create(&options, &(*kept)->viewer, diag);
}

static struct ho_compile_options compile_options(const struct paint *paint)
{
    return (struct ho_compile_options){.find = find_media, .opaque = (void *)(uintptr_t)paint, .show_offline = true};
}

enum ho_result stage_timeline(struct stage **kept, const struct paint *paint, const struct ho_cancel *cancel,
                              struct ho_viewer **viewer, struct ho_viewer_shown *out, struct ho_diag *diag)
{
    const struct ho_compile_options options = compile_options(paint);
    HO_TRY(open_stage(kept, paint, diag));
    *viewer = (*kept)->viewer;
    ho_viewer_set_screen(*viewer, &paint->request.region, paint->request.width, paint->request.height);
    return ho_viewer_show_timeline(*viewer, paint->timeline, &options, paint->frame, cancel, out, diag);
}

static enum ho_result compile_clip(struct stage *stage, const struct paint *paint, struct ho_diag *diag)
{
    const struct ho_compile_options options = compile_options(paint);
    struct ho_compiled next;
    struct ho_timeline *timeline = NULL;
    if (stage->timeline && stage->clip == paint->clip && ho_timeline_equal(stage->timeline, paint->timeline))
        return HO_OK;
    HO_TRY(ho_timeline_copy(paint->timeline, &timeline, diag));
    enum ho_result result = ho_compile_clip(paint->timeline, paint->clip, &options, &next, diag);
    if (result != HO_OK) {
        ho_timeline_destroy(&timeline);
        return result;
    }
    ho_compiled_clear(&stage->compiled);
    ho_timeline_destroy(&stage->timeline);
    stage->compiled = next;
    stage->timeline = timeline;
    stage->clip = paint->clip;
    return HO_OK;
}

enum ho_result stage_node(struct stage **kept, const struct paint *paint, const char *node,
                          const struct ho_cancel *cancel, struct ho_viewer **viewer, struct ho_viewer_shown *out,
                          struct ho_diag *diag)
{
    const int64_t frame = paint->source_frame < 0 ? paint->time : paint->source_frame;
    HO_TRY(open_stage(kept, paint, diag));
    HO_TRY(compile_clip(*kept, paint, diag));
    *viewer = (*kept)->viewer;
    ho_viewer_set_screen(*viewer, &paint->request.region, paint->request.width, paint->request.height);
    return ho_viewer_show_node(*viewer, (*kept)->compiled.graph, ho_timeline_get_settings(paint->timeline), node, frame,
                               cancel, out, diag);
}
