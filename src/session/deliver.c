// SPDX-License-Identifier: BSD-2-Clause
#include "session/deliver.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const struct deliver_preset deliver_presets[] = {
    {"ProRes 422 HQ master", "{\"render\": \"movie\", \"codec\": \"prores-422-hq\", \"sound\": true}"},
    {"Luma matte",
     "{\"render\": \"clips\", \"codec\": \"prores-422-hq\", \"sound\": false, \"name\": \"%{clip name}\", "
     "\"suffix\": \"_matte\"}"},
    {"H.264 review", "{\"render\": \"movie\", \"codec\": \"h264\", \"sound\": true}"},
    {"FFV1 archive", "{\"render\": \"movie\", \"codec\": \"ffv1\", \"sound\": true}"},
    {"EXR sequence", "{\"render\": \"clips\", \"codec\": \"exr\", \"sound\": false, \"name\": \"%{clip name}\"}"},
    {NULL, NULL},
};

void deliver_clear(struct deliver_settings *settings)
{
    free(settings->ids);
    *settings = (struct deliver_settings){0};
}

// ---- settings as JSON

static void take_text(const json_t *root, const char *name, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(root, name));
    if (text)
        snprintf(out, size, "%s", text);
}

static enum ho_result take_ids(const json_t *list, struct deliver_settings *out, struct ho_diag *diag)
{
    const size_t n = json_array_size(list);
    out->ids = ho_alloc(n + 1, sizeof(*out->ids));
    if (!out->ids)
        return ho_fail_memory(diag, n * sizeof(*out->ids));
    for (; out->n_ids < n; out->n_ids++)
        out->ids[out->n_ids] = json_integer_value(json_array_get(list, out->n_ids));
    return HO_OK;
}

static enum ho_result take(const json_t *root, struct deliver_settings *out, struct ho_diag *diag)
{
    const char *codec = json_string_value(json_object_get(root, "codec"));
    const char *render = json_string_value(json_object_get(root, "render"));
    const json_t *frames = json_object_get(root, "frames"), *sound = json_object_get(root, "sound");
    out->codec = HO_CODEC_PRORES_HQ;
    HO_TRY(codec ? ho_codec_parse(codec, &out->codec, diag) : HO_OK);
    out->clips = render && strcmp(render, "clips") == 0;
    snprintf(out->name, sizeof(out->name), "%s", out->clips ? "%{clip name}" : "%{timeline name}");
    snprintf(out->folder, sizeof(out->folder), ".");
    take_text(root, "name", out->name, sizeof(out->name));
    take_text(root, "suffix", out->suffix, sizeof(out->suffix));
    take_text(root, "folder", out->folder, sizeof(out->folder));
    out->sound = !sound || json_is_true(sound);
    out->overwrite = json_is_true(json_object_get(root, "overwrite"));
    out->handles = json_integer_value(json_object_get(root, "handles"));
    const json_t *number = json_object_get(root, "start_number");
    out->start_number = number ? json_integer_value(number) : -1;
    out->counts_frames = json_is_true(json_object_get(root, "frame_count"));
    out->timeline = json_integer_value(json_object_get(root, "timeline"));
    out->has_frames = json_array_size(frames) == 2;
    out->frames = (struct ho_range){json_integer_value(json_array_get(frames, 0)),
                                    json_integer_value(json_array_get(frames, 1))};
    if (out->handles < 0 || (out->has_frames && out->frames.last < out->frames.first))
        return ho_fail(diag, HO_ERROR_USAGE, "a job's handles or frames are below 0");
    return take_ids(json_object_get(root, "clips"), out, diag);
}

enum ho_result deliver_parse(const char *text, struct deliver_settings *out, struct ho_diag *diag)
{
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    *out = (struct deliver_settings){0};
    enum ho_result result = json_is_object(root) ? take(root, out, diag)
                                                 : ho_fail(diag, HO_ERROR_VERIFY,
                                                           "the settings of a job cannot be read: %s", error.text);
    json_decref(root);
    if (result != HO_OK)
        deliver_clear(out);
    return result;
}

enum ho_result deliver_preset(struct ho_session *session, const char *name, json_t **out, struct ho_diag *diag)
{
    char *own = NULL;
    const char *text = NULL;
    *out = NULL;
    if (ho_project_get_preset(session->project, name, &own, NULL) != HO_OK)
        own = NULL;
    for (int i = 0; deliver_presets[i].name; i++)
        if (strcmp(deliver_presets[i].name, name) == 0)
            text = deliver_presets[i].settings;
    if (own || text)
        *out = json_loads(own ? own : text, 0, NULL);
    free(own);
    return *out ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "there is no preset \"%.80s\"; presets lists them", name);
}

// ---- names

// Case, space and underscore are ignored, as in all tokens.
static bool is_token(const char *text, size_t length, const char *wanted)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == ' ' || text[i] == '_')
            continue;
        if (tolower((unsigned char)text[i]) != *wanted)
            return false;
        wanted++;
    }
    return *wanted == '\0';
}

static void put_name(FILE *file, const char *name)
{
    for (; *name; name++)
        fputc(strchr("/\\:*?\"<>|%", *name) ? '-' : *name, file);
}

char *deliver_output(const struct deliver_settings *settings, const char *clip_name, const char *timeline_name,
                     int64_t n_frames, int copy)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return NULL;
    fprintf(file, "%s/", settings->folder);
    for (const char *at = settings->name; *at; at++) {
        const char *end = at[0] == '%' && at[1] == '{' ? strchr(at, '}') : NULL;
        const size_t length = end ? (size_t)(end - at) - 2 : 0;
        if (end && is_token(at + 2, length, "clipname"))
            put_name(file, clip_name);
        else if (end && is_token(at + 2, length, "timelinename"))
            put_name(file, timeline_name);
        else {
            fputc(*at, file);
            continue;
        }
        at = end;
    }
    fputs(settings->suffix, file);
    if (settings->counts_frames && n_frames > 0)
        fprintf(file, "_%lldf", (long long)n_frames);
    if (copy > 1)
        fprintf(file, "_%d", copy);
    fprintf(file, ".%s", ho_codec_extension(settings->codec));
    fclose(file);
    return text;
}
