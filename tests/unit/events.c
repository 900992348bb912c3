// SPDX-License-Identifier: BSD-2-Clause
// What a user is told to check, and what not.
#include "unit/test.h"

#include "track/edit.h"

enum { N = 40 };

static void fill(struct ho_frame_entry *entries)
{
    for (int i = 0; i < N; i++)
        entries[i] = (struct ho_frame_entry){.frame = i, .confidence = 0.9f, .area = 1000};
}

static void expect(const struct ho_frame_entry *entries, size_t n, const struct ho_event *wanted, size_t n_wanted)
{
    struct ho_event *events;
    size_t n_events;
    struct ho_diag diag = {0};
    assert_ok(ho_events_find(entries, n, NULL, 0, &events, &n_events, &diag), &diag);
    for (size_t i = 0; i < n_events; i++)
        if (i >= n_wanted || events[i].kind != wanted[i].kind || events[i].frame != wanted[i].frame)
            fail_msg("event %zu is %s at %lld", i, ho_event_name(events[i].kind), (long long)events[i].frame);
    assert_int_equal(n_events, n_wanted);
    free(events);
}

static void a_calm_track_says_nothing(void **state)
{
    (void)state;
    struct ho_frame_entry entries[N];
    fill(entries);
    expect(entries, N, NULL, 0);
    expect(entries, 0, NULL, 0);
    expect(entries, 1, NULL, 0);
}

static void lost_and_found(void **state)
{
    (void)state;
    struct ho_frame_entry entries[N];
    fill(entries);
    for (int i = 10; i < 15; i++)
        entries[i] = (struct ho_frame_entry){.frame = i, .flags = HO_FLAG_EMPTY};
    expect(entries, N, (struct ho_event[]){{HO_EVENT_LOST, 10, 0}, {HO_EVENT_FOUND, 15, 0}}, 2);
}

static void a_run_of_doubt_is_one_event_at_its_worst(void **state)
{
    (void)state;
    struct ho_frame_entry entries[N];
    fill(entries);
    entries[10].confidence = 0.45f;
    entries[11].confidence = 0.2f;
    entries[12].confidence = 0.4f;
    entries[20].confidence = 0.65f;    // fell by more than 0.2, never low
    entries[30].confidence = 0.75f;    // fell a little
    expect(entries, N, (struct ho_event[]){{HO_EVENT_CONFIDENCE, 11, 0}, {HO_EVENT_CONFIDENCE, 20, 0}}, 2);
    entries[11].flags = HO_FLAG_PROMPTED;    // seen by the user: the run is cut in two
    entries[20].flags = HO_FLAG_LOCKED;
    expect(entries, N, (struct ho_event[]){{HO_EVENT_CONFIDENCE, 10, 0}, {HO_EVENT_CONFIDENCE, 12, 0}}, 2);
}

static void a_slow_slide_is_found_when_it_is_low(void **state)
{
    (void)state;
    struct ho_frame_entry entries[N];
    fill(entries);
    for (int i = 0; i < N; i++)
        entries[i].confidence = 0.9f - 0.02f * (float)i;
    expect(entries, N, (struct ho_event[]){{HO_EVENT_CONFIDENCE, N - 1, 0}}, 1);
}

static void jumps_of_area(void **state)
{
    (void)state;
    struct ho_frame_entry entries[N];
    fill(entries);
    for (int i = 10; i < N; i++)
        entries[i].area = 1700;
    entries[20].area = 900;    // down and up again: one event at the larger of the two
    expect(entries, N, (struct ho_event[]){{HO_EVENT_AREA, 10, 0}, {HO_EVENT_AREA, 20, 0}}, 2);
    fill(entries);
    for (int i = 10; i < N; i++)
        entries[i].area = 1500;    // half as large again is no jump
    entries[30].area = 10;         // tiny things jump by noise
    entries[31].area = 40;
    for (int i = 30; i < N; i++)
        entries[i].frame += 5;    // and beyond a gap nothing is compared
    expect(entries, 30, NULL, 0);
    expect(entries + 30, 2, NULL, 0);
}

static void held_frames_and_cuts(void **state)
{
    (void)state;
    struct ho_frame_entry entries[N];
    struct ho_event *events;
    size_t n;
    struct ho_diag diag = {0};
    fill(entries);
    entries[7].flags = entries[8].flags = HO_FLAG_HELD;
    assert_ok(ho_events_find(entries, N, (const int64_t[]){25, 3}, 2, &events, &n, &diag), &diag);
    assert_int_equal(n, 3);
    assert_true(events[0].kind == HO_EVENT_CUT && events[0].frame == 3);
    assert_true(events[1].kind == HO_EVENT_HELD && events[1].frame == 7);
    assert_true(events[2].kind == HO_EVENT_CUT && events[2].frame == 25);
    free(events);
}

static int64_t most_helpful(const struct ho_frame_entry *entries, size_t n, const int64_t *cuts, size_t n_cuts)
{
    struct ho_diag diag = {0};
    int64_t frame;
    assert_ok(ho_events_most_helpful(entries, n, cuts, n_cuts, &frame, &diag), &diag);
    return frame;
}

static void the_most_helpful_correction(void **state)
{
    (void)state;
    struct ho_frame_entry entries[N];
    fill(entries);
    assert_int_equal(most_helpful(entries, N, NULL, 0), -1);
    assert_int_equal(most_helpful(entries, 0, NULL, 0), -1);
    // One very doubtful frame counts less than a stretch of doubt, whose worst frame it is.
    entries[5].confidence = 0.1f;
    assert_int_equal(most_helpful(entries, N, NULL, 0), 5);
    for (int i = 20; i < 31; i++)
        entries[i].confidence = i == 25 ? 0.1f : 0.6f;
    assert_int_equal(most_helpful(entries, N, NULL, 0), 25);
    // Where a user was already, nothing is to be said; beyond a cut nothing is mended.
    entries[25].flags = HO_FLAG_PROMPTED;
    int64_t next = most_helpful(entries, N, NULL, 0);
    assert_true(next >= 20 && next < 31 && next != 25);
    next = most_helpful(entries, N, (int64_t[]){28}, 1);
    assert_true(next >= 20 && next < 28);
    for (int i = 0; i < N; i++)
        entries[i].flags = HO_FLAG_LOCKED;
    assert_int_equal(most_helpful(entries, N, NULL, 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_most_helpful_correction),
                                       cmocka_unit_test(a_calm_track_says_nothing),
                                       cmocka_unit_test(lost_and_found),
                                       cmocka_unit_test(a_run_of_doubt_is_one_event_at_its_worst),
                                       cmocka_unit_test(a_slow_slide_is_found_when_it_is_low),
                                       cmocka_unit_test(jumps_of_area),
                                       cmocka_unit_test(held_frames_and_cuts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
