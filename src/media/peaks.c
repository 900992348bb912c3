// SPDX-License-Identifier: BSD-2-Clause
// What sound looks like: its extremes in hundredths of a second, and those of 64 of them together, so that an hour is
// drawn as quickly as a second.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "holdout/cancel.h"
#include "media/peaks.h"
#include "media/sound_decode.h"

enum { GROUP = 64 };

void ho_peaks_destroy(struct ho_peaks **peaks)
{
    if (!peaks || !*peaks)
        return;
    free((*peaks)->span);
    free((*peaks)->group);
    free(*peaks);
    *peaks = NULL;
}

double ho_peaks_seconds(const struct ho_peaks *peaks) { return (double)peaks->n / HO_PEAKS_A_SECOND; }

// ---- making

static enum ho_result add(struct ho_peaks *peaks, struct ho_peak peak, struct ho_diag *diag)
{
    if ((size_t)peaks->n == peaks->capacity) {
        size_t capacity = peaks->capacity ? peaks->capacity * 2 : 4096;
        struct ho_peak *grown = ho_realloc(peaks->span, capacity, sizeof(*grown));
        if (!grown)
            return ho_fail_memory(diag, capacity * sizeof(*grown));
        peaks->span = grown;
        peaks->capacity = capacity;
    }
    peaks->span[peaks->n++] = peak;
    return HO_OK;
}

static int8_t code(float sample) { return (int8_t)lrintf(sample < -1 ? -127 : sample > 1 ? 127 : sample * 127); }

static struct ho_peak peak_of(const float *samples, int64_t n)
{
    float low = 0, high = 0;
    for (int64_t i = 0; i < 2 * n; i++) {
        low = samples[i] < low ? samples[i] : low;
        high = samples[i] > high ? samples[i] : high;
    }
    return (struct ho_peak){code(low), code(high)};
}

static enum ho_result decode_all(struct ho_sound_decoder *decoder, float *samples, const struct ho_cancel *cancel,
                                 struct ho_peaks *peaks, struct ho_diag *diag)
{
    for (int64_t i = 0;; i++) {
        const int64_t first = i * decoder->rate / HO_PEAKS_A_SECOND, next = (i + 1) * decoder->rate / HO_PEAKS_A_SECOND;
        if (decoder->n_samples > 0 ? first >= decoder->n_samples : decoder->is_over && first >= decoder->next)
            return HO_OK;
        if (ho_cancel_is_requested(cancel))
            return ho_fail(diag, HO_CANCELLED, "cancelled while looking at the sound of %s", decoder->path);
        HO_TRY(ho_sound_decoder_read(decoder, first, next - first, samples, diag));
        HO_TRY(add(peaks, peak_of(samples, next - first), diag));
    }
}

static enum ho_result look(const char *path, int stream, const struct ho_cancel *cancel, struct ho_peaks *peaks,
                           struct ho_diag *diag)
{
    struct ho_sound_decoder decoder;
    HO_TRY(ho_sound_decoder_open(&decoder, path, stream, false, diag));
    const size_t n = (size_t)decoder.rate / HO_PEAKS_A_SECOND + 1;
    float *samples = ho_alloc(n * 2, sizeof(*samples));
    enum ho_result result = samples ? decode_all(&decoder, samples, cancel, peaks, diag)
                                    : ho_fail_memory(diag, n * 2 * sizeof(*samples));
    free(samples);
    ho_sound_decoder_close(&decoder);
    return result;
}

static struct ho_peak both(struct ho_peak a, struct ho_peak b)
{
    return (struct ho_peak){a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high};
}

static enum ho_result make_groups(struct ho_peaks *peaks, struct ho_diag *diag)
{
    const int64_t n = (peaks->n + GROUP - 1) / GROUP;
    peaks->group = ho_alloc((size_t)n + 1, sizeof(*peaks->group));
    if (!peaks->group)
        return ho_fail_memory(diag, (size_t)n * sizeof(*peaks->group));
    for (int64_t i = 0; i < peaks->n; i++)
        peaks->group[i / GROUP] = both(peaks->group[i / GROUP], peaks->span[i]);
    return HO_OK;
}

enum ho_result ho_peaks_make(const char *path, int stream, const char *index_dir, const struct ho_cancel *cancel,
                             struct ho_peaks **out, struct ho_diag *diag)
{
    struct ho_peaks *peaks = ho_alloc(1, sizeof(*peaks));
    *out = NULL;
    if (!peaks)
        return ho_fail_memory(diag, sizeof(*peaks));
    enum ho_result result = HO_OK;
    if (!index_dir || !ho_peaks_load(index_dir, path, stream, peaks)) {
        result = look(path, stream, cancel, peaks, diag);
        if (result == HO_OK && index_dir)
            ho_peaks_save(index_dir, path, stream, peaks);
    }
    if (result == HO_OK)
        result = make_groups(peaks, diag);
    if (result != HO_OK)
        ho_peaks_destroy(&peaks);
    *out = peaks;
    return result;
}

// ---- looking

void ho_peaks_between(const struct ho_peaks *peaks, double from, double to, float *low, float *high)
{
    const double most = (double)peaks->n;
    const double a = floor(from * HO_PEAKS_A_SECOND + 1e-6), b = ceil(to * HO_PEAKS_A_SECOND - 1e-6);
    int64_t first = a < 0 ? 0 : a > most ? peaks->n : (int64_t)a, end = b < 0 ? 0 : b > most ? peaks->n : (int64_t)b;
    struct ho_peak peak = {0, 0};
    while (first < end) {
        const bool is_group = first % GROUP == 0 && first + GROUP <= end;
        peak = both(peak, is_group ? peaks->group[first / GROUP] : peaks->span[first]);
        first += is_group ? GROUP : 1;
    }
    *low = (float)peak.low / 127;
    *high = (float)peak.high / 127;
}
