// SPDX-License-Identifier: BSD-2-Clause
#include "tracking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "progress.h"

#define EVENTS_PRINTED 12

static enum ho_result take_quality(void *values, const struct cli_option *option, const char *text,
                                   struct ho_diag *diag)
{
    (void)option;
    return ho_quality_parse(text, &((struct cli_track_options *)values)->quality, diag);
}

static enum ho_result take_direction(void *values, const struct cli_option *option, const char *text,
                                     struct ho_diag *diag)
{
    static const char *const names[] = {
        [HO_DIRECTION_BOTH] = "both", [HO_DIRECTION_FORWARD] = "forward", [HO_DIRECTION_BACKWARD] = "backward"};
    (void)option;
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            ((struct cli_track_options *)values)->direction = (enum ho_direction)i;
            return HO_OK;
        }
    }
    return ho_fail(diag, HO_ERROR_USAGE, "--direction wants both, forward or backward, not '%.100s'", text);
}

const struct cli_option cli_track_options[] = {
    {.name = "quality",
     .kind = CLI_TAKE,
     .argument = "faster|better",
     .take = take_quality,
     .words = "faster better",
     .help = "faster, or better (default): finer, with the edge refined to the picture"},
    {.name = "direction",
     .kind = CLI_TAKE,
     .argument = "both|forward|backward",
     .take = take_direction,
     .words = "both forward backward",
     .help = "from the prompted frames to both ends (default), or one way only"},
    {.name = "range",
     .kind = CLI_TEXT,
     .argument = "IN-OUT",
     .offset = offsetof(struct cli_track_options, range),
     .help = "track these frames only, both included (numbers or timecodes); the rest of the matte stays black"},
    {.name = "whole",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_track_options, whole),
     .help = "corrections are tracked to the ends, instead of until they meet what was there"},
    {.name = "engine",
     .kind = CLI_TEXT,
     .argument = "NAME",
     .offset = offsetof(struct cli_track_options, engine),
     .words = "embedded stub",
     .help = "what tracks: embedded (default), the network that ships with holdout, or stub, a trivial one for tests"},
    {.name = "model",
     .kind = CLI_TEXT,
     .argument = "PATH",
     .offset = offsetof(struct cli_track_options, model),
     .words = "FOLDER",
     .help = "folder of the engine's weights, instead of its own"},
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct cli_track_options, bank),
     .words = "FOLDER",
     .help = "where mattes are kept; default: $HOLDOUT_BANK, else ~/.local/share/holdout/bank"},
    {.name = "wait",
     .kind = CLI_NUMBER,
     .argument = "SECONDS",
     .offset = offsetof(struct cli_track_options, wait),
     .max = 1e6,
     .help = "how long to wait for another process that tracks the same object; default 0"},
    {0},
};

const struct cli_option cli_bank_options[] = {
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .words = "FOLDER",
     .help = "where mattes are kept; default: $HOLDOUT_BANK, else ~/.local/share/holdout/bank"},
    {0},
};

void cli_track_defaults(struct cli_track_options *options) { options->quality = HO_QUALITY_BETTER; }

enum ho_result cli_tracking_prepare(struct cli_context *context, const struct cli_track_options *options,
                                    struct cli_objects *objects, const char *source, struct cli_tracking *out,
                                    struct ho_diag *diag)
{
    const struct ho_engine *engine;
    context->go_on = "nothing is tracked yet: the same command begins again";
    HO_TRY(ho_engine_find(options->engine ? options->engine : "embedded", &engine, diag));
    HO_TRY(cli_probe_source(context, &options->source, options->bank, source, &out->source, diag));
    out->range = (struct ho_range){0, out->source.n_frames - 1};
    if (options->range)
        HO_TRY(cli_range_parse(options->range, &out->source, "--range", false, &out->range, diag));
    return cli_objects_resolve(objects, &out->source, out->range.first, context, &out->requests, diag);
}

