// SPDX-License-Identifier: BSD-2-Clause
// A project that is killed, damaged, opened twice, read while it is written, made by another version.
#include "unit/project_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static bool is_there(const char *path, const char *suffix)
{
    char name[256];
    snprintf(name, sizeof(name), "%s%s", path, suffix);
    return access(name, F_OK) == 0;
}

static void a_closed_project_is_one_file(void **state)
{
    (void)state;
    struct fixture f;
    unsigned char head[100];
    fixture_open(&f);
    overwrite(&f, 0, 0, 10);
    assert_true(is_there(f.path, ".lock") && is_there(f.path, "-wal"));
    ho_project_close(&f.project);
    assert_false(is_there(f.path, ".lock") || is_there(f.path, "-wal") || is_there(f.path, "-shm"));
    FILE *file = fopen(f.path, "rb");
    assert_int_equal(fread(head, 1, sizeof(head), file), sizeof(head));
    fclose(file);
    assert_memory_equal(head + 68, "HOLP", 4);
    assert_int_equal(head[18], 1);    // no log: it can be read where nothing can be written
    fixture_close(&f);
}

static void a_second_writer_is_told_who_has_it_and_readers_are_not_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_project *second;
    struct ho_diag refused = {0};
    char link_path[128], pid[32];
    fixture_open(&f);
    overwrite(&f, 0, 0, 10);
    assert_int_equal(ho_project_open(f.path, HO_PROJECT_WRITE, &second, &refused), HO_ERROR_BUSY);
    snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
    assert_non_null(strstr(refused.message, pid));
    // By another name it is the same file.
    snprintf(link_path, sizeof(link_path), "%s/link.holdout", f.folder);
    assert_int_equal(symlink(f.path, link_path), 0);
    assert_int_equal(ho_project_open(link_path, HO_PROJECT_WRITE, &second, NULL), HO_ERROR_BUSY);
    begin(&f, "While it is read");
    int64_t bin;
    assert_ok(ho_project_add_bin(f.project, HO_BIN_TOP, "unseen", &bin, &f.diag), &f.diag);
    assert_ok(ho_project_open(f.path, HO_PROJECT_READ, &second, &f.diag), &f.diag);
    struct ho_bin *bins;
    size_t n;
    assert_ok(ho_project_bins(second, &bins, &n, &f.diag), &f.diag);
    assert_int_equal(n, 1);    // what is not committed is not seen
    free(bins);
    commit(&f);
    assert_ok(ho_project_bins(second, &bins, &n, &f.diag), &f.diag);
    assert_int_equal(n, 2);
    free(bins);
    ho_project_close(&second);
    fixture_close(&f);
}

static void what_is_no_project_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_project *project;
    struct ho_diag diag = {0};
    char path[128];
    fixture_open(&f);
    assert_int_equal(ho_project_create(f.path, &project, NULL), HO_ERROR_BUSY);
    ho_project_close(&f.project);
    assert_int_equal(ho_project_create(f.path, &project, &diag), HO_ERROR_SPACE);
    assert_non_null(strstr(diag.message, "is there already"));
    snprintf(path, sizeof(path), "%s/text.holdout", f.folder);
    assert_int_equal(ho_project_open(path, HO_PROJECT_READ, &project, NULL), HO_ERROR_INPUT);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 500; i++)
        fputs("not a database\n", file);
    fclose(file);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_project_open(path, HO_PROJECT_WRITE, &project, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "is no project"));
    assert_int_equal(ho_project_open(f.folder, HO_PROJECT_READ, &project, NULL), HO_ERROR_INPUT);
    fixture_close(&f);
}

