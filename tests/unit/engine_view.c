// SPDX-License-Identifier: BSD-2-Clause
// Views: geometry for every size there is, and mattes that go into a view and come back.
#include <math.h>

#include "engine/embedded/view.h"
#include "engine_help.h"

static const struct ho_size sizes[] = {{1, 1},       {2, 3},       {16, 16},   {854, 480}, {853, 481},    {480, 854},
                                       {1920, 1080}, {4096, 2160}, {16384, 9}, {9, 16384}, {32768, 32768}};
static const struct ho_size shapes[] = {{480, 480}, {480, 368}, {480, 272}, {368, 480}, {272, 480}};

static void check_view(struct ho_size picture, const struct ho_view *view)
{
    (void)picture;
    assert_int_equal(view->width % 16, 0);
    assert_int_equal(view->height % 16, 0);
    assert_in_range(view->width, 64, 4096);
    assert_in_range(view->height, 64, 4096);
    assert_true(view->region.x1 > view->region.x0 && view->region.y1 > view->region.y0);
    // Pixels stay square to within the stretch that is allowed (and what rounding does to tiny regions).
    double across = (double)(view->region.x1 - view->region.x0) / view->width,
           down = (double)(view->region.y1 - view->region.y0) / view->height;
    if (view->region.x1 - view->region.x0 > 40 && view->region.y1 - view->region.y0 > 40)
        assert_true(fabs(across / down - 1) < 0.04);
}

static void whole_views_hold_the_picture(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct ho_view view = ho_view_whole(sizes[i], 1, 640);
        check_view(sizes[i], &view);
        assert_true(view.region.x0 <= 0 && view.region.y0 <= 0 && view.region.x1 >= sizes[i].width &&
                    view.region.y1 >= sizes[i].height);
    }
}

static void crops_hold_the_object(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int at = 0; at <= 4; at++) {
            struct ho_size p = sizes[i];
            int w = p.width / 5 + 1, h = p.height / 7 + 1, x = (p.width - w) * at / 4, y = (p.height - h) * at / 4;
            struct ho_rect box = {x, y, x + w, y + h};
            struct ho_view view = ho_view_crop(p, 1, &box, 1.9, shapes, 5);
            check_view(p, &view);
            assert_true(view.region.x0 <= box.x0 && view.region.y0 <= box.y0 && view.region.x1 >= box.x1 &&
                        view.region.y1 >= box.y1);
            // It lies inside the picture wherever it is no larger.
            if (view.region.x1 - view.region.x0 <= p.width)
                assert_true(view.region.x0 >= 0 && view.region.x1 <= p.width);
        }
}

// Whatever the shape of the source's pixels, those of a view are square on the screen, and it sees what it should.
static void views_of_wide_pixels_have_square_ones(void **state)
{
    (void)state;
    const double aspects[] = {2, 1.42, 0.9, 0.5};
    for (size_t i = 0; i < sizeof aspects / sizeof *aspects; i++) {
        struct ho_size square = {1000, 600}, picture = {(int)lrint(1000 / aspects[i]), 600};
        struct ho_view whole = ho_view_whole(picture, aspects[i], 640);
        struct ho_rect box = {picture.width / 2, 200, picture.width / 2 + picture.width / 8, 350};
        struct ho_view crop = ho_view_crop(picture, aspects[i], &box, 1.6, shapes, 5), views[] = {whole, crop};
        for (int k = 0; k < 2; k++) {
            const struct ho_rect *r = &views[k].region;
            double across = (r->x1 - r->x0) * aspects[i] / views[k].width,
                   down = (double)(r->y1 - r->y0) / views[k].height;
            assert_true(fabs(across / down - 1) < 0.03);
        }
        struct ho_view plain = ho_view_whole(square, 1, 640);
        assert_int_equal(whole.width, plain.width);
        assert_int_equal(whole.height, plain.height);
        assert_true(whole.region.x0 <= 0 && whole.region.x1 >= picture.width);
        assert_true(crop.region.x0 <= box.x0 && crop.region.x1 >= box.x1 && crop.region.y0 <= box.y0 &&
                    crop.region.y1 >= box.y1);
    }
}

static void a_matte_comes_back_from_a_view(void **state)
{
    (void)state;
    const struct ho_size tried[] = {{1, 1}, {3, 2}, {200, 120}, {854, 480}, {1500, 900}, {16384, 3}};
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        struct scene scene = {tried[i].width, tried[i].height, tried[i].width / 2.0, tried[i].height / 2.0,
                              0.3 * tried[i].height + 0.5};
        struct ho_matte *matte = scene_matte(&scene), *back = scene_matte(&scene);
        struct ho_view view = ho_view_whole(tried[i], 1, 640);
        float *map = malloc(ho_view_area(&view) * sizeof *map);
        ho_view_from_matte(matte, &view, false, map);
        ho_view_to_matte(&view, map, 2, back);
        if (tried[i].height > 100)
            assert_true(overlap(matte, back) > 0.97);
        for (size_t k = 0; k < ho_view_area(&view); k++)    // flat stays exactly flat
            map[k] = 1;
        ho_view_to_matte(&view, map, 1, back);
        for (int y = 0; y < back->height; y++)
            for (int x = 0; x < back->width; x++)
                assert_int_equal(back->data[y * back->stride + x], 65535);
        free(map);
        ho_matte_destroy(&matte);
        ho_matte_destroy(&back);
    }
}

