// SPDX-License-Identifier: BSD-2-Clause
// Sound files with single loud samples at known places, made by hand (WAV) and by the ffmpeg program.
#ifndef SOUND_HELP_H
#define SOUND_HELP_H

#include "media_help.h"

#include "holdout/sound.h"

enum { PEAK = 24000 };

// A WAV of `n` samples of 16 bits: silence (a hole in the file, however long) but for PEAK at some places; on every
// second channel it is negative.
static inline void help_make_wav(const char *name, int rate, int channels, int64_t n, const int64_t *peaks,
                                 size_t n_peaks)
{
    const uint32_t size = (uint32_t)(n * channels * 2);
    uint8_t head[44] = "RIFF....WAVEfmt \x10\0\0\0\x01\0";
    const uint32_t words[] = {36 + size, (uint32_t)rate, (uint32_t)(rate * channels * 2), size};
    memcpy(head + 4, &words[0], 4);
    head[22] = (uint8_t)channels;
    memcpy(head + 24, &words[1], 4);
    memcpy(head + 28, &words[2], 4);
    head[32] = (uint8_t)(channels * 2);
    head[34] = 16;
    memcpy(head + 36, "data", 4);
    memcpy(head + 40, &words[3], 4);
    FILE *file = fopen(help_path(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(head, sizeof head, 1, file), 1);
    for (size_t i = 0; i < n_peaks; i++)
        for (int c = 0; c < channels; c++) {
            const int16_t value = c % 2 ? -PEAK : PEAK;
            fseeko(file, (off_t)(44 + (peaks[i] * channels + c) * 2), SEEK_SET);
            assert_int_equal(fwrite(&value, 2, 1, file), 1);
        }
    assert_int_equal(ftruncate(fileno(file), (off_t)(44 + (int64_t)size)), 0);
    fclose(file);
}

static inline struct ho_sound *help_open_sound(const char *name, int rate)
{
    struct ho_sound *sound;
    struct ho_diag diag = {0};
    assert_ok(ho_sound_open(help_path(name), 0, rate, &sound, &diag), &diag);
    return sound;
}

static inline float *help_read_sound(struct ho_sound *sound, int64_t first, int64_t n)
{
    struct ho_diag diag = {0};
    float *samples = malloc((size_t)n * 2 * sizeof(float));
    assert_non_null(samples);
    memset(samples, 0xff, (size_t)n * 2 * sizeof(float));
    assert_ok(ho_sound_read(sound, first, n, samples, &diag), &diag);
    return samples;
}

// Where the left channel is loudest in [first, first + n).
static inline int64_t help_loudest(struct ho_sound *sound, int64_t first, int64_t n, float *loud)
{
    float *samples = help_read_sound(sound, first, n);
    int64_t at = 0;
    for (int64_t i = 0; i < n; i++)
        if (fabsf(samples[2 * i]) > fabsf(samples[2 * at]))
            at = i;
    if (loud)
        *loud = samples[2 * at];
    free(samples);
    return first + at;
}

#endif