enum ho_result cli_tracking_run(struct cli_context *context, const struct cli_track_options *options,
                                struct cli_tracking *tracking, struct ho_diag *diag)
{
    struct ho_track_request request = {
        .source = tracking->source.path,
        .objects = tracking->requests.items,
        .n_objects = tracking->requests.n,
        .rate = options->source.rate,
        .engine = options->engine,
        .model = options->model,
        .quality = options->quality,
        .direction = options->direction,
        .has_range = options->range != NULL,
        .range = tracking->range,
        .add = options->add,
        .whole = options->whole,
        .bank_dir = options->bank,
        .wait_seconds = (double)options->wait,
        .n_threads = (int)context->common->n_threads,
        .cancel = context->cancel,
        .progress = cli_progress_track,
    };
    context->go_on = "what is tracked is in the bank: the same command goes on from there";
    enum ho_result result = ho_track_run(&request, &tracking->report, diag);
    tracking->seconds = tracking->report.seconds;
    cli_progress_clear();
    return result;
}

void cli_tracking_clear(struct cli_tracking *tracking)
{
    cli_requests_clear(&tracking->requests);
    ho_track_report_clear(&tracking->report);
}

static double tracked_per_second(const struct cli_tracking *tracking)
{
    int64_t n = 0;
    for (size_t i = 0; i < tracking->report.n_objects; i++)
        n += tracking->report.objects[i].n_tracked;
    return tracking->seconds > 0 ? (double)n / tracking->seconds : 0;
}

// "frame 12 (01:00:00:12)"
static void print_frame(const struct ho_source_info *source, int64_t frame)
{
    char timecode[HO_TIMECODE_SIZE];
    cli_frame_timecode(source, frame, timecode);
    printf("frame %lld%s%s%s", (long long)cli_frame_number(source, frame), timecode[0] ? " (" : "", timecode,
           timecode[0] ? ")" : "");
}

static void print_event(const struct ho_source_info *source, const struct ho_event *event)
{
    static const char *const said[] = {
        [HO_EVENT_CUT] = "a scene cut: tracking stops there",
        [HO_EVENT_LOST] = "the object is gone",
        [HO_EVENT_FOUND] = "the object is found again",
        [HO_EVENT_CONFIDENCE] = "confidence drops",
        [HO_EVENT_AREA] = "its area jumps",
        [HO_EVENT_HELD] = "the frame could not be decoded: the last good one stands in",
    };
    printf("  check ");
    print_frame(source, event->frame);
    printf(": %s", said[event->kind]);
    if (event->kind == HO_EVENT_CONFIDENCE)
        printf(" to %.2f", (double)event->value);
    if (event->kind == HO_EVENT_AREA)
        printf(" to %.2f of what it was", (double)event->value);
    putchar('\n');
}

// Which frames another step changed, the most changed first.
static void print_changes(const struct ho_source_info *source, const struct ho_object_report *object)
{
    if (object->n_changes) {
        int64_t first = object->changes[0].frame, last = first;
        for (size_t i = 1; i < object->n_changes; i++) {
            first = object->changes[i].frame < first ? object->changes[i].frame : first;
            last = object->changes[i].frame > last ? object->changes[i].frame : last;
        }
        printf("  changed %zu frame%s, from %lld to %lld; most (%.0f%% of the matte) ", object->n_changes,
               object->n_changes == 1 ? "" : "s", (long long)cli_frame_number(source, first),
               (long long)cli_frame_number(source, last), 100 * (double)object->changes[0].amount);
        print_frame(source, object->changes[0].frame);
        putchar('\n');
    }
    for (size_t i = 0; i < object->n_local; i++) {
        printf("  only on ");
        print_frame(source, object->local[i]);
        printf(": what is said there cannot be told from the object, or the object is hardly seen, so it is not "
               "followed; a box or a mask is\n");
    }
}

