// SPDX-License-Identifier: BSD-2-Clause
// holdout roto: track, then write the matte.
#include <stdlib.h>
#include <string.h>

#include "delivery.h"
#include "tracking.h"

struct values {
    struct cli_common common;
    struct cli_objects objects;
    struct cli_track_options track;
    struct cli_delivery_options delivery;
};

static void defaults(void *values)
{
    cli_track_defaults(&((struct values *)values)->track);
    cli_delivery_defaults(&((struct values *)values)->delivery);
}

static void clear(void *values) { cli_objects_clear(&((struct values *)values)->objects); }

// Where each object's matte goes; refused here, before any work, if it cannot.
static enum ho_result check_outputs(const struct ho_deliver_request *request, const struct cli_tracking *tracking,
                                    char **paths, struct ho_diag *diag)
{
    for (size_t i = 0; i < tracking->requests.n; i++) {
        HO_TRY(ho_deliver_check(request, &tracking->source, tracking->requests.items[i].name, &paths[i], diag));
        for (size_t j = 0; j < i; j++)
            if (strcmp(paths[i], paths[j]) == 0)
                return ho_fail(diag, HO_ERROR_USAGE,
                               "several objects would be written to '%.700s'; put %%{object} in the output's name",
                               paths[i]);
    }
    return HO_OK;
}

static enum ho_result deliver_all(struct cli_context *context, const struct values *values,
                                  struct ho_deliver_request *request, const struct cli_tracking *tracking, char **paths,
                                  struct ho_deliver_report *reports, struct ho_diag *diag)
{
    context->go_on = "the tracked matte is in the bank: the same command writes it";
    json_t *objects = json_object_get(context->json, "objects");
    for (size_t i = 0; i < tracking->report.n_objects; i++) {
        request->id = tracking->report.objects[i].id;
        request->output = paths[i];
        request->source = tracking->source.path;
        request->rate = values->track.source.rate;
        request->bank_dir = values->track.bank;
        request->has_range = values->track.range != NULL;
        request->range = tracking->range;
        request->opaque = tracking->report.objects[i].object[0] ? (void *)(uintptr_t)tracking->report.objects[i].object
                                                                : NULL;
        HO_TRY(ho_deliver_matte(request, &reports[i], diag));
        json_object_set_new(json_array_get(objects, i), "output", cli_delivery_json(&reports[i]));
    }
    return HO_OK;
}

static enum ho_result run_with(struct cli_context *context, struct values *values, struct cli_tracking *tracking,
                               char ***paths, struct ho_deliver_report **reports, struct ho_diag *diag)
{
    struct ho_deliver_request request;
    HO_TRY(cli_delivery_request(context, &values->delivery, &request, diag));
    HO_TRY(cli_tracking_prepare(context, &values->track, &values->objects,
                                cli_source_name(&values->track.source, context->operands[0]), tracking, diag));
    *paths = calloc(tracking->requests.n, sizeof(**paths));
    *reports = calloc(tracking->requests.n, sizeof(**reports));
    if (!*paths || !*reports)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory");
    HO_TRY(check_outputs(&request, tracking, *paths, diag));
    HO_TRY(cli_tracking_run(context, &values->track, tracking, diag));
    context->json = cli_tracking_json(tracking);
    bool say = !values->common.json && !values->common.quiet;
    if (say)
        cli_tracking_print(tracking);
    HO_TRY(deliver_all(context, values, &request, tracking, *paths, *reports, diag));
    for (size_t i = 0; say && i < tracking->report.n_objects; i++)
        cli_delivery_print(&(*reports)[i]);
    return HO_OK;
}

static enum ho_result run(struct cli_context *context, void *values, struct ho_diag *diag)
{
    struct cli_tracking tracking = {0};
    char **paths = NULL;
    struct ho_deliver_report *reports = NULL;
    enum ho_result result = run_with(context, values, &tracking, &paths, &reports, diag);
    for (size_t i = 0; paths && i < tracking.requests.n; i++)
        free(paths[i]);
    free(paths);
    free(reports);
    cli_tracking_clear(&tracking);
    return result;
}

static const struct cli_binding bindings[] = {
    {.title = "What to track", .options = cli_prompt_options, .offset = offsetof(struct values, objects)},
    {.title = "The source",
     .options = cli_source_options,
     .offset = offsetof(struct values, track) + offsetof(struct cli_track_options, source)},
    {.title = "How", .options = cli_track_options, .offset = offsetof(struct values, track)},
    {.title = "What to write", .options = cli_delivery_options, .offset = offsetof(struct values, delivery)},
    {.title = "Finesse: adjusts what is written; never tracks again",
     .make = cli_finesse_options,
     .offset = offsetof(struct values, delivery) + offsetof(struct cli_delivery_options, finesse)},
    {0},
};

extern const struct cli_command cli_roto;
const struct cli_command cli_roto = {
    .name = "roto",
    .summary = "track an object, then write its matte",
    .synopsis = "SOURCE --click X,Y[@F] -o OUT [options]",
    .text = "Tracks an object through SOURCE (any movie that FFmpeg reads, or an image sequence written as "
            "shot.%04d.exr or\n"
            "\"shot/*.jpg\"), keeps every frame's matte in the bank, and writes a luma matte of the same size, rate, "
            "frame count and\n"
            "start timecode, without audio. The second run tracks nothing. The same as holdout track, then holdout "
            "matte.\n\n"
            "OUT is checked before tracking begins: an output that exists is refused (--overwrite replaces it, "
            "%{version} counts up),\n"
            "so is a folder that cannot be written. With several objects, OUT needs %{object}. The file is whole or "
            "absent.\n",
    .examples =
        "  holdout roto ride.mov --click 902,300@12 -o \"out/%{clip name}_roto_v01.mov\"\n"
        "  holdout roto ride.mov --click 902,300@01:00:00:12 --exclude 860,410@01:00:00:12 -o out/ride_matte.mov\n"
        "  holdout roto ride.mov --click 902,300@12 -o \"out/ride_v%{version}.mov\" --grow 1.5 --feather 3\n"
        "  holdout roto ride.mov --object rider --click 902,300@12 --object bike --click 905,600@12 -o "
        "\"out/%{object}.mov\"\n"
        "  holdout roto ride.mov --click 902,300@12 -o out/matte.%04d.png --start-frame 1001     # a PNG sequence\n"
        "  holdout roto ride.mov --click 902,300@12 -o look.mov --view overlay                    # red over the "
        "picture\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = 1,
    .operand_words = "FILE",
    .values_size = sizeof(struct values),
    .defaults = defaults,
    .run = run,
    .clear = clear,
};
