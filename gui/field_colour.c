// SPDX-License-Identifier: BSD-2-Clause
// A colour: a swatch that opens hue and saturation, value, alpha, and a field for #RRGGBB.
#include <math.h>
#include <string.h>

#include "field_internal.h"
#include "popup.h"

#define PLANE 180
#define STRIP 14

static GdkRGBA shown(const double numbers[4])
{
    return (GdkRGBA){(float)CLAMP(numbers[0], 0, 1), (float)CLAMP(numbers[1], 0, 1), (float)CLAMP(numbers[2], 0, 1), 1};
}

static void format_hex(const double numbers[4], char out[8])
{
    g_snprintf(out, 8, "#%02X%02X%02X", (int)lround(CLAMP(numbers[0], 0, 1) * 255),
               (int)lround(CLAMP(numbers[1], 0, 1) * 255), (int)lround(CLAMP(numbers[2], 0, 1) * 255));
}

static void draw(Field *field, GtkSnapshot *snapshot, struct box values)
{
    GdkRGBA colour = shown(field->numbers);
    double width = MIN(values.width, 56);
    paint_round(snapshot, &colour, values.x, values.y + 1, width, values.height - 2, 2);
    paint_frame(snapshot, paint_colour(PAINT_DIM), values.x, values.y + 1, width, values.height - 2, 2, 1);
    char hex[8];
    format_hex(field->numbers, hex);
    PangoLayout *layout = paint_texts_get(field->texts, hex, 12, 0);
    paint_text(snapshot, layout, paint_colour(PAINT_DIM), values.x + width + 8,
               values.y + (values.height - paint_layout_height(layout)) / 2);
}

// ---- the popover: a plane of hue and saturation, strips of value and alpha

struct picker {
    Field *field;
    GtkWidget *area, *entry;
    double hsv[3];
    int part;    // 0: plane, 1: value, 2: alpha
};

static void draw_plane(cairo_t *cr, const struct picker *picker)
{
    cairo_pattern_t *hues = cairo_pattern_create_linear(0, 0, PLANE, 0);
    for (int i = 0; i <= 6; i++) {
        float r, g, b;
        gtk_hsv_to_rgb((float)(i % 6) / 6.0f, 1, (float)picker->hsv[2], &r, &g, &b);
        cairo_pattern_add_color_stop_rgb(hues, i / 6.0, (double)r, (double)g, (double)b);
    }
    cairo_set_source(cr, hues);
    cairo_rectangle(cr, 0, 0, PLANE, PLANE);
    cairo_fill(cr);
    cairo_pattern_destroy(hues);
    double v = picker->hsv[2];
    cairo_pattern_t *grey = cairo_pattern_create_linear(0, 0, 0, PLANE);
    cairo_pattern_add_color_stop_rgba(grey, 0, v, v, v, 0);
    cairo_pattern_add_color_stop_rgba(grey, 1, v, v, v, 1);
    cairo_set_source(cr, grey);
    cairo_rectangle(cr, 0, 0, PLANE, PLANE);
    cairo_fill(cr);
    cairo_pattern_destroy(grey);
}

static void draw_strip(cairo_t *cr, const struct picker *picker, int index, double at)
{
    double x = PLANE + 8 + index * (STRIP + 8);
    float r, g, b;
    gtk_hsv_to_rgb((float)picker->hsv[0], (float)picker->hsv[1], 1, &r, &g, &b);
    cairo_pattern_t *pattern = cairo_pattern_create_linear(0, 0, 0, PLANE);
    if (index == 0)
        cairo_pattern_add_color_stop_rgb(pattern, 0, (double)r, (double)g, (double)b);
    else
        cairo_pattern_add_color_stop_rgb(pattern, 0, 1, 1, 1);
    cairo_pattern_add_color_stop_rgb(pattern, 1, 0, 0, 0);
    cairo_set_source(cr, pattern);
    cairo_rectangle(cr, x, 0, STRIP, PLANE);
    cairo_fill(cr);
    cairo_pattern_destroy(pattern);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_rectangle(cr, x - 2, (1 - CLAMP(at, 0, 1)) * PLANE - 2, STRIP + 4, 4);
    cairo_fill_preserve(cr);
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_set_line_width(cr, 1);
    cairo_stroke(cr);
}

static void draw_picker(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
    (void)area, (void)width, (void)height;
    const struct picker *picker = data;
    cairo_translate(cr, 4, 4);
    draw_plane(cr, picker);
    draw_strip(cr, picker, 0, picker->hsv[2]);
    draw_strip(cr, picker, 1, picker->field->numbers[3]);
    cairo_arc(cr, picker->hsv[0] * PLANE, (1 - picker->hsv[1]) * PLANE, 5, 0, 2 * G_PI);
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_set_line_width(cr, 3);
    cairo_stroke_preserve(cr);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_set_line_width(cr, 1.5);
    cairo_stroke(cr);
}

