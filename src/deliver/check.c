// SPDX-License-Identifier: BSD-2-Clause
// What can be refused before any work is done.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "deliver/output.h"
#include "holdout/deliver.h"
#include "media/pattern.h"

static bool has_alpha(enum ho_codec codec)
{
    return codec == HO_CODEC_PRORES_4444 || codec == HO_CODEC_FFV1 || codec == HO_CODEC_PNG || codec == HO_CODEC_EXR ||
           codec == HO_CODEC_EXR_FLOAT;
}

// "m.png" is written as m.0000.png and so on (unless it is one picture): say so, so that the name can be used as a
// source.
static enum ho_result name_sequence(char **path, enum ho_codec codec, int64_t n_frames, struct ho_diag *diag)
{
    const char *slash = strrchr(*path, '/'), *name = slash ? slash + 1 : *path, *dot = strrchr(name, '.');
    size_t start, end;
    int width;
    if (!ho_codec_is_sequence(codec) || n_frames == 1 || !dot || ho_pattern_find(name, &start, &end, &width))
        return HO_OK;
    char *named = ho_format("%.*s.%%04d%s", (int)(dot - *path), *path, dot);
    if (!named)
        return ho_fail_memory(diag, strlen(*path) + 6);
    free(*path);
    *path = named;
    return HO_OK;
}

// Where the source lay when it was tracked may be where it lies.
static enum ho_result check_sources(const struct ho_deliver_request *request, const struct ho_source_info *source,
                                    const char *path, struct ho_diag *diag)
{
    struct ho_output_files files = {path, request->codec, ho_output_first_number(request, source), source->n_frames};
    HO_TRY(ho_output_check_source(&files, source->path, diag));
    return request->source ? ho_output_check_source(&files, request->source, diag) : HO_OK;
}

enum ho_result ho_deliver_check(const struct ho_deliver_request *given, const struct ho_source_info *source,
                                const char *object, char **path, struct ho_diag *diag)
{
    *path = NULL;
    struct ho_deliver_request filled = *given, *request = &filled;
    if (filled.codec == HO_CODEC_BY_NAME)
        HO_TRY(ho_codec_of_output(filled.output, &filled.codec, diag));
    HO_TRY(ho_finesse_check(&request->finesse, diag));
    if (request->view == HO_VIEW_CUTOUT && !has_alpha(request->codec))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s keeps no alpha, which a cutout needs; use prores-4444, ffv1, png or exr",
                       ho_codec_name(request->codec));
    struct ho_token_values values = {.source = source, .codec = request->codec, .object = object};
    HO_TRY(ho_tokens_expand(request->output, &values, path, diag));
    enum ho_result result = name_sequence(path, request->codec, source->n_frames, diag);
    if (result == HO_OK)
        result = check_sources(request, source, *path, diag);
    if (result == HO_OK)
        result = ho_writer_check(*path, request->codec, source->n_frames, request->overwrite, diag);
    if (result != HO_OK) {
        free(*path);
        *path = NULL;
    }
    return result;
}
