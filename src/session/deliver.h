// SPDX-License-Identifier: BSD-2-Clause
// What a job of the render queue is asked to do: settings as the project keeps them.
#ifndef HO_SESSION_DELIVER_H
#define HO_SESSION_DELIVER_H

#include "holdout/render.h"
#include "session/internal.h"

// Presets that ship: a name, and settings as JSON; ended by a NULL name.
struct deliver_preset {
    const char *name, *settings;
};
extern const struct deliver_preset deliver_presets[];

struct deliver_settings {
    int64_t timeline;
    bool clips;    // one file for each clip; else one movie
    enum ho_codec codec;
    char folder[4096], name[HO_NAME_SIZE], suffix[HO_NAME_SIZE];
    bool sound, overwrite;
    int64_t handles;         // frames more at either end of a clip
    int64_t start_number;    // sequences: of the first file; -1: the source's own
    bool counts_frames;      // the name ends in how many frames the source has
    bool has_frames;         // of the timeline
    struct ho_range frames;
    int64_t *ids;    // clips; none: all pictures of the timeline
    size_t n_ids;
};
void deliver_clear(struct deliver_settings *settings);
// Of a job: with a timeline. What is not given: one ProRes 422 HQ movie of the timeline's name with sound, here.
enum ho_result deliver_parse(const char *text, struct deliver_settings *out, struct ho_diag *diag) HO_MUST_CHECK;
// The settings of a preset, the project's own first, as an object of the caller's.
enum ho_result deliver_preset(struct ho_session *session, const char *name, json_t **out,
                              struct ho_diag *diag) HO_MUST_CHECK;
// `n_frames`: of the source. `copy` above 1: another file of the same name.
// FOLDER/NAME.EXTENSION; %{clip name} and %{timeline name} are filled in, other tokens are left to the render.
// malloc'd.
char *deliver_output(const struct deliver_settings *settings, const char *clip_name, const char *timeline_name,
                     int64_t n_frames, int copy);

// render_job.c: one job, as work that goes on; or within the call.
enum ho_result render_start(struct call *call, const struct ho_job *job, bool wait, struct ho_diag *diag) HO_MUST_CHECK;

#endif
