// SPDX-License-Identifier: BSD-2-Clause
// Rendering a graph as the subcommands graph and comp share it.
#ifndef HOLDOUT_CLI_RENDERING_H
#define HOLDOUT_CLI_RENDERING_H

#include "source.h"

#define CLI_EDITS_MAX 64

// What a command line changes in a graph: files of nodes, values of parameters.
struct cli_edits {
    const char *inputs[CLI_EDITS_MAX], *sets[CLI_EDITS_MAX];
    size_t n_inputs, n_sets;
};
extern const struct cli_option cli_edit_options[];
enum ho_result cli_apply_edits(const struct cli_edits *edits, struct ho_graph *graph,
                               struct ho_diag *diag) HO_MUST_CHECK;

struct cli_render_options {
    const char *output, *range;
    int width, height;    // 0: not given
    enum ho_codec codec;
    enum ho_audio audio;
    bool has_view;
    enum ho_view view;    // of the node that is wanted
    bool overwrite, source_cadence, any_matte, premultiplied;
    int64_t start_frame;    // -1: not given
};
extern const struct cli_option cli_render_options[];
void cli_render_defaults(struct cli_render_options *options);

// A frame of the graph as a user writes it: a number, or a timecode of the main source. The evaluator is open.
enum ho_result cli_graph_frame(const struct ho_evaluator *evaluator, const char *text, int64_t *out,
                               struct ho_diag *diag) HO_MUST_CHECK;
// Renders, prints or fills context->json. `frame` NULL: all frames, or those of --range.
enum ho_result cli_render(struct cli_context *context, const struct ho_graph *graph,
                          const struct cli_render_options *options, const struct cli_source_options *source,
                          const char *node, const char *bank_dir, const char *frame,
                          struct ho_diag *diag) HO_MUST_CHECK;

#endif
