// SPDX-License-Identifier: BSD-2-Clause
// Arithmetic of keys, as a node's key palette has it: gain, offset, invert; and how two keys join. Results are within
// 0..1, NaN becomes 0.
#ifndef HO_NODES_KEYS_H
#define HO_NODES_KEYS_H

#include "graph/node.h"

enum key_mode { KEY_ADD, KEY_SUBTRACT, KEY_INTERSECT, KEY_DIFFERENCE, KEY_MAXIMUM, KEY_MINIMUM, KEY_REPLACE };
extern const char *const key_modes[];
float key_join(enum key_mode mode, float a, float b);
void key_join_row(enum key_mode mode, float *a, const float *b, int n);    // into a

struct key_levels {
    float gain, offset;
    bool invert;
};
// From parameters that stand in this order: gain, offset, invert.
struct key_levels key_levels_of(const struct ho_value *first);
float key_level(struct key_levels levels, float key);
void key_level_row(struct key_levels levels, float *key, int n);

// One plane of `out` as `in` has it; `outside` where that does not reach.
void key_read(const struct ho_tile *in, float outside, struct ho_tile *out);

#endif
