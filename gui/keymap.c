// SPDX-License-Identifier: BSD-2-Clause
#include "keymap.h"

#include <string.h>

#define KEYS_MAX 4
#define MODIFIERS (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)

struct key {
    guint value;
    GdkModifierType state;
};
struct keymap {
    GHashTable *own;    // action name -> keys as text, where the user has said
    char *path;
};

static const char *keys_of(struct keymap *keymap, const struct action *action)
{
    const char *own = keymap ? g_hash_table_lookup(keymap->own, action->name) : NULL;
    return own ? own : action->keys ? action->keys : "";
}

static int parse(const char *text, struct key out[KEYS_MAX])
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    int n = 0;
    for (char **word = words; *word && n < KEYS_MAX; word++) {
        if (**word && gtk_accelerator_parse(*word, &out[n].value, &out[n].state) && out[n].value)
            n++;
    }
    return n;
}

static void load(struct keymap *keymap)
{
    g_autofree char *text = NULL;
    if (!keymap->path || !g_file_get_contents(keymap->path, &text, NULL, NULL))
        return;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        char *keys = strchr(*line, ' ');
        if (keys && **line != '#') {
            *keys++ = 0;
            g_hash_table_insert(keymap->own, g_strdup(*line), g_strdup(keys));
        }
    }
}

struct keymap *keymap_new(const char *path)
{
    struct keymap *keymap = g_new0(struct keymap, 1);
    keymap->own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    keymap->path = g_strdup(path);
    load(keymap);
    return keymap;
}

void keymap_free(struct keymap *keymap)
{
    if (!keymap)
        return;
    g_hash_table_unref(keymap->own);
    g_free(keymap->path);
    g_free(keymap);
}

char *keymap_accel(struct keymap *keymap, const struct action *action)
{
    struct key keys[KEYS_MAX];
    return parse(keys_of(keymap, action), keys) ? gtk_accelerator_name(keys[0].value, keys[0].state) : NULL;
}

char *keymap_label(struct keymap *keymap, const struct action *action)
{
    struct key keys[KEYS_MAX];
    int n = parse(keys_of(keymap, action), keys);
    GString *out = g_string_new(NULL);
    for (int i = 0; i < n; i++) {
        g_autofree char *label = gtk_accelerator_get_label(keys[i].value, keys[i].state);
        g_string_append_printf(out, "%s%s", i ? ", " : "", label);
    }
    return g_string_free(out, FALSE);
}

// ---- changing

static void save(struct keymap *keymap)
{
    GHashTableIter iter;
    gpointer name, keys;
    g_autoptr(GString) out = g_string_new("# holdout-gui: action and its keys, one a line\n");
    g_hash_table_iter_init(&iter, keymap->own);
    while (g_hash_table_iter_next(&iter, &name, &keys))
        g_string_append_printf(out, "%s %s\n", (char *)name, (char *)keys);
    if (keymap->path)
        g_file_set_contents(keymap->path, out->str, -1, NULL);
}

static bool share(struct keymap *keymap, const struct action *a, const struct action *b)
{
    struct key p[KEYS_MAX], q[KEYS_MAX];
    int n = parse(keys_of(keymap, a), p), m = parse(keys_of(keymap, b), q);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < m; j++) {
            if (p[i].value == q[j].value && p[i].state == q[j].state)
                return true;
        }
    }
    return false;
}

const struct action *keymap_set(struct keymap *keymap, const struct action *action, const char *keys)
{
    const struct action *loser = NULL;
    if (keys)
        g_hash_table_insert(keymap->own, g_strdup(action->name), g_strdup(keys));
    else
        g_hash_table_remove(keymap->own, action->name);
    for (const struct action *const *table = actions_tables(); *table; table++) {
        for (const struct action *other = *table; other->name; other++) {
            if (other != action && other->context == action->context && share(keymap, action, other)) {
                g_hash_table_insert(keymap->own, g_strdup(other->name), g_strdup(""));
                loser = other;
            }
        }
    }
    save(keymap);
    return loser;
}

// ---- dispatching

// What was pressed, as it may be written: with the key's own letter, and as the character that came out.
struct press {
    struct key as[3];
    int n;
};

static void add(struct press *press, guint value, GdkModifierType state)
{
    press->as[press->n++] = (struct key){gdk_keyval_to_lower(value), state & MODIFIERS};
}

