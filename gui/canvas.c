// SPDX-License-Identifier: BSD-2-Clause
#include "canvas.h"

#include "popup.h"

struct _Canvas {
    GtkWidget parent;
    const struct canvas_calls *calls;
    void *opaque;
    int min_width, min_height;
};
G_DEFINE_FINAL_TYPE(Canvas, canvas, GTK_TYPE_WIDGET)

static void canvas_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    Canvas *canvas = GUI_CANVAS(widget);
    canvas->calls->draw(canvas->opaque, snapshot, gtk_widget_get_width(widget), gtk_widget_get_height(widget));
}

static void canvas_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
    (void)for_size;
    Canvas *canvas = GUI_CANVAS(widget);
    *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? canvas->min_width : canvas->min_height;
    *minimum_baseline = *natural_baseline = -1;
}

static void canvas_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    (void)baseline;
    Canvas *canvas = GUI_CANVAS(widget);
    popup_allocate(widget);
    if (canvas->calls->resized)
        canvas->calls->resized(canvas->opaque, width, height);
}

static void canvas_dispose(GObject *object)
{
    popup_dispose(GTK_WIDGET(object));
    G_OBJECT_CLASS(canvas_parent_class)->dispose(object);
}

static void canvas_finalize(GObject *object)
{
    Canvas *canvas = GUI_CANVAS(object);
    if (canvas->calls->destroy)
        canvas->calls->destroy(canvas->opaque);
    G_OBJECT_CLASS(canvas_parent_class)->finalize(object);
}

static void canvas_class_init(CanvasClass *class)
{
    G_OBJECT_CLASS(class)->dispose = canvas_dispose;
    G_OBJECT_CLASS(class)->finalize = canvas_finalize;
    GTK_WIDGET_CLASS(class)->snapshot = canvas_snapshot;
    GTK_WIDGET_CLASS(class)->measure = canvas_measure;
    GTK_WIDGET_CLASS(class)->size_allocate = canvas_size_allocate;
    gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "canvas");
}

static void canvas_init(Canvas *canvas) { gtk_widget_set_overflow(GTK_WIDGET(canvas), GTK_OVERFLOW_HIDDEN); }

GtkWidget *canvas_new(const struct canvas_calls *calls, void *opaque, int min_width, int min_height)
{
    Canvas *canvas = g_object_new(canvas_get_type(), "accessible-role",
                                  calls->role ? calls->role : GTK_ACCESSIBLE_ROLE_IMG, NULL);
    canvas->calls = calls;
    canvas->opaque = opaque;
    canvas->min_width = min_width;
    canvas->min_height = min_height;
    return GTK_WIDGET(canvas);
}

void *canvas_opaque(GtkWidget *canvas) { return GUI_CANVAS(canvas)->opaque; }

bool canvas_where(GtkWidget *widget, const char *part, double *x, double *y)
{
    Canvas *canvas = GUI_CANVAS(widget);
    return canvas->calls->where && canvas->calls->where(canvas->opaque, part, x, y);
}
