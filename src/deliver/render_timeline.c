// SPDX-License-Identifier: BSD-2-Clause
// A timeline's frames for the render loop: one stretch after the other, each a graph, all in one evaluator, so that
// footage that goes on past an edit stays open.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_STATIC_LINKING_ONLY    // for a state on the stack
#include <xxhash.h>

#include <libavutil/avutil.h>

#include "deliver/compiling.h"
#include "deliver/loop.h"
#include "deliver/output.h"
#include "holdout/compile.h"
#include "holdout/log.h"
#include "holdout/render.h"
#include "holdout/version.h"
#include "media/writer.h"

enum { SOUND_RATE = 48000 };

struct rendering {
    const struct ho_timeline *timeline;
    const struct ho_timeline_settings *settings;
    const struct ho_compile_options *compile;
    const struct ho_render_request *request;
    struct ho_evaluator *evaluator;
    struct ho_compiled now;    // the stretch that the evaluator has; graph NULL: none yet
    struct ho_range range;
    bool has_look;    // of the first footage that is seen:
    struct ho_source_info look;
    struct ho_mix *mix;              // NULL: nothing is heard, or
    struct ho_sound_alone copied;    // one clip as it is, whose packets are copied; an empty path: no
    struct ho_loop loop;
};

// ---- stretches

static enum ho_result go_to(struct rendering *r, int64_t frame, struct ho_diag *diag)
{
    if (r->now.graph && frame >= r->now.frames.first && frame <= r->now.frames.last)
        return HO_OK;
    struct ho_compiled next;
    HO_TRY(ho_compile(r->timeline, frame, r->compile, &next, diag));
    struct ho_evaluator_options options = {.n_threads = r->request->n_threads,
                                           .index_dir = r->request->index_dir,
                                           .bank_dir = r->request->bank_dir,
                                           .base_dir = r->request->base_dir,
                                           .any_matte = true,    // an editor put it there
                                           .rate = r->settings->rate,
                                           .width = r->settings->width,
                                           .height = r->settings->height,
                                           .cancel = r->request->cancel};
    enum ho_result result = r->evaluator ? ho_evaluator_set_graph(r->evaluator, next.graph, diag)
                                         : ho_evaluator_create(next.graph, &options, &r->evaluator, diag);
    if (result == HO_OK)
        result = ho_evaluator_open(r->evaluator, HO_COMPILED_OUTPUT, diag);
    if (result != HO_OK) {
        ho_evaluator_destroy(&r->evaluator);    // before the graph that it may hold
        ho_compiled_clear(&next);
        return result;
    }
    ho_compiled_clear(&r->now);
    r->now = next;
    return HO_OK;
}

// Tags and shape of what is delivered are those of the footage that lies lowest in the first stretch with any.
static void take_look(struct rendering *r)
{
    for (size_t i = 0; i < ho_graph_n_scopes(r->now.graph) && !r->has_look; i++) {
        const struct ho_source_info *info = ho_evaluator_footage(r->evaluator, ho_graph_scope(r->now.graph, i)->id);
        r->has_look = info;
        if (info)
            r->look = *info;
    }
}

// Each note once, though it holds for many stretches.
static void say_notes(const char *notes, const char *said_before)
{
    for (const char *line = notes; *line;) {
        int n = (int)strcspn(line, "\n");
        char text[2048];
        snprintf(text, sizeof(text), "%.*s", n, line);
        if (!said_before || !strstr(said_before, text))
            ho_log(HO_LOG_WARNING, "%s", text);
        line += n + (line[n] == '\n');
    }
}

static enum ho_result check_output(const struct rendering *r, const char *path, struct ho_diag *diag)
{
    const struct ho_render_request *request = r->request;
    struct ho_output_files files = {path, request->codec,
                                    request->has_first_number ? request->first_number : r->range.first,
                                    r->range.last - r->range.first + 1};
    return ho_output_check_graph(&files, r->now.graph, request->base_dir, diag);
}

