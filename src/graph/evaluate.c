// SPDX-License-Identifier: BSD-2-Clause
// The evaluator: one frame of one output, and what it would take.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_STATIC_LINKING_ONLY    // for a state on the stack
#include <xxhash.h>

#include "base/memory.h"
#include "base/pool.h"
#include "graph/plan.h"
#include "holdout/graph.h"
#include "holdout/version.h"
#include "image/patch.h"

enum ho_result ho_evaluator_create(const struct ho_graph *graph, const struct ho_evaluator_options *options,
                                   struct ho_evaluator **out, struct ho_diag *diag)
{
    *out = NULL;
    HO_TRY(ho_graph_check(graph, diag));
    struct ho_evaluator *evaluator = ho_alloc(1, sizeof(*evaluator));
    if (!evaluator)
        return ho_fail_memory(diag, sizeof(*evaluator));
    evaluator->graph = graph;
    if (options)
        evaluator->options = *options;
    if (evaluator->options.n_threads <= 0)
        evaluator->options.n_threads = ho_core_count();
    evaluator->host = ho_host_without_source(&evaluator->options);
    evaluator->scale = evaluator->wanted_scale = 1;
    *out = evaluator;
    return HO_OK;
}

void ho_evaluator_destroy(struct ho_evaluator **evaluator)
{
    if (!evaluator || !*evaluator)
        return;
    plan_clear(*evaluator);
    for (int i = 0; i < HO_PATCH_STRIPES; i++)
        ho_converter_destroy(&(*evaluator)->converters[i]);
    free(*evaluator);
    *evaluator = NULL;
}

// The part of an output that is wanted, with room for what a kernel looks at when it is shown at another size.
static struct ho_rect part_of(const struct ho_evaluator *evaluator, const struct slot *wanted)
{
    enum { ROOM = 8 };
    const double scale = evaluator->scale;
    struct ho_rect all = {0, 0, wanted->domain.width, wanted->domain.height}, part = evaluator->part;
    if (rect_empty(part))
        return all;
    part = (struct ho_rect){(int)(part.x0 * scale) - ROOM, (int)(part.y0 * scale) - ROOM, (int)(part.x1 * scale) + ROOM,
                            (int)(part.y1 * scale) + ROOM};
    part = rect_and(part, all);
    return rect_empty(part) ? all : part;
}

// What of the wanted output must be computed: all of it, or the part in which it differs from a source's own frame.
static struct ho_rect wanted_region(const struct ho_evaluator *evaluator, int which, bool allow_base,
                                    const struct ho_frame **base)
{
    const struct slot *wanted = &evaluator->slots[resolve(evaluator, evaluator->wanted_slot[which])];
    struct ho_rect all = part_of(evaluator, wanted);
    *base = NULL;
    if (!allow_base || wanted->like.alike != HO_ALIKE_OPAQUE)
        return all;
    const struct node_state *origin = &evaluator->states[wanted->like.origin];
    *base = origin->node->frame(&origin->context);
    if (!*base || ho_frame_width(*base) != wanted->domain.width || ho_frame_height(*base) != wanted->domain.height) {
        *base = NULL;
        return all;
    }
    return ho_frame_patch_rect(*base, rect_and(wanted->like.changed, all));
}

// The caller's picture covers all of `region`; the slot's may be smaller (its window), or its kept one larger.
static enum ho_result assemble(struct ho_evaluator *evaluator, int which, struct ho_rect region,
                               struct ho_picture **out, struct ho_diag *diag)
{
    struct slot *wanted = &evaluator->slots[resolve(evaluator, evaluator->wanted_slot[which])];
    struct ho_picture **result = &evaluator->result[which];
    bool there = wanted->kept && wanted->kept_hash == wanted->hash && !rect_empty(wanted->roi);
    if (there && rect_has(wanted->kept_rect, region) && rect_has(region, wanted->kept_rect)) {
        *out = wanted->kept;
        return HO_OK;
    }
    int n_planes = wanted->type == HO_PORT_IMAGE ? 4 : 1;
    give_picture(evaluator, result);
    *result = take_picture(evaluator, region.x1 - region.x0, region.y1 - region.y0, n_planes, diag);
    if (!*result)
        return HO_ERROR_MEMORY;
    struct ho_tile tile = picture_tile(*result, region, region);
    tile_fill(&tile, there ? rect_and(wanted->kept_rect, wanted->roi) : (struct ho_rect){0}, wanted->domain.outside);
    if (there) {
        struct ho_tile from = picture_tile(wanted->kept, wanted->kept_rect, wanted->kept_rect);
        tile_copy(&from, &tile);
    }
    *out = *result;
    return HO_OK;
}

