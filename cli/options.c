// SPDX-License-Identifier: BSD-2-Clause
// Options of every subcommand, from their tables, by getopt_long.
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

#define OPTIONS_MAX 96
#define FIRST_ID 256    // getopt's values of long options: above every letter
#define NEAREST_MAX 64

enum ho_result cli_parse_integer(const char *text, int64_t min, int64_t max, int64_t *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno || value < min || value > max || text[0] == ' ' || text[0] == '+')
        return HO_ERROR_USAGE;
    *out = value;
    return HO_OK;
}

enum ho_result cli_parse_number(const char *text, double min, double max, double *out)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value) || value < min || value > max)
        return HO_ERROR_USAGE;
    *out = value;
    return HO_OK;
}

// Levenshtein distance, for words of up to NEAREST_MAX letters.
static size_t distance(const char *a, const char *b)
{
    size_t row[NEAREST_MAX + 1], n = strlen(b);
    if (n > NEAREST_MAX || strlen(a) > NEAREST_MAX)
        return NEAREST_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t replace = diagonal + (a[i - 1] != b[j - 1]), insert = row[j - 1] + 1, drop = row[j] + 1;
            diagonal = row[j];
            row[j] = replace < insert ? replace : insert;
            row[j] = row[j] < drop ? row[j] : drop;
        }
    }
    return row[n];
}

const char *cli_nearest(const char *text, const char *const *words)
{
    const char *best = NULL;
    size_t best_distance = strlen(text) / 3 + 2;
    for (; *words; words++) {
        size_t d = distance(text, *words);
        if (d < best_distance) {
            best_distance = d;
            best = *words;
        }
    }
    return best;
}

bool cli_wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

const struct cli_option *cli_binding_options(const struct cli_binding *binding)
{
    return binding->options ? binding->options : binding->make();
}

struct entry {
    const struct cli_option *option;
    size_t offset;
};

// All options of a command as getopt wants them.
struct table {
    struct entry entries[OPTIONS_MAX];
    struct option longs[OPTIONS_MAX + 1];
    const char *names[OPTIONS_MAX + 1];
    char letters[2 * OPTIONS_MAX + 2];
    bool given[OPTIONS_MAX];
    int n;
};

static void add_options(struct table *table, const struct cli_option *options, size_t offset)
{
    char *letter = table->letters + strlen(table->letters);
    for (const struct cli_option *option = options; option->name && table->n < OPTIONS_MAX; option++, table->n++) {
        int has_argument = option->kind == CLI_FLAG ? no_argument : required_argument;
        table->entries[table->n] = (struct entry){option, offset};
        table->longs[table->n] = (struct option){option->name, has_argument, NULL, FIRST_ID + table->n};
        table->names[table->n] = option->name;
        if (option->letter) {
            *letter++ = option->letter;
            if (has_argument == required_argument)
                *letter++ = ':';
            *letter = 0;
        }
    }
}

static int find_entry(const struct table *table, int code)
{
    if (code >= FIRST_ID)
        return code - FIRST_ID;
    for (int i = 0; i < table->n; i++)
        if (table->entries[i].option->letter == code)
            return i;
    return -1;
}

static enum ho_result store(const struct entry *entry, void *values, const char *text, struct ho_diag *diag)
{
    const struct cli_option *option = entry->option;
    char *base = (char *)values + entry->offset, *field = base + option->offset;
    double number;
    switch (option->kind) {
    case CLI_FLAG: *(bool *)field = true; return HO_OK;
    case CLI_TEXT:
        if (!text[0])
            return ho_fail(diag, HO_ERROR_USAGE, "--%s wants %s, not an empty text", option->name, option->argument);
        *(const char **)field = text;
        return HO_OK;
    case CLI_INTEGER:
        if (cli_parse_integer(text, (int64_t)option->min, (int64_t)option->max, (int64_t *)field) != HO_OK)
            return ho_fail(diag, HO_ERROR_USAGE, "--%s wants a whole number from %.0f to %.0f, not '%.100s'",
                           option->name, option->min, option->max, text);
        return HO_OK;
    case CLI_NUMBER:
        if (cli_parse_number(text, option->min, option->max, &number) != HO_OK)
            return ho_fail(diag, HO_ERROR_USAGE, "--%s wants a number from %g to %g, not '%.100s'", option->name,
                           option->min, option->max, text);
        *(float *)field = (float)number;
        return HO_OK;
    case CLI_TAKE: return option->take(base, option, text, diag);
    }
    return HO_OK;
}

