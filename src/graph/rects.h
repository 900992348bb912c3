// SPDX-License-Identifier: BSD-2-Clause
// Rectangles, as domains and regions want them.
#ifndef HO_GRAPH_RECTS_H
#define HO_GRAPH_RECTS_H

#include "holdout/picture.h"

static inline bool rect_empty(struct ho_rect r) { return r.x1 <= r.x0 || r.y1 <= r.y0; }

static inline struct ho_rect rect_and(struct ho_rect a, struct ho_rect b)
{
    struct ho_rect r = {a.x0 > b.x0 ? a.x0 : b.x0, a.y0 > b.y0 ? a.y0 : b.y0, a.x1 < b.x1 ? a.x1 : b.x1,
                        a.y1 < b.y1 ? a.y1 : b.y1};
    return rect_empty(r) ? (struct ho_rect){0} : r;
}

// The smallest rectangle around both.
static inline struct ho_rect rect_or(struct ho_rect a, struct ho_rect b)
{
    if (rect_empty(a) || rect_empty(b))
        return rect_empty(a) ? b : a;
    return (struct ho_rect){a.x0 < b.x0 ? a.x0 : b.x0, a.y0 < b.y0 ? a.y0 : b.y0, a.x1 > b.x1 ? a.x1 : b.x1,
                            a.y1 > b.y1 ? a.y1 : b.y1};
}

// a covers b
static inline bool rect_has(struct ho_rect a, struct ho_rect b)
{
    return rect_empty(b) || (a.x0 <= b.x0 && a.y0 <= b.y0 && a.x1 >= b.x1 && a.y1 >= b.y1);
}

static inline struct ho_rect rect_grown(struct ho_rect r, int by_x, int by_y)
{
    return rect_empty(r) ? r : (struct ho_rect){r.x0 - by_x, r.y0 - by_y, r.x1 + by_x, r.y1 + by_y};
}

#endif
