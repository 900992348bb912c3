// SPDX-License-Identifier: BSD-2-Clause
#ifndef HO_MEDIA_PEAKS_H
#define HO_MEDIA_PEAKS_H

#include "holdout/sound.h"

struct ho_peak {
    int8_t low, high;    // 127 is 1
};
struct ho_peaks {
    int64_t n;
    size_t capacity;
    struct ho_peak *span, *group;
};

// Remembered by the file's device, inode, size and time of change. False: not remembered, or damaged. A failure to save
// is logged: it is made again next time.
bool ho_peaks_load(const char *dir, const char *path, int stream, struct ho_peaks *out);
void ho_peaks_save(const char *dir, const char *path, int stream, const struct ho_peaks *peaks);

#endif
