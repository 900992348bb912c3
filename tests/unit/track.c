// SPDX-License-Identifier: BSD-2-Clause
// Whole runs with the stub engine on a small drawn film: what is tracked, what is not tracked twice, what survives.
#include "unit/bank_fixture.h"

#include <libavutil/mem.h>
#include <libavutil/sha.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "bank/bank.h"
#include "base/memory.h"
#include "holdout/log.h"
#include "track/track.h"

// Frames 0 to 39 are one shot, 40 to 54 another; 12, 13 and 14 are the same picture.
enum { WIDTH = 96, HEIGHT = 64, N_FRAMES = 55, CUT = 40, SAME_FIRST = 12, SAME_LAST = 14 };

static char film_dir[256], film[300];

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

static float texture(int shot, double x, double y)
{
    return (float)(0.25 + 0.3 * noise(shot, x / 14, y / 14) + 0.25 * noise(shot + 9, x / 5, y / 5));
}

// Where the red disc is; the blue one overlaps it on its right.
static struct ho_point red_at(int64_t frame)
{
    double moved = (double)(frame >= SAME_FIRST && frame <= SAME_LAST ? SAME_FIRST : frame);
    return frame < CUT ? (struct ho_point){(float)(20 + 1.2 * moved), (float)(25 + 3 * sin(moved / 3))} : (struct ho_point){(float)(90 - 1.5 * moved), 46};
}

static void draw_frame(struct ho_picture *picture, int frame)
{
    int shot = frame >= CUT, moved = frame >= SAME_FIRST && frame <= SAME_LAST ? SAME_FIRST : frame;
    double cx = (double)red_at(frame).x, cy = (double)red_at(frame).y;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float grey = texture(shot, x + moved * 0.4, y);
            bool is_red = hypot(x - cx, y - cy) < 11, is_blue = hypot(x - cx - 16, y - cy) < 9;
            // The second shot is greenish: another place has other colours, which is how cuts are found.
            float tint = shot ? 0.45f * grey : grey;
            float rgb[3] = {is_red ? 0.9f : is_blue ? 0.1f : tint, is_red ? 0.1f : is_blue ? 0.2f : grey, is_red ? 0.1f : is_blue ? 0.9f : tint};
            for (int c = 0; c < 3; c++)
                picture->plane[c][y * picture->stride + x] = rgb[c];
        }
    }
}

static int make_film(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_writer *writer;
    struct ho_picture *picture;
    fixture_folder(film_dir, sizeof(film_dir));
    snprintf(film, sizeof(film), "%s/film.%%04d.png", film_dir);
    struct ho_writer_options options = {.codec = HO_CODEC_PNG, .width = WIDTH, .height = HEIGHT, .rate = {25, 1}, .pixel_aspect = {1, 1}, .n_frames = N_FRAMES,
                                        .colour = {.matrix = 1, .transfer = 1, .primaries = 1, .full_range = 1}, .n_threads = 1};
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

static int remove_film(void **state)
{
    (void)state;
    fixture_remove_tree(film_dir);
    return 0;
}

// ---- asking

struct ask {
    const char *source, *bank;
    struct ho_range range;
    enum ho_direction direction;
    const struct ho_range *locks;
    size_t n_locks;
    double wait;
    int64_t frames[4];          // of clicks on the red disc; ended by -1
    const atomic_bool *cancel;
    void (*progress)(void *opaque, const struct ho_track_progress *progress);
    void *opaque;
};

static enum ho_result run(const struct ask *ask, struct ho_track_report *report, struct ho_diag *diag)
{
    struct ho_point points[4];
    struct ho_prompt prompts[4];
    size_t n = 0;
    for (; n < 4 && ask->frames[n] >= 0; n++) {
        points[n] = red_at(ask->frames[n]);
        prompts[n] = (struct ho_prompt){.kind = HO_PROMPT_CLICK, .frame = ask->frames[n], .points = &points[n], .n_points = 1};
    }
    struct ho_object_request object = {.name = "disc", .prompts = prompts, .n_prompts = n, .locks = ask->locks, .n_locks = ask->n_locks};
    struct ho_track_request request = {.source = ask->source ? ask->source : film, .objects = &object, .n_objects = 1, .engine = "stub", .direction = ask->direction,
                                       .range = ask->range.last ? ask->range : (struct ho_range){0, -1}, .bank_dir = ask->bank, .wait_seconds = ask->wait, .n_threads = 1, .cancel = ask->cancel,
                                       .progress = ask->progress, .opaque = ask->opaque};
    return ho_track_run(&request, report, diag);
}

struct numbers { int64_t tracked, reused, first, last; };

static struct numbers track(const struct ask *ask, char id[HO_ID_SIZE])
{
    struct ho_track_report report;
    struct ho_diag diag = {0};
    assert_ok(run(ask, &report, &diag), &diag);
    struct numbers numbers = {report.objects[0].n_tracked, report.objects[0].n_reused, report.objects[0].covered.first, report.objects[0].covered.last};
    if (id)
        strcpy(id, report.objects[0].id);
    ho_track_report_clear(&report);
    return numbers;
}

// The whole film unless a range is given.
#define ASK(...) (&(struct ask){__VA_ARGS__})

static void assert_numbers(struct numbers got, int64_t tracked, int64_t reused, int64_t first, int64_t last)
{
    if (got.tracked != tracked || got.reused != reused || got.first != first || got.last != last)
        fail_msg("tracked %lld, reused %lld, covered %lld-%lld instead of %lld, %lld, %lld-%lld", (long long)got.tracked, (long long)got.reused, (long long)got.first,
                 (long long)got.last, (long long)tracked, (long long)reused, (long long)first, (long long)last);
}

// One hash over every final frame: number, key, confidence, flags and pixels.
static struct ho_key content(const char *bank_dir, const char *id, int64_t first, int64_t last)
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
        enum ho_result result = ho_store_get(store, frame, HO_PASS_FINAL, matte, &entry, &diag);
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

static void assert_same(const char *bank_a, const char *id_a, const char *bank_b, const char *id_b, int64_t first, int64_t last)
{
    assert_true(ho_key_equal(content(bank_a, id_a, first, last), content(bank_b, id_b, first, last)));
}

struct fixture { char dir[256], other[300]; };

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    fixture_folder(f->dir, sizeof(f->dir));
    snprintf(f->other, sizeof(f->other), "%s/other", f->dir);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    fixture_remove_tree(f->dir);
    free(f);
    return 0;
}

