// SPDX-License-Identifier: BSD-2-Clause
// Where an output goes, beyond what the writer itself checks.
#ifndef HO_DELIVER_OUTPUT_H
#define HO_DELIVER_OUTPUT_H

#include "holdout/deliver.h"
#include "holdout/graph.h"

// Whether `path` (for a sequence: any file of its pattern) exists already.
bool ho_output_exists(const char *path, enum ho_codec codec);
// What will be written: tokens filled in; of a sequence the files from number `first` on.
struct ho_output_files {
    const char *path;
    enum ho_codec codec;
    int64_t first, n_frames;
};
// Refuses an output that would destroy what it is made from, which not even `overwrite` asks for: a file of `source`,
// or one more file that `source`, a pattern, would then show.
enum ho_result ho_output_check_source(const struct ho_output_files *files, const char *source,
                                      struct ho_diag *diag) HO_MUST_CHECK;
// The same for all footage and mattes of a graph, whether they are used or not. `base_dir`: as evaluators have it.
enum ho_result ho_output_check_graph(const struct ho_output_files *files, const struct ho_graph *graph,
                                     const char *base_dir, struct ho_diag *diag) HO_MUST_CHECK;
// The number of the first file of a delivered sequence.
int64_t ho_output_first_number(const struct ho_deliver_request *request, const struct ho_source_info *source);
// As ho_writer_check(), for a contact sheet with the given extension.
enum ho_result ho_output_check_file(const char *path, const char *extension, bool overwrite,
                                    struct ho_diag *diag) HO_MUST_CHECK;

#endif
