// SPDX-License-Identifier: BSD-2-Clause
// Puts a title behind the object of a matte, by the graph that ships for it: render SOURCE MATTE TEXT OUT.mov
#include <holdout/holdout.h>
#include <stdio.h>
#include <stdlib.h>

static enum ho_result fill_in(struct ho_graph *graph, char **argv, struct ho_diag *diag)
{
    HO_TRY(ho_graph_set_text(graph, "footage", "file", argv[1], diag));
    HO_TRY(ho_graph_set_text(graph, "matte", "file", argv[2], diag));
    HO_TRY(ho_graph_set_text(graph, "title", "text", argv[3], diag));
    return ho_graph_set_text(graph, "title", "fit", "true", diag);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: render SOURCE MATTE TEXT OUT.mov\n");
        return 2;
    }
    struct ho_diag diag = {0};
    struct ho_graph *graph = NULL;
    struct ho_render_report *report = calloc(1, sizeof(*report));
    enum ho_result result = report ? ho_graph_template("patch", &graph, &diag)
                                   : ho_fail(&diag, HO_ERROR_MEMORY, "no memory");
    if (result == HO_OK)
        result = fill_in(graph, argv, &diag);
    struct ho_render_request request = {.graph = graph, .output = argv[4]};
    if (result == HO_OK)
        result = ho_render_graph(&request, report, &diag);
    if (result == HO_OK)
        printf("%s: %lld frames, %lld of them as they were\n", report->path, (long long)report->n_frames,
               (long long)report->n_untouched);
    else
        fprintf(stderr, "%s\n", diag.message);
    ho_graph_destroy(&graph);
    free(report);
    return ho_result_exit_code(result);
}
