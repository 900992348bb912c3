// SPDX-License-Identifier: BSD-2-Clause
// The timeline's sound while it plays: mixed ahead by a thread of its own, so that the output never waits.
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "holdout/compile.h"
#include "session/internal.h"

enum { RATE = 48000, RING = 1 << 16, BLOCK = 2048 };    // samples

struct sound_player {
    struct ho_mix *mix;
    int64_t next;    // sample of the timeline to be mixed
    float *ring;
    atomic_size_t written, read;    // samples since it began
    atomic_bool ends;
    pthread_t thread;
};

static void *mix_ahead(void *opaque)
{
    struct sound_player *player = opaque;
    while (!atomic_load(&player->ends)) {
        const size_t written = atomic_load(&player->written);
        if (written - atomic_load(&player->read) > RING - BLOCK) {
            nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
            continue;
        }
        float *to = player->ring + 2 * (written % RING);
        if (ho_mix_read(player->mix, player->next, BLOCK, to, NULL) != HO_OK)
            memset(to, 0, 2 * BLOCK * sizeof(*to));
        player->next += BLOCK;
        atomic_store(&player->written, written + BLOCK);
    }
    return NULL;
}

static void fill(void *opaque, float *samples, int n)
{
    struct sound_player *player = opaque;
    size_t read = atomic_load(&player->read);
    const size_t there = atomic_load(&player->written) - read;
    for (int i = 0; i < n; i++) {
        const bool is_there = (size_t)i < there;
        const float *from = player->ring + 2 * ((read + (size_t)i) % RING);
        samples[2 * i] = is_there ? from[0] : 0;
        samples[2 * i + 1] = is_there ? from[1] : 0;
    }
    atomic_store(&player->read, read + ((size_t)n < there ? (size_t)n : there));
}

// ---- what is heard

static bool find_media(void *opaque, int64_t id, struct ho_compile_media *out)
{
    const struct ho_project_media *media = ho_session_media(opaque, id);
    if (media)
        snprintf(out->path, sizeof(out->path), "%s", media->source.path);
    return media;
}

static enum ho_result start(struct ho_session *session, struct sound_player *player, struct ho_diag *diag)
{
    const struct ho_sound_output *output = session->options.sound;
    const struct ho_compile_options compile = {.find = find_media, .opaque = session, .show_offline = true};
    const struct ho_mix_options mix = {.rate = RATE, .is_for_listening = true};
    enum ho_result result = ho_compile_sound(session->timeline, NULL, &compile, &mix, &player->mix, diag);
    if (result == HO_OK && !player->mix)
        result = HO_END;
    player->ring = ho_alloc(2 * (size_t)RING, sizeof(*player->ring));
    if (result != HO_OK || !player->ring)
        return result != HO_OK ? result : ho_fail_memory(diag, RING);
    if (pthread_create(&player->thread, NULL, mix_ahead, player) != 0)
        return ho_fail(diag, HO_ERROR_MEMORY, "no thread for sound");
    result = output->start(output->opaque, RATE, fill, player, diag);
    if (result != HO_OK) {
        atomic_store(&player->ends, true);
        pthread_join(player->thread, NULL);
    }
    return result;
}

static void destroy(struct sound_player *player)
{
    ho_mix_destroy(&player->mix);
    free(player->ring);
    free(player);
}

void sound_player_open(struct ho_session *session, int64_t frame, bool is_wanted)
{
    struct ho_diag diag = {0};
    session->has_sound = false;
    if (!is_wanted || !session->options.sound || !session->timeline)
        return;
    struct sound_player *player = ho_alloc(1, sizeof(*player));
    if (!player)
        return;
    player->next = ho_sound_sample_of(frame, ho_timeline_get_settings(session->timeline)->rate, RATE);
    enum ho_result result = start(session, player, &diag);
    session->has_sound = result == HO_OK;
    if (result == HO_OK) {
        session->sound = player;
        return;
    }
    if (result != HO_END)
        session_say(session, "plays without sound: %s", diag.message);
    destroy(player);
}

// The output has stopped: nobody reads any more.
void sound_player_close(struct ho_session *session)
{
    if (session->sound) {
        atomic_store(&session->sound->ends, true);
        pthread_join(session->sound->thread, NULL);
        destroy(session->sound);
    }
    session->sound = NULL;
    session->has_sound = false;
}
