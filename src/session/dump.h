// SPDX-License-Identifier: BSD-2-Clause
#ifndef HO_SESSION_DUMP_H
#define HO_SESSION_DUMP_H

#include "session/internal.h"

// malloc'd, also where it fails half way.
enum ho_result dump_project(struct ho_session *session, char **out, struct ho_diag *diag) HO_MUST_CHECK;

#endif
