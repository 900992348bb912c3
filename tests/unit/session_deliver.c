// SPDX-License-Identifier: BSD-2-Clause
// The render queue through a session: what fails stops no other, what was interrupted goes on, names are whole.
#include "unit/session_fixture.h"

#include <sys/stat.h>

static void open_film(struct session_fixture *f)
{
    session_open(f);
    DO(f, "open-film", film, "wait=yes");
}

static struct ho_job job_of(struct session_fixture *f, int64_t id)
{
    struct ho_job *jobs, found = {0};
    size_t n;
    assert_ok(ho_project_jobs(ho_session_project(f->session), &jobs, &n, &f->diag), &f->diag);
    for (size_t i = 0; i < n; i++)
        if (jobs[i].id == id)
            found = jobs[i];
    free(jobs);
    assert_int_equal(found.id, id);
    return found;
}

static char *in_folder(struct session_fixture *f, const char *name, char out[400])
{
    snprintf(out, 400, "folder=%s%s", f->folder, name);
    return out;
}

static void clips_and_movies_are_written(void **state)
{
    (void)state;
    struct session_fixture f;
    char folder[400], path[400];
    struct ho_source_info *info = malloc(sizeof(*info));
    open_film(&f);
    DO(&f, "split", "at=10");
    DO(&f, "rename-clip", "head/one", "clip=current");    // no name of a file
    DO(&f, "add-to-queue", "preset=Luma matte", in_folder(&f, "", folder), "handles=4", "codec=ffv1");
    DO(&f, "add-to-queue", "name=all", "codec=ffv1", in_folder(&f, "", folder));
    DO0(&f, "render");
    settle(&f);
    assert_string_equal(job_of(&f, 2).message + strlen(job_of(&f, 2).message) - 8, "/all.mkv");
    assert_int_equal(job_of(&f, 1).status, HO_JOB_DONE);
    assert_int_equal(job_of(&f, 2).status, HO_JOB_DONE);
    snprintf(path, sizeof(path), "%s/head-one_matte.mkv", f.folder);
    assert_ok(ho_source_probe(path, NULL, info, &f.diag), &f.diag);
    assert_int_equal(info->n_frames, 14);    // none before the first, four behind
    snprintf(path, sizeof(path), "%s/film_matte.mkv", f.folder);
    assert_ok(ho_source_probe(path, NULL, info, &f.diag), &f.diag);
    assert_int_equal(info->n_frames, N_FRAMES - 10 + 4);
    snprintf(path, sizeof(path), "%s/all.mkv", f.folder);
    assert_ok(ho_source_probe(path, NULL, info, &f.diag), &f.diag);
    assert_int_equal(info->n_frames, N_FRAMES);
    assert_int_equal(TRY0(&f, "render"), HO_ERROR_USAGE);    // nothing waits
    free(info);
    session_close(&f);
}

static void one_that_fails_stops_no_other(void **state)
{
    (void)state;
    struct session_fixture f;
    char folder[400];
    open_film(&f);
    DO(&f, "add-to-queue", "name=a", "codec=ffv1", in_folder(&f, "/nowhere", folder));
    DO(&f, "add-to-queue", "name=b", "codec=ffv1", in_folder(&f, "", folder));
    DO(&f, "add-to-queue", "name=b", "codec=ffv1", in_folder(&f, "", folder));    // would overwrite
    DO(&f, "mark-in", "5");
    DO(&f, "mark-out", "9");
    DO(&f, "add-to-queue", "name=c", "codec=ffv1", in_folder(&f, "", folder));
    DO0(&f, "render");
    settle(&f);
    assert_int_equal(job_of(&f, 1).status, HO_JOB_FAILED);
    assert_non_null(strstr(job_of(&f, 1).message, "nowhere"));
    assert_int_equal(job_of(&f, 2).status, HO_JOB_DONE);
    assert_int_equal(job_of(&f, 3).status, HO_JOB_FAILED);
    assert_int_equal(job_of(&f, 4).status, HO_JOB_DONE);
    assert_int_equal(job_of(&f, 4).n_total, 5);
    // Again, with what was missing.
    char made[400];
    snprintf(made, sizeof(made), "%s/nowhere", f.folder);
    assert_int_equal(mkdir(made, 0755), 0);
    DO(&f, "render", "1");
    settle(&f);
    assert_int_equal(job_of(&f, 1).status, HO_JOB_DONE);
    session_close(&f);
}

