// SPDX-License-Identifier: BSD-2-Clause
// Whole-or-absent movies and sequences: what a caller sees. The sending thread converts; the backend's threads encode
// behind a bounded queue.
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limit.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/queue.h"
#include "holdout/log.h"
#include "media/kept.h"
#include "media/libav.h"
#include "media/pattern.h"

struct ho_writer {
    struct ho_place place;
    struct ho_output output;
    struct ho_metadata *metadata;    // what output.options.metadata points to
    struct ho_rational *times;       // and output.options.times
    char *reel_name, *clip_name, *audio_from;

    struct ho_writer_frames *frames;
    struct ho_queue *queue;
    pthread_t *workers;
    int n_workers;    // that run
    bool is_started;
    int64_t n_sent;

    pthread_mutex_t lock;      // guards failure
    struct ho_diag failure;    // the first one, of a worker or of a send; nothing is written after it
};

// ---- opening

// ProRes numbers the slices of a picture (8 macroblocks, then 4, 2 and 1 at the end of a row) with 16 bits.
static bool is_too_large_for_prores(int width, int height)
{
    int n_blocks = (width + 15) / 16, n_rows = (height + 15) / 16;
    return (int64_t)(n_blocks / 8 + __builtin_popcount((unsigned)n_blocks % 8)) * n_rows > UINT16_MAX;
}

static bool is_later(struct ho_rational a, struct ho_rational b)
{
    return (__int128)a.num * b.den > (__int128)b.num * a.den;
}

