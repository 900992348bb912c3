// SPDX-License-Identifier: BSD-2-Clause
// What the parts of the compiler share: a graph that grows, and where a picture comes from in it.
#ifndef HO_DELIVER_COMPILING_H
#define HO_DELIVER_COMPILING_H

#include "holdout/compile.h"

// An output of a node; an empty node: there is no picture.
struct ho_pin {
    char node[HO_NODE_ID_SIZE];
    const char *port;
};

struct ho_compiling {
    const struct ho_timeline *timeline;
    const struct ho_compile_options *options;
    struct ho_graph *graph;
    char **notes;
    bool alone;              // one clip by itself: no scopes, the source's own frames ...
    struct ho_scope time;    // ... on which keyframes come to lie as this says
    struct ho_diag *diag;
};

static inline bool ho_pin_is_empty(const struct ho_pin *pin) { return !pin->node[0]; }
struct ho_pin ho_pin_of(const char *node, const char *port);

// "clip "ride" on V2 at 01:00:04:00", for sentences.
void ho_compiling_name(const struct ho_compiling *c, const struct ho_timeline_clip *clip, char *out, size_t size);
HO_PRINTF(2, 3) enum ho_result ho_compiling_note(struct ho_compiling *c, const char *format, ...) HO_MUST_CHECK;
// Adds a node in the scope of a clip (NULL: in none), and feeds `from` (may be empty) into its `input`.
enum ho_result ho_compiling_add(struct ho_compiling *c, const struct ho_timeline_clip *clip, const char *type,
                                const char *id, const char *input, const struct ho_pin *from) HO_MUST_CHECK;
enum ho_result ho_compiling_connect(struct ho_compiling *c, const struct ho_pin *from, const char *to,
                                    const char *input) HO_MUST_CHECK;
enum ho_result ho_compiling_set(struct ho_compiling *c, const char *id, const char *parameter,
                                double value) HO_MUST_CHECK;
// A plain black of the timeline's size; the node may be there already.
enum ho_result ho_compiling_plain(struct ho_compiling *c, const char *id, double alpha,
                                  struct ho_pin *out) HO_MUST_CHECK;
// A number of a clip with its keyframes, which count in clip time as the clip's scope does.
enum ho_result ho_compiling_curve(struct ho_compiling *c, const char *id, const char *parameter,
                                  const struct ho_curve *curve) HO_MUST_CHECK;
// compile_clip.c: source or texts, Fusion graph, Color graph. Empty: a title without a text.
enum ho_result ho_compiling_picture(struct ho_compiling *c, const struct ho_timeline_clip *clip,
                                    struct ho_pin *out) HO_MUST_CHECK;
// compile_source.c: the clip's scope, and the node that gives its footage, shared by clips that show the same frames.
enum ho_result ho_compiling_source(struct ho_compiling *c, const struct ho_timeline_clip *clip,
                                   struct ho_pin *out) HO_MUST_CHECK;

// compile_sound.c: whether what is heard in these frames is one clip as it is: which source, from which of its seconds
// to which.
struct ho_sound_alone {
    char path[4096];
    double start, end;
};
bool ho_compiling_sound_alone(const struct ho_timeline *timeline, struct ho_range frames,
                              const struct ho_compile_options *options, struct ho_sound_alone *out);

#endif
