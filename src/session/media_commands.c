// SPDX-License-Identifier: BSD-2-Clause
// Commands of the media pool: files, bins, timelines.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "session/import.h"

// ---- files

static enum ho_result take_in(struct call *call, enum import_kind kind, const char *path, int64_t bin,
                              struct ho_rational rate, bool wait, struct ho_diag *diag)
{
    struct import_request request = {.kind = kind, .command = call->command, .bin = bin, .rate = rate};
    struct ho_source_info *info;
    HO_TRY(import_path(path, request.path, sizeof(request.path), diag));
    if (!wait)
        return import_start(call, &request, diag);
    info = malloc(sizeof(*info));
    if (!info)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory");
    enum ho_result result = import_probe(&call->session->options, request.path, rate, NULL, info, diag);
    if (result == HO_OK)
        result = import_keep(call, &request, info, diag);
    free(info);
    return result;
}

static enum ho_result take_folder(struct call *call, const char *path, int64_t bin, struct ho_rational rate, bool wait,
                                  struct ho_diag *diag)
{
    char **names = NULL;
    size_t n = 0;
    HO_TRY(import_folder_names(path, &names, &n, diag));
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++)
        result = take_in(call, IMPORT_MEDIA, names[i], bin, rate, wait, diag);
    reply_integer(call, "n", (int64_t)n);
    import_names_free(names, n);
    return result;
}

static enum ho_result parse_rate(const struct value *value, struct ho_rational *out, struct ho_diag *diag)
{
    *out = (struct ho_rational){0, 1};
    return value->given ? ho_rate_parse(value->text, out, diag) : HO_OK;
}

static enum ho_result import(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_rational rate;
    struct stat status;
    HO_TRY(parse_rate(&v[2], &rate, diag));
    if (stat(v[0].text, &status) == 0 && S_ISDIR(status.st_mode))
        return take_folder(call, v[0].text, v[1].integer, rate, v[3].boolean, diag);
    return take_in(call, IMPORT_MEDIA, v[0].text, v[1].integer, rate, v[3].boolean, diag);
}

static enum ho_result open_film(struct call *call, struct ho_diag *diag)
{
    return take_in(call, IMPORT_FILM, call->value[0].text, HO_BIN_TOP, (struct ho_rational){0, 1},
                   call->value[1].boolean, diag);
}

static enum ho_result relink(struct call *call, struct ho_diag *diag)
{
    return take_in(call, IMPORT_RELINK, call->value[0].text, HO_BIN_TOP, (struct ho_rational){0, 1},
                   call->value[1].boolean, diag);
}

// ---- media

static enum ho_result set_media(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_project_media *media = malloc(sizeof(*media));
    if (!media)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory");
    enum ho_result result = ho_project_get_media(call->session->project, v[0].integer, media, diag);
    if (v[1].given)
        snprintf(media->clip_name, sizeof(media->clip_name), "%s", v[1].text);
    if (result == HO_OK && v[2].given)
        result = parse_rate(&v[2], &media->rate, diag);
    if (v[3].given)
        media->alpha = (enum ho_alpha_kind)v[3].integer;
    if (v[4].given)
        media->bin = v[4].integer;
    if (result == HO_OK)
        result = ho_project_set_media(call->session->project, media, diag);
    free(media);
    return result == HO_OK ? media_reload(call->session, v[0].integer, diag) : result;
}

static enum ho_result remove_media(struct call *call, struct ho_diag *diag)
{
    HO_TRY(ho_project_remove_media(call->session->project, call->value[0].integer, diag));
    return media_reload(call->session, call->value[0].integer, diag);
}

static enum ho_result select_media(struct call *call, struct ho_diag *diag)
{
    (void)diag;
    if (call->session->selected_media != call->value[0].integer)
        call->session->source_marks = (struct ho_marks){0};
    call->session->selected_media = call->value[0].integer;
    news_add(call->session, HO_NEWS_SELECTION);
    return HO_OK;
}

