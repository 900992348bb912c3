// SPDX-License-Identifier: BSD-2-Clause
// A graph's frames for the render loop, and what the writer is told of them.
#include "holdout/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include <libavutil/avutil.h>
#include <libavutil/mathematics.h>

#include "deliver/loop.h"
#include "deliver/output.h"
#include "deliver/view.h"

struct rendering {
    const struct ho_render_request *request;
    struct ho_render_report *report;
    struct ho_evaluator *evaluator;
    struct ho_evaluator *key;    // with a view: of the node's key
    struct ho_picture *viewed;
    const struct ho_source_info *source;    // NULL: a graph without footage
    struct ho_range range;
    struct ho_loop loop;
};

static enum ho_result choose_range(struct rendering *r, struct ho_diag *diag)
{
    r->range = r->request->range;
    if (r->request->has_range && r->range.last < r->range.first)
        return ho_fail(diag, HO_ERROR_USAGE, "the range ends before it begins");
    if (r->request->has_range)
        return r->source && r->range.first >= r->source->n_frames
                   ? ho_fail(diag, HO_ERROR_USAGE,
                             "frame %" PRId64 " is after the end: %s has %" PRId64 " frames (0 to %" PRId64 ")",
                             r->range.first, r->source->path, r->source->n_frames, r->source->n_frames - 1)
                   : HO_OK;
    if (!r->source)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "the graph has no footage that says how long it is; give a range or a frame");
    r->range = (struct ho_range){0, r->source->n_frames - 1};
    return HO_OK;
}

// Nothing is guessed that a movie's worth of frames would then be of.
static enum ho_result check_without_footage(const struct rendering *r, struct ho_diag *diag)
{
    const struct ho_render_request *request = r->request;
    bool is_picture = r->range.first == r->range.last && ho_codec_is_sequence(request->codec);
    if (request->width < 1 || request->height < 1)
        return ho_fail(
            diag, HO_ERROR_USAGE,
            "the graph has no footage that says how large its pictures are; give its main source a file, or a "
            "size and a rate (--size 1920x1080 --rate 25)");
    if (!is_picture && (request->rate.num < 1 || request->rate.den < 1))
        return ho_fail(
            diag, HO_ERROR_USAGE,
            "the graph has no footage that says how fast it runs; give its main source a file, or a size and "
            "a rate (--size 1920x1080 --rate 25)");
    return HO_OK;
}

static int64_t first_number(const struct rendering *r)
{
    return r->request->has_first_number ? r->request->first_number : r->range.first;
}

// What the output is made from: the graph and what its files hold, the settings, and the libraries whose bits it shows.
static enum ho_result make_key(const struct rendering *r, char key[HO_LOOP_KEY_SIZE], struct ho_diag *diag)
{
    const struct ho_render_request *request = r->request;
    uint64_t graph[2];
    char text[512];
    HO_TRY(ho_evaluator_hash(r->evaluator, graph, diag));
    int n = snprintf(text, sizeof(text),
                     "%016" PRIx64 "%016" PRIx64 " %s %s %" PRId64 "-%" PRId64 " %d %" PRId64 " %" PRId64 "/%" PRId64,
                     graph[0], graph[1], av_version_info(), ho_codec_name(request->codec), r->range.first,
                     r->range.last,
                     (request->audio == HO_AUDIO_COPY) + 128 * (int)request->audio + 2 * request->source_cadence +
                         32 * request->premultiplied + 4 * (request->has_view ? 1 + (int)request->view : 0),
                     first_number(r), request->rate.num, request->rate.den);
    XXH128_hash_t hash = XXH3_128bits(text, (size_t)n);
    snprintf(key, HO_LOOP_KEY_SIZE, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64, (uint64_t)hash.low64);
    return HO_OK;
}

// Exact: the times of one source are counts of one clock.
static struct ho_rational subtract(struct ho_rational a, struct ho_rational b)
{
    struct ho_rational exact = {a.num * b.den - b.num * a.den, a.den * b.den};
    int64_t divisor = av_gcd(exact.num, exact.den);
    return divisor > 1 ? (struct ho_rational){exact.num / divisor, exact.den / divisor} : exact;
}

static const struct ho_colour display_colour = {.matrix = 1, .transfer = 1, .primaries = 1, .full_range = 0};

// When the range's frames are shown in the source: seconds after its first frame; `times` (of a variable rate;
// malloc'd) after the range's first.
struct stretch {
    double start, end;
    struct ho_rational *times;
};

