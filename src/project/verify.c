// SPDX-License-Identifier: BSD-2-Clause
// Everything about a file, read: pages, tables, references, timelines, recorded steps.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "project/internal.h"

struct findings {
    struct ho_project *project;
    void (*report)(void *opaque, const char *sentence);
    void *opaque;
    int64_t n;
};

static void found(struct findings *findings, const char *sentence)
{
    findings->n++;
    if (findings->report)
        findings->report(findings->opaque, sentence);
}

// A call's sentence, where it failed by damage; its result where it failed otherwise.
static enum ho_result judge(struct findings *findings, enum ho_result result, const struct ho_diag *inner,
                            struct ho_diag *diag)
{
    if (result == HO_OK || result == HO_END)
        return HO_OK;
    if (result != HO_ERROR_VERIFY && result != HO_ERROR_USAGE && result != HO_ERROR_INPUT)
        return ho_fail(diag, result, "%s", inner->message);
    found(findings, inner->message);
    return HO_OK;
}

static enum ho_result check_pages(struct findings *findings, struct ho_diag *diag)
{
    struct ho_project *project = findings->project;
    struct ho_diag inner = {0};
    sqlite3_stmt *row;
    enum ho_result result = sql_query(project, "PRAGMA integrity_check", NO_VALUES, &row, &inner);
    while (result == HO_OK && (result = sql_next(project, row, &inner)) == HO_OK) {
        const char *text = (const char *)sqlite3_column_text(row, 0);
        if (text && strcmp(text, "ok") != 0)
            found(findings, text);
    }
    return judge(findings, result, &inner, diag);
}

static enum ho_result check_references(struct findings *findings, struct ho_diag *diag)
{
    struct ho_project *project = findings->project;
    struct ho_diag inner = {0};
    sqlite3_stmt *row;
    enum ho_result result = sql_query(project, "PRAGMA foreign_key_check", NO_VALUES, &row, &inner);
    while (result == HO_OK && (result = sql_next(project, row, &inner)) == HO_OK) {
        char sentence[256];
        snprintf(sentence, sizeof(sentence), "%s: a row of \"%.60s\" belongs to a \"%.60s\" that is missing", "tables",
                 (const char *)sqlite3_column_text(row, 0), (const char *)sqlite3_column_text(row, 2));
        found(findings, sentence);
    }
    return judge(findings, result, &inner, diag);
}

static enum ho_result check_timelines(struct findings *findings, struct ho_diag *diag)
{
    struct ho_timeline_entry *entries = NULL;
    struct ho_diag inner = {0};
    size_t n = 0;
    enum ho_result result = judge(findings, ho_project_timelines(findings->project, &entries, &n, &inner), &inner,
                                  diag);
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        struct ho_timeline *timeline = NULL;
        inner = (struct ho_diag){0};
        result = ho_project_load_timeline(findings->project, entries[i].id, &timeline, &inner);
        ho_timeline_destroy(&timeline);
        result = judge(findings, result, &inner, diag);
    }
    free(entries);
    return result;
}

// Each changeset of a table can be walked through.
static enum ho_result check_changes(struct findings *findings, const char *sql, struct ho_diag *diag)
{
    struct ho_project *project = findings->project;
    struct ho_diag inner = {0};
    sqlite3_stmt *row;
    enum ho_result result = sql_query(project, sql, NO_VALUES, &row, &inner);
    while (result == HO_OK && (result = sql_next(project, row, &inner)) == HO_OK) {
        struct ho_touched touched;
        result = changes_touched(project, sqlite3_column_blob(row, 0), sqlite3_column_bytes(row, 0), &touched, &inner);
        if (result == HO_OK)
            ho_touched_clear(&touched);
    }
    if (result != HO_END)
        sqlite3_reset(row);
    return judge(findings, result, &inner, diag);
}

static enum ho_result check_all(struct findings *findings, struct ho_diag *diag)
{
    HO_TRY(check_pages(findings, diag));
    HO_TRY(check_references(findings, diag));
    HO_TRY(check_timelines(findings, diag));
    HO_TRY(check_changes(findings, "SELECT changes FROM step ORDER BY id", diag));
    return check_changes(findings, "SELECT changes FROM snapshot", diag);
}

enum ho_result ho_project_verify(const char *path, void (*report)(void *opaque, const char *sentence), void *opaque,
                                 struct ho_diag *diag)
{
    struct findings findings = {.report = report, .opaque = opaque};
    struct ho_diag inner = {0};
    enum ho_result result = ho_project_open(path, HO_PROJECT_READ, &findings.project, &inner);
    if (result == HO_ERROR_VERIFY)
        found(&findings, inner.message);
    if (result != HO_OK)
        return ho_fail(diag, result, "%s", inner.message);
    result = check_all(&findings, diag);
    ho_project_close(&findings.project);
    if (result == HO_OK && findings.n > 0)
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "%s: damaged: %lld findings; `holdout project %s recover NEW` reads what can be read", path,
                       (long long)findings.n, path);
    return result;
}
