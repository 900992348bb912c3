// SPDX-License-Identifier: BSD-2-Clause
// holdout score: how close a matte is to the truth.
#include <stdio.h>

#include "command.h"
#include "progress.h"

struct values {
    struct cli_common common;
    int64_t object, matte_object;
    bool soft, binary, frames;
};

static void defaults(void *values)
{
    ((struct values *)values)->object = HO_MASK_ANY;
    ((struct values *)values)->matte_object = HO_MASK_ANY;
}

static void report_progress(void *opaque, int64_t n_done, int64_t n_total)
{
    (void)opaque;
    cli_progress_count("scoring", n_done, n_total);
}

static json_t *frame_json(const struct ho_compare_frame *frame, bool soft)
{
    json_t *json = json_pack("{s:I, s:b, s:f, s:f}", "frame", (json_int_t)frame->frame, "counted", frame->counted, "J",
                             frame->region, "F", frame->contour);
    if (soft) {
        json_t *more = json_pack("{s:f, s:f, s:f, s:f}", "SAD", frame->sad, "MSE", frame->mse, "gradient",
                                 frame->gradient, "dtSSD", frame->dtssd);
        json_object_update(json, more);
        json_decref(more);
    }
    return json;
}

static json_t *report_json(const struct ho_compare_report *report)
{
    json_t *json = json_pack("{s:I, s:I, s:f, s:f, s:f, s:b}", "n_frames", (json_int_t)report->n_frames, "n_counted",
                             (json_int_t)report->n_counted, "J", report->region, "F", report->contour, "JF",
                             report->overall, "soft", report->soft);
    if (report->soft) {
        json_t *more = json_pack("{s:f, s:f, s:f, s:f}", "SAD", report->sad, "MSE", report->mse, "gradient",
                                 report->gradient, "dtSSD", report->dtssd);
        json_object_update(json, more);
        json_decref(more);
    }
    json_t *frames = json_array();
    for (int64_t i = 0; i < report->n_frames; i++)
        json_array_append_new(frames, frame_json(&report->frames[i], report->soft));
    json_object_set_new(json, "frames", frames);
    return json;
}

static void print_report(const struct ho_compare_report *report, bool with_frames)
{
    if (with_frames)
        printf("frame      J      F%s\n", report->soft ? "       SAD       MSE  gradient     dtSSD" : "");
    for (int64_t i = 0; with_frames && i < report->n_frames; i++) {
        const struct ho_compare_frame *frame = &report->frames[i];
        printf("%5lld  %.3f  %.3f", (long long)frame->frame, frame->region, frame->contour);
        if (report->soft)
            printf("  %8.3f  %8.6f  %8.4f  %8.6f", frame->sad, frame->mse, frame->gradient, frame->dtssd);
        printf("%s\n", frame->counted ? "" : "  (not counted in J and F)");
    }
    printf("J&F %.3f, J %.3f, F %.3f over %lld frames", report->overall, report->region, report->contour,
           (long long)report->n_counted);
    if (report->n_counted < report->n_frames)
        printf(" (both ends left out, as DAVIS does)");
    if (report->soft)
        printf("\nSAD %.3f, MSE %.6f, gradient %.4f, dtSSD %.6f over %lld frames", report->sad, report->mse,
               report->gradient, report->dtssd, (long long)report->n_frames);
    putchar('\n');
}

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    const struct values *values = opaque;
    if (values->soft && values->binary)
        return ho_fail(diag, HO_ERROR_USAGE, "--soft and --binary exclude each other");
    struct ho_compare_request request = {
        .truth = context->operands[0],
        .matte = context->operands[1],
        .has_truth_id = values->object != HO_MASK_ANY,
        .has_matte_id = values->matte_object != HO_MASK_ANY,
        .truth_id = (int)values->object,
        .matte_id = (int)values->matte_object,
        .kind = values->soft     ? HO_TRUTH_SOFT
                : values->binary ? HO_TRUTH_BINARY
                                 : HO_TRUTH_DETECT,
        .n_threads = (int)context->common->n_threads,
        .cancel = context->cancel,
        .progress = report_progress,
    };
    struct ho_compare_report report;
    HO_TRY(ho_compare(&request, &report, diag));
    cli_progress_clear();
    context->json = report_json(&report);
    if (!values->common.json)
        print_report(&report, values->frames);
    ho_compare_report_clear(&report);
    return HO_OK;
}

static const struct cli_option options[] = {
    {.name = "object",
     .kind = CLI_INTEGER,
     .argument = "ID",
     .offset = offsetof(struct values, object),
     .max = 255,
     .help = "the object with this id in TRUTH's palette (or 8-bit grey) masks; default: whatever is not background"},
    {.name = "matte-object",
     .kind = CLI_INTEGER,
     .argument = "ID",
     .offset = offsetof(struct values, matte_object),
     .max = 255,
     .help = "the same for MATTE, if that is made of such masks too"},
    {.name = "soft",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, soft),
     .help = "TRUTH is an alpha matte: SAD, MSE, gradient and dtSSD as well; default: found out from its edges"},
    {.name = "binary",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, binary),
     .help = "TRUTH is a mask: J and F only"},
    {.name = "frames",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, frames),
     .help = "the scores of each frame as well (--json always has them)"},
    {0},
};
static const struct cli_binding bindings[] = {{.title = "Options", .options = options}, {0}};

extern const struct cli_command cli_score;
const struct cli_command cli_score = {
    .name = "score",
    .summary = "accuracy of a matte against the truth: J, F; SAD, MSE, gradient, dtSSD",
    .synopsis = "TRUTH MATTE [options]",
    .text = "Compares two movies or sequences of mattes of equal size and length, frame by frame. J is region "
            "similarity (intersection over\n"
            "union), F contour accuracy (within 0.008 of the diagonal), both as DAVIS defines them, with the first and "
            "the last frame left out\n"
            "of the means. For soft truth: SAD and gradient in thousands, MSE and dtSSD of coverage in 0..1, over all "
            "frames.\n",
    .examples = "  holdout score \"masks/%05d.png\" out/ride_roto_v01.mov\n"
                "  holdout score \"dogs/masks/%05d.png\" out/dog1.mov --object 1 --frames\n"
                "  holdout score \"alpha/%04d.exr\" out/hair.mov --soft --json\n",
    .bindings = bindings,
    .operands_min = 2,
    .operands_max = 2,
    .operand_words = "FILE",
    .values_size = sizeof(struct values),
    .defaults = defaults,
    .run = run,
};
