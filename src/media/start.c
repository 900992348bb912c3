// SPDX-License-Identifier: BSD-2-Clause
#include "media/start.h"

#include <stdio.h>
#include <string.h>

#include <libavutil/intreadwrite.h>

#include "holdout/log.h"

static const char *tag(const AVDictionary *tags, const char *name)
{
    const AVDictionaryEntry *entry = av_dict_get(tags, name, NULL, 0);
    return entry && entry->value[0] ? entry->value : NULL;
}

// The stream whose tag it is, or NULL; the video stream before the tmcd track, that before all others.
static const AVStream *find_stream_tag(const struct ho_movie *movie, const char *name)
{
    AVStream *const *streams = movie->format->streams;
    if (tag(streams[movie->stream]->metadata, name))
        return streams[movie->stream];
    const AVStream *found = NULL;
    for (unsigned i = 0; i < movie->format->nb_streams; i++)
        if (tag(streams[i]->metadata, name) && (!found || streams[i]->codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd')))
            found = streams[i];
    return found;
}

static const char *find_tag(const struct ho_movie *movie, const char *name)
{
    const AVStream *stream = find_stream_tag(movie, name);
    return stream ? tag(stream->metadata, name) : tag(movie->format->metadata, name);
}

// The rate that a tmcd track counts in may be half the video's (50 frames a second with a timecode of 25).
static int64_t counting_rate(const struct ho_movie *movie)
{
    for (unsigned i = 0; i < movie->format->nb_streams; i++) {
        const AVStream *stream = movie->format->streams[i];
        struct ho_rational rate = {stream->avg_frame_rate.num, stream->avg_frame_rate.den};
        if (stream->codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd') && rate.num > 0 && rate.den > 0)
            return ho_rate_base(rate);
    }
    return 0;
}

static void say_disbelieved(const struct ho_source_info *info, int64_t base)
{
    ho_log(HO_LOG_WARNING,
           "%s: its start timecode is marked as drop-frame, which %lld frames a second do not have; the mark is not "
           "believed, the frames are counted without drops",
           info->path, (long long)base);
}

// A parsed timecode; a drop-frame mark at a rate that has none is not believed.
static bool parse(const char *text, int64_t base, struct ho_source_info *info)
{
    const struct ho_rational rate = {base, 1};
    if (ho_timecode_parse(text, rate, &info->start, NULL) == HO_OK)
        return true;
    char plain[HO_TIMECODE_SIZE];
    snprintf(plain, sizeof plain, "%s", text);
    for (char *at = plain; (at = strpbrk(at, ";."));)
        *at = ':';
    if (ho_timecode_parse(plain, rate, &info->start, NULL) != HO_OK)
        return false;
    if (base % 30)
        say_disbelieved(info, base);
    return true;
}

// A timecode that counts slower than the pictures come: one of its frames is several of theirs.
static bool spread(struct ho_source_info *info, int64_t count)
{
    int base = ho_rate_base(info->rate);
    if (count < 1 || base % count)
        return false;
    info->start.frame *= base / count;
    info->start.fps = base;
    return true;
}

static bool set_start(struct ho_source_info *info, const char *text, int64_t count)
{
    int base = ho_rate_base(info->rate);
    if (base < 1)
        return false;
    if (count > 0 && count < base && base % count == 0 && parse(text, count, info))
        return spread(info, count);
    return parse(text, base, info);
}

// The time code track of QuickTime, which libavformat makes no tag of where it cannot count as the track says: its
// sample is the number of the first frame, its description (flags, clock, a frame's length in it, frames a second) says
// how that is counted.
static bool read_tmcd(const struct ho_movie *movie, struct ho_source_info *info)
{
    enum { DROP_FRAME = 1, FLAGS = 4, N_FRAMES = 16, MAX_BASE = 1000 };
    for (unsigned i = 0; i < movie->format->nb_streams; i++) {
        AVStream *stream = movie->format->streams[i];
        const AVCodecParameters *track = stream->codecpar;
        const AVIndexEntry *sample = track->codec_tag == MKTAG('t', 'm', 'c', 'd') ? avformat_index_get_entry(stream, 0)
                                                                                   : NULL;
        uint8_t bytes[4];
        if (!sample || sample->size < (int)sizeof bytes || track->extradata_size <= N_FRAMES)
            continue;
        FILE *file = fopen(movie->path, "rbe");
        bool is_read = file && fseeko(file, sample->pos, SEEK_SET) == 0 && fread(bytes, sizeof bytes, 1, file) == 1;
        if (file)
            fclose(file);
        const int64_t count = track->extradata[N_FRAMES] ? track->extradata[N_FRAMES] : ho_rate_base(info->rate);
        bool is_dropping = AV_RB32(track->extradata + FLAGS) & DROP_FRAME;
        info->start = (struct ho_timecode){AV_RB32(bytes), (int)count, is_dropping && count % 30 == 0};
        if (is_read && !spread(info, count))
            ho_log(HO_LOG_WARNING,
                   "%s: its start timecode counts %lld frames a second, which do not fit its rate; it is left out",
                   info->path, (long long)count);
        if (!is_read || info->start.fps != ho_rate_base(info->rate))
            continue;
        if (is_dropping && count % 30)
            say_disbelieved(info, count);
        return true;
    }
    return false;
}

void ho_find_start(const struct ho_packets *packets, const struct ho_index *index, struct ho_source_info *info)
{
    static const char *const reel_tags[] = {"reel_name", "reel", "tape", "com.apple.quicktime.reel",
                                            "material_package_name"};
    // In the pictures, or in packets that passed by. All zero is what encoders write that know of none.
    const struct ho_first_frame *first = &index->first;
    bool is_said = first->timecode_is_stated || strspn(first->timecode, "0:;.") < strlen(first->timecode);
    const char *carried = first->timecode[0] && is_said ? first->timecode : NULL;
    const char *tagged = NULL;
    int64_t count = ho_rate_base((struct ho_rational){first->rate_num, first->rate_den});
    if (!packets->is_sequence) {
        tagged = find_tag(&packets->movie, "timecode");
        count = counting_rate(&packets->movie);
        for (size_t i = 0; i < sizeof reel_tags / sizeof *reel_tags && !info->reel_name[0]; i++) {
            const char *reel = find_tag(&packets->movie, reel_tags[i]);
            snprintf(info->reel_name, sizeof info->reel_name, "%s", reel ? reel : "");
        }
    }
    info->has_timecode = (tagged && set_start(info, tagged, count)) ||
                         (!tagged && !packets->is_sequence && read_tmcd(&packets->movie, info)) ||
                         (carried && set_start(info, carried, count));
    if (!info->has_timecode && (tagged || carried))
        ho_log(HO_LOG_WARNING, "%s: its start timecode \"%s\" does not fit its rate and is left out", info->path,
               tagged ? tagged : carried);
}
