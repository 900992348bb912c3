// SPDX-License-Identifier: BSD-2-Clause
// Remembered scans: one small file a source, little-endian, with a checksum over all of it. Whatever is not exactly
// right is scanned again.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/limit.h"
#include "base/memory.h"
#include "holdout/log.h"
#include "media/index.h"

static const char magic[8] = "HOINDEX6";    // the digit is the version: raise it whenever anything below changes
enum { HEADER_SIZE = 512, PACKET_SIZE = 24, ANCHOR_SIZE = 8, FRAME_SIZE = 4, CHECKSUM_SIZE = 8 };

// Reads or writes fields one after the other, so that both directions are one list.
struct cursor {
    uint8_t *at;
    const uint8_t *from;
};

static void number(struct cursor *c, void *value, int size)
{
    uint64_t bits = 0;
    if (c->from) {
        for (int i = 0; i < size; i++)
            bits |= (uint64_t)*c->from++ << (8 * i);
        if (size == 8)
            *(uint64_t *)value = bits;
        else
            *(uint32_t *)value = (uint32_t)bits;
        return;
    }
    bits = size == 8 ? *(uint64_t *)value : *(uint32_t *)value;
    for (int i = 0; i < size; i++)
        *c->at++ = (uint8_t)(bits >> (8 * i));
}

static void text(struct cursor *c, char *value, size_t size)
{
    if (c->from) {
        memcpy(value, c->from, size);
        value[size - 1] = 0;
        c->from += size;
    } else {
        memcpy(c->at, value, size);
        c->at += size;
    }
}

static void hdr(struct cursor *c, struct ho_hdr *hdr)
{
    uint32_t flags = (hdr->has_mastering ? 1u : 0u) | (hdr->has_light ? 2u : 0u);
    number(c, &flags, 4);
    for (int i = 0; i < 6; i++)
        number(c, &hdr->primaries[i / 2][i % 2], 4);
    int *const rest[] = {&hdr->white[0],      &hdr->white[1], &hdr->max_luminance,
                         &hdr->min_luminance, &hdr->max_cll,  &hdr->max_fall};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        number(c, rest[i], 4);
    hdr->has_mastering = flags & 1;
    hdr->has_light = flags & 2;
}

