// SPDX-License-Identifier: BSD-2-Clause
// The rate of a movie from its frames' timestamps, and whether they keep to one.
#include <math.h>

#include <libavutil/common.h>
#include <libavutil/mathematics.h>

#include "media/index.h"

// A frame that lies further than this from its place on a regular grid (in frames) would land in another slot of an
// editor's timeline.
static const double max_deviation = 0.3;

static const AVRational usual[] = {
    {24000, 1001}, {24, 1},       {25, 1},       {30000, 1001}, {30, 1},        {48000, 1001}, {48, 1},
    {50, 1},       {60000, 1001}, {60, 1},       {100, 1},      {120000, 1001}, {120, 1},      {12, 1},
    {15, 1},       {15000, 1001}, {12000, 1001}, {10, 1},       {8, 1},         {240, 1},
};
enum { N_USUAL = sizeof usual / sizeof *usual };

static bool is_sane(AVRational rate) { return rate.num > 0 && rate.den > 0 && av_q2d(rate) <= 1000; }

static bool is_usual(AVRational rate)
{
    for (size_t i = 0; i < N_USUAL; i++)
        if (av_cmp_q(rate, usual[i]) == 0)
            return true;
    return false;
}

static int64_t time_of(const struct ho_index *index, uint32_t frame)
{
    return index->packets[index->frames[frame]].pts;
}

// Where a movie is cut off, the last frames lack neighbours that would have been decoded after them.
static uint32_t n_reliable(const struct ho_index *index)
{
    uint32_t n_tail = index->is_complete ? 0 : 2 * index->n_reorder + 1;
    return index->n_frames > 4 * n_tail ? index->n_frames - n_tail : index->n_frames;
}

// How far the frames stray from start + i / rate, in frames, from the earliest to the latest.
static double spread(const struct ho_index *index, AVRational rate)
{
    double scale = av_q2d(index->time_base) * av_q2d(rate), low = 0, high = 0;
    int64_t start = time_of(index, 0);
    for (uint32_t i = 0, n = n_reliable(index); i < n; i++) {
        double deviation = (double)(time_of(index, i) - start) * scale - i;
        low = fmin(low, deviation);
        high = fmax(high, deviation);
    }
    return high - low;
}

// How many frames come later after the one before than others do.
static uint32_t n_long_steps(const struct ho_index *index)
{
    int64_t shortest = INT64_MAX;
    uint32_t n = 0;
    for (uint32_t i = 1; i < index->n_frames; i++)
        shortest = FFMIN(shortest, time_of(index, i) - time_of(index, i - 1));
    for (uint32_t i = 1; i < index->n_frames; i++)
        n += time_of(index, i) - time_of(index, i - 1) > shortest;
    return n;
}

// Is a spread of this size the rounding of even times to the container's ticks? Rounding leaves less than a tick. Where
// a tick is about a frame long, one frame that is missing looks the same; only a rate that people use, whose rounding
// comes again and again at even distances, is then no gap.
static bool is_rounding(const struct ho_index *index, AVRational rate, double spread)
{
    double tick = av_q2d(index->time_base) * av_q2d(rate);
    if (spread <= 2 * max_deviation)
        return true;
    return spread < 0.9999 * tick && is_usual(rate) && n_long_steps(index) > 1;
}

// Does nearly every frame follow the one before at this rate, with some missing between others (lost packets, a
// recorder that skips)?
static bool fits_with_gaps(const struct ho_index *index, AVRational rate)
{
    double scale = av_q2d(index->time_base) * av_q2d(rate);
    uint32_t n_regular = 0;
    for (uint32_t i = 1; i < index->n_frames; i++)
        n_regular += fabs((double)(time_of(index, i) - time_of(index, i - 1)) * scale - 1) <
                     fmax(max_deviation, fmin(1.01 * scale, 0.9));
    return index->n_frames > 1 && n_regular >= 0.9 * (index->n_frames - 1);
}

// The rate whose grid the frames keep to. Where several do, since the clip is short or its ticks are coarse: what is
// usual before what is not, and then what the container says.
static bool choose(const struct ho_index *index, AVRational stated, AVRational average, AVRational mean,
                   AVRational *found)
{
    AVRational candidates[2 * 2 + N_USUAL + 1];
    double spreads[sizeof candidates / sizeof *candidates], best = (double)INFINITY;
    size_t n = 0;
    if (is_usual(average))
        candidates[n++] = average;
    if (is_usual(stated))
        candidates[n++] = stated;
    for (size_t i = 0; i < N_USUAL; i++)
        if (fabs(av_q2d(usual[i]) / av_q2d(mean) - 1) < 0.01)
            candidates[n++] = usual[i];
    if (is_sane(average))
        candidates[n++] = average;
    if (is_sane(stated))
        candidates[n++] = stated;
    candidates[n++] = mean;
    for (size_t i = 0; i < n; i++) {
        spreads[i] = spread(index, candidates[i]);
        best = fmin(best, spreads[i]);
    }
    for (size_t i = 0; i < n; i++) {
        double tick = av_q2d(index->time_base) * av_q2d(candidates[i]);
        if (is_rounding(index, candidates[i], spreads[i]) && spreads[i] <= best + 0.75 * tick) {
            *found = candidates[i];
            return true;
        }
    }
    *found = is_sane(stated) && fits_with_gaps(index, stated) ? stated : mean;
    return false;
}

void ho_index_find_rate(struct ho_index *index, AVRational stated, AVRational average)
{
    AVRational found = is_sane(average) ? average : is_sane(stated) ? stated : (AVRational){25, 1};
    bool has_times = index->n_frames > 1;
    for (uint32_t i = 0; i < index->n_frames && has_times; i++)
        has_times = time_of(index, i) != HO_NO_TIME && (i == 0 || time_of(index, i) > time_of(index, i - 1));
    index->variable_rate = false;
    if (has_times) {
        uint32_t last = n_reliable(index) - 1;
        double seconds = (double)(time_of(index, last) - time_of(index, 0)) * av_q2d(index->time_base);
        AVRational mean = av_d2q(last / seconds, 1001000);
        if (is_sane(mean))
            index->variable_rate = !choose(index, stated, average, mean, &found);
    }
    index->rate = (struct ho_rational){found.num, found.den};
}