// ---- tests

static void the_second_run_tracks_nothing(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], again[HO_ID_SIZE];
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, -1}), id), CUT, 0, 0, CUT - 1);
    struct ho_key before = content(f->dir, id, 0, N_FRAMES);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, -1}), again), 0, CUT, 0, CUT - 1);
    assert_string_equal(id, again);
    assert_true(ho_key_equal(before, content(f->dir, id, 0, N_FRAMES)));
}

static void the_matte_follows_the_object(void **state)
{
    struct fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *matte, *before;
    char id[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), id);
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &before, &diag), &diag);
    for (int64_t frame = 0; frame < CUT; frame++) {
        struct ho_frame_entry entry;
        assert_ok(ho_store_get(store, frame, HO_PASS_FINAL, matte, &entry, &diag), &diag);
        assert_true(entry.area > 100 && entry.area == ho_matte_area(matte));
        assert_int_equal((entry.flags & HO_FLAG_PROMPTED) != 0, frame == 10);
        assert_int_equal((entry.flags & HO_FLAG_CUT) != 0, frame == CUT - 1);
        // A picture that stays gives a matte that stays.
        if (frame > SAME_FIRST && frame <= SAME_LAST)
            assert_true(ho_matte_equal(matte, before));
        assert_ok(ho_matte_copy(matte, before, &diag), &diag);
    }
    ho_matte_destroy(&matte);
    ho_matte_destroy(&before);
    ho_store_close(&store);
    ho_bank_close(&bank);
}

// SHA-256 over the pixels of every frame's matte, as the bank gives them back.
static void sha_of_mattes(const char *bank_dir, const char *id, char hex[65])
{
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *matte;
    struct AVSHA *sha = av_sha_alloc();
    uint8_t digest[32], row[2 * WIDTH];
    assert_non_null(sha);
    assert_ok(ho_bank_open(bank_dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    av_sha_init(sha, 256);
    for (int64_t frame = 0; frame < CUT; frame++) {
        struct ho_frame_entry entry;
        assert_ok(ho_store_get(store, frame, HO_PASS_FINAL, matte, &entry, &diag), &diag);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                uint16_t value = matte->data[(ptrdiff_t)y * matte->stride + x];
                row[2 * x] = (uint8_t)value;
                row[2 * x + 1] = (uint8_t)(value >> 8);
            }
            av_sha_update(sha, row, sizeof(row));
        }
    }
    av_sha_final(sha, digest);
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    av_free(sha);
    ho_matte_destroy(&matte);
    ho_store_close(&store);
    ho_bank_close(&bank);
}

