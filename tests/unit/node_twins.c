// SPDX-License-Identifier: BSD-2-Clause
// Every node type against its twin in float64 (twin.h): random pictures and edge values, odd sizes, windows smaller
// than the frame, bands and threads.
#include "unit/twins_colour.h"
#include "unit/twins_keys.h"
#include "unit/twins_pictures.h"

#include "nodes/nodes.h"

// `settings`: "name=value; ...", "-port" leaves an input unconnected. `moves`: a pixel depends on more than the pixels
// of the inputs at its place.
static const struct line {
    const char *type, *settings;
    twin_pixel pixel;
    double tolerance;
    bool moves;
} table[] = {
    {"alpha_output", "", twin_same, 0, false},
    {"background", "colour=0.5,2,-0.25,0.75; width=0; height=0; -mask", twin_background, 1e-6, false},
    {"background", "kind=horizontal; colour=1,0,0.5,0.5; colour_2=0,4,0.25,1", twin_background, 1e-6, false},
    {"background", "colour=0.5,2,-0.25,0.75; mask_invert=true", twin_background, 1e-6, false},
    {"background", "colour=0.5,2,-0.25,0.75", twin_background, 1e-6, false},
    {"background", "kind=vertical; colour=1,0,0.5,0.5; colour_2=0,4,0.25,1", twin_background, 1e-6, false},
    {"background", "kind=two-point; start=0.2,0.9; end=0.8,0.4", twin_background, 2e-6, false},
    {"bitmap", "", twin_bitmap, 1e-6, false},
    {"bitmap", "-key", twin_bitmap, 1e-6, false},
    {"bitmap", "paint_mode=subtract; invert=true", twin_bitmap, 1e-6, false},
    {"bitmap", "channel=green; soft_edge=0.1; -key", twin_bitmap_soft, 2e-6, false},
    {"bitmap", "channel=alpha; soft_edge=0.05; level=0.7; low=0.2; invert=true; paint_mode=difference",
     twin_bitmap_soft, 2e-6, false},
    {"bitmap", "channel=red; soft_edge=0.2; paint_mode=replace", twin_bitmap_soft, 2e-6, false},
    {"bitmap", "channel=alpha; low=0.25; high=0.5; level=0.75; invert=true", twin_bitmap, 1e-6, false},
    {"bitmap", "channel=green; low=-0.5; high=2", twin_bitmap, 1e-6, false},
    {"bitmap", "low=0.5; high=0.5; -key", twin_bitmap, 0, false},
    {"bitmap", "channel=red; low=0.75; high=0.25; level=0.5; invert=true", twin_bitmap, 1e-6, false},
    {"bitmap", "channel=alpha; low=0; high=0; -key", twin_bitmap, 0, false},
    {"bitmap", "low=1; high=1; -key", twin_bitmap, 0, false},
    {"bitmap", "low=2; high=2; -key", twin_bitmap, 0, false},
    {"blur", "blur_size=1.7", twin_blur, 2e-6, true},
    {"blur", "blur_size=4; lock=false; blur_size_y=0.4; filter=box", twin_blur, 2e-6, true},
    {"blur", "blur_size=0; lock=false; blur_size_y=3; red=false; -mask", twin_blur, 2e-6, true},
    {"brightness_contrast", "gain=1.3; lift=0.1; contrast=0.4; brightness=-0.05; saturation=0.7",
     twin_brightness_contrast, 3e-6, false},
    {"brightness_contrast", "gamma=2.2; low=0.1; high=0.9; clip_black=true; clip_white=true; multiply_by_mask=true",
     twin_brightness_contrast, 1e-5, false},
    {"brightness_contrast", "gamma=0.4; saturation=2; blend=0.3; mask_invert=true", twin_brightness_contrast, 1e-5,
     false},
    {"brightness_contrast", "gain=1.2; brightness=0.1; contrast=0.2; lift=-0.1; multiply_by_mask=true",
     twin_brightness_contrast, 3e-6, false},
    {"brightness_contrast", "gain=1.1; blend=0.5; -mask", twin_brightness_contrast, 3e-6, false},
    {"channel_booleans", "operation=copy; to_red=alpha; to_alpha=luminance", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=add; to_red=blue; to_green=keep; -mask", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=subtract; to_red=background-alpha; to_blue=white; -mask", twin_channel_booleans,
     1e-6, false},
    {"channel_booleans", "operation=and; to_red=background-luminance; -mask", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=or; to_alpha=black; -mask", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=exclusive-or; -foreground; -mask", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=multiply; -mask", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=divide; -mask", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=maximum; -mask", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=minimum; -mask", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=invert; -mask", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=difference; multiply_by_mask=true", twin_channel_booleans, 1e-6, false},
    {"channel_booleans", "operation=threshold; -mask", twin_channel_booleans, 1e-6, false},
    {"color_corrector", "shadows_brightness=0.2; highlights_saturation=0; midtones_gamma=1.5; hue=40",
     twin_color_corrector, 2e-5, false},
    {"color_corrector",
     "shadows_end=0.9; highlights_start=0.2; shadows_lift=0.1; highlights_gain=1.4; master_gamma=0.8; -mask",
     twin_color_corrector, 2e-5, false},
    {"color_corrector", "master_contrast=0.3; master_saturation=1.4; -mask", twin_color_corrector, 5e-6, false},
    {"color_generator", "colour=1,0.5,0,0.8", twin_color_generator, 1e-6, false},
    {"color_generator", "colour=-1,0.5,3,0.8; -key", twin_color_generator, 1e-6, false},
    {"corrector", "lift=0.1,0,-0.1,0.05; gain=1.2,1,0.8,1.1; offset=0,0.1,0,-0.05; contrast=1.4; saturation=0.5",
     twin_corrector, 5e-6, false},
    {"corrector", "gamma=1,1.2,0.7,1.1; key_gain=2; key_offset=-0.5; key_invert=true", twin_corrector, 2e-5, false},
    {"corrector", "gamma=2.2,2.2,2.2,1; -key", twin_corrector, 2e-5, false},
    {"corrector", "gain=1.4,1,0.8,1; key_blur_radius=1.5", twin_corrector_blur, 1e-5, false},
    {"corrector", "lift=0.2,0,0,0; saturation=0.4; key_blur_radius=0.7; key_gain=2; key_offset=-0.5; key_invert=true",
     twin_corrector_blur, 1e-5, false},
    {"ellipse_mask", "soft_edge=0.2; angle=20; centre=0.4,0.6", twin_shape, 1e-5, false},
    {"ellipse_mask", "width=0.2; border_width=0.1; paint_mode=difference; level=0.8", twin_shape, 1e-5, false},
    {"ellipse_mask", "invert=true; -key", twin_shape, 1e-5, false},
    {"rectangle_mask", "soft_edge=0.2; angle=30; corner_radius=0.4; paint_mode=intersect", twin_shape, 1e-5, false},
    {"rectangle_mask", "width=0.3; border_width=0.05; level=0.5; -key", twin_shape, 1e-5, false},
    {"polygon_mask", "soft_edge=0.1; angle=-40; size=0.9; points=0.1,0.2 0.9,0.1 0.4,0.5 0.8,0.9 0.2,0.8", twin_shape,
     1e-5, false},
    {"polygon_mask", "invert=true; paint_mode=subtract; border_width=-0.03", twin_shape, 1e-5, false},
    {"window", "kind=circle; soft_edge=0.3; aspect=1.5; angle=30", twin_shape, 1e-5, false},
    {"window", "kind=linear; size=0.4; angle=15; paint_mode=add", twin_shape, 1e-5, false},
    {"window", "kind=polygon; size=0.8; aspect=1.2; -key", twin_shape, 1e-5, false},
    {"window", "kind=gradient; size=0.7; angle=60; paint_mode=minimum", twin_shape, 1e-5, false},
    {"key_mixer", "mode=add; gain=1.2; offset=-0.1", twin_key_mixer, 1e-6, false},
    {"key_mixer", "mode=subtract; invert=true; -key_3", twin_key_mixer, 1e-6, false},
    {"key_mixer", "mode=intersect", twin_key_mixer, 1e-6, false},
    {"key_mixer", "mode=difference", twin_key_mixer, 1e-6, false},
    {"key_mixer", "mode=maximum; -key_2", twin_key_mixer, 1e-6, false},
    {"key_mixer", "mode=minimum; -key_4", twin_key_mixer, 1e-6, false},
    {"key_mixer", "mode=replace", twin_key_mixer, 1e-6, false},
    {"key_mixer", "blur_radius=1.5; -key_2; -key_3; -key_4", twin_key_blur, 2e-6, true},
    {"key_mixer", "blur_radius=1.5; mode=difference; -key_4", twin_key_blur, 2e-6, true},
    {"key_mixer", "blur_radius=0.6; mode=add; gain=0.7; offset=0.1; invert=true", twin_key_blur, 2e-6, true},
    {"key_mixer", "blur_radius=3; mode=maximum", twin_key_blur, 2e-6, true},
    {"key_mixer", "blur_radius=1; mode=subtract; invert=true; -key_2", twin_key_blur, 2e-6, true},
    {"layer_mixer", "opacity=0.8", twin_layer_mixer, 3e-6, false},
    {"layer_mixer", "composite_mode=add; -key_2", twin_layer_mixer, 3e-6, false},
    {"layer_mixer", "composite_mode=screen; -layer_3", twin_layer_mixer, 3e-6, false},
    {"layer_mixer", "composite_mode=multiply; -layer_3; -layer_4", twin_layer_mixer, 3e-6, false},
    {"layer_mixer", "composite_mode=darken; -layer_4", twin_layer_mixer, 3e-6, false},
    {"layer_mixer", "composite_mode=lighten; -layer_4", twin_layer_mixer, 3e-6, false},
    {"matte_control", "combine=luminance; gamma=1.6; low=0.1; high=0.9; -mask", twin_matte_control, 1e-5, false},
    {"matte_control", "combine=alpha; combine_op=add; spill_colour=green; spill_suppression=0.7; -garbage",
     twin_matte_control, 1e-5, false},
    {"matte_control", "combine=red; combine_op=subtract; invert=true; spill_colour=blue; -solid; -mask",
     twin_matte_control, 1e-5, false},
    {"matte_control", "combine=green; combine_op=inverse-subtract; -mask", twin_matte_control, 1e-5, false},
    {"matte_control", "combine=blue; combine_op=maximum; -mask", twin_matte_control, 1e-5, false},
    {"matte_control", "combine=alpha; combine_op=minimum; -mask", twin_matte_control, 1e-5, false},
    {"matte_control", "combine=alpha; combine_op=multiply; multiply_by_mask=true", twin_matte_control, 1e-5, false},
    {"matte_control", "combine=luminance; low=0.5; high=0.5; -mask", twin_matte_control, 1e-6, false},
    {"matte_control", "combine=alpha; combine_op=add; low=0.75; high=0.25; -solid; -garbage; -mask", twin_matte_control,
     1e-6, false},
    {"matte_control", "combine=none; low=0; high=0; invert=true; -mask", twin_matte_control, 1e-6, false},
    {"matte_control", "combine=none; low=1; high=1; -solid; -garbage; -mask", twin_matte_control, 1e-6, false},
    {"matte_control", "combine=alpha; blur=1.3; -mask", twin_matte_spatial, 1e-5, false},
    {"matte_control",
     "combine=green; combine_op=maximum; blur=0.6; low=0.2; high=0.9; invert=true; spill_colour=green; -solid; "
     "-garbage",
     twin_matte_spatial, 1e-5, false},
    {"matte_control", "combine=none; blur=2; -foreground; -solid; -garbage; -mask", twin_matte_spatial, 1e-5, false},
    {"matte_control", "combine=none; contract_expand=-1.5; -foreground; -solid; -garbage; -mask", twin_matte_spatial,
     1e-4, false},
    {"matte_control", "combine=red; contract_expand=2; -mask", twin_matte_spatial, 1e-4, false},
    {"matte_control", "combine=alpha; contract_expand=-0.7; blur=0.8; multiply_by_mask=true", twin_matte_spatial, 1e-4,
     false},
    {"media_out", "", twin_same, 0, false},
    {"merge", "-mask", twin_merge, 2e-6, false},
    {"merge", "multiply_by_mask=true; blend=0.7", twin_merge, 2e-6, false},
    {"merge", "additive=0.3; alpha_gain=0.8; burn_in=0.4; -mask", twin_merge, 2e-6, false},
    {"merge", "operator=in; -mask", twin_merge, 2e-6, false},
    {"merge", "operator=held-out; -mask", twin_merge, 2e-6, false},
    {"merge", "operator=atop; -mask", twin_merge, 2e-6, false},
    {"merge", "operator=xor; -mask", twin_merge, 2e-6, false},
    {"merge", "apply_mode=subtract-background; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=screen; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=multiply; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=overlay; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=soft-light; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=hard-light; operator=atop; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=darken; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=lighten; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=difference; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=add; -mask", twin_merge, 3e-6, false},
    {"merge", "apply_mode=subtract; -mask", twin_merge, 3e-6, false},
    {"merge", "size=0.7; angle=25; centre=0.4,0.55; -mask", twin_merge, 5e-5, true},
    {"merge", "size=1.6; filter=linear; edges=mirror; blend=0.5", twin_merge, 1e-5, true},
    {"output", "", twin_output, 1e-6, false},
    {"test_picture", "cut_out=true", twin_test_picture, 2e-6, false},
    {"output", "keep_alpha=true", twin_output, 2e-6, false},
    {"blur", "blur_size=2.3; edges=duplicate", twin_blur, 2e-6, true},
    {"blur", "blur_size=6; lock=false; blur_size_y=0.8; filter=box; edges=duplicate; alpha=false; -mask", twin_blur,
     2e-6, true},
    {"blur", "blur_size=1.2; edges=canvas", twin_blur, 2e-6, true},
    {"sizing", "width=40; height=60; zoom_x=0.7; rotation=25; position_x=3.3; crop_left=3", twin_sizing, 2e-5, true},
    {"sizing", "width=64; height=31; fit=crop; flip_horizontally=true; crop_bottom=4; filter=linear", twin_sizing, 2e-5,
     true},
    {"sizing", "fit=stretch; width=23; height=90; anchor_x=5; anchor_y=-3; zoom_y=1.4; rotation=-70", twin_sizing, 2e-5,
     true},
    {"sizing", "fit=centre; width=50; height=44; filter=nearest; flip_vertically=true", twin_sizing, 1e-6, true},
    {"transform", "size=1.3; angle=17; centre=0.52,0.45", twin_transform, 1e-5, true},
    {"transform", "size=0.4; aspect=0.7; angle=-50; pivot=0.3,0.6; -mask", twin_transform, 1e-5, true},
    {"transform", "size=1.7; filter=linear; edges=duplicate; flip_horizontally=true; -mask", twin_transform, 1e-5,
     true},
    {"transform", "angle=33; filter=nearest; edges=wrap; centre=0.513,0.5; -mask", twin_transform, 1e-6, true},
    {"transform", "centre=0.611,0.437; edges=mirror; -mask", twin_transform, 1e-5, true},
    {"transform", "size=2.3; aspect=1.5; -mask", twin_transform, 1e-5, true},
    {"transform", "angle=90; flip_vertically=true; filter=cubic", twin_transform, 1e-5, true},
};

