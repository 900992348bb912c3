// SPDX-License-Identifier: BSD-2-Clause
#include "prompts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"

#define POINTS_MAX 100000

static enum ho_result fail_memory(struct ho_diag *diag) { return ho_fail(diag, HO_ERROR_MEMORY, "out of memory"); }

// Adds a zeroed item to an array of `n`; NULL when there is no memory.
static void *grow(void *items, size_t *n, size_t size)
{
    char *grown = realloc(items, (*n + 1) * size);
    if (grown)
        memset(grown + (*n)++ * size, 0, size);
    return grown;
}

static struct cli_object *add_object(struct cli_objects *objects)
{
    struct cli_object *grown = grow(objects->items, &objects->n, sizeof(*grown));
    if (!grown)
        return NULL;
    objects->items = grown;
    return &grown[objects->n - 1];
}

// The object that the next prompt belongs to: the last one, or an unnamed first one.
static struct cli_object *current_object(struct cli_objects *objects)
{
    return objects->n ? &objects->items[objects->n - 1] : add_object(objects);
}

static enum ho_result take_object(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_objects *objects = values;
    if (!text[0] || strlen(text) >= HO_NAME_SIZE)
        return ho_fail(diag, HO_ERROR_USAGE, "--%s wants a name of 1 to %d characters", option->name, HO_NAME_SIZE - 1);
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20)
            return ho_fail(diag, HO_ERROR_USAGE, "--%s: a name has no control characters", option->name);
    for (size_t i = 0; i < objects->n; i++)
        if (objects->items[i].name && strcmp(objects->items[i].name, text) == 0)
            return ho_fail(diag, HO_ERROR_USAGE,
                           "--object %.200s is given twice; write all its prompts after one of them", text);
    struct cli_object *object = add_object(objects);
    if (!object || !(object->name = strdup(text)))
        return fail_memory(diag);
    return HO_OK;
}

// Splits "rest@frame" where the end looks like a frame, so that '@' may stand in a file's name.
static enum ho_result split_frame(const char *text, char **rest, char **frame, struct ho_diag *diag)
{
    const char *at = strrchr(text, '@');
    if (at && (!at[1] || at[1 + strspn(at + 1, "0123456789:;.")] || strspn(at + 1, ".:;") > 0))
        at = NULL;
    *rest = at ? strndup(text, (size_t)(at - text)) : strdup(text);
    *frame = at ? strdup(at + 1) : NULL;
    return *rest && (!at || *frame) ? HO_OK : fail_memory(diag);
}

// "X,Y,X,Y,..." into the prompt's points.
static enum ho_result parse_points(const char *text, struct cli_said *prompt, size_t n_min, size_t n_max,
                                   const char *shape, struct ho_diag *diag)
{
    float numbers[2] = {0};
    size_t n_numbers = 0;
    const char *at = text;
    for (;;) {
        char piece[32] = "";
        double value;
        size_t length = strcspn(at, ",");
        if (length < sizeof(piece))
            memcpy(piece, at, length);
        if (cli_parse_number(piece, -1e6, 1e6, &value) != HO_OK || n_numbers / 2 >= POINTS_MAX)
            return ho_fail(diag, HO_ERROR_USAGE, "%.200s: points are written %s, in pixels from the top left",
                           prompt->written, shape);
        numbers[n_numbers++ % 2] = (float)value;
        if (n_numbers % 2 == 0) {
            struct ho_point *points = grow(prompt->said.prompt.points, &prompt->said.prompt.n_points, sizeof(*points));
            if (!points)
                return fail_memory(diag);
            prompt->said.prompt.points = points;
            points[prompt->said.prompt.n_points - 1] = (struct ho_point){numbers[0], numbers[1]};
        }
        if (!at[length])
            break;
        at += length + 1;
    }
    if (n_numbers % 2 || prompt->said.prompt.n_points < n_min || prompt->said.prompt.n_points > n_max)
        return ho_fail(diag, HO_ERROR_USAGE, "%.200s: points are written %s, in pixels from the top left",
                       prompt->written, shape);
    return HO_OK;
}

// One more thing that is said about the present object; NULL when there is no memory.
static struct cli_said *add_said(struct cli_objects *objects, const struct cli_option *option, const char *text)
{
    struct cli_object *object = current_object(objects);
    struct cli_said *grown = object ? grow(object->said, &object->n_said, sizeof(*grown)) : NULL;
    if (!grown)
        return NULL;
    object->said = grown;
    struct cli_said *said = &grown[object->n_said - 1];
    if (asprintf(&said->written, "--%s %s", option->name, text) < 0) {
        said->written = NULL;
        return NULL;
    }
    return said;
}

