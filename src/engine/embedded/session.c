// SPDX-License-Identifier: BSD-2-Clause
// A session: the networks compiled for the sizes that are needed, and the features of recent frames.
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"

enum { INPUTS_MAX = 6, OUTPUTS_MAX = 6 };    // of a stage

#define CONTRAST \
    2.5f    // 0.3 and 0.7 become black and white: what the network wavers about is no half-transparent matte

double ho_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct ho_view ho_session_whole(const struct ho_engine_session *session, int long_side)
{
    return ho_view_whole(session->picture, session->aspect, long_side);
}

struct ho_view ho_session_crop(const struct ho_engine_session *session, const struct ho_rect *box)
{
    const struct ho_tuning *tuning = session->tuning;
    struct ho_rect inside = ho_view_inside(session->picture, box);
    return ho_view_crop(session->picture, session->aspect, &inside, tuning->margin, tuning->shapes, tuning->n_shapes);
}

static struct ho_tensor tensor(const char *name, int channels, struct ho_size size, int stride, const float *data)
{
    struct ho_tensor made = {.name = name, .shape = {1, channels, size.height / stride, size.width / stride}};
    memcpy(&made.data, &data, sizeof data);    // inputs are only read; the runtime's interface knows no const
    return made;
}

// The inputs of a stage at a size. Returns their number.
static int stage_inputs(enum ho_stage stage, struct ho_size size, const struct ho_features *f,
                        const struct ho_asked *asked, struct ho_tensor out[INPUTS_MAX])
{
    static const struct ho_features none;
    static const struct ho_asked nothing;
    f = f ? f : &none;
    asked = asked ? asked : &nothing;
    switch (stage) {
    case HO_STAGE_ENCODE: out[0] = tensor("image", 3, size, 1, f->image); return 1;
    case HO_STAGE_MEMORIZE:
        out[0] = tensor("image", 3, size, 1, f->image);
        out[1] = tensor("f16", HO_F16, size, 16, f->f16);
        out[2] = tensor("mask", 1, size, 1, asked->mask);
        out[3] = tensor("others", 1, size, 1, asked->others);
        return 4;
    case HO_STAGE_CLICK:
        out[0] = tensor("image", 3, size, 1, f->image);
        out[1] = tensor("clicks", 2, size, 1, asked->clicks);
        out[2] = tensor("previous", 1, size, 1, asked->previous);
        return 3;
    default:
        out[0] = tensor("f4", HO_F4, size, 4, f->f4);
        out[1] = tensor("f8", HO_F8, size, 8, f->f8);
        out[2] = tensor("f16", HO_F16, size, 16, f->f16);
        out[3] = tensor("previous", 1, size, 1, asked->previous);
        out[4] = tensor("reading", HO_VALUE, size, 16, asked->reading);
        out[5] = tensor("score", 1, size, 16, asked->score);
        return 6;
    }
}

static struct ho_compiled *find_compiled(const struct ho_engine_session *session, enum ho_stage stage,
                                         struct ho_size size)
{
    for (int i = 0; i < session->n_compiled; i++) {
        const struct ho_compiled_entry *entry = &session->compiled[i];
        if (entry->stage == stage && entry->size.width == size.width && entry->size.height == size.height)
            return entry->compiled;
    }
    return NULL;
}

// The runtime and a stage's network, at their first use: a run that finds all its mattes in the bank needs neither.
static enum ho_result load_network(struct ho_engine_session *session, enum ho_stage stage, struct ho_diag *diag)
{
    if (!session->runtime)
        HO_TRY(ho_runtime_create(session->options.n_threads, session->identity.precision, &session->runtime, diag));
    if (session->networks[stage])
        return HO_OK;
    struct ho_weights_stage *files = &session->weights.stage[stage];
    return ho_network_create(session->runtime, ho_stage_name(stage), files->xml, files->xml_size, files->bin,
                             files->bin_size, &session->networks[stage], diag);
}

enum ho_result ho_session_prepare(struct ho_engine_session *session, enum ho_stage stage, struct ho_size size,
                                  struct ho_diag *diag)
{
    if (find_compiled(session, stage, size))
        return HO_OK;
    HO_TRY(load_network(session, stage, diag));
    struct ho_compiled_entry *entries = ho_realloc(session->compiled, (size_t)session->n_compiled + 1, sizeof *entries);
    if (!entries)
        return ho_fail_memory(diag, sizeof *entries);
    session->compiled = entries;
    struct ho_compiled_entry *entry = &entries[session->n_compiled];
    *entry = (struct ho_compiled_entry){.stage = stage, .size = size};
    struct ho_tensor inputs[INPUTS_MAX];
    int n = stage_inputs(stage, size, NULL, NULL, inputs);
    HO_TRY(ho_compiled_create(session->networks[stage], inputs, n, &entry->compiled, diag));
    session->n_compiled++;
    return HO_OK;
}

