// SPDX-License-Identifier: BSD-2-Clause
// Each kernel of matte arithmetic against a plain twin that does what its header says, the slow way.
#include "image/kernels.h"
#include "base/memory.h"
#include "image_help.h"

static struct ho_matte *matte_create(int width, int height)
{
    struct ho_matte *m = NULL;
    assert_int_equal(ho_matte_create(width, height, &m, NULL), HO_OK);
    return m;
}

static uint16_t get(const struct ho_matte *m, int x, int y)
{
    return m->data[(size_t)y * (size_t)m->stride + (size_t)x];
}

static void set(struct ho_matte *m, int x, int y, int v)
{
    m->data[(size_t)y * (size_t)m->stride + (size_t)x] = (uint16_t)v;
}

static struct ho_matte *copy_of(const struct ho_matte *m)
{
    struct ho_matte *copy = matte_create(m->width, m->height);
    assert_int_equal(ho_matte_copy(m, copy, NULL), HO_OK);
    return copy;
}

static bool equal(const struct ho_matte *a, const struct ho_matte *b)
{
    for (int y = 0; y < a->height; y++)
        for (int x = 0; x < a->width; x++)
            if (get(a, x, y) != get(b, x, y))
                return false;
    return true;
}

static double disc_value(double x, double y, double cx, double cy, double radius, double softness)
{
    double v = 0.5 - (hypot(x - cx, y - cy) - radius) / softness;
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

enum kind { EMPTY, FULL, NOISE, BLOBS, SOFT, N_KINDS };

static struct ho_matte *make(int width, int height, enum kind kind, uint32_t seed)
{
    struct ho_matte *m = matte_create(width, height);
    double c[6][3];
    seed = seed * 2654435761u + 12345;
    for (int i = 0; i < 6; i++) {
        c[i][0] = (double)random_unit(&seed) * width;
        c[i][1] = (double)random_unit(&seed) * height;
        c[i][2] = 2 + (double)random_unit(&seed) * (width + height) / 10;
    }
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double v = 0;
            for (int i = 0; i < 6 && kind >= BLOBS; i++) {
                double d = disc_value(x, y, c[i][0], c[i][1], c[i][2], kind == SOFT ? 7 : 1);
                v = i == 5 ? fmin(v, 1 - d) : fmax(v, d);    // the last is a hole
            }
            set(m, x, y,
                kind == EMPTY   ? 0
                : kind == FULL  ? 65535
                : kind == NOISE ? (int)(random_next(&seed) & 65535)
                                : (int)(v * 65535 + 0.5));
        }
    return m;
}

static const int sizes[][2] = {{1, 1}, {2, 1}, {1, 7}, {5, 3}, {33, 17}, {64, 64}, {131, 99}, {300, 41}};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

static void levels_are_those_of_the_formula(void **state)
{
    (void)state;
    struct ho_picture *key = picture_create(67, 5, 1);
    struct ho_matte *m = matte_create(67, 5);
    uint32_t seed = 4;
    for (int y = 0; y < 5; y++)
        for (int x = 0; x < 67; x++)
            set_pixel(key, 0, x, y, random_unit(&seed) * 1.4f - 0.2f);
    const float odd[] = {NAN, INFINITY, -INFINITY, 0, 1, 0.1f, 0.9f};
    for (int i = 0; i < 7; i++)
        set_pixel(key, 0, i, 0, odd[i]);
    static const float cases[][3] = {{0, 1, 1}, {0.1f, 0.9f, 1}, {0.1f, 0.9f, 2.2f}, {0, 1, 0.1f}, {0.3f, 0.31f, 10}};
    for (int i = 0; i < 5; i++) {
        float black = cases[i][0], white = cases[i][1], gamma = cases[i][2];
        assert_int_equal(ho_levels(key, black, white, gamma, m, 2, NULL), HO_OK);
        for (int y = 0; y < 5; y++)
            for (int x = 0; x < 67; x++) {
                double v = ((double)pixel(key, 0, x, y) - (double)black) / ((double)white - (double)black);
                v = v > 0 ? v < 1 ? v : 1 : 0;
                double before = round(v * 65535) / 65535, want = pow(before, 1 / (double)gamma) * 65535;
                double slack = i == 4 ? 30 : i == 3 ? 10 : 1.01;    // steep: float's own rounding grows with it
                if (before > 0.001 && fabs(get(m, x, y) - want) > slack)
                    fail_msg("case %d at %d,%d: %d, not %f", i, x, y, get(m, x, y), want);
            }
        assert_int_equal(get(m, 0, 0), 0);
        assert_int_equal(get(m, 1, 0), 65535);
        assert_int_equal(get(m, 2, 0), 0);
        assert_int_equal(get(m, 5, 0), i == 0 || i == 3 ? get(m, 5, 0) : 0);
        assert_int_equal(get(m, 4, 0), 65535);
    }
    ho_picture_destroy(&key);
    ho_matte_destroy(&m);
}

