// SPDX-License-Identifier: BSD-2-Clause
#include "engine/runtime.h"

#include <openvino/c/openvino.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/memory.h"
#include "base/pool.h"

#define N_TENSORS_MAX 8

struct ho_runtime {
    ov_core_t *core;
    int n_threads;
    char precision[16];
};

struct ho_network {
    struct ho_runtime *runtime;
    ov_model_t *model;
    ov_tensor_t *weights;
    char name[32];
};

struct ho_compiled {
    ov_compiled_model_t *model;
    ov_infer_request_t *request;
    char name[32];
};

static enum ho_result fail_runtime(struct ho_diag *diag, const char *name, const char *doing)
{
    const char *cause = ov_get_last_err_msg();
    // The runtime's own message runs over many lines; the first says enough for a sentence.
    int length = cause ? (int)strcspn(cause, "\n") : 0;
    return ho_fail(diag, HO_ERROR_ENGINE,
                   "network '%s': OpenVINO failed %s (%.*s); reinstall Holdout's models and its OpenVINO", name, doing,
                   length > 400 ? 400 : length, cause ? cause : "");
}

static bool has_bf16(void)
{
#if defined(__x86_64__)
    // Leaf 7: AMX-BF16 is bit 22 of edx; its first sub-leaf has AVX512-BF16 as bit 5 of eax. The compiler's own
    // question for them is too new for some compilers.
    unsigned a, b, c, d;
    if (!__builtin_cpu_supports("avx512f"))
        return false;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 22 & 1))
        return true;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 5 & 1);
#else
    return false;
#endif
}

enum ho_result ho_runtime_choose_precision(char *out, size_t size, struct ho_diag *diag)
{
    const char *wanted = getenv("HOLDOUT_PRECISION");
    if (!wanted || !wanted[0])
        wanted = has_bf16() ? "bf16" : "f32";
    if (strcmp(wanted, "f32") != 0 && strcmp(wanted, "bf16") != 0)
        return ho_fail(diag, HO_ERROR_USAGE, "there is no precision '%s'; HOLDOUT_PRECISION may be f32 or bf16",
                       wanted);
    if (strcmp(wanted, "bf16") == 0 && !has_bf16())
        return ho_fail(diag, HO_ERROR_USAGE,
                       "this processor cannot compute in bf16; unset HOLDOUT_PRECISION or set it to f32");
    snprintf(out, size, "%s", wanted);
    return HO_OK;
}

void ho_runtime_version(char *out, size_t size)
{
    ov_version_t version;
    snprintf(out, size, "OpenVINO");
    if (ov_get_openvino_version(&version) != OK)
        return;
    // "2026.4.1-12345-hash": the build's number says nothing to a user.
    int length = (int)strcspn(version.buildNumber, "-");
    snprintf(out, size, "OpenVINO %.*s", length > 40 ? 40 : length, version.buildNumber);
    ov_version_free(&version);
}

enum ho_result ho_runtime_create(int n_threads, const char *precision, struct ho_runtime **out, struct ho_diag *diag)
{
    *out = NULL;
    struct ho_runtime *runtime = ho_alloc(1, sizeof *runtime);
    if (!runtime)
        return ho_fail_memory(diag, sizeof *runtime);
    runtime->n_threads = n_threads > 0 ? n_threads : ho_core_count();
    snprintf(runtime->precision, sizeof runtime->precision, "%s", precision);
    if (ov_core_create(&runtime->core) != OK) {
        free(runtime);
        return ho_fail(diag, HO_ERROR_ENGINE, "OpenVINO does not start (%s); reinstall it beside libholdout",
                       ov_get_last_err_msg());
    }
    *out = runtime;
    return HO_OK;
}

void ho_runtime_destroy(struct ho_runtime **runtime)
{
    if (!runtime || !*runtime)
        return;
    ov_core_free((*runtime)->core);
    free(*runtime);
    *runtime = NULL;
}

enum ho_result ho_network_create(struct ho_runtime *runtime, const char *name, const char *xml, size_t xml_size,
                                 void *weights, size_t weights_size, struct ho_network **out, struct ho_diag *diag)
{
    *out = NULL;
    struct ho_network *network = ho_alloc(1, sizeof *network);
    if (!network)
        return ho_fail_memory(diag, sizeof *network);
    network->runtime = runtime;
    snprintf(network->name, sizeof network->name, "%s", name);
    int64_t size = (int64_t)weights_size;
    ov_shape_t shape = {.rank = 1, .dims = &size};
    if (ov_tensor_create_from_host_ptr(U8, shape, weights, &network->weights) != OK ||
        ov_core_read_model_from_memory_buffer(runtime->core, xml, xml_size, network->weights, &network->model) != OK) {
        enum ho_result result = fail_runtime(diag, name, "to read it");
        ho_network_destroy(&network);
        return result;
    }
    *out = network;
    return HO_OK;
}