// A child makes steps until it is killed; the steps that it has told of are all there, and the file is sound.
static void edit_until_killed(const char *path, int64_t media, int out)
{
    struct ho_project *project;
    int64_t bin, id;
    if (ho_project_open(path, HO_PROJECT_WRITE, &project, NULL) != HO_OK)
        _exit(1);
    struct ho_timeline *timeline = fixture_timeline(media, 2);
    for (int i = 0;; i++) {
        char name[32];
        snprintf(name, sizeof(name), "step %d", i);
        if (ho_project_begin(project, name, NULL) != HO_OK ||
            ho_project_add_bin(project, HO_BIN_TOP, name, &bin, NULL) != HO_OK ||
            ho_project_add_timeline(project, bin, timeline, &id, NULL) != HO_OK ||
            ho_project_commit(project, NULL) != HO_OK || write(out, "x", 1) != 1)
            _exit(1);
        if (i % 5 == 4 && ho_project_undo(project, NULL, NULL, NULL) == HO_OK &&
            ho_project_redo(project, NULL, NULL, NULL) != HO_OK)
            _exit(1);
    }
}

static void kills_lose_nothing_that_was_finished(void **state)
{
    (void)state;
    struct fixture f;
    int64_t told = 0;
    fixture_open(&f);
    ho_project_close(&f.project);
    for (int kill_number = 0; kill_number < 25; kill_number++) {
        int ends[2], status;
        char bytes[4096];
        ssize_t n;
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0)
            edit_until_killed(f.path, f.media, ends[1]);
        close(ends[1]);
        // At least this many steps, however slow the disk is; then anywhere within the next ones.
        for (int i = 0; i < 1 + kill_number % 5; i++, told++)
            assert_int_equal(read(ends[0], bytes, 1), 1);
        usleep((useconds_t)(kill_number * 977 % 4000));
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        while ((n = read(ends[0], bytes, sizeof(bytes))) > 0)
            told += n;
        close(ends[0]);
        struct ho_project_step *steps;
        size_t n_steps;
        assert_ok(ho_project_verify(f.path, NULL, NULL, &f.diag), &f.diag);
        assert_ok(ho_project_open(f.path, HO_PROJECT_WRITE, &f.project, &f.diag), &f.diag);
        assert_ok(ho_project_steps(f.project, &steps, &n_steps, &f.diag), &f.diag);
        // Import and timeline came first; a step may be finished and not be told of, and an undo not yet be redone.
        int64_t kept = (int64_t)n_steps - 2;
        assert_true(kept >= told && kept <= told + 1);
        told = kept;
        if (n_steps > 0 && steps[n_steps - 1].undone)
            assert_ok(ho_project_redo(f.project, NULL, NULL, &f.diag), &f.diag);
        free(steps);
        struct ho_bin *bins;
        size_t n_bins;
        assert_ok(ho_project_bins(f.project, &bins, &n_bins, &f.diag), &f.diag);
        assert_int_equal(n_bins - 1, kept);
        free(bins);
        ho_project_close(&f.project);
    }
    assert_true(told > 25);
    fixture_close(&f);
}

static void damage_page(const char *path, long page)
{
    char noise[4096];
    memset(noise, 0xa5, sizeof(noise));
    FILE *file = fopen(path, "r+b");
    fseek(file, page * 4096, SEEK_SET);
    fwrite(noise, 1, sizeof(noise), file);
    fclose(file);
}

static int64_t count_clips(const struct ho_timeline *timeline)
{
    int64_t total = 0;
    size_t n;
    for (int i = 0; i < ho_timeline_n_tracks(timeline); i++) {
        (void)ho_timeline_clips(timeline, i, &n);
        total += (int64_t)n;
    }
    return total;
}

static void count_sentences(void *opaque, const char *sentence)
{
    assert_true(sentence[0] != '\0');
    ++*(int *)opaque;
}

