// SPDX-License-Identifier: BSD-2-Clause
// The engines there are. A new one is a file with a const struct, a line here and one in engines.c.
#ifndef HO_ENGINE_ENGINES_H
#define HO_ENGINE_ENGINES_H

#include "holdout/engine.h"

extern const struct ho_engine ho_engine_embedded, ho_engine_stub;

#endif