static json_t *media_json(const struct ho_project_media *media)
{
    const struct ho_source_info *s = &media->source;
    char start[HO_TIMECODE_SIZE] = "";
    if (s->has_timecode)
        ho_timecode_format(s->start, start);
    return json_pack("{s:I, s:I, s:s, s:s, s:i, s:i, s:I, s:I, s:I, s:s, s:s, s:i, s:s, s:b}", "id",
                     (json_int_t)media->id, "bin", (json_int_t)media->bin, "name", media_name(media), "path", s->path,
                     "width", s->width, "height", s->height, "rate_num",
                     (json_int_t)(media->rate.num ? media->rate.num : s->rate.num), "rate_den",
                     (json_int_t)(media->rate.num ? media->rate.den : s->rate.den), "n_frames", (json_int_t)s->n_frames,
                     "start", start, "codec", s->codec, "n_audio", s->n_audio_streams, "hash", s->hash, "offline",
                     ho_project_media_is_offline(media));
}

static enum ho_result list_media(struct call *call, struct ho_diag *diag)
{
    json_t *list = json_array();
    (void)diag;
    for (size_t i = 0; i < call->session->n_media; i++)
        json_array_append_new(list, media_json(call->session->media[i]));
    json_object_set_new(call->reply, "media", list);
    return HO_OK;
}

// ---- bins

static enum ho_result new_bin(struct call *call, struct ho_diag *diag)
{
    int64_t id = 0;
    HO_TRY(ho_project_add_bin(call->session->project, call->value[1].integer ? call->value[1].integer : HO_BIN_TOP,
                              call->value[0].text, &id, diag));
    reply_integer(call, "bin", id);
    news_add(call->session, HO_NEWS_MEDIA);
    return HO_OK;
}

static enum ho_result find_bin(struct call *call, int64_t id, struct ho_bin *out, struct ho_diag *diag)
{
    struct ho_bin *bins = NULL;
    size_t n = 0;
    HO_TRY(ho_project_bins(call->session->project, &bins, &n, diag));
    for (size_t i = 0; i < n; i++)
        if (bins[i].id == id)
            *out = bins[i];
    free(bins);
    return HO_OK;
}

static enum ho_result set_bin(struct call *call, struct ho_diag *diag)
{
    struct ho_bin bin = {0};
    HO_TRY(find_bin(call, call->value[0].integer, &bin, diag));
    if (call->value[1].given)
        snprintf(bin.name, sizeof(bin.name), "%s", call->value[1].text);
    if (call->value[2].given)
        bin.parent = call->value[2].integer;
    news_add(call->session, HO_NEWS_MEDIA);
    return ho_project_set_bin(call->session->project, &bin, diag);
}

static enum ho_result remove_bin(struct call *call, struct ho_diag *diag)
{
    news_add(call->session, HO_NEWS_MEDIA);
    return ho_project_remove_bin(call->session->project, call->value[0].integer, diag);
}

static enum ho_result list_bins(struct call *call, struct ho_diag *diag)
{
    struct ho_bin *bins = NULL;
    size_t n = 0;
    json_t *list = json_array();
    HO_TRY(ho_project_bins(call->session->project, &bins, &n, diag));
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:I, s:I, s:s}", "id", (json_int_t)bins[i].id, "parent",
                                              (json_int_t)bins[i].parent, "name", bins[i].name));
    free(bins);
    json_object_set_new(call->reply, "bins", list);
    return HO_OK;
}

// ---- timelines

static enum ho_result take_settings(struct call *call, struct ho_timeline_settings *settings, struct ho_diag *diag)
{
    const struct value *v = call->value;    // name, width, height, rate, start, after what comes first
    if (v[1].given)
        settings->width = (int)v[1].integer;
    if (v[2].given)
        settings->height = (int)v[2].integer;
    if (v[3].given) {
        HO_TRY(ho_rate_parse(v[3].text, &settings->rate, diag));
        const int base = ho_rate_base(settings->rate);
        if (base != settings->start.fps)
            settings->start = (struct ho_timecode){.frame = (int64_t)base * 3600, .fps = base};
    }
    return v[4].given ? ho_timecode_parse(v[4].text, settings->rate, &settings->start, diag) : HO_OK;
}