// The octagon as a set of pixels.
static void octagon(int size, bool *in)
{
    int diagonal = (int)(0.292893 * (size - 1) + 0.5);
    while (diagonal > 0 && size - 2 * diagonal < 2)
        diagonal--;
    int square = size - 2 * diagonal;
    memset(in, 0, (size_t)size * (size_t)size);
    for (int a = 0; a <= diagonal; a++)
        for (int b = 0; b <= diagonal; b++)
            for (int s = 0; s < square; s++)
                for (int t = 0; t < square; t++)
                    in[(t + a + b) * size + s + a - b + diagonal] = true;
}

static struct ho_matte *plain_extreme(const struct ho_matte *m, int size, bool most)
{
    bool *in = malloc((size_t)size * (size_t)size);
    octagon(size, in);
    int sign = most ? -1 : 1, centre = (size - 1) / 2;
    struct ho_matte *out = matte_create(m->width, m->height);
    for (int y = 0; y < m->height; y++)
        for (int x = 0; x < m->width; x++) {
            int v = most ? 0 : 65535;
            for (int j = 0; j < size; j++)
                for (int i = 0; i < size; i++) {
                    int fx = x + sign * (i - centre), fy = y + sign * (j - centre);
                    if (!in[j * size + i] || fx < 0 || fy < 0 || fx >= m->width || fy >= m->height)
                        continue;
                    int w = get(m, fx, fy);
                    v = most ? (w > v ? w : v) : (w < v ? w : v);
                }
            set(out, x, y, v);
        }
    free(in);
    return out;
}

static void opening_and_closing_match_the_plain_ones(void **state)
{
    (void)state;
    static const float diameters[] = {0.5f, 1, 2, 3.7f, 6, 13};
    for (int s = 0; s < N_SIZES; s++)
        for (enum kind kind = 0; kind < N_KINDS; kind++)
            for (int d = 0; d < 6; d++)
                for (int close = 0; close < 2; close++) {
                    struct ho_matte *m = make(sizes[s][0], sizes[s][1], kind, 3), *one = copy_of(m);
                    int size = (int)diameters[d] + 1;
                    struct ho_matte *between = plain_extreme(m, size, close),
                                    *want = plain_extreme(between, size, !close);
                    assert_int_equal((close ? ho_close : ho_open)(m, diameters[d], 3, NULL), HO_OK);
                    assert_int_equal((close ? ho_close : ho_open)(one, diameters[d], 1, NULL), HO_OK);
                    if (!equal(m, want) || !equal(m, one))
                        fail_msg("%dx%d kind %d diameter %f", sizes[s][0], sizes[s][1], kind, (double)diameters[d]);
                    ho_matte_destroy(&m);
                    ho_matte_destroy(&one);
                    ho_matte_destroy(&between);
                    ho_matte_destroy(&want);
                }
}

