// SPDX-License-Identifier: BSD-2-Clause
// The embedded networks as the C runtime runs them, against PyTorch's tensors of the same picture (training/parity.py
// writes them and says how they lie).
#include <math.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"
#include "unit/test.h"

#define HEIGHT 64
#define WIDTH 96
#define PLACES (HEIGHT / 16 * WIDTH / 16)

struct named {
    char name[32];
    uint32_t n;
    float *data;
};
static struct named tensors[32];
static uint32_t n_tensors;

static uint32_t get_u32(FILE *file)
{
    uint8_t b[4];
    assert_int_equal(fread(b, 1, 4, file), 4);
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static int load_vectors(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/data/embedded_parity.bin", getenv("HOLDOUT_SOURCE_ROOT"));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char magic[8];
    assert_int_equal(fread(magic, 1, 8, file), 8);
    assert_memory_equal(magic, "HOPARITY", 8);
    assert_int_equal(get_u32(file), 1);
    n_tensors = get_u32(file);
    assert_in_range(n_tensors, 1, 32);
    for (uint32_t i = 0; i < n_tensors; i++) {
        uint32_t length = get_u32(file);
        assert_in_range(length, 1, sizeof tensors[i].name - 1);
        assert_int_equal(fread(tensors[i].name, 1, length, file), length);
        uint32_t rank = get_u32(file);
        tensors[i].n = 1;
        for (uint32_t k = 0; k < rank; k++)
            tensors[i].n *= get_u32(file);
        tensors[i].data = ho_alloc_aligned(tensors[i].n * sizeof(float));
        assert_int_equal(fread(tensors[i].data, sizeof(float), tensors[i].n, file),
                         tensors[i].n);    // little-endian, as this processor
    }
    fclose(file);
    return 0;
}

static int free_vectors(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < n_tensors; i++)
        free(tensors[i].data);
    return 0;
}

static const struct named *find(const char *name)
{
    for (uint32_t i = 0; i < n_tensors; i++)
        if (strcmp(tensors[i].name, name) == 0)
            return &tensors[i];
    fail_msg("no tensor '%s' among the vectors", name);
    return NULL;
}

static void assert_close(const char *name, const float *got)
{
    const struct named *want = find(name);
    double largest = 1, worst = 0;
    for (uint32_t i = 0; i < want->n; i++) {
        double difference = fabs((double)got[i] - (double)want->data[i]);
        largest = fmax(largest, fabs((double)want->data[i]));
        worst = isnan(difference) ? 1e30 : fmax(worst, difference);
    }
    if (worst > 1e-3 * largest)
        fail_msg("%s is off by %g (largest value %g)", name, worst, largest);
}

static struct ho_tensor tensor(const char *name, const char *vector, int channels, int stride)
{
    const struct named *found = find(vector);
    struct ho_tensor made = {name, {1, channels, HEIGHT / stride, WIDTH / stride}, found->data};
    assert_int_equal(found->n, channels * HEIGHT / stride * WIDTH / stride);
    return made;
}

static void run(struct ho_runtime *runtime, struct ho_weights *weights, enum ho_stage stage,
                const struct ho_tensor *inputs, int n_inputs, const struct ho_tensor *outputs, int n_outputs)
{
    struct ho_diag diag = {0};
    struct ho_network *network = NULL;
    struct ho_compiled *compiled = NULL;
    struct ho_weights_stage *files = &weights->stage[stage];
    assert_ok(ho_network_create(runtime, ho_stage_name(stage), files->xml, files->xml_size, files->bin, files->bin_size,
                                &network, &diag),
              &diag);
    assert_ok(ho_compiled_create(network, inputs, n_inputs, &compiled, &diag), &diag);
    struct ho_tensor all[16];
    memcpy(all, inputs, (size_t)n_inputs * sizeof *all);
    memcpy(all + n_inputs, outputs, (size_t)n_outputs * sizeof *all);
    assert_ok(ho_compiled_run(compiled, all, n_inputs + n_outputs, &diag), &diag);
    ho_compiled_destroy(&compiled);
    ho_network_destroy(&network);
}

