// SPDX-License-Identifier: BSD-2-Clause
// libholdout: track an object once, keep its matte for ever, use it anywhere.
#ifndef HOLDOUT_H
#define HOLDOUT_H

#include "bank.h"
#include "cancel.h"
#include "clip.h"
#include "compare.h"
#include "compile.h"
#include "curve.h"
#include "cut.h"
#include "deliver.h"
#include "engine.h"
#include "graph.h"
#include "log.h"
#include "matte.h"
#include "media.h"
#include "picture.h"
#include "project.h"
#include "render.h"
#include "result.h"
#include "score.h"
#include "session.h"
#include "sound.h"
#include "source.h"
#include "timecode.h"
#include "timeline.h"
#include "track.h"
#include "version.h"
#include "viewer.h"

#endif