static void specks_go_and_shapes_stay(void **state)
{
    (void)state;
    struct ho_matte *m = matte_create(120, 90);
    for (int y = 0; y < 90; y++)
        for (int x = 0; x < 120; x++)
            set(m, x, y, hypot(x - 50, y - 45) <= 30 ? 65535 : 0);
    struct ho_matte *clean = copy_of(m);
    for (int y = 0; y < 5; y++)
        for (int x = 0; x < 5; x++) {
            set(m, 100 + x, 20 + y, 65535);    // a speck of 5
            set(m, 48 + x, 40 + y, 0);         // and one of black
        }
    for (int x = 0; x < 120; x++)
        for (int y = 0; y < 4; y++)
            set(m, x, y, 65535);    // it may go on above the frame
    assert_int_equal(ho_open(m, 5, 2, NULL), HO_OK);
    assert_int_equal(get(m, 102, 22), 0);
    assert_int_equal(get(m, 50, 42), 0);
    assert_int_equal(get(m, 60, 3), 65535);
    assert_int_equal(ho_close(m, 5, 2, NULL), HO_OK);
    for (int x = 0; x < 120; x++)
        for (int y = 0; y < 4; y++)
            set(m, x, y, 0);
    int64_t differing = 0;
    for (int y = 0; y < 90; y++)
        for (int x = 0; x < 120; x++)
            differing += get(m, x, y) != get(clean, x, y);
    assert_true(differing < 40);    // the rim, at most: an octagon doesn't roll round a disc exactly
    ho_matte_destroy(&m);
    ho_matte_destroy(&clean);
}

static void flat_is_never_said_of_what_is_not(void **state)
{
    (void)state;
    for (enum kind kind = 0; kind < N_KINDS; kind++) {
        struct ho_matte *m = make(131, 99, kind, 8);
        struct ho_flat_map *map = NULL;
        assert_int_equal(ho_flat_map_create(m, &map, NULL), HO_OK);
        uint32_t seed = 9;
        for (int i = 0; i < 2000; i++) {
            int x0 = (int)(random_next(&seed) % 160) - 20, y0 = (int)(random_next(&seed) % 120) - 20,
                x1 = x0 + (int)(random_next(&seed) % 70), y1 = y0 + (int)(random_next(&seed) % 70);
            bool black = true, white = true;
            for (int y = y0 < 0 ? 0 : y0; y < y1 && y < 99; y++)
                for (int x = x0 < 0 ? 0 : x0; x < x1 && x < 131; x++) {
                    black &= get(m, x, y) == 0;
                    white &= get(m, x, y) == 65535;
                }
            if (ho_is_flat(map, x0, y0, x1, y1))
                assert_true(black || white);
            if (kind <= FULL)
                assert_true(ho_is_flat(map, x0, y0, x1, y1));
        }
        ho_flat_map_destroy(&map);
        ho_matte_destroy(&m);
    }
}

// Labels by flooding, one piece after the other. Returns the number of pieces.
static int plain_pieces(const struct ho_matte *m, bool inside, bool diagonal, int *label, int *area, bool *border)
{
    int n = 0, *stack = malloc((size_t)m->width * (size_t)m->height * sizeof *stack);
    for (int i = 0; i < m->width * m->height; i++)
        label[i] = -1;
    for (int i = 0; i < m->width * m->height; i++) {
        if (label[i] >= 0 || (get(m, i % m->width, i / m->width) >= HO_HALF) != inside)
            continue;
        int top = 0;
        area[n] = 0;
        border[n] = false;
        stack[top++] = i;
        label[i] = n;
        while (top) {
            int at = stack[--top], x = at % m->width, y = at / m->width;
            area[n]++;
            border[n] |= x == 0 || y == 0 || x == m->width - 1 || y == m->height - 1;
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++) {
                    int fx = x + dx, fy = y + dy;
                    if ((!diagonal && dx && dy) || fx < 0 || fy < 0 || fx >= m->width || fy >= m->height ||
                        label[fy * m->width + fx] >= 0)
                        continue;
                    if ((get(m, fx, fy) >= HO_HALF) != inside)
                        continue;
                    label[fy * m->width + fx] = n;
                    stack[top++] = fy * m->width + fx;
                }
        }
        n++;
    }
    free(stack);
    return n;
}

