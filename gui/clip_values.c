// SPDX-License-Identifier: BSD-2-Clause
#include "clip_values.h"

#include <string.h>

#include "node_edits.h"

// ---- rows that are no numbers

static const char *composites[HO_N_COMPOSITES + 1], *fits[HO_N_FITS + 1];

size_t clip_values_extras(const struct field_spec **specs)
{
    static struct field_spec rows[] = {
        {.name = "composite", .type = HO_PARAMETER_CHOICE, .help = "How the clip joins what lies beneath it"},
        {.name = "fit", .type = HO_PARAMETER_CHOICE, .help = "How a picture of another size meets the frame"},
        {.name = "flip_x", .type = HO_PARAMETER_BOOLEAN, .help = "Mirrored left to right"},
        {.name = "flip_y", .type = HO_PARAMETER_BOOLEAN, .help = "Mirrored top to bottom"},
    };
    for (int i = 0; i < HO_N_COMPOSITES; i++)
        composites[i] = ho_composite_name((enum ho_composite)i);
    for (int i = 0; i < HO_N_FITS; i++)
        fits[i] = ho_fit_name((enum ho_fit)i);
    rows[0].choices = composites;
    rows[1].choices = fits;
    *specs = rows;
    return G_N_ELEMENTS(rows);
}

static bool set_extra(struct app *app, const struct field_spec *spec, double value)
{
    const char *yes = value != 0 ? "yes" : "no";
    if (!strcmp(spec->name, "composite"))
        return app_do(app, "composite", "mode", composites[(int)value], "clips", "current", NULL);
    if (!strcmp(spec->name, "fit"))
        return app_do(app, "fit", "fit", fits[(int)value], "clips", "current", NULL);
    if (!strcmp(spec->name, "flip_x"))
        return app_do(app, "flip", "x", yes, NULL);
    return app_do(app, "flip", "y", yes, NULL);
}

// ---- what fields ask for

static char *format_value(const struct field_spec *spec, const double *numbers, size_t n, const char *text)
{
    if (!n)
        return g_strdup(text ? text : "");
    if (spec->type == HO_PARAMETER_CHOICE)
        return g_strdup(spec->choices[(int)numbers[0]]);
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < n; i++) {
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        g_string_append_printf(out, "%s%s", i ? "," : "", g_ascii_dtostr(number, sizeof number, numbers[i]));
    }
    return g_string_free(out, FALSE);
}

static void on_begin(void *opaque, const struct field_spec *spec)
{
    struct clip_values *values = opaque;
    struct ho_diag diag = {0};
    g_autofree char *label = g_strdup_printf(_("Change %s"), spec->name);
    g_strdelimit(label, "_", ' ');
    if (ho_session_begin(values->app->session, label, &diag) != HO_OK)
        app_say(values->app, diag.message);
}

static void on_set(void *opaque, const struct field_spec *spec, const double *numbers, size_t n, const char *text)
{
    struct clip_values *values = opaque;
    struct app *app = values->app;
    enum ho_clip_number number;
    struct ho_diag diag = {0};
    g_autofree char *value = format_value(spec, numbers, n, text), *index = g_strdup_printf("%d", values->text);
    if (ho_session_in_gesture(app->session) && ho_session_rewind(app->session, &diag) != HO_OK)
        app_say(app, diag.message);
    else if (values->text)
        app_do(app, "set-text", "parameter", spec->name, "value", value, "index", index, NULL);
    else if (ho_clip_number_parse(spec->name, &number))
        app_do(app, "set-number", "number", spec->name, "value", value, NULL);
    else
        set_extra(app, spec, numbers[0]);
}

static void on_commit(void *opaque)
{
    struct clip_values *values = opaque;
    struct ho_diag diag = {0};
    if (ho_session_in_gesture(values->app->session) && ho_session_commit(values->app->session, &diag) != HO_OK)
        app_say(values->app, diag.message);
}

static void on_cancel(void *opaque) { ho_session_cancel(((struct clip_values *)opaque)->app->session); }

static void on_reset(void *opaque, const struct field_spec *spec)
{
    struct clip_values *values = opaque;
    enum ho_clip_number number;
    if (!values->text && ho_clip_number_parse(spec->name, &number))
        app_do(values->app, "reset-number", "number", spec->name, NULL);
    else
        on_set(opaque, spec, spec->value, field_n_numbers(spec->type), spec->text);
}

// ---- keyframes

static void jump(struct app *app, const struct ho_curve *curve, enum field_jump direction)
{
    int64_t here = node_edits_frame(app), to = INT64_MIN;
    for (size_t i = 0; i < curve->n_keys; i++) {
        int64_t frame = curve->keys[i].frame;
        if (direction == FIELD_KEY_BEFORE ? frame < here : frame > here && to == INT64_MIN)
            to = frame;
    }
    if (to != INT64_MIN)
        node_edits_go(app, to);
}

static void on_key(void *opaque, const struct field_spec *spec, enum field_jump direction)
{
    struct clip_values *values = opaque;
    struct app *app = values->app;
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    enum ho_clip_number number;
    char value[G_ASCII_DTOSTR_BUF_SIZE];
    int64_t here = node_edits_frame(app);
    bool is_here = false;
    if (!clip || values->text || !ho_clip_number_parse(spec->name, &number))
        return;
    const struct ho_curve *curve = &clip->number[number];
    for (size_t i = 0; i < curve->n_keys; i++)
        is_here |= curve->keys[i].frame == here;
    g_ascii_dtostr(value, sizeof value, ho_curve_value(curve, here));
    if (direction != FIELD_KEY_TOGGLE)
        jump(app, curve, direction);
    else if (is_here)
        app_do(app, "remove-number-keyframe", "number", spec->name, NULL);
    else
        app_do(app, "keyframe-number", "number", spec->name, "value", value, NULL);
}

const struct field_calls clip_field_calls = {on_begin, on_set, on_commit, on_cancel, on_reset, on_key};
