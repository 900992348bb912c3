// SPDX-License-Identifier: BSD-2-Clause
#include "media/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { MAX_REORDER = 64 };    // no codec shows a picture later than this many others; more means timestamps that jump

void ho_index_free(struct ho_index *index)
{
    free(index->packets);
    free(index->frames);
    free(index->order);
    free(index->anchors);
    memset(index, 0, sizeof *index);
}

enum ho_result ho_index_add(struct ho_index *index, const struct ho_packet_entry *entry, struct ho_diag *diag)
{
    if (index->n_packets == HO_NO_FRAME - 1)
        return ho_fail(diag, HO_ERROR_INPUT, "the movie has more than %u packets", HO_NO_FRAME - 2);
    if (index->n_packets == index->capacity) {
        size_t wanted = index->capacity ? index->capacity + index->capacity / 2 : 1024;
        struct ho_packet_entry *grown = ho_realloc(index->packets, wanted, sizeof *grown);
        if (!grown)
            return ho_fail_memory(diag, wanted * sizeof *grown);
        index->packets = grown;
        index->capacity = wanted;
    }
    index->packets[index->n_packets++] = *entry;
    return HO_OK;
}

static bool shows(const struct ho_packet_entry *packet)
{
    return !(packet->flags & (HO_PACKET_DISCARD | HO_PACKET_SECOND_FIELD | HO_PACKET_EMPTY));
}

// A packet with its time, to be sorted.
struct timed {
    int64_t pts;
    uint32_t packet;
};

static int compare_times(const void *a, const void *b)
{
    const struct timed *x = a, *y = b;
    return x->pts != y->pts ? (x->pts > y->pts) - (x->pts < y->pts) : (x->packet > y->packet) - (x->packet < y->packet);
}

static enum ho_result make_order(struct ho_index *index, struct ho_diag *diag)
{
    free(index->order);
    index->order = ho_alloc(index->n_packets ? index->n_packets : 1, sizeof *index->order);
    if (!index->order)
        return ho_fail_memory(diag, index->n_packets * sizeof *index->order);
    memset(index->order, 0xff, index->n_packets * sizeof *index->order);
    for (uint32_t i = 0; i < index->n_frames; i++)
        index->order[index->frames[i]] = i;
    index->n_reorder = 0;
    uint32_t rank = 0;
    for (uint32_t i = 0; i < index->n_packets; i++)
        if (index->order[i] != HO_NO_FRAME) {
            if (rank > index->order[i] && rank - index->order[i] > index->n_reorder)
                index->n_reorder = rank - index->order[i];
            rank++;
        }
    return HO_OK;
}

// The first frame that is shown at or after a key packet which may itself not be shown.
static uint32_t frame_of_key(const struct ho_index *index, uint32_t packet)
{
    if (index->order[packet] != HO_NO_FRAME)
        return index->order[packet];
    int64_t pts = index->packets[packet].pts;
    if (pts == HO_NO_TIME)
        return HO_NO_FRAME;
    uint32_t low = 0, high = index->n_frames;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (index->packets[index->frames[middle]].pts < pts)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum ho_result make_anchors(struct ho_index *index, struct ho_diag *diag)
{
    size_t n = 1;
    for (uint32_t i = 0; i < index->n_packets; i++)
        n += (index->packets[i].flags & HO_PACKET_KEY) != 0;
    free(index->anchors);
    index->anchors = ho_alloc(n, sizeof *index->anchors);
    if (!index->anchors)
        return ho_fail_memory(diag, n * sizeof *index->anchors);
    index->n_anchors = 1;    // decoding may always begin at the beginning
    for (uint32_t i = 1; i < index->n_packets; i++) {
        if (!(index->packets[i].flags & HO_PACKET_KEY) || index->packets[i].flags & HO_PACKET_SECOND_FIELD)
            continue;
        uint32_t frame = frame_of_key(index, i);
        if (frame != HO_NO_FRAME && frame < index->n_frames && frame >= index->anchors[index->n_anchors - 1].frame)
            index->anchors[index->n_anchors++] = (struct ho_anchor){frame, i};
    }
    return HO_OK;
}

enum ho_result ho_index_sort(struct ho_index *index, bool reorders, struct ho_diag *diag)
{
    struct timed *timed = ho_alloc(index->n_packets ? index->n_packets : 1, sizeof *timed);
    if (!timed)
        return ho_fail_memory(diag, index->n_packets * sizeof *timed);
    enum ho_result result = HO_OK;
    uint32_t n = 0;
    for (uint32_t i = 0; i < index->n_packets; i++)
        if (shows(&index->packets[i]))
            timed[n++] = (struct timed){index->packets[i].pts, i};
    if (reorders) {
        for (uint32_t i = 0; i < n; i++)
            if (timed[i].pts == HO_NO_TIME)
                result = HO_END;
        qsort(timed, n, sizeof *timed, compare_times);
        for (uint32_t i = 1; i < n; i++)
            if (timed[i].pts == timed[i - 1].pts)
                result = HO_END;
    }
    free(index->frames);
    index->frames = ho_alloc(n ? n : 1, sizeof *index->frames);
    index->n_frames = n;
    if (!index->frames) {
        free(timed);
        return ho_fail_memory(diag, n * sizeof *index->frames);
    }
    for (uint32_t i = 0; i < n; i++)
        index->frames[i] = timed[i].packet;
    free(timed);
    HO_TRY(make_order(index, diag));
    HO_TRY(make_anchors(index, diag));
    return index->n_reorder > MAX_REORDER ? HO_END : result;
}

enum ho_result ho_index_set_order(struct ho_index *index, uint32_t *packets_out, uint32_t n, struct ho_diag *diag)
{
    free(index->frames);
    index->frames = packets_out;
    index->n_frames = n;
    HO_TRY(make_order(index, diag));
    return make_anchors(index, diag);
}

enum ho_result ho_index_set_frames(struct ho_index *index, uint32_t *frames, uint32_t n, struct ho_diag *diag)
{
    const uint32_t n_reorder = index->n_reorder;
    HO_TRY(ho_index_set_order(index, frames, n, diag));
    index->n_reorder = n_reorder;
    return HO_OK;
}

int64_t ho_index_shown(const struct ho_index *index, int64_t frame)
{
    while (frame > 0 && index->packets[index->frames[frame]].flags & HO_PACKET_REPEAT)
        frame--;
    return frame;
}

enum ho_result ho_index_drop_first(struct ho_index *index, uint32_t n, struct ho_diag *diag)
{
    for (uint32_t i = 0; i < n; i++)
        index->packets[index->frames[i]].flags |= HO_PACKET_DISCARD;
    index->n_frames -= n;
    memmove(index->frames, index->frames + n, index->n_frames * sizeof *index->frames);
    HO_TRY(make_order(index, diag));
    return make_anchors(index, diag);
}

uint32_t ho_index_anchor(const struct ho_index *index, int64_t frame)
{
    uint32_t low = 0, high = index->n_anchors;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (index->anchors[middle].frame <= frame)
            low = middle;
        else
            high = middle;
    }
    return low;
}
