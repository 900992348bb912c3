// SPDX-License-Identifier: BSD-2-Clause
// What a prompt would show, without keeping anything.
#include <stdlib.h>

#include "base/memory.h"
#include "track/statement.h"

struct ho_preview {
    struct ho_reader *reader;
    const struct ho_engine *engine;
    struct ho_engine_session *session;
    struct ho_engine_walk *walk;
    struct ho_frame *frame;    // the last one that was asked for: clicks come in numbers
};

enum ho_result ho_preview_open(const struct ho_preview_options *asked, struct ho_preview **out, struct ho_diag *diag)
{
    struct ho_preview *preview = ho_alloc(1, sizeof(*preview));
    if (!preview)
        return ho_fail_memory(diag, sizeof(*preview));
    struct ho_bank *bank = NULL;
    enum ho_result result = ho_engine_find(asked->engine ? asked->engine : "embedded", &preview->engine, diag);
    struct ho_reader_options reading = {.n_threads = asked->n_threads};
    if (result == HO_OK && asked->bank_dir)
        result = ho_bank_open(asked->bank_dir, &bank, diag);
    if (bank)
        reading.index_dir = ho_bank_index_dir(bank);
    if (result == HO_OK)
        result = ho_reader_open(asked->source, &reading, &preview->reader, diag);
    ho_bank_close(&bank);
    if (result == HO_OK) {
        const struct ho_source_info *info = ho_reader_info(preview->reader);
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
        HO_TRY(ho_reader_frame(preview->reader, frame, &preview->frame, diag));
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
    HO_TRY(ho_statement_of_prompts(prompts, n_prompts, ho_reader_info(preview->reader), &said, diag));
    enum ho_result result = ho_preview_show(preview, said.frame, NULL, diag);
    ho_matte_clear(matte);
    if (result == HO_OK && said.n_prompts)
        result = preview->engine->prompt(preview->walk, preview->frame, said.prompts, said.n_prompts, matte, NULL,
                                         &answer, diag);
    *confidence = answer.confidence;
    ho_statement_clear(&said);
    return result;
}

const struct ho_source_info *ho_preview_source(const struct ho_preview *preview)
{
    return ho_reader_info(preview->reader);
}

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
    ho_reader_close(&p->reader);
    free(p);
    *preview = NULL;
}
