// SPDX-License-Identifier: BSD-2-Clause
// A file whose pages are sound and whose values are not: each is taken or refused with a sentence, and none is a crash.
#include "unit/project_fixture.h"

enum { N_ROUNDS = 400 };

static uint32_t seed = 5;
static int roll(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

static const char *const numbers[] = {"0",   "-1", "1", "9223372036854775807", "-9223372036854775808", "2147483648",
                                      "255", "2",  "7", "1099511627776",       "4611686018427387904"};
static const char *const texts[] = {"''", "'Normal'", "'opacity'", "'x'", "'color'", "'\n'", "'gain'"};

// A statement that sets one column of one row to what nobody would have written.
static void spoil(sqlite3 *db, char *sql, size_t size)
{
    static const char *const tables[] = {"timeline", "track",    "clip", "media",
                                         "number",   "keyframe", "bin",  "clip_graph"};
    const char *table = tables[roll(8)];
    char query[128], column[64];
    sqlite3_stmt *row;
    snprintf(query, sizeof(query), "SELECT name, type FROM pragma_table_info('%s') ORDER BY random() LIMIT 1", table);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &row, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    snprintf(column, sizeof(column), "%s", (const char *)sqlite3_column_text(row, 0));
    bool is_text = strcmp((const char *)sqlite3_column_text(row, 1), "TEXT") == 0;
    sqlite3_finalize(row);
    snprintf(sql, size, "UPDATE OR IGNORE %s SET %s = %s WHERE %s", table, column,
             is_text ? texts[roll(7)] : numbers[roll(11)], roll(2) ? "abs(random()) % 5 = 0" : "1");
}

static void fill(struct fixture *f)
{
    for (int i = 0; i < 10; i++)
        overwrite(f, i * 20, i * 10, 20);
    for (int i = 0; i < 10; i++) {
        int64_t id = ho_timeline_clip_at(f->timeline, f->video, i * 20)->id;
        struct ho_edit *edit;
        struct ho_keyframe key = {i, 0.5, HO_INTERPOLATE_LINEAR};
        assert_ok(ho_timeline_set_keyframe(f->timeline, id, HO_CLIP_OPACITY, &key, &edit, &f->diag), &f->diag);
        keep(f, "Keyframe", edit);
        assert_ok(ho_timeline_set_number(f->timeline, id, HO_CLIP_GAIN, -3, &edit, &f->diag), &f->diag);
        keep(f, "Gain", edit);
    }
}

// Whoever gets the timeline may ask it anything.
static void look(struct ho_timeline *timeline)
{
    size_t n;
    for (int i = 0; i < ho_timeline_n_tracks(timeline); i++) {
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, i, &n);
        for (size_t k = 0; k < n; k++)
            (void)ho_timeline_source_frame(timeline, clips[k], clips[k]->at + clips[k]->length - 1);
    }
    (void)ho_timeline_length(timeline);
}

static void wrong_values_are_refused_in_words(void **state)
{
    (void)state;
    struct fixture f;
    int n_refused = 0, n_taken = 0;
    fixture_open(&f);
    fill(&f);
    sqlite3_exec(f.project->db, "PRAGMA foreign_keys = OFF", NULL, NULL, NULL);
    for (int round = 0; round < N_ROUNDS; round++) {
        char sql[512];
        struct ho_diag diag = {0};
        struct ho_timeline *timeline;
        spoil(f.project->db, sql, sizeof(sql));
        sqlite3_exec(f.project->db, "BEGIN", NULL, NULL, NULL);
        sqlite3_exec(f.project->db, sql, NULL, NULL, NULL);
        enum ho_result result = ho_project_load_timeline(f.project, f.timeline_id, &timeline, &diag);
        if (result == HO_OK) {
            look(timeline);
            ho_timeline_destroy(&timeline);
            n_taken++;
        } else {
            if (diag.message[0] == '\0')
                fail_msg("%s: no word", sql);
            n_refused++;
        }
        sqlite3_exec(f.project->db, "ROLLBACK", NULL, NULL, NULL);
    }
    assert_true(n_taken > N_ROUNDS / 10 && n_refused > N_ROUNDS / 10);
    assert_kept(&f);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(wrong_values_are_refused_in_words)};
    return cmocka_run_group_tests_name("project_values", tests, NULL, NULL);
}
