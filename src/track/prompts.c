// SPDX-License-Identifier: BSD-2-Clause
// Prompts: checked, copied, put in order and hashed.
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/track.h"

const char *ho_prompt_kind_name(enum ho_prompt_kind kind)
{
    static const char *const names[] = {[HO_PROMPT_CLICK] = "click",
                                        [HO_PROMPT_EXCLUDE] = "exclude",
                                        [HO_PROMPT_BOX] = "box",
                                        [HO_PROMPT_STROKE] = "stroke",
                                        [HO_PROMPT_MASK] = "mask"};
    return names[kind];
}

// ---- checks: `number` counts from 1, as a user does

static enum ho_result check_points(const struct ho_prompt *prompt, size_t number, const struct ho_source_info *source,
                                   struct ho_diag *diag)
{
    const char *kind = ho_prompt_kind_name(prompt->kind);
    bool is_box = prompt->kind == HO_PROMPT_BOX;
    for (size_t i = 0; i < prompt->n_points; i++) {
        double x = (double)prompt->points[i].x, y = (double)prompt->points[i].y;
        if (!isfinite(x) || !isfinite(y))
            return ho_fail(diag, HO_ERROR_USAGE, "prompt %zu: the %s on frame %lld has a point that is no number",
                           number, kind, (long long)prompt->frame);
        // A box may be drawn over the edge: what lies outside is cut off.
        if (!is_box && (x < 0 || y < 0 || x >= source->width || y >= source->height))
            return ho_fail(diag, HO_ERROR_USAGE,
                           "prompt %zu: the %s at %g,%g on frame %lld lies outside the frame; x goes from 0 to %d and "
                           "y from 0 to %d",
                           number, kind, x, y, (long long)prompt->frame, source->width - 1, source->height - 1);
    }
    return HO_OK;
}

static float clamp(float value, float max) { return value < 0 ? 0 : value > max ? max : value; }

// Corners in order, inside the frame.
static void tidy_box(struct ho_point *points, const struct ho_source_info *source)
{
    struct ho_point a = points[0], b = points[1];
    points[0] = (struct ho_point){clamp(a.x < b.x ? a.x : b.x, (float)source->width),
                                  clamp(a.y < b.y ? a.y : b.y, (float)source->height)};
    points[1] = (struct ho_point){clamp(a.x < b.x ? b.x : a.x, (float)source->width),
                                  clamp(a.y < b.y ? b.y : a.y, (float)source->height)};
}

static enum ho_result check_box(const struct ho_prompt *prompt, size_t number, const struct ho_source_info *source,
                                struct ho_diag *diag)
{
    struct ho_point box[2] = {prompt->points[0], prompt->points[1]};
    tidy_box(box, source);
    if (box[1].x - box[0].x < 1 || box[1].y - box[0].y < 1)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "prompt %zu: the box %g,%g,%g,%g on frame %lld has no size inside the frame of %d x %d; give "
                       "two opposite corners at least a pixel apart",
                       number, (double)prompt->points[0].x, (double)prompt->points[0].y, (double)prompt->points[1].x,
                       (double)prompt->points[1].y, (long long)prompt->frame, source->width, source->height);
    return HO_OK;
}

static enum ho_result check_mask(const struct ho_prompt *prompt, size_t number, const struct ho_source_info *source,
                                 struct ho_diag *diag)
{
    if (!prompt->mask)
        return ho_fail(diag, HO_ERROR_USAGE, "prompt %zu: the mask on frame %lld has no picture", number,
                       (long long)prompt->frame);
    if (prompt->mask->width != source->width || prompt->mask->height != source->height)
        return ho_fail(
            diag, HO_ERROR_USAGE,
            "prompt %zu: the mask on frame %lld is %d x %d and the source %d x %d; they must be of the same size",
            number, (long long)prompt->frame, prompt->mask->width, prompt->mask->height, source->width, source->height);
    return HO_OK;
}

