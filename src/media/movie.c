// SPDX-License-Identifier: BSD-2-Clause
// Reading a movie's packets in order, and finding the place again after a seek: packets are recognised by their
// content, since timestamps may be missing, doubled or guessed anew by the demuxer.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/libav.h"
#include "media/packets.h"

enum { MAX_UNKNOWN = 64, MAX_SEEKS = 4 };

uint32_t ho_packet_check(const AVPacket *packet)
{
    return (uint32_t)(XXH3_64bits(packet->data, (size_t)packet->size) & 0xffffff);
}

static int interrupt(void *opaque) { return ho_cancel_is_requested(opaque); }

static enum ho_result check_file(const char *path, struct ho_diag *diag)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return ho_fail(diag, HO_ERROR_INPUT,
                       errno == ENOENT || errno == ENOTDIR ? "%s: there is no such file"
                       : errno == EACCES                   ? "%s: may not be read"
                                                           : "%s: cannot be opened",
                       path);
    if (S_ISDIR(status.st_mode))
        return ho_fail(diag, HO_ERROR_INPUT,
                       "%s is a folder; name a movie in it, or its pictures as a pattern such as \"%s%s*.png\"", path,
                       path, path[strlen(path) - 1] == '/' ? "" : "/");
    if (!S_ISREG(status.st_mode))
        return ho_fail(diag, HO_ERROR_INPUT,
                       "%s is no ordinary file; a source must be one that can be read more than once", path);
    if (status.st_size == 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s is empty (0 bytes)", path);
    return HO_OK;
}

static bool is_picture(const AVStream *stream)
{
    return stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
           !(stream->disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS));
}

// One picture long, as covers and thumbnails are that do not say so.
static bool is_single(const AVStream *stream)
{
    const AVDictionaryEntry *tag = av_dict_get(stream->metadata, "DURATION", NULL, 0);    // Matroska
    int hours, minutes;
    double seconds, frame = stream->avg_frame_rate.num > 0 ? av_q2d(av_inv_q(stream->avg_frame_rate)) : 0;
    if (stream->nb_frames)
        return stream->nb_frames == 1;
    return tag && sscanf(tag->value, "%d:%d:%lf", &hours, &minutes, &seconds) == 3 &&
           hours * 3600 + minutes * 60 + seconds <= 1.5 * frame;
}

// Places of the video streams that are movies; where none is, of those that are pictures.
static int list_streams(AVFormatContext *format, int streams[], int most)
{
    int n = 0;
    for (int singles = 0; singles < 2 && !n; singles++)
        for (unsigned i = 0; i < format->nb_streams && n < most; i++)
            if (is_picture(format->streams[i]) && is_single(format->streams[i]) == (singles > 0))
                streams[n++] = (int)i;
    return n;
}

enum { MAX_STREAMS = 64 };

int ho_movie_find_stream(AVFormatContext *format, const char *part)
{
    int streams[MAX_STREAMS], n = list_streams(format, streams, MAX_STREAMS);
    if (part && *part) {
        bool is_number = strspn(part, "0123456789") == strlen(part) && strlen(part) < 4;
        int number = is_number ? atoi(part) : 0;
        return number >= 1 && number <= n ? streams[number - 1] : -1;
    }
    int best = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    for (int i = 0; i < n; i++)
        if (streams[i] == best)
            return best;
    return n ? streams[0] : -1;
}

static void describe_streams(AVFormatContext *format, char *out, size_t size)
{
    int streams[MAX_STREAMS], n = list_streams(format, streams, MAX_STREAMS);
    out[0] = 0;
    for (int i = 0; i < n && i < 8; i++) {
        const AVCodecParameters *p = format->streams[streams[i]]->codecpar;
        size_t length = strlen(out);
        snprintf(out + length, size - length, "%s%d (%s, %dx%d)", i ? ", " : "", i + 1, avcodec_get_name(p->codec_id),
                 p->width, p->height);
    }
}

