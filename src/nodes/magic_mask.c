// SPDX-License-Identifier: BSD-2-Clause
// A matte from the bank as a key. The tracking is done by the tracker; here it is only read, and its finesse is live.
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "holdout/bank.h"
#include "holdout/clip.h"
#include "holdout/matte.h"
#include "image/finesse_table.h"
#include "image/resize.h"
#include "nodes/nodes.h"

enum { MATTE, OFFSET, INVERT, FINESSE };    // from there on as the table has them
enum { OUT_IMAGE, OUT_KEY };
enum { LUMA_WIDTH = 480 };    // pixels: motion is found on luma of about this width, as a delivered matte's is

// A frame's key with finesse but for smoothing, and the luma that motion is found on.
struct made {
    uint64_t stamp;    // of what it was made from; 0: nothing yet
    int64_t number;    // counts up
    bool has_luma;
    struct ho_picture *key, *luma;
};

// process() fills what prepare() has named, when it is wanted: a mask that is not looked at costs nothing, and one that
// has not changed is not made again. It is called once at a time (HO_NODE_WHOLE).
struct mask {
    struct ho_bank *bank;
    struct ho_store *store;
    int width, height;
    struct ho_matte *matte;
    struct made made[4];    // this frame, those beside it, and one more: three at most are prepared
    int64_t n_made;
    struct ho_picture *smoothed, *small;
    struct ho_graphs *graphs;    // what makes smaller
    uint64_t smoothed_stamp;
    struct ho_clip *clip;    // the source, for smoothing; NULL: not opened yet
    struct ho_converter *converter;
    // of the frame that is prepared
    int64_t frame;
    uint64_t stamp[3];    // before, now, after: 0 where there is no matte
    struct ho_finesse finesse;
};

static void close_mask(struct ho_node_context *context)
{
    struct mask *mask = context->state;
    if (!mask)
        return;
    for (int i = 0; i < 4; i++) {
        ho_picture_destroy(&mask->made[i].key);
        ho_picture_destroy(&mask->made[i].luma);
    }
    ho_picture_destroy(&mask->smoothed);
    ho_picture_destroy(&mask->small);
    ho_graphs_destroy(&mask->graphs);
    ho_converter_destroy(&mask->converter);
    ho_clip_unref(&mask->clip);
    ho_matte_destroy(&mask->matte);
    ho_store_close(&mask->store);
    ho_bank_close(&mask->bank);
    free(mask);
    context->state = NULL;
}

// "SOURCE-HASH/NAME", as projects name objects: one that is not tracked yet masks nothing, and is no mistake.
static bool may_be_tracked_later(const struct ho_node_context *context)
{
    const char *name = context->value[MATTE].text;
    return context->connected[0] && strspn(name, "0123456789abcdef") == HO_HASH_SIZE - 1 &&
           name[HO_HASH_SIZE - 1] == '/';
}

static enum ho_result open_mask(struct ho_node_context *context, struct ho_diag *diag)
{
    if (!*context->value[MATTE].text)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "node \"%s\" names no matte; set its \"matte\" to an object that \"holdout bank list\" shows",
                       context->id);
    struct mask *mask = ho_alloc(1, sizeof(*mask));
    if (!mask)
        return ho_fail_memory(diag, sizeof(*mask));
    context->state = mask;
    struct ho_diag missing = {0};
    enum ho_result result = ho_bank_open(context->host->options->bank_dir, &mask->bank, diag);
    if (result == HO_OK)
        result = ho_store_open(mask->bank, context->value[MATTE].text, HO_STORE_READ, &mask->store,
                               may_be_tracked_later(context) ? &missing : diag);
    if (result == HO_ERROR_INPUT && may_be_tracked_later(context))
        return HO_OK;
    if (result != HO_OK && missing.result != HO_OK)
        (void)!ho_fail(diag, missing.result, "%s", missing.message);
    if (result == HO_OK) {
        mask->width = ho_store_source(mask->store)->width;
        mask->height = ho_store_source(mask->store)->height;
        result = ho_matte_create(mask->width, mask->height, &mask->matte, diag);
    }
    if (result != HO_OK)
        close_mask(context);
    return result;
}

