// SPDX-License-Identifier: BSD-2-Clause
// Evaluators that are kept, and what the last one made.
#include "holdout/viewer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "deliver/viewing.h"

// A graph that was looked at, with all that its evaluator has open.
struct seen {
    char *text;            // of the graph
    uint64_t structure;    // of its nodes: the next graph with the same ones takes its place
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    int width, height;
    struct ho_rational rate;
    int full_width, full_height;    // of the picture that was made last, or will be; 0: not known
    char node[HO_NODE_ID_SIZE];     // that was shown last
    int64_t last_used;
};

enum { N_SEEN = 4 };                // the stretches around an edit; two nodes that are compared
enum { CACHE_BYTES = 96 << 20 };    // each

struct ho_viewer {
    char *index_dir, *bank_dir, *base_dir;
    struct ho_clip_pool *clips, *own_clips;
    int n_threads;
    struct seen seen[N_SEEN];
    int64_t clock;
    struct ho_rect region;    // as it will be looked at
    int screen_width, screen_height;
    char *notes;
    struct ho_viewing shown;
};

static bool keep_text(const char *text, char **out)
{
    *out = text ? ho_strdup(text) : NULL;
    return !text || *out;
}

enum ho_result ho_viewer_create(const struct ho_viewer_options *given, struct ho_viewer **out, struct ho_diag *diag)
{
    static const struct ho_viewer_options defaults;
    const struct ho_viewer_options *options = given ? given : &defaults;
    *out = ho_alloc(1, sizeof(**out));
    if (!*out)
        return ho_fail_memory(diag, sizeof(**out));
    struct ho_viewer *v = *out;
    v->n_threads = options->n_threads;
    bool good = keep_text(options->index_dir, &v->index_dir) && keep_text(options->bank_dir, &v->bank_dir) &&
                keep_text(options->base_dir, &v->base_dir);
    enum ho_result result = good ? HO_OK : ho_fail_memory(diag, 1);
    if (result == HO_OK && !options->clips) {
        struct ho_clip_options clips = {.n_threads = options->n_threads, .index_dir = options->index_dir};
        result = ho_clip_pool_create(&clips, &v->own_clips, diag);
    }
    v->clips = options->clips ? options->clips : v->own_clips;
    if (result == HO_OK)
        result = ho_viewing_open(&v->shown, diag);
    if (result != HO_OK)
        ho_viewer_destroy(out);
    return result;
}

static void clear_seen(struct seen *seen)
{
    ho_evaluator_destroy(&seen->evaluator);    // before the graph that it looks at
    ho_graph_destroy(&seen->graph);
    free(seen->text);
    *seen = (struct seen){0};
}

void ho_viewer_forget(struct ho_viewer *viewer)
{
    ho_viewing_clear(&viewer->shown);
    for (int i = 0; i < N_SEEN; i++)
        clear_seen(&viewer->seen[i]);
}

void ho_viewer_destroy(struct ho_viewer **viewer)
{
    if (!viewer || !*viewer)
        return;
    ho_viewer_forget(*viewer);
    ho_viewing_close(&(*viewer)->shown);
    ho_clip_pool_destroy(&(*viewer)->own_clips);
    free((*viewer)->notes);
    free((*viewer)->index_dir);
    free((*viewer)->bank_dir);
    free((*viewer)->base_dir);
    free(*viewer);
    *viewer = NULL;
}

// ---- graphs that were seen

static uint64_t structure_of(const struct ho_graph *graph)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        const uint64_t parts[] = {hash, XXH3_64bits(node.id, strlen(node.id)),
                                  XXH3_64bits(node.type_name, strlen(node.type_name))};
        hash = XXH3_64bits(parts, sizeof(parts));
    }
    return hash;
}

struct host {
    int width, height;
    struct ho_rational rate;
};

static bool has_host(const struct seen *seen, const struct host *host)
{
    return seen->evaluator && seen->width == host->width && seen->height == host->height &&
           seen->rate.num == host->rate.num && seen->rate.den == host->rate.den;
}

// The one of the same text; else of the same nodes, with other values; else the one that was not used for longest.
static struct seen *choose_seen(struct ho_viewer *v, const char *text, uint64_t structure, const struct host *host)
{
    struct seen *alike = NULL, *oldest = &v->seen[0];
    for (int i = 0; i < N_SEEN; i++) {
        struct seen *seen = &v->seen[i];
        if (has_host(seen, host) && strcmp(seen->text, text) == 0)
            return seen;
        if (has_host(seen, host) && seen->structure == structure && (!alike || seen->last_used > alike->last_used))
            alike = seen;
        if (seen->last_used < oldest->last_used)
            oldest = seen;
    }
    return alike ? alike : oldest;
}

