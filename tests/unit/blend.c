// SPDX-License-Identifier: BSD-2-Clause
// Arithmetic of tracking: two passes into one, overlapping objects apart.
#include "unit/test.h"

#include "image/settle.h"
#include "track/edit.h"

static void weights_follow_distance_and_confidence(void **state)
{
    (void)state;
    assert_int_equal(ho_blend_weight(0.9f, 0.9f, 5, 5), 35389);    // the middle: never quite even
    assert_int_equal(ho_blend_weight(0, 0, 5, 5), 35389);          // nothing known: by distance
    assert_true(ho_blend_weight(0.9f, 0.9f, 1, 9) > 60000);        // beside the start the forward pass counts
    assert_true(ho_blend_weight(0.9f, 0.9f, 9, 1) < 5536);
    assert_true(ho_blend_weight(0.9f, 0.3f, 5, 5) > 55000);    // the surer one wins
    assert_true(ho_blend_weight(1, 0, 9, 1) <= 65536);
    for (int64_t i = 1; i < 9; i++) {
        assert_true(ho_blend_weight(0.5f, 0.5f, i, 10 - i) > ho_blend_weight(0.5f, 0.5f, i + 1, 9 - i));
        // Mirrored, the sides change places.
        assert_in_range(ho_blend_weight(0.8f, 0.4f, i, 10 - i) + ho_blend_weight(0.4f, 0.8f, 10 - i, i), 65535, 65537);
    }
}

static struct ho_matte *row(const uint16_t *values, int n)
{
    struct ho_diag diag = {0};
    struct ho_matte *matte;
    assert_ok(ho_matte_create(n, 1, &matte, &diag), &diag);
    memcpy(matte->data, values, (size_t)n * sizeof(*values));
    return matte;
}

static void mixing_is_exact_where_both_agree(void **state)
{
    (void)state;
    static const uint16_t values[] = {0, 1, 127, 32767, 32768, 65534, 65535};
    static const uint32_t weights[] = {0, 1, 30000, 32768, 65535, 65536};
    for (size_t w = 0; w < 6; w++) {
        struct ho_matte *a = row(values, 7), *b = row(values, 7);
        ho_blend_mattes(a, b, weights[w]);
        assert_memory_equal(a->data, values, sizeof(values));
        ho_matte_destroy(&a);
        ho_matte_destroy(&b);
    }
}

// Edges that differ by little are mixed; where one says in and the other out, the one that counts more is followed, and
// nothing goes beyond either.
static void no_ghosts_where_they_disagree(void **state)
{
    (void)state;
    struct ho_matte *a = row((const uint16_t[]){0, 65535, 100, 0, 20000, 60000}, 6),
                    *b = row((const uint16_t[]){65535, 0, 200, 65535, 30000, 20000}, 6);
    ho_blend_mattes(a, b, 49152);
    assert_int_equal(a->data[0], 0);
    assert_int_equal(a->data[1], 65535);
    assert_int_equal(a->data[2], 125);
    assert_in_range(a->data[4], 20000, 21000);
    assert_int_equal(a->data[5], 60000);
    ho_matte_destroy(&a);
    a = row((const uint16_t[]){0, 65535, 100, 0, 20000, 60000}, 6);
    ho_blend_mattes(a, b, ho_blend_weight(0.9f, 0.9f, 5, 5));    // in the middle too
    assert_in_range(a->data[0], 0, 7000);
    assert_in_range(a->data[1], 58535, 65535);
    assert_int_equal(a->data[2], 146);
    ho_matte_destroy(&a);
    ho_matte_destroy(&b);
}

// Never more than one in sum; the larger keeps what it has; what does not overlap stays.
static void objects_do_not_overlap(void **state)
{
    (void)state;
    struct ho_matte *a = row((const uint16_t[]){65535, 40000, 30000, 100, 65535, 0}, 6),
                    *b = row((const uint16_t[]){65535, 50000, 30000, 200, 1000, 0}, 6),
                    *c = row((const uint16_t[]){65535, 60000, 30000, 300, 0, 7}, 6);
    struct ho_matte *all[] = {a, b, c};
    ho_mattes_settle(all, 3);
    static const uint16_t wanted[3][6] = {
        {65535, 0, 30000, 100, 65535, 0}, {0, 5535, 30000, 200, 0, 0}, {0, 60000, 5535, 300, 0, 7}};
    for (size_t i = 0; i < 3; i++) {
        assert_memory_equal(all[i]->data, wanted[i], sizeof(wanted[i]));
        ho_matte_destroy(&all[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_follow_distance_and_confidence), cmocka_unit_test(mixing_is_exact_where_both_agree),
        cmocka_unit_test(no_ghosts_where_they_disagree), cmocka_unit_test(objects_do_not_overlap)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
