// SPDX-License-Identifier: BSD-2-Clause
#include "engine/embedded/weights.h"

#include <dlfcn.h>
#include <errno.h>
#include <jansson.h>
#include <libavutil/mem.h>
#include <libavutil/sha.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

#define FORMAT 4                     // of the tensors' meaning
#define FILE_SIZE_MAX (256 << 20)    // bytes; a bigger file is not one of ours

static const char *const stage_names[HO_N_STAGES] = {"encode", "memorize", "decode", "click"};

// The channel counts that the C code is written for.
static const struct {
    const char *name;
    int n;
} channels[] = {
    {"f4", 24},        {"f8", 40},     {"f16", 112},     {"key", 64},  {"shrinkage", 1},
    {"selection", 64}, {"value", 128}, {"reading", 128}, {"score", 1}, {"others", 1},
};

const char *ho_stage_name(enum ho_stage stage) { return stage_names[stage]; }

static enum ho_result read_file(const char *path, void **out, size_t *size, struct ho_diag *diag)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return ho_fail(
            diag, HO_ERROR_ENGINE,
            "weights: '%s' cannot be opened (%s); reinstall Holdout's models or name their folder with --model", path,
            strerror(errno));
    enum ho_result result = HO_ERROR_ENGINE;
    long length = -1;
    if (fseek(file, 0, SEEK_END) == 0)
        length = ftell(file);
    if (length < 0 || length > FILE_SIZE_MAX) {
        ho_fail(diag, result,
                "weights: '%s' is no file of a model; reinstall Holdout's models or name their folder with --model",
                path);
        goto done;
    }
    *out = ho_alloc_aligned((size_t)length + 1);
    if (!*out) {
        result = ho_fail_memory(diag, (size_t)length + 1);
        goto done;
    }
    rewind(file);
    *size = fread(*out, 1, (size_t)length, file);
    if (*size != (size_t)length) {
        ho_fail(diag, result, "weights: '%s' cannot be read; reinstall Holdout's models", path);
        free(*out);
        *out = NULL;
        goto done;
    }
    ((char *)*out)[length] = '\0';
    result = HO_OK;
done:
    fclose(file);
    return result;
}

static void format_hex(const uint8_t digest[32], char out[65])
{
    for (int i = 0; i < 32; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static enum ho_result hash_bytes(const void *bytes, size_t size, char out[65], struct ho_diag *diag)
{
    struct AVSHA *sha = av_sha_alloc();
    if (!sha)
        return ho_fail_memory(diag, 256);
    uint8_t digest[32];
    av_sha_init(sha, 256);
    av_sha_update(sha, bytes, size);
    av_sha_final(sha, digest);
    av_free(sha);
    format_hex(digest, out);
    return HO_OK;
}

static bool holds_model(const char *folder)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/manifest.json", folder);
    return access(path, F_OK) == 0;
}

// Tries `base`/`suffix`; true and filled when a model lies there.
static bool try_folder(const char *base, const char *suffix, char *out, size_t size)
{
    return snprintf(out, size, "%s%s", base, suffix) < (int)size && holds_model(out);
}

// Beside a binary: its prefix's share (also from lib/TRIPLET), or models/ of the source tree around a build folder.
static bool try_beside(const char *binary, char *out, size_t size)
{
    static const char *const places[] = {"/share/holdout/models/embedded", "/models/embedded"};
    char dir[PATH_MAX];
    if (!realpath(binary, dir))
        return false;
    for (int up = 0; up < 4; up++) {
        char *slash = strrchr(dir, '/');
        if (!slash || slash == dir)
            return false;
        *slash = '\0';
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            if (try_folder(dir, places[i], out, size))
                return true;
    }
    return false;
}

static enum ho_result find_folder(const char *model, char *out, size_t size, struct ho_diag *diag)
{
    if (model) {
        if (try_folder(model, "", out, size) || try_folder(model, "/embedded", out, size))
            return HO_OK;
        return ho_fail(
            diag, HO_ERROR_ENGINE,
            "weights: no model in '%s' (manifest.json is missing); name a folder that holds the embedded model", model);
    }
    const char *variable = getenv("HOLDOUT_MODELS");
    if (variable && variable[0]) {
        if (try_folder(variable, "/embedded", out, size) || try_folder(variable, "", out, size))
            return HO_OK;
        return ho_fail(diag, HO_ERROR_ENGINE,
                       "weights: no model in '%s' (embedded/manifest.json is missing), where HOLDOUT_MODELS points; "
                       "correct or unset it",
                       variable);
    }
    Dl_info info;
    if (dladdr(&stage_names, &info) && info.dli_fname && try_beside(info.dli_fname, out, size))
        return HO_OK;
    if (try_beside("/proc/self/exe", out, size))
        return HO_OK;
    return ho_fail(diag, HO_ERROR_ENGINE,
                   "weights: the embedded model is not installed (no share/holdout/models/embedded/manifest.json "
                   "beside the program); "
                   "reinstall Holdout, or name the model's folder with --model or HOLDOUT_MODELS");
}

static enum ho_result check_manifest(const char *path, const json_t *manifest, struct ho_diag *diag)
{
    const json_t *format = json_object_get(manifest, "format");
    const char *name = json_string_value(json_object_get(manifest, "name"));
    if (!name || strcmp(name, "holdout-embedded") != 0)
        return ho_fail(diag, HO_ERROR_ENGINE,
                       "weights: '%s' describes '%s', not the model 'holdout-embedded'; reinstall Holdout's models or "
                       "name their folder with --model",
                       path, name ? name : "nothing");
    if (json_integer_value(format) != FORMAT)
        return ho_fail(diag, HO_ERROR_ENGINE,
                       "weights: '%s' is of format %lld and this program reads format %d; install the models of this "
                       "version of Holdout",
                       path, (long long)json_integer_value(format), FORMAT);
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        json_int_t n = json_integer_value(json_object_get(json_object_get(manifest, "channels"), channels[i].name));
        if (n != channels[i].n)
            return ho_fail(diag, HO_ERROR_ENGINE,
                           "weights: '%s' has %lld channels for '%s' where this program needs %d; install the models "
                           "of this version of Holdout",
                           path, (long long)n, channels[i].name, channels[i].n);
    }
    return HO_OK;
}

