// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/nodes.h"

const struct ho_node_type *const *ho_node_types(void)
{
    static const struct ho_node_type *const types[] = {
        &alpha_output_node.type,
        &background_node.type,
        &bitmap_node.type,
        &blur_node.type,
        &brightness_contrast_node.type,
        &channel_booleans_node.type,
        &color_corrector_node.type,
        &color_generator_node.type,
        &corrector_node.type,
        &edge_colour_node.type,
        &ellipse_mask_node.type,
        &external_matte_node.type,
        &key_mixer_node.type,
        &layer_mixer_node.type,
        &magic_mask_node.type,
        &matte_control_node.type,
        &media_in_node.type,
        &media_out_node.type,
        &merge_node.type,
        &output_node.type,
        &polygon_mask_node.type,
        &rectangle_mask_node.type,
        &sizing_node.type,
        &source_node.type,
        &test_picture_node.type,
        &text_plus_node.type,
        &transform_node.type,
        &window_node.type,
        NULL,
    };
    return types;
}
