// SPDX-License-Identifier: BSD-2-Clause
// One object of a run: its prompts, its recipe, its store.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "track/track.h"

// A relative path means nothing to whoever reads the recipe from another folder.
static void make_absolute(char *path, size_t size)
{
    char folder[4096];
    if (path[0] == '/' || !getcwd(folder, sizeof(folder)) || strlen(folder) + 1 + strlen(path) >= size)
        return;
    memmove(path + strlen(folder) + 1, path, strlen(path) + 1);
    memcpy(path, folder, strlen(folder));
    path[strlen(folder)] = '/';
}

static enum ho_result make_recipe(struct ho_track *track, struct ho_object *object, struct ho_diag *diag)
{
    struct ho_recipe *recipe = &object->recipe;
    const struct ho_engine_identity *identity = track->engine->identity(track->session);
    recipe->source = *track->source;
    make_absolute(recipe->source.path, sizeof(recipe->source.path));
    snprintf(recipe->object, sizeof(recipe->object), "%s", object->name);
    snprintf(recipe->engine, sizeof(recipe->engine), "%s", identity->name);
    snprintf(recipe->engine_version, sizeof(recipe->engine_version), "%s", identity->version);
    snprintf(recipe->weights, sizeof(recipe->weights), "%s", identity->weights);
    snprintf(recipe->precision, sizeof(recipe->precision), "%s", identity->precision);
    snprintf(recipe->runtime, sizeof(recipe->runtime), "%s", identity->runtime);
    json_t *settings = json_pack("{s:s}", "quality", ho_quality_name(track->request->quality));
    recipe->settings = settings ? json_dumps(settings, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(settings);
    if (!recipe->settings)
        return ho_fail_memory(diag, 64);
    return ho_prompt_set_json(&object->prompts, &recipe->prompts, diag);
}

enum ho_result ho_object_prepare(struct ho_track *track, const struct ho_object_request *request,
                                 struct ho_object *object, struct ho_diag *diag)
{
    object->request = request;
    object->name = request->name && *request->name ? request->name : "object";
    object->range = track->range;
    if (strlen(object->name) >= HO_NAME_SIZE)
        return ho_fail(diag, HO_ERROR_USAGE, "the object's name is %zu bytes long; %d are allowed",
                       strlen(object->name), HO_NAME_SIZE - 1);
    for (size_t i = 0; i < request->n_locks; i++)
        if (request->locks[i].first > request->locks[i].last || request->locks[i].last < 0 ||
            request->locks[i].first >= track->source->n_frames)
            return ho_fail(diag, HO_ERROR_USAGE, "the lock %lld-%lld holds no frame of %s, which has frames 0 to %lld",
                           (long long)request->locks[i].first, (long long)request->locks[i].last, track->source->path,
                           (long long)track->source->n_frames - 1);
    HO_TRY(ho_prompt_set_create(request->prompts, request->n_prompts, track->source, &object->prompts, diag));
    if (object->prompts.n_frames > 1)
        HO_TRY(ho_object_correct(track, request, object, diag));
    size_t n_frames = (size_t)track->source->n_frames;
    object->has = ho_alloc(n_frames, sizeof(bool));
    object->is_locked = ho_alloc(n_frames, sizeof(bool));
    if (!object->has || !object->is_locked)
        return ho_fail_memory(diag, n_frames);
    return HO_OK;
}

enum ho_result ho_object_open(struct ho_track *track, struct ho_object *object, struct ho_diag *diag)
{
    HO_TRY(make_recipe(track, object, diag));
    HO_TRY(ho_track_create_store(track, &object->recipe, &object->store, diag));
    return ho_store_open(track->bank, ho_store_id(object->store), HO_STORE_READ, &object->view, diag);
}

void ho_object_close(struct ho_object *object)
{
    ho_store_close(&object->view);
    ho_store_close(&object->settled);
    ho_store_close(&object->store);
    ho_prompt_set_clear(&object->prompts);
    for (size_t i = 0; i < object->n_bases; i++)
        ho_matte_destroy(&object->bases[i]);
    free(object->bases);
    free(object->recipe.settings);
    free(object->recipe.prompts);
    free(object->spans);
    free(object->has);
    free(object->is_locked);
    free(object->cuts);
    memset(object, 0, sizeof(*object));
}
