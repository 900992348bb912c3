// SPDX-License-Identifier: BSD-2-Clause
#include "mask_lane.h"

#include <math.h>

#include "canvas.h"
#include "mask.h"
#include "span.h"

#define RULER 16
#define TOP (RULER + 6)    // of the band; above it stand diamonds of prompts
#define BAND 20
#define HEIGHT (TOP + BAND + 8)
#define MARGIN 8

struct mask_lane {
    struct app *app;
    GtkWidget *widget;
    struct paint_texts *texts;
};

static struct span span_of(const struct mask_lane *lane)
{
    return (struct span){span_of_source(lane->app), MARGIN, MAX(gtk_widget_get_width(lane->widget) - 2 * MARGIN, 1)};
}

static GdkRGBA band_colour(const struct ho_mask_object *object, unsigned flags)
{
    GdkRGBA own = mask_colour(object);
    const GdkRGBA *canvas = paint_colour(PAINT_EDGE);
    float share = flags & HO_LANE_LOCKED ? 0.45f : 0.75f;
    if (flags & HO_LANE_ABSENT)
        return (GdkRGBA){0.22f, 0.22f, 0.25f, 1};
    if (flags & HO_LANE_DOUBTFUL)
        return *paint_colour(PAINT_ACCENT);
    return (GdkRGBA){own.red * share + canvas->red * (1 - share), own.green * share + canvas->green * (1 - share),
                     own.blue * share + canvas->blue * (1 - share), 1};
}

static void draw_diamond(GtkSnapshot *snapshot, double x)
{
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float)x, TOP - 1));
    gtk_snapshot_rotate(snapshot, 45);
    paint_fill(snapshot, &(GdkRGBA){1, 1, 1, 1}, -3.5, -3.5, 7, 7);
    gtk_snapshot_restore(snapshot);
}

static void draw_piece(struct mask_lane *lane, GtkSnapshot *snapshot, const struct span *span,
                       const struct ho_lane_span *piece)
{
    const struct ho_mask_object *object = ho_session_object(lane->app->session);
    double x0 = floor(span_x(span, MAX(piece->frames.first, span->frames.first)));
    double x1 = floor(span_x(span, MIN(piece->frames.last, span->frames.last) + 1)), width = MAX(x1 - x0, 1);
    if (!object || x1 < x0)
        return;
    if (piece->flags & (HO_LANE_MATTE | HO_LANE_ABSENT)) {
        GdkRGBA colour = band_colour(object, piece->flags);
        paint_fill(snapshot, &colour, x0, TOP, width, BAND);
    } else if (piece->flags & HO_LANE_WAITING) {
        paint_fill(snapshot, paint_colour(PAINT_RAISED), x0, TOP, width, BAND);
    }
    if (piece->flags & HO_LANE_CHANGED)
        paint_fill(snapshot, paint_colour(PAINT_KEY), x0, TOP + BAND, width, 3);
    if (piece->flags & HO_LANE_LOCKED)
        paint_frame(snapshot, paint_colour(PAINT_TEXT), x0, TOP, MAX(width, 3), BAND, 0, 1);
    if (piece->flags & HO_LANE_CUT)
        paint_fill(snapshot, paint_colour(PAINT_TEXT), floor(x0), TOP - 4, 1, BAND + 8);
}

static void draw_prompts(struct mask_lane *lane, GtkSnapshot *snapshot, const struct span *span)
{
    size_t n;
    const struct ho_lane_span *pieces = ho_session_lane(lane->app->session, &n);
    for (size_t i = 0; i < n; i++) {
        if ((pieces[i].flags & HO_LANE_PROMPTED) && pieces[i].frames.first >= span->frames.first &&
            pieces[i].frames.last <= span->frames.last)
            draw_diamond(snapshot,
                         (span_x(span, pieces[i].frames.first) + span_x(span, pieces[i].frames.first + 1)) / 2);
    }
}

static void draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    struct mask_lane *lane = opaque;
    struct span span = span_of(lane);
    size_t n;
    const struct ho_lane_span *pieces = ho_session_lane(lane->app->session, &n);
    int64_t here = ho_session_source_frame(lane->app->session);
    paint_fill(snapshot, paint_colour(PAINT_CANVAS), 0, 0, width, height);
    paint_fill(snapshot, paint_colour(PAINT_EDGE), MARGIN, TOP, width - 2 * MARGIN, BAND);
    if (!ho_session_clip(lane->app->session))
        return;
    span_ruler(&span, lane->texts, snapshot, span_source_start(lane->app), 0, RULER);
    for (size_t i = 0; i < n; i++)
        draw_piece(lane, snapshot, &span, &pieces[i]);
    draw_prompts(lane, snapshot, &span);
    if (here >= span.frames.first && here <= span.frames.last) {
        double x = floor((span_x(&span, here) + span_x(&span, here + 1)) / 2);
        paint_fill(snapshot, &(GdkRGBA){0, 0, 0, 0.6f}, x - 1, RULER, 3, height - RULER);
        paint_fill(snapshot, &(GdkRGBA){1, 1, 1, 1}, x, 0, 1, height);
        paint_round(snapshot, paint_colour(PAINT_PLAYHEAD), x - 4, 0, 9, 7, 2);
    }
}

