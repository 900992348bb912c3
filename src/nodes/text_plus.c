// SPDX-License-Identifier: BSD-2-Clause
// Titles. Laid out and drawn when a value changes, not for each frame.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define XXH_STATIC_LINKING_ONLY    // for a state on the stack
#include <xxhash.h>

#include "base/memory.h"
#include "graph/rects.h"
#include "holdout/log.h"
#include "nodes/generator.h"
#include "nodes/nodes.h"
#include "nodes/text_layout.h"

enum {
    TEXT,
    MARKUP,
    FONT,
    SIZE,
    TRACKING,
    LINE_SPACING,
    ALIGN,
    WRAP,
    POSITION,
    ROTATION,
    COLOUR,
    OUTLINE,
    OUTLINE_COLOUR,
    SHADOW_COLOUR,
    SHADOW_OFFSET,
    SHADOW_BLUR,
    WRITE_ON_START,
    WRITE_ON_END,
    FIT,
    WIDTH,
    HEIGHT,
    N_DRAWN,
    MASK_INVERT = N_DRAWN,    // what decides about the letters, then the mask
};
static const char *const alignments[] = {"left", "centre", "right", NULL};

struct title {
    uint64_t hash;    // of the values it was drawn from
    struct ho_rect rect;
    struct ho_picture *picture;    // R, G, B, A premultiplied, on `rect`; NULL: nothing to see
    int width, height;
    char *said;    // about fonts and places, the last time
};

static void size_of(const struct ho_node_context *context, int *width, int *height)
{
    int w = (int)context->value[WIDTH].number[0], h = (int)context->value[HEIGHT].number[0];
    *width = w ? w : context->host->width;
    *height = h ? h : context->host->height;
}

static uint64_t hash_values(const struct ho_node_context *context, int width, int height)
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (int i = 0; i < N_DRAWN; i++) {
        XXH3_64bits_update(&state, context->value[i].number, sizeof(context->value[i].number));
        XXH3_64bits_update(&state, context->value[i].text, strlen(context->value[i].text) + 1);
    }
    int size[2] = {width, height};
    XXH3_64bits_update(&state, size, sizeof(size));
    return XXH3_64bits_digest(&state);
}

// ---- colouring

// Lays a colour under what is there: the picture stays on top.
static void under(struct ho_picture *picture, const struct ho_picture *coverage, int dx, int dy, const double colour[4])
{
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++) {
            int u = x - dx, v = y - dy;
            if (u < 0 || v < 0 || u >= coverage->width || v >= coverage->height)
                continue;
            ptrdiff_t at = (ptrdiff_t)y * picture->stride + x;
            float weight = coverage->plane[0][(ptrdiff_t)v * coverage->stride + u] * (float)colour[3] *
                           (1.0f - picture->plane[3][at]);
            for (int p = 0; p < 3; p++)
                picture->plane[p][at] += (float)colour[p] * weight;
            picture->plane[3][at] += weight;
        }
}

// Three box blurs, each of the same odd width: within 3% of a Gaussian of this sigma (Wells, PAMI 1986).
static void blur_line(float *line, float *copy, int n, ptrdiff_t step, int radius)
{
    for (int pass = 0; pass < 3; pass++) {
        for (int i = 0; i < n; i++)
            copy[i] = line[i * step];
        double sum = 0;
        for (int i = -radius; i <= radius; i++)
            sum += i >= 0 && i < n ? (double)copy[i] : 0;
        for (int i = 0; i < n; i++) {
            line[i * step] = (float)(sum / (2 * radius + 1));
            sum += (i + radius + 1 < n ? (double)copy[i + radius + 1] : 0) -
                   (i - radius >= 0 ? (double)copy[i - radius] : 0);
        }
    }
}

static int blur_radius(double sigma) { return (int)floor((sqrt(4 * sigma * sigma + 1) - 1) / 2 + 0.5); }

