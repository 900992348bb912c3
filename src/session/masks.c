// SPDX-License-Identifier: BSD-2-Clause
// The objects of the source that is looked at: those of the project, then those that only the bank has.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/bank.h"
#include "base/memory.h"
#include "session/said.h"

enum { OBJECTS_MAX = 64 };

enum ho_result masks_bank(struct ho_session *session, struct ho_bank **out, struct ho_diag *diag)
{
    if (!session->bank)
        HO_TRY(ho_bank_open(session->options.bank_dir, &session->bank, diag));
    *out = session->bank;
    return HO_OK;
}

const struct ho_project_media *masks_media(const struct ho_session *session)
{
    const struct ho_timeline_clip *clip = session->clip;
    return clip ? clip->media ? ho_session_media(session, clip->media) : NULL
                : ho_session_media(session, session->selected_media);
}

struct object *masks_find(const struct ho_session *session, const char *name)
{
    for (size_t i = 0; i < session->masks.n; i++)
        if (strcmp(session->masks.objects[i].shown.name, name) == 0)
            return &session->masks.objects[i];
    return NULL;
}

struct object *masks_object(const struct ho_session *session)
{
    struct object *selected = masks_find(session, session->object);
    return selected || session->masks.n == 0 ? selected : &session->masks.objects[0];
}

void masks_forget(struct ho_session *session, bool follow)
{
    session->masks.is_old = true;
    session->masks.is_followed = session->masks.is_followed || follow;
    news_add(session, HO_NEWS_OBJECTS);
}

static void clear_objects(struct mask_state *masks)
{
    for (size_t i = 0; i < masks->n; i++)
        object_clear(&masks->objects[i]);
    free(masks->objects);
    free(masks->shown);
    masks->objects = NULL;
    masks->shown = NULL;
    masks->n = 0;
}

void masks_clear(struct ho_session *session)
{
    clear_objects(&session->masks);
    lane_clear(session);
    *session->masks.hash = '\0';
    ho_bank_close(&session->bank);
}

// ---- reading

static const float colours[][3] = {{1, 0.15f, 0.1f},   {0.1f, 0.8f, 0.2f}, {0.2f, 0.45f, 1}, {1, 0.8f, 0.1f},
                                   {0.9f, 0.2f, 0.9f}, {0.1f, 0.8f, 0.9f}, {1, 0.5f, 0.1f},  {0.6f, 0.9f, 0.2f}};
enum { N_COLOURS = sizeof(colours) / sizeof(colours[0]) };

void masks_colour(size_t number, float out[3]) { memcpy(out, colours[number % N_COLOURS], sizeof(colours[0])); }

static struct object *add_object(struct mask_state *masks)
{
    struct object *grown = masks->n < OBJECTS_MAX ? ho_realloc(masks->objects, masks->n + 1, sizeof(*grown)) : NULL;
    if (!grown)
        return NULL;
    masks->objects = grown;
    grown[masks->n] = (struct object){.shown = {.covered = {0, -1}}};
    masks_colour(masks->n, grown[masks->n].shown.colour);
    return &grown[masks->n++];
}

static enum ho_result read_project(struct ho_session *session, struct ho_diag *diag)
{
    struct ho_project_object *list = NULL;
    size_t n = 0;
    HO_TRY(ho_project_objects(session->project, session->masks.hash, &list, &n, diag));
    for (size_t i = 0; i < n; i++) {
        struct object *object = add_object(&session->masks);
        if (!object)
            break;
        object->id = list[i].id;
        snprintf(object->shown.name, sizeof(object->shown.name), "%s", list[i].name);
        object->shown.quality = list[i].quality ? HO_QUALITY_BETTER : HO_QUALITY_FASTER;
        memcpy(object->shown.colour, list[i].colour, sizeof(object->shown.colour));
    }
    free(list);
    return HO_OK;
}

static enum ho_result visit(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct ho_session *session = opaque;
    struct ho_store *store = NULL;
    (void)path;
    (void)diag;
    if (ho_store_open(session->bank, id, HO_STORE_READ, &store, NULL) != HO_OK)
        return HO_OK;    // a damaged one: "bank verify" tells of it
    struct object *object = masks_find(session, ho_store_object(store)) ? NULL : add_object(&session->masks);
    if (object)
        snprintf(object->shown.name, sizeof(object->shown.name), "%s", ho_store_object(store));
    ho_store_close(&store);
    return HO_OK;
}

static enum ho_result read_bank(struct ho_session *session, struct ho_diag *diag)
{
    struct ho_bank *bank;
    HO_TRY(masks_bank(session, &bank, diag));
    char *dir = ho_format("%s/%s", bank->objects_dir, session->masks.hash);
    if (!dir)
        return ho_fail_memory(diag, 1);
    enum ho_result result = ho_bank_walk_folder(dir, visit, session, diag);
    free(dir);
    return result;
}

static enum ho_result read_all(struct ho_session *session, const struct ho_source_info *source, struct ho_diag *diag)
{
    HO_TRY(read_project(session, diag));
    HO_TRY(read_bank(session, diag));
    for (size_t i = 0; i < session->masks.n; i++)
        HO_TRY(object_read(session, source, &session->masks.objects[i], diag));
    return HO_OK;
}

void masks_update(struct ho_session *session)
{
    struct mask_state *masks = &session->masks;
    const struct ho_project_media *media = session->project ? masks_media(session) : NULL;
    const char *hash = media ? media->source.hash : "";
    if (!masks->is_old && strcmp(hash, masks->hash) == 0)
        return;
    struct ho_diag diag = {0};
    clear_objects(masks);
    snprintf(masks->hash, sizeof(masks->hash), "%s", hash);
    masks->is_old = false;
    if (media && read_all(session, &media->source, &diag) != HO_OK)
        session_say(session, "%s", diag.message);
    masks->is_followed = false;
    news_add(session, HO_NEWS_OBJECTS);
    lane_update(session);
}

// ---- looking at them

const struct ho_mask_object *ho_session_objects(const struct ho_session *session, size_t *n)
{
    struct mask_state *masks = (struct mask_state *)(uintptr_t)&session->masks;
    struct ho_mask_object *shown = ho_realloc(masks->shown, masks->n + 1, sizeof(*shown));
    *n = 0;
    if (!shown)
        return NULL;
    masks->shown = shown;
    for (size_t i = 0; i < masks->n; i++)
        shown[i] = masks->objects[i].shown;
    *n = masks->n;
    return shown;
}

const struct ho_mask_object *ho_session_object(const struct ho_session *session)
{
    const struct object *object = masks_object(session);
    return object ? &object->shown : NULL;
}