// All that the range shows, opened once: what is refused is refused now, and the key says what the output is made from.
static enum ho_result look_ahead(struct rendering *r, const char *path, char key[HO_LOOP_KEY_SIZE],
                                 struct ho_diag *diag)
{
    XXH3_state_t hash;
    char *said = NULL;
    char text[256];
    enum ho_result result = HO_OK;
    int n = snprintf(text, sizeof(text),
                     "%s %s %s %" PRId64 "-%" PRId64 " %d %" PRId64 " %" PRId64 "/%" PRId64 " %" PRId64 " %d",
                     HO_VERSION, av_version_info(), ho_codec_name(r->request->codec), r->range.first, r->range.last,
                     r->request->premultiplied + 2 * (int)r->request->audio,
                     r->request->has_first_number ? r->request->first_number : -1, r->settings->rate.num,
                     r->settings->rate.den, r->settings->start.frame,
                     r->mix              ? 1
                     : r->copied.path[0] ? 2
                                         : 0);
    XXH3_128bits_reset(&hash);
    XXH3_128bits_update(&hash, text, (size_t)n);
    for (int64_t frame = r->range.first; frame <= r->range.last && result == HO_OK; frame = r->now.frames.last + 1) {
        uint64_t part[2] = {0, 0};
        result = ho_cancel_is_requested(r->request->cancel) ? HO_CANCELLED : go_to(r, frame, diag);
        if (result == HO_OK)
            result = ho_evaluator_hash(r->evaluator, part, diag);
        if (result == HO_OK)
            result = check_output(r, path, diag);
        if (result != HO_OK)
            break;
        XXH3_128bits_update(&hash, part, sizeof(part));
        take_look(r);
        say_notes(r->now.notes, said);
        free(said);
        said = r->now.notes[0] ? strdup(r->now.notes) : NULL;
    }
    free(said);
    XXH128_hash_t digest = XXH3_128bits_digest(&hash);
    snprintf(key, HO_LOOP_KEY_SIZE, "%016" PRIx64 "%016" PRIx64, (uint64_t)digest.high64, (uint64_t)digest.low64);
    return result;
}

// ---- frames

static enum ho_result make_frame(void *opaque, int64_t i, struct ho_loop_frame *out, struct ho_diag *diag)
{
    struct rendering *r = opaque;
    struct ho_graph_frame frame;
    HO_TRY(go_to(r, i, diag));
    HO_TRY(ho_evaluator_frame(r->evaluator, HO_COMPILED_OUTPUT, i, true, &frame, diag));
    return ho_loop_take(r->evaluator, &frame, out, diag);
}

static const struct ho_loop_source timeline_source = {.frame = make_frame};

static enum ho_result choose_range(struct rendering *r, struct ho_diag *diag)
{
    int64_t length = ho_timeline_length(r->timeline);
    r->range = r->request->has_range ? r->request->range : (struct ho_range){0, length - 1};
    if (length == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "timeline \"%s\" is empty; there is nothing to render", r->settings->name);
    if (r->range.last < r->range.first || r->range.first < 0)
        return ho_fail(diag, HO_ERROR_USAGE, "the range ends before it begins, or begins before the timeline does");
    if (r->range.last >= length)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "frame %" PRId64 " is after the end: timeline \"%s\" has %" PRId64 " frames (0 to %" PRId64 ")",
                       r->range.last, r->settings->name, length, length - 1);
    return HO_OK;
}

// One clip's sound as it is stays as it is coded.
static enum ho_result open_sound(struct rendering *r, struct ho_diag *diag)
{
    if (r->request->audio == HO_AUDIO_NONE || ho_codec_is_sequence(r->request->codec))
        return HO_OK;
    if (r->request->audio == HO_AUDIO_COPY && ho_compiling_sound_alone(r->timeline, r->range, r->compile, &r->copied) &&
        ho_audio_copy_fits(r->copied.path, r->request->codec))
        return HO_OK;
    r->copied.path[0] = 0;
    return ho_compile_sound(r->timeline, &r->range, r->compile, &(struct ho_mix_options){.rate = SOUND_RATE}, &r->mix,
                            diag);
}

static void add_sound(const struct rendering *r, struct ho_writer_options *options)
{
    const struct ho_rational rate = r->settings->rate;
    options->audio = r->request->audio;
    options->mix = r->mix;
    options->mix_first = ho_sound_sample_of(r->range.first, rate, SOUND_RATE);
    options->mix_n = ho_sound_sample_of(r->range.last + 1, rate, SOUND_RATE) - options->mix_first;
    if (r->copied.path[0]) {
        options->audio_from = r->copied.path;
        options->audio_start = r->copied.start;
        options->audio_end = r->copied.end;
    }
}

