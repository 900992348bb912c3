// SPDX-License-Identifier: BSD-2-Clause
// A project in a folder of its own, with one movie and one timeline; and a dump of all that steps record.
#ifndef PROJECT_FIXTURE_H
#define PROJECT_FIXTURE_H

#include "unit/test.h"

#include <unistd.h>

#include "project/internal.h"

struct fixture {
    char folder[64], path[96];
    struct ho_project *project;
    int64_t media, timeline_id;
    struct ho_timeline *timeline;
    int64_t video, audio;    // tracks
    struct ho_diag diag;
};

static inline struct ho_source_info fixture_source(const char *path, const char *hash)
{
    struct ho_source_info source = {.width = 1920,
                                    .height = 1080,
                                    .pixel_aspect = {1, 1},
                                    .rate = {25, 1},
                                    .n_frames = 1000,
                                    .has_timecode = true,
                                    .start = {90000, 25, false},
                                    .bit_depth = 10,
                                    .colour = {1, 1, 1, 0, 1},
                                    .n_audio_streams = 1};
    snprintf(source.path, sizeof(source.path), "%s", path);
    snprintf(source.clip_name, sizeof(source.clip_name), "ride");
    snprintf(source.hash, sizeof(source.hash), "%s", hash);
    snprintf(source.codec, sizeof(source.codec), "prores");
    return source;
}

static inline struct ho_timeline *fixture_timeline(int64_t media, int n_video)
{
    struct ho_timeline_settings settings = {
        .name = "cut", .width = 1920, .height = 1080, .rate = {25, 1}, .start = {90000, 25, false}};
    struct ho_timeline *timeline;
    struct ho_diag diag = {0};
    struct ho_project_media pool = {.id = media, .source = fixture_source("/nowhere.mov", "aa"), .rate = {0, 1}};
    struct ho_timeline_media known;
    ho_project_timeline_media(&pool, &known);
    assert_ok(ho_timeline_create(&settings, &timeline, &diag), &diag);
    for (int i = 0; i <= n_video; i++)
        assert_ok(ho_timeline_add_track(timeline, i < n_video ? HO_TRACK_VIDEO : HO_TRACK_AUDIO, -1, NULL, NULL, &diag),
                  &diag);
    assert_ok(ho_timeline_set_media(timeline, &known, &diag), &diag);
    return timeline;
}

static inline void begin(struct fixture *f, const char *name)
{
    assert_ok(ho_project_begin(f->project, name, &f->diag), &f->diag);
}
static inline void commit(struct fixture *f) { assert_ok(ho_project_commit(f->project, &f->diag), &f->diag); }

static inline void fixture_open(struct fixture *f)
{
    // In memory where there is room for that: what is tested is not how fast the disk is.
    *f = (struct fixture){0};
    snprintf(f->folder, sizeof(f->folder), "%s/holdout-project-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/a.holdout", f->folder);
    assert_ok(ho_project_create(f->path, &f->project, &f->diag), &f->diag);
    struct ho_source_info source = fixture_source("/nowhere.mov", "aa");
    begin(f, "Import");
    assert_ok(ho_project_add_media(f->project, HO_BIN_TOP, &source, &f->media, &f->diag), &f->diag);
    commit(f);
    f->timeline = fixture_timeline(f->media, 3);
    f->video = ho_timeline_track_at(f->timeline, HO_TRACK_VIDEO, 0)->id;
    f->audio = ho_timeline_track_at(f->timeline, HO_TRACK_AUDIO, 0)->id;
    begin(f, "New timeline");
    assert_ok(ho_project_add_timeline(f->project, HO_BIN_TOP, f->timeline, &f->timeline_id, &f->diag), &f->diag);
    commit(f);
}

static inline void fixture_close(struct fixture *f)
{
    char command[160];
    ho_timeline_destroy(&f->timeline);
    ho_project_close(&f->project);
    snprintf(command, sizeof(command), "rm -rf '%s'", f->folder);
    assert_int_equal(system(command), 0);
}

// One edit as one step.
static inline void keep(struct fixture *f, const char *name, struct ho_edit *edit)
{
    begin(f, name);
    assert_ok(ho_project_save_edit(f->project, f->timeline_id, f->timeline, edit, &f->diag), &f->diag);
    commit(f);
    ho_edit_destroy(&edit);
}

static inline void overwrite(struct fixture *f, int64_t at, int64_t in, int64_t length)
{
    struct ho_placement p = {
        .media = f->media, .at = at, .length = length, .in = in, .video_track = f->video, .audio_track = f->audio};
    struct ho_edit *edit;
    assert_ok(ho_timeline_overwrite(f->timeline, &p, &edit, &f->diag), &f->diag);
    keep(f, "Overwrite", edit);
}

// All rows of all tables that steps record; malloc'd.
static inline char *dump(sqlite3 *db)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    for (int i = 0; tracked_tables[i]; i++) {
        char sql[64];
        sqlite3_stmt *row;
        snprintf(sql, sizeof(sql), "SELECT * FROM %s", tracked_tables[i]);
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
        fprintf(file, "[%s]\n", tracked_tables[i]);
        while (sqlite3_step(row) == SQLITE_ROW)
            for (int c = 0; c < sqlite3_column_count(row); c++)
                fprintf(file, "%d:%s%c", sqlite3_column_type(row, c), (const char *)sqlite3_column_text(row, c),
                        c + 1 < sqlite3_column_count(row) ? '|' : '\n');
        sqlite3_finalize(row);
    }
    fclose(file);
    return text;
}

// What is kept is what is in memory.
static inline void assert_kept(struct fixture *f)
{
    struct ho_timeline *loaded;
    assert_ok(ho_project_load_timeline(f->project, f->timeline_id, &loaded, &f->diag), &f->diag);
    assert_true(ho_timeline_equal(loaded, f->timeline));
    ho_timeline_destroy(&loaded);
}

#endif
