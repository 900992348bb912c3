// SPDX-License-Identifier: BSD-2-Clause
#include "deliver/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "media/packets.h"
#include "media/pattern.h"
#include "media/writer.h"

#define PATH_SIZE 4096

bool ho_output_exists(const char *path, enum ho_codec codec)
{
    bool exists = false;
    // As a movie or sequence of unknown length, and as a single picture. What cannot be an output at all does not exist
    // either; ho_writer_check() says so later.
    for (int64_t n_frames = -1; n_frames <= 1 && !exists; n_frames += 2) {
        struct ho_place place;
        exists = ho_place_init(&place, path, codec, n_frames, false, NULL) == HO_OK &&
                 ho_place_check_free(&place, INT64_MIN, INT64_MAX, NULL) != HO_OK;
        ho_place_clear(&place);
    }
    return exists;
}

static bool is_same_folder(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

// A sequence is the source's own when it lies in the same folder and the source's pattern takes its files.
static bool is_pattern_of(const char *path, const char *source)
{
    struct ho_pattern own, pattern;
    int64_t number;
    if (!ho_pattern_parse(source, &own) || !ho_pattern_parse(path, &pattern) || pattern.glob[0])
        return false;
    char *folder = ho_format("%s.", pattern.folder), *own_folder = ho_format("%s.", own.folder),
         *file = ho_format("%s%0*d%s", pattern.prefix, own.width > pattern.width ? own.width : pattern.width, 1,
                           pattern.suffix);
    bool same = folder && own_folder && file && is_same_folder(folder, own_folder) &&
                ho_pattern_fits(&own, file, &number);
    free(folder);
    free(own_folder);
    free(file);
    return same;
}

enum ho_result ho_output_check_source(const struct ho_output_files *files, const char *source, struct ho_diag *diag)
{
    bool is_source = false;
    char file[PATH_SIZE], part[HO_NAME_SIZE];
    ho_source_split(source, file, part);
    HO_TRY(ho_writer_replaces(files->path, files->codec, files->first, files->n_frames, source, &is_source, diag));
    is_source = is_source || (ho_sequence_is_pattern(file) && is_pattern_of(files->path, file));
    return is_source ? ho_fail(diag, HO_ERROR_USAGE,
                               "the output '%.400s' would replace what it is made from, '%.400s'; choose another name",
                               files->path, source)
                     : HO_OK;
}

enum ho_result ho_output_check_graph(const struct ho_output_files *files, const struct ho_graph *graph,
                                     const char *base_dir, struct ho_diag *diag)
{
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        for (const struct ho_parameter *p = node.type ? node.type->parameters : NULL; p && p->name; p++) {
            double numbers[4];
            const char *file = NULL;
            if (p->type != HO_PARAMETER_FILE)
                continue;
            HO_TRY(ho_graph_get(graph, node.id, p->name, 0, numbers, &file, diag));
            if (!*file)
                continue;
            char *path = *file == '/' || !base_dir ? ho_strdup(file) : ho_format("%s/%s", base_dir, file);
            enum ho_result result = path ? ho_output_check_source(files, path, diag) : ho_fail_memory(diag, 1);
            free(path);
            HO_TRY(result);
        }
    }
    return HO_OK;
}

int64_t ho_output_first_number(const struct ho_deliver_request *request, const struct ho_source_info *source)
{
    return request->has_first_number ? request->first_number : source->is_sequence ? source->first_number : 0;
}

enum ho_result ho_output_check_file(const char *path, const char *extension, bool overwrite, struct ho_diag *diag)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    char folder[PATH_SIZE];
    struct stat status;
    if (strlen(path) >= sizeof(folder))
        return ho_fail(diag, HO_ERROR_USAGE, "the output name is longer than %d characters", PATH_SIZE - 1);
    snprintf(folder, sizeof(folder), "%.*s", slash ? slash == path ? 1 : (int)(slash - path) : 1, slash ? path : ".");
    if (!dot || dot == name || strcasecmp(dot + 1, extension) != 0)
        return ho_fail(diag, HO_ERROR_USAGE, "%.700s: the name of a contact sheet ends in .%s", path, extension);
    if (stat(folder, &status) != 0)
        return ho_fail(diag, HO_ERROR_SPACE, "%.500s cannot be written: there is no folder %.300s; make it first", path,
                       folder);
    if (access(folder, W_OK | X_OK) != 0)
        return ho_fail(diag, HO_ERROR_SPACE, "%.500s cannot be written: %s; choose a folder that you may write to",
                       path, strerror(errno));
    if (lstat(path, &status) != 0)
        return HO_OK;
    if (S_ISDIR(status.st_mode))
        return ho_fail(diag, HO_ERROR_SPACE, "%.700s is a folder; give the name of a file", path);
    return overwrite ? HO_OK
                     : ho_fail(diag, HO_ERROR_SPACE,
                               "%.700s exists; choose another name or allow overwriting (--overwrite)", path);
}
