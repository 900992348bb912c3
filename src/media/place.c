// SPDX-License-Identifier: BSD-2-Clause
// Where an output comes to stand: its name taken apart, and what can be refused before anything is written.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "media/pattern.h"
#include "media/writer.h"

enum ho_result ho_fail_errno(struct ho_diag *diag, int error, const char *what, const char *path, int64_t frame)
{
    const char *advice = "";
    switch (error) {
    case ENOSPC: advice = "; make room there or write elsewhere"; break;
    case EDQUOT: advice = "; your quota there is used up: make room or write elsewhere"; break;
    case EFBIG: advice = "; the limit on the size of files (ulimit -f, or the file system's own) is reached"; break;
    case EACCES:
    case EPERM:
    case EROFS: advice = "; choose a folder that you may write to"; break;
    case ENOENT:
    case ENOTDIR: advice = "; make the folder first"; break;
    case ENAMETOOLONG: advice = "; choose a shorter name"; break;
    default: break;
    }
    if (error == ENOMEM)
        return ho_fail(diag, HO_ERROR_MEMORY, "%s cannot be %s: out of memory", path, what);
    if (frame >= 0)
        return ho_fail(diag, HO_ERROR_SPACE, "%s cannot be %s at frame %" PRId64 ": %s%s", path, what, frame,
                       strerror(error), advice);
    return ho_fail(diag, HO_ERROR_SPACE, "%s cannot be %s: %s%s", path, what, strerror(error), advice);
}

static char *copy_part(const char *text, size_t length) { return ho_format("%.*s", (int)length, text); }

// "%s", "%04i": meant for a number, and none.
static bool is_mistaken(const char *name)
{
    while ((name = strchr(name, '%'))) {
        name += 1 + strspn(name + 1, "0123456789");
        if (isalpha((unsigned char)*name))
            return true;
    }
    return false;
}

static enum ho_result split_sequence(struct ho_place *place, const char *name, const char *extension, int64_t n_frames,
                                     struct ho_diag *diag)
{
    size_t start, end;
    int n_numbers = ho_pattern_find(name, &start, &end, &place->n_digits);
    if (n_numbers > 1 || (!n_numbers && n_frames != 1 && is_mistaken(name)))
        return ho_fail(diag, HO_ERROR_USAGE, "%s: the name of a sequence holds its number once, as %%04d", place->path);
    if (n_numbers) {
        place->prefix = copy_part(name, start);
    } else if (n_frames == 1) {
        end = strlen(name);
        place->prefix = ho_strdup(name);
    } else {
        start = end = (size_t)(extension - name);
        place->n_digits = 4;
        place->prefix = ho_format("%.*s.", (int)start, name);
    }
    place->suffix = ho_strdup(name + end);
    return HO_OK;
}

// A name that the file system doesn't take, said before hours of tracking.
static enum ho_result check_length(const struct ho_place *place, struct ho_diag *diag)
{
    char *file = ho_place_file(place, place->folder, 0);
    struct stat status;
    if (!file)
        return ho_fail_memory(diag, strlen(place->path));
    int error = lstat(file, &status) ? errno : 0;
    free(file);
    return error == ENAMETOOLONG ? ho_fail_errno(diag, error, "written", place->path, -1) : HO_OK;
}

