// SPDX-License-Identifier: BSD-2-Clause
// Frames without a packet. AVI counts frames, and an empty chunk repeats the picture before it; a QuickTime sample may
// be empty likewise. libavformat passes over both: the one shows as a hole in the clock, the other in the container's
// list. Who plays or edits such a movie sees the picture before stay, so each is a frame of the index.
#include "media/repeats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavutil/common.h>

#include "base/memory.h"
#include "holdout/log.h"

// A clock that jumps further than this is damaged; nothing that is recorded repeats one picture so often.
enum { MOST_PER_FRAME = 100, MOST_AT_ALL = 10000000 };

struct times {
    int64_t *at;
    size_t n, capacity;
};

static enum ho_result add_time(struct times *times, int64_t at, struct ho_diag *diag)
{
    if (times->n == times->capacity) {
        size_t wanted = times->capacity ? 2 * times->capacity : 1024;
        int64_t *grown = ho_realloc(times->at, wanted, sizeof *grown);
        if (!grown)
            return ho_fail_memory(diag, wanted * sizeof *grown);
        times->at = grown;
        times->capacity = wanted;
    }
    times->at[times->n++] = at;
    return HO_OK;
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

// Decoding times of the packets that hold something, sorted; of those alone that are shown where `shown`. HO_END where
// one has none.
static enum ho_result list_times(const struct ho_index *index, bool shown, struct times *out, struct ho_diag *diag)
{
    for (uint32_t i = 0; i < index->n_packets; i++) {
        const struct ho_packet_entry *packet = &index->packets[i];
        if (shown ? index->order[i] == HO_NO_FRAME : !packet->size)
            continue;
        if (packet->dts == HO_NO_TIME)
            return HO_END;
        HO_TRY(add_time(out, packet->dts, diag));
    }
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, compare);
    return HO_OK;
}

static bool is_container(const struct ho_packets *packets, const char *name)
{
    return !packets->is_sequence && strstr(packets->movie.format->iformat->name, name);
}

// Whether the file is as long as the chunks at its top say: then nothing was cut off, and what is missing is empty.
static bool is_whole_riff(const char *path)
{
    uint8_t head[12];
    int64_t at = 0;
    FILE *file = fopen(path, "rb");
    bool is_whole = file && fseek(file, 0, SEEK_END) == 0;
    const int64_t size = is_whole ? ftell(file) : 0;
    while (is_whole && at + 12 <= size && fseek(file, (long)at, SEEK_SET) == 0 &&
           fread(head, sizeof head, 1, file) == 1 && memcmp(head, "RIFF", 4) == 0) {
        uint32_t length = head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 24;
        at += 8 + (int64_t)length + (length & 1);
        is_whole = length > 4 && at <= size + 1;
    }
    if (file)
        fclose(file);
    return is_whole && at > 0;
}

// The ticks of an AVI's clock that no packet has.
static enum ho_result find_holes(const struct ho_packets *packets, const struct ho_index *index, struct times *out,
                                 struct ho_diag *diag)
{
    const AVStream *stream = packets->movie.format->streams[packets->movie.stream];
    const int64_t most = (int64_t)index->n_frames * MOST_PER_FRAME;
    struct times all = {0};
    enum ho_result result = list_times(index, false, &all, diag);
    for (size_t i = 1; i < all.n && result == HO_OK; i++) {
        if (all.at[i] - all.at[i - 1] > most || (int64_t)out->n > most || out->n > MOST_AT_ALL)
            result = HO_END;
        for (int64_t at = all.at[i - 1] + 1; at < all.at[i] && result == HO_OK; at++)
            result = add_time(out, at, diag);
    }
    int64_t n = (int64_t)(all.n + out->n);
    if (result == HO_OK && stream->nb_frames > n && stream->nb_frames <= 2 * n && is_whole_riff(packets->file))
        for (int64_t at = all.at[all.n - 1]; n < stream->nb_frames && result == HO_OK; n++)
            result = add_time(out, ++at, diag);
    free(all.at);
    return result;
}

