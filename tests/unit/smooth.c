// SPDX-License-Identifier: BSD-2-Clause
// A textured disc moves over a textured ground; its matte flickers. Smoothing must take the flicker out and leave the
// edge where it is.
#include "base/memory.h"
#include "holdout/matte.h"
#include "image_help.h"

enum { W = 240, H = 176, N = 12, RADIUS = 36 };

struct scene {
    struct ho_picture *luma[N], *truth[N], *key[N];
    double cx[N], cy[N];
};

// Smooth noise: random values on a grid of `cell` pixels, bilinear between.
static double texture(double x, double y, double cell, uint32_t salt)
{
    x = x / cell + 1000;
    y = y / cell + 1000;
    int x0 = (int)x, y0 = (int)y;
    double v[2][2], fx = x - x0, fy = y - y0;
    for (int j = 0; j < 2; j++)
        for (int i = 0; i < 2; i++) {
            uint32_t h = (uint32_t)(x0 + i) * 73856093u ^ (uint32_t)(y0 + j) * 19349663u ^ salt * 83492791u;
            h = (h ^ h >> 13) * 1274126177u;
            v[j][i] = (double)(h >> 8 & 0xffff) / 65535;
        }
    fx = fx * fx * (3 - 2 * fx);
    fy = fy * fy * (3 - 2 * fy);
    return (v[0][0] * (1 - fx) + v[0][1] * fx) * (1 - fy) + (v[1][0] * (1 - fx) + v[1][1] * fx) * fy;
}

static double coverage(double x, double y, double cx, double cy, double r)
{
    double v = 0.5 - (hypot(x - cx, y - cy) - r);
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

static struct scene make(double speed, double acceleration, double flicker)
{
    struct scene s;
    uint32_t seed = 11;
    double x = 60, v = speed;
    for (int n = 0; n < N; n++) {
        s.cx[n] = x;
        s.cy[n] = 86 + 0.6 * (x - 60);
        x += v;
        v += acceleration;
        s.luma[n] = picture_create(W, H, 1);
        s.truth[n] = picture_create(W, H, 1);
        s.key[n] = picture_create(W, H, 1);
        double wobble = flicker * (2 * (double)random_unit(&seed) - 1);
        for (int py = 0; py < H; py++)
            for (int px = 0; px < W; px++) {
                double a = coverage(px, py, s.cx[n], s.cy[n], RADIUS);
                double disc = 0.35 + 0.6 * texture(px - s.cx[n] + 300, py - s.cy[n] + 300, 5, 1),
                       ground = 0.1 + 0.5 * texture(px, py, 7, 2);
                double noise = 0.01 * (2 * (double)random_unit(&seed) - 1);
                set_pixel(s.luma[n], 0, px, py, (float)(a * disc + (1 - a) * ground + noise));
                set_pixel(s.truth[n], 0, px, py, (float)a);
                set_pixel(s.key[n], 0, px, py, (float)coverage(px, py, s.cx[n], s.cy[n], RADIUS + wobble));
            }
    }
    return s;
}

static void scene_destroy(struct scene *s)
{
    for (int n = 0; n < N; n++) {
        ho_picture_destroy(&s->luma[n]);
        ho_picture_destroy(&s->truth[n]);
        ho_picture_destroy(&s->key[n]);
    }
}

// How far the matte's front edge lies ahead of the truth's, and its rear edge: by the coverage within reach of each,
// along the direction of motion. Their mean is the lag.
static double lag(const struct ho_picture *key, const struct ho_picture *truth, double cx, double cy)
{
    double front = 0, rear = 0, front_length = 0, rear_length = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double along = ((x - cx) * 1 + (y - cy) * 0.6) / hypot(1, 0.6),
                   across = ((y - cy) * 1 - (x - cx) * 0.6) / hypot(1, 0.6);
            double d = (double)pixel(key, 0, x, y) - (double)pixel(truth, 0, x, y);
            if (fabs(across) > RADIUS / 2)
                continue;
            if (along > 0)
                front += d, front_length = RADIUS;
            else
                rear += d, rear_length = RADIUS;
        }
    return (front / front_length - rear / rear_length) / 2;
}

// Width of the soft edge: what is neither in nor out, per pixel of perimeter.
static double softness(const struct ho_picture *key)
{
    double sum = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double v = (double)pixel(key, 0, x, y);
            sum += 4 * v * (1 - v);
        }
    return sum / (2 * 3.14159 * RADIUS);
}

static double area(const struct ho_picture *key)
{
    double sum = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            sum += (double)pixel(key, 0, x, y);
    return sum;
}

