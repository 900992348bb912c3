// SPDX-License-Identifier: BSD-2-Clause
// The program: finds the subcommand, parses its options, runs it, and says how it ended.
#include <signal.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "frames.h"
#include "progress.h"

extern const struct cli_command cli_comp, cli_correct, cli_graph, cli_history, cli_probe, cli_roto, cli_track,
    cli_matte, cli_bank, cli_project, cli_render_queue, cli_score, cli_sheet;
const struct cli_command *const cli_commands[] = {&cli_roto, &cli_track,   &cli_correct,      &cli_history, &cli_matte,
                                                  &cli_comp, &cli_project, &cli_render_queue, &cli_graph,   &cli_probe,
                                                  &cli_bank, &cli_sheet,   &cli_score,        NULL};

static struct ho_cancel cancelled;

// The first signal asks; the handler stands back, so that the second one kills.
static void on_signal(int number)
{
    ho_cancel_request(&cancelled);
    signal(number, SIG_DFL);
}

static void set_signals(void)
{
    static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof(stopping) / sizeof(stopping[0]); i++) {
        struct sigaction action = {.sa_handler = on_signal};
        struct sigaction old;
        sigemptyset(&action.sa_mask);
        if (sigaction(stopping[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(stopping[i], &action, NULL);
    }
    signal(SIGXFSZ, SIG_IGN);    // a full disk is an error of the write call, with a sentence
    signal(SIGPIPE, SIG_IGN);
}

static enum ho_result take_log(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    static const char *const names[] = {"quiet", "error", "warning", "info", "debug"};
    (void)option;
    for (int i = 0; i < 5; i++) {
        if (strcmp(text, names[i]) == 0) {
            ((struct cli_common *)values)->log = (enum ho_log_level)i;
            return HO_OK;
        }
    }
    return ho_fail(diag, HO_ERROR_USAGE, "--log wants quiet, error, warning, info or debug, not '%.100s'", text);
}

const struct cli_option cli_common_options[] = {
    {.name = "json",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_common, json),
     .help = "print the result, or the error, as one JSON object on stdout"},
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_common, quiet),
     .help = "no progress, no summary; errors only"},
    {.name = "threads",
     .kind = CLI_INTEGER,
     .argument = "N",
     .offset = offsetof(struct cli_common, n_threads),
     .max = 1024,
     .help = "threads to use; 0 (default): as many as there are cores; the result does not depend on it"},
    {.name = "frames-from",
     .kind = CLI_INTEGER,
     .argument = "N",
     .offset = offsetof(struct cli_common, frames_from),
     .max = 1e9,
     .help = "the number of a source's first frame, where frames are typed and printed; default: that of a sequence's "
             "first file, and 0 of movies"},
    {.name = "log",
     .kind = CLI_TAKE,
     .argument = "LEVEL",
     .take = take_log,
     .words = "quiet error warning info debug",
     .help = "what is told on stderr: quiet, error, warning (default), info, debug"},
    {.name = "help", .letter = 'h', .kind = CLI_FLAG, .help = "this help"},
    {.name = "version", .letter = 'V', .kind = CLI_FLAG, .help = "the program's version"},
    {0},
};

static void print_json(json_t *json)
{
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    putchar('\n');
}

// The exit code of a result, after saying what went wrong: a sentence on stderr, or the same as JSON on stdout.
static int report(const struct cli_context *context, bool json, enum ho_result result, const struct ho_diag *diag)
{
    cli_progress_clear();
    if (result == HO_OK || result == HO_END) {
        if (json && context->json)
            print_json(context->json);
        if (fflush(stdout) != 0) {
            fprintf(stderr, "holdout: cannot write to stdout\n");
            return ho_result_exit_code(HO_ERROR_SPACE);
        }
        return 0;
    }
    const char *message = diag->message[0]         ? diag->message
                          : result == HO_CANCELLED ? "stopped"
                                                   : ho_result_name(result);
    char joined[1400], text[1400];
    bool add = result == HO_CANCELLED && context->go_on && !strstr(message, "same command");
    snprintf(joined, sizeof(joined), "%s%s%s", message, add ? "; " : "", add ? context->go_on : "");
    cli_clean(joined, text, sizeof(text));
    if (json) {
        json_t *error = json_pack("{s:{s:s, s:s}}", "error", "kind", ho_result_name(result), "message", text);
        if (error && context->json)
            json_object_update_missing(error, context->json);
        print_json(error);
        json_decref(error);
        fflush(stdout);
    } else
        fprintf(stderr, "holdout: %s\n", text);
    return ho_result_exit_code(result);
}

