// SPDX-License-Identifier: BSD-2-Clause
// Scene cuts. Both frames are looked at as small luma pictures, in blocks; a block counts as lost when nothing near its place in the frame before looks like it.
// Likeness is correlation, which a flash or a fade does not change; the search covers a fast pan; and a thing that crosses the picture covers some blocks, not
// nearly all. The answer depends on the two frames alone, so that a walk that goes on in the middle finds the same cuts as one that never stopped.
#include "holdout/cut.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { WIDTH = 96, HEIGHT = 56, BLOCK = 16, APART = 8, N_X = (WIDTH - BLOCK) / APART + 1, N_Y = (HEIGHT - BLOCK) / APART + 1, REACH_X = 14, REACH_Y = 8 };

static const double alike = 0.65;       // correlation from which on two blocks show the same
static const double faint = 2.5 / 255;  // standard deviation below which a block has no structure to be known by
static const double lost_share = 0.62;  // of the blocks with structure
static const double flat_step = 0.12;   // difference of the pictures' means that tells two flat pictures apart

struct ho_cut_detector {
    struct ho_converter *converter;
    struct ho_picture *now, *before;
    bool has_before;
};

enum ho_result ho_cut_detector_create(struct ho_cut_detector **out, struct ho_diag *diag)
{
    struct ho_cut_detector *detector = ho_alloc(1, sizeof(*detector));
    if (!detector)
        return ho_fail_memory(diag, sizeof(*detector));
    enum ho_result result = ho_converter_create(&detector->converter, diag);
    if (result == HO_OK)
        result = ho_picture_create(WIDTH, HEIGHT, 1, &detector->now, diag);
    if (result == HO_OK)
        result = ho_picture_create(WIDTH, HEIGHT, 1, &detector->before, diag);
    if (result != HO_OK) {
        ho_cut_detector_destroy(&detector);
        return result;
    }
    *out = detector;
    return HO_OK;
}

void ho_cut_detector_destroy(struct ho_cut_detector **detector)
{
    if (!detector || !*detector)
        return;
    ho_converter_destroy(&(*detector)->converter);
    ho_picture_destroy(&(*detector)->now);
    ho_picture_destroy(&(*detector)->before);
    free(*detector);
    *detector = NULL;
}

struct block { float values[BLOCK * BLOCK]; double mean, deviation; };

static void take_block(const struct ho_picture *picture, int x0, int y0, struct block *block)
{
    double sum = 0, squares = 0;
    for (int y = 0; y < BLOCK; y++)
        for (int x = 0; x < BLOCK; x++)
            sum += (double)(block->values[y * BLOCK + x] = picture->plane[0][(y0 + y) * picture->stride + x0 + x]);
    block->mean = sum / (BLOCK * BLOCK);
    for (int i = 0; i < BLOCK * BLOCK; i++)
        squares += ((double)block->values[i] - block->mean) * ((double)block->values[i] - block->mean);
    block->deviation = sqrt(squares / (BLOCK * BLOCK));
}

static double correlation(const struct block *a, const struct block *b)
{
    double sum = 0;
    for (int i = 0; i < BLOCK * BLOCK; i++)
        sum += ((double)a->values[i] - a->mean) * ((double)b->values[i] - b->mean);
    return b->deviation < faint / 4 ? 0 : sum / (BLOCK * BLOCK) / (a->deviation * b->deviation);
}

static bool is_found(const struct block *block, const struct ho_picture *picture, int x0, int y0)
{
    struct block other;
    for (int y = y0 - REACH_Y; y <= y0 + REACH_Y; y++) {
        for (int x = x0 - REACH_X; x <= x0 + REACH_X; x++) {
            if (x < 0 || y < 0 || x + BLOCK > WIDTH || y + BLOCK > HEIGHT)
                continue;
            take_block(picture, x, y, &other);
            if (correlation(block, &other) >= alike)
                return true;
        }
    }
    return false;
}

static double mean_of(const struct ho_picture *picture)
{
    double sum = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            sum += (double)picture->plane[0][y * picture->stride + x];
    return sum / (WIDTH * HEIGHT);
}

static bool are_of_two_shots(const struct ho_picture *before, const struct ho_picture *now)
{
    int n_structured = 0, n_lost = 0;
    for (int y = 0; y < N_Y; y++) {
        for (int x = 0; x < N_X; x++) {
            struct block block, same_place;
            take_block(now, x * APART, y * APART, &block);
            if (block.deviation < faint)
                continue;
            n_structured++;
            take_block(before, x * APART, y * APART, &same_place);      // most blocks are where they were
            n_lost += correlation(&block, &same_place) < alike && !is_found(&block, before, x * APART, y * APART);
        }
    }
    if (n_structured >= N_X * N_Y / 8)
        return n_lost > lost_share * n_structured;
    return fabs(mean_of(before) - mean_of(now)) > flat_step;
}

enum ho_result ho_cut_detector_push(struct ho_cut_detector *detector, const struct ho_frame *frame, bool *is_cut, struct ho_diag *diag)
{
    HO_TRY(ho_converter_read(detector->converter, frame, NULL, detector->now, diag));
    *is_cut = detector->has_before && are_of_two_shots(detector->before, detector->now);
    struct ho_picture *kept = detector->before;
    detector->before = detector->now;
    detector->now = kept;
    detector->has_before = true;
    return HO_OK;
}