// Frame-to-frame change of the radius that the area stands for.
static double flicker_of(struct ho_picture *const key[], int first, int last)
{
    double sum = 0;
    for (int n = first + 1; n <= last; n++) {
        double d = sqrt(area(key[n]) / 3.14159265) - sqrt(area(key[n - 1]) / 3.14159265);
        sum += d * d;
    }
    return sqrt(sum / (last - first));
}

static void smooth_all(const struct scene *s, struct ho_picture *out[N], bool plain)
{
    for (int n = 0; n < N; n++) {
        out[n] = picture_create(W, H, 1);
        if (plain) {
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++) {
                    double here = (double)pixel(s->key[n], 0, x, y), sum = here;
                    if (n)
                        sum += ((double)pixel(s->key[n - 1], 0, x, y) - here) / 3;
                    if (n + 1 < N)
                        sum += ((double)pixel(s->key[n + 1], 0, x, y) - here) / 3;
                    set_pixel(out[n], 0, x, y, (float)sum);
                }
            continue;
        }
        const struct ho_picture *key[3] = {n ? s->key[n - 1] : NULL, s->key[n], n + 1 < N ? s->key[n + 1] : NULL};
        const struct ho_picture *luma[3] = {n ? s->luma[n - 1] : NULL, s->luma[n], n + 1 < N ? s->luma[n + 1] : NULL};
        assert_int_equal(ho_matte_smooth(key, luma, 1, out[n], 2, NULL), HO_OK);
    }
}

static void destroy_all(struct ho_picture *out[N])
{
    for (int n = 0; n < N; n++)
        ho_picture_destroy(&out[n]);
}

static void moving_edges_stay_where_they_are(void **state)
{
    (void)state;
    static const double motions[][2] = {{0, 0}, {3.3, 0}, {7.6, 0}, {1, 0.9}};
    for (int m = 0; m < 4; m++) {
        struct scene s = make(motions[m][0], motions[m][1], 0);
        struct ho_picture *smooth[N], *plain[N];
        smooth_all(&s, smooth, false);
        smooth_all(&s, plain, true);
        double worst = 0, worst_plain = 0, soft = 0, soft_plain = 0, soft_truth = softness(s.truth[5]);
        for (int n = 0; n < N; n++) {
            worst = fmax(worst, fabs(lag(smooth[n], s.truth[n], s.cx[n], s.cy[n])));
            worst_plain = fmax(worst_plain, fabs(lag(plain[n], s.truth[n], s.cx[n], s.cy[n])));
            soft = fmax(soft, softness(smooth[n]));
            soft_plain = fmax(soft_plain, softness(plain[n]));
        }
        print_message(
            "speed %.1f + %.1f: lag %.3f px (plain average %.3f), edge %.2f px wide (truth %.2f, plain average %.2f)\n",
            motions[m][0], motions[m][1], worst, worst_plain, soft, soft_truth, soft_plain);
        assert_true(worst < 0.1);
        assert_true(soft < soft_truth + 0.5);
        if (m) {    // what the plain average does to a moving edge: this very test refuses it
            assert_true(worst_plain > 0.1);
            assert_true(soft_plain > soft_truth + 0.5);
        }
        destroy_all(smooth);
        destroy_all(plain);
        scene_destroy(&s);
    }
}

static void flicker_falls_by_half(void **state)
{
    (void)state;
    static const double speeds[] = {0, 3.3, 7.6};
    for (int m = 0; m < 3; m++) {
        struct scene s = make(speeds[m], 0, 1.5);
        struct ho_picture *smooth[N];
        smooth_all(&s, smooth, false);
        double before = flicker_of(s.key, 1, N - 2), after = flicker_of(smooth, 1, N - 2), worst = 0;
        for (int n = 0; n < N; n++)
            worst = fmax(worst, fabs(lag(smooth[n], s.truth[n], s.cx[n], s.cy[n])));
        print_message("speed %.1f: flicker %.3f px before, %.3f after, lag %.3f\n", speeds[m], before, after, worst);
        assert_true(after < 0.5 * before);
        assert_true(worst < 0.1);
        destroy_all(smooth);
        scene_destroy(&s);
    }
}

