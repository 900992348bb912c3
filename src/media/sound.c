// SPDX-License-Identifier: BSD-2-Clause
// A source's sound at a rate that is asked for. What comes before a place that is jumped to is resampled with it, from
// a place where both rates have a sample, so that the same samples come out as without the jump.
#include "holdout/sound.h"

#include <stdlib.h>
#include <string.h>

#include <libavutil/mathematics.h>

#include "base/memory.h"
#include "base/scale.h"
#include "media/sound_decode.h"

enum {
    CHUNK = 2048,     // samples of the source that are resampled at once
    PREROLL = 4096    // of the source; longer than the resampler's filter at any ratio up to 100
};

struct ho_sound {
    struct ho_sound_decoder decoder;
    int rate;
    int64_t step_in, step_out;    // so many samples of the source last as long as so many that are given

    // Resampling. NULL where the rates are one.
    SwrContext *resampler;
    int64_t next_in;                 // of the source, fed next
    int64_t ready_first, n_ready;    // resampled and not asked for yet
    float *ready, *chunk;
    size_t ready_capacity;
};

int64_t ho_sound_sample_of(int64_t frame, struct ho_rational frame_rate, int sample_rate)
{
    return ho_scale_floor(frame, frame_rate.den * sample_rate, frame_rate.num);
}

static enum ho_result make_resampler(struct ho_sound *sound, struct ho_diag *diag)
{
    AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;
    const int64_t common = av_gcd(sound->rate, sound->decoder.rate);
    sound->step_in = sound->decoder.rate / common;
    sound->step_out = sound->rate / common;
    sound->ready_capacity = (size_t)(CHUNK * (sound->step_out / sound->step_in + 2) + PREROLL);
    sound->chunk = ho_alloc(CHUNK * 2, sizeof(float));
    sound->ready = ho_alloc(sound->ready_capacity * 2, sizeof(float));
    if (!sound->chunk || !sound->ready ||
        swr_alloc_set_opts2(&sound->resampler, &stereo, AV_SAMPLE_FMT_FLT, sound->rate, &stereo, AV_SAMPLE_FMT_FLT,
                            sound->decoder.rate, 0, NULL) < 0)
        return ho_fail_memory(diag, sound->ready_capacity);
    return HO_OK;
}

enum ho_result ho_sound_open(const char *path, int stream, int rate, struct ho_sound **out, struct ho_diag *diag)
{
    *out = NULL;
    if (rate < 1000 || rate > 768000)
        return ho_fail(diag, HO_ERROR_USAGE, "sound of %d samples a second cannot be made: 1000 to 768000 can", rate);
    struct ho_sound *sound = ho_alloc(1, sizeof(*sound));
    if (!sound)
        return ho_fail_memory(diag, sizeof(*sound));
    sound->rate = rate;
    enum ho_result result = ho_sound_decoder_open(&sound->decoder, path, stream, false, diag);
    if (result == HO_OK && sound->decoder.rate != rate)
        result = make_resampler(sound, diag);
    if (result != HO_OK) {
        ho_sound_close(&sound);
        return result;
    }
    *out = sound;
    return HO_OK;
}

void ho_sound_close(struct ho_sound **sound)
{
    if (!sound || !*sound)
        return;
    ho_sound_decoder_close(&(*sound)->decoder);
    swr_free(&(*sound)->resampler);
    free((*sound)->chunk);
    free((*sound)->ready);
    free(*sound);
    *sound = NULL;
}

int64_t ho_sound_n_samples(const struct ho_sound *sound)
{
    return ho_scale_ceil(sound->decoder.n_samples, sound->rate, sound->decoder.rate);
}

int ho_sound_source_rate(const struct ho_sound *sound) { return sound->decoder.rate; }

int ho_sound_source_channels(const struct ho_sound *sound)
{
    return sound->decoder.stream->codecpar->ch_layout.nb_channels;
}

// The resampler begins where both rates have a sample, far enough before this one.
static enum ho_result begin_before(struct ho_sound *sound, int64_t sample, struct ho_diag *diag)
{
    const int64_t steps = ho_scale_floor(sample, 1, sound->step_out) - PREROLL / sound->step_in - 1;
    sound->next_in = steps * sound->step_in;
    sound->ready_first = steps * sound->step_out;
    sound->n_ready = 0;
    swr_close(sound->resampler);
    return swr_init(sound->resampler) < 0
               ? ho_fail(diag, HO_ERROR_INPUT, "%s: its sound cannot be resampled from %d to %d samples a second",
                         sound->decoder.path, sound->decoder.rate, sound->rate)
               : HO_OK;
}

static enum ho_result resample(struct ho_sound *sound, struct ho_diag *diag)
{
    HO_TRY(ho_sound_decoder_read(&sound->decoder, sound->next_in, CHUNK, sound->chunk, diag));
    const uint8_t *in = (const uint8_t *)sound->chunk;
    uint8_t *out = (uint8_t *)sound->ready;
    sound->next_in += CHUNK;
    sound->ready_first += sound->n_ready;
    int n = swr_convert(sound->resampler, &out, (int)sound->ready_capacity, &in, CHUNK);
    sound->n_ready = n > 0 ? n : 0;
    return n < 0 ? ho_fail(diag, HO_ERROR_MEMORY, "%s: its sound cannot be resampled", sound->decoder.path) : HO_OK;
}

// Is it what comes next, or near behind?
static bool comes(const struct ho_sound *sound, int64_t sample)
{
    return swr_is_initialized(sound->resampler) && sample >= sound->ready_first &&
           sample <= sound->ready_first + sound->n_ready + sound->rate;
}

enum ho_result ho_sound_read(struct ho_sound *sound, int64_t first, int64_t n, float *out, struct ho_diag *diag)
{
    if (!sound->resampler)
        return ho_sound_decoder_read(&sound->decoder, first, n, out, diag);
    if (!comes(sound, first))
        HO_TRY(begin_before(sound, first, diag));
    while (n > 0) {
        int64_t from = first - sound->ready_first, length = sound->n_ready - from;
        if (length <= 0) {
            HO_TRY(resample(sound, diag));
            continue;
        }
        length = length < n ? length : n;
        memcpy(out, sound->ready + from * 2, (size_t)length * 2 * sizeof(float));
        out += length * 2;
        first += length;
        n -= length;
    }
    return HO_OK;
}
