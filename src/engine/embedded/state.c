// SPDX-License-Identifier: BSD-2-Clause
// A walk's memory as bytes: what it needs to go on with the same bits, and a checksum.
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"

#define MAGIC 0x57454f48u    // "HOEW"
#define FORMAT 3

// Everything is written in the machine's own byte order: the mattes' bits hold on one machine anyway.
struct header {
    uint32_t magic, format;
    uint64_t size;        // of all bytes
    uint64_t checksum;    // XXH3 of all that follows the header
};

struct fixed {
    char weights[64], precision[16];
    int32_t width, height, quality;
    int32_t n_frames, started, lost, is_told_absent, last_is_spare;
    int64_t steps;
    struct ho_view view;
    int32_t has_map, has_seen;
    struct ho_rect box, seen_box;
    struct ho_view seen_view;
    double area, seen_area, likeness;
    struct ho_place at, speed;
    int64_t n_unseen;
    float confidence;
};

struct frame_header {
    int64_t frame;
    int32_t n, permanent;
    double use;
};

struct cursor {
    uint8_t *at, *end;
};

static void put(struct cursor *cursor, const void *bytes, size_t size)
{
    memcpy(cursor->at, bytes, size);
    cursor->at += size;
}

static bool get(struct cursor *cursor, void *bytes, size_t size)
{
    if ((size_t)(cursor->end - cursor->at) < size)
        return false;
    memcpy(bytes, cursor->at, size);
    cursor->at += size;
    return true;
}

static size_t places_size(int n)
{
    return sizeof(struct frame_header) + (size_t)n * (HO_KEY + 1 + HO_VALUE) * sizeof(float);
}

static void put_places(struct cursor *cursor, const struct ho_places *places)
{
    struct frame_header header = {
        .frame = places->frame, .n = places->n, .permanent = places->permanent, .use = places->use};
    put(cursor, &header, sizeof header);
    for (int m = 0; m < places->n; m++)
        for (int c = 0; c < HO_KEY; c++)
            put(cursor, &places->panels[ho_places_key_at(m, c)], sizeof(float));
    put(cursor, places->scale, (size_t)places->n * sizeof(float));
    put(cursor, places->values, (size_t)places->n * HO_VALUE * sizeof(float));
}

enum ho_result ho_embedded_save(const struct ho_engine_walk *walk, void **bytes, size_t *size, struct ho_diag *diag)
{
    size_t map_size = walk->map ? ho_view_area(&walk->view) * sizeof(float) : 0;
    size_t seen_size = walk->seen ? ho_view_area(&walk->seen_view) * sizeof(float) : 0;
    size_t total = sizeof(struct header) + sizeof(struct fixed) + sizeof(struct ho_target) + map_size + seen_size;
    for (int i = 0; i < walk->memory.n; i++)
        total += places_size(walk->memory.frames[i]->n);
    uint8_t *block = ho_alloc(total, 1);
    if (!block)
        return ho_fail_memory(diag, total);
    const struct ho_engine_session *session = walk->session;
    struct fixed fixed;
    memset(&fixed, 0, sizeof fixed);    // its padding too: equal memories give equal bytes
    memcpy(fixed.weights, session->identity.weights, sizeof fixed.weights);
    memcpy(fixed.precision, session->identity.precision, sizeof fixed.precision);
    fixed.width = session->picture.width;
    fixed.height = session->picture.height;
    fixed.quality = (int32_t)session->options.quality;
    fixed.n_frames = walk->memory.n;
    fixed.started = walk->started;
    fixed.lost = walk->lost;
    fixed.is_told_absent = walk->is_told_absent;
    fixed.likeness = walk->likeness;
    fixed.last_is_spare = walk->last_is_spare;
    fixed.steps = walk->steps;
    fixed.view = walk->view;
    fixed.has_map = walk->map != NULL;
    fixed.box = walk->box;
    fixed.area = walk->area;
    fixed.has_seen = walk->seen != NULL;
    fixed.seen_box = walk->seen_box;
    fixed.seen_view = walk->seen_view;
    fixed.seen_area = walk->seen_area;
    fixed.at = walk->at;
    fixed.speed = walk->speed;
    fixed.n_unseen = walk->n_unseen;
    fixed.confidence = walk->confidence;
    struct cursor cursor = {block + sizeof(struct header), block + total};
    put(&cursor, &fixed, sizeof fixed);
    put(&cursor, &walk->target, sizeof walk->target);
    if (map_size)
        put(&cursor, walk->map, map_size);
    if (seen_size)
        put(&cursor, walk->seen, seen_size);
    for (int i = 0; i < walk->memory.n; i++)
        put_places(&cursor, walk->memory.frames[i]);
    struct header header = {.magic = MAGIC,
                            .format = FORMAT,
                            .size = total,
                            .checksum = XXH3_64bits(block + sizeof header, total - sizeof header)};
    memcpy(block, &header, sizeof header);
    *bytes = block;
    *size = total;
    return HO_OK;
}

static enum ho_result fail_state(struct ho_diag *diag, const char *what)
{
    return ho_fail(diag, HO_ERROR_VERIFY,
                   "engine: the tracker's saved memory %s; track this range again from its prompts", what);
}