static struct ho_finesse finesse_of(const struct ho_value *v)
{
    size_t n;
    struct ho_finesse f = {0};
    const struct ho_finesse_parameter *table = ho_finesse_parameters(&n);
    for (size_t i = 0; i < n; i++)
        *(float *)(void *)((char *)&f + table[i].offset) = (float)v[FINESSE + i].number[0];
    return f;
}

// What a frame's key is made from; 0: it has no matte.
static enum ho_result find_stamp(struct mask *mask, int64_t frame, uint64_t *out, struct ho_diag *diag)
{
    struct ho_frame_entry entry;
    struct ho_finesse spatial = mask->finesse;
    spatial.smooth = 0;
    *out = 0;
    enum ho_result result = frame < 0 ? HO_END : ho_store_get(mask->store, frame, NULL, &entry, diag);
    if (result == HO_END)
        return HO_OK;
    HO_TRY(result);
    const uint64_t parts[] = {entry.key.low, entry.key.high, (uint64_t)entry.frame,
                              XXH3_64bits(&spatial, sizeof(spatial))};
    *out = XXH3_64bits(parts, sizeof(parts)) | 1;
    return HO_OK;
}

static enum ho_result prepare(struct ho_node_context *context, uint64_t *identity, struct ho_diag *diag)
{
    struct mask *mask = context->state;
    if (!mask->store) {
        *identity = UINT64_MAX;
        return HO_OK;
    }
    mask->frame = context->frame + (int64_t)context->value[OFFSET].number[0];
    mask->finesse = finesse_of(context->value);
    HO_TRY(ho_finesse_check(&mask->finesse, diag));
    bool beside = mask->finesse.smooth > 0;
    for (int i = 0; i < 3; i++) {
        mask->stamp[i] = 0;
        if (beside || i == 1)
            HO_TRY(find_stamp(mask, mask->frame + i - 1, &mask->stamp[i], diag));
    }
    *identity = mask->stamp[1] ? XXH3_64bits(mask->stamp, sizeof(mask->stamp)) : UINT64_MAX;    // nothing is masked
    return HO_OK;
}

// ---- keys

static struct made *find_made(struct mask *mask, uint64_t stamp)
{
    for (int i = 0; i < 4; i++)
        if (mask->made[i].stamp == stamp)
            return &mask->made[i];
    return NULL;
}

static bool is_prepared(const struct mask *mask, uint64_t stamp)
{
    return stamp && (stamp == mask->stamp[0] || stamp == mask->stamp[1] || stamp == mask->stamp[2]);
}

// Room for another frame: empty, else what was made longest ago and is not of those that are prepared.
static struct made *make_room(struct mask *mask)
{
    struct made *room = NULL;
    for (int i = 0; i < 4; i++) {
        struct made *made = &mask->made[i];
        if (!is_prepared(mask, made->stamp) && (!room || made->number < room->number))
            room = made;
    }
    room->number = ++mask->n_made;
    return room;
}

// `beside`: -1, 0 or 1.
static enum ho_result make_key(const struct ho_node_context *context, int beside, struct made **out,
                               struct ho_diag *diag)
{
    struct mask *mask = context->state;
    const uint64_t stamp = mask->stamp[1 + beside];
    *out = find_made(mask, stamp);
    if (*out)
        return HO_OK;
    struct made *made = *out = make_room(mask);
    made->stamp = 0;
    made->has_luma = false;
    if (!made->key)
        HO_TRY(ho_picture_create(mask->width, mask->height, 1, &made->key, diag));
    HO_TRY(ho_store_get(mask->store, mask->frame + beside, mask->matte, NULL, diag));
    ho_matte_to_picture(mask->matte, made->key);
    struct ho_finesse spatial = mask->finesse;
    spatial.smooth = 0;
    if (!ho_finesse_is_identity(&spatial))
        HO_TRY(ho_finesse_apply(&spatial, made->key, context->n_threads, diag));
    made->stamp = stamp;
    return HO_OK;
}

// ---- smoothing