static enum ho_result find_stretch(const struct rendering *r, struct stretch *out, struct ho_diag *diag)
{
    const struct ho_source_info *source = r->source;
    const double frame = (double)source->rate.den / (double)source->rate.num;
    *out = (struct stretch){.start = (double)r->range.first * frame, .end = (double)(r->range.last + 1) * frame};
    if (!source->variable_rate)
        return HO_OK;
    if (r->range.last >= source->n_frames)    // nothing says how long what is held after the end is shown
        return !r->request->source_cadence
                   ? HO_OK
                   : ho_fail(diag, HO_ERROR_USAGE,
                             "frame %" PRId64 " is after the end of %s, whose cadence ends at frame %" PRId64
                             "; render as far as that, or at a constant rate",
                             r->range.last, source->path, source->n_frames - 1);
    struct ho_reader_options reading = {.index_dir = r->request->index_dir, .cancel = r->request->cancel};
    struct ho_rational *all;
    int64_t n;
    HO_TRY(ho_source_times(source->path, &reading, &all, &n, diag));
    const struct ho_rational first = all[r->range.first];
    out->start = (double)first.num / (double)first.den;
    if (r->range.last + 1 < n)
        out->end = (double)all[r->range.last + 1].num / (double)all[r->range.last + 1].den;
    else
        out->end = (double)all[n - 1].num / (double)all[n - 1].den + frame;
    for (int64_t i = r->range.first; i <= r->range.last; i++)
        all[i - r->range.first] = subtract(all[i], first);
    out->times = all;
    return HO_OK;
}

static struct ho_writer_options writer_options(const struct rendering *r, const char *key)
{
    const struct ho_render_request *request = r->request;
    const struct ho_source_info *source = r->source;
    return (struct ho_writer_options){
        .codec = request->codec,
        .rate = source ? source->rate : request->rate,
        .pixel_aspect = source ? source->pixel_aspect : (struct ho_rational){1, 1},
        .has_timecode = source && source->has_timecode,
        .reel_name = source ? source->reel_name : NULL,
        .clip_name = source ? source->clip_name : NULL,
        .colour = source ? source->colour : display_colour,
        .hdr = source ? source->hdr : (struct ho_hdr){0},
        .field_order = source ? source->field_order : HO_FIELD_PROGRESSIVE,
        .first_number = first_number(r),
        .premultiplied = request->premultiplied,
        .overwrite = request->overwrite,
        .n_threads = request->n_threads,
        .cancel = request->cancel,
        .key = r->range.last > r->range.first ? key : NULL,
    };
}

// Audio of the frames that are rendered, where the source has it.
static void add_audio(const struct rendering *r, const struct stretch *stretch, struct ho_writer_options *options)
{
    const struct ho_source_info *source = r->source;
    options->audio = r->request->audio;
    if (options->audio == HO_AUDIO_NONE || !source || source->n_audio_streams == 0 ||
        ho_codec_is_sequence(r->request->codec))
        return;
    options->audio_from = source->path;
    if (r->range.first == 0 && r->range.last == source->n_frames - 1)
        return;
    options->audio_start = stretch->start;
    options->audio_end = stretch->end;
}

// The node's picture and key as the view of them, which takes the picture's place.
static enum ho_result evaluate_view(struct rendering *r, int64_t i, struct ho_graph_frame *frame, struct ho_diag *diag)
{
    const struct ho_render_request *request = r->request;
    char image_port[HO_NODE_ID_SIZE + 8], key_port[HO_NODE_ID_SIZE + 8];
    struct ho_graph_frame key;
    snprintf(image_port, sizeof(image_port), "%s.image", request->node);
    snprintf(key_port, sizeof(key_port), "%s.key", request->node);
    if (request->view == HO_VIEW_MATTE)
        return ho_evaluator_frame(r->key, key_port, i, false, frame, diag);
    HO_TRY(ho_evaluator_frame(r->evaluator, image_port, i, false, frame, diag));
    HO_TRY(ho_evaluator_frame(r->key, key_port, i, false, &key, diag));
    int width = frame->domain.width, height = frame->domain.height, n_planes = ho_view_planes(request->view);
    if (key.domain.width != width || key.domain.height != height)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "node %s: its key is %d x %d and its picture %d x %d, so they make no view", request->node,
                       key.domain.width, key.domain.height, width, height);
    if (!r->viewed)
        HO_TRY(ho_picture_create(width, height, n_planes, &r->viewed, diag));
    const struct ho_picture *from = frame->picture;
    for (int p = 0; p < n_planes; p++)
        for (int y = 0; y < height; y++) {
            float *to = r->viewed->plane[p] + (ptrdiff_t)y * r->viewed->stride;
            if (p < from->n_planes)
                memcpy(to, from->plane[p] + (ptrdiff_t)y * from->stride, (size_t)width * sizeof(*to));
            else
                for (int x = 0; x < width; x++)
                    to[x] = 1;
        }
    ho_view_apply(request->view, key.picture, r->viewed, request->n_threads);
    frame->picture = r->viewed;
    return HO_OK;
}