static enum ho_result run_stage(struct ho_engine_session *session, enum ho_stage stage, const struct ho_features *f,
                                const struct ho_asked *asked, const struct ho_tensor *outputs, int n_outputs,
                                double *seconds, struct ho_diag *diag)
{
    struct ho_size size = {f->view.width, f->view.height};
    HO_TRY(ho_session_prepare(session, stage, size, diag));
    double start = ho_seconds();
    struct ho_tensor tensors[INPUTS_MAX + OUTPUTS_MAX];
    int n = stage_inputs(stage, size, f, asked, tensors);
    memcpy(tensors + n, outputs, (size_t)n_outputs * sizeof *outputs);
    HO_TRY(ho_compiled_run(find_compiled(session, stage, size), tensors, n + n_outputs, diag));
    *seconds += ho_seconds() - start;
    return HO_OK;
}

static enum ho_result features_create(const struct ho_view *view, struct ho_features **out, struct ho_diag *diag)
{
    size_t n = ho_view_area(view), places = n / 256;
    size_t total = n * 3 + n / 16 * HO_F4 + n / 64 * HO_F8 + places * (HO_F16 + 2 * HO_KEY) + (places + 15) / 16 * 16;
    struct ho_features *features = ho_alloc(1, sizeof *features);
    if (!features)
        return ho_fail_memory(diag, sizeof *features);
    features->image = ho_alloc_aligned(total * sizeof(float));
    if (!features->image) {
        free(features);
        return ho_fail_memory(diag, total * sizeof(float));
    }
    features->view = *view;
    features->f4 = features->image + n * 3;
    features->f8 = features->f4 + n / 16 * HO_F4;
    features->f16 = features->f8 + n / 64 * HO_F8;
    features->key = features->f16 + places * HO_F16;
    features->selection = features->key + places * HO_KEY;
    features->shrinkage = features->selection + places * HO_KEY;
    *out = features;
    return HO_OK;
}

static void features_destroy(struct ho_features **features)
{
    if (!*features)
        return;
    free((*features)->image);
    free(*features);
    *features = NULL;
}

// A slot for new features: a free one, or the one not used for longest. It is empty afterwards.
static struct ho_features **claim_slot(struct ho_engine_session *session)
{
    struct ho_features **oldest = &session->features[0];
    for (int i = 0; i < session->n_features; i++) {
        struct ho_features **slot = &session->features[i];
        if (!*slot)
            return slot;
        if ((*slot)->used < (*oldest)->used)
            oldest = slot;
    }
    features_destroy(oldest);
    return oldest;
}

static enum ho_result see(struct ho_engine_session *session, const struct ho_frame *frame, struct ho_features *f,
                          struct ho_diag *diag)
{
    double start = ho_seconds();
    size_t n = ho_view_area(&f->view);
    // The rows of a view are whole cache lines, so the tensor is a picture as it stands.
    struct ho_picture picture = {.width = f->view.width,
                                 .height = f->view.height,
                                 .stride = f->view.width,
                                 .n_planes = 3,
                                 .plane = {f->image, f->image + n, f->image + 2 * n}};
    enum ho_result result = ho_converter_read(session->converter, frame, &f->view.region, &picture, diag);
    if (result == HO_OK)
        if (!getenv("NOMIR"))
            ho_view_mirror(session->picture, &f->view, 3, f->image);
    session->times.convert += ho_seconds() - start;
    return result;
}

static enum ho_result encode(struct ho_engine_session *session, struct ho_features *f, struct ho_diag *diag)
{
    struct ho_size size = {f->view.width, f->view.height};
    const struct ho_tensor outputs[] = {
        tensor("f4", HO_F4, size, 4, f->f4),
        tensor("f8", HO_F8, size, 8, f->f8),
        tensor("f16", HO_F16, size, 16, f->f16),
        tensor("key", HO_KEY, size, 16, f->key),
        tensor("shrinkage", 1, size, 16, f->shrinkage),
        tensor("selection", HO_KEY, size, 16, f->selection),
    };
    session->times.n_encoded++;
    HO_TRY(run_stage(session, HO_STAGE_ENCODE, f, NULL, outputs, 6, &session->times.encode, diag));
    f->encoded = true;
    return HO_OK;
}

// What is kept of a frame in a view; at least its picture.
static enum ho_result keep_features(struct ho_engine_session *session, const struct ho_frame *frame,
                                    const struct ho_view *view, struct ho_features **out, struct ho_diag *diag)
{
    int64_t index = ho_frame_index(frame);
    for (int i = 0; i < session->n_features; i++) {
        struct ho_features *kept = session->features[i];
        if (kept && kept->frame == index && ho_view_equal(&kept->view, view)) {
            kept->used = ++session->clock;
            *out = kept;
            return HO_OK;
        }
    }
    struct ho_features **slot = claim_slot(session);
    HO_TRY(features_create(view, slot, diag));
    (*slot)->frame = index;
    enum ho_result result = see(session, frame, *slot, diag);
    if (result != HO_OK) {
        features_destroy(slot);
        return result;
    }
    (*slot)->used = ++session->clock;
    *out = *slot;
    return HO_OK;
}