static enum ho_result open_source(const struct ho_node_context *context, struct ho_diag *diag)
{
    struct mask *mask = context->state;
    const struct ho_source_info *source = ho_store_source(mask->store);
    const struct ho_evaluator_options *options = context->host->options;
    const struct ho_clip_options opening = {
        .n_threads = options->n_threads, .index_dir = options->index_dir, .cancel = options->cancel};
    struct ho_diag inner = {0};
    if (mask->clip)
        return HO_OK;
    enum ho_result result = options->clips ? ho_clip_pool_open(options->clips, source->path, NULL, options->cancel,
                                                               &mask->clip, &inner)
                                           : ho_clip_open(source->path, &opening, &mask->clip, &inner);
    if (result == HO_OK && strcmp(ho_clip_info(mask->clip)->hash, source->hash) != 0) {
        ho_clip_unref(&mask->clip);
        result = ho_fail(&inner, HO_ERROR_INPUT, "%.300s is not what the matte was tracked on any more", source->path);
    }
    if (result != HO_OK)
        return ho_fail(diag, result, "node \"%s\": smooth looks at the source that the matte was tracked on: %s",
                       context->id, inner.message);
    return mask->converter ? HO_OK : ho_converter_create(&mask->converter, diag);
}

static enum ho_result read_luma(const struct ho_node_context *context, int64_t frame, struct made *made,
                                struct ho_diag *diag)
{
    struct mask *mask = context->state;
    int divide = (mask->width + LUMA_WIDTH - 1) / LUMA_WIDTH;
    struct ho_frame *picture;
    if (made->has_luma)
        return HO_OK;
    HO_TRY(open_source(context, diag));
    if (!made->luma)
        HO_TRY(ho_picture_create((mask->width + divide - 1) / divide, (mask->height + divide - 1) / divide, 1,
                                 &made->luma, diag));
    HO_TRY(ho_clip_frame(mask->clip, frame, context->host->options->cancel, &picture, diag));
    enum ho_result result = ho_converter_read(mask->converter, picture, NULL, made->luma, diag);
    ho_frame_unref(&picture);
    made->has_luma = result == HO_OK;
    return result;
}

static enum ho_result make_smoothed(const struct ho_node_context *context, const struct ho_picture **out,
                                    struct ho_diag *diag)
{
    struct mask *mask = context->state;
    const struct ho_picture *keys[3] = {NULL}, *lumas[3] = {NULL};
    const uint64_t parts[] = {mask->stamp[0], mask->stamp[1], mask->stamp[2],
                              XXH3_64bits(&mask->finesse.smooth, sizeof(float))};
    const uint64_t stamp = XXH3_64bits(parts, sizeof(parts)) | 1;
    *out = mask->smoothed;
    if (mask->smoothed && mask->smoothed_stamp == stamp)
        return HO_OK;
    if (!mask->smoothed)
        HO_TRY(ho_picture_create(mask->width, mask->height, 1, &mask->smoothed, diag));
    mask->smoothed_stamp = 0;
    for (int i = 0; i < 3; i++) {
        struct made *made;
        if (!mask->stamp[i])
            continue;
        HO_TRY(make_key(context, i - 1, &made, diag));
        HO_TRY(read_luma(context, mask->frame + i - 1, made, diag));
        keys[i] = made->key;
        lumas[i] = made->luma;
    }
    HO_TRY(ho_matte_smooth(keys, lumas, mask->finesse.smooth, mask->smoothed, context->n_threads, diag));
    mask->smoothed_stamp = stamp;
    *out = mask->smoothed;
    return HO_OK;
}

// Finesse counts in the matte's own pixels, so it comes first.
static enum ho_result make_smaller(const struct ho_node_context *context, const struct ho_picture *key,
                                   const struct ho_picture **out, struct ho_diag *diag)
{
    struct mask *mask = context->state;
    int width = context->out[OUT_KEY].width, height = context->out[OUT_KEY].height;
    if (mask->small && (mask->small->width != width || mask->small->height != height))
        ho_picture_destroy(&mask->small);
    if (!mask->small)
        HO_TRY(ho_picture_create(width, height, 1, &mask->small, diag));
    if (!mask->graphs)
        HO_TRY(ho_graphs_create(&mask->graphs, diag));
    HO_TRY(ho_plane_resize(mask->graphs, key, 0, 0, 0, key->width, key->height, mask->small, 0, diag));
    float *at = mask->small->plane[0];    // a kernel swings over
    for (ptrdiff_t i = 0; i < (ptrdiff_t)mask->small->stride * height; i++)
        at[i] = at[i] > 0 ? at[i] < 1 ? at[i] : 1 : 0;
    *out = mask->small;
    return HO_OK;
}

