// SPDX-License-Identifier: BSD-2-Clause
// holdout bank: the mattes that are kept.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "frames.h"
#include "tracking.h"

struct values {
    struct cli_common common;
    const char *bank;
    bool overwrite, repair, drop;
};

static bool says(const struct cli_context *context) { return !context->common->json; }

static void format_date(int64_t seconds, char out[32])
{
    time_t time = (time_t)seconds;
    struct tm local;
    if (!localtime_r(&time, &local) || !strftime(out, 32, "%Y-%m-%d %H:%M", &local))
        snprintf(out, 32, "?");
}

static json_t *summary_json(const struct ho_object_summary *s)
{
    return json_pack("{s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:i, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "id",
                     s->id, "object", cli_json_text(s->object), "clip_name", cli_json_text(s->clip_name), "engine",
                     s->engine, "quality", s->quality, "said", cli_json_text(s->said), "path", cli_json_text(s->path),
                     "width", s->width, "height", s->height, "n_frames", (json_int_t)s->n_frames, "first",
                     (json_int_t)s->first, "last", (json_int_t)s->last, "n_steps", (json_int_t)s->n_steps, "current",
                     (json_int_t)s->current, "file_size", (json_int_t)s->file_size, "created", (json_int_t)s->created,
                     "changed", (json_int_t)s->changed, "damaged", s->damaged);
}

static void print_summary(const struct ho_object_summary *s)
{
    char date[32], said[160];
    format_date(s->changed / 1000, date);
    cli_frames_words(cli_frames_or(s->first_number), s->said, said, sizeof(said));
    if (s->damaged)
        printf("damaged       %s\n", s->path);
    else
        printf("%-12.12s  %-24.60s  %-16.40s  %-40.40s  %7lld  %-7s %7.1f  %s\n", s->id, s->clip_name, s->object, said,
               (long long)s->n_frames, s->quality, (double)s->file_size / 1e6, date);
}

static enum ho_result run_list(struct cli_context *context, struct ho_bank *bank, struct ho_diag *diag)
{
    struct ho_object_summary *list;
    size_t n;
    HO_TRY(ho_bank_list(bank, &list, &n, diag));
    json_t *objects = json_array();
    if (says(context) && n)
        printf("%-12s  %-24s  %-16s  %-40s  %7s  %-7s %7s  %s\n", "id", "clip", "object", "said", "frames", "quality",
               "MB", "changed");
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(objects, summary_json(&list[i]));
        if (says(context))
            print_summary(&list[i]);
    }
    if (says(context) && !n)
        printf("the bank %s holds no object yet\n", ho_bank_dir(bank));
    free(list);
    context->json = json_pack("{s:o, s:o}", "bank", cli_json_text(ho_bank_dir(bank)), "objects", objects);
    return HO_OK;
}

static json_t *object_json(struct ho_store *store)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:I, s:I}", "id", ho_store_id(store), "path",
                     cli_json_text(ho_store_path(store)), "object", cli_json_text(ho_store_object(store)), "source",
                     cli_source_json(ho_store_source(store)), "step", (json_int_t)ho_store_selected(store), "current",
                     (json_int_t)ho_store_current(store));
}

static json_t *frames_json(const struct ho_frame_entry *entries, size_t n)
{
    json_t *frames = json_array();
    for (size_t i = 0; i < n; i++) {
        const struct ho_frame_entry *entry = &entries[i];
        json_array_append_new(
            frames, json_pack("{s:I, s:f, s:I, s:b, s:b, s:b, s:b, s:b, s:b, s:b}", "frame", (json_int_t)entry->frame,
                              "confidence", (double)entry->confidence, "area", (json_int_t)entry->area, "prompted",
                              (entry->flags & HO_FLAG_PROMPTED) != 0, "empty", (entry->flags & HO_FLAG_EMPTY) != 0,
                              "cut", (entry->flags & HO_FLAG_CUT) != 0, "locked", (entry->flags & HO_FLAG_LOCKED) != 0,
                              "held", (entry->flags & HO_FLAG_HELD) != 0, "check", (entry->flags & HO_FLAG_CHECK) != 0,
                              "absent", (entry->flags & HO_FLAG_ABSENT) != 0));
    }
    return frames;
}

static void print_store(struct ho_store *store, const struct ho_frame_entry *entries, size_t n)
{
    const struct ho_source_info *source = ho_store_source(store);
    printf("id        %s\nobject    %s\nfile      %s\n", ho_store_id(store), ho_store_object(store),
           ho_store_path(store));
    printf("source    %s (%dx%d, %lld frames, content %s)\n", source->path, source->width, source->height,
           (long long)source->n_frames, source->hash);
    printf("step      %lld (holdout history %.12s lists them)\n", (long long)ho_store_selected(store),
           ho_store_id(store));
    double confidence = 0;
    int64_t n_empty = 0, n_locked = 0;
    for (size_t i = 0; i < n; i++) {
        confidence += (double)entries[i].confidence / (double)n;
        n_empty += (entries[i].flags & HO_FLAG_EMPTY) != 0;
        n_locked += (entries[i].flags & HO_FLAG_LOCKED) != 0;
    }
    if (!n)
        printf("frames    none yet\n");
    else
        printf("frames    %zu, from %lld to %lld; %lld empty, %lld locked; mean confidence %.2f\n", n,
               (long long)cli_frame_number(ho_store_source(store), entries[0].frame),
               (long long)cli_frame_number(ho_store_source(store), entries[n - 1].frame), (long long)n_empty,
               (long long)n_locked, confidence);
}

