// SPDX-License-Identifier: BSD-2-Clause
// How long a click takes to answer once a clip is open: bench-click SOURCE faster|better X,Y N_FRAMES. Prints JSON.
// A user sees a frame (it is fetched: `show`), clicks on it (`first`: its features are computed) and clicks again
// (`again`: they are reused); on several frames.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <holdout/holdout.h>

enum { CLICKS_A_FRAME = 4 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int fail(const struct ho_diag *diag)
{
    fprintf(stderr, "bench-click: %s\n", diag->message);
    return 1;
}

int main(int argc, char **argv)
{
    float x, y;
    if (argc != 5 || sscanf(argv[3], "%f,%f", &x, &y) != 2) {
        fprintf(stderr, "usage: bench-click SOURCE faster|better X,Y N_FRAMES\n");
        return 2;
    }
    struct ho_diag diag = {0};
    enum ho_quality quality;
    struct ho_preview *preview;
    if (ho_quality_parse(argv[2], &quality, &diag) != HO_OK)
        return fail(&diag);
    double started = now();
    if (ho_preview_open(&(struct ho_preview_options){.source = argv[1], .quality = quality}, &preview, &diag) != HO_OK)
        return fail(&diag);
    printf("{\"open\": %.4f, \"first\": [", now() - started);
    const struct ho_source_info *source = ho_preview_source(preview);
    struct ho_matte *matte;
    if (ho_matte_create(source->width, source->height, &matte, &diag) != HO_OK)
        return fail(&diag);
    double again[1000], show[1000];
    int n_frames = atoi(argv[4]), n_again = 0;
    n_frames = n_frames > 1000 ? 1000 : n_frames;
    for (int i = 0; i < n_frames; i++) {
        started = now();
        if (ho_preview_show(preview, i * source->n_frames / n_frames, NULL, &diag) != HO_OK)
            return fail(&diag);
        show[i] = now() - started;
        for (int click = 0; click < CLICKS_A_FRAME; click++) {
            // Each click moves a little, as a user's does, and is added to those before.
            struct ho_point points[CLICKS_A_FRAME];
            struct ho_prompt prompts[CLICKS_A_FRAME];
            for (int k = 0; k <= click; k++) {
                points[k] = (struct ho_point){x + 3.0f * (float)k, y - 2.0f * (float)k};
                prompts[k] = (struct ho_prompt){.kind = HO_PROMPT_CLICK,
                                                .frame = i * source->n_frames / n_frames,
                                                .points = &points[k],
                                                .n_points = 1};
            }
            float confidence;
            started = now();
            if (ho_preview_prompt(preview, prompts, (size_t)click + 1, matte, &confidence, &diag) != HO_OK)
                return fail(&diag);
            double seconds = now() - started;
            if (click == 0)
                printf("%s%.4f", i ? ", " : "", seconds);
            else if (n_again < 1000)
                again[n_again++] = seconds;
        }
    }
    printf("], \"again\": [");
    for (int i = 0; i < n_again; i++)
        printf("%s%.4f", i ? ", " : "", again[i]);
    printf("], \"show\": [");
    for (int i = 0; i < n_frames; i++)
        printf("%s%.4f", i ? ", " : "", show[i]);
    printf("]}\n");
    ho_matte_destroy(&matte);
    ho_preview_close(&preview);
    return 0;
}