static enum ho_result open_seen(struct ho_viewer *v, struct seen *seen, struct ho_graph *graph, const struct host *host,
                                struct ho_diag *diag)
{
    if (has_host(seen, host) && seen->structure == structure_of(graph)) {
        HO_TRY(ho_evaluator_set_graph(seen->evaluator, graph, diag));
        ho_graph_destroy(&seen->graph);
        return HO_OK;
    }
    clear_seen(seen);
    struct ho_evaluator_options options = {.n_threads = v->n_threads,
                                           .index_dir = v->index_dir,
                                           .bank_dir = v->bank_dir,
                                           .base_dir = v->base_dir,
                                           .clips = v->clips,
                                           .cache_bytes = CACHE_BYTES,
                                           .any_matte = true,    // said when it is rendered
                                           .rate = host->rate,
                                           .width = host->width,
                                           .height = host->height};
    seen->width = host->width;
    seen->height = host->height;
    seen->rate = host->rate;
    return ho_evaluator_create(graph, &options, &seen->evaluator, diag);
}

// Takes the graph in all cases.
static enum ho_result see(struct ho_viewer *v, struct ho_graph *graph, const struct host *host, struct seen **out,
                          struct ho_diag *diag)
{
    char *text;
    enum ho_result result = ho_graph_format(graph, &text, diag);
    if (result != HO_OK) {
        ho_graph_destroy(&graph);
        return result;
    }
    uint64_t structure = structure_of(graph);
    struct seen *seen = choose_seen(v, text, structure, host);
    *out = seen;
    seen->last_used = ++v->clock;
    if (has_host(seen, host) && strcmp(seen->text, text) == 0) {
        ho_graph_destroy(&graph);
        free(text);
        return HO_OK;
    }
    result = open_seen(v, seen, graph, host, diag);
    if (result != HO_OK) {
        clear_seen(seen);
        ho_graph_destroy(&graph);
        free(text);
        return result;
    }
    free(seen->text);
    seen->text = text;
    seen->graph = graph;
    seen->structure = structure;
    return HO_OK;
}

// ---- showing

void ho_viewer_set_screen(struct ho_viewer *viewer, const struct ho_rect *region, int width, int height)
{
    viewer->region = region ? *region : (struct ho_rect){0};
    viewer->screen_width = width;
    viewer->screen_height = height;
}

// What of a picture of that size is looked at; all of it where the region lies outside.
static struct ho_rect seen_part(const struct ho_viewer *v, int width, int height)
{
    struct ho_rect r = v->region, all = {0, 0, width, height};
    r = (struct ho_rect){r.x0 > 0 ? r.x0 : 0, r.y0 > 0 ? r.y0 : 0, r.x1 < width ? r.x1 : width,
                         r.y1 < height ? r.y1 : height};
    return r.x1 > r.x0 && r.y1 > r.y0 ? r : all;
}

// Tells the evaluator; gives the part that will be made, empty: all.
static struct ho_rect set_screen(const struct ho_viewer *v, const struct seen *seen)
{
    struct ho_evaluator *evaluator = seen->evaluator;
    ho_evaluator_set_scale(evaluator, 1);
    ho_evaluator_set_region(evaluator, NULL);
    if (!seen->full_width || v->screen_width < 1 || v->screen_height < 1)
        return (struct ho_rect){0};
    struct ho_rect part = seen_part(v, seen->full_width, seen->full_height);
    double x = (double)v->screen_width / (part.x1 - part.x0), y = (double)v->screen_height / (part.y1 - part.y0);
    ho_evaluator_set_scale(evaluator, x < y ? x : y);
    bool all = part.x1 - part.x0 == seen->full_width && part.y1 - part.y0 == seen->full_height;
    if (!all)
        ho_evaluator_set_region(evaluator, &part);
    return all ? (struct ho_rect){0} : part;
}

// The full size of what was made; false where it is another one than was taken for granted when it was made smaller.
static bool learn_size(struct seen *seen, const struct ho_graph_frame *frame, struct ho_viewing_size *size)
{
    size->width = seen->full_width;
    size->height = seen->full_height;
    if (frame->scale < 1)
        return (int)(size->width * frame->scale + 0.5) == frame->domain.width &&
               (int)(size->height * frame->scale + 0.5) == frame->domain.height;
    size->width = seen->full_width = frame->domain.width;
    size->height = seen->full_height = frame->domain.height;
    return true;
}

