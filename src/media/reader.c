// SPDX-License-Identifier: BSD-2-Clause
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/queue.h"
#include "media/decode.h"
#include "media/open.h"

// Decoded frames that a reader may hold, in bytes, beside the decoder's own. Half of the backward budget is the chunk
// being decoded, half the one being given.
static const size_t forward_budget = 64u << 20, backward_budget = 256u << 20, window_budget = 128u << 20;
enum { MAX_AHEAD = 8, MAX_WINDOW = 512 };

struct ho_reader {
    struct ho_opened opened;
    struct ho_packets packets;
    struct ho_cursor cursor;    // the run's thread owns it while there is one, the caller otherwise
    const struct ho_cancel *cancel;

    // A run.
    bool is_running;
    pthread_t thread;
    struct ho_queue *queue;
    int64_t from, to;
    atomic_bool stop;
    enum ho_result run_result;    // of the thread, read after it is joined
    struct ho_diag run_diag;

    // The frames decoded last by ho_reader_frame(), in order: window[i] has index window_first + i. A run begins with
    // those that it wants; one backwards lets them go once it has to decode.
    struct ho_frame **window;
    int64_t window_first;
    size_t n_window, max_window;
};

static void release(void *item)
{
    struct ho_frame *frame = item;
    ho_frame_unref(&frame);
}

// ---- opening

enum ho_result ho_reader_open(const char *path, const struct ho_reader_options *options, struct ho_reader **out,
                              struct ho_diag *diag)
{
    static const struct ho_reader_options defaults;
    options = options ? options : &defaults;
    *out = NULL;
    struct ho_reader *reader = ho_alloc(1, sizeof *reader);
    if (!reader)
        return ho_fail_memory(diag, sizeof *reader);
    reader->cancel = options->cancel;
    enum ho_result result = ho_opened_open(path, options, &reader->opened, &reader->packets, diag);
    if (result == HO_OK)
        result = ho_cursor_open(&reader->cursor, &reader->packets, &reader->opened.index, &reader->opened.info,
                                options->n_threads, diag);
    if (result == HO_OK) {
        reader->max_window = ho_opened_frames_in(&reader->opened, window_budget, 2, MAX_WINDOW);
        reader->window = ho_alloc(reader->max_window, sizeof(struct ho_frame *));
        result = reader->window ? HO_OK : ho_fail_memory(diag, reader->max_window * sizeof(struct ho_frame *));
    }
    if (result != HO_OK) {
        ho_reader_close(&reader);
        return result;
    }
    *out = reader;
    return HO_OK;
}

static void stop_run(struct ho_reader *reader)
{
    if (!reader->is_running)
        return;
    atomic_store(&reader->stop, true);
    ho_queue_close_receive(reader->queue);
    pthread_join(reader->thread, NULL);
    ho_queue_destroy(&reader->queue, release);
    reader->is_running = false;
}

static void clear_window(struct ho_reader *reader)
{
    for (size_t i = 0; i < reader->n_window; i++)
        ho_frame_unref(&reader->window[i]);
    reader->n_window = 0;
}

void ho_reader_close(struct ho_reader **reader)
{
    struct ho_reader *r = reader ? *reader : NULL;
    if (!r)
        return;
    stop_run(r);
    clear_window(r);
    free(r->window);
    ho_cursor_close(&r->cursor);
    ho_packets_close(&r->packets);
    ho_opened_close(&r->opened);
    free(r);
    *reader = NULL;
}

const struct ho_source_info *ho_reader_info(const struct ho_reader *reader) { return &reader->opened.info; }

struct ho_rational ho_reader_time(const struct ho_reader *reader, int64_t frame)
{
    return ho_opened_time(&reader->opened, frame);
}

enum ho_result ho_source_probe(const char *path, const struct ho_reader_options *options, struct ho_source_info *out,
                               struct ho_diag *diag)
{
    struct ho_reader *reader;
    HO_TRY(ho_reader_open(path, options, &reader, diag));
    *out = *ho_reader_info(reader);
    ho_reader_close(&reader);
    return HO_OK;
}

