// SPDX-License-Identifier: BSD-2-Clause
// OpenEXR by its own core library: the display window wherever it lies, layers and parts, tiles.
#ifndef HO_MEDIA_EXR_READER_H
#define HO_MEDIA_EXR_READER_H

#include <libavutil/frame.h>

#include "holdout/source.h"

// Whether a file has this layer (NULL: the plain one); HO_ERROR_INPUT with a sentence about `path` (the source that the
// file is of) that lists those it has. HO_END: the core library lacks its compression (DWA, before version 3.2), and
// libavcodec's decoder reads the layer as well; its frames then want ho_exr_show().
enum ho_result ho_exr_check(const char *file, const char *path, const char *layer, struct ho_diag *diag) HO_MUST_CHECK;
// Light as it is shown: through the sRGB curve, off and on around alpha. Coverage stays.
enum ho_result ho_exr_show(AVFrame *frame, int n_threads, struct ho_diag *diag) HO_MUST_CHECK;
// A file's bytes as a frame of the display window's size, empty where no data is: planes of float, shown as
// ho_exr_show() does. HO_ERROR_INPUT for whatever is not sound.
enum ho_result ho_exr_decode(const void *bytes, size_t size, const char *layer, int n_threads, AVFrame *out,
                             struct ho_diag *diag) HO_MUST_CHECK;

#endif