// `pad` pixels larger than the coverage on each side.
static enum ho_result blurred(const struct ho_picture *coverage, double sigma, int pad, struct ho_picture **out,
                              struct ho_diag *diag)
{
    int radius = blur_radius(sigma),
        longest = (coverage->width > coverage->height ? coverage->width : coverage->height) + 2 * pad;
    HO_TRY(ho_picture_create(coverage->width + 2 * pad, coverage->height + 2 * pad, 1, out, diag));
    float *line = ho_alloc((size_t)longest, sizeof(*line));
    if (!line) {
        ho_picture_destroy(out);
        return ho_fail_memory(diag, (size_t)longest * sizeof(*line));
    }
    struct ho_picture *blur = *out;
    memset(blur->plane[0], 0, (size_t)blur->stride * (size_t)blur->height * sizeof(float));
    for (int y = 0; y < coverage->height; y++)
        memcpy(blur->plane[0] + (ptrdiff_t)(y + pad) * blur->stride + pad,
               coverage->plane[0] + (ptrdiff_t)y * coverage->stride, (size_t)coverage->width * sizeof(float));
    for (int y = 0; y < blur->height && radius; y++)
        blur_line(blur->plane[0] + (ptrdiff_t)y * blur->stride, line, blur->width, 1, radius);
    for (int x = 0; x < blur->width && radius; x++)
        blur_line(blur->plane[0] + x, line, blur->height, blur->stride, radius);
    free(line);
    return HO_OK;
}

// Where the shadow falls: dx, dy away, `border` pixels wider on each side.
struct shadow {
    bool there;
    double sigma;
    int dx, dy, border;
};

static struct shadow shadow_of(const struct ho_value *v, int width, int height)
{
    double sigma = v[SHADOW_BLUR].number[0] * height;
    return (struct shadow){.there = v[SHADOW_COLOUR].number[3] > 0,
                           .sigma = sigma,
                           .dx = (int)lround(v[SHADOW_OFFSET].number[0] * width),
                           .dy = (int)lround(v[SHADOW_OFFSET].number[1] * height),
                           .border = 3 * blur_radius(sigma) + 1};
}

static struct ho_rect moved(struct ho_rect r, int dx, int dy)
{
    return (struct ho_rect){r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy};
}

// The frame, and what lies outside it but throws its shadow into it.
static struct ho_rect room_of(const struct shadow *shadow, struct ho_rect frame)
{
    return shadow->there
               ? rect_or(frame, rect_grown(moved(frame, -shadow->dx, -shadow->dy), shadow->border, shadow->border))
               : frame;
}

static void put(const struct ho_picture *from, int dx, int dy, struct ho_picture *to)
{
    int x0 = dx > 0 ? dx : 0, x1 = dx + from->width < to->width ? dx + from->width : to->width;
    for (int p = 0; p < to->n_planes; p++)
        for (int y = 0; y < to->height && x0 < x1; y++)
            if (y >= dy && y < dy + from->height)
                memcpy(to->plane[p] + (ptrdiff_t)y * to->stride + x0,
                       from->plane[p] + (ptrdiff_t)(y - dy) * from->stride + (x0 - dx),
                       (size_t)(x1 - x0) * sizeof(float));
}

static enum ho_result colour_layers(const struct ho_node_context *context, const struct text_layers *layers,
                                    const struct shadow *cast, struct title *title, struct ho_diag *diag)
{
    const struct ho_value *v = context->value;
    struct ho_picture *shadow = NULL;
    title->rect = layers->rect;
    if (cast->there)
        title->rect = rect_or(title->rect,
                              rect_grown(moved(layers->rect, cast->dx, cast->dy), cast->border, cast->border));
    title->rect = rect_and(title->rect, (struct ho_rect){0, 0, title->width, title->height});
    if (rect_empty(title->rect))
        return HO_OK;
    if (cast->there)
        HO_TRY(blurred(layers->outline ? layers->outline : layers->fill, cast->sigma, cast->border, &shadow, diag));
    enum ho_result result = ho_picture_create(title->rect.x1 - title->rect.x0, title->rect.y1 - title->rect.y0, 4,
                                              &title->picture, diag);
    if (result == HO_OK) {
        struct ho_picture *picture = title->picture;
        for (int p = 0; p < 4; p++)
            memset(picture->plane[p], 0, (size_t)picture->stride * (size_t)picture->height * sizeof(float));
        int x = layers->rect.x0 - title->rect.x0, y = layers->rect.y0 - title->rect.y0;
        if (layers->colours)
            put(layers->colours, x, y, picture);
        else
            under(picture, layers->fill, x, y, v[COLOUR].number);
        if (layers->outline)
            under(picture, layers->outline, x, y, v[OUTLINE_COLOUR].number);
        if (shadow)
            under(picture, shadow, x + cast->dx - cast->border, y + cast->dy - cast->border, v[SHADOW_COLOUR].number);
    }
    ho_picture_destroy(&shadow);
    return result;
}