// Golden: the stub's mattes of the drawn film are these bits. A change that is meant raises the stub's version and puts the new hash here.
static void the_stub_s_mattes_are_known(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], hex[65];
    track(ASK(.bank = f->dir, .frames = {10, -1}), id);
    sha_of_mattes(f->dir, id, hex);
    assert_string_equal(hex, "dd79618451685b8e14685a5e3787393044cb8ce7eac97fd69da5800c81fec519");
}

static void a_longer_range_goes_on(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    assert_numbers(track(ASK(.bank = f->dir, .range = {8, 16}, .frames = {10, -1}), NULL), 9, 0, 8, 16);
    assert_numbers(track(ASK(.bank = f->dir, .range = {9, 12}, .frames = {10, -1}), NULL), 0, 4, 9, 12);
    assert_numbers(track(ASK(.bank = f->dir, .range = {5, 30}, .frames = {10, -1}), NULL), 17, 9, 5, 30);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, -1}), id), 14, 26, 0, CUT - 1);
    track(ASK(.bank = f->other, .frames = {10, -1}), whole);
    assert_string_equal(id, whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

static void directions_limit_what_is_walked(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    assert_numbers(track(ASK(.bank = f->dir, .direction = HO_DIRECTION_FORWARD, .frames = {10, -1}), NULL), 30, 0, 10, CUT - 1);
    assert_numbers(track(ASK(.bank = f->dir, .direction = HO_DIRECTION_BACKWARD, .frames = {10, -1}), id), 10, 30, 0, CUT - 1);
    track(ASK(.bank = f->other, .frames = {10, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

// A correction: what lies before the first prompt is not its business.
static void one_more_prompt_tracks_only_its_spans(void **state)
{
    struct fixture *f = *state;
    char first[HO_ID_SIZE], second[HO_ID_SIZE], third[HO_ID_SIZE], fresh[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {5, 20, -1}), first);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {5, 20, 30, -1}), second), 19, 21, 0, CUT - 1);
    assert_string_not_equal(first, second);
    assert_same(f->dir, first, f->dir, second, 0, 20);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {5, 20, 30, -1}), NULL), 0, CUT, 0, CUT - 1);
    track(ASK(.bank = f->other, .frames = {5, 20, 30, -1}), fresh);
    assert_same(f->dir, second, f->other, fresh, 0, N_FRAMES);
    // Taken away again: everything is there already.
    assert_numbers(track(ASK(.bank = f->dir, .frames = {5, 20, -1}), third), 0, CUT, 0, CUT - 1);
    assert_string_equal(first, third);
}

static void frames_between_prompts_come_from_both_sides(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], pieces[HO_ID_SIZE];
    // Frame 30 is a correction: on the way to it frame 10's own matte was made.
    assert_numbers(track(ASK(.bank = f->dir, .range = {10, 30}, .frames = {10, 30, -1}), id), 20, 1, 10, 30);
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_frame_entry *entries;
    size_t n;
    // Nothing of the two passes stays behind.
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    for (int pass = HO_PASS_FORWARD; pass <= HO_PASS_BACKWARD; pass++) {
        assert_ok(ho_store_entries(store, (enum ho_pass)pass, &entries, &n, &diag), &diag);
        assert_int_equal(n, 0);
        free(entries);
    }
    ho_store_close(&store);
    ho_bank_close(&bank);
    // In pieces it gives the same.
    assert_numbers(track(ASK(.bank = f->other, .range = {18, 20}, .frames = {10, 30, -1}), NULL), 3, 0, 18, 20);
    assert_numbers(track(ASK(.bank = f->other, .range = {15, 25}, .frames = {10, 30, -1}), NULL), 8, 3, 15, 25);
    assert_numbers(track(ASK(.bank = f->other, .range = {10, 30}, .frames = {10, 30, -1}), pieces), 8, 13, 10, 30);
    assert_same(f->dir, id, f->other, pieces, 10, 30);
}

