// SPDX-License-Identifier: BSD-2-Clause
#include "engine/embedded/exclude.h"

#include <math.h>

#include "image/kernels.h"

#define SHARED_MOST 0.1    // of two things: the share of the smaller that may be in both
#define SAME_LEAST 0.5     // of what is found at an excluded place: if the object's own answer holds more, it is a part
#define HOLED_LEAST \
    0.75                   // of what is found at an excluded place: if the answer holds as much, it is that with a hole
#define REST_LEAST 0.2     // of a mask: what would leave less of it is no other thing, it is the object
#define THING_MOST 0.25    // of the picture: what covers more is ground or sky, and no rival
#define SURE_LEAST 0.7f    // of what the answer promises: what promises less is no thing

static size_t count_shared(const struct ho_matte *a, const struct ho_matte *b)
{
    size_t n = 0;
    for (int y = 0; y < a->height; y++) {
        const uint16_t *p = a->data + (size_t)y * (size_t)a->stride, *q = b->data + (size_t)y * (size_t)b->stride;
        for (int x = 0; x < a->width; x++)
            n += p[x] >= 32768 && q[x] >= 32768;
    }
    return n;
}

static bool is_at(const struct ho_matte *matte, struct ho_point point)
{
    return matte->data[(size_t)point.y * (size_t)matte->stride + (size_t)point.x] >= 32768;
}

static void take_away(struct ho_matte *mask, const struct ho_matte *other)
{
    for (int y = 0; y < mask->height; y++) {
        uint16_t *m = mask->data + (size_t)y * (size_t)mask->stride;
        const uint16_t *o = other->data + (size_t)y * (size_t)other->stride;
        for (int x = 0; x < mask->width; x++)
            m[x] = m[x] < 65535 - o[x] ? m[x] : (uint16_t)(65535 - o[x]);
    }
}

static void join(struct ho_matte *all, const struct ho_matte *other)
{
    for (int y = 0; y < all->height; y++) {
        uint16_t *a = all->data + (size_t)y * (size_t)all->stride;
        const uint16_t *o = other->data + (size_t)y * (size_t)other->stride;
        for (int x = 0; x < all->width; x++)
            a[x] = a[x] > o[x] ? a[x] : o[x];
    }
}

// What a click at one place finds.
static enum ho_result find_at(struct ho_engine_session *session, const struct ho_frame *frame, struct ho_point place,
                              struct ho_matte *out, float *quality, struct ho_diag *diag)
{
    struct ho_marks one = {.n_groups = 1};
    enum ho_result result = ho_marks_add(&one, (double)place.x, (double)place.y, true, true, diag);
    if (result == HO_OK) {
        one.mark[0].group = 0;
        result = ho_prompt_find(session, frame, &one, out, quality, diag);
    }
    ho_marks_clear(&one);
    return result;
}

// What is found where the mask `rest` is deepest, in its place; with `place` excluded, or NULL. False: it is not deep
// anywhere.
static enum ho_result find_rest(struct ho_engine_session *session, const struct ho_frame *frame,
                                const struct ho_point *place, struct ho_matte *rest, bool *is_found,
                                struct ho_diag *diag)
{
    struct ho_view whole = ho_session_whole(session, ho_click_tuning.whole);
    struct ho_marks own = {.mask = rest};
    float quality;
    enum ho_result result = ho_prompt_add_mask(&own, &whole, diag);
    own.mask = NULL;
    own.n_groups = 1;
    *is_found = own.n > 0;
    if (result == HO_OK && *is_found && place) {
        result = ho_marks_add(&own, (double)place->x, (double)place->y, false, true, diag);
        if (result == HO_OK)
            own.mark[own.n - 1].group = 0;
    }
    if (result == HO_OK && *is_found)
        result = ho_prompt_find(session, frame, &own, rest, &quality, diag);
    ho_marks_clear(&own);
    return result;
}

static bool holds_click(const struct ho_marks *marks, const struct ho_matte *other)
{
    for (int i = 0; i < marks->n; i++)
        if (marks->mark[i].said && marks->mark[i].inside && is_at(other, marks->mark[i].point))
            return true;
    return false;
}

static enum ho_result keep_rest(const struct ho_matte *mask, const struct ho_matte *other, struct ho_matte *rest,
                                struct ho_diag *diag)
{
    HO_TRY(ho_matte_copy(mask, rest, diag));
    take_away(rest, other);
    return HO_OK;
}

