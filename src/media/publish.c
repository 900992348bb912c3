// SPDX-License-Identifier: BSD-2-Clause
// Whole or absent: temporaries beside the output, and the move into place.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/kept.h"

// ".NAME.partial-", with NAME shortened so that a process number still fits into a file name.
char *ho_place_temporary_prefix(const struct ho_place *place)
{
    enum { ROOM = 255 - 40 };
    const char *name = strrchr(place->path, '/') ? strrchr(place->path, '/') + 1 : place->path;
    size_t length = strlen(name);
    if (length > ROOM) {
        length = ROOM;
        while (length && ((unsigned char)name[length] & 0xC0) == 0x80)    // not inside a UTF-8 character
            length--;
    }
    return ho_format(".%.*s.partial-", (int)length, name);
}

// By another process than its name says, which goes on with it.
static bool is_taken_over(const struct ho_place *place, const char *name)
{
    char *path = ho_format("%s/%s", place->folder, name);
    bool is_used = path && ho_kept_is_in_use(path);
    free(path);
    return is_used;
}

// Says what processes that run no more have left here. It stays: it may be all there is of hours of work.
static void report_leftovers(const struct ho_place *place, const char *prefix)
{
    DIR *folder = opendir(place->folder);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) || ho_kept_is_journal(entry->d_name) ||
            is_taken_over(place, entry->d_name))
            continue;
        long process = strtol(entry->d_name + strlen(prefix), NULL, 10);
        if (process > 0 && kill((pid_t)process, 0) && errno == ESRCH)
            ho_log(HO_LOG_WARNING,
                   "%s/%s is left from an unfinished run (process %ld, which is over); it is not used: remove it when "
                   "you don't need it",
                   place->folder, entry->d_name, process);
    }
    closedir(folder);
}

// 0, or an errno; EEXIST when the name is taken.
static int make_temporary(const struct ho_place *place, const char *path)
{
    if (place->is_sequence)
        return mkdir(path, 0777) ? errno : 0;
    int file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
    if (file < 0)
        return errno;
    close(file);
    return 0;
}

enum ho_result ho_place_make(struct ho_place *place, struct ho_diag *diag)
{
    char *prefix = ho_place_temporary_prefix(place);
    if (!prefix)
        return ho_fail_memory(diag, strlen(place->path));
    int error = EEXIST;
    for (int attempt = 0; attempt < 1000 && error == EEXIST; attempt++) {
        char *path = attempt ? ho_format("%s/%s%ld-%d", place->folder, prefix, (long)getpid(), attempt)
                             : ho_format("%s/%s%ld", place->folder, prefix, (long)getpid());
        error = path ? make_temporary(place, path) : ENOMEM;
        if (error)
            free(path);
        else
            place->temporary = path;
    }
    if (!error)
        report_leftovers(place, prefix);
    free(prefix);
    return error ? ho_fail_errno(diag, error, "written", place->path, -1) : HO_OK;
}

static int sync_path(const char *path, int flags)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | flags), error = 0;
    if (file < 0)
        return errno;
    // Some file systems know no fsync on folders; then there is nothing more to do.
    if (fsync(file) && errno != EINVAL && errno != ENOTSUP)
        error = errno;
    close(file);
    return error;
}

// Moves without replacing what stands there. 0 or an errno.
static int move_new(const char *from, const char *to)
{
    if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
        return 0;
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
        return errno;
    // A file system without that: a second name, which fails when it is taken, then the first one goes.
    if (link(from, to))
        return errno;
    unlink(from);
    return 0;
}

static int move(const char *from, const char *to, bool overwrite)
{
    return !overwrite ? move_new(from, to) : rename(from, to) ? errno : 0;
}

static char *old_name(const struct ho_place *place, int64_t number)
{
    return ho_format("%s/old.%" PRId64, place->temporary, number);
}

// One file of a sequence; what it replaces is kept in the temporary folder until all have moved.
static int move_file(const struct ho_place *place, int64_t number)
{
    char *from = ho_place_file(place, place->temporary, number), *to = ho_place_file(place, place->folder, number),
         *old = old_name(place, number);
    int error = !from || !to || !old ? ENOMEM : 0;
    struct stat status;
    if (!error && place->overwrite && !lstat(to, &status) && S_ISDIR(status.st_mode))
        error = EISDIR;
    if (!error && place->overwrite && rename(to, old) && errno != ENOENT)
        error = errno;
    if (!error && (error = move_new(from, to)) != 0 && place->overwrite)
        (void)!rename(old, to);
    free(from);
    free(to);
    free(old);
    return error;
}

static void take_back(const struct ho_place *place, int64_t first, int64_t end)
{
    for (int64_t number = first; number < end; number++) {
        char *to = ho_place_file(place, place->folder, number), *old = old_name(place, number);
        if (to)
            unlink(to);
        if (to && old && place->overwrite)
            (void)!rename(old, to);
        free(to);
        free(old);
    }
}

static enum ho_result fail_taken(const struct ho_place *place, struct ho_diag *diag)
{
    return ho_fail(
        diag, HO_ERROR_SPACE,
        "%s was put there by somebody else meanwhile; choose another name or allow overwriting (--overwrite)",
        place->path);
}

static enum ho_result publish_sequence(struct ho_place *place, int64_t first, int64_t n_files, struct ho_diag *diag)
{
    int error = 0;
    int64_t number = first;
    for (; number < first + n_files && !error; number++)
        error = move_file(place, number);
    if (!error)
        return HO_OK;
    number--;    // the one that did not move
    take_back(place, first, number);
    if (error == EEXIST)
        return !place->n_digits ? fail_taken(place, diag)
                                : ho_fail(diag, HO_ERROR_SPACE,
                                          "%s: number %" PRId64 " was put there by somebody else meanwhile; choose "
                                          "another name or allow overwriting (--overwrite)",
                                          place->path, number);
    return ho_fail_errno(diag, error, "moved into place", place->path, number - first);
}

enum ho_result ho_place_publish(struct ho_place *place, int64_t first, int64_t n_files, struct ho_diag *diag)
{
    if (place->is_sequence) {
        HO_TRY(publish_sequence(place, first, n_files, diag));
    } else {
        int error = move(place->temporary, place->path, place->overwrite);
        if (error == EEXIST)
            return fail_taken(place, diag);
        if (error)
            return ho_fail_errno(diag, error, "moved into place", place->path, -1);
        free(place->temporary);
        place->temporary = NULL;
    }
    int error = sync_path(place->folder, O_DIRECTORY);
    if (error)
        ho_log(HO_LOG_WARNING, "%s stands, but its folder cannot be flushed to the disk: %s", place->path,
               strerror(error));
    return HO_OK;
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    rmdir(path);
}

void ho_place_clear(struct ho_place *place)
{
    if (place->temporary && !place->stays && place->is_sequence)
        remove_folder(place->temporary);
    else if (place->temporary && !place->stays)
        unlink(place->temporary);
    free(place->path);
    free(place->folder);
    free(place->prefix);
    free(place->suffix);
    free(place->temporary);
    *place = (struct ho_place){0};
}
