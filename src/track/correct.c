// SPDX-License-Identifier: BSD-2-Clause
// Corrections. The first frame that a user prompts says what the object is. Clicks and strokes on a later one say what
// is wrong there: they start from the matte that the prompts given before them lead to on that frame, which joins them
// as a mask. A frame that has a mask or a box of its own says everything itself.
#include <stdlib.h>

#include "base/memory.h"
#include "track/track.h"

// The object's prompts as they were given, then the masks that corrections start from.
struct corrected {
    struct ho_prompt *prompts;
    size_t n, n_given;
};

static bool frame_is_new(const struct ho_prompt *prompts, size_t n, int64_t frame)
{
    for (size_t i = 0; i < n; i++)
        if (prompts[i].frame == frame)
            return false;
    return true;
}

static bool says_everything(const struct ho_prompt *prompts, size_t n, int64_t frame)
{
    for (size_t i = 0; i < n; i++)
        if (prompts[i].frame == frame && (prompts[i].kind == HO_PROMPT_MASK || prompts[i].kind == HO_PROMPT_BOX))
            return true;
    return false;
}

// Those on frames that came up before prompt `end`, and the masks.
static size_t select_earlier(const struct corrected *c, size_t end, struct ho_prompt *out)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        if (i >= c->n_given || !frame_is_new(c->prompts, end, c->prompts[i].frame))
            out[n++] = c->prompts[i];
    return n;
}

static enum ho_result load_matte(struct ho_track *track, const char *id, int64_t frame, struct ho_matte **out,
                                 struct ho_diag *diag)
{
    struct ho_store *store = NULL;
    struct ho_frame_entry entry;
    HO_TRY(ho_matte_create(track->source->width, track->source->height, out, diag));
    enum ho_result result = ho_store_open(track->bank, id, HO_STORE_READ, &store, diag);
    if (result == HO_OK)
        result = ho_store_get(store, frame, HO_PASS_FINAL, *out, &entry, diag);
    ho_store_close(&store);
    // Tracking did not come that far (a cut, the direction), or the object was thought gone: nothing to correct, so the
    // clicks start from nothing.
    if (result == HO_END || (result == HO_OK && ho_matte_area(*out) == 0)) {
        ho_matte_destroy(out);
        return HO_OK;
    }
    if (result != HO_OK)
        ho_matte_destroy(out);
    return result;
}

// A run inside a run goes on counting where the outer one stands.
static void tell_outer(void *opaque, const struct ho_track_progress *inner)
{
    struct ho_track *track = opaque;
    struct ho_track_progress progress = *inner;
    progress.n_done += track->progress.n_done;
    progress.n_total += track->progress.n_total;
    track->correcting = progress;
    if (track->request->progress)
        track->request->progress(track->request->opaque, &progress);
}

// What the earlier prompts lead to on the frame of prompt `i`: tracked as far as that, unless the bank has it.
static enum ho_result find_basis(struct ho_track *track, const struct ho_object_request *object, struct corrected *c,
                                 size_t i, struct ho_matte **out, struct ho_diag *diag)
{
    struct ho_prompt *earlier = ho_alloc(c->n, sizeof(*earlier));
    if (!earlier)
        return ho_fail_memory(diag, c->n * sizeof(*earlier));
    struct ho_object_request sub_object = *object;
    sub_object.prompts = earlier;
    sub_object.n_prompts = select_earlier(c, i, earlier);
    struct ho_track_request sub = *track->request;
    sub.objects = &sub_object;
    sub.n_objects = 1;
    sub.range = (struct ho_range){c->prompts[i].frame, c->prompts[i].frame};
    sub.progress = tell_outer;
    sub.opaque = track;
    struct ho_track_report report;
    enum ho_result result = ho_track_run(&sub, &report, diag);
    if (result == HO_OK)
        result = load_matte(track, report.objects[0].id, c->prompts[i].frame, out, diag);
    track->progress.n_done = track->correcting.n_done;
    track->progress.n_total = track->correcting.n_done;
    ho_track_report_clear(&report);
    free(earlier);
    return result;
}

enum ho_result ho_object_correct(struct ho_track *track, const struct ho_object_request *request,
                                 struct ho_object *object, struct ho_diag *diag)
{
    int64_t begun = ho_track_clock();
    struct corrected c = {.prompts = ho_alloc(2 * request->n_prompts, sizeof(*c.prompts)),
                          .n = request->n_prompts,
                          .n_given = request->n_prompts};
    object->bases = ho_alloc(request->n_prompts, sizeof(*object->bases));
    enum ho_result result = c.prompts && object->bases
                                ? HO_OK
                                : ho_fail_memory(diag, 2 * request->n_prompts * sizeof(*c.prompts));
    for (size_t i = 0; i < request->n_prompts && result == HO_OK; i++)
        c.prompts[i] = request->prompts[i];
    for (size_t i = 1; i < request->n_prompts && result == HO_OK; i++) {
        int64_t frame = request->prompts[i].frame;
        if (!frame_is_new(request->prompts, i, frame) || says_everything(request->prompts, request->n_prompts, frame))
            continue;
        struct ho_matte *basis = NULL;
        result = find_basis(track, request, &c, i, &basis, diag);
        if (!basis)
            continue;
        object->bases[object->n_bases++] = basis;
        c.prompts[c.n++] = (struct ho_prompt){.kind = HO_PROMPT_MASK, .frame = frame, .mask = basis};
    }
    if (result == HO_OK && c.n > c.n_given) {
        ho_prompt_set_clear(&object->prompts);
        result = ho_prompt_set_create(c.prompts, c.n, track->source, &object->prompts, diag);
    }
    free(c.prompts);
    track->correcting_ns += ho_track_clock() - begun;
    return result;
}
