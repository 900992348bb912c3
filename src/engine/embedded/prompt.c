// SPDX-License-Identifier: BSD-2-Clause
// What a user says about a frame becomes a matte: the click network looks at the whole picture, then closer at what it
// found.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/correct.h"
#include "engine/embedded/embedded.h"
#include "engine/embedded/exclude.h"
#include "engine/embedded/marks.h"

#define DISC_RADIUS 5     // pixels of the view, as the network was trained
#define STAMP_RADIUS 3    // around a click the answer is made to agree with it
#define PIECE_GAP 16      // pixels of the view between pieces of one object
#define ZOOM_BELOW 0.8    // a closer look is taken when it sees less than this share of either side
#define PASSES_MAX 6      // answers fed back; earlier prompts are asked about together
#define REGION 0.25       // of the picture: what covers more may be a region
#define BESIDE 0.06       // of a box's larger side, and
#define BESIDE_LEAST 3    // pixels: so far beside it the object is not
#define BOX_SHOWN 0.5f    // of the mask that the network is shown for a box, as it was trained

// A mask that the marks correct, as a view shows both. close_correction() frees it, in any state.
struct correction {
    float *basis;
    struct ho_change *changes;    // what the user said
    int n;
};

static void close_correction(struct correction *correction)
{
    free(correction->basis);
    free(correction->changes);
}

static enum ho_result open_correction(const struct ho_marks *marks, const struct ho_view *view, struct correction *out,
                                      struct ho_diag *diag)
{
    *out = (struct correction){.basis = ho_alloc_aligned(ho_view_area(view) * sizeof *out->basis),
                               .changes = ho_alloc((size_t)marks->n, sizeof *out->changes)};
    if (!out->basis || !out->changes)
        return ho_fail_memory(diag, ho_view_area(view) * sizeof *out->basis);
    ho_view_from_matte(marks->mask, view, false, out->basis);
    for (int i = 0; i < marks->n; i++)
        if (marks->mark[i].said) {
            struct ho_place at = ho_view_place(view, (double)marks->mark[i].point.x, (double)marks->mark[i].point.y);
            out->changes[out->n++] = (struct ho_change){at.x, at.y, marks->mark[i].inside};
        }
    return HO_OK;
}

enum ho_result ho_prompt_add_mask(struct ho_marks *marks, const struct ho_view *view, struct ho_diag *diag)
{
    struct correction correction;
    struct ho_change places[HO_CORRECT_PLACES];
    int n = 0;
    enum ho_result result = open_correction(marks, view, &correction, diag);
    if (result == HO_OK)
        result = ho_correct_places(view, correction.basis, correction.changes, correction.n, places, &n, diag);
    for (int i = 0; i < n && result == HO_OK; i++) {
        const struct ho_rect *region = &view->region;
        double x = region->x0 + (places[i].x + 0.5) * (region->x1 - region->x0) / view->width,
               y = region->y0 + (places[i].y + 0.5) * (region->y1 - region->y0) / view->height;
        result = ho_marks_add(marks, x, y, true, false, diag);
        if (result == HO_OK)
            marks->mark[marks->n - 1].group = 0;
    }
    close_correction(&correction);
    return result;
}

// Undoes what no mark asks for.
static enum ho_result keep_mask(const struct ho_marks *marks, const struct ho_view *view, float *map,
                                struct ho_diag *diag)
{
    struct correction correction;
    enum ho_result result = open_correction(marks, view, &correction, diag);
    if (result == HO_OK)
        result = ho_correct_map(view, correction.basis, correction.changes, correction.n, map, diag);
    close_correction(&correction);
    return result;
}

// Discs of all marks up to `group` in the two maps that the network wants.
static void draw_marks(const struct ho_marks *marks, int group, const struct ho_view *view, float *maps)
{
    size_t n = ho_view_area(view);
    memset(maps, 0, 2 * n * sizeof *maps);
    for (int i = 0; i < marks->n; i++) {
        const struct ho_mark *mark = &marks->mark[i];
        if (mark->group > group)
            continue;
        struct ho_place at = ho_view_place(view, (double)mark->point.x, (double)mark->point.y);
        float *map = mark->inside ? maps : maps + n;
        for (int y = (int)floor(at.y) - DISC_RADIUS; y <= (int)floor(at.y) + DISC_RADIUS; y++)
            for (int x = (int)floor(at.x) - DISC_RADIUS; x <= (int)floor(at.x) + DISC_RADIUS; x++)
                if (x >= 0 && y >= 0 && x < view->width && y < view->height &&
                    hypot(x + 0.5 - at.x, y + 0.5 - at.y) <= DISC_RADIUS)
                    map[(size_t)y * view->width + x] = 1;
    }
}

// What the network says in one view: maps of it. close_answer() frees it, in any state.
struct answer {
    struct ho_view view;
    float *previous, *map;    // what it was shown, what it said
    float quality;            // the intersection over union it promises
};

