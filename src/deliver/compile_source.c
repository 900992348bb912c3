// SPDX-License-Identifier: BSD-2-Clause
// A clip's footage in the graph, and the scope that says which of its frames is shown when.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scale.h"
#include "deliver/compiling.h"

// Source frames for a frame of the timeline, and the source's time at the timeline's frame 0.
static void fill_time(const struct ho_compiling *c, const struct ho_timeline_clip *clip, struct ho_scope *scope)
{
    const struct ho_timeline_media *media = ho_timeline_find_media(c->timeline, clip->media);
    struct ho_rational rate = ho_timeline_get_settings(c->timeline)->rate;
    int64_t q = ho_timeline_parts(c->timeline, clip->media);
    bool still = !media || media->still;
    // source rate / timeline rate = p / q; the timeline has reduced it to q.
    int64_t p = clip->media == 0 ? 1
                : still          ? 0
                        : (int64_t)((ho_wide)media->rate.num * rate.den * q / ((ho_wide)media->rate.den * rate.num));
    ho_wide time = clip->media == 0 ? (ho_wide)clip->origin - clip->at
                                    : (ho_wide)clip->in * q + clip->in_part - (ho_wide)clip->at * p;
    q = clip->media == 0 ? 1 : q;
    scope->rate = (struct ho_rational){p, q};
    scope->first = ho_wide_narrow(ho_wide_floor(time, q));
    scope->part = (int64_t)(time - (ho_wide)scope->first * q);
    scope->shift = clip->origin - clip->at;
    if (c->alone && (still || clip->media == 0)) {    // frames are counted from the clip's first one
        scope->first = -clip->at;
        scope->part = 0;
        scope->rate = (struct ho_rational){1, 1};
    }
}

static bool same_time(const struct ho_scope *a, const struct ho_scope *b)
{
    return a->first == b->first && a->part == b->part && a->rate.num == b->rate.num && a->rate.den == b->rate.den;
}

// A name for footage that is not taken, or the one that shows the same frames of the same media already.
static bool find_footage(const struct ho_compiling *c, int64_t media, struct ho_scope *scope)
{
    for (int n = 1;; n++) {
        if (n == 1)
            snprintf(scope->id, sizeof(scope->id), "media%" PRId64, media);
        else
            snprintf(scope->id, sizeof(scope->id), "media%" PRId64 "-%d", media, n);
        const struct ho_scope *taken = ho_graph_scope_of(c->graph, scope->id);
        if (!taken || same_time(taken, scope))
            return taken;
    }
}

static enum ho_result refuse_offline(const struct ho_compiling *c, const struct ho_timeline_clip *clip,
                                     const char *said)
{
    char name[512];
    ho_compiling_name(c, clip, name, sizeof(name));
    return ho_fail(c->diag, HO_ERROR_INPUT, "%s: %s; relink it, or disable the clip", name, said);
}

// The sentence where the picture would be.
static enum ho_result show_offline(struct ho_compiling *c, const struct ho_timeline_clip *clip, const char *said,
                                   struct ho_pin *out)
{
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(c->timeline);
    char ground[HO_NODE_ID_SIZE], text[HO_NODE_ID_SIZE], over[HO_NODE_ID_SIZE];
    snprintf(ground, sizeof(ground), "clip%" PRId64 "-offline", clip->id);
    snprintf(text, sizeof(text), "clip%" PRId64 "-sentence", clip->id);
    snprintf(over, sizeof(over), "clip%" PRId64 "-both", clip->id);
    struct ho_pin below = ho_pin_of(ground, "image"), above = ho_pin_of(text, "image");
    const double red[] = {0.35, 0.05, 0.05, 1};
    HO_TRY(ho_compiling_add(c, NULL, "background", ground, NULL, NULL));
    HO_TRY(ho_graph_set(c->graph, ground, "colour", red, 4, c->diag));
    HO_TRY(ho_compiling_add(c, NULL, "text_plus", text, NULL, NULL));
    HO_TRY(ho_graph_set_text(c->graph, text, "text", said, c->diag));
    HO_TRY(ho_compiling_set(c, text, "size", 0.05));
    HO_TRY(ho_compiling_set(c, text, "wrap", 0.9));
    for (int i = 0; i < 2; i++) {
        HO_TRY(ho_compiling_set(c, i ? text : ground, "width", settings->width));
        HO_TRY(ho_compiling_set(c, i ? text : ground, "height", settings->height));
    }
    HO_TRY(ho_compiling_add(c, NULL, "merge", over, "background", &below));
    HO_TRY(ho_compiling_connect(c, &above, over, "foreground"));
    *out = ho_pin_of(over, "image");
    return HO_OK;
}

static enum ho_result add_footage(struct ho_compiling *c, const struct ho_scope *time,
                                  const struct ho_compile_media *media, struct ho_pin *out)
{
    *out = ho_pin_of(c->alone ? "footage" : time->id, "image");
    HO_TRY(ho_graph_add(c->graph, "media_in", out->node, c->diag));
    HO_TRY(ho_graph_set_text(c->graph, out->node, "file", media->path, c->diag));
    HO_TRY(ho_graph_set_text(c->graph, out->node, "match", "frames", c->diag));
    HO_TRY(ho_compiling_set(c, out->node, "alpha", media->alpha));    // the node has them in the same order
    if (c->alone)
        return HO_OK;
    HO_TRY(ho_graph_add_scope(c->graph, time, c->diag));
    return ho_graph_set_scope(c->graph, out->node, time->id, c->diag);
}

static enum ho_result add_clip_scope(struct ho_compiling *c, const struct ho_timeline_clip *clip,
                                     const struct ho_scope *time, const char *main)
{
    struct ho_scope scope = *time;
    if (c->alone)
        return HO_OK;
    snprintf(scope.id, sizeof(scope.id), "clip%" PRId64, clip->id);
    snprintf(scope.main, sizeof(scope.main), "%s", main);
    return ho_graph_add_scope(c->graph, &scope, c->diag);
}

enum ho_result ho_compiling_source(struct ho_compiling *c, const struct ho_timeline_clip *clip, struct ho_pin *out)
{
    struct ho_compile_media media = {.path = ""};
    struct ho_scope time = {.id = ""};
    const struct ho_timeline_media *known = ho_timeline_find_media(c->timeline, clip->media);
    fill_time(c, clip, &time);
    c->time = time;
    *out = (struct ho_pin){.port = NULL};
    if (clip->media == 0)
        return add_clip_scope(c, clip, &time, "");
    bool found = c->options->find && c->options->find(c->options->opaque, clip->media, &media);
    if (!found || !media.path[0]) {
        char said[1024];
        snprintf(said, sizeof(said), "%s%s%s", media.said[0] ? media.said : "\"",
                 media.said[0] ? ""
                 : known       ? known->name
                               : "its media",
                 media.said[0] ? "" : "\" is offline");
        if (!c->options->show_offline)
            return refuse_offline(c, clip, said);
        HO_TRY(show_offline(c, clip, said, out));
        return add_clip_scope(c, clip, &time, "");
    }
    if (find_footage(c, clip->media, &time))
        *out = ho_pin_of(time.id, "image");
    else
        HO_TRY(add_footage(c, &time, &media, out));
    return add_clip_scope(c, clip, &time, out->node);
}