// Reads one file and checks it against the manifest's hash, which is appended to `all`.
static enum ho_result load_file(struct ho_weights *weights, const json_t *files, const char *name, void **bytes,
                                size_t *size, char *all, struct ho_diag *diag)
{
    char path[PATH_MAX + 32], hash[65];
    snprintf(path, sizeof path, "%s/%s", weights->folder, name);
    const char *wanted = json_string_value(json_object_get(files, name));
    if (!wanted || strlen(wanted) != 64)
        return ho_fail(diag, HO_ERROR_ENGINE,
                       "weights: '%s/manifest.json' has no SHA-256 for '%s'; reinstall Holdout's models",
                       weights->folder, name);
    HO_TRY(read_file(path, bytes, size, diag));
    HO_TRY(hash_bytes(*bytes, *size, hash, diag));
    if (strcmp(hash, wanted) != 0)
        return ho_fail(diag, HO_ERROR_ENGINE,
                       "weights: '%s' is damaged or of another version (its SHA-256 is not the manifest's); reinstall "
                       "Holdout's models",
                       path);
    strcat(all, hash);
    return HO_OK;
}

static enum ho_result load_files(struct ho_weights *weights, const json_t *manifest, struct ho_diag *diag)
{
    const json_t *files = json_object_get(manifest, "files");
    char all[2 * HO_N_STAGES * 64 + 1] = "";
    for (int i = 0; i < HO_N_STAGES; i++) {
        char name[32];
        struct ho_weights_stage *stage = &weights->stage[i];
        snprintf(name, sizeof name, "%s.xml", stage_names[i]);
        HO_TRY(load_file(weights, files, name, &stage->xml, &stage->xml_size, all, diag));
        snprintf(name, sizeof name, "%s.bin", stage_names[i]);
        HO_TRY(load_file(weights, files, name, &stage->bin, &stage->bin_size, all, diag));
    }
    return hash_bytes(all, strlen(all), weights->hash, diag);
}

enum ho_result ho_weights_load(const char *model, struct ho_weights *out, struct ho_diag *diag)
{
    memset(out, 0, sizeof *out);
    HO_TRY(find_folder(model, out->folder, sizeof out->folder, diag));
    char path[PATH_MAX + 32];
    void *text = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "%s/manifest.json", out->folder);
    HO_TRY(read_file(path, &text, &size, diag));
    json_error_t error;
    json_t *manifest = json_loadb(text, size, 0, &error);
    free(text);
    if (!manifest)
        return ho_fail(diag, HO_ERROR_ENGINE, "weights: '%s' is damaged (line %d: %s); reinstall Holdout's models",
                       path, error.line, error.text);
    enum ho_result result = check_manifest(path, manifest, diag);
    if (result == HO_OK)
        result = load_files(out, manifest, diag);
    json_decref(manifest);
    if (result != HO_OK)
        ho_weights_clear(out);
    return result;
}

void ho_weights_clear(struct ho_weights *weights)
{
    for (int i = 0; i < HO_N_STAGES; i++) {
        free(weights->stage[i].xml);
        free(weights->stage[i].bin);
    }
    memset(weights, 0, sizeof *weights);
}