static enum ho_result check_prompt(const struct ho_prompt *prompt, size_t number, const struct ho_source_info *source,
                                   struct ho_diag *diag)
{
    static const struct {
        size_t min, max;
    } n_points[] = {[HO_PROMPT_CLICK] = {1, 1},
                    [HO_PROMPT_EXCLUDE] = {1, 1},
                    [HO_PROMPT_BOX] = {2, 2},
                    [HO_PROMPT_STROKE] = {2, SIZE_MAX},
                    [HO_PROMPT_MASK] = {0, 0}};
    if ((unsigned)prompt->kind > HO_PROMPT_MASK)
        return ho_fail(diag, HO_ERROR_USAGE, "prompt %zu is of no known kind", number);
    const char *kind = ho_prompt_kind_name(prompt->kind);
    if (prompt->frame < 0 || prompt->frame >= source->n_frames)
        return ho_fail(diag, HO_ERROR_USAGE, "prompt %zu: the %s is on frame %lld, and %s has frames 0 to %lld", number,
                       kind, (long long)prompt->frame, source->path, (long long)source->n_frames - 1);
    if (prompt->n_points < n_points[prompt->kind].min || prompt->n_points > n_points[prompt->kind].max ||
        (prompt->n_points && !prompt->points))
        return ho_fail(diag, HO_ERROR_USAGE, "prompt %zu: the %s on frame %lld has %zu points; it needs %zu%s", number,
                       kind, (long long)prompt->frame, prompt->n_points, n_points[prompt->kind].min,
                       prompt->kind == HO_PROMPT_STROKE ? " or more" : "");
    HO_TRY(check_points(prompt, number, source, diag));
    if (prompt->kind == HO_PROMPT_BOX)
        return check_box(prompt, number, source, diag);
    return prompt->kind == HO_PROMPT_MASK ? check_mask(prompt, number, source, diag) : HO_OK;
}

static enum ho_result check_contradictions(const struct ho_prompt *prompts, size_t n, struct ho_diag *diag)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            const struct ho_prompt *in = &prompts[i], *out = &prompts[j];
            if (in->kind != HO_PROMPT_CLICK || out->kind != HO_PROMPT_EXCLUDE || in->frame != out->frame)
                continue;
            if (fabsf(in->points[0].x - out->points[0].x) < 1 && fabsf(in->points[0].y - out->points[0].y) < 1)
                return ho_fail(diag, HO_ERROR_USAGE,
                               "prompts %zu and %zu contradict each other: a click and an exclude at %g,%g on frame "
                               "%lld; take one away",
                               i + 1, j + 1, (double)in->points[0].x, (double)in->points[0].y, (long long)in->frame);
        }
    }
    return HO_OK;
}

// ---- order

static bool are_equal(const struct ho_prompt *a, const struct ho_prompt *b)
{
    bool is_same = a->frame == b->frame && a->kind == b->kind && a->n_points == b->n_points;
    for (size_t i = 0; is_same && i < a->n_points; i++)
        is_same = a->points[i].x == b->points[i].x && a->points[i].y == b->points[i].y;
    return is_same && (a->mask == b->mask || (a->mask && b->mask && ho_matte_equal(a->mask, b->mask)));
}

// Frame by frame, on each as they were given: a later click answers what the earlier ones showed. What was said already
// is left out.
static void put_in_order(struct ho_prompt_set *set)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++) {
        struct ho_prompt prompt = set->prompts[i];
        size_t at = kept;
        bool is_new = true;
        for (size_t k = 0; k < kept && is_new; k++)
            is_new = !are_equal(&set->prompts[k], &prompt);
        if (!is_new) {
            free(prompt.points);
            continue;
        }
        for (; at > 0 && set->prompts[at - 1].frame > prompt.frame; at--)
            set->prompts[at] = set->prompts[at - 1];
        set->prompts[at] = prompt;
        kept++;
    }
    set->n = kept;
}

static enum ho_result copy_prompts(const struct ho_prompt *prompts, size_t n, const struct ho_source_info *source,
                                   struct ho_prompt_set *set, struct ho_diag *diag)
{
    for (size_t i = 0; i < n; i++) {
        struct ho_prompt *copy = &set->prompts[i];
        *copy = prompts[i];
        copy->points = ho_alloc(copy->n_points, sizeof(*copy->points));
        set->n++;
        if (!copy->points)
            return ho_fail_memory(diag, copy->n_points * sizeof(*copy->points));
        if (copy->n_points)
            memcpy(copy->points, prompts[i].points, copy->n_points * sizeof(*copy->points));
        if (copy->kind == HO_PROMPT_BOX)
            tidy_box(copy->points, source);
        else if (copy->kind != HO_PROMPT_MASK)
            copy->mask = NULL;
    }
    put_in_order(set);
    return HO_OK;
}

// ---- hashes