static void show_hex(struct picker *picker)
{
    char hex[8];
    format_hex(picker->field->numbers, hex);
    gtk_editable_set_text(GTK_EDITABLE(picker->entry), hex);
}

static void pick(struct picker *picker, double x, double y)
{
    double across = CLAMP((x - 4) / PLANE, 0, 1), up = 1 - CLAMP((y - 4) / PLANE, 0, 1);
    if (picker->part == 0) {
        picker->hsv[0] = across;
        picker->hsv[1] = up;
    } else if (picker->part == 1) {
        picker->hsv[2] = up;
    } else {
        picker->field->numbers[3] = up;
    }
    if (picker->part < 2) {
        float r, g, b;
        gtk_hsv_to_rgb((float)picker->hsv[0], (float)picker->hsv[1], (float)picker->hsv[2], &r, &g, &b);
        picker->field->numbers[0] = (double)r;
        picker->field->numbers[1] = (double)g;
        picker->field->numbers[2] = (double)b;
    }
    field_tell(picker->field);
    show_hex(picker);
    gtk_widget_queue_draw(picker->area);
}

static void on_pick_begin(GtkGestureDrag *drag, double x, double y, struct picker *picker)
{
    (void)drag;
    picker->part = x < PLANE + 8 ? 0 : x < PLANE + 8 + STRIP + 8 ? 1 : 2;
    field_begin(picker->field);
    pick(picker, x, y);
}

static void on_pick_update(GtkGestureDrag *drag, double dx, double dy, struct picker *picker)
{
    double x, y;
    if (gtk_gesture_drag_get_start_point(drag, &x, &y))
        pick(picker, x + dx, y + dy);
}

static void on_pick_end(GtkGestureDrag *drag, double dx, double dy, struct picker *picker)
{
    (void)drag, (void)dx, (void)dy;
    field_commit(picker->field);
}

static void read_hsv(struct picker *picker)
{
    GdkRGBA c = shown(picker->field->numbers);
    float h, s, v;
    gtk_rgb_to_hsv(c.red, c.green, c.blue, &h, &s, &v);
    picker->hsv[0] = (double)h;
    picker->hsv[1] = (double)s;
    picker->hsv[2] = (double)v;
}

static void on_hex(GtkEntry *entry, struct picker *picker)
{
    GdkRGBA colour;
    if (!gdk_rgba_parse(&colour, gtk_editable_get_text(GTK_EDITABLE(entry)))) {
        show_hex(picker);
        return;
    }
    picker->field->numbers[0] = (double)colour.red;
    picker->field->numbers[1] = (double)colour.green;
    picker->field->numbers[2] = (double)colour.blue;
    read_hsv(picker);
    field_tell(picker->field);
    gtk_widget_queue_draw(picker->area);
}

static GtkWidget *make_area(struct picker *picker)
{
    GtkWidget *area = gtk_drawing_area_new();
    gtk_drawing_area_set_content_width(GTK_DRAWING_AREA(area), PLANE + 8 + 2 * (STRIP + 8) + 2);
    gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(area), PLANE + 8);
    gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(area), draw_picker, picker, NULL);
    GtkGesture *drag = gtk_gesture_drag_new();
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_pick_begin), picker);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_pick_update), picker);
    g_signal_connect(drag, "drag-end", G_CALLBACK(on_pick_end), picker);
    gtk_widget_add_controller(area, GTK_EVENT_CONTROLLER(drag));
    return area;
}

static void open_picker(Field *field)
{
    GtkWidget *popover = gtk_popover_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    struct picker *picker = g_new0(struct picker, 1);
    picker->field = field;
    read_hsv(picker);
    picker->area = make_area(picker);
    picker->entry = gtk_entry_new();
    show_hex(picker);
    g_signal_connect(picker->entry, "activate", G_CALLBACK(on_hex), picker);
    g_object_set_data_full(G_OBJECT(popover), "picker", picker, g_free);
    gtk_box_append(GTK_BOX(box), picker->area);
    gtk_box_append(GTK_BOX(box), picker->entry);
    gtk_popover_set_child(GTK_POPOVER(popover), box);
    struct box values = field_values(field);
    popup_open(GTK_WIDGET(field), popover, values.x, values.y + values.height);
}

static void click(Field *field, struct box values, double x, double y)
{
    (void)values, (void)x, (void)y;
    open_picker(field);
}

static void where(Field *field, struct box values, int index, double *x, double *y)
{
    (void)field, (void)index;
    *x = values.x + 20;
    *y = values.y + values.height / 2;
}

const struct field_kind field_colour = {draw, NULL, NULL, click, NULL, open_picker, where};