// ---- the node

static enum ho_result open_title(struct ho_node_context *context, struct ho_diag *diag)
{
    context->state = ho_alloc(1, sizeof(struct title));
    return context->state ? HO_OK : ho_fail_memory(diag, sizeof(struct title));
}

static void close_title(struct ho_node_context *context)
{
    struct title *title = context->state;
    if (title) {
        ho_picture_destroy(&title->picture);
        free(title->said);
    }
    free(title);
    context->state = NULL;
}

// Once, as long as it is the same. A title that moves may come from outside.
static void say(const struct ho_node_context *context, const struct text_layers *layers, struct title *title)
{
    bool leaves = layers->outside > 0 && context->next_value == context->value;
    char *place = leaves
                      ? ho_format("the text leaves the frame by %d pixels; make it smaller, break its lines (wrap), or "
                                  "let it fit (fit=true; holdout comp --fit)",
                                  layers->outside)
                      : NULL;
    char *said = ho_format("%s%s%s", layers->fonts_said ? layers->fonts_said : "",
                           layers->fonts_said && place ? "; " : "", place ? place : "");
    free(place);
    if (said && *said && (!title->said || strcmp(title->said, said) != 0))
        ho_log(HO_LOG_WARNING, "node \"%s\": %s", context->id, said);
    free(title->said);
    title->said = said;
}

static enum ho_result prepare(struct ho_node_context *context, uint64_t *identity, struct ho_diag *diag)
{
    struct title *title = context->state;
    const struct ho_value *v = context->value;
    int width, height;
    size_of(context, &width, &height);
    uint64_t hash = hash_values(context, width, height);
    *identity = hash;
    if (hash == title->hash)
        return HO_OK;
    ho_picture_destroy(&title->picture);
    *title = (struct title){.width = width, .height = height, .said = title->said};
    struct text_style style = {
        .text = v[TEXT].text,
        .markup = v[MARKUP].number[0] != 0,
        .font = v[FONT].text,
        .size = v[SIZE].number[0] * height,
        .tracking = v[TRACKING].number[0],
        .line_spacing = v[LINE_SPACING].number[0],
        .align = (int)v[ALIGN].number[0],
        .wrap = v[WRAP].number[0] * width,
        .x = v[POSITION].number[0] * width,
        .y = v[POSITION].number[1] * height,
        .rotation = v[ROTATION].number[0],
        .outline = v[OUTLINE].number[0] * height,
        .reveal_from = v[WRITE_ON_START].number[0],
        .reveal_to = v[WRITE_ON_END].number[0],
        .width = width,
        .height = height,
        .fit = v[FIT].number[0] != 0,
    };
    memcpy(style.colour, v[COLOUR].number, sizeof(style.colour));
    struct shadow shadow = shadow_of(v, width, height);
    struct text_layers layers;
    struct ho_diag inner = {0};
    if (text_draw(&style, room_of(&shadow, (struct ho_rect){0, 0, width, height}), &layers, &inner) != HO_OK)
        return ho_fail(diag, inner.result, "node \"%s\": %s", context->id, inner.message);
    say(context, &layers, title);
    enum ho_result result = layers.fill ? colour_layers(context, &layers, &shadow, title, diag) : HO_OK;
    text_layers_clear(&layers);
    if (result == HO_OK)
        title->hash = hash;
    return result;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    const struct title *title = context->state;
    size_of(context, &out->width, &out->height);
    out->window = title->picture ? title->rect : (struct ho_rect){0};
    generator_domain(context, MASK_INVERT, out);
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    const struct title *title = context->state;
    for (int p = 0; p < 4; p++)
        for (int y = out->rect.y0; y < out->rect.y1; y++)
            memcpy(ho_tile_row(out, p, y),
                   title->picture->plane[p] + (ptrdiff_t)(y - title->rect.y0) * title->picture->stride +
                       (out->rect.x0 - title->rect.x0),
                   (size_t)(out->rect.x1 - out->rect.x0) * sizeof(float));
    generator_cut(context, MASK_INVERT, &in[0], out);
    return HO_OK;
}

