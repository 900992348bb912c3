// SPDX-License-Identifier: BSD-2-Clause
#include "session/said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/memory.h"

enum { MASK_LEVEL = 3, MASK_SIZE_MAX = 1 << 30, POINTS_MAX = 1 << 16 };
static const char *const kinds[] = {"prompt", "absent", "lock", "mute"};
static const char *const prompts[] = {"click", "exclude", "box", "stroke", "mask"};

void said_clear(struct ho_said *said)
{
    struct ho_matte *mask = (struct ho_matte *)(uintptr_t)said->prompt.mask;
    free(said->prompt.points);
    ho_matte_destroy(&mask);
    *said = (struct ho_said){0};
}

enum ho_result said_copy(const struct ho_said *from, struct ho_said *to, struct ho_diag *diag)
{
    const struct ho_prompt *prompt = &from->prompt;
    *to = *from;
    to->prompt.points = NULL;
    to->prompt.mask = NULL;
    if (prompt->n_points) {
        to->prompt.points = ho_alloc(prompt->n_points, sizeof(*prompt->points));
        if (!to->prompt.points)
            return ho_fail_memory(diag, prompt->n_points * sizeof(*prompt->points));
        memcpy(to->prompt.points, prompt->points, prompt->n_points * sizeof(*prompt->points));
    }
    if (!prompt->mask)
        return HO_OK;
    struct ho_matte *mask = NULL;
    enum ho_result result = ho_matte_create(prompt->mask->width, prompt->mask->height, &mask, diag);
    if (result == HO_OK)
        result = ho_matte_copy(prompt->mask, mask, diag);
    to->prompt.mask = mask;
    if (result != HO_OK)
        said_clear(to);
    return result;
}

// ---- masks: width and height as 32 bits each, little-endian, then a zstd frame of the rows

static void put_number(uint8_t *to, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(number >> (8 * i));
}