void ho_evaluator_set_region(struct ho_evaluator *evaluator, const struct ho_rect *region)
{
    evaluator->part = region ? *region : (struct ho_rect){0};
}

void ho_evaluator_set_scale(struct ho_evaluator *evaluator, double scale)
{
    evaluator->wanted_scale = scale > 0 && scale < 1 ? scale : 1;
}

// Whether the first output is a source's frame of which less than half was changed: cheaper as it is than smaller.
static bool has_base(const struct ho_evaluator *evaluator)
{
    const struct slot *wanted = &evaluator->slots[resolve(evaluator, evaluator->wanted_slot[0])];
    struct ho_rect changed = wanted->like.changed;
    double area = rect_empty(changed) ? 0 : (double)(changed.x1 - changed.x0) * (changed.y1 - changed.y0);
    return wanted->like.alike == HO_ALIKE_OPAQUE && area < 0.5 * wanted->domain.width * wanted->domain.height;
}

// At full size where there is a base, else at the scale that is wanted. Consecutive frames are mostly alike: what the
// last one had is tried first.
static enum ho_result plan_at_scale(struct ho_evaluator *evaluator, int64_t frame, bool allow_base,
                                    struct ho_diag *diag)
{
    double wanted = evaluator->wanted_scale;
    bool chooses = allow_base && wanted < 1;
    plan_scale(evaluator, chooses && evaluator->had_base ? 1 : wanted);
    HO_TRY(plan_frame(evaluator, frame, diag));
    if (!chooses || has_base(evaluator) == evaluator->had_base)
        return HO_OK;
    evaluator->had_base = !evaluator->had_base;
    plan_scale(evaluator, evaluator->had_base ? 1 : wanted);
    return plan_frame(evaluator, frame, diag);
}

enum ho_result ho_evaluator_frames(struct ho_evaluator *evaluator, const char *const *outputs, int n, int64_t frame,
                                   bool allow_base, struct ho_graph_frame *out, struct ho_diag *diag)
{
    struct ho_rect region[HO_OUTPUTS_MAX];
    bool nothing = true;
    if (n < 1 || n > HO_OUTPUTS_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "%d outputs of a frame were asked for; 1 to %d can be", n, HO_OUTPUTS_MAX);
    HO_TRY(plan_slots(evaluator, outputs, n, diag));
    HO_TRY(plan_at_scale(evaluator, frame, allow_base, diag));
    for (int i = 0; i < n; i++) {
        const struct slot *wanted = &evaluator->slots[resolve(evaluator, evaluator->wanted_slot[i])];
        out[i] = (struct ho_graph_frame){.domain = wanted->domain, .type = wanted->type, .scale = evaluator->scale};
        out[i].changed = region[i] = wanted_region(evaluator, i, allow_base, &out[i].base);
        nothing = nothing && rect_empty(region[i]);
    }
    if (nothing)
        return HO_OK;
    plan_regions(evaluator, region);
    recycle_stale(evaluator);
    enum ho_result result = run_passes(evaluator, diag);
    keep_or_recycle(evaluator, result == HO_OK);
    HO_TRY(result);
    evaluator->last_frame = frame;
    for (int i = 0; i < evaluator->n_slots; i++)
        evaluator->slots[i].last_hash = evaluator->slots[i].hash;
    for (int i = 0; i < n; i++)
        if (!rect_empty(region[i]))
            HO_TRY(assemble(evaluator, i, region[i], &out[i].picture, diag));
    return HO_OK;
}

