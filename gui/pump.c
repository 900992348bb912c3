// SPDX-License-Identifier: BSD-2-Clause
#include "pump.h"

#include <stdatomic.h>

static atomic_bool is_woken;

static gboolean on_woken(gpointer data)
{
    struct app *app = data;
    atomic_store(&is_woken, false);
    if (app->session)
        ho_session_dispatch(app->session);
    return G_SOURCE_REMOVE;
}

void pump_wake(void *app)
{
    if (!atomic_exchange(&is_woken, true))
        g_idle_add_full(G_PRIORITY_DEFAULT, on_woken, app, NULL);
}

void pump_stop(struct app *app)
{
    while (g_idle_remove_by_data(app))
        ;
}

// ---- stalls

static GThread *meter;
static atomic_bool is_metering;
static gint64 worst;    // of the main loop's thread

static gboolean on_post(gpointer sent)
{
    gint64 age = g_get_monotonic_time() - *(gint64 *)sent;
    worst = MAX(worst, age);
    g_free(sent);
    return G_SOURCE_REMOVE;
}

static gpointer measure(gpointer data)
{
    (void)data;
    while (atomic_load(&is_metering)) {
        gint64 *now = g_new(gint64, 1);
        *now = g_get_monotonic_time();
        g_idle_add_full(G_PRIORITY_HIGH, on_post, now, NULL);
        g_usleep(5000);
    }
    return NULL;
}

void stalls_start(void)
{
    atomic_store(&is_metering, true);
    meter = g_thread_new("stalls", measure, NULL);
}

void stalls_stop(void)
{
    atomic_store(&is_metering, false);
    if (meter)
        g_thread_join(meter);
    meter = NULL;
}

double stalls_worst(bool reset)
{
    double seconds = (double)worst / 1e6;
    if (reset)
        worst = 0;
    return seconds;
}
