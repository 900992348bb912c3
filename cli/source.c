// SPDX-License-Identifier: BSD-2-Clause
#include "source.h"

#include <stdio.h>

static enum ho_result take_rate(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_source_options *options = values;
    (void)option;
    return ho_rate_parse(text, &options->rate, diag);
}

const struct cli_option cli_source_options[] = {
    {.name = "rate",
     .kind = CLI_TAKE,
     .argument = "RATE",
     .take = take_rate,
     .help = "frames a second of image sequences (25, 23.976, 30000/1001), over what their files say (without "
             "either: 24), and of graphs without footage"},
    {.name = "stream",
     .kind = CLI_INTEGER,
     .argument = "N",
     .offset = offsetof(struct cli_source_options, stream),
     .min = 1,
     .max = 64,
     .help = "which video stream of a movie with several, counted from 1; the same as \"MOVIE:N\""},
    {0},
};

char *cli_source_name(struct cli_source_options *options, char *path)
{
    if (!options->stream)
        return path;
    snprintf(options->path, sizeof(options->path), "%s:%lld", path, (long long)options->stream);
    return options->path;
}

enum ho_result cli_probe_source(const struct cli_context *context, const struct cli_source_options *options,
                                const char *bank_dir, const char *path, struct ho_source_info *out,
                                struct ho_diag *diag)
{
    struct ho_bank *bank = NULL;
    HO_TRY(ho_bank_open(bank_dir, &bank, diag));
    struct ho_reader_options reading = {.n_threads = (int)context->common->n_threads,
                                        .index_dir = ho_bank_index_dir(bank),
                                        .cancel = context->cancel,
                                        .rate = options->rate};
    enum ho_result result = ho_source_probe(path, &reading, out, diag);
    ho_bank_close(&bank);
    return result;
}
