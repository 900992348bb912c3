// SPDX-License-Identifier: BSD-2-Clause
#include "wheel.h"

#include <math.h>
#include <string.h>

#include "paint.h"

#define TITLE 20.0
#define JOG 18.0
#define NUMBERS 20.0

enum wheel_part { WHEEL_NONE, WHEEL_DISC, WHEEL_MASTER, WHEEL_RED, WHEEL_GREEN, WHEEL_BLUE, WHEEL_RESET };

struct _Wheel {
    GtkWidget parent;
    struct field_spec spec;
    const struct field_calls *calls;
    void *opaque;
    char *label;
    double numbers[4], start[4];
    enum field_key key;
    enum wheel_part part;
    bool is_dragging;
    GdkTexture *disc;    // of disc_size pixels
    int disc_size;
    struct paint_texts *texts;
};

G_DEFINE_FINAL_TYPE(Wheel, wheel, GTK_TYPE_WIDGET)

// Where red, green and blue lie, as on a vectorscope: degrees against the clock from the right.
static const double directions[3] = {103, 223, 343};
static double turn(int channel) { return directions[channel] * G_PI / 180; }

void wheel_split(const double rgb[3], double reach, double *master, double *x, double *y)
{
    *master = (rgb[0] + rgb[1] + rgb[2]) / 3;
    *x = *y = 0;
    for (int i = 0; i < 3; i++) {
        *x += rgb[i] * cos(turn(i)) * 2 / 3 / reach;
        *y += rgb[i] * sin(turn(i)) * 2 / 3 / reach;
    }
}

void wheel_join(double master, double x, double y, double reach, double rgb[3])
{
    for (int i = 0; i < 3; i++)
        rgb[i] = master + (x * cos(turn(i)) + y * sin(turn(i))) * reach;
}

static double reach_of(const Wheel *wheel) { return (wheel->spec.slider_max - wheel->spec.slider_min) / 4; }

// ---- places

struct area {
    double x, y, radius;
};
static struct area disc_of(Wheel *wheel)
{
    double width = gtk_widget_get_width(GTK_WIDGET(wheel)), height = gtk_widget_get_height(GTK_WIDGET(wheel));
    double room = height - TITLE - JOG - NUMBERS - 10, radius = MAX(MIN(width - 16, room) / 2, 10);
    return (struct area){width / 2, TITLE + room / 2, radius};
}

static double number_x(Wheel *wheel, int index)
{
    return (index + 0.5) * gtk_widget_get_width(GTK_WIDGET(wheel)) / 4.0;
}

static enum wheel_part part_at(Wheel *wheel, double x, double y)
{
    double width = gtk_widget_get_width(GTK_WIDGET(wheel)), height = gtk_widget_get_height(GTK_WIDGET(wheel));
    struct area disc = disc_of(wheel);
    if (y < TITLE)
        return x > width - 24 ? WHEEL_RESET : WHEEL_NONE;
    if (hypot(x - disc.x, y - disc.y) <= disc.radius)
        return WHEEL_DISC;
    if (y > height - NUMBERS)
        return x < width / 4 ? WHEEL_MASTER : (enum wheel_part)(WHEEL_RED + CLAMP((int)(x * 4 / width) - 1, 0, 2));
    return y > height - NUMBERS - JOG ? WHEEL_MASTER : WHEEL_NONE;
}

static void dot_at(Wheel *wheel, double *x, double *y)
{
    struct area disc = disc_of(wheel);
    double master, bx, by;
    wheel_split(wheel->numbers, reach_of(wheel), &master, &bx, &by);
    double length = MAX(hypot(bx, by), 1);
    *x = disc.x + bx / length * disc.radius;
    *y = disc.y - by / length * disc.radius;
}

bool wheel_where(Wheel *wheel, const char *what, double *x, double *y)
{
    static const char *const numbers[] = {"master", "red", "green", "blue"};
    double height = gtk_widget_get_height(GTK_WIDGET(wheel));
    if (!strcmp(what, "dot")) {
        dot_at(wheel, x, y);
        return true;
    }
    *x = gtk_widget_get_width(GTK_WIDGET(wheel)) - 12;
    *y = TITLE / 2;
    if (!strcmp(what, "reset"))
        return true;
    for (int i = 0; i < 4; i++)
        if (!strcmp(what, numbers[i])) {
            *x = i ? number_x(wheel, i) : gtk_widget_get_width(GTK_WIDGET(wheel)) / 2.0;
            *y = i ? height - NUMBERS / 2 : height - NUMBERS - JOG / 2;
            return true;
        }
    return false;
}