// Each page in turn: said, never a crash; and what is not on it is recovered into a file that holds.
static void a_damaged_page_is_said_and_the_rest_recovered(void **state)
{
    (void)state;
    struct fixture f;
    char copy[160], recovered[160], command[512];
    struct stat info;
    int n_recovered = 0, n_most_clips = 0;
    fixture_open(&f);
    for (int i = 0; i < 200; i++) {
        struct ho_placement p = {.media = f.media,
                                 .at = i * 5,
                                 .length = 5,
                                 .in = i,
                                 .video_track = f.video,
                                 .audio_track = f.audio,
                                 .name = "a name that takes some room on a page"};
        struct ho_edit *edit;
        assert_ok(ho_timeline_overwrite(f.timeline, &p, &edit, &f.diag), &f.diag);
        keep(&f, "Overwrite", edit);
    }
    ho_project_close(&f.project);
    assert_ok(ho_project_verify(f.path, NULL, NULL, &f.diag), &f.diag);
    assert_int_equal(stat(f.path, &info), 0);
    snprintf(copy, sizeof(copy), "%s/copy.holdout", f.folder);
    snprintf(recovered, sizeof(recovered), "%s/new.holdout", f.folder);
    for (long page = 0; page < info.st_size / 4096; page++) {
        struct ho_recovery recovery;
        struct ho_diag diag = {0};
        int n = 0;
        snprintf(command, sizeof(command), "cp '%s' '%s'; rm -f '%s'", f.path, copy, recovered);
        assert_int_equal(system(command), 0);
        damage_page(copy, page);
        enum ho_result result = ho_project_verify(copy, count_sentences, &n, &diag);
        assert_true(result == HO_ERROR_VERIFY || (result == HO_ERROR_INPUT && page == 0));
        assert_true(n > 0 || result == HO_ERROR_INPUT);
        if (ho_project_recover(copy, recovered, &recovery, NULL) != HO_OK)
            continue;
        struct ho_diag why = {0};
        struct ho_project *project;
        struct ho_timeline *timeline;
        assert_ok(ho_project_verify(recovered, NULL, NULL, &why), &why);
        assert_ok(ho_project_open(recovered, HO_PROJECT_WRITE, &project, &why), &why);
        if (ho_project_load_timeline(project, f.timeline_id, &timeline, NULL) == HO_OK) {
            n_recovered++;
            n_most_clips += count_clips(timeline) >= 300;
            ho_timeline_destroy(&timeline);
        }
        ho_project_close(&project);
    }
    // One page holds at most some 45 of 400 clips; only a few pages hold what all depends on.
    assert_true(n_recovered > info.st_size / 4096 * 3 / 4);
    assert_true(n_most_clips > info.st_size / 4096 * 3 / 4);
    fixture_close(&f);
}

// Between two damaged pages of one table lie rows that reading from neither end reaches.
static void rows_between_damaged_pages_are_recovered(void **state)
{
    (void)state;
    static const char leaves[] =
        "SELECT pageno - 1 FROM dbstat WHERE name = 'clip' AND pagetype = 'leaf' ORDER BY path";
    struct fixture f;
    struct ho_recovery recovery;
    struct ho_project *project;
    sqlite3_stmt *row;
    char recovered[160];
    long pages[64];
    int n = 0;
    fixture_open(&f);
    for (int i = 0; i < 400; i++)
        overwrite(&f, i * 5, i, 5);
    if (sqlite3_prepare_v2(f.project->db, leaves, -1, &row, NULL) != SQLITE_OK) {
        fixture_close(&f);    // a build of SQLite that does not tell where its pages are
        skip();
    }
    while (sqlite3_step(row) == SQLITE_ROW && n < 64)
        pages[n++] = (long)sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    ho_project_close(&f.project);
    assert_true(n >= 6);
    damage_page(f.path, pages[1]);
    damage_page(f.path, pages[n - 2]);
    snprintf(recovered, sizeof(recovered), "%s/new.holdout", f.folder);
    assert_ok(ho_project_recover(f.path, recovered, &recovery, &f.diag), &f.diag);
    assert_int_equal(recovery.n_tables_damaged, 1);
    assert_ok(ho_project_open(recovered, HO_PROJECT_READ, &project, &f.diag), &f.diag);
    struct ho_timeline *timeline;
    assert_ok(ho_project_load_timeline(project, f.timeline_id, &timeline, &f.diag), &f.diag);
    assert_true(count_clips(timeline) > 800 * (n - 3) / n);
    ho_timeline_destroy(&timeline);
    ho_project_close(&project);
    fixture_close(&f);
}

