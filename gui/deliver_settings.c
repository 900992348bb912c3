// SPDX-License-Identifier: BSD-2-Clause
#include "deliver_settings.h"

#include <stdlib.h>

const struct deliver_preset deliver_presets[] = {
    {"Luma matte", "ProRes 422 HQ, white in, black out: what every editor takes", HO_CODEC_PRORES_HQ, HO_VIEW_MATTE,
     "%{clip name}_%{object}_v%{version}"},
    {"Luma matte 422", "ProRes 422: smaller, edges less exact", HO_CODEC_PRORES_422, HO_VIEW_MATTE,
     "%{clip name}_%{object}_v%{version}"},
    {"Lossless matte", "FFV1 in Matroska: every value as it is", HO_CODEC_FFV1, HO_VIEW_MATTE,
     "%{clip name}_%{object}_v%{version}"},
    {"PNG sequence", "16 bit pictures, one a frame", HO_CODEC_PNG, HO_VIEW_MATTE,
     "%{clip name}_%{object}_v%{version}.%04d"},
    {"EXR sequence", "Coverage as half float, one a frame", HO_CODEC_EXR, HO_VIEW_MATTE,
     "%{clip name}_%{object}_v%{version}.%04d"},
    {"Cut out", "ProRes 4444: the picture with the matte as its alpha", HO_CODEC_PRORES_4444, HO_VIEW_CUTOUT,
     "%{clip name}_%{object}_cutout_v%{version}"},
    {"Overlay", "ProRes Proxy: the picture with the object in red, for a look", HO_CODEC_PRORES_PROXY, HO_VIEW_OVERLAY,
     "%{clip name}_%{object}_overlay_v%{version}"},
    {0},
};

static struct deliver_settings settings;

static char *file(void) { return g_build_filename(g_get_user_config_dir(), "holdout", "deliver", NULL); }

void deliver_settings_apply(struct deliver_settings *to, const struct deliver_preset *preset)
{
    g_strlcpy(to->preset, preset->name, sizeof(to->preset));
    g_strlcpy(to->name, preset->file_name, sizeof(to->name));
    to->codec = preset->codec;
    to->view = preset->view;
}

static const struct deliver_preset *find_preset(const char *name)
{
    for (const struct deliver_preset *preset = deliver_presets; preset->name; preset++) {
        if (!strcmp(preset->name, name))
            return preset;
    }
    return &deliver_presets[0];
}

static void load(void)
{
    g_autofree char *path = file();
    g_autoptr(GKeyFile) keys = g_key_file_new();
    deliver_settings_apply(&settings, &deliver_presets[0]);
    if (!g_key_file_load_from_file(keys, path, G_KEY_FILE_NONE, NULL))
        return;
    g_autofree char *preset = g_key_file_get_string(keys, "last", "preset", NULL);
    g_autofree char *folder = g_key_file_get_string(keys, "last", "folder", NULL);
    deliver_settings_apply(&settings, find_preset(preset ? preset : ""));
    if (folder)
        g_strlcpy(settings.folder, folder, sizeof(settings.folder));
}

struct deliver_settings *deliver_settings_get(void)
{
    if (!*settings.preset)
        load();
    return &settings;
}

void deliver_settings_keep(void)
{
    g_autofree char *path = file(), *folder = g_path_get_dirname(path);
    g_autoptr(GKeyFile) keys = g_key_file_new();
    g_key_file_set_string(keys, "last", "preset", settings.preset);
    g_key_file_set_string(keys, "last", "folder", settings.folder);
    if (g_mkdir_with_parents(folder, 0700) == 0)
        g_key_file_save_to_file(keys, path, NULL);
}

char *deliver_settings_path(struct app *app, const struct deliver_settings *from, struct ho_diag *diag)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    const struct ho_mask_object *object = ho_session_object(app->session);
    const struct ho_project_media *media = clip ? ho_session_media(app->session, clip->media) : NULL;
    char *path = NULL;
    if (!media || !object || !*object->id) {
        ho_fail(diag, HO_ERROR_USAGE, "%s", _("Nothing is tracked yet: click on the object and track it first."));
        return NULL;
    }
    g_autofree char *beside = g_path_get_dirname(media->source.path);
    g_autofree char *name = g_strdup_printf("%s/%s.%s", *from->folder ? from->folder : beside, from->name,
                                            ho_codec_extension(from->codec));
    struct ho_source_info source = media->source;
    if (*clip->name)
        g_strlcpy(source.clip_name, clip->name, sizeof(source.clip_name));
    struct ho_token_values values = {.source = &source, .codec = from->codec, .object = object->name};
    return ho_tokens_expand(name, &values, &path, diag) == HO_OK ? path : NULL;
}
