// SPDX-License-Identifier: BSD-2-Clause
#include "holdout/source.h"

#include <stdio.h>

int64_t ho_source_first_number(const struct ho_source_info *source)
{
    return source->is_sequence && !source->numbers_jump && source->first_number > 0 ? source->first_number : 0;
}

struct ho_frame_text ho_source_frame_text(const struct ho_source_info *source, int64_t frame)
{
    struct ho_frame_text out;
    const int64_t first = ho_source_first_number(source);
    if (first)
        snprintf(out.text, sizeof(out.text), "%lld (file %lld)", (long long)frame, (long long)(first + frame));
    else
        snprintf(out.text, sizeof(out.text), "%lld", (long long)frame);
    return out;
}
