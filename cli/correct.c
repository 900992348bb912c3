// SPDX-License-Identifier: BSD-2-Clause
// holdout correct: one more step on what is there.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tracking.h"

struct values {
    struct cli_common common;
    struct cli_objects objects;
    const char *source;
    struct cli_track_options track;
    bool quality_is_given;
};

static void clear(void *values) { cli_objects_clear(&((struct values *)values)->objects); }

static enum ho_result take_quality(void *opaque, const struct cli_option *option, const char *text,
                                   struct ho_diag *diag)
{
    struct values *values = opaque;
    (void)option;
    values->quality_is_given = true;
    return ho_quality_parse(text, &values->track.quality, diag);
}

// What the object is of and what it was tracked with, unless another is asked for.
struct found {
    char object[HO_NAME_SIZE], path[4096], engine[32];
};

static enum ho_result take_making(struct ho_store *store, struct values *values, struct found *out,
                                  struct ho_diag *diag)
{
    struct ho_step *steps;
    size_t n;
    HO_TRY(ho_store_steps(store, &steps, &n, diag));
    for (size_t i = 0; i < n; i++) {
        if (steps[i].number != ho_store_current(store))
            continue;
        snprintf(out->engine, sizeof(out->engine), "%s", steps[i].making.engine);
        if (!values->quality_is_given &&
            ho_quality_parse(steps[i].making.quality, &values->track.quality, NULL) != HO_OK)
            values->track.quality = HO_QUALITY_BETTER;
    }
    ho_steps_free(&steps, n);
    return HO_OK;
}

static enum ho_result find_object(const char *name, struct values *values, struct found *out, struct ho_diag *diag)
{
    struct ho_bank *bank = NULL;
    struct ho_store *store = NULL;
    HO_TRY(ho_bank_open(values->track.bank, &bank, diag));
    enum ho_result result = ho_store_open(bank, name, HO_STORE_READ, &store, diag);
    if (result == HO_OK && ho_store_selected(store) != ho_store_current(store))
        result = ho_fail(diag, HO_ERROR_USAGE,
                         "'%.200s' names an earlier take; go back to it first: holdout history %.12s --to %lld", name,
                         ho_store_id(store), (long long)ho_store_selected(store));
    if (result == HO_OK) {
        snprintf(out->object, sizeof(out->object), "%s", ho_store_object(store));
        snprintf(out->path, sizeof(out->path), "%s", ho_store_source(store)->path);
        // A sequence has the rate that it was tracked with, unless another is given.
        if (!values->track.source.rate.num && ho_store_source(store)->is_sequence)
            values->track.source.rate = ho_store_source(store)->rate;
        result = take_making(store, values, out, diag);
    }
    ho_store_close(&store);
    ho_bank_close(&bank);
    return result;
}

static enum ho_result run_prepared(struct cli_context *context, struct values *values, struct found *found,
                                   struct cli_tracking *tracking, struct ho_diag *diag)
{
    HO_TRY(find_object(context->operands[0], values, found, diag));
    values->track.add = true;
    if (!values->track.engine)
        values->track.engine = found->engine[0] ? found->engine : NULL;
    const char *source = values->source ? values->source : found->path;
    HO_TRY(cli_tracking_prepare(context, &values->track, &values->objects, source, tracking, diag));
    tracking->requests.items[0].name = found->object;
    HO_TRY(cli_tracking_run(context, &values->track, tracking, diag));
    context->json = cli_tracking_json(tracking);
    if (!values->common.json && !values->common.quiet)
        cli_tracking_print(tracking);
    return HO_OK;
}

static enum ho_result run(struct cli_context *context, void *values, struct ho_diag *diag)
{
    struct cli_tracking tracking = {0};
    struct found *found = calloc(1, sizeof(*found));
    if (!found)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory");
    enum ho_result result = run_prepared(context, values, found, &tracking, diag);
    cli_tracking_clear(&tracking);
    free(found);
    return result;
}

static const struct cli_option options[] = {
    {.name = "source",
     .kind = CLI_TEXT,
     .argument = "FILE",
     .offset = offsetof(struct values, source),
     .words = "FILE",
     .help = "where the source is now, if it was moved"},
    {.name = "quality",
     .kind = CLI_TAKE,
     .argument = "faster|better",
     .take = take_quality,
     .words = "faster better",
     .help = "another quality than the object was tracked with"},
    {.name = "whole",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, track) + offsetof(struct cli_track_options, whole),
     .help = "track to the ends, instead of until what is tracked meets what was there"},
    {.name = "range",
     .kind = CLI_TEXT,
     .argument = "IN-OUT",
     .offset = offsetof(struct values, track) + offsetof(struct cli_track_options, range),
     .help = "change these frames only, both included"},
    {.name = "engine",
     .kind = CLI_TEXT,
     .argument = "NAME",
     .offset = offsetof(struct values, track) + offsetof(struct cli_track_options, engine),
     .words = "embedded stub",
     .help = "what tracks; default: what the object was tracked with"},
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct values, track) + offsetof(struct cli_track_options, bank),
     .words = "FOLDER",
     .help = "where mattes are kept; default: $HOLDOUT_BANK, else ~/.local/share/holdout/bank"},
    {.name = "wait",
     .kind = CLI_NUMBER,
     .argument = "SECONDS",
     .offset = offsetof(struct values, track) + offsetof(struct cli_track_options, wait),
     .max = 1e6,
     .help = "how long to wait for another process that tracks the same object; default 0"},
    {0},
};

static const struct cli_binding bindings[] = {
    {.title = "What is wrong, or right", .options = cli_correction_options, .offset = offsetof(struct values, objects)},
    {.title = "The source",
     .options = cli_source_options,
     .offset = offsetof(struct values, track) + offsetof(struct cli_track_options, source)},
    {.title = "How", .options = options},
    {0},
};

extern const struct cli_command cli_correct;
const struct cli_command cli_correct = {
    .name = "correct",
    .summary = "add a step to what was tracked",
    .synopsis = "OBJECT --click X,Y@F | --exclude X,Y@F | --absent F-F | --lock F-F | --mute STEP [options]",
    .text =
        "Corrects an object of the bank. What is said starts from the matte that its frame shows now; the object is "
        "followed from\n"
        "there both ways until what is tracked meets what was there, a prompted, locked or absent frame, a cut, or "
        "the end. All\n"
        "other frames keep their bits, and the frames that changed are listed. Nothing is lost: holdout history "
        "lists the steps,\n"
        "and any earlier one can be gone back to.\n\n"
        "OBJECT is its name, the beginning of its id, or SOURCE-HASH/NAME (holdout bank list).\n",
    .examples =
        "  holdout correct rider --click 700,310@96              # this is part of him\n"
        "  holdout correct rider --exclude 640,200@96            # that is another thing, here and on other frames\n"
        "  holdout correct rider --absent 120-144                # he is behind the house\n"
        "  holdout correct rider --lock 0-95                     # these frames are right\n"
        "  holdout correct rider --mute 3                        # step 3 was a mistake\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = 1,
    .operand_words = "OBJECT",
    .values_size = sizeof(struct values),
    .run = run,
    .clear = clear,
};
