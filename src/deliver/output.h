// SPDX-License-Identifier: BSD-2-Clause
// Where an output goes, beyond what the writer itself checks.
#ifndef HO_DELIVER_OUTPUT_H
#define HO_DELIVER_OUTPUT_H

#include "holdout/media.h"

// Whether `path` (for a sequence: any file of its pattern) exists already.
bool ho_output_exists(const char *path, enum ho_codec codec);
// The same file or folder, where both exist.
bool ho_output_is_same(const char *a, const char *b);
// Refuses an output that would destroy what it is made from, which not even `overwrite` asks for.
enum ho_result ho_output_check_source(const char *path, const char *source, bool is_sequence,
                                      struct ho_diag *diag) HO_MUST_CHECK;
// As ho_writer_check(), for a contact sheet with the given extension.
enum ho_result ho_output_check_file(const char *path, const char *extension, bool overwrite,
                                    struct ho_diag *diag) HO_MUST_CHECK;

#endif
