// SPDX-License-Identifier: BSD-2-Clause
// What a prompt would show, without keeping anything.
#include <stdlib.h>

#include "base/memory.h"
#include "holdout/clip.h"
#include "track/statement.h"

struct ho_preview {
    struct ho_clip *clip;
    const struct ho_engine *engine;
    struct ho_engine_session *session;
    struct ho_engine_walk *walk;
    struct ho_frame *frame;    // the last one that was asked for: clicks come in numbers
};

static enum ho_result open_clip(const struct ho_preview_options *asked, struct ho_clip **out, struct ho_diag *diag)
{
    struct ho_bank *bank = NULL;
    struct ho_clip_options options = {.n_threads = asked->n_threads};
    if (asked->clips)
        return ho_clip_pool_open(asked->clips, asked->source, NULL, NULL, out, diag);
    if (asked->bank_dir) {
        HO_TRY(ho_bank_open(asked->bank_dir, &bank, diag));
        options.index_dir = ho_bank_index_dir(bank);
    }
    enum ho_result result = ho_clip_open(asked->source, &options, out, diag);
    ho_bank_close(&bank);
    return result;
}

enum ho_result ho_preview_open(const struct ho_preview_options *asked, struct ho_preview **out, struct ho_diag *diag)
{
    struct ho_preview *preview = ho_alloc(1, sizeof(*preview));
    if (!preview)
        return ho_fail_memory(diag, sizeof(*preview));
    enum ho_result result = ho_engine_find(asked->engine ? asked->engine : "embedded", &preview->engine, diag);
    if (result == HO_OK)
        result = open_clip(asked, &preview->clip, diag);
    if (result == HO_OK) {
        const struct ho_source_info *info = ho_clip_info(preview->clip);
        struct ho_engine_options options = {.width = info->width,
                                            .height = info->height,
                                            .pixel_aspect = info->pixel_aspect,
                                            .quality = asked->quality,
                                            .model = asked->model,
                                            .n_threads = asked->n_threads,
                                            .answer_at_once = true};
        result = preview->engine->open(&options, &preview->session, diag);
    }
    if (result == HO_OK)
        result = preview->engine->walk_create(preview->session, &preview->walk, diag);
    if (result != HO_OK) {
        ho_preview_close(&preview);
        return result;
    }
    *out = preview;
    return HO_OK;
}

enum ho_result ho_preview_show(struct ho_preview *preview, int64_t frame, struct ho_frame **out, struct ho_diag *diag)
{
    if (out)
        *out = NULL;
    if (!preview->frame || ho_frame_index(preview->frame) != frame) {
        ho_frame_unref(&preview->frame);
        HO_TRY(ho_clip_frame(preview->clip, frame, NULL, &preview->frame, diag));
    }
    if (out)
        *out = ho_frame_ref(preview->frame);
    return HO_OK;
}

enum ho_result ho_preview_prompt(struct ho_preview *preview, const struct ho_prompt *prompts, size_t n_prompts,
                                 struct ho_matte *matte, float *confidence, struct ho_diag *diag)
{
    struct ho_statement said;
    struct ho_engine_answer answer = {0};
    if (n_prompts == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "nothing says what to show: give a click, a box, a stroke or a mask");
    for (size_t i = 1; i < n_prompts; i++)
        if (prompts[i].frame != prompts[0].frame)
            return ho_fail(diag, HO_ERROR_USAGE, "a preview shows one frame; the prompts are on %lld and %lld",
                           (long long)prompts[0].frame, (long long)prompts[i].frame);
    HO_TRY(ho_statement_of_prompts(prompts, n_prompts, ho_clip_info(preview->clip), &said, diag));
    enum ho_result result = ho_preview_show(preview, said.frame, NULL, diag);
    ho_matte_clear(matte);
    if (result == HO_OK && said.n_prompts)
        result = preview->engine->prompt(preview->walk, preview->frame, said.prompts, said.n_prompts, matte, NULL,
                                         &answer, diag);
    *confidence = answer.confidence;
    ho_statement_clear(&said);
    return result;
}

const struct ho_source_info *ho_preview_source(const struct ho_preview *preview) { return ho_clip_info(preview->clip); }

void ho_preview_close(struct ho_preview **preview)
{
    if (!preview || !*preview)
        return;
    struct ho_preview *p = *preview;
    ho_frame_unref(&p->frame);
    if (p->walk)
        p->engine->walk_destroy(&p->walk);
    if (p->session)
        p->engine->close(&p->session);
    ho_clip_unref(&p->clip);
    free(p);
    *preview = NULL;
}