// ---- pictures

enum content { TAME, WILD, N_CONTENTS };

static double tame(uint32_t *state)
{
    uint32_t kind = random_next(state) % 8;
    return kind == 0 ? 0 : kind == 1 ? 1 : (double)random_unit(state);
}

// Everything a plug-in or a broken file may leave in a picture.
static double wild(uint32_t *state)
{
    static const double values[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, -0.5, -0.0, 1e-6, 1.5, 4, 300,
                                    1e5};
    uint32_t kind = random_next(state) % 40;
    return kind < 10 ? values[kind] : tame(state);
}

static void fill_probe(struct probe *probe, int n_planes, int width, int height, enum content content, bool inset,
                       uint32_t *state)
{
    *probe = (struct probe){.n_planes = n_planes,
                            .domain = {width, height, {0, 0, width, height}, 0, {0, 0, width, height}}};
    int by = n_planes == 1 && width > 12 && height > 10 ? 3 : 0;    // keys, masks among them, end inside the pictures
    if (inset && width > 6 && height > 4)
        probe->domain.window = (struct ho_rect){2 + by, 1 + by, width - 3 - by, height - 2 - by};
    if (n_planes == 1 && random_next(state) % 3 == 0)
        probe->domain.outside = 1;
    size_t plane = (size_t)width * (size_t)height;
    probe->value = malloc(plane * (size_t)n_planes * sizeof(*probe->value));
    struct ho_rect w = probe->domain.window;
    for (size_t i = 0; i < plane; i++) {
        int x = (int)(i % (size_t)width), y = (int)(i / (size_t)width);
        bool there = x >= w.x0 && x < w.x1 && y >= w.y0 && y < w.y1;
        double alpha = tame(state);
        for (int p = 0; p < n_planes; p++) {
            double v = n_planes == 1 ? tame(state)
                       : p < 3       ? tame(state) * alpha
                                     : alpha;    // keys are within 0..1, whoever makes them
            if (content == WILD && n_planes == 4 && random_next(state) % 4 == 0)
                v = wild(state);
            probe->value[(size_t)p * plane + i] = there ? (double)(float)v : (double)probe->domain.outside;
        }
    }
}

