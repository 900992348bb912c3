// SPDX-License-Identifier: BSD-2-Clause
// holdout comp: a saved matte put to use in one line: text behind the subject, another background, a cut-out.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "colours.h"
#include "rendering.h"

struct values {
    struct cli_common common;
    const char *matte, *text, *font, *at, *colour, *background, *template_name, *frame, *bank;
    float size;
    bool fit, clean_edges;
    struct cli_edits edits;
    struct cli_source_options source;
    struct cli_render_options render;
};

static void defaults(void *opaque)
{
    struct values *values = opaque;
    cli_render_defaults(&values->render);
    values->size = 0.25f;
}

static enum ho_result set_colour(struct ho_graph *graph, const char *id, const char *text, const char *option,
                                 struct ho_diag *diag)
{
    double colour[4];
    if (!cli_colour_parse(text, colour))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s %.80s is no colour: write #rrggbb, #rrggbbaa, or a name of CSS as white or teal", option,
                       text);
    return ho_graph_set(graph, id, "colour", colour, 4, diag);
}

// Another background goes below the title; the patch then brings the subject alone.
static enum ho_result set_background(struct ho_graph *graph, const char *background, struct ho_diag *diag)
{
    bool file = access(background, F_OK) == 0 || strpbrk(background, "/%*?.") != NULL;
    HO_TRY(ho_graph_add(graph, file ? "media_in" : "background", "backdrop", diag));
    HO_TRY(file ? ho_graph_set_text(graph, "backdrop", "file", background, diag)
                : set_colour(graph, "backdrop", background, "--background", diag));
    return ho_graph_connect(graph, "backdrop", "image", "behind", "background", diag);
}

// In pixels of the source: the graph wants shares, so the source is asked for its size.
static enum ho_result set_place(struct ho_graph *graph, const char *source, const char *at,
                                const struct cli_context *context, struct ho_diag *diag)
{
    float x, y;
    int used = 0;
    if (sscanf(at, "%f,%f%n", &x, &y, &used) != 2 || at[used])
        return ho_fail(diag, HO_ERROR_USAGE, "--at %.40s: write the place as X,Y in pixels of the source", at);
    struct ho_reader_options options = {.cancel = context->cancel};
    struct ho_source_info *info = calloc(1, sizeof(*info));
    if (!info)
        return ho_fail(diag, HO_ERROR_MEMORY, "out of memory");
    enum ho_result result = ho_source_probe(source, &options, info, diag);
    double share[2] = {result == HO_OK ? (double)x / info->width : 0, result == HO_OK ? (double)y / info->height : 0};
    free(info);
    HO_TRY(result);
    return ho_graph_set(graph, "title", "position", share, 2, diag);
}

static enum ho_result set_title(struct ho_graph *graph, const struct values *values, const struct cli_context *context,
                                struct ho_diag *diag)
{
    if (!values->text)
        return ho_graph_enable(graph, "title", false, diag);
    HO_TRY(ho_graph_set_text(graph, "title", "text", values->text, diag));
    HO_TRY(ho_graph_set(graph, "title", "size", (double[]){(double)values->size}, 1, diag));
    if (values->fit)
        HO_TRY(ho_graph_set_text(graph, "title", "fit", "true", diag));
    if (values->font)
        HO_TRY(ho_graph_set_text(graph, "title", "font", values->font, diag));
    if (values->colour)
        HO_TRY(set_colour(graph, "title", values->colour, "--colour", diag));
    return values->at ? set_place(graph, context->operands[0], values->at, context, diag) : HO_OK;
}

// Between the footage and where its subject is cut out.
static enum ho_result clean_edges(struct ho_graph *graph, bool patch, struct ho_diag *diag)
{
    HO_TRY(ho_graph_add(graph, "edge_colour", "edges", diag));
    HO_TRY(ho_graph_connect(graph, patch ? "footage" : "source", "image", "edges", "image", diag));
    HO_TRY(ho_graph_connect(graph, patch ? "mask" : "matte", "key", "edges", "key", diag));
    return ho_graph_connect(graph, "edges", "image", patch ? "patch" : "corrector", "image", diag);
}

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    struct values *values = opaque;
    context->operands[0] = cli_source_name(&values->source, context->operands[0]);
    const char *name = values->template_name ? values->template_name : "patch";
    bool patch = strcmp(name, "patch") == 0;
    if (!patch && strcmp(name, "isolate") != 0)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "--template wants patch or isolate, not '%.40s' (see holdout graph for others)", name);
    if (patch && !values->text && !values->background)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "say what to put behind the subject: --text TEXT, --background FILE or COLOUR, or both");
    if (!patch && (values->text || values->background))
        return ho_fail(diag, HO_ERROR_USAGE, "--template isolate makes a cut-out, without text and background");
    struct ho_graph *graph = NULL;
    HO_TRY(ho_graph_template(name, &graph, diag));
    enum ho_result result = ho_graph_set_text(graph, patch ? "footage" : "source", "file", context->operands[0], diag);
    if (result == HO_OK)
        result = ho_graph_set_text(graph, "matte", "file", values->matte, diag);
    if (result == HO_OK && patch)
        result = set_title(graph, values, context, diag);
    if (result == HO_OK && values->background)
        result = set_background(graph, values->background, diag);
    if (result == HO_OK && values->clean_edges)
        result = clean_edges(graph, patch, diag);
    if (result == HO_OK)
        result = cli_apply_edits(&values->edits, graph, diag);
    if (result == HO_OK)
        result = cli_render(context, graph, &values->render, &values->source, NULL, values->bank, values->frame, diag);
    ho_graph_destroy(&graph);
    return result;
}

