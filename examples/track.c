// SPDX-License-Identifier: BSD-2-Clause
// Tracks what is at (X, Y) of a frame, then writes its matte: track SOURCE X Y FRAME OUT.mov [ENGINE]
// The second time nothing is tracked: the matte is in the bank.
#include <holdout/holdout.h>
#include <stdio.h>
#include <stdlib.h>

static void show(void *opaque, const struct ho_track_progress *progress)
{
    (void)opaque;
    fprintf(stderr, "\r%lld of %lld frames", (long long)progress->n_done, (long long)progress->n_total);
}

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "usage: track SOURCE X Y FRAME OUT.mov [ENGINE]\n");
        return 2;
    }
    struct ho_diag diag = {0};
    struct ho_point point = {(float)atof(argv[2]), (float)atof(argv[3])};
    struct ho_said click = {
        .kind = HO_SAID_PROMPT,
        .prompt = {.kind = HO_PROMPT_CLICK, .frame = atoll(argv[4]), .points = &point, .n_points = 1}};
    struct ho_object_request object = {.said = &click, .n_said = 1};
    struct ho_track_request request = {
        .source = argv[1], .objects = &object, .n_objects = 1, .engine = argc > 6 ? argv[6] : NULL, .progress = show};
    struct ho_track_report report;
    enum ho_result result = ho_track_run(&request, &report, &diag);
    if (result == HO_OK) {
        struct ho_deliver_request deliver = {.id = report.objects[0].id, .source = argv[1], .output = argv[5]};
        struct ho_deliver_report *delivered = calloc(1, sizeof(*delivered));
        result = delivered ? ho_deliver_matte(&deliver, delivered, &diag)
                           : ho_fail(&diag, HO_ERROR_MEMORY, "no memory");
        if (result == HO_OK)
            printf("%s: %lld frames, %lld tracked now\n", delivered->path, (long long)delivered->n_frames,
                   (long long)report.objects[0].n_tracked);
        free(delivered);
    }
    ho_track_report_clear(&report);
    if (result != HO_OK)
        fprintf(stderr, "%s\n", diag.message);
    return ho_result_exit_code(result);
}
