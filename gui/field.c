// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>
#include <string.h>

#include "field_internal.h"
#include "popup.h"

G_DEFINE_FINAL_TYPE(Field, field, GTK_TYPE_WIDGET)

size_t field_n_numbers(enum ho_parameter_type type)
{
    switch (type) {
    case HO_PARAMETER_TEXT:
    case HO_PARAMETER_FILE:
    case HO_PARAMETER_POINTS: return 0;
    case HO_PARAMETER_POINT: return 2;
    case HO_PARAMETER_COLOUR: return 4;
    default: return 1;
    }
}

// ---- specs

struct field_spec field_spec_of_parameter(const struct ho_parameter *p)
{
    struct field_spec spec = {p->name,       p->unit,       p->help,
                              p->type,       p->min,        p->max,
                              p->slider_min, p->slider_max, {p->value[0], p->value[1], p->value[2], p->value[3]},
                              p->text,       p->choices,    true};
    spec.has_keys = field_n_numbers(p->type) > 0 || p->type == HO_PARAMETER_POINTS;
    return spec;
}

struct field_spec field_spec_of_clip_number(enum ho_clip_number number)
{
    const struct ho_clip_number_info *info = ho_clip_number_describe(number);
    return (struct field_spec){.name = info->name,
                               .unit = info->unit,
                               .help = info->help,
                               .type = HO_PARAMETER_NUMBER,
                               .min = info->min,
                               .max = info->max,
                               .slider_min = info->slider_min,
                               .slider_max = info->slider_max,
                               .value = {info->value},
                               .has_keys = true};
}

struct field_spec field_spec_of_finesse(const struct ho_finesse_parameter *p)
{
    struct field_spec spec = {.name = p->name, .unit = p->unit, .help = p->help, .type = HO_PARAMETER_NUMBER};
    spec.min = spec.slider_min = (double)p->min;
    spec.max = spec.slider_max = (double)p->max;
    spec.value[0] = (double)p->value;
    if (spec.max >= 100) {    // pixels: the ends are rarely wanted
        spec.slider_max = spec.max / 4;
        spec.slider_min = spec.min / 4;
    }
    return spec;
}

static const struct field_kind *kind_of(const struct field_spec *spec)
{
    switch (spec->type) {
    case HO_PARAMETER_BOOLEAN: return &field_boolean;
    case HO_PARAMETER_CHOICE: return &field_choice;
    case HO_PARAMETER_FILE: return &field_file;
    case HO_PARAMETER_TEXT:
    case HO_PARAMETER_POINTS: return &field_text;
    case HO_PARAMETER_COLOUR: return spec->unit && *spec->unit ? &field_number : &field_colour;
    default: return &field_number;
    }
}

// ---- telling

void field_begin(Field *field)
{
    if (field->dragging)
        return;
    field->dragging = true;
    if (field->calls->begin)
        field->calls->begin(field->opaque, &field->spec);
}

void field_tell(Field *field)
{
    if (field->calls->set)
        field->calls->set(field->opaque, &field->spec, field->numbers, field->n_numbers, field->text);
    gtk_widget_queue_draw(GTK_WIDGET(field));
}

void field_commit(Field *field)
{
    if (!field->dragging)
        return;
    field->dragging = false;
    if (field->calls->commit)
        field->calls->commit(field->opaque);
}

void field_cancel(Field *field)
{
    if (!field->dragging)
        return;
    field->dragging = field->pressed = false;
    if (field->calls->cancel)
        field->calls->cancel(field->opaque);
    gtk_widget_queue_draw(GTK_WIDGET(field));
}

void field_set(Field *field, const double numbers[4], const char *text, enum field_key key)
{
    if (field->dragging || field->entry)
        return;
    bool same = field->key == key && !g_strcmp0(field->text, text) &&
                !memcmp(field->numbers, numbers, field->n_numbers * sizeof *numbers);
    if (same)
        return;
    memcpy(field->numbers, numbers, field->n_numbers * sizeof *numbers);
    if (g_strcmp0(field->text, text)) {
        g_free(field->text);
        field->text = g_strdup(text);
    }
    field->key = key;
    gtk_widget_queue_draw(GTK_WIDGET(field));
}

const struct field_spec *field_get_spec(Field *field) { return &field->spec; }

static bool is_default(const Field *field)
{
    for (size_t i = 0; i < field->n_numbers; i++)
        if (fabs(field->numbers[i] - field->spec.value[i]) > 1e-9)
            return false;
    return field->n_numbers || !g_strcmp0(field->text ? field->text : "", field->spec.text ? field->spec.text : "");
}

// ---- places

