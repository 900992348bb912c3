// SPDX-License-Identifier: BSD-2-Clause
#include "image/settle.h"

// The larger coverage keeps what it has; the next gets what is left of the pixel, and so on. Equal coverages go to the
// one that comes first.
static void settle_row(struct ho_matte *const *mattes, size_t n, int y)
{
    for (int x = 0; x < mattes[0]->width; x++) {
        uint32_t sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += mattes[i]->data[(size_t)y * (size_t)mattes[i]->stride + (size_t)x];
        if (sum <= 65535)
            continue;
        uint32_t left = 65535;
        uint64_t given = 0;    // one bit an object
        for (size_t round = 0; round < n; round++) {
            size_t best = n;
            uint16_t most = 0;
            for (size_t i = 0; i < n; i++) {
                uint16_t value = mattes[i]->data[(size_t)y * (size_t)mattes[i]->stride + (size_t)x];
                if (!(given >> i & 1) && (best == n || value > most)) {
                    best = i;
                    most = value;
                }
            }
            given |= (uint64_t)1 << best;
            uint32_t got = most < left ? most : left;
            mattes[best]->data[(size_t)y * (size_t)mattes[best]->stride + (size_t)x] = (uint16_t)got;
            left -= got;
        }
    }
}

void ho_mattes_settle(struct ho_matte *const *mattes, size_t n)
{
    for (int y = 0; n > 1 && y < mattes[0]->height; y++)
        settle_row(mattes, n, y);
}

void ho_mattes_limit(struct ho_matte *const *mattes, size_t n, const struct ho_matte *others)
{
    for (size_t i = 0; i < n; i++) {
        for (int y = 0; y < others->height; y++) {
            uint16_t *to = mattes[i]->data + (size_t)y * (size_t)mattes[i]->stride;
            const uint16_t *taken = others->data + (size_t)y * (size_t)others->stride;
            for (int x = 0; x < others->width; x++) {
                uint16_t left = (uint16_t)(65535 - taken[x]);
                to[x] = to[x] < left ? to[x] : left;
            }
        }
    }
}
