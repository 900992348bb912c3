// SPDX-License-Identifier: BSD-2-Clause
// The writer's lock: an OFD lock on a file beside the project that says who holds it. It belongs to the open file, so
// that closing some other descriptor does not drop it, and the kernel drops it with a process that dies. The file is
// removed on release; whoever took the lock of a removed one notices that its name stands for another file by then.
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limit.h"
#include "base/memory.h"
#include "project/internal.h"

static bool is_current(int fd, const char *path)
{
    struct stat held, named;
    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

// HO_END: somebody else has it.
static enum ho_result try_lock(const char *path, int *out, struct ho_diag *diag)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
            return ho_fail(diag, HO_ERROR_SPACE, "%s: cannot be made (%s); check who owns the folder", path,
                           strerror(errno));
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (fcntl(fd, F_OFD_SETLK, &whole) != 0) {
            close(fd);
            return HO_END;
        }
        if (is_current(fd, path)) {
            *out = fd;
            return HO_OK;
        }
        close(fd);
    }
}

static void write_holder(int fd)
{
    char host[128] = "", since[32], text[384];
    gethostname(host, sizeof(host) - 1);
    time_t now = time(NULL);
    struct tm parts;
    strftime(since, sizeof(since), "%Y-%m-%d %H:%M:%S", localtime_r(&now, &parts));
    const struct passwd *user = getpwuid(getuid());
    int length = snprintf(text, sizeof(text), "%.64s on %s (process %ld) since %s\n", user ? user->pw_name : "somebody",
                          host, (long)getpid(), since);
    // As well as can be: on a full disk the lock still locks.
    struct ho_limit_guard guard;
    ho_limit_begin(&guard);
    if (ftruncate(fd, 0) == 0)
        (void)!pwrite(fd, text, (size_t)length, 0);
    ho_limit_end(&guard);
}

static void read_holder(const char *path, char *out, size_t size)
{
    char text[384];
    snprintf(out, size, "another program");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : pread(fd, text, sizeof(text) - 1, 0);
    if (fd >= 0)
        close(fd);
    if (length <= 0)
        return;
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    snprintf(out, size, "%s", text);
}

static enum ho_result refuse(const char *path, const char *lock, struct ho_diag *diag)
{
    char holder[384];
    read_holder(lock, holder, sizeof(holder));
    return ho_fail(diag, HO_ERROR_BUSY,
                   "%s: is open for writing already, by %s; close it there first (it can be read meanwhile)", path,
                   holder);
}

enum ho_result lock_take(const char *path, int *fd, struct ho_diag *diag)
{
    char *lock = ho_format("%s.lock", path);
    if (!lock)
        return ho_fail_memory(diag, strlen(path));
    enum ho_result result = try_lock(lock, fd, diag);
    if (result == HO_OK)
        write_holder(*fd);
    else if (result == HO_END)
        result = refuse(path, lock, diag);
    free(lock);
    return result;
}

void lock_release(const char *path, int *fd)
{
    if (*fd < 0)
        return;
    char *lock = ho_format("%s.lock", path);
    if (lock)
        unlink(lock);
    free(lock);
    close(*fd);
    *fd = -1;
}
