// SPDX-License-Identifier: BSD-2-Clause
#include "rendering.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "progress.h"

// ---- edits

static enum ho_result take_input(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_edits *edits = values;
    (void)option;
    if (!strchr(text, '='))
        return ho_fail(diag, HO_ERROR_USAGE, "-i %.100s: write the node and its file as NODE=FILE", text);
    if (edits->n_inputs == CLI_EDITS_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "more than %d inputs: put them into the graph's file", CLI_EDITS_MAX);
    edits->inputs[edits->n_inputs++] = text;
    return HO_OK;
}

static enum ho_result take_set(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_edits *edits = values;
    (void)option;
    const char *dot = strchr(text, '.'), *equals = strchr(text, '=');
    if (!dot || !equals || equals < dot)
        return ho_fail(diag, HO_ERROR_USAGE, "--set %.100s: write it as NODE.PARAMETER=VALUE", text);
    if (edits->n_sets == CLI_EDITS_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "more than %d values: put them into the graph's file", CLI_EDITS_MAX);
    edits->sets[edits->n_sets++] = text;
    return HO_OK;
}

const struct cli_option cli_edit_options[] = {
    {.name = "input",
     .letter = 'i',
     .kind = CLI_TAKE,
     .argument = "NODE=FILE",
     .take = take_input,
     .help = "the file of a node: media_in, source, external_matte; a matte's id for magic_mask; repeatable"},
    {.name = "set",
     .kind = CLI_TAKE,
     .argument = "NODE.PARAMETER=VALUE",
     .take = take_set,
     .help = "a parameter's value, numbers of a point or colour with commas between; repeatable"},
    {0},
};

// The parameter that names a node's file.
static const char *file_parameter(const struct ho_graph *graph, const char *id)
{
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        for (const struct ho_parameter *p = node.type && strcmp(node.id, id) == 0 ? node.type->parameters : NULL;
             p && p->name; p++)
            if (p->type == HO_PARAMETER_FILE)
                return p->name;
    }
    return "file";
}

enum ho_result cli_apply_edits(const struct cli_edits *edits, struct ho_graph *graph, struct ho_diag *diag)
{
    char id[HO_NODE_ID_SIZE], name[HO_NODE_ID_SIZE];
    for (size_t i = 0; i < edits->n_inputs; i++) {
        const char *equals = strchr(edits->inputs[i], '=');
        snprintf(id, sizeof(id), "%.*s", (int)(equals - edits->inputs[i]), edits->inputs[i]);
        HO_TRY(ho_graph_set_text(graph, id, file_parameter(graph, id), equals + 1, diag));
    }
    for (size_t i = 0; i < edits->n_sets; i++) {
        const char *dot = strchr(edits->sets[i], '.'), *equals = strchr(edits->sets[i], '=');
        snprintf(id, sizeof(id), "%.*s", (int)(dot - edits->sets[i]), edits->sets[i]);
        snprintf(name, sizeof(name), "%.*s", (int)(equals - dot - 1), dot + 1);
        HO_TRY(ho_graph_set_text(graph, id, name, equals + 1, diag));
    }
    return HO_OK;
}

// ---- rendering

static enum ho_result take_codec(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_render_options *options = values;
    (void)option;
    return ho_codec_parse(text, &options->codec, diag);
}

static enum ho_result take_audio(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    (void)option;
    return ho_audio_parse(text, &((struct cli_render_options *)values)->audio, diag);
}

static enum ho_result take_size(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_render_options *options = values;
    (void)option;
    int used = 0;
    return sscanf(text, "%5dx%5d%n", &options->width, &options->height, &used) == 2 && !text[used] &&
                   options->width > 0 && options->height > 0
               ? HO_OK
               : ho_fail(diag, HO_ERROR_USAGE, "--size %.40s: write it as WIDTHxHEIGHT, as 1920x1080", text);
}

