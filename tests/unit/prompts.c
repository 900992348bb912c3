// SPDX-License-Identifier: BSD-2-Clause
// Prompts: what is refused and how it is said; that their order does not matter; what the recipe says of them.
#include "unit/test.h"

#include <math.h>

#include "track/track.h"

static const struct ho_source_info source = {.path = "ride.mov", .width = 320, .height = 180, .n_frames = 50};

static struct ho_prompt prompt(enum ho_prompt_kind kind, int64_t frame, struct ho_point *points, size_t n)
{
    return (struct ho_prompt){.kind = kind, .frame = frame, .points = points, .n_points = n};
}

static void refuse(const struct ho_prompt *prompts, size_t n, const char *says)
{
    struct ho_prompt_set set;
    struct ho_diag diag = {0};
    assert_int_equal(ho_prompt_set_create(prompts, n, &source, &set, &diag), HO_ERROR_USAGE);
    if (!strstr(diag.message, says))
        fail_msg("'%s' does not say '%s'", diag.message, says);
}

static void bad_prompts_get_a_sentence(void **state)
{
    (void)state;
    struct ho_point inside[] = {{10, 20}, {10, 20}, {300, 100}}, right[] = {{320, 20}}, below[] = {{10, 180}},
                    left[] = {{-1, 2}}, odd[] = {{NAN, 2}}, outside_box[] = {{400, 10}, {500, 50}},
                    good_box[] = {{300, 100}, {10, 20}};
    refuse(NULL, 0, "what to track");
    refuse(&(struct ho_prompt){.kind = HO_PROMPT_CLICK, .frame = 50, .points = inside, .n_points = 1}, 1, "frame 50");
    refuse(&(struct ho_prompt){.kind = HO_PROMPT_CLICK, .frame = -1, .points = inside, .n_points = 1}, 1, "0 to 49");
    struct ho_prompt p = prompt(HO_PROMPT_CLICK, 3, right, 1);
    refuse(&p, 1, "320,20 on frame 3");
    p = prompt(HO_PROMPT_EXCLUDE, 3, below, 1);
    refuse(&p, 1, "0 to 179");
    p = prompt(HO_PROMPT_CLICK, 3, left, 1);
    refuse(&p, 1, "outside the frame");
    p = prompt(HO_PROMPT_CLICK, 3, odd, 1);
    refuse(&p, 1, "no number");
    p = prompt(HO_PROMPT_CLICK, 3, inside, 2);
    refuse(&p, 1, "2 points");
    p = prompt(HO_PROMPT_BOX, 3, inside, 2);
    refuse(&p, 1, "no size");
    p = prompt(HO_PROMPT_BOX, 3, outside_box, 2);
    refuse(&p, 1, "no size");
    p = prompt(HO_PROMPT_STROKE, 3, inside, 1);
    refuse(&p, 1, "2 or more");
    p = prompt(HO_PROMPT_MASK, 3, NULL, 0);
    refuse(&p, 1, "no picture");
    uint16_t pixels[4] = {0};
    struct ho_matte small = {.width = 2, .height = 2, .stride = 2, .data = pixels};
    p.mask = &small;
    refuse(&p, 1, "2 x 2 and the source 320 x 180");
    p = prompt((enum ho_prompt_kind)77, 3, inside, 1);
    refuse(&p, 1, "no known kind");
    struct ho_prompt both[] = {prompt(HO_PROMPT_CLICK, 3, inside, 1), prompt(HO_PROMPT_BOX, 3, good_box, 2),
                               prompt(HO_PROMPT_EXCLUDE, 3, inside, 1)};
    refuse(both, 3, "prompts 1 and 3 contradict");
    both[2].frame = 4;    // another frame is another matter
    struct ho_prompt_set set;
    struct ho_diag diag = {0};
    assert_ok(ho_prompt_set_create(both, 3, &source, &set, &diag), &diag);
    ho_prompt_set_clear(&set);
}

static void boxes_are_tidied(void **state)
{
    (void)state;
    struct ho_point corners[] = {{330, 100}, {10, -20}};
    struct ho_prompt p = prompt(HO_PROMPT_BOX, 3, corners, 2);
    struct ho_prompt_set set;
    struct ho_diag diag = {0};
    assert_ok(ho_prompt_set_create(&p, 1, &source, &set, &diag), &diag);
    assert_true(set.prompts[0].points[0].x == 10 && set.prompts[0].points[0].y == 0);
    assert_true(set.prompts[0].points[1].x == 320 && set.prompts[0].points[1].y == 100);
    assert_true(corners[0].x == 330);
    ho_prompt_set_clear(&set);
}

