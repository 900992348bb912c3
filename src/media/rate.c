// SPDX-License-Identifier: BSD-2-Clause
// The rate of a movie from its frames' timestamps, and whether they keep to one.
#include <math.h>

#include <libavutil/mathematics.h>

#include "media/index.h"

// A frame that lies further than this from its place on a regular grid (in frames) would land in another slot of an editor's timeline.
static const double max_deviation = 0.3;

static const AVRational usual[] = {
    {24000, 1001}, {24, 1}, {25, 1}, {30000, 1001}, {30, 1}, {48000, 1001}, {48, 1}, {50, 1}, {60000, 1001}, {60, 1},
    {100, 1}, {120000, 1001}, {120, 1}, {12, 1}, {15, 1}, {15000, 1001}, {12000, 1001}, {10, 1}, {8, 1}, {240, 1},
};

static int64_t time_of(const struct ho_index *index, uint32_t frame) { return index->packets[index->frames[frame]].pts; }

// Does frame i lie at start + i / rate, for all i? The grid's phase is free.
static bool fits(const struct ho_index *index, AVRational rate)
{
    if (rate.num <= 0 || rate.den <= 0)
        return false;
    double scale = av_q2d(index->time_base) * av_q2d(rate), low = 0, high = 0;
    int64_t start = time_of(index, 0);
    for (uint32_t i = 0; i < index->n_frames; i++) {
        double deviation = (double)(time_of(index, i) - start) * scale - i;
        low = fmin(low, deviation);
        high = fmax(high, deviation);
    }
    // Rounding to the container's ticks is no deviation, however coarse they are.
    return high - low <= fmax(2 * max_deviation, 1.01 * scale);
}

static bool is_sane(AVRational rate) { return rate.num > 0 && rate.den > 0 && av_q2d(rate) <= 1000; }

// The first candidate that fits; what the container states before what is usual before what was measured.
static bool choose(const struct ho_index *index, AVRational stated, AVRational average, AVRational mean, AVRational *found)
{
    *found = stated;
    if (is_sane(stated) && fits(index, stated))
        return true;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        *found = usual[i];
        if (fabs(av_q2d(usual[i]) / av_q2d(mean) - 1) < 0.01 && fits(index, usual[i]))
            return true;
    }
    *found = average;
    if (is_sane(average) && fits(index, average))
        return true;
    *found = mean;
    return fits(index, mean);
}

void ho_index_find_rate(struct ho_index *index, AVRational stated, AVRational average)
{
    AVRational found = is_sane(average) ? average : is_sane(stated) ? stated : (AVRational){25, 1};
    bool has_times = index->n_frames > 1;
    for (uint32_t i = 0; i < index->n_frames && has_times; i++)
        has_times = time_of(index, i) != HO_NO_TIME && (i == 0 || time_of(index, i) > time_of(index, i - 1));
    index->variable_rate = false;
    if (has_times) {
        double seconds = (double)(time_of(index, index->n_frames - 1) - time_of(index, 0)) * av_q2d(index->time_base);
        AVRational mean = av_d2q((index->n_frames - 1) / seconds, 1001000);
        if (is_sane(mean))
            index->variable_rate = !choose(index, stated, average, mean, &found);
    }
    index->rate = (struct ho_rational){found.num, found.den};
}