// ---- the pointer

static void go(struct mask_lane *lane, double x)
{
    struct span span = span_of(lane);
    if (ho_session_clip(lane->app->session))
        mask_go(lane->app, span_frame(&span, x));
}

static void on_begin(GtkGestureDrag *gesture, double x, double y, struct mask_lane *lane)
{
    (void)gesture, (void)y;
    go(lane, x);
}

static void on_update(GtkGestureDrag *gesture, double dx, double dy, struct mask_lane *lane)
{
    double x, y;
    (void)dy;
    gtk_gesture_drag_get_start_point(gesture, &x, &y);
    go(lane, x + dx);
}

static void describe(GString *text, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *word;
    } words[] = {{HO_LANE_PROMPTED, "prompted"},
                 {HO_LANE_DOUBTFUL, "to be checked"},
                 {HO_LANE_LOCKED, "locked"},
                 {HO_LANE_ABSENT, "not here"},
                 {HO_LANE_CHANGED, "changed by this step"},
                 {HO_LANE_WAITING, "waiting"},
                 {HO_LANE_CUT, "a shot begins"},
                 {HO_LANE_MATTE, "tracked"}};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (flags & words[i].flag)
            g_string_append_printf(text, ", %s", words[i].word);
    }
}

static gboolean on_tooltip(GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                           struct mask_lane *lane)
{
    (void)widget, (void)y;
    struct span span = span_of(lane);
    if (keyboard || !ho_session_clip(lane->app->session))
        return FALSE;
    int64_t frame = span_frame(&span, x);
    const struct ho_lane_span *piece = mask_span_at(lane->app, frame);
    char timecode[HO_TIMECODE_SIZE];
    ho_timecode_format(ho_timecode_add(span_source_start(lane->app), frame), timecode);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, _("Frame %ld, %s"), (long)frame, timecode);
    if (piece)
        describe(text, piece->flags);
    if (piece && piece->step > 0)
        g_string_append_printf(text, _(" (step %ld)"), (long)piece->step);
    gtk_tooltip_set_text(tooltip, text->str);
    return TRUE;
}

static void on_news(void *opaque, const struct ho_news *news)
{
    (void)news;
    gtk_widget_queue_draw(((struct mask_lane *)opaque)->widget);
}

// A source frame.
static bool where(void *opaque, const char *part, double *x, double *y)
{
    struct span span = span_of(opaque);
    int64_t frame = g_ascii_strtoll(part, NULL, 10);
    *x = (span_x(&span, frame) + span_x(&span, frame + 1)) / 2;
    *y = TOP + BAND / 2.0;
    return true;
}

static void destroy(void *opaque)
{
    struct mask_lane *lane = opaque;
    paint_texts_free(lane->texts);
    g_free(lane);
}

static const struct canvas_calls calls = {.draw = draw, .where = where, .destroy = destroy};

GtkWidget *mask_lane_new(struct app *app)
{
    struct mask_lane *lane = g_new0(struct mask_lane, 1);
    GtkGesture *drag = gtk_gesture_drag_new();
    lane->app = app;
    lane->widget = canvas_new(&calls, lane, 200, HEIGHT);
    lane->texts = paint_texts_new(lane->widget);
    gtk_widget_set_name(lane->widget, "lane");
    gtk_widget_set_has_tooltip(lane->widget, TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(lane->widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Mask lane"), -1);
    g_signal_connect(lane->widget, "query-tooltip", G_CALLBACK(on_tooltip), lane);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), lane);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), lane);
    gtk_widget_add_controller(lane->widget, GTK_EVENT_CONTROLLER(drag));
    app_watch(app, lane->widget,
              HO_NEWS_LANE | HO_NEWS_OBJECTS | HO_NEWS_PLAYHEAD | HO_NEWS_SELECTION | HO_NEWS_TIMELINE |
                  HO_NEWS_PROJECT,
              on_news, lane);
    return lane->widget;
}
