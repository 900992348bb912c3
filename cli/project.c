// SPDX-License-Identifier: BSD-2-Clause
// holdout project: all that a project can do, by the session's table of commands.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "project.h"

enum { WORDS_MAX = 64 };

struct values {
    struct cli_common common;
    const char *script, *bank, *engine, *model, *timeline, *at, *select;
    bool create, read;
};

struct running {
    struct cli_context *context;
    const struct values *values;
    struct ho_session *session;
    bool is_script;
};

// ---- one command: words as they stand, or NAME=VALUE

static bool has_argument(const struct ho_command *command, const char *word, size_t length)
{
    for (const struct ho_argument *a = command->arguments; a && a->name; a++)
        if (strlen(a->name) == length && strncmp(a->name, word, length) == 0)
            return true;
    return false;
}

struct given {
    struct ho_argument_value values[WORDS_MAX];
    char *names[WORDS_MAX];
    size_t n;
};

static void take_word(struct given *given, const struct ho_command *command, const char *word)
{
    const char *equal = strchr(word, '=');
    struct ho_argument_value *value = &given->values[given->n];
    *value = (struct ho_argument_value){NULL, word};
    given->names[given->n] = NULL;
    if (equal && command && has_argument(command, word, (size_t)(equal - word))) {
        given->names[given->n] = strndup(word, (size_t)(equal - word));
        *value = (struct ho_argument_value){given->names[given->n], equal + 1};
    }
    given->n++;
}

static bool is_given(const struct given *given, const char *name)
{
    for (size_t i = 0; i < given->n; i++)
        if (given->values[i].name && strcmp(given->values[i].name, name) == 0)
            return true;
    return false;
}

static void show_progress(const struct ho_work *job)
{
    if (job->n_total > 0)
        cli_progress_count(job->kind == HO_WORK_TRACK    ? "tracked"
                           : job->kind == HO_WORK_RENDER ? "rendered"
                                                         : "read",
                           job->n_done, job->n_total);
}

// Work that goes on by itself: until it is over, or was asked to stop.
static enum ho_result wait_for(struct running *r, int64_t id, struct ho_diag *diag)
{
    bool is_stopped = false;
    for (;;) {
        ho_session_settle(r->session, 0.1);
        size_t n;
        const struct ho_work *jobs = ho_session_jobs(r->session, &n), *job = NULL;
        for (size_t i = 0; i < n; i++)
            job = jobs[i].id == id ? &jobs[i] : job;
        if (!job)
            return HO_OK;
        if (job->status == HO_JOB_FAILED)
            return ho_fail(diag, HO_ERROR_INPUT, "%s", job->message);
        if (job->status == HO_JOB_CANCELLED)
            return HO_CANCELLED;
        if (job->status == HO_JOB_DONE) {
            cli_progress_clear();
            json_object_set_new(r->context->json, "message", cli_json_text(job->message));
            return HO_OK;
        }
        show_progress(job);
        if (ho_cancel_is_requested(r->context->cancel) && !is_stopped) {
            is_stopped = true;
            (void)!ho_session_do(r->session, "cancel-job", NULL, 0, NULL, NULL);
        }
    }
}

static enum ho_result do_command(struct running *r, char *const *words, int n, struct ho_diag *diag)
{
    const struct ho_command *command = ho_session_find_command(words[0]);
    struct given given = {.n = 0};
    char *reply = NULL;
    if (n > WORDS_MAX - 1)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: more than %d arguments", words[0], WORDS_MAX - 2);
    for (int i = 1; i < n; i++)
        take_word(&given, command, words[i]);
    bool runs = command && command->flags & HO_COMMAND_RUNS;
    if (runs && !is_given(&given, "wait") && (command->flags & HO_COMMAND_EDITS || r->is_script))
        given.values[given.n++] = (struct ho_argument_value){"wait", "yes"};
    enum ho_result result = ho_session_do(r->session, words[0], given.values, given.n, &reply, diag);
    for (size_t i = 0; i < given.n && i < WORDS_MAX; i++)
        free(given.names[i]);
    json_decref(r->context->json);
    r->context->json = reply ? json_loads(reply, 0, NULL) : NULL;
    free(reply);
    if (result != HO_OK || !runs)
        return result;
    const json_t *job = json_object_get(r->context->json, "job"), *jobs = json_object_get(r->context->json, "jobs");
    for (size_t i = 0; i < json_array_size(jobs); i++) {    // one that fails stops no other
        enum ho_result one = wait_for(r, json_integer_value(json_array_get(jobs, i)), diag);
        result = result == HO_OK ? one : result;
    }
    return job ? wait_for(r, json_integer_value(job), diag) : result;
}