static int run(const struct cli_command *command, int argc, char **argv)
{
    struct cli_context context = {.command = command, .cancel = &cancelled};
    struct ho_diag diag = {0};
    bool help = false, version = false;
    void *values = calloc(1, command->values_size);
    if (!values)
        return report(&context, cli_wants_json(argc, argv), ho_fail(&diag, HO_ERROR_MEMORY, "out of memory"), &diag);
    struct cli_common *common = values;
    common->log = HO_LOG_WARNING;
    common->frames_from = -1;
    context.common = common;
    if (command->defaults)
        command->defaults(values);
    enum ho_result result = cli_parse(command, argc, argv, values, &context, &help, &version, &diag);
    if (help && result == HO_OK && (common->json || cli_wants_json(argc, argv)))
        context.json = cli_table_json(command);
    else if (help && result == HO_OK)
        cli_print_command_help(command);
    else if (version && result == HO_OK)
        cli_print_version();
    else if (result == HO_OK) {
        ho_log_set_level(common->log);
        cli_frames_from(common->frames_from);
        cli_progress_start(common->quiet || common->json);
        result = command->run(&context, values, &diag);
    }
    int code = report(&context, common->json || cli_wants_json(argc, argv), result, &diag);
    if (command->clear)
        command->clear(values);
    json_decref(context.json);
    free(values);
    return code;
}

static int fail_command(int argc, char **argv)
{
    const char *names[64];
    char list[512] = "";
    size_t n = 0, used = 0;
    for (; cli_commands[n] && n < 63; n++) {
        names[n] = cli_commands[n]->name;
        if (used < sizeof(list))
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", n ? ", " : "", names[n]);
    }
    names[n] = NULL;
    struct cli_context context = {0};
    struct ho_diag diag = {0};
    const char *nearest = cli_nearest(argv[1], names);
    enum ho_result result = ho_fail(&diag, HO_ERROR_USAGE,
                                    "there is no command '%.100s'%s%s; there are %s (see holdout --help)", argv[1],
                                    nearest ? ", did you mean " : "", nearest ? nearest : "", list);
    return report(&context, cli_wants_json(argc, argv), result, &diag);
}

// "holdout --help", "holdout help roto", "holdout --version", and, for tools, "holdout --help --json".
static int run_without_command(int argc, char **argv)
{
    if (argc >= 2 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0))
        cli_print_version();
    else if (cli_wants_json(argc, argv)) {
        json_t *tables = cli_tables_json();
        print_json(tables);
        json_decref(tables);
    } else
        cli_print_help();
    return fflush(stdout) == 0 ? 0 : ho_result_exit_code(HO_ERROR_SPACE);
}

// glibc raises by itself the size from which blocks come from the system and go back to it, up to 32 MB; frames and
// features of many sizes then leave holes between them, and a long track takes ever more memory (a third more after
// 1,000 frames of 1080p at Better). A limit that is set stays, and costs no time.
static void set_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

int main(int argc, char **argv)
{
    set_memory();
    set_signals();
    bool asks_help = argc >= 2 &&
                     (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0);
    if (asks_help && argc >= 3 && argv[2][0] != '-') {
        char *help[] = {argv[2], (char[]){"--help"}, NULL};
        for (const struct cli_command *const *command = cli_commands; *command; command++)
            if (strcmp((*command)->name, argv[2]) == 0)
                return run(*command, 2, help);
        return fail_command(argc - 1, argv + 1);
    }
    if (argc < 2) {
        cli_print_help();
        return ho_result_exit_code(HO_ERROR_USAGE);
    }
    if (asks_help || strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return run_without_command(argc, argv);
    for (const struct cli_command *const *command = cli_commands; *command; command++)
        if (strcmp((*command)->name, argv[1]) == 0)
            return run(*command, argc - 1, argv + 1);
    return fail_command(argc, argv);
}
