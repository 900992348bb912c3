// SPDX-License-Identifier: BSD-2-Clause
// One file of a sequence, while it is written in the temporary folder.
#ifndef HO_MEDIA_SEQUENCE_FILE_H
#define HO_MEDIA_SEQUENCE_FILE_H

#include "media/writer.h"

struct ho_sequence_file {
    const struct ho_output *output;
    int64_t frame;    // its index from 0
    int file;
    int error;     // errno of the first call that failed
    char *name;    // as it will be called, for sentences
};
enum ho_result ho_sequence_file_create(const struct ho_output *output, int64_t frame, struct ho_sequence_file *out,
                                       struct ho_diag *diag) HO_MUST_CHECK;
// False, with `error` set, when not all could be written.
bool ho_sequence_file_write(struct ho_sequence_file *file, const void *bytes, size_t size, int64_t offset);
// Flushes to the disk (unless `failed`) and closes; says what went wrong before or now.
enum ho_result ho_sequence_file_close(struct ho_sequence_file *file, bool failed, struct ho_diag *diag) HO_MUST_CHECK;

#endif