// In which order frames are given does not matter here, nor what is said twice; on a frame a later click answers what
// the earlier ones showed.
static void frames_are_put_in_order(void **state)
{
    (void)state;
    struct ho_point a[] = {{1, 2}}, b[] = {{3, 4}}, c[] = {{3, 5}};
    struct ho_prompt one[] = {prompt(HO_PROMPT_CLICK, 9, a, 1), prompt(HO_PROMPT_CLICK, 2, b, 1),
                              prompt(HO_PROMPT_EXCLUDE, 2, c, 1)},
                     other[] = {prompt(HO_PROMPT_CLICK, 2, b, 1), prompt(HO_PROMPT_EXCLUDE, 2, c, 1),
                                prompt(HO_PROMPT_CLICK, 9, a, 1), prompt(HO_PROMPT_CLICK, 2, b, 1)},
                     reversed[] = {other[1], other[0], other[2]};
    struct ho_prompt_set p, q, r;
    struct ho_diag diag = {0};
    assert_ok(ho_prompt_set_create(one, 3, &source, &p, &diag), &diag);
    assert_ok(ho_prompt_set_create(other, 4, &source, &q, &diag), &diag);
    assert_ok(ho_prompt_set_create(reversed, 3, &source, &r, &diag), &diag);
    assert_int_equal(p.n_frames, 2);
    assert_int_equal(q.n, 3);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(p.frames[i].frame, q.frames[i].frame);
        assert_true(ho_key_equal(p.frames[i].key, q.frames[i].key));
        assert_int_equal(ho_key_equal(p.frames[i].key, r.frames[i].key), i == 1);
    }
    assert_true(r.prompts[0].kind == HO_PROMPT_EXCLUDE && r.prompts[1].kind == HO_PROMPT_CLICK);
    ho_prompt_set_clear(&r);
    char *json, *other_json;
    assert_ok(ho_prompt_set_json(&p, &json, &diag), &diag);
    assert_ok(ho_prompt_set_json(&q, &other_json, &diag), &diag);
    assert_string_equal(json, other_json);
    assert_string_equal(json, "[{\"frame\":2,\"kind\":\"click\",\"points\":[[3.0,4.0]]},{\"frame\":2,\"kind\":"
                              "\"exclude\",\"points\":[[3.0,5.0]]},"
                              "{\"frame\":9,\"kind\":\"click\",\"points\":[[1.0,2.0]]}]");
    free(json);
    free(other_json);
    ho_prompt_set_clear(&p);
    // What a prompt says changes its key: place, kind, frame.
    struct ho_key before = q.frames[1].key;
    ho_prompt_set_clear(&q);
    a[0].x = 1.5f;
    assert_ok(ho_prompt_set_create(other, 4, &source, &q, &diag), &diag);
    assert_false(ho_key_equal(before, q.frames[1].key));
    ho_prompt_set_clear(&q);
}

static void masks_are_their_pixels(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_matte *mask;
    assert_ok(ho_matte_create(320, 180, &mask, &diag), &diag);
    struct ho_prompt p = {.kind = HO_PROMPT_MASK, .frame = 3, .mask = mask};
    struct ho_key keys[2];
    char *texts[2];
    for (int i = 0; i < 2; i++) {
        struct ho_prompt_set set;
        mask->data[(size_t)179 * (size_t)mask->stride + 319] = (uint16_t)i;
        assert_ok(ho_prompt_set_create(&p, 1, &source, &set, &diag), &diag);
        assert_ok(ho_prompt_set_json(&set, &texts[i], &diag), &diag);
        keys[i] = set.frames[0].key;
        ho_prompt_set_clear(&set);
    }
    assert_false(ho_key_equal(keys[0], keys[1]));
    assert_string_not_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
    ho_matte_destroy(&mask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bad_prompts_get_a_sentence), cmocka_unit_test(boxes_are_tidied),
                                       cmocka_unit_test(frames_are_put_in_order),
                                       cmocka_unit_test(masks_are_their_pixels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