static enum ho_result fail_stream(const struct ho_movie *movie, const char *part, struct ho_diag *diag)
{
    char streams[400];
    bool has_sound = false;
    for (unsigned i = 0; i < movie->format->nb_streams; i++)
        has_sound |= movie->format->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    describe_streams(movie->format, streams, sizeof streams);
    if (streams[0])
        return ho_fail(diag, HO_ERROR_INPUT, "%s has no video stream \"%.40s\"; those that it has are %s", movie->path,
                       part, streams);
    return has_sound
               ? ho_fail(diag, HO_ERROR_INPUT,
                         "%s has sound but no pictures (cover art is not video); give a movie with a video stream",
                         movie->path)
               : ho_fail(diag, HO_ERROR_INPUT, "%s holds no video stream; it is no movie that can be tracked",
                         movie->path);
}

static enum ho_result choose_stream(struct ho_movie *movie, const char *part, struct ho_diag *diag)
{
    AVFormatContext *format = movie->format;
    int streams[MAX_STREAMS], n = list_streams(format, streams, MAX_STREAMS);
    bool is_chosen = part && *part && !ho_movie_is_still(movie);
    int chosen = ho_movie_find_stream(format, is_chosen ? part : NULL);
    if (chosen < 0)
        return fail_stream(movie, part, diag);
    for (int i = 0; i < n && n > 1 && !is_chosen; i++)
        if (streams[i] == chosen) {
            char text[400];
            describe_streams(format, text, sizeof text);
            ho_log(HO_LOG_WARNING, "%s has %d video streams, %s; number %d is used, --stream takes another",
                   movie->path, n, text, i + 1);
        }
    const AVCodecParameters *parameters = format->streams[chosen]->codecpar;
    if (parameters->codec_id == AV_CODEC_ID_NONE || !avcodec_find_decoder(parameters->codec_id))
        return ho_fail(diag, HO_ERROR_INPUT, "%s: its video codec (%s) is not one that this FFmpeg can decode",
                       movie->path, avcodec_get_name(parameters->codec_id));
    movie->stream = chosen;
    return HO_OK;
}

// QuickTime and MP4 write their index last.
static bool is_unfinished(const char *path)
{
    char start[8] = {0};
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(start, 1, sizeof start, file) : 0;
    if (file)
        fclose(file);
    return n == sizeof start && (memcmp(start + 4, "ftyp", 4) == 0 || memcmp(start + 4, "mdat", 4) == 0 ||
                                 memcmp(start + 4, "wide", 4) == 0);
}

// A frame header that says nothing of colour makes FFmpeg forget what the container says.
static void keep_colours(struct ho_movie *movie)
{
    for (unsigned i = 0; i < movie->format->nb_streams && i < sizeof movie->colours / sizeof *movie->colours; i++) {
        const AVCodecParameters *p = movie->format->streams[i]->codecpar;
        movie->colours[i] = (struct ho_colour){p->color_space, p->color_trc, p->color_primaries, p->color_range,
                                               p->chroma_location};
    }
}

static enum ho_result open_format(struct ho_movie *movie, struct ho_diag *diag)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    movie->format = avformat_alloc_context();
    char *url = ho_format("file:%s", movie->path);    // so that a colon in a name is no protocol
    if (!movie->format || !url) {
        free(url);
        return ho_fail_memory(diag, sizeof *movie->format);
    }
    movie->format->interrupt_callback = (AVIOInterruptCB){interrupt, (void *)(uintptr_t)movie->cancel};
    AVDictionary *options = NULL;
    av_dict_set(&options, "pattern_type", "none", 0);    // a picture's name is its name, whatever characters are in it
    int error = avformat_open_input(&movie->format, url, NULL, &options);
    av_dict_free(&options);
    free(url);
    if (error >= 0) {
        keep_colours(movie);
        error = avformat_find_stream_info(movie->format, NULL);
    }
    if (ho_cancel_is_requested(movie->cancel))
        return ho_fail(diag, HO_CANCELLED, "cancelled while opening %s", movie->path);
    if (error == AVERROR(ENOMEM))
        return ho_fail_memory(diag, 0);
    if ((error == AVERROR_INVALIDDATA || error == AVERROR_EOF) && is_unfinished(movie->path))
        return ho_fail(diag, HO_ERROR_INPUT,
                       "%s is a movie whose index is missing: it was cut off, or its recording never ended; copy it "
                       "anew or have it repaired",
                       movie->path);
    if (error == AVERROR_INVALIDDATA || error == AVERROR_EOF)
        return ho_fail(diag, HO_ERROR_INPUT, "%s is not a movie or picture that FFmpeg can read; check that it plays",
                       movie->path);
    if (error < 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s cannot be opened: %s", movie->path, ho_libav_error(error, text));
    return HO_OK;
}

