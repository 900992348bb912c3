// SPDX-License-Identifier: BSD-2-Clause
#include "deliver/view.h"

#include <string.h>

#include "base/pool.h"

#define BAND_ROWS 32
#define OVERLAY_OPACITY 0.55f
#define HIGHLIGHT_GREY 0.5f

static const char *const names[] = {[HO_VIEW_MATTE] = "matte",
                                    [HO_VIEW_OVERLAY] = "overlay",
                                    [HO_VIEW_HIGHLIGHT] = "highlight",
                                    [HO_VIEW_CUTOUT] = "cutout"};
#define N_VIEWS (sizeof(names) / sizeof(names[0]))

enum ho_result ho_view_parse(const char *text, enum ho_view *out, struct ho_diag *diag)
{
    for (size_t i = 0; i < N_VIEWS; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum ho_view)i;
            return HO_OK;
        }
    }
    return ho_fail(diag, HO_ERROR_USAGE, "there is no view '%.100s'; there are matte, overlay, highlight and cutout",
                   text);
}

const char *ho_view_name(enum ho_view view) { return names[view]; }

int ho_view_planes(enum ho_view view) { return view == HO_VIEW_CUTOUT ? 4 : 3; }

struct job {
    enum ho_view view;
    const struct ho_picture *key;
    struct ho_picture *picture;
};

// Red laid over the object, which stays readable under it, and the rest untouched.
static void overlay_row(const float *key, float *red, float *green, float *blue, int width)
{
    for (int x = 0; x < width; x++) {
        float k = OVERLAY_OPACITY * key[x];
        red[x] += k * (1.0f - red[x]);
        green[x] -= k * green[x];
        blue[x] -= k * blue[x];
    }
}

static void highlight_row(const float *key, float *plane, int width)
{
    for (int x = 0; x < width; x++)
        plane[x] = HIGHLIGHT_GREY + key[x] * (plane[x] - HIGHLIGHT_GREY);
}

static void multiply_row(const float *key, float *plane, int width)
{
    for (int x = 0; x < width; x++)
        plane[x] *= key[x];
}

static void apply_rows(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    const int width = job->picture->width;
    for (int y = first; y < last; y++) {
        const ptrdiff_t at = (ptrdiff_t)y * job->picture->stride;
        const float *key = job->key->plane[0] + (ptrdiff_t)y * job->key->stride;
        float *const *plane = job->picture->plane;
        if (job->view == HO_VIEW_OVERLAY)
            overlay_row(key, plane[0] + at, plane[1] + at, plane[2] + at, width);
        for (int i = 0; job->view == HO_VIEW_HIGHLIGHT && i < 3; i++)
            highlight_row(key, plane[i] + at, width);
        for (int i = 0; job->view == HO_VIEW_CUTOUT && i < 4; i++)    // premultiplied: colour and alpha alike
            multiply_row(key, plane[i] + at, width);
    }
}

void ho_view_apply(enum ho_view view, const struct ho_picture *key, struct ho_picture *picture, int n_threads)
{
    struct job job = {view, key, picture};
    ho_pool_run(picture->height, BAND_ROWS, n_threads, apply_rows, &job);
}
