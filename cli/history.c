// SPDX-License-Identifier: BSD-2-Clause
// holdout history: an object's steps, and going back to one of them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "frames.h"
#include "tracking.h"

struct values {
    struct cli_common common;
    const char *bank;
    int64_t to;
    bool undo, redo;
};

// The newest of the steps that start from `number`.
static int64_t newest_after(const struct ho_step *steps, size_t n, int64_t number)
{
    int64_t found = 0;
    for (size_t i = 0; i < n; i++)
        if (steps[i].parent == number && steps[i].is_finished)
            found = steps[i].number;
    return found;
}

static enum ho_result choose(const struct values *values, const struct ho_store *store, const struct ho_step *steps,
                             size_t n, int64_t *out, struct ho_diag *diag)
{
    int64_t current = ho_store_current(store);
    const struct ho_step *at = ho_steps_find(steps, n, current);
    if (values->to) {
        *out = values->to;
    } else if (values->undo) {
        if (!at || !at->parent)
            return ho_fail(diag, HO_ERROR_USAGE, "'%s' is at its first step; there is nothing to undo",
                           ho_store_object(store));
        *out = at->parent;
    } else {
        *out = newest_after(steps, n, current);
        if (!*out)
            return ho_fail(diag, HO_ERROR_USAGE, "'%s' is at its last step; there is nothing to redo",
                           ho_store_object(store));
    }
    return HO_OK;
}

static void format_date(int64_t milliseconds, char out[32])
{
    time_t time = (time_t)(milliseconds / 1000);
    struct tm local;
    if (!localtime_r(&time, &local) || !strftime(out, 32, "%Y-%m-%d %H:%M", &local))
        snprintf(out, 32, "?");
}

static json_t *step_json(const struct ho_step *step)
{
    char key[HO_ID_SIZE];
    ho_key_format(step->key, key);
    json_t *said = json_loads(step->said, 0, NULL);
    return json_pack("{s:I, s:I, s:I, s:s, s:o, s:s, s:s, s:s, s:b, s:f, s:I}", "step", (json_int_t)step->number,
                     "parent", (json_int_t)step->parent, "made", (json_int_t)step->made, "key", key, "said",
                     said ? said : json_null(), "engine", step->making.engine, "engine_version",
                     step->making.engine_version, "quality", step->making.quality, "finished", step->is_finished,
                     "seconds", step->seconds, "n_tracked", (json_int_t)step->n_tracked);
}

static bool is_on_line(const struct ho_step *steps, size_t n, int64_t current, int64_t number)
{
    for (const struct ho_step *at = ho_steps_find(steps, n, current); at; at = ho_steps_find(steps, n, at->parent))
        if (at->number == number)
            return true;
    return false;
}

static void print_steps(const struct ho_store *store, const struct ho_step *steps, size_t n)
{
    printf("%s (%.12s), of %s\n", ho_store_object(store), ho_store_id(store), ho_store_source(store)->clip_name);
    printf("  %5s  %5s  %-40s  %-7s  %6s  %7s  %s\n", "step", "after", "said", "quality", "frames", "seconds", "when");
    for (size_t i = 0; i < n; i++) {
        char date[32], numbered[160];
        json_t *said = json_loads(steps[i].said, 0, NULL);
        const char *words = json_string_value(json_object_get(said, "words"));
        format_date(steps[i].made, date);
        cli_frames_words(cli_frames_first(ho_store_source(store)), words ? words : "?", numbered, sizeof(numbered));
        printf("%c %5lld  %5lld  %-40.40s  %-7s  %6lld  %7.1f  %s%s\n",
               steps[i].number == ho_store_current(store)                       ? '>'
               : is_on_line(steps, n, ho_store_current(store), steps[i].number) ? '|'
                                                                                : ' ',
               (long long)steps[i].number, (long long)steps[i].parent, numbered, steps[i].making.quality,
               (long long)steps[i].n_tracked, steps[i].seconds, date, steps[i].is_finished ? "" : "  (stopped)");
        json_decref(said);
    }
}

static enum ho_result tell(struct cli_context *context, struct ho_store *store, struct ho_diag *diag)
{
    struct ho_step *steps;
    size_t n;
    HO_TRY(ho_store_steps(store, &steps, &n, diag));
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, step_json(&steps[i]));
    context->json = json_pack("{s:o, s:s, s:I, s:o}", "object", cli_json_text(ho_store_object(store)), "id",
                              ho_store_id(store), "current", (json_int_t)ho_store_current(store), "steps", list);
    if (!context->common->json && !context->common->quiet)
        print_steps(store, steps, n);
    ho_steps_free(&steps, n);
    return HO_OK;
}

static enum ho_result go(const struct values *values, struct ho_store *store, struct ho_diag *diag)
{
    struct ho_step *steps;
    size_t n;
    int64_t step;
    HO_TRY(ho_store_steps(store, &steps, &n, diag));
    enum ho_result result = choose(values, store, steps, n, &step, diag);
    ho_steps_free(&steps, n);
    return result == HO_OK ? ho_store_set_current(store, step, diag) : result;
}

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    struct values *values = opaque;
    struct ho_bank *bank = NULL;
    struct ho_store *store = NULL;
    bool goes = values->to || values->undo || values->redo;
    if ((values->to != 0) + values->undo + values->redo > 1)
        return ho_fail(diag, HO_ERROR_USAGE, "--undo, --redo and --to each name a step: give one of them");
    HO_TRY(ho_bank_open(values->bank, &bank, diag));
    enum ho_result result = ho_store_open(bank, context->operands[0], goes ? HO_STORE_WRITE : HO_STORE_READ, &store,
                                          diag);
    if (result == HO_OK && goes)
        result = go(values, store, diag);
    if (result == HO_OK)
        result = tell(context, store, diag);
    ho_store_close(&store);
    ho_bank_close(&bank);
    return result;
}

static const struct cli_option options[] = {
    {.name = "undo",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, undo),
     .help = "go back to the step before; nothing is dropped"},
    {.name = "redo", .kind = CLI_FLAG, .offset = offsetof(struct values, redo), .help = "go on to the step after"},
    {.name = "to",
     .kind = CLI_INTEGER,
     .argument = "STEP",
     .offset = offsetof(struct values, to),
     .min = 1,
     .max = 1e9,
     .help = "go to this step"},
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct values, bank),
     .words = "FOLDER",
     .help = "where mattes are kept; default: $HOLDOUT_BANK, else ~/.local/share/holdout/bank"},
    {0},
};
static const struct cli_binding bindings[] = {{.title = "Options", .options = options}, {0}};

extern const struct cli_command cli_history;
const struct cli_command cli_history = {
    .name = "history",
    .summary = "an object's steps, and going back to one",
    .synopsis = "OBJECT [--undo | --redo | --to STEP] [options]",
    .text = "Lists what was said about an object, step by step, with the frames and the time that tracking each took. "
            "The step marked\n"
            "'>' is shown by roto, matte, comp and the Magic Mask node, those marked '|' are what it stands on. Going "
            "to another step\n"
            "changes which one that is and nothing else: no matte is dropped, and each take can also be named: "
            "OBJECT@STEP.\n",
    .examples = "  holdout history rider\n"
                "  holdout history rider --undo\n"
                "  holdout history rider --to 2\n"
                "  holdout matte rider@2 -o out/rider_step2.mov          # an earlier take, without going back\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = 1,
    .operand_words = "OBJECT",
    .values_size = sizeof(struct values),
    .run = run,
};
