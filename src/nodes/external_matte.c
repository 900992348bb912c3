// SPDX-License-Identifier: BSD-2-Clause
// A saved matte as a key: matched to the clip by timecode, stretched to its size where it differs.
#include "nodes/grade.h"
#include "nodes/media_source.h"
#include "nodes/nodes.h"

enum { INVERT = MEDIA_N_PARAMETERS };

static bool fits(const struct ho_node_context *context)
{
    const struct ho_source_info *info = media_source_info(context);
    return info->width == context->host->full_width && info->height == context->host->full_height;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    media_source_domain(context, output, out);
    bool nothing = out->window.x1 <= out->window.x0;
    if (!fits(context)) {
        out->width = context->host->width;
        out->height = context->host->height;
        out->window = nothing ? (struct ho_rect){0} : (struct ho_rect){0, 0, out->width, out->height};
    } else {
        out->window = out->lit;    // black away from its object
    }
    out->outside = context->value[INVERT].number[0] != 0 ? 1.0f : 0.0f;
}

static enum ho_result read_file(const struct ho_node_context *context, struct ho_tile *out, struct ho_diag *diag)
{
    if (fits(context))
        return media_source_read(context, out, diag);
    return media_source_read_scaled(context, context->host->width, context->host->height, out, diag);
}

// White with the matte as its alpha, as the template "save" writes it: luminance alone would be white all over.
static enum ho_result read_cut_out(const struct ho_node_context *context, struct ho_tile *out, struct ho_diag *diag)
{
    struct ho_picture *picture;
    int width = out->rect.x1 - out->rect.x0;
    HO_TRY(ho_picture_create(width, out->rect.y1 - out->rect.y0, 4, &picture, diag));
    struct ho_tile all = {.rect = out->rect, .n_planes = 4, .stride = picture->stride};
    for (int p = 0; p < 4; p++)
        all.plane[p] = picture->plane[p];
    enum ho_result result = read_file(context, &all, diag);
    for (int y = out->rect.y0; y < out->rect.y1 && result == HO_OK; y++)
        grade_weigh(ho_tile_row(&all, 0, y), ho_tile_row(&all, 1, y), ho_tile_row(&all, 2, y), ho_tile_row(out, 0, y),
                    width);
    ho_picture_destroy(&picture);
    return result;
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)in;
    HO_TRY(media_source_has_alpha(context) ? read_cut_out(context, out, diag) : read_file(context, out, diag));
    bool invert = context->value[INVERT].number[0] != 0;
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        float *row = ho_tile_row(out, 0, y);
        for (int x = 0; x < out->rect.x1 - out->rect.x0; x++) {
            float value = row[x] > 1 ? 1 : row[x] > 0 ? row[x] : 0;
            row[x] = invert ? 1 - value : value;
        }
    }
    return HO_OK;
}

const struct ho_node external_matte_node = {
    .type =
        {
            .name = "external_matte",
            .label = "External Matte",
            .help = "a saved matte as a key",
            .pages = HO_PAGE_COLOR,
            .inputs = (const struct ho_port[]){{0}},
            .outputs = (const struct ho_port[]){{"key", HO_PORT_KEY, false, "the matte's luminance, times its alpha"},
                                                {0}},
            .parameters =
                (const struct ho_parameter[]){
                    HO_MEDIA_PARAMETERS,
                    {"invert", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "white becomes black"},
                    {0},
                },
            .reference = NULL,    // needs a file: tests/unit/media_nodes.c makes one
        },
    .flags = HO_NODE_WHOLE | HO_NODE_TIME,
    .flags_now = media_source_flags,
    .by_identity = MEDIA_BY_IDENTITY,
    .open = media_source_open,
    .close = media_source_close,
    .prepare = media_source_prepare,
    .next = media_source_next,
    .contents = media_source_contents,
    .footage = media_source_info,
    .domain = domain,
    .process = process,
};