static void print_overlaps(const struct ho_source_info *source, const struct ho_object_report *object)
{
    for (size_t i = 0; i < object->n_overlaps; i++) {
        const struct ho_overlap *overlap = &object->overlaps[i];
        bool is_one = overlap->frames.first == overlap->frames.last;
        printf("  check frame%s %lld", is_one ? "" : "s", (long long)cli_frame_number(source, overlap->frames.first));
        if (!is_one)
            printf(" to %lld", (long long)cli_frame_number(source, overlap->frames.last));
        printf(": '%s' has the same there; correct the one that is wrong\n", overlap->object);
    }
}

void cli_tracking_print(const struct cli_tracking *tracking)
{
    for (size_t i = 0; i < tracking->report.n_objects; i++) {
        const struct ho_object_report *object = &tracking->report.objects[i];
        printf("%s: %lld frame%s tracked", object->object, (long long)object->n_tracked,
               object->n_tracked == 1 ? "" : "s");
        if (object->n_tracked)
            printf(" in %.1f s (%.1f frames/s)", tracking->seconds, tracked_per_second(tracking));
        printf(
            ", %lld from the bank; frames %lld to %lld have a matte, mean confidence %.2f; bank id %.12s, step %lld\n",
            (long long)object->n_reused, (long long)cli_frame_number(&tracking->report.source, object->covered.first),
            (long long)cli_frame_number(&tracking->report.source, object->covered.last),
            (double)object->mean_confidence, object->id, (long long)object->step);
        print_changes(&tracking->report.source, object);
        print_overlaps(&tracking->report.source, object);
        for (size_t j = 0; j < object->n_events && j < EVENTS_PRINTED; j++)
            print_event(&tracking->report.source, &object->events[j]);
        if (object->n_events > EVENTS_PRINTED)
            printf("  and %zu more (--json lists them all)\n", object->n_events - EVENTS_PRINTED);
        if (object->correct_first >= 0) {
            printf("  a correction would help most on ");
            print_frame(&tracking->report.source, object->correct_first);
            putchar('\n');
        }
    }
}

json_t *cli_source_json(const struct ho_source_info *source)
{
    static const char *const fields[] = {[HO_FIELD_UNKNOWN] = "unknown",
                                         [HO_FIELD_PROGRESSIVE] = "progressive",
                                         [HO_FIELD_TOP_FIRST] = "top first",
                                         [HO_FIELD_BOTTOM_FIRST] = "bottom first"};
    char timecode[HO_TIMECODE_SIZE], rate[48], aspect[48];
    cli_frame_timecode(source, 0, timecode);
    snprintf(rate, sizeof(rate), "%lld/%lld", (long long)source->rate.num, (long long)source->rate.den);
    snprintf(aspect, sizeof(aspect), "%lld:%lld", (long long)source->pixel_aspect.num,
             (long long)source->pixel_aspect.den);
    json_t *json = json_pack("{s:o, s:o, s:o, s:s, s:i, s:i, s:s, s:s, s:I, s:b, s:s*, s:b}", "path",
                             cli_json_text(source->path), "clip_name", cli_json_text(source->clip_name), "reel_name",
                             cli_json_text(source->reel_name), "hash", source->hash, "width", source->width, "height",
                             source->height, "pixel_aspect", aspect, "rate", rate, "n_frames",
                             (json_int_t)source->n_frames, "variable_rate", source->variable_rate, "timecode",
                             timecode[0] ? timecode : NULL, "is_sequence", source->is_sequence);
    json_t *more = json_pack("{s:s, s:s, s:s, s:s, s:i, s:b, s:i, s:s, s:i, s:I}", "container", source->container,
                             "codec", source->codec, "profile", source->profile, "pixel_format", source->pixel_format,
                             "bit_depth", source->bit_depth, "has_alpha", source->has_alpha, "rotation",
                             source->rotation, "field_order", fields[source->field_order], "n_audio_streams",
                             source->n_audio_streams, "file_size", (json_int_t)source->file_size);
    json_t *colour = json_pack("{s:i, s:i, s:i, s:i, s:b}", "matrix", source->colour.matrix, "transfer",
                               source->colour.transfer, "primaries", source->colour.primaries, "full_range",
                               source->colour.full_range, "tagged", source->colour_is_tagged);
    if (json && more && colour) {
        json_object_update(json, more);
        json_object_set(json, "colour", colour);
        if (source->is_sequence)
            json_object_set_new(json, "first_number", json_integer(source->first_number));
    }
    json_decref(more);
    json_decref(colour);
    return json;
}