// ---- sources that deliver probes

static struct probe probes[HO_PORTS_MAX];

static void probe_domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = probes[atoi(context->id + 1)].domain;
}

static enum ho_result probe_process(const struct ho_node_context *context, int output,
                                    const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)in;
    (void)diag;
    for (int p = 0; p < out->n_planes; p++)
        for (int y = out->rect.y0; y < out->rect.y1; y++)
            for (int x = out->rect.x0; x < out->rect.x1; x++)
                ho_tile_row(out, p, y)[x - out->rect.x0] = (float)probe_at(&probes[atoi(context->id + 1)], p, x, y);
    return HO_OK;
}

static struct ho_node picture_node, key_node;

static void make_probe_nodes(void)
{
    picture_node = (struct ho_node){.type = test_picture_node.type, .domain = probe_domain, .process = probe_process};
    key_node = (struct ho_node){.type = window_node.type, .domain = probe_domain, .process = probe_process};
    key_node.type.inputs = test_picture_node.type.inputs;
}

// ---- one line of the table

static void set_all(struct ho_graph *graph, const char *settings, bool ports)
{
    char copy[512];
    struct ho_diag diag = {0};
    snprintf(copy, sizeof(copy), "%s", settings);
    for (char *rest = NULL, *word = strtok_r(copy, ";", &rest); word; word = strtok_r(NULL, ";", &rest)) {
        word += strspn(word, " ");
        char *equals = strchr(word, '=');
        if (*word == '-' && ports)
            assert_ok(ho_graph_disconnect(graph, "node", word + 1, &diag), &diag);
        if (*word == '-' || ports)
            continue;
        *equals = '\0';
        assert_ok(ho_graph_set_text(graph, "node", word, equals + 1, &diag), &diag);
    }
}