static enum ho_result open_view(struct rendering *r, const struct ho_evaluator_options *options, struct ho_diag *diag)
{
    const struct ho_graph *graph = r->request->graph;
    const char *id = r->request->node;
    for (size_t i = 0; id && i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        bool has_image = false, has_key = false;
        for (const struct ho_port *port = node.type && strcmp(node.id, id) == 0 ? node.type->outputs : NULL;
             port && port->name; port++) {
            has_image |= strcmp(port->name, "image") == 0;
            has_key |= strcmp(port->name, "key") == 0;
        }
        if (has_image && has_key)
            return ho_evaluator_create(graph, options, &r->key, diag);
    }
    return ho_fail(diag, HO_ERROR_USAGE,
                   "a view shows the picture and the key of one node: name one that has both (such as magic_mask or "
                   "corrector)%s%.100s",
                   id ? ", not " : "", id ? id : "");
}

static enum ho_result make_frame(void *opaque, int64_t i, struct ho_loop_frame *out, struct ho_diag *diag)
{
    struct rendering *r = opaque;
    struct ho_graph_frame frame;
    HO_TRY(r->key ? evaluate_view(r, i, &frame, diag)
                  : ho_evaluator_frame(r->evaluator, r->request->node, i, r->source != NULL, &frame, diag));
    return ho_loop_take(r->evaluator, &frame, out, diag);
}

static const struct ho_loop_source graph_source = {.frame = make_frame};

static enum ho_result render_to(struct rendering *r, const char *path, struct ho_diag *diag)
{
    const struct ho_render_request *request = r->request;
    char key[HO_LOOP_KEY_SIZE];
    struct stretch stretch = {0};
    struct ho_loop *loop = &r->loop;
    *loop = (struct ho_loop){.path = path, .range = r->range};
    HO_TRY(make_key(r, key, diag));
    if (r->source)
        HO_TRY(find_stretch(r, &stretch, diag));
    *loop = (struct ho_loop){.source = &graph_source,
                             .opaque = r,
                             .path = path,
                             .range = r->range,
                             .writer = writer_options(r, key),
                             .progress = request->progress,
                             .progress_opaque = request->opaque};
    loop->writer.times = request->source_cadence ? stretch.times : NULL;
    add_audio(r, &stretch, &loop->writer);
    if (loop->writer.has_timecode) {
        loop->writer.start = ho_timecode_add(r->source->start, r->range.first);
        ho_timecode_format(loop->writer.start, r->report->timecode);
    }
    enum ho_result result = ho_loop_run(loop, diag);
    free(stretch.times);
    return result;
}

static enum ho_result check_output(const struct rendering *r, const char *path, struct ho_diag *diag)
{
    const struct ho_render_request *request = r->request;
    struct ho_output_files files = {path, request->codec, first_number(r), r->range.last - r->range.first + 1};
    HO_TRY(ho_output_check_graph(&files, request->graph, request->base_dir, diag));
    return ho_writer_check(path, request->codec, files.n_frames, request->overwrite, diag);
}

enum ho_result ho_render_graph(const struct ho_render_request *given, struct ho_render_report *report,
                               struct ho_diag *diag)
{
    *report = (struct ho_render_report){0};
    struct ho_render_request filled = *given, *request = &filled;
    if (filled.codec == HO_CODEC_BY_NAME)
        HO_TRY(ho_codec_of_output(filled.output, &filled.codec, diag));
    struct rendering r = {.request = request, .report = report};
    const double start = ho_loop_now();
    struct ho_evaluator_options options = {.n_threads = request->n_threads,
                                           .index_dir = request->index_dir,
                                           .bank_dir = request->bank_dir,
                                           .base_dir = request->base_dir,
                                           .any_matte = request->any_matte,
                                           .width = request->width,
                                           .height = request->height,
                                           .rate = request->rate,
                                           .cancel = request->cancel};
    char *path = NULL;
    enum ho_result result = ho_evaluator_create(request->graph, &options, &r.evaluator, diag);
    if (result == HO_OK && request->has_view)
        result = open_view(&r, &options, diag);
    if (result == HO_OK)
        result = ho_evaluator_open(r.evaluator, request->node, diag);
    if (result == HO_OK) {
        r.source = ho_evaluator_source(r.evaluator);
        result = choose_range(&r, diag);
        if (result == HO_OK && !r.source)
            result = check_without_footage(&r, diag);
    }
    if (result == HO_OK) {
        struct ho_token_values values = {.source = r.source, .codec = request->codec};
        result = ho_tokens_expand(request->output, &values, &path, diag);
    }
    if (result == HO_OK) {
        snprintf(report->path, sizeof(report->path), "%s", path);
        result = check_output(&r, path, diag);
    }
    if (result == HO_OK) {
        struct ho_diag own = {0};
        result = render_to(&r, path, &own);
        ho_loop_report(&r.loop, report);
        if (result == HO_CANCELLED)
            result = ho_loop_say_stopped(&r.loop, diag);    // whoever noticed it
        else if (result != HO_OK)
            result = ho_fail(diag, result, "%s", own.message);
    }
    ho_evaluator_destroy(&r.evaluator);
    ho_evaluator_destroy(&r.key);
    ho_picture_destroy(&r.viewed);
    free(path);
    report->seconds = ho_loop_now() - start;
    return result;
}
