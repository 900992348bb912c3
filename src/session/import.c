// SPDX-License-Identifier: BSD-2-Clause
// Files become media: what they are is found on a worker, and kept when that is known.
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "session/import.h"

// ---- names

// Where it is, whatever the working folder will be; a sequence's name holds a pattern, so that only its folder is
// there.
enum ho_result import_path(const char *path, char *out, size_t size, struct ho_diag *diag)
{
    char *real = realpath(path, NULL);
    if (real) {
        int n = snprintf(out, size, "%s", real);
        free(real);
        return n >= 0 && (size_t)n < size ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "%s: the name is too long", path);
    }
    const char *slash = strrchr(path, '/');
    char *folder = slash ? ho_format("%.*s/", (int)(slash - path), path) : ho_strdup(".");
    real = folder ? realpath(folder, NULL) : NULL;
    int n = snprintf(out, size, "%s%s%s", real ? real : "", real ? "/" : "", real && slash ? slash + 1 : path);
    free(folder);
    free(real);
    return n >= 0 && (size_t)n < size ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "%s: the name is too long", path);
}

static bool is_one_of(const char *extension, const char *const *list)
{
    for (int i = 0; extension && list[i]; i++)
        if (strcasecmp(extension + 1, list[i]) == 0)
            return true;
    return false;
}

static const char *const movies[] = {"mov", "mp4",  "mkv", "avi", "mxf", "m4v",  "webm", "mts", "m2ts",
                                     "mpg", "mpeg", "wmv", "wav", "aif", "aiff", "flac", "mp3", NULL};
static const char *const pictures[] = {"png", "jpg", "jpeg", "exr", "tif", "tiff", "dpx", "tga", "bmp", "webp", NULL};

// "shot.0101.exr" is one of "shot.%04d.exr". False: it stands alone.
static bool pattern_of(const char *name, char *out, size_t size)
{
    const char *extension = strrchr(name, '.');
    const char *end = extension;
    if (!is_one_of(extension, pictures))
        return false;
    const char *first = end;
    while (first > name && isdigit((unsigned char)first[-1]))
        first--;
    if (first == end)
        return false;
    snprintf(out, size, "%.*s%%0%dd%s", (int)(first - name), name, (int)(end - first), extension);
    return true;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool holds(char *const *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static enum ho_result add_name(char ***list, size_t *n, const char *name, struct ho_diag *diag)
{
    char **grown = ho_realloc(*list, *n + 1, sizeof(*grown)), *copy = ho_strdup(name);
    if (grown)
        *list = grown;
    if (!grown || !copy) {
        free(copy);
        return ho_fail_memory(diag, strlen(name));
    }
    (*list)[(*n)++] = copy;
    return HO_OK;
}

void import_names_free(char **list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i]);
    free(list);
}

enum ho_result import_folder_names(const char *folder, char ***list, size_t *n, struct ho_diag *diag)
{
    DIR *dir = opendir(folder);
    enum ho_result result = HO_OK;
    *list = NULL;
    *n = 0;
    if (!dir)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: cannot be read as a folder", folder);
    for (const struct dirent *entry; result == HO_OK && (entry = readdir(dir));) {
        char pattern[512], *path;
        const char *name = entry->d_name;
        bool is_picture = pattern_of(name, pattern, sizeof(pattern));
        if (name[0] == '.' ||
            (!is_picture && !is_one_of(strrchr(name, '.'), movies) && !is_one_of(strrchr(name, '.'), pictures)))
            continue;
        path = ho_format("%s/%s", folder, is_picture ? pattern : name);
        if (!path)
            result = ho_fail_memory(diag, strlen(folder));
        else if (!holds(*list, *n, path))
            result = add_name(list, n, path, diag);
        free(path);
    }
    closedir(dir);
    if (result == HO_OK && *n)
        qsort(*list, *n, sizeof(**list), by_name);
    if (result == HO_OK && *n == 0)
        result = ho_fail(diag, HO_ERROR_INPUT, "%s: no movie and no pictures in that folder", folder);
    if (result != HO_OK) {
        import_names_free(*list, *n);
        *list = NULL;
        *n = 0;
    }
    return result;
}

// ---- what it is

enum ho_result import_probe(const struct ho_session_options *options, const char *path, struct ho_rational rate,
                            const struct ho_cancel *cancel, struct ho_source_info *out, struct ho_diag *diag)
{
    struct ho_bank *bank = NULL;
    struct ho_reader_options reading = {.n_threads = options->n_threads, .cancel = cancel, .rate = rate};
    HO_TRY(ho_bank_open(options->bank_dir, &bank, diag));
    reading.index_dir = ho_bank_index_dir(bank);
    enum ho_result result = ho_source_probe(path, &reading, out, diag);
    ho_bank_close(&bank);
    return result;
}

// ---- on a worker

struct import {
    struct task task;
    struct import_request request;
    struct ho_session_options options;
    struct ho_source_info info;
    enum ho_result result;
    struct ho_diag diag;
    int64_t work;
};

static void run(struct task *task, void **kept)
{
    struct import *import = (struct import *)task;
    (void)kept;
    import->result = import_probe(&import->options, import->request.path, import->request.rate, &task->cancel,
                                  &import->info, &import->diag);
}

static enum ho_result keep_as_step(struct ho_session *session, const struct import *import, struct ho_diag *diag)
{
    struct call call = {.session = session, .command = import->request.command, .reply = json_object()};
    enum ho_result result = ho_project_begin(session->project, call.command->shown.label, diag);
    if (result == HO_OK) {
        result = import_keep(&call, &import->request, &import->info, diag);
        if (result == HO_OK)
            result = ho_project_commit(session->project, diag);
        if (result != HO_OK) {
            struct ho_touched all = {0};
            ho_project_cancel(session->project);
            (void)!timeline_open(session, 0, NULL);
            (void)!session_refresh(session, &all, NULL);
        }
    }
    json_decref(call.reply);
    news_add(session, HO_NEWS_STEPS);
    return result;
}

static void done(struct ho_session *session, struct task *task)
{
    struct import *import = (struct import *)task;
    struct work *work = work_find(session, import->work);
    if (import->result == HO_OK)
        import->result = keep_as_step(session, import, &import->diag);
    if (!work)
        return;
    work_end(session, work, import->result, &import->diag, import->request.path);
    if (import->result != HO_OK && import->result != HO_CANCELLED)
        session_say(session, "%s", import->diag.message);
}

enum ho_result import_start(struct call *call, const struct import_request *request, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    struct import *import = ho_alloc(1, sizeof(*import));
    if (!import)
        return ho_fail_memory(diag, sizeof(*import));
    import->task = (struct task){.run = run, .done = done, .writes = true};
    import->request = *request;
    import->options = session->options;
    const char *slash = strrchr(request->path, '/');
    struct work *work = work_add(session, HO_WORK_IMPORT, slash ? slash + 1 : request->path, &import->task);
    if (!work) {
        free(import);
        return ho_fail_memory(diag, sizeof(*work));
    }
    import->work = work->shown.id;
    reply_integer(call, "job", import->work);
    worker_want(session, WORKER_FILES, &import->task, false);
    return HO_OK;
}