void ho_network_destroy(struct ho_network **network)
{
    if (!network || !*network)
        return;
    if ((*network)->model)
        ov_model_free((*network)->model);
    if ((*network)->weights)
        ov_tensor_free((*network)->weights);
    free(*network);
    *network = NULL;
}

static enum ho_result reshape(struct ho_network *network, const struct ho_tensor *inputs, int n_inputs,
                              struct ho_diag *diag)
{
    const char *names[N_TENSORS_MAX];
    ov_partial_shape_t shapes[N_TENSORS_MAX] = {0};
    int n_made = 0;
    ov_status_e status = OK;
    for (; n_made < n_inputs; n_made++) {
        names[n_made] = inputs[n_made].name;
        int64_t dims[4];
        for (int i = 0; i < 4; i++)
            dims[i] = inputs[n_made].shape[i];
        status = ov_partial_shape_create_static(4, dims, &shapes[n_made]);
        if (status != OK)
            break;
    }
    if (status == OK)
        status = ov_model_reshape(network->model, names, shapes, (size_t)n_inputs);
    for (int i = 0; i < n_made; i++)
        ov_partial_shape_free(&shapes[i]);
    return status == OK ? HO_OK : fail_runtime(diag, network->name, "to set its size");
}

enum ho_result ho_compiled_create(struct ho_network *network, const struct ho_tensor *inputs, int n_inputs,
                                  struct ho_compiled **out, struct ho_diag *diag)
{
    *out = NULL;
    HO_TRY(reshape(network, inputs, n_inputs, diag));
    struct ho_compiled *compiled = ho_alloc(1, sizeof *compiled);
    if (!compiled)
        return ho_fail_memory(diag, sizeof *compiled);
    snprintf(compiled->name, sizeof compiled->name, "%s", network->name);
    struct ho_runtime *runtime = network->runtime;
    char threads[16];
    snprintf(threads, sizeof threads, "%d", runtime->n_threads);
    // One stream and no pinning: other threads of the pipeline share these cores.
    ov_status_e status = ov_core_compile_model(
        runtime->core, network->model, "CPU", 8, &compiled->model, ov_property_key_inference_num_threads, threads,
        ov_property_key_num_streams, "1", ov_property_key_hint_enable_cpu_pinning, "NO",
        ov_property_key_hint_inference_precision, runtime->precision);
    if (status == OK)
        status = ov_compiled_model_create_infer_request(compiled->model, &compiled->request);
    if (status != OK) {
        enum ho_result result = fail_runtime(diag, network->name, "to compile it");
        ho_compiled_destroy(&compiled);
        return result;
    }
    *out = compiled;
    return HO_OK;
}

void ho_compiled_destroy(struct ho_compiled **compiled)
{
    if (!compiled || !*compiled)
        return;
    if ((*compiled)->request)
        ov_infer_request_free((*compiled)->request);
    if ((*compiled)->model)
        ov_compiled_model_free((*compiled)->model);
    free(*compiled);
    *compiled = NULL;
}

enum ho_result ho_compiled_run(struct ho_compiled *compiled, const struct ho_tensor *tensors, int n_tensors,
                               struct ho_diag *diag)
{
    for (int i = 0; i < n_tensors; i++) {
        int64_t dims[4];
        for (int k = 0; k < 4; k++)
            dims[k] = tensors[i].shape[k];
        ov_shape_t shape = {.rank = 4, .dims = dims};
        ov_tensor_t *tensor = NULL;
        ov_status_e status = ov_tensor_create_from_host_ptr(F32, shape, tensors[i].data, &tensor);
        if (status == OK)
            status = ov_infer_request_set_tensor(compiled->request, tensors[i].name, tensor);
        if (tensor)
            ov_tensor_free(tensor);
        if (status != OK)
            return fail_runtime(diag, compiled->name, "to take a tensor");
    }
    if (ov_infer_request_infer(compiled->request) != OK)
        return fail_runtime(diag, compiled->name, "to run it");
    return HO_OK;
}