// On hard mattes there is no rim, so the outcome is plain.
static void holes_and_dots_match_the_plain_ones(void **state)
{
    (void)state;
    static const float shares[] = {0.0001f, 0.01f, 0.1f, 1};
    for (int s = 0; s < N_SIZES; s++)
        for (enum kind kind = 0; kind < N_KINDS; kind++)
            for (int share = 0; share < 4; share++)
                for (int dots = 0; dots < 2; dots++) {
                    struct ho_matte *m = make(sizes[s][0], sizes[s][1], kind, 21);
                    int n = m->width * m->height, *label = malloc((size_t)n * sizeof *label),
                        *area = malloc((size_t)n * sizeof *area);
                    bool *border = malloc((size_t)n);
                    for (int i = 0; i < n; i++)
                        set(m, i % m->width, i / m->width, get(m, i % m->width, i / m->width) >= HO_HALF ? 65535 : 0);
                    struct ho_matte *want = copy_of(m);
                    int pieces = plain_pieces(m, dots, dots, label, area, border), largest = 0;
                    for (int i = 1; i < pieces; i++)
                        largest = area[i] > area[largest] ? i : largest;
                    double of = dots ? pieces ? area[largest] : 0 : (double)ho_matte_area(m);
                    for (int i = 0; i < n; i++)
                        if (label[i] >= 0 && area[label[i]] <= (double)shares[share] * of &&
                            (dots ? label[i] != largest : !border[label[i]]))
                            set(want, i % m->width, i / m->width, dots ? 0 : 65535);
                    assert_int_equal((dots ? ho_remove_dots : ho_fill_holes)(m, shares[share], NULL), HO_OK);
                    if (!equal(m, want))
                        fail_msg("%dx%d kind %d share %f dots %d", sizes[s][0], sizes[s][1], kind,
                                 (double)shares[share], dots);
                    free(label);
                    free(area);
                    free(border);
                    ho_matte_destroy(&m);
                    ho_matte_destroy(&want);
                }
}

static void soft_rims_go_with_their_piece(void **state)
{
    (void)state;
    struct ho_matte *m = matte_create(160, 120);
    for (int y = 0; y < 120; y++)
        for (int x = 0; x < 160; x++) {
            double v = disc_value(x, y, 60, 60, 40, 5);         // the object
            v = fmin(v, 1 - disc_value(x, y, 60, 60, 8, 9));    // a hole with a wide rim
            v = fmax(v, disc_value(x, y, 130, 30, 6, 7));       // a dot with one
            set(m, x, y, (int)(v * 65535 + 0.5));
        }
    assert_int_equal(ho_fill_holes(m, 0.2f, NULL), HO_OK);
    assert_int_equal(ho_remove_dots(m, 0.2f, NULL), HO_OK);
    for (int y = 0; y < 120; y++)
        for (int x = 0; x < 160; x++)
            assert_int_equal(get(m, x, y), (int)(disc_value(x, y, 60, 60, 40, 5) * 65535 + 0.5));
    ho_matte_destroy(&m);
}

// A piece is moved as a whole, with its rim, unless it is too much of the matte.
static void a_piece_is_taken_by_its_pixel(void **state)
{
    (void)state;
    struct ho_matte *m = matte_create(160, 120), *piece = matte_create(160, 120);
    for (int y = 0; y < 120; y++)
        for (int x = 0; x < 160; x++)
            set(m, x, y, (int)(fmax(disc_value(x, y, 60, 60, 40, 5), disc_value(x, y, 130, 30, 12, 7)) * 65535 + 0.5));
    bool is_taken;
    assert_int_equal(ho_take_piece(m, 60, 60, 0.8f, piece, &is_taken, NULL), HO_OK);
    assert_false(is_taken);
    assert_int_equal(ho_take_piece(m, 159, 119, 1, piece, &is_taken, NULL), HO_OK);
    assert_false(is_taken);
    assert_int_equal(get(m, 130, 30), 65535);
    assert_int_equal(ho_take_piece(m, 133, 28, 0.8f, piece, &is_taken, NULL), HO_OK);
    assert_true(is_taken);
    for (int y = 0; y < 120; y++)
        for (int x = 0; x < 160; x++) {
            assert_int_equal(get(m, x, y), (int)(disc_value(x, y, 60, 60, 40, 5) * 65535 + 0.5));
            assert_int_equal(get(piece, x, y), (int)(disc_value(x, y, 130, 30, 12, 7) * 65535 + 0.5));
        }
    ho_matte_destroy(&m);
    ho_matte_destroy(&piece);
}

