// SPDX-License-Identifier: BSD-2-Clause
// Numbers: a bar over the slider's range and a value box; several numbers (a point, R G B A) as boxes side by side.
#include <math.h>
#include <string.h>

#include "field_internal.h"

#define VALUE_WIDTH 58.0
#define BAR_MIN 50.0    // narrower, there is a value box only

double field_step_size(const struct field_spec *spec)
{
    if (spec->type == HO_PARAMETER_INTEGER)
        return 1;
    double span = spec->slider_max - spec->slider_min;
    return span <= 0 ? 0.01 : pow(10, floor(log10(span / 50)));
}

void field_format(const struct field_spec *spec, double value, char out[32])
{
    int digits = spec->type == HO_PARAMETER_INTEGER ? 0 : (int)CLAMP(1 - floor(log10(field_step_size(spec))), 1, 4);
    char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];
    g_snprintf(format, sizeof format, "%%.%df", digits);
    double shown = fabs(value) < 0.5 * pow(10, -digits) ? 0 : value;    // never "-0.00"
    g_snprintf(out, 32, "%s%s", g_ascii_formatd(text, sizeof text, format, shown),
               spec->unit && !strcmp(spec->unit, "deg") ? "°" : "");
}

bool field_parse_number(Field *field, const char *text)
{
    char *plain = g_strdelimit(g_strdup(text), ",", '.'), *end;
    double value = g_ascii_strtod(plain, &end);
    bool any = end != plain;
    g_free(plain);
    if (!any || !isfinite(value))
        return false;
    value = CLAMP(value, field->spec.min, field->spec.max);
    if (field->spec.type == HO_PARAMETER_INTEGER)
        value = round(value);
    bool changed = field->numbers[field->part] != value;
    field->numbers[field->part] = value;
    return changed;
}

// ---- places

static struct box value_box(Field *field, struct box values, int index)
{
    if (field->n_numbers == 1)
        return values.width < BAR_MIN + VALUE_WIDTH + 8
                   ? values
                   : (struct box){values.x + values.width - VALUE_WIDTH, values.y, VALUE_WIDTH, values.height};
    double width = (values.width - 4.0 * ((double)field->n_numbers - 1)) / (double)field->n_numbers;
    return (struct box){values.x + index * (width + 4), values.y, width, values.height};
}

static struct box bar_box(Field *field, struct box values)
{
    if (field->n_numbers != 1 || values.width < BAR_MIN + VALUE_WIDTH + 8)
        return (struct box){0};
    return (struct box){values.x + 5, values.y, values.width - VALUE_WIDTH - 16, values.height};
}

static void where(Field *field, struct box values, int index, double *x, double *y)
{
    struct box box = index < 0 ? bar_box(field, values) : value_box(field, values, index);
    *x = box.x + box.width / 2;
    *y = box.y + box.height / 2;
}

static double share_of(const struct field_spec *spec, double value)
{
    return CLAMP((value - spec->slider_min) / (spec->slider_max - spec->slider_min), 0, 1);
}

// ---- drawing

static void draw_bar(Field *field, GtkSnapshot *snapshot, struct box bar)
{
    double y = bar.y + bar.height / 2 - 1.5, at = share_of(&field->spec, field->numbers[0]) * bar.width;
    double from = share_of(&field->spec, field->spec.value[0]) * bar.width;    // filled from where it was made
    GdkRGBA fill = paint_mix(PAINT_RAISED, PAINT_TEXT, 0.45);
    paint_round(snapshot, paint_colour(PAINT_EDGE), bar.x, y, bar.width, 3, 1.5);
    paint_fill(snapshot, &fill, bar.x + MIN(at, from), y, fabs(at - from), 3);
    paint_round(snapshot, paint_colour(field->dragging ? PAINT_ACCENT : PAINT_TEXT), bar.x + at - 4.5, y - 3, 9, 9,
                4.5);
}