static enum ho_result check_options(const char *path, const struct ho_writer_options *o,
                                    const struct ho_codec_entry *codec, struct ho_diag *diag)
{
    if (o->width < 1 || o->height < 1 || o->width > HO_SIZE_MAX || o->height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: a picture of %dx%d cannot be written; width and height go from 1 to %d", path, o->width,
                       o->height, HO_SIZE_MAX);
    if (codec->is_prores && is_too_large_for_prores(o->width, o->height))
        return ho_fail(diag, HO_ERROR_USAGE, "%s: a picture of %dx%d is too large for ProRes; use ffv1, png or exr",
                       path, o->width, o->height);
    if (o->width < codec->min_width || o->height < codec->min_height)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: %s holds no picture of %dx%d; %dx%d is the smallest", path,
                       codec->label, o->width, o->height, codec->min_width, codec->min_height);
    if (codec->is_long_gop && (o->width % 2 || o->height % 2))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: %s holds no picture of %dx%d, as its sides are not even; use prores-422", path,
                       codec->label, o->width, o->height);
    bool has_rate = o->rate.num > 0 && o->rate.den > 0;
    if (!has_rate && !codec->backend->is_sequence)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: a movie needs a frame rate, and this one's is unknown (%" PRId64 "/%" PRId64 ")", path,
                       o->rate.num, o->rate.den);
    if (has_rate && (o->rate.num > INT_MAX || o->rate.den > INT_MAX || o->rate.num / o->rate.den > 1000))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: a frame rate of %" PRId64 "/%" PRId64 " cannot be written; it goes up to 1000 a second",
                       path, o->rate.num, o->rate.den);
    if (o->has_timecode && !codec->backend->is_sequence && o->start.fps != ho_rate_base(o->rate))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: the start timecode counts in %d, but the frame rate %" PRId64 "/%" PRId64 " counts in %d",
                       path, o->start.fps, o->rate.num, o->rate.den, ho_rate_base(o->rate));
    if (codec->backend->is_sequence && (o->first_number < INT32_MIN || o->first_number > INT64_MAX / 4))
        return ho_fail(diag, HO_ERROR_USAGE, "%s: a sequence cannot begin with number %" PRId64, path, o->first_number);
    if ((o->audio_from || o->mix) && codec->backend->is_sequence)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: a sequence of pictures holds no sound; write a movie or leave the sound out", path);
    if (o->times && codec->backend->is_sequence)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: a sequence of pictures has no times; write a movie, or leave the source's cadence", path);
    for (int64_t i = 0; o->times && i < o->n_frames; i++)
        if (i ? !is_later(o->times[i], o->times[i - 1]) : o->times[0].num != 0)
            return ho_fail(diag, HO_ERROR_USAGE,
                           "%s: frame %" PRId64 " is shown no later than the one before it, so the source's cadence "
                           "cannot be kept; write at a constant rate",
                           path, i);
    struct stat a, b;
    char audio[4096] = "", part[HO_NAME_SIZE];
    if (o->audio_from)
        ho_source_split(o->audio_from, audio, part);
    if (o->audio_from && !stat(audio, &a) && !stat(path, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        return ho_fail(diag, HO_ERROR_USAGE, "%s is the source itself; choose another name for the output", path);
    return HO_OK;
}

static bool copy_text(const char *from, char **to)
{
    *to = from && *from ? ho_strdup(from) : NULL;
    return *to || !from || !*from;
}

static enum ho_result copy_options(struct ho_writer *writer, const struct ho_writer_options *options,
                                   struct ho_diag *diag)
{
    writer->output.options = *options;
    struct ho_writer_options *copy = &writer->output.options;
    copy->metadata = NULL;
    copy->n_metadata = 0;
    copy->times = NULL;
    writer->metadata = ho_alloc(options->n_metadata, sizeof(*writer->metadata));
    bool is_copied = writer->metadata && copy_text(options->reel_name, &writer->reel_name) &&
                     copy_text(options->clip_name, &writer->clip_name) &&
                     copy_text(options->audio_from, &writer->audio_from);
    for (size_t i = 0; is_copied && i < options->n_metadata; i++) {
        char *key = ho_strdup(options->metadata[i].key), *value = ho_strdup(options->metadata[i].value);
        writer->metadata[i] = (struct ho_metadata){key, value};
        copy->n_metadata = i + 1;
        is_copied = key && value;
    }
    if (options->times && options->n_frames > 0) {
        copy->times = writer->times = ho_alloc((size_t)options->n_frames, sizeof(*writer->times));
        is_copied = is_copied && writer->times;
        if (writer->times)
            memcpy(writer->times, options->times, (size_t)options->n_frames * sizeof(*writer->times));
    }
    copy->metadata = writer->metadata;
    copy->reel_name = writer->reel_name;
    copy->clip_name = writer->clip_name;
    copy->audio_from = writer->audio_from;
    if (copy->n_threads < 1)
        copy->n_threads = ho_core_count();
    return is_copied ? HO_OK : ho_fail_memory(diag, sizeof(struct ho_metadata) * options->n_metadata);
}

// What a full disk leaves takes room itself.
static void say_kept(const struct ho_writer *writer)
{
    const char *path = writer->place.temporary;
    struct stat status;
    int64_t size = 0, n = 0;
    for (; writer->place.is_sequence; n++) {
        char *file = ho_place_file(&writer->place, path, writer->output.options.first_number + n);
        bool there = file && stat(file, &status) == 0;
        size += there ? (int64_t)status.st_size : 0;
        free(file);
        if (!there)
            break;
    }
    if (!writer->place.is_sequence && stat(path, &status) == 0)
        size = (int64_t)status.st_size;
    ho_log(HO_LOG_WARNING,
           "%s keeps what is finished (%.1f MiB): the same command goes on from there; to drop it, remove it and "
           "%s.frames",
           path, (double)size / 1048576, path);
}

// Frees everything and removes what was written, but what can be gone on with where that is to stay; the threads have
// ended.
static void destroy(struct ho_writer *writer, bool stays, bool is_full)
{
    struct ho_kept *kept = writer->output.kept;
    writer->place.stays = stays && kept &&
                          (writer->place.is_sequence ? writer->n_sent > 0 || ho_kept_n(kept) > 0
                                                     : ho_kept_n_all(kept) > 0);
    if (writer->place.stays && is_full)
        say_kept(writer);
    ho_kept_close(&writer->output.kept, !writer->place.stays);
    ho_queue_destroy(&writer->queue, NULL);
    ho_writer_frames_destroy(&writer->frames);
    ho_place_clear(&writer->place);
    for (size_t i = 0; i < writer->output.options.n_metadata; i++) {
        free((void *)(uintptr_t)writer->metadata[i].key);
        free((void *)(uintptr_t)writer->metadata[i].value);
    }
    free(writer->metadata);
    free(writer->times);
    free(writer->reel_name);
    free(writer->clip_name);
    free(writer->audio_from);
    free(writer->workers);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}

// What an interrupted run left, as far as it is whole.
static enum ho_result find_kept(struct ho_writer *writer, struct ho_diag *diag)
{
    struct ho_output *output = &writer->output;
    HO_TRY(ho_kept_open(&writer->place, output->options.key, &output->kept, diag));
    output->options.key = NULL;    // was the caller's
    if (!writer->place.is_sequence) {
        ho_kept_check_packets(output->kept, writer->place.temporary);
        return HO_OK;
    }
    int64_t n = 0;
    for (bool is_whole = true; is_whole && n != output->options.n_frames; n += is_whole) {
        char *file = ho_place_file(&writer->place, writer->place.temporary, output->options.first_number + n);
        is_whole = file && !access(file, F_OK) && output->codec->backend->check(output, file, 1, NULL) == HO_OK;
        free(file);
    }
    ho_kept_cut(output->kept, n);
    return HO_OK;
}

int64_t ho_writer_n_kept(const struct ho_writer *writer)
{
    return writer->output.kept ? ho_kept_n(writer->output.kept) : 0;
}

// What zeros stand for.
static enum ho_result fill_options(const char *path, const struct ho_writer_options *given,
                                   struct ho_writer_options *out, struct ho_diag *diag)
{
    *out = *given;
    if (out->n_frames == 0)
        out->n_frames = -1;
    if (out->pixel_aspect.num == 0 && out->pixel_aspect.den == 0)
        out->pixel_aspect = (struct ho_rational){1, 1};
    const struct ho_colour *c = &out->colour;
    if (c->matrix == 0 && c->transfer == 0 && c->primaries == 0)    // primaries and transfers of 0 do not exist
        out->colour = (struct ho_colour){.matrix = 1, .transfer = 1, .primaries = 1};
    return out->codec == HO_CODEC_BY_NAME && path && *path ? ho_codec_of_output(path, &out->codec, diag) : HO_OK;
}

enum ho_result ho_writer_open(const char *path, const struct ho_writer_options *given, struct ho_writer **out,
                              struct ho_diag *diag)
{
    *out = NULL;
    struct ho_writer_options filled, *options = &filled;
    HO_TRY(fill_options(path, given, &filled, diag));
    ho_libav_init();
    if (ho_codec_entry(options->codec)->is_long_gop)
        options->key = NULL;
    struct ho_writer *writer = ho_alloc(1, sizeof(*writer));
    if (!writer)
        return ho_fail_memory(diag, sizeof(*writer));
    pthread_mutex_init(&writer->lock, NULL);
    int64_t first = options->first_number, last = options->n_frames > 0 ? first + options->n_frames - 1 : INT64_MAX;
    enum ho_result result = ho_place_init(&writer->place, path, options->codec, options->n_frames, options->overwrite,
                                          diag);
    if (result == HO_OK)
        result = check_options(path, options, ho_codec_entry(options->codec), diag);
    if (result == HO_OK)
        result = ho_place_check_free(&writer->place, first, last, diag);
    if (result == HO_OK)
        result = copy_options(writer, options, diag);
    writer->output.codec = ho_codec_entry(options->codec);
    writer->output.place = &writer->place;
    if (result == HO_OK)
        result = options->key ? find_kept(writer, diag) : ho_place_make(&writer->place, diag);
    if (result == HO_OK)
        *out = writer;
    else
        destroy(writer, true, false);
    return result;
}

// ---- the threads that encode

static void fail_writer(struct ho_writer *writer, enum ho_result result, const struct ho_diag *diag)
{
    pthread_mutex_lock(&writer->lock);
    (void)ho_fail(&writer->failure, result, "%s", diag->message);
    pthread_mutex_unlock(&writer->lock);
    if (writer->queue)
        ho_queue_close_receive(writer->queue);
}

static void release_frame(void *item)
{
    AVFrame *frame = item;
    av_frame_free(&frame);
}

static void *encode_thread(void *opaque)
{
    struct ho_writer *writer = opaque;
    const struct ho_writer_backend *backend = writer->output.codec->backend;
    struct ho_diag diag = {0};
    void *encoder = NULL, *item;
    ho_limit_block();
    enum ho_result result = backend->open(&writer->output, backend->is_sequence ? 1 : writer->output.options.n_threads,
                                          &encoder, &diag);
    while (result == HO_OK && ho_queue_receive(writer->queue, &item) == HO_OK) {
        result = backend->encode(encoder, item, &diag);
        release_frame(item);
    }
    pthread_mutex_lock(&writer->lock);
    bool has_failed = writer->failure.result != HO_OK;
    pthread_mutex_unlock(&writer->lock);
    if (result == HO_OK && !has_failed)
        result = backend->finish(encoder, &diag);
    backend->close(&encoder);
    if (result != HO_OK)
        fail_writer(writer, result, &diag);
    return NULL;
}

// Each thread holds a frame or two: many cores and large pictures must not fill the memory.
static int threads_for(const struct ho_writer *writer)
{
    enum { MOST = 16 };
    const size_t budget = (size_t)384 << 20;
    size_t n = budget / (2 * ho_writer_frames_size(writer->frames));
    int n_wanted = writer->output.options.n_threads;
    n = n > MOST ? MOST : n < 1 ? 1 : n;
    return n_wanted < (int)n ? n_wanted : (int)n;
}

static enum ho_result start(struct ho_writer *writer, struct ho_diag *diag)
{
    HO_TRY(ho_writer_frames_create(&writer->output, &writer->frames, diag));
    int n_threads = threads_for(writer), n_workers = writer->output.codec->backend->is_sequence ? n_threads : 1;
    writer->output.options.n_threads = n_threads;
    HO_TRY(ho_queue_create(3, &writer->queue, diag));
    writer->workers = ho_alloc((size_t)n_workers, sizeof(*writer->workers));
    if (!writer->workers)
        return ho_fail_memory(diag, sizeof(*writer->workers) * (size_t)n_workers);
    // From here on the encoder's pictures have one format; the threads read it.
    for (; writer->n_workers < n_workers; writer->n_workers++)
        if (pthread_create(&writer->workers[writer->n_workers], NULL, encode_thread, writer))
            break;
    if (!writer->n_workers)
        return ho_fail(diag, HO_ERROR_MEMORY, "%s cannot be written: no thread could be started", writer->place.path);
    writer->is_started = true;
    writer->n_sent = ho_writer_n_kept(writer);
    return HO_OK;
}

static void stop(struct ho_writer *writer)
{
    if (writer->queue)
        ho_queue_close_send(writer->queue);
    for (int i = 0; i < writer->n_workers; i++)
        pthread_join(writer->workers[i], NULL);
    writer->n_workers = 0;
    // What nobody took: the queue itself goes later, with the rest.
    ho_queue_destroy(&writer->queue, release_frame);
}

// ---- sending

static bool is_cancelled(const struct ho_writer *writer)
{
    const struct ho_cancel *cancel = writer->output.options.cancel;
    return ho_cancel_is_requested(cancel);
}

static enum ho_result fail_cancelled(const struct ho_writer *writer, struct ho_diag *diag)
{
    return ho_fail(diag, HO_CANCELLED, "%s: stopped after %" PRId64 " frames; %s", writer->place.path, writer->n_sent,
                   writer->output.kept && writer->n_sent
                       ? "they are kept beside it, and the same command goes on from there"
                       : "nothing was left there");
}

static enum ho_result failure_of(struct ho_writer *writer, struct ho_diag *diag)
{
    pthread_mutex_lock(&writer->lock);
    enum ho_result result = writer->failure.result;
    if (result != HO_OK)
        (void)ho_fail(diag, result, "%s", writer->failure.message);
    pthread_mutex_unlock(&writer->lock);
    return result;
}

// What every send begins with.
static enum ho_result begin_send(struct ho_writer *writer, int width, int height, struct ho_diag *diag)
{
    const struct ho_writer_options *options = &writer->output.options;
    if (is_cancelled(writer))
        return fail_cancelled(writer, diag);
    HO_TRY(failure_of(writer, diag));
    if (width != options->width || height != options->height)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: frame %" PRId64 " is %dx%d, but the output is %dx%d",
                       writer->place.path, writer->n_sent, width, height, options->width, options->height);
    if (options->n_frames >= 0 && writer->n_sent >= options->n_frames)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: more than the %" PRId64 " frames that were announced",
                       writer->place.path, options->n_frames);
    return HO_OK;
}

