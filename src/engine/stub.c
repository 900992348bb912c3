// SPDX-License-Identifier: BSD-2-Clause
// The stub engine: no weights, the same mattes everywhere, fast. It floods the colour around a click and follows it by
// the picture's motion as a whole. Of several objects a pixel is the one's that claims it most. An object that is
// absent is looked for by its colour. For tests of everything around an engine; its memory matters (last picture, last
// matte, colour), so that resuming wrongly shows. HOLDOUT_STUB_DELAY_MS makes each step take that long, for tests that
// kill it.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xxhash.h>

#include "base/memory.h"
#include "engine/embedded/view.h"
#include "engine/engines.h"

#define SAID 0.9f        // confidence of what was clicked: it may have been meant otherwise
#define LONG_SIDE 160    // of the picture it looks at
#define SEARCH 5         // pixels of that picture a frame moves at most, either way
#define ALIKE 0.12f      // distance of R'G'B' up to which a colour is the object's
#define LOCAL 8          // source pixels around an exclusion on the object itself that are cut out
#define FOUND 0.5        // of the object's area when it was kept: what has its colour and is as large may be it
#define MAGIC 0x53554255u

struct ho_engine_session {
    struct ho_size picture;
    struct ho_view view;
    size_t area;    // pixels of the view
    int n_threads;
    long delay_ms;
    struct ho_converter *converter;
    struct ho_engine_identity identity;
    struct ho_engine_times times;
};

// All that a walk remembers; followed by luma and map, `area` floats each.
struct memory {
    uint32_t magic;
    int32_t started;
    int64_t steps, area;    // area: of the object when it was kept, in pixels of the view
    float colour[3];
    int32_t width, height, lost;
};

struct ho_engine_walk {
    struct ho_engine_session *session;
    struct memory memory;
    float *luma, *map;
};

static enum ho_result stub_open(const struct ho_engine_options *options, struct ho_engine_session **out,
                                struct ho_diag *diag)
{
    *out = NULL;
    if (options->width < 1 || options->height < 1 || options->width > HO_SIZE_MAX || options->height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "engine: a source of %dx%d pixels is out of range (1 to %d)",
                       options->width, options->height, HO_SIZE_MAX);
    struct ho_engine_session *session = ho_alloc(1, sizeof *session);
    if (!session)
        return ho_fail_memory(diag, sizeof *session);
    enum ho_result result = ho_converter_create(&session->converter, diag);
    if (result != HO_OK) {
        free(session);
        return result;
    }
    session->picture = (struct ho_size){options->width, options->height};
    session->view = ho_view_whole(session->picture, 1, LONG_SIDE);
    session->area = ho_view_area(&session->view);
    session->n_threads = options->n_threads;
    const char *delay = getenv("HOLDOUT_STUB_DELAY_MS");
    session->delay_ms = delay ? strtol(delay, NULL, 10) : 0;
    snprintf(session->identity.name, sizeof session->identity.name, "stub");
    snprintf(session->identity.version, sizeof session->identity.version, "2");
    snprintf(session->identity.precision, sizeof session->identity.precision, "f32");
    snprintf(session->identity.runtime, sizeof session->identity.runtime, "none");
    *out = session;
    return HO_OK;
}

static void stub_close(struct ho_engine_session **session)
{
    if (!session || !*session)
        return;
    ho_converter_destroy(&(*session)->converter);
    free(*session);
    *session = NULL;
}

static const struct ho_engine_identity *stub_identity(const struct ho_engine_session *session)
{
    return &session->identity;
}

static void stub_times(const struct ho_engine_session *session, struct ho_engine_times *out) { *out = session->times; }

static enum ho_result stub_walk_create(struct ho_engine_session *session, struct ho_engine_walk **out,
                                       struct ho_diag *diag)
{
    struct ho_engine_walk *walk = *out = ho_alloc(1, sizeof *walk);
    if (!walk)
        return ho_fail_memory(diag, sizeof *walk);
    walk->session = session;
    walk->luma = ho_alloc(2 * session->area, sizeof *walk->luma);
    if (!walk->luma) {
        free(walk);
        *out = NULL;
        return ho_fail_memory(diag, 2 * session->area * sizeof(float));
    }
    walk->map = walk->luma + session->area;
    walk->memory = (struct memory){.magic = MAGIC, .width = session->picture.width, .height = session->picture.height};
    return HO_OK;
}

