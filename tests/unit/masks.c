// SPDX-License-Identifier: BSD-2-Clause
// Masks as somebody names them: a file, an id in it, a frame of a movie.
#include "media_help.h"

#include "holdout/compare.h"

static struct ho_source_info source = {.path = "film.mov", .width = CLIP_WIDTH, .height = CLIP_HEIGHT, .n_frames = 50};

static struct ho_matte *read_mask(const char *name, int64_t frame)
{
    struct ho_matte *mask;
    struct ho_diag diag = {0};
    assert_ok(ho_mask_read(name, frame, &source, NULL, &mask, &diag), &diag);
    return mask;
}

static void check_area(const char *name, int64_t frame, int64_t area)
{
    struct ho_matte *mask = read_mask(name, frame);
    assert_int_equal(mask->width, CLIP_WIDTH);
    assert_int_equal(ho_matte_area(mask), area);
    ho_matte_destroy(&mask);
}

// Left half 3, right half 7, as 8-bit grey.
static void test_ids(void **state)
{
    (void)state;
    char head[64];
    static uint8_t bytes[64 + CLIP_WIDTH * CLIP_HEIGHT];
    int n = snprintf(head, sizeof head, "P5\n%d %d\n255\n", CLIP_WIDTH, CLIP_HEIGHT);
    memcpy(bytes, head, (size_t)n);
    for (int i = 0; i < CLIP_WIDTH * CLIP_HEIGHT; i++)
        bytes[n + i] = i % CLIP_WIDTH < CLIP_WIDTH / 2 ? 3 : 7;
    help_save("ids#1.pgm", bytes, (size_t)n + CLIP_WIDTH * CLIP_HEIGHT);
    char name[600];
    snprintf(name, sizeof name, "%s#3", help_path("ids#1.pgm"));
    check_area(name, 0, CLIP_WIDTH * CLIP_HEIGHT / 2);
    check_area(name, 49, CLIP_WIDTH * CLIP_HEIGHT / 2);    // a single picture is the mask of any frame
    snprintf(name, sizeof name, "%s#9", help_path("ids#1.pgm"));
    check_area(name, 0, 0);
    check_area(help_path("ids#1.pgm"), 0, 0);    // grey: as dark as it is
}

static void test_movies(void **state)
{
    (void)state;
    help_make_raw(4);
    assert_true(help_encode("-c:v ffv1 -pix_fmt gray", "m.mkv"));
    struct ho_matte *masks[2] = {read_mask(help_path("m.mkv"), 1), read_mask(help_path("m.mkv"), 2)};
    assert_true(masks[0]->data[8 * masks[0]->stride + 8] > 32768);
    assert_true(masks[1]->data[8 * masks[1]->stride + 8] < 32768);
    ho_matte_destroy(&masks[0]);
    ho_matte_destroy(&masks[1]);
}

static void test_wrong(void **state)
{
    (void)state;
    help_make_raw(4);
    assert_true(help_encode("-c:v ffv1", "four.mkv"));
    assert_true(help_encode("-c:v ffv1 -vf scale=64:48", "small.mkv"));
    const struct {
        const char *name;
        int64_t frame;
        enum ho_result result;
        const char *says;
    } wrong[] = {
        {help_path("four.mkv"), 4, HO_ERROR_USAGE, "frame 4 lies after the end of the mask"},
        {help_path("small.mkv"), 0, HO_ERROR_USAGE, "small.mkv is 64x48, but film.mov is 160x96"},
        {help_path("none.png"), 0, HO_ERROR_INPUT, "none.png"},
        {"#3", 0, HO_ERROR_USAGE, "file name is missing"},
        {"", 0, HO_ERROR_USAGE, "file name is missing"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ho_matte *mask;
        struct ho_diag diag = {0};
        assert_int_equal(ho_mask_read(wrong[i].name, wrong[i].frame, &source, NULL, &mask, &diag), wrong[i].result);
        assert_null(mask);
        if (!strstr(diag.message, wrong[i].says))
            fail_msg("\"%s\" does not say \"%s\"", diag.message, wrong[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ids), cmocka_unit_test(test_movies),
                                       cmocka_unit_test(test_wrong)};
    return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