// The distance to the nearest of all points where a line between neighbours crosses one half.
static double plain_distance(const struct ho_matte *m, int x, int y)
{
    double best = 1e18;
    for (int v = 0; v < m->height; v++)
        for (int u = 0; u < m->width; u++)
            for (int way = 0; way < 2; way++) {
                int u1 = u + !way, v1 = v + way;
                if (u1 >= m->width || v1 >= m->height || (get(m, u, v) >= HO_HALF) == (get(m, u1, v1) >= HO_HALF))
                    continue;
                double t = (get(m, u, v) - 32767.5) / ((double)get(m, u, v) - get(m, u1, v1));
                best = fmin(best, hypot(u + (way ? 0 : t) - x, v + (way ? t : 0) - y));
            }
    return get(m, x, y) >= HO_HALF ? -best : best;
}

static void distances_are_exact(void **state)
{
    (void)state;
    static const int small[][2] = {{1, 1}, {1, 9}, {9, 1}, {2, 2}, {31, 23}, {40, 57}};
    for (int s = 0; s < 6; s++)
        for (enum kind kind = 0; kind < N_KINDS; kind++)
            for (int r = 0; r < 2; r++) {
                float reach = r ? 1000 : 6.5f;
                struct ho_matte *m = make(small[s][0], small[s][1], kind, 31);
                struct ho_picture *d = picture_create(m->width, m->height, 1),
                                  *one = picture_create(m->width, m->height, 1);
                bool crossed = false, any = false;
                assert_int_equal(ho_distance(m, reach, d, &crossed, 3, NULL), HO_OK);
                assert_int_equal(ho_distance(m, reach, one, &crossed, 1, NULL), HO_OK);
                for (int y = 0; y < m->height; y++)
                    for (int x = 0; x < m->width; x++) {
                        double want = plain_distance(m, x, y);
                        any |= fabs(want) < 1e17;
                        want = want > (double)reach ? (double)reach : want < -(double)reach ? -(double)reach : want;
                        if (fabs((double)pixel(d, 0, x, y) - want) > 2e-3)
                            fail_msg("%dx%d kind %d at %d,%d: %f, not %f", m->width, m->height, kind, x, y,
                                     (double)pixel(d, 0, x, y), want);
                    }
                assert_int_equal(crossed, any);
                assert_true(largest_difference(d, one) == 0);
                ho_picture_destroy(&d);
                ho_picture_destroy(&one);
                ho_matte_destroy(&m);
            }
}

// Where along a row the value crosses one half, from a point inside to the right.
static double edge_right(const struct ho_matte *m, int x, int y)
{
    while (x + 1 < m->width && get(m, x + 1, y) >= HO_HALF)
        x++;
    return x + (get(m, x, y) - 32767.5) / ((double)get(m, x, y) - get(m, x + 1, y));
}

static void a_disc_grows_by_what_was_asked_for(void **state)
{
    (void)state;
    static const float by[] = {0.25f, 1, 2.5f, 7, 15, -0.4f, -3, -12.3f};
    static const double softness[] = {1, 6};
    for (int b = 0; b < 8; b++)
        for (int s = 0; s < 2; s++) {
            struct ho_matte *m = matte_create(140, 130);
            for (int y = 0; y < 130; y++)
                for (int x = 0; x < 140; x++)
                    set(m, x, y, (int)(disc_value(x, y, 66.3, 64.8, 35, softness[s]) * 65535 + 0.5));
            struct ho_matte *one = copy_of(m);
            assert_int_equal(ho_grow(m, by[b], 3, NULL), HO_OK);
            assert_int_equal(ho_grow(one, by[b], 1, NULL), HO_OK);
            assert_true(equal(m, one));
            double worst = 0, area = 0;
            for (int y = 0; y < 130; y++)
                for (int x = 0; x < 140; x++) {
                    double want = disc_value(x, y, 66.3, 64.8, 35 + (double)by[b], softness[s]);
                    worst = fmax(worst, fabs(get(m, x, y) / 65535.0 - want));
                    area += get(m, x, y) / 65535.0 - want;
                }
            double off = area / (2 * 3.14159265 * (35 + (double)by[b]));    // mean shift of the edge
            if (fabs(off) > 0.06 || worst > (s ? 0.08 : 0.4))
                fail_msg("by %f, softness %f: edge off by %f, worst value by %f", (double)by[b], softness[s], off,
                         worst);
            ho_matte_destroy(&m);
            ho_matte_destroy(&one);
        }
}

