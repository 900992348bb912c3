// SPDX-License-Identifier: BSD-2-Clause
// Neural networks on OpenVINO: a network is read once, then compiled for each static shape it is needed in. Tensors are
// the caller's own memory.
#ifndef HO_ENGINE_RUNTIME_H
#define HO_ENGINE_RUNTIME_H

#include <stddef.h>

#include "holdout/result.h"

struct ho_runtime;     // the runtime and its settings
struct ho_network;     // a network as it was read, any shape
struct ho_compiled;    // a network compiled for one shape, with its inference request

// A float32 tensor in the caller's memory, row-major, aligned to HO_ALIGNMENT. `name` is the network's.
struct ho_tensor {
    const char *name;
    int shape[4];    // NCHW
    float *data;
};

// What networks compute in: "bf16" where the processor has instructions for it, else "f32"; HOLDOUT_PRECISION
// overrules. HO_ERROR_USAGE for one that there is not.
enum ho_result ho_runtime_choose_precision(char *out, size_t size, struct ho_diag *diag) HO_MUST_CHECK;
void ho_runtime_version(char *out, size_t size);    // "OpenVINO 2026.4.1"

// `n_threads` 0: as many as there are cores. `precision`: as chosen above. Errors: HO_ERROR_ENGINE.
enum ho_result ho_runtime_create(int n_threads, const char *precision, struct ho_runtime **out,
                                 struct ho_diag *diag) HO_MUST_CHECK;
void ho_runtime_destroy(struct ho_runtime **runtime);    // after its networks

// Reads an IR from memory: `xml` (text) and `weights` (bytes), which must stay until the network is destroyed. `name`
// is for messages.
enum ho_result ho_network_create(struct ho_runtime *runtime, const char *name, const char *xml, size_t xml_size,
                                 void *weights, size_t weights_size, struct ho_network **out,
                                 struct ho_diag *diag) HO_MUST_CHECK;
void ho_network_destroy(struct ho_network **network);    // what was compiled from it stays usable

// Compiles for the shapes of `inputs` (their data is not looked at). HO_ERROR_ENGINE also when the network lacks an
// input of that name.
enum ho_result ho_compiled_create(struct ho_network *network, const struct ho_tensor *inputs, int n_inputs,
                                  struct ho_compiled **out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_compiled_destroy(struct ho_compiled **compiled);
// Runs once on these inputs and outputs, in place: nothing is copied. Thread-safety: unsafe (one at a time for a
// compiled network).
enum ho_result ho_compiled_run(struct ho_compiled *compiled, const struct ho_tensor *tensors, int n_tensors,
                               struct ho_diag *diag) HO_MUST_CHECK;

#endif
