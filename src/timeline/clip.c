// SPDX-License-Identifier: BSD-2-Clause
// Clips as values: made, copied, compared, counted.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "timeline/internal.h"

static struct clip_box *box_of(const struct ho_timeline_clip *clip)
{
    return (struct clip_box *)((uintptr_t)clip - offsetof(struct clip_box, clip));
}

const struct ho_timeline_clip *clip_ref(const struct ho_timeline_clip *clip)
{
    atomic_fetch_add_explicit(&box_of(clip)->n_refs, 1, memory_order_relaxed);
    return clip;
}

static void clear(struct ho_timeline_clip *clip)
{
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++)
        ho_curve_clear(&clip->number[i]);
    for (size_t i = 0; i < clip->n_texts; i++)
        free(clip->texts[i]);
    free(clip->texts);
    free(clip->name);
    free(clip->color_graph);
    free(clip->fusion_graph);
}

void clip_unref(const struct ho_timeline_clip *clip)
{
    if (!clip || atomic_fetch_sub_explicit(&box_of(clip)->n_refs, 1, memory_order_acq_rel) > 1)
        return;
    clear(&box_of(clip)->clip);
    free(box_of(clip));
}

void ho_timeline_clip_destroy(struct ho_timeline_clip **clip)
{
    if (!clip)
        return;
    clip_unref(*clip);
    *clip = NULL;
}

// NULL: no memory, and it is said.
static struct clip_box *box_create(struct ho_diag *diag)
{
    struct clip_box *box = ho_alloc(1, sizeof(*box));
    if (box)
        atomic_init(&box->n_refs, 1);
    else
        (void)ho_fail_memory(diag, sizeof(*box));
    return box;
}

enum ho_result clip_create(struct ho_timeline_clip **out, struct ho_diag *diag)
{
    struct clip_box *box = box_create(diag);
    if (!box)
        return HO_ERROR_MEMORY;
    box->clip.enabled = true;
    box->clip.length = 1;
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++)
        box->clip.number[i].value = ho_clip_number_describe((enum ho_clip_number)i)->value;
    enum ho_result result = ho_timeline_clip_set_text(&box->clip.name, "", diag);
    if (result != HO_OK)
        clip_unref(&box->clip);
    else
        *out = &box->clip;
    return result;
}

enum ho_result ho_timeline_clip_set_text(char **text, const char *value, struct ho_diag *diag)
{
    char *copy = NULL;
    if (value && !(copy = ho_strdup(value)))
        return ho_fail_memory(diag, strlen(value));
    free(*text);
    *text = copy;
    return HO_OK;
}

enum ho_result ho_timeline_clip_add_text(struct ho_timeline_clip *clip, const char *text, struct ho_diag *diag)
{
    char **texts = ho_realloc(clip->texts, clip->n_texts + 1, sizeof(*texts));
    if (!texts)
        return ho_fail_memory(diag, (clip->n_texts + 1) * sizeof(*texts));
    clip->texts = texts;
    texts[clip->n_texts] = ho_strdup(text);
    if (!texts[clip->n_texts])
        return ho_fail_memory(diag, strlen(text));
    clip->n_texts++;
    return HO_OK;
}

void ho_timeline_clip_remove_text(struct ho_timeline_clip *clip, size_t index)
{
    if (index >= clip->n_texts)
        return;
    free(clip->texts[index]);
    memmove(clip->texts + index, clip->texts + index + 1, (clip->n_texts - index - 1) * sizeof(*clip->texts));
    clip->n_texts--;
}

// What is owned, into a copy whose plain fields are there already.
static enum ho_result copy_owned(const struct ho_timeline_clip *from, struct ho_timeline_clip *to, struct ho_diag *diag)
{
    HO_TRY(ho_timeline_clip_set_text(&to->name, from->name, diag));
    HO_TRY(ho_timeline_clip_set_text(&to->color_graph, from->color_graph, diag));
    HO_TRY(ho_timeline_clip_set_text(&to->fusion_graph, from->fusion_graph, diag));
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++)
        HO_TRY(ho_curve_copy(&from->number[i], &to->number[i], diag));
    for (size_t i = 0; i < from->n_texts; i++)
        HO_TRY(ho_timeline_clip_add_text(to, from->texts[i], diag));
    return HO_OK;
}

enum ho_result ho_timeline_clip_copy(const struct ho_timeline_clip *clip, struct ho_timeline_clip **out,
                                     struct ho_diag *diag)
{
    struct clip_box *box = box_create(diag);
    if (!box)
        return HO_ERROR_MEMORY;
    struct ho_timeline_clip *to = &box->clip;
    *to = *clip;
    to->name = to->color_graph = to->fusion_graph = NULL;
    to->texts = NULL;
    to->n_texts = 0;
    memset(to->number, 0, sizeof(to->number));
    enum ho_result result = copy_owned(clip, to, diag);
    if (result != HO_OK)
        clip_unref(to);
    else
        *out = to;
    return result;
}

static bool same_text(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

static bool same_place(const struct ho_timeline_clip *a, const struct ho_timeline_clip *b)
{
    return a->id == b->id && a->track == b->track && a->media == b->media && a->at == b->at && a->length == b->length &&
           a->in == b->in && a->in_part == b->in_part && a->origin == b->origin && a->link == b->link;
}

bool ho_timeline_clip_equal(const struct ho_timeline_clip *a, const struct ho_timeline_clip *b)
{
    if (a == b)
        return true;
    if (!same_place(a, b) || a->enabled != b->enabled || a->muted != b->muted || a->flip_x != b->flip_x ||
        a->flip_y != b->flip_y || a->composite != b->composite || a->fit != b->fit || a->n_texts != b->n_texts ||
        !same_text(a->name, b->name) || !same_text(a->color_graph, b->color_graph) ||
        !same_text(a->fusion_graph, b->fusion_graph))
        return false;
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++)
        if (!ho_curve_equal(&a->number[i], &b->number[i]))
            return false;
    for (size_t i = 0; i < a->n_texts; i++)
        if (!same_text(a->texts[i], b->texts[i]))
            return false;
    return true;
}
