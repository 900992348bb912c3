// SPDX-License-Identifier: BSD-2-Clause
// Playing: pictures are made ahead of the clock, a few at a time, and the newest that is due is shown. What comes too
// late is dropped; where that goes on, pictures are made smaller, then every second one.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/views.h"

enum { AHEAD = 8 };
#define LATE_SECONDS 0.5

struct ring_picture {
    int64_t frame;
    struct ho_view_picture *picture;    // NULL: is being made
    bool is_used;
};
struct player {
    double speed, rate, begun;    // frames a second; when it stood at `from`
    int64_t from, first, last;    // the frame it began on; between which it plays
    int64_t next;                 // to be asked for
    uint64_t epoch;
    struct ring_picture ring[AHEAD];
    int64_t shown, n_shown, n_dropped;
    double late_since;    // 0: it keeps up
    int divisor, every;
    bool is_source;
};

struct play_task {
    struct task task;
    struct paint paint;
    int64_t frame;
    uint64_t epoch;
    struct ho_view_picture *picture;
};

static void run(struct task *task, void **kept)
{
    struct play_task *play = (struct play_task *)task;
    play->picture = paint_make((struct painter **)kept, &play->paint, &task->cancel);
}

static void done(struct ho_session *session, struct task *task)
{
    struct play_task *play = (struct play_task *)task;
    struct player *player = session->player;
    for (int i = 0; player && player->epoch == play->epoch && i < AHEAD; i++)
        if (player->ring[i].is_used && player->ring[i].frame == play->frame && !player->ring[i].picture) {
            player->ring[i].picture = play->picture;
            play->picture = NULL;
            return;
        }
}

static void drop(struct task *task)
{
    struct play_task *play = (struct play_task *)task;
    ho_view_picture_unref(play->picture);
    paint_clear(&play->paint);
    free(play);
}

// ---- the clock

static bool is_heard(const struct ho_session *session) { return session->options.sound && session->has_sound; }

static double position(const struct ho_session *session)
{
    const struct player *player = session->player;
    const struct ho_sound_output *sound = session->options.sound;
    const double seconds = is_heard(session) ? sound->position(sound->opaque) : monotonic_seconds() - player->begun;
    return (double)player->from + seconds * player->rate * player->speed;
}

static bool is_past(const struct player *player, int64_t a, int64_t b) { return player->speed > 0 ? a > b : a < b; }

// ---- asking ahead

static void ask(struct ho_session *session, struct ring_picture *place)
{
    struct player *player = session->player;
    struct ho_view_request request = session->viewers[0].request;
    struct play_task *play = ho_alloc(1, sizeof(*play));
    if (!play)
        return;
    request.width /= player->divisor;
    request.height /= player->divisor;
    request.frame = player->next;
    play->task = (struct task){.run = run, .done = done, .drop = drop};
    play->frame = player->next;
    play->epoch = player->epoch;
    if (view_take_at(session, &request, player->next, &play->paint) != HO_OK) {
        free(play);
        return;
    }
    *place = (struct ring_picture){.frame = player->next, .is_used = true};
    session->workers[WORKER_PLAY].forget = painter_destroy;
    worker_want(session, WORKER_PLAY, &play->task, false);
}

static void fill(struct ho_session *session)
{
    struct player *player = session->player;
    const int64_t step = (player->speed > 0 ? 1 : -1) * player->every * (int64_t)fmax(1, floor(fabs(player->speed)));
    const int64_t due = (int64_t)floor(position(session));
    if (is_past(player, due, player->next))
        player->next = due + step;    // those between would come too late
    for (int i = 0; i < AHEAD; i++) {
        if (player->ring[i].is_used || player->next < player->first || player->next > player->last)
            continue;
        ask(session, &player->ring[i]);
        player->next += step;
    }
}

// ---- showing

static void clear_ring(struct player *player)
{
    for (int i = 0; i < AHEAD; i++) {
        ho_view_picture_unref(player->ring[i].picture);
        player->ring[i] = (struct ring_picture){0};
    }
}

// The newest that is there and due; those before it are let go, those that were never shown are counted.
static struct ho_view_picture *take_due(struct player *player, int64_t due)
{
    int best = -1;
    for (int i = 0; i < AHEAD; i++) {
        const struct ring_picture *one = &player->ring[i];
        if (one->is_used && one->picture && !is_past(player, one->frame, due) &&
            (best < 0 || is_past(player, one->frame, player->ring[best].frame)))
            best = i;
    }
    if (best < 0)
        return NULL;
    struct ho_view_picture *picture = player->ring[best].picture;
    const int64_t frame = player->ring[best].frame;
    player->ring[best] = (struct ring_picture){0};
    for (int i = 0; i < AHEAD; i++) {
        if (!player->ring[i].is_used || is_past(player, player->ring[i].frame, frame))
            continue;
        ho_view_picture_unref(player->ring[i].picture);
        player->ring[i] = (struct ring_picture){0};
    }
    const int64_t between = llabs(frame - player->shown) - 1;
    player->n_dropped += between > 0 && fabs(player->speed) <= 1 ? between : 0;
    player->n_shown++;
    player->shown = frame;
    return picture;
}

