// SPDX-License-Identifier: BSD-2-Clause
// Reading all of an object's file, whatever is wrong with it: what verifying and repairing share.
#ifndef HO_BANK_VERIFY_H
#define HO_BANK_VERIFY_H

#include "bank/bank.h"

struct ho_verification {
    ho_verify_report report;    // may be NULL
    void *opaque;
    const char *id;    // of the file being read
    const struct ho_cancel *cancel;
    int64_t n_checked, n_faults;
};

void ho_verify_fault(struct ho_verification *verification, int64_t frame, const char *text);

typedef enum ho_result (*ho_frame_visit)(void *opaque, const struct ho_frame_entry *entry, const struct ho_matte *matte,
                                         struct ho_diag *diag);
typedef enum ho_result (*ho_state_visit)(void *opaque, struct ho_key walk, int64_t frame, const void *bytes,
                                         size_t size, struct ho_diag *diag);
typedef enum ho_result (*ho_mask_visit)(void *opaque, struct ho_key key, const struct ho_matte *mask,
                                        struct ho_diag *diag);
typedef enum ho_result (*ho_step_visit)(void *opaque, const struct ho_step *step, const struct ho_take *take,
                                        struct ho_diag *diag);
// Each gives all that can be read to `visit` (may be NULL) and everything else to the report.
enum ho_result ho_verify_each_frame(struct ho_store *store, struct ho_verification *verification, ho_frame_visit visit,
                                    void *opaque, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_verify_each_state(struct ho_store *store, struct ho_verification *verification, ho_state_visit visit,
                                    void *opaque, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_verify_each_mask(struct ho_store *store, struct ho_verification *verification, ho_mask_visit visit,
                                   void *opaque, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_verify_each_step(struct ho_store *store, struct ho_verification *verification, ho_step_visit visit,
                                   void *opaque, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_verify_current(struct ho_store *store, struct ho_verification *verification, bool *is_there,
                                 struct ho_diag *diag) HO_MUST_CHECK;

#endif