static void growing_matches_distance_on_any_shape(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 5; seed++)
        for (int by = -6; by <= 6; by += 3) {
            if (!by)
                continue;
            struct ho_matte *m = make(80, 61, BLOBS, seed);
            assert_int_equal(ho_open(m, 3, 1, NULL),
                             HO_OK);    // slivers of less than a pixel have no inside to grow from
            assert_int_equal(ho_close(m, 3, 1, NULL), HO_OK);
            struct ho_matte *before = copy_of(m);
            assert_int_equal(ho_grow(m, (float)by, 2, NULL), HO_OK);
            for (int y = 0; y < 61; y++)
                for (int x = 0; x < 80; x++) {
                    double d = plain_distance(before, x, y);
                    if (fabs(d - by) > 1.2 && (get(m, x, y) >= HO_HALF) != (d < by))
                        fail_msg("seed %u by %d at %d,%d: %d at distance %f", seed, by, x, y, get(m, x, y), d);
                    assert_true(by > 0 ? get(m, x, y) >= get(before, x, y) : get(m, x, y) <= get(before, x, y));
                }
            ho_matte_destroy(&m);
            ho_matte_destroy(&before);
        }
}

static void lines_grow_gaps_close_and_borders_are_no_edge(void **state)
{
    (void)state;
    struct ho_matte *m = matte_create(100, 60);
    for (int y = 0; y < 60; y++)
        set(m, 20, y, 65535);    // a line of one pixel, from border to border
    for (int y = 20; y < 40; y++)
        for (int x = 50; x < 90; x++)
            set(m, x, y, x >= 68 && x < 72 ? 0 : 65535);    // a gap of four
    assert_int_equal(ho_grow(m, 5, 2, NULL), HO_OK);
    for (int y = 0; y < 60; y++) {
        for (int x = 16; x <= 24; x++)
            assert_true(get(m, x, y) > 60000);
        assert_true(fabs(edge_right(m, 20, y) - 25.5) < 0.2);
    }
    for (int x = 55; x < 85; x++)
        assert_true(get(m, x, 30) > 60000);
    ho_matte_destroy(&m);

    m = matte_create(50, 50);
    for (int y = 0; y < 50; y++)
        for (int x = 0; x < 25; x++)
            set(m, x, y, 65535);
    assert_int_equal(ho_grow(m, -4, 2, NULL), HO_OK);
    assert_int_equal(get(m, 0, 25), 65535);
    assert_int_equal(get(m, 5, 0), 65535);
    assert_true(fabs(edge_right(m, 0, 25) - 20.5) < 0.1);
    ho_matte_destroy(&m);

    for (enum kind kind = EMPTY; kind <= FULL; kind++) {
        m = make(9, 9, kind, 1);
        struct ho_matte *before = copy_of(m);
        assert_int_equal(ho_grow(m, kind == FULL ? -3 : 3, 1, NULL), HO_OK);
        assert_true(equal(m, before));
        ho_matte_destroy(&m);
        ho_matte_destroy(&before);
    }
}

