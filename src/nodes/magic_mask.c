// SPDX-License-Identifier: BSD-2-Clause
// A matte from the bank as a key. The tracking is done by the tracker; here it is only read, and its finesse is live.
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "holdout/bank.h"
#include "holdout/matte.h"
#include "nodes/nodes.h"

enum {
    MATTE,
    OFFSET,
    INVERT,
    BLACK_CLIP,
    WHITE_CLIP,
    GAMMA,
    CLEAN_BLACK,
    CLEAN_WHITE,
    FILL_HOLES,
    REMOVE_DOTS,
    GROW,
    FEATHER,
    IN_OUT_RATIO
};
enum { OUT_IMAGE, OUT_KEY };

struct mask {
    struct ho_bank *bank;
    struct ho_store *store;
    int width, height;
    struct ho_matte *matte;
    struct ho_picture *key;    // with finesse
    bool there;                // the frame has a matte
};

static void close_mask(struct ho_node_context *context)
{
    struct mask *mask = context->state;
    if (!mask)
        return;
    ho_picture_destroy(&mask->key);
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
    if (result == HO_OK)
        result = ho_picture_create(mask->width, mask->height, 1, &mask->key, diag);
    if (result != HO_OK)
        close_mask(context);
    return result;
}

static struct ho_finesse finesse_of(const struct ho_value *v)
{
    struct ho_finesse f;
    ho_finesse_default(&f);
    f.black_clip = (float)v[BLACK_CLIP].number[0];
    f.white_clip = (float)v[WHITE_CLIP].number[0];
    f.gamma = (float)v[GAMMA].number[0];
    f.clean_black = (float)v[CLEAN_BLACK].number[0];
    f.clean_white = (float)v[CLEAN_WHITE].number[0];
    f.fill_holes = (float)v[FILL_HOLES].number[0];
    f.remove_dots = (float)v[REMOVE_DOTS].number[0];
    f.grow = (float)v[GROW].number[0];
    f.feather = (float)v[FEATHER].number[0];
    f.in_out_ratio = (float)v[IN_OUT_RATIO].number[0];
    return f;
}

static enum ho_result prepare(struct ho_node_context *context, uint64_t *identity, struct ho_diag *diag)
{
    struct mask *mask = context->state;
    struct ho_frame_entry entry;
    if (!mask->store) {
        *identity = UINT64_MAX;
        return HO_OK;
    }
    enum ho_result result = ho_store_get(mask->store, context->frame + (int64_t)context->value[OFFSET].number[0],
                                         mask->matte, &entry, diag);
    mask->there = result == HO_OK;
    if (result == HO_END) {    // not tracked: nothing is masked
        *identity = UINT64_MAX;
        return HO_OK;
    }
    HO_TRY(result);
    *identity = entry.key.low ^ entry.key.high ^ (uint64_t)entry.frame * 0x9e3779b97f4a7c15u;
    struct ho_finesse finesse = finesse_of(context->value);
    HO_TRY(ho_finesse_check(&finesse, diag));
    ho_matte_to_picture(mask->matte, mask->key);
    return ho_finesse_is_identity(&finesse) ? HO_OK : ho_finesse_apply(&finesse, mask->key, context->n_threads, diag);
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
    *out = (struct ho_domain){.width = mask->store ? mask->width : context->in[0].width,
                              .height = mask->store ? mask->height : context->in[0].height,
                              .outside = context->value[INVERT].number[0] != 0 ? 1.0f : 0.0f};
    if (mask->there)
        out->window = (struct ho_rect){0, 0, mask->width, mask->height};
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
    const struct mask *mask = context->state;
    if (output == OUT_IMAGE)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "node \"%s\" has no picture to pass on: connect its input, or use its key alone", context->id);
    bool invert = context->value[INVERT].number[0] != 0;
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        const float *from = mask->key->plane[0] + (ptrdiff_t)y * mask->key->stride + out->rect.x0;
        float *to = ho_tile_row(out, 0, y);
        for (int x = 0; x < out->rect.x1 - out->rect.x0; x++)
            to[x] = invert ? 1 - from[x] : from[x];
    }
    return HO_OK;
}

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
                    {"black_clip",
                     HO_PARAMETER_NUMBER,
                     "level",
                     0,
                     0.999,
                     0,
                     0.999,
                     {0},
                     NULL,
                     NULL,
                     "values at or below become 0"},
                    {"white_clip",
                     HO_PARAMETER_NUMBER,
                     "level",
                     0.001,
                     1,
                     0.001,
                     1,
                     {1},
                     NULL,
                     NULL,
                     "values at or above become 1"},
                    {"gamma",
                     HO_PARAMETER_NUMBER,
                     "power",
                     0.1,
                     10,
                     0.2,
                     5,
                     {1},
                     NULL,
                     NULL,
                     "soft parts fuller above 1"},
                    {"clean_black",
                     HO_PARAMETER_NUMBER,
                     "px",
                     0,
                     100,
                     0,
                     20,
                     {0},
                     NULL,
                     NULL,
                     "specks of white in black are removed"},
                    {"clean_white",
                     HO_PARAMETER_NUMBER,
                     "px",
                     0,
                     100,
                     0,
                     20,
                     {0},
                     NULL,
                     NULL,
                     "specks of black in white are filled"},
                    {"fill_holes",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "holes up to this share of the matte's area are filled"},
                    {"remove_dots",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "pieces up to this share of the largest are removed"},
                    {"grow",
                     HO_PARAMETER_NUMBER,
                     "px",
                     -200,
                     200,
                     -20,
                     20,
                     {0},
                     NULL,
                     NULL,
                     "grows, or shrinks below 0"},
                    {"feather", HO_PARAMETER_NUMBER, "px", 0, 200, 0, 50, {0}, NULL, NULL, "width of the blurred edge"},
                    {"in_out_ratio",
                     HO_PARAMETER_NUMBER,
                     "",
                     -1,
                     1,
                     -1,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "where the feathered edge lies: inside, centred, outside"},
                    {0},
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
