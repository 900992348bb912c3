// SPDX-License-Identifier: BSD-2-Clause
// holdout sheet: a contact sheet, to check a matte with the eye.
#include <stdio.h>
#include <string.h>

#include "frames.h"
#include "tracking.h"

#define FRAMES_MAX 64

struct values {
    struct cli_common common;
    const char *matte, *output, *frames, *bank;
    int64_t columns, tile_width, wrap, every;
    struct ho_rect zoom;
    bool overwrite, any_matte;
    struct cli_source_options source;
};

static void defaults(void *values) { ((struct values *)values)->columns = 8; }

// "12,40,01:00:04:10" into frames.
static enum ho_result parse_frames(const struct cli_context *context, const struct values *values,
                                   int64_t frames[FRAMES_MAX], size_t *n, struct ho_diag *diag)
{
    struct ho_source_info source;
    HO_TRY(cli_probe_source(context, &values->source, values->bank, context->operands[0], &source, diag));
    const char *at = values->frames;
    for (*n = 0; *n < FRAMES_MAX; at++) {
        char piece[64] = "";
        size_t length = strcspn(at, ",");
        if (length >= sizeof(piece))
            return ho_fail(diag, HO_ERROR_USAGE, "--frames wants frames separated by commas, as 0,40,80");
        memcpy(piece, at, length);
        HO_TRY(cli_frame_parse(piece, &source, "--frames", &frames[(*n)++], diag));
        at += length;
        if (!*at)
            return HO_OK;
    }
    return ho_fail(diag, HO_ERROR_USAGE, "a contact sheet shows at most %d frames", FRAMES_MAX);
}

// 0, N, 2 N and so on.
static enum ho_result list_every(const struct cli_context *context, const struct values *values,
                                 int64_t frames[FRAMES_MAX], size_t *n, struct ho_diag *diag)
{
    struct ho_source_info source;
    HO_TRY(cli_probe_source(context, &values->source, values->bank, context->operands[0], &source, diag));
    int64_t all = (source.n_frames + values->every - 1) / values->every;
    if (all > FRAMES_MAX)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "--every %lld would show %lld frames, and a contact sheet shows at most %d; take --every %lld",
                       (long long)values->every, (long long)all, FRAMES_MAX,
                       (long long)((source.n_frames + FRAMES_MAX - 1) / FRAMES_MAX));
    for (*n = 0; (int64_t)*n < all; ++*n)
        frames[*n] = (int64_t)*n * values->every;
    return HO_OK;
}

static enum ho_result take_zoom(void *opaque, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct ho_rect *zoom = &((struct values *)opaque)->zoom;
    (void)option;
    int x, y, width, height, used = 0;
    if (sscanf(text, "%6d,%6d,%6d,%6d%n", &x, &y, &width, &height, &used) != 4 || text[used] || width < 1 || height < 1)
        return ho_fail(diag, HO_ERROR_USAGE, "--zoom %.40s: write it as X,Y,WIDTH,HEIGHT in pixels", text);
    *zoom = (struct ho_rect){x, y, x + width, y + height};
    return HO_OK;
}

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    struct values *values = opaque;
    context->operands[0] = cli_source_name(&values->source, context->operands[0]);
    int64_t frames[FRAMES_MAX];
    struct ho_sheet_request request = {
        .source = context->operands[0],
        .matte = values->matte,
        .rate = values->source.rate,
        .n_frames = (size_t)values->columns,
        .has_first_number = values->common.frames_from >= 0,
        .first_number = values->common.frames_from,
        .tile_width = (int)values->tile_width,
        .per_line = (int)values->wrap,
        .zoom = values->zoom,
        .output = values->output,
        .overwrite = values->overwrite,
        .any_matte = values->any_matte,
        .n_threads = (int)context->common->n_threads,
        .cancel = context->cancel,
    };
    if (values->frames && values->every)
        return ho_fail(diag, HO_ERROR_USAGE, "--frames and --every exclude each other");
    if (values->frames) {
        HO_TRY(parse_frames(context, values, frames, &request.n_frames, diag));
        request.frames = frames;
    }
    if (values->every > 0) {
        HO_TRY(list_every(context, values, frames, &request.n_frames, diag));
        request.frames = frames;
    }
    struct ho_bank *bank = NULL;
    if (ho_bank_open(values->bank, &bank, NULL) == HO_OK)    // a sheet is drawn without one too
        request.index_dir = ho_bank_index_dir(bank);
    enum ho_result result = ho_sheet_write(&request, diag);
    ho_bank_close(&bank);
    HO_TRY(result);
    context->json = json_pack("{s:o}", "path", cli_json_text(values->output));
    if (!values->common.json && !values->common.quiet)
        printf("%s: written\n", values->output);
    return HO_OK;
}

