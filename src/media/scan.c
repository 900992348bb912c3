// SPDX-License-Identifier: BSD-2-Clause
#include "media/scan.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <libavcodec/avcodec.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/first.h"
#include "media/libav.h"
#include "media/repeats.h"

// What is being gathered.
struct scan {
    struct ho_packets *packets;
    struct ho_index *index;
    XXH3_state_t *hash;
    AVCodecParserContext *parser;    // tells key pictures and fields where containers don't; NULL for other codecs
    AVCodecContext *parser_context;
    bool reorders;
    bool has_first_field;    // the last packet was a field that waits for its other half
    int first_field;         // enum AVPictureStructure
    bool is_last_half;       // the file ends inside its last packet
    bool is_irregular;       // packets and frames do not go together one by one: decode to know
};

static void hash_number(XXH3_state_t *hash, uint64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    XXH3_128bits_update(hash, bytes, sizeof bytes);
}

static void hash_parameters(struct scan *scan)
{
    const AVCodecParameters *parameters = ho_packets_parameters(scan->packets);
    const char *codec = avcodec_get_name(parameters->codec_id);
    XXH3_128bits_update(scan->hash, codec, strlen(codec));
    if (scan->packets->is_sequence) {    // size and the rest are in each file, and so are all layers
        XXH3_128bits_update(scan->hash, scan->packets->part, strlen(scan->packets->part));
        return;
    }
    hash_number(scan->hash, (uint64_t)parameters->width);
    hash_number(scan->hash, (uint64_t)parameters->height);
    hash_number(scan->hash,
                (uint64_t)ho_rotation_of(scan->packets->movie.format->streams[scan->packets->movie.stream]));
    hash_number(scan->hash, (uint64_t)parameters->extradata_size);
    if (parameters->extradata_size > 0)
        XXH3_128bits_update(scan->hash, parameters->extradata, (size_t)parameters->extradata_size);
}

// Packets alone do not tell where empty frames stand between them.
static void finish_hash(struct scan *scan)
{
    const struct ho_index *index = scan->index;
    for (uint32_t i = 0; i < index->n_frames; i++)
        if (index->packets[index->frames[i]].flags & HO_PACKET_REPEAT)
            hash_number(scan->hash, i);
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(scan->hash));
    for (int i = 0; i < 16; i++)
        snprintf(scan->index->hash + 2 * i, 3, "%02x", canonical.digest[i]);
}

static enum ho_result begin(struct scan *scan, struct ho_diag *diag)
{
    const AVCodecParameters *parameters = ho_packets_parameters(scan->packets);
    const AVCodecDescriptor *descriptor = avcodec_descriptor_get(parameters->codec_id);
    // VP8 and VP9 show frames in decoding order or repeat hidden ones, one shown frame a packet.
    scan->reorders = !scan->packets->is_sequence && descriptor && descriptor->props & AV_CODEC_PROP_REORDER;
    scan->hash = XXH3_createState();
    if (!scan->hash)
        return ho_fail_memory(diag, 0);
    XXH3_128bits_reset(scan->hash);
    hash_parameters(scan);
    if (parameters->codec_id != AV_CODEC_ID_H264 && parameters->codec_id != AV_CODEC_ID_HEVC)
        return HO_OK;
    scan->parser = av_parser_init(parameters->codec_id);
    scan->parser_context = avcodec_alloc_context3(NULL);
    if (!scan->parser || !scan->parser_context || avcodec_parameters_to_context(scan->parser_context, parameters) < 0)
        return ho_fail_memory(diag, sizeof *scan->parser_context);
    scan->parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
    return HO_OK;
}

static void end(struct scan *scan)
{
    XXH3_freeState(scan->hash);
    av_parser_close(scan->parser);
    avcodec_free_context(&scan->parser_context);
}

// Two fields of opposite parity in a row are one frame.
static bool is_second_field(struct scan *scan, int structure)
{
    bool is_field = structure == AV_PICTURE_STRUCTURE_TOP_FIELD || structure == AV_PICTURE_STRUCTURE_BOTTOM_FIELD;
    bool completes = is_field && scan->has_first_field && structure != scan->first_field;
    scan->has_first_field = is_field && !completes;
    scan->first_field = structure;
    return completes;
}