static enum ho_result open_answer(const struct ho_view *view, struct answer *out, struct ho_diag *diag)
{
    size_t n = ho_view_area(view);
    *out = (struct answer){.view = *view,
                           .previous = ho_alloc_aligned(n * sizeof *out->previous),
                           .map = ho_alloc_aligned(n * sizeof *out->map)};
    if (!out->previous || !out->map)
        return ho_fail_memory(diag, n * sizeof *out->map);
    memset(out->previous, 0, n * sizeof *out->previous);
    return HO_OK;
}

static void close_answer(struct answer *answer)
{
    free(answer->previous);
    free(answer->map);
    *answer = (struct answer){0};
}

// Asks about all marks up to `group`.
static enum ho_result ask(struct ho_engine_session *session, const struct ho_frame *frame, const struct ho_marks *marks,
                          int group, struct answer *answer, struct ho_diag *diag)
{
    size_t n = ho_view_area(&answer->view);
    const struct ho_features *features;
    HO_TRY(ho_engine_session_picture(session, frame, &answer->view, &features, diag));
    float *maps = ho_alloc_aligned(2 * n * sizeof *maps);
    if (!maps)
        return ho_fail_memory(diag, 2 * n * sizeof *maps);
    draw_marks(marks, group, &answer->view, maps);
    enum ho_result result = ho_session_click(session, features,
                                             &(struct ho_asked){.clicks = maps, .previous = answer->previous},
                                             answer->map, &answer->quality, diag);
    free(maps);
    return result;
}

// A box, as the network was trained to see one: the object is somewhere in it.
static void draw_box(const struct ho_marks *marks, const struct ho_view *view, float *map)
{
    struct ho_place from = ho_view_place(view, marks->box.x0, marks->box.y0),
                    to = ho_view_place(view, marks->box.x1, marks->box.y1);
    for (int y = (int)fmax(floor(from.y + 0.5), 0); y < (int)fmin(floor(to.y + 0.5), view->height); y++)
        for (int x = (int)fmax(floor(from.x + 0.5), 0); x < (int)fmin(floor(to.x + 0.5), view->width); x++)
            map[(size_t)y * view->width + x] = BOX_SHOWN;
}

