// SPDX-License-Identifier: BSD-2-Clause
#include "follow.h"

#include "mask.h"

struct follow {
    struct app *app;
    bool is_tracking, is_left;    // LEFT: the user has moved the playhead
    int64_t at;                   // source frame where it was put; -1: nowhere yet
    struct ho_range covered;
};

static void begin(struct follow *follow, const struct ho_mask_object *object)
{
    follow->is_left = false;
    follow->at = ho_session_source_frame(follow->app->session);
    follow->covered = object ? object->covered : (struct ho_range){0, -1};
}

// The end of what is tracked that has moved.
static int64_t front(const struct follow *follow, const struct ho_range *covered)
{
    if (covered->last < covered->first)
        return -1;
    if (follow->covered.last < follow->covered.first || covered->last != follow->covered.last)
        return covered->last;
    return covered->first != follow->covered.first ? covered->first : -1;
}

static void on_news(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct follow *follow = opaque;
    const struct ho_mask_object *object = ho_session_object(follow->app->session);
    bool was_tracking = follow->is_tracking;
    follow->is_tracking = mask_is_tracking(follow->app);
    if (follow->is_tracking && !was_tracking)
        begin(follow, object);
    if (!follow->is_tracking || !object || !follow->app->follows)
        return;
    if (ho_session_source_frame(follow->app->session) != follow->at)
        follow->is_left = true;
    int64_t to = front(follow, &object->covered);
    follow->covered = object->covered;
    if (to < 0 || follow->is_left || ho_session_playing(follow->app->session).speed != 0)
        return;
    follow->at = to;
    mask_go(follow->app, to);
}

void follow_attach(struct app *app, GtkWidget *owner)
{
    struct follow *follow = g_new0(struct follow, 1);
    follow->app = app;
    follow->at = -1;
    g_object_set_data_full(G_OBJECT(owner), "follow", follow, g_free);
    app_watch(app, owner, HO_NEWS_LANE | HO_NEWS_JOBS, on_news, follow);
}
