// SPDX-License-Identifier: BSD-2-Clause
// Values that are no numbers to drag: switches, choices, texts, files.
#include <string.h>

#include "field_internal.h"
#include "popup.h"

static void draw_text_in(Field *field, GtkSnapshot *snapshot, struct box box, const char *text,
                         enum paint_colour colour)
{
    PangoLayout *layout = paint_texts_get(field->texts, text, 12, (int)MAX(box.width - 24, 8));
    paint_text(snapshot, layout, paint_colour(colour), box.x + 7,
               box.y + (box.height - paint_layout_height(layout)) / 2);
}

// ---- a switch

static struct box switch_box(struct box values) { return (struct box){values.x, values.y + 3, 28, 14}; }

static void draw_boolean(Field *field, GtkSnapshot *snapshot, struct box values)
{
    struct box box = switch_box(values);
    bool on = field->numbers[0] != 0;
    GdkRGBA back = on ? paint_mix(PAINT_ACCENT, PAINT_PANEL, 0.25) : *paint_colour(PAINT_CANVAS);
    paint_round(snapshot, &back, box.x, box.y, box.width, box.height, 7);
    paint_round(snapshot, paint_colour(on ? PAINT_TEXT : PAINT_DIM), box.x + (on ? 16 : 2), box.y + 2, 10, 10, 5);
}

static void toggle(Field *field)
{
    field->numbers[0] = field->numbers[0] == 0;
    field_tell(field);
}

static void click_boolean(Field *field, struct box values, double x, double y)
{
    (void)values, (void)x, (void)y;
    toggle(field);
}

static void where_boolean(Field *field, struct box values, int index, double *x, double *y)
{
    (void)field, (void)index;
    *x = switch_box(values).x + 14;
    *y = switch_box(values).y + 7;
}

const struct field_kind field_boolean = {draw_boolean, NULL, NULL, click_boolean, NULL, toggle, where_boolean};

// ---- a choice

static size_t n_choices(const Field *field)
{
    size_t n = 0;
    while (field->spec.choices && field->spec.choices[n])
        n++;
    return n;
}

static char *choice_label(const char *name)
{
    char *label = g_strdup(name);
    for (char *c = label; *c; c++)
        *c = *c == '_' || *c == '-' ? ' ' : c == label || c[-1] == ' ' ? g_ascii_toupper(*c) : *c;
    return label;
}

static void draw_choice(Field *field, GtkSnapshot *snapshot, struct box values)
{
    size_t index = (size_t)MAX(field->numbers[0], 0);
    char *label = index < n_choices(field) ? choice_label(field->spec.choices[index]) : g_strdup("");
    paint_round(snapshot, paint_colour(PAINT_CANVAS), values.x, values.y, values.width, values.height, 2);
    draw_text_in(field, snapshot, values, label, PAINT_TEXT);
    double x = values.x + values.width - 13, y = values.y + values.height / 2;
    graphene_rect_t area = paint_rect(x - 6, y - 5, 12, 10);
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &area);
    gdk_cairo_set_source_rgba(cr, paint_colour(PAINT_DIM));
    cairo_move_to(cr, x - 4, y - 2);
    cairo_line_to(cr, x, y + 2);
    cairo_line_to(cr, x + 4, y - 2);
    cairo_set_line_width(cr, 1.4);
    cairo_stroke(cr);
    cairo_destroy(cr);
    g_free(label);
}

static void on_chosen(GSimpleAction *action, GVariant *index, gpointer field)
{
    (void)action;
    Field *self = field;
    self->numbers[0] = g_variant_get_int32(index);
    field_tell(self);
}

static void open_choices(Field *field)
{
    GSimpleActionGroup *group = g_simple_action_group_new();
    const GActionEntry entry = {"choose", on_chosen, "i", NULL, NULL, {0}};
    g_action_map_add_action_entries(G_ACTION_MAP(group), &entry, 1, field);
    gtk_widget_insert_action_group(GTK_WIDGET(field), "field", G_ACTION_GROUP(group));
    g_object_unref(group);
    GMenu *menu = g_menu_new();
    for (size_t i = 0; i < n_choices(field); i++) {
        char action[40], *label = choice_label(field->spec.choices[i]);
        g_snprintf(action, sizeof action, "field.choose(%zu)", i);
        g_menu_append(menu, label, action);
        g_free(label);
    }
    struct box values = field_values(field);
    popup_menu(GTK_WIDGET(field), G_MENU_MODEL(menu), values.x, values.y + values.height);
    g_object_unref(menu);
}

static void click_choice(Field *field, struct box values, double x, double y)
{
    (void)values, (void)x, (void)y;
    open_choices(field);
}

static void step_choice(Field *field, int steps, GdkModifierType state)
{
    (void)state;
    double next = CLAMP(field->numbers[0] - steps, 0, (double)n_choices(field) - 1);
    if (next == field->numbers[0])
        return;
    field->numbers[0] = next;
    field_tell(field);
}

const struct field_kind field_choice = {draw_choice, NULL, NULL, click_choice, step_choice, open_choices, NULL};

// ---- a text, points

static void draw_text(Field *field, GtkSnapshot *snapshot, struct box values)
{
    paint_round(snapshot, paint_colour(PAINT_CANVAS), values.x, values.y, values.width, values.height, 2);
    if (!field->entry)
        draw_text_in(field, snapshot, values, field->text ? field->text : "", PAINT_TEXT);
}

static void open_text(Field *field) { field_open_entry(field, field->text ? field->text : "", field_values(field)); }

static void click_text(Field *field, struct box values, double x, double y)
{
    (void)values, (void)x, (void)y;
    open_text(field);
}

const struct field_kind field_text = {draw_text, NULL, NULL, click_text, NULL, open_text, NULL};

// ---- a file: its name is shown, a click opens the dialog

static void on_file(GtkNativeDialog *dialog, int response, Field *field)
{
    GFile *file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog)) : NULL;
    if (file) {
        g_free(field->text);
        field->text = g_file_get_path(file);
        field_tell(field);
        g_object_unref(file);
    }
    g_object_unref(dialog);
}

static void open_file(Field *field)
{
    GtkFileChooserNative *dialog = gtk_file_chooser_native_new(field->label,
                                                               GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(field))),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN, "_Open", "_Cancel");
    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
    g_signal_connect_object(dialog, "response", G_CALLBACK(on_file), field, 0);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static void click_file(Field *field, struct box values, double x, double y)
{
    (void)values, (void)x, (void)y;
    open_file(field);
}

static void draw_file(Field *field, GtkSnapshot *snapshot, struct box values)
{
    bool none = !field->text || !*field->text;
    char *name = none ? g_strdup("Choose a file…") : g_path_get_basename(field->text);
    paint_round(snapshot, paint_colour(PAINT_CANVAS), values.x, values.y, values.width, values.height, 2);
    draw_text_in(field, snapshot, values, name, none ? PAINT_DIM : PAINT_TEXT);
    g_free(name);
}

const struct field_kind field_file = {draw_file, NULL, NULL, click_file, NULL, open_file, NULL};
