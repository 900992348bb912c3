// SPDX-License-Identifier: BSD-2-Clause
// Pictures of a clip for viewers.
#include "media/clip_inside.h"

static enum ho_result take_converter(struct ho_clip *clip, struct ho_converter **out, struct ho_diag *diag)
{
    pthread_mutex_lock(&clip->lock);
    *out = clip->n_converters ? clip->converter[--clip->n_converters] : NULL;
    pthread_mutex_unlock(&clip->lock);
    return *out ? HO_OK : ho_converter_create(out, diag);
}

static void give_converter(struct ho_clip *clip, struct ho_converter *converter)
{
    pthread_mutex_lock(&clip->lock);
    if (clip->n_converters < HO_CLIP_IDLE_CONVERTERS) {
        clip->converter[clip->n_converters++] = converter;
        converter = NULL;
    }
    pthread_mutex_unlock(&clip->lock);
    ho_converter_destroy(&converter);
}

static enum ho_result convert(struct ho_clip *clip, const struct ho_frame *frame, const struct ho_clip_key *key,
                              struct ho_clip_picture **out, struct ho_diag *diag)
{
    struct ho_converter *converter;
    uint8_t *pixels;
    HO_TRY(take_converter(clip, &converter, diag));
    struct ho_clip_picture *picture = NULL;
    enum ho_result result = ho_clip_cache_new_picture(clip->cache, key->width, key->height, &picture, &pixels, diag);
    if (result == HO_OK)
        result = ho_converter_read_rgb(converter, frame, &key->region, key->width, key->height, pixels, diag);
    give_converter(clip, converter);
    if (result != HO_OK) {
        ho_clip_picture_unref(&picture);
        return result;
    }
    picture->frame = key->frame;
    picture->is_held = ho_frame_is_held(frame);
    *out = picture;
    return HO_OK;
}

enum ho_result ho_clip_view(struct ho_clip *clip, int64_t frame, const struct ho_rect *region, int width, int height,
                            const struct ho_cancel *cancel, struct ho_clip_picture **out, struct ho_diag *diag)
{
    const struct ho_source_info *info = &clip->opened.info;
    const struct ho_rect all = {0, 0, info->width, info->height};
    *out = NULL;
    if (width < 1 || height < 1 || width > HO_SIZE_MAX || height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "a picture of %dx%d pixels cannot be made: each side must be 1 to %d",
                       width, height, HO_SIZE_MAX);
    struct ho_clip_key key = {.owner = clip, .frame = frame, .region = region ? *region : all, width, height};
    *out = ho_clip_cache_picture(clip->cache, &key);
    if (*out)
        return HO_OK;
    struct ho_frame *from;
    HO_TRY(ho_clip_frame(clip, frame, cancel, &from, diag));
    enum ho_result result = convert(clip, from, &key, out, diag);
    if (result == HO_OK)
        ho_clip_cache_put_picture(clip->cache, &key, *out);
    ho_frame_unref(&from);
    return result;
}
