// SPDX-License-Identifier: BSD-2-Clause
// What a user says about a frame becomes a matte: the click network looks at the whole picture, then closer at what it found.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/correct.h"
#include "engine/embedded/embedded.h"

#define DISC_RADIUS 5           // pixels of the view, as the network was trained
#define STAMP_RADIUS 3          // around a click the answer is made to agree with it
#define CONTRADICTION 2.0       // source pixels between an inside and an outside that cannot both be meant
#define STROKE_MARKS 24         // of a stroke at most
#define PIECE_GAP 16            // pixels of the view between pieces of one object
#define ZOOM_BELOW 0.8          // a closer look is taken when it sees less than this share of either side
#define PASSES_MAX 6            // answers fed back; earlier prompts are asked together

struct mark {
    struct ho_point point;
    bool inside;
    bool said;                  // by the user, at this very place; else derived from a box
    int group;                  // marks of one prompt are asked at once
};

struct marks {
    struct mark *mark;
    int n, room, n_groups;
    bool has_box;
    struct ho_rect box;         // nothing outside it is in
    const struct ho_matte *mask;
};

static enum ho_result add_mark(struct marks *marks, double x, double y, bool inside, bool said, struct ho_diag *diag) {
    if (marks->n == marks->room) {
        int room = marks->room ? marks->room * 2 : 32;
        struct mark *grown = ho_realloc(marks->mark, (size_t)room, sizeof *grown);
        if (!grown)
            return ho_fail_memory(diag, (size_t)room * sizeof *grown);
        marks->mark = grown;
        marks->room = room;
    }
    marks->mark[marks->n++] = (struct mark){{(float)x, (float)y}, inside, said, marks->n_groups};
    return HO_OK;
}

static enum ho_result add_stroke(struct marks *marks, const struct ho_prompt *prompt, struct ho_diag *diag) {
    double length = 0;
    for (size_t i = 1; i < prompt->n_points; i++)
        length += hypot((double)prompt->points[i].x - (double)prompt->points[i - 1].x, (double)prompt->points[i].y - (double)prompt->points[i - 1].y);
    double step = fmax(length / (STROKE_MARKS - 1), 1), next = 0, done = 0;
    for (size_t i = 1; i < prompt->n_points; i++) {
        const struct ho_point a = prompt->points[i - 1], b = prompt->points[i];
        double piece = hypot((double)b.x - (double)a.x, (double)b.y - (double)a.y);
        for (; next <= done + piece; next += step) {
            double t = piece > 0 ? (next - done) / piece : 0;
            HO_TRY(add_mark(marks, (double)a.x + ((double)b.x - (double)a.x) * t, (double)a.y + ((double)b.y - (double)a.y) * t, true, true, diag));
        }
        done += piece;
    }
    return HO_OK;
}

// A box says: what is in its middle, and nothing outside. Eight marks around it, as far as the picture goes.
static enum ho_result add_box(struct marks *marks, const struct ho_prompt *prompt, struct ho_size picture, struct ho_diag *diag) {
    double x0 = fmin((double)prompt->points[0].x, (double)prompt->points[1].x), x1 = fmax((double)prompt->points[0].x, (double)prompt->points[1].x);
    double y0 = fmin((double)prompt->points[0].y, (double)prompt->points[1].y), y1 = fmax((double)prompt->points[0].y, (double)prompt->points[1].y);
    if (!(x1 - x0 >= 1 && y1 - y0 >= 1))
        return ho_fail(diag, HO_ERROR_USAGE, "the box on frame %lld has no size (%g,%g to %g,%g); give two opposite corners", (long long)prompt->frame, x0, y0, x1, y1);
    double away = 0.12 * fmax(x1 - x0, y1 - y0) + 4, grow = 0.04 * fmax(x1 - x0, y1 - y0) + 2;
    HO_TRY(add_mark(marks, (x0 + x1) / 2, (y0 + y1) / 2, true, false, diag));
    for (int j = -1; j <= 1; j++)
        for (int i = -1; i <= 1; i++) {
            double x = i < 0 ? x0 - away : i > 0 ? x1 + away : (x0 + x1) / 2, y = j < 0 ? y0 - away : j > 0 ? y1 + away : (y0 + y1) / 2;
            if ((i || j) && x >= 0 && y >= 0 && x < picture.width && y < picture.height)
                HO_TRY(add_mark(marks, x, y, false, false, diag));
        }
    struct ho_rect box = {(int)floor(x0 - grow), (int)floor(y0 - grow), (int)ceil(x1 + grow), (int)ceil(y1 + grow)};
    if (marks->has_box) {       // two boxes: the object is in both of them together
        box.x0 = box.x0 < marks->box.x0 ? box.x0 : marks->box.x0;
        box.y0 = box.y0 < marks->box.y0 ? box.y0 : marks->box.y0;
        box.x1 = box.x1 > marks->box.x1 ? box.x1 : marks->box.x1;
        box.y1 = box.y1 > marks->box.y1 ? box.y1 : marks->box.y1;
    }
    marks->box = box;
    marks->has_box = true;
    return HO_OK;
}

