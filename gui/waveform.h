// SPDX-License-Identifier: BSD-2-Clause
// What sound looks like, worked out once a file by a thread of its own and kept.
#ifndef GUI_WAVEFORM_H
#define GUI_WAVEFORM_H

#include <gtk/gtk.h>
#include <stdbool.h>

struct waveforms;
// `arrived` is called when one is there, in the main loop.
struct waveforms *waveforms_new(void (*arrived)(gpointer opaque), gpointer opaque);
void waveforms_free(struct waveforms *waveforms);    // what is being worked out is given up
// Asks for it where it is not there yet: false then, and for files whose sound cannot be read.
bool waveforms_between(struct waveforms *waveforms, const char *path, double from, double to, float *low, float *high);

#endif
