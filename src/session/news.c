// SPDX-License-Identifier: BSD-2-Clause
// Changes out: gathered while a command runs, told when it is over.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "session/internal.h"

void news_add(struct ho_session *session, unsigned kinds) { session->news |= kinds; }

void news_lane(struct ho_session *session, struct ho_range frames)
{
    struct ho_range *lane = &session->news_lane;
    if (!(session->news & HO_NEWS_LANE))
        *lane = frames;
    lane->first = frames.first < lane->first ? frames.first : lane->first;
    lane->last = frames.last > lane->last ? frames.last : lane->last;
    session->news |= HO_NEWS_LANE;
}

void session_say(struct ho_session *session, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(session->message, sizeof(session->message), format, list);
    va_end(list);
    news_add(session, HO_NEWS_MESSAGE);
}

const char *ho_session_message(const struct ho_session *session) { return session->message; }

// An observer may command, look and leave: what it does is told in the next round.
void news_tell(struct ho_session *session)
{
    if (session->is_telling || session->depth > 0)
        return;
    session->is_telling = true;
    while (session->news) {
        struct ho_news news = {session->news, session->news_lane};
        session->news = 0;
        for (size_t i = 0; i < session->n_observers; i++) {
            const struct observer observer = session->observers[i];
            struct ho_news told = {news.kinds & observer.kinds, news.lane};
            if (observer.tell && told.kinds)
                observer.tell(observer.opaque, &told);
        }
    }
    size_t n = 0;
    for (size_t i = 0; i < session->n_observers; i++)
        if (session->observers[i].tell)
            session->observers[n++] = session->observers[i];
    session->n_observers = n;
    session->is_telling = false;
}

int ho_session_observe(struct ho_session *session, unsigned kinds, ho_observer observer, void *opaque)
{
    struct observer *grown = ho_realloc(session->observers, session->n_observers + 1, sizeof(*session->observers));
    if (!grown)
        return -1;
    session->observers = grown;
    session->observers[session->n_observers++] = (struct observer){++session->next_observer, kinds, observer, opaque};
    return session->next_observer;
}

void ho_session_unobserve(struct ho_session *session, int observer)
{
    for (size_t i = 0; i < session->n_observers; i++)
        if (session->observers[i].number == observer)
            session->observers[i].tell = NULL;
}