static enum ho_result new_timeline(struct call *call, struct ho_diag *diag)
{
    struct ho_timeline_settings settings;
    const struct ho_project_media *media = NULL;
    if (call->value[5].given)
        HO_TRY(media_need(call->session, call->value[5].integer, &media, diag));
    timeline_settings_of(media, call->value[0].text, &settings);
    HO_TRY(take_settings(call, &settings, diag));
    return timeline_make(call, &settings, diag);
}

static enum ho_result set_timeline(struct call *call, struct ho_diag *diag)
{
    struct ho_timeline_settings settings = *ho_timeline_get_settings(call->session->timeline);
    struct ho_edit *edit = NULL;
    if (call->value[0].given)
        snprintf(settings.name, sizeof(settings.name), "%s", call->value[0].text);
    HO_TRY(take_settings(call, &settings, diag));
    news_add(call->session, HO_NEWS_MEDIA);
    return edit_keep(call, ho_timeline_set(call->session->timeline, &settings, &edit, diag), &edit, diag);
}

static enum ho_result open_timeline(struct call *call, struct ho_diag *diag)
{
    return timeline_open(call->session, call->value[0].integer, diag);
}

static enum ho_result remove_timeline(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    HO_TRY(ho_project_remove_timeline(session->project, call->value[0].integer, diag));
    news_add(session, HO_NEWS_MEDIA);
    return session->timeline_id == call->value[0].integer ? timeline_open(session, 0, diag) : HO_OK;
}

static enum ho_result list_timelines(struct call *call, struct ho_diag *diag)
{
    struct ho_timeline_entry *entries = NULL;
    size_t n = 0;
    json_t *list = json_array();
    HO_TRY(ho_project_timelines(call->session->project, &entries, &n, diag));
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:I, s:I, s:s, s:b}", "id", (json_int_t)entries[i].id, "bin",
                                              (json_int_t)entries[i].bin, "name", entries[i].name, "current",
                                              entries[i].id == call->session->timeline_id));
    free(entries);
    json_object_set_new(call->reply, "timelines", list);
    return HO_OK;
}

// ---- rows

#define WAIT                                                                                               \
    {                                                                                                      \
        "wait", HO_ARGUMENT_BOOLEAN, false, NULL, "no", "until it is there, instead of going on meanwhile" \
    }
static const char *const alphas[] = {"as-tagged", "none", "straight", "premultiplied", NULL};
static const struct ho_argument import_arguments[] = {
    {"file", HO_ARGUMENT_FILE, true, NULL, NULL, "a movie, a sequence (shot.%04d.exr), or a folder of them"},
    {"bin", HO_ARGUMENT_BIN, false, NULL, NULL, "where it goes; else the topmost bin"},
    {"rate", HO_ARGUMENT_TEXT, false, NULL, NULL, "frames a second, of a sequence"},
    WAIT,
    {0}};
static const struct ho_argument film_arguments[] = {
    {"file", HO_ARGUMENT_FILE, true, NULL, NULL, "a movie, or a sequence (shot.%04d.exr)"}, WAIT, {0}};
static const struct ho_argument media_arguments[] = {{"media", HO_ARGUMENT_MEDIA, false, NULL, "selected", "which"},
                                                     {0}};
static const struct ho_argument set_media_arguments[] = {
    {"media", HO_ARGUMENT_MEDIA, true, NULL, NULL, "which"},
    {"name", HO_ARGUMENT_TEXT, false, NULL, NULL, "its clip name, over the file's"},
    {"rate", HO_ARGUMENT_TEXT, false, NULL, NULL, "of a sequence, over what its files say"},
    {"alpha", HO_ARGUMENT_CHOICE, false, alphas, NULL, "what its alpha is"},
    {"bin", HO_ARGUMENT_BIN, false, NULL, NULL, "moves it there"},
    {0}};
static const struct ho_argument new_bin_arguments[] = {
    {"name", HO_ARGUMENT_TEXT, true, NULL, NULL, "the bin's"},
    {"parent", HO_ARGUMENT_BIN, false, NULL, NULL, "the bin that it goes into; else the topmost"},
    {0}};
