// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>

#include "holdout/deliver.h"

static enum ho_result tell(struct ho_store *store, struct ho_matte_choice *out, struct ho_diag *diag)
{
    struct ho_step *steps;
    size_t n;
    *out = (struct ho_matte_choice){.source = *ho_store_source(store), .step = ho_store_selected(store)};
    snprintf(out->name, sizeof(out->name), "%s@%lld", ho_store_id(store), (long long)out->step);
    snprintf(out->object, sizeof(out->object), "%s", ho_store_object(store));
    if (!out->step)
        return ho_fail(diag, HO_ERROR_INPUT, "'%s' has no take yet; track it first (holdout track)", out->object);
    HO_TRY(ho_store_steps(store, &steps, &n, diag));
    out->n_steps = (int64_t)n;
    const struct ho_step *step = ho_steps_find(steps, n, out->step);
    if (step)
        snprintf(out->quality, sizeof(out->quality), "%s", step->making.quality);
    ho_steps_free(&steps, n);
    return HO_OK;
}

enum ho_result ho_matte_choose(const char *bank_dir, const char *name, const struct ho_source_info *source,
                               struct ho_matte_choice *out, struct ho_diag *diag)
{
    struct ho_bank *bank = NULL;
    struct ho_store *store = NULL;
    HO_TRY(ho_bank_open(bank_dir, &bank, diag));
    enum ho_result result = source ? ho_store_find(bank, source, name, HO_STORE_READ, &store, diag)
                                   : ho_store_open(bank, name, HO_STORE_READ, &store, diag);
    if (result == HO_OK)
        result = tell(store, out, diag);
    ho_store_close(&store);
    ho_bank_close(&bank);
    return result;
}
