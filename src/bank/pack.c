// SPDX-License-Identifier: BSD-2-Clause
// One matte as few bytes. A matte is mostly one value (nothing) with an object somewhere: what lies outside the
// object's box is that one value, and the box is taken row by row as the difference to the row above (a sixth smaller
// than the values, and as quick), split into high and low bytes, which zstd then finds long runs in. Everything is
// reversible; the checksum is over the raw values.
//
//   byte 0      1, the layout's version
//   1..2        the value outside the box, little-endian, as all numbers here
//   3..18       x0, y0, x1, y1 of the box, 32 bit each; x0 == x1: all of the matte is that value
//   19..        a zstd frame: the differences' high bytes row by row, then their low bytes; above the first row all is
//   the value outside
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>
#include <zstd.h>

#include "bank/bank.h"
#include "base/memory.h"

enum { HEAD_SIZE = 19, LAYOUT = 1, LEVEL = 1 };

struct ho_packer {
    ZSTD_CCtx *compressor;
    ZSTD_DCtx *decompressor;
    uint8_t *planes, *packed, *flat;
    size_t planes_size, packed_size, flat_size;
};

enum ho_result ho_packer_create(struct ho_packer **out, struct ho_diag *diag)
{
    struct ho_packer *packer = ho_alloc(1, sizeof(*packer));
    if (!packer)
        return ho_fail_memory(diag, sizeof(*packer));
    packer->compressor = ZSTD_createCCtx();
    packer->decompressor = ZSTD_createDCtx();
    if (!packer->compressor || !packer->decompressor) {
        ho_packer_destroy(&packer);
        return ho_fail_memory(diag, sizeof(*packer));
    }
    ZSTD_CCtx_setParameter(packer->compressor, ZSTD_c_compressionLevel, LEVEL);
    *out = packer;
    return HO_OK;
}

void ho_packer_destroy(struct ho_packer **packer)
{
    if (!packer || !*packer)
        return;
    ZSTD_freeCCtx((*packer)->compressor);
    ZSTD_freeDCtx((*packer)->decompressor);
    free((*packer)->planes);
    free((*packer)->packed);
    free((*packer)->flat);
    free(*packer);
    *packer = NULL;
}

static enum ho_result grow(uint8_t **buffer, size_t *size, size_t wanted, struct ho_diag *diag)
{
    if (wanted <= *size)
        return HO_OK;
    uint8_t *grown = ho_alloc_aligned(wanted);
    if (!grown)
        return ho_fail_memory(diag, wanted);
    free(*buffer);
    *buffer = grown;
    *size = wanted;
    return HO_OK;
}

static const uint16_t *row_of(const struct ho_matte *matte, int y)
{
    return matte->data + (size_t)y * (size_t)matte->stride;
}

// Whether a row is all `value`, in steps that the compiler turns into vectors.
static bool is_flat(const uint16_t *row, int n, uint16_t value)
{
    int x = 0;
    for (; x + 256 <= n; x += 256) {
        unsigned difference = 0;
        for (int i = 0; i < 256; i++)
            difference |= row[x + i] ^ value;
        if (difference)
            return false;
    }
    for (; x < n; x++)
        if (row[x] != value)
            return false;
    return true;
}

static struct ho_rect box_of(const struct ho_matte *matte, uint16_t outside)
{
    int width = matte->width, y0 = 0, y1 = matte->height;
    while (y0 < y1 && is_flat(row_of(matte, y0), width, outside))
        y0++;
    while (y1 > y0 && is_flat(row_of(matte, y1 - 1), width, outside))
        y1--;
    if (y0 == y1)
        return (struct ho_rect){0, 0, 0, 0};
    int x0 = width, x1 = 0;
    for (int y = y0; y < y1; y++) {
        const uint16_t *row = row_of(matte, y);
        int left = 0, right = width;
        while (left < x0 && row[left] == outside)
            left++;
        while (right > x1 && row[right - 1] == outside)
            right--;
        x0 = left < x0 ? left : x0;
        x1 = right > x1 ? right : x1;
    }
    return (struct ho_rect){x0, y0, x1, y1};
}

// Differences modulo 65536 to the row above.
static void split_row(const uint16_t *restrict from, const uint16_t *restrict above, uint8_t *restrict high,
                      uint8_t *restrict low, int n)
{
    for (int i = 0; i < n; i++) {
        uint16_t difference = (uint16_t)(from[i] - above[i]);
        high[i] = (uint8_t)(difference >> 8);
        low[i] = (uint8_t)difference;
    }
}

static void join_row(const uint8_t *restrict high, const uint8_t *restrict low, const uint16_t *restrict above,
                     uint16_t *restrict to, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = (uint16_t)((high[i] << 8 | low[i]) + above[i]);
}

static void fill_row(uint16_t *row, int n, uint16_t value)
{
    for (int i = 0; i < n; i++)
        row[i] = value;
}

// What lies above the box.
static const uint16_t *flat_row(struct ho_packer *packer, int n, uint16_t value)
{
    uint16_t *row = (uint16_t *)(void *)packer->flat;
    fill_row(row, n, value);
    return row;
}

static void put32(uint8_t *out, int value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)((uint32_t)value >> (8 * i));
}