static enum ho_result take_prompt(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    static const struct {
        const char *name, *shape;
        enum ho_prompt_kind kind;
        size_t n_min, n_max;
    } kinds[] = {
        {"click", "X,Y", HO_PROMPT_CLICK, 1, 1},
        {"exclude", "X,Y", HO_PROMPT_EXCLUDE, 1, 1},
        {"box", "X0,Y0,X1,Y1", HO_PROMPT_BOX, 2, 2},
        {"stroke", "X,Y,X,Y,... (two points or more)", HO_PROMPT_STROKE, 2, POINTS_MAX},
        {"mask", "", HO_PROMPT_MASK, 0, 0},
    };
    size_t kind = 0;
    while (strcmp(kinds[kind].name, option->name) != 0)
        kind++;
    struct cli_said *prompt = add_said(values, option, text);
    if (!prompt)
        return fail_memory(diag);
    prompt->said.prompt.kind = kinds[kind].kind;
    char *rest;
    enum ho_result result = split_frame(text, &rest, &prompt->frame, diag);
    if (result == HO_OK && prompt->said.prompt.kind == HO_PROMPT_MASK) {
        prompt->mask = rest;
        return HO_OK;
    }
    if (result == HO_OK)
        result = parse_points(rest, prompt, kinds[kind].n_min, kinds[kind].n_max, kinds[kind].shape, diag);
    free(rest);
    return result;
}

static enum ho_result take_frames(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_said *said = add_said(values, option, text);
    if (!said || !(said->frames = strdup(text)))
        return fail_memory(diag);
    said->said.kind = strcmp(option->name, "lock") == 0 ? HO_SAID_LOCK : HO_SAID_ABSENT;
    return HO_OK;
}

static enum ho_result take_mute(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    int64_t step;
    if (cli_parse_integer(text, 1, INT32_MAX, &step) != HO_OK)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "--mute wants the number of a step, as holdout history shows it, not '%.100s'", text);
    struct cli_said *said = add_said(values, option, text);
    if (!said)
        return fail_memory(diag);
    said->said = (struct ho_said){.kind = HO_SAID_MUTE, .step = step};
    return HO_OK;
}

#define WHAT_IS_SAID                                                                                              \
    {.name = "click",                                                                                             \
     .kind = CLI_TAKE,                                                                                            \
     .argument = "X,Y[@F]",                                                                                       \
     .take = take_prompt,                                                                                         \
     .help = "the object is here: a point in source pixels from the top left, on frame F (a number, or a "        \
             "timecode as @01:00:04:10; see --frames-from); without @F on the first frame"},                      \
        {.name = "exclude",                                                                                       \
         .kind = CLI_TAKE,                                                                                        \
         .argument = "X,Y[@F]",                                                                                   \
         .take = take_prompt,                                                                                     \
         .help = "what is here is another thing; it stays out on the other frames too"},                          \
        {.name = "box",                                                                                           \
         .kind = CLI_TAKE,                                                                                        \
         .argument = "X0,Y0,X1,Y1[@F]",                                                                           \
         .take = take_prompt,                                                                                     \
         .help = "the object lies in this box, close around it"},                                                 \
        {.name = "stroke",                                                                                        \
         .kind = CLI_TAKE,                                                                                        \
         .argument = "X,Y,X,Y,...[@F]",                                                                           \
         .take = take_prompt,                                                                                     \
         .help = "a line drawn over the object"},                                                                 \
        {.name = "mask",                                                                                          \
         .kind = CLI_TAKE,                                                                                        \
         .argument = "FILE[#ID][@F]",                                                                             \
         .take = take_prompt,                                                                                     \
         .words = "FILE",                                                                                         \
         .help = "start from a mask that exists: a picture of the source's size, or frame F of a matte movie or " \
                 "sequence; #ID: that index of a palette mask; an empty one says that the object is not there"},  \
        {.name = "absent",                                                                                        \
         .kind = CLI_TAKE,                                                                                        \
         .argument = "F[-F]",                                                                                     \
         .take = take_frames,                                                                                     \
         .help = "the object is not on these frames; after them it is looked for anew"},                          \
    {                                                                                                             \
        .name = "lock", .kind = CLI_TAKE, .argument = "F[-F]", .take = take_frames,                               \
        .help = "these frames are right as they are shown now and must not change, whatever is said later"        \
    }