static struct ho_graph *make_graph(const struct line *line, int width, int height)
{
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    assert_ok(ho_graph_create(&graph, &diag), &diag);
    assert_ok(ho_graph_add(graph, line->type, "node", &diag), &diag);
    const struct ho_node_type *type = ho_node_type_find(line->type);
    for (const struct ho_parameter *p = type->parameters; p->name; p++)    // sources of a size of their own
        if (p->type == HO_PARAMETER_INTEGER)
            assert_ok(
                ho_graph_set(graph, "node", p->name, (double[]){strstr(p->name, "width") ? width : height}, 1, &diag),
                &diag);
    for (int i = 0; type->inputs[i].name; i++) {
        char id[16];
        bool picture = type->inputs[i].type == HO_PORT_IMAGE;
        snprintf(id, sizeof(id), "p%d", i);
        assert_ok(ho_graph_add(graph, picture ? "test_picture" : "window", id, &diag), &diag);
        graph->nodes[find_node(graph, id)].type = picture ? &picture_node.type : &key_node.type;
        assert_ok(ho_graph_connect(graph, id, picture ? "image" : "key", "node", type->inputs[i].name, &diag), &diag);
    }
    set_all(graph, line->settings, false);
    set_all(graph, line->settings, true);
    return graph;
}

// effect.c's words: in + (effect - in) * mask * blend, times the mask on request.
static void add_mask(struct twin *t, int x, int y, double out[4])
{
    if (find_parameter(t->node->type, "multiply_by_mask") < 0)
        return;
    bool masked = t->in[port(t, "mask")] != NULL;
    double mask = at(t, "mask", 0, x, y, 1);
    mask = masked && num(t, "mask_invert") != 0 ? 1 - mask : mask;
    double weight = mask * num(t, "blend"), cut = masked && num(t, "multiply_by_mask") != 0 ? mask : 1;
    t->exact = (t->exact && weight == 1) || weight == 0;
    for (int p = 0; p < 4; p++) {
        double before = at(t, t->node->type->inputs[0].name, p, x, y, 0);
        out[p] = weight == 0 ? before : weight == 1 ? out[p] : before + (out[p] - before) * weight;
        out[p] = cut == 0 ? 0 : out[p] * cut;
    }
}

