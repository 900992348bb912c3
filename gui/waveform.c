// SPDX-License-Identifier: BSD-2-Clause
#include "waveform.h"

#include <holdout/cancel.h>
#include <holdout/sound.h>

struct waveforms {
    GHashTable *files;    // path -> struct file
    void (*arrived)(gpointer opaque);
    gpointer opaque;
};

// Shared by the table and the thread that works it out.
struct file {
    gatomicrefcount references;
    char *path;
    struct ho_peaks *peaks;    // NULL: not yet, or never
    struct ho_cancel cancel;
    struct waveforms *owner;    // main loop only; NULL: nobody waits
};

static void file_unref(gpointer data)
{
    struct file *file = data;
    if (!g_atomic_ref_count_dec(&file->references))
        return;
    ho_peaks_destroy(&file->peaks);
    g_free(file->path);
    g_free(file);
}

static void work_out(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    (void)source, (void)cancellable;
    struct file *file = data;
    struct ho_peaks *peaks = NULL;
    if (ho_peaks_make(file->path, 0, NULL, &file->cancel, &peaks, NULL) != HO_OK)
        peaks = NULL;
    g_task_return_pointer(task, peaks, NULL);
}

static void on_done(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    struct file *file = data;
    file->peaks = g_task_propagate_pointer(G_TASK(result), NULL);
    if (file->owner && file->peaks)
        file->owner->arrived(file->owner->opaque);
    file_unref(file);
}

static struct file *ask(struct waveforms *waveforms, const char *path)
{
    struct file *file = g_new0(struct file, 1);
    g_atomic_ref_count_init(&file->references);
    g_atomic_ref_count_inc(&file->references);    // the thread's
    file->path = g_strdup(path);
    file->owner = waveforms;
    g_hash_table_insert(waveforms->files, g_strdup(path), file);
    GTask *task = g_task_new(NULL, NULL, on_done, file);
    g_task_set_task_data(task, file, NULL);
    g_task_run_in_thread(task, work_out);
    g_object_unref(task);
    return file;
}

bool waveforms_between(struct waveforms *waveforms, const char *path, double from, double to, float *low, float *high)
{
    struct file *file = g_hash_table_lookup(waveforms->files, path);
    if (!file)
        file = ask(waveforms, path);
    if (!file->peaks)
        return false;
    ho_peaks_between(file->peaks, from, to, low, high);
    return true;
}

struct waveforms *waveforms_new(void (*arrived)(gpointer opaque), gpointer opaque)
{
    struct waveforms *waveforms = g_new(struct waveforms, 1);
    *waveforms = (struct waveforms){g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_unref), arrived,
                                    opaque};
    return waveforms;
}

void waveforms_free(struct waveforms *waveforms)
{
    GHashTableIter files;
    gpointer file;
    g_hash_table_iter_init(&files, waveforms->files);
    while (g_hash_table_iter_next(&files, NULL, &file)) {
        ho_cancel_request(&((struct file *)file)->cancel);
        ((struct file *)file)->owner = NULL;
    }
    g_hash_table_unref(waveforms->files);
    g_free(waveforms);
}
