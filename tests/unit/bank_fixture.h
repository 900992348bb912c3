// SPDX-License-Identifier: BSD-2-Clause
// A bank in a folder of its own, recipes and mattes to put into it.
#ifndef BANK_FIXTURE_H
#define BANK_FIXTURE_H

#include "unit/test.h"

#include <ftw.h>
#include <unistd.h>

#include "holdout/bank.h"
#include "holdout/media.h"

static inline int fixture_remove(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static inline void fixture_remove_tree(const char *path) { nftw(path, fixture_remove, 16, FTW_DEPTH | FTW_PHYS); }

// A fresh folder; in memory where that can be had, so that thousands of commits cost no time on a disk.
static inline void fixture_folder(char *out, size_t size)
{
    const char *parent = getenv("TMPDIR");
    if (!parent)
        parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(out, size, "%s/holdout-test-XXXXXX", parent);
    assert_non_null(mkdtemp(out));
}

// A new store of the stub's for mattes of the file `source`, in a bank of its own; closed, it leaves its id.
static inline void fixture_store_open(const char *bank_dir, const char *source, const char *object,
                                      struct ho_bank **bank, struct ho_store **store)
{
    char settings[] = "{}", prompts[] = "[]";
    struct ho_diag diag = {0};
    struct ho_recipe recipe = {
        .engine = "stub", .engine_version = "1", .precision = "f32", .settings = settings, .prompts = prompts};
    snprintf(recipe.object, sizeof(recipe.object), "%s", object);
    assert_ok(ho_source_probe(source, NULL, &recipe.source, &diag), &diag);
    assert_ok(ho_bank_open(bank_dir, bank, &diag), &diag);
    assert_ok(ho_store_create(*bank, &recipe, 0, store, &diag), &diag);
}

static inline void fixture_store_close(struct ho_bank **bank, struct ho_store **store, char id[HO_ID_SIZE])
{
    snprintf(id, HO_ID_SIZE, "%s", ho_store_id(*store));
    ho_store_close(store);
    ho_bank_close(bank);
}

// A bank, a matte to draw into and one to read into: the set-up of cmocka tests.
struct bank_fixture {
    char dir[256];
    struct ho_bank *bank;
    struct ho_matte *drawn, *read;
};

static inline int bank_fixture_set_up(void **state, int width, int height)
{
    struct bank_fixture *f = calloc(1, sizeof(*f));
    struct ho_diag diag = {0};
    assert_non_null(f);
    fixture_folder(f->dir, sizeof(f->dir));
    assert_ok(ho_bank_open(f->dir, &f->bank, &diag), &diag);
    assert_ok(ho_matte_create(width, height, &f->drawn, &diag), &diag);
    assert_ok(ho_matte_create(width, height, &f->read, &diag), &diag);
    *state = f;
    return 0;
}

static inline int bank_fixture_tear_down(void **state)
{
    struct bank_fixture *f = *state;
    ho_matte_destroy(&f->drawn);
    ho_matte_destroy(&f->read);
    ho_bank_close(&f->bank);
    fixture_remove_tree(f->dir);
    free(f);
    return 0;
}

static inline struct ho_recipe fixture_recipe(int width, int height, const char *object, const char *prompts)
{
    struct ho_recipe recipe = {.source = {.path = "/media/ride.mov",
                                          .clip_name = "ride",
                                          .hash = "0123456789abcdef0123456789abcdef",
                                          .width = width,
                                          .height = height,
                                          .pixel_aspect = {1, 1},
                                          .rate = {24000, 1001},
                                          .n_frames = 1000},
                               .engine = "stub",
                               .engine_version = "1",
                               .precision = "f32",
                               .runtime = "none"};
    static char settings[] = "{\"quality\":\"faster\"}";
    static char texts[8][128];
    static int next;
    char *text = texts[next++ % 8];
    snprintf(text, sizeof(texts[0]), "%s", prompts);
    snprintf(recipe.object, sizeof(recipe.object), "%s", object);
    recipe.settings = settings;
    recipe.prompts = text;
    return recipe;
}

// A disc with a soft edge that moves with the frame; frame 0 is empty.
static inline void fixture_draw(struct ho_matte *matte, int64_t frame)
{
    ho_matte_clear(matte);
    double cx = (double)(frame * 3 % matte->width), cy = matte->height / 2.0,
           radius = frame ? matte->height / 4.0 : -10;
    for (int y = 0; y < matte->height; y++) {
        for (int x = 0; x < matte->width; x++) {
            double d = radius - ((x - cx) * (x - cx) + (y - cy) * (y - cy)) / (radius > 0 ? radius : 1);
            double value = d < -4 ? 0 : d > 4 ? 1 : (d + 4) / 8;
            matte->data[(size_t)y * (size_t)matte->stride + (size_t)x] = (uint16_t)(value * 65535 + 0.5);
        }
    }
}

#endif
