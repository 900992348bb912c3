// SPDX-License-Identifier: BSD-2-Clause
// What Pango would do silently: draw in another font than the one that was asked for, or no letter at all.
#include "nodes/text_fonts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

// Names that stand for whatever the system has.
static bool is_generic(const char *family)
{
    static const char *const names[] = {"sans",      "sans-serif", "serif",   "mono",
                                        "monospace", "cursive",    "fantasy", "system-ui"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcasecmp(family, names[i]) == 0)
            return true;
    return false;
}

// The installed family of this name; else, with `like`, up to three whose names share its first word.
static bool find_family(PangoContext *context, const char *family, char *like, size_t size)
{
    PangoFontFamily **families;
    int n, n_like = 0;
    bool found = false;
    size_t word = strcspn(family, " ");
    pango_context_list_families(context, &families, &n);
    for (int i = 0; i < n && !found; i++) {
        const char *name = pango_font_family_get_name(families[i]);
        found = strcasecmp(name, family) == 0;
        if (word > 2 && strncasecmp(name, family, word) == 0 && n_like < 3) {
            size_t length = strlen(like);
            snprintf(like + length, size - length, "%s\"%s\"", n_like++ ? ", " : "; there are ", name);
        }
    }
    g_free(families);
    return found;
}

// The family that a run is drawn in. malloc'd.
static char *family_of(PangoFont *font)
{
    PangoFontDescription *description = pango_font_describe(font);
    char *family = ho_strdup(pango_font_description_get_family(description));
    pango_font_description_free(description);
    return family;
}

// The first character that no font has, and the first that is drawn in another than `family`; 0: none.
struct found {
    gunichar nowhere, elsewhere;
    char *where;    // family of `elsewhere`
};

static void look_at_run(PangoLayout *layout, PangoLayoutRun *run, const char *family, struct found *out)
{
    const char *text = pango_layout_get_text(layout) + run->item->offset;
    for (int i = 0; i < run->glyphs->num_glyphs; i++) {
        gunichar c = g_utf8_get_char(text + run->glyphs->log_clusters[i]);
        if (run->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG && !out->nowhere && !g_unichar_isspace(c))
            out->nowhere = c;
    }
    gunichar first = g_utf8_get_char(text);
    char *own = family_of(run->item->analysis.font);
    if (own && family && !out->elsewhere && strcasecmp(own, family) != 0 && g_unichar_isgraph(first)) {
        out->elsewhere = first;
        out->where = own;
        return;
    }
    free(own);
}

static void append(char **said, char *more)
{
    char *both = *said && more ? ho_format("%s; %s", *said, more) : NULL;
    if (both) {
        free(*said);
        free(more);
        *said = both;
    } else if (more && !*said) {
        *said = more;
    }
}

static char *letter(gunichar c)
{
    char utf8[8] = "";
    utf8[g_unichar_to_utf8(c, utf8)] = 0;
    return ho_format("\"%s\" (U+%04X)", utf8, c);
}

char *text_fonts_said(PangoLayout *layout, bool markup)
{
    const PangoFontDescription *font = pango_layout_get_font_description(layout);
    PangoContext *context = pango_layout_get_context(layout);
    const char *family = pango_font_description_get_family(font);
    char like[256] = "", *said = NULL;
    bool is_plain = family && !strchr(family, ',') && !is_generic(family);
    PangoFont *loaded = pango_context_load_font(context, font);
    char *drawn = loaded ? family_of(loaded) : NULL;
    if (is_plain && drawn && !find_family(context, family, like, sizeof(like)) && strcasecmp(drawn, family) != 0)
        append(&said, ho_format("there is no font \"%s\" here, and \"%s\" is drawn instead%s", family, drawn, like));
    struct found found = {0};
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    do {
        PangoLayoutRun *run = pango_layout_iter_get_run_readonly(iter);
        if (run)
            look_at_run(layout, run, is_plain && !markup ? drawn : NULL, &found);
    } while (pango_layout_iter_next_run(iter));
    pango_layout_iter_free(iter);
    char *nowhere = found.nowhere ? letter(found.nowhere) : NULL,
         *elsewhere = found.elsewhere && found.elsewhere != found.nowhere ? letter(found.elsewhere) : NULL;
    if (nowhere)
        append(&said, ho_format("no installed font has %s, which is drawn as a box", nowhere));
    if (elsewhere)
        append(&said, ho_format("\"%s\" has no %s, which is drawn in \"%s\"", drawn, elsewhere, found.where));
    free(nowhere);
    free(elsewhere);
    free(found.where);
    free(drawn);
    if (loaded)
        g_object_unref(loaded);
    return said;
}
