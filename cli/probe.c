// SPDX-License-Identifier: BSD-2-Clause
// holdout probe: what a source is.
#include <stdio.h>

#include "frames.h"
#include "tracking.h"

struct values {
    struct cli_common common;
    const char *bank;
    struct cli_source_options source;
};

// ITU-T H.273's numbers as FFmpeg names them; others are told as numbers by --json.
struct name {
    int number;
    const char *name;
};
static const struct name matrices[] = {{0, "rgb"},       {1, "bt709"},     {4, "fcc"},   {5, "bt470bg"},
                                       {6, "smpte170m"}, {7, "smpte240m"}, {8, "ycgco"}, {9, "bt2020nc"},
                                       {10, "bt2020c"},  {14, "ictcp"},    {0, NULL}};
static const struct name transfers[] = {{1, "bt709"},      {4, "gamma22"}, {5, "gamma28"}, {6, "smpte170m"},
                                        {7, "smpte240m"},  {8, "linear"},  {13, "srgb"},   {14, "bt2020-10"},
                                        {15, "bt2020-12"}, {16, "pq"},     {18, "hlg"},    {0, NULL}};
static const struct name primaries[] = {{1, "bt709"},     {4, "bt470m"},      {5, "bt470bg"},
                                        {6, "smpte170m"}, {7, "smpte240m"},   {9, "bt2020"},
                                        {11, "dci-p3"},   {12, "display-p3"}, {0, NULL}};

static const char *name_of(const struct name *names, int number)
{
    while (names->name && names->number != number)
        names++;
    return names->name ? names->name : "other";
}

static void print_source(const struct ho_source_info *source)
{
    static const char *const fields[] = {[HO_FIELD_UNKNOWN] = "field order unknown",
                                         [HO_FIELD_PROGRESSIVE] = "progressive",
                                         [HO_FIELD_TOP_FIRST] = "interlaced, top field first",
                                         [HO_FIELD_BOTTOM_FIRST] = "interlaced, bottom field first"};
    char first[HO_TIMECODE_SIZE], last[HO_TIMECODE_SIZE];
    cli_frame_timecode(source, 0, first);
    cli_frame_timecode(source, source->n_frames - 1, last);
    double rate = source->rate.den > 0 ? (double)source->rate.num / (double)source->rate.den : 0;
    printf("%s\n", source->path);
    printf("  picture   %dx%d, pixel aspect %lld:%lld, %s", source->width, source->height,
           (long long)source->pixel_aspect.num, (long long)source->pixel_aspect.den, fields[source->field_order]);
    if (source->rotation)
        printf(", turned upright by %d degrees", source->rotation);
    printf("\n  frames    %lld at %lld/%lld (%.3f) a second, %.2f s%s\n", (long long)source->n_frames,
           (long long)source->rate.num, (long long)source->rate.den, rate,
           rate > 0 ? (double)source->n_frames / rate : 0.0, source->variable_rate ? ", variable rate" : "");
    if (first[0])
        printf("  timecode  %s to %s\n", first, last);
    else
        printf("  timecode  none\n");
    printf("  names     clip %s%s%s\n", source->clip_name, source->reel_name[0] ? ", reel " : "", source->reel_name);
    if (source->is_sequence)
        printf("  numbers   from %lld\n", (long long)source->first_number);
    printf("  format    %s, %s%s%s%s, %s, %d bit%s\n", source->container, source->codec, source->profile[0] ? " (" : "",
           source->profile, source->profile[0] ? ")" : "", source->pixel_format, source->bit_depth,
           source->has_alpha ? ", with alpha" : "");
    printf("  colour    matrix %s, transfer %s, primaries %s, %s range%s\n", name_of(matrices, source->colour.matrix),
           name_of(transfers, source->colour.transfer), name_of(primaries, source->colour.primaries),
           source->colour.full_range ? "full" : "limited",
           source->colour_is_tagged ? "" : "; partly assumed from the size, as it is not tagged");
    printf("  audio     %d streams\n  bytes     %lld\n  hash      %s\n", source->n_audio_streams,
           (long long)source->file_size, source->hash);
}

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    struct values *values = opaque;
    json_t *sources = json_array();
    context->json = json_pack("{s:o}", "sources", sources);
    for (int i = 0; i < context->n_operands; i++) {
        struct ho_source_info source;
        HO_TRY(cli_probe_source(context, &values->source, values->bank,
                                cli_source_name(&values->source, context->operands[i]), &source, diag));
        json_array_append_new(sources, cli_source_json(&source));
        if (!values->common.json)
            print_source(&source);
    }
    return HO_OK;
}

static const struct cli_binding bindings[] = {
    {.title = "The source", .options = cli_source_options, .offset = offsetof(struct values, source)},
    {.title = "Options", .options = cli_bank_options, .offset = offsetof(struct values, bank)},
    {0},
};

extern const struct cli_command cli_probe;
const struct cli_command cli_probe = {
    .name = "probe",
    .summary = "what a source is: size, rate, exact frame count, timecode, names, colour",
    .synopsis = "SOURCE...",
    .text = "Reads each SOURCE once through (the bank remembers it) and prints what holdout knows about it: the frame "
            "count is counted,\n"
            "not estimated; the hash is of the content, so it stays the same when the file is moved or renamed.\n",
    .examples = "  holdout probe ride.mov\n"
                "  holdout probe \"plates/sh010.%04d.exr\" --json\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = -1,
    .operand_words = "FILE",
    .values_size = sizeof(struct values),
    .run = run,
};