static void watch(struct player *player, int64_t due)
{
    const bool late = llabs(due - player->shown) > 2 * player->every * (int64_t)fmax(1, fabs(player->speed));
    const double now = monotonic_seconds();
    if (!late)
        player->late_since = 0;
    else if (player->late_since == 0)
        player->late_since = now;
    else if (now - player->late_since > LATE_SECONDS) {
        if (player->divisor == 1)
            player->divisor = 2;
        else
            player->every = 2;
        player->late_since = 0;
    }
}

static void stop(struct ho_session *session)
{
    struct player *player = session->player;
    if (is_heard(session))
        session->options.sound->stop(session->options.sound->opaque);
    sound_player_close(session);
    clear_ring(player);
    player->epoch++;
    player->speed = 0;
    views_dirty(session);
    news_add(session, HO_NEWS_PLAYHEAD);
}

static void move_to(struct ho_session *session, int64_t frame)
{
    if (session->player->is_source)
        session->viewers[0].request.frame = frame;
    else
        playhead_set(session, frame);
}

static void begin_anew(struct ho_session *session)
{
    struct player *player = session->player;
    const double speed = player->speed;
    stop(session);
    move_to(session, speed > 0 ? player->first : player->last);
    (void)!ho_session_play(session, speed, NULL);
}

bool ho_session_tick(struct ho_session *session)
{
    struct player *player = session->player;
    if (!player || player->speed == 0)
        return false;
    int64_t due = (int64_t)floor(position(session));
    bool is_over = due < player->first || due > player->last;
    due = due < player->first ? player->first : due > player->last ? player->last : due;
    struct ho_view_picture *picture = take_due(player, due);
    if (picture)
        view_show(session, 0, picture);
    move_to(session, due);
    watch(player, due);
    if (is_over && session->loops)
        begin_anew(session);
    else if (is_over)
        stop(session);
    else
        fill(session);
    current_update(session);
    news_tell(session);
    return picture != NULL;
}

// ---- starting

static enum ho_result find_subject(struct ho_session *session, struct player *player, struct ho_diag *diag)
{
    const struct ho_view_request *request = &session->viewers[0].request;
    const struct ho_project_media *media = ho_session_media(session, session->selected_media);
    struct ho_rational rate = {0, 1};
    player->is_source = session->viewers[0].is_wanted && request->subject == HO_VIEW_OF_SOURCE;
    if (player->is_source && media) {
        rate = media->rate.num ? media->rate : media->source.rate;
        player->from = request->frame;
        player->last = media->source.n_frames - 1;
    } else if (!player->is_source && session->timeline) {
        rate = ho_timeline_get_settings(session->timeline)->rate;
        player->from = session->playhead;
        player->last = ho_timeline_length(session->timeline) - 1;
    }
    player->first = 0;
    const struct ho_marks *marks = player->is_source ? &session->source_marks : &session->marks;
    if (session->loops && marks->has_in && marks->has_out && player->from >= marks->in && player->from <= marks->out) {
        player->first = marks->in;
        player->last = marks->out < player->last ? marks->out : player->last;
    }
    if (rate.num <= 0 || player->last < 0)
        return ho_fail(diag, HO_ERROR_USAGE, "play: there is nothing to play");
    player->rate = (double)rate.num / (double)rate.den;
    return HO_OK;
}

enum ho_result ho_session_play(struct ho_session *session, double speed, struct ho_diag *diag)
{
    if (!session->player)
        session->player = ho_alloc(1, sizeof(*session->player));
    struct player *player = session->player;
    if (!player)
        return ho_fail_memory(diag, sizeof(*player));
    if (player->speed != 0)
        stop(session);
    if (speed != 0) {
        HO_TRY(find_subject(session, player, diag));
        if (speed > 0 && player->from >= player->last)
            player->from = player->first;    // from the end it begins anew
        player->speed = speed;
        player->next = player->shown = player->from;
        player->n_shown = player->n_dropped = 0;
        player->divisor = player->every = 1;
        player->late_since = 0;
        player->epoch++;
        player->begun = monotonic_seconds();
        sound_player_open(session, player->from, speed == 1 && !player->is_source);
        fill(session);
        news_add(session, HO_NEWS_PLAYHEAD);
    }
    current_update(session);
    news_tell(session);
    return HO_OK;
}

bool player_plays(const struct ho_session *session) { return session->player && session->player->speed != 0; }

struct ho_playing ho_session_playing(const struct ho_session *session)
{
    const struct player *player = session->player;
    return player ? (struct ho_playing){player->speed, player->n_shown, player->n_dropped, player->divisor}
                  : (struct ho_playing){.divisor = 1};
}

void player_clear(struct ho_session *session)
{
    if (player_plays(session))
        stop(session);
    if (session->player)
        clear_ring(session->player);
    free(session->player);
    session->player = NULL;
}
