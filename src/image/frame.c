// SPDX-License-Identifier: BSD-2-Clause
#include "image/frame.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include "base/memory.h"
#include "image/turn.h"

struct ho_frame {
    AVFrame *av;    // upright, tagged as `colour`
    int64_t index;
    bool is_held;
    struct ho_colour colour;
    atomic_int n_refs;
};

// A ProRes header of a camera or of FFmpeg may give 0 for its matrix, which is "unknown" there and RGB in H.273: of a
// frame of luma and chroma it says nothing.
static bool says_matrix(const AVFrame *av)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(av->format);
    return av->colorspace != AVCOL_SPC_UNSPECIFIED &&
           (av->colorspace != AVCOL_SPC_RGB || !desc || desc->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL));
}

// What the frame says, completed by what the source says.
static struct ho_colour colour_of(const AVFrame *av, const struct ho_colour *source)
{
    static const struct ho_colour unknown = {AVCOL_SPC_UNSPECIFIED, AVCOL_TRC_UNSPECIFIED, AVCOL_PRI_UNSPECIFIED, -1,
                                             AVCHROMA_LOC_UNSPECIFIED};
    struct ho_colour colour = source ? *source : unknown;
    if (says_matrix(av))
        colour.matrix = av->colorspace;
    if (av->color_trc != AVCOL_TRC_UNSPECIFIED && av->color_trc != AVCOL_TRC_RESERVED0)
        colour.transfer = av->color_trc;
    if (av->color_primaries != AVCOL_PRI_UNSPECIFIED && av->color_primaries != AVCOL_PRI_RESERVED0)
        colour.primaries = av->color_primaries;
    if (av->color_range != AVCOL_RANGE_UNSPECIFIED)
        colour.full_range = av->color_range == AVCOL_RANGE_JPEG;
    if (av->chroma_location != AVCHROMA_LOC_UNSPECIFIED)
        colour.chroma_location = av->chroma_location;
    return colour;
}

static void tag(AVFrame *av, const struct ho_colour *colour)
{
    av->colorspace = (enum AVColorSpace)colour->matrix;
    av->color_trc = (enum AVColorTransferCharacteristic)colour->transfer;
    av->color_primaries = (enum AVColorPrimaries)colour->primaries;
    av->color_range = colour->full_range < 0 ? AVCOL_RANGE_UNSPECIFIED
                      : colour->full_range   ? AVCOL_RANGE_JPEG
                                             : AVCOL_RANGE_MPEG;
    av->chroma_location = (enum AVChromaLocation)colour->chroma_location;
}

enum ho_result ho_frame_create(AVFrame **av, int64_t index, int rotation, const struct ho_colour *colour, bool held,
                               struct ho_frame **out, struct ho_diag *diag)
{
    if (rotation != 0 && rotation != 90 && rotation != 180 && rotation != 270)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "a frame cannot be turned by %d degrees: only 0, 90, 180 and 270 are possible", rotation);
    if ((*av)->width < 1 || (*av)->height < 1 || (*av)->width > HO_SIZE_MAX || (*av)->height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_INPUT, "frame %lld is %dx%d pixels large: each side must be 1 to %d",
                       (long long)index, (*av)->width, (*av)->height, HO_SIZE_MAX);
    struct ho_frame *frame = ho_alloc(1, sizeof *frame);
    if (!frame)
        return ho_fail_memory(diag, sizeof *frame);
    if (rotation) {
        struct ho_colour completed = colour_of(*av, colour);
        tag(*av, &completed);    // so that the chroma siting turns along
        enum ho_result result = ho_turn(*av, rotation, &frame->av, diag);
        if (result != HO_OK) {
            free(frame);
            return result;
        }
        av_frame_free(av);
    } else {
        frame->av = *av;
        *av = NULL;
    }
    frame->colour = colour_of(frame->av, colour);
    tag(frame->av, &frame->colour);
    frame->index = index;
    frame->is_held = held;
    atomic_init(&frame->n_refs, 1);
    *out = frame;
    return HO_OK;
}

