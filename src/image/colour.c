// SPDX-License-Identifier: BSD-2-Clause
#include "image/colour.h"

#include <string.h>

bool ho_colour_is_full(const struct ho_layout *layout, const struct ho_colour *colour)
{
    if (layout->family != ZIMG_COLOR_YUV)
        return true;
    return colour->full_range == 1 || strncmp(layout->desc->name, "yuvj", 4) == 0;
}

// Does the matrix work on linear light, so that zimg must know transfer and primaries?
static bool needs_light(int matrix)
{
    return matrix == ZIMG_MATRIX_BT2020_CL || matrix == ZIMG_MATRIX_CHROMATICITY_DERIVED_CL ||
           matrix == ZIMG_MATRIX_ICTCP;
}

static enum ho_result set_matrix(const struct ho_colour *colour, int width, int height, zimg_image_format *out,
                                 struct ho_diag *diag)
{
    int matrix = colour->matrix;
    if (matrix == AVCOL_SPC_UNSPECIFIED || matrix == AVCOL_SPC_RGB || matrix == AVCOL_SPC_RESERVED)
        matrix = width >= 1280 || height >= 720 ? ZIMG_MATRIX_BT709 : ZIMG_MATRIX_ST170_M;
    if (matrix == AVCOL_SPC_SMPTE2085 || matrix < 0 || matrix > AVCOL_SPC_ICTCP) {
        const char *name = av_color_space_name((enum AVColorSpace)matrix);
        return ho_fail(
            diag, HO_ERROR_INPUT,
            "the colour matrix %s (number %d) cannot be converted: convert the source to BT.709 or BT.2020 first",
            name ? name : "unknown", matrix);
    }
    out->matrix_coefficients = (zimg_matrix_coefficients_e)matrix;
    if (needs_light(matrix) || matrix == ZIMG_MATRIX_CHROMATICITY_DERIVED_NCL) {
        bool known = colour->primaries != AVCOL_PRI_UNSPECIFIED && colour->primaries > 0;
        out->color_primaries = known ? (zimg_color_primaries_e)colour->primaries : ZIMG_PRIMARIES_BT2020;
    }
    if (needs_light(matrix)) {
        bool known = colour->transfer != AVCOL_TRC_UNSPECIFIED && colour->transfer > 0;
        out->transfer_characteristics = known ? (zimg_transfer_characteristics_e)colour->transfer
                                        : matrix == ZIMG_MATRIX_ICTCP ? ZIMG_TRANSFER_ST2084
                                                                      : ZIMG_TRANSFER_BT2020_10;
    }
    return HO_OK;
}

enum ho_result ho_colour_format(const struct ho_layout *layout, const struct ho_colour *colour, int width, int height,
                                zimg_image_format *out, struct ho_diag *diag)
{
    zimg_image_format format = ho_zimg_format();
    format.width = (unsigned)width;
    format.height = (unsigned)height;
    format.pixel_type = layout->type;
    format.color_family = layout->family;
    format.depth = (unsigned)layout->depth;
    format.pixel_range = ho_colour_is_full(layout, colour) ? ZIMG_RANGE_FULL : ZIMG_RANGE_LIMITED;
    format.subsample_w = (unsigned)layout->sub_w;
    format.subsample_h = (unsigned)layout->sub_h;
    if (layout->family == ZIMG_COLOR_YUV) {
        int siting = colour->chroma_location;
        format.chroma_location = siting < AVCHROMA_LOC_LEFT || siting > AVCHROMA_LOC_BOTTOM
                                     ? ZIMG_CHROMA_LEFT
                                     : (zimg_chroma_location_e)(siting - AVCHROMA_LOC_LEFT);
        HO_TRY(set_matrix(colour, width, height, &format, diag));
    } else if (layout->family == ZIMG_COLOR_RGB) {
        format.matrix_coefficients = ZIMG_MATRIX_RGB;
    }
    *out = format;
    return HO_OK;
}

zimg_image_format ho_colour_rgb(const zimg_image_format *of, int width, int height)
{
    zimg_image_format format = ho_zimg_format();
    format.width = (unsigned)width;
    format.height = (unsigned)height;
    format.pixel_type = ZIMG_PIXEL_FLOAT;
    format.color_family = ZIMG_COLOR_RGB;
    format.matrix_coefficients = ZIMG_MATRIX_RGB;
    format.transfer_characteristics = of->transfer_characteristics;
    format.color_primaries = of->color_primaries;
    format.pixel_range = ZIMG_RANGE_FULL;
    return format;
}

enum ho_siting ho_colour_siting_w(const zimg_image_format *format)
{
    zimg_chroma_location_e at = format->chroma_location;
    return at == ZIMG_CHROMA_CENTER || at == ZIMG_CHROMA_TOP || at == ZIMG_CHROMA_BOTTOM ? HO_SITED_CENTRE
                                                                                         : HO_SITED_FIRST;
}

enum ho_siting ho_colour_siting_h(const zimg_image_format *format)
{
    zimg_chroma_location_e at = format->chroma_location;
    if (at == ZIMG_CHROMA_TOP_LEFT || at == ZIMG_CHROMA_TOP)
        return HO_SITED_FIRST;
    return at == ZIMG_CHROMA_BOTTOM_LEFT || at == ZIMG_CHROMA_BOTTOM ? HO_SITED_LAST : HO_SITED_CENTRE;
}
