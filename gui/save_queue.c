// SPDX-License-Identifier: BSD-2-Clause
#include "save_queue.h"

#include <stdlib.h>

#include "node_edits.h"

// What a thread may touch while it runs is `cancel`, `request` and, under the lock, `progress`.
struct job {
    struct app *app;
    struct ho_work work;
    struct ho_cancel cancel;
    struct ho_deliver_request request;
    struct ho_deliver_progress progress;
    struct ho_deliver_report report;
    struct ho_diag diag;
    enum ho_result result;
    char *bank, *id, *source, *output;
    GThread *thread;
    bool is_posted;
};
struct watch {
    void (*changed)(void *opaque);
    void *opaque;
};

static GPtrArray *jobs;
static GPtrArray *watches;
static GMutex lock;
static int64_t last_id;

static void tell(void)
{
    for (guint i = 0; watches && i < watches->len; i++) {
        struct watch *watch = watches->pdata[i];
        watch->changed(watch->opaque);
    }
}

static void free_job(gpointer data)
{
    struct job *job = data;
    g_free(job->bank);
    g_free(job->id);
    g_free(job->source);
    free(job->output);
    g_free(job);
}

// ---- on the thread

static gboolean on_progress(gpointer data)
{
    struct job *job = data;
    g_mutex_lock(&lock);
    job->is_posted = false;
    struct ho_deliver_progress progress = job->progress;
    g_mutex_unlock(&lock);
    job->work.n_done = progress.n_done;
    job->work.n_total = progress.n_total;
    job->work.seconds_left = progress.seconds_left;
    tell();
    return G_SOURCE_REMOVE;
}

static void post_progress(void *opaque, const struct ho_deliver_progress *progress)
{
    struct job *job = opaque;
    g_mutex_lock(&lock);
    job->progress = *progress;
    bool post = !job->is_posted;
    job->is_posted = true;
    g_mutex_unlock(&lock);
    if (post)
        g_idle_add(on_progress, job);
}

static void start_next(void);

static gboolean on_end(gpointer data)
{
    struct job *job = data;
    g_thread_join(job->thread);
    job->thread = NULL;
    while (g_idle_remove_by_data(job))
        ;
    job->work.status = job->result == HO_OK          ? HO_JOB_DONE
                       : job->result == HO_CANCELLED ? HO_JOB_CANCELLED
                                                     : HO_JOB_FAILED;
    g_strlcpy(job->work.message, job->result == HO_OK ? job->report.path : job->diag.message,
              sizeof(job->work.message));
    g_autofree char *said = job->result == HO_OK ? g_strdup_printf(_("Saved: %s"), job->report.path) : NULL;
    if (job->result != HO_CANCELLED && job->app->window)
        app_say(job->app, said ? said : job->diag.message);
    start_next();
    tell();
    return G_SOURCE_REMOVE;
}

static gpointer run(gpointer data)
{
    struct job *job = data;
    job->result = ho_deliver_matte(&job->request, &job->report, &job->diag);
    g_idle_add(on_end, job);
    return NULL;
}

// ---- the list

size_t save_queue_size(void) { return jobs ? jobs->len : 0; }
const struct ho_work *save_queue_work(size_t index) { return &((struct job *)jobs->pdata[index])->work; }

const struct ho_work *save_queue_running(void)
{
    for (size_t i = 0; i < save_queue_size(); i++) {
        if (save_queue_work(i)->status == HO_JOB_RUNNING)
            return save_queue_work(i);
    }
    return NULL;
}

static void start_next(void)
{
    for (guint i = 0; !save_queue_running() && i < jobs->len; i++) {
        struct job *job = jobs->pdata[i];
        if (job->work.status != HO_JOB_WAITING)
            continue;
        job->work.status = HO_JOB_RUNNING;
        job->thread = g_thread_new("save", run, job);
    }
}

static const char *mask_node(const struct ho_graph *graph)
{
    for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++) {
        if (!strcmp(ho_graph_node(graph, i).type_name, "magic_mask"))
            return ho_graph_node(graph, i).id;
    }
    return NULL;
}

