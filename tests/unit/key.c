// SPDX-License-Identifier: BSD-2-Clause
#include "unit/bank_fixture.h"

static struct ho_key key_of(const char *const *texts, size_t n)
{
    struct ho_diag diag = {0};
    struct ho_key_maker *maker;
    assert_ok(ho_key_maker_create(&maker, &diag), &diag);
    for (size_t i = 0; i < n; i++)
        ho_key_maker_add_text(maker, texts[i]);
    struct ho_key key = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    assert_null(maker);
    return key;
}

static void fields_do_not_run_together(void **state)
{
    (void)state;
    struct ho_key a = key_of((const char *[]){"ab", "c"}, 2), b = key_of((const char *[]){"a", "bc"}, 2),
                  c = key_of((const char *[]){"abc"}, 1);
    assert_false(ho_key_equal(a, b));
    assert_false(ho_key_equal(a, c));
    assert_true(ho_key_equal(a, key_of((const char *[]){"ab", "c"}, 2)));
    assert_false(ho_key_equal(key_of((const char *[]){"", ""}, 2), key_of((const char *[]){""}, 1)));
}

// The numbers are of the format: a change here would make every bank forget its mattes.
static void keys_are_the_same_for_ever(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_key_maker *maker;
    assert_ok(ho_key_maker_create(&maker, &diag), &diag);
    ho_key_maker_add_text(maker, "holdout");
    ho_key_maker_add_number(maker, -2);
    ho_key_maker_add_key(maker, (struct ho_key){1, 2});
    char text[HO_ID_SIZE];
    ho_key_format(ho_key_maker_key(maker), text);
    ho_key_maker_destroy(&maker);
    assert_string_equal(text, "62940741cf0330da7e3f80b7cb9c94bd");
}

static void format_and_parse_are_inverse(void **state)
{
    (void)state;
    struct ho_key key = {.low = 0x0123456789abcdef, .high = 0xfedcba9876543210}, back;
    char text[HO_ID_SIZE];
    ho_key_format(key, text);
    assert_string_equal(text, "fedcba98765432100123456789abcdef");
    assert_true(ho_key_parse(text, &back));
    assert_true(ho_key_equal(key, back));
    assert_false(ho_key_parse("fedcba98765432100123456789abcde", &back));
    assert_false(ho_key_parse("fedcba98765432100123456789abcdef0", &back));
    assert_false(ho_key_parse("FEDCBA98765432100123456789abcdef", &back));
    assert_false(ho_key_parse(NULL, &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fields_do_not_run_together),
                                       cmocka_unit_test(keys_are_the_same_for_ever),
                                       cmocka_unit_test(format_and_parse_are_inverse)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