enum ho_result ho_evaluator_frame(struct ho_evaluator *evaluator, const char *output, int64_t frame, bool allow_base,
                                  struct ho_graph_frame *out, struct ho_diag *diag)
{
    *out = (struct ho_graph_frame){0};
    return ho_evaluator_frames(evaluator, &output, 1, frame, allow_base, out, diag);
}

struct ho_frame *ho_evaluator_take_base(struct ho_evaluator *evaluator, struct ho_graph_frame *frame)
{
    if (!frame->base)
        return NULL;
    struct node_state *origin = evaluator->states;
    while (!origin->opened || !origin->node || !origin->node->frame ||
           origin->node->frame(&origin->context) != frame->base)
        origin++;
    struct ho_frame *taken = origin->node->give ? origin->node->give(&origin->context) : ho_frame_ref(frame->base);
    frame->base = NULL;
    return taken;
}

enum ho_result ho_evaluator_lay(struct ho_evaluator *evaluator, struct ho_graph_frame *frame, struct ho_frame **out,
                                struct ho_diag *diag)
{
    *out = ho_evaluator_take_base(evaluator, frame);
    if (!*out)
        return ho_fail(diag, HO_ERROR_USAGE, "the frame has no base that its picture could be laid over");
    if (!frame->picture)
        return HO_OK;
    enum ho_result result = HO_OK;
    for (int i = 0; i < HO_PATCH_STRIPES && result == HO_OK; i++)
        if (!evaluator->converters[i])
            result = ho_converter_create(&evaluator->converters[i], diag);
    if (result == HO_OK)
        result = ho_frame_patch(evaluator->converters, out, frame->picture, frame->changed,
                                evaluator->options.n_threads, diag);
    if (result != HO_OK)
        ho_frame_unref(out);
    return result;
}

enum ho_result ho_evaluator_open(struct ho_evaluator *evaluator, const char *output, struct ho_diag *diag)
{
    return plan_slots(evaluator, &output, 1, diag);
}

struct ho_node_cost ho_evaluator_cost(const struct ho_evaluator *evaluator, size_t node)
{
    return node < evaluator->n_states ? evaluator->states[node].cost : (struct ho_node_cost){0};
}

enum ho_result ho_evaluator_set_graph(struct ho_evaluator *evaluator, const struct ho_graph *graph,
                                      struct ho_diag *diag)
{
    HO_TRY(ho_graph_check(graph, diag));
    evaluator->graph = graph;
    evaluator->is_planned = false;
    return HO_OK;
}

void ho_evaluator_set_cancel(struct ho_evaluator *evaluator, const struct ho_cancel *cancel)
{
    evaluator->options.cancel = cancel;
}

const struct ho_source_info *ho_evaluator_footage(const struct ho_evaluator *evaluator, const char *node)
{
    for (size_t i = 0; i < evaluator->n_states; i++) {
        const struct node_state *state = &evaluator->states[i];
        if (strcmp(state->id, node) == 0 && state->opened && state->node && state->node->footage)
            return state->node->footage(&state->context);
    }
    return NULL;
}

const struct ho_source_info *ho_evaluator_source(const struct ho_evaluator *evaluator) { return evaluator->source; }

enum ho_result ho_evaluator_hash(const struct ho_evaluator *evaluator, uint64_t out[2], struct ho_diag *diag)
{
    char *text = NULL;
    HO_TRY(ho_graph_format(evaluator->graph, &text, diag));
    XXH3_state_t hash;
    XXH3_128bits_reset(&hash);
    XXH3_128bits_update(&hash, HO_VERSION, sizeof(HO_VERSION));
    XXH3_128bits_update(&hash, text, strlen(text) + 1);
    XXH3_128bits_update(&hash, evaluator->wanted, strlen(evaluator->wanted) + 1);
    for (size_t i = 0; i < evaluator->n_states; i++) {
        const struct node_state *state = &evaluator->states[i];
        uint64_t contents = state->opened && state->node && state->node->contents
                                ? state->node->contents(&state->context)
                                : 0;
        XXH3_128bits_update(&hash, &contents, sizeof(contents));
    }
    XXH128_hash_t digest = XXH3_128bits_digest(&hash);
    out[0] = digest.high64;
    out[1] = digest.low64;
    free(text);
    return HO_OK;
}

