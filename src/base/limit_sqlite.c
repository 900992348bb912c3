// SPDX-License-Identifier: BSD-2-Clause
// SQLite's own way to files, with the guard of limit.h around what writes: whatever statement it is that makes it
// write, a spilled cache, a checkpoint, a reader that takes in what a killed writer left.
#include <pthread.h>
#include <sqlite3.h>

#include "base/limit.h"

struct file {
    sqlite3_file base;
    sqlite3_file *real;    // behind it in the same block
};

static sqlite3_file *real(sqlite3_file *file) { return ((struct file *)file)->real; }

#define GUARDED(call)            \
    struct ho_limit_guard guard; \
    ho_limit_begin(&guard);      \
    int code = call;             \
    ho_limit_end(&guard);        \
    return code

static int write_file(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    GUARDED(real(f)->pMethods->xWrite(real(f), bytes, n, at));
}
static int truncate_file(sqlite3_file *f, sqlite3_int64 size) { GUARDED(real(f)->pMethods->xTruncate(real(f), size)); }
static int sync_file(sqlite3_file *f, int flags) { GUARDED(real(f)->pMethods->xSync(real(f), flags)); }
static int close_file(sqlite3_file *f) { GUARDED(real(f)->pMethods->xClose(real(f))); }
static int control(sqlite3_file *f, int op, void *arg) { GUARDED(real(f)->pMethods->xFileControl(real(f), op, arg)); }
static int map_index(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
    GUARDED(real(f)->pMethods->xShmMap(real(f), region, size, extend, out));
}

static int read_file(sqlite3_file *f, void *bytes, int n, sqlite3_int64 at)
{
    return real(f)->pMethods->xRead(real(f), bytes, n, at);
}
static int file_size(sqlite3_file *f, sqlite3_int64 *size) { return real(f)->pMethods->xFileSize(real(f), size); }
static int lock(sqlite3_file *f, int level) { return real(f)->pMethods->xLock(real(f), level); }
static int unlock(sqlite3_file *f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
static int is_reserved(sqlite3_file *f, int *out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
static int sector_size(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int characteristics(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int lock_index(sqlite3_file *f, int from, int n, int flags)
{
    return real(f)->pMethods->xShmLock(real(f), from, n, flags);
}
static void barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int unmap_index(sqlite3_file *f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }
static int fetch(sqlite3_file *f, sqlite3_int64 at, int n, void **out)
{
    return real(f)->pMethods->xFetch(real(f), at, n, out);
}
static int unfetch(sqlite3_file *f, sqlite3_int64 at, void *page)
{
    return real(f)->pMethods->xUnfetch(real(f), at, page);
}

// One a version of what the real methods are: those that it lacks must not be called.
#define METHODS(version)                                                                                            \
    {                                                                                                               \
        version, close_file, read_file, write_file, truncate_file, sync_file, file_size, lock, unlock, is_reserved, \
            control, sector_size, characteristics, map_index, lock_index, barrier, unmap_index, fetch, unfetch      \
    }
static const sqlite3_io_methods methods[] = {METHODS(1), METHODS(2), METHODS(3)};

static sqlite3_vfs *system_vfs, vfs;

static int open_file(sqlite3_vfs *self, const char *name, sqlite3_file *base, int flags, int *out_flags)
{
    struct file *file = (struct file *)base;
    struct ho_limit_guard guard;
    (void)self;
    file->real = (sqlite3_file *)(void *)(file + 1);
    ho_limit_begin(&guard);
    int code = system_vfs->xOpen(system_vfs, name, file->real, flags, out_flags);
    ho_limit_end(&guard);
    const sqlite3_io_methods *theirs = file->real->pMethods;
    base->pMethods = !theirs ? NULL : &methods[theirs->iVersion > 3 ? 2 : theirs->iVersion - 1];
    return code;
}

static void make(void)
{
    system_vfs = sqlite3_vfs_find(NULL);
    if (!system_vfs)
        return;
    vfs = *system_vfs;
    vfs.zName = "holdout";
    vfs.szOsFile += (int)sizeof(struct file);
    vfs.xOpen = open_file;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
        system_vfs = NULL;
}

const char *ho_limit_vfs(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make);
    return system_vfs ? vfs.zName : NULL;
}
