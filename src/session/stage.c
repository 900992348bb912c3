// SPDX-License-Identifier: BSD-2-Clause
// What is on stage: the stretch of the timeline around a frame, or one clip alone, compiled to a graph and evaluated.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "holdout/compile.h"
#include "session/paint.h"

struct stage {
    struct ho_timeline *timeline;
    int64_t clip;    // 0: the timeline
    uint64_t bank_serial;
    struct ho_compiled compiled;
    struct ho_evaluator *evaluator;
};

void stage_destroy(struct stage **stage)
{
    if (!*stage)
        return;
    ho_evaluator_destroy(&(*stage)->evaluator);    // before the graph that it holds
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

static enum ho_result compile(const struct paint *paint, int64_t clip, struct ho_compiled *out, struct ho_diag *diag)
{
    struct ho_compile_options options = {.find = find_media, .opaque = (void *)(uintptr_t)paint, .show_offline = true};
    *out = (struct ho_compiled){0};
    return clip ? ho_compile_clip(paint->timeline, clip, &options, out, diag)
                : ho_compile(paint->timeline, paint->frame, &options, out, diag);
}

static enum ho_result take(struct stage *stage, const struct paint *paint, struct ho_compiled *next,
                           struct ho_diag *diag)
{
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(paint->timeline);
    struct ho_evaluator_options options = {.n_threads = paint->options->n_threads,
                                           .bank_dir = paint->options->bank_dir,
                                           .any_matte = true,    // an editor put it there
                                           .rate = settings->rate,
                                           .width = settings->width,
                                           .height = settings->height,
                                           .clips = paint->pool};
    // Mattes are opened as the bank is then: another state of it is opened anew.
    if (stage->bank_serial != paint->bank_serial)
        ho_evaluator_destroy(&stage->evaluator);
    enum ho_result result = stage->evaluator ? ho_evaluator_set_graph(stage->evaluator, next->graph, diag)
                                             : ho_evaluator_create(next->graph, &options, &stage->evaluator, diag);
    if (result != HO_OK)
        ho_evaluator_destroy(&stage->evaluator);
    ho_compiled_clear(&stage->compiled);
    stage->compiled = *next;
    *next = (struct ho_compiled){0};
    stage->bank_serial = paint->bank_serial;
    return result;
}

static bool is_same(const struct stage *stage, const struct paint *paint, int64_t clip)
{
    return stage->evaluator && stage->clip == clip && stage->bank_serial == paint->bank_serial &&
           (clip || (paint->frame >= stage->compiled.frames.first && paint->frame <= stage->compiled.frames.last)) &&
           ho_timeline_equal(stage->timeline, paint->timeline);
}

enum ho_result stage_set(struct stage **kept, const struct paint *paint, int64_t clip, struct ho_evaluator **out,
                         struct ho_diag *diag)
{
    struct ho_compiled next;
    struct ho_timeline *timeline = NULL;
    if (!*kept)
        *kept = ho_alloc(1, sizeof(**kept));
    if (!*kept)
        return ho_fail_memory(diag, sizeof(**kept));
    if (!is_same(*kept, paint, clip)) {
        HO_TRY(compile(paint, clip, &next, diag));
        enum ho_result result = ho_timeline_copy(paint->timeline, &timeline, diag);
        if (result == HO_OK)
            result = take(*kept, paint, &next, diag);
        ho_compiled_clear(&next);
        ho_timeline_destroy(&(*kept)->timeline);
        (*kept)->timeline = timeline;
        (*kept)->clip = clip;
        if (result != HO_OK) {
            stage_destroy(kept);
            return result;
        }
    }
    *out = (*kept)->evaluator;
    return HO_OK;
}
