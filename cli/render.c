// SPDX-License-Identifier: BSD-2-Clause
// holdout render: renders what waits in a project's queue, here or on a farm.
#include <stdio.h>

#include "project.h"

struct values {
    struct cli_common common;
    int64_t job;
    const char *bank;
};

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    const struct values *values = opaque;
    char job[32];
    char *const words[] = {(char[]){"render"}, job};
    snprintf(job, sizeof(job), "job=%lld", (long long)values->job);
    return cli_project_do(context, context->operands[0], values->bank, words, values->job ? 2 : 1, "jobs", diag);
}

static const struct cli_option options[] = {
    {.name = "job",
     .kind = CLI_INTEGER,
     .argument = "N",
     .offset = offsetof(struct values, job),
     .min = 1,
     .max = 1e15,
     .help = "this job, whatever became of it before; else all that wait or were interrupted"},
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct values, bank),
     .words = "FOLDER",
     .help = "where mattes are kept; default: $HOLDOUT_BANK, else ~/.local/share/holdout/bank"},
    {0},
};
static const struct cli_binding bindings[] = {{.title = "Options", .options = options}, {0}};

extern const struct cli_command cli_render_queue;
const struct cli_command cli_render_queue = {
    .name = "render",
    .summary = "render a project's queue",
    .synopsis = "PROJECT [--job N] [options]",
    .text = "Renders the jobs of a project's render queue, one after the other, and lists what became of them. A job "
            "that fails stops no\n"
            "other; the exit code is that of the first that failed. What is written is whole or absent; an "
            "interrupted job goes on where it was.\n",
    .examples = "  holdout project cut.holdout add-to-queue preset=\"Luma matte\" folder=out\n"
                "  holdout render cut.holdout\n"
                "  holdout render cut.holdout --job 2 --json\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = 1,
    .operand_words = "FILE",
    .values_size = sizeof(struct values),
    .run = run,
};