struct box field_values(Field *field)
{
    double width = gtk_widget_get_width(GTK_WIDGET(field)), height = gtk_widget_get_height(GTK_WIDGET(field));
    return (struct box){FIELD_LABEL, 2, MAX(width - FIELD_LABEL - FIELD_RIGHT, 20), height - 4};
}

static double right_of(Field *field) { return gtk_widget_get_width(GTK_WIDGET(field)); }
struct box field_reset_box(Field *field) { return (struct box){right_of(field) - 20, 0, 20, FIELD_HEIGHT}; }
struct box field_key_box(Field *field, enum field_jump jump)
{
    return (struct box){right_of(field) - 60 + 13 * (int)jump, 0, 13, FIELD_HEIGHT};
}

bool field_where(Field *field, const char *what, double *x, double *y)
{
    struct box box = {4, 0, 20, FIELD_HEIGHT};
    if (!strcmp(what, "reset"))
        box = field_reset_box(field);
    else if (!strcmp(what, "key"))
        box = field_key_box(field, FIELD_KEY_TOGGLE);
    else if (strcmp(what, "label")) {
        int index = !strcmp(what, "bar") ? -1 : what[5] ? what[5] - '1' : 0;
        if (field->kind->where) {
            field->kind->where(field, field_values(field), index, x, y);
            return true;
        }
        box = field_values(field);
    }
    *x = box.x + box.width / 2;
    *y = box.y + box.height / 2;
    return true;
}

// ---- drawing

static void draw_diamond(GtkSnapshot *snapshot, struct box box, enum field_key key)
{
    graphene_rect_t area = paint_rect(box.x, box.y, box.width, box.height);
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &area);
    double x = box.x + box.width / 2, y = box.y + box.height / 2, r = 4.5;
    cairo_move_to(cr, x - r, y);
    cairo_line_to(cr, x, y - r);
    cairo_line_to(cr, x + r, y);
    cairo_line_to(cr, x, y + r);
    cairo_close_path(cr);
    gdk_cairo_set_source_rgba(cr, paint_colour(key == FIELD_KEY_HERE ? PAINT_PLAYHEAD : PAINT_DIM));
    if (key == FIELD_KEY_HERE)
        cairo_fill_preserve(cr);
    cairo_set_line_width(cr, 1.2);
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void draw_jump(GtkSnapshot *snapshot, struct box box, int direction)
{
    graphene_rect_t area = paint_rect(box.x, box.y, box.width, box.height);
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &area);
    double x = box.x + box.width / 2, y = box.y + box.height / 2;
    cairo_move_to(cr, x - 2.0 * direction, y - 4);
    cairo_line_to(cr, x + 2.5 * direction, y);
    cairo_line_to(cr, x - 2.0 * direction, y + 4);
    gdk_cairo_set_source_rgba(cr, paint_colour(PAINT_DIM));
    cairo_set_line_width(cr, 1.4);
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void draw_reset(GtkSnapshot *snapshot, struct box box)
{
    graphene_rect_t area = paint_rect(box.x, box.y, box.width, box.height);
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &area);
    double x = box.x + box.width / 2, y = box.y + box.height / 2;
    gdk_cairo_set_source_rgba(cr, paint_colour(PAINT_DIM));
    cairo_set_line_width(cr, 1.4);
    cairo_arc(cr, x, y, 4.2, -2.4, 2.6);
    cairo_stroke(cr);
    cairo_move_to(cr, x - 6.5, y - 5);
    cairo_line_to(cr, x - 1, y - 4.5);
    cairo_line_to(cr, x - 4.5, y - 0.2);
    cairo_fill(cr);
    cairo_destroy(cr);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    Field *field = GUI_FIELD(widget);
    bool bright = field->hovered || gtk_widget_has_focus(widget);
    PangoLayout *label = paint_texts_get(field->texts, field->label, 12, (int)FIELD_LABEL - 16);
    paint_text(snapshot, label, paint_colour(bright ? PAINT_TEXT : PAINT_DIM), 10,
               (FIELD_HEIGHT - paint_layout_height(label)) / 2);
    field->kind->draw(field, snapshot, field_values(field));
    if (field->spec.has_keys)
        draw_diamond(snapshot, field_key_box(field, FIELD_KEY_TOGGLE), field->key);
    if (field->spec.has_keys && field->key != FIELD_NO_KEYS) {
        draw_jump(snapshot, field_key_box(field, FIELD_KEY_BEFORE), -1);
        draw_jump(snapshot, field_key_box(field, FIELD_KEY_AFTER), 1);
    }
    if (!is_default(field))
        draw_reset(snapshot, field_reset_box(field));
    if (gtk_widget_get_state_flags(widget) & GTK_STATE_FLAG_FOCUS_VISIBLE) {
        struct box box = field_values(field);
        GdkRGBA ring = paint_fade(PAINT_ACCENT, 0.8);
        paint_frame(snapshot, &ring, box.x - 1, box.y - 1, box.width + 2, box.height + 2, 3, 1);
    }
    if (field->entry)
        gtk_widget_snapshot_child(widget, field->entry, snapshot);
}

