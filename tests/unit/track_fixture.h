// SPDX-License-Identifier: BSD-2-Clause
// Whole runs of the stub engine on the drawn film, and what they leave in a bank.
#ifndef TRACK_FIXTURE_H
#define TRACK_FIXTURE_H

#include "unit/film_fixture.h"

#include "bank/bank.h"
#include "holdout/media.h"
#include "track/edit.h"

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