static int get32(const uint8_t *in)
{
    return (int)((uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24);
}

enum ho_result ho_pack_matte(struct ho_packer *packer, const struct ho_matte *matte, const void **bytes, size_t *size,
                             struct ho_diag *diag)
{
    uint16_t outside = matte->data[0];
    struct ho_rect box = box_of(matte, outside);
    int width = box.x1 - box.x0, height = box.y1 - box.y0;
    size_t plane = (size_t)width * (size_t)height;
    HO_TRY(grow(&packer->planes, &packer->planes_size, 2 * plane, diag));
    HO_TRY(grow(&packer->packed, &packer->packed_size, HEAD_SIZE + ZSTD_compressBound(2 * plane), diag));
    uint8_t *head = packer->packed;
    head[0] = LAYOUT;
    head[1] = (uint8_t)outside;
    head[2] = (uint8_t)(outside >> 8);
    put32(head + 3, box.x0);
    put32(head + 7, box.y0);
    put32(head + 11, box.x1);
    put32(head + 15, box.y1);
    *bytes = head;
    *size = HEAD_SIZE;
    if (plane == 0)
        return HO_OK;
    HO_TRY(grow(&packer->flat, &packer->flat_size, (size_t)width * sizeof(uint16_t), diag));
    const uint16_t *above = flat_row(packer, width, outside);
    for (int y = 0; y < height; y++) {
        const uint16_t *row = row_of(matte, box.y0 + y) + box.x0;
        split_row(row, above, packer->planes + (size_t)y * (size_t)width,
                  packer->planes + plane + (size_t)y * (size_t)width, width);
        above = row;
    }
    size_t packed = ZSTD_compress2(packer->compressor, head + HEAD_SIZE, packer->packed_size - HEAD_SIZE,
                                   packer->planes, 2 * plane);
    if (ZSTD_isError(packed))
        return ho_fail_memory(diag, 2 * plane);
    *size = HEAD_SIZE + packed;
    return HO_OK;
}

enum ho_result ho_unpack_matte(struct ho_packer *packer, const void *bytes, size_t size, struct ho_matte *out,
                               struct ho_diag *diag)
{
    const uint8_t *head = bytes;
    if (!head || size < HEAD_SIZE || head[0] != LAYOUT)
        return HO_ERROR_VERIFY;
    uint16_t outside = (uint16_t)(head[1] | head[2] << 8);
    struct ho_rect box = {get32(head + 3), get32(head + 7), get32(head + 11), get32(head + 15)};
    if (box.x0 < 0 || box.y0 < 0 || box.x1 > out->width || box.y1 > out->height || box.x0 > box.x1 || box.y0 > box.y1)
        return HO_ERROR_VERIFY;
    int width = box.x1 - box.x0, height = box.y1 - box.y0;
    size_t plane = (size_t)width * (size_t)height;
    HO_TRY(grow(&packer->planes, &packer->planes_size, 2 * plane, diag));
    if (plane && ZSTD_decompressDCtx(packer->decompressor, packer->planes, 2 * plane, head + HEAD_SIZE,
                                     size - HEAD_SIZE) != 2 * plane)
        return HO_ERROR_VERIFY;
    HO_TRY(grow(&packer->flat, &packer->flat_size, (size_t)width * sizeof(uint16_t), diag));
    const uint16_t *above = flat_row(packer, width, outside);
    for (int y = 0; y < out->height; y++) {
        uint16_t *row = out->data + (size_t)y * (size_t)out->stride;
        if (y < box.y0 || y >= box.y1 || plane == 0) {
            fill_row(row, out->width, outside);
            continue;
        }
        const uint8_t *high = packer->planes + (size_t)(y - box.y0) * (size_t)width;
        fill_row(row, box.x0, outside);
        join_row(high, high + plane, above, row + box.x0, width);
        above = row + box.x0;
        fill_row(row + box.x1, out->width - box.x1, outside);
    }
    return HO_OK;
}

uint64_t ho_matte_checksum(const struct ho_matte *matte)
{
    // Rows are hashed each with the sum so far as its seed: streaming would copy them through a buffer once more.
    uint64_t sum = (uint64_t)matte->width << 32 | (uint64_t)matte->height;
    for (int y = 0; y < matte->height; y++)
        sum = XXH3_64bits_withSeed(row_of(matte, y), (size_t)matte->width * sizeof(uint16_t), sum);
    return sum;
}

enum ho_result ho_pack_bytes(struct ho_packer *packer, const void *raw, size_t raw_size, const void **bytes,
                             size_t *size, struct ho_diag *diag)
{
    HO_TRY(grow(&packer->packed, &packer->packed_size, ZSTD_compressBound(raw_size), diag));
    *size = ZSTD_compress2(packer->compressor, packer->packed, packer->packed_size, raw, raw_size);
    *bytes = packer->packed;
    return ZSTD_isError(*size) ? ho_fail_memory(diag, raw_size) : HO_OK;
}

enum ho_result ho_unpack_bytes(struct ho_packer *packer, const void *bytes, size_t size, void *raw, size_t raw_size,
                               struct ho_diag *diag)
{
    (void)diag;
    return bytes && ZSTD_decompressDCtx(packer->decompressor, raw, raw_size, bytes, size) == raw_size ? HO_OK
                                                                                                      : HO_ERROR_VERIFY;
}