static json_t *events_json(const struct ho_source_info *source, const struct ho_object_report *object)
{
    json_t *events = json_array();
    for (size_t i = 0; i < object->n_events; i++) {
        const struct ho_event *event = &object->events[i];
        char timecode[HO_TIMECODE_SIZE];
        cli_frame_timecode(source, event->frame, timecode);
        json_array_append_new(events, json_pack("{s:s, s:I, s:I, s:s*, s:f}", "kind", ho_event_name(event->kind),
                                                "frame", (json_int_t)event->frame, "number",
                                                (json_int_t)cli_frame_number(source, event->frame), "timecode",
                                                timecode[0] ? timecode : NULL, "value", (double)event->value));
    }
    return events;
}

static json_t *changes_json(const struct ho_source_info *source, const struct ho_object_report *object)
{
    json_t *changes = json_array();
    for (size_t i = 0; i < object->n_changes; i++)
        json_array_append_new(changes,
                              json_pack("{s:I, s:I, s:f}", "frame", (json_int_t)object->changes[i].frame, "number",
                                        (json_int_t)cli_frame_number(source, object->changes[i].frame), "amount",
                                        (double)object->changes[i].amount));
    return changes;
}

static json_t *local_json(const struct ho_object_report *object)
{
    json_t *local = json_array();
    for (size_t i = 0; i < object->n_local; i++)
        json_array_append_new(local, json_integer(object->local[i]));
    return local;
}

static json_t *overlaps_json(const struct ho_object_report *object)
{
    json_t *overlaps = json_array();
    for (size_t i = 0; i < object->n_overlaps; i++)
        json_array_append_new(overlaps, json_pack("{s:o, s:[I,I]}", "object", cli_json_text(object->overlaps[i].object),
                                                  "frames", (json_int_t)object->overlaps[i].frames.first,
                                                  (json_int_t)object->overlaps[i].frames.last));
    return overlaps;
}

json_t *cli_tracking_json(const struct cli_tracking *tracking)
{
    const struct ho_track_report *report = &tracking->report;
    const struct ho_engine_times *times = &report->times;
    json_t *objects = json_array();
    for (size_t i = 0; i < report->n_objects; i++) {
        const struct ho_object_report *object = &report->objects[i];
        json_array_append_new(
            objects,
            json_pack("{s:o, s:s, s:I, s:I, s:o, s:o, s:o, s:I, s:I, s:[I,I], s:f, s:o, s:o}", "object",
                      cli_json_text(object->object), "id", object->id, "step", (json_int_t)object->step, "n_steps",
                      (json_int_t)object->n_steps, "changes", changes_json(&report->source, object), "overlaps",
                      overlaps_json(object), "local", local_json(object), "n_tracked", (json_int_t)object->n_tracked,
                      "n_reused", (json_int_t)object->n_reused, "covered", (json_int_t)object->covered.first,
                      (json_int_t)object->covered.last, "mean_confidence", (double)object->mean_confidence, "events",
                      events_json(&report->source, object), "correct_first",
                      object->correct_first >= 0 ? json_integer(object->correct_first) : json_null()));
    }
    return json_pack("{s:o, s:I, s:o, s:f, s:f, s:{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}}", "source",
                     cli_source_json(&report->source), "frames_from", (json_int_t)cli_frames_first(&report->source),
                     "objects", objects, "seconds", tracking->seconds, "frames_per_second",
                     tracked_per_second(tracking), "times", "open", report->seconds_reading, "wait",
                     report->seconds_waiting, "convert", times->convert, "encode", times->encode, "memorize",
                     times->memorize, "read", times->read, "decode", times->decode, "click", times->click, "refine",
                     times->refine);
}
