// SPDX-License-Identifier: BSD-2-Clause
// The stub engine: no weights, the same mattes everywhere, fast. It floods the colour around a click and follows it by
// the picture's motion as a whole. For tests of everything around an engine; its memory matters (last picture, last
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
#define MAGIC 0x53554254u

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
    int64_t steps;
    float colour[3];
    int32_t width, height;
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
    session->view = ho_view_whole(session->picture, LONG_SIDE);
    session->area = ho_view_area(&session->view);
    session->n_threads = options->n_threads;
    const char *delay = getenv("HOLDOUT_STUB_DELAY_MS");
    session->delay_ms = delay ? strtol(delay, NULL, 10) : 0;
    snprintf(session->identity.name, sizeof session->identity.name, "stub");
    snprintf(session->identity.version, sizeof session->identity.version, "1");
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

static enum ho_result stub_prompt(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                  const struct ho_prompt *prompts, size_t n_prompts, struct ho_matte *matte,
                                  float *confidence, struct ho_diag *diag)
{
    struct ho_engine_session *session = walk->session;
    HO_TRY(check_contradictions(prompts, n_prompts, diag));
    *confidence = 1;
    if (n_prompts == 1 && prompts[0].kind == HO_PROMPT_MASK)
        return ho_matte_copy(prompts[0].mask, matte, diag);
    *confidence = SAID;
    float *planes;
    HO_TRY(look(session, frame, &planes, diag));
    float *map = ho_alloc(session->area, sizeof *map);
    enum ho_result result = map ? HO_OK : ho_fail_memory(diag, session->area * sizeof *map);
    for (size_t i = 0; i < n_prompts && result == HO_OK; i++)
        if (prompts[i].kind == HO_PROMPT_MASK)
            ho_view_from_matte(prompts[i].mask, &session->view, false, map);
    for (size_t i = 0; i < n_prompts && result == HO_OK; i++) {
        const struct ho_prompt *prompt = &prompts[i];
        if (prompt->kind == HO_PROMPT_BOX)
            fill_rect(session, prompt->points, map);
        else if (prompt->kind != HO_PROMPT_EXCLUDE && prompt->kind != HO_PROMPT_MASK)
            for (size_t k = 0; k < prompt->n_points && result == HO_OK; k++)
                result = flood(session, planes, pixel_at(session, prompt->points[k]), map, diag);
    }
    for (size_t i = 0; i < n_prompts && result == HO_OK; i++)
        if (prompts[i].kind == HO_PROMPT_EXCLUDE) {
            size_t at = pixel_at(session, prompts[i].points[0]);
            for (size_t k = 0; k < session->area; k++)
                if (distance(planes, session->area, k,
                             (const float[3]){planes[at], planes[session->area + at],
                                              planes[2 * session->area + at]}) <= ALIKE)
                    map[k] = 0;
        }
    if (result == HO_OK)
        ho_view_to_matte(&session->view, map, session->n_threads, matte);
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
                                struct ho_diag *diag)
{
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
    walk->memory.started = 1;
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

static enum ho_result stub_step(struct ho_engine_walk *walk, const struct ho_frame *frame, struct ho_matte *matte,
                                float *confidence, struct ho_diag *diag)
{
    struct ho_engine_session *session = walk->session;
    if (!walk->memory.started)
        return ho_fail(diag, HO_ERROR_USAGE, "engine: a walk cannot step before its start frame is kept");
    if (session->delay_ms > 0)
        nanosleep(&(struct timespec){session->delay_ms / 1000, session->delay_ms % 1000 * 1000000}, NULL);
    float *planes, *before = ho_alloc(session->area, sizeof *before);
    if (!before)
        return ho_fail_memory(diag, session->area * sizeof *before);
    enum ho_result result = look(session, frame, &planes, diag);
    if (result == HO_OK) {
        int dx = 0, dy = 0;
        memcpy(before, walk->luma, session->area * sizeof *before);
        set_luma(walk, planes);
        float difference = find_motion(&session->view, before, walk->luma, &dx, &dy);
        follow(walk, planes, dx, dy, before);
        ho_view_to_matte(&session->view, walk->map, session->n_threads, matte);
        if (ho_matte_is_empty(matte))
            ho_matte_clear(matte);
        *confidence = fmaxf(0, 1 - 4 * difference);
        walk->memory.steps++;
        session->times.n_steps++;
        free(planes);
    }
    free(before);
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
    .step = stub_step,
    .repeat = stub_repeat,
    .save = stub_save,
    .load = stub_load,
};