static const struct cli_option options[] = {
    {.name = "output",
     .letter = 'o',
     .kind = CLI_TEXT,
     .argument = "PNG",
     .offset = offsetof(struct values, output),
     .words = "FILE",
     .required = true,
     .help = "the picture to write"},
    {.name = "matte",
     .kind = CLI_TEXT,
     .argument = "MATTE",
     .offset = offsetof(struct values, matte),
     .words = "FILE",
     .help = "a matte movie or sequence of the same length: adds a row with it in red over the picture, and a row of "
             "itself"},
    {.name = "columns",
     .kind = CLI_INTEGER,
     .argument = "N",
     .offset = offsetof(struct values, columns),
     .min = 1,
     .max = FRAMES_MAX,
     .help = "how many frames, spread evenly over the movie; default 8"},
    {.name = "frames",
     .kind = CLI_TEXT,
     .argument = "F,F,...",
     .offset = offsetof(struct values, frames),
     .help = "these frames instead (numbers or timecodes)"},
    {.name = "every",
     .kind = CLI_INTEGER,
     .argument = "N",
     .offset = offsetof(struct values, every),
     .min = 1,
     .max = 1e9,
     .help = "every Nth frame instead"},
    {.name = "wrap",
     .kind = CLI_INTEGER,
     .argument = "N",
     .offset = offsetof(struct values, wrap),
     .min = 1,
     .max = FRAMES_MAX,
     .help = "go on below after N frames; default: at most 8 side by side"},
    {.name = "zoom",
     .kind = CLI_TAKE,
     .argument = "X,Y,W,H",
     .take = take_zoom,
     .help = "only this part of the picture, in its pixels from the top left"},
    {.name = "tile",
     .kind = CLI_INTEGER,
     .argument = "PIXELS",
     .offset = offsetof(struct values, tile_width),
     .min = 64,
     .max = 4096,
     .help = "width of one picture; default 320"},
    {.name = "any-matte",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, any_matte),
     .help = "take a matte that Holdout made for another movie, as for a converted copy of it"},
    {.name = "overwrite",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, overwrite),
     .help = "replace an output that exists"},
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct values, bank),
     .words = "FOLDER",
     .help = "where scans of sources are remembered"},
    {0},
};
static const struct cli_binding bindings[] = {
    {.title = "Options", .options = options},
    {.title = "The source", .options = cli_source_options, .offset = offsetof(struct values, source)},
    {0},
};

extern const struct cli_command cli_sheet;
const struct cli_command cli_sheet = {
    .name = "sheet",
    .summary = "a contact sheet of a movie, with its matte in red and in black and white",
    .synopsis = "MOVIE [--matte MATTE] -o PNG [options]",
    .text = "Draws frames of MOVIE side by side with their number and timecode, and under each the matte laid over it "
            "in red and the\n"
            "matte itself: one look shows whether it holds.\n",
    .examples = "  holdout sheet ride.mov --matte out/ride_roto_v01.mov -o sheet.png\n"
                "  holdout sheet ride.mov --matte out/ride_roto_v01.mov --frames 0,41,42,43,01:00:04:10 --tile 480 -o "
                "check.png\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = 1,
    .operand_words = "FILE",
    .values_size = sizeof(struct values),
    .defaults = defaults,
    .run = run,
};