// ---- drawing

static void put_pixel(unsigned char *pixel, double x, double y, double r)
{
    double rgb[3], most = 0, edge = CLAMP((1 - r) * 40, 0, 1);
    double ring = CLAMP((r - 0.86) * 30, 0, 1), strength = ring > 0 ? 0.62 * ring + 0.16 : 0.16 * r;
    wheel_join(0, x, y, 1, rgb);
    for (int i = 0; i < 3; i++)
        most = MAX(most, fabs(rgb[i]));
    for (int i = 0; i < 3; i++) {
        double level = 0.11 + strength * 0.5 * (1 + (most > 0 ? rgb[i] / most : 0)) * (r > 0 ? 1 : 0);
        pixel[i] = (unsigned char)lround(CLAMP(level, 0, 1) * 255 * edge);
    }
    pixel[3] = (unsigned char)lround(255 * edge);
}

static void make_disc(Wheel *wheel, int size)
{
    size_t stride = (size_t)size * 4;
    unsigned char *pixels = g_malloc(stride * (size_t)size);
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++) {
            double dx = (x + 0.5) * 2 / size - 1, dy = 1 - (y + 0.5) * 2 / size;
            put_pixel(pixels + (size_t)y * stride + (size_t)x * 4, dx, dy, hypot(dx, dy));
        }
    GBytes *bytes = g_bytes_new_take(pixels, stride * (size_t)size);
    g_clear_object(&wheel->disc);
    wheel->disc = gdk_memory_texture_new(size, size, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, bytes, stride);
    wheel->disc_size = size;
    g_bytes_unref(bytes);
}

static void draw_disc(Wheel *wheel, GtkSnapshot *snapshot)
{
    struct area disc = disc_of(wheel);
    int size = (int)(disc.radius * 2) * gtk_widget_get_scale_factor(GTK_WIDGET(wheel));
    if (size < 4)
        return;
    if (size != wheel->disc_size)
        make_disc(wheel, size);
    double side = floor(disc.radius * 2), x = floor(disc.x - side / 2), y = floor(disc.y - side / 2);
    graphene_rect_t place = paint_rect(x, y, side, side);
    gtk_snapshot_append_texture(snapshot, wheel->disc, &place);
    GdkRGBA cross = paint_fade(PAINT_DIM, 0.35);
    paint_fill(snapshot, &cross, floor(disc.x), disc.y - disc.radius * 0.8, 1, disc.radius * 1.6);
    paint_fill(snapshot, &cross, disc.x - disc.radius * 0.8, floor(disc.y), disc.radius * 1.6, 1);
    double dx, dy;
    dot_at(wheel, &dx, &dy);
    paint_frame(snapshot, paint_colour(PAINT_EDGE), dx - 6, dy - 6, 12, 12, 6, 3.5);
    paint_frame(snapshot, paint_colour(PAINT_TEXT), dx - 5, dy - 5, 10, 10, 5, 1.5);
}

// Ribs that move with the master, so that turning is seen.
static void draw_jog(Wheel *wheel, GtkSnapshot *snapshot, double master)
{
    struct area disc = disc_of(wheel);
    double width = disc.radius * 2, x = disc.x - disc.radius;
    double y = gtk_widget_get_height(GTK_WIDGET(wheel)) - NUMBERS - JOG + 3;
    paint_round(snapshot, paint_colour(PAINT_CANVAS), x, y, width, JOG - 6, 4);
    GdkRGBA rib = paint_fade(PAINT_DIM, 0.6);
    double shift = fmod(master / reach_of(wheel) * 60, 8);
    for (double at = shift < 0 ? shift + 8 : shift; at < width - 2; at += 8)
        paint_fill(snapshot, &rib, floor(x + at) + 1, y + 2, 1, JOG - 10);
}

