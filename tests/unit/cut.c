// SPDX-License-Identifier: BSD-2-Clause
// Scene cuts on drawn pictures: a cut is found either way; a pan, a flash, a fade and a thing that crosses the picture are none.
#include "unit/test.h"

#include <math.h>

#include "holdout/cut.h"
#include "image/frame.h"

enum { WIDTH = 320, HEIGHT = 180 };

// Noise of three sizes, the same for the same place for ever; each `seed` is another one.
static double lattice(int seed, int x, int y)
{
    unsigned h = (unsigned)seed * 2654435761u ^ (unsigned)x * 2246822519u ^ (unsigned)y * 3266489917u;
    h = (h ^ h >> 15) * 2246822519u;
    h = (h ^ h >> 13) * 3266489917u;
    return (double)((h ^ h >> 16) & 0xffff) / 65535;
}

static double noise(int seed, double x, double y)
{
    int x0 = (int)floor(x), y0 = (int)floor(y);
    double u = x - x0, v = y - y0;
    return (lattice(seed, x0, y0) * (1 - u) + lattice(seed, x0 + 1, y0) * u) * (1 - v) + (lattice(seed, x0, y0 + 1) * (1 - u) + lattice(seed, x0 + 1, y0 + 1) * u) * v;
}

// A landscape with detail of many sizes, of which each `scene` is another one. Values 0..1.
static double landscape(int scene, double x, double y)
{
    return 0.4 * noise(scene, x / 60, y / 60) + 0.3 * noise(scene + 100, x / 20, y / 20) + 0.3 * noise(scene + 200, x / 8, y / 8);
}

struct picture { int scene; double x, gain; int bar; };      // shifted by x, brightened, with a black bar up to column `bar`

static struct ho_frame *draw(int64_t index, struct picture p)
{
    AVFrame *av = av_frame_alloc();
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    struct ho_colour colour = {.matrix = 1, .transfer = 1, .primaries = 1, .full_range = 1};
    av->format = AV_PIX_FMT_GRAY8;
    av->width = WIDTH;
    av->height = HEIGHT;
    assert_int_equal(av_frame_get_buffer(av, 0), 0);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double value = x < p.bar ? 0.1 + 0.02 * sin(y / 3.0) : landscape(p.scene, x + p.x, y) * p.gain;
            av->data[0][y * av->linesize[0] + x] = (uint8_t)(fmin(fmax(value, 0), 1) * 255);
        }
    assert_ok(ho_frame_create(&av, index, 0, &colour, false, &frame, &diag), &diag);
    return frame;
}

static int count_cuts(const struct picture *pictures, int n, int *where)
{
    struct ho_cut_detector *detector;
    struct ho_diag diag = {0};
    int n_cuts = 0;
    assert_ok(ho_cut_detector_create(&detector, &diag), &diag);
    for (int i = 0; i < n; i++) {
        bool is_cut;
        struct ho_frame *frame = draw(i, pictures[i]);
        assert_ok(ho_cut_detector_push(detector, frame, &is_cut, &diag), &diag);
        ho_frame_unref(&frame);
        if (is_cut)
            *where = i;
        n_cuts += is_cut;
    }
    ho_cut_detector_destroy(&detector);
    return n_cuts;
}

static void a_cut_is_found_once(void **state)
{
    (void)state;
    int where = -1;
    struct picture forward[] = {{1, 0, 1, 0}, {1, 4, 1, 0}, {2, 0, 1, 0}, {2, 4, 1, 0}}, backward[] = {{2, 4, 1, 0}, {2, 0, 1, 0}, {1, 4, 1, 0}, {1, 0, 1, 0}};
    assert_int_equal(count_cuts(forward, 4, &where), 1);
    assert_int_equal(where, 2);
    assert_int_equal(count_cuts(backward, 4, &where), 1);
    assert_int_equal(where, 2);
}

static void what_moves_is_no_cut(void **state)
{
    (void)state;
    int where = -1;
    struct picture pan[] = {{1, 0, 1, 0}, {1, 25, 1, 0}, {1, 60, 1, 0}}, flash[] = {{1, 0, 0.6, 0}, {1, 1, 1, 0}, {1, 2, 0.6, 0}, {1, 2, 0.2, 0}},
                   lorry[] = {{1, 0, 1, 0}, {1, 0, 1, 90}, {1, 0, 1, 180}, {1, 0, 1, 270}, {1, 0, 1, 320}, {1, 0, 1, 320}};
    assert_int_equal(count_cuts(pan, 3, &where), 0);
    assert_int_equal(count_cuts(flash, 4, &where), 0);
    assert_int_equal(count_cuts(lorry, 6, &where), 0);
}

static void flat_pictures_are_told_apart_by_their_grey(void **state)
{
    (void)state;
    int where = -1;
    struct picture black_to_scene[] = {{1, 0, 0, 0}, {1, 0, 0, 0}, {1, 0, 1, 0}}, same[] = {{1, 0, 0, 0}, {1, 9, 0, 0}};
    assert_int_equal(count_cuts(black_to_scene, 3, &where), 1);
    assert_int_equal(where, 2);
    assert_int_equal(count_cuts(same, 2, &where), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_cut_is_found_once), cmocka_unit_test(what_moves_is_no_cut),
                                       cmocka_unit_test(flat_pictures_are_told_apart_by_their_grey)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
