// SPDX-License-Identifier: BSD-2-Clause
// A source inside a graph: opened once, its frame for each frame of the graph (matched by timecode where both have
// one), converted where it is wanted. What media_in, source and external_matte share.
#ifndef HO_NODES_MEDIA_SOURCE_H
#define HO_NODES_MEDIA_SOURCE_H

#include "graph/node.h"
#include "holdout/media.h"

enum {
    MEDIA_FILE,
    MEDIA_MATCH,
    MEDIA_OFFSET,
    MEDIA_ALPHA,
    MEDIA_OUTSIDE,
    MEDIA_N_PARAMETERS
};    // the first parameters of every node that has a source

extern const char *const media_matches[], *const media_outsides[], *const media_alphas[];
#define HO_MEDIA_PARAMETERS                                                                       \
    {"file", HO_PARAMETER_FILE, "", 0, 0, 0, 0, {0}, NULL, NULL, "a movie or an image sequence"}, \
        {"match",                                                                                 \
         HO_PARAMETER_CHOICE,                                                                     \
         "",                                                                                      \
         0,                                                                                       \
         1,                                                                                       \
         0,                                                                                       \
         1,                                                                                       \
         {0},                                                                                     \
         NULL,                                                                                    \
         media_matches,                                                                           \
         "timecode: by timecode where the graph and this file have one; frames: first on first"}, \
        {"offset",                                                                                \
         HO_PARAMETER_INTEGER,                                                                    \
         "frames",                                                                                \
         -10000000,                                                                               \
         10000000,                                                                                \
         -100,                                                                                    \
         100,                                                                                     \
         {0},                                                                                     \
         NULL,                                                                                    \
         NULL,                                                                                    \
         "added to the frame that matches"},                                                      \
        {"alpha",                                                                                 \
         HO_PARAMETER_CHOICE,                                                                     \
         "",                                                                                      \
         0,                                                                                       \
         3,                                                                                       \
         0,                                                                                       \
         3,                                                                                       \
         {0},                                                                                     \
         NULL,                                                                                    \
         media_alphas,                                                                            \
         "what a file's alpha is, where it says it wrongly: none, straight or premultiplied"},    \
    {                                                                                             \
        "outside", HO_PARAMETER_CHOICE, "", 0, 1, 0, 1, {0}, NULL, media_outsides,                \
            "before the first and after the last frame: hold it, or nothing (black)"              \
    }

struct media_source;
enum ho_result media_source_open(struct ho_node_context *context,
                                 struct ho_diag *diag) HO_MUST_CHECK;    // into context->state
void media_source_close(struct ho_node_context *context);
// Decodes the frame that matches; `identity` becomes its index.
enum ho_result media_source_prepare(struct ho_node_context *context, uint64_t *identity,
                                    struct ho_diag *diag) HO_MUST_CHECK;
uint64_t media_source_next(const struct ho_node_context *context);
unsigned media_source_flags(const struct ho_node_context *context);    // flags_now(): a still does not change with time
enum { MEDIA_BY_IDENTITY = 1 << MEDIA_MATCH | 1 << MEDIA_OFFSET | 1 << MEDIA_OUTSIDE };
const struct ho_frame *media_source_frame(const struct ho_node_context *context);    // NULL: outside, black
bool media_source_has_alpha(const struct ho_node_context *context);                  // of the frame; false outside
struct ho_frame *media_source_give(struct ho_node_context *context);    // forgets the frame, unless it may be held
const struct ho_source_info *media_source_info(const struct ho_node_context *context);
uint64_t media_source_contents(const struct ho_node_context *context);
void media_source_domain(const struct ho_node_context *context, int output, struct ho_domain *out);
// process() of a node that gives the frame as it is.
enum ho_result media_source_process(const struct ho_node_context *context, int output,
                                    const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out,
                                    struct ho_diag *diag) HO_MUST_CHECK;
// The region of `out` of the frame: 4 planes R, G, B, A premultiplied, or 1 plane luma.
enum ho_result media_source_read(const struct ho_node_context *context, struct ho_tile *out,
                                 struct ho_diag *diag) HO_MUST_CHECK;
// The same of the frame stretched to `width` x `height`.
enum ho_result media_source_read_scaled(const struct ho_node_context *context, int width, int height,
                                        struct ho_tile *out, struct ho_diag *diag) HO_MUST_CHECK;

#endif