static enum ho_result check_prompt(const struct ho_prompt *prompt, struct ho_size picture, struct ho_diag *diag) {
    size_t wanted = prompt->kind == HO_PROMPT_MASK ? 0 : prompt->kind == HO_PROMPT_CLICK || prompt->kind == HO_PROMPT_EXCLUDE ? 1 : 2;
    if (prompt->n_points < wanted || (prompt->kind == HO_PROMPT_MASK && !prompt->mask))
        return ho_fail(diag, HO_ERROR_USAGE, "a prompt on frame %lld has %zu points where it needs %zu", (long long)prompt->frame, prompt->n_points, wanted);
    for (size_t i = 0; wanted && i < prompt->n_points; i++) {
        const struct ho_point p = prompt->points[i];
        bool is_corner = prompt->kind == HO_PROMPT_BOX;     // boxes may reach the far border
        if (!(p.x >= 0 && p.y >= 0 && (is_corner ? p.x <= (float)picture.width && p.y <= (float)picture.height : p.x < (float)picture.width && p.y < (float)picture.height)))
            return ho_fail(diag, HO_ERROR_USAGE, "the point %g,%g on frame %lld lies outside the picture of %dx%d pixels", (double)p.x, (double)p.y, (long long)prompt->frame,
                           picture.width, picture.height);
    }
    if (prompt->kind == HO_PROMPT_MASK && (prompt->mask->width != picture.width || prompt->mask->height != picture.height))
        return ho_fail(diag, HO_ERROR_USAGE, "the mask on frame %lld has %dx%d pixels; the source has %dx%d", (long long)prompt->frame, prompt->mask->width,
                       prompt->mask->height, picture.width, picture.height);
    return HO_OK;
}

static enum ho_result check_contradictions(struct marks *marks, int64_t frame, struct ho_diag *diag) {
    bool any = marks->mask != NULL;
    for (int i = 0; i < marks->n; i++) {
        const struct mark *a = &marks->mark[i];
        any |= a->inside;
        if (a->inside && a->said && marks->has_box &&
            ((double)a->point.x < marks->box.x0 || (double)a->point.y < marks->box.y0 || (double)a->point.x > marks->box.x1 || (double)a->point.y > marks->box.y1))
            return ho_fail(diag, HO_ERROR_USAGE, "prompts contradict each other on frame %lld: the object is to be at %g,%g, which lies outside its box", (long long)frame,
                           (double)a->point.x, (double)a->point.y);
        for (int k = 0; k < marks->n; k++) {
            const struct mark *b = &marks->mark[k];
            if (!a->inside || b->inside || hypot((double)a->point.x - (double)b->point.x, (double)a->point.y - (double)b->point.y) > CONTRADICTION)
                continue;
            if (a->said && b->said)
                return ho_fail(diag, HO_ERROR_USAGE, "prompts contradict each other on frame %lld: %g,%g is said to be inside and %g,%g outside; take one of them away",
                               (long long)frame, (double)a->point.x, (double)a->point.y, (double)b->point.x, (double)b->point.y);
        }
    }
    if (!any)
        return ho_fail(diag, HO_ERROR_USAGE, "frame %lld has only places to leave out; add a click on the object", (long long)frame);
    return HO_OK;
}

// What was derived from a box gives way to what was said about the same place.
static void drop_overruled(struct marks *marks) {
    int n = 0;
    for (int i = 0; i < marks->n; i++) {
        bool overruled = false;
        for (int k = 0; k < marks->n && !marks->mark[i].said; k++)
            overruled |= marks->mark[k].said && marks->mark[k].inside != marks->mark[i].inside &&
                         hypot((double)marks->mark[i].point.x - (double)marks->mark[k].point.x, (double)marks->mark[i].point.y - (double)marks->mark[k].point.y) < 4 * CONTRADICTION;
        if (!overruled)
            marks->mark[n++] = marks->mark[i];
    }
    marks->n = n;
}

