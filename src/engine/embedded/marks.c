// SPDX-License-Identifier: BSD-2-Clause
#include "engine/embedded/marks.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

#define CONTRADICTION 2.0    // source pixels between an inside and an outside that cannot both be meant
#define STROKE_MARKS 24      // of a stroke at most
#define BOX_CARELESS 0.04    // of a box's larger side: the object may reach so far out of it

enum ho_result ho_marks_add(struct ho_marks *marks, double x, double y, bool inside, bool said, struct ho_diag *diag)
{
    if (marks->n == marks->room) {
        int room = marks->room ? marks->room * 2 : 32;
        struct ho_mark *grown = ho_realloc(marks->mark, (size_t)room, sizeof *grown);
        if (!grown)
            return ho_fail_memory(diag, (size_t)room * sizeof *grown);
        marks->mark = grown;
        marks->room = room;
    }
    marks->mark[marks->n++] = (struct ho_mark){{(float)x, (float)y}, inside, said, marks->n_groups};
    return HO_OK;
}

static enum ho_result add_stroke(struct ho_marks *marks, const struct ho_prompt *prompt, struct ho_diag *diag)
{
    double length = 0;
    for (size_t i = 1; i < prompt->n_points; i++)
        length += hypot((double)prompt->points[i].x - (double)prompt->points[i - 1].x,
                        (double)prompt->points[i].y - (double)prompt->points[i - 1].y);
    double step = fmax(length / (STROKE_MARKS - 1), 1), next = 0, done = 0;
    for (size_t i = 1; i < prompt->n_points; i++) {
        const struct ho_point a = prompt->points[i - 1], b = prompt->points[i];
        double piece = hypot((double)b.x - (double)a.x, (double)b.y - (double)a.y);
        for (; next <= done + piece; next += step) {
            double t = piece > 0 ? (next - done) / piece : 0;
            HO_TRY(ho_marks_add(marks, (double)a.x + ((double)b.x - (double)a.x) * t,
                                (double)a.y + ((double)b.y - (double)a.y) * t, true, true, diag));
        }
        done += piece;
    }
    return HO_OK;
}

static enum ho_result add_box(struct ho_marks *marks, const struct ho_prompt *prompt, struct ho_diag *diag)
{
    double x0 = fmin((double)prompt->points[0].x, (double)prompt->points[1].x),
           x1 = fmax((double)prompt->points[0].x, (double)prompt->points[1].x);
    double y0 = fmin((double)prompt->points[0].y, (double)prompt->points[1].y),
           y1 = fmax((double)prompt->points[0].y, (double)prompt->points[1].y);
    if (!(x1 - x0 >= 1 && y1 - y0 >= 1))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "the box on frame %lld has no size (%g,%g to %g,%g); give two opposite corners",
                       (long long)prompt->frame, x0, y0, x1, y1);
    struct ho_rect box = {(int)floor(x0), (int)floor(y0), (int)ceil(x1), (int)ceil(y1)};
    if (marks->has_box) {    // two boxes: the object is in both of them together
        box.x0 = box.x0 < marks->box.x0 ? box.x0 : marks->box.x0;
        box.y0 = box.y0 < marks->box.y0 ? box.y0 : marks->box.y0;
        box.x1 = box.x1 > marks->box.x1 ? box.x1 : marks->box.x1;
        box.y1 = box.y1 > marks->box.y1 ? box.y1 : marks->box.y1;
    }
    marks->box = box;
    marks->has_box = true;
    return HO_OK;
}

struct ho_rect ho_marks_reach(const struct ho_marks *marks)
{
    const struct ho_rect *box = &marks->box;
    int width = box->x1 - box->x0, height = box->y1 - box->y0, grow = (int)ceil(BOX_CARELESS * fmax(width, height)) + 2;
    return (struct ho_rect){box->x0 - grow, box->y0 - grow, box->x1 + grow, box->y1 + grow};
}

