// SPDX-License-Identifier: BSD-2-Clause
// The version: of what a program was compiled with, and of the library that it runs with.
#ifndef HOLDOUT_VERSION_H
#define HOLDOUT_VERSION_H

#include "result.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HO_VERSION "0.1.0"
HO_API const char *ho_version(void);    // HO_VERSION of the library; static

#ifdef __cplusplus
}
#endif

#endif
