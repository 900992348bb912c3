// SPDX-License-Identifier: BSD-2-Clause
// The embedded engine: the project's own small network. README.md beside this file says what its tensors are and how it
// remembers.
#include "engine/embedded/embedded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/engines.h"

#define VERSION "10"       // raise it when the same weights give other mattes
#define ASPECT_MOST 8.0    // of a source's pixel, longer to shorter side

static const struct ho_tuning tunings[] = {
    [HO_QUALITY_FASTER] = {.whole = 480,
                           .shapes = {{384, 384}, {384, 288}, {384, 224}, {288, 384}, {224, 384}},
                           .n_shapes = 5,
                           .margin = 1.6,
                           .interval = 5,
                           .recent = 8},
    [HO_QUALITY_BETTER] = {.whole = 640,
                           .shapes = {{608, 608}, {608, 464}, {608, 352}, {464, 608}, {352, 608}},
                           .n_shapes = 5,
                           .margin = 1.6,
                           .interval = 5,
                           .recent = 11,
                           .edge_radius = 5,
                           .edge_epsilon = 1e-3f},
};

const struct ho_click_tuning ho_click_tuning = {
    .whole = 480, .far = 288, .margin = 1.6, .shapes = {{448, 448}, {576, 336}, {336, 576}}, .n_shapes = 3};

const struct ho_tuning *ho_tuning_for(enum ho_quality quality) { return &tunings[quality == HO_QUALITY_BETTER]; }

static void embedded_close(struct ho_engine_session **session)
{
    struct ho_engine_session *s = session ? *session : NULL;
    if (!s)
        return;
    for (int i = 0; i < s->n_features; i++)
        if (s->features && s->features[i]) {
            free(s->features[i]->image);
            free(s->features[i]);
        }
    free(s->features);
    for (int i = 0; i < s->n_compiled; i++)
        ho_compiled_destroy(&s->compiled[i].compiled);
    free(s->compiled);
    for (int i = 0; i < HO_N_STAGES; i++)
        ho_network_destroy(&s->networks[i]);
    ho_runtime_destroy(&s->runtime);
    ho_weights_clear(&s->weights);
    ho_converter_destroy(&s->converter);
    free(s->scratch.block);
    free(s->nobody);
    free(s);
    *session = NULL;
}

static struct ho_size size_of(struct ho_view view) { return (struct ho_size){view.width, view.height}; }

// Compiles what clicks need: the whole picture's views and the closer ones.
static enum ho_result prepare_clicks(struct ho_engine_session *session, struct ho_diag *diag)
{
    const struct ho_click_tuning *tuning = &ho_click_tuning;
    HO_TRY(ho_session_prepare(session, HO_STAGE_CLICK, size_of(ho_session_whole(session, tuning->whole)), diag));
    HO_TRY(ho_session_prepare(session, HO_STAGE_CLICK, size_of(ho_session_whole(session, tuning->far)), diag));
    for (int i = 0; i < tuning->n_shapes; i++)
        HO_TRY(ho_session_prepare(session, HO_STAGE_CLICK, tuning->shapes[i], diag));
    return HO_OK;
}

// What is unknown is square, and so is what no lens does.
static double aspect_of(struct ho_rational aspect)
{
    double ratio = aspect.num > 0 && aspect.den > 0 ? (double)aspect.num / (double)aspect.den : 1;
    return ratio >= 1 / ASPECT_MOST && ratio <= ASPECT_MOST ? ratio : 1;
}

static enum ho_result embedded_open(const struct ho_engine_options *options, struct ho_engine_session **out,
                                    struct ho_diag *diag)
{
    *out = NULL;
    if (options->width < 1 || options->height < 1 || options->width > HO_SIZE_MAX || options->height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "engine: a source of %dx%d pixels is out of range (1 to %d)",
                       options->width, options->height, HO_SIZE_MAX);
    struct ho_engine_session *session = ho_alloc(1, sizeof *session);
    if (!session)
        return ho_fail_memory(diag, sizeof *session);
    session->options = *options;
    session->picture = (struct ho_size){options->width, options->height};
    session->aspect = aspect_of(options->pixel_aspect);
    session->tuning = ho_tuning_for(options->quality);
    session->n_features = options->feature_frames > 0 ? options->feature_frames : 12;
    if (session->n_features < 2)
        session->n_features = 2;    // one is in use while another is made
    session->features = ho_alloc((size_t)session->n_features, sizeof *session->features);
    enum ho_result result = session->features ? HO_OK : ho_fail_memory(diag, sizeof *session->features);
    if (result == HO_OK)
        result = ho_converter_create(&session->converter, diag);
    if (result == HO_OK)
        result = ho_weights_load(options->model, &session->weights, diag);
    if (result == HO_OK)
        result = ho_runtime_choose_precision(session->identity.precision, sizeof session->identity.precision, diag);
    if (result == HO_OK && options->answer_at_once)
        result = prepare_clicks(session, diag);
    if (result != HO_OK) {
        embedded_close(&session);
        return result;
    }
    struct ho_engine_identity *identity = &session->identity;
    snprintf(identity->name, sizeof identity->name, "embedded");
    snprintf(identity->version, sizeof identity->version, VERSION);
    snprintf(identity->weights, sizeof identity->weights, "%s", session->weights.hash);
    ho_runtime_version(identity->runtime, sizeof identity->runtime);
    session->options.model = NULL;    // borrowed for the call only
    *out = session;
    return HO_OK;
}

static const struct ho_engine_identity *embedded_identity(const struct ho_engine_session *session)
{
    return &session->identity;
}

static void embedded_times(const struct ho_engine_session *session, struct ho_engine_times *out)
{
    *out = session->times;
}

static enum ho_result embedded_walk_create(struct ho_engine_session *session, struct ho_engine_walk **out,
                                           struct ho_diag *diag)
{
    struct ho_engine_walk *walk = ho_alloc(1, sizeof *walk);
    *out = walk;
    if (!walk)
        return ho_fail_memory(diag, sizeof *walk);
    walk->session = session;
    return HO_OK;
}

static void embedded_walk_destroy(struct ho_engine_walk **walk)
{
    if (!walk || !*walk)
        return;
    ho_memory_clear(&(*walk)->memory);
    free((*walk)->map);
    free((*walk)->seen);
    free(*walk);
    *walk = NULL;
}

const struct ho_engine ho_engine_embedded = {
    .name = "embedded",
    .description = "Holdout's own small network, weights included",
    .open = embedded_open,
    .close = embedded_close,
    .identity = embedded_identity,
    .times = embedded_times,
    .walk_create = embedded_walk_create,
    .walk_destroy = embedded_walk_destroy,
    .prompt = ho_embedded_prompt,
    .keep = ho_embedded_keep,
    .absent = ho_embedded_absent,
    .step = ho_embedded_step,
    .likeness = ho_embedded_likeness,
    .repeat = ho_embedded_repeat,
    .save = ho_embedded_save,
    .load = ho_embedded_load,
};
