// SPDX-License-Identifier: BSD-2-Clause
#include "unit/test.h"

#include <signal.h>

#include "holdout/cancel.h"
#include "holdout/log.h"

static void first_message_wins(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    assert_int_equal(ho_fail(&diag, HO_ERROR_INPUT, "frame %d of %s is broken", 7, "a.mov"), HO_ERROR_INPUT);
    assert_int_equal(ho_fail(&diag, HO_ERROR_SPACE, "later"), HO_ERROR_SPACE);
    assert_int_equal(diag.result, HO_ERROR_INPUT);
    assert_string_equal(diag.message, "frame 7 of a.mov is broken");
    assert_int_equal(ho_fail(NULL, HO_ERROR_MEMORY, "nobody listens"), HO_ERROR_MEMORY);
}

static void long_message_is_cut(void **state)
{
    (void)state;
    char text[5000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    struct ho_diag diag = {0};
    assert_int_equal(ho_fail(&diag, HO_ERROR_INPUT, "%s", text), HO_ERROR_INPUT);
    assert_int_equal(strlen(diag.message), sizeof(diag.message) - 1);
}

static void quoted_names_cannot_break_the_line(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    ho_fail(&diag, HO_ERROR_INPUT, "key '%s' is not known", "l\nks\x1b[31m\x7f");
    assert_string_equal(diag.message, "key 'l?ks?[31m?' is not known");
}

static void exit_codes_are_the_documented_ones(void **state)
{
    (void)state;
    static const int codes[] = {0, 0, 130, 2, 3, 4, 5, 6, 4, 4};
    for (int i = HO_OK; i <= HO_ERROR_MEMORY; i++) {
        assert_int_equal(ho_result_exit_code((enum ho_result)i), codes[i]);
        assert_true(strlen(ho_result_name((enum ho_result)i)) > 1);
    }
}

struct heard {
    int n;
    enum ho_log_level level;
    char message[100];
};

static void hear(void *opaque, enum ho_log_level level, const char *message)
{
    struct heard *heard = opaque;
    heard->n++;
    heard->level = level;
    snprintf(heard->message, sizeof(heard->message), "%s", message);
}

static void log_respects_level_and_sink(void **state)
{
    (void)state;
    struct heard heard = {0};
    assert_int_equal(ho_log_get_level(), HO_LOG_WARNING);
    ho_log_set_sink(hear, &heard);
    ho_log(HO_LOG_INFO, "quiet");
    assert_int_equal(heard.n, 0);
    ho_log(HO_LOG_WARNING, "rate %d", 25);
    assert_int_equal(heard.n, 1);
    assert_int_equal(heard.level, HO_LOG_WARNING);
    assert_string_equal(heard.message, "rate 25");
    ho_log_set_level(HO_LOG_QUIET);
    ho_log(HO_LOG_ERROR, "silent");
    assert_int_equal(heard.n, 1);
    ho_log_set_level(HO_LOG_DEBUG);
    ho_log(HO_LOG_DEBUG, "all");
    assert_int_equal(heard.n, 2);
    ho_log_set_sink(NULL, NULL);
    ho_log_set_level(HO_LOG_WARNING);
}

static struct ho_cancel wish;
static void make_wish(int number)
{
    (void)number;
    ho_cancel_request(&wish);
}

static void a_wish_to_stop_is_made_in_a_signal_handler(void **state)
{
    (void)state;
    assert_false(ho_cancel_is_requested(NULL));
    assert_false(ho_cancel_is_requested(&wish));
    signal(SIGUSR1, make_wish);
    raise(SIGUSR1);
    assert_true(ho_cancel_is_requested(&wish));
    ho_cancel_reset(&wish);
    assert_false(ho_cancel_is_requested(&wish));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_message_wins),
        cmocka_unit_test(long_message_is_cut),
        cmocka_unit_test(quoted_names_cannot_break_the_line),
        cmocka_unit_test(exit_codes_are_the_documented_ones),
        cmocka_unit_test(log_respects_level_and_sink),
        cmocka_unit_test(a_wish_to_stop_is_made_in_a_signal_handler),
    };
    return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}