static struct ho_matte *plain_blur(const struct ho_matte *m, double sigma)
{
    int r = (int)ceil(5 * sigma);
    double *weight = malloc((size_t)(r + 1) * sizeof *weight), sum = 0,
           *rows = malloc((size_t)m->width * (size_t)m->height * sizeof *rows);
    for (int i = 0; i <= r; i++) {
        weight[i] = exp(-0.5 * i * i / (sigma * sigma));
        sum += i ? 2 * weight[i] : weight[i];
    }
    struct ho_matte *out = matte_create(m->width, m->height);
    for (int pass = 0; pass < 2; pass++)
        for (int y = 0; y < m->height; y++)
            for (int x = 0; x < m->width; x++) {
                double v = 0;
                for (int i = -r; i <= r; i++) {
                    int fx = pass ? x : x + i, fy = pass ? y + i : y;
                    fx = fx < 0 ? 0 : fx < m->width ? fx : m->width - 1;
                    fy = fy < 0 ? 0 : fy < m->height ? fy : m->height - 1;
                    v += weight[i < 0 ? -i : i] / sum * (pass ? rows[fy * m->width + fx] : get(m, fx, fy));
                }
                if (pass)
                    set(out, x, y, (int)(v + 0.5));
                else
                    rows[y * m->width + x] = v;
            }
    free(weight);
    free(rows);
    return out;
}

static void blurring_is_gaussian(void **state)
{
    (void)state;
    static const float sigmas[] = {0.005f, 0.3f, 1, 4.9f, 5.1f, 7, 10.1f, 17, 40, 66.7f};
    double worst_of[10] = {0};
    for (int s = 0; s < N_SIZES; s++)
        for (enum kind kind = 0; kind < N_KINDS; kind++)
            for (int i = 0; i < 10; i++) {
                struct ho_matte *m = make(sizes[s][0], sizes[s][1], kind, 17), *one = copy_of(m);
                struct ho_matte *want = i ? plain_blur(m, (double)sigmas[i]) : copy_of(m);
                assert_int_equal(ho_blur(m, sigmas[i], 3, NULL), HO_OK);
                assert_int_equal(ho_blur(one, sigmas[i], 1, NULL), HO_OK);
                assert_true(equal(m, one));
                double worst = 0;
                for (int y = 0; y < m->height; y++)
                    for (int x = 0; x < m->width; x++)
                        worst = fmax(worst, abs(get(m, x, y) - get(want, x, y)) / 65535.0);
                worst_of[i] = fmax(worst, worst_of[i]);
                if (worst > 1e-3 || (kind <= FULL && worst > 0))
                    fail_msg("%dx%d kind %d sigma %f: off by %f", m->width, m->height, kind, (double)sigmas[i], worst);
                ho_matte_destroy(&m);
                ho_matte_destroy(&one);
                ho_matte_destroy(&want);
            }
    for (int i = 0; i < 10; i++)
        print_message("sigma %g: within %.6f\n", (double)sigmas[i], worst_of[i]);
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
    for (int what = 0; what < 7; what++)
        for (int n = 1;; n++) {
            struct ho_matte *m = make(70, 50, BLOBS, 2);
            ho_memory_fail_at(n);
            enum ho_result result = what == 0   ? ho_open(m, 3, 1, NULL)
                                    : what == 1 ? ho_close(m, 3, 1, NULL)
                                    : what == 2 ? ho_fill_holes(m, 1, NULL)
                                    : what == 3 ? ho_remove_dots(m, 1, NULL)
                                    : what == 4 ? ho_grow(m, 3, 1, NULL)
                                                : ho_blur(m, what == 5 ? 2 : 20, 1, NULL);
            int64_t made = ho_memory_count();
            ho_memory_fail_at(0);
            ho_matte_destroy(&m);
            if (made < n)
                break;
            assert_int_equal(result, HO_ERROR_MEMORY);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_those_of_the_formula),
        cmocka_unit_test(opening_and_closing_match_the_plain_ones),
        cmocka_unit_test(specks_go_and_shapes_stay),
        cmocka_unit_test(flat_is_never_said_of_what_is_not),
        cmocka_unit_test(holes_and_dots_match_the_plain_ones),
        cmocka_unit_test(soft_rims_go_with_their_piece),
        cmocka_unit_test(a_piece_is_taken_by_its_pixel),
        cmocka_unit_test(distances_are_exact),
        cmocka_unit_test(a_disc_grows_by_what_was_asked_for),
        cmocka_unit_test(growing_matches_distance_on_any_shape),
        cmocka_unit_test(lines_grow_gaps_close_and_borders_are_no_edge),
        cmocka_unit_test(blurring_is_gaussian),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