static bool inputs_are_finite(const struct twin *t, int x, int y)
{
    for (int i = 0; i < HO_PORTS_MAX; i++)
        for (int p = 0; t->in[i] && p < t->in[i]->n_planes; p++)
            if (!isfinite(probe_at(t->in[i], p, x, y)))
                return false;
    return true;
}

static bool agrees(double is, double should, double tolerance)
{
    if (!isfinite(should))
        return isnan(should) ? isnan(is) : is == should;
    return fabs(is - should) <= tolerance;    // false for NaN
}

static int compare(const struct line *line, const struct ho_graph *graph, const struct ho_graph_frame *frame,
                   const char *what)
{
    struct twin t = {.node = &graph->nodes[find_node(graph, "node")]};
    t.width = frame->domain.width;
    t.height = frame->domain.height;
    for (int i = 0; i < HO_PORTS_MAX; i++)
        t.in[i] = t.node->in[i].node >= 0 ? &probes[atoi(graph->nodes[t.node->in[i].node].id + 1)] : NULL;
    int n_wrong = 0, n_planes = frame->type == HO_PORT_IMAGE ? 4 : 1;
    for (int y = 0; y < t.height; y++)
        for (int x = 0; x < t.width; x++) {
            double out[4] = {0};
            t.scale = 1;
            t.exact = false;
            line->pixel(&t, x, y, out);
            add_mask(&t, x, y, out);
            bool any = !line->moves && !t.exact && !inputs_are_finite(&t, x, y);
            for (int p = 0; p < n_planes; p++) {
                double got = (double)pixel(frame->picture, p, x, y);
                bool good = any || (line->moves && !isfinite(out[p])) ||
                            agrees(got, out[p], line->tolerance * fmax(t.scale, fabs(out[p])));
                good = good && (n_planes == 4 || (got >= 0 && got <= 1));
                if (!good && n_wrong++ < 3)
                    print_message("%s (%s) %s: pixel %d,%d plane %d is %.9g, not %.9g\n", line->type, line->settings,
                                  what, x, y, p, got, out[p]);
            }
        }
    return n_wrong;
}

