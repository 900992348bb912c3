// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/generator.h"

#include "graph/rects.h"
#include "image/clones.h"

static bool inverted(const struct ho_node_context *context, int invert)
{
    return context->value[invert].number[0] != 0;
}

void generator_domain(const struct ho_node_context *context, int invert, struct ho_domain *out)
{
    if (context->connected[0] && !inverted(context, invert) && context->in[0].outside == 0)
        out->window = rect_and(out->window, context->in[0].window);
}

HO_CLONES static void cut_generated_row(const float *restrict key, bool invert, float *restrict row, int n)
{
    for (int x = 0; x < n; x++)
        row[x] *= invert ? 1.0f - key[x] : key[x];
}

void generator_cut(const struct ho_node_context *context, int invert, const struct ho_tile *mask, struct ho_tile *out)
{
    if (!context->connected[0])
        return;
    float flat = inverted(context, invert) ? 1.0f - context->in[0].outside : context->in[0].outside;
    int n = out->rect.x1 - out->rect.x0;
    for (int p = 0; p < out->n_planes; p++)
        for (int y = out->rect.y0; y < out->rect.y1; y++) {
            float *row = ho_tile_row(out, p, y);
            if (mask->n_planes)
                cut_generated_row(ho_tile_row(mask, 0, y), inverted(context, invert), row, n);
            else
                for (int x = 0; x < n; x++)
                    row[x] *= flat;
        }
}
