// SPDX-License-Identifier: BSD-2-Clause
// What a user says about objects, as options in their order: --object NAME, then the clicks, boxes, strokes, masks and
// locks that belong to it.
#ifndef HOLDOUT_CLI_PROMPTS_H
#define HOLDOUT_CLI_PROMPTS_H

#include "command.h"

// One thing that is said, as it was written, and as it is read once the source is known.
struct cli_said {
    struct ho_said said;    // its points are owned here, its mask too
    char *written;          // "--click 902,300@12", for sentences
    char *frame, *mask;     // PROMPT: frame as written, or NULL; mask as written, likewise
    char *frames;           // ABSENT, LOCK: frames as written
};

struct cli_object {
    char *name;    // NULL: not named
    struct cli_said *said;
    size_t n_said;
};

struct cli_objects {
    struct cli_object *items;
    size_t n;
};

extern const struct cli_option cli_prompt_options[];        // bind at the offset of a struct cli_objects
extern const struct cli_option cli_correction_options[];    // the same, of one object that has a history
void cli_objects_clear(struct cli_objects *objects);

// The objects as the library wants them, with frames resolved and masks read. Owned: destroy with
// cli_requests_destroy(); borrows names from `objects`.
struct cli_requests {
    struct ho_object_request *items;
    size_t n;
};
enum ho_result cli_objects_resolve(struct cli_objects *objects, const struct ho_source_info *source,
                                   int64_t first_frame, const struct cli_context *context, struct cli_requests *out,
                                   struct ho_diag *diag) HO_MUST_CHECK;
void cli_requests_clear(struct cli_requests *requests);

#endif
