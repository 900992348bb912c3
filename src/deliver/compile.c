// SPDX-License-Identifier: BSD-2-Clause
// A stretch of a timeline as a graph: the layers that are seen, laid together from the lowest up.
#include "holdout/compile.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "deliver/compiling.h"

// ---- what the parts share

struct ho_pin ho_pin_of(const char *node, const char *port)
{
    struct ho_pin pin = {.port = port};
    snprintf(pin.node, sizeof(pin.node), "%s", node);
    return pin;
}

void ho_compiling_name(const struct ho_compiling *c, const struct ho_timeline_clip *clip, char *out, size_t size)
{
    char track[HO_TIMELINE_NAME_SIZE] = "", at[HO_TIMECODE_SIZE];
    int index = ho_timeline_track_index(c->timeline, clip->track);
    if (index >= 0)
        ho_track_name(ho_timeline_track(c->timeline, index), track);
    ho_timecode_format(ho_timecode_add(ho_timeline_get_settings(c->timeline)->start, clip->at), at);
    snprintf(out, size, "clip \"%.200s\" on %.60s at %s", clip->name, track, at);
}

enum ho_result ho_compiling_note(struct ho_compiling *c, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    char *longer = ho_format("%s%s\n", *c->notes, text);
    if (!longer)
        return ho_fail_memory(c->diag, sizeof(text));
    free(*c->notes);
    *c->notes = longer;
    return HO_OK;
}

enum ho_result ho_compiling_connect(struct ho_compiling *c, const struct ho_pin *from, const char *to,
                                    const char *input)
{
    return ho_graph_connect(c->graph, from->node, from->port, to, input, c->diag);
}

enum ho_result ho_compiling_add(struct ho_compiling *c, const struct ho_timeline_clip *clip, const char *type,
                                const char *id, const char *input, const struct ho_pin *from)
{
    char scope[HO_NODE_ID_SIZE];
    HO_TRY(ho_graph_add(c->graph, type, id, c->diag));
    if (clip && !c->alone) {
        snprintf(scope, sizeof(scope), "clip%" PRId64, clip->id);
        HO_TRY(ho_graph_set_scope(c->graph, id, scope, c->diag));
    }
    return input && !ho_pin_is_empty(from) ? ho_compiling_connect(c, from, id, input) : HO_OK;
}

enum ho_result ho_compiling_set(struct ho_compiling *c, const char *id, const char *parameter, double value)
{
    return ho_graph_set(c->graph, id, parameter, &value, 1, c->diag);
}

enum ho_result ho_compiling_curve(struct ho_compiling *c, const char *id, const char *parameter,
                                  const struct ho_curve *curve)
{
    if (!curve->n_keys)
        return ho_compiling_set(c, id, parameter, curve->value);
    for (size_t i = 0; i < curve->n_keys; i++) {
        const struct ho_keyframe *key = &curve->keys[i];
        HO_TRY(ho_graph_keyframe(c->graph, id, parameter, key->frame, &key->value, 1, key->interpolation, c->diag));
    }
    return HO_OK;
}

// ---- the layers at a frame

// The first clip of a track that ends after `frame`; n: none.
static size_t first_ending_after(const struct ho_timeline_clip *const *clips, size_t n, int64_t frame)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (clips[middle]->at + clips[middle]->length <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct ho_range ho_compile_stretch(const struct ho_timeline *timeline, int64_t frame)
{
    struct ho_range range = {0, HO_TIMELINE_FRAMES_MAX};
    for (int t = 0; t < ho_timeline_n_tracks(timeline); t++) {
        const struct ho_track *track = ho_timeline_track(timeline, t);
        if (track->kind != HO_TRACK_VIDEO || !track->enabled)
            continue;
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, t, &n);
        size_t i = first_ending_after(clips, n, frame);
        bool inside = i < n && clips[i]->at <= frame;
        int64_t first = inside ? clips[i]->at : i > 0 ? clips[i - 1]->at + clips[i - 1]->length : 0;
        int64_t end = i == n ? INT64_MAX : inside ? clips[i]->at + clips[i]->length : clips[i]->at;
        range.first = first > range.first ? first : range.first;
        range.last = end - 1 < range.last ? end - 1 : range.last;
    }
    return range;
}

