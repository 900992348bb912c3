// SPDX-License-Identifier: BSD-2-Clause
// Sound by the sample: of one source, and of several mixed.
//
// Samples are interleaved stereo floats, -1 to 1 without clipping, at a rate that the caller names. Sample 0 of a
// source is heard when its frame 0 is shown (of a source without pictures: its first one); before that, behind the end
// and where it cannot be decoded there is silence. What a place sounds like does not depend on what was read before:
// the bits are the same for PCM and whatever else decodes the same after a jump, and always for reading on.
//
// Where a sample is comes from the container's times, once for each jump: exact where these count samples (MOV, MP4,
// WAV, MP3, Ogg, MXF) or the codec's packets are of one size (AAC, MP3, Opus, AC-3, PCM in Matroska), to two samples in
// TS; what is neither (Vorbis in Matroska) to the container's clock, 1 ms there. Encoder delay is cut off where the
// file says it.
#ifndef HOLDOUT_SOUND_H
#define HOLDOUT_SOUND_H

#include "timecode.h"

#ifdef __cplusplus
extern "C" {
#endif

// The sample at which a frame begins: floor(frame * sample_rate * den / num), from the frame's own number, so that
// nothing adds up over an hour.
HO_API int64_t ho_sound_sample_of(int64_t frame, struct ho_rational frame_rate, int sample_rate);

// ---- one source

struct ho_sound;
// `stream`: which audio stream, from 0 on. `rate`: samples a second that are given; resampled from the source's where
// they differ. HO_ERROR_INPUT: what cannot be opened, has no such stream, or no decoder.
HO_API enum ho_result ho_sound_open(const char *path, int stream, int rate, struct ho_sound **out,
                                    struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_sound_close(struct ho_sound **sound);                // NULL and *NULL are fine
HO_API int64_t ho_sound_n_samples(const struct ho_sound *sound);    // as the container says it; 0: it does not
HO_API int ho_sound_source_rate(const struct ho_sound *sound);
HO_API int ho_sound_source_channels(const struct ho_sound *sound);
// `n` samples from `first` on, 2 * n floats. Mono is heard on both sides as loud as it is; more than two channels are
// mixed down by libswresample's matrix.
HO_API enum ho_result ho_sound_read(struct ho_sound *sound, int64_t first, int64_t n, float *out,
                                    struct ho_diag *diag) HO_MUST_CHECK;
// Thread-safety: unsafe (one a thread).

// ---- what it looks like

#define HO_PEAKS_A_SECOND 100
struct ho_peaks;
// The extremes of a source's sound, both channels together, in hundredths of a second: decodes all of it once, or reads
// what `index_dir` (NULL: nowhere) remembers of this very file. Errors: those of ho_sound_open(), HO_CANCELLED.
struct ho_cancel;
HO_API enum ho_result ho_peaks_make(const char *path, int stream, const char *index_dir, const struct ho_cancel *cancel,
                                    struct ho_peaks **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_peaks_destroy(struct ho_peaks **peaks);
HO_API double ho_peaks_seconds(const struct ho_peaks *peaks);    // its length
// The lowest and highest sample between two times of the source, -1 to 1, to 1/127; 0 where there is none. Quick for
// any length. Thread-safety: const access is safe.
HO_API void ho_peaks_between(const struct ho_peaks *peaks, double from, double to, float *low, float *high);

// ---- several, mixed

// A gain at a sample of the mix.
struct ho_mix_point {
    int64_t at;
    double gain;    // dB
};
// A stretch of a source's sound on a timeline. All in samples of the mix.
struct ho_mix_span {
    const char *path;
    int stream;
    int64_t first, n;    // where it is heard, and how long
    int64_t from;        // sample of the source that is heard first
    double gain;         // dB
    bool is_muted;
    const struct ho_mix_point *points;    // in place of `gain`, rising: between two of them the factor goes straight
    size_t n_points;                      // from one to the other; before and behind them it stays. 0: none
};
struct ho_mix_options {
    int rate;                 // samples a second; 0: 48000
    bool is_for_listening;    // a source that fails is silent and said in the log; else the read fails with a sentence
};
// The sum of what is heard, each times 10^(gain / 20): what libavfilter's volume and amix with normalize=0 give. Any
// number of spans, which may lie over each other; what is open at once is bounded. All is copied.
struct ho_mix;
HO_API enum ho_result ho_mix_create(const struct ho_mix_span *spans, size_t n_spans,
                                    const struct ho_mix_options *options, struct ho_mix **out,
                                    struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_mix_destroy(struct ho_mix **mix);
HO_API int ho_mix_rate(const struct ho_mix *mix);
HO_API enum ho_result ho_mix_read(struct ho_mix *mix, int64_t first, int64_t n, float *out,
                                  struct ho_diag *diag) HO_MUST_CHECK;
// Thread-safety: unsafe (one a thread).

#ifdef __cplusplus
}
#endif

#endif
