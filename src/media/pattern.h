// SPDX-License-Identifier: BSD-2-Clause
// Names that stand for many files: "shot.%04d.exr", "shot.####.exr", "shot.*.exr", "shot.[0-4]*.exr". A pattern is in
// the file's name alone; a folder is what it is called.
#ifndef HO_MEDIA_PATTERN_H
#define HO_MEDIA_PATTERN_H

#include "holdout/source.h"

struct ho_pattern {
    char folder[4096];                                  // with its slash; empty for none
    char prefix[HO_NAME_SIZE], suffix[HO_NAME_SIZE];    // of the number
    int width;                                          // characters of the number at least, as printf counts them
    char glob[HO_NAME_SIZE];                            // where it is no number: the name as fnmatch() takes it
    bool has_classes;                                   // brackets in it are classes; else a bracket is a bracket
};

// False where the name holds neither a number's mark nor a star, a question mark or a bracket. Of several marks "%04d"
// goes before "*" and "?", these before "####", that before "[": what comes later is literal then. A bracket is one
// of the name until no file is called so.
bool ho_pattern_parse(const char *path, struct ho_pattern *out);
// Whether a file's name (without folder) fits, and its number; 0 for a glob.
bool ho_pattern_fits(const struct ho_pattern *pattern, const char *name, int64_t *number);
// Where the number "%04d" stands in a name; of several the last. The answer is how many there are.
int ho_pattern_find(const char *name, size_t *start, size_t *end, int *width);
// The number of a file, as printf("%0*d", width) writes it, or with its sign before as many digits.
bool ho_pattern_number(const char *text, size_t length, int width, int64_t *out);
// Where the last number in a file's name begins, a minus sign included, and its length; 0 for none.
size_t ho_pattern_last_number(const char *name, size_t *length);
// "shot.exr:beauty", "movie.mkv:2": a part of a source (a layer, a video stream) after its name, where a file or
// pattern is called as what stands before it and none as the whole. Both are filled; `part` is empty for none.
void ho_source_split(const char *path, char file[4096], char part[HO_NAME_SIZE]);
const char *ho_base_name(const char *path);

#endif