// The samples of a QuickTime track that hold nothing.
static enum ho_result find_empty(const struct ho_packets *packets, struct times *out, struct ho_diag *diag)
{
    AVStream *stream = packets->movie.format->streams[packets->movie.stream];
    for (int i = 0, n = avformat_index_get_entries_count(stream); i < n; i++) {
        const AVIndexEntry *entry = avformat_index_get_entry(stream, i);
        if (!entry->size && !(entry->flags & AVINDEX_DISCARD_FRAME))
            HO_TRY(add_time(out, entry->timestamp, diag));
    }
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, compare);
    return HO_OK;
}

// A packet that nothing is read for, after all real ones; `before`: the frame that it repeats.
static enum ho_result add_packet(struct ho_index *index, uint32_t before, int64_t since, int64_t dts,
                                 struct ho_diag *diag)
{
    int64_t pts = index->packets[index->frames[before]].pts;
    struct ho_packet_entry entry = {
        .pts = pts == HO_NO_TIME ? pts : pts + since, .dts = dts, .flags = HO_PACKET_EMPTY | HO_PACKET_REPEAT};
    return ho_index_add(index, &entry, diag);
}

// Both lists are sorted. Where frames are reordered, the clock runs ahead of what is shown by as many (`delay`) as the
// decoder holds back.
static enum ho_result insert(struct ho_index *index, uint32_t delay, const struct times *shown,
                             const struct times *holes, struct ho_diag *diag)
{
    const uint32_t n_frames = index->n_frames;
    uint32_t *frames = ho_alloc(n_frames + holes->n, sizeof *frames), n = 0;
    size_t hole = 0;
    if (!frames)
        return ho_fail_memory(diag, (n_frames + holes->n) * sizeof *frames);
    while (hole < holes->n && holes->at[hole] < shown->at[0])    // nothing to repeat
        hole++;
    enum ho_result result = HO_OK;
    for (uint32_t i = 0; i < n_frames && result == HO_OK; i++) {
        frames[n++] = index->frames[i];
        uint32_t at = i + delay < n_frames - 1 ? i + delay : n_frames - 1;
        bool is_last = i == n_frames - 1;
        for (; hole < holes->n && result == HO_OK && (is_last || holes->at[hole] < shown->at[at + 1]); hole++) {
            frames[n++] = index->n_packets;
            result = add_packet(index, i, holes->at[hole] - shown->at[at], holes->at[hole], diag);
        }
    }
    if (result == HO_OK && n > n_frames)
        return ho_index_set_frames(index, frames, n, diag);
    free(frames);
    return result;
}

enum ho_result ho_add_repeats(const struct ho_packets *packets, struct ho_index *index, struct ho_diag *diag)
{
    struct times holes = {0}, shown = {0};
    enum ho_result result = is_container(packets, "avi")   ? find_holes(packets, index, &holes, diag)
                            : is_container(packets, "mov") ? find_empty(packets, &holes, diag)
                                                           : HO_OK;
    if (result == HO_OK && holes.n)
        result = list_times(index, true, &shown, diag);
    const uint32_t n_before = index->n_frames;
    if (result == HO_OK && shown.n == n_before)
        result = insert(index, FFMAX((uint32_t)ho_packets_parameters(packets)->video_delay, index->n_reorder), &shown,
                        &holes, diag);
    if (index->n_frames > n_before)
        ho_log(HO_LOG_INFO, "%s: %u of its %u frames are empty and repeat the one before them", packets->path,
               index->n_frames - n_before, index->n_frames);
    free(holes.at);
    free(shown.at);
    return result == HO_END ? HO_OK : result;    // a clock that tells nothing
}

int64_t ho_n_listed(const struct ho_packets *packets)
{
    AVStream *stream = packets->movie.format->streams[packets->movie.stream];
    if (is_container(packets, "avi"))
        return stream->nb_frames;
    int64_t n = 0;
    for (int i = 0, n_all = is_container(packets, "mov") ? avformat_index_get_entries_count(stream) : 0; i < n_all; i++)
        n += avformat_index_get_entry(stream, i)->size > 0;
    return n;
}