static enum ho_result collect(const struct ho_prompt *prompts, size_t n_prompts, struct ho_size picture, struct marks *marks, struct ho_diag *diag) {
    for (size_t i = 0; i < n_prompts; i++) {
        const struct ho_prompt *prompt = &prompts[i];
        HO_TRY(check_prompt(prompt, picture, diag));
        switch (prompt->kind) {
        case HO_PROMPT_CLICK:
        case HO_PROMPT_EXCLUDE:
            HO_TRY(add_mark(marks, (double)prompt->points[0].x, (double)prompt->points[0].y, prompt->kind == HO_PROMPT_CLICK, true, diag));
            break;
        case HO_PROMPT_BOX:
            HO_TRY(add_box(marks, prompt, picture, diag));
            break;
        case HO_PROMPT_STROKE:
            HO_TRY(add_stroke(marks, prompt, diag));
            break;
        case HO_PROMPT_MASK:
            marks->mask = prompt->mask;
            break;
        }
        marks->n_groups++;
    }
    HO_TRY(check_contradictions(marks, n_prompts ? prompts[0].frame : 0, diag));
    drop_overruled(marks);
    return HO_OK;
}

// What a user said, as changes of what a view shows. `out` has room for all marks.
static int list_changes(const struct marks *marks, const struct ho_view *view, struct ho_change *out) {
    int n = 0;
    for (int i = 0; i < marks->n; i++)
        if (marks->mark[i].said) {
            struct ho_place at = ho_view_place(view, (double)marks->mark[i].point.x, (double)marks->mark[i].point.y);
            out[n++] = (struct ho_change){at.x, at.y, marks->mark[i].inside};
        }
    return n;
}

// Marks for what the mask says of the object; all that is asked is asked with them.
static enum ho_result add_mask(struct marks *marks, const struct ho_view *view, struct ho_diag *diag) {
    struct ho_change places[HO_CORRECT_PLACES], *changes = ho_alloc((size_t)marks->n, sizeof *changes);
    float *basis = ho_alloc_aligned(ho_view_area(view) * sizeof *basis);
    int n = 0;
    enum ho_result result = changes && basis ? HO_OK : ho_fail_memory(diag, ho_view_area(view) * sizeof *basis);
    if (result == HO_OK) {
        ho_view_from_matte(marks->mask, view, false, basis);
        result = ho_correct_places(view, basis, changes, list_changes(marks, view, changes), places, &n, diag);
    }
    for (int i = 0; i < n && result == HO_OK; i++) {
        const struct ho_rect *region = &view->region;
        double x = region->x0 + (places[i].x + 0.5) * (region->x1 - region->x0) / view->width, y = region->y0 + (places[i].y + 0.5) * (region->y1 - region->y0) / view->height;
        result = add_mark(marks, x, y, true, false, diag);
        marks->mark[marks->n - 1].group = 0;
    }
    free(changes);
    free(basis);
    return result;
}

// Undoes what no mark asks for.
static enum ho_result keep_mask(const struct marks *marks, const struct ho_view *view, float *map, struct ho_diag *diag) {
    struct ho_change *changes = ho_alloc((size_t)marks->n, sizeof *changes);
    float *basis = ho_alloc_aligned(ho_view_area(view) * sizeof *basis);
    enum ho_result result = changes && basis ? HO_OK : ho_fail_memory(diag, ho_view_area(view) * sizeof *basis);
    if (result == HO_OK) {
        ho_view_from_matte(marks->mask, view, false, basis);
        result = ho_correct_map(view, basis, changes, list_changes(marks, view, changes), map, diag);
    }
    free(changes);
    free(basis);
    return result;
}

// Discs of all marks up to `group` in the two maps that the network wants.
static void draw_marks(const struct marks *marks, int group, const struct ho_view *view, float *maps) {
    size_t n = ho_view_area(view);
    memset(maps, 0, 2 * n * sizeof *maps);
    for (int i = 0; i < marks->n; i++) {
        const struct mark *mark = &marks->mark[i];
        if (mark->group > group)
            continue;
        struct ho_place at = ho_view_place(view, (double)mark->point.x, (double)mark->point.y);
        float *map = mark->inside ? maps : maps + n;
        for (int y = (int)floor(at.y) - DISC_RADIUS; y <= (int)floor(at.y) + DISC_RADIUS; y++)
            for (int x = (int)floor(at.x) - DISC_RADIUS; x <= (int)floor(at.x) + DISC_RADIUS; x++)
                if (x >= 0 && y >= 0 && x < view->width && y < view->height && hypot(x + 0.5 - at.x, y + 0.5 - at.y) <= DISC_RADIUS)
                    map[(size_t)y * view->width + x] = 1;
    }
}