// Hands a converted frame to the encoder.
static enum ho_result send_converted(struct ho_writer *writer, AVFrame *frame, struct ho_diag *diag)
{
    frame->pts = writer->n_sent;
    if (ho_queue_send(writer->queue, frame) != HO_OK) {
        av_frame_free(&frame);
        enum ho_result result = failure_of(writer, diag);
        return result != HO_OK ? result
                               : ho_fail(diag, HO_ERROR_SPACE, "%s: the encoder has stopped", writer->place.path);
    }
    writer->n_sent++;
    return HO_OK;
}

static enum ho_result send_matte(struct ho_writer *writer, const struct ho_matte *matte, struct ho_diag *diag)
{
    AVFrame *frame = NULL;
    HO_TRY(begin_send(writer, matte->width, matte->height, diag));
    if (!writer->is_started) {
        ho_output_settle(&writer->output, HO_KIND_MATTE);
        HO_TRY(start(writer, diag));
        if (writer->n_sent > 0)    // an interrupted run left this frame
            return HO_OK;
    }
    HO_TRY(ho_writer_frames_matte(writer->frames, matte, &frame, diag));
    return send_converted(writer, frame, diag);
}

static enum ho_result send_picture(struct ho_writer *writer, const struct ho_picture *picture, struct ho_diag *diag)
{
    AVFrame *frame = NULL;
    HO_TRY(begin_send(writer, picture->width, picture->height, diag));
    if (!writer->is_started) {
        ho_output_settle(&writer->output, picture->n_planes == 1   ? HO_KIND_MATTE
                                          : picture->n_planes == 3 ? HO_KIND_COLOUR
                                                                   : HO_KIND_ALPHA);
        HO_TRY(start(writer, diag));
        if (writer->n_sent > 0)    // an interrupted run left this frame
            return HO_OK;
    }
    HO_TRY(ho_writer_frames_picture(writer->frames, picture, &frame, diag));
    return send_converted(writer, frame, diag);
}

