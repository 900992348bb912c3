// SPDX-License-Identifier: BSD-2-Clause
// A fresh folder for a test, and taking it away with all that is in it.
#ifndef TEST_FOLDER_H
#define TEST_FOLDER_H

#include "unit/test.h"

#include <ftw.h>
#include <unistd.h>

static inline int fixture_remove(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static inline void fixture_remove_tree(const char *path) { nftw(path, fixture_remove, 16, FTW_DEPTH | FTW_PHYS); }

// In memory where that can be had, so that thousands of commits cost no time on a disk.
static inline void fixture_folder(char *out, size_t size)
{
    const char *parent = getenv("TMPDIR");
    if (!parent)
        parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(out, size, "%s/holdout-test-XXXXXX", parent);
    assert_non_null(mkdtemp(out));
}

#endif