static void stub_walk_destroy(struct ho_engine_walk **walk)
{
    if (!walk || !*walk)
        return;
    free((*walk)->luma);
    free(*walk);
    *walk = NULL;
}

// The frame in the view: three planes one after the other, owned by the caller.
static enum ho_result look(struct ho_engine_session *session, const struct ho_frame *frame, float **out,
                           struct ho_diag *diag)
{
    float *planes = *out = ho_alloc_aligned(3 * session->area * sizeof *planes);
    if (!planes)
        return ho_fail_memory(diag, 3 * session->area * sizeof *planes);
    const struct ho_view *view = &session->view;
    struct ho_picture picture = {.width = view->width,
                                 .height = view->height,
                                 .stride = view->width,
                                 .n_planes = 3,
                                 .plane = {planes, planes + session->area, planes + 2 * session->area}};
    enum ho_result result = ho_converter_read(session->converter, frame, &view->region, &picture, diag);
    if (result != HO_OK) {
        free(planes);
        *out = NULL;
    }
    return result;
}

static float distance(const float *planes, size_t area, size_t at, const float colour[3])
{
    float sum = 0;
    for (int c = 0; c < 3; c++)
        sum += (planes[(size_t)c * area + at] - colour[c]) * (planes[(size_t)c * area + at] - colour[c]);
    return sqrtf(sum);
}

static size_t pixel_at(const struct ho_engine_session *session, struct ho_point point)
{
    struct ho_place at = ho_view_place(&session->view, (double)point.x, (double)point.y);
    int x = (int)fmin(fmax(at.x, 0), session->view.width - 1), y = (int)fmin(fmax(at.y, 0), session->view.height - 1);
    return (size_t)y * session->view.width + (size_t)x;
}

// Fills the connected region of the seed's colour.
static enum ho_result flood(const struct ho_engine_session *session, const float *planes, size_t seed, float *map,
                            struct ho_diag *diag)
{
    const size_t area = session->area, width = (size_t)session->view.width;
    size_t *stack = ho_alloc(area * 4 + 4, sizeof *stack), n = 0;
    if (!stack)
        return ho_fail_memory(diag, area * 4 * sizeof *stack);
    const float colour[3] = {planes[seed], planes[area + seed], planes[2 * area + seed]};
    stack[n++] = seed;
    while (n) {
        size_t at = stack[--n];
        if (map[at] > 1 || distance(planes, area, at, colour) > ALIKE)
            continue;
        map[at] = 2;    // visited by this flood
        if (at % width > 0)
            stack[n++] = at - 1;
        if (at % width + 1 < width)
            stack[n++] = at + 1;
        if (at >= width)
            stack[n++] = at - width;
        if (at + width < area)
            stack[n++] = at + width;
    }
    for (size_t i = 0; i < area; i++)
        map[i] = map[i] > 1 ? 1 : map[i];
    free(stack);
    return HO_OK;
}

static void fill_rect(const struct ho_engine_session *session, const struct ho_point corner[2], float *map)
{
    size_t a = pixel_at(session, corner[0]), b = pixel_at(session, corner[1]), width = (size_t)session->view.width;
    size_t x0 = a % width, x1 = b % width, y0 = a / width, y1 = b / width;
    for (size_t y = y0 < y1 ? y0 : y1; y <= (y0 < y1 ? y1 : y0); y++)
        for (size_t x = x0 < x1 ? x0 : x1; x <= (x0 < x1 ? x1 : x0); x++)
            map[y * width + x] = 1;
}

static enum ho_result check_contradictions(const struct ho_prompt *prompts, size_t n, struct ho_diag *diag)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (prompts[i].kind == HO_PROMPT_CLICK && prompts[k].kind == HO_PROMPT_EXCLUDE &&
                hypotf(prompts[i].points[0].x - prompts[k].points[0].x,
                       prompts[i].points[0].y - prompts[k].points[0].y) <= 2)
                return ho_fail(diag, HO_ERROR_USAGE,
                               "prompts contradict each other on frame %lld: %g,%g is said to be inside and outside; "
                               "take one of them away",
                               (long long)prompts[i].frame, (double)prompts[i].points[0].x,
                               (double)prompts[i].points[0].y);
    return HO_OK;
}