// What a crash has ended is still "running" in the project: it is gone on with.
static void an_interrupted_job_goes_on(void **state)
{
    (void)state;
    struct session_fixture f;
    char folder[400];
    open_film(&f);
    DO(&f, "add-to-queue", "name=a", "codec=ffv1", in_folder(&f, "", folder));
    struct ho_job job = job_of(&f, 1);
    job.status = HO_JOB_RUNNING;
    assert_ok(ho_project_set_job_state(ho_session_project(f.session), &job, &f.diag), &f.diag);
    DO0(&f, "render");
    settle(&f);
    assert_int_equal(job_of(&f, 1).status, HO_JOB_DONE);
    // Within a step there is no rendering.
    assert_ok(ho_session_begin(f.session, "Several", &f.diag), &f.diag);
    assert_int_equal(TRY(&f, "render", "1"), HO_ERROR_USAGE);
    ho_session_cancel(f.session);
    session_close(&f);
}

// Of a job of clips: what it wrote before the crash is its own, and what is in the way of any is said before the first.
static void clips_that_are_there_are_gone_on_after(void **state)
{
    (void)state;
    struct session_fixture f;
    char folder[400], path[400];
    struct stat before, after;
    open_film(&f);
    DO(&f, "split", "at=10");
    DO(&f, "add-to-queue", "preset=Luma matte", "codec=ffv1", in_folder(&f, "", folder));
    DO0(&f, "render");
    settle(&f);
    assert_int_equal(job_of(&f, 1).status, HO_JOB_DONE);
    snprintf(path, sizeof(path), "%s/film_matte_2.mkv", f.folder);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof(path), "%s/film_matte.mkv", f.folder);
    assert_int_equal(stat(path, &before), 0);
    DO(&f, "render", "1");
    settle(&f);
    assert_int_equal(job_of(&f, 1).status, HO_JOB_FAILED);    // begun anew, a file is in its way
    struct ho_job job = job_of(&f, 1);
    job.status = HO_JOB_RUNNING;
    assert_ok(ho_project_set_job_state(ho_session_project(f.session), &job, &f.diag), &f.diag);
    DO0(&f, "render");
    settle(&f);
    assert_int_equal(job_of(&f, 1).status, HO_JOB_DONE);
    assert_int_equal(job_of(&f, 1).n_done, N_FRAMES);
    assert_int_equal(stat(path, &after), 0);
    assert_true(after.st_ino == before.st_ino);
    snprintf(path, sizeof(path), "%s/film_matte_2.mkv", f.folder);
    assert_int_equal(stat(path, &after), 0);
    session_close(&f);
}

static void presets_are_kept(void **state)
{
    (void)state;
    struct session_fixture f;
    char folder[400];
    open_film(&f);
    DO(&f, "set-preset", "mine", "from=Luma matte", "suffix=_v7", "codec=ffv1", in_folder(&f, "", folder));
    DO(&f, "add-to-queue", "preset=mine");
    DO0(&f, "render");
    settle(&f);
    assert_int_equal(job_of(&f, 1).status, HO_JOB_DONE);
    assert_non_null(strstr(job_of(&f, 1).message, "/film_v7.mkv"));
    assert_int_equal(TRY(&f, "add-to-queue", "preset=yours"), HO_ERROR_USAGE);
    assert_int_equal(TRY(&f, "add-to-queue", "codec=betamax"), HO_ERROR_USAGE);
    json_t *reply = ask(&f, "presets");
    assert_int_equal(json_array_size(json_object_get(reply, "presets")), 6);
    json_decref(reply);
    DO(&f, "remove-preset", "mine");
    session_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clips_and_movies_are_written),
        cmocka_unit_test(one_that_fails_stops_no_other),
        cmocka_unit_test(an_interrupted_job_goes_on),
        cmocka_unit_test(clips_that_are_there_are_gone_on_after),
        cmocka_unit_test(presets_are_kept),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
