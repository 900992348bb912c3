// SPDX-License-Identifier: BSD-2-Clause
// Prompts: checked, copied and hashed.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/statement.h"

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
            return ho_fail(diag, HO_ERROR_USAGE, "prompt %zu: the %s on frame %s has a point that is no number", number,
                           kind, ho_source_frame_text(source, prompt->frame).text);
        // A box may be drawn over the edge: what lies outside is cut off.
        if (!is_box && (x < 0 || y < 0 || x >= source->width || y >= source->height))
            return ho_fail(diag, HO_ERROR_USAGE,
                           "prompt %zu: the %s at %g,%g on frame %s lies outside the frame; x goes from 0 to %d and "
                           "y from 0 to %d",
                           number, kind, x, y, ho_source_frame_text(source, prompt->frame).text, source->width - 1,
                           source->height - 1);
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
                       "prompt %zu: the box %g,%g,%g,%g on frame %s has no size inside the frame of %d x %d; give "
                       "two opposite corners at least a pixel apart",
                       number, (double)prompt->points[0].x, (double)prompt->points[0].y, (double)prompt->points[1].x,
                       (double)prompt->points[1].y, ho_source_frame_text(source, prompt->frame).text, source->width,
                       source->height);
    return HO_OK;
}

static enum ho_result check_mask(const struct ho_prompt *prompt, size_t number, const struct ho_source_info *source,
                                 struct ho_diag *diag)
{
    if (!prompt->mask)
        return ho_fail(diag, HO_ERROR_USAGE, "prompt %zu: the mask on frame %s has no picture", number,
                       ho_source_frame_text(source, prompt->frame).text);
    if (prompt->mask->width != source->width || prompt->mask->height != source->height)
        return ho_fail(
            diag, HO_ERROR_USAGE,
            "prompt %zu: the mask on frame %s is %d x %d and the source %d x %d; they must be of the same size", number,
            ho_source_frame_text(source, prompt->frame).text, prompt->mask->width, prompt->mask->height, source->width,
            source->height);
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
        return ho_fail(diag, HO_ERROR_USAGE, "prompt %zu: the %s is on frame %s, and %s has frames 0 to %lld", number,
                       kind, ho_source_frame_text(source, prompt->frame).text, source->path,
                       (long long)source->n_frames - 1);
    if (prompt->n_points < n_points[prompt->kind].min || prompt->n_points > n_points[prompt->kind].max ||
        (prompt->n_points && !prompt->points))
        return ho_fail(diag, HO_ERROR_USAGE, "prompt %zu: the %s on frame %s has %zu points; it needs %zu%s", number,
                       kind, ho_source_frame_text(source, prompt->frame).text, prompt->n_points,
                       n_points[prompt->kind].min, prompt->kind == HO_PROMPT_STROKE ? " or more" : "");
    HO_TRY(check_points(prompt, number, source, diag));
    if (prompt->kind == HO_PROMPT_BOX)
        return check_box(prompt, number, source, diag);
    return prompt->kind == HO_PROMPT_MASK ? check_mask(prompt, number, source, diag) : HO_OK;
}

static enum ho_result check_contradictions(const struct ho_prompt *prompts, size_t n,
                                           const struct ho_source_info *source, struct ho_diag *diag)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            const struct ho_prompt *in = &prompts[i], *out = &prompts[j];
            if (in->kind != HO_PROMPT_CLICK || out->kind != HO_PROMPT_EXCLUDE || in->frame != out->frame)
                continue;
            if (fabsf(in->points[0].x - out->points[0].x) < 1 && fabsf(in->points[0].y - out->points[0].y) < 1)
                return ho_fail(diag, HO_ERROR_USAGE,
                               "prompts %zu and %zu contradict each other: a click and an exclude at %g,%g on frame "
                               "%s; take one away",
                               i + 1, j + 1, (double)in->points[0].x, (double)in->points[0].y,
                               ho_source_frame_text(source, in->frame).text);
        }
    }
    return HO_OK;
}

enum ho_result ho_prompts_check(const struct ho_prompt *prompts, size_t n, const struct ho_source_info *source,
                                struct ho_diag *diag)
{
    for (size_t i = 0; i < n; i++)
        HO_TRY(check_prompt(&prompts[i], i + 1, source, diag));
    return check_contradictions(prompts, n, source, diag);
}

// ---- copies

static bool are_equal(const struct ho_prompt *a, const struct ho_prompt *b)
{
    bool is_same = a->frame == b->frame && a->kind == b->kind && a->n_points == b->n_points;
    for (size_t i = 0; is_same && i < a->n_points; i++)
        is_same = a->points[i].x == b->points[i].x && a->points[i].y == b->points[i].y;
    return is_same && (a->mask == b->mask || (a->mask && b->mask && ho_matte_equal(a->mask, b->mask)));
}

static enum ho_result copy_prompt(const struct ho_prompt *prompt, const struct ho_source_info *source,
                                  struct ho_prompt *out, struct ho_diag *diag)
{
    *out = *prompt;
    out->mask = NULL;
    out->points = ho_alloc(prompt->n_points + 1, sizeof(*out->points));
    if (!out->points)
        return ho_fail_memory(diag, (prompt->n_points + 1) * sizeof(*out->points));
    if (prompt->n_points)
        memcpy(out->points, prompt->points, prompt->n_points * sizeof(*out->points));
    if (prompt->kind == HO_PROMPT_BOX)
        tidy_box(out->points, source);
    if (prompt->kind != HO_PROMPT_MASK)
        return HO_OK;
    struct ho_matte *mask;
    HO_TRY(ho_matte_create(prompt->mask->width, prompt->mask->height, &mask, diag));
    out->mask = mask;
    return ho_matte_copy(prompt->mask, mask, diag);
}

static void free_prompt(struct ho_prompt *prompt)
{
    struct ho_matte *mask = (struct ho_matte *)(uintptr_t)prompt->mask;    // a copy of our own
    ho_matte_destroy(&mask);
    free(prompt->points);
}

void ho_prompts_free(struct ho_prompt **prompts, size_t n)
{
    for (size_t i = 0; *prompts && i < n; i++)
        free_prompt(&(*prompts)[i]);
    free(*prompts);
    *prompts = NULL;
}

enum ho_result ho_prompts_copy(const struct ho_prompt *prompts, size_t n, const struct ho_source_info *source,
                               struct ho_prompt **out, size_t *n_out, struct ho_diag *diag)
{
    struct ho_prompt *copies = ho_alloc(n + 1, sizeof(*copies));
    size_t kept = 0;
    if (!copies)
        return ho_fail_memory(diag, (n + 1) * sizeof(*copies));
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        bool is_new = true;
        result = copy_prompt(&prompts[i], source, &copies[kept], diag);
        for (size_t k = 0; k < kept && is_new; k++)
            is_new = !are_equal(&copies[k], &copies[kept]);
        if (is_new || result != HO_OK)
            kept++;
        else
            free_prompt(&copies[kept]);
    }
    if (result != HO_OK) {
        ho_prompts_free(&copies, kept);
        return result;
    }
    *out = copies;
    *n_out = kept;
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

void ho_prompt_hash(struct ho_key_maker *maker, const struct ho_prompt *prompt)
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

enum ho_result ho_mask_key(const struct ho_matte *mask, struct ho_key *out, struct ho_diag *diag)
{
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    add_mask(maker, mask);
    *out = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}
