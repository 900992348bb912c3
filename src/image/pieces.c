// SPDX-License-Identifier: BSD-2-Clause
// Connected pieces of a matte by runs and union-find.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "image/kernels.h"

struct run {
    int x0, x1, y, parent;
};    // pixels [x0, x1) of row y

struct pieces {
    struct run *run;
    int n, capacity;
    int *row_first;          // index of each row's first run; [height] is n
    int64_t *area;           // by root
    bool *touches_border;    // by root
};

static int root_of(struct run *run, int i)
{
    while (run[i].parent != i) {
        run[i].parent = run[run[i].parent].parent;
        i = run[i].parent;
    }
    return i;
}

// The lower index becomes the root, so that the outcome doesn't depend on the order of joining.
static void join(struct run *run, int a, int b)
{
    a = root_of(run, a);
    b = root_of(run, b);
    if (a < b)
        run[b].parent = a;
    else
        run[a].parent = b;
}

static void pieces_free(struct pieces *p)
{
    free(p->run);
    free(p->row_first);
    free(p->area);
    free(p->touches_border);
}

static enum ho_result add_run(struct pieces *p, int x0, int x1, int y, struct ho_diag *diag)
{
    if (p->n == p->capacity) {
        int capacity = p->capacity ? 2 * p->capacity : 4096;
        struct run *run = ho_realloc(p->run, (size_t)capacity, sizeof *run);
        if (!run)
            return ho_fail_memory(diag, (size_t)capacity * sizeof *run);
        p->run = run;
        p->capacity = capacity;
    }
    p->run[p->n] = (struct run){x0, x1, y, p->n};
    p->n++;
    return HO_OK;
}

// Runs of one row, and their joins with the row above. `reach`: 1 joins diagonal neighbours, too.
static enum ho_result scan_row(const struct ho_matte *matte, int y, bool inside, int reach, struct pieces *p,
                               struct ho_diag *diag)
{
    const uint16_t *row = matte->data + (size_t)y * matte->stride;
    int above = y ? p->row_first[y - 1] : 0, above_end = p->n;
    p->row_first[y] = p->n;
    for (int x = 0; x < matte->width;) {
        while (x < matte->width && (row[x] >= HO_HALF) != inside)
            x++;
        int x0 = x;
        while (x < matte->width && (row[x] >= HO_HALF) == inside)
            x++;
        if (x == x0)
            break;
        HO_TRY(add_run(p, x0, x, y, diag));
        while (above < above_end && p->run[above].x1 + reach <= x0)
            above++;
        for (int i = above; i < above_end && p->run[i].x0 < x + reach; i++)
            join(p->run, i, p->n - 1);
    }
    return HO_OK;
}

static enum ho_result find_pieces(const struct ho_matte *matte, bool inside, int reach, struct pieces *p,
                                  struct ho_diag *diag)
{
    *p = (struct pieces){.row_first = ho_alloc((size_t)matte->height + 1, sizeof *p->row_first)};
    if (!p->row_first)
        return ho_fail_memory(diag, (size_t)matte->height * sizeof *p->row_first);
    for (int y = 0; y < matte->height; y++) {
        enum ho_result result = scan_row(matte, y, inside, reach, p, diag);
        if (result != HO_OK)
            return result;
    }
    p->row_first[matte->height] = p->n;
    p->area = ho_alloc((size_t)p->n + 1, sizeof *p->area);
    p->touches_border = ho_alloc((size_t)p->n + 1, sizeof *p->touches_border);
    if (!p->area || !p->touches_border)
        return ho_fail_memory(diag, (size_t)p->n * sizeof *p->area);
    for (int i = 0; i < p->n; i++) {
        const struct run *r = &p->run[i];
        int root = root_of(p->run, i);
        p->area[root] += r->x1 - r->x0;
        if (r->x0 == 0 || r->y == 0 || r->x1 == matte->width || r->y == matte->height - 1)
            p->touches_border[root] = true;
    }
    return HO_OK;
}