static void a_newer_version_is_said_and_an_older_one_brought_up_to_date(void **state)
{
    (void)state;
    static const char *const scripts[] = {[PROJECT_SCHEMA] = "ALTER TABLE job ADD COLUMN colour INTEGER NOT NULL "
                                                             "DEFAULT 0",
                                          "THIS IS NO SQL"};
    struct fixture f;
    struct ho_project *project;
    struct ho_diag diag = {0};
    struct ho_project_step *steps;
    size_t n;
    int64_t version;
    fixture_open(&f);
    assert_ok(schema_migrate(f.project->db, f.path, PROJECT_SCHEMA, scripts, PROJECT_SCHEMA + 1, &f.diag), &f.diag);
    assert_ok(schema_version(f.project->db, f.path, &version, &f.diag), &f.diag);
    assert_int_equal(version, PROJECT_SCHEMA + 1);
    assert_ok(ho_project_steps(f.project, &steps, &n, &f.diag), &f.diag);
    assert_int_equal(n, 0);    // steps of the older tables are not to be undone
    free(steps);
    assert_kept(&f);
    // A migration that fails leaves the file as it was.
    assert_int_not_equal(schema_migrate(f.project->db, f.path, PROJECT_SCHEMA + 1, scripts, PROJECT_SCHEMA + 2, NULL),
                         HO_OK);
    assert_ok(schema_version(f.project->db, f.path, &version, &f.diag), &f.diag);
    assert_int_equal(version, PROJECT_SCHEMA + 1);
    ho_project_close(&f.project);
    assert_int_equal(ho_project_open(f.path, HO_PROJECT_READ, &project, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "newer holdout"));
    fixture_close(&f);
}

static void a_change_that_fails_takes_its_whole_step_along(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_diag diag = {0};
    int64_t bin;
    fixture_open(&f);
    char *before = dump(f.project->db);
    begin(&f, "Two things");
    assert_ok(ho_project_add_bin(f.project, HO_BIN_TOP, "x", &bin, &f.diag), &f.diag);
    // Deferred: found when the step is committed.
    assert_ok(sql_run(f.project, "UPDATE media SET bin = 99", NO_VALUES, &f.diag), &f.diag);
    assert_int_not_equal(ho_project_commit(f.project, &diag), HO_OK);
    char *after = dump(f.project->db);
    assert_string_equal(before, after);
    free(before);
    free(after);
    begin(&f, "Again");
    ho_project_cancel(f.project);
    fixture_close(&f);
}

static void a_file_of_the_first_version_is_brought_up_to_date(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_project_object object = {.hash = "aa", .name = "rider", .quality = 1}, *objects;
    int64_t id;
    size_t n;
    fixture_open(&f);
    assert_ok(sql_script(f.project->db, f.path,
                         "DROP TABLE mask_said; DROP TABLE mask_object; DELETE FROM migration; INSERT INTO migration "
                         "VALUES (1, 0); PRAGMA user_version = 1",
                         &f.diag),
              &f.diag);
    ho_project_close(&f.project);
    assert_ok(ho_project_open(f.path, HO_PROJECT_WRITE, &f.project, &f.diag), &f.diag);
    assert_kept(&f);
    begin(&f, "New object");
    assert_ok(ho_project_add_object(f.project, &object, &id, &f.diag), &f.diag);
    commit(&f);
    assert_ok(ho_project_objects(f.project, "aa", &objects, &n, &f.diag), &f.diag);
    assert_int_equal(n, 1);
    free(objects);
    fixture_close(&f);
}

