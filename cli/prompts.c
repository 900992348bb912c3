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
static enum ho_result parse_points(const char *text, struct cli_prompt *prompt, size_t n_min, size_t n_max,
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
            struct ho_point *points = grow(prompt->prompt.points, &prompt->prompt.n_points, sizeof(*points));
            if (!points)
                return fail_memory(diag);
            prompt->prompt.points = points;
            points[prompt->prompt.n_points - 1] = (struct ho_point){numbers[0], numbers[1]};
        }
        if (!at[length])
            break;
        at += length + 1;
    }
    if (n_numbers % 2 || prompt->prompt.n_points < n_min || prompt->prompt.n_points > n_max)
        return ho_fail(diag, HO_ERROR_USAGE, "%.200s: points are written %s, in pixels from the top left",
                       prompt->written, shape);
    return HO_OK;
}

// "FILE" or "FILE#ID": an object's id in a palette or grey mask.
static enum ho_result parse_mask(char *text, struct cli_prompt *prompt, struct ho_diag *diag)
{
    prompt->mask_id = HO_MASK_ANY;
    char *hash = strrchr(text, '#');
    int64_t id;
    if (hash && cli_parse_integer(hash + 1, 0, 255, &id) == HO_OK) {
        prompt->mask_id = (int)id;
        *hash = 0;
    }
    if (!text[0])
        return ho_fail(diag, HO_ERROR_USAGE, "%.200s: the mask's file name is missing", prompt->written);
    prompt->path = strdup(text);
    return prompt->path ? HO_OK : fail_memory(diag);
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
    struct cli_object *object = current_object(values);
    struct cli_prompt *grown = object ? grow(object->prompts, &object->n_prompts, sizeof(*grown)) : NULL;
    if (!grown)
        return fail_memory(diag);
    object->prompts = grown;
    struct cli_prompt *prompt = &grown[object->n_prompts - 1];
    prompt->prompt.kind = kinds[kind].kind;
    if (asprintf(&prompt->written, "--%s %s", option->name, text) < 0) {
        prompt->written = NULL;
        return fail_memory(diag);
    }
    char *rest;
    enum ho_result result = split_frame(text, &rest, &prompt->frame, diag);
    if (result == HO_OK && prompt->prompt.kind == HO_PROMPT_MASK)
        result = parse_mask(rest, prompt, diag);
    else if (result == HO_OK)
        result = parse_points(rest, prompt, kinds[kind].n_min, kinds[kind].n_max, kinds[kind].shape, diag);
    free(rest);
    return result;
}

static enum ho_result take_lock(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_object *object = current_object(values);
    struct cli_lock *grown = object ? grow(object->locks, &object->n_locks, sizeof(*grown)) : NULL;
    if (!grown)
        return fail_memory(diag);
    object->locks = grown;
    struct cli_lock *lock = &grown[object->n_locks - 1];
    if (asprintf(&lock->written, "--%s %s", option->name, text) < 0)
        lock->written = NULL;
    lock->text = strdup(text);
    return lock->written && lock->text ? HO_OK : fail_memory(diag);
}

const struct cli_option cli_prompt_options[] = {
    {.name = "click",
     .kind = CLI_TAKE,
     .argument = "X,Y[@F]",
     .take = take_prompt,
     .help = "the object is here: a point in source pixels from the top left, on frame F (a number from 0, or a "
             "timecode as @01:00:04:10); without @F on the first frame"},
    {.name = "exclude", .kind = CLI_TAKE, .argument = "X,Y[@F]", .take = take_prompt, .help = "the object is not here"},
    {.name = "box",
     .kind = CLI_TAKE,
     .argument = "X0,Y0,X1,Y1[@F]",
     .take = take_prompt,
     .help = "the object lies in this box, close around it"},
    {.name = "stroke",
     .kind = CLI_TAKE,
     .argument = "X,Y,X,Y,...[@F]",
     .take = take_prompt,
     .help = "a line drawn over the object"},
    {.name = "mask",
     .kind = CLI_TAKE,
     .argument = "FILE[#ID][@F]",
     .take = take_prompt,
     .words = "FILE",
     .help = "start from a mask that exists: a picture of the source's size, or frame F of a matte movie or sequence; "
             "#ID: that index of a palette mask"},
    {.name = "object",
     .kind = CLI_TAKE,
     .argument = "NAME",
     .take = take_object,
     .help =
         "the prompts that follow belong to this object; repeat it for several objects (each gets a matte of its own)"},
    {.name = "lock",
     .kind = CLI_TAKE,
     .argument = "F[-F]",
     .take = take_lock,
     .help = "banked frames that are right and must not change when prompts are added"},
    {0},
};

