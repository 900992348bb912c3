// SPDX-License-Identifier: BSD-2-Clause
// The walk's memory: the fast kernel against its plain twin, the reading against the formula as it is written.
#include <math.h>

#include "base/memory.h"
#include "engine/embedded/memory.h"
#include "unit/test.h"

static float noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (float)(*state >> 8) / 8388608.f - 1;
}

static float *noise_of(size_t n, float low, float high, uint32_t seed)
{
    float *data = ho_alloc_aligned(n * sizeof *data);
    assert_non_null(data);
    for (size_t i = 0; i < n; i++)
        data[i] = low + (high - low) * (noise(&seed) * 0.5f + 0.5f);
    return data;
}

static void kernel_agrees_with_its_plain_twin(void **state)
{
    (void)state;
    for (int n_panels = 1; n_panels <= 33; n_panels += 8) {
        float *panels = noise_of((size_t)n_panels * 2 * HO_KEY * 6, -1, 1, 1),
              *tile = noise_of(2 * HO_KEY * 16, -1, 1, 2);
        float *fast = noise_of((size_t)n_panels * 96, 0, 0, 3), *plain = noise_of((size_t)n_panels * 96, 0, 0, 3);
        ho_dot_best()(panels, n_panels, tile, fast);
        ho_dot_plain(panels, n_panels, tile, plain);
        for (int i = 0; i < n_panels * 96; i++)
            assert_true(fabsf(fast[i] - plain[i]) < 1e-4f);
        free(panels);
        free(tile);
        free(fast);
        free(plain);
    }
}

struct sample {
    struct ho_memory memory;
    float *keys[4], *shrinkage[4], *values[4], *query, *selection;
    int n[4], n_frames, n_query;
};

static void make(struct sample *s, int n_frames, const int n[], int n_query)
{
    struct ho_diag diag = {0};
    *s = (struct sample){.n_frames = n_frames, .n_query = n_query};
    for (int f = 0; f < n_frames; f++) {
        s->n[f] = n[f];
        s->keys[f] = noise_of((size_t)n[f] * HO_KEY, -1, 1, 10 + (uint32_t)f);
        s->shrinkage[f] = noise_of((size_t)n[f], 1, 3, 20 + (uint32_t)f);
        s->values[f] = noise_of((size_t)n[f] * HO_VALUE, -1, 1, 30 + (uint32_t)f);
        assert_ok(ho_places_create(f, n[f], s->keys[f], s->shrinkage[f], s->values[f], &s->memory.frames[f], &diag),
                  &diag);
        s->memory.n++;
    }
    s->query = noise_of((size_t)n_query * HO_KEY, -1, 1, 40);
    s->selection = noise_of((size_t)n_query * HO_KEY, 0, 1, 41);
}

static void unmake(struct sample *s)
{
    for (int f = 0; f < s->n_frames; f++) {
        free(s->keys[f]);
        free(s->shrinkage[f]);
        free(s->values[f]);
    }
    free(s->query);
    free(s->selection);
    ho_memory_clear(&s->memory);
}

static void read_sample(const struct sample *s, int n_threads, struct ho_reading *out)
{
    struct ho_diag diag = {0};
    struct ho_reader_scratch scratch = {0};
    out->values = ho_alloc_aligned((size_t)s->n_query * HO_VALUE * sizeof(float));
    out->similarity = ho_alloc_aligned((size_t)s->n_query * sizeof(float));
    assert_ok(ho_memory_read(&s->memory, s->query, s->selection, s->n_query, n_threads, &scratch, out, &diag), &diag);
    free(scratch.block);
}

// The formula of the header, in double, with a full sort.
static int by_similarity(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return x[0] < y[0] ? 1 : x[0] > y[0] ? -1 : 0;
}

