// SPDX-License-Identifier: BSD-2-Clause
#include "style.h"

#include <gtk/gtk.h>

void style_install(void)
{
    GtkSettings *settings = gtk_settings_get_default();
    g_autoptr(GtkCssProvider) provider = gtk_css_provider_new();
    g_object_set(settings, "gtk-theme-name", "Default", "gtk-application-prefer-dark-theme", TRUE, NULL);
    gtk_css_provider_load_from_resource(provider, "/holdout/style.css");
    gtk_style_context_add_provider_for_display(gdk_display_get_default(), GTK_STYLE_PROVIDER(provider),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}