static enum ho_result create_again(const struct ho_frame *frame, int64_t index, bool held, struct ho_frame **out,
                                   struct ho_diag *diag)
{
    AVFrame *av = av_frame_clone(frame->av);
    if (!av)
        return ho_fail_memory(diag, sizeof *av);
    enum ho_result result = ho_frame_create(&av, index, 0, &frame->colour, held, out, diag);
    av_frame_free(&av);
    return result;
}

enum ho_result ho_frame_create_held(const struct ho_frame *last_good, int64_t index, struct ho_frame **out,
                                    struct ho_diag *diag)
{
    return create_again(last_good, index, true, out, diag);
}

enum ho_result ho_frame_create_repeat(const struct ho_frame *before, int64_t index, struct ho_frame **out,
                                      struct ho_diag *diag)
{
    return create_again(before, index, before->is_held, out, diag);
}

struct ho_frame *ho_frame_ref(const struct ho_frame *frame)
{
    struct ho_frame *shared =
        (struct ho_frame *)(uintptr_t)frame;    // the count is the one thing about a frame that changes
    atomic_fetch_add_explicit(&shared->n_refs, 1, memory_order_relaxed);
    return shared;
}

void ho_frame_unref(struct ho_frame **frame)
{
    if (!frame || !*frame)
        return;
    if (atomic_fetch_sub_explicit(&(*frame)->n_refs, 1, memory_order_acq_rel) == 1) {
        av_frame_free(&(*frame)->av);
        free(*frame);
    }
    *frame = NULL;
}

int64_t ho_frame_index(const struct ho_frame *frame) { return frame->index; }

int ho_frame_width(const struct ho_frame *frame) { return frame->av->width; }

int ho_frame_height(const struct ho_frame *frame) { return frame->av->height; }

bool ho_frame_is_held(const struct ho_frame *frame) { return frame->is_held; }

bool ho_frame_has_alpha(const struct ho_frame *frame)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(frame->av->format);
    return desc && desc->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL);
}

const AVFrame *ho_frame_av(const struct ho_frame *frame) { return frame->av; }

enum ho_result ho_frame_make_writable(struct ho_frame **frame, AVFrame **av, struct ho_diag *diag)
{
    if (atomic_load_explicit(&(*frame)->n_refs, memory_order_acquire) > 1) {
        struct ho_frame *own = NULL;
        AVFrame *clone = av_frame_clone((*frame)->av);
        if (!clone)
            return ho_fail_memory(diag, sizeof *clone);
        enum ho_result result = ho_frame_create(&clone, (*frame)->index, 0, &(*frame)->colour, (*frame)->is_held, &own,
                                                diag);
        av_frame_free(&clone);
        HO_TRY(result);
        ho_frame_unref(frame);
        *frame = own;
    }
    if (av_frame_make_writable((*frame)->av) < 0)
        return ho_fail_memory(diag, (size_t)(*frame)->av->width * (size_t)(*frame)->av->height);
    *av = (*frame)->av;
    return HO_OK;
}

const struct ho_colour *ho_frame_colour(const struct ho_frame *frame) { return &frame->colour; }

bool ho_frame_equal(const struct ho_frame *a, const struct ho_frame *b)
{
    const AVFrame *fa = a->av, *fb = b->av;
    if (fa->format != fb->format || fa->width != fb->width || fa->height != fb->height)
        return false;
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(fa->format);
    int n_planes = av_pix_fmt_count_planes(fa->format);
    for (int p = 0; p < n_planes; p++) {
        if (fa->data[p] == fb->data[p])
            continue;
        bool palette = p == 1 && desc->flags & AV_PIX_FMT_FLAG_PAL;
        bool chroma = (p == 1 || p == 2) && desc->nb_components >= 3;
        int bytes = palette ? 1024 : av_image_get_linesize(fa->format, fa->width, p);
        int height = palette ? 1 : chroma ? AV_CEIL_RSHIFT(fa->height, desc->log2_chroma_h) : fa->height;
        for (int y = 0; y < height; y++)
            if (memcmp(fa->data[p] + y * (ptrdiff_t)fa->linesize[p], fb->data[p] + y * (ptrdiff_t)fb->linesize[p],
                       (size_t)bytes))
                return false;
    }
    return true;
}
