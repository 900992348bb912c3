// SPDX-License-Identifier: BSD-2-Clause
// What prompts on the first frame show, one after the other: bench-answer SOURCE faster|better. A line on stdin adds a
// prompt ("click X Y", "exclude X Y" or "box X0 Y0 X1 Y1") or takes all away ("clear"); after each prompt the matte is
// written to stdout, a byte a pixel, 1 where it is at least half.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <holdout/holdout.h>

enum { PROMPTS_MAX = 64 };

static int fail(const struct ho_diag *diag)
{
    fprintf(stderr, "bench-answer: %s\n", diag->message);
    return 1;
}

static bool read_prompt(const char *line, struct ho_prompt *prompt, struct ho_point points[2])
{
    char kind[16];
    int n = sscanf(line, "%15s %f %f %f %f", kind, &points[0].x, &points[0].y, &points[1].x, &points[1].y);
    *prompt = (struct ho_prompt){.kind = strcmp(kind, "click") == 0     ? HO_PROMPT_CLICK
                                         : strcmp(kind, "exclude") == 0 ? HO_PROMPT_EXCLUDE
                                                                        : HO_PROMPT_BOX,
                                 .points = points};
    prompt->n_points = prompt->kind == HO_PROMPT_BOX ? 2 : 1;
    return n == 1 + 2 * (int)prompt->n_points;
}

int main(int argc, char **argv)
{
    struct ho_diag diag = {0};
    enum ho_quality quality;
    struct ho_preview *preview = NULL;
    struct ho_matte *matte = NULL;
    if (argc != 3) {
        fprintf(stderr, "usage: bench-answer SOURCE faster|better\n");
        return 2;
    }
    if (ho_quality_parse(argv[2], &quality, &diag) != HO_OK ||
        ho_preview_open(&(struct ho_preview_options){.source = argv[1], .quality = quality}, &preview, &diag) != HO_OK)
        return fail(&diag);
    const struct ho_source_info *source = ho_preview_source(preview);
    if (ho_matte_create(source->width, source->height, &matte, &diag) != HO_OK)
        return fail(&diag);
    struct ho_prompt prompts[PROMPTS_MAX];
    struct ho_point points[PROMPTS_MAX][2];
    size_t n = 0;
    char line[200];
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "clear", 5) == 0) {
            n = 0;
            continue;
        }
        if (n == PROMPTS_MAX || !read_prompt(line, &prompts[n], points[n])) {
            fprintf(stderr, "bench-answer: no prompt, or one too many: %s", line);
            return 2;
        }
        n++;
        float confidence;
        if (ho_preview_prompt(preview, prompts, n, matte, &confidence, &diag) != HO_OK)
            return fail(&diag);
        for (int y = 0; y < matte->height; y++)
            for (int x = 0; x < matte->width; x++)
                putchar(matte->data[(size_t)y * (size_t)matte->stride + (size_t)x] >= 32768);
        fflush(stdout);
    }
    ho_matte_destroy(&matte);
    ho_preview_close(&preview);
    return 0;
}