static void networks_give_what_they_were_trained_to(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_weights weights;
    struct ho_runtime *runtime = NULL;
    char models[4096];
    snprintf(models, sizeof models, "%s/models/embedded", getenv("HOLDOUT_SOURCE_ROOT"));
    assert_ok(ho_weights_load(models, &weights, &diag), &diag);
    assert_ok(ho_runtime_create(2, "f32", &runtime, &diag), &diag);
    static _Alignas(64) float f4[24 * 16 * 24], f8[40 * 8 * 12], f16[112 * PLACES], key[64 * PLACES],
        shrinkage[PLACES + 8], selection[64 * PLACES], value[128 * PLACES], mask[HEIGHT * WIDTH];

    const struct ho_tensor image = tensor("image", "image", 3, 1);
    const struct ho_tensor features[] = {{"f4", {1, 24, 16, 24}, f4},
                                         {"f8", {1, 40, 8, 12}, f8},
                                         {"f16", {1, 112, 4, 6}, f16},
                                         {"key", {1, 64, 4, 6}, key},
                                         {"shrinkage", {1, 1, 4, 6}, shrinkage},
                                         {"selection", {1, 64, 4, 6}, selection}};
    run(runtime, &weights, HO_STAGE_ENCODE, &image, 1, features, 6);
    for (int i = 0; i < 6; i++)
        assert_close(features[i].name, features[i].data);

    const struct ho_tensor seen[] = {image, tensor("f16", "f16", 112, 16), tensor("mask", "mask", 1, 1),
                                     tensor("others", "others", 1, 1)};
    run(runtime, &weights, HO_STAGE_MEMORIZE, seen, 4, &(struct ho_tensor){"value", {1, 128, 4, 6}, value}, 1);
    assert_close("value", value);

    const struct ho_tensor read[] = {tensor("f4", "f4", 24, 4),
                                     tensor("f8", "f8", 40, 8),
                                     tensor("f16", "f16", 112, 16),
                                     tensor("reading", "reading", 128, 16),
                                     tensor("previous", "previous", 1, 1),
                                     tensor("score", "score", 1, 16)};
    run(runtime, &weights, HO_STAGE_DECODE, read, 6, &(struct ho_tensor){"mask", {1, 1, HEIGHT, WIDTH}, mask}, 1);
    assert_close("decode_mask", mask);

    const struct ho_tensor clicked[] = {image, tensor("clicks", "clicks", 2, 1), read[4]};
    static _Alignas(64) float quality[16];
    const struct ho_tensor answer[] = {{"mask", {1, 1, HEIGHT, WIDTH}, mask}, {"quality", {1, 1, 1, 1}, quality}};
    run(runtime, &weights, HO_STAGE_CLICK, clicked, 3, answer, 2);
    assert_close("click_mask", mask);
    assert_close("click_quality", quality);
    ho_runtime_destroy(&runtime);
    ho_weights_clear(&weights);
}

static void reading_is_pytorchs(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_memory memory = {.n = 1};
    struct ho_reader_scratch scratch = {0};
    float values[HO_VALUE * PLACES], similarity[PLACES];
    struct ho_reading reading = {.values = values, .similarity = similarity};
    int n = (int)find("memory_shrinkage")->n;
    assert_ok(ho_places_create(0, n, find("memory_key")->data, find("memory_shrinkage")->data,
                               find("memory_value")->data, &memory.frames[0], &diag),
              &diag);
    assert_ok(ho_memory_read(&memory, find("key")->data, find("selection")->data, PLACES, 2, &scratch, &reading, &diag),
              &diag);
    assert_close("reading", values);
    ho_memory_clear(&memory);
    free(scratch.block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_give_what_they_were_trained_to),
        cmocka_unit_test(reading_is_pytorchs),
    };
    return cmocka_run_group_tests(tests, load_vectors, free_vectors);
}