void cli_objects_clear(struct cli_objects *objects)
{
    for (size_t i = 0; i < objects->n; i++) {
        struct cli_object *object = &objects->items[i];
        for (size_t j = 0; j < object->n_prompts; j++) {
            struct cli_prompt *prompt = &object->prompts[j];
            struct ho_matte *mask = (struct ho_matte *)(uintptr_t)prompt->prompt.mask;    // read here, so owned here
            ho_matte_destroy(&mask);
            free(prompt->prompt.points);
            free(prompt->written);
            free(prompt->frame);
            free(prompt->path);
        }
        for (size_t j = 0; j < object->n_locks; j++) {
            free(object->locks[j].written);
            free(object->locks[j].text);
        }
        free(object->prompts);
        free(object->locks);
        free(object->name);
    }
    free(objects->items);
    *objects = (struct cli_objects){0};
}

static enum ho_result read_mask(struct cli_prompt *prompt, const struct ho_source_info *source,
                                const struct cli_context *context, struct ho_diag *diag)
{
    struct ho_reader_options options = {.n_threads = (int)context->common->n_threads, .cancel = context->cancel};
    struct ho_reader *reader = NULL;
    struct ho_converter *converter = NULL;
    struct ho_frame *frame = NULL;
    struct ho_matte *mask = NULL;
    enum ho_result result = ho_reader_open(prompt->path, &options, &reader, diag);
    if (result != HO_OK)
        return result;
    const struct ho_source_info *info = ho_reader_info(reader);
    int64_t index = info->n_frames == 1
                        ? 0
                        : prompt->prompt.frame;    // a single picture is the mask of whatever frame it is given for
    if (info->width != source->width || info->height != source->height)
        result = ho_fail(diag, HO_ERROR_USAGE,
                         "%.300s: the mask is %dx%d, but '%.300s' is %dx%d; they must be of one size", prompt->written,
                         info->width, info->height, source->path, source->width, source->height);
    else if (index >= info->n_frames)
        result = ho_fail(diag, HO_ERROR_USAGE,
                         "%.300s: frame %lld lies after the end of the mask, which has %lld frames", prompt->written,
                         (long long)index, (long long)info->n_frames);
    if (result == HO_OK)
        result = ho_reader_frame(reader, index, &frame, diag);
    if (result == HO_OK)
        result = ho_converter_create(&converter, diag);
    if (result == HO_OK)
        result = ho_matte_create(source->width, source->height, &mask, diag);
    if (result == HO_OK)
        result = ho_mask_from_frame(converter, frame, prompt->mask_id, mask, diag);
    if (result == HO_OK && ho_matte_is_empty(mask))
        result = ho_fail(diag, HO_ERROR_USAGE, "%.300s: the mask is empty there; nothing could be tracked from it",
                         prompt->written);
    if (result == HO_OK) {
        prompt->prompt.mask = mask;
        mask = NULL;
    }
    ho_matte_destroy(&mask);
    ho_frame_unref(&frame);
    ho_converter_destroy(&converter);
    ho_reader_close(&reader);
    return result;
}

static enum ho_result resolve_object(struct cli_object *object, const struct ho_source_info *source,
                                     int64_t first_frame, const struct cli_context *context,
                                     struct ho_object_request *request, struct ho_diag *diag)
{
    if (!object->n_prompts && object->name)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "--object %.200s has no prompt; say where it is, as with --click X,Y@F after it", object->name);
    struct ho_prompt *prompts = calloc(object->n_prompts + 1, sizeof(*prompts));
    struct ho_range *locks = calloc(object->n_locks + 1, sizeof(*locks));
    *request = (struct ho_object_request){.name = object->name,
                                          .prompts = prompts,
                                          .n_prompts = object->n_prompts,
                                          .locks = locks,
                                          .n_locks = object->n_locks};
    if (!prompts || !locks)
        return fail_memory(diag);
    for (size_t i = 0; i < object->n_prompts; i++) {
        struct cli_prompt *prompt = &object->prompts[i];
        prompt->prompt.frame = first_frame;
        if (prompt->frame)
            HO_TRY(cli_frame_parse(prompt->frame, source, prompt->written, &prompt->prompt.frame, diag));
        if (prompt->path)
            HO_TRY(read_mask(prompt, source, context, diag));
        prompts[i] = prompt->prompt;
    }
    for (size_t i = 0; i < object->n_locks; i++)
        HO_TRY(cli_range_parse(object->locks[i].text, source, object->locks[i].written, true, &locks[i], diag));
    return HO_OK;
}

enum ho_result cli_objects_resolve(struct cli_objects *objects, const struct ho_source_info *source,
                                   int64_t first_frame, const struct cli_context *context, struct cli_requests *out,
                                   struct ho_diag *diag)
{
    *out = (struct cli_requests){0};
    // "--click X,Y --object NAME", the other way round: the one name is that of the one object.
    if (objects->n == 2 && !objects->items[0].name && !objects->items[1].n_prompts && !objects->items[1].n_locks) {
        objects->items[0].name = objects->items[1].name;
        objects->items[1].name = NULL;
        objects->n = 1;
    }
    if (!objects->n || (objects->n == 1 && !objects->items[0].n_prompts && !objects->items[0].name))
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
        free((void *)(uintptr_t)requests->items[i].prompts);
        free((void *)(uintptr_t)requests->items[i].locks);
    }
    free(requests->items);
    *requests = (struct cli_requests){0};
}