static void take_away(float *map, const float *other, size_t area)
{
    for (size_t i = 0; i < area; i++)
        map[i] = fminf(map[i], 1 - other[i]);
}

// What is excluded: all that has the colour of the thing there, which is the rival; or, where that is the object that
// was clicked, a disc.
static enum ho_result exclude(const struct ho_engine_session *session, const float *planes,
                              const struct ho_prompt *prompts, size_t n_prompts, struct ho_point point, float *map,
                              float *rival, struct ho_engine_answer *answer, struct ho_diag *diag)
{
    const size_t area = session->area, seed = pixel_at(session, point);
    float *thing = ho_alloc(area, sizeof *thing);
    if (!thing)
        return ho_fail_memory(diag, area * sizeof *thing);
    enum ho_result result = flood(session, planes, seed, thing, diag);
    bool is_object = false;
    for (size_t i = 0; i < n_prompts; i++)
        is_object |= prompts[i].kind == HO_PROMPT_CLICK && thing[pixel_at(session, prompts[i].points[0])] > 0;
    answer->is_local |= is_object;
    answer->has_rival |= !is_object;
    const double reach = (double)LOCAL * session->view.width / session->picture.width;
    const int width = session->view.width, x = (int)(seed % (size_t)width), y = (int)(seed / (size_t)width);
    for (size_t i = 0; i < area && result == HO_OK; i++) {
        if (is_object ? hypot((int)(i % (size_t)width) - x, (int)(i / (size_t)width) - y) <= reach
                      : distance(planes, area, i,
                                 (const float[3]){planes[seed], planes[area + seed], planes[2 * area + seed]}) <= ALIKE)
            map[i] = 0;
        if (!is_object)
            rival[i] = fmaxf(rival[i], thing[i]);
    }
    free(thing);
    return result;
}

static enum ho_result answer_prompts(const struct ho_engine_session *session, const float *planes,
                                     const struct ho_prompt *prompts, size_t n_prompts, float *map, float *rival,
                                     struct ho_engine_answer *answer, struct ho_diag *diag)
{
    for (size_t i = 0; i < n_prompts; i++)
        if (prompts[i].kind == HO_PROMPT_MASK)
            ho_view_from_matte(prompts[i].mask, &session->view, false, map);
    for (size_t i = 0; i < n_prompts; i++) {
        const struct ho_prompt *prompt = &prompts[i];
        if (prompt->kind == HO_PROMPT_BOX)
            fill_rect(session, prompt->points, map);
        else if (prompt->kind != HO_PROMPT_EXCLUDE && prompt->kind != HO_PROMPT_MASK)
            for (size_t k = 0; k < prompt->n_points; k++)
                HO_TRY(flood(session, planes, pixel_at(session, prompt->points[k]), map, diag));
    }
    for (size_t i = 0; i < n_prompts; i++)
        if (prompts[i].kind == HO_PROMPT_EXCLUDE)
            HO_TRY(exclude(session, planes, prompts, n_prompts, prompts[i].points[0], map, rival, answer, diag));
    return HO_OK;
}

static enum ho_result stub_prompt(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                  const struct ho_prompt *prompts, size_t n_prompts, struct ho_matte *matte,
                                  struct ho_matte *rival, struct ho_engine_answer *answer, struct ho_diag *diag)
{
    struct ho_engine_session *session = walk->session;
    HO_TRY(check_contradictions(prompts, n_prompts, diag));
    *answer = (struct ho_engine_answer){.confidence = 1};
    if (rival)
        ho_matte_clear(rival);
    if (n_prompts == 1 && prompts[0].kind == HO_PROMPT_MASK)
        return ho_matte_copy(prompts[0].mask, matte, diag);
    answer->confidence = SAID;
    float *planes;
    HO_TRY(look(session, frame, &planes, diag));
    float *map = ho_alloc(2 * session->area, sizeof *map);
    enum ho_result result = map ? answer_prompts(session, planes, prompts, n_prompts, map, map + session->area, answer,
                                                 diag)
                                : ho_fail_memory(diag, 2 * session->area * sizeof *map);
    if (result == HO_OK)
        ho_view_to_matte(&session->view, map, session->n_threads, matte);
    if (result == HO_OK && answer->has_rival && rival)
        ho_view_to_matte(&session->view, map + session->area, session->n_threads, rival);
    free(map);
    free(planes);
    return result;
}

