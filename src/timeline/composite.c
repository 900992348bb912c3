// SPDX-License-Identifier: BSD-2-Clause
// Names of composite modes and fits.
#include <ctype.h>

#include "timeline/internal.h"

static const char *const modes[HO_N_COMPOSITES] = {
    [HO_COMPOSITE_NORMAL] = "Normal",
    [HO_COMPOSITE_ADD] = "Add",
    [HO_COMPOSITE_SCREEN] = "Screen",
    [HO_COMPOSITE_MULTIPLY] = "Multiply",
    [HO_COMPOSITE_OVERLAY] = "Overlay",
    [HO_COMPOSITE_SOFT_LIGHT] = "Soft Light",
    [HO_COMPOSITE_HARD_LIGHT] = "Hard Light",
    [HO_COMPOSITE_DARKEN] = "Darken",
    [HO_COMPOSITE_LIGHTEN] = "Lighten",
    [HO_COMPOSITE_DIFFERENCE] = "Difference",
    [HO_COMPOSITE_SUBTRACT] = "Subtract",
    [HO_COMPOSITE_FOREGROUND] = "Foreground",
    [HO_COMPOSITE_LUMA] = "Luma",
    [HO_COMPOSITE_INVERTED_LUMA] = "Inverted Luma",
    [HO_COMPOSITE_ALPHA] = "Alpha",
    [HO_COMPOSITE_INVERTED_ALPHA] = "Inverted Alpha",
};

static const char *const fits[HO_N_FITS] = {
    [HO_FIT_LETTERBOX] = "Letterbox",
    [HO_FIT_CROP] = "Crop",
    [HO_FIT_STRETCH] = "Stretch",
    [HO_FIT_CENTRE] = "Centre",
};

static bool is_separator(char c) { return c == ' ' || c == '-' || c == '_'; }

// "soft-light", "Soft Light" and "SOFTLIGHT" are one.
static bool is_same_name(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (is_separator(*a))
            a++;
        while (is_separator(*b))
            b++;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (!*a)
            return true;
    }
}

static int find_name(const char *const *names, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (is_same_name(names[i], name))
            return i;
    return -1;
}

const char *ho_composite_name(enum ho_composite mode)
{
    return (unsigned)mode < HO_N_COMPOSITES ? modes[mode] : "unknown";
}

bool ho_composite_parse(const char *name, enum ho_composite *out)
{
    int found = find_name(modes, HO_N_COMPOSITES, name);
    if (found >= 0)
        *out = (enum ho_composite)found;
    return found >= 0;
}

bool ho_composite_is_matte(enum ho_composite mode)
{
    return mode >= HO_COMPOSITE_LUMA && mode <= HO_COMPOSITE_INVERTED_ALPHA;
}

const char *ho_fit_name(enum ho_fit fit) { return (unsigned)fit < HO_N_FITS ? fits[fit] : "unknown"; }

bool ho_fit_parse(const char *name, enum ho_fit *out)
{
    int found = find_name(fits, HO_N_FITS, name);
    if (found >= 0)
        *out = (enum ho_fit)found;
    return found >= 0;
}