struct layers {
    const struct ho_timeline_clip *clip[HO_TIMELINE_TRACKS_MAX];    // the lowest first
    int n;
};

static struct layers find_layers(const struct ho_timeline *timeline, int64_t frame)
{
    struct layers layers = {.n = 0};
    for (int place = 0; place < HO_TIMELINE_TRACKS_MAX; place++) {
        const struct ho_track *track = ho_timeline_track_at(timeline, HO_TRACK_VIDEO, place);
        if (!track)
            break;
        const struct ho_timeline_clip *clip = track->enabled ? ho_timeline_clip_at(timeline, track->id, frame) : NULL;
        if (clip && clip->enabled)
            layers.clip[layers.n++] = clip;
    }
    return layers;
}

// ---- laying them together

static void name_node(const struct ho_timeline_clip *clip, const char *what, char out[HO_NODE_ID_SIZE])
{
    snprintf(out, HO_NODE_ID_SIZE, "clip%" PRId64 "-%s", clip->id, what);
}

// The clip's picture in the timeline's frame. Empty: there is none.
static enum ho_result place_clip(struct ho_compiling *c, const struct ho_timeline_clip *clip, struct ho_pin *out)
{
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(c->timeline);
    char id[HO_NODE_ID_SIZE];
    HO_TRY(ho_compiling_picture(c, clip, out));
    if (ho_pin_is_empty(out))
        return HO_OK;
    name_node(clip, "sizing", id);
    HO_TRY(ho_compiling_add(c, clip, "sizing", id, "image", out));
    HO_TRY(ho_compiling_set(c, id, "width", settings->width));
    HO_TRY(ho_compiling_set(c, id, "height", settings->height));
    HO_TRY(ho_compiling_set(c, id, "fit", clip->fit));    // the node has them in the same order
    for (int i = HO_CLIP_ZOOM_X; i <= HO_CLIP_CROP_BOTTOM; i++)
        HO_TRY(ho_compiling_curve(c, id, ho_clip_number_describe((enum ho_clip_number)i)->name, &clip->number[i]));
    HO_TRY(ho_compiling_set(c, id, "flip_horizontally", clip->flip_x));
    HO_TRY(ho_compiling_set(c, id, "flip_vertically", clip->flip_y));
    *out = ho_pin_of(id, "image");
    return HO_OK;
}

static const char *apply_mode(enum ho_composite mode)
{
    switch (mode) {
    case HO_COMPOSITE_ADD: return "add";
    case HO_COMPOSITE_SCREEN: return "screen";
    case HO_COMPOSITE_MULTIPLY: return "multiply";
    case HO_COMPOSITE_OVERLAY: return "overlay";
    case HO_COMPOSITE_SOFT_LIGHT: return "soft-light";
    case HO_COMPOSITE_HARD_LIGHT: return "hard-light";
    case HO_COMPOSITE_DARKEN: return "darken";
    case HO_COMPOSITE_LIGHTEN: return "lighten";
    case HO_COMPOSITE_DIFFERENCE: return "difference";
    case HO_COMPOSITE_SUBTRACT: return "subtract-background";
    default: return "normal";
    }
}

enum ho_result ho_compiling_plain(struct ho_compiling *c, const char *id, double alpha, struct ho_pin *out)
{
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(c->timeline);
    const double colour[] = {0, 0, 0, alpha};
    *out = ho_pin_of(id, "image");
    for (size_t i = 0; i < ho_graph_n_nodes(c->graph); i++)
        if (strcmp(ho_graph_node(c->graph, i).id, id) == 0)
            return HO_OK;
    HO_TRY(ho_compiling_add(c, NULL, "background", id, NULL, NULL));
    HO_TRY(ho_graph_set(c->graph, id, "colour", colour, 4, c->diag));
    HO_TRY(ho_compiling_set(c, id, "width", settings->width));
    return ho_compiling_set(c, id, "height", settings->height);
}

