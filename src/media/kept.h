// SPDX-License-Identifier: BSD-2-Clause
// How an interrupted output is gone on with. Beside the temporary (".NAME.partial-PROCESS", a movie or a sequence's
// folder) lies a journal, ".NAME.partial-PROCESS.frames": a key that says what the output is made from, and for a movie
// where the packet of each finished frame lies in it, with a checksum. Who opens the same output with the same key
// takes both over: a movie's packets are muxed once more, byte for byte onto themselves, and only the frames after them
// are made; the files of a sequence stay. A process holds a lock on the journal while it writes, so that a dead one's
// is told from a living one's whatever became of its number.
//
// What survives: the end of the process, in any way, but for the last frames on their way. A pulled plug costs what the
// system had not written yet; checksums find that.
#ifndef HO_MEDIA_KEPT_H
#define HO_MEDIA_KEPT_H

#include "media/writer.h"

struct ho_kept;
// Takes over what an earlier run left, or makes a temporary (as ho_place_make() does) and a journal. `key`: up to 32
// characters.
enum ho_result ho_kept_open(struct ho_place *place, const char *key, struct ho_kept **out,
                            struct ho_diag *diag) HO_MUST_CHECK;
void ho_kept_close(struct ho_kept **kept, bool remove);    // `remove`: the journal; NULL and *NULL are fine
int64_t ho_kept_n(const struct ho_kept *kept);             // frames that were found, from the first on
int64_t ho_kept_n_all(const struct ho_kept *kept);         // and those added since
void ho_kept_cut(struct ho_kept *kept, int64_t n);         // no more than `n` are of use
void ho_kept_check_packets(struct ho_kept *kept,
                           const char *movie);                 // cuts at the first packet that is not as it was
size_t ho_kept_size(const struct ho_kept *kept, int64_t i);    // bytes of packet `i`
int64_t ho_kept_offset(const struct ho_kept *kept, int64_t i);
bool ho_kept_read(const struct ho_kept *kept, int file, int64_t i, void *bytes);    // false: not as it was
void ho_kept_add(struct ho_kept *kept, int64_t offset, const void *bytes, size_t size);
// Whether a process is writing this temporary; whether a file name is a journal's.
bool ho_kept_is_in_use(const char *temporary);
bool ho_kept_is_journal(const char *name);

#endif