// ---- what it says: one line a thing

static void print_value(const json_t *value)
{
    char *text = json_is_string(value) ? NULL
                                       : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    fputs(json_is_string(value) ? json_string_value(value) : text ? text : "", stdout);
    free(text);
}

static void print_item(const json_t *item)
{
    const char *name;
    json_t *value;
    bool is_first = true;
    if (!json_is_object(item)) {
        print_value(item);
        putchar('\n');
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)item, name, value)
    {
        printf("%s%s ", is_first ? "" : ", ", name);
        print_value(value);
        is_first = false;
    }
    putchar('\n');
}

static void print_reply(json_t *reply)
{
    const char *name;
    json_t *value, *item;
    size_t i;
    if (json_is_string(json_object_get(reply, "text"))) {
        fputs(json_string_value(json_object_get(reply, "text")), stdout);
        return;
    }
    json_object_foreach(reply, name, value)
    {
        if (json_is_array(value) && json_object_size(reply) <= 2 && json_is_object(json_array_get(value, 0)))
            json_array_foreach(value, i, item) print_item(item);
        else {
            printf("%s: ", name);
            print_item(value);
        }
    }
}

// ---- scripts and the shell: a line is a command, quoted as in a shell

// Splits in place; false: a quote is not closed.
static bool split_line(char *line, char **words, int *n)
{
    char *to = line;
    *n = 0;
    for (char *at = line; *at;) {
        while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
            at++;
        if (!*at || *at == '#')
            break;
        if (*n == WORDS_MAX)
            return false;
        words[(*n)++] = to;
        for (char quote = 0; *at && (quote || !strchr(" \t\r\n", *at)); at++) {
            if (quote ? *at == quote : *at == '"' || *at == '\'')
                quote = quote ? 0 : *at;
            else if (*at == '\\' && quote != '\'' && at[1])
                *to++ = *++at;
            else
                *to++ = *at;
            if (quote && !at[1])
                return false;
        }
        at += *at != '\0';
        *to++ = '\0';
    }
    return true;
}

static enum ho_result do_line(struct running *r, char *line, bool *is_any, struct ho_diag *diag)
{
    char *words[WORDS_MAX + 1];
    int n;
    if (!split_line(line, words, &n))
        return ho_fail(diag, HO_ERROR_USAGE, "a quote is not closed, or there are too many words");
    *is_any = n > 0;
    return n > 0 ? do_command(r, words, n, diag) : HO_OK;
}

static enum ho_result run_lines(struct running *r, FILE *file, const char *name, struct ho_diag *diag)
{
    char *line = NULL;
    size_t size = 0;
    enum ho_result result = HO_OK;
    for (int number = 1; result == HO_OK && getline(&line, &size, file) >= 0; number++) {
        struct ho_diag inner = {0};
        bool is_any;
        result = ho_cancel_is_requested(r->context->cancel) ? HO_CANCELLED : do_line(r, line, &is_any, &inner);
        if (result != HO_OK)
            (void)!ho_fail(diag, result, "%s, line %d: %.900s", name, number, inner.message);
    }
    free(line);
    return result;
}

