// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/keys.h"

#include "image/clones.h"

const char *const key_modes[] = {"add", "subtract", "intersect", "difference", "maximum", "minimum", "replace", NULL};

static inline float within(float v)
{
    v = v > 0 ? v : 0;
    return v < 1 ? v : 1;
}

// Inlined with a mode that is known, a loop over it runs on vectors.
static inline __attribute__((always_inline)) float join(enum key_mode mode, float a, float b)
{
    switch (mode) {
    case KEY_ADD: return within(a + b);
    case KEY_SUBTRACT: return within(a - b);
    case KEY_INTERSECT: return within(a * b);
    case KEY_DIFFERENCE: return within(a > b ? a - b : b - a);
    case KEY_MAXIMUM: return within(a > b ? a : b);
    case KEY_MINIMUM: return within(a < b ? a : b);
    case KEY_REPLACE: break;
    }
    return within(b);
}

static inline __attribute__((always_inline)) void join_all(enum key_mode mode, float *restrict a,
                                                           const float *restrict b, int n)
{
    for (int x = 0; x < n; x++)
        a[x] = join(mode, a[x], b[x]);
}

float key_join(enum key_mode mode, float a, float b) { return join(mode, a, b); }

HO_CLONES_SHARED void key_join_row(enum key_mode mode, float *restrict a, const float *restrict b, int n)
{
    switch (mode) {
    case KEY_ADD: join_all(KEY_ADD, a, b, n); break;
    case KEY_SUBTRACT: join_all(KEY_SUBTRACT, a, b, n); break;
    case KEY_INTERSECT: join_all(KEY_INTERSECT, a, b, n); break;
    case KEY_DIFFERENCE: join_all(KEY_DIFFERENCE, a, b, n); break;
    case KEY_MAXIMUM: join_all(KEY_MAXIMUM, a, b, n); break;
    case KEY_MINIMUM: join_all(KEY_MINIMUM, a, b, n); break;
    case KEY_REPLACE: join_all(KEY_REPLACE, a, b, n); break;
    }
}

struct key_levels key_levels_of(const struct ho_value *first)
{
    return (struct key_levels){(float)first[0].number[0], (float)first[1].number[0], first[2].number[0] != 0};
}

float key_level(struct key_levels levels, float key)
{
    float value = within(key * levels.gain + levels.offset);
    return levels.invert ? 1 - value : value;
}

HO_CLONES_SHARED void key_level_row(struct key_levels levels, float *restrict key, int n)
{
    float sign = levels.invert ? -1.0f : 1.0f, base = levels.invert ? 1.0f : 0.0f;
    for (int x = 0; x < n; x++)
        key[x] = base + sign * within(key[x] * levels.gain + levels.offset);
}

void key_read(const struct ho_tile *in, float outside, struct ho_tile *out)
{
    tile_fill(out, in->n_planes ? in->rect : (struct ho_rect){0}, outside);
    if (in->n_planes)
        tile_copy(in, out);
}