static enum ho_result fail_unknown(const struct table *table, const struct cli_command *command, char **argv,
                                   struct ho_diag *diag)
{
    const char *word = argv[optind - 1];
    if (optopt && optopt < FIRST_ID && strncmp(word, "--", 2) != 0)
        return ho_fail(diag, HO_ERROR_USAGE, "unknown option '-%c'; see holdout %s --help", optopt, command->name);
    if (optopt >= FIRST_ID)
        return ho_fail(diag, HO_ERROR_USAGE, "--%s takes no value; see holdout %s --help",
                       table->names[optopt - FIRST_ID], command->name);
    char name[64] = "";
    strncat(name, word + strspn(word, "-"), sizeof(name) - 1);
    name[strcspn(name, "=")] = 0;
    int n_similar = 0;
    for (int i = 0; i < table->n; i++)
        n_similar += strncmp(name, table->names[i], strlen(name)) == 0;
    if (n_similar > 1)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "'--%s' could mean several options; write it in full (see holdout %s --help)", name,
                       command->name);
    const char *nearest = cli_nearest(name, table->names);
    return ho_fail(diag, HO_ERROR_USAGE, "unknown option '--%s'%s%s%s; see holdout %s --help", name,
                   nearest ? ", did you mean --" : "", nearest ? nearest : "", nearest ? "" : "", command->name);
}

static enum ho_result check_operands(const struct cli_command *command, const struct cli_context *context,
                                     struct ho_diag *diag)
{
    if (context->n_operands < command->operands_min)
        return ho_fail(diag, HO_ERROR_USAGE, "holdout %s wants %s; see holdout %s --help", command->name,
                       command->synopsis, command->name);
    if (command->operands_max >= 0 && context->n_operands > command->operands_max)
        return ho_fail(diag, HO_ERROR_USAGE, "holdout %s does not know what to do with '%.200s'; it wants %s",
                       command->name, context->operands[command->operands_max], command->synopsis);
    for (int i = 0; i < context->n_operands; i++)
        if (!context->operands[i][0])
            return ho_fail(diag, HO_ERROR_USAGE, "an empty file name was given to holdout %s", command->name);
    return HO_OK;
}

static enum ho_result check_required(const struct table *table, const struct cli_command *command, struct ho_diag *diag)
{
    for (int i = 0; i < table->n; i++) {
        const struct cli_option *option = table->entries[i].option;
        if (option->required && !table->given[i])
            return ho_fail(diag, HO_ERROR_USAGE, "holdout %s wants --%s %s; see holdout %s --help", command->name,
                           option->name, option->argument, command->name);
    }
    return HO_OK;
}

static enum ho_result parse_with(struct table *table, const struct cli_command *command, int argc, char **argv,
                                 void *values, struct cli_context *context, bool *help, bool *version,
                                 struct ho_diag *diag)
{
    opterr = 0;
    optind = 0;
    for (;;) {
        optopt = 0;
        int code = getopt_long(argc, argv, table->letters, table->longs, NULL);
        if (code == -1)
            break;
        int i = code == ':' || code == '?' ? find_entry(table, optopt) : find_entry(table, code);
        if (code == ':')
            return ho_fail(diag, HO_ERROR_USAGE, "--%s wants a value: %s", table->names[i],
                           table->entries[i].option->argument);
        if (code == '?')
            return fail_unknown(table, command, argv, diag);
        const struct cli_option *option = table->entries[i].option;
        table->given[i] = true;
        if (strcmp(option->name, "help") == 0) {
            *help = true;
            return HO_OK;
        }
        if (strcmp(option->name, "version") == 0) {
            *version = true;
            return HO_OK;
        }
        HO_TRY(store(&table->entries[i], values, optarg, diag));
    }
    context->operands = argv + optind;
    context->n_operands = argc - optind;
    HO_TRY(check_operands(command, context, diag));
    return check_required(table, command, diag);
}

enum ho_result cli_parse(const struct cli_command *command, int argc, char **argv, void *values,
                         struct cli_context *context, bool *help, bool *version, struct ho_diag *diag)
{
    struct table *table = calloc(1, sizeof(*table));
    if (!table)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory");
    table->letters[0] = ':';
    add_options(table, cli_common_options, 0);
    for (const struct cli_binding *binding = command->bindings; binding->title; binding++)
        add_options(table, cli_binding_options(binding), binding->offset);
    enum ho_result result = parse_with(table, command, argc, argv, values, context, help, version, diag);
    free(table);
    return result;
}