// All of it is one step, or nothing is.
static enum ho_result run_script(struct running *r, struct ho_diag *diag)
{
    const char *name = r->values->script;
    bool is_stdin = strcmp(name, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(name, "r");
    if (!file)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: %s", name, strerror(errno));
    const char *slash = strrchr(name, '/');
    r->is_script = true;
    enum ho_result result = ho_session_begin(r->session, is_stdin ? "Script" : slash ? slash + 1 : name, diag);
    if (result == HO_OK) {
        result = run_lines(r, file, is_stdin ? "stdin" : name, diag);
        if (result == HO_OK)
            result = ho_session_commit(r->session, diag);
        else
            ho_session_cancel(r->session);
    }
    if (!is_stdin)
        fclose(file);
    return result;
}

static void print_line(const struct running *r, enum ho_result result, const struct ho_diag *diag)
{
    cli_progress_clear();
    if (result != HO_OK && r->values->common.json) {
        json_t *error = json_pack("{s:{s:s, s:s}}", "error", "kind", ho_result_name(result), "message", diag->message);
        json_dumpf(error, stdout, JSON_COMPACT);
        json_decref(error);
        putchar('\n');
    } else if (result != HO_OK)
        fprintf(stderr, "holdout: %s\n", diag->message);
    else if (r->values->common.json) {
        json_dumpf(r->context->json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
        putchar('\n');
    } else if (!r->values->common.quiet)
        print_reply(r->context->json);
    fflush(stdout);
}

// Each line is a step of its own, and answered before the next is read.
static enum ho_result run_shell(struct running *r, struct ho_diag *diag)
{
    char *line = NULL;
    size_t size = 0;
    enum ho_result first = HO_OK;
    int n_failed = 0;
    const bool asks = isatty(STDIN_FILENO) && !r->values->common.json;
    for (;;) {
        struct ho_diag inner = {0};
        bool is_any = false;
        if (asks)
            fputs("holdout> ", stdout), fflush(stdout);
        if (getline(&line, &size, stdin) < 0 || strcmp(line, "exit\n") == 0 ||
            ho_cancel_is_requested(r->context->cancel))
            break;
        enum ho_result result = do_line(r, line, &is_any, &inner);
        if (is_any || result != HO_OK)
            print_line(r, result, &inner);
        n_failed += result != HO_OK;
        if (first == HO_OK)
            first = result;
    }
    if (n_failed)
        (void)!ho_fail(diag, first, "%d of the commands failed", n_failed);
    free(line);
    json_decref(r->context->json);
    r->context->json = NULL;
    return first;
}

// ---- damage

static void report_fault(void *opaque, const char *sentence)
{
    struct cli_context *context = opaque;
    if (!context->common->json)
        printf("%s\n", sentence);
    json_array_append_new(json_object_get(context->json, "faults"), cli_json_text(sentence));
}

static enum ho_result verify(struct cli_context *context, struct ho_diag *diag)
{
    context->json = json_pack("{s:[]}", "faults");
    HO_TRY(ho_project_verify(context->operands[0], report_fault, context, diag));
    if (!context->common->json && !context->common->quiet)
        printf("%s: nothing is wrong\n", context->operands[0]);
    return HO_OK;
}

static enum ho_result recover(struct cli_context *context, struct ho_diag *diag)
{
    struct ho_recovery out = {0};
    if (context->n_operands != 3)
        return ho_fail(diag, HO_ERROR_USAGE, "recover wants the name of a new file");
    HO_TRY(ho_project_recover(context->operands[0], context->operands[2], &out, diag));
    context->json = json_pack("{s:I, s:I, s:I}", "n_rows", (json_int_t)out.n_rows, "n_tables_damaged",
                              (json_int_t)out.n_tables_damaged, "n_dropped", (json_int_t)out.n_dropped);
    if (!context->common->json && !context->common->quiet)
        printf("%s: %lld rows read, %lld tables were damaged, %lld rows belonged to what is gone\n",
               context->operands[2], (long long)out.n_rows, (long long)out.n_tables_damaged, (long long)out.n_dropped);
    return HO_OK;
}

// ---- help of the commands

static const char *type_word(const struct ho_argument *a)
{
    static const char *const words[] = {"TEXT", "N",     "NUMBER", "yes|no",   "",      "FRAME", "FIRST-LAST", "FILE",
                                        "X,Y",  "MEDIA", "BIN",    "TIMELINE", "TRACK", "CLIP",  "CLIPS",      "NODE"};
    return words[a->type];
}

static void print_command(const struct ho_command *command)
{
    printf("%s", command->name);
    for (const struct ho_argument *a = command->arguments; a && a->name; a++)
        printf(a->required ? " %s" : " [%s]", a->name);
    printf("\n  %s (\"%s\"%s)\n", command->help, command->label,
           command->flags & HO_COMMAND_EDITS ? "; a step that can be undone" : "");
    for (const struct ho_argument *a = command->arguments; a && a->name; a++) {
        char word[160] = "";
        for (int i = 0; a->choices && a->choices[i]; i++)
            snprintf(word + strlen(word), sizeof(word) - strlen(word), "%s%s", i ? "|" : "", a->choices[i]);
        printf("  %-14s %s: %s%s%s%s\n", a->name, a->choices ? word : type_word(a), a->help,
               a->fallback ? " (else " : "", a->fallback ? a->fallback : "", a->fallback ? ")" : "");
    }
}

static json_t *command_json(const struct ho_command *command)
{
    json_t *arguments = json_array();
    for (const struct ho_argument *a = command->arguments; a && a->name; a++) {
        json_t *argument = json_pack("{s:s, s:s, s:b, s:s}", "name", a->name, "type", type_word(a), "required",
                                     a->required, "help", a->help);
        for (int i = 0; a->choices && a->choices[i]; i++) {
            if (i == 0)
                json_object_set_new(argument, "choices", json_array());
            json_array_append_new(json_object_get(argument, "choices"), json_string(a->choices[i]));
        }
        if (a->fallback)
            json_object_set_new(argument, "fallback", json_string(a->fallback));
        json_array_append_new(arguments, argument);
    }
    return json_pack("{s:s, s:s, s:s, s:b, s:o}", "name", command->name, "label", command->label, "help", command->help,
                     "edits", (command->flags & HO_COMMAND_EDITS) != 0, "arguments", arguments);
}

static enum ho_result list_commands(struct cli_context *context, const char *name, struct ho_diag *diag)
{
    if (name && !ho_session_find_command(name))
        return ho_fail(diag, HO_ERROR_USAGE, "there is no command \"%.80s\"", name);
    context->json = json_array();
    for (const struct ho_command *const *command = ho_session_commands(); *command; command++) {
        if (name && strcmp((*command)->name, name) != 0)
            continue;
        json_array_append_new(context->json, command_json(*command));
        if (context->common->json)
            continue;
        if (name)
            print_command(*command);
        else
            printf("%-24s %s\n", (*command)->name, (*command)->help);
    }
    return HO_OK;
}

// ---- running

static enum ho_result go_there(struct running *r, struct ho_diag *diag)
{
    const struct values *v = r->values;
    char *const timeline[] = {(char[]){"open-timeline"}, (char *)(uintptr_t)v->timeline};
    char *const at[] = {(char[]){"playhead"}, (char *)(uintptr_t)v->at};
    char *const select[] = {(char[]){"select"}, (char *)(uintptr_t)v->select};
    if (v->timeline)
        HO_TRY(do_command(r, timeline, 2, diag));
    if (v->at)
        HO_TRY(do_command(r, at, 2, diag));
    return v->select ? do_command(r, select, 2, diag) : HO_OK;
}

static enum ho_result run_on(struct running *r, struct ho_diag *diag)
{
    struct cli_context *context = r->context;
    const char *verb = context->n_operands > 1 ? context->operands[1] : NULL;
    const struct values *v = r->values;
    enum ho_session_open how = v->create ? HO_SESSION_CREATE : v->read ? HO_SESSION_READ : HO_SESSION_OPEN;
    HO_TRY(ho_session_open(r->session, context->operands[0], how, diag));
    HO_TRY(go_there(r, diag));
    if (v->script && verb)
        return ho_fail(diag, HO_ERROR_USAGE, "--script and a command: give one of them");
    if (v->script)
        return run_script(r, diag);
    if (verb && strcmp(verb, "shell") == 0)
        return run_shell(r, diag);
    if (!verb && v->create)
        return HO_OK;
    char *show[] = {(char[]){"show"}};
    enum ho_result result = verb ? do_command(r, context->operands + 1, context->n_operands - 1, diag)
                                 : do_command(r, show, 1, diag);
    if (result == HO_OK && !v->common.json && !v->common.quiet)
        print_reply(context->json);
    return result;
}

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    const struct values *values = opaque;
    struct running running = {.context = context, .values = values};
    const char *verb = context->n_operands > 1 ? context->operands[1] : "";
    if (strcmp(context->operands[0], "commands") == 0)
        return list_commands(context, context->n_operands > 1 ? context->operands[1] : NULL, diag);
    if (strcmp(verb, "verify") == 0)
        return verify(context, diag);
    if (strcmp(verb, "recover") == 0)
        return recover(context, diag);
    struct ho_session_options options = {.bank_dir = values->bank,
                                         .engine = values->engine,
                                         .model = values->model,
                                         .n_threads = (int)context->common->n_threads};
    HO_TRY(ho_session_create(&options, &running.session, diag));
    enum ho_result result = run_on(&running, diag);
    const bool is_made = values->create && ho_session_project(running.session);
    ho_session_destroy(&running.session);
    if (is_made && result != HO_OK)
        unlink(context->operands[0]);    // whole or absent
    return result;
}

enum ho_result cli_project_do(struct cli_context *context, const char *file, const char *bank, char *const *words,
                              int n, const char *after, struct ho_diag *diag)
{
    struct values values = {.bank = bank};
    struct running running = {.context = context, .values = &values};
    struct ho_session_options options = {.bank_dir = bank, .n_threads = (int)context->common->n_threads};
    HO_TRY(ho_session_create(&options, &running.session, diag));
    enum ho_result result = ho_session_open(running.session, file, HO_SESSION_OPEN, diag);
    if (result == HO_OK)
        result = do_command(&running, words, n, diag);
    char *const last[] = {(char *)(uintptr_t)after};
    bool says = after && ho_session_project(running.session) && do_command(&running, last, 1, NULL) == HO_OK;
    cli_progress_clear();
    if (says && !context->common->json && !context->common->quiet)
        print_reply(context->json);
    ho_session_destroy(&running.session);
    return result;
}

static const struct cli_option options[] = {
    {.name = "create",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, create),
     .help = "make the project first; one that is there is refused"},
    {.name = "read-only",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, read),
     .help = "open it for reading, also while another program writes it"},
    {.name = "script",
     .kind = CLI_TEXT,
     .argument = "FILE",
     .offset = offsetof(struct values, script),
     .words = "FILE",
     .help = "commands, one a line, done together as one step, or not at all; -: from stdin"},
    {.name = "timeline",
     .kind = CLI_TEXT,
     .argument = "NAME",
     .offset = offsetof(struct values, timeline),
     .help = "the timeline that is meant; else the first"},
    {.name = "at",
     .kind = CLI_TEXT,
     .argument = "FRAME",
     .offset = offsetof(struct values, at),
     .help = "where the playhead stands: a frame from 0, or a timecode; else 0"},
    {.name = "select",
     .kind = CLI_TEXT,
     .argument = "CLIPS",
     .offset = offsetof(struct values, select),
     .help = "clips that are selected: names or numbers, by comma"},
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct values, bank),
     .words = "FOLDER",
     .help = "where mattes are kept; default: $HOLDOUT_BANK, else ~/.local/share/holdout/bank"},
    {.name = "engine",
     .kind = CLI_TEXT,
     .argument = "NAME",
     .offset = offsetof(struct values, engine),
     .words = "embedded stub",
     .help = "what tracks; default: embedded"},
    {.name = "model",
     .kind = CLI_TEXT,
     .argument = "PATH",
     .offset = offsetof(struct values, model),
     .words = "FOLDER",
     .help = "the engine's weights, where they are not its own"},
    {0},
};
static const struct cli_binding bindings[] = {{.title = "Options", .options = options}, {0}};