static void outside_a_crop_is_out(void **state)
{
    (void)state;
    struct ho_size picture = {400, 300};
    struct ho_rect box = {100, 100, 120, 130};
    struct ho_view view = ho_view_crop(picture, 1, &box, 1.9, shapes, 5);
    struct ho_matte *matte = NULL;
    struct ho_diag diag = {0};
    assert_ok(ho_matte_create(400, 300, &matte, &diag), &diag);
    float *map = malloc(ho_view_area(&view) * sizeof *map);
    for (size_t k = 0; k < ho_view_area(&view); k++)
        map[k] = 1;
    for (int i = 0; i < 400 * 300; i++)
        matte->data[i / 400 * matte->stride + i % 400] = 77;    // what was there goes
    ho_view_to_matte(&view, map, 2, matte);
    for (int y = 0; y < 300; y++)
        for (int x = 0; x < 400; x++) {
            bool seen = x >= view.region.x0 && x < view.region.x1 && y >= view.region.y0 && y < view.region.y1;
            assert_int_equal(matte->data[y * matte->stride + x], seen ? 65535 : 0);
        }
    // Seen in the whole picture's view: 1 inside, 0 outside.
    struct ho_view whole = ho_view_whole(picture, 1, 320);
    float *out = malloc(ho_view_area(&whole) * sizeof *out);
    assert_ok(ho_view_remap(picture, &view, map, &whole, 2, out, &diag), &diag);
    struct ho_place in = ho_view_place(&whole, 110, 115), far = ho_view_place(&whole, 350, 250);
    assert_true(out[(int)in.y * whole.width + (int)in.x] == 1);
    assert_true(out[(int)far.y * whole.width + (int)far.x] == 0);
    free(map);
    free(out);
    ho_matte_destroy(&matte);
}

// What lies beyond the border is what lies before it, the other way round: in pictures, masks and maps alike.
static void beyond_the_border_all_is_mirrored(void **state)
{
    (void)state;
    const struct ho_size picture = {100, 60};
    const struct ho_view view = {{-20, -10, 120, 70}, 144, 80};    // 14 pixels and a bit, and 10
    struct ho_view inner = {{0, 0, 100, 60}, 112, 64};
    float *image = malloc(ho_view_area(&view) * sizeof *image), *map = malloc(ho_view_area(&inner) * sizeof *map);
    for (size_t i = 0; i < ho_view_area(&view); i++)
        image[i] = (float)i;
    ho_view_mirror(picture, &view, 1, image);
    for (int y = 0; y < view.height; y++)
        for (int x = 0; x < view.width; x++) {
            // 20 source pixels are 20.57 of the view: 21 columns are not wholly inside, 10 rows.
            int from_x = x < 21 ? 41 - x : x > 122 ? 245 - x : x, from_y = y < 10 ? 19 - y : y > 69 ? 139 - y : y;
            assert_true(image[y * view.width + x] == (float)(from_y * view.width + from_x));
        }
    for (size_t i = 0; i < ho_view_area(&inner); i++)
        map[i] = (float)(i % (size_t)inner.width) / 112;
    struct ho_diag diag = {0};
    assert_ok(ho_view_remap(picture, &inner, map, &view, 1, image, &diag), &diag);
    assert_true(fabs((double)image[40 * 144 + 10] - (double)image[40 * 144 + 30]) < 0.01);    // about column 20.57
    assert_true((double)image[40 * 144 + 10] > 0.08);
    struct ho_matte *matte = NULL;
    assert_ok(ho_matte_create(100, 60, &matte, &diag), &diag);
    for (int y = 0; y < 60; y++)
        for (int x = 8; x < 11; x++)
            matte->data[y * matte->stride + x] = 65535;
    ho_view_from_matte(matte, &view, false, image);
    assert_true(image[40 * 144 + 30] > 0.9f && image[40 * 144 + 10] > 0.9f && image[40 * 144 + 20] == 0);
    ho_matte_destroy(&matte);
    free(image);
    free(map);
}

static void bounds_are_those_of_the_object(void **state)
{
    (void)state;
    struct scene scene = {854, 480, 300, 200, 60};
    struct ho_matte *matte = scene_matte(&scene);
    struct ho_view view = ho_view_whole((struct ho_size){854, 480}, 1, 640);
    float *map = calloc(ho_view_area(&view), sizeof *map);
    struct ho_rect box = {0};
    assert_int_equal(ho_view_bounds(&view, map, 0.5f, &box), 0);
    ho_view_from_matte(matte, &view, false, map);
    assert_true(ho_view_bounds(&view, map, 0.5f, &box) > 1000);
    assert_true(abs(box.x0 - 240) <= 2 && abs(box.x1 - 360) <= 2 && abs(box.y0 - 140) <= 2 && abs(box.y1 - 260) <= 2);
    free(map);
    ho_matte_destroy(&matte);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_views_hold_the_picture),          cmocka_unit_test(crops_hold_the_object),
        cmocka_unit_test(a_matte_comes_back_from_a_view),        cmocka_unit_test(outside_a_crop_is_out),
        cmocka_unit_test(bounds_are_those_of_the_object),        cmocka_unit_test(beyond_the_border_all_is_mirrored),
        cmocka_unit_test(views_of_wide_pixels_have_square_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
