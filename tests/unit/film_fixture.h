// SPDX-License-Identifier: BSD-2-Clause
// A small drawn film.
#ifndef FILM_FIXTURE_H
#define FILM_FIXTURE_H

#include "unit/test_folder.h"

#include <math.h>

#include "holdout/engine.h"
#include "holdout/media.h"

// Frames 0 to 39 are one shot, 40 to 54 another; 12, 13 and 14 are the same picture.
enum { WIDTH = 96, HEIGHT = 64, N_FRAMES = 55, CUT = 40, SAME_FIRST = 12, SAME_LAST = 14 };

static char film_dir[256], film[300];

// Noise of three sizes, the same for the same place for ever; each `seed` is another one.
static inline double lattice(int seed, int x, int y)
{
    unsigned h = (unsigned)seed * 2654435761u ^ (unsigned)x * 2246822519u ^ (unsigned)y * 3266489917u;
    h = (h ^ h >> 15) * 2246822519u;
    h = (h ^ h >> 13) * 3266489917u;
    return (double)((h ^ h >> 16) & 0xffff) / 65535;
}

static inline double noise(int seed, double x, double y)
{
    int x0 = (int)floor(x), y0 = (int)floor(y);
    double u = x - x0, v = y - y0;
    return (lattice(seed, x0, y0) * (1 - u) + lattice(seed, x0 + 1, y0) * u) * (1 - v) +
           (lattice(seed, x0, y0 + 1) * (1 - u) + lattice(seed, x0 + 1, y0 + 1) * u) * v;
}

static inline float texture(int shot, double x, double y)
{
    return (float)(0.25 + 0.3 * noise(shot, x / 14, y / 14) + 0.25 * noise(shot + 9, x / 5, y / 5));
}

// Where the red disc is; the blue one overlaps it on its right.
static inline struct ho_point red_at(int64_t frame)
{
    double moved = (double)(frame >= SAME_FIRST && frame <= SAME_LAST ? SAME_FIRST : frame);
    return frame < CUT ? (struct ho_point){(float)(20 + 1.2 * moved), (float)(25 + 3 * sin(moved / 3))}
                       : (struct ho_point){(float)(90 - 1.5 * moved), 46};
}

static inline void draw_frame(struct ho_picture *picture, int frame)
{
    int shot = frame >= CUT, moved = frame >= SAME_FIRST && frame <= SAME_LAST ? SAME_FIRST : frame;
    double cx = (double)red_at(frame).x, cy = (double)red_at(frame).y;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float grey = texture(shot, x + moved * 0.4, y);
            bool is_red = hypot(x - cx, y - cy) < 11, is_blue = hypot(x - cx - 16, y - cy) < 9;
            // The second shot is greenish: another place has other colours, which is how cuts are found.
            float tint = shot ? 0.45f * grey : grey;
            float rgb[3] = {is_red    ? 0.9f
                            : is_blue ? 0.1f
                                      : tint,
                            is_red    ? 0.1f
                            : is_blue ? 0.2f
                                      : grey,
                            is_red    ? 0.1f
                            : is_blue ? 0.9f
                                      : tint};
            for (int c = 0; c < 3; c++)
                picture->plane[c][y * picture->stride + x] = rgb[c];
        }
    }
}

static inline int make_film(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_writer *writer;
    struct ho_picture *picture;
    fixture_folder(film_dir, sizeof(film_dir));
    snprintf(film, sizeof(film), "%s/film.%%04d.png", film_dir);
    struct ho_writer_options options = {.codec = HO_CODEC_PNG,
                                        .width = WIDTH,
                                        .height = HEIGHT,
                                        .rate = {25, 1},
                                        .pixel_aspect = {1, 1},
                                        .n_frames = N_FRAMES,
                                        .colour = {.matrix = 1, .transfer = 1, .primaries = 1, .full_range = 1},
                                        .n_threads = 1};
    assert_ok(ho_writer_open(film, &options, &writer, &diag), &diag);
    assert_ok(ho_picture_create(WIDTH, HEIGHT, 3, &picture, &diag), &diag);
    for (int frame = 0; frame < N_FRAMES; frame++) {
        draw_frame(picture, frame);
        assert_ok(ho_writer_send_picture(writer, picture, &diag), &diag);
    }
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_picture_destroy(&picture);
    return 0;
}

static inline int remove_film(void **state)
{
    (void)state;
    fixture_remove_tree(film_dir);
    return 0;
}

#endif
