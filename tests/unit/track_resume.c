// SPDX-License-Identifier: BSD-2-Clause
// Runs that are cut off, or meet a full disk, a damaged bank, another process, no memory: the next one goes on, with
// the same bits.
#include "unit/track_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/memory.h"
#include "holdout/log.h"

struct stopper {
    struct ho_cancel cancel;
    int64_t at, last_done, most, n_calls;
};

static void stop(void *opaque, const struct ho_track_progress *progress)
{
    struct stopper *stopper = opaque;
    assert_in_range(progress->n_done, 0, progress->n_total);
    assert_in_range(progress->n_total, 0, N_FRAMES);
    assert_true(progress->seconds_left >= 0 && progress->frames_per_second >= 0);
    stopper->last_done = progress->n_done;
    stopper->most = progress->n_total > stopper->most ? progress->n_total : stopper->most;
    stopper->n_calls++;
    if (progress->n_done >= stopper->at)
        ho_cancel_request(&stopper->cancel);
}

static void a_cancelled_run_goes_on(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    setenv("HOLDOUT_STUB_DELAY_MS", "12", 1);
    struct stopper stopper = {.at = 1};
    struct ho_track_report report;
    struct ho_diag diag = {0};
    assert_int_equal(
        run(ASK(.bank = f->dir, .frames = {10, -1}, .cancel = &stopper.cancel, .progress = stop, .opaque = &stopper),
            &report, &diag),
        HO_CANCELLED);
    assert_non_null(strstr(diag.message, "goes on"));
    int64_t n = report.objects[0].n_tracked;
    ho_track_report_clear(&report);
    assert_true(n >= 1 && n < CUT);
    // On the way to what a correction starts from, too.
    stopper = (struct stopper){.at = 1};
    assert_int_equal(run(ASK(.bank = f->dir, .frames = {10, 30, -1}, .cancel = &stopper.cancel, .progress = stop,
                             .opaque = &stopper),
                         &report, &diag),
                     HO_CANCELLED);
    assert_non_null(strstr(diag.message, "goes on"));
    ho_track_report_clear(&report);
    unsetenv("HOLDOUT_STUB_DELAY_MS");
    struct numbers rest = track(ASK(.bank = f->dir, .frames = {10, -1}), NULL);
    assert_true(rest.reused >= n);
    track(ASK(.bank = f->dir, .frames = {10, 30, -1}), id);
    track(ASK(.bank = f->other, .frames = {10, 30, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

static void progress_reaches_its_end(void **state)
{
    struct fixture *f = *state;
    struct stopper stopper = {.at = INT64_MAX};
    track(ASK(.bank = f->dir, .frames = {10, 30, 45, -1}, .whole = true, .progress = stop, .opaque = &stopper), NULL);
    // Of 84 passes: 3 prompts; 10 before and 29 after the first, 19 and 9 around the second, 5 and 9 in the other shot.
    assert_int_equal(stopper.last_done, N_FRAMES);
    assert_true(stopper.n_calls >= 1);
}

// Frames of the film, however many objects and directions pass them.
static void progress_counts_frames_of_the_film(void **state)
{
    struct fixture *f = *state;
    struct stopper stopper = {.at = INT64_MAX};
    setenv("HOLDOUT_STUB_DELAY_MS", "8", 1);
    struct ho_point points[] = {red_at(10), red_at(20)};
    struct ho_said said[] = {
        {.prompt = {.kind = HO_PROMPT_CLICK, .frame = 10, .points = &points[0], .n_points = 1}},
        {.prompt = {.kind = HO_PROMPT_CLICK, .frame = 20, .points = &points[1], .n_points = 1}},
    };
    const struct ho_object_request objects[] = {{"one", &said[0], 1}, {"two", &said[1], 1}};
    struct ho_track_request request = {.source = film,
                                       .objects = objects,
                                       .n_objects = 2,
                                       .engine = "stub",
                                       .bank_dir = f->dir,
                                       .progress = stop,
                                       .opaque = &stopper};
    struct ho_track_report report;
    struct ho_diag diag = {0};
    assert_ok(ho_track_run(&request, &report, &diag), &diag);
    ho_track_report_clear(&report);
    assert_int_equal(stopper.last_done, CUT);
    assert_int_equal(stopper.most, N_FRAMES);    // before the cut was found
    unsetenv("HOLDOUT_STUB_DELAY_MS");
}

static void a_killed_run_gives_the_same_bits(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    int n_killed = 0;
    srand(11);
    setenv("HOLDOUT_STUB_DELAY_MS", "1", 1);
    for (int round = 0; round < 24; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct ho_track_report report;
            _exit(run(ASK(.bank = f->dir, .frames = {10, 30, 45, -1}, .wait = 5), &report, NULL) == HO_OK ? 0 : 1);
        }
        nanosleep(&(struct timespec){.tv_nsec = 20000000 + rand() % 90000000}, NULL);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        n_killed += WIFSIGNALED(status);
    }
    unsetenv("HOLDOUT_STUB_DELAY_MS");
    track(ASK(.bank = f->dir, .frames = {10, 30, 45, -1}), id);
    track(ASK(.bank = f->other, .frames = {10, 30, 45, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_bank_verify(bank, NULL, NULL, NULL, NULL, &diag), &diag);
    ho_bank_close(&bank);
    print_message("killed %d times\n", n_killed);
    assert_true(n_killed > 2);
}

// A memory that cannot be read is no misfortune: the walk begins anew and gives the same frames.
static void a_damaged_memory_is_made_anew(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .range = {5, 20}, .frames = {10, -1}), id);
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_WRITE, &store, &diag), &diag);
    assert_ok(ho_sql_run(store->db, store->path,
                         "UPDATE walks SET packed = x'00' WHERE frame = 20; UPDATE walks SET checksum = checksum + 1 "
                         "WHERE frame = 5",
                         &diag),
              &diag);
    ho_store_close(&store);
    ho_bank_close(&bank);
    ho_log_set_level(HO_LOG_QUIET);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, -1}), id), 24, 16, 0, CUT - 1);
    ho_log_set_level(HO_LOG_WARNING);
    track(ASK(.bank = f->other, .frames = {10, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

static void a_full_disk_loses_nothing(void **state)
{
    struct fixture *f = *state;
    struct rlimit before, small;
    struct ho_track_report report;
    struct ho_diag diag = {0};
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    // The scan and the head of the store fit; the frames don't.
    assert_numbers(track(ASK(.bank = f->dir, .range = {9, 11}, .frames = {10, -1}), NULL), 3, 0, 9, 11);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 150000;
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum ho_result result = run(ASK(.bank = f->dir, .frames = {10, -1}), &report, &diag);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    ho_track_report_clear(&report);
    if (result != HO_ERROR_SPACE)
        fail_msg("%s: %s", ho_result_name(result), diag.message);
    track(ASK(.bank = f->dir, .frames = {10, -1}), id);
    track(ASK(.bank = f->other, .frames = {10, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

static void two_processes_share_the_work(void **state)
{
    struct fixture *f = *state;
    pid_t children[2];
    int statuses[2];
    setenv("HOLDOUT_STUB_DELAY_MS", "5", 1);
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            struct ho_track_report report;
            enum ho_result result = run(ASK(.bank = f->dir, .frames = {10, -1}, .wait = 60), &report, NULL);
            _exit(result != HO_OK ? 255 : (int)report.objects[0].n_tracked);
        }
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(waitpid(children[i], &statuses[i], 0), children[i]);
    unsetenv("HOLDOUT_STUB_DELAY_MS");
    assert_true(WIFEXITED(statuses[0]) && WIFEXITED(statuses[1]));
    assert_int_equal(WEXITSTATUS(statuses[0]) + WEXITSTATUS(statuses[1]), CUT);
    assert_true(WEXITSTATUS(statuses[0]) == 0 || WEXITSTATUS(statuses[1]) == 0);
}

// Whatever allocation fails, the run says so or succeeds, and the next one gives the same bits.
static void failed_allocations_lose_nothing(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    int n_failed = 0;
    ho_log_set_level(HO_LOG_QUIET);
    for (int64_t n = 1; n < 4000; n += 1 + n / 9) {
        struct ho_track_report report;
        struct ho_diag diag = {0};
        ho_memory_fail_at(n);
        enum ho_result result = run(ASK(.bank = f->dir, .range = {5, 16}, .frames = {10, 14, -1}), &report, &diag);
        ho_memory_fail_at(0);
        ho_track_report_clear(&report);
        if (result != HO_OK && result != HO_ERROR_MEMORY)
            fail_msg("allocation %lld: %s: %s", (long long)n, ho_result_name(result), diag.message);
        if (result == HO_ERROR_MEMORY && !diag.message[0])
            fail_msg("allocation %lld: nothing is said", (long long)n);
        n_failed += result != HO_OK;
    }
    ho_log_set_level(HO_LOG_WARNING);
    track(ASK(.bank = f->dir, .range = {5, 16}, .frames = {10, 14, -1}), id);
    track(ASK(.bank = f->other, .range = {5, 16}, .frames = {10, 14, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
    assert_true(n_failed > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cancelled_run_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(progress_reaches_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(progress_counts_frames_of_the_film, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_killed_run_gives_the_same_bits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_memory_is_made_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_processes_share_the_work, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failed_allocations_lose_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