static enum ho_result get_places(struct cursor *cursor, struct ho_places **out, struct ho_diag *diag)
{
    struct frame_header header;
    *out = NULL;
    if (!get(cursor, &header, sizeof header) || header.n < 1 ||
        (size_t)header.n > (size_t)(cursor->end - cursor->at) / sizeof(float))
        return fail_state(diag, "is damaged");
    HO_TRY(ho_places_alloc(header.n, out, diag));
    struct ho_places *places = *out;
    places->frame = header.frame;
    places->permanent = header.permanent != 0;
    places->use = header.use;
    bool ok = true;
    for (int m = 0; m < places->n && ok; m++)
        for (int c = 0; c < HO_KEY && ok; c++) {
            float *key = &places->panels[ho_places_key_at(m, c)];
            ok = get(cursor, key, sizeof *key);
            key[-HO_KEY * 6] = *key * *key;
        }
    ok = ok && get(cursor, places->scale, (size_t)places->n * sizeof(float)) &&
         get(cursor, places->values, (size_t)places->n * HO_VALUE * sizeof(float));
    return ok ? HO_OK : fail_state(diag, "is damaged");
}

static bool is_view(const struct ho_view *view)
{
    return view->width >= 16 && view->width <= 4096 && view->height >= 16 && view->height <= 4096 &&
           view->region.x1 > view->region.x0 && view->region.y1 > view->region.y0;
}

static enum ho_result get_map(struct cursor *cursor, const struct ho_view *view, float **out, struct ho_diag *diag)
{
    size_t size = ho_view_area(view) * sizeof(float);
    *out = ho_alloc_aligned(size);
    return !*out ? ho_fail_memory(diag, size) : get(cursor, *out, size) ? HO_OK : fail_state(diag, "is damaged");
}

static enum ho_result check_fixed(const struct ho_engine_walk *walk, const struct fixed *fixed, struct ho_diag *diag)
{
    const struct ho_engine_session *session = walk->session;
    if (memcmp(fixed->weights, session->identity.weights, sizeof fixed->weights) != 0 ||
        memcmp(fixed->precision, session->identity.precision, sizeof fixed->precision) != 0)
        return fail_state(diag, "was made with other weights or another precision");
    if (fixed->width != session->picture.width || fixed->height != session->picture.height ||
        fixed->quality != (int32_t)session->options.quality)
        return fail_state(diag, "belongs to a source of another size or to another quality");
    if ((fixed->has_map && !is_view(&fixed->view)) || (fixed->has_seen && !is_view(&fixed->seen_view)) ||
        fixed->n_frames < 0 || fixed->n_frames > HO_FRAMES_MAX - 1 || (fixed->last_is_spare && fixed->n_frames == 0))
        return fail_state(diag, "is damaged");
    return HO_OK;
}

// What the walk knows beside its memory. Takes *seen.
static void take_over(struct ho_engine_walk *walk, const struct fixed *fixed, float **seen)
{
    walk->last_is_spare = fixed->last_is_spare != 0;
    walk->steps = fixed->steps;
    walk->started = fixed->started != 0;
    walk->lost = fixed->lost != 0;
    walk->is_told_absent = fixed->is_told_absent != 0;
    walk->likeness = fixed->likeness;
    walk->box = fixed->box;
    walk->area = fixed->area;
    walk->confidence = fixed->confidence;
    free(walk->seen);
    walk->seen = *seen;
    *seen = NULL;
    walk->seen_box = fixed->seen_box;
    walk->seen_view = fixed->seen_view;
    walk->seen_area = fixed->seen_area;
    walk->at = fixed->at;
    walk->speed = fixed->speed;
    walk->n_unseen = fixed->n_unseen;
}

enum ho_result ho_embedded_load(struct ho_engine_walk *walk, const void *bytes, size_t size, struct ho_diag *diag)
{
    struct header header;
    if (size < sizeof header + sizeof(struct fixed) + sizeof(struct ho_target))
        return fail_state(diag, "is damaged (too short)");
    memcpy(&header, bytes, sizeof header);
    if (header.magic != MAGIC || header.size != size ||
        XXH3_64bits((const uint8_t *)bytes + sizeof header, size - sizeof header) != header.checksum)
        return fail_state(diag, "is damaged (its checksum does not hold)");
    if (header.format != FORMAT)
        return fail_state(diag, "was written by another version of Holdout");
    // Only read through; the cursor knows no const because saving shares it.
    struct cursor cursor;
    memcpy(&cursor.at, &(const void *){(const uint8_t *)bytes + sizeof header}, sizeof cursor.at);
    cursor.end = cursor.at + (size - sizeof header);
    struct fixed fixed;
    if (!get(&cursor, &fixed, sizeof fixed))
        return fail_state(diag, "is damaged");
    HO_TRY(check_fixed(walk, &fixed, diag));

    // Read last, when nothing can be refused any more.
    const uint8_t *target = cursor.at;
    cursor.at += sizeof walk->target;

    // All is built beside the walk first, so that a walk that refuses bytes stays as it was.
    struct ho_memory memory = {.n = 0};
    float *map = NULL, *seen = NULL;
    enum ho_result result = fixed.has_map ? get_map(&cursor, &fixed.view, &map, diag) : HO_OK;
    if (result == HO_OK && fixed.has_seen)
        result = get_map(&cursor, &fixed.seen_view, &seen, diag);
    for (int i = 0; i < fixed.n_frames && result == HO_OK; i++) {
        result = get_places(&cursor, &memory.frames[i], diag);
        memory.n += memory.frames[i] != NULL;
    }
    if (result == HO_OK && cursor.at != cursor.end)
        result = fail_state(diag, "is damaged");
    if (result != HO_OK) {
        free(map);
        free(seen);
        ho_memory_clear(&memory);
        return result;
    }
    take_over(walk, &fixed, &seen);
    ho_memory_clear(&walk->memory);
    walk->memory = memory;
    memcpy(&walk->target, target, sizeof walk->target);
    ho_walk_set_map(walk, &fixed.view, &map);
    return HO_OK;
}
