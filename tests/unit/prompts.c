// SPDX-License-Identifier: BSD-2-Clause
// What is said: what is refused and how that is told; how it becomes statements; what a history keeps of them.
#include "unit/test_folder.h"

#include <math.h>

#include "track/statement.h"

static const struct ho_source_info source = {.path = "ride.mov", .width = 320, .height = 180, .n_frames = 50};

static struct ho_prompt prompt(enum ho_prompt_kind kind, int64_t frame, struct ho_point *points, size_t n)
{
    return (struct ho_prompt){.kind = kind, .frame = frame, .points = points, .n_points = n};
}

static struct ho_said said(struct ho_prompt prompt) { return (struct ho_said){.prompt = prompt}; }

static enum ho_result create(const struct ho_prompt *prompts, size_t n, struct ho_statement **out, size_t *n_out,
                             struct ho_diag *diag)
{
    struct ho_said list[8] = {0};
    for (size_t i = 0; i < n; i++)
        list[i] = said(prompts[i]);
    return ho_statements_create(list, n, &source, out, n_out, diag);
}

static void refuse(const struct ho_prompt *prompts, size_t n, const char *says)
{
    struct ho_statement *statements;
    size_t n_statements;
    struct ho_diag diag = {0};
    assert_int_equal(create(prompts, n, &statements, &n_statements, &diag), HO_ERROR_USAGE);
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
    struct ho_statement *statements;
    size_t n;
    struct ho_diag diag = {0};
    assert_ok(create(both, 3, &statements, &n, &diag), &diag);
    ho_statements_free(&statements, n);
}

static void boxes_are_tidied(void **state)
{
    (void)state;
    struct ho_point corners[] = {{330, 100}, {10, -20}};
    struct ho_prompt p = prompt(HO_PROMPT_BOX, 3, corners, 2);
    struct ho_statement statement;
    struct ho_diag diag = {0};
    assert_ok(ho_statement_of_prompts(&p, 1, &source, &statement, &diag), &diag);
    assert_true(statement.prompts[0].points[0].x == 10 && statement.prompts[0].points[0].y == 0);
    assert_true(statement.prompts[0].points[1].x == 320 && statement.prompts[0].points[1].y == 100);
    assert_true(corners[0].x == 330);
    assert_true(ho_statement_says_all(&statement));
    ho_statement_clear(&statement);
}

// Prompts that follow each other on a frame are one statement; what is said twice in it is said once.
static void prompts_of_a_frame_are_one_statement(void **state)
{
    (void)state;
    struct ho_point a[] = {{1, 2}}, b[] = {{3, 4}}, c[] = {{3, 5}};
    struct ho_prompt prompts[] = {prompt(HO_PROMPT_CLICK, 9, a, 1), prompt(HO_PROMPT_CLICK, 2, b, 1),
                                  prompt(HO_PROMPT_EXCLUDE, 2, c, 1), prompt(HO_PROMPT_CLICK, 2, b, 1),
                                  prompt(HO_PROMPT_CLICK, 9, b, 1)};
    struct ho_statement *s, *t;
    size_t n, m;
    struct ho_diag diag = {0};
    assert_ok(create(prompts, 5, &s, &n, &diag), &diag);
    assert_int_equal(n, 3);
    assert_int_equal(s[0].frame, 9);
    assert_int_equal(s[1].n_prompts, 2);
    assert_true(s[1].prompts[0].kind == HO_PROMPT_CLICK && s[1].prompts[1].kind == HO_PROMPT_EXCLUDE);
    // What a prompt says changes the key: place, kind, order on the frame.
    struct ho_prompt others[] = {prompts[0], prompts[2], prompts[1]};
    assert_ok(create(others, 3, &t, &m, &diag), &diag);
    assert_true(ho_key_equal(s[0].key, t[0].key));
    assert_false(ho_key_equal(s[1].key, t[1].key));
    assert_false(ho_key_equal(s[0].key, s[2].key));
    ho_statements_free(&s, n);
    ho_statements_free(&t, m);
}

static void frames_are_cut_off_at_the_source(void **state)
{
    (void)state;
    struct ho_statement *s;
    size_t n;
    struct ho_diag diag = {0};
    struct ho_said list[] = {{.kind = HO_SAID_LOCK, .frames = {40, 99}},
                             {.kind = HO_SAID_ABSENT, .frames = {-3, 4}},
                             {.kind = HO_SAID_MUTE, .step = 2}};
    assert_ok(ho_statements_create(list, 3, &source, &s, &n, &diag), &diag);
    assert_true(n == 3 && s[0].frames.first == 40 && s[0].frames.last == 49 && s[1].frames.first == 0 &&
                s[2].step == 2);
    ho_statements_free(&s, n);
    list[0].frames = (struct ho_range){50, 60};
    assert_int_equal(ho_statements_create(list, 1, &source, &s, &n, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "50-60"));
}

// What the history keeps is what was said: read back it has the same key.
static void what_is_kept_is_what_was_said(void **state)
{
    (void)state;
    char dir[256];
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *mask;
    struct ho_source_info info = source;
    snprintf(info.hash, sizeof(info.hash), "0123456789abcdef0123456789abcdef");
    fixture_folder(dir, sizeof(dir));
    assert_ok(ho_bank_open(dir, &bank, &diag), &diag);
    assert_ok(ho_store_create(bank, &info, "a", 0, &store, &diag), &diag);
    assert_ok(ho_matte_create(320, 180, &mask, &diag), &diag);
    for (int x = 100; x < 140; x++)
        mask->data[(size_t)90 * (size_t)mask->stride + (size_t)x] = 65535;
    struct ho_point points[] = {{1.25f, 2}, {200.1f, 100.7f}};
    struct ho_said list[] = {said(prompt(HO_PROMPT_STROKE, 3, points, 2)),
                             said(prompt(HO_PROMPT_EXCLUDE, 3, points, 1)),
                             said((struct ho_prompt){.kind = HO_PROMPT_MASK, .frame = 7, .mask = mask}),
                             {.kind = HO_SAID_ABSENT, .frames = {4, 6}},
                             {.kind = HO_SAID_LOCK, .frames = {9, 9}},
                             {.kind = HO_SAID_MUTE, .step = 3}};
    static const char *const words[] = {"exclude, stroke @3", "mask @7", "absent 4-6", "lock 9", "mute 3"};
    struct ho_statement *s, back;
    size_t n;
    assert_ok(ho_statements_create(list, 6, &info, &s, &n, &diag), &diag);
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++) {
        char *text;
        assert_ok(ho_statement_format(&s[i], NULL, 0, store, &text, &diag), &diag);
        assert_non_null(strstr(text, words[i]));
        assert_ok(ho_statement_parse(text, store, &back, &diag), &diag);
        assert_true(ho_key_equal(back.key, s[i].key) && back.kind == s[i].kind && back.frame == s[i].frame);
        ho_statement_clear(&back);
        free(text);
    }
    assert_int_equal(ho_statement_parse("{\"prompts\": [{\"kind\": \"nod\"}]}", store, &back, &diag), HO_ERROR_VERIFY);
    ho_statements_free(&s, n);
    ho_matte_destroy(&mask);
    ho_store_close(&store);
    ho_bank_close(&bank);
    fixture_remove_tree(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bad_prompts_get_a_sentence), cmocka_unit_test(boxes_are_tidied),
                                       cmocka_unit_test(prompts_of_a_frame_are_one_statement),
                                       cmocka_unit_test(frames_are_cut_off_at_the_source),
                                       cmocka_unit_test(what_is_kept_is_what_was_said)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
