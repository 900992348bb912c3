// SPDX-License-Identifier: BSD-2-Clause
#include "media/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/limit.h"
#include "base/memory.h"
#include "holdout/log.h"

static const char magic[8] = "HOKEPT1\n", suffix[] = ".frames";
enum { KEY_SIZE = 32, HEADER_SIZE = sizeof(magic) + KEY_SIZE, MOST_BYTES = 1 << 30 };

struct packet {
    uint64_t offset, size, check;
};

struct ho_kept {
    int file;    // the journal, locked while this process writes the output
    char *path;
    struct packet *packets;
    int64_t n_found;    // that were there when it was opened, and are whole
    int64_t n_added;
    bool is_broken;    // could not be written to: what follows is not kept
};

static void make_header(const char *key, char header[HEADER_SIZE])
{
    memset(header, 0, HEADER_SIZE);
    memcpy(header, magic, sizeof(magic));
    memcpy(header + sizeof(magic), key, strnlen(key, KEY_SIZE));
}

// Locks of an open file: can be asked about without being taken, as flock()'s cannot. `wait`: for whoever looks into
// the journal just now. Makes sure that the file still bears its name: who finishes an output removes its journal.
static bool lock(int file, const char *path, bool wait)
{
    struct stat opened, named;
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return !fcntl(file, wait ? F_OFD_SETLKW : F_OFD_SETLK, &whole) && !fstat(file, &opened) && !stat(path, &named) &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

bool ho_kept_is_in_use(const char *temporary)
{
    char *path = ho_format("%s%s", temporary, suffix);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    bool is_locked = file >= 0 && !fcntl(file, F_OFD_GETLK, &whole) && whole.l_type != F_UNLCK;
    if (file >= 0)
        close(file);
    free(path);
    return is_locked;
}

bool ho_kept_is_journal(const char *name)
{
    size_t length = strlen(name);
    return length > strlen(suffix) && !strcmp(name + length - strlen(suffix), suffix);
}

static bool load(struct ho_kept *kept, const char *key)
{
    char header[HEADER_SIZE], wanted[HEADER_SIZE];
    make_header(key, wanted);
    off_t size = lseek(kept->file, 0, SEEK_END);
    if (size < HEADER_SIZE || pread(kept->file, header, HEADER_SIZE, 0) != HEADER_SIZE ||
        memcmp(header, wanted, HEADER_SIZE))
        return false;
    kept->n_found = (int64_t)(size - HEADER_SIZE) / (int64_t)sizeof(struct packet);
    size_t n_bytes = (size_t)kept->n_found * sizeof(struct packet);
    kept->packets = malloc(n_bytes + 1);
    return kept->packets && pread(kept->file, kept->packets, n_bytes, HEADER_SIZE) == (ssize_t)n_bytes;
}

// What an earlier run left of the same output, made from the same: sets kept and the place's temporary.
static void find(struct ho_place *place, const char *prefix, const char *key, struct ho_kept *kept)
{
    DIR *folder = opendir(place->folder);
    for (struct dirent *entry; folder && kept->file < 0 && (entry = readdir(folder));) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) || !ho_kept_is_journal(entry->d_name))
            continue;
        char *path = ho_format("%s/%s", place->folder, entry->d_name),
             *temporary = path ? ho_format("%.*s", (int)(strlen(path) - strlen(suffix)), path) : NULL;
        struct stat status;
        kept->file = temporary && !stat(temporary, &status) && S_ISDIR(status.st_mode) == place->is_sequence
                         ? open(path, O_RDWR | O_CLOEXEC)
                         : -1;
        if (kept->file >= 0 && lock(kept->file, path, false) && load(kept, key)) {
            kept->path = path;
            place->temporary = temporary;
            break;
        }
        if (kept->file >= 0)
            close(kept->file);
        kept->file = -1;
        free(kept->packets);
        kept->packets = NULL;
        kept->n_found = 0;
        free(path);
        free(temporary);
    }
    if (folder)
        closedir(folder);
}