// Packets of other streams are not even read where the demuxer can avoid it.
static void discard_other_streams(struct ho_movie *movie)
{
    for (unsigned i = 0; i < movie->format->nb_streams; i++)
        if ((int)i != movie->stream &&
            !(movie->format->streams[i]->codecpar->codec_tag == MKTAG('r', 't', 'm', 'd') && !movie->index))
            movie->format->streams[i]->discard = AVDISCARD_ALL;
}

enum ho_result ho_movie_open(struct ho_movie *movie, const char *path, const char *part, const struct ho_cancel *cancel,
                             struct ho_diag *diag)
{
    *movie = (struct ho_movie){.path = path, .cancel = cancel};
    HO_TRY(check_file(path, diag));
    enum ho_result result = open_format(movie, diag);
    if (result == HO_OK)
        result = choose_stream(movie, part, diag);
    if (result == HO_OK && !(movie->peeked = av_packet_alloc()))
        result = ho_fail_memory(diag, sizeof *movie->peeked);
    if (result != HO_OK) {
        ho_movie_close(movie);
        return result;
    }
    discard_other_streams(movie);
    return HO_OK;
}

void ho_movie_close(struct ho_movie *movie)
{
    av_packet_free(&movie->peeked);
    avformat_close_input(&movie->format);
}

bool ho_movie_has_side_alpha(const struct ho_movie *movie)
{
    const AVDictionaryEntry *mode = av_dict_get(movie->format->streams[movie->stream]->metadata, "alpha_mode", NULL, 0);
    return mode && strcmp(mode->value, "1") == 0;
}

bool ho_movie_is_still(const struct ho_movie *movie)
{
    const char *name = movie->format->iformat->name;
    size_t length = strlen(name);
    return strcmp(name, "image2") == 0 || (length > 5 && strcmp(name + length - 5, "_pipe") == 0);
}

// Sony's cameras keep the start timecode in each packet of their metadata stream: hours, minutes, seconds, drop flag,
// frames as plain bytes from byte 13.
static void look_at_rtmd(struct ho_movie *movie, const AVPacket *packet)
{
    if (movie->timecode[0] || packet->size < 18)
        return;
    const uint8_t *field = packet->data + 13;
    if (field[0] < 24 && field[1] < 60 && field[2] < 60 && field[4] < 120)
        snprintf(movie->timecode, sizeof movie->timecode, "%02d:%02d:%02d%c%02d", field[0], field[1], field[2],
                 field[3] ? ';' : ':', field[4]);
}

// The demuxer's next packet of the video stream.
static enum ho_result read_raw(struct ho_movie *movie, AVPacket *packet, struct ho_diag *diag)
{
    for (int n_again = 0;;) {
        av_packet_unref(packet);
        int error = av_read_frame(movie->format, packet);
        if (ho_cancel_is_requested(movie->cancel)) {
            av_packet_unref(packet);
            return ho_fail(diag, HO_CANCELLED, "cancelled while reading %s", movie->path);
        }
        if (error == AVERROR(EAGAIN) && n_again++ < 1000)
            continue;
        if (error == AVERROR(ENOMEM))
            return ho_fail_memory(diag, 0);
        if (error < 0) {
            movie->end_error = error;
            return HO_END;
        }
        if (packet->stream_index == movie->stream)
            return HO_OK;
        if (!movie->index &&
            movie->format->streams[packet->stream_index]->codecpar->codec_tag == MKTAG('r', 't', 'm', 'd'))
            look_at_rtmd(movie, packet);
    }
}

static bool is_packet(const struct ho_packet_entry *entry, const AVPacket *packet, uint32_t check)
{
    return entry->check == check && entry->size == (uint32_t)packet->size;
}

