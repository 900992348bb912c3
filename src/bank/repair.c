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

// One step with its take. A step that lost its take keeps what was said.
static enum ho_result keep_step(struct ho_store *damaged, const struct ho_step *step, struct ho_store *fresh,
                                struct ho_verification *verification, struct ho_diag *diag)
{
    struct ho_take take = {0};
    struct ho_diag inner = {0};
    HO_TRY(ho_store_keep_step(fresh, step, diag));
    enum ho_result got = ho_store_get_take(damaged, step->number, &take, &inner);
    if (got == HO_ERROR_MEMORY)
        return ho_fail(diag, got, "%s", inner.message);
    if (got != HO_OK)
        ho_verify_fault(verification, -1, inner.message);
    enum ho_result result = ho_store_put_take(fresh, step->number, &take, diag);
    ho_take_clear(&take);
    return result;
}

static enum ho_result keep_history(struct ho_store *damaged, struct ho_store *fresh,
                                   struct ho_verification *verification, struct ho_diag *diag)
{
    struct ho_step *steps = NULL;
    size_t n = 0;
    bool has_current = damaged->current == 0;
    struct ho_diag inner = {0};
    enum ho_result got = ho_store_steps(damaged, &steps, &n, &inner);
    if (got != HO_OK) {
        ho_verify_fault(verification, -1, inner.message);
        return got == HO_ERROR_MEMORY ? ho_fail(diag, got, "%s", inner.message) : HO_OK;
    }
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        result = keep_step(damaged, &steps[i], fresh, verification, diag);
        has_current = has_current || steps[i].number == damaged->current;
    }
    int64_t current = has_current ? damaged->current : n ? steps[n - 1].number : 0;
    ho_steps_free(&steps, n);
    return result == HO_OK ? ho_store_set_current(fresh, current, diag) : result;
}

static enum ho_result save_into(struct ho_store *damaged, const char *path, struct ho_verification *verification,
                                struct ho_diag *diag)
{
    struct ho_store *fresh;
    HO_TRY(ho_store_create_at(path, &damaged->head, &fresh, diag));
    enum ho_result result = keep_history(damaged, fresh, verification, diag);
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
    enum ho_result result = ho_store_open_path(path, HO_STORE_READ, &store, diag);
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