// `outputs`: the picture's, the key's; NULL: not that.
static enum ho_result show(struct ho_viewer *v, struct seen *seen, const char *picture, const char *key, int64_t frame,
                           const struct ho_cancel *cancel, struct ho_viewer_shown *out, struct ho_diag *diag)
{
    struct ho_viewing_size size = {.made = set_screen(v, seen)};
    const char *outputs[2];
    struct ho_graph_frame frames[2];
    int n = 0;
    if (picture)
        outputs[n++] = picture;
    if (key)
        outputs[n++] = key;
    ho_evaluator_set_cancel(seen->evaluator, cancel);
    enum ho_result result = ho_evaluator_frames(seen->evaluator, outputs, n, frame, true, frames, diag);
    if (result == HO_OK) {
        if (!learn_size(seen, &frames[0], &size)) {
            seen->full_width = 0;
            return show(v, seen, picture, key, frame, cancel, out, diag);
        }
        result = ho_viewing_take(&v->shown, seen->evaluator, picture ? &frames[0] : NULL, key ? &frames[n - 1] : NULL,
                                 &size, diag);
    }
    ho_evaluator_set_cancel(seen->evaluator, NULL);
    if (result != HO_OK && result != HO_CANCELLED)
        clear_seen(seen);    // a file that was not there may be now
    HO_TRY(result);
    *out = (struct ho_viewer_shown){.width = size.width,
                                    .height = size.height,
                                    .has_picture = picture,
                                    .has_key = key,
                                    .notes = v->notes ? v->notes : ""};
    return HO_OK;
}

enum ho_result ho_viewer_show_timeline(struct ho_viewer *v, const struct ho_timeline *timeline,
                                       const struct ho_compile_options *compile, int64_t frame,
                                       const struct ho_cancel *cancel, struct ho_viewer_shown *out,
                                       struct ho_diag *diag)
{
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(timeline);
    const struct host host = {settings->width, settings->height, settings->rate};
    struct ho_compiled compiled;
    struct seen *seen;
    ho_viewing_clear(&v->shown);
    HO_TRY(ho_compile(timeline, frame, compile, &compiled, diag));
    free(v->notes);
    v->notes = compiled.notes;
    HO_TRY(see(v, compiled.graph, &host, &seen, diag));
    seen->full_width = settings->width;
    seen->full_height = settings->height;
    return show(v, seen, HO_COMPILED_OUTPUT, NULL, frame, cancel, out, diag);
}

// "node.port" of the node's outputs of each type.
static enum ho_result find_outputs(const struct ho_graph *graph, const char *node, char picture[2 * HO_NODE_ID_SIZE],
                                   char key[2 * HO_NODE_ID_SIZE], struct ho_diag *diag)
{
    picture[0] = key[0] = '\0';
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info info = ho_graph_node(graph, i);
        for (const struct ho_port *port = info.type && strcmp(info.id, node) == 0 ? info.type->outputs : NULL;
             port && port->name; port++)
            snprintf(port->type == HO_PORT_IMAGE ? picture : key, (size_t)2 * HO_NODE_ID_SIZE, "%s.%s", node,
                     port->name);
    }
    return picture[0] || key[0]
               ? HO_OK
               : ho_fail(diag, HO_ERROR_USAGE, "the graph has no node \"%.80s\" that can be shown", node);
}

enum ho_result ho_viewer_show_node(struct ho_viewer *v, const struct ho_graph *graph,
                                   const struct ho_timeline_settings *settings, const char *node, int64_t frame,
                                   const struct ho_cancel *cancel, struct ho_viewer_shown *out, struct ho_diag *diag)
{
    char picture[2 * HO_NODE_ID_SIZE], key[2 * HO_NODE_ID_SIZE];
    struct host host = {0};
    struct ho_graph *copy;
    struct seen *seen;
    if (settings)
        host = (struct host){settings->width, settings->height, settings->rate};
    ho_viewing_clear(&v->shown);
    free(v->notes);
    v->notes = NULL;
    HO_TRY(find_outputs(graph, node, picture, key, diag));
    HO_TRY(ho_graph_copy(graph, &copy, diag));
    HO_TRY(see(v, copy, &host, &seen, diag));
    if (strcmp(seen->node, node) != 0)
        seen->full_width = seen->full_height = 0;    // may be another size
    snprintf(seen->node, sizeof(seen->node), "%s", node);
    return show(v, seen, picture[0] ? picture : NULL, key[0] ? key : NULL, frame, cancel, out, diag);
}

enum ho_result ho_viewer_fill(struct ho_viewer *viewer, const struct ho_viewer_target *target, struct ho_diag *diag)
{
    return ho_viewing_fill(&viewer->shown, target, viewer->n_threads, diag);
}