// The number of a packet anywhere in the movie, HO_NO_FRAME if it is none of them, or cannot be told from another.
static uint32_t locate(const struct ho_index *index, const AVPacket *packet, uint32_t check)
{
    uint32_t n_content = 0, n_exact = 0, content = HO_NO_FRAME, exact = HO_NO_FRAME;
    for (uint32_t i = 0; i < index->n_packets; i++) {
        const struct ho_packet_entry *entry = &index->packets[i];
        if (!is_packet(entry, packet, check))
            continue;
        n_content++;
        content = i;
        if (entry->pts == packet->pts && entry->dts == packet->dts) {
            n_exact++;
            exact = i;
        }
    }
    return n_exact == 1 ? exact : n_content == 1 ? content : HO_NO_FRAME;
}

enum ho_result ho_movie_read(struct ho_movie *movie, AVPacket *packet, uint32_t *number, struct ho_diag *diag)
{
    if (movie->has_peeked) {
        av_packet_unref(packet);
        av_packet_move_ref(packet, movie->peeked);
        movie->has_peeked = false;
        *number = movie->next - 1;
        return HO_OK;
    }
    if (!movie->format)    // opening it anew failed before
        return ho_fail(diag, HO_ERROR_INPUT, "%s cannot be read any more", movie->path);
    for (int n_unknown = 0; n_unknown < MAX_UNKNOWN; n_unknown++) {
        if (movie->index && movie->next == movie->index->n_packets)
            return HO_END;
        HO_TRY(read_raw(movie, packet, diag));
        if (!movie->index) {
            *number = movie->next++;
            return HO_OK;
        }
        uint32_t check = ho_packet_check(packet);
        bool is_next = movie->next != HO_NO_FRAME && is_packet(&movie->index->packets[movie->next], packet, check);
        uint32_t found = is_next ? movie->next : locate(movie->index, packet, check);
        if (found != HO_NO_FRAME) {
            *number = found;
            movie->next = found + 1;
            return HO_OK;
        }
        movie->next = HO_NO_FRAME;    // the demuxer may begin in the middle of a packet after a seek
    }
    av_packet_unref(packet);
    return HO_END;
}

static enum ho_result reopen(struct ho_movie *movie, struct ho_diag *diag)
{
    avformat_close_input(&movie->format);
    movie->has_peeked = false;
    int stream = movie->stream;
    enum ho_result result = open_format(movie, diag);
    if (result == HO_OK && (unsigned)stream >= movie->format->nb_streams)
        result = ho_fail(diag, HO_ERROR_INPUT, "%s changed while it was being read; start again", movie->path);
    if (result != HO_OK) {    // whoever tries once more opens it anew
        avformat_close_input(&movie->format);
        movie->next = HO_NO_FRAME;
        return result;
    }
    discard_other_streams(movie);
    movie->next = 0;
    return HO_OK;
}

// Seeks by time and looks where that led. HO_END: not to a packet at or before `number`.
static enum ho_result try_seek(struct ho_movie *movie, int64_t time, uint32_t number, struct ho_diag *diag)
{
    if (time == HO_NO_TIME || av_seek_frame(movie->format, movie->stream, time, AVSEEK_FLAG_BACKWARD) < 0)
        return HO_END;
    movie->next = HO_NO_FRAME;
    uint32_t landed;
    HO_TRY(ho_movie_read(movie, movie->peeked, &landed, diag));
    movie->has_peeked = true;
    return landed <= number ? HO_OK : HO_END;
}

enum ho_result ho_movie_seek(struct ho_movie *movie, uint32_t number, struct ho_diag *diag)
{
    uint32_t position = movie->next == HO_NO_FRAME ? HO_NO_FRAME : movie->next - movie->has_peeked;
    if (position <= number && number - position <= 8)
        return HO_OK;    // reading on is quicker
    movie->has_peeked = false;
    const struct ho_packet_entry *packets = movie->index->packets;
    uint32_t back = 0;
    for (int i = 0; i < MAX_SEEKS && movie->format && !movie->cannot_seek && number; i++) {
        const struct ho_packet_entry *entry = &packets[number - back];
        enum ho_result result = i == 0 ? try_seek(movie, entry->pts, number, diag) : HO_END;
        if (result == HO_END)
            result = try_seek(movie, entry->dts, number, diag);
        if (result != HO_END)
            return result;
        back = back * 4 + 32;
        if (back > number)
            break;
    }
    movie->has_peeked = false;
    movie->cannot_seek |= number > 0;
    return reopen(movie, diag);
}