static void set_luma(struct ho_engine_walk *walk, const float *planes)
{
    const size_t area = walk->session->area;
    for (size_t i = 0; i < area; i++)
        walk->luma[i] = (planes[i] + planes[area + i] + planes[2 * area + i]) / 3;
}

static enum ho_result stub_keep(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_matte *matte,
                                const struct ho_matte *others, struct ho_diag *diag)
{
    (void)others;    // its colour is all that it knows of an object
    struct ho_engine_session *session = walk->session;
    float *planes;
    HO_TRY(look(session, frame, &planes, diag));
    ho_view_from_matte(matte, &session->view, false, walk->map);
    set_luma(walk, planes);
    double sum[3] = {0}, n = 0;
    for (size_t i = 0; i < session->area; i++)
        if (walk->map[i] >= 0.5f) {
            for (int c = 0; c < 3; c++)
                sum[c] += (double)planes[(size_t)c * session->area + i];
            n++;
        }
    for (int c = 0; c < 3; c++)
        walk->memory.colour[c] = n > 0 ? (float)(sum[c] / n) : 0;
    walk->memory.area = (int64_t)n;
    walk->memory.started = 1;
    walk->memory.lost = 0;
    walk->memory.steps = 0;
    free(planes);
    return HO_OK;
}

static enum ho_result stub_absent(struct ho_engine_walk *walk, const struct ho_frame *frame, struct ho_diag *diag)
{
    float *planes;
    HO_TRY(look(walk->session, frame, &planes, diag));
    set_luma(walk, planes);
    memset(walk->map, 0, walk->session->area * sizeof *walk->map);
    walk->memory.started = walk->memory.lost = 1;
    walk->memory.steps = 0;
    free(planes);
    return HO_OK;
}

// How much the picture moved as a whole: the shift with the least mean difference, the smaller one of equals.
static float find_motion(const struct ho_view *view, const float *from, const float *to, int *dx, int *dy)
{
    double best = HUGE_VAL;
    for (int y = -SEARCH; y <= SEARCH; y++)
        for (int x = -SEARCH; x <= SEARCH; x++) {
            double sum = 0;
            int n = 0;
            for (int j = SEARCH; j < view->height - SEARCH; j += 2)
                for (int i = SEARCH; i < view->width - SEARCH; i += 2, n++)
                    sum += fabs((double)to[j * view->width + i] - (double)from[(j - y) * view->width + i - x]);
            sum = sum / n + 1e-5 * (abs(x) + abs(y));
            if (sum < best) {
                best = sum;
                *dx = x;
                *dy = y;
            }
        }
    return (float)best;
}

// The map moved along; its edge drifts towards what has the object's colour, a little a frame.
static void follow(struct ho_engine_walk *walk, const float *planes, int dx, int dy, float *moved)
{
    const struct ho_view *view = &walk->session->view;
    for (int y = 0; y < view->height; y++)
        for (int x = 0; x < view->width; x++) {
            int sx = x - dx, sy = y - dy;
            moved[y * view->width + x] = sx >= 0 && sy >= 0 && sx < view->width && sy < view->height
                                             ? walk->map[sy * view->width + sx]
                                             : 0;
        }
    memcpy(walk->map, moved, walk->session->area * sizeof *moved);
    for (int y = 1; y + 1 < view->height; y++)
        for (int x = 1; x + 1 < view->width; x++) {
            const float *at = moved + y * view->width + x;
            float low = fminf(fminf(at[-1], at[1]), fminf(at[-view->width], at[view->width])),
                  high = fmaxf(fmaxf(at[-1], at[1]), fmaxf(at[-view->width], at[view->width]));
            if (high - low < 0.5f)
                continue;
            bool alike = distance(planes, walk->session->area, (size_t)(at - moved), walk->memory.colour) <= ALIKE;
            walk->map[y * view->width + x] = fminf(fmaxf(*at + (alike ? 0.125f : -0.125f), 0), 1);
        }
}