// As the sliders stand.
static void read_finesse(struct app *app, struct ho_finesse *out)
{
    const struct ho_graph *graph = ho_session_graph(app->session, HO_PAGE_COLOR);
    const char *node = mask_node(graph);
    size_t n;
    const struct ho_finesse_parameter *parameters = ho_finesse_parameters(&n);
    ho_finesse_default(out);
    for (size_t i = 0; node && i < n; i++) {
        double numbers[4] = {(double)parameters[i].value};
        g_autofree char *name = g_strdelimit(g_strdup(parameters[i].name), "-", '_');
        if (ho_graph_get(graph, node, name, node_edits_frame(app), numbers, NULL, NULL) == HO_OK)
            *(float *)((char *)out + parameters[i].offset) = (float)numbers[0];
    }
}

static void read_marks(struct app *app, struct ho_deliver_request *request)
{
    struct ho_marks marks = ho_session_marks(app->session);
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    if (!marks.has_in || !marks.has_out)
        return;
    request->has_range = true;
    request->range.first = ho_timeline_source_frame(timeline, clip, marks.in);
    request->range.last = ho_timeline_source_frame(timeline, clip, marks.out);
}

bool save_queue_add(struct app *app, const struct deliver_settings *settings)
{
    struct ho_diag diag = {0};
    char *output = deliver_settings_path(app, settings, &diag);
    if (!output) {
        app_say(app, diag.message);
        return false;
    }
    const struct ho_project_media *media = ho_session_media(app->session, ho_session_clip(app->session)->media);
    struct job *job = g_new0(struct job, 1);
    job->app = app;
    job->bank = g_strdup(app->options.bank);
    job->id = g_strdup(ho_session_object(app->session)->id);
    job->source = g_strdup(media->source.path);
    job->output = output;
    job->request = (struct ho_deliver_request){.bank_dir = job->bank,
                                               .id = job->id,
                                               .source = job->source,
                                               .rate = media->rate,
                                               .output = job->output,
                                               .codec = settings->codec,
                                               .view = settings->view,
                                               .overwrite = settings->overwrite,
                                               .cancel = &job->cancel,
                                               .progress = post_progress,
                                               .opaque = job};
    read_finesse(app, &job->request.finesse);
    if (settings->only_marks)
        read_marks(app, &job->request);
    job->work = (struct ho_work){.id = ++last_id, .kind = HO_WORK_RENDER, .status = HO_JOB_WAITING, .seconds_left = -1};
    g_autofree char *base = g_path_get_basename(output);
    g_strlcpy(job->work.name, base, sizeof(job->work.name));
    if (!jobs)
        jobs = g_ptr_array_new_with_free_func(free_job);
    g_ptr_array_add(jobs, job);
    start_next();
    tell();
    return true;
}

void save_queue_stop(struct app *app, int64_t id)
{
    (void)app;
    for (guint i = 0; jobs && i < jobs->len; i++) {
        struct job *job = jobs->pdata[i];
        if (job->work.id != id)
            continue;
        if (job->work.status == HO_JOB_RUNNING)
            ho_cancel_request(&job->cancel);
        else
            g_ptr_array_remove_index(jobs, i);
        break;
    }
    tell();
}

void save_queue_close(void)
{
    for (guint i = 0; jobs && i < jobs->len; i++) {
        struct job *job = jobs->pdata[i];
        ho_cancel_request(&job->cancel);
        if (job->thread)
            g_thread_join(job->thread);
        while (g_idle_remove_by_data(job))
            ;
    }
    g_clear_pointer(&jobs, g_ptr_array_unref);
    g_clear_pointer(&watches, g_ptr_array_unref);
}

// ---- those who look

static void on_destroy(GtkWidget *widget, struct watch *watch)
{
    (void)widget;
    g_ptr_array_remove(watches, watch);
    g_free(watch);
}

void save_queue_watch(GtkWidget *widget, void (*changed)(void *opaque), void *opaque)
{
    struct watch *watch = g_new(struct watch, 1);
    *watch = (struct watch){changed, opaque};
    if (!watches)
        watches = g_ptr_array_new();
    g_ptr_array_add(watches, watch);
    g_signal_connect(widget, "destroy", G_CALLBACK(on_destroy), watch);
}
