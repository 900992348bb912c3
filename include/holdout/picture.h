// SPDX-License-Identifier: BSD-2-Clause
// Pictures in memory: planar float, mattes of 16 bit, and frames as the decoder gave them.
#ifndef HOLDOUT_PICTURE_H
#define HOLDOUT_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "result.h"
#include "timecode.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HO_SIZE_MAX 32768    // largest width and height of a picture
#define HO_ALIGNMENT 64      // bytes; every row of every plane starts on it

// Pixels from the top left: [x0, x1) x [y0, y1).
struct ho_rect {
    int x0, y0, x1, y1;
};

// A planar float32 picture. 1 plane: key (coverage) or grey; 3: R, G, B; 4: R, G, B, A premultiplied.
// Display-referred, 0..1 is black..white (values outside are kept). Thread-safety: const access is safe.
struct ho_picture {
    int width, height;    // 1..HO_SIZE_MAX
    int stride;           // elements from one row to the next, the same for every plane
    int n_planes;         // 1, 3 or 4
    float *plane[4];
};

// Allocates (contents undefined). Errors: HO_ERROR_MEMORY, HO_ERROR_USAGE for a size out of range. Owned by the caller.
HO_API enum ho_result ho_picture_create(int width, int height, int n_planes, struct ho_picture **out,
                                        struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_picture_destroy(struct ho_picture **picture);    // NULL and *NULL are fine; sets *picture to NULL

// One matte: coverage 0 (out) to 65535 (in). What the bank keeps. Thread-safety: const access is safe.
struct ho_matte {
    int width, height, stride;    // stride in elements
    uint16_t *data;
};
HO_API enum ho_result ho_matte_create(int width, int height, struct ho_matte **out,
                                      struct ho_diag *diag) HO_MUST_CHECK;    // all 0
HO_API void ho_matte_destroy(struct ho_matte **matte);
HO_API void ho_matte_clear(struct ho_matte *matte);
HO_API enum ho_result ho_matte_copy(const struct ho_matte *from, struct ho_matte *to,
                                    struct ho_diag *diag) HO_MUST_CHECK;    // equal sizes, or HO_ERROR_USAGE
HO_API bool ho_matte_equal(const struct ho_matte *a,
                           const struct ho_matte *b);           // of one size, and every pixel the same
HO_API bool ho_matte_is_empty(const struct ho_matte *matte);    // no pixel at or above one half
HO_API int64_t ho_matte_area(const struct ho_matte *matte);     // pixels at or above one half
HO_API bool ho_matte_bounds(const struct ho_matte *matte,
                            struct ho_rect *out);    // of pixels at or above one half; false if there are none
HO_API void ho_matte_to_picture(const struct ho_matte *matte,
                                struct ho_picture *key);    // equal sizes; 65535 -> 1.0f exactly
HO_API void ho_matte_from_picture(const struct ho_picture *key,
                                  struct ho_matte *matte);    // clamps, rounds to nearest; NaN -> 0

// Colour tags of a source, as the numbers of ITU-T H.273 (libavutil's enums have the same values; 2 is unspecified).
struct ho_colour {
    int matrix, transfer, primaries;
    int full_range;         // 1 full, 0 limited, -1 unknown
    int chroma_location;    // libavutil's enum AVChromaLocation, 0 unspecified
};

// A decoded frame: shared, immutable, in the decoder's own format, upright.
struct ho_frame;
HO_API struct ho_frame *ho_frame_ref(const struct ho_frame *frame);
HO_API void ho_frame_unref(struct ho_frame **frame);
HO_API int64_t ho_frame_index(const struct ho_frame *frame);    // 0-based, in presentation order
HO_API int ho_frame_width(const struct ho_frame *frame);
HO_API int ho_frame_height(const struct ho_frame *frame);
HO_API bool ho_frame_is_held(const struct ho_frame *frame);    // stands in for one that could not be decoded
HO_API bool ho_frame_has_alpha(const struct ho_frame *frame);
HO_API bool ho_frame_equal(const struct ho_frame *a, const struct ho_frame *b);    // same size, format and code values

// Converts frames to and from pictures with zimg; keeps its filter graphs between calls. Thread-safety: unsafe (one a
// thread).
struct ho_converter;
HO_API enum ho_result ho_converter_create(struct ho_converter **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_converter_destroy(struct ho_converter **converter);
// `region` of the frame (NULL: all of it; it may reach outside, where the border's pixels are repeated) resampled to
// the size of `out`: 3 planes R'G'B' as tagged, 4 with the source's alpha (1 where it has none), 1 plane luma (Y',
// 0..1).
HO_API enum ho_result ho_converter_read(struct ho_converter *converter, const struct ho_frame *frame,
                                        const struct ho_rect *region, struct ho_picture *out,
                                        struct ho_diag *diag) HO_MUST_CHECK;
// The same as R'G'B' of 8 bits for a screen: 3 * width * height bytes, packed, rows without gaps; colours with alpha
// lie over black. Within 0.8 of the float picture times 255 (0.5, the nearest code, but for 9 to 15 bits).
HO_API enum ho_result ho_converter_read_rgb(struct ho_converter *converter, const struct ho_frame *frame,
                                            const struct ho_rect *region, int width, int height, uint8_t *pixels,
                                            struct ho_diag *diag) HO_MUST_CHECK;
// A picture in the same way: grey, colour, or premultiplied colours over black. Clamped, rounded to nearest.
HO_API void ho_picture_to_rgb(const struct ho_picture *picture, uint8_t *pixels);

#ifdef __cplusplus
}
#endif

#endif
