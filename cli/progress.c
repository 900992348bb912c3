// SPDX-License-Identifier: BSD-2-Clause
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TERMINAL_SECONDS 0.1
#define PLAIN_SECONDS 5.0

static struct {
    bool off, terminal, shown;
    double last, begun;
} state;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void cli_progress_clear(void)
{
    if (state.shown)
        fprintf(stderr, "\r\033[K");
    state.shown = false;
}

// A source is opened more than once in a run, and would say each time what is odd about it.
static bool was_said(const char *message)
{
    enum { MOST = 256 };
    static char *said[MOST];
    static int n_said;
    for (int i = 0; i < n_said; i++)
        if (strcmp(said[i], message) == 0)
            return true;
    if (n_said < MOST && (said[n_said] = strdup(message)))
        n_said++;
    return false;
}

// Messages of the log, each once, on their own lines, above the line that is rewritten.
static void log_message(void *opaque, enum ho_log_level level, const char *message)
{
    (void)opaque;
    if (was_said(message))
        return;
    cli_progress_clear();
    fprintf(stderr, "holdout: %s%s\n", level == HO_LOG_WARNING ? "warning: " : "", message);
}

void cli_progress_start(bool off)
{
    state.off = off;
    state.terminal = isatty(STDERR_FILENO);
    state.begun = now();
    state.last = state.terminal ? 0 : state.begun;
    ho_log_set_sink(log_message, NULL);
}

static void format_seconds(double seconds, char out[32])
{
    if (!(seconds >= 0) || seconds > 1e7)
        snprintf(out, 32, "?");
    else if (seconds < 100)
        snprintf(out, 32, "%.0f s", seconds);
    else if (seconds < 6000)
        snprintf(out, 32, "%d min %02d s", (int)seconds / 60, (int)seconds % 60);
    else
        snprintf(out, 32, "%d h %02d min", (int)(seconds / 3600), (int)(seconds / 60) % 60);
}

static void show(const char *verb, const char *what, int64_t n_done, int64_t n_total, double fps, double left,
                 float confidence)
{
    if (state.off)
        return;
    double time = now();
    if (time - state.last < (state.terminal ? TERMINAL_SECONDS : PLAIN_SECONDS))
        return;
    state.last = time;
    char left_text[32], confidence_text[48] = "";
    format_seconds(left, left_text);
    if (confidence >= 0)
        snprintf(confidence_text, sizeof(confidence_text), ", confidence %.2f", (double)confidence);
    fprintf(stderr, "%s%s%s%.60s: %lld of %lld frames (%d%%), %.1f frames/s, %s left%s%s",
            state.terminal ? "\r" : "holdout: ", verb, what[0] ? " " : "", what, (long long)n_done, (long long)n_total,
            n_total > 0 ? (int)(100 * n_done / n_total) : 0, fps, left_text, confidence_text,
            state.terminal ? "\033[K" : "\n");
    fflush(stderr);
    state.shown = state.terminal;
}

void cli_progress_track(void *opaque, const struct ho_track_progress *progress)
{
    (void)opaque;
    show("tracking", progress->object ? progress->object : "object", progress->n_done, progress->n_total,
         progress->frames_per_second, progress->seconds_left, progress->confidence);
}

void cli_progress_deliver(void *opaque, const struct ho_deliver_progress *progress)
{
    show("writing", opaque ? (const char *)opaque : "matte", progress->n_done, progress->n_total,
         progress->frames_per_second, progress->seconds_left, -1);
}

void cli_progress_count(const char *verb, int64_t n_done, int64_t n_total)
{
    double seconds = now() - state.begun;
    show(verb, "", n_done, n_total, seconds > 0 ? (double)n_done / seconds : 0,
         n_done > 0 ? seconds / (double)n_done * (double)(n_total - n_done) : 0, -1);
}
