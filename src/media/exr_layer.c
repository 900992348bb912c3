// SPDX-License-Identifier: BSD-2-Clause
#include "media/exr_layer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "media/pattern.h"

enum { MAX_LAYERS = 256, MAX_PARTS = 1024 };

struct layers {
    struct ho_exr_layer all[MAX_LAYERS];
    int n;
};

static bool is_word(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcasecmp(text, *words) == 0)
            return true;
    return false;
}

// 0 to 3: red, green, blue, alpha, whatever they are called; 4: grey; 5: something else. Normals and positions are
// shown as colours.
static int role_of(const char *channel)
{
    static const char *const words[5][4] = {
        {"R", "red", "X", NULL}, {"G", "green", NULL}, {"B", "blue", "Z", NULL}, {"A", "alpha", NULL}, {"Y", NULL}};
    for (int i = 0; i < 5; i++)
        if (is_word(channel, words[i]))
            return i;
    return 5;
}

// What is known of a layer while its channels are gathered.
struct roles {
    const char *channel[6];
    int n;
    bool is_vector;    // x, y, z
};

static struct roles gather(const exr_attr_chlist_t *channels, const char *prefix, size_t n_prefix)
{
    struct roles roles = {0};
    for (int i = 0; i < channels->num_channels; i++) {
        const char *name = channels->entries[i].name.str, *dot = strrchr(name, '.');
        if ((dot ? (size_t)(dot - name) : 0) != n_prefix || strncmp(name, prefix, n_prefix) != 0)
            continue;
        int role = role_of(dot ? dot + 1 : name);
        roles.is_vector |= strcasecmp(dot ? dot + 1 : name, "X") == 0;
        if (!roles.channel[role])
            roles.channel[role] = name;
        roles.n++;
    }
    return roles;
}

// Red, green, blue; or x, y, z; or a grey; or the only channel that there is.
static bool make_layer(const struct roles *roles, struct ho_exr_layer *layer)
{
    const char *const *c = roles->channel;
    const char *green = roles->is_vector ? c[4] : c[1];
    layer->channels[3] = c[3];
    if (c[0] && green && c[2]) {
        layer->channels[0] = c[0];
        layer->channels[1] = green;
        layer->channels[2] = c[2];
        layer->is_coverage = roles->is_vector;
        return true;
    }
    const char *only = c[4];
    for (int i = 0; i < 6 && !only && roles->n == 1; i++)
        only = c[i];
    static const char *const depth[] = {"X", "Z", NULL};
    const char *dot = only ? strrchr(only, '.') : NULL;
    layer->is_coverage = only && (only == c[3] || only == c[5] || is_word(dot ? dot + 1 : only, depth));
    if (only == c[3])
        layer->channels[3] = NULL;    // alpha alone is a matte
    layer->channels[0] = layer->channels[1] = layer->channels[2] = only;
    return only != NULL;
}

static bool is_listed(const struct layers *layers, int part, const char *name)
{
    for (int i = 0; i < layers->n; i++)
        if (layers->all[i].part == part && strcmp(layers->all[i].name, name) == 0)
            return true;
    return false;
}

// Of a part: one for each prefix of its channels. One without a prefix is called as the part is, but for the first.
static void list_part(exr_const_context_t file, int part, struct layers *layers)
{
    const exr_attr_chlist_t *channels;
    const char *part_name = NULL;
    exr_storage_t storage;
    if (exr_get_channels(file, part, &channels) || exr_get_storage(file, part, &storage) ||
        (storage != EXR_STORAGE_SCANLINE && storage != EXR_STORAGE_TILED))
        return;
    if (exr_get_name(file, part, &part_name))
        part_name = NULL;
    for (int i = 0; i < channels->num_channels && layers->n < MAX_LAYERS; i++) {
        const char *name = channels->entries[i].name.str, *dot = strrchr(name, '.');
        struct ho_exr_layer layer = {.part = part};
        size_t n_prefix = dot ? (size_t)(dot - name) : 0;
        snprintf(layer.name, sizeof layer.name, "%.*s", (int)n_prefix, name);
        if (!n_prefix && part && part_name)
            snprintf(layer.name, sizeof layer.name, "%s", part_name);
        struct roles roles = gather(channels, name, n_prefix);
        if (!is_listed(layers, part, layer.name) && make_layer(&roles, &layer))
            layers->all[layers->n++] = layer;
    }
}

// By a layer's own name, or its part's with or without it ("left", "left.beauty").
static bool is_called(exr_const_context_t file, const struct ho_exr_layer *layer, const char *name)
{
    const char *part = NULL;
    char both[2 * HO_NAME_SIZE];
    if (strcmp(layer->name, name) == 0)
        return true;
    if (exr_get_name(file, layer->part, &part) || !part)
        return false;
    snprintf(both, sizeof both, "%.255s.%s", part, layer->name);
    return strcmp(both, name) == 0 || (!layer->name[0] && strcmp(part, name) == 0);
}

static enum ho_result fail_choice(const struct layers *layers, const char *path, const char *name, struct ho_diag *diag)
{
    char names[400] = "";
    const char *first = "";
    for (int i = 0; i < layers->n && strlen(names) < 300; i++) {
        if (!layers->all[i].name[0])
            continue;
        size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s%.60s", n ? ", " : "", layers->all[i].name);
        first = *first ? first : layers->all[i].name;
    }
    if (!names[0])
        return name ? ho_fail(diag, HO_ERROR_INPUT, "%.300s has no layer \"%.60s\" and no other names; leave it out",
                              path, name)
                    : ho_fail(diag, HO_ERROR_INPUT, "%.300s holds no picture that can be shown (deep data, or none)",
                              path);
    return name ? ho_fail(diag, HO_ERROR_INPUT, "%.300s has no layer \"%.60s\"; those that it has are %s", path, name,
                          names)
                : ho_fail(diag, HO_ERROR_INPUT,
                          "%.200s has no layer without a name; choose one of %s, as in \"%.100s:%.60s\"", path, names,
                          ho_base_name(path), first);
}

enum ho_result ho_exr_choose(exr_const_context_t file, const char *path, const char *name, struct ho_exr_layer *out,
                             struct ho_diag *diag)
{
    struct layers layers = {.n = 0};
    int n_parts = 0;
    if (exr_get_count(file, &n_parts))
        n_parts = 0;
    for (int part = 0; part < n_parts && part < MAX_PARTS; part++)
        list_part(file, part, &layers);
    for (int i = 0; i < layers.n; i++)
        if (name ? is_called(file, &layers.all[i], name) : !layers.all[i].name[0] || layers.n == 1) {
            *out = layers.all[i];
            return HO_OK;
        }
    return fail_choice(&layers, path, name, diag);
}
