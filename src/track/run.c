// SPDX-License-Identifier: BSD-2-Clause
// One run, from a request to a report: open, then round after round of edits (apply what is said, walk forward and
// backward, make takes of it) until nothing is left to be done.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/edit.h"

struct run {
    struct ho_context context;
    struct ho_round round;
    size_t n_asked;    // of the objects; the rest are only rivals
};

// ---- opening

static int compare_names(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// Two processes that want the same objects take their locks in the same order, whatever the order in which they were
// asked for.
static enum ho_result open_objects(struct run *run, struct ho_diag *diag)
{
    const char *names[HO_OBJECTS_MAX];
    struct ho_object *objects = run->round.objects;
    for (size_t i = 0; i < run->n_asked; i++)
        names[i] = objects[i].name;
    qsort(names, run->n_asked, sizeof(names[0]), compare_names);
    for (size_t i = 0; i + 1 < run->n_asked; i++)
        if (strcmp(names[i], names[i + 1]) == 0)
            return ho_fail(diag, HO_ERROR_USAGE, "two objects are named '%s'; give each its own name", names[i]);
    for (size_t n = 0; n < run->n_asked; n++)
        for (size_t i = 0; i < run->n_asked; i++)
            if (objects[i].name == names[n])
                HO_TRY(ho_object_open(&run->context, &objects[i], diag));
    return HO_OK;
}

// The same thing said of two objects would track one thing twice.
static enum ho_result check_different(const struct run *run, struct ho_diag *diag)
{
    const struct ho_object *objects = run->round.objects;
    for (size_t i = 0; i < run->n_asked; i++)
        for (size_t k = i + 1; k < run->n_asked; k++)
            if (ho_key_equal(objects[i].statements[0].key, objects[k].statements[0].key))
                return ho_fail(diag, HO_ERROR_USAGE,
                               "'%s' and '%s' are said to be the same: the same prompts on frame %s; click each on its "
                               "own",
                               objects[i].name, objects[k].name,
                               ho_source_frame_text(run->context.source, objects[i].statements[0].frame).text);
    return HO_OK;
}

static bool is_in_run(const struct ho_round *round, const char *id)
{
    for (size_t i = 0; i < round->n; i++)
        if (strcmp(round->objects[i].id, id) == 0)
            return true;
    return false;
}

// Objects that were tracked together with these know them still. One that is gone from the bank is missed by nobody.
static enum ho_result open_rivals(struct run *run, struct ho_diag *diag)
{
    struct ho_round *round = &run->round;
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < run->n_asked && result == HO_OK; i++) {
        char **ids = NULL;
        size_t n = 0;
        result = ho_object_rivals(&round->objects[i], &ids, &n, diag);
        for (size_t k = 0; k < n; k++) {
            if (result == HO_OK && !is_in_run(round, ids[k]) && round->n < 2 * HO_OBJECTS_MAX) {
                result = ho_object_open_rival(&run->context, ids[k], &round->objects[round->n], diag);
                round->n += result == HO_OK;
                result = result == HO_END ? HO_OK : result;
            }
            free(ids[k]);
        }
        free(ids);
    }
    return result;
}

static enum ho_result open_all(struct run *run, struct ho_diag *diag)
{
    const struct ho_track_request *request = run->context.request;
    struct ho_round *round = &run->round;
    if (request->n_objects == 0 || request->n_objects > HO_OBJECTS_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "a run tracks 1 to %d objects, not %zu", HO_OBJECTS_MAX,
                       request->n_objects);
    HO_TRY(ho_context_open(&run->context, diag));
    round->context = &run->context;
    round->objects = ho_alloc(2 * HO_OBJECTS_MAX, sizeof(*round->objects));
    round->edits = ho_alloc(2 * HO_OBJECTS_MAX, sizeof(*round->edits));
    if (!round->objects || !round->edits)
        return ho_fail_memory(diag, 2 * HO_OBJECTS_MAX * sizeof(*round->objects));
    for (size_t i = 0; i < request->n_objects; i++) {
        round->n++;
        HO_TRY(ho_object_prepare(&run->context, &request->objects[i], &round->objects[i], diag));
    }
    run->n_asked = round->n;
    HO_TRY(check_different(run, diag));
    HO_TRY(open_objects(run, diag));
    return open_rivals(run, diag);
}

static void close_all(struct run *run)
{
    struct ho_round *round = &run->round;
    ho_walks_clear(&round->walks);
    for (size_t i = 0; i < round->n; i++) {
        ho_edit_clear(&round->edits[i]);
        ho_object_close(&round->objects[i]);
    }
    free(round->objects);
    free(round->edits);
    ho_context_close(&run->context);
}

// ---- the work

// Walks that know each other go on together, from one frame, or they begin anew: their frames come out the same.
static void align_walks(struct ho_context *context, struct ho_walks *walks)
{
    for (int step = 1; step >= -1; step -= 2) {
        bool is_one = true;
        const struct ho_walk *first = NULL;
        for (size_t i = 0; i < walks->n; i++) {
            const struct ho_walk *walk = walks->items[i];
            if (walk->step != step || walk->phase != HO_WALK_PENDING)
                continue;
            is_one = is_one && (!first || first->resume == walk->resume);
            first = first ? first : walk;
        }
        for (size_t i = 0; i < walks->n && !is_one; i++)
            if (walks->items[i]->step == step && walks->items[i]->phase == HO_WALK_PENDING) {
                struct ho_walk *walk = walks->items[i];
                ho_context_expect(context, walk->start, walk->resume, 1);
                walk->resume = walk->at = walk->start;
            }
    }
}