// An object that was said to be absent: the largest thing of its colour, if that is large enough and not in `taken`.
static enum ho_result find_again(struct ho_engine_walk *walk, const float *planes, const float *taken,
                                 struct ho_diag *diag)
{
    const size_t area = walk->session->area;
    float *seen = ho_alloc(2 * area, sizeof *seen), *piece = seen + area;
    size_t best = 0;
    enum ho_result result = seen ? HO_OK : ho_fail_memory(diag, 2 * area * sizeof *seen);
    for (size_t i = 0; i < area && result == HO_OK && walk->memory.area > 0; i++) {
        if (seen[i] > 0 || (taken && taken[i] >= 0.5f) || distance(planes, area, i, walk->memory.colour) > ALIKE)
            continue;
        size_t n = 0;
        memset(piece, 0, area * sizeof *piece);
        result = flood(walk->session, planes, i, piece, diag);
        for (size_t k = 0; k < area; k++) {
            seen[k] = fmaxf(seen[k], piece[k]);
            n += piece[k] > 0;
        }
        if (n > best && (double)n >= FOUND * (double)walk->memory.area) {
            best = n;
            memcpy(walk->map, piece, area * sizeof *piece);
        }
    }
    walk->memory.lost = best == 0;
    free(seen);
    return result;
}

static enum ho_result advance(struct ho_engine_walk *walk, const float *planes, const float *taken, float *confidence,
                              struct ho_diag *diag)
{
    struct ho_engine_session *session = walk->session;
    float *before = ho_alloc(session->area, sizeof *before);
    if (!before)
        return ho_fail_memory(diag, session->area * sizeof *before);
    enum ho_result result = HO_OK;
    int dx = 0, dy = 0;
    memcpy(before, walk->luma, session->area * sizeof *before);
    set_luma(walk, planes);
    float difference = find_motion(&session->view, before, walk->luma, &dx, &dy);
    if (walk->memory.lost)
        result = find_again(walk, planes, taken, diag);
    else
        follow(walk, planes, dx, dy, before);
    if (taken)
        take_away(walk->map, taken, session->area);
    *confidence = fmaxf(0, 1 - 4 * difference);
    walk->memory.steps++;
    session->times.n_steps++;
    free(before);
    return result;
}

// A pixel is the one's that claims it most, the first of equals.
static void compete(struct ho_engine_walk *const *walks, size_t n)
{
    for (size_t at = 0; at < walks[0]->session->area && n > 1; at++) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            best = walks[i]->map[at] > walks[best]->map[at] ? i : best;
        for (size_t i = 0; i < n; i++)
            walks[i]->map[at] = i == best ? walks[i]->map[at] : 0;
    }
}

static enum ho_result stub_step(struct ho_engine_walk *const *walks, size_t n_walks, const struct ho_frame *frame,
                                const struct ho_matte *others, struct ho_matte *const *mattes, float *confidences,
                                struct ho_diag *diag)
{
    struct ho_engine_session *session = walks[0]->session;
    for (size_t i = 0; i < n_walks; i++)
        if (!walks[i]->memory.started)
            return ho_fail(diag, HO_ERROR_USAGE, "engine: a walk cannot step before its start frame is kept");
    int64_t delay_ms = (int64_t)session->delay_ms * (int64_t)n_walks;
    if (delay_ms > 0)
        nanosleep(&(struct timespec){delay_ms / 1000, delay_ms % 1000 * 1000000}, NULL);
    float *planes, *taken = NULL;
    HO_TRY(look(session, frame, &planes, diag));
    enum ho_result result = HO_OK;
    if (others && !(taken = ho_alloc(session->area, sizeof *taken)))
        result = ho_fail_memory(diag, session->area * sizeof *taken);
    if (taken)
        ho_view_from_matte(others, &session->view, false, taken);
    for (size_t i = 0; i < n_walks && result == HO_OK; i++)
        result = advance(walks[i], planes, taken, &confidences[i], diag);
    if (result == HO_OK)
        compete(walks, n_walks);
    for (size_t i = 0; i < n_walks && result == HO_OK; i++) {
        ho_view_to_matte(&session->view, walks[i]->map, session->n_threads, mattes[i]);
        if (ho_matte_is_empty(mattes[i]))
            ho_matte_clear(mattes[i]);
    }
    free(taken);
    free(planes);
    return result;
}