// A timeline of its footage's size has its pixels, too; else they are square.
static struct ho_rational pixel_aspect(const struct rendering *r)
{
    bool same = r->has_look && r->look.width == r->settings->width && r->look.height == r->settings->height;
    return same ? r->look.pixel_aspect : (struct ho_rational){1, 1};
}

static struct ho_writer_options writer_options(const struct rendering *r, const char *key)
{
    static const struct ho_colour display = {.matrix = 1, .transfer = 1, .primaries = 1, .full_range = 0};
    const struct ho_render_request *request = r->request;
    return (struct ho_writer_options){
        .codec = request->codec,
        .rate = r->settings->rate,
        .pixel_aspect = pixel_aspect(r),
        .has_timecode = true,
        .start = ho_timecode_add(r->settings->start, r->range.first),
        .clip_name = r->settings->name,
        .colour = r->has_look ? r->look.colour : display,
        .hdr = r->has_look ? r->look.hdr : (struct ho_hdr){0},
        .field_order = HO_FIELD_PROGRESSIVE,
        .first_number = request->has_first_number ? request->first_number : r->range.first,
        .premultiplied = request->premultiplied,
        .overwrite = request->overwrite,
        .n_threads = request->n_threads,
        .cancel = request->cancel,
        .key = r->range.last > r->range.first ? key : NULL,
    };
}

// What tokens stand for: the timeline is the source.
static enum ho_result name_output(const struct rendering *r, char **path, struct ho_diag *diag)
{
    struct ho_source_info info = {.width = r->settings->width,
                                  .height = r->settings->height,
                                  .rate = r->settings->rate,
                                  .has_timecode = true,
                                  .start = ho_timecode_add(r->settings->start, r->range.first)};
    snprintf(info.clip_name, sizeof(info.clip_name), "%s", r->settings->name);
    snprintf(info.path, sizeof(info.path), "%s", r->settings->name);
    struct ho_token_values values = {.source = &info, .codec = r->request->codec};
    return ho_tokens_expand(r->request->output, &values, path, diag);
}

static enum ho_result render_to(struct rendering *r, const char *path, struct ho_render_report *report,
                                struct ho_diag *diag)
{
    char key[HO_LOOP_KEY_SIZE];
    struct ho_loop *loop = &r->loop;
    *loop = (struct ho_loop){.path = path, .range = r->range};
    HO_TRY(ho_writer_check(path, r->request->codec, r->range.last - r->range.first + 1, r->request->overwrite, diag));
    HO_TRY(open_sound(r, diag));
    HO_TRY(look_ahead(r, path, key, diag));
    *loop = (struct ho_loop){.source = &timeline_source,
                             .opaque = r,
                             .path = path,
                             .range = r->range,
                             .writer = writer_options(r, key),
                             .progress = r->request->progress,
                             .progress_opaque = r->request->opaque};
    add_sound(r, &loop->writer);
    ho_timecode_format(loop->writer.start, report->timecode);
    return ho_loop_run(loop, diag);
}

enum ho_result ho_render_timeline(const struct ho_timeline *timeline, const struct ho_compile_options *compile,
                                  const struct ho_render_request *given, struct ho_render_report *report,
                                  struct ho_diag *diag)
{
    const double start = ho_loop_now();
    struct ho_render_request request = *given;
    struct rendering r = {
        .timeline = timeline, .settings = ho_timeline_get_settings(timeline), .compile = compile, .request = &request};
    struct ho_diag own = {0};
    char *path = NULL;
    *report = (struct ho_render_report){0};
    if (request.codec == HO_CODEC_BY_NAME)
        HO_TRY(ho_codec_of_output(request.output, &request.codec, diag));
    HO_TRY(choose_range(&r, diag));
    HO_TRY(name_output(&r, &path, diag));
    snprintf(report->path, sizeof(report->path), "%s", path);
    enum ho_result result = render_to(&r, path, report, &own);
    if (result == HO_CANCELLED)
        result = ho_loop_say_stopped(&r.loop, diag);    // whoever noticed it
    else if (result != HO_OK)
        result = ho_fail(diag, result, "%s", own.message);
    ho_loop_report(&r.loop, report);
    ho_evaluator_destroy(&r.evaluator);
    ho_compiled_clear(&r.now);
    ho_mix_destroy(&r.mix);
    free(path);
    report->seconds = ho_loop_now() - start;
    return result;
}
