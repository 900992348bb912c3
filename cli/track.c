// SPDX-License-Identifier: BSD-2-Clause
// holdout track: into the bank, without writing anything.
#include "tracking.h"

struct values {
    struct cli_common common;
    struct cli_objects objects;
    struct cli_track_options track;
};

static void defaults(void *values) { cli_track_defaults(&((struct values *)values)->track); }
static void clear(void *values) { cli_objects_clear(&((struct values *)values)->objects); }

static enum ho_result run_prepared(struct cli_context *context, struct values *values, struct cli_tracking *tracking,
                                   struct ho_diag *diag)
{
    HO_TRY(cli_tracking_prepare(context, &values->track, &values->objects,
                                cli_source_name(&values->track.source, context->operands[0]), tracking, diag));
    HO_TRY(cli_tracking_run(context, &values->track, tracking, diag));
    context->json = cli_tracking_json(tracking);
    if (!values->common.json && !values->common.quiet)
        cli_tracking_print(tracking);
    return HO_OK;
}

static enum ho_result run(struct cli_context *context, void *values, struct ho_diag *diag)
{
    struct cli_tracking tracking = {0};
    enum ho_result result = run_prepared(context, values, &tracking, diag);
    cli_tracking_clear(&tracking);
    return result;
}

static const struct cli_binding bindings[] = {
    {.title = "What to track", .options = cli_prompt_options, .offset = offsetof(struct values, objects)},
    {.title = "The source",
     .options = cli_source_options,
     .offset = offsetof(struct values, track) + offsetof(struct cli_track_options, source)},
    {.title = "How", .options = cli_track_options, .offset = offsetof(struct values, track)},
    {0},
};

extern const struct cli_command cli_track;
const struct cli_command cli_track = {
    .name = "track",
    .summary = "track an object into the bank",
    .synopsis = "SOURCE --click X,Y[@F] [options]",
    .text = "Tracks from the prompted frames to both ends of SOURCE (any movie that FFmpeg reads, or an image sequence "
            "written as\n"
            "shot.%04d.exr or \"shot/*.jpg\") and keeps every frame's matte in the bank. What the bank holds already "
            "is not tracked\n"
            "again: not after a stop, not after the source was moved or renamed, not when one more prompt changes only "
            "a part.\n\n"
            "Several prompts on one frame say together where the object is. Those on frames that come up later are "
            "corrections: they\n"
            "start from the matte that this frame has, so --exclude alone will do, and only what is around them "
            "changes; the frames\n"
            "between two of them are tracked from both sides. Frames worth a look (a cut, the object gone, confidence "
            "low) are listed.\n",
    .examples = "  holdout track ride.mov --click 902,300@12\n"
                "  holdout track ride.mov --click 902,300@12 --exclude 860,410@12      # not the saddle bag\n"
                "  holdout track ride.mov --click 902,300@12 --click 700,310@96        # a correction: tracks only "
                "what it changes\n"
                "  holdout track ride.mov --object rider --box 800,120,1010,560@12 --object bike --click 905,600@12\n"
                "  holdout track \"plates/sh010.%04d.exr\" --mask roto_1001.png --range 1001-1100 --quality faster\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = 1,
    .operand_words = "FILE",
    .values_size = sizeof(struct values),
    .defaults = defaults,
    .run = run,
    .clear = clear,
};