static void what_has_no_match_is_left_alone(void **state)
{
    (void)state;
    struct scene s = make(2, 0, 0);
    struct ho_picture *out = picture_create(W, H, 1), *black = picture_create(W, H, 1), *grey = picture_create(W, H, 1);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            set_pixel(black, 0, x, y, 0);
            set_pixel(grey, 0, x, y, 0.95f);
        }
    // Something else stands in front in both neighbours: nothing of their empty mattes may come in.
    const struct ho_picture *key[3] = {black, s.key[4], black}, *luma[3] = {grey, s.luma[4], grey};
    assert_int_equal(ho_matte_smooth(key, luma, 1, out, 2, NULL), HO_OK);
    assert_true(fabs(area(out) - area(s.key[4])) < 0.02 * area(s.key[4]));
    // No neighbours, or no strength: a copy.
    const struct ho_picture *alone[3] = {NULL, s.key[4], NULL}, *alone_luma[3] = {NULL, s.luma[4], NULL};
    assert_int_equal(ho_matte_smooth(alone, alone_luma, 1, out, 2, NULL), HO_OK);
    assert_true(largest_difference(out, s.key[4]) == 0);
    assert_int_equal(ho_matte_smooth(key, luma, 0, out, 2, NULL), HO_OK);
    assert_true(largest_difference(out, s.key[4]) == 0);
    ho_picture_destroy(&out);
    ho_picture_destroy(&black);
    ho_picture_destroy(&grey);
    scene_destroy(&s);
}

// A racket before a plain wall, blurred by its own speed and hardly told from the wall, along a bow.
static void draw_racket(struct ho_picture *key, struct ho_picture *luma, double angle, double contrast, uint32_t *seed)
{
    double cx = 120 + 80 * cos(angle), cy = 130 - 80 * sin(angle);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double u = (x - cx) * cos(angle) - (y - cy) * sin(angle), v = (x - cx) * sin(angle) + (y - cy) * cos(angle);
            double a = fmax(0, fmin(1, (1 - hypot(u / 24, v / 9)) * 4));    // blurred along
            double arm = coverage(x, y, 120 + 52 * cos(angle), 130 - 52 * sin(angle), 5);
            double k = fmax(a, arm), wall = 0.5 + 0.0003 * x + 0.02 * texture(x, y, 40, 3);
            set_pixel(key, 0, x, y, (float)k);
            set_pixel(luma, 0, x, y, (float)(wall + k * contrast + 0.004 * (2 * (double)random_unit(seed) - 1)));
        }
}

static bool is_flat_around(const struct ho_picture *key, int x, int y)
{
    for (int v = y - 4; v <= y + 4; v++)
        for (int u = x - 4; u <= x + 4; u++)
            if (u >= 0 && v >= 0 && u < W && v < H && fabsf(pixel(key, 0, u, v) - pixel(key, 0, x, y)) > 0.05f)
                return false;
    return true;
}

// Where motion can't be followed, nothing is mixed: no ghost of where it was or will be, and no hole where it is.
static void a_fast_racket_leaves_no_ghost(void **state)
{
    (void)state;
    static const double contrasts[] = {0.005, 0.02, 0.05}, turns[] = {0.12, 0.35, 0.5, 0.8};
    struct ho_picture *key[3], *luma[3], *out = picture_create(W, H, 1);
    for (int i = 0; i < 3; i++) {
        key[i] = picture_create(W, H, 1);
        luma[i] = picture_create(W, H, 1);
    }
    for (int c = 0; c < 3; c++)
        for (int t = 0; t < 4; t++) {
            uint32_t seed = 3;
            for (int i = 0; i < 3; i++)
                draw_racket(key[i], luma[i], 1 + turns[t] * (i - 1), contrasts[c], &seed);
            const struct ho_picture *keys[3] = {key[0], key[1], key[2]}, *lumas[3] = {luma[0], luma[1], luma[2]};
            assert_int_equal(ho_matte_smooth(keys, lumas, 1, out, 2, NULL), HO_OK);
            int n = 0;
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++)
                    n += fabs((double)pixel(out, 0, x, y) - (double)pixel(key[1], 0, x, y)) > 0.08 &&
                         is_flat_around(key[1], x, y);
            print_message("contrast %.3f, %.2f rad a frame: %d pixels away from the edge changed\n", contrasts[c],
                          turns[t], n);
            assert_true(n <= 4);
        }
    for (int i = 0; i < 3; i++) {
        ho_picture_destroy(&key[i]);
        ho_picture_destroy(&luma[i]);
    }
    ho_picture_destroy(&out);
}