static const struct cli_option options[] = {
    {.name = "matte",
     .kind = CLI_TEXT,
     .argument = "MOVIE",
     .offset = offsetof(struct values, matte),
     .words = "FILE",
     .required = true,
     .help = "the saved luma matte of SOURCE"},
    {.name = "text",
     .kind = CLI_TEXT,
     .argument = "TEXT",
     .offset = offsetof(struct values, text),
     .help = "a title between the subject and what is behind it"},
    {.name = "font",
     .kind = CLI_TEXT,
     .argument = "FONT",
     .offset = offsetof(struct values, font),
     .help = "an installed font, as \"DejaVu Sans Bold\""},
    {.name = "size",
     .kind = CLI_NUMBER,
     .argument = "N",
     .offset = offsetof(struct values, size),
     .min = 0.001,
     .max = 10,
     .help = "height of the font as share of the frame's height; default 0.25"},
    {.name = "fit",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, fit),
     .help = "make the title smaller where it would leave the frame"},
    {.name = "clean-edges",
     .kind = CLI_FLAG,
     .offset = offsetof(struct values, clean_edges),
     .help = "take the old background's colour out of the subject's hair and soft edges"},
    {.name = "at",
     .kind = CLI_TEXT,
     .argument = "X,Y",
     .offset = offsetof(struct values, at),
     .help = "where the middle of the title stands, in pixels of the source; default: the middle"},
    {.name = "colour",
     .kind = CLI_TEXT,
     .argument = "COLOUR",
     .offset = offsetof(struct values, colour),
     .help = "of the title: #rrggbb, #rrggbbaa, or a name of CSS; default white"},
    {.name = "background",
     .kind = CLI_TEXT,
     .argument = "FILE|COLOUR",
     .offset = offsetof(struct values, background),
     .words = "FILE",
     .help = "what replaces everything but the subject"},
    {.name = "template",
     .kind = CLI_TEXT,
     .argument = "NAME",
     .offset = offsetof(struct values, template_name),
     .words = "patch isolate",
     .help = "patch (default): text or a background behind the subject; isolate: the subject with alpha"},
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct values, bank),
     .words = "FOLDER",
     .help = "where scans of sources are remembered"},
    {.name = "frame",
     .kind = CLI_TEXT,
     .argument = "F",
     .offset = offsetof(struct values, frame),
     .help = "this frame only, as one picture"},
    {0},
};
static const struct cli_binding bindings[] = {
    {.title = "What to put together", .options = options},
    {.title = "The source", .options = cli_source_options, .offset = offsetof(struct values, source)},
    {.title = "More of the graph", .options = cli_edit_options, .offset = offsetof(struct values, edits)},
    {.title = "What to write", .options = cli_render_options, .offset = offsetof(struct values, render)},
    {0},
};

extern const struct cli_command cli_comp;
const struct cli_command cli_comp = {
    .name = "comp",
    .summary = "reuse a saved matte: text behind the subject, another background, a cut-out",
    .synopsis = "SOURCE --matte MOVIE -o OUT [options]",
    .text = "Puts SOURCE together with its saved matte. Matte and source are matched by timecode where both have one, "
            "by frame number\n"
            "otherwise. Where nothing is laid over the source, its code values pass through untouched. It is the "
            "template of holdout graph\n"
            "with its values filled in: --set reaches all of them. The source's audio is copied untouched, or encoded "
            "anew (--audio).\n"
            "The file is whole or absent; after an interruption, whatever it was, the same command goes on where the "
            "last one stopped.\n",
    .examples = "  holdout comp ride.mov --matte out/ride_roto_v01.mov --text BRUSSELS -o out/ride_title.mov\n"
                "  holdout comp ride.mov --matte out/ride_roto_v01.mov --text BRUSSELS --size 0.4 --at 960,300 --frame "
                "48 -o still.png\n"
                "  holdout comp ride.mov --matte out/ride_roto_v01.mov --background sky.jpg -o out/ride_sky.mov\n"
                "  holdout comp ride.mov --matte out/ride_roto_v01.mov --template isolate --codec prores-4444 -o "
                "out/rider.mov\n"
                "  holdout comp ride.mov --matte out/ride_roto_v01.mov --text GO --set title.outline=0.01 --set "
                "patch.gain=1.1 -o out/go.mov\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = 1,
    .operand_words = "FILE",
    .values_size = sizeof(struct values),
    .defaults = defaults,
    .run = run,
};
