// SPDX-License-Identifier: BSD-2-Clause
// What a movie says about itself: start timecode and reel (for QuickTime the muxer makes a tmcd track of them), clip
// name, provenance.
#include <libavformat/avformat.h>
#include <string.h>

#include "media/writer.h"

static bool set(AVDictionary **tags, const char *key, const char *value)
{
    return !value || !*value || av_dict_set(tags, key, value, 0) >= 0;
}

enum ho_result ho_movie_tags_set(const struct ho_output *output, AVFormatContext *format, AVStream *stream,
                                 struct ho_diag *diag)
{
    const struct ho_writer_options *options = &output->options;
    bool is_quicktime = !strcmp(output->codec->muxer, "mov");
    char timecode[HO_TIMECODE_SIZE] = "";
    if (options->has_timecode)
        ho_timecode_format(options->start, timecode);
    // The muxer makes the tmcd track's counting base from the stream's rate, and names the reel in it.
    bool is_set = set(&stream->metadata, "timecode", timecode) &&
                  set(&stream->metadata, "reel_name", options->reel_name) &&
                  set(&stream->metadata, "encoder", output->codec->label) &&
                  set(&format->metadata, "title", options->clip_name);
    if (is_quicktime)
        is_set = is_set && set(&stream->metadata, "vendor_id", "appl") &&
                 set(&format->metadata, "com.apple.proapps.reel", options->reel_name);
    else
        is_set = is_set && set(&format->metadata, "timecode", timecode) &&
                 set(&format->metadata, "reel_name", options->reel_name);
    for (size_t i = 0; is_set && i < options->n_metadata; i++)
        is_set = set(&format->metadata, options->metadata[i].key, options->metadata[i].value);
    return is_set ? HO_OK : ho_fail(diag, HO_ERROR_MEMORY, "%s: out of memory for its tags", output->place->path);
}