static void add_mask(struct ho_key_maker *maker, const struct ho_matte *mask)
{
    ho_key_maker_add_number(maker, mask->width);
    ho_key_maker_add_number(maker, mask->height);
    for (int y = 0; y < mask->height; y++)
        ho_key_maker_add(maker, mask->data + (size_t)y * (size_t)mask->stride, (size_t)mask->width * sizeof(uint16_t));
}

static void add_prompt(struct ho_key_maker *maker, const struct ho_prompt *prompt)
{
    ho_key_maker_add_text(maker, ho_prompt_kind_name(prompt->kind));
    ho_key_maker_add_number(maker, prompt->frame);
    ho_key_maker_add_number(maker, (int64_t)prompt->n_points);
    for (size_t i = 0; i < prompt->n_points; i++) {
        float xy[2] = {prompt->points[i].x + 0.0f, prompt->points[i].y + 0.0f};    // -0 is 0
        ho_key_maker_add(maker, xy, sizeof(xy));
    }
    if (prompt->mask)
        add_mask(maker, prompt->mask);
}

static enum ho_result group(struct ho_prompt_set *set, struct ho_diag *diag)
{
    set->frames = ho_alloc(set->n, sizeof(*set->frames));
    if (!set->frames)
        return ho_fail_memory(diag, set->n * sizeof(*set->frames));
    for (size_t i = 0; i < set->n;) {
        struct ho_prompted_frame *frame = &set->frames[set->n_frames++];
        *frame = (struct ho_prompted_frame){.frame = set->prompts[i].frame, .first = i};
        struct ho_key_maker *maker;
        HO_TRY(ho_key_maker_create(&maker, diag));
        for (; i < set->n && set->prompts[i].frame == frame->frame; i++, frame->n++)
            add_prompt(maker, &set->prompts[i]);
        frame->key = ho_key_maker_key(maker);
        ho_key_maker_destroy(&maker);
    }
    return HO_OK;
}

void ho_prompt_set_clear(struct ho_prompt_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        free(set->prompts[i].points);
    free(set->prompts);
    free(set->frames);
    memset(set, 0, sizeof(*set));
}

enum ho_result ho_prompt_set_create(const struct ho_prompt *prompts, size_t n, const struct ho_source_info *source,
                                    struct ho_prompt_set *out, struct ho_diag *diag)
{
    memset(out, 0, sizeof(*out));
    if (n == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "nothing says what to track: give a click, a box, a stroke or a mask");
    for (size_t i = 0; i < n; i++)
        HO_TRY(check_prompt(&prompts[i], i + 1, source, diag));
    HO_TRY(check_contradictions(prompts, n, diag));
    out->prompts = ho_alloc(n, sizeof(*out->prompts));
    enum ho_result result = out->prompts ? copy_prompts(prompts, n, source, out, diag)
                                         : ho_fail_memory(diag, n * sizeof(*out->prompts));
    if (result == HO_OK)
        result = group(out, diag);
    if (result != HO_OK)
        ho_prompt_set_clear(out);
    return result;
}

// ---- for people

static json_t *prompt_json(const struct ho_prompt *prompt)
{
    json_t *points = json_array();
    for (size_t i = 0; i < prompt->n_points; i++)
        json_array_append_new(points, json_pack("[f,f]", (double)prompt->points[i].x, (double)prompt->points[i].y));
    json_t *object = json_pack("{s:s, s:I}", "kind", ho_prompt_kind_name(prompt->kind), "frame",
                               (json_int_t)prompt->frame);
    if (prompt->kind != HO_PROMPT_MASK)
        json_object_set(object, "points", points);
    json_decref(points);
    return object;
}

enum ho_result ho_prompt_set_json(const struct ho_prompt_set *set, char **out, struct ho_diag *diag)
{
    json_t *list = json_array();
    for (size_t f = 0; f < set->n_frames; f++) {
        for (size_t i = 0; i < set->frames[f].n; i++) {
            const struct ho_prompt *prompt = &set->prompts[set->frames[f].first + i];
            json_t *object = prompt_json(prompt);
            if (prompt->kind ==
                HO_PROMPT_MASK) {    // its pixels, by what they hash to together with the frame's other prompts
                char key[HO_ID_SIZE];
                ho_key_format(set->frames[f].key, key);
                json_object_set_new(object, "hash", json_string(key));
            }
            json_array_append_new(list, object);
        }
    }
    *out = list ? json_dumps(list, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(list);
    return *out ? HO_OK : ho_fail_memory(diag, set->n * 64);
}
