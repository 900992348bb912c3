// SPDX-License-Identifier: BSD-2-Clause
// From a file to media, and to a timeline that shows it.
#ifndef HO_SESSION_IMPORT_H
#define HO_SESSION_IMPORT_H

#include "session/internal.h"

enum import_kind { IMPORT_MEDIA, IMPORT_FILM, IMPORT_RELINK };
struct import_request {
    enum import_kind kind;
    const struct command *command;
    char path[4096];
    int64_t bin;
    struct ho_rational rate;    // of a sequence; num 0: its own
};
// An absolute path; a sequence's pattern stays.
enum ho_result import_path(const char *path, char *out, size_t size, struct ho_diag *diag) HO_MUST_CHECK;
// The movies and sequences of a folder by name; import_names_free() frees them.
enum ho_result import_folder_names(const char *folder, char ***list, size_t *n, struct ho_diag *diag) HO_MUST_CHECK;
void import_names_free(char **list, size_t n);
enum ho_result import_probe(const struct ho_session_options *options, const char *path, struct ho_rational rate,
                            const struct ho_cancel *cancel, struct ho_source_info *out,
                            struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result import_start(struct call *call, const struct import_request *request,
                            struct ho_diag *diag) HO_MUST_CHECK;    // goes on by itself
// Within a step: adds what was found, and what its kind asks for beyond that.
enum ho_result import_keep(struct call *call, const struct import_request *request, const struct ho_source_info *info,
                           struct ho_diag *diag) HO_MUST_CHECK;
// A timeline of that name that fits the media (NULL: 1920 x 1080 at 25), kept and opened.
enum ho_result timeline_make(struct call *call, const struct ho_timeline_settings *settings,
                             struct ho_diag *diag) HO_MUST_CHECK;
void timeline_settings_of(const struct ho_project_media *media, const char *name, struct ho_timeline_settings *out);
// place.c: tells the timeline what it needs to know of a source.
enum ho_result media_on_timeline(struct ho_session *session, int64_t media, struct ho_diag *diag) HO_MUST_CHECK;

#endif
