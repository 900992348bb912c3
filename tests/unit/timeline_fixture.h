// SPDX-License-Identifier: BSD-2-Clause
// A timeline to edit: 25 frames a second from 01:00:00:00, V1 to V3, A1 and A2, and sources of several rates.
#ifndef TIMELINE_FIXTURE_H
#define TIMELINE_FIXTURE_H

#include "unit/test.h"

#include "holdout/timeline.h"

enum { MOVIE = 1, FILM = 2, FAST = 3, WAVE = 4, STILL = 5, LONG = 6 };
enum { V1 = 1, V2, V3, A1, A2 };    // ids, as they are given

static inline struct ho_timeline_settings fixture_settings(void)
{
    return (struct ho_timeline_settings){
        .name = "cut", .width = 1920, .height = 1080, .rate = {25, 1}, .start = {90000, 25, false}};
}

static inline void fixture_media(struct ho_timeline *timeline)
{
    static const struct ho_timeline_media media[] = {
        {MOVIE, "movie", {25, 1}, 100, false, true, true, 1920, 1080},
        {FILM, "film", {24000, 1001}, 240, false, true, true, 4096, 2160},
        {FAST, "fast", {60, 1}, 600, false, true, false, 1920, 1080},
        {WAVE, "wave", {48000, 1}, 480000, false, false, true, 0, 0},
        {STILL, "still", {0, 1}, 1, true, true, false, 800, 600},
        {LONG, "long", {25, 1}, 100000, false, true, true, 1920, 1080},
    };
    struct ho_diag diag = {0};
    for (size_t i = 0; i < sizeof(media) / sizeof(media[0]); i++)
        assert_ok(ho_timeline_set_media(timeline, &media[i], &diag), &diag);
}

static inline struct ho_timeline *fixture(void)
{
    struct ho_timeline *timeline;
    struct ho_diag diag = {0};
    struct ho_timeline_settings settings = fixture_settings();
    assert_ok(ho_timeline_create(&settings, &timeline, &diag), &diag);
    for (int i = 0; i < 5; i++)
        assert_ok(ho_timeline_add_track(timeline, i < 3 ? HO_TRACK_VIDEO : HO_TRACK_AUDIO, -1, NULL, NULL, &diag),
                  &diag);
    fixture_media(timeline);
    return timeline;
}

// Lays a piece over what is there; the id of its picture (or its sound).
static inline int64_t lay(struct ho_timeline *timeline, int64_t media, int64_t video, int64_t audio, int64_t at,
                          int64_t in, int64_t length)
{
    struct ho_diag diag = {0};
    struct ho_placement placement = {
        .media = media, .at = at, .length = length, .in = in, .video_track = video, .audio_track = audio};
    assert_ok(ho_timeline_overwrite(timeline, &placement, NULL, &diag), &diag);
    return ho_timeline_clip_at(timeline, video ? video : audio, at)->id;
}

// "at+length:in at+length:in ..." of a track; what tests compare.
static inline const char *picture_of(const struct ho_timeline *timeline, int64_t track)
{
    static char texts[4][1024];
    static int next;
    char *text = texts[next++ % 4];
    size_t n, used = 0;
    const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, ho_timeline_track_index(timeline, track),
                                                                    &n);
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, sizeof(texts[0]) - used, "%s%lld+%lld:%lld", i ? " " : "",
                                 (long long)clips[i]->at, (long long)clips[i]->length, (long long)clips[i]->in);
    return text;
}

// Refused with a sentence that holds `part`, and nothing changed. The expression gives `refusal` as its diagnostic.
#define assert_refused(expression, timeline, part)                             \
    do {                                                                       \
        struct ho_diag refusal_diag = {0}, *refusal = &refusal_diag;           \
        struct ho_timeline *before_refusal;                                    \
        assert_ok(ho_timeline_copy(timeline, &before_refusal, NULL), refusal); \
        assert_int_equal(expression, HO_ERROR_USAGE);                          \
        if (!strstr(refusal->message, part))                                   \
            fail_msg("\"%s\" does not say \"%s\"", refusal->message, part);    \
        assert_true(ho_timeline_equal(timeline, before_refusal));              \
        ho_timeline_destroy(&before_refusal);                                  \
    } while (0)

static inline void assert_holds(const struct ho_timeline *timeline)
{
    struct ho_diag diag = {0};
    assert_ok(ho_timeline_check(timeline, &diag), &diag);
}

#endif
