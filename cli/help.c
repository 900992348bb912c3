// SPDX-License-Identifier: BSD-2-Clause
// Help, printed from the tables of commands and options.
#include <stdio.h>
#include <string.h>

#include "command.h"

#define HELP_COLUMN 30
#define HELP_WIDTH 100

// One line per idea; a long one is broken between words and goes on under its beginning.
static void print_wrapped(const char *text, int column)
{
    int at = column;
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (at + length > HELP_WIDTH && at > column) {
            printf("\n%*s", column, "");
            at = column;
        }
        printf("%.*s", length, text);
        at += length;
        text += length;
        if (*text == ' ' && at + 1 + (int)strcspn(text + 1, " ") <= HELP_WIDTH) {
            putchar(' ');
            at++;
        } else if (*text == ' ') {
            printf("\n%*s", column, "");
            at = column;
        }
        text += *text == ' ';
    }
    putchar('\n');
}

static void print_option(const struct cli_option *option)
{
    char left[128];
    int length = snprintf(left, sizeof(left), "  %c%c%s --%s%s%s", option->letter ? '-' : ' ',
                          option->letter ? option->letter : ' ', option->letter ? "," : " ", option->name,
                          option->argument ? " " : "", option->argument ? option->argument : "");
    printf("%s", left);
    if (length >= HELP_COLUMN - 1)
        printf("\n%*s", HELP_COLUMN, "");
    else
        printf("%*s", HELP_COLUMN - length, "");
    print_wrapped(option->help, HELP_COLUMN);
}

static void print_options(const char *title, const struct cli_option *options)
{
    printf("\n%s\n", title);
    for (; options->name; options++)
        print_option(options);
}

void cli_print_command_help(const struct cli_command *command)
{
    printf("holdout %s: %s\n\nUsage: holdout %s %s\n\n%s", command->name, command->summary, command->name,
           command->synopsis, command->text);
    for (const struct cli_binding *binding = command->bindings; binding->title; binding++)
        print_options(binding->title, cli_binding_options(binding));
    print_options("Common options", cli_common_options);
    printf("\nExamples\n%s\nExit codes: 0 done, 2 usage, 3 input, 4 space or permission, 5 engine, 6 verification "
           "failed, 130 interrupted.\n",
           command->examples);
}

void cli_print_help(void)
{
    printf("holdout: track an object once, keep its matte for ever, use it anywhere.\n\nUsage: holdout COMMAND "
           "[options]\n\nCommands\n");
    for (const struct cli_command *const *command = cli_commands; *command; command++)
        printf("  %-8s %s\n", (*command)->name, (*command)->summary);
    printf("\nThe main job\n"
           "  holdout roto ride.mov --click 902,300@12 -o \"out/%%{clip name}_roto_v01.mov\"\n"
           "  tracks the object at (902, 300) of frame 12 forward and backward, keeps its matte in the bank and saves "
           "it as a ProRes\n"
           "  luma matte that fits ride.mov frame by frame. The same command again tracks nothing and only writes.\n"
           "\nholdout COMMAND --help explains a command, with examples; man holdout has it all on one page.\n"
           "Every command takes --json, --quiet, --threads N, --log LEVEL, --help and --version.\n");
}

void cli_print_version(void) { printf("holdout %s\n", ho_version()); }

static json_t *options_json(const struct cli_option *options)
{
    json_t *list = json_array();
    for (; options->name; options++) {
        char letter[2] = {options->letter, 0};
        json_array_append_new(list, json_pack("{s:s, s:s*, s:s*, s:s, s:s*, s:b}", "name", options->name, "letter",
                                              options->letter ? letter : NULL, "argument", options->argument, "help",
                                              options->help, "words", options->words, "required", options->required));
    }
    return list;
}

json_t *cli_table_json(const struct cli_command *command)
{
    json_t *groups = json_array();
    for (const struct cli_binding *binding = command->bindings; binding->title; binding++)
        json_array_append_new(groups, json_pack("{s:s, s:o}", "title", binding->title, "options",
                                                options_json(cli_binding_options(binding))));
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*, s:o}", "name", command->name, "summary", command->summary,
                     "synopsis", command->synopsis, "text", command->text, "examples", command->examples,
                     "operand_words", command->operand_words, "groups", groups);
}

json_t *cli_tables_json(void)
{
    json_t *commands = json_array();
    for (const struct cli_command *const *at = cli_commands; *at; at++)
        json_array_append_new(commands, cli_table_json(*at));
    return json_pack("{s:s, s:o, s:o}", "version", ho_version(), "common", options_json(cli_common_options), "commands",
                     commands);
}