const struct ho_node text_plus_node = {
    .type =
        {
            .name = "text_plus",
            .label = "Text+",
            .help = "a title: any font and script, outline, shadow, write-on",
            .pages = HO_PAGE_FUSION,
            .inputs = HO_GENERATOR_INPUTS,
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the letters over nothing"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"text",
                     HO_PARAMETER_TEXT,
                     "",
                     0,
                     0,
                     0,
                     0,
                     {0},
                     "Title",
                     NULL,
                     "what to write; lines end with a newline"},
                    {"markup",
                     HO_PARAMETER_BOOLEAN,
                     "",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "the text is Pango markup: <b>, <i>, <span foreground=...>"},
                    {"font",
                     HO_PARAMETER_TEXT,
                     "",
                     0,
                     0,
                     0,
                     0,
                     {0},
                     "Sans Bold",
                     NULL,
                     "family and style of an installed font"},
                    {"size",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     10,
                     0,
                     0.5,
                     {0.12},
                     NULL,
                     NULL,
                     "height of the font, as share of the frame's height"},
                    {"tracking",
                     HO_PARAMETER_NUMBER,
                     "em",
                     -1,
                     10,
                     -0.2,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "space added between letters"},
                    {"line_spacing",
                     HO_PARAMETER_NUMBER,
                     "factor",
                     0,
                     10,
                     0.5,
                     3,
                     {1},
                     NULL,
                     NULL,
                     "distance of lines; 1 is the font's own"},
                    {"align", HO_PARAMETER_CHOICE, "", 0, 2, 0, 2, {1}, NULL, alignments, "of the lines of one text"},
                    {"wrap",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     10,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "longest line, as share of the frame's width; 0: lines end where the text says"},
                    {"position",
                     HO_PARAMETER_POINT,
                     "share",
                     -10,
                     10,
                     0,
                     1,
                     {0.5, 0.5},
                     NULL,
                     NULL,
                     "of the middle of the text"},
                    {"rotation",
                     HO_PARAMETER_NUMBER,
                     "deg",
                     -36000,
                     36000,
                     -180,
                     180,
                     {0},
                     NULL,
                     NULL,
                     "counter-clockwise about that middle"},
                    {"colour",
                     HO_PARAMETER_COLOUR,
                     "",
                     -16,
                     16,
                     0,
                     1,
                     {1, 1, 1, 1},
                     NULL,
                     NULL,
                     "of the letters; colours in the markup win"},
                    {"outline",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     0.02,
                     {0},
                     NULL,
                     NULL,
                     "width of the outline, as share of the frame's height"},
                    {"outline_colour",
                     HO_PARAMETER_COLOUR,
                     "",
                     -16,
                     16,
                     0,
                     1,
                     {0, 0, 0, 1},
                     NULL,
                     NULL,
                     "of the outline"},
                    {"shadow_colour",
                     HO_PARAMETER_COLOUR,
                     "",
                     -16,
                     16,
                     0,
                     1,
                     {0, 0, 0, 0},
                     NULL,
                     NULL,
                     "of the shadow; alpha 0: none"},
                    {"shadow_offset",
                     HO_PARAMETER_POINT,
                     "share",
                     -1,
                     1,
                     -0.05,
                     0.05,
                     {0.004, 0.007},
                     NULL,
                     NULL,
                     "of the shadow, to the right and down"},
                    {"shadow_blur",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     0.5,
                     0,
                     0.05,
                     {0.006},
                     NULL,
                     NULL,
                     "sigma of the shadow's softness, as share of the frame's height"},
                    {"write_on_start",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "characters before this share are hidden"},
                    {"write_on_end",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     1,
                     {1},
                     NULL,
                     NULL,
                     "characters after this share are hidden; keyframes from 0 to 1 write it on"},
                    {"fit",
                     HO_PARAMETER_BOOLEAN,
                     "",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "smaller than size says where the text would leave the frame"},
                    {"width",
                     HO_PARAMETER_INTEGER,
                     "px",
                     0,
                     32768,
                     0,
                     3840,
                     {0},
                     NULL,
                     NULL,
                     "0: that of the graph's main source"},
                    {"height",
                     HO_PARAMETER_INTEGER,
                     "px",
                     0,
                     32768,
                     0,
                     2160,
                     {0},
                     NULL,
                     NULL,
                     "0: that of the graph's main source"},
                    HO_GENERATOR_PARAMETERS,
                    {0},
                },
            .reference = NULL,    // depends on the fonts at hand: tests/unit/text.c
        },
    .open = open_title,
    .close = close_title,
    .prepare = prepare,
    .domain = domain,
    .process = process,
};