// Asks group after group, each answer fed back with the next, from `first` on.
static enum ho_result ask(struct ho_engine_session *session, const struct ho_frame *frame, const struct marks *marks, const struct ho_view *view, int first, float *previous,
                          float *answer, struct ho_diag *diag) {
    size_t n = ho_view_area(view);
    const struct ho_features *features;
    HO_TRY(ho_session_features(session, frame, view, &features, diag));
    float *maps = ho_alloc_aligned(2 * n * sizeof *maps);
    if (!maps)
        return ho_fail_memory(diag, 2 * n * sizeof *maps);
    enum ho_result result = HO_OK;
    bool any = false;
    for (int group = first; group < marks->n_groups && result == HO_OK; group++) {
        bool inside = false;
        for (int i = 0; i < marks->n; i++)
            inside |= marks->mark[i].group <= group && marks->mark[i].inside;
        if (!inside && !marks->mask)
            continue;           // nothing to find yet: asked with the group that says what is inside
        if (any)
            memcpy(previous, answer, n * sizeof *previous);
        draw_marks(marks, group, view, maps);
        result = ho_session_click(session, features, &(struct ho_asked){.clicks = maps, .previous = previous}, answer, diag);
        any = true;
    }
    free(maps);
    return result;
}

// The answer agrees with every mark that a user set: a small disc around it is put right.
static void stamp_marks(const struct marks *marks, const struct ho_view *view, float *map) {
    for (int i = 0; i < marks->n; i++) {
        const struct mark *mark = &marks->mark[i];
        if (!mark->said)
            continue;
        struct ho_place at = ho_view_place(view, (double)mark->point.x, (double)mark->point.y);
        for (int y = (int)floor(at.y) - STAMP_RADIUS; y <= (int)floor(at.y) + STAMP_RADIUS; y++)
            for (int x = (int)floor(at.x) - STAMP_RADIUS; x <= (int)floor(at.x) + STAMP_RADIUS; x++) {
                if (x < 0 || y < 0 || x >= view->width || y >= view->height)
                    continue;
                // 1 at the mark, one half at the disc's edge.
                double sure = 1 - fmax(hypot(x + 0.5 - at.x, y + 0.5 - at.y) - 1, 0) / (2 * STAMP_RADIUS);
                float *value = &map[(size_t)y * view->width + x];
                if (sure < 0.5)
                    continue;
                *value = mark->inside ? fmaxf(*value, (float)sure) : fminf(*value, (float)(1 - sure));
            }
    }
}

// Clicks are about one object: pieces that hold none of them go, unless they lie close to one that does (a pole may stand in front).
static enum ho_result keep_pieces(const struct marks *marks, const struct ho_view *view, float *map, struct ho_diag *diag) {
    HO_TRY(ho_map_decide(view, map, diag));
    if (marks->mask)
        return keep_mask(marks, view, map, diag);
    if (marks->has_box)
        return HO_OK;
    size_t n = ho_view_area(view);
    float *discs = ho_alloc_aligned(3 * n * sizeof *discs), *held = discs + 2 * n;
    if (!discs)
        return ho_fail_memory(diag, 3 * n * sizeof *discs);
    draw_marks(marks, marks->n_groups, view, discs);
    memcpy(held, map, n * sizeof *held);
    enum ho_result result = ho_map_settle(view, discs, (struct ho_reach){0, 0}, held, diag);
    if (result == HO_OK)
        result = ho_map_settle(view, held, (struct ho_reach){PIECE_GAP, 0}, map, diag);
    free(discs);
    return result;
}

// The same at the source's pixels, which may be finer or coarser than the view's.
static void stamp_pixels(const struct marks *marks, struct ho_matte *matte) {
    for (int i = 0; i < marks->n; i++) {
        const struct mark *mark = &marks->mark[i];
        if (!mark->said)
            continue;
        uint16_t *pixel = &matte->data[(size_t)mark->point.y * (size_t)matte->stride + (size_t)mark->point.x];
        if (mark->inside ? *pixel < 32768 : *pixel >= 32768)
            *pixel = mark->inside ? 65535 : 0;
    }
}

static void clip_to_box(const struct marks *marks, struct ho_matte *matte) {
    const struct ho_rect *box = &marks->box;
    int x0 = box->x0 < 0 ? 0 : box->x0, x1 = box->x1 > matte->width ? matte->width : box->x1;
    for (int y = 0; y < matte->height; y++) {
        uint16_t *row = matte->data + (size_t)y * (size_t)matte->stride;
        bool inside = y >= box->y0 && y < box->y1;
        memset(row, 0, (size_t)(inside ? x0 : matte->width) * sizeof *row);
        if (inside)
            memset(row + x1, 0, (size_t)(matte->width - x1) * sizeof *row);
    }
}