enum ho_result ho_source_times(const char *path, const struct ho_reader_options *options, struct ho_rational **out,
                               int64_t *n, struct ho_diag *diag)
{
    struct ho_reader *reader;
    HO_TRY(ho_reader_open(path, options, &reader, diag));
    *n = reader->opened.info.n_frames;
    *out = ho_alloc((size_t)*n, sizeof(**out));
    for (int64_t i = 0; *out && i < *n; i++)
        (*out)[i] = ho_reader_time(reader, i);
    ho_reader_close(&reader);
    return *out ? HO_OK : ho_fail_memory(diag, (size_t)*n * sizeof(**out));
}

// ---- runs

// HO_END when nobody wants the frame any more.
static enum ho_result give(struct ho_reader *reader, struct ho_frame *frame)
{
    enum ho_result result = ho_queue_send(reader->queue, frame);
    if (result != HO_OK)
        ho_frame_unref(&frame);
    return atomic_load(&reader->stop) ? HO_END : result;
}

static bool is_in_window(const struct ho_reader *reader, int64_t index)
{
    return index >= reader->window_first && index < reader->window_first + (int64_t)reader->n_window;
}

static struct ho_frame *from_window(const struct ho_reader *reader, int64_t index)
{
    return ho_frame_ref(reader->window[index - reader->window_first]);
}

static enum ho_result run_forward(struct ho_reader *reader)
{
    int64_t i = reader->from;
    for (; i <= reader->to && is_in_window(reader, i); i++)
        HO_TRY(give(reader, from_window(reader, i)));
    if (i <= reader->to)
        HO_TRY(ho_cursor_go(&reader->cursor, i, &reader->run_diag));
    for (; i <= reader->to; i++) {
        struct ho_frame *frame;
        HO_TRY(ho_cursor_next(&reader->cursor, &frame, &reader->run_diag));
        HO_TRY(give(reader, frame));
    }
    return HO_OK;
}

// The frames `first` to `last` in order. On errors those that were decoded are in `chunk`, too.
static enum ho_result decode_chunk(struct ho_reader *reader, struct ho_frame **chunk, size_t *n, int64_t first,
                                   int64_t last)
{
    bool is_kept = is_in_window(reader, first) && is_in_window(reader, last);
    for (int64_t i = first; i <= last && is_kept; i++)
        chunk[(*n)++] = from_window(reader, i);
    if (is_kept)
        return HO_OK;
    clear_window(reader);
    HO_TRY(ho_cursor_go(&reader->cursor, first, &reader->run_diag));
    for (int64_t i = first; i <= last; i++) {
        if (atomic_load(&reader->stop))
            return HO_END;
        HO_TRY(ho_cursor_next(&reader->cursor, &chunk[*n], &reader->run_diag));
        ++*n;
    }
    return HO_OK;
}

// Decodes the frames `first` to `last` forwards and gives them backwards.
static enum ho_result run_chunk(struct ho_reader *reader, struct ho_frame **chunk, int64_t first, int64_t last)
{
    size_t n = 0;
    enum ho_result result = decode_chunk(reader, chunk, &n, first, last);
    while (result == HO_OK && n)
        result = give(reader, chunk[--n]);
    while (n)
        ho_frame_unref(&chunk[--n]);
    return result;
}

// A chunk ends at an anchor where one is near, so that nothing is decoded twice; a long distance between anchors is cut
// to what fits into memory.
static int64_t first_of_chunk(const struct ho_reader *reader, int64_t last, size_t n_chunk)
{
    int64_t lowest = last - (int64_t)n_chunk + 1 > reader->to ? last - (int64_t)n_chunk + 1 : reader->to;
    uint32_t anchor = ho_index_anchor(&reader->opened.index, lowest);
    if (reader->opened.index.anchors[anchor].frame < lowest && anchor + 1 < reader->opened.index.n_anchors &&
        reader->opened.index.anchors[anchor + 1].frame <= last)
        return reader->opened.index.anchors[anchor + 1].frame;
    return lowest;
}

