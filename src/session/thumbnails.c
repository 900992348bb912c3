// SPDX-License-Identifier: BSD-2-Clause
// Small pictures of media: made when they are asked for first, behind all that a viewer wants, and kept in the project.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/views.h"

enum { LANE = 100, THUMBNAILS_MAX = 512, KEPT_SIDE_MAX = 512 };

struct thumbnail {
    int64_t media, frame;
    int width, height;
    struct ho_view_picture *picture;    // NULL: is being made, or could not be
};
struct thumbnails {
    struct thumbnail items[THUMBNAILS_MAX];
    size_t n, next;    // the oldest makes room
};

struct thumbnail_task {
    struct task task;
    struct paint paint;
    struct thumbnail wanted;
    char hash[HO_HASH_SIZE];
    struct ho_view_picture *picture;
};

static struct thumbnail *find(struct thumbnails *all, const struct thumbnail *wanted)
{
    for (size_t i = 0; all && i < all->n; i++) {
        struct thumbnail *item = &all->items[i];
        if (item->media == wanted->media && item->frame == wanted->frame && item->width == wanted->width &&
            item->height == wanted->height)
            return item;
    }
    return NULL;
}

// The nearest frame that is quick to come by.
static void run(struct task *task, void **kept)
{
    struct thumbnail_task *t = (struct thumbnail_task *)task;
    struct ho_clip *clip = NULL;
    if (ho_clip_pool_open(t->paint.pool, t->paint.path, t->paint.rate.num ? &t->paint.rate : NULL, &task->cancel, &clip,
                          NULL) == HO_OK)
        t->paint.source_frame = ho_clip_key_frame(clip, t->paint.source_frame);
    ho_clip_unref(&clip);
    t->picture = paint_make((struct painter **)kept, &t->paint, &task->cancel);
}

// Width and height as two bytes each, then the pixels.
static void keep(struct ho_session *session, const struct thumbnail_task *t)
{
    const struct ho_view_picture *picture = t->picture;
    const size_t size = (size_t)picture->width * (size_t)picture->height * 3;
    uint8_t *data = picture->width <= KEPT_SIDE_MAX && picture->height <= KEPT_SIDE_MAX ? ho_alloc(size + 4, 1) : NULL;
    if (!data)
        return;
    data[0] = (uint8_t)picture->width;
    data[1] = (uint8_t)(picture->width >> 8);
    data[2] = (uint8_t)picture->height;
    data[3] = (uint8_t)(picture->height >> 8);
    memcpy(data + 4, picture->pixels, size);
    if (session->can_write && !session->gesture.is_active)
        (void)!ho_project_set_thumbnail(session->project, t->hash, t->wanted.frame, data, size + 4, NULL);
    free(data);
}

static void done(struct ho_session *session, struct task *task)
{
    struct thumbnail_task *t = (struct thumbnail_task *)task;
    struct thumbnail *item = find(session->thumbnails, &t->wanted);
    if (!t->picture || *t->picture->message)
        return;
    keep(session, t);
    if (item && !item->picture) {
        item->picture = t->picture;
        t->picture = NULL;
        news_add(session, HO_NEWS_MEDIA);
    }
}

static void drop(struct task *task)
{
    struct thumbnail_task *t = (struct thumbnail_task *)task;
    ho_view_picture_unref(t->picture);
    paint_clear(&t->paint);
    free(t);
}

static struct ho_view_picture *read_kept(struct ho_session *session, const struct ho_project_media *media,
                                         const struct thumbnail *wanted)
{
    void *data = NULL;
    size_t size = 0;
    struct ho_view_picture *picture = NULL;
    if (ho_project_get_thumbnail(session->project, media->source.hash, wanted->frame, &data, &size, NULL) != HO_OK)
        return NULL;
    const uint8_t *head = data;
    if (size >= 4) {
        const int width = head[0] | head[1] << 8, height = head[2] | head[3] << 8;
        bool fits = size == 4 + (size_t)width * (size_t)height * 3 && width > 0 &&
                    ((width == wanted->width && height <= wanted->height) ||
                     (height == wanted->height && width <= wanted->width));
        picture = fits ? picture_from(head + 4, width, height) : NULL;
    }
    free(data);
    return picture;
}

static void ask(struct ho_session *session, const struct ho_project_media *media, const struct thumbnail *wanted)
{
    struct thumbnail_task *t = ho_alloc(1, sizeof(*t));
    struct ho_view_request request = {
        .subject = HO_VIEW_OF_SOURCE, .frame = wanted->frame, .width = wanted->width, .height = wanted->height};
    if (!t)
        return;
    t->task = (struct task){.run = run, .done = done, .drop = drop, .lane = LANE};
    t->wanted = *wanted;
    memcpy(t->hash, media->source.hash, sizeof(t->hash));
    if (view_take_media(session, media, &request, &t->paint) != HO_OK) {
        free(t);
        return;
    }
    session->workers[WORKER_PICTURES].forget = painter_destroy;
    worker_want(session, WORKER_PICTURES, &t->task, false);
}

static struct thumbnail *make_room(struct ho_session *session)
{
    if (!session->thumbnails)
        session->thumbnails = ho_alloc(1, sizeof(*session->thumbnails));
    struct thumbnails *all = session->thumbnails;
    if (!all)
        return NULL;
    if (all->n < THUMBNAILS_MAX)
        return &all->items[all->n++];
    struct thumbnail *item = &all->items[all->next++ % THUMBNAILS_MAX];
    ho_view_picture_unref(item->picture);
    return item;
}

struct ho_view_picture *ho_session_thumbnail(struct ho_session *session, int64_t id, int64_t frame, int width,
                                             int height)
{
    const struct ho_project_media *media = ho_session_media(session, id);
    struct thumbnail wanted = {id, frame, width, height, NULL};
    if (!media || media->source.width == 0 || width < 1 || height < 1)
        return NULL;
    struct thumbnail *item = find(session->thumbnails, &wanted);
    if (item)
        return ho_view_picture_ref(item->picture);
    item = make_room(session);
    if (!item)
        return NULL;
    *item = wanted;
    item->picture = read_kept(session, media, &wanted);
    if (!item->picture)
        ask(session, media, &wanted);
    return ho_view_picture_ref(item->picture);
}

void thumbnails_clear(struct ho_session *session)
{
    for (size_t i = 0; session->thumbnails && i < session->thumbnails->n; i++)
        ho_view_picture_unref(session->thumbnails->items[i].picture);
    free(session->thumbnails);
    session->thumbnails = NULL;
}
