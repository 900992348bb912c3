// SPDX-License-Identifier: BSD-2-Clause
// Corrections of a matte: where it is deepest, and which changes a mark asks for.
#include <math.h>

#include "base/memory.h"
#include "engine/embedded/correct.h"
#include "unit/test.h"

enum { W = 96, H = 64 };
static const struct ho_view view = {{0, 0, W, H}, W, H};

static void fill(float *map, int x0, int y0, int x1, int y1, float value)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            map[y * W + x] = value;
}

static void places_are_deep_and_away_from_the_changes(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static float basis[W * H];
    struct ho_change out[HO_CORRECT_PLACES], exclude = {30, 32, false};
    int n;
    assert_ok(ho_correct_places(&view, basis, NULL, 0, out, &n, &diag), &diag);
    assert_int_equal(n, 0);
    fill(basis, 10, 12, 50, 52, 1);    // 40 x 40
    fill(basis, 58, 14, 92, 48, 1);    // 34 x 34
    assert_ok(ho_correct_places(&view, basis, NULL, 0, out, &n, &diag), &diag);
    assert_int_equal(n, HO_CORRECT_PLACES);
    assert_true(fabs(out[0].x - 29.5) < 2 && fabs(out[0].y - 31.5) < 2 && out[0].inside);
    // What is to go is no place of the object, however deep.
    assert_ok(ho_correct_places(&view, basis, &exclude, 1, out, &n, &diag), &diag);
    assert_true(out[0].x > 58 && out[0].x < 92);
}

static void only_changes_that_were_asked_for_stay(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static float basis[W * H], map[W * H];
    fill(basis, 20, 20, 60, 44, 1);
    fill(basis, 20, 19, 60, 20, 0.25f);    // a soft edge
    // The answer: a part is added at the right and one far away, a part taken at the left; the edge is another.
    memcpy(map, basis, sizeof map);
    fill(map, 20, 19, 60, 20, 0.4f);
    fill(map, 60, 26, 72, 40, 0.9f);
    fill(map, 72, 26, 73, 40, 0.3f);    // its soft edge
    fill(map, 80, 5, 90, 15, 0.9f);
    fill(map, 20, 20, 30, 44, 0.1f);
    struct ho_change add = {66, 33, true};
    assert_ok(ho_correct_map(&view, basis, &add, 1, map, &diag), &diag);
    assert_true(map[33 * W + 66] == 0.9f && map[33 * W + 72] == 0.3f);
    assert_true(map[10 * W + 85] == 0 && map[30 * W + 25] == 1 && map[19 * W + 40] == 0.25f);
    // A mark asks for its own kind of change alone.
    memcpy(map, basis, sizeof map);
    fill(map, 20, 20, 30, 44, 0.1f);
    struct ho_change wrong = {25, 30, true}, right = {25, 30, false};
    assert_ok(ho_correct_map(&view, basis, &wrong, 1, map, &diag), &diag);
    assert_memory_equal(map, basis, sizeof map);
    fill(map, 20, 20, 30, 44, 0.1f);
    assert_ok(ho_correct_map(&view, basis, &right, 1, map, &diag), &diag);
    assert_true(map[30 * W + 25] == 0.1f && map[30 * W + 40] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_deep_and_away_from_the_changes),
        cmocka_unit_test(only_changes_that_were_asked_for_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