static void expect_reading(const struct sample *s, int q, double out[HO_VALUE], double *top)
{
    double all[2048][3];
    int n = 0;
    for (int f = 0; f < s->n_frames; f++)
        for (int m = 0; m < s->n[f]; m++, n++) {
            double sum = 0;
            for (int c = 0; c < HO_KEY; c++) {
                double k = (double)s->keys[f][c * s->n[f] + m], x = (double)s->query[c * s->n_query + q],
                       e = (double)s->selection[c * s->n_query + q];
                sum += -k * k * e + 2 * k * x * e - e * x * x;
            }
            all[n][0] = sum * (double)s->shrinkage[f][m] / 8;
            all[n][1] = f;
            all[n][2] = m;
        }
    qsort(all, (size_t)n, sizeof *all, by_similarity);
    int best = n < HO_TOP ? n : HO_TOP;
    double total = 0;
    for (int i = 0; i < best; i++)
        total += exp(all[i][0] - all[0][0]);
    for (int c = 0; c < HO_VALUE; c++) {
        out[c] = 0;
        for (int i = 0; i < best; i++) {
            int f = (int)all[i][1], m = (int)all[i][2];
            out[c] += exp(all[i][0] - all[0][0]) / total * (double)s->values[f][c * s->n[f] + m];
        }
    }
    *top = all[0][0];
}

static void check_reading(int n_frames, const int n[], int n_query)
{
    struct sample s;
    struct ho_reading reading;
    make(&s, n_frames, n, n_query);
    read_sample(&s, 2, &reading);
    for (int q = 0; q < n_query; q++) {
        double values[HO_VALUE], top;
        expect_reading(&s, q, values, &top);
        assert_true(fabs(top - (double)reading.similarity[q]) < 1e-3);
        for (int c = 0; c < HO_VALUE; c++)
            assert_true(fabs(values[c] - (double)reading.values[c * n_query + q]) < 2e-3);
    }
    double share = 0;
    for (int f = 0; f < n_frames; f++)
        share += reading.share[f];
    assert_true(fabs(share - 1) < 1e-9);
    free(reading.values);
    free(reading.similarity);
    unmake(&s);
}

static void reading_is_the_formula(void **state)
{
    (void)state;
    check_reading(3, (const int[]){200, 331, 97}, 75);
    check_reading(1, (const int[]){5}, 3);    // fewer places than are mixed
    check_reading(2, (const int[]){17, 13}, 16);
    check_reading(1, (const int[]){1}, 1);
}

static void same_bits_with_any_number_of_threads(void **state)
{
    (void)state;
    struct sample s;
    struct ho_reading one, many;
    make(&s, 3, (const int[]){400, 400, 400}, 700);
    read_sample(&s, 1, &one);
    for (int n = 2; n <= 5; n++) {
        read_sample(&s, n, &many);
        assert_memory_equal(one.values, many.values, (size_t)s.n_query * HO_VALUE * sizeof(float));
        assert_memory_equal(one.share, many.share, sizeof(double) * 3);
        free(many.values);
        free(many.similarity);
    }
    free(one.values);
    free(one.similarity);
    unmake(&s);
}

static void allocation_failures_get_a_result(void **state)
{
    (void)state;
    struct sample s;
    make(&s, 1, (const int[]){64}, 64);
    struct ho_reading reading;
    float values[64 * HO_VALUE], similarity[64];
    reading.values = values;
    reading.similarity = similarity;
    struct ho_reader_scratch scratch = {0};
    struct ho_places *places;
    for (int64_t n = 1; n <= 2; n++) {
        struct ho_diag diag = {0};
        ho_memory_fail_at(n);
        assert_int_equal(ho_places_create(0, 64, s.keys[0], s.shrinkage[0], s.values[0], &places, &diag),
                         HO_ERROR_MEMORY);
        ho_memory_fail_at(0);
    }
    ho_memory_fail_at(1);
    assert_int_equal(ho_memory_read(&s.memory, s.query, s.selection, 64, 1, &scratch, &reading, NULL), HO_ERROR_MEMORY);
    ho_memory_fail_at(0);
    unmake(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernel_agrees_with_its_plain_twin),
        cmocka_unit_test(reading_is_the_formula),
        cmocka_unit_test(same_bits_with_any_number_of_threads),
        cmocka_unit_test(allocation_failures_get_a_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