// Whether `other`, found at an excluded place in the mask, is another thing than the object: what is found in the rest
// of the mask must not be the same thing again, neither with the place excluded nor by itself.
static enum ho_result is_other(struct ho_engine_session *session, const struct ho_frame *frame,
                               const struct ho_marks *marks, struct ho_point place, const struct ho_matte *mask,
                               const struct ho_matte *other, struct ho_matte *rest, bool *out, struct ho_diag *diag)
{
    bool is_found;
    *out = false;
    if (holds_click(marks, other))
        return HO_OK;
    HO_TRY(keep_rest(mask, other, rest, diag));
    if ((double)ho_matte_area(rest) < REST_LEAST * (double)ho_matte_area(mask))
        return HO_OK;
    HO_TRY(find_rest(session, frame, &place, rest, &is_found, diag));
    if (!is_found || (double)count_shared(rest, other) >
                         SHARED_MOST * fmin((double)ho_matte_area(rest), (double)ho_matte_area(other)))
        return HO_OK;
    HO_TRY(keep_rest(mask, other, rest, diag));
    HO_TRY(find_rest(session, frame, NULL, rest, &is_found, diag));
    *out = (double)count_shared(rest, other) < SAME_LEAST * (double)ho_matte_area(other);
    return HO_OK;
}

static bool is_thing(const struct ho_matte *other, float quality)
{
    return quality >= SURE_LEAST &&
           (double)ho_matte_area(other) < THING_MOST * (double)other->width * (double)other->height;
}

static void name_rival(const struct ho_matte *other, struct ho_matte *rival, struct ho_engine_answer *answer)
{
    answer->has_rival = true;
    if (rival)
        join(rival, other);
}

// A place beside the object: what is there is a rival if it is a thing, and none of it the object.
static void exclude_beside(const struct ho_marks *marks, const struct ho_matte *matte, const struct ho_matte *other,
                           float quality, struct ho_matte *rival, struct ho_engine_answer *answer)
{
    if (is_thing(other, quality) && !holds_click(marks, other) &&
        (double)count_shared(matte, other) <=
            SHARED_MOST * fmin((double)ho_matte_area(matte), (double)ho_matte_area(other)))
        name_rival(other, rival, answer);
}

// A piece of the mask that nothing joins to the rest of it, and that nobody clicked, goes as a whole, whatever is found
// there.
static enum ho_result exclude_piece(const struct ho_marks *marks, struct ho_point place, struct ho_matte *mask,
                                    struct ho_matte *piece, bool *is_taken, struct ho_diag *diag)
{
    HO_TRY(ho_take_piece(mask, (int)place.x, (int)place.y, 1 - (float)REST_LEAST, piece, is_taken, diag));
    if (*is_taken && holds_click(marks, piece)) {
        join(mask, piece);
        *is_taken = false;
    }
    return HO_OK;
}

enum ho_result ho_exclude_from_mask(struct ho_engine_session *session, const struct ho_frame *frame,
                                    const struct ho_marks *marks, struct ho_matte *mask, struct ho_matte *rival,
                                    struct ho_engine_answer *answer, struct ho_diag *diag)
{
    struct ho_matte *other = NULL, *rest = NULL;
    enum ho_result result = ho_matte_create(mask->width, mask->height, &other, diag);
    if (result == HO_OK)
        result = ho_matte_create(mask->width, mask->height, &rest, diag);
    for (int i = 0; i < marks->n && result == HO_OK; i++) {
        const struct ho_mark *mark = &marks->mark[i];
        bool is_another = false;
        float quality;
        if (!mark->said || mark->inside)
            continue;
        result = find_at(session, frame, mark->point, other, &quality, diag);
        if (result != HO_OK)
            break;
        if (!is_at(mask, mark->point)) {
            exclude_beside(marks, mask, other, quality, rival, answer);
            continue;
        }
        result = is_other(session, frame, marks, mark->point, mask, other, rest, &is_another, diag);
        if (is_another)
            take_away(mask, other);
        else if (result == HO_OK)
            result = exclude_piece(marks, mark->point, mask, other, &is_another, diag);
        if (is_another)
            name_rival(other, rival, answer);
        else
            answer->is_local = true;
    }
    ho_matte_destroy(&other);
    ho_matte_destroy(&rest);
    return result;
}

enum ho_result ho_exclude_from_answer(struct ho_engine_session *session, const struct ho_frame *frame,
                                      const struct ho_marks *marks, const struct ho_matte *matte,
                                      struct ho_matte *rival, struct ho_engine_answer *answer, struct ho_diag *diag)
{
    struct ho_matte *other = NULL;
    enum ho_result result = HO_OK;
    for (int i = 0; i < marks->n && result == HO_OK; i++) {
        const struct ho_mark *mark = &marks->mark[i];
        float quality;
        if (!mark->said || mark->inside)
            continue;
        if (!other)
            result = ho_matte_create(matte->width, matte->height, &other, diag);
        if (result == HO_OK)
            result = find_at(session, frame, mark->point, other, &quality, diag);
        // The same thing again but for the place: a hole in it.
        if (result == HO_OK && holds_click(marks, other) &&
            (double)count_shared(matte, other) >= HOLED_LEAST * (double)ho_matte_area(other))
            answer->is_local = true;
        else if (result == HO_OK)
            exclude_beside(marks, matte, other, quality, rival, answer);
    }
    ho_matte_destroy(&other);
    return result;
}