static enum ho_result send_frame(struct ho_writer *writer, const struct ho_frame *source, struct ho_diag *diag)
{
    AVFrame *frame = NULL;
    HO_TRY(begin_send(writer, ho_frame_width(source), ho_frame_height(source), diag));
    if (!writer->is_started) {
        ho_output_settle_frame(&writer->output, source);
        HO_TRY(start(writer, diag));
        if (writer->n_sent > 0)    // an interrupted run left this frame
            return HO_OK;
    }
    HO_TRY(ho_writer_frames_frame(writer->frames, source, &frame, diag));
    return send_converted(writer, frame, diag);
}

// A frame that could not be sent leaves a gap: the output is given up.
static enum ho_result end_send(struct ho_writer *writer, enum ho_result result, const struct ho_diag *own,
                               struct ho_diag *diag)
{
    if (result == HO_OK)
        return HO_OK;
    fail_writer(writer, result, own);
    return ho_fail(diag, result, "%s", own->message);
}

enum ho_result ho_writer_send_matte(struct ho_writer *writer, const struct ho_matte *matte, struct ho_diag *diag)
{
    struct ho_diag own = {0};
    return end_send(writer, send_matte(writer, matte, &own), &own, diag);
}

enum ho_result ho_writer_send_picture(struct ho_writer *writer, const struct ho_picture *picture, struct ho_diag *diag)
{
    struct ho_diag own = {0};
    return end_send(writer, send_picture(writer, picture, &own), &own, diag);
}