static enum ho_result find_key(const struct ho_node_context *context, const struct ho_picture **out,
                               struct ho_diag *diag)
{
    const struct mask *mask = context->state;
    struct made *made;
    if (mask->finesse.smooth > 0)
        return make_smoothed(context, out, diag);
    HO_TRY(make_key(context, 0, &made, diag));
    *out = made->key;
    return HO_OK;
}

static uint64_t contents(const struct ho_node_context *context)
{
    const struct mask *mask = context->state;
    struct ho_frame_entry *entries = NULL;
    size_t n = 0;
    uint64_t hash = 0;
    if (!mask->store || ho_store_entries(mask->store, &entries, &n, NULL) != HO_OK)
        return 0;
    for (size_t i = 0; i < n; i++) {
        const uint64_t parts[] = {hash, (uint64_t)entries[i].frame, entries[i].key.low, entries[i].key.high};
        hash = XXH3_64bits(parts, sizeof(parts));
    }
    free(entries);
    return hash;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    const struct mask *mask = context->state;
    if (output == OUT_IMAGE) {
        *out = context->in[0];
        return;
    }
    const double scale = context->host->scale;
    *out = (struct ho_domain){.width = mask->store ? ho_scaled_size(mask->width, scale) : context->in[0].width,
                              .height = mask->store ? ho_scaled_size(mask->height, scale) : context->in[0].height,
                              .outside = context->value[INVERT].number[0] != 0 ? 1.0f : 0.0f};
    if (mask->stamp[1])
        out->window = (struct ho_rect){0, 0, out->width, out->height};
    out->lit = out->window;
}

static int same(const struct ho_node_context *context, int output)
{
    return output == OUT_IMAGE && context->connected[0] ? 0 : -1;
}

static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    (void)context;
    (void)input;
    *needed = output == OUT_IMAGE ? out : (struct ho_rect){0};
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)in;
    const struct ho_picture *key;
    if (output == OUT_IMAGE)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "node \"%s\" has no picture to pass on: connect its input, or use its key alone", context->id);
    HO_TRY(find_key(context, &key, diag));
    if (context->host->scale < 1)
        HO_TRY(make_smaller(context, key, &key, diag));
    bool invert = context->value[INVERT].number[0] != 0;
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        const float *from = key->plane[0] + (ptrdiff_t)y * key->stride + out->rect.x0;
        float *to = ho_tile_row(out, 0, y);
        for (int x = 0; x < out->rect.x1 - out->rect.x0; x++)
            to[x] = invert ? 1 - from[x] : from[x];
    }
    return HO_OK;
}

#define ROW(field, name, unit, min, max, slider_min, slider_max, value, help) \
    {#field,                                                                  \
     HO_PARAMETER_NUMBER,                                                     \
     unit,                                                                    \
     (double)(min),                                                           \
     (double)(max),                                                           \
     (double)(slider_min),                                                    \
     (double)(slider_max),                                                    \
     {(double)(value)},                                                       \
     NULL,                                                                    \
     NULL,                                                                    \
     help},

const struct ho_node magic_mask_node = {
    .type =
        {
            .name = "magic_mask",
            .label = "Magic Mask",
            .help = "a tracked matte from the bank as a key, with finesse",
            .pages = HO_PAGE_COLOR | HO_PAGE_FUSION,
            .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "passes through"}, {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the input"},
                                                {"key", HO_PORT_KEY, false, "the matte"},
                                                {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"matte",
                     HO_PARAMETER_FILE,
                     "",
                     0,
                     0,
                     0,
                     0,
                     {0},
                     NULL,
                     NULL,
                     "an object of the bank: its id, its name, or SOURCE-HASH/NAME; @N at the end for its take of step "
                     "N"},
                    {"offset",
                     HO_PARAMETER_INTEGER,
                     "frames",
                     -10000000,
                     10000000,
                     -100,
                     100,
                     {0},
                     NULL,
                     NULL,
                     "added to the frame's number"},
                    {"invert", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "white becomes black"},
                    HO_FINESSE_TABLE(ROW){0},
                },
            .reference = NULL,    // needs a banked matte: tests/unit/media_nodes.c makes one
        },
    .flags = HO_NODE_WHOLE | HO_NODE_TIME,
    .by_identity = 1u << OFFSET,
    .open = open_mask,
    .close = close_mask,
    .prepare = prepare,
    .contents = contents,
    .domain = domain,
    .region = region,
    .same = same,
    .process = process,
};