// Pixels reached so far, each once. `owner` is the root a pixel was reached from.
struct flood {
    struct {
        int x, y, owner;
    } * spot;
    size_t n, capacity;
    uint8_t *seen;
    int width, height;
};

static enum ho_result flood_add(struct flood *f, int x, int y, int owner, struct ho_diag *diag)
{
    size_t at = (size_t)y * (size_t)f->width + (size_t)x;
    if (f->seen[at])
        return HO_OK;
    if (f->n == f->capacity) {
        size_t capacity = f->capacity ? 2 * f->capacity : 4096;
        void *spot = ho_realloc(f->spot, capacity, sizeof *f->spot);
        if (!spot)
            return ho_fail_memory(diag, capacity * sizeof *f->spot);
        f->spot = spot;
        f->capacity = capacity;
    }
    f->seen[at] = 1;
    f->spot[f->n].x = x;
    f->spot[f->n].y = y;
    f->spot[f->n++].owner = owner;
    return HO_OK;
}

// From the pieces' own pixels strictly uphill (or downhill) into the soft rim on the other side of one half; a ridge (a
// valley) ends it.
static enum ho_result flood_rim(const struct ho_matte *matte, bool uphill, struct flood *f, struct ho_diag *diag)
{
    static const int dx[4] = {1, -1, 0, 0}, dy[4] = {0, 0, 1, -1};
    for (size_t i = 0; i < f->n; i++)
        for (int k = 0; k < 4; k++) {
            int x0 = f->spot[i].x, y0 = f->spot[i].y, x = x0 + dx[k], y = y0 + dy[k];
            if (x < 0 || y < 0 || x >= matte->width || y >= matte->height)
                continue;
            uint16_t from = matte->data[(size_t)y0 * matte->stride + x0],
                     to = matte->data[(size_t)y * matte->stride + x];
            if (uphill ? to >= HO_HALF && to > from : to < HO_HALF && to < from)
                HO_TRY(flood_add(f, x, y, f->spot[i].owner, diag));
        }
    return HO_OK;
}

static enum ho_result flood_pieces(const struct ho_matte *matte, struct pieces *p, const bool *chosen, bool uphill,
                                   struct flood *f, struct ho_diag *diag)
{
    f->width = matte->width;
    f->height = matte->height;
    f->seen = ho_alloc((size_t)matte->width * (size_t)matte->height, 1);
    if (!f->seen)
        return ho_fail_memory(diag, (size_t)matte->width * (size_t)matte->height);
    for (int i = 0; i < p->n; i++) {
        int root = root_of(p->run, i);
        if (chosen[root])
            for (int x = p->run[i].x0; x < p->run[i].x1; x++)
                HO_TRY(flood_add(f, x, p->run[i].y, root, diag));
    }
    return flood_rim(matte, uphill, f, diag);
}

static void flood_free(struct flood *f)
{
    free(f->spot);
    free(f->seen);
}

enum ho_result ho_fill_holes(struct ho_matte *matte, float share, struct ho_diag *diag)
{
    struct pieces p = {0};
    struct flood f = {0};
    uint16_t *level = NULL;
    bool *chosen = NULL, any = false;
    double limit = (double)share * (double)ho_matte_area(matte);
    enum ho_result result = find_pieces(matte, false, 0, &p, diag);
    if (result != HO_OK)
        goto done;
    level = ho_alloc((size_t)p.n + 1, sizeof *level);
    chosen = ho_alloc((size_t)p.n + 1, sizeof *chosen);
    if (!level || !chosen) {
        result = ho_fail_memory(diag, (size_t)p.n);
        goto done;
    }
    for (int i = 0; i < p.n; i++) {
        chosen[i] = p.run[i].parent == i && !p.touches_border[i] && (double)p.area[i] <= limit;
        any |= chosen[i];
    }
    if (!any)
        goto done;
    result = flood_pieces(matte, &p, chosen, true, &f, diag);
    if (result != HO_OK)
        goto done;
    for (size_t i = 0; i < f.n; i++) {
        uint16_t v = matte->data[(size_t)f.spot[i].y * matte->stride + f.spot[i].x], *to = &level[f.spot[i].owner];
        *to = v > *to ? v : *to;
    }
    for (size_t i = 0; i < f.n; i++)
        matte->data[(size_t)f.spot[i].y * matte->stride + f.spot[i].x] = level[f.spot[i].owner];
done:
    free(level);
    free(chosen);
    flood_free(&f);
    pieces_free(&p);
    return result;
}