static void look_inside(struct scan *scan, const AVPacket *packet, struct ho_packet_entry *entry)
{
    enum AVCodecID codec = ho_packets_parameters(scan->packets)->codec_id;
    if (codec == AV_CODEC_ID_VP8 && !(packet->data[0] & 0x10))
        entry->flags |= HO_PACKET_EMPTY;    // an invisible reference ("alternate reference frame")
    // A few bytes of MPEG-4 say "as before": whether that is a frame depends on the encoder.
    if (codec == AV_CODEC_ID_MPEG4 && packet->size < 20)
        scan->is_irregular = true;
    if (!scan->parser)
        return;
    uint8_t *out;
    int out_size;
    scan->parser->key_frame = -1;
    scan->parser->picture_structure = AV_PICTURE_STRUCTURE_UNKNOWN;
    av_parser_parse2(scan->parser, scan->parser_context, &out, &out_size, packet->data, packet->size, packet->pts,
                     packet->dts, packet->pos);
    // Containers also mark pictures as key that later ones reach back beyond.
    if (scan->parser->key_frame == 0)
        entry->flags &= 0xff & ~HO_PACKET_KEY;
    else if (scan->parser->key_frame == 1)
        entry->flags |= HO_PACKET_KEY;
    if (codec == AV_CODEC_ID_H264 && is_second_field(scan, scan->parser->picture_structure))
        entry->flags |= HO_PACKET_SECOND_FIELD;
}

static enum ho_result add_packet(struct scan *scan, const AVPacket *packet, struct ho_diag *diag)
{
    struct ho_packet_entry entry = {.pts = packet->pts, .dts = packet->dts, .size = (uint32_t)packet->size, .check = 0};
    bool is_discarded = packet->flags & AV_PKT_FLAG_DISCARD;
    entry.flags = (packet->flags & AV_PKT_FLAG_KEY ? HO_PACKET_KEY : 0u) | (is_discarded ? HO_PACKET_DISCARD : 0u);
    if (scan->packets->is_sequence)
        entry.pts = entry.dts = scan->index->n_packets;
    else if (!packet->size)
        entry.flags |= HO_PACKET_EMPTY;
    if (packet->size) {
        if (!scan->packets->is_sequence)
            entry.check = ho_packet_check(packet) & 0xffffff;
        look_inside(scan, packet, &entry);
        XXH3_128bits_update(scan->hash, packet->data, (size_t)packet->size);
    }
    size_t n_beside = 0;
    const uint8_t *beside = av_packet_get_side_data(packet, AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, &n_beside);
    if (beside)    // alpha
        XXH3_128bits_update(scan->hash, beside, n_beside);
    hash_number(scan->hash, (uint64_t)packet->size << 1 | is_discarded);
    return ho_index_add(scan->index, &entry, diag);
}

static enum ho_result read_all(struct scan *scan, struct ho_diag *diag)
{
    AVPacket *packet = av_packet_alloc();
    if (!packet)
        return ho_fail_memory(diag, sizeof *packet);
    uint32_t number;
    enum ho_result result;
    while ((result = ho_packets_read(scan->packets, packet, &number, diag)) == HO_OK) {
        scan->is_last_half = packet->flags & AV_PKT_FLAG_CORRUPT;
        if ((result = add_packet(scan, packet, diag)) != HO_OK)
            break;
    }
    av_packet_free(&packet);
    if (result != HO_END)
        return result;
    struct ho_index *index = scan->index;
    if (!scan->packets->is_sequence) {
        const struct ho_movie *movie = &scan->packets->movie;
        index->is_cut_off = movie->end_error != AVERROR_EOF || scan->is_last_half;
        if (index->n_packets && scan->is_last_half)
            index->packets[index->n_packets - 1].flags |= HO_PACKET_DISCARD;    // half a packet at the end is no frame
    }
    return HO_OK;
}

static double seconds_of_tag(const AVStream *stream)
{
    const AVDictionaryEntry *tag = av_dict_get(stream->metadata, "DURATION", NULL, 0);    // Matroska
    int hours, minutes;
    double seconds;
    return tag && sscanf(tag->value, "%d:%d:%lf", &hours, &minutes, &seconds) == 3
               ? hours * 3600 + minutes * 60 + seconds
               : 0;
}

// How many packets the container lists and reading did not give.
static int64_t n_not_read(const struct scan *scan)
{
    const struct ho_index *index = scan->index;
    int64_t n_there = 0;
    for (uint32_t i = 0; i < index->n_packets; i++)
        n_there += index->packets[i].size > 0 || index->packets[i].flags & HO_PACKET_REPEAT;
    return ho_n_listed(scan->packets) - n_there + scan->is_last_half;
}