const struct cli_option cli_render_options[] = {
    {.name = "output",
     .letter = 'o',
     .kind = CLI_TEXT,
     .argument = "OUT",
     .offset = offsetof(struct cli_render_options, output),
     .words = "FILE",
     .help = "the movie, sequence or picture to write; may hold tokens as %{clip name}, %{version}"},
    {.name = "codec",
     .kind = CLI_TAKE,
     .argument = "CODEC",
     .take = take_codec,
     .words = "prores-422-proxy prores-422-lt prores-422 prores-422-hq prores-4444 dnxhr-hq dnxhr-hqx dnxhr-444 ffv1 "
              "h264 png "
              "exr exr-float",
     .help = "default by OUT's extension: .mov prores-422-hq, .mkv ffv1, .mp4 h264, .png, .exr"},
    {.name = "range",
     .kind = CLI_TEXT,
     .argument = "IN-OUT",
     .offset = offsetof(struct cli_render_options, range),
     .help = "these frames only, both included"},
    {.name = "size",
     .kind = CLI_TAKE,
     .argument = "WxH",
     .take = take_size,
     .help = "of a graph without footage, which has none to take it from"},
    {.name = "start-frame",
     .kind = CLI_INTEGER,
     .argument = "N",
     .offset = offsetof(struct cli_render_options, start_frame),
     .max = 1e9,
     .help = "number of a sequence's first file"},
    {.name = "audio",
     .kind = CLI_TAKE,
     .argument = "HOW",
     .take = take_audio,
     .words = "copy pcm aac none",
     .help = "the source's sound: copy (default: untouched), pcm (lossless, 16 or 24 bits), aac, none"},
    {.name = "source-cadence",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_render_options, source_cadence),
     .help = "variable frame rates: a movie shows each frame as long as its main source does, so that the sound stays "
             "in step; else at a constant rate"},
    {.name = "premultiplied",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_render_options, premultiplied),
     .help = "pictures with alpha: colours multiplied by it; else straight, but EXR's, which are always premultiplied"},
    {.name = "any-matte",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_render_options, any_matte),
     .help = "take a matte that Holdout made for another movie, as for a trimmed or converted copy of it"},
    {.name = "overwrite",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_render_options, overwrite),
     .help = "replace an output that exists"},
    {0},
};

void cli_render_defaults(struct cli_render_options *options) { options->start_frame = -1; }

enum ho_result cli_graph_frame(const struct ho_evaluator *evaluator, const char *text, int64_t *out,
                               struct ho_diag *diag)
{
    const struct ho_source_info *source = ho_evaluator_source(evaluator);
    if (source)
        return cli_frame_parse(text, source, "--frame", out, diag);
    return cli_parse_integer(text, 0, INT32_MAX, out) == HO_OK
               ? HO_OK
               : ho_fail(diag, HO_ERROR_USAGE, "--frame %.40s is no frame number", text);
}

// The range in frames of the graph; opens the graph for the timecode of its main source.
static enum ho_result find_range(const struct ho_render_request *request, const struct cli_render_options *options,
                                 const char *frame, struct ho_range *out, struct ho_diag *diag)
{
    struct ho_evaluator_options evaluation = {.n_threads = request->n_threads,
                                              .bank_dir = request->bank_dir,
                                              .index_dir = request->index_dir,
                                              .any_matte = request->any_matte,
                                              .rate = request->rate,
                                              .cancel = request->cancel};
    struct ho_evaluator *evaluator = NULL;
    HO_TRY(ho_evaluator_create(request->graph, &evaluation, &evaluator, diag));
    enum ho_result result = ho_evaluator_open(evaluator, request->node, diag);
    if (result == HO_OK && frame) {
        result = cli_graph_frame(evaluator, frame, &out->first, diag);
        out->last = out->first;
    } else if (result == HO_OK) {
        result = ho_evaluator_source(evaluator)
                     ? cli_range_parse(options->range, ho_evaluator_source(evaluator), "--range", true, out, diag)
                 : sscanf(options->range, "%" SCNd64 "-%" SCNd64, &out->first, &out->last) == 2
                     ? HO_OK
                     : ho_fail(diag, HO_ERROR_USAGE, "--range wants IN-OUT, as 0-99");
    }
    ho_evaluator_destroy(&evaluator);
    return result;
}