static void draw_value(Field *field, GtkSnapshot *snapshot, struct box box, int index)
{
    static const char *const letters[2][4] = {{"X", "Y", "", ""}, {"R", "G", "B", "A"}};
    char text[32];
    paint_round(snapshot, paint_colour(PAINT_CANVAS), box.x, box.y, box.width, box.height, 2);
    if (field->entry && field->part == index)
        return;
    field_format(&field->spec, field->numbers[index], text);
    PangoLayout *layout = paint_texts_get(field->texts, text, 12, 0);
    bool beyond = field->numbers[index] < field->spec.slider_min || field->numbers[index] > field->spec.slider_max;
    double y = box.y + (box.height - paint_layout_height(layout)) / 2;
    double x = box.x + box.width - paint_layout_width(layout) - 6;
    paint_text(snapshot, layout, paint_colour(beyond ? PAINT_ACCENT : PAINT_TEXT), MAX(x, box.x + 4), y);
    if (field->n_numbers < 2 || box.width < 44)
        return;
    layout = paint_texts_get(field->texts, letters[field->n_numbers == 4][index], 10, 0);
    paint_text(snapshot, layout, paint_colour(PAINT_DIM), box.x + 5,
               box.y + (box.height - paint_layout_height(layout)) / 2);
}

static void draw(Field *field, GtkSnapshot *snapshot, struct box values)
{
    struct box bar = bar_box(field, values);
    if (bar.width > 0)
        draw_bar(field, snapshot, bar);
    for (int i = 0; i < (int)field->n_numbers; i++)
        draw_value(field, snapshot, value_box(field, values, i), i);
}

// ---- changing

static void put(Field *field, double value)
{
    value = CLAMP(value, field->spec.min, field->spec.max);
    if (field->spec.type == HO_PARAMETER_INTEGER)
        value = round(value);
    if (field->numbers[field->part] == value)
        return;
    field->numbers[field->part] = value;
    field_tell(field);
}

static bool press(Field *field, struct box values, double x, double y)
{
    struct box bar = bar_box(field, values);
    field->part = 0;
    for (int i = 0; i < (int)field->n_numbers; i++)
        if (box_has(value_box(field, values, i), x, y))
            field->part = i;
    field->start_value = field->numbers[field->part];
    field->on_bar = bar.width > 0 && x < bar.x + bar.width + 6;
    if (!field->on_bar)
        return true;
    // Held by its knob it does not jump.
    double knob = bar.x + share_of(&field->spec, field->start_value) * bar.width;
    double span = field->spec.slider_max - field->spec.slider_min;
    if (fabs(x - knob) > 7) {
        field->start_value = field->spec.slider_min + CLAMP((x - bar.x) / bar.width, 0, 1) * span;
        field_begin(field);
        put(field, field->start_value);
    }
    return true;
}

static void drag(Field *field, struct box values, double x, double dx, GdkModifierType state)
{
    (void)x;
    struct box bar = bar_box(field, values);
    double span = field->spec.slider_max - field->spec.slider_min;
    double fine = state & GDK_SHIFT_MASK ? 0.1 : 1, value;
    if (field->on_bar)
        value = CLAMP(field->start_value + dx / bar.width * span * fine, field->spec.slider_min,
                      field->spec.slider_max);
    else
        value = field->start_value + dx * field_step_size(&field->spec) * fine;
    put(field, value);
}

static void open_entry(Field *field)
{
    char text[32];
    field_format(&field->spec, field->numbers[field->part], text);
    char *degree = strstr(text, "°");
    if (degree)
        *degree = 0;
    field_open_entry(field, text, value_box(field, field_values(field), field->part));
}

static void click(Field *field, struct box values, double x, double y)
{
    if (!field->on_bar && box_has(value_box(field, values, field->part), x, y))
        open_entry(field);
}

static void step(Field *field, int steps, GdkModifierType state)
{
    double size = field_step_size(&field->spec);
    if (state & GDK_SHIFT_MASK)
        size *= field->spec.type == HO_PARAMETER_INTEGER ? 10 : 0.1;
    put(field, field->numbers[field->part] + steps * size);
}

const struct field_kind field_number = {draw, press, drag, click, step, open_entry, where};
