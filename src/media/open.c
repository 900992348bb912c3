// SPDX-License-Identifier: BSD-2-Clause
#include "media/open.h"

#include <stdlib.h>
#include <string.h>

#include <libavutil/imgutils.h>
#include <libavutil/mathematics.h>

#include "base/memory.h"
#include "media/libav.h"
#include "media/pattern.h"
#include "media/probe.h"
#include "media/scan.h"

// Only OpenEXR has layers.
static enum ho_result check_part(struct ho_packets *packets, struct ho_diag *diag)
{
    if (!packets->part[0] || ho_packets_parameters(packets)->codec_id == AV_CODEC_ID_EXR)
        return HO_OK;
    enum ho_result result = ho_fail(diag, HO_ERROR_INPUT, "%s is no OpenEXR file: it has no layer \"%s\"",
                                    packets->file, packets->part);
    ho_packets_close(packets);
    return result;
}

static enum ho_result open_packets(struct ho_packets *packets, const char *path, const struct ho_cancel *cancel,
                                   struct ho_diag *diag)
{
    packets->path = path;
    ho_source_split(path, packets->file, packets->part);
    if (ho_sequence_is_pattern(packets->file)) {
        packets->is_sequence = true;
        HO_TRY(ho_sequence_open(&packets->sequence, packets->file, cancel, diag));
        return check_part(packets, diag);
    }
    HO_TRY(ho_movie_open(&packets->movie, packets->file, packets->part, cancel, diag));
    if (!ho_movie_is_still(&packets->movie))
        return HO_OK;
    ho_movie_close(&packets->movie);
    packets->is_sequence = true;
    HO_TRY(ho_sequence_open_still(&packets->sequence, packets->file, cancel, diag));
    return check_part(packets, diag);
}

static void use_index(struct ho_packets *packets, const struct ho_index *index)
{
    packets->movie.index = index;
    if (!packets->movie.format || packets->movie.next != 0)
        packets->movie.next = HO_NO_FRAME;
}

static enum ho_result scan(const struct ho_reader_options *options, struct ho_opened *out, struct ho_packets *packets,
                           struct ho_diag *diag)
{
    HO_TRY(open_packets(packets, out->path, options->cancel, diag));
    HO_TRY(ho_scan_or_load(packets, options->index_dir, options->n_threads, &out->index, diag));
    use_index(packets, &out->index);
    ho_probe(packets, &out->index, options->rate, options->index_dir, &out->info);
    int size = av_image_get_buffer_size((enum AVPixelFormat)out->index.first.format, out->info.width, out->info.height,
                                        64);
    out->frame_size = size > 0 ? (size_t)size : 1;
    return HO_OK;
}

enum ho_result ho_opened_open(const char *path, const struct ho_reader_options *options, struct ho_opened *out,
                              struct ho_packets *packets, struct ho_diag *diag)
{
    memset(out, 0, sizeof *out);
    memset(packets, 0, sizeof *packets);
    ho_libav_init();
    if (strlen(path) >= sizeof(out->info.path))
        return ho_fail(diag, HO_ERROR_INPUT, "the path \"%.60s...\" is too long", path);
    if (!path[0])
        return ho_fail(diag, HO_ERROR_INPUT, "the name of the source is empty");
    if (!(out->path = ho_strdup(path)))
        return ho_fail_memory(diag, strlen(path));
    enum ho_result result = scan(options, out, packets, diag);
    if (result != HO_OK) {
        ho_packets_close(packets);
        ho_opened_close(out);
    }
    return result;
}

enum ho_result ho_opened_again(const struct ho_opened *opened, const struct ho_cancel *cancel,
                               struct ho_packets *packets, struct ho_diag *diag)
{
    memset(packets, 0, sizeof *packets);
    enum ho_result result = open_packets(packets, opened->path, cancel, diag);
    if (result == HO_OK)
        use_index(packets, &opened->index);
    else
        ho_packets_close(packets);
    return result;
}

void ho_opened_close(struct ho_opened *opened)
{
    ho_index_free(&opened->index);
    free(opened->path);
    opened->path = NULL;
}

struct ho_rational ho_opened_time(const struct ho_opened *opened, int64_t frame)
{
    const struct ho_index *index = &opened->index;
    if (frame < 0 || frame >= index->n_frames)
        return (struct ho_rational){0, 1};
    int64_t start = index->packets[index->frames[0]].pts, time = index->packets[index->frames[frame]].pts;
    struct ho_rational exact = {frame * opened->info.rate.den, opened->info.rate.num};
    if (!opened->info.is_sequence && start != HO_NO_TIME && time != HO_NO_TIME && time >= start)
        exact = (struct ho_rational){(time - start) * index->time_base.num, index->time_base.den};
    int64_t divisor = av_gcd(exact.num, exact.den);
    return divisor > 1 ? (struct ho_rational){exact.num / divisor, exact.den / divisor} : exact;
}

size_t ho_opened_frames_in(const struct ho_opened *opened, size_t budget, size_t least, size_t most)
{
    size_t n = budget / opened->frame_size;
    return n < least ? least : n > most ? most : n;
}

enum ho_result ho_opened_check(const struct ho_opened *opened, int64_t frame, struct ho_diag *diag)
{
    if (frame >= 0 && frame < opened->info.n_frames)
        return HO_OK;
    return ho_fail(diag, HO_ERROR_USAGE, "%s has no frame %lld: its frames are 0 to %lld", opened->path,
                   (long long)frame, (long long)opened->info.n_frames - 1);
}