static void draw_numbers(Wheel *wheel, GtkSnapshot *snapshot, double master)
{
    static const GdkRGBA colours[4] = {
        {0.75f, 0.75f, 0.77f, 1}, {0.95f, 0.45f, 0.42f, 1}, {0.45f, 0.8f, 0.45f, 1}, {0.5f, 0.65f, 1, 1}};
    double y = gtk_widget_get_height(GTK_WIDGET(wheel)) - NUMBERS;
    for (int i = 0; i < 4; i++) {
        char text[16];
        double value = i ? wheel->numbers[i - 1] : master;
        g_snprintf(text, sizeof text, "%.2f", fabs(value) < 0.005 ? 0 : value);
        PangoLayout *layout = paint_texts_get(wheel->texts, text, 11, 0);
        double x = number_x(wheel, i);
        paint_text(snapshot, layout, paint_colour(PAINT_TEXT), x - paint_layout_width(layout) / 2, y + 1);
        paint_fill(snapshot, &colours[i], x - 14, y + 17, 28, 1.5);
    }
}

static void draw_title(Wheel *wheel, GtkSnapshot *snapshot)
{
    double width = gtk_widget_get_width(GTK_WIDGET(wheel));
    PangoLayout *layout = paint_texts_get(wheel->texts, wheel->label, 12, 0);
    paint_text(snapshot, layout, paint_colour(PAINT_TEXT), width / 2 - paint_layout_width(layout) / 2, 1);
    if (!memcmp(wheel->numbers, wheel->spec.value, 3 * sizeof(double)))
        return;
    graphene_rect_t area = paint_rect(width - 22, 0, 20, TITLE);
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &area);
    gdk_cairo_set_source_rgba(cr, paint_colour(PAINT_DIM));
    cairo_set_line_width(cr, 1.4);
    cairo_arc(cr, width - 12, TITLE / 2, 4.2, -2.4, 2.6);
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    Wheel *wheel = GUI_WHEEL(widget);
    double master, x, y;
    wheel_split(wheel->numbers, reach_of(wheel), &master, &x, &y);
    draw_title(wheel, snapshot);
    draw_disc(wheel, snapshot);
    draw_jog(wheel, snapshot, master);
    draw_numbers(wheel, snapshot, master);
}

// ---- changing

static void tell(Wheel *wheel)
{
    for (int i = 0; i < 3; i++)
        wheel->numbers[i] = CLAMP(wheel->numbers[i], wheel->spec.min, wheel->spec.max);
    if (wheel->calls->set)
        wheel->calls->set(wheel->opaque, &wheel->spec, wheel->numbers, 4, NULL);
    gtk_widget_queue_draw(GTK_WIDGET(wheel));
}

static void begin(Wheel *wheel)
{
    if (wheel->is_dragging)
        return;
    wheel->is_dragging = true;
    if (wheel->calls->begin)
        wheel->calls->begin(wheel->opaque, &wheel->spec);
}

static void end(Wheel *wheel, bool commit)
{
    void (*done)(void *) = commit ? wheel->calls->commit : wheel->calls->cancel;
    bool was = wheel->is_dragging;
    wheel->is_dragging = false;
    wheel->part = WHEEL_NONE;
    if (was && done)
        done(wheel->opaque);
}

static void reset(Wheel *wheel)
{
    if (wheel->calls->reset)
        wheel->calls->reset(wheel->opaque, &wheel->spec);
}

static void on_begin(GtkGestureDrag *gesture, double x, double y, Wheel *wheel)
{
    gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    gtk_widget_grab_focus(GTK_WIDGET(wheel));
    wheel->part = part_at(wheel, x, y);
    memcpy(wheel->start, wheel->numbers, sizeof wheel->start);
    if (wheel->part == WHEEL_RESET)
        reset(wheel);
}

// The dot follows at half the pointer's way, so that small corrections are easy; with Shift it goes along.
static void drag_disc(Wheel *wheel, double dx, double dy, bool along)
{
    double master, x, y, radius = disc_of(wheel).radius / (along ? 1 : 0.5);
    wheel_split(wheel->start, reach_of(wheel), &master, &x, &y);
    x += dx / radius;
    y -= dy / radius;
    double length = MAX(hypot(x, y), 1);
    wheel_join(master, x / length, y / length, reach_of(wheel), wheel->numbers);
}

