// SPDX-License-Identifier: BSD-2-Clause
// All nodes: a new one is a file and a line here and in nodes.c.
#ifndef HO_NODES_NODES_H
#define HO_NODES_NODES_H

#include "graph/node.h"

extern const struct ho_node alpha_output_node;
extern const struct ho_node background_node;
extern const struct ho_node bitmap_node;
extern const struct ho_node blur_node;
extern const struct ho_node brightness_contrast_node;
extern const struct ho_node channel_booleans_node;
extern const struct ho_node color_corrector_node;
extern const struct ho_node color_generator_node;
extern const struct ho_node corrector_node;
extern const struct ho_node edge_colour_node;
extern const struct ho_node ellipse_mask_node;
extern const struct ho_node external_matte_node;
extern const struct ho_node key_mixer_node;
extern const struct ho_node layer_mixer_node;
extern const struct ho_node magic_mask_node;
extern const struct ho_node matte_control_node;
extern const struct ho_node media_in_node;
extern const struct ho_node media_out_node;
extern const struct ho_node merge_node;
extern const struct ho_node output_node;
extern const struct ho_node polygon_mask_node;
extern const struct ho_node rectangle_mask_node;
extern const struct ho_node sizing_node;
extern const struct ho_node source_node;
extern const struct ho_node test_picture_node;
extern const struct ho_node text_plus_node;
extern const struct ho_node transform_node;
extern const struct ho_node window_node;

#endif
