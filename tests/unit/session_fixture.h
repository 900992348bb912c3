// SPDX-License-Identifier: BSD-2-Clause
// A session with the stub engine on a project of its own, and the drawn film.
#ifndef SESSION_FIXTURE_H
#define SESSION_FIXTURE_H

#include "unit/film_fixture.h"

#include <jansson.h>

#include "holdout/session.h"

struct session_fixture {
    char folder[256], bank[300], path[300];
    struct ho_session *session;
    struct ho_diag diag;
    unsigned news;    // since it was last looked at
    int n_told;
};

static void note_news(void *opaque, const struct ho_news *news)
{
    struct session_fixture *f = opaque;
    f->news |= news->kinds;
    f->n_told++;
}

static inline void session_open(struct session_fixture *f)
{
    *f = (struct session_fixture){0};
    fixture_folder(f->folder, sizeof(f->folder));
    snprintf(f->bank, sizeof(f->bank), "%s/bank", f->folder);
    snprintf(f->path, sizeof(f->path), "%s/a.holdout", f->folder);
    struct ho_session_options options = {.bank_dir = f->bank, .engine = "stub"};
    assert_ok(ho_session_create(&options, &f->session, &f->diag), &f->diag);
    ho_session_observe(f->session, ~0u, note_news, f);
    assert_ok(ho_session_open(f->session, f->path, HO_SESSION_CREATE, &f->diag), &f->diag);
}

static inline void session_close(struct session_fixture *f)
{
    ho_session_destroy(&f->session);
    fixture_remove_tree(f->folder);
}

// A command and its arguments by place, "name=value" or plain, NULL-ended. The reply is parsed.
static inline enum ho_result try_command(struct session_fixture *f, json_t **reply, const char *name,
                                         const char *const *arguments)
{
    struct ho_argument_value values[12];
    char names[12][64], *text = NULL;
    size_t n = 0;
    for (; arguments && arguments[n]; n++) {
        const char *equal = strchr(arguments[n], '=');
        values[n] = (struct ho_argument_value){NULL, arguments[n]};
        if (equal) {
            snprintf(names[n], sizeof(names[n]), "%.*s", (int)(equal - arguments[n]), arguments[n]);
            values[n] = (struct ho_argument_value){names[n], equal + 1};
        }
    }
    memset(&f->diag, 0, sizeof(f->diag));
    enum ho_result result = ho_session_do(f->session, name, values, n, &text, &f->diag);
    if (reply)
        *reply = text ? json_loads(text, 0, NULL) : NULL;
    free(text);
    return result;
}
#define TRY(f, name, ...) try_command(f, NULL, name, (const char *const[]){__VA_ARGS__, NULL})
#define TRY0(f, name) try_command(f, NULL, name, NULL)
#define DO(f, name, ...) assert_ok(TRY(f, name, __VA_ARGS__), &(f)->diag)
#define DO0(f, name) assert_ok(TRY0(f, name), &(f)->diag)
static inline json_t *ask(struct session_fixture *f, const char *name)
{
    json_t *reply;
    assert_ok(try_command(f, &reply, name, NULL), &f->diag);
    assert_non_null(reply);
    return reply;
}

static inline void settle(struct session_fixture *f) { assert_true(ho_session_settle(f->session, 60)); }

static inline const struct ho_timeline_clip *clip_on(struct session_fixture *f, int place, int64_t frame)
{
    const struct ho_timeline *timeline = ho_session_timeline(f->session, NULL);
    const struct ho_track *track = ho_timeline_track_at(timeline, HO_TRACK_VIDEO, place);
    return track ? ho_timeline_clip_at(timeline, track->id, frame) : NULL;
}

#endif