// ---- explain

// The bytes that are kept for the slot while the frame is made; what goes by in bands never is as a whole.
static int64_t explain_slot(struct ho_evaluator *evaluator, int index, FILE *file)
{
    static const char *const reasons[] = {[SLOT_STREAMED] = "in bands",
                                          [SLOT_ALIAS] = "same as",
                                          [SLOT_WHOLE] = "made whole",
                                          [SLOT_REUSED] = "reused",
                                          [SLOT_UNNEEDED] = "not needed"};
    const struct slot *slot = &evaluator->slots[index];
    const struct graph_node *node = &evaluator->graph->nodes[slot->node];
    struct ho_rect r = slot->roi;
    fprintf(file, "%3d  %-20s %-20s %-10s", index, node->id, node_type_name(node), reasons[slot->reason]);
    if (slot->reason == SLOT_ALIAS) {
        fprintf(file, " %s%s\n", evaluator->graph->nodes[evaluator->slots[resolve(evaluator, index)].node].id,
                node->enabled ? "" : " (disabled)");
        return 0;
    }
    if (slot->reason == SLOT_UNNEEDED) {
        fprintf(file, "\n");
        return 0;
    }
    int64_t bytes = (int64_t)(r.x1 - r.x0) * (r.y1 - r.y0) * (slot->type == HO_PORT_IMAGE ? 16 : 4);
    fprintf(file, " %5d,%d %dx%d, %.1f MiB", r.x0, r.y0, r.x1 - r.x0, r.y1 - r.y0, (double)bytes / 1048576.0);
    if (slot->reason == SLOT_WHOLE)
        fprintf(file, ", %s", flags_of(&evaluator->states[slot->node]) & HO_NODE_WHOLE ? "in one piece" : "");
    if (slot->reason == SLOT_WHOLE && !(flags_of(&evaluator->states[slot->node]) & HO_NODE_WHOLE))
        fprintf(file, "bands of %d rows", pass_band_rows(evaluator, index));
    fprintf(file, "%s\n", slot->constant ? ", constant" : slot->lasting ? ", held" : "");
    return slot->reason == SLOT_STREAMED ? 0 : bytes;
}

enum ho_result ho_evaluator_explain(struct ho_evaluator *evaluator, const char *output, int64_t frame, FILE *file,
                                    struct ho_diag *diag)
{
    HO_TRY(plan_slots(evaluator, &output, 1, diag));
    HO_TRY(plan_frame(evaluator, frame, diag));
    const struct ho_frame *base;
    struct ho_rect region = wanted_region(evaluator, 0, true, &base);
    const struct slot *wanted = &evaluator->slots[resolve(evaluator, evaluator->wanted_slot[0])];
    fprintf(file, "frame %lld of %s, %dx%d\n", (long long)frame,
            evaluator->graph->nodes[evaluator->slots[evaluator->wanted_slot[0]].node].id, wanted->domain.width,
            wanted->domain.height);
    if (base)
        fprintf(file, "the frame of \"%s\" passes through untouched outside %d,%d %dx%d\n",
                evaluator->graph->nodes[wanted->like.origin].id, region.x0, region.y0, region.x1 - region.x0,
                region.y1 - region.y0);
    plan_regions(evaluator, &region);
    fprintf(file, "     node                 type                 how          region x,y width x height, bytes\n");
    int64_t bytes = 0;
    for (int i = 0; i < evaluator->n_slots; i++)
        bytes += explain_slot(evaluator, i, file);
    fprintf(file, "pictures made whole or kept: %.1f MiB\n", (double)bytes / 1048576.0);
    return HO_OK;
}