static const struct ho_argument set_bin_arguments[] = {{"bin", HO_ARGUMENT_BIN, true, NULL, NULL, "which"},
                                                       {"name", HO_ARGUMENT_TEXT, false, NULL, NULL, "its new name"},
                                                       {"parent", HO_ARGUMENT_BIN, false, NULL, NULL, "moves it there"},
                                                       {0}};
static const struct ho_argument bin_arguments[] = {{"bin", HO_ARGUMENT_BIN, true, NULL, NULL, "which"}, {0}};
static const struct ho_argument timeline_arguments[] = {{"timeline", HO_ARGUMENT_TIMELINE, true, NULL, NULL, "which"},
                                                        {0}};
#define SETTINGS                                                                                  \
    {"width", HO_ARGUMENT_INTEGER, false, NULL, NULL, "pixels"},                                  \
        {"height", HO_ARGUMENT_INTEGER, false, NULL, NULL, "pixels"},                             \
        {"rate", HO_ARGUMENT_TEXT, false, NULL, NULL, "frames a second: 25, 23.976, 30000/1001"}, \
    {                                                                                             \
        "start", HO_ARGUMENT_TEXT, false, NULL, NULL, "timecode of the first frame"               \
    }
static const struct ho_argument new_timeline_arguments[] = {
    {"name", HO_ARGUMENT_TEXT, false, NULL, "Timeline 1", "the timeline's"},
    SETTINGS,
    {"media", HO_ARGUMENT_MEDIA, false, NULL, NULL, "size, rate and start as this source has them"},
    {0}};
static const struct ho_argument set_timeline_arguments[] = {
    {"name", HO_ARGUMENT_TEXT, false, NULL, NULL, "the timeline's"}, SETTINGS, {0}};

const struct command media_commands[] = {
    {{"open-film", "Open film", "imports a film and puts it on a timeline of its own rate and size",
      HO_COMMAND_EDITS | HO_COMMAND_RUNS, film_arguments},
     open_film,
     NULL},
    {{"import", "Import media", "takes files into the media pool", HO_COMMAND_EDITS | HO_COMMAND_RUNS,
      import_arguments},
     import,
     NULL},
    {{"relink", "Relink media", "offline media that this file is, by content, find it again",
      HO_COMMAND_EDITS | HO_COMMAND_RUNS, film_arguments},
     relink,
     NULL},
    {{"set-media", "Change media", "name, rate, alpha and bin of media", HO_COMMAND_EDITS, set_media_arguments},
     set_media,
     NULL},
    {{"remove-media", "Remove media", "takes media out of the pool that no clip shows", HO_COMMAND_EDITS,
      media_arguments},
     remove_media,
     NULL},
    {{"select-media", "Select media", "shows media in the source viewer", 0, media_arguments}, select_media, NULL},
    {{"media", "Media", "lists the media pool", 0, NULL}, list_media, NULL},
    {{"new-bin", "New bin", "makes a bin", HO_COMMAND_EDITS, new_bin_arguments}, new_bin, NULL},
    {{"set-bin", "Change bin", "renames or moves a bin", HO_COMMAND_EDITS, set_bin_arguments}, set_bin, NULL},
    {{"remove-bin", "Remove bin", "takes an empty bin away", HO_COMMAND_EDITS, bin_arguments}, remove_bin, NULL},
    {{"bins", "Bins", "lists the bins", 0, NULL}, list_bins, NULL},
    {{"new-timeline", "New timeline", "makes a timeline and shows it", HO_COMMAND_EDITS, new_timeline_arguments},
     new_timeline,
     NULL},
    {{"set-timeline", "Change timeline", "name, size, rate and start of the timeline",
      HO_COMMAND_EDITS | HO_COMMAND_TIMELINE, set_timeline_arguments},
     set_timeline,
     NULL},
    {{"open-timeline", "Open timeline", "shows a timeline", 0, timeline_arguments}, open_timeline, NULL},
    {{"remove-timeline", "Remove timeline", "takes a timeline away", HO_COMMAND_EDITS, timeline_arguments},
     remove_timeline,
     NULL},
    {{"timelines", "Timelines", "lists the timelines", 0, NULL}, list_timelines, NULL},
    {{0}, NULL, NULL},
};