// The closer view: around what was found and said. False when it would not come closer.
static bool zoom(const struct ho_engine_session *session, const struct marks *marks, const struct ho_view *whole, const float *answer, struct ho_view *out) {
    struct ho_rect box;
    if (!ho_view_bounds(whole, answer, 0.5f, &box))
        return false;
    for (int i = 0; i < marks->n; i++)
        if (marks->mark[i].inside) {
            int x = (int)marks->mark[i].point.x, y = (int)marks->mark[i].point.y;
            box.x0 = x < box.x0 ? x : box.x0;
            box.y0 = y < box.y0 ? y : box.y0;
            box.x1 = x >= box.x1 ? x + 1 : box.x1;
            box.y1 = y >= box.y1 ? y + 1 : box.y1;
        }
    const struct ho_tuning *tuning = session->tuning;
    *out = ho_view_crop(session->picture, &box, tuning->click_margin, tuning->click_shapes, tuning->n_click_shapes);
    double near = (double)(out->region.x1 - out->region.x0) / out->width, far = (double)(whole->region.x1 - whole->region.x0) / whole->width;
    return near < ZOOM_BELOW * far;
}

// Finds the answer in the view where it is seen best. `*map` is owned by the caller.
static enum ho_result answer_marks(struct ho_engine_session *session, const struct ho_frame *frame, struct marks *marks, struct ho_view *view, float **map, struct ho_diag *diag) {
    struct ho_view whole = ho_view_whole(session->picture, session->tuning->click), closer;
    size_t n = ho_view_area(&whole);
    float *previous = ho_alloc_aligned(n * sizeof *previous), *answer = ho_alloc_aligned(n * sizeof *answer), *closer_previous = NULL, *closer_answer = NULL;
    enum ho_result result = previous && answer ? HO_OK : ho_fail_memory(diag, n * sizeof *previous);
    if (result != HO_OK)
        goto done;
    memset(previous, 0, n * sizeof *previous);
    if (marks->mask) {
        ho_view_from_matte(marks->mask, &whole, false, previous);
        result = add_mask(marks, &whole, diag);
        if (result != HO_OK)
            goto done;
    }
    int first = marks->n_groups > PASSES_MAX ? marks->n_groups - PASSES_MAX : 0;
    result = ask(session, frame, marks, &whole, first, previous, answer, diag);
    *view = whole;
    if (result == HO_OK) {
        stamp_marks(marks, &whole, answer);
        result = keep_pieces(marks, &whole, answer, diag);
    }
    if (result == HO_OK && zoom(session, marks, &whole, answer, &closer)) {
        size_t area = ho_view_area(&closer);
        closer_previous = ho_alloc_aligned(area * sizeof *previous);
        closer_answer = ho_alloc_aligned(area * sizeof *answer);
        if (!closer_previous || !closer_answer) {
            result = ho_fail_memory(diag, area * sizeof *answer);
            goto done;
        }
        result = ho_view_remap(session->picture, &whole, answer, &closer, session->options.n_threads, closer_previous, diag);
        if (result == HO_OK)
            result = ask(session, frame, marks, &closer, marks->n_groups - 1, closer_previous, closer_answer, diag);
        *view = closer;
        if (result == HO_OK) {
            stamp_marks(marks, &closer, closer_answer);
            result = keep_pieces(marks, &closer, closer_answer, diag);
        }
    }
done:
    free(previous);
    free(closer_previous);
    *map = closer_answer ? closer_answer : answer;
    if (closer_answer)
        free(answer);
    return result;
}

enum ho_result ho_embedded_prompt(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_prompt *prompts, size_t n_prompts,
                                  struct ho_matte *matte, float *confidence, struct ho_diag *diag) {
    struct ho_engine_session *session = walk->session;
    HO_TRY(ho_session_check(session, matte, diag));
    struct marks marks = {0};
    struct ho_view view;
    float *map = NULL;
    enum ho_result result = collect(prompts, n_prompts, session->picture, &marks, diag);
    if (result != HO_OK)
        goto done;
    if (marks.n == 0) {
        result = ho_matte_copy(marks.mask, matte, diag);
        *confidence = 1;
        goto done;
    }
    result = answer_marks(session, frame, &marks, &view, &map, diag);
    if (result != HO_OK)
        goto done;
    *confidence = ho_map_certainty(map, ho_view_area(&view));
    *confidence *= *confidence;
    result = ho_session_deliver(session, frame, &view, map, matte, diag);
    if (result == HO_OK && marks.has_box)
        clip_to_box(&marks, matte);
    if (result == HO_OK)
        stamp_pixels(&marks, matte);
done:
    free(map);
    free(marks.mark);
    return result;
}