static int run_line(const struct line *line, int width, int height, enum content content, bool inset, uint32_t seed)
{
    struct ho_diag diag = {0};
    char what[128];
    snprintf(what, sizeof(what), "%dx%d %s%s", width, height, content == WILD ? "wild" : "tame",
             inset ? ", window inset" : "");
    const struct ho_node_type *type = ho_node_type_find(line->type);
    for (int i = 0; type->inputs[i].name; i++)
        fill_probe(&probes[i], type->inputs[i].type == HO_PORT_IMAGE ? 4 : 1, width, height, content, inset, &seed);
    struct ho_graph *graph = make_graph(line, width, height);
    struct ho_evaluator_options options = {.n_threads = 2, .band_rows = seed % 2 ? 3 : 0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    assert_ok(ho_evaluator_create(graph, &options, &evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, "node", 0, false, &frame, &diag), &diag);
    int n_wrong = compare(line, graph, &frame, what);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
    for (int i = 0; type->inputs[i].name; i++)
        free(probes[i].value);
    return n_wrong;
}

static void every_node_is_its_twin(void **state)
{
    (void)state;
    static const int sizes[][2] = {{24, 16}, {130, 5}, {7, 5}, {33, 1}, {1, 33}, {1, 1}};
    int n_wrong = 0;
    make_probe_nodes();
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++)
            for (int content = 0; content < N_CONTENTS; content++)
                for (int inset = 0; inset < 2; inset++)
                    n_wrong += run_line(&table[i], sizes[s][0], sizes[s][1], (enum content)content, inset,
                                        (uint32_t)(i * 7919 + s * 104729 + (size_t)content * 31 + (size_t)inset + 1));
    assert_int_equal(n_wrong, 0);
}

// A type that is not in the table says why: files, a bank or fonts make its picture, and tests of its own look at that.
static void every_type_has_a_twin(void **state)
{
    (void)state;
    static const char *const others[] = {"external_matte", "magic_mask", "media_in", "source",
                                         "text_plus",       // source_twins.c has theirs
                                         "edge_colour"};    // foreground.c: an estimate, judged by what is true
    for (const struct ho_node_type *const *type = ho_node_types(); *type; type++) {
        bool found = false;
        for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
            found = found || strcmp(table[i].type, (*type)->name) == 0;
        for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
            found = found || strcmp(others[i], (*type)->name) == 0;
        if (!found)
            fail_msg("%s has no line in the table of twins", (*type)->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_type_has_a_twin),
                                       cmocka_unit_test(every_node_is_its_twin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