static enum ho_result create(const struct ho_place *place, const char *key, struct ho_kept *kept, struct ho_diag *diag)
{
    char header[HEADER_SIZE];
    make_header(key, header);
    kept->path = ho_format("%s%s", place->temporary, suffix);
    if (!kept->path)
        return ho_fail_memory(diag, strlen(place->temporary));
    kept->file = open(kept->path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0666);
    if (kept->file < 0 || !lock(kept->file, kept->path, true) ||
        pwrite(kept->file, header, HEADER_SIZE, 0) != HEADER_SIZE)
        return ho_fail_errno(diag, errno, "written", place->path, -1);
    return HO_OK;
}

enum ho_result ho_kept_open(struct ho_place *place, const char *key, struct ho_kept **out, struct ho_diag *diag)
{
    *out = NULL;
    struct ho_kept *kept = ho_alloc(1, sizeof(*kept));
    char *prefix = ho_place_temporary_prefix(place);
    if (!kept || !prefix) {
        free(kept);
        free(prefix);
        return ho_fail_memory(diag, sizeof(*kept));
    }
    kept->file = -1;
    struct ho_limit_guard guard;
    ho_limit_begin(&guard);
    find(place, prefix, key, kept);
    free(prefix);
    enum ho_result result = HO_OK;
    if (kept->file < 0) {
        result = ho_place_make(place, diag);
        if (result == HO_OK)
            result = create(place, key, kept, diag);
    }
    ho_limit_end(&guard);
    if (result == HO_OK)
        *out = kept;
    else
        ho_kept_close(&kept, true);
    return result;
}

bool ho_kept_read(const struct ho_kept *kept, int file, int64_t i, void *bytes)
{
    const struct packet *packet = &kept->packets[i];
    return pread(file, bytes, packet->size, (off_t)packet->offset) == (ssize_t)packet->size &&
           XXH3_64bits(bytes, packet->size) == packet->check;
}

size_t ho_kept_size(const struct ho_kept *kept, int64_t i) { return (size_t)kept->packets[i].size; }
int64_t ho_kept_offset(const struct ho_kept *kept, int64_t i) { return (int64_t)kept->packets[i].offset; }
int64_t ho_kept_n(const struct ho_kept *kept) { return kept->n_found; }
int64_t ho_kept_n_all(const struct ho_kept *kept) { return kept->n_found + kept->n_added; }

void ho_kept_check_packets(struct ho_kept *kept, const char *movie)
{
    int file = open(movie, O_RDONLY | O_CLOEXEC);
    uint8_t *bytes = NULL;
    size_t room = 0;
    int64_t n = 0;
    for (; n < kept->n_found && file >= 0; n++) {
        size_t size = ho_kept_size(kept, n);
        if (size > MOST_BYTES)
            break;
        if (size > room) {
            free(bytes);
            bytes = malloc(room = size + size / 4);
        }
        if (!bytes || !ho_kept_read(kept, file, n, bytes))
            break;
    }
    if (file >= 0)
        close(file);
    free(bytes);
    ho_kept_cut(kept, n);
}

void ho_kept_cut(struct ho_kept *kept, int64_t n)
{
    kept->n_found = n;
    kept->n_added = 0;
    kept->is_broken = ftruncate(kept->file, HEADER_SIZE + (off_t)n * (off_t)sizeof(struct packet)) != 0;
}

void ho_kept_add(struct ho_kept *kept, int64_t offset, const void *bytes, size_t size)
{
    struct packet packet = {.offset = (uint64_t)offset, .size = size, .check = XXH3_64bits(bytes, size)};
    off_t at = HEADER_SIZE + (off_t)ho_kept_n_all(kept) * (off_t)sizeof(packet);
    kept->is_broken = kept->is_broken || pwrite(kept->file, &packet, sizeof(packet), at) != (ssize_t)sizeof(packet);
    kept->n_added += !kept->is_broken;
}

void ho_kept_close(struct ho_kept **pointer, bool remove)
{
    struct ho_kept *kept = pointer ? *pointer : NULL;
    if (!kept)
        return;
    *pointer = NULL;
    if (remove && kept->path)
        unlink(kept->path);
    if (kept->file >= 0)
        close(kept->file);
    free(kept->path);
    free(kept->packets);
    free(kept);
}
