// SPDX-License-Identifier: BSD-2-Clause
// The writer's lock: flock() on a file beside the store that says who holds it. The kernel drops the lock of a dead
// process, so nothing is ever left locked; the file itself is removed on release, and whoever waited notices that the
// name stands for another file by then.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bank/bank.h"
#include "base/limit.h"
#include "base/memory.h"

static char *lock_path(const char *store_path) { return ho_format("%s.lock", store_path); }

// Is `fd` still the file that `path` names?
static bool is_current(int fd, const char *path)
{
    struct stat held, named;
    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

// One attempt: HO_END when somebody else holds it.
static enum ho_result try_lock(const char *path, int *out, struct ho_diag *diag)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
            return ho_fail(diag, HO_ERROR_SPACE, "%s: cannot be made (%s); check who owns the bank folder", path,
                           strerror(errno));
        bool is_locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
        if (is_locked && is_current(fd, path)) {
            *out = fd;
            return HO_OK;
        }
        close(fd);
        if (!is_locked)
            return HO_END;
    }
}

static void write_holder(int fd)
{
    char host[128] = "", since[32], text[256];
    gethostname(host, sizeof(host) - 1);
    time_t now = time(NULL);
    struct tm parts;
    strftime(since, sizeof(since), "%Y-%m-%d %H:%M:%S", localtime_r(&now, &parts));
    int length = snprintf(text, sizeof(text), "process %ld on %s since %s\n", (long)getpid(), host, since);
    // Who holds it is told as well as can be: on a full disk the lock still locks.
    struct ho_limit_guard guard;
    ho_limit_begin(&guard);
    if (ftruncate(fd, 0) == 0)
        (void)!pwrite(fd, text, (size_t)length, 0);
    ho_limit_end(&guard);
}

static void read_holder(const char *path, char *out, size_t size)
{
    snprintf(out, size, "another process");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    char text[256];
    ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
    close(fd);
    if (length <= 0)
        return;
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    if (strncmp(text, "process ", 8) == 0)
        snprintf(out, size, "%s", text);
}

enum ho_result ho_lock_take(const char *store_path, double wait_seconds, int *fd, struct ho_diag *diag)
{
    char *path = lock_path(store_path);
    if (!path)
        return ho_fail_memory(diag, strlen(store_path));
    int64_t until = ho_clock_ns() + (int64_t)(wait_seconds > 0 ? (wait_seconds < 1e9 ? wait_seconds : 1e9) * 1e9 : 0);
    enum ho_result result;
    while ((result = try_lock(path, fd, diag)) == HO_END && ho_clock_ns() < until)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    if (result == HO_OK)
        write_holder(*fd);
    if (result == HO_END) {
        char holder[256];
        read_holder(path, holder, sizeof(holder));
        result = ho_fail(diag, HO_ERROR_BUSY, "%s: is being written by %s; wait for it to finish and run this again",
                         store_path, holder);
    }
    free(path);
    return result;
}

void ho_lock_release(const char *store_path, int *fd)
{
    if (*fd < 0)
        return;
    char *path = lock_path(store_path);
    if (path)
        unlink(path);
    free(path);
    close(*fd);
    *fd = -1;
}
