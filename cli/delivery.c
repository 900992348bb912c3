// SPDX-License-Identifier: BSD-2-Clause
#include "delivery.h"

#include <stdio.h>
#include <string.h>

#include "progress.h"

#define FINESSE_MAX 24

static enum ho_result take_codec(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_delivery_options *options = values;
    (void)option;
    return ho_codec_parse(text, &options->codec, diag);
}

static enum ho_result take_view(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    (void)option;
    return ho_view_parse(text, &((struct cli_delivery_options *)values)->view, diag);
}

const struct cli_option cli_delivery_options[] = {
    {.name = "output",
     .letter = 'o',
     .kind = CLI_TEXT,
     .argument = "OUT",
     .offset = offsetof(struct cli_delivery_options, output),
     .words = "FILE",
     .required = true,
     .help = "the movie or sequence to write; may hold tokens as %{clip name}, %{object}, %{version} (counts up), "
             "%{resolution}, %{start timecode}"},
    {.name = "codec",
     .kind = CLI_TAKE,
     .argument = "CODEC",
     .take = take_codec,
     .words = "prores-422-proxy prores-422-lt prores-422 prores-422-hq prores-4444 dnxhr-hq dnxhr-hqx dnxhr-444 ffv1 "
              "h264 png "
              "exr exr-float",
     .help = "prores-422-proxy, prores-422-lt, prores-422, prores-422-hq, prores-4444, dnxhr-hq, dnxhr-hqx, dnxhr-444, "
             "ffv1, h264, png, exr (half) or "
             "exr-float; default by OUT's extension: .mov prores-422-hq, .mkv ffv1, .mp4 h264, .png, .exr"},
    {.name = "view",
     .kind = CLI_TAKE,
     .argument = "VIEW",
     .take = take_view,
     .words = "matte overlay highlight cutout",
     .help = "matte (default: white in, black out), overlay (the picture, red over the object), highlight (the object "
             "on grey), cutout (the object with alpha: prores-4444, ffv1, png, exr)"},
    {.name = "start-frame",
     .kind = CLI_INTEGER,
     .argument = "N",
     .offset = offsetof(struct cli_delivery_options, start_frame),
     .max = 1e9,
     .help = "number of a sequence's first file, as 1001; default: the source's own, else 0"},
    {.name = "source-cadence",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_delivery_options, source_cadence),
     .help = "variable frame rates: a movie shows each frame as long as its source does; else at a constant rate"},
    {.name = "clean-edges",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_delivery_options, clean_edges),
     .help = "cutout: take the background's colour out of hair and soft edges"},
    {.name = "premultiplied",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_delivery_options, premultiplied),
     .help = "cutout: colours multiplied by their alpha; else straight, but EXR's, which are always premultiplied"},
    {.name = "overwrite",
     .kind = CLI_FLAG,
     .offset = offsetof(struct cli_delivery_options, overwrite),
     .help = "replace an output that exists"},
    {0},
};

const struct cli_option *cli_finesse_options(void)
{
    static struct cli_option options[FINESSE_MAX + 1];
    static char helps[FINESSE_MAX][256];
    size_t n;
    const struct ho_finesse_parameter *parameters = ho_finesse_parameters(&n);
    for (size_t i = 0; i < n && i < FINESSE_MAX && !options[n - 1].name; i++) {
        const struct ho_finesse_parameter *p = &parameters[i];
        snprintf(helps[i], sizeof(helps[i]), "%s (%g to %g%s%s, default %g)", p->help, (double)p->min, (double)p->max,
                 p->unit && p->unit[0] ? " " : "", p->unit ? p->unit : "", (double)p->value);
        options[i] = (struct cli_option){.name = p->name,
                                         .kind = CLI_NUMBER,
                                         .argument = "N",
                                         .help = helps[i],
                                         .offset = p->offset,
                                         .min = (double)p->min,
                                         .max = (double)p->max};
    }
    return options;
}

void cli_delivery_defaults(struct cli_delivery_options *options)
{
    options->start_frame = -1;
    ho_finesse_default(&options->finesse);
}

enum ho_result cli_delivery_request(const struct cli_context *context, const struct cli_delivery_options *options,
                                    struct ho_deliver_request *out, struct ho_diag *diag)
{
    *out = (struct ho_deliver_request){
        .output = options->output,
        .codec = options->codec,
        .view = options->view,
        .finesse = options->finesse,
        .has_first_number = options->start_frame >= 0,
        .first_number = options->start_frame,
        .clean_edges = options->clean_edges,
        .premultiplied = options->premultiplied,
        .overwrite = options->overwrite,
        .source_cadence = options->source_cadence,
        .n_threads = (int)context->common->n_threads,
        .cancel = context->cancel,
        .progress = cli_progress_deliver,
    };
    return out->codec ? HO_OK : ho_codec_of_output(options->output, &out->codec, diag);
}

void cli_delivery_print(const struct ho_deliver_report *report)
{
    printf("%s: %lld frame%s%s%s", report->path, (long long)report->n_frames, report->n_frames == 1 ? "" : "s",
           report->timecode[0] ? " from " : "", report->timecode);
    if (report->n_empty)
        printf(", %lld of them black", (long long)report->n_empty);
    printf(", written in %.1f s (%.1f frames/s)\n", report->seconds,
           report->seconds > 0 ? (double)report->n_frames / report->seconds : 0.0);
}

json_t *cli_delivery_json(const struct ho_deliver_report *report)
{
    return json_pack("{s:o, s:I, s:I, s:s*, s:f}", "path", cli_json_text(report->path), "n_frames",
                     (json_int_t)report->n_frames, "n_empty", (json_int_t)report->n_empty, "timecode",
                     report->timecode[0] ? report->timecode : NULL, "seconds", report->seconds);
}