// Area of a frame's matte, of a run from two prompts.
static int64_t area_after(const char *bank_dir, struct ho_prompt first, struct ho_prompt second, int64_t frame)
{
    struct ho_prompt prompts[] = {first, second};
    struct ho_object_request object = {.name = "disc", .prompts = prompts, .n_prompts = 2};
    struct ho_track_request request = {.source = film, .objects = &object, .n_objects = 1, .engine = "stub", .range = {0, -1}, .bank_dir = bank_dir, .n_threads = 1};
    struct ho_track_report report;
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *matte;
    struct ho_frame_entry entry;
    assert_ok(ho_track_run(&request, &report, &diag), &diag);
    assert_ok(ho_bank_open(bank_dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, report.objects[0].id, HO_STORE_READ, &store, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    assert_ok(ho_store_get(store, frame, HO_PASS_FINAL, matte, &entry, &diag), &diag);
    ho_matte_destroy(&matte);
    ho_store_close(&store);
    ho_bank_close(&bank);
    ho_track_report_clear(&report);
    return entry.area;
}

static void a_correction_starts_from_what_was_tracked(void **state)
{
    struct fixture *f = *state;
    struct ho_point red = red_at(5), late = red_at(20), blue = {late.x + 20, late.y}, box[2] = {{late.x + 12, late.y - 5}, {late.x + 20, late.y + 5}};
    struct ho_prompt on_red = {.kind = HO_PROMPT_CLICK, .frame = 5, .points = &red, .n_points = 1}, more = {.kind = HO_PROMPT_CLICK, .frame = 20, .points = &blue, .n_points = 1},
                     less = {.kind = HO_PROMPT_EXCLUDE, .frame = 20, .points = &blue, .n_points = 1}, anew = {.kind = HO_PROMPT_BOX, .frame = 20, .points = box, .n_points = 2};
    int64_t alone = area_after(f->dir, on_red, on_red, 20), both = area_after(f->dir, on_red, more, 20);
    assert_true(alone > 200 && both > alone + 100);
    // Nothing needs to be said again of what is right; given the other way round it is another thing that is asked.
    assert_in_range(area_after(f->dir, on_red, less, 20), alone / 2, alone + 10);
    assert_true(area_after(f->dir, more, on_red, 20) < both);
    // A box says everything itself.
    assert_in_range(area_after(f->dir, on_red, anew, 20), 40, 120);
}

static void prompts_in_another_shot_are_their_own(void **state)
{
    struct fixture *f = *state;
    char first[HO_ID_SIZE], both[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), first);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 45, -1}), both), N_FRAMES - CUT, CUT, 0, N_FRAMES - 1);
    assert_same(f->dir, first, f->dir, both, 0, CUT - 1);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 45, -1}), NULL), 0, N_FRAMES, 0, N_FRAMES - 1);
}

static void a_moved_source_finds_its_matte(void **state)
{
    struct fixture *f = *state;
    char command[1200], moved[400], id[HO_ID_SIZE], again[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), id);
    snprintf(command, sizeof(command), "mkdir '%s/elsewhere' && for i in '%s'/film.*.png; do cp \"$i\" '%s/elsewhere/renamed.'\"${i##*film.}\"; done", f->dir, film_dir, f->dir);
    assert_int_equal(system(command), 0);
    snprintf(moved, sizeof(moved), "%s/elsewhere/renamed.%%04d.png", f->dir);
    assert_numbers(track(ASK(.source = moved, .bank = f->dir, .frames = {10, -1}), again), 0, CUT, 0, CUT - 1);
    assert_string_equal(id, again);
}

static void locked_frames_never_change(void **state)
{
    struct fixture *f = *state;
    struct ho_range locks[] = {{22, 26}, {1000, 2000}};
    char first[HO_ID_SIZE], locked[HO_ID_SIZE], free_again[HO_ID_SIZE], fresh[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), first);
    // 11 to 39 belong to other spans now, but for those that are locked.
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 30, -1}, .locks = locks, .n_locks = 1), locked), 24, 16, 0, CUT - 1);
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *a, *b;
    struct ho_matte *x, *y;
    struct ho_frame_entry entry;
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, first, HO_STORE_READ, &a, &diag), &diag);
    assert_ok(ho_store_open(bank, locked, HO_STORE_READ, &b, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &x, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &y, &diag), &diag);
    for (int64_t frame = 20; frame < 30; frame++) {
        assert_ok(ho_store_get(a, frame, HO_PASS_FINAL, x, NULL, &diag), &diag);
        assert_ok(ho_store_get(b, frame, HO_PASS_FINAL, y, &entry, &diag), &diag);
        bool is_locked = frame >= 22 && frame <= 26;
        assert_int_equal((entry.flags & HO_FLAG_LOCKED) != 0, is_locked);
        if (is_locked)
            assert_true(ho_matte_equal(x, y));
    }
    ho_matte_destroy(&x);
    ho_matte_destroy(&y);
    ho_store_close(&a);
    ho_store_close(&b);
    ho_bank_close(&bank);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 30, -1}, .locks = locks, .n_locks = 1), NULL), 0, CUT, 0, CUT - 1);
    // Without the lock they are what the prompts make of them.
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 30, -1}), free_again), 5, 35, 0, CUT - 1);
    assert_string_equal(locked, free_again);
    track(ASK(.bank = f->other, .frames = {10, 30, -1}), fresh);
    assert_same(f->dir, free_again, f->other, fresh, 0, N_FRAMES);
    struct ho_track_report report;
    assert_int_equal(run(ASK(.bank = f->dir, .frames = {10, -1}, .locks = locks, .n_locks = 2), &report, &diag), HO_ERROR_USAGE);
    ho_track_report_clear(&report);
}

