// SPDX-License-Identifier: BSD-2-Clause
// Repair: all that can be read goes into a new file, which then takes the place of the old one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank/verify.h"
#include "base/memory.h"

static enum ho_result keep_frame(void *opaque, const struct ho_frame_entry *entry, const struct ho_matte *matte,
                                 struct ho_diag *diag)
{
    return ho_store_put(opaque, entry, matte, diag);
}

static enum ho_result keep_state(void *opaque, struct ho_key walk, int64_t frame, const void *bytes, size_t size,
                                 struct ho_diag *diag)
{
    return ho_store_put_state(opaque, walk, frame, bytes, size, diag);
}

static enum ho_result keep_mask(void *opaque, struct ho_key key, const struct ho_matte *mask, struct ho_diag *diag)
{
    return ho_store_put_mask(opaque, key, mask, diag);
}

struct kept_steps {
    struct ho_store *fresh;
    int64_t last;
};

// One step with what is left of its take.
static enum ho_result keep_step(void *opaque, const struct ho_step *step, const struct ho_take *take,
                                struct ho_diag *diag)
{
    struct kept_steps *kept = opaque;
    kept->last = step->number;
    HO_TRY(ho_store_keep_step(kept->fresh, step, diag));
    return ho_store_put_take(kept->fresh, step->number, take, diag);
}

// Where it can't be told any more which step was current, the last is.
static enum ho_result keep_history(struct ho_store *damaged, struct ho_store *fresh,
                                   struct ho_verification *verification, struct ho_diag *diag)
{
    struct kept_steps kept = {.fresh = fresh};
    bool has_current;
    HO_TRY(ho_verify_each_step(damaged, verification, keep_step, &kept, diag));
    HO_TRY(ho_verify_current(damaged, verification, &has_current, diag));
    return ho_store_set_current(fresh, has_current ? damaged->current : kept.last, diag);
}

// When it was made.
static enum ho_result keep_date(struct ho_store *damaged, struct ho_store *fresh, struct ho_diag *diag)
{
    sqlite3_stmt *update;
    int64_t created;
    if (ho_sql_number(damaged->db, damaged->path, "SELECT created FROM state", &created, NULL) != HO_OK)
        return HO_OK;
    HO_TRY(ho_sql_prepare(fresh->db, fresh->path, "UPDATE state SET created = ?1", &update, diag));
    sqlite3_bind_int64(update, 1, created);
    enum ho_result result = ho_store_execute(fresh, update, "repairing", diag);
    sqlite3_finalize(update);
    return result;
}

static enum ho_result save_into(struct ho_store *damaged, const char *path, struct ho_verification *verification,
                                struct ho_diag *diag)
{
    struct ho_store *fresh;
    HO_TRY(ho_store_create_at(path, &damaged->head, &fresh, diag));
    enum ho_result result = keep_date(damaged, fresh, diag);
    if (result == HO_OK)
        result = keep_history(damaged, fresh, verification, diag);
    if (result == HO_OK)
        result = ho_verify_each_frame(damaged, verification, keep_frame, fresh, diag);
    if (result == HO_OK)
        result = ho_verify_each_mask(damaged, verification, keep_mask, fresh, diag);
    if (result == HO_OK)
        result = ho_verify_each_state(damaged, verification, keep_state, fresh, diag);
    if (result == HO_OK)
        result = ho_store_commit(fresh, diag);
    ho_store_close(&fresh);
    return result;
}

static enum ho_result replace(const char *path, const char *part, struct ho_verification *verification,
                              struct ho_diag *diag)
{
    struct ho_store *store = NULL;
    enum ho_result result = ho_store_open_damaged(path, &store, diag);
    if (result == HO_OK) {
        unlink(part);
        result = save_into(store, part, verification, diag);
    }
    ho_store_close(&store);
    if (result == HO_OK) {
        ho_store_fold_logs(path);    // a log must not be taken for the new file's
        result = ho_file_replace(part, path, true, diag);
    }
    if (result != HO_OK) {
        unlink(part);
        ho_store_remove_logs(part);
    }
    return result;
}

enum ho_result ho_bank_repair(struct ho_bank *bank, const char *name, ho_verify_report report, void *opaque,
                              int64_t *n_lost, struct ho_diag *diag)
{
    char *path, stem[HO_ID_SIZE];
    int64_t step;
    int lock_fd = -1;
    HO_TRY(ho_bank_resolve(bank, name, &path, &step, diag));
    snprintf(stem, sizeof(stem), "%.32s", strrchr(path, '/') + 1);
    struct ho_verification verification = {.report = report, .opaque = opaque, .id = stem, .cancel = bank->cancel};
    char *part = ho_format("%s.part", path);
    enum ho_result result = part ? ho_lock_take(path, 0, &lock_fd, diag) : ho_fail_memory(diag, strlen(path));
    if (result == HO_OK)
        result = replace(path, part, &verification, diag);
    ho_lock_release(path, &lock_fd);
    if (n_lost)
        *n_lost = verification.n_faults;
    free(path);
    free(part);
    return result;
}