static enum ho_result run_show(struct cli_context *context, struct ho_bank *bank, struct ho_diag *diag)
{
    struct ho_store *store = NULL;
    struct ho_frame_entry *entries = NULL;
    size_t n = 0;
    HO_TRY(ho_store_open(bank, context->operands[1], HO_STORE_READ, &store, diag));
    enum ho_result result = ho_store_entries(store, &entries, &n, diag);
    if (result == HO_OK) {
        context->json = object_json(store);
        json_object_set_new(context->json, "frames", frames_json(entries, n));
        if (says(context))
            print_store(store, entries, n);
    }
    free(entries);
    ho_store_close(&store);
    return result;
}

struct verifying {
    const struct cli_context *context;
    json_t *faults;
};

static void report_fault(void *opaque, const char *id, int64_t frame, const char *fault)
{
    struct verifying *verifying = opaque;
    json_array_append_new(verifying->faults, json_pack("{s:s, s:I, s:o}", "id", id, "frame", (json_int_t)frame, "fault",
                                                       cli_json_text(fault)));
    if (!says(verifying->context))
        return;
    if (frame >= 0)
        printf("%.12s frame %lld: %s\n", id, (long long)frame, fault);
    else
        printf("%.12s: %s\n", id, fault);
}

static enum ho_result run_repair(struct cli_context *context, struct ho_bank *bank, struct ho_diag *diag)
{
    struct verifying verifying = {context, json_array()};
    int64_t n_lost = 0;
    if (context->n_operands < 2) {
        json_decref(verifying.faults);
        return ho_fail(
            diag, HO_ERROR_USAGE,
            "holdout bank verify OBJECT --repair mends one object: say which; without --repair, verify names "
            "those that are damaged");
    }
    enum ho_result result = ho_bank_repair(bank, context->operands[1], report_fault, &verifying, &n_lost, diag);
    context->json = json_pack("{s:I, s:o}", "n_lost", (json_int_t)n_lost, "faults", verifying.faults);
    if (result == HO_OK && says(context) && !context->common->quiet)
        printf("repaired: %lld frame%s lost, which tracking makes anew; the rest is kept\n", (long long)n_lost,
               n_lost == 1 ? " is" : "s are");
    return result;
}

static enum ho_result run_verify(struct cli_context *context, struct ho_bank *bank, struct ho_diag *diag)
{
    if (((const struct values *)(const void *)context->common)->repair)
        return run_repair(context, bank, diag);
    struct verifying verifying = {context, json_array()};
    int64_t n_checked = 0;
    const char *id = context->n_operands > 1 ? context->operands[1] : NULL;
    enum ho_result result = ho_bank_verify(bank, id, report_fault, &verifying, &n_checked, diag);
    context->json = json_pack("{s:I, s:o}", "n_checked", (json_int_t)n_checked, "faults", verifying.faults);
    if (result == HO_OK && says(context) && !context->common->quiet)
        printf("%lld frames and states read, every checksum holds\n", (long long)n_checked);
    return result;
}

static enum ho_result run_prune(struct cli_context *context, struct ho_bank *bank, struct ho_diag *diag)
{
    const struct values *values = (const void *)context->common;
    const char *name = context->n_operands > 1 ? context->operands[1] : NULL;
    struct ho_pruned pruned;
    HO_TRY(ho_bank_prune(bank, name, !values->drop, &pruned, diag));
    context->json = json_pack("{s:I, s:I, s:b}", "n_mattes", (json_int_t)pruned.n_mattes, "bytes",
                              (json_int_t)pruned.bytes, "dropped", values->drop);
    if (says(context) && !context->common->quiet)
        printf("%lld mattes that no take shows, and memories of walks, %.1f MB%s\n", (long long)pruned.n_mattes,
               (double)pruned.bytes / 1e6, values->drop ? ": dropped" : "; --drop drops them");
    return HO_OK;
}

static enum ho_result run_export(struct cli_context *context, struct ho_bank *bank, struct ho_diag *diag)
{
    const struct values *values = (const void *)context->common;
    HO_TRY(ho_bank_export(bank, context->operands[1], context->operands[2], values->overwrite, diag));
    context->json = json_pack("{s:o}", "path", cli_json_text(context->operands[2]));
    if (says(context) && !context->common->quiet)
        printf("%s: written and checked; holdout bank import takes it in elsewhere\n", context->operands[2]);
    return HO_OK;
}

