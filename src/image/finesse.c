// SPDX-License-Identifier: BSD-2-Clause
#include "holdout/matte.h"

#include <math.h>

#include "image/finesse_table.h"
#include "image/kernels.h"

#define ROW(field, name, unit, min, max, slider_min, slider_max, value, help) \
    {name, unit, help, min, max, value, offsetof(struct ho_finesse, field)},
static const struct ho_finesse_parameter parameters[] = {HO_FINESSE_TABLE(ROW)};
enum { N_PARAMETERS = sizeof parameters / sizeof *parameters };

const struct ho_finesse_parameter *ho_finesse_parameters(size_t *n)
{
    *n = N_PARAMETERS;
    return parameters;
}

static float *field(struct ho_finesse *finesse, const struct ho_finesse_parameter *p)
{
    return (float *)(void *)((char *)finesse + p->offset);
}

static float value_of(const struct ho_finesse *finesse, const struct ho_finesse_parameter *p)
{
    return *(const float *)(const void *)((const char *)finesse + p->offset);
}

void ho_finesse_default(struct ho_finesse *finesse)
{
    for (int i = 0; i < N_PARAMETERS; i++)
        *field(finesse, &parameters[i]) = parameters[i].value;
}

static bool differs(float a, float b) { return a < b || a > b; }

static bool is_spatial_identity(const struct ho_finesse *f)
{
    // A speck is at least a pixel wide, and a ratio without a feather means nothing.
    return f->black_clip <= 0 && f->white_clip >= 1 && !differs(f->gamma, 1) && f->clean_black < 1 &&
           f->clean_white < 1 && f->fill_holes <= 0 && f->remove_dots <= 0 && !differs(f->grow, 0) && f->feather <= 0;
}

// Zero stands for the default where it could mean nothing else.
static struct ho_finesse filled(const struct ho_finesse *given)
{
    struct ho_finesse f = *given;
    for (int i = 0; i < N_PARAMETERS; i++)
        if (parameters[i].min > 0 && *field(&f, &parameters[i]) == 0)
            *field(&f, &parameters[i]) = parameters[i].value;
    return f;
}

bool ho_finesse_is_identity(const struct ho_finesse *given)
{
    const struct ho_finesse own = filled(given), *finesse = &own;
    return is_spatial_identity(finesse) && finesse->smooth <= 0;
}

enum ho_result ho_finesse_check(const struct ho_finesse *given, struct ho_diag *diag)
{
    const struct ho_finesse own = filled(given), *finesse = &own;
    for (int i = 0; i < N_PARAMETERS; i++) {
        const struct ho_finesse_parameter *p = &parameters[i];
        float v = value_of(finesse, p);
        if (!(v >= p->min && v <= p->max))
            return ho_fail(diag, HO_ERROR_USAGE, "%s is %g%s%s: it must lie between %g and %g", p->name, (double)v,
                           *p->unit ? " " : "", p->unit, (double)p->min, (double)p->max);
    }
    if (finesse->white_clip <= finesse->black_clip)
        return ho_fail(diag, HO_ERROR_USAGE, "white-clip is %g and black-clip is %g: white-clip must be the larger one",
                       (double)finesse->white_clip, (double)finesse->black_clip);
    return HO_OK;
}

// Grows and feathers. The ratio moves the edge by up to half the feather before it is blurred; two moves the same way
// are one.
static enum ho_result edge(const struct ho_finesse *f, struct ho_matte *matte, int n_threads, struct ho_diag *diag)
{
    float first = f->grow, second = f->feather > 0 ? 0.5f * f->in_out_ratio * f->feather : 0;
    if (first * second >= 0) {
        first += second;
        second = 0;
    }
    if (differs(first, 0))
        HO_TRY(ho_grow(matte, first, n_threads, diag));
    if (differs(second, 0))
        HO_TRY(ho_grow(matte, second, n_threads, diag));
    return ho_blur(matte, f->feather / 3.0f, n_threads, diag);
}

static enum ho_result apply(const struct ho_finesse *f, struct ho_matte *matte, int n_threads, struct ho_diag *diag)
{
    if (f->clean_black >= 1)
        HO_TRY(ho_open(matte, f->clean_black, n_threads, diag));
    if (f->clean_white >= 1)
        HO_TRY(ho_close(matte, f->clean_white, n_threads, diag));
    if (f->fill_holes > 0)
        HO_TRY(ho_fill_holes(matte, f->fill_holes, diag));
    if (f->remove_dots > 0)
        HO_TRY(ho_remove_dots(matte, f->remove_dots, diag));
    return edge(f, matte, n_threads, diag);
}

enum ho_result ho_finesse_apply(const struct ho_finesse *given, struct ho_picture *key, int n_threads,
                                struct ho_diag *diag)
{
    const struct ho_finesse own = filled(given), *finesse = &own;
    HO_TRY(ho_finesse_check(finesse, diag));
    if (key->n_planes != 1)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "a matte's finesse was asked for on a picture of %d planes: it works on a key of one",
                       key->n_planes);
    if (is_spatial_identity(finesse))
        return HO_OK;
    struct ho_matte *matte = NULL;
    HO_TRY(ho_matte_create(key->width, key->height, &matte, diag));
    enum ho_result result = ho_levels(key, finesse->black_clip, finesse->white_clip, finesse->gamma, matte, n_threads,
                                      diag);
    if (result == HO_OK)
        result = apply(finesse, matte, n_threads, diag);
    if (result == HO_OK)
        ho_matte_to_picture(matte, key);
    ho_matte_destroy(&matte);
    return result;
}