static enum ho_result plan_round(struct ho_round *round, bool *is_any, struct ho_diag *diag)
{
    *is_any = false;
    ho_walks_clear(&round->walks);
    for (size_t i = 0; i < round->n; i++) {
        bool has = false;
        if (ho_context_is_cancelled(round->context))
            return HO_CANCELLED;
        round->objects[i].is_ignored = false;
        HO_TRY(ho_edit_begin(round, i, &has, diag));
        *is_any = *is_any || has;
    }
    for (size_t i = 0; i < round->n; i++) {
        struct ho_edit *edit = &round->edits[i];
        if (ho_context_is_cancelled(round->context))
            return HO_CANCELLED;
        if (edit->step && edit->next < edit->n_line)
            HO_TRY(ho_edit_state(round, edit, diag));
        if (edit->step)
            HO_TRY(ho_store_commit(edit->object->store, diag));
    }
    HO_TRY(ho_round_settle_answers(round, diag));
    for (size_t i = 0; i < round->n; i++) {
        struct ho_edit *edit = &round->edits[i];
        if (edit->step && edit->next < edit->n_line && !edit->is_copied) {
            HO_TRY(ho_store_commit(edit->object->store, diag));
            HO_TRY(ho_edit_plan(round, edit, diag));
            HO_TRY(ho_edit_show(round, edit, diag));
        }
    }
    align_walks(round->context, &round->walks);
    return HO_OK;
}

static enum ho_result work(struct ho_round *round, struct ho_diag *diag)
{
    for (;;) {
        bool is_any;
        HO_TRY(plan_round(round, &is_any, diag));
        if (!is_any)
            return HO_OK;
        for (int step = 1; step >= -1; step -= 2) {
            struct ho_sweep sweep = {.context = round->context,
                                     .walks = &round->walks,
                                     .step = step,
                                     .others = round->n > 1 ? ho_round_others : NULL,
                                     .opaque = round};
            HO_TRY(ho_sweep_run(&sweep, diag));
        }
        for (size_t i = 0; i < round->n; i++)
            HO_TRY(ho_edit_finish(round, i, diag));
    }
}

// ---- the report

static enum ho_result report_object(struct run *run, struct ho_object *object, struct ho_object_report *report,
                                    struct ho_diag *diag)
{
    HO_TRY(ho_events_report(&run->context, object, report, diag));
    HO_TRY(ho_changes_report(object, report, diag));
    return ho_overlaps_report(&run->round, object, report, diag);
}

static enum ho_result make_report(struct run *run, struct ho_track_report *report, struct ho_diag *diag)
{
    report->source = *run->context.source;
    report->objects = ho_alloc(run->n_asked, sizeof(*report->objects));
    if (!report->objects)
        return ho_fail_memory(diag, run->n_asked * sizeof(*report->objects));
    report->n_objects = run->n_asked;
    for (size_t i = 0; i < run->n_asked; i++)
        HO_TRY(report_object(run, &run->round.objects[i], &report->objects[i], diag));
    return HO_OK;
}

void ho_track_report_clear(struct ho_track_report *report)
{
    for (size_t i = 0; i < report->n_objects; i++) {
        free(report->objects[i].events);
        free(report->objects[i].changes);
        free(report->objects[i].overlaps);
        free(report->objects[i].local);
    }
    free(report->objects);
    memset(report, 0, sizeof(*report));
}

enum ho_result ho_track_run(const struct ho_track_request *request, struct ho_track_report *report,
                            struct ho_diag *diag)
{
    struct run run = {.context = {.request = request}};
    int64_t begun = ho_context_clock();
    memset(report, 0, sizeof(*report));
    enum ho_result result = open_all(&run, diag);
    report->seconds_reading = (double)(ho_context_clock() - begun) / 1e9;
    bool is_open = result == HO_OK;
    run.context.started_ns = ho_context_clock();
    run.context.progress.object = run.n_asked ? run.round.objects[0].name : "";
    if (result == HO_OK)
        result = work(&run.round, diag);
    if (result == HO_OK || (result == HO_CANCELLED && is_open)) {
        struct ho_diag reporting = {0};
        enum ho_result reported = make_report(&run, report, &reporting);
        if (result == HO_OK && reported != HO_OK)
            result = ho_fail(diag, reported, "%s", reporting.message);
    }
    if (result == HO_OK)
        ho_context_tell(&run.context, NULL, 0, 0, true);
    if (run.context.session)
        run.context.engine->times(run.context.session, &report->times);
    report->seconds_waiting = (double)run.context.waiting_ns / 1e9;
    close_all(&run);
    report->seconds = (double)(ho_context_clock() - begun) / 1e9;
    return result == HO_CANCELLED
               ? ho_fail(diag, result,
                         "%s: tracking was stopped; what was tracked is kept, and the same command goes on from there",
                         request->source)
               : result;
}