static struct press read_press(GtkEventController *controller, guint value, guint code, GdkModifierType state)
{
    struct press press = {0};
    guint plain;
    GdkDisplay *display = gtk_widget_get_display(gtk_event_controller_get_widget(controller));
    if (value == GDK_KEY_ISO_Left_Tab)
        value = GDK_KEY_Tab;
    add(&press, value, state);
    if (gdk_display_translate_key(display, code, 0, 0, &plain, NULL, NULL, NULL) && plain != value)
        add(&press, plain, state);
    // "?" is typed with Shift and written without; arrows and Space with Shift are other keys.
    guint32 character = gdk_keyval_to_unicode(value);
    if ((state & GDK_SHIFT_MASK) && character > ' ' && character != 127 &&
        gdk_keyval_to_lower(value) == gdk_keyval_to_upper(value))
        add(&press, value, state & ~(guint)GDK_SHIFT_MASK);
    return press;
}

static bool answers(struct keymap *keymap, const struct action *action, const struct press *press)
{
    struct key keys[KEYS_MAX];
    int n = parse(keys_of(keymap, action), keys);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < press->n; j++) {
            if (gdk_keyval_to_lower(keys[i].value) == press->as[j].value && keys[i].state == press->as[j].state)
                return true;
        }
    }
    return false;
}

static const struct action *find(struct app *app, enum action_context context, const struct press *press)
{
    for (const struct action *const *table = actions_tables(); *table; table++) {
        for (const struct action *action = *table; action->name; action++) {
            if (action->context == context && answers(app->keymap, action, press))
                return action;
        }
    }
    return NULL;
}

static const struct action *find_in_panels(struct app *app, GtkWidget *from, const struct press *press,
                                           GtkWidget **panel)
{
    for (GtkWidget *widget = from; widget; widget = gtk_widget_get_parent(widget)) {
        enum action_context context = actions_context_of(widget);
        const struct action *action = context ? find(app, context, press) : NULL;
        if (action) {
            *panel = widget;
            return action;
        }
    }
    return NULL;
}

static GtkWidget *under_pointer(struct app *app)
{
    double x, y, dx = 0, dy = 0;
    GdkSurface *surface = gtk_native_get_surface(GTK_NATIVE(app->window));
    GdkSeat *seat = gdk_display_get_default_seat(gdk_surface_get_display(surface));
    GdkDevice *pointer = seat ? gdk_seat_get_pointer(seat) : NULL;
    if (!pointer || !gdk_surface_get_device_position(surface, pointer, &x, &y, NULL))
        return NULL;
    gtk_native_get_surface_transform(GTK_NATIVE(app->window), &dx, &dy);
    return gtk_widget_pick(GTK_WIDGET(app->window), x - dx, y - dy, GTK_PICK_DEFAULT);
}

static bool in_popover(GtkWidget *focus) { return focus && gtk_widget_get_ancestor(focus, GTK_TYPE_POPOVER); }
static bool in_text(GtkWidget *focus) { return GTK_IS_EDITABLE(focus) || GTK_IS_TEXT_VIEW(focus); }

static const struct action *find_anywhere(struct app *app, const struct press *press, GtkWidget **panel)
{
    const struct action *action = find_in_panels(app, under_pointer(app), press, panel);
    if (!action)
        action = find_in_panels(app, gtk_window_get_focus(app->window), press, panel);
    if (!action && app->page)
        action = find(app, actions_page_context(app->page), press);
    return action ? action : find(app, ACTION_ANYWHERE, press);
}

static gboolean on_key(GtkEventController *controller, guint value, guint code, GdkModifierType state, struct app *app)
{
    GtkWidget *focus = gtk_window_get_focus(app->window), *panel = NULL;
    if (in_popover(focus))
        return FALSE;
    struct press press = read_press(controller, value, code, state);
    const struct action *action = find_anywhere(app, &press, &panel);
    if (!action || (in_text(focus) && !action->in_text))
        return FALSE;
    if (actions_enabled(app, action))
        action->run(app, panel, action->value);
    return TRUE;
}

void keymap_attach(struct app *app)
{
    GtkEventController *controller = gtk_event_controller_key_new();
    gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_CAPTURE);
    g_signal_connect(controller, "key-pressed", G_CALLBACK(on_key), app);
    gtk_widget_add_controller(GTK_WIDGET(app->window), controller);
}