enum ho_result ho_place_init(struct ho_place *place, const char *path, enum ho_codec codec, int64_t n_frames,
                             bool overwrite, struct ho_diag *diag)
{
    *place = (struct ho_place){.overwrite = overwrite};
    if (codec == HO_CODEC_BY_NAME && path && *path)
        HO_TRY(ho_codec_of_output(path, &codec, diag));
    const struct ho_codec_entry *entry = ho_codec_entry(codec);
    if (!entry)
        return ho_fail(diag, HO_ERROR_USAGE, "there is no codec number %d", (int)codec);
    if (!path || !*path)
        return ho_fail(diag, HO_ERROR_USAGE, "the output has no name");
    place->is_sequence = entry->backend->is_sequence;

    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *extension = strrchr(name, '.');
    if (!extension || extension == name || strcasecmp(extension + 1, entry->extension))
        return ho_fail(diag, HO_ERROR_USAGE, "%s: the name of a %s output ends in .%s", path, entry->name,
                       entry->extension);
    place->path = ho_strdup(path);
    place->folder = !slash ? ho_strdup(".") : slash == path ? ho_strdup("/") : copy_part(path, (size_t)(slash - path));
    if (!place->path || !place->folder)
        return ho_fail_memory(diag, strlen(path) + 1);
    if (place->is_sequence) {
        HO_TRY(split_sequence(place, name, extension, n_frames, diag));
    } else {
        place->prefix = ho_strdup(name);
        place->suffix = ho_strdup("");
    }
    if (!place->prefix || !place->suffix)
        return ho_fail_memory(diag, strlen(name) + 1);

    struct stat status;
    if (stat(place->folder, &status))
        return errno == ENOENT
                   ? ho_fail(diag, HO_ERROR_SPACE, "%s cannot be written: there is no folder %s; make it first", path,
                             place->folder)
                   : ho_fail_errno(diag, errno, "written", path, -1);
    if (!S_ISDIR(status.st_mode))
        return ho_fail(diag, HO_ERROR_SPACE, "%s cannot be written: %s is no folder", path, place->folder);
    if (access(place->folder, W_OK | X_OK))
        return ho_fail_errno(diag, errno, "written", path, -1);
    return check_length(place, diag);
}

bool ho_place_number(const struct ho_place *place, const char *entry, int64_t *out)
{
    size_t length = strlen(entry), n_prefix = strlen(place->prefix), n_suffix = strlen(place->suffix);
    return length > n_prefix + n_suffix && !strncmp(entry, place->prefix, n_prefix) &&
           !strcmp(entry + length - n_suffix, place->suffix) &&
           ho_pattern_number(entry + n_prefix, length - n_prefix - n_suffix, place->n_digits, out);
}

static enum ho_result check_sequence_free(const struct ho_place *place, int64_t first, int64_t last,
                                          struct ho_diag *diag)
{
    DIR *folder = opendir(place->folder);
    if (!folder)
        return ho_fail_errno(diag, errno, "written", place->path, -1);
    int64_t lowest = INT64_MAX, number, n_found = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!ho_place_number(place, entry->d_name, &number) || number < first || number > last)
            continue;
        lowest = number < lowest ? number : lowest;
        n_found++;
    }
    closedir(folder);
    if (!n_found)
        return HO_OK;
    return ho_fail(diag, HO_ERROR_SPACE,
                   "%s would overwrite %" PRId64 " file%s (the first is number %" PRId64
                   "); choose another name or allow overwriting (--overwrite)",
                   place->path, n_found, n_found == 1 ? "" : "s", lowest);
}

enum ho_result ho_place_check_free(const struct ho_place *place, int64_t first, int64_t last, struct ho_diag *diag)
{
    struct stat status;
    if (!place->n_digits && !lstat(place->path, &status)) {
        if (S_ISDIR(status.st_mode))
            return ho_fail(diag, HO_ERROR_SPACE, "%s is a folder; give the name of a file", place->path);
        // A device would be replaced by a file.
        if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
            return ho_fail(diag, HO_ERROR_SPACE, "%s is no ordinary file; choose another name", place->path);
        if (!place->overwrite)
            return ho_fail(diag, HO_ERROR_SPACE, "%s exists; choose another name or allow overwriting (--overwrite)",
                           place->path);
    }
    return place->n_digits && !place->overwrite ? check_sequence_free(place, first, last, diag) : HO_OK;
}

char *ho_place_file(const struct ho_place *place, const char *folder, int64_t number)
{
    if (!place->n_digits)
        return ho_format("%s/%s", folder, place->prefix);
    return ho_format("%s/%s%0*" PRId64 "%s", folder, place->prefix, place->n_digits, number, place->suffix);
}

enum ho_result ho_writer_check(const char *path, enum ho_codec codec, int64_t n_frames, bool overwrite,
                               struct ho_diag *diag)
{
    struct ho_place place;
    enum ho_result result = ho_place_init(&place, path, codec, n_frames, overwrite, diag);
    if (result == HO_OK)
        result = ho_place_check_free(&place, INT64_MIN, INT64_MAX, diag);
    ho_place_clear(&place);
    return result;
}
