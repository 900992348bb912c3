// SPDX-License-Identifier: BSD-2-Clause
#include "image/graphs.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define N_GRAPHS 12    // a reader's and a writer's steps at a few sizes; a crop that follows an object keeps its size

struct entry {
    zimg_filter_graph *graph;
    zimg_image_format from, to;
    uint64_t last_used;
};

struct ho_graphs {
    struct entry entry[N_GRAPHS];
    uint64_t clock;
    void *scratch;
    size_t scratch_size;
};

zimg_image_format ho_zimg_format(void)
{
    zimg_image_format format;
    memset(&format, 0, sizeof format);    // formats are compared as bytes: padding counts
    zimg_image_format_default(&format, ZIMG_API_VERSION);
    return format;
}

enum ho_result ho_graphs_create(struct ho_graphs **out, struct ho_diag *diag)
{
    *out = ho_alloc(1, sizeof **out);
    return *out ? HO_OK : ho_fail_memory(diag, sizeof **out);
}

void ho_graphs_destroy(struct ho_graphs **graphs)
{
    if (!graphs || !*graphs)
        return;
    for (int i = 0; i < N_GRAPHS; i++)
        zimg_filter_graph_free((*graphs)->entry[i].graph);
    free((*graphs)->scratch);
    free(*graphs);
    *graphs = NULL;
}

static enum ho_result fail_zimg(struct ho_diag *diag)
{
    char why[256] = "";
    zimg_error_code_e code = zimg_get_last_error(why, sizeof why);
    zimg_clear_last_error();
    if (code == ZIMG_ERROR_OUT_OF_MEMORY)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory while a picture was converted");
    return ho_fail(diag, HO_ERROR_INPUT, "the picture's colours or size cannot be converted: %s",
                   why[0] ? why : "zimg gave no reason");
}

static enum ho_result build(const zimg_image_format *from, const zimg_image_format *to, zimg_filter_graph **out,
                            struct ho_diag *diag)
{
    zimg_graph_builder_params params;
    zimg_graph_builder_params_default(&params, ZIMG_API_VERSION);
    params.resample_filter =
        ZIMG_RESIZE_BICUBIC;        // its kernel widens with the scale when it makes smaller: no aliasing
    params.filter_param_a = 0.0;    // Catmull-Rom: passes through the samples, so a crop of equal size is exact
    params.filter_param_b = 0.5;
    params.resample_filter_uv = ZIMG_RESIZE_BILINEAR;    // what chroma.c inverts
    *out = zimg_filter_graph_build(from, to, &params);
    return *out ? HO_OK : fail_zimg(diag);
}

static enum ho_result find(struct ho_graphs *graphs, const zimg_image_format *from, const zimg_image_format *to,
                           zimg_filter_graph **out, struct ho_diag *diag)
{
    struct entry *oldest = &graphs->entry[0];
    for (int i = 0; i < N_GRAPHS; i++) {
        struct entry *e = &graphs->entry[i];
        if (e->graph && !memcmp(&e->from, from, sizeof *from) && !memcmp(&e->to, to, sizeof *to)) {
            e->last_used = ++graphs->clock;
            *out = e->graph;
            return HO_OK;
        }
        if (e->last_used < oldest->last_used)
            oldest = e;
    }
    zimg_filter_graph *graph = NULL;
    HO_TRY(build(from, to, &graph, diag));
    size_t size = 0;
    zimg_filter_graph_get_tmp_size(graph, &size);
    if (size > graphs->scratch_size) {
        void *scratch = ho_alloc_aligned(size);
        if (!scratch) {
            zimg_filter_graph_free(graph);
            return ho_fail_memory(diag, size);
        }
        free(graphs->scratch);
        graphs->scratch = scratch;
        graphs->scratch_size = size;
    }
    zimg_filter_graph_free(oldest->graph);
    oldest->graph = graph;
    memcpy(&oldest->from, from, sizeof *from);
    memcpy(&oldest->to, to, sizeof *to);
    oldest->last_used = ++graphs->clock;
    *out = graph;
    return HO_OK;
}

enum ho_result ho_graphs_run(struct ho_graphs *graphs, const zimg_image_format *from, const zimg_image_format *to,
                             const zimg_image_buffer_const *in, const zimg_image_buffer *out, struct ho_diag *diag)
{
    zimg_filter_graph *graph = NULL;
    HO_TRY(find(graphs, from, to, &graph, diag));
    if (zimg_filter_graph_process(graph, in, out, graphs->scratch, NULL, NULL, NULL, NULL))
        return fail_zimg(diag);
    return HO_OK;
}
