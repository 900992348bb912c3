// SPDX-License-Identifier: BSD-2-Clause
// holdout matte: writes a banked matte.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "delivery.h"
#include "frames.h"
#include "progress.h"
#include "tracking.h"

struct values {
    struct cli_common common;
    const char *bank, *object, *source, *range;
    struct cli_source_options taken;
    struct cli_delivery_options delivery;
};

static void defaults(void *values) { cli_delivery_defaults(&((struct values *)values)->delivery); }

// Whether the operand names a file or a sequence, rather than a matte of the bank.
static bool is_source(const char *text) { return access(text, F_OK) == 0 || strpbrk(text, "/%*?.") != NULL; }

static void print_choice(const struct ho_matte_choice *choice)
{
    printf("%s, step %lld of %lld, %s\n", choice->object, (long long)choice->step, (long long)choice->n_steps,
           choice->quality);
}

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    struct values *values = opaque;
    struct ho_deliver_request request;
    struct ho_source_info source;
    struct ho_matte_choice choice;
    const char *operand = context->operands[0];
    HO_TRY(cli_delivery_request(context, &values->delivery, &request, diag));
    request.bank_dir = values->bank;
    bool is_file = is_source(operand);
    request.rate = values->taken.rate;
    request.source = values->source ? values->source : is_file ? operand : NULL;
    if (request.source)
        request.source = cli_source_name(&values->taken, (char *)(uintptr_t)request.source);
    if (request.source)
        HO_TRY(cli_probe_source(context, &values->taken, values->bank, request.source, &source, diag));
    HO_TRY(ho_matte_choose(values->bank, is_file ? values->object : operand, is_file ? &source : NULL, &choice, diag));
    request.id = choice.name;
    if (values->range)
        HO_TRY(cli_range_parse(values->range, request.source ? &source : &choice.source, "--range", false,
                               &request.range, diag));
    request.has_range = values->range != NULL;
    bool says = !values->common.json && !values->common.quiet;
    if (says)
        print_choice(&choice);
    struct ho_deliver_report *report = calloc(1, sizeof(*report));
    if (!report)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory");
    context->go_on = "the matte is still in the bank: the same command writes it";
    enum ho_result result = ho_deliver_matte(&request, report, diag);
    cli_progress_clear();
    if (result == HO_OK) {
        context->json = cli_delivery_json(report);
        json_object_set_new(context->json, "object", cli_json_text(choice.object));
        json_object_set_new(context->json, "step", json_integer(choice.step));
        json_object_set_new(context->json, "quality", json_string(choice.quality));
        if (says)
            cli_delivery_print(report);
    }
    free(report);
    return result;
}

static const struct cli_option options[] = {
    {.name = "object",
     .kind = CLI_TEXT,
     .argument = "NAME",
     .offset = offsetof(struct values, object),
     .help = "which object, where SOURCE has mattes of several"},
    {.name = "range",
     .kind = CLI_TEXT,
     .argument = "IN-OUT",
     .offset = offsetof(struct values, range),
     .help = "these frames only, both included; the rest is black"},
    {.name = "source",
     .kind = CLI_TEXT,
     .argument = "FILE",
     .offset = offsetof(struct values, source),
     .words = "FILE",
     .help = "where the source is now, for an OBJECT whose source was moved or given another timecode; needed by "
             "--smooth and all views but matte"},
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct values, bank),
     .words = "FOLDER",
     .help = "where mattes are kept; default: $HOLDOUT_BANK, else ~/.local/share/holdout/bank"},
    {0},
};

static const struct cli_binding bindings[] = {
    {.title = "Which matte", .options = options},
    {.title = "The source", .options = cli_source_options, .offset = offsetof(struct values, taken)},
    {.title = "What to write", .options = cli_delivery_options, .offset = offsetof(struct values, delivery)},
    {.title = "Finesse: adjusts what is written; never tracks again",
     .make = cli_finesse_options,
     .offset = offsetof(struct values, delivery) + offsetof(struct cli_delivery_options, finesse)},
    {0},
};

extern const struct cli_command cli_matte;
const struct cli_command cli_matte = {
    .name = "matte",
    .summary = "write a banked matte as a movie or sequence",
    .synopsis = "SOURCE|OBJECT[@STEP] -o OUT [options]",
    .text = "Writes a matte that was tracked before. Name it by its source, wherever the file lies now (--object says "
            "which of "
            "several), or\n"
            "by its object: its name, the beginning of its id, or SOURCE-HASH/NAME (holdout bank list). Its current "
            "take is "
            "written, or that\n"
            "of the step after \"@\" (holdout history), and which one it was is said. Nothing is tracked: only the "
            "finesse, the view and\n"
            "the encoding cost time. One frame is written for every frame of the source; frames without a matte are "
            "black.\n",
    .examples =
        "  holdout matte ride.mov -o out/ride_matte.mov\n"
        "  holdout matte ride.mov --object rider -o \"out/%{clip name}_%{object}_v%{version}.mov\" --codec prores-422\n"
        "  holdout matte rider@2 -o out/matte.%04d.exr --start-frame 1001 --fill-holes 0.02\n"
        "  holdout matte ride.mov -o check.mov --view overlay\n"
        "  holdout matte ride.mov -o cut.mov --codec prores-4444 --view cutout --grow -1 --feather 2\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = 1,
    .operand_words = "FILE",
    .values_size = sizeof(struct values),
    .defaults = defaults,
    .run = run,
};