extern const struct cli_command cli_project;
const struct cli_command cli_project = {
    .name = "project",
    .summary = "projects: media, timelines, masks, grades, by commands",
    .synopsis = "FILE [COMMAND [ARGUMENT | NAME=VALUE]...] | FILE shell | FILE verify | FILE recover NEW | commands "
                "[COMMAND]",
    .text = "A project is one file, always saved; each command that changes it is a step that undo takes back, also "
            "tomorrow.\n"
            "commands lists what there is, or all of one command; shell reads commands as they come, one a line; "
            "--script does those of a\n"
            "file as one step. Arguments are given in their order or by name. dump prints all that a project says, so "
            "that two can be compared;\n"
            "verify reads everything and says what is damaged, recover reads what can be read into a new file.\n",
    .examples = "  holdout project cut.holdout --create open-film ride.mov       # media, timeline, clip\n"
                "  holdout project cut.holdout --at 12 click 902,300             # say what the object is\n"
                "  holdout project cut.holdout track                             # as far as the bank lacks it\n"
                "  holdout project cut.holdout title BRUSSELS at=0 length=48\n"
                "  holdout project cut.holdout undo\n"
                "  holdout project cut.holdout --script steps.txt                # one step\n"
                "  holdout project commands move-clips\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = -1,
    .operand_words = "FILE",
    .values_size = sizeof(struct values),
    .run = run,
};