enum ho_result ho_writer_send_frame(struct ho_writer *writer, const struct ho_frame *frame, struct ho_diag *diag)
{
    struct ho_diag own = {0};
    return end_send(writer, send_frame(writer, frame, &own), &own, diag);
}

// ---- finishing

static enum ho_result check_files(const struct ho_writer *writer, struct ho_diag *diag)
{
    const struct ho_output *output = &writer->output;
    if (!writer->place.is_sequence)
        return output->codec->backend->check(output, writer->place.temporary, writer->n_sent, diag);
    for (int64_t i = 0; i < writer->n_sent && !is_cancelled(writer); i++) {
        char *file = ho_place_file(&writer->place, writer->place.temporary, output->options.first_number + i);
        enum ho_result result = file ? output->codec->backend->check(output, file, 1, diag)
                                     : ho_fail_memory(diag, strlen(writer->place.temporary));
        free(file);
        HO_TRY(result);
    }
    return HO_OK;
}

static enum ho_result finish(struct ho_writer *writer, struct ho_diag *diag)
{
    int64_t n_wanted = writer->output.options.n_frames;
    if (is_cancelled(writer))
        return fail_cancelled(writer, diag);
    HO_TRY(failure_of(writer, diag));
    if (!writer->n_sent)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: no frame was sent, so there is nothing to write", writer->place.path);
    if (n_wanted >= 0 && n_wanted != writer->n_sent)
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "%s: %" PRId64 " frames were sent, but %" PRId64 " were announced; nothing was written",
                       writer->place.path, writer->n_sent, n_wanted);
    enum ho_result result = check_files(writer, diag);
    if (result == HO_CANCELLED || is_cancelled(writer))
        return fail_cancelled(writer, diag);
    HO_TRY(result);
    return ho_place_publish(&writer->place, writer->output.options.first_number, writer->n_sent, diag);
}

enum ho_result ho_writer_finish(struct ho_writer **pointer, struct ho_diag *diag)
{
    struct ho_writer *writer = *pointer;
    *pointer = NULL;
    stop(writer);
    enum ho_result result = finish(writer, diag);
    destroy(writer, result == HO_CANCELLED || result == HO_ERROR_SPACE, result == HO_ERROR_SPACE);
    return result;
}

void ho_writer_abort(struct ho_writer **pointer)
{
    struct ho_writer *writer = pointer ? *pointer : NULL;
    if (!writer)
        return;
    *pointer = NULL;
    fail_writer(writer, HO_CANCELLED, &(struct ho_diag){.message = "aborted"});
    stop(writer);
    destroy(writer, true, writer->failure.result == HO_ERROR_SPACE);
}
