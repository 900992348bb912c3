// SPDX-License-Identifier: BSD-2-Clause
#include "sound.h"

#ifdef HAVE_PORTAUDIO
#include <portaudio.h>
#include <stdatomic.h>

static struct {
    PaStream *stream;
    void (*fill)(void *player, float *samples, int n);
    void *player;
    int rate;
    _Atomic int64_t n_sent;       // samples given to the device
    _Atomic double sent_until;    // stream time at which the last of them is heard
} state;

static int on_wanted(const void *input, void *output, unsigned long n, const PaStreamCallbackTimeInfo *time,
                     PaStreamCallbackFlags flags, void *opaque)
{
    (void)input, (void)flags, (void)opaque;
    state.fill(state.player, output, (int)n);
    int64_t sent = atomic_load(&state.n_sent) + (int64_t)n;
    atomic_store(&state.n_sent, sent);
    atomic_store(&state.sent_until, time->outputBufferDacTime + (double)n / state.rate);
    return paContinue;
}

static enum ho_result start(void *opaque, int rate, void (*fill)(void *player, float *samples, int n), void *player,
                            struct ho_diag *diag)
{
    (void)opaque;
    state.fill = fill;
    state.player = player;
    state.rate = rate;
    atomic_store(&state.n_sent, 0);
    atomic_store(&state.sent_until, 0);
    PaError error = Pa_OpenDefaultStream(&state.stream, 0, 2, paFloat32, rate, paFramesPerBufferUnspecified, on_wanted,
                                         NULL);
    if (error == paNoError)
        error = Pa_StartStream(state.stream);
    if (error != paNoError)
        return ho_fail(diag, HO_ERROR_INPUT, "the sound device does not start: %s; it is played without sound",
                       Pa_GetErrorText(error));
    return HO_OK;
}

static void stop(void *opaque)
{
    (void)opaque;
    if (!state.stream)
        return;
    Pa_AbortStream(state.stream);
    Pa_CloseStream(state.stream);
    state.stream = NULL;
}

static double position(void *opaque)
{
    (void)opaque;
    int64_t sent = atomic_load(&state.n_sent);
    if (!state.stream || sent == 0)
        return 0;
    double ahead = atomic_load(&state.sent_until) - Pa_GetStreamTime(state.stream);
    double heard = (double)sent / state.rate - (ahead > 0 ? ahead : 0);
    return heard > 0 ? heard : 0;
}

const struct ho_sound_output *sound_output(void)
{
    static const struct ho_sound_output output = {NULL, start, stop, position};
    static bool is_open;
    if (!is_open && Pa_Initialize() != paNoError)
        return NULL;
    is_open = true;
    return Pa_GetDefaultOutputDevice() == paNoDevice ? NULL : &output;
}
#else
const struct ho_sound_output *sound_output(void) { return NULL; }
#endif