static enum ho_result run_backward(struct ho_reader *reader)
{
    size_t n_chunk = ho_opened_frames_in(&reader->opened, backward_budget / 2, 2, 1024);
    struct ho_frame **chunk = ho_alloc(n_chunk, sizeof *chunk);
    if (!chunk)
        return ho_fail_memory(&reader->run_diag, n_chunk * sizeof *chunk);
    enum ho_result result = HO_OK;
    for (int64_t last = reader->from; last >= reader->to && result == HO_OK;) {
        int64_t first = first_of_chunk(reader, last, n_chunk);
        result = run_chunk(reader, chunk, first, last);
        last = first - 1;
    }
    free(chunk);
    return result;
}

static void *run(void *opaque)
{
    struct ho_reader *reader = opaque;
    reader->run_result = reader->from <= reader->to ? run_forward(reader) : run_backward(reader);
    ho_queue_close_send(reader->queue);
    return NULL;
}

enum ho_result ho_reader_start(struct ho_reader *reader, int64_t from, int64_t to, struct ho_diag *diag)
{
    HO_TRY(ho_opened_check(&reader->opened, from, diag));
    HO_TRY(ho_opened_check(&reader->opened, to, diag));
    stop_run(reader);
    reader->from = from;
    reader->to = to;
    reader->run_result = HO_OK;
    memset(&reader->run_diag, 0, sizeof reader->run_diag);
    atomic_store(&reader->stop, false);
    size_t n_ahead = from <= to ? ho_opened_frames_in(&reader->opened, forward_budget, 2, MAX_AHEAD)
                                : ho_opened_frames_in(&reader->opened, backward_budget / 2, 2, 1024);
    HO_TRY(ho_queue_create(n_ahead, &reader->queue, diag));
    if (pthread_create(&reader->thread, NULL, run, reader) != 0) {
        ho_queue_destroy(&reader->queue, release);
        return ho_fail(diag, HO_ERROR_MEMORY, "no thread can be started to decode %s", reader->opened.path);
    }
    reader->is_running = true;
    return HO_OK;
}

enum ho_result ho_reader_next(struct ho_reader *reader, struct ho_frame **out, struct ho_diag *diag)
{
    *out = NULL;
    if (ho_cancel_is_requested(reader->cancel))
        return ho_fail(diag, HO_CANCELLED, "cancelled while reading %s", reader->opened.path);
    void *item;
    if (reader->is_running && ho_queue_receive(reader->queue, &item) == HO_OK) {
        *out = item;
        return HO_OK;
    }
    stop_run(reader);
    if (reader->run_result == HO_OK)
        return HO_END;
    return ho_fail(diag, reader->run_result, "%s", reader->run_diag.message);
}

// ---- single frames

static void keep(struct ho_reader *reader, struct ho_frame *frame)
{
    if (reader->n_window && ho_frame_index(frame) != reader->window_first + (int64_t)reader->n_window)
        clear_window(reader);
    if (reader->n_window == reader->max_window) {
        ho_frame_unref(&reader->window[0]);
        memmove(reader->window, reader->window + 1, --reader->n_window * sizeof *reader->window);
        reader->window_first++;
    }
    if (!reader->n_window)
        reader->window_first = ho_frame_index(frame);
    reader->window[reader->n_window++] = frame;
}

enum ho_result ho_reader_frame(struct ho_reader *reader, int64_t index, struct ho_frame **out, struct ho_diag *diag)
{
    *out = NULL;
    HO_TRY(ho_opened_check(&reader->opened, index, diag));
    stop_run(reader);
    if (!is_in_window(reader, index)) {
        // The frames on the way from the anchor are kept as far as they fit: who steps back wants them next.
        int64_t first = index - (int64_t)reader->max_window + 1,
                anchor = reader->opened.index.anchors[ho_index_anchor(&reader->opened.index, index)].frame;
        first = first > anchor ? first : anchor;
        if (reader->cursor.next >= first && reader->cursor.next <= index)
            first = reader->cursor.next;
        HO_TRY(ho_cursor_go(&reader->cursor, first, diag));
        for (int64_t i = first; i <= index; i++) {
            struct ho_frame *frame;
            HO_TRY(ho_cursor_next(&reader->cursor, &frame, diag));
            keep(reader, frame);
        }
    }
    *out = from_window(reader, index);
    return HO_OK;
}
