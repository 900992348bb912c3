// SPDX-License-Identifier: BSD-2-Clause
// A small drawn film, whole runs of the stub engine on it, and what they leave in a bank.
#ifndef TRACK_FIXTURE_H
#define TRACK_FIXTURE_H

#include "unit/test_folder.h"

#include <math.h>

#include "bank/bank.h"
#include "holdout/media.h"
#include "track/edit.h"

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

// ---- asking

enum { MORE_MAX = 3 };

struct ask {
    const char *source, *bank;
    struct ho_range range;    // {0}: all of it
    enum ho_direction direction;
    bool add, whole;
    double wait;
    int64_t frames[4];                // of clicks on the red disc; ended by -1
    struct ho_said more[MORE_MAX];    // what is said after them
    size_t n_more;
    const struct ho_cancel *cancel;
    void (*progress)(void *opaque, const struct ho_track_progress *progress);
    void *opaque;
};

static inline enum ho_result run(const struct ask *ask, struct ho_track_report *report, struct ho_diag *diag)
{
    struct ho_point points[4];
    struct ho_said said[4 + MORE_MAX];
    size_t n = 0;
    for (; n < 4 && ask->frames[n] >= 0; n++) {
        points[n] = red_at(ask->frames[n]);
        said[n] = (struct ho_said){
            .kind = HO_SAID_PROMPT,
            .prompt = {.kind = HO_PROMPT_CLICK, .frame = ask->frames[n], .points = &points[n], .n_points = 1}};
    }
    for (size_t i = 0; i < ask->n_more; i++)
        said[n++] = ask->more[i];
    struct ho_object_request object = {.name = "disc", .said = said, .n_said = n};
    struct ho_track_request request = {.source = ask->source ? ask->source : film,
                                       .objects = &object,
                                       .n_objects = 1,
                                       .engine = "stub",
                                       .direction = ask->direction,
                                       .has_range = ask->range.last != 0,
                                       .range = ask->range,
                                       .add = ask->add,
                                       .whole = ask->whole,
                                       .bank_dir = ask->bank,
                                       .wait_seconds = ask->wait,
                                       .n_threads = 1,
                                       .cancel = ask->cancel,
                                       .progress = ask->progress,
                                       .opaque = ask->opaque};
    return ho_track_run(&request, report, diag);
}

struct numbers {
    int64_t tracked, reused, first, last, step;
    size_t n_changes;
};

static inline struct numbers track(const struct ask *ask, char id[HO_ID_SIZE])
{
    struct ho_track_report report;
    struct ho_diag diag = {0};
    assert_ok(run(ask, &report, &diag), &diag);
    struct numbers numbers = {report.objects[0].n_tracked,     report.objects[0].n_reused,
                              report.objects[0].covered.first, report.objects[0].covered.last,
                              report.objects[0].step,          report.objects[0].n_changes};
    if (id)
        strcpy(id, report.objects[0].id);
    ho_track_report_clear(&report);
    return numbers;
}

// The whole film unless a range is given.
#define ASK(...) (&(struct ask){__VA_ARGS__})

static inline void assert_numbers(struct numbers got, int64_t tracked, int64_t reused, int64_t first, int64_t last)
{
    if (got.tracked != tracked || got.reused != reused || got.first != first || got.last != last)
        fail_msg("tracked %lld, reused %lld, covered %lld-%lld instead of %lld, %lld, %lld-%lld",
                 (long long)got.tracked, (long long)got.reused, (long long)got.first, (long long)got.last,
                 (long long)tracked, (long long)reused, (long long)first, (long long)last);
}

// One hash over every frame of the take that `id` names: number, key, confidence, flags and pixels.
static inline struct ho_key content(const char *bank_dir, const char *id, int64_t first, int64_t last)
{
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *matte;
    struct ho_key_maker *maker;
    assert_ok(ho_bank_open(bank_dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    assert_ok(ho_key_maker_create(&maker, &diag), &diag);
    for (int64_t frame = first; frame <= last; frame++) {
        struct ho_frame_entry entry;
        enum ho_result result = ho_store_get(store, frame, matte, &entry, &diag);
        if (result == HO_END)
            continue;
        assert_ok(result, &diag);
        ho_key_maker_add_number(maker, frame);
        ho_key_maker_add_key(maker, entry.key);
        ho_key_maker_add(maker, &entry.confidence, sizeof(entry.confidence));
        ho_key_maker_add_number(maker, entry.area);
        ho_key_maker_add_number(maker, entry.flags);
        for (int y = 0; y < HEIGHT; y++)
            ho_key_maker_add(maker, matte->data + (size_t)y * (size_t)matte->stride, WIDTH * sizeof(uint16_t));
    }
    struct ho_key key = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    ho_matte_destroy(&matte);
    ho_store_close(&store);
    ho_bank_close(&bank);
    return key;
}

static inline void assert_same(const char *bank_a, const char *id_a, const char *bank_b, const char *id_b,
                               int64_t first, int64_t last)
{
    assert_true(ho_key_equal(content(bank_a, id_a, first, last), content(bank_b, id_b, first, last)));
}

// A frame's matte and entry in the take that `id` names; an area of -1 where it has none.
static inline struct ho_frame_entry entry_of(const char *bank_dir, const char *id, int64_t frame,
                                             struct ho_matte *matte)
{
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_frame_entry entry = {.area = -1};
    assert_ok(ho_bank_open(bank_dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    enum ho_result result = ho_store_get(store, frame, matte, &entry, &diag);
    if (result != HO_END)
        assert_ok(result, &diag);
    ho_store_close(&store);
    ho_bank_close(&bank);
    return entry;
}

struct fixture {
    char dir[256], other[300];
};

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    fixture_folder(f->dir, sizeof(f->dir));
    snprintf(f->other, sizeof(f->other), "%s/other", f->dir);
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    fixture_remove_tree(f->dir);
    free(f);
    return 0;
}

#endif
