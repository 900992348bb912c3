// SPDX-License-Identifier: BSD-2-Clause
// A project opened, made, closed.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "project/internal.h"

enum ho_result project_new(const char *path, enum ho_project_mode mode, struct ho_project **out, struct ho_diag *diag)
{
    struct ho_project *project = ho_alloc(1, sizeof(*project));
    if (!project)
        return ho_fail_memory(diag, sizeof(*project));
    project->mode = mode;
    project->lock_fd = -1;
    // One file has one lock, whatever links lead to it.
    char *real = realpath(path, NULL);
    project->path = real ? real : ho_strdup(path);
    if (!project->path) {
        free(project);
        return ho_fail_memory(diag, strlen(path));
    }
    *out = project;
    return HO_OK;
}

static enum ho_result open_existing(struct ho_project *project, struct ho_diag *diag)
{
    if (access(project->path, F_OK) != 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: %s", project->path, strerror(errno));
    if (project->mode == HO_PROJECT_WRITE)
        HO_TRY(lock_take(project->path, &project->lock_fd, diag));
    HO_TRY(sql_open(project->path, project->mode, false, &project->db, diag));
    return schema_check(project->db, project->path, diag);
}

enum ho_result ho_project_open(const char *path, enum ho_project_mode mode, struct ho_project **out,
                               struct ho_diag *diag)
{
    struct ho_project *project;
    HO_TRY(project_new(path, mode, &project, diag));
    enum ho_result result = open_existing(project, diag);
    if (result != HO_OK)
        ho_project_close(&project);
    else
        *out = project;
    return result;
}

static enum ho_result fill_new(struct ho_project *project, struct ho_diag *diag)
{
    HO_TRY(sql_script(project->db, project->path, "BEGIN IMMEDIATE", diag));
    enum ho_result result = schema_create(project->db, project->path, diag);
    if (result == HO_OK)
        result = sql_script(project->db, project->path, "COMMIT", diag);
    if (result != HO_OK)
        sqlite3_exec(project->db, "ROLLBACK", NULL, NULL, NULL);
    return result;
}

static enum ho_result make(struct ho_project *project, bool *is_mine, struct ho_diag *diag)
{
    HO_TRY(lock_take(project->path, &project->lock_fd, diag));
    if (access(project->path, F_OK) == 0)
        return ho_fail(diag, HO_ERROR_SPACE, "%s: is there already; open it, or give another name", project->path);
    *is_mine = true;
    HO_TRY(sql_open(project->path, HO_PROJECT_WRITE, true, &project->db, diag));
    return fill_new(project, diag);
}

enum ho_result ho_project_create(const char *path, struct ho_project **out, struct ho_diag *diag)
{
    struct ho_project *project;
    bool is_mine = false;
    HO_TRY(project_new(path, HO_PROJECT_WRITE, &project, diag));
    enum ho_result result = make(project, &is_mine, diag);
    if (result == HO_OK) {
        *out = project;
        return HO_OK;
    }
    sqlite3_close_v2(project->db);
    project->db = NULL;
    if (is_mine)
        unlink(project->path);
    ho_project_close(&project);
    return result;
}

// Back to one file that can be read anywhere. A reader that has it open keeps the log: the last to close takes it in.
static void make_single(struct ho_project *project)
{
    sqlite3_busy_timeout(project->db, 0);
    if (sqlite3_exec(project->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
        ho_log(HO_LOG_INFO, "%s: somebody reads it; its log is taken in later", project->path);
}

void ho_project_close(struct ho_project **project)
{
    if (!project || !*project)
        return;
    struct ho_project *p = *project;
    ho_project_cancel(p);
    for (int i = 0; i < p->n_queries; i++)
        sqlite3_finalize(p->queries[i].statement);
    if (p->db && p->mode == HO_PROJECT_WRITE)
        make_single(p);
    sqlite3_close_v2(p->db);
    lock_release(p->path, &p->lock_fd);
    free(p->path);
    free(p);
    *project = NULL;
}

const char *ho_project_path(const struct ho_project *project) { return project->path; }