static enum ho_result check_prompt(const struct ho_prompt *prompt, struct ho_size picture, struct ho_diag *diag)
{
    size_t wanted = prompt->kind == HO_PROMPT_MASK                                         ? 0
                    : prompt->kind == HO_PROMPT_CLICK || prompt->kind == HO_PROMPT_EXCLUDE ? 1
                                                                                           : 2;
    if (prompt->n_points < wanted || (prompt->kind == HO_PROMPT_MASK && !prompt->mask))
        return ho_fail(diag, HO_ERROR_USAGE, "a prompt on frame %lld has %zu points where it needs %zu",
                       (long long)prompt->frame, prompt->n_points, wanted);
    for (size_t i = 0; wanted && i < prompt->n_points; i++) {
        const struct ho_point p = prompt->points[i];
        bool is_corner = prompt->kind == HO_PROMPT_BOX;    // boxes may reach the far border
        if (!(p.x >= 0 && p.y >= 0 &&
              (is_corner ? p.x <= (float)picture.width && p.y <= (float)picture.height
                         : p.x < (float)picture.width && p.y < (float)picture.height)))
            return ho_fail(diag, HO_ERROR_USAGE,
                           "the point %g,%g on frame %lld lies outside the picture of %dx%d pixels", (double)p.x,
                           (double)p.y, (long long)prompt->frame, picture.width, picture.height);
    }
    if (prompt->kind == HO_PROMPT_MASK &&
        (prompt->mask->width != picture.width || prompt->mask->height != picture.height))
        return ho_fail(diag, HO_ERROR_USAGE, "the mask on frame %lld has %dx%d pixels; the source has %dx%d",
                       (long long)prompt->frame, prompt->mask->width, prompt->mask->height, picture.width,
                       picture.height);
    return HO_OK;
}

static enum ho_result check_contradictions(struct ho_marks *marks, int64_t frame, struct ho_diag *diag)
{
    bool any = marks->mask || marks->has_box;
    struct ho_rect reach = ho_marks_reach(marks);
    for (int i = 0; i < marks->n; i++) {
        const struct ho_mark *a = &marks->mark[i];
        any |= a->inside;
        if (a->inside && marks->has_box &&
            ((double)a->point.x < reach.x0 || (double)a->point.y < reach.y0 || (double)a->point.x > reach.x1 ||
             (double)a->point.y > reach.y1))
            return ho_fail(
                diag, HO_ERROR_USAGE,
                "prompts contradict each other on frame %lld: the object is to be at %g,%g, which lies outside its box",
                (long long)frame, (double)a->point.x, (double)a->point.y);
        for (int k = 0; k < marks->n; k++) {
            const struct ho_mark *b = &marks->mark[k];
            if (!a->inside || b->inside ||
                hypot((double)a->point.x - (double)b->point.x, (double)a->point.y - (double)b->point.y) > CONTRADICTION)
                continue;
            return ho_fail(diag, HO_ERROR_USAGE,
                           "prompts contradict each other on frame %lld: %g,%g is said to be inside and %g,%g outside; "
                           "take one of them away",
                           (long long)frame, (double)a->point.x, (double)a->point.y, (double)b->point.x,
                           (double)b->point.y);
        }
    }
    if (!any)
        return ho_fail(diag, HO_ERROR_USAGE, "frame %lld has only places to leave out; add a click on the object",
                       (long long)frame);
    return HO_OK;
}

enum ho_result ho_marks_collect(const struct ho_prompt *prompts, size_t n_prompts, struct ho_size picture,
                                struct ho_marks *marks, struct ho_diag *diag)
{
    for (size_t i = 0; i < n_prompts; i++) {
        const struct ho_prompt *prompt = &prompts[i];
        HO_TRY(check_prompt(prompt, picture, diag));
        switch (prompt->kind) {
        case HO_PROMPT_CLICK:
        case HO_PROMPT_EXCLUDE:
            HO_TRY(ho_marks_add(marks, (double)prompt->points[0].x, (double)prompt->points[0].y,
                                prompt->kind == HO_PROMPT_CLICK, true, diag));
            break;
        case HO_PROMPT_BOX: HO_TRY(add_box(marks, prompt, diag)); break;
        case HO_PROMPT_STROKE: HO_TRY(add_stroke(marks, prompt, diag)); break;
        case HO_PROMPT_MASK: marks->mask = prompt->mask; break;
        }
        marks->n_groups++;
    }
    return check_contradictions(marks, n_prompts ? prompts[0].frame : 0, diag);
}

void ho_marks_clear(struct ho_marks *marks)
{
    free(marks->mark);
    *marks = (struct ho_marks){0};
}