static void print_report(const struct ho_render_report *report)
{
    char kept[64] = "";
    if (report->n_kept > 0)
        snprintf(kept, sizeof(kept), ", %lld of them before", (long long)report->n_kept);
    printf("%s: %lld frame%s%s%s%s, rendered in %.1f s (%.1f frames/s)\n", report->path, (long long)report->n_frames,
           report->n_frames == 1 ? "" : "s", report->timecode[0] ? " from " : "", report->timecode, kept,
           report->seconds, report->seconds > 0 ? (double)(report->n_frames - report->n_kept) / report->seconds : 0.0);
}

static json_t *report_json(const struct ho_render_report *report)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:s*, s:f, s:f, s:f, s:f}", "path", report->path, "n_frames",
                     (json_int_t)report->n_frames, "n_untouched", (json_int_t)report->n_untouched, "n_patched",
                     (json_int_t)report->n_patched, "n_kept", (json_int_t)report->n_kept, "timecode",
                     report->timecode[0] ? report->timecode : NULL, "seconds", report->seconds, "seconds_evaluating",
                     report->seconds_evaluating, "seconds_writing", report->seconds_writing, "frames_per_second",
                     report->seconds > 0 ? (double)report->n_frames / report->seconds : 0.0);
}

static enum ho_result render(struct cli_context *context, struct ho_render_request *request,
                             const struct cli_render_options *options, const char *frame, struct ho_diag *diag)
{
    request->has_range = frame || options->range;
    if (request->has_range)
        HO_TRY(find_range(request, options, frame, &request->range, diag));
    struct ho_render_report *report = calloc(1, sizeof(*report));
    if (!report)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory");
    enum ho_result result = ho_render_graph(request, report, diag);
    cli_progress_clear();
    if (result == HO_OK) {
        context->json = report_json(report);
        if (!context->common->json && !context->common->quiet)
            print_report(report);
    }
    free(report);
    return result;
}

enum ho_result cli_render(struct cli_context *context, const struct ho_graph *graph,
                          const struct cli_render_options *options, const struct cli_source_options *source,
                          const char *node, const char *bank_dir, const char *frame, struct ho_diag *diag)
{
    if (!options->output)
        return ho_fail(diag, HO_ERROR_USAGE, "say what to write with -o OUT");
    char verb[] = "picture";
    struct ho_render_request request = {
        .graph = graph,
        .node = node,
        .rate = source->rate,
        .output = options->output,
        .codec = options->codec,
        .has_first_number = options->start_frame >= 0,
        .first_number = options->start_frame,
        .audio = options->audio,
        .overwrite = options->overwrite,
        .any_matte = options->any_matte,
        .premultiplied = options->premultiplied,
        .width = options->width,
        .height = options->height,
        .source_cadence = options->source_cadence,
        .has_view = options->has_view,
        .view = options->view,
        .bank_dir = bank_dir,
        .n_threads = (int)context->common->n_threads,
        .cancel = context->cancel,
        .progress = cli_progress_deliver,
        .opaque = verb,
    };
    if (!options->codec)
        HO_TRY(ho_codec_of_output(options->output, &request.codec, diag));
    // The bank remembers scans; a graph without banked mattes does without one where none can be.
    struct ho_bank *bank = NULL;
    if (ho_bank_open(bank_dir, &bank, NULL) == HO_OK)
        request.index_dir = ho_bank_index_dir(bank);
    enum ho_result result = render(context, &request, options, frame, diag);
    ho_bank_close(&bank);
    return result;
}