// Does the container promise more than could be read? An index that lists packets says so exactly, a duration nearly.
static void find_missing(const struct scan *scan)
{
    const struct ho_movie *movie = &scan->packets->movie;
    struct ho_index *index = scan->index;
    AVStream *stream = movie->format->streams[movie->stream];
    const bool is_listed = ho_n_listed(scan->packets) > 0;
    int64_t n_missing = 0;
    double seconds = 0;
    if (is_listed)
        n_missing = n_not_read(scan);
    else if (stream->duration != AV_NOPTS_VALUE &&
             movie->format->duration_estimation_method == AVFMT_DURATION_FROM_STREAM)
        seconds = (double)stream->duration * av_q2d(stream->time_base);
    else
        seconds = seconds_of_tag(stream);
    double n_expected = seconds * (double)index->rate.num / (double)index->rate.den;
    if (!is_listed && !index->variable_rate && n_expected > index->n_frames + 1.5 && n_expected < 1e9)
        n_missing = (int64_t)(n_expected + 0.5) - index->n_frames;
    if (n_missing > 0) {
        index->is_cut_off = true;
        index->n_promised = index->n_frames + (uint32_t)n_missing;
    }
}

enum ho_result ho_scan(struct ho_packets *packets, int n_threads, struct ho_index *index, struct ho_diag *diag)
{
    memset(index, 0, sizeof *index);
    struct scan scan = {.packets = packets, .index = index};
    index->time_base = packets->is_sequence ? (AVRational){1, 1}
                                            : packets->movie.format->streams[packets->movie.stream]->time_base;
    enum ho_result result = begin(&scan, diag);
    if (result == HO_OK)
        result = read_all(&scan, diag);
    if (result == HO_OK) {
        result = ho_index_sort(index, scan.reorders, diag);
        scan.is_irregular |= result == HO_END;
        result = result == HO_END ? HO_OK : result;
    }
    if (result == HO_OK && !index->n_frames)
        result = ho_fail(diag, HO_ERROR_INPUT, "%s holds no frame that can be read; it may be cut off", packets->path);
    if (result == HO_OK)
        result = ho_look_at_first(packets, index, scan.is_irregular, n_threads, diag);
    if (result == HO_OK)
        result = ho_add_repeats(packets, index, diag);
    if (result == HO_OK)
        finish_hash(&scan);
    end(&scan);
    if (result == HO_OK && !packets->is_sequence) {
        const AVStream *stream = packets->movie.format->streams[packets->movie.stream];
        index->is_complete = ho_n_listed(packets) > 0 && n_not_read(&scan) <= 0;
        ho_index_find_rate(index, stream->r_frame_rate, stream->avg_frame_rate);
        find_missing(&scan);
    } else {
        index->rate = (struct ho_rational){24, 1};
    }
    if (result != HO_OK)
        ho_index_free(index);
    return result;
}

static void hash_file(XXH3_state_t *hash, const char *file)
{
    struct stat status = {0};
    if (!file || stat(file, &status) < 0) {
        hash_number(hash, UINT64_MAX);
        return;
    }
    const uint64_t numbers[] = {(uint64_t)status.st_dev, (uint64_t)status.st_ino, (uint64_t)status.st_size,
                                (uint64_t)status.st_mtim.tv_sec, (uint64_t)status.st_mtim.tv_nsec,
                                // Who edits in place may put back the one before, but never this.
                                (uint64_t)status.st_ctim.tv_sec, (uint64_t)status.st_ctim.tv_nsec};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        hash_number(hash, numbers[i]);
}

// The name of the remembered scan: the file or files as they lie on the disk now.
static bool make_key(const struct ho_packets *packets, char key[HO_HASH_SIZE])
{
    XXH3_state_t *hash = XXH3_createState();
    if (!hash)
        return false;
    XXH3_128bits_reset(hash);
    hash_number(hash, avformat_version());    // another version may number packets otherwise
    hash_number(hash, packets->is_sequence);
    XXH3_128bits_update(hash, packets->part, strlen(packets->part));
    if (!packets->is_sequence)
        hash_file(hash, packets->file);
    for (uint32_t i = 0; packets->is_sequence && i < packets->sequence.n; i++)
        hash_file(hash, packets->sequence.files[i]);
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(hash));
    XXH3_freeState(hash);
    for (int i = 0; i < 16; i++)
        snprintf(key + 2 * i, 3, "%02x", canonical.digest[i]);
    return true;
}

enum ho_result ho_scan_or_load(struct ho_packets *packets, const char *index_dir, int n_threads, struct ho_index *index,
                               struct ho_diag *diag)
{
    char key[HO_HASH_SIZE];
    memset(index, 0, sizeof *index);
    if (!index_dir || !make_key(packets, key))
        return ho_scan(packets, n_threads, index, diag);
    enum ho_result result = ho_index_load(index_dir, key, index, diag);
    if (result != HO_END)
        return result;
    HO_TRY(ho_scan(packets, n_threads, index, diag));
    // An error of the disk may be gone next time.
    if (packets->is_sequence || packets->movie.end_error != AVERROR(EIO))
        ho_index_save(index_dir, key, index);
    return HO_OK;
}