// Lays a clip's picture on what lies beneath, which becomes both.
static enum ho_result lay(struct ho_compiling *c, const struct ho_timeline_clip *clip, const struct ho_pin *picture,
                          struct ho_pin *beneath)
{
    const struct ho_curve *opacity = &clip->number[HO_CLIP_OPACITY];
    char id[HO_NODE_ID_SIZE];
    bool first = ho_pin_is_empty(beneath);
    if (first && !opacity->n_keys && opacity->value == 1) {
        *beneath = *picture;
        return HO_OK;
    }
    if (first)
        HO_TRY(ho_compiling_plain(c, "nothing", 0, beneath));
    name_node(clip, "over", id);
    HO_TRY(ho_compiling_add(c, clip, "merge", id, "background", beneath));
    HO_TRY(ho_compiling_connect(c, picture, id, "foreground"));
    HO_TRY(ho_graph_set_text(c->graph, id, "apply_mode", apply_mode(clip->composite), c->diag));
    HO_TRY(ho_compiling_curve(c, id, "blend", opacity));
    *beneath = ho_pin_of(id, "image");
    return HO_OK;
}

// Cuts a Foreground's picture by its matte.
static enum ho_result cut(struct ho_compiling *c, const struct ho_timeline_clip *matte,
                          const struct ho_timeline_clip *clip, struct ho_pin *picture)
{
    struct ho_pin shown, key;
    char id[HO_NODE_ID_SIZE];
    HO_TRY(place_clip(c, matte, &shown));
    bool alpha = matte->composite == HO_COMPOSITE_ALPHA || matte->composite == HO_COMPOSITE_INVERTED_ALPHA,
         invert = matte->composite == HO_COMPOSITE_INVERTED_LUMA || matte->composite == HO_COMPOSITE_INVERTED_ALPHA;
    if (ho_pin_is_empty(&shown))
        HO_TRY(ho_compiling_plain(c, "no-matte", 0, &shown));
    name_node(matte, "key", id);
    key = ho_pin_of(id, "key");
    HO_TRY(ho_compiling_add(c, matte, "bitmap", id, "image", &shown));
    HO_TRY(ho_graph_set_text(c->graph, id, "channel", alpha ? "alpha" : "luminance", c->diag));
    HO_TRY(ho_compiling_set(c, id, "invert", invert));
    HO_TRY(ho_compiling_curve(c, id, "level", &matte->number[HO_CLIP_OPACITY]));
    name_node(clip, "cut", id);
    HO_TRY(ho_compiling_add(c, clip, "brightness_contrast", id, "image", picture));
    HO_TRY(ho_compiling_connect(c, &key, id, "mask"));
    HO_TRY(ho_compiling_set(c, id, "multiply_by_mask", 1));
    *picture = ho_pin_of(id, "image");
    return HO_OK;
}

// A matte that cuts nothing: its picture is not seen.
static enum ho_result note_unused(struct ho_compiling *c, const struct ho_timeline_clip *matte)
{
    char name[512];
    ho_compiling_name(c, matte, name, sizeof(name));
    return ho_compiling_note(c,
                             "%s is a matte (%s) and is not seen: the clip right above it is not marked Foreground; "
                             "mark that one, or set this one to Normal",
                             name, ho_composite_name(matte->composite));
}

static enum ho_result add_layer(struct ho_compiling *c, const struct layers *layers, int i, struct ho_pin *beneath)
{
    const struct ho_timeline_clip *clip = layers->clip[i], *below = i > 0 ? layers->clip[i - 1] : NULL,
                                  *above = i + 1 < layers->n ? layers->clip[i + 1] : NULL;
    struct ho_pin picture;
    if (ho_composite_is_matte(clip->composite))
        return above && above->composite == HO_COMPOSITE_FOREGROUND ? HO_OK : note_unused(c, clip);
    HO_TRY(place_clip(c, clip, &picture));
    if (ho_pin_is_empty(&picture))
        return HO_OK;
    bool has_matte = below && ho_composite_is_matte(below->composite);
    if (clip->composite == HO_COMPOSITE_FOREGROUND && has_matte)
        HO_TRY(cut(c, below, clip, &picture));
    if (clip->composite == HO_COMPOSITE_FOREGROUND && !has_matte) {
        char name[512];
        ho_compiling_name(c, clip, name, sizeof(name));
        HO_TRY(ho_compiling_note(c,
                                 "%s is marked Foreground and nothing cuts it: mark the clip right below it Luma, "
                                 "Inverted Luma, Alpha or Inverted Alpha",
                                 name));
    }
    return lay(c, clip, &picture, beneath);
}

