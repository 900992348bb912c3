// SPDX-License-Identifier: BSD-2-Clause
// Delivery: a banked matte, with finesse and a view, becomes a movie or a sequence that fits its source; names with
// tokens; contact sheets.
#ifndef HOLDOUT_DELIVER_H
#define HOLDOUT_DELIVER_H

#include "bank.h"
#include "matte.h"
#include "media.h"

#ifdef __cplusplus
extern "C" {
#endif

// What tokens in an output name stand for: %{clip name}, %{source name}, %{reel name}, %{start timecode}, %{codec},
// %{resolution}, %{frame rate}, %{object},
// %{version} (counts up: the first number, three digits, that no file has yet). Case, space and underscore are ignored.
// Characters that no file name may hold become '-'.
struct ho_token_values {
    const struct ho_source_info *source;
    enum ho_codec codec;
    const char *object;
};
// `out` is malloc'd. An unknown token is HO_ERROR_USAGE with the list of those that exist.
HO_API enum ho_result ho_tokens_expand(const char *name, const struct ho_token_values *values, char **out,
                                       struct ho_diag *diag) HO_MUST_CHECK;
HO_API const char *const *ho_token_names(void);    // NULL-ended

// MATTE: white in, black out. OVERLAY: the picture, red over the object. HIGHLIGHT: the picture in the object, grey
// elsewhere. CUTOUT: the picture with the matte as its alpha: straight colours, but EXR's, which are premultiplied.
enum ho_view { HO_VIEW_MATTE, HO_VIEW_OVERLAY, HO_VIEW_HIGHLIGHT, HO_VIEW_CUTOUT };
HO_API enum ho_result ho_view_parse(const char *text, enum ho_view *out, struct ho_diag *diag) HO_MUST_CHECK;

struct ho_deliver_progress {
    int64_t n_done, n_total;
    double frames_per_second, seconds_left;
};

// Zeroed but for `bank_dir`, `id` and `output`, it asks for the plain matte of all frames.
struct ho_deliver_request {
    const char *bank_dir;    // NULL: the default
    const char *id;          // of the object, or any of its names (ho_store_open)
    const char *source;      // where it is now: its rate, timecode and names are delivered; NULL: as the bank has them,
                             // and read (views other than MATTE, smoothing) where the bank says, if its hash still fits
    struct ho_rational rate;    // of the source, as struct ho_reader_options has it
    const char *output;         // may hold tokens
    enum ho_codec codec;
    enum ho_view view;
    struct ho_finesse finesse;
    bool has_range;
    struct ho_range range;    // with has_range: frames outside it are black, whatever the store has of them
    bool has_first_number;
    int64_t first_number;    // sequences, with has_first_number; else the source's own number, or 0
    bool source_cadence;     // movies of sources with a variable frame rate: each frame is shown when the source's is;
                             // false: at a constant rate
    bool clean_edges;        // CUTOUT: where the matte is soft, the colour becomes the object's own
    bool premultiplied;      // CUTOUT: as struct ho_writer_options has it
    bool overwrite;
    int n_threads;
    const struct ho_cancel *cancel;
    void (*progress)(void *opaque, const struct ho_deliver_progress *progress);
    void *opaque;
};
struct ho_deliver_report {
    char path[4096];
    int64_t n_frames, n_empty;
    double seconds;
    char timecode[HO_TIMECODE_SIZE];
};

// All that can be refused before a frame is tracked or read: finesse out of range, a view that needs alpha in a codec
// without, unknown tokens, a folder that is missing or not writable, an output that exists (unless `overwrite`), an
// extension that does not fit. `*path` is the output with its tokens filled in (malloc'd); give it to
// ho_deliver_matte() as the output, so that %{version} is counted once.
HO_API enum ho_result ho_deliver_check(const struct ho_deliver_request *request, const struct ho_source_info *source,
                                       const char *object, char **path, struct ho_diag *diag) HO_MUST_CHECK;

// Writes one frame for every frame of the source (frames without a matte are black), same size, rate, start timecode,
// reel, colour tags; no audio.
HO_API enum ho_result ho_deliver_matte(const struct ho_deliver_request *request, struct ho_deliver_report *report,
                                       struct ho_diag *diag) HO_MUST_CHECK;

// Which matte of the bank is meant, and what would be written of it.
struct ho_matte_choice {
    char name[HO_ID_SIZE + 24];    // "ID@STEP", for ho_deliver_request.id
    char object[HO_NAME_SIZE], quality[16];
    int64_t step, n_steps;           // its step, of so many
    struct ho_source_info source;    // as it was when it was tracked
};
// With a source: its object of that name (NULL: its only one), as ho_store_find(); without: as ho_store_open() takes
// the name. HO_ERROR_INPUT: nothing of that name, or nothing is tracked yet.
HO_API enum ho_result ho_matte_choose(const char *bank_dir, const char *name, const struct ho_source_info *source,
                                      struct ho_matte_choice *out, struct ho_diag *diag) HO_MUST_CHECK;

// A contact sheet: rows of source, red overlay and black-and-white for `n_columns` frames spread over the movie (or
// those given), with frame number and timecode.
struct ho_sheet_request {
    const char *source;
    const char *matte;          // a movie or sequence of mattes of the same count; NULL: source alone
    struct ho_rational rate;    // of either, as struct ho_reader_options has it
    const int64_t *frames;      // NULL: spread evenly
    size_t n_frames;            // columns, 1..64; 0: 8
    bool has_first_number;
    int64_t first_number;    // written at frame 0, with has_first_number; else as ho_source_first_number() has it
    int tile_width;          // pixels, default (0) 320
    int per_line;            // columns side by side; further ones go on below; 0: up to 8
    struct ho_rect zoom;     // only this part of the picture, in its pixels; empty: all of it
    const char *output;      // .png
    bool overwrite;
    bool any_matte;           // take a matte that Holdout made for another movie; else it is refused
    const char *index_dir;    // as struct ho_reader_options has it
    int n_threads;
    const struct ho_cancel *cancel;
};
HO_API enum ho_result ho_sheet_write(const struct ho_sheet_request *request, struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