static uint32_t get_number(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static enum ho_result pack(const struct ho_matte *mask, struct ho_project_said *out, struct ho_diag *diag)
{
    const size_t row = (size_t)mask->width * 2, size = row * (size_t)mask->height, bound = ZSTD_compressBound(size);
    uint8_t *plain = ho_alloc(size, 1), *packed = ho_alloc(bound + 8, 1);
    size_t n = 0;
    if (plain && packed) {
        for (int y = 0; y < mask->height; y++)
            for (int x = 0; x < mask->width; x++) {
                const uint16_t value = mask->data[(ptrdiff_t)y * mask->stride + x];
                plain[(size_t)y * row + (size_t)x * 2] = (uint8_t)value;
                plain[(size_t)y * row + (size_t)x * 2 + 1] = (uint8_t)(value >> 8);
            }
        put_number(packed, (uint32_t)mask->width);
        put_number(packed + 4, (uint32_t)mask->height);
        n = ZSTD_compress(packed + 8, bound, plain, size, MASK_LEVEL);
    }
    free(plain);
    if (!packed || !n || ZSTD_isError(n)) {
        free(packed);
        return ho_fail_memory(diag, bound);
    }
    out->mask = packed;
    out->mask_size = n + 8;
    return HO_OK;
}

static enum ho_result unpack_into(const struct ho_project_said *kept, struct ho_matte *mask, struct ho_diag *diag)
{
    const size_t size = (size_t)mask->width * (size_t)mask->height * 2;
    uint8_t *plain = ho_alloc(size, 1);
    if (!plain)
        return ho_fail_memory(diag, size);
    bool is_right = ZSTD_decompress(plain, size, (const uint8_t *)kept->mask + 8, kept->mask_size - 8) == size;
    for (int y = 0; is_right && y < mask->height; y++)
        for (int x = 0; x < mask->width; x++) {
            const uint8_t *at = plain + ((size_t)y * (size_t)mask->width + (size_t)x) * 2;
            mask->data[(ptrdiff_t)y * mask->stride + x] = (uint16_t)(at[0] | at[1] << 8);
        }
    free(plain);
    return is_right ? HO_OK : ho_fail(diag, HO_ERROR_VERIFY, "a mask that the project keeps is damaged");
}

static enum ho_result unpack(const struct ho_project_said *kept, struct ho_matte **out, struct ho_diag *diag)
{
    *out = NULL;
    const uint8_t *head = kept->mask;
    if (!head || kept->mask_size < 8 || get_number(head) > HO_SIZE_MAX || get_number(head + 4) > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_VERIFY, "a mask that the project keeps is damaged");
    HO_TRY(ho_matte_create((int)get_number(head), (int)get_number(head + 4), out, diag));
    enum ho_result result = unpack_into(kept, *out, diag);
    if (result != HO_OK)
        ho_matte_destroy(out);
    return result;
}

// ---- text

static json_t *points_json(const struct ho_prompt *prompt)
{
    json_t *list = json_array();
    for (size_t i = 0; i < prompt->n_points; i++)
        json_array_append_new(list, json_pack("[f, f]", (double)prompt->points[i].x, (double)prompt->points[i].y));
    return list;
}

enum ho_result said_format(const struct ho_said *said, struct ho_project_said *out, struct ho_diag *diag)
{
    json_t *text;
    *out = (struct ho_project_said){0};
    if (said->kind == HO_SAID_PROMPT)
        text = json_pack("{s:I, s:o}", "frame", (json_int_t)said->prompt.frame, prompts[said->prompt.kind],
                         points_json(&said->prompt));
    else if (said->kind == HO_SAID_MUTE)
        text = json_pack("{s:I}", "mute", (json_int_t)said->step);
    else
        text = json_pack("{s:[I, I]}", kinds[said->kind], (json_int_t)said->frames.first,
                         (json_int_t)said->frames.last);
    out->said = text ? json_dumps(text, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(text);
    if (!out->said)
        return ho_fail_memory(diag, 1);
    enum ho_result result = said->prompt.mask ? pack(said->prompt.mask, out, diag) : HO_OK;
    if (result != HO_OK)
        free(out->said);
    return result;
}

static bool parse_points(const json_t *list, struct ho_prompt *prompt)
{
    const size_t n = json_array_size(list);
    prompt->n_points = n;
    if (n > POINTS_MAX || (n == 0) != (prompt->kind == HO_PROMPT_MASK))
        return false;
    prompt->points = n ? ho_alloc(n, sizeof(*prompt->points)) : NULL;
    for (size_t i = 0; prompt->points && i < n; i++) {
        const json_t *point = json_array_get(list, i);
        prompt->points[i] = (struct ho_point){(float)json_number_value(json_array_get(point, 0)),
                                              (float)json_number_value(json_array_get(point, 1))};
    }
    return n == 0 || prompt->points;
}

static bool parse(const json_t *text, struct ho_said *out)
{
    for (int kind = 0; kind < 5; kind++) {
        const json_t *points = json_object_get(text, prompts[kind]);
        if (!points)
            continue;
        out->prompt.kind = (enum ho_prompt_kind)kind;
        out->prompt.frame = json_integer_value(json_object_get(text, "frame"));
        return json_is_array(points) && parse_points(points, &out->prompt);
    }
    for (int kind = HO_SAID_ABSENT; kind <= HO_SAID_MUTE; kind++) {
        const json_t *value = json_object_get(text, kinds[kind]);
        if (!value)
            continue;
        out->kind = (enum ho_said_kind)kind;
        out->step = json_integer_value(value);
        out->frames = (struct ho_range){json_integer_value(json_array_get(value, 0)),
                                        json_integer_value(json_array_get(value, 1))};
        return kind == HO_SAID_MUTE ? json_is_integer(value) : json_array_size(value) == 2;
    }
    return false;
}

enum ho_result said_parse(const struct ho_project_said *kept, struct ho_said *out, struct ho_diag *diag)
{
    json_t *text = json_loads(kept->said, 0, NULL);
    *out = (struct ho_said){0};
    bool is_right = text && parse(text, out);
    json_decref(text);
    if (!is_right) {
        said_clear(out);
        return ho_fail(diag, HO_ERROR_VERIFY, "what was said about an object cannot be read: %.200s", kept->said);
    }
    struct ho_matte *mask = NULL;
    enum ho_result result = out->kind == HO_SAID_PROMPT && out->prompt.kind == HO_PROMPT_MASK
                                ? unpack(kept, &mask, diag)
                                : HO_OK;
    out->prompt.mask = mask;
    if (result != HO_OK)
        said_clear(out);
    return result;
}

void said_words(const struct ho_said *said, char *out, size_t size)
{
    const struct ho_prompt *prompt = &said->prompt;
    if (said->kind == HO_SAID_MUTE)
        snprintf(out, size, "mute step %lld", (long long)said->step);
    else if (said->kind != HO_SAID_PROMPT && said->frames.first == said->frames.last)
        snprintf(out, size, "%s @%lld", kinds[said->kind], (long long)said->frames.first);
    else if (said->kind != HO_SAID_PROMPT)
        snprintf(out, size, "%s @%lld-%lld", kinds[said->kind], (long long)said->frames.first,
                 (long long)said->frames.last);
    else if (prompt->kind == HO_PROMPT_STROKE || prompt->kind == HO_PROMPT_MASK)
        snprintf(out, size, "%s @%lld", prompts[prompt->kind], (long long)prompt->frame);
    else if (prompt->n_points == 2)
        snprintf(out, size, "%s %g,%g,%g,%g @%lld", prompts[prompt->kind], (double)prompt->points[0].x,
                 (double)prompt->points[0].y, (double)prompt->points[1].x, (double)prompt->points[1].y,
                 (long long)prompt->frame);
    else
        snprintf(out, size, "%s %g,%g @%lld", prompts[prompt->kind], (double)prompt->points[0].x,
                 (double)prompt->points[0].y, (long long)prompt->frame);
}

enum ho_result said_of_statement(const struct ho_statement *statement, struct ho_said **list, size_t *n,
                                 struct ho_diag *diag)
{
    const size_t more = statement->kind == HO_SAID_PROMPT ? statement->n_prompts : 1;
    struct ho_said *grown = ho_realloc(*list, *n + more, sizeof(*grown));
    if (!grown)
        return ho_fail_memory(diag, (*n + more) * sizeof(*grown));
    *list = grown;
    for (size_t i = 0; i < more; i++) {
        struct ho_said one = {.kind = statement->kind, .frames = statement->frames, .step = statement->step};
        if (statement->kind == HO_SAID_PROMPT)
            one.prompt = statement->prompts[i];
        HO_TRY(said_copy(&one, &grown[*n], diag));
        (*n)++;
    }
    return HO_OK;
}