static void header(struct cursor *c, struct ho_index *index)
{
    struct ho_first_frame *first = &index->first;
    uint32_t flags = (index->is_cut_off ? 1u : 0u) | (index->variable_rate ? 2u : 0u);
    uint32_t *const words[] = {
        &index->n_packets,
        &index->n_frames,
        &index->n_anchors,
        &index->n_reorder,
        &index->n_promised,
        &flags,
        (uint32_t *)&index->time_base.num,
        (uint32_t *)&index->time_base.den,
        (uint32_t *)&first->width,
        (uint32_t *)&first->height,
        (uint32_t *)&first->format,
        (uint32_t *)&first->matrix,
        (uint32_t *)&first->transfer,
        (uint32_t *)&first->primaries,
        (uint32_t *)&first->range,
        (uint32_t *)&first->chroma_location,
        (uint32_t *)&first->interlaced,
        (uint32_t *)&first->top_first,
        (uint32_t *)&first->sar_num,
        (uint32_t *)&first->sar_den,
        (uint32_t *)&first->rotation,
        (uint32_t *)&first->is_coverage,
        (uint32_t *)&first->timecode_is_stated,
        (uint32_t *)&first->rate_num,
        (uint32_t *)&first->rate_den,
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        number(c, words[i], 4);
    hdr(c, &first->hdr);
    number(c, &index->rate.num, 8);
    number(c, &index->rate.den, 8);
    text(c, index->hash, sizeof index->hash);
    text(c, first->timecode, sizeof first->timecode);
    index->is_cut_off = flags & 1;
    index->variable_rate = flags & 2;
}

static void body(struct cursor *c, struct ho_index *index)
{
    for (uint32_t i = 0; i < index->n_packets; i++) {
        struct ho_packet_entry *packet = &index->packets[i];
        uint32_t check = packet->check | (uint32_t)packet->flags << 24;
        number(c, &packet->pts, 8);
        number(c, &packet->dts, 8);
        number(c, &packet->size, 4);
        number(c, &check, 4);
        packet->check = check & 0xffffff;
        packet->flags = (uint8_t)(check >> 24);
    }
    for (uint32_t i = 0; i < index->n_frames; i++)
        number(c, &index->frames[i], 4);
    for (uint32_t i = 0; i < index->n_anchors; i++) {
        number(c, &index->anchors[i].frame, 4);
        number(c, &index->anchors[i].packet, 4);
    }
}

static uint64_t whole_size(const struct ho_index *index)
{
    return (uint64_t)HEADER_SIZE + (uint64_t)index->n_packets * PACKET_SIZE + (uint64_t)index->n_frames * FRAME_SIZE +
           (uint64_t)index->n_anchors * ANCHOR_SIZE + CHECKSUM_SIZE;
}

enum ho_result ho_index_write(const struct ho_index *index, uint8_t **bytes, size_t *size, struct ho_diag *diag)
{
    struct ho_index copy = *index;    // the walk below writes what it reads
    *size = whole_size(index);
    *bytes = ho_alloc(1, *size);
    if (!*bytes)
        return ho_fail_memory(diag, *size);
    memcpy(*bytes, magic, sizeof magic);
    struct cursor c = {.at = *bytes + sizeof magic};
    header(&c, &copy);
    c.at = *bytes + HEADER_SIZE;
    body(&c, &copy);
    uint64_t sum = XXH3_64bits(*bytes, *size - CHECKSUM_SIZE);
    number(&c, &sum, 8);
    return HO_OK;
}

// What the rest of the room relies on: every number names something that exists, and anchors rise.
static bool is_sound(struct ho_index *index)
{
    if (!index->n_frames || index->n_frames > index->n_packets || !index->n_anchors ||
        index->n_anchors > index->n_packets || index->time_base.den <= 0 || index->rate.den <= 0 ||
        index->rate.num <= 0 || index->first.width <= 0 || index->first.height <= 0 || index->anchors[0].frame ||
        index->anchors[0].packet)
        return false;
    for (uint32_t i = 0; i < index->n_frames; i++) {
        if (index->frames[i] >= index->n_packets || index->order[index->frames[i]] != HO_NO_FRAME)
            return false;
        index->order[index->frames[i]] = i;
    }
    for (uint32_t i = 1; i < index->n_anchors; i++)
        if (index->anchors[i].frame >= index->n_frames || index->anchors[i].packet >= index->n_packets ||
            index->anchors[i].frame < index->anchors[i - 1].frame ||
            index->anchors[i].packet <= index->anchors[i - 1].packet)
            return false;
    return true;
}

enum ho_result ho_index_parse(const uint8_t *bytes, size_t size, struct ho_index *out, struct ho_diag *diag)
{
    memset(out, 0, sizeof *out);
    if (size < HEADER_SIZE + CHECKSUM_SIZE || memcmp(bytes, magic, sizeof magic) != 0)
        return HO_END;
    uint64_t sum = 0;
    struct cursor c = {.from = bytes + size - CHECKSUM_SIZE};
    number(&c, &sum, 8);
    if (sum != XXH3_64bits(bytes, size - CHECKSUM_SIZE))
        return HO_END;
    c.from = bytes + sizeof magic;
    header(&c, out);
    if (size != whole_size(out) || !out->n_packets || !out->n_anchors) {
        memset(out, 0, sizeof *out);
        return HO_END;
    }
    out->packets = ho_alloc(out->n_packets, sizeof *out->packets);
    out->frames = ho_alloc(out->n_frames ? out->n_frames : 1, sizeof *out->frames);
    out->order = ho_alloc(out->n_packets, sizeof *out->order);
    out->anchors = ho_alloc(out->n_anchors, sizeof *out->anchors);
    if (!out->packets || !out->frames || !out->order || !out->anchors) {
        ho_index_free(out);
        return ho_fail_memory(diag, size);
    }
    out->capacity = out->n_packets;
    memset(out->order, 0xff, out->n_packets * sizeof *out->order);
    c.from = bytes + HEADER_SIZE;
    body(&c, out);
    if (is_sound(out))
        return HO_OK;
    ho_index_free(out);
    return HO_END;
}

static char *name_of(const char *dir, const char *key) { return ho_format("%s/%s.index", dir, key); }

enum ho_result ho_index_load(const char *dir, const char *key, struct ho_index *out, struct ho_diag *diag)
{
    memset(out, 0, sizeof *out);
    char *name = name_of(dir, key);
    if (!name)
        return ho_fail_memory(diag, 0);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    free(name);
    struct stat status;
    if (file < 0)
        return HO_END;
    enum ho_result result = HO_END;
    uint8_t *bytes = NULL;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
        (bytes = ho_alloc(1, (size_t)status.st_size))) {
        ssize_t n, done = 0;
        while (done < status.st_size && (n = read(file, bytes + done, (size_t)(status.st_size - done))) > 0)
            done += n;
        result = ho_index_parse(bytes, (size_t)done, out, diag);
        if (result == HO_END)
            ho_log(HO_LOG_INFO,
                   "the remembered scan %s/%s.index is damaged or of another version; the source is scanned again", dir,
                   key);
    }
    free(bytes);
    close(file);
    return result;
}

static bool write_all(int file, const uint8_t *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = write(file, bytes + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return fsync(file) == 0;
}

void ho_index_save(const char *dir, const char *key, const struct ho_index *index)
{
    uint8_t *bytes = NULL;
    size_t size;
    char *name = name_of(dir, key), *temporary = ho_format("%s/%s.XXXXXX", dir, key);
    if (mkdir(dir, 0777) < 0 && errno != EEXIST)
        errno = errno ? errno : EIO;
    int file = -1;
    bool is_saved = false;
    struct ho_limit_guard guard;
    ho_limit_begin(&guard);
    if (name && temporary && ho_index_write(index, &bytes, &size, NULL) == HO_OK && (file = mkstemp(temporary)) >= 0) {
        is_saved = write_all(file, bytes, size);
        is_saved = close(file) == 0 && is_saved && rename(temporary, name) == 0;
    }
    int error = errno;
    ho_limit_end(&guard);
    if (!is_saved) {
        ho_log(HO_LOG_WARNING, "the scan cannot be remembered in %s (%s); the source will be scanned again next time",
               dir, strerror(error));
        if (file >= 0)
            unlink(temporary);
    }
    free(bytes);
    free(name);
    free(temporary);
}
