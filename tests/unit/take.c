// SPDX-License-Identifier: BSD-2-Clause
// Takes as data, against a twin that keeps a key and flags for every frame.
#include "unit/bank_fixture.h"

enum { N_FRAMES = 60, N_KEYS = 4 };

struct twin {
    uint64_t key[N_FRAMES];    // 0: none
    unsigned flags[N_FRAMES];
};

static void twin_set(struct twin *twin, struct ho_span span)
{
    for (int64_t frame = span.first; frame <= span.last && frame < N_FRAMES; frame++) {
        twin->key[frame] = span.key.low;
        twin->flags[frame] = span.flags;
    }
}

static void twin_flag(struct twin *twin, struct ho_range frames, unsigned set, unsigned clear)
{
    for (int64_t frame = frames.first; frame <= frames.last && frame < N_FRAMES; frame++)
        if (twin->key[frame])
            twin->flags[frame] = (twin->flags[frame] & ~clear) | set;
}

// The same frames have the same; spans stand in order, none over another, and none could be joined.
static void assert_same(const struct ho_take *take, const struct twin *twin)
{
    for (int64_t frame = 0; frame < N_FRAMES; frame++) {
        const struct ho_span *span = ho_take_find(take, frame);
        assert_true((span ? span->key.low : 0) == twin->key[frame]);
        if (span)
            assert_int_equal(span->flags, twin->flags[frame]);
    }
    for (size_t i = 0; i < take->n; i++) {
        const struct ho_span *span = &take->spans[i], *next = span + 1;
        assert_true(span->first <= span->last);
        if (i + 1 == take->n)
            break;
        assert_true(span->last < next->first);
        assert_false(span->last + 1 == next->first && ho_key_equal(span->key, next->key) && span->flags == next->flags);
    }
    assert_null(ho_take_find(take, -1));
}

static struct ho_range random_range(void)
{
    int64_t first = rand() % N_FRAMES, length = rand() % 4 ? rand() % 8 : rand() % N_FRAMES;
    return (struct ho_range){first, first + length - 1};    // of no frames now and then
}

static void takes_are_what_their_frames_are(void **state)
{
    (void)state;
    srand(11);
    size_t most = 0;
    for (int round = 0; round < 300; round++) {
        struct ho_take take = {0}, copy;
        struct twin twin = {0};
        struct ho_diag diag = {0};
        for (int step = 0; step < 60; step++) {
            struct ho_range range = random_range();
            unsigned set = rand() % 2 ? HO_FLAG_LOCKED : 0, clear = rand() % 2 ? HO_FLAG_PROMPTED : HO_FLAG_LOCKED;
            if (rand() % 3) {
                struct ho_span span = {.first = range.first,
                                       .last = range.last,
                                       .key = {1 + (uint64_t)(rand() % N_KEYS), 0},
                                       .flags = rand() % 3 ? 0 : HO_FLAG_PROMPTED};
                assert_ok(ho_take_set(&take, span, &diag), &diag);
                twin_set(&twin, span);
            } else {
                assert_ok(ho_take_flag(&take, range, set, clear, &diag), &diag);
                twin_flag(&twin, range, set, clear);
            }
            assert_same(&take, &twin);
            most = take.n > most ? take.n : most;
        }
        assert_ok(ho_take_copy(&take, &copy, &diag), &diag);
        assert_same(&copy, &twin);
        ho_take_clear(&take);
        assert_null(take.spans);
        assert_same(&copy, &twin);    // a copy of its own
        ho_take_clear(&copy);
    }
    assert_true(most > 12);
}

// Takes that were stored come back as they were, one a step.
static void takes_are_stored_as_they_are(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = fixture_create(f, "disc");
    struct ho_take take = {0}, read;
    srand(5);
    for (int64_t number = 1; number < 20; number++) {
        struct ho_range range = random_range();
        char said[] = "{}";
        struct ho_step step = {.said = said, .parent = number - 1};
        struct ho_span span = {.first = range.first,
                               .last = range.last,
                               .key = {(uint64_t)number, UINT64_MAX},
                               .flags = number % 3 ? 0 : HO_FLAG_BACKWARD | HO_FLAG_LOCAL};
        assert_ok(ho_take_set(&take, span, &diag), &diag);
        assert_ok(ho_store_add_step(store, &step, &diag), &diag);
        assert_int_equal(step.number, number);
        for (int again = 0; again < 2; again++)
            assert_ok(ho_store_put_take(store, number, &take, &diag), &diag);
        assert_ok(ho_store_get_take(store, number, &read, &diag), &diag);
        assert_int_equal(read.n, take.n);
        for (size_t i = 0; i < take.n; i++) {
            assert_int_equal(read.spans[i].first, take.spans[i].first);
            assert_int_equal(read.spans[i].last, take.spans[i].last);
            assert_int_equal(read.spans[i].flags, take.spans[i].flags);
            assert_true(ho_key_equal(read.spans[i].key, take.spans[i].key));
        }
        ho_take_clear(&read);
    }
    ho_take_clear(&take);
    ho_store_close(&store);
}

static int set_up(void **state) { return bank_fixture_set_up(state, 16, 8); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_are_what_their_frames_are),
        cmocka_unit_test_setup_teardown(takes_are_stored_as_they_are, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
