// SPDX-License-Identifier: BSD-2-Clause
// Whether an output would take the place of a file of a source: by what the files are, not by how they are called.
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "media/packets.h"
#include "media/pattern.h"
#include "media/writer.h"

struct identity {
    dev_t device;
    ino_t inode;
};
struct identities {
    struct identity *all;
    size_t n, capacity;
};

static int compare(const void *a, const void *b)
{
    const struct identity *x = a, *y = b;
    return x->device != y->device ? (x->device > y->device) - (x->device < y->device)
                                  : (x->inode > y->inode) - (x->inode < y->inode);
}

// Links are followed; a file that is not there is none.
static enum ho_result add(struct identities *list, const char *path, struct ho_diag *diag)
{
    struct stat status;
    if (!path || stat(path, &status) != 0)
        return path ? HO_OK : ho_fail_memory(diag, 1);
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        struct identity *grown = ho_realloc(list->all, capacity, sizeof(*grown));
        if (!grown)
            return ho_fail_memory(diag, capacity * sizeof(*grown));
        list->all = grown;
        list->capacity = capacity;
    }
    list->all[list->n++] = (struct identity){status.st_dev, status.st_ino};
    return HO_OK;
}

// What stands where the output's files will.
static enum ho_result find_outputs(const struct ho_place *place, int64_t first, int64_t n_frames,
                                   struct identities *out, struct ho_diag *diag)
{
    if (!place->n_digits)
        return add(out, place->path, diag);
    DIR *folder = opendir(place->folder);
    enum ho_result result = HO_OK;
    for (struct dirent *entry; folder && result == HO_OK && (entry = readdir(folder));) {
        int64_t number;
        if (!ho_place_number(place, entry->d_name, &number) || number < first ||
            (n_frames >= 0 && number >= first + n_frames))
            continue;
        char *path = ho_format("%s/%s", place->folder, entry->d_name);
        result = add(out, path, diag);
        free(path);
    }
    if (folder)
        closedir(folder);
    return result;
}

static bool is_among(const char *path, const struct identities *outputs)
{
    struct stat status;
    if (!path || stat(path, &status) != 0)
        return false;
    struct identity wanted = {status.st_dev, status.st_ino};
    return bsearch(&wanted, outputs->all, outputs->n, sizeof(wanted), compare) != NULL;
}

// A source that cannot be opened has no files that could be lost.
static bool has_file_among(const char *path, const struct identities *outputs)
{
    char source[4096], part[HO_NAME_SIZE];
    ho_source_split(path, source, part);
    if (!ho_sequence_is_pattern(source))
        return is_among(source, outputs);
    struct ho_sequence sequence;
    bool found = false;
    if (ho_sequence_open(&sequence, source, NULL, NULL) != HO_OK)
        return false;
    for (uint32_t i = 0; i < sequence.n && !found; i++)
        found = is_among(sequence.files[i], outputs);
    ho_sequence_close(&sequence);
    return found;
}

enum ho_result ho_writer_replaces(const char *path, enum ho_codec codec, int64_t first, int64_t n_frames,
                                  const char *source, bool *out, struct ho_diag *diag)
{
    struct ho_place place;
    struct identities outputs = {0};
    *out = false;
    // What cannot be an output replaces nothing; ho_writer_check() says what is wrong with it.
    enum ho_result result = HO_OK;
    if (ho_place_init(&place, path, codec, n_frames, true, NULL) == HO_OK)
        result = find_outputs(&place, first, n_frames, &outputs, diag);
    if (result == HO_OK && outputs.n) {
        qsort(outputs.all, outputs.n, sizeof(*outputs.all), compare);
        *out = has_file_among(source, &outputs);
    }
    free(outputs.all);
    ho_place_clear(&place);
    return result;
}
