// SPDX-License-Identifier: BSD-2-Clause
#include "holdout/picture.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define HALF 32768    // the first value at or above one half of 65535

static int aligned_stride(int width, size_t element_size)
{
    size_t per_row = HO_ALIGNMENT / element_size;
    return (int)(((size_t)width + per_row - 1) / per_row * per_row);
}

static enum ho_result check_size(int width, int height, struct ho_diag *diag)
{
    if (width < 1 || height < 1 || width > HO_SIZE_MAX || height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "a picture of %dx%d cannot be made: each side must be 1 to %d pixels",
                       width, height, HO_SIZE_MAX);
    return HO_OK;
}

enum ho_result ho_picture_create(int width, int height, int n_planes, struct ho_picture **out, struct ho_diag *diag)
{
    HO_TRY(check_size(width, height, diag));
    if (n_planes != 1 && n_planes != 3 && n_planes != 4)
        return ho_fail(diag, HO_ERROR_USAGE, "a picture of %d planes cannot be made: it has 1, 3 or 4", n_planes);
    struct ho_picture *picture = ho_alloc(1, sizeof *picture);
    if (!picture)
        return ho_fail_memory(diag, sizeof *picture);
    picture->width = width;
    picture->height = height;
    picture->stride = aligned_stride(width, sizeof(float));
    picture->n_planes = n_planes;
    size_t plane_size = (size_t)picture->stride * (size_t)height;
    size_t size = plane_size * (size_t)n_planes * sizeof(float);
    picture->plane[0] = ho_alloc_aligned(size);
    if (!picture->plane[0]) {
        free(picture);
        return ho_fail_memory(diag, size);
    }
    for (int i = 1; i < n_planes; i++)
        picture->plane[i] = picture->plane[0] + plane_size * (size_t)i;
    *out = picture;
    return HO_OK;
}

void ho_picture_destroy(struct ho_picture **picture)
{
    if (!picture || !*picture)
        return;
    free((*picture)->plane[0]);
    free(*picture);
    *picture = NULL;
}

enum ho_result ho_matte_create(int width, int height, struct ho_matte **out, struct ho_diag *diag)
{
    HO_TRY(check_size(width, height, diag));
    struct ho_matte *matte = ho_alloc(1, sizeof *matte);
    if (!matte)
        return ho_fail_memory(diag, sizeof *matte);
    matte->width = width;
    matte->height = height;
    matte->stride = aligned_stride(width, sizeof *matte->data);
    size_t size = (size_t)matte->stride * (size_t)height * sizeof *matte->data;
    matte->data = ho_alloc_aligned(size);
    if (!matte->data) {
        free(matte);
        return ho_fail_memory(diag, size);
    }
    memset(matte->data, 0, size);
    *out = matte;
    return HO_OK;
}

void ho_matte_destroy(struct ho_matte **matte)
{
    if (!matte || !*matte)
        return;
    free((*matte)->data);
    free(*matte);
    *matte = NULL;
}

void ho_matte_clear(struct ho_matte *matte)
{
    for (int y = 0; y < matte->height; y++)
        memset(matte->data + (size_t)y * matte->stride, 0, (size_t)matte->width * sizeof *matte->data);
}

enum ho_result ho_matte_copy(const struct ho_matte *from, struct ho_matte *to, struct ho_diag *diag)
{
    if (from->width != to->width || from->height != to->height)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "a matte of %dx%d cannot be copied into one of %dx%d: the sizes must be equal", from->width,
                       from->height, to->width, to->height);
    if (from != to)
        for (int y = 0; y < from->height; y++)
            memcpy(to->data + (size_t)y * to->stride, from->data + (size_t)y * from->stride,
                   (size_t)from->width * sizeof *from->data);
    return HO_OK;
}

bool ho_matte_equal(const struct ho_matte *a, const struct ho_matte *b)
{
    if (a->width != b->width || a->height != b->height)
        return false;
    for (int y = 0; y < a->height; y++)
        if (memcmp(a->data + (size_t)y * a->stride, b->data + (size_t)y * b->stride,
                   (size_t)a->width * sizeof *a->data) != 0)
            return false;
    return true;
}

bool ho_matte_is_empty(const struct ho_matte *matte)
{
    for (int y = 0; y < matte->height; y++) {
        const uint16_t *row = matte->data + (size_t)y * matte->stride;
        unsigned any = 0;
        for (int x = 0; x < matte->width; x++)
            any |= row[x];
        if (any & HALF)
            return false;
    }
    return true;
}

int64_t ho_matte_area(const struct ho_matte *matte)
{
    int64_t area = 0;
    for (int y = 0; y < matte->height; y++) {
        const uint16_t *row = matte->data + (size_t)y * matte->stride;
        int n = 0;
        for (int x = 0; x < matte->width; x++)
            n += row[x] >> 15;
        area += n;
    }
    return area;
}

bool ho_matte_bounds(const struct ho_matte *matte, struct ho_rect *out)
{
    struct ho_rect box = {INT_MAX, INT_MAX, 0, 0};
    for (int y = 0; y < matte->height; y++) {
        const uint16_t *row = matte->data + (size_t)y * matte->stride;
        int first = 0, last = matte->width;
        while (first < last && row[first] < HALF)
            first++;
        if (first == last)
            continue;
        while (row[last - 1] < HALF)
            last--;
        if (box.y0 == INT_MAX)
            box.y0 = y;
        box.y1 = y + 1;
        box.x0 = first < box.x0 ? first : box.x0;
        box.x1 = last > box.x1 ? last : box.x1;
    }
    if (box.y1 == 0)
        return false;
    *out = box;
    return true;
}

void ho_matte_to_picture(const struct ho_matte *matte, struct ho_picture *key)
{
    for (int y = 0; y < matte->height; y++) {
        const uint16_t *from = matte->data + (size_t)y * matte->stride;
        float *to = key->plane[0] + (size_t)y * key->stride;
        for (int x = 0; x < matte->width; x++)
            to[x] = (float)from[x] / 65535.0f;    // a division: 65535 becomes 1.0f exactly, and every value comes back
    }
}

void ho_matte_from_picture(const struct ho_picture *key, struct ho_matte *matte)
{
    for (int y = 0; y < matte->height; y++) {
        const float *from = key->plane[0] + (size_t)y * key->stride;
        uint16_t *to = matte->data + (size_t)y * matte->stride;
        for (int x = 0; x < matte->width; x++) {
            float v = from[x] > 0.0f ? from[x] : 0.0f;    // false for NaN, too
            v = v < 1.0f ? v : 1.0f;
            to[x] = (uint16_t)(int)(v * 65535.0f + 0.5f);
        }
    }
}