static void a_smaller_luma_and_any_threads_will_do(void **state)
{
    (void)state;
    struct scene s = make(3.3, 0, 1.5);
    struct ho_picture *half[3], *out[3];
    for (int i = 0; i < 3; i++) {
        half[i] = picture_create(W / 2, H / 2, 1);
        out[i] = picture_create(W, H, 1);
        for (int y = 0; y < H / 2; y++)
            for (int x = 0; x < W / 2; x++)
                set_pixel(half[i], 0, x, y,
                          0.25f * (pixel(s.luma[4 + i], 0, 2 * x, 2 * y) + pixel(s.luma[4 + i], 0, 2 * x + 1, 2 * y) +
                                   pixel(s.luma[4 + i], 0, 2 * x, 2 * y + 1) +
                                   pixel(s.luma[4 + i], 0, 2 * x + 1, 2 * y + 1)));
    }
    const struct ho_picture *key[3] = {s.key[4], s.key[5], s.key[6]}, *luma[3] = {half[0], half[1], half[2]};
    for (int i = 0; i < 3; i++)
        assert_int_equal(ho_matte_smooth(key, luma, 1, out[i], i + 1, NULL), HO_OK);
    assert_true(largest_difference(out[0], out[1]) == 0 && largest_difference(out[0], out[2]) == 0);
    assert_true(fabs(lag(out[0], s.truth[5], s.cx[5], s.cy[5])) < 0.1);
    for (int i = 0; i < 3; i++) {
        ho_picture_destroy(&half[i]);
        ho_picture_destroy(&out[i]);
    }
    scene_destroy(&s);
}

static void odd_input_is_refused_or_survived(void **state)
{
    (void)state;
    static const float odd[] = {NAN, INFINITY, -INFINITY, 0.5f, 1};
    for (int size = 1; size < 60; size += 9) {
        struct ho_picture *key = picture_create(size, (size + 2) / 3, 1),
                          *luma = picture_create((size + 1) / 2, (size + 5) / 6, 1),
                          *out = picture_create(size, (size + 2) / 3, 1);
        for (int y = 0; y < key->height; y++)
            for (int x = 0; x < size; x++)
                set_pixel(key, 0, x, y, odd[(x + y) % 5]);
        for (int y = 0; y < luma->height; y++)
            for (int x = 0; x < luma->width; x++)
                set_pixel(luma, 0, x, y, odd[(x * 3 + y) % 5]);
        const struct ho_picture *keys[3] = {key, key, key}, *lumas[3] = {luma, luma, luma};
        assert_int_equal(ho_matte_smooth(keys, lumas, 1, out, 2, NULL), HO_OK);
        for (int y = 0; y < key->height; y++)
            for (int x = 0; x < size; x++)
                assert_true(pixel(out, 0, x, y) >= -1e-6f && pixel(out, 0, x, y) <= 1.000001f);
        ho_picture_destroy(&key);
        ho_picture_destroy(&luma);
        ho_picture_destroy(&out);
    }
    struct ho_picture *a = picture_create(20, 20, 1), *b = picture_create(21, 20, 1), *out = picture_create(20, 20, 1);
    const struct ho_picture *keys[3] = {b, a, NULL}, *lumas[3] = {a, a, NULL};
    assert_int_equal(ho_matte_smooth(keys, lumas, 1, out, 1, NULL), HO_ERROR_USAGE);
    const struct ho_picture *big[3] = {NULL, b, NULL}, *one[3] = {NULL, a, NULL};
    assert_int_equal(ho_matte_smooth(one, big, 1, out, 1, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_matte_smooth(one, one, 1.5f, out, 1, NULL), HO_ERROR_USAGE);
    ho_picture_destroy(&a);
    ho_picture_destroy(&b);
    ho_picture_destroy(&out);
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
    struct ho_picture *key = picture_create(64, 48, 1), *out = picture_create(64, 48, 1);
    for (int y = 0; y < 48; y++)
        for (int x = 0; x < 64; x++)
            set_pixel(key, 0, x, y, (float)coverage(x, y, 30, 24, 12));
    const struct ho_picture *keys[3] = {key, key, key};
    for (int n = 1;; n++) {
        ho_memory_fail_at(n);
        enum ho_result result = ho_matte_smooth(keys, keys, 1, out, 1, NULL);
        int64_t made = ho_memory_count();
        ho_memory_fail_at(0);
        if (made < n)
            break;
        assert_int_equal(result, HO_ERROR_MEMORY);
    }
    ho_picture_destroy(&key);
    ho_picture_destroy(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving_edges_stay_where_they_are),       cmocka_unit_test(flicker_falls_by_half),
        cmocka_unit_test(what_has_no_match_is_left_alone),        cmocka_unit_test(a_fast_racket_leaves_no_ghost),
        cmocka_unit_test(a_smaller_luma_and_any_threads_will_do), cmocka_unit_test(odd_input_is_refused_or_survived),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