static void on_update(GtkGestureDrag *gesture, double dx, double dy, Wheel *wheel)
{
    GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
    bool shift = state & GDK_SHIFT_MASK;
    double step = reach_of(wheel) / 200 * (shift ? 0.2 : 1) * dx;
    if (wheel->part == WHEEL_NONE || wheel->part == WHEEL_RESET || (!wheel->is_dragging && hypot(dx, dy) < 2))
        return;
    begin(wheel);
    if (wheel->part == WHEEL_DISC)
        drag_disc(wheel, dx, dy, shift);
    else
        for (int i = 0; i < 3; i++)
            if (wheel->part == WHEEL_MASTER || (int)wheel->part - WHEEL_RED == i)
                wheel->numbers[i] = wheel->start[i] + step;
    tell(wheel);
}

static void on_end(GtkGestureDrag *gesture, double dx, double dy, Wheel *wheel)
{
    (void)gesture, (void)dx, (void)dy;
    end(wheel, true);
}

static void on_cancel(GtkGesture *gesture, GdkEventSequence *sequence, Wheel *wheel)
{
    (void)gesture, (void)sequence;
    end(wheel, false);
}

static void on_double(GtkGestureClick *click, int n, double x, double y, Wheel *wheel)
{
    (void)click;
    if (n == 2 && part_at(wheel, x, y) == WHEEL_DISC)
        reset(wheel);
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, Wheel *wheel)
{
    (void)keys, (void)code, (void)state;
    if (key != GDK_KEY_Escape || !wheel->is_dragging)
        return FALSE;
    end(wheel, false);
    return TRUE;
}

void wheel_set(Wheel *wheel, const double numbers[4], enum field_key key)
{
    if (wheel->is_dragging)
        return;
    memcpy(wheel->numbers, numbers, sizeof wheel->numbers);
    wheel->key = key;
    gtk_widget_queue_draw(GTK_WIDGET(wheel));
}

// ---- the widget

static void measure(GtkWidget *widget, GtkOrientation orientation, int size, int *minimum, int *natural, int *b1,
                    int *b2)
{
    (void)widget, (void)size;
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 112 : 150;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 170 : 220;
    *b1 = *b2 = -1;
}

static void finalize(GObject *object)
{
    Wheel *wheel = GUI_WHEEL(object);
    g_clear_object(&wheel->disc);
    g_free(wheel->label);
    paint_texts_free(wheel->texts);
    G_OBJECT_CLASS(wheel_parent_class)->finalize(object);
}

static void wheel_class_init(WheelClass *class)
{
    GTK_WIDGET_CLASS(class)->snapshot = snapshot;
    GTK_WIDGET_CLASS(class)->measure = measure;
    G_OBJECT_CLASS(class)->finalize = finalize;
    gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "wheel");
}

static void wheel_init(Wheel *wheel)
{
    gtk_widget_set_focusable(GTK_WIDGET(wheel), TRUE);
    gtk_widget_set_hexpand(GTK_WIDGET(wheel), TRUE);
    g_object_set_data(G_OBJECT(wheel), "where", (gpointer)wheel_where);
}

GtkWidget *wheel_new(const struct field_spec *spec, const struct field_calls *calls, void *opaque)
{
    Wheel *wheel = g_object_new(wheel_get_type(), NULL);
    GtkGesture *drag = gtk_gesture_drag_new(), *click = gtk_gesture_click_new();
    GtkEventController *keys = gtk_event_controller_key_new();
    wheel->spec = *spec;
    wheel->calls = calls;
    wheel->opaque = opaque;
    wheel->label = g_strdup(spec->name);
    wheel->label[0] = g_ascii_toupper(wheel->label[0]);
    memcpy(wheel->numbers, spec->value, sizeof wheel->numbers);
    wheel->texts = paint_texts_new(GTK_WIDGET(wheel));
    gtk_gesture_group(click, drag);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), wheel);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), wheel);
    g_signal_connect(drag, "drag-end", G_CALLBACK(on_end), wheel);
    g_signal_connect(drag, "cancel", G_CALLBACK(on_cancel), wheel);
    g_signal_connect(click, "pressed", G_CALLBACK(on_double), wheel);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), wheel);
    gtk_widget_add_controller(GTK_WIDGET(wheel), GTK_EVENT_CONTROLLER(drag));
    gtk_widget_add_controller(GTK_WIDGET(wheel), GTK_EVENT_CONTROLLER(click));
    gtk_widget_add_controller(GTK_WIDGET(wheel), keys);
    gtk_accessible_update_property(GTK_ACCESSIBLE(wheel), GTK_ACCESSIBLE_PROPERTY_LABEL, wheel->label, -1);
    return GTK_WIDGET(wheel);
}