enum ho_result ho_remove_dots(struct ho_matte *matte, float share, struct ho_diag *diag)
{
    struct pieces p = {0};
    struct flood f = {0};
    bool *chosen = NULL, any = false;
    int largest = -1;
    enum ho_result result = find_pieces(matte, true, 1, &p, diag);
    if (result != HO_OK)
        goto done;
    chosen = ho_alloc((size_t)p.n + 1, sizeof *chosen);
    if (!chosen) {
        result = ho_fail_memory(diag, (size_t)p.n);
        goto done;
    }
    for (int i = 0; i < p.n; i++)
        if (p.run[i].parent == i && (largest < 0 || p.area[i] > p.area[largest]))
            largest = i;
    for (int i = 0; i < p.n; i++) {
        chosen[i] = p.run[i].parent == i && i != largest &&
                    (double)p.area[i] <= (double)share * (double)p.area[largest];
        any |= chosen[i];
    }
    if (!any)
        goto done;
    result = flood_pieces(matte, &p, chosen, false, &f, diag);
    for (size_t i = 0; i < f.n && result == HO_OK; i++)
        matte->data[(size_t)f.spot[i].y * matte->stride + f.spot[i].x] = 0;
done:
    free(chosen);
    flood_free(&f);
    pieces_free(&p);
    return result;
}

// The run that holds a pixel; -1: it is below one half.
static int run_at(const struct pieces *p, int x, int y)
{
    for (int i = p->row_first[y]; i < p->row_first[y + 1]; i++)
        if (x >= p->run[i].x0 && x < p->run[i].x1)
            return i;
    return -1;
}

static enum ho_result move_piece(struct ho_matte *matte, struct pieces *p, int root, struct ho_matte *piece,
                                 struct ho_diag *diag)
{
    struct flood f = {0};
    bool *chosen = ho_alloc((size_t)p->n + 1, sizeof *chosen);
    if (!chosen)
        return ho_fail_memory(diag, (size_t)p->n);
    chosen[root] = true;
    enum ho_result result = flood_pieces(matte, p, chosen, false, &f, diag);
    for (size_t i = 0; i < f.n && result == HO_OK; i++) {
        uint16_t *from = &matte->data[(size_t)f.spot[i].y * matte->stride + f.spot[i].x];
        piece->data[(size_t)f.spot[i].y * piece->stride + f.spot[i].x] = *from;
        *from = 0;
    }
    free(chosen);
    flood_free(&f);
    return result;
}

enum ho_result ho_take_piece(struct ho_matte *matte, int x, int y, float share, struct ho_matte *piece, bool *is_taken,
                             struct ho_diag *diag)
{
    struct pieces p = {0};
    double limit = (double)share * (double)ho_matte_area(matte);
    *is_taken = false;
    ho_matte_clear(piece);
    enum ho_result result = find_pieces(matte, true, 1, &p, diag);
    int run = result == HO_OK ? run_at(&p, x, y) : -1, root = run < 0 ? -1 : root_of(p.run, run);
    if (root >= 0 && (double)p.area[root] <= limit) {
        result = move_piece(matte, &p, root, piece, diag);
        *is_taken = result == HO_OK;
    }
    pieces_free(&p);
    return result;
}