const struct cli_option cli_prompt_options[] = {
    WHAT_IS_SAID,
    {.name = "object",
     .kind = CLI_TAKE,
     .argument = "NAME",
     .take = take_object,
     .help =
         "the prompts that follow belong to this object; repeat it for several objects (each gets a matte of its own)"},
    {0},
};

const struct cli_option cli_correction_options[] = {
    WHAT_IS_SAID,
    {.name = "mute",
     .kind = CLI_TAKE,
     .argument = "STEP",
     .take = take_mute,
     .help = "as if that step had not been made; what was said after it is said anew"},
    {0},
};

void cli_objects_clear(struct cli_objects *objects)
{
    for (size_t i = 0; i < objects->n; i++) {
        struct cli_object *object = &objects->items[i];
        for (size_t j = 0; j < object->n_said; j++) {
            struct cli_said *said = &object->said[j];
            struct ho_matte *mask = (struct ho_matte *)(uintptr_t)said->said.prompt.mask;    // read here, so owned here
            ho_matte_destroy(&mask);
            free(said->said.prompt.points);
            free(said->written);
            free(said->frame);
            free(said->mask);
            free(said->frames);
        }
        free(object->said);
        free(object->name);
    }
    free(objects->items);
    *objects = (struct cli_objects){0};
}

static enum ho_result read_mask(struct cli_said *said, const struct ho_source_info *source,
                                const struct cli_context *context, struct ho_diag *diag)
{
    struct ho_reader_options options = {.n_threads = (int)context->common->n_threads, .cancel = context->cancel};
    struct ho_matte *mask;
    HO_TRY(ho_mask_read(said->mask, said->said.prompt.frame, source, &options, &mask, diag));
    said->said.prompt.mask = mask;
    return HO_OK;
}

static enum ho_result resolve_said(struct cli_said *said, const struct ho_source_info *source, int64_t first_frame,
                                   const struct cli_context *context, struct ho_diag *diag)
{
    if (said->frames)
        return cli_range_parse(said->frames, source, said->written, true, &said->said.frames, diag);
    if (said->said.kind != HO_SAID_PROMPT)
        return HO_OK;
    said->said.prompt.frame = first_frame;
    if (said->frame)
        HO_TRY(cli_frame_parse(said->frame, source, said->written, &said->said.prompt.frame, diag));
    return said->mask ? read_mask(said, source, context, diag) : HO_OK;
}

static enum ho_result resolve_object(struct cli_object *object, const struct ho_source_info *source,
                                     int64_t first_frame, const struct cli_context *context,
                                     struct ho_object_request *request, struct ho_diag *diag)
{
    if (!object->n_said && object->name)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "--object %.200s has no prompt; say where it is, as with --click X,Y@F after it", object->name);
    struct ho_said *said = calloc(object->n_said + 1, sizeof(*said));
    *request = (struct ho_object_request){.name = object->name, .said = said, .n_said = object->n_said};
    if (!said)
        return fail_memory(diag);
    for (size_t i = 0; i < object->n_said; i++) {
        HO_TRY(resolve_said(&object->said[i], source, first_frame, context, diag));
        said[i] = object->said[i].said;
    }
    return HO_OK;
}

enum ho_result cli_objects_resolve(struct cli_objects *objects, const struct ho_source_info *source,
                                   int64_t first_frame, const struct cli_context *context, struct cli_requests *out,
                                   struct ho_diag *diag)
{
    *out = (struct cli_requests){0};
    // "--click X,Y --object NAME", the other way round: the one name is that of the one object.
    if (objects->n == 2 && !objects->items[0].name && !objects->items[1].n_said) {
        objects->items[0].name = objects->items[1].name;
        objects->items[1].name = NULL;
        objects->n = 1;
    }
    if (!objects->n || (objects->n == 1 && !objects->items[0].n_said && !objects->items[0].name))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "nothing says what to track; click the object, as with --click X,Y@F (see holdout %s --help)",
                       context->command->name);
    out->items = calloc(objects->n, sizeof(*out->items));
    if (!out->items)
        return fail_memory(diag);
    out->n = objects->n;
    for (size_t i = 0; i < objects->n; i++)
        HO_TRY(resolve_object(&objects->items[i], source, first_frame, context, &out->items[i], diag));
    return HO_OK;
}

void cli_requests_clear(struct cli_requests *requests)
{
    for (size_t i = 0; i < requests->n; i++) {
        free((void *)(uintptr_t)requests->items[i].said);
    }
    free(requests->items);
    *requests = (struct cli_requests){0};
}
