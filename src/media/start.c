// SPDX-License-Identifier: BSD-2-Clause
#include "media/start.h"

#include <string.h>

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

// A parsed timecode; a drop-frame mark at a rate that has none is not believed.
static bool parse(const char *text, struct ho_rational rate, struct ho_timecode *out)
{
    if (ho_timecode_parse(text, rate, out, NULL) == HO_OK)
        return true;
    char plain[HO_TIMECODE_SIZE];
    snprintf(plain, sizeof plain, "%s", text);
    for (char *at = plain; (at = strpbrk(at, ";."));)
        *at = ':';
    return ho_timecode_parse(plain, rate, out, NULL) == HO_OK;
}

static bool set_start(struct ho_source_info *info, const char *text, int64_t count)
{
    int base = ho_rate_base(info->rate);
    if (base < 1)
        return false;
    struct ho_rational own = {base, 1};
    if (count > 0 && count < base && base % count == 0) {
        struct ho_rational half = {count, 1};
        if (parse(text, half, &info->start)) {
            int times = (int)(base / count);
            info->start = (struct ho_timecode){info->start.frame * times, base, info->start.drop_frame};
            return true;
        }
    }
    return parse(text, own, &info->start);
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
    info->has_timecode = (tagged && set_start(info, tagged, count)) || (carried && set_start(info, carried, count));
    if (!info->has_timecode && (tagged || carried))
        ho_log(HO_LOG_WARNING, "%s: its start timecode \"%s\" does not fit its rate and is left out", info->path,
               tagged ? tagged : carried);
}
