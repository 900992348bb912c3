// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "holdout/curve.h"

double ho_curve_share(int64_t a, int64_t b, int64_t frame, enum ho_interpolation interpolation)
{
    if (interpolation == HO_INTERPOLATE_HOLD || frame <= a)
        return 0;
    if (frame >= b)
        return 1;
    // Unsigned: the distance of two frames may be larger than an int64_t, and neither is below 0.
    double t = (double)((uint64_t)frame - (uint64_t)a) / (double)((uint64_t)b - (uint64_t)a);
    return interpolation == HO_INTERPOLATE_SMOOTH ? t * t * (3 - 2 * t) : t;
}

// The first keyframe after `frame`; n_keys when there is none.
static size_t key_after(const struct ho_curve *curve, int64_t frame)
{
    size_t low = 0, high = curve->n_keys;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (curve->keys[middle].frame <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double ho_curve_value(const struct ho_curve *curve, int64_t frame)
{
    if (curve->n_keys == 0)
        return curve->value;
    size_t next = key_after(curve, frame);
    const struct ho_keyframe *a = &curve->keys[next ? next - 1 : 0];
    if (next == 0 || next == curve->n_keys)
        return a->value;
    const struct ho_keyframe *b = &curve->keys[next];
    double t = ho_curve_share(a->frame, b->frame, frame, a->interpolation);
    return t == 0 ? a->value : a->value + (b->value - a->value) * t;
}

enum ho_result ho_curve_set_keyframe(struct ho_curve *curve, const struct ho_keyframe *key, struct ho_diag *diag)
{
    size_t at = key_after(curve, key->frame);
    if (at > 0 && curve->keys[at - 1].frame == key->frame) {
        curve->keys[at - 1] = *key;
        return HO_OK;
    }
    struct ho_keyframe *keys = ho_realloc(curve->keys, curve->n_keys + 1, sizeof(*keys));
    if (!keys)
        return ho_fail_memory(diag, (curve->n_keys + 1) * sizeof(*keys));
    memmove(keys + at + 1, keys + at, (curve->n_keys - at) * sizeof(*keys));
    keys[at] = *key;
    curve->keys = keys;
    curve->n_keys++;
    return HO_OK;
}

bool ho_curve_remove_keyframe(struct ho_curve *curve, int64_t frame)
{
    size_t at = key_after(curve, frame);
    if (at == 0 || curve->keys[at - 1].frame != frame)
        return false;
    memmove(curve->keys + at - 1, curve->keys + at, (curve->n_keys - at) * sizeof(*curve->keys));
    curve->n_keys--;
    return true;
}

enum ho_result ho_curve_copy(const struct ho_curve *from, struct ho_curve *to, struct ho_diag *diag)
{
    struct ho_keyframe *keys = NULL;
    if (from->n_keys > 0) {
        keys = ho_alloc(from->n_keys, sizeof(*keys));
        if (!keys)
            return ho_fail_memory(diag, from->n_keys * sizeof(*keys));
        memcpy(keys, from->keys, from->n_keys * sizeof(*keys));
    }
    *to = (struct ho_curve){from->value, from->n_keys, keys};
    return HO_OK;
}

bool ho_curve_equal(const struct ho_curve *a, const struct ho_curve *b)
{
    if (a->value != b->value || a->n_keys != b->n_keys)
        return false;
    for (size_t i = 0; i < a->n_keys; i++)
        if (a->keys[i].frame != b->keys[i].frame || a->keys[i].value != b->keys[i].value ||
            a->keys[i].interpolation != b->keys[i].interpolation)
            return false;
    return true;
}

void ho_curve_clear(struct ho_curve *curve)
{
    free(curve->keys);
    *curve = (struct ho_curve){0};
}