// The answer agrees with every mark that a user set: a small disc around it is put right.
static void stamp_marks(const struct ho_marks *marks, int group, const struct ho_view *view, float *map)
{
    for (int i = 0; i < marks->n; i++) {
        const struct ho_mark *mark = &marks->mark[i];
        if (!mark->said || mark->group > group)
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

// Clicks are about one object: pieces that hold none of them go, unless they lie close to one that does (a pole may
// stand in front).
static enum ho_result keep_pieces(const struct ho_marks *marks, int group, const struct ho_view *view, float *map,
                                  struct ho_diag *diag)
{
    HO_TRY(ho_map_decide(view, map, diag));
    if (marks->mask)
        return keep_mask(marks, view, map, diag);
    if (marks->has_box)
        return HO_OK;
    size_t n = ho_view_area(view);
    float *discs = ho_alloc_aligned(3 * n * sizeof *discs), *held = discs + 2 * n;
    if (!discs)
        return ho_fail_memory(diag, 3 * n * sizeof *discs);
    draw_marks(marks, group, view, discs);
    memcpy(held, map, n * sizeof *held);
    enum ho_result result = ho_map_settle(view, discs, (struct ho_reach){0, 0}, held, diag);
    if (result == HO_OK)
        result = ho_map_settle(view, held, (struct ho_reach){PIECE_GAP, 0}, map, diag);
    free(discs);
    return result;
}

// The same at the source's pixels, which may be finer or coarser than the view's.
static void stamp_pixels(const struct ho_marks *marks, struct ho_matte *matte)
{
    for (int i = 0; i < marks->n; i++) {
        const struct ho_mark *mark = &marks->mark[i];
        if (!mark->said)
            continue;
        uint16_t *pixel = &matte->data[(size_t)mark->point.y * (size_t)matte->stride + (size_t)mark->point.x];
        if (mark->inside ? *pixel < 32768 : *pixel >= 32768)
            *pixel = mark->inside ? 65535 : 0;
    }
}

static void clip_to_box(const struct ho_marks *marks, struct ho_matte *matte)
{
    const struct ho_rect reach = ho_marks_reach(marks);
    int x0 = reach.x0 < 0 ? 0 : reach.x0, x1 = reach.x1 > matte->width ? matte->width : reach.x1;
    for (int y = 0; y < matte->height; y++) {
        uint16_t *row = matte->data + (size_t)y * (size_t)matte->stride;
        bool inside = y >= reach.y0 && y < reach.y1;
        memset(row, 0, (size_t)(inside ? x0 : matte->width) * sizeof *row);
        if (inside)
            memset(row + x1, 0, (size_t)(matte->width - x1) * sizeof *row);
    }
}

// The view in which an answer is seen best: around what was found and said up to `group`, or the whole picture where
// that is hardly closer.
static struct ho_view best_view(const struct ho_engine_session *session, const struct ho_marks *marks, int group,
                                const struct answer *answer)
{
    const struct ho_click_tuning *tuning = &ho_click_tuning;
    struct ho_view whole = ho_session_whole(session, tuning->whole);
    struct ho_rect box = marks->box;
    if (!marks->has_box && !ho_view_bounds(&answer->view, answer->map, 0.5f, &box))
        return whole;
    box = ho_view_inside(session->picture, &box);
    for (int i = 0; i < marks->n; i++)
        if (marks->mark[i].inside && marks->mark[i].group <= group) {
            int x = (int)marks->mark[i].point.x, y = (int)marks->mark[i].point.y;
            box.x0 = x < box.x0 ? x : box.x0;
            box.y0 = y < box.y0 ? y : box.y0;
            box.x1 = x >= box.x1 ? x + 1 : box.x1;
            box.y1 = y >= box.y1 ? y + 1 : box.y1;
        }
    struct ho_view crop = ho_view_crop(session->picture, session->aspect, &box, tuning->margin, tuning->shapes,
                                       tuning->n_shapes);
    double near = (double)(crop.region.x1 - crop.region.x0) / crop.width,
           far = (double)(whole.region.x1 - whole.region.x0) / whole.width;
    return near < ZOOM_BELOW * far ? crop : whole;
}

// What the user said up to `group` holds in an answer.
static enum ho_result mend(const struct ho_marks *marks, int group, struct answer *answer, struct ho_diag *diag)
{
    stamp_marks(marks, group, &answer->view, answer->map);
    return keep_pieces(marks, group, &answer->view, answer->map, diag);
}

// The answer in a view of the whole picture. The caller closes it, whatever comes back.
static enum ho_result look_at_all(struct ho_engine_session *session, const struct ho_frame *frame,
                                  struct ho_marks *marks, int group, int long_side, struct answer *answer,
                                  struct ho_diag *diag)
{
    struct ho_view whole = ho_session_whole(session, long_side);
    HO_TRY(open_answer(&whole, answer, diag));
    if (marks->mask) {
        ho_view_from_matte(marks->mask, &whole, false, answer->previous);
        HO_TRY(ho_prompt_add_mask(marks, &whole, diag));
    } else if (marks->has_box) {
        draw_box(marks, &whole, answer->previous);
    }
    HO_TRY(ask(session, frame, marks, group, answer, diag));
    return mend(marks, group, answer, diag);
}

// Looks again, in a view of its own, with the answer at hand; `answer` becomes the new one.
static enum ho_result look_again(struct ho_engine_session *session, const struct ho_frame *frame,
                                 const struct ho_marks *marks, int group, const struct ho_view *view,
                                 struct answer *answer, struct ho_diag *diag)
{
    struct answer again;
    enum ho_result result = open_answer(view, &again, diag);
    if (result == HO_OK)
        result = ho_view_remap(session->picture, &answer->view, answer->map, view, session->options.n_threads,
                               again.previous, diag);
    if (result == HO_OK)
        result = ask(session, frame, marks, group, &again, diag);
    if (result == HO_OK)
        result = mend(marks, group, &again, diag);
    close_answer(answer);
    *answer = again;
    return result;
}

static double share_of(const struct answer *answer)
{
    size_t n = ho_view_area(&answer->view), inside = 0;
    for (size_t i = 0; i < n; i++)
        inside += answer->map[i] >= 0.5f;
    return (double)inside / (double)n;
}

// A region (sky, ground) is found whole from further away, where it fills what the network sees at once; if that
// promises more it is taken and seen again at `answer`'s size.
static enum ho_result look_from_afar(struct ho_engine_session *session, const struct ho_frame *frame,
                                     struct ho_marks *marks, int group, struct answer *answer, struct ho_diag *diag)
{
    struct answer afar = {0};
    struct ho_view view = answer->view;
    enum ho_result result = look_at_all(session, frame, marks, group, ho_click_tuning.far, &afar, diag);
    if (result == HO_OK && afar.quality > answer->quality && share_of(&afar) > REGION) {
        struct answer seen = *answer;
        *answer = afar;
        afar = seen;
        result = look_again(session, frame, marks, group, &view, answer, diag);
    }
    close_answer(&afar);
    return result;
}

// The first group with which there is something to find: places to leave out are asked about with what comes after
// them.
static int first_group(const struct ho_marks *marks)
{
    int first = marks->n_groups > PASSES_MAX ? marks->n_groups - PASSES_MAX : 0, inside = marks->n_groups;
    for (int i = 0; i < marks->n; i++)
        if (marks->mark[i].inside && marks->mark[i].group < inside)
            inside = marks->mark[i].group;
    return marks->mask || marks->has_box || inside < first ? first : inside;
}

// A box tells as much of what the object is not: beyond each of its sides, in the picture, is something else. Asked
// about last, with what was found in the box at hand.
static enum ho_result add_sides(struct ho_marks *marks, struct ho_size picture, struct ho_diag *diag)
{
    const struct ho_rect *box = &marks->box;
    double gap = BESIDE * fmax(box->x1 - box->x0, box->y1 - box->y0) + BESIDE_LEAST, x = (box->x0 + box->x1) / 2.0,
           y = (box->y0 + box->y1) / 2.0;
    const struct ho_place sides[] = {{box->x0 - gap, y}, {box->x1 + gap, y}, {x, box->y0 - gap}, {x, box->y1 + gap}};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        if (sides[i].x >= 0 && sides[i].y >= 0 && sides[i].x < picture.width && sides[i].y < picture.height)
            HO_TRY(ho_marks_add(marks, sides[i].x, sides[i].y, false, false, diag));
    marks->n_groups++;
    return HO_OK;
}

// Finds the answer: to the first prompt in the whole picture and then where that is seen best, to every further one
// there with the answer so far at hand. The caller closes it, whatever comes back.
static enum ho_result answer_marks(struct ho_engine_session *session, const struct ho_frame *frame,
                                   struct ho_marks *marks, struct answer *answer, struct ho_diag *diag)
{
    int first = first_group(marks);
    if (marks->has_box && !marks->mask)
        HO_TRY(add_sides(marks, session->picture, diag));
    HO_TRY(look_at_all(session, frame, marks, first, ho_click_tuning.whole, answer, diag));
    if (!marks->mask && !marks->has_box)
        HO_TRY(look_from_afar(session, frame, marks, first, answer, diag));
    for (int group = first; group < marks->n_groups; group++) {
        struct ho_view view = best_view(session, marks, group, answer);
        if (group > first || !ho_view_equal(&view, &answer->view))
            HO_TRY(look_again(session, frame, marks, group, &view, answer, diag));
    }
    return HO_OK;
}

enum ho_result ho_prompt_find(struct ho_engine_session *session, const struct ho_frame *frame, struct ho_marks *marks,
                              struct ho_matte *out, float *quality, struct ho_diag *diag)
{
    struct answer answer = {0};
    enum ho_result result = answer_marks(session, frame, marks, &answer, diag);
    if (result == HO_OK)
        result = ho_session_deliver(session, frame, &answer.view, answer.map, out, diag);
    *quality = answer.quality;
    close_answer(&answer);
    return result;
}

enum ho_result ho_embedded_prompt(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                  const struct ho_prompt *prompts, size_t n_prompts, struct ho_matte *matte,
                                  struct ho_matte *rival, struct ho_engine_answer *out, struct ho_diag *diag)
{
    struct ho_engine_session *session = walk->session;
    *out = (struct ho_engine_answer){0};
    HO_TRY(ho_session_check(session, matte, diag));
    if (rival) {
        HO_TRY(ho_session_check(session, rival, diag));
        ho_matte_clear(rival);
    }
    struct ho_marks marks = {0};
    struct ho_matte *mask = NULL;
    struct answer answer = {0};
    enum ho_result result = ho_marks_collect(prompts, n_prompts, session->picture, &marks, diag);
    if (result != HO_OK)
        goto done;
    if (marks.n == 0 && marks.mask) {
        result = ho_matte_copy(marks.mask, matte, diag);
        if (result == HO_OK && marks.has_box)
            clip_to_box(&marks, matte);
        out->confidence = 1;
        goto done;
    }
    if (marks.mask) {
        result = ho_matte_create(marks.mask->width, marks.mask->height, &mask, diag);
        if (result == HO_OK)
            result = ho_matte_copy(marks.mask, mask, diag);
        if (result == HO_OK)
            result = ho_exclude_from_mask(session, frame, &marks, mask, rival, out, diag);
        if (result != HO_OK)
            goto done;
        marks.mask = mask;
    }
    result = answer_marks(session, frame, &marks, &answer, diag);
    if (result != HO_OK)
        goto done;
    out->confidence = answer.quality;
    result = ho_session_deliver(session, frame, &answer.view, answer.map, matte, diag);
    if (result == HO_OK && marks.has_box)
        clip_to_box(&marks, matte);
    if (result == HO_OK)
        stamp_pixels(&marks, matte);
    if (result == HO_OK && !marks.mask)
        result = ho_exclude_from_answer(session, frame, &marks, matte, rival, out, diag);
done:
    close_answer(&answer);
    ho_matte_destroy(&mask);
    ho_marks_clear(&marks);
    return result;
}