// The share of what is covered that has the object's colour.
static enum ho_result stub_likeness(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                    const struct ho_matte *matte, float *likeness, struct ho_diag *diag)
{
    const size_t area = walk->session->area;
    float *planes, *map = ho_alloc(area, sizeof *map);
    *likeness = 0;
    if (!map)
        return ho_fail_memory(diag, area * sizeof *map);
    enum ho_result result = look(walk->session, frame, &planes, diag);
    if (result == HO_OK) {
        size_t covered = 0, alike = 0;
        ho_view_from_matte(matte, &walk->session->view, false, map);
        for (size_t i = 0; i < area; i++) {
            covered += map[i] >= 0.5f;
            alike += map[i] >= 0.5f && distance(planes, area, i, walk->memory.colour) <= ALIKE;
        }
        *likeness = covered && walk->memory.area > 0 ? (float)alike / (float)covered : 0;
        free(planes);
    }
    free(map);
    return result;
}

static enum ho_result stub_repeat(struct ho_engine_walk *walk, struct ho_diag *diag)
{
    (void)diag;
    walk->memory.steps++;
    return HO_OK;
}

static enum ho_result stub_save(const struct ho_engine_walk *walk, void **bytes, size_t *size, struct ho_diag *diag)
{
    size_t planes = 2 * walk->session->area * sizeof(float);
    *size = sizeof(uint64_t) + sizeof walk->memory + planes;
    uint8_t *block = *bytes = ho_alloc(*size, 1);
    if (!block)
        return ho_fail_memory(diag, *size);
    memcpy(block + sizeof(uint64_t), &walk->memory, sizeof walk->memory);
    memcpy(block + sizeof(uint64_t) + sizeof walk->memory, walk->luma, planes);
    uint64_t checksum = XXH3_64bits(block + sizeof checksum, *size - sizeof checksum);
    memcpy(block, &checksum, sizeof checksum);
    return HO_OK;
}

static enum ho_result stub_load(struct ho_engine_walk *walk, const void *bytes, size_t size, struct ho_diag *diag)
{
    size_t planes = 2 * walk->session->area * sizeof(float);
    const uint8_t *block = bytes;
    struct memory memory;
    uint64_t checksum;
    if (size != sizeof checksum + sizeof memory + planes)
        return ho_fail(
            diag, HO_ERROR_VERIFY,
            "engine: the tracker's saved memory is damaged (of another size); track this range again from its prompts");
    memcpy(&checksum, block, sizeof checksum);
    memcpy(&memory, block + sizeof checksum, sizeof memory);
    if (checksum != XXH3_64bits(block + sizeof checksum, size - sizeof checksum) || memory.magic != MAGIC ||
        memory.width != walk->memory.width || memory.height != walk->memory.height)
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "engine: the tracker's saved memory is damaged or of another source; track this range again "
                       "from its prompts");
    walk->memory = memory;
    memcpy(walk->luma, block + sizeof checksum + sizeof memory, planes);
    return HO_OK;
}

const struct ho_engine ho_engine_stub = {
    .name = "stub",
    .description = "floods a colour and follows the picture's motion; for tests, needs no weights",
    .open = stub_open,
    .close = stub_close,
    .identity = stub_identity,
    .times = stub_times,
    .walk_create = stub_walk_create,
    .walk_destroy = stub_walk_destroy,
    .prompt = stub_prompt,
    .keep = stub_keep,
    .absent = stub_absent,
    .step = stub_step,
    .likeness = stub_likeness,
    .repeat = stub_repeat,
    .save = stub_save,
    .load = stub_load,
};