static enum ho_result finish(struct ho_compiling *c, const struct ho_pin *stack)
{
    struct ho_pin ground, both = *stack;
    if (ho_pin_is_empty(stack) || !c->options->keep_alpha) {
        HO_TRY(ho_compiling_plain(c, "ground", c->options->keep_alpha ? 0 : 1, &ground));
        HO_TRY(ho_compiling_add(c, NULL, "merge", "picture", "background", &ground));
        both = ho_pin_of("picture", "image");
        if (!ho_pin_is_empty(stack))
            HO_TRY(ho_compiling_connect(c, stack, "picture", "foreground"));
    }
    return ho_compiling_add(c, NULL, "media_out", HO_COMPILED_OUTPUT, "image", &both);
}

// ---- the contract

static enum ho_result begin(struct ho_compiling *c, struct ho_compiled *out)
{
    *out = (struct ho_compiled){.notes = ho_strdup("")};
    if (!out->notes)
        return ho_fail_memory(c->diag, 1);
    HO_TRY(ho_graph_create(&out->graph, c->diag));
    c->graph = out->graph;
    c->notes = &out->notes;
    return HO_OK;
}

void ho_compiled_node(int64_t clip, enum ho_page page, const char *node, char out[HO_NODE_ID_SIZE])
{
    snprintf(out, HO_NODE_ID_SIZE, "clip%" PRId64 "-%s-%s", clip, page == HO_PAGE_FUSION ? "fusion" : "color", node);
}

void ho_compiled_clear(struct ho_compiled *compiled)
{
    ho_graph_destroy(&compiled->graph);
    free(compiled->notes);
    *compiled = (struct ho_compiled){0};
}

enum ho_result ho_compile(const struct ho_timeline *timeline, int64_t frame, const struct ho_compile_options *options,
                          struct ho_compiled *out, struct ho_diag *diag)
{
    struct ho_compiling c = {.timeline = timeline, .options = options, .diag = diag};
    struct layers layers = find_layers(timeline, frame);
    struct ho_pin stack = {.port = NULL};
    enum ho_result result = begin(&c, out);
    out->frames = ho_compile_stretch(timeline, frame);
    for (int i = 0; i < layers.n && result == HO_OK; i++)
        result = add_layer(&c, &layers, i, &stack);
    if (result == HO_OK)
        result = finish(&c, &stack);
    if (result != HO_OK)
        ho_compiled_clear(out);
    return result;
}

// The source frames that a clip shows, or its own.
static struct ho_range own_frames(const struct ho_compiling *c, const struct ho_timeline_clip *clip)
{
    int64_t last = clip->at + clip->length - 1;
    return (struct ho_range){ho_scope_frame(&c->time, clip->at), ho_scope_frame(&c->time, last)};
}

enum ho_result ho_compile_clip(const struct ho_timeline *timeline, int64_t id, const struct ho_compile_options *options,
                               struct ho_compiled *out, struct ho_diag *diag)
{
    struct ho_compiling c = {.timeline = timeline, .options = options, .alone = true, .diag = diag};
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(timeline, id);
    struct ho_pin picture;
    *out = (struct ho_compiled){.graph = NULL};
    if (!clip)
        return ho_fail(diag, HO_ERROR_USAGE, "timeline \"%s\" has no clip with the number %" PRId64,
                       ho_timeline_get_settings(timeline)->name, id);
    enum ho_result result = begin(&c, out);
    if (result == HO_OK)
        result = ho_compiling_picture(&c, clip, &picture);
    if (result == HO_OK && ho_pin_is_empty(&picture))
        result = ho_compiling_plain(&c, "nothing", 0, &picture);
    if (result == HO_OK)
        result = ho_compiling_add(&c, NULL, "media_out", HO_COMPILED_OUTPUT, "image", &picture);
    out->frames = own_frames(&c, clip);
    if (result != HO_OK)
        ho_compiled_clear(out);
    return result;
}