// ---- interruptions

struct stopper { atomic_bool cancel; int64_t at, last_done, n_calls; };

static void stop(void *opaque, const struct ho_track_progress *progress)
{
    struct stopper *stopper = opaque;
    assert_true(progress->n_done >= stopper->last_done && progress->n_done <= progress->n_total);
    stopper->last_done = progress->n_done;
    stopper->n_calls++;
    if (progress->n_done >= stopper->at)
        atomic_store(&stopper->cancel, true);
}

static void a_cancelled_run_goes_on(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    setenv("HOLDOUT_STUB_DELAY_MS", "12", 1);
    struct stopper stopper = {.at = 1};
    struct ho_track_report report;
    struct ho_diag diag = {0};
    assert_int_equal(run(ASK(.bank = f->dir, .frames = {10, -1}, .cancel = &stopper.cancel, .progress = stop, .opaque = &stopper), &report, &diag), HO_CANCELLED);
    assert_non_null(strstr(diag.message, "goes on"));
    int64_t n = report.objects[0].n_tracked;
    ho_track_report_clear(&report);
    assert_true(n >= 1 && n < CUT);
    // On the way to what a correction starts from, too.
    stopper = (struct stopper){.at = 1};
    assert_int_equal(run(ASK(.bank = f->dir, .frames = {10, 30, -1}, .cancel = &stopper.cancel, .progress = stop, .opaque = &stopper), &report, &diag), HO_CANCELLED);
    assert_non_null(strstr(diag.message, "goes on"));
    ho_track_report_clear(&report);
    unsetenv("HOLDOUT_STUB_DELAY_MS");
    struct numbers rest = track(ASK(.bank = f->dir, .frames = {10, -1}), NULL);
    assert_true(rest.reused >= n);
    track(ASK(.bank = f->dir, .frames = {10, 30, -1}), id);
    track(ASK(.bank = f->other, .frames = {10, 30, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

static void progress_reaches_its_end(void **state)
{
    struct fixture *f = *state;
    struct stopper stopper = {.at = INT64_MAX};
    track(ASK(.bank = f->dir, .frames = {10, 30, 45, -1}, .progress = stop, .opaque = &stopper), NULL);
    // To what the corrections start from: 1 prompt and 20 frames; 9 more, up to the cut. Then 2 prompts (the other is there by now), 10 before and 9 after (some there
    // already), two passes and a blend of 19, 5 and 9 in the other shot.
    assert_in_range(stopper.last_done, 1 + 20 + 2 + 10 + 3 * 19 + 5 + 9, 1 + 20 + 9 + 2 + 10 + 3 * 19 + 5 + 9 + 9);
    assert_true(stopper.n_calls >= 1);
}

static void a_killed_run_gives_the_same_bits(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    int n_killed = 0;
    srand(11);
    setenv("HOLDOUT_STUB_DELAY_MS", "1", 1);
    for (int round = 0; round < 24; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct ho_track_report report;
            _exit(run(ASK(.bank = f->dir, .frames = {10, 30, 45, -1}, .wait = 5), &report, NULL) == HO_OK ? 0 : 1);
        }
        nanosleep(&(struct timespec){.tv_nsec = 20000000 + rand() % 90000000}, NULL);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        n_killed += WIFSIGNALED(status);
    }
    unsetenv("HOLDOUT_STUB_DELAY_MS");
    track(ASK(.bank = f->dir, .frames = {10, 30, 45, -1}), id);
    track(ASK(.bank = f->other, .frames = {10, 30, 45, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_bank_verify(bank, NULL, NULL, NULL, NULL, &diag), &diag);
    ho_bank_close(&bank);
    print_message("killed %d times\n", n_killed);
    assert_true(n_killed > 2);
}

// A memory that cannot be read is no misfortune: the walk begins anew and gives the same frames.
static void a_damaged_memory_is_made_anew(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .range = {5, 20}, .frames = {10, -1}), id);
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_WRITE, &store, &diag), &diag);
    assert_ok(ho_sql_run(store->db, store->path, "UPDATE walks SET packed = x'00' WHERE frame = 20; UPDATE walks SET checksum = checksum + 1 WHERE frame = 5", &diag), &diag);
    ho_store_close(&store);
    ho_bank_close(&bank);
    ho_log_set_level(HO_LOG_QUIET);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, -1}), id), 24, 16, 0, CUT - 1);
    ho_log_set_level(HO_LOG_WARNING);
    track(ASK(.bank = f->other, .frames = {10, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

static void a_full_disk_loses_nothing(void **state)
{
    struct fixture *f = *state;
    struct rlimit before, small;
    struct ho_track_report report;
    struct ho_diag diag = {0};
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    // The scan and the head of the store fit; the frames don't.
    assert_numbers(track(ASK(.bank = f->dir, .range = {9, 11}, .frames = {10, -1}), NULL), 3, 0, 9, 11);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 150000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum ho_result result = run(ASK(.bank = f->dir, .frames = {10, -1}), &report, &diag);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    ho_track_report_clear(&report);
    if (result != HO_ERROR_SPACE)
        fail_msg("%s: %s", ho_result_name(result), diag.message);
    track(ASK(.bank = f->dir, .frames = {10, -1}), id);
    track(ASK(.bank = f->other, .frames = {10, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

static void two_processes_share_the_work(void **state)
{
    struct fixture *f = *state;
    pid_t children[2];
    int statuses[2];
    setenv("HOLDOUT_STUB_DELAY_MS", "5", 1);
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            struct ho_track_report report;
            enum ho_result result = run(ASK(.bank = f->dir, .frames = {10, -1}, .wait = 60), &report, NULL);
            _exit(result != HO_OK ? 255 : (int)report.objects[0].n_tracked);
        }
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(waitpid(children[i], &statuses[i], 0), children[i]);
    unsetenv("HOLDOUT_STUB_DELAY_MS");
    assert_true(WIFEXITED(statuses[0]) && WIFEXITED(statuses[1]));
    assert_int_equal(WEXITSTATUS(statuses[0]) + WEXITSTATUS(statuses[1]), CUT);
    assert_true(WEXITSTATUS(statuses[0]) == 0 || WEXITSTATUS(statuses[1]) == 0);
}

// ---- several objects

static enum ho_result run_two(const char *bank, bool is_swapped, struct ho_track_report *report, struct ho_diag *diag)
{
    struct ho_point red = red_at(10), blue = {red.x + 16, red.y};
    struct ho_prompt on_red = {.kind = HO_PROMPT_CLICK, .frame = 10, .points = &red, .n_points = 1}, on_blue = {.kind = HO_PROMPT_CLICK, .frame = 10, .points = &blue, .n_points = 1};
    struct ho_object_request objects[2];
    objects[is_swapped] = (struct ho_object_request){.name = "disc", .prompts = &on_red, .n_prompts = 1};
    objects[!is_swapped] = (struct ho_object_request){.name = "blue", .prompts = &on_blue, .n_prompts = 1};
    struct ho_track_request request = {.source = film, .objects = objects, .n_objects = 2, .engine = "stub", .range = {0, -1}, .bank_dir = bank, .n_threads = 1};
    return ho_track_run(&request, report, diag);
}

static void objects_share_a_run_and_not_their_pixels(void **state)
{
    struct fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_track_report report, swapped;
    char alone[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), alone);
    struct ho_key before = content(f->dir, alone, 0, N_FRAMES);
    // The second object joins: the first is not tracked again, and its own store stays.
    assert_ok(run_two(f->dir, false, &report, &diag), &diag);
    assert_int_equal(report.objects[0].n_tracked, 0);
    assert_int_equal(report.objects[1].n_tracked, CUT);
    assert_string_not_equal(report.objects[0].id, alone);
    assert_true(ho_key_equal(before, content(f->dir, alone, 0, N_FRAMES)));
    struct ho_bank *bank;
    struct ho_store *a, *b;
    struct ho_matte *x, *y;
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, report.objects[0].id, HO_STORE_READ, &a, &diag), &diag);
    assert_ok(ho_store_open(bank, report.objects[1].id, HO_STORE_READ, &b, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &x, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &y, &diag), &diag);
    for (int64_t frame = 0; frame < CUT; frame++) {
        assert_ok(ho_store_get(a, frame, HO_PASS_FINAL, x, NULL, &diag), &diag);
        assert_ok(ho_store_get(b, frame, HO_PASS_FINAL, y, NULL, &diag), &diag);
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
            size_t at = (size_t)(i / WIDTH) * (size_t)x->stride + (size_t)(i % WIDTH);
            assert_true(x->data[at] + y->data[at] <= 65535);
        }
    }
    ho_matte_destroy(&x);
    ho_matte_destroy(&y);
    ho_store_close(&a);
    ho_store_close(&b);
    ho_bank_close(&bank);
    // Again, in the other order, in another bank: the same.
    assert_ok(run_two(f->dir, true, &swapped, &diag), &diag);
    assert_int_equal(swapped.objects[0].n_tracked + swapped.objects[1].n_tracked, 0);
    assert_string_equal(swapped.objects[1].id, report.objects[0].id);
    ho_track_report_clear(&swapped);
    assert_ok(run_two(f->other, true, &swapped, &diag), &diag);
    assert_same(f->dir, report.objects[0].id, f->other, swapped.objects[1].id, 0, N_FRAMES);
    assert_same(f->dir, report.objects[1].id, f->other, swapped.objects[0].id, 0, N_FRAMES);
    ho_track_report_clear(&swapped);
    ho_track_report_clear(&report);
}

// ---- the rest

static void the_report_names_cuts(void **state)
{
    struct fixture *f = *state;
    struct ho_track_report report;
    struct ho_diag diag = {0};
    for (int round = 0; round < 2; round++) {
        assert_ok(run(ASK(.bank = f->dir, .frames = {45, 10, -1}), &report, &diag), &diag);
        int n_cuts = 0;
        for (size_t i = 0; i < report.objects[0].n_events; i++) {
            if (report.objects[0].events[i].kind != HO_EVENT_CUT)
                continue;
            assert_int_equal(report.objects[0].events[i].frame, CUT);
            n_cuts++;
        }
        assert_int_equal(n_cuts, 1);
        assert_int_equal(report.source.n_frames, N_FRAMES);
        ho_track_report_clear(&report);
    }
    assert_ok(run(ASK(.bank = f->other, .frames = {45, -1}), &report, &diag), &diag);
    assert_true(report.objects[0].n_events >= 1 && report.objects[0].events[0].kind == HO_EVENT_CUT && report.objects[0].events[0].frame == CUT);
    assert_int_equal(report.objects[0].covered.first, CUT);
    ho_track_report_clear(&report);
}

static void bad_requests_get_a_sentence(void **state)
{
    struct fixture *f = *state;
    struct ho_track_report report;
    static const struct { struct ask ask; enum ho_result result; const char *says; } cases[] = {
        {{.range = {0, -1}, .frames = {55, -1}}, HO_ERROR_USAGE, "frame 55"},
        {{.range = {0, -1}, .frames = {-1}}, HO_ERROR_USAGE, "what to track"},
        {{.range = {10, 55}, .frames = {10, -1}}, HO_ERROR_USAGE, "0 to 54"},
        {{.range = {10, 5}, .frames = {10, -1}}, HO_ERROR_USAGE, "range"},
        {{.range = {0, -1}, .frames = {10, -1}, .source = "/no/such/film.mov"}, HO_ERROR_INPUT, "/no/such/film.mov"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ask ask = cases[i].ask;
        struct ho_diag diag = {0};
        ask.bank = f->dir;
        assert_int_equal(run(&ask, &report, &diag), cases[i].result);
        if (!strstr(diag.message, cases[i].says))
            fail_msg("'%s' does not say '%s'", diag.message, cases[i].says);
        ho_track_report_clear(&report);
    }
}

static void a_preview_shows_what_tracking_keeps(void **state)
{
    struct fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_preview *preview;
    struct ho_matte *shown, *kept;
    struct ho_bank *bank;
    struct ho_store *store;
    char id[HO_ID_SIZE];
    float confidence;
    setenv("HOLDOUT_BANK", f->other, 1);
    assert_ok(ho_preview_open(film, "stub", NULL, HO_QUALITY_FASTER, 1, &preview, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &shown, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &kept, &diag), &diag);
    struct ho_point at = red_at(20), away = {WIDTH + 5, 2};
    struct ho_prompt click = {.kind = HO_PROMPT_CLICK, .frame = 20, .points = &at, .n_points = 1}, bad = {.kind = HO_PROMPT_CLICK, .frame = 20, .points = &away, .n_points = 1};
    assert_int_equal(ho_preview_prompt(preview, &bad, 1, shown, &confidence, &diag), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    assert_ok(ho_preview_prompt(preview, &click, 1, shown, &confidence, &diag), &diag);
    assert_ok(ho_preview_prompt(preview, &click, 1, shown, &confidence, &diag), &diag);
    assert_int_equal(ho_preview_source(preview)->n_frames, N_FRAMES);
    struct ho_frame *frame;
    assert_ok(ho_preview_show(preview, 3, &frame, &diag), &diag);
    assert_int_equal(ho_frame_index(frame), 3);
    ho_frame_unref(&frame);
    assert_int_equal(ho_preview_show(preview, N_FRAMES, &frame, &diag), HO_ERROR_USAGE);
    assert_null(frame);
    // A frame that could not be shown leaves the preview able to answer.
    assert_ok(ho_preview_prompt(preview, &click, 1, shown, &confidence, &diag), &diag);
    ho_preview_close(&preview);
    unsetenv("HOLDOUT_BANK");
    track(ASK(.bank = f->dir, .range = {20, 22}, .frames = {20, -1}), id);
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    struct ho_frame_entry entry;
    assert_ok(ho_store_get(store, 20, HO_PASS_FINAL, kept, &entry, &diag), &diag);
    assert_true(ho_matte_equal(shown, kept) && ho_matte_area(kept) > 100);
    // What is followed is no surer than what was clicked.
    assert_true(entry.confidence == confidence && confidence < 1);
    for (int64_t i = 21; i <= 22; i++) {
        assert_ok(ho_store_get(store, i, HO_PASS_FINAL, kept, &entry, &diag), &diag);
        assert_true(entry.confidence > 0 && entry.confidence <= confidence);
    }
    ho_store_close(&store);
    ho_bank_close(&bank);
    ho_matte_destroy(&shown);
    ho_matte_destroy(&kept);
}

// Whatever allocation fails, the run says so or succeeds, and the next one gives the same bits.
static void failed_allocations_lose_nothing(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    int n_failed = 0;
    ho_log_set_level(HO_LOG_QUIET);
    for (int64_t n = 1; n < 4000; n += 1 + n / 9) {
        struct ho_track_report report;
        struct ho_diag diag = {0};
        ho_memory_fail_at(n);
        enum ho_result result = run(ASK(.bank = f->dir, .range = {5, 16}, .frames = {10, 14, -1}), &report, &diag);
        ho_memory_fail_at(0);
        ho_track_report_clear(&report);
        if (result != HO_OK && result != HO_ERROR_MEMORY)
            fail_msg("allocation %lld: %s: %s", (long long)n, ho_result_name(result), diag.message);
        if (result == HO_ERROR_MEMORY && !diag.message[0])
            fail_msg("allocation %lld: nothing is said", (long long)n);
        n_failed += result != HO_OK;
    }
    ho_log_set_level(HO_LOG_WARNING);
    track(ASK(.bank = f->dir, .range = {5, 16}, .frames = {10, 14, -1}), id);
    track(ASK(.bank = f->other, .range = {5, 16}, .frames = {10, 14, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
    assert_true(n_failed > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_second_run_tracks_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_matte_follows_the_object, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_stub_s_mattes_are_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_longer_range_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(directions_limit_what_is_walked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_more_prompt_tracks_only_its_spans, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frames_between_prompts_come_from_both_sides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_correction_starts_from_what_was_tracked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prompts_in_another_shot_are_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_moved_source_finds_its_matte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(locked_frames_never_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cancelled_run_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(progress_reaches_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_killed_run_gives_the_same_bits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_memory_is_made_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_processes_share_the_work, set_up, tear_down),
        cmocka_unit_test_setup_teardown(objects_share_a_run_and_not_their_pixels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_report_names_cuts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_requests_get_a_sentence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_preview_shows_what_tracking_keeps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failed_allocations_lose_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
