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

static enum ho_result fits(struct ho_bank *bank, const struct ho_store_summary *summary,
                           const struct ho_source_info *source, bool *out, struct ho_diag *diag)
{
    *out = false;
    if (summary->width != source->width || summary->height != source->height)
        return HO_OK;
    struct ho_store *store = NULL;
    HO_TRY(ho_store_open(bank, summary->id, HO_STORE_READ, &store, diag));
    *out = strcmp(ho_store_recipe(store)->source.hash, source->hash) == 0;
    ho_store_close(&store);
    return HO_OK;
}

// Of two of one second (a run writes both) the one whose shared pixels are settled.
static bool is_newer(const struct ho_store_summary *a, const struct ho_store_summary *b)
{
    return a->changed > b->changed || (a->changed == b->changed && a->settled && !b->settled);
}

// The newest matte of this source and object; if no object is named, the source must have mattes of only one.
static enum ho_result choose(struct ho_bank *bank, const struct ho_store_summary *list, size_t n,
                             const struct ho_source_info *source, const char *object, char id[HO_ID_SIZE],
                             struct ho_diag *diag)
{
    const struct ho_store_summary *best = NULL;
    char names[400] = "";
    int n_damaged = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_fit;
        if (list[i].damaged) {
            n_damaged += strstr(list[i].path, source->hash) !=
                         NULL;    // a source's mattes lie in a folder of that name
            continue;
        }
        HO_TRY(fits(bank, &list[i], source, &is_fit, diag));
        if (!is_fit || (object && strcmp(object, list[i].object) != 0))
            continue;
        if (!object && best && strcmp(best->object, list[i].object) != 0)
            snprintf(names, sizeof(names), "%.180s, %.180s", best->object, list[i].object);
        if (!best || is_newer(&list[i], best))
            best = &list[i];
    }
    if (!best && n_damaged)
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "the bank has no matte of '%.500s' that can be opened, and %d file%s that cannot; see holdout "
                       "bank list and holdout bank verify",
                       source->path, n_damaged, n_damaged == 1 ? "" : "s");
    if (!best)
        return ho_fail(diag, HO_ERROR_INPUT,
                       "the bank has no matte of %s%.200s%s'%.500s'; track it first (holdout track)",
                       object ? "object " : "", object ? object : "", object ? " in " : "", source->path);
    if (names[0])
        return ho_fail(diag, HO_ERROR_USAGE,
                       "'%.400s' has mattes of several objects (such as %s); say which with --object", source->path,
                       names);
    snprintf(id, HO_ID_SIZE, "%s", best->id);
    return HO_OK;
}

static enum ho_result find_matte(const struct values *values, const struct ho_source_info *source, char id[HO_ID_SIZE],
                                 struct ho_diag *diag)
{
    struct ho_bank *bank = NULL;
    struct ho_store_summary *list = NULL;
    size_t n = 0;
    HO_TRY(ho_bank_open(values->bank, &bank, diag));
    enum ho_result result = ho_bank_list(bank, &list, &n, diag);
    if (result == HO_OK)
        result = choose(bank, list, n, source, values->object, id, diag);
    free(list);
    ho_bank_close(&bank);
    return result;
}

static enum ho_result tracked_source(const struct values *values, const char *id, struct ho_source_info *out,
                                     struct ho_diag *diag)
{
    struct ho_bank *bank = NULL;
    struct ho_store *store = NULL;
    HO_TRY(ho_bank_open(values->bank, &bank, diag));
    enum ho_result result = ho_store_open(bank, id, HO_STORE_READ, &store, diag);
    if (result == HO_OK)
        *out = ho_store_recipe(store)->source;
    ho_store_close(&store);
    ho_bank_close(&bank);
    return result;
}

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    struct values *values = opaque;
    struct ho_deliver_request request;
    struct ho_source_info source;
    char id[HO_ID_SIZE];
    const char *operand = context->operands[0];
    HO_TRY(cli_delivery_request(context, &values->delivery, &request, diag));
    request.bank_dir = values->bank;
    request.id = operand;
    request.rate = values->taken.rate;
    request.source = values->source ? values->source : is_source(operand) ? operand : NULL;
    if (request.source)
        request.source = cli_source_name(&values->taken, (char *)(uintptr_t)request.source);
    if (request.source)
        HO_TRY(cli_probe_source(context, &values->taken, values->bank, request.source, &source, diag));
    if (is_source(operand)) {
        HO_TRY(find_matte(values, &source, id, diag));
        request.id = id;
    }
    if (values->range) {
        if (!request.source)
            HO_TRY(tracked_source(values, request.id, &source, diag));
        HO_TRY(cli_range_parse(values->range, &source, "--range", false, &request.range, diag));
        request.has_range = true;
    }
    struct ho_deliver_report *report = calloc(1, sizeof(*report));
    if (!report)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory");
    context->go_on = "the matte is still in the bank: the same command writes it";
    enum ho_result result = ho_deliver_matte(&request, report, diag);
    cli_progress_clear();
    if (result == HO_OK) {
        context->json = cli_delivery_json(report);
        if (!values->common.json && !values->common.quiet)
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
     .help = "where the source is now, for a MATTE-ID whose source was moved or given another timecode; needed by "
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
    .synopsis = "SOURCE|MATTE-ID -o OUT [options]",
    .text = "Writes a matte that was tracked before. Name it by its source (the newest matte of that content is taken, "
            "wherever the file\n"
            "lies now) or by its id, of which the first digits will do (holdout bank list). Nothing is tracked: only "
            "the finesse, the view\n"
            "and the encoding cost time. One frame is written for every frame of the source; frames without a matte "
            "are black.\n",
    .examples =
        "  holdout matte ride.mov -o out/ride_matte.mov\n"
        "  holdout matte ride.mov --object rider -o \"out/%{clip name}_%{object}_v%{version}.mov\" --codec prores-422\n"
        "  holdout matte 3fa2 -o out/matte.%04d.exr --start-frame 1001 --fill-holes 0.02\n"
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