enum ho_result ho_session_reserve(struct ho_engine_session *session, int n, struct ho_diag *diag)
{
    if (n <= session->n_features)
        return HO_OK;
    struct ho_features **more = ho_alloc((size_t)n, sizeof *more);
    if (!more)
        return ho_fail_memory(diag, (size_t)n * sizeof *more);
    memcpy(more, session->features, (size_t)session->n_features * sizeof *more);
    free(session->features);
    session->features = more;
    session->n_features = n;
    return HO_OK;
}

enum ho_result ho_engine_session_picture(struct ho_engine_session *session, const struct ho_frame *frame,
                                         const struct ho_view *view, const struct ho_features **out,
                                         struct ho_diag *diag)
{
    struct ho_features *kept;
    HO_TRY(keep_features(session, frame, view, &kept, diag));
    *out = kept;
    return HO_OK;
}

enum ho_result ho_session_features(struct ho_engine_session *session, const struct ho_frame *frame,
                                   const struct ho_view *view, const struct ho_features **out, struct ho_diag *diag)
{
    struct ho_features *kept;
    HO_TRY(keep_features(session, frame, view, &kept, diag));
    if (!kept->encoded)
        HO_TRY(encode(session, kept, diag));
    *out = kept;
    return HO_OK;
}

// An empty map of at least `n` pixels, which stays the session's.
static enum ho_result find_nobody(struct ho_engine_session *session, size_t n, const float **out, struct ho_diag *diag)
{
    if (session->nobody_size < n) {
        float *empty = ho_alloc_aligned(n * sizeof *empty);
        if (!empty)
            return ho_fail_memory(diag, n * sizeof *empty);
        memset(empty, 0, n * sizeof *empty);
        free(session->nobody);
        session->nobody = empty;
        session->nobody_size = n;
    }
    *out = session->nobody;
    return HO_OK;
}

enum ho_result ho_session_memorize(struct ho_engine_session *session, const struct ho_features *features,
                                   const float *mask, const float *others, float *value, struct ho_diag *diag)
{
    const struct ho_tensor output = tensor("value", HO_VALUE,
                                           (struct ho_size){features->view.width, features->view.height}, 16, value);
    struct ho_asked asked = {.mask = mask, .others = others};
    if (!others)
        HO_TRY(find_nobody(session, ho_view_area(&features->view), &asked.others, diag));
    return run_stage(session, HO_STAGE_MEMORIZE, features, &asked, &output, 1, &session->times.memorize, diag);
}

enum ho_result ho_session_decode(struct ho_engine_session *session, const struct ho_features *features,
                                 const struct ho_asked *asked, float *mask, struct ho_diag *diag)
{
    const struct ho_tensor output = tensor("mask", 1, (struct ho_size){features->view.width, features->view.height}, 1,
                                           mask);
    return run_stage(session, HO_STAGE_DECODE, features, asked, &output, 1, &session->times.decode, diag);
}

enum ho_result ho_session_click(struct ho_engine_session *session, const struct ho_features *features,
                                const struct ho_asked *asked, float *mask, float *quality, struct ho_diag *diag)
{
    struct ho_size size = {features->view.width, features->view.height};
    _Alignas(64) float promised[16];
    const struct ho_tensor outputs[] = {tensor("mask", 1, size, 1, mask),
                                        {.name = "quality", .shape = {1, 1, 1, 1}, .data = promised}};
    HO_TRY(run_stage(session, HO_STAGE_CLICK, features, asked, outputs, 2, &session->times.click, diag));
    *quality = promised[0];
    return HO_OK;
}

enum ho_result ho_session_check(const struct ho_engine_session *session, const struct ho_matte *matte,
                                struct ho_diag *diag)
{
    if (matte->width != session->picture.width || matte->height != session->picture.height)
        return ho_fail(diag, HO_ERROR_USAGE, "engine: a matte of %dx%d pixels does not fit the source's %dx%d",
                       matte->width, matte->height, session->picture.width, session->picture.height);
    return HO_OK;
}

enum ho_result ho_session_deliver(struct ho_engine_session *session, const struct ho_frame *frame,
                                  const struct ho_view *view, const float *map, struct ho_matte *matte,
                                  struct ho_diag *diag)
{
    double start = ho_seconds();
    size_t n = ho_view_area(view);
    float *clean = ho_alloc_aligned(n * sizeof *clean);
    if (!clean)
        return ho_fail_memory(diag, n * sizeof *clean);
    for (size_t i = 0; i < n; i++) {
        float value = (map[i] - 0.5f) * CONTRAST + 0.5f;
        clean[i] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
    ho_view_to_matte(view, clean, session->options.n_threads, matte);
    double enlarged = ho_seconds();
    session->times.convert += enlarged - start;
    enum ho_result result = session->tuning->edge_radius > 0
                                ? ho_session_refine(session, frame, view, clean, matte, diag)
                                : HO_OK;
    free(clean);
    session->times.refine += ho_seconds() - enlarged;
    return result;
}