// ---- the widget

static gboolean query_tooltip(GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
    (void)keyboard;
    Field *field = GUI_FIELD(widget);
    const char *text = field->spec.help;
    if (box_has(field_reset_box(field), x, y))
        text = "Reset";
    else if (field->spec.has_keys && box_has(field_key_box(field, FIELD_KEY_TOGGLE), x, y))
        text = field->key == FIELD_KEY_HERE ? "Remove the keyframe here" : "Keyframe here";
    gtk_tooltip_set_text(tooltip, text);
    return text && *text;
}

static void state_flags_changed(GtkWidget *widget, GtkStateFlags before)
{
    if ((before ^ gtk_widget_get_state_flags(widget)) & (GTK_STATE_FLAG_FOCUSED | GTK_STATE_FLAG_FOCUS_VISIBLE))
        gtk_widget_queue_draw(widget);
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    (void)width, (void)height, (void)baseline;
    Field *field = GUI_FIELD(widget);
    if (field->entry) {
        const struct box *place = g_object_get_data(G_OBJECT(field->entry), "place");
        gtk_widget_size_allocate(
            field->entry,
            &(GtkAllocation){(int)place->x + 4, (int)place->y, (int)MAX(place->width - 8, 10), (int)place->height}, -1);
    }
    popup_allocate(widget);
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int size, int *minimum, int *natural, int *b1,
                    int *b2)
{
    Field *field = GUI_FIELD(widget);
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : FIELD_HEIGHT;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : FIELD_HEIGHT;
    *b1 = *b2 = -1;
    if (field->entry) {    // GTK wants a child measured before it is placed
        int a, b;
        gtk_widget_measure(field->entry, orientation, size, &a, &b, NULL, NULL);
    }
}

static void dispose(GObject *object)
{
    Field *field = GUI_FIELD(object);
    popup_dispose(GTK_WIDGET(object));
    g_clear_pointer(&field->entry, gtk_widget_unparent);
    G_OBJECT_CLASS(field_parent_class)->dispose(object);
}

static void finalize(GObject *object)
{
    Field *field = GUI_FIELD(object);
    g_free(field->label);
    g_free(field->text);
    g_free(field->before);
    paint_texts_free(field->texts);
    G_OBJECT_CLASS(field_parent_class)->finalize(object);
}

static void field_class_init(FieldClass *class)
{
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    widget->snapshot = snapshot;
    widget->size_allocate = size_allocate;
    widget->measure = measure;
    widget->query_tooltip = query_tooltip;
    widget->state_flags_changed = state_flags_changed;
    G_OBJECT_CLASS(class)->dispose = dispose;
    G_OBJECT_CLASS(class)->finalize = finalize;
    gtk_widget_class_set_css_name(widget, "field");
}

static void field_init(Field *field)
{
    gtk_widget_set_focusable(GTK_WIDGET(field), TRUE);
    gtk_widget_set_has_tooltip(GTK_WIDGET(field), TRUE);
}

// "blur_size" is shown as "Blur Size".
static char *title_of(const char *name)
{
    char *title = g_strdup(name);
    bool start = true;
    for (char *c = title; *c; c++) {
        if (*c == '_' || *c == '-')
            *c = ' ';
        else if (start)
            *c = g_ascii_toupper(*c);
        start = *c == ' ';
    }
    return title;
}

GtkWidget *field_new(const struct field_spec *spec, const struct field_calls *calls, void *opaque)
{
    Field *field = g_object_new(field_get_type(), NULL);
    field->spec = *spec;
    field->kind = kind_of(spec);
    field->calls = calls;
    field->opaque = opaque;
    field->label = title_of(spec->name);
    field->n_numbers = field_n_numbers(spec->type);
    memcpy(field->numbers, spec->value, sizeof field->numbers);
    field->text = g_strdup(spec->text);
    field->texts = paint_texts_new(GTK_WIDGET(field));
    field_attach(field);
    gtk_accessible_update_property(GTK_ACCESSIBLE(field), GTK_ACCESSIBLE_PROPERTY_LABEL, field->label, -1);
    return GTK_WIDGET(field);
}