static enum ho_result run_import(struct cli_context *context, struct ho_bank *bank, struct ho_diag *diag)
{
    const struct values *values = (const void *)context->common;
    char id[HO_ID_SIZE];
    HO_TRY(ho_bank_import(bank, context->operands[1], values->overwrite, id, diag));
    context->json = json_pack("{s:s}", "id", id);
    if (says(context) && !context->common->quiet)
        printf("%s: taken into the bank\n", id);
    return HO_OK;
}

static enum ho_result run_rm(struct cli_context *context, struct ho_bank *bank, struct ho_diag *diag)
{
    json_t *removed = json_array();
    context->json = json_pack("{s:o}", "removed", removed);
    for (int i = 1; i < context->n_operands; i++) {
        HO_TRY(ho_bank_remove(bank, context->operands[i], diag));
        json_array_append_new(removed, cli_json_text(context->operands[i]));
        if (says(context) && !context->common->quiet)
            printf("%s: removed\n", context->operands[i]);
    }
    return HO_OK;
}

static const struct action {
    const char *name, *wants;
    int n_min, n_max;    // operands after the name; -1: any number
    enum ho_result (*run)(struct cli_context *context, struct ho_bank *bank, struct ho_diag *diag);
} actions[] = {
    {"list", "nothing more", 0, 0, run_list}, {"show", "OBJECT", 1, 1, run_show},
    {"verify", "[OBJECT]", 0, 1, run_verify}, {"export", "OBJECT FILE", 2, 2, run_export},
    {"import", "FILE", 1, 1, run_import},     {"prune", "[OBJECT]", 0, 1, run_prune},
    {"rm", "OBJECT...", 1, -1, run_rm},
};

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    const struct values *values = opaque;
    const char *name = context->operands[0];
    const struct action *action = actions, *end = actions + sizeof(actions) / sizeof(actions[0]);
    while (action < end && strcmp(action->name, name) != 0)
        action++;
    if (action == end)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "holdout bank does not know '%.100s'; it has list, show, verify, prune, export, import and rm",
                       name);
    int n = context->n_operands - 1;
    if (n < action->n_min || (action->n_max >= 0 && n > action->n_max))
        return ho_fail(diag, HO_ERROR_USAGE, "holdout bank %s wants %s; see holdout bank --help", name, action->wants);
    struct ho_bank *bank = NULL;
    HO_TRY(ho_bank_open(values->bank, &bank, diag));
    ho_bank_set_cancel(bank, context->cancel);
    enum ho_result result = action->run(context, bank, diag);
    ho_bank_close(&bank);
    return result;
}

static const struct cli_option options[] = {
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct values, bank),
     .words = "FOLDER",
     .help = "where mattes are kept; default: $HOLDOUT_BANK, else ~/.local/share/holdout/bank"},
    {.name = "repair",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, repair),
     .help = "verify: keeps what can be read of a damaged object; what is lost is tracked anew next time"},
    {.name = "drop",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, drop),
     .help = "prune: do it; without, it only says how much"},
    {.name = "overwrite",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, overwrite),
     .help = "export, import: replace what exists"},
    {0},
};
static const struct cli_binding bindings[] = {{.title = "Options", .options = options}, {0}};

extern const struct cli_command cli_bank;
const struct cli_command cli_bank = {
    .name = "bank",
    .summary = "the objects that are kept: list, show, verify, prune, export, import, rm",
    .synopsis =
        "list | show OBJECT | verify [OBJECT] | prune [OBJECT] | export OBJECT FILE | import FILE | rm OBJECT...",
    .text =
        "The bank keeps every tracked object with its history, one file an object, until you remove it yourself.\n\n"
        "  list                what is kept: id, clip, object, what was said, frames, quality, megabytes, when it "
        "changed\n"
        "  show OBJECT         one object's source and, with --json, what is known of each frame\n"
        "  verify [OBJECT]     reads every matte of one object, or of all, and says which checksum does not hold "
        "(--repair mends one)\n"
        "  prune [OBJECT]      says how much no take shows any more; --drop drops it\n"
        "  export OBJECT FILE  one object as a single file, to give away or to archive\n"
        "  import FILE         takes such a file in, after checking it\n"
        "  rm OBJECT...        removes objects for good, with all their takes\n\n"
        "OBJECT is its name, if only one source has an object of that name; the beginning of its id (four digits or "
        "more); or\n"
        "SOURCE-HASH/NAME. \"@N\" after it means its take of step N.\n",
    .examples = "  holdout bank list\n"
                "  holdout bank show rider --json\n"
                "  holdout bank verify                          # exit code 6 if anything is wrong\n"
                "  holdout bank export rider ride_rider.matte\n"
                "  holdout bank import ride_rider.matte\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = -1,
    .operand_words = "list show verify prune export import rm",
    .values_size = sizeof(struct values),
    .run = run,
};