// Undo of what was said in the middle: the order comes back.
static void what_was_said_is_undone(void **state)
{
    (void)state;
    static char bytes[] = "abc";
    struct fixture f;
    struct ho_project_object object = {.hash = "aa", .name = "rider"};
    struct ho_project_said said[] = {{(char[]){"1"}, NULL, 0}, {(char[]){"2"}, bytes, 3}, {(char[]){"3"}, NULL, 0}};
    struct ho_project_said *read;
    struct ho_touched touched;
    int64_t id;
    size_t n;
    fixture_open(&f);
    begin(&f, "Say");
    assert_ok(ho_project_add_object(f.project, &object, &id, &f.diag), &f.diag);
    for (int i = 0; i < 3; i++)
        assert_ok(ho_project_say(f.project, id, &said[i], &f.diag), &f.diag);
    assert_int_equal(ho_project_add_object(f.project, &object, &id, NULL), HO_ERROR_USAGE);    // the name is taken
    commit(&f);
    begin(&f, "Unsay");
    assert_ok(ho_project_unsay(f.project, id, 0, &f.diag), &f.diag);
    commit(&f);
    assert_ok(ho_project_get_said(f.project, id, &read, &n, &f.diag), &f.diag);
    assert_int_equal(n, 2);
    assert_string_equal(read[0].said, "2");
    assert_int_equal(read[0].mask_size, 3);
    assert_memory_equal(read[0].mask, "abc", 3);
    ho_project_said_free(&read, n);
    assert_ok(ho_project_undo(f.project, NULL, &touched, &f.diag), &f.diag);
    assert_int_equal(touched.n_rows, 1);
    assert_int_equal(touched.rows[0].kind, HO_TOUCHED_MASK);
    ho_touched_clear(&touched);
    assert_ok(ho_project_get_said(f.project, id, &read, &n, &f.diag), &f.diag);
    assert_int_equal(n, 3);
    for (int i = 0; i < 3; i++)
        assert_string_equal(read[i].said, said[i].said);
    ho_project_said_free(&read, n);
    fixture_close(&f);
}

// The signal that comes with the limit would end the process, a library's host: with its default action here.
static void a_limit_on_file_sizes_ends_no_process(void **state)
{
    (void)state;
    struct fixture f;
    struct rlimit before, small;
    struct ho_diag diag = {0};
    enum ho_result result = HO_OK;
    int64_t bin, n = 0;
    fixture_open(&f);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 400000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    while (result == HO_OK && n < 10000) {
        result = ho_project_begin(f.project, "New bin", &diag);
        if (result == HO_OK)
            result = ho_project_add_bin(f.project, HO_BIN_TOP, "a bin", &bin, &diag);
        if (result == HO_OK)
            result = ho_project_commit(f.project, &diag);
        n += result == HO_OK;
    }
    ho_project_cancel(f.project);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(result, HO_ERROR_SPACE);
    assert_true(n > 10);
    assert_non_null(strstr(diag.message, "make room and do it again"));
    struct ho_bin *bins;
    size_t n_bins;
    ho_project_close(&f.project);
    assert_ok(ho_project_open(f.path, HO_PROJECT_WRITE, &f.project, &f.diag), &f.diag);
    assert_ok(ho_project_bins(f.project, &bins, &n_bins, &f.diag), &f.diag);
    assert_int_equal(n_bins, 1 + n);    // the top one, and each step that was done
    free(bins);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_project_is_one_file),
        cmocka_unit_test(a_second_writer_is_told_who_has_it_and_readers_are_not_refused),
        cmocka_unit_test(what_is_no_project_is_refused),
        cmocka_unit_test(kills_lose_nothing_that_was_finished),
        cmocka_unit_test(a_damaged_page_is_said_and_the_rest_recovered),
        cmocka_unit_test(rows_between_damaged_pages_are_recovered),
        cmocka_unit_test(a_newer_version_is_said_and_an_older_one_brought_up_to_date),
        cmocka_unit_test(a_file_of_the_first_version_is_brought_up_to_date),
        cmocka_unit_test(what_was_said_is_undone),
        cmocka_unit_test(a_change_that_fails_takes_its_whole_step_along),
        cmocka_unit_test(a_limit_on_file_sizes_ends_no_process),
    };
    return cmocka_run_group_tests_name("project_safety", tests, NULL, NULL);
}
