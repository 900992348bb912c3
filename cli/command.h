// SPDX-License-Identifier: BSD-2-Clause
// A subcommand of the program: one file, one const struct. Help, completion, the man page and the tests walk these
// tables.
#ifndef HOLDOUT_CLI_COMMAND_H
#define HOLDOUT_CLI_COMMAND_H

#include <jansson.h>
#include <stddef.h>

#include "holdout/holdout.h"

enum cli_option_kind {
    CLI_FLAG,       // bool
    CLI_TEXT,       // const char *, borrowed from argv
    CLI_INTEGER,    // int64_t in [min, max]
    CLI_NUMBER,     // float in [min, max]
    CLI_TAKE,       // take() is called with the text
};

struct cli_option {
    const char *name;    // without the dashes
    char letter;         // short form, or 0
    enum cli_option_kind kind;
    const char *argument;    // what its value is called in help: "N", "X,Y[@F]"; NULL for a flag
    const char *help;        // one line
    size_t offset;           // of the value, in the struct that its binding names
    double min, max;
    enum ho_result (*take)(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag);
    const char *words;    // values that shell completion offers, separated by spaces: "faster better", or "FILE",
                          // "FOLDER"; NULL: none
    bool required;
};

// A table of options and where in the command's values they are kept.
struct cli_binding {
    const char *title;                         // its heading in help
    const struct cli_option *options;          // ended by a NULL name
    const struct cli_option *(*make)(void);    // where `options` is NULL: makes them from another table
    size_t offset;
};

struct cli_common {
    bool json, quiet;
    int64_t n_threads;
    int64_t frames_from;    // -1: not given
    enum ho_log_level log;
};

// What a running command has at hand.
struct cli_context {
    const struct cli_command *command;
    const struct cli_common *common;
    const struct ho_cancel *cancel;
    char **operands;    // what is not an option
    int n_operands;
    json_t *json;         // the command's result: printed on stdout with --json
    const char *go_on;    // what to say after a stop: how to go on; static text, may be NULL
};

struct cli_command {
    const char *name, *summary;            // one line
    const char *synopsis;                  // what follows "holdout name" in its usage
    const char *text;                      // help: what it does
    const char *examples;                  // help: commands that work, a line each, with `#` comments
    const struct cli_binding *bindings;    // ended by a NULL title
    int operands_min, operands_max;        // -1: any number
    const char *operand_words;             // for completion: "FILE" or words
    size_t values_size;                    // of the struct that the options fill; starts with struct cli_common
    void (*defaults)(void *values);        // after zeroing; may be NULL
    enum ho_result (*run)(struct cli_context *context, void *values, struct ho_diag *diag);
    void (*clear)(void *values);    // frees what options allocated; may be NULL
};

extern const struct cli_command *const cli_commands[];    // NULL-ended
extern const struct cli_option cli_common_options[];

// options.c
const struct cli_option *cli_binding_options(const struct cli_binding *binding);
// Fills `values` from the arguments that follow the subcommand's name. Sets *help for --help and *version for --version
// and stops there.
enum ho_result cli_parse(const struct cli_command *command, int argc, char **argv, void *values,
                         struct cli_context *context, bool *help, bool *version, struct ho_diag *diag) HO_MUST_CHECK;
// Whether --json stands among raw arguments: errors of parsing itself are then JSON as well.
bool cli_wants_json(int argc, char **argv);
enum ho_result cli_parse_integer(const char *text, int64_t min, int64_t max, int64_t *out) HO_MUST_CHECK;
enum ho_result cli_parse_number(const char *text, double min, double max, double *out) HO_MUST_CHECK;
// The word of a NULL-ended list that is most like a mistyped one, or NULL.
const char *cli_nearest(const char *text, const char *const *words);

// text.c
// Copies text so that it fits one line and UTF-8: what does not becomes '?'.
void cli_clean(const char *text, char *out, size_t size);
json_t *cli_json_text(const char *text);    // never fails for text that is not UTF-8: file names need not be

// help.c
void cli_print_help(void);
void cli_print_command_help(const struct cli_command *command);
json_t *cli_table_json(const struct cli_command *command);    // one command and its options
json_t *cli_tables_json(
    void);    // every command and option: what the man page, the completion and their tests are made from
void cli_print_version(void);

#endif
