// SPDX-License-Identifier: BSD-2-Clause
// A session: commands and their arguments, steps, gestures, news, the film that is opened and cut.
#include "unit/session_fixture.h"

static void a_film_is_opened_ready_to_be_worked_on(void **state)
{
    (void)state;
    struct session_fixture f;
    session_open(&f);
    assert_false(ho_session_can(f.session, "append", &f.diag));    // there is no timeline
    DO(&f, "open-film", film, "wait=yes");
    const struct ho_timeline *timeline = ho_session_timeline(f.session, NULL);
    assert_non_null(timeline);
    assert_int_equal(ho_timeline_get_settings(timeline)->width, WIDTH);
    assert_int_equal(ho_timeline_length(timeline), N_FRAMES);
    assert_non_null(ho_session_clip(f.session));
    assert_int_equal(ho_session_source_frame(f.session), 0);
    size_t n;
    (void)ho_session_selection(f.session, &n);
    assert_int_equal(n, 1);
    DO(&f, "playhead", "12");
    assert_int_equal(ho_session_source_frame(f.session), 12);
    DO(&f, "playhead", "900");    // no clip there, none selected: one that is named is meant all the same
    DO0(&f, "select");
    assert_false(ho_session_can(f.session, "rename-clip", NULL));
    assert_int_equal(TRY(&f, "rename-clip", "x"), HO_ERROR_USAGE);
    DO(&f, "rename-clip", "x", "clip=film");
    DO0(&f, "undo");
    // All of it is one step.
    DO0(&f, "undo");
    assert_null(ho_session_timeline(f.session, NULL));
    assert_null(ho_session_clip(f.session));
    assert_int_equal(TRY0(&f, "undo"), HO_ERROR_USAGE);
    session_close(&f);
}

static void work_that_goes_on_comes_back_by_dispatch(void **state)
{
    (void)state;
    struct session_fixture f;
    session_open(&f);
    DO(&f, "open-film", film);
    size_t n;
    assert_int_equal(ho_session_jobs(f.session, &n)[0].kind, HO_WORK_IMPORT);
    settle(&f);
    assert_int_equal(n, 1);
    assert_int_equal(ho_session_jobs(f.session, &n)[0].status, HO_JOB_DONE);
    assert_non_null(ho_session_clip(f.session));
    assert_true(f.news & HO_NEWS_JOBS);
    DO(&f, "import", "/nowhere/at-all.mov");
    settle(&f);
    assert_int_equal(ho_session_jobs(f.session, &n)[1].status, HO_JOB_FAILED);
    assert_non_null(strstr(ho_session_message(f.session), "at-all.mov"));
    session_close(&f);
}

static void arguments_are_refused_in_sentences(void **state)
{
    (void)state;
    struct session_fixture f;
    static const struct {
        const char *command, *arguments[4], *says;
    } refused[] = {
        {"no-such", {NULL}, "no command"},
        {"split", {"at=soon", NULL}, "no frame"},
        {"split", {"at=1", "at=2", NULL}, "twice"},
        {"split", {"when=1", NULL}, "no argument \"when\""},
        {"trim", {"clip=ride", NULL}, "there is no clip \"ride\""},
        {"trim", {"clip=current", "edge=middle", "frames=1", NULL}, "head, tail"},
        {"trim", {"clip=current", NULL}, "wants edge"},
        {"move-clips", {"all", "frames=x", NULL}, "whole number"},
        {"playhead", {"-1", NULL}, "none of a timeline's"},
        {"playhead", {"5", "6", NULL}, "no further argument"},
        {"set-track", {"V9", NULL}, "no track"},
        {"enable-clips", {"perhaps", NULL}, "yes, no, toggle"},
        {"click", {"10", NULL}, "no list of points"},
        {"click", {"1,2,3", NULL}, "no list of points"},
        {"click", {"1,2,3,4", NULL}, "1 points"},
        {"click", {"500,2", NULL}, "500"},
    };
    session_open(&f);
    DO(&f, "open-film", film, "wait=yes");
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_int_equal(try_command(&f, NULL, refused[i].command, refused[i].arguments), HO_ERROR_USAGE);
        if (!strstr(f.diag.message, refused[i].says))
            fail_msg("%s: \"%s\" does not say \"%s\"", refused[i].command, f.diag.message, refused[i].says);
    }
    json_t *steps = ask(&f, "steps");
    assert_int_equal(json_array_size(json_object_get(steps, "steps")), 1);    // nothing of it is a step
    json_decref(steps);
    session_close(&f);
}

static void frames_are_numbers_timecodes_or_from_the_playhead(void **state)
{
    (void)state;
    struct session_fixture f;
    session_open(&f);
    DO(&f, "open-film", film, "wait=yes");
    DO(&f, "set-timeline", "start=01:00:00:00");
    DO(&f, "playhead", "01:00:00:20");
    assert_int_equal(ho_session_playhead(f.session), 20);
    DO(&f, "playhead", "+5");
    DO(&f, "playhead", "-1");
    assert_int_equal(ho_session_playhead(f.session), 24);
    assert_int_equal(TRY(&f, "playhead", "00:59:59:00"), HO_ERROR_USAGE);
    session_close(&f);
}

static void a_gesture_is_one_step_and_can_be_rewound(void **state)
{
    (void)state;
    struct session_fixture f;
    session_open(&f);
    DO(&f, "open-film", film, "wait=yes");
    char *before = NULL;
    int64_t id = ho_session_clip(f.session)->id;
    char clip[32], by[32];
    snprintf(clip, sizeof(clip), "%lld", (long long)id);
    (void)before;
    assert_ok(ho_session_begin(f.session, "Move clip", &f.diag), &f.diag);
    for (int i = 1; i <= 30; i++) {
        snprintf(by, sizeof(by), "%d", i);
        assert_ok(ho_session_rewind(f.session, &f.diag), &f.diag);
        DO(&f, "move-clips", clip, by);
    }
    assert_int_equal(ho_timeline_find_clip(ho_session_timeline(f.session, NULL), id)->at, 30);
    assert_int_equal(TRY0(&f, "undo"), HO_ERROR_USAGE);    // not within one
    assert_ok(ho_session_commit(f.session, &f.diag), &f.diag);
    DO0(&f, "undo");
    assert_int_equal(ho_timeline_find_clip(ho_session_timeline(f.session, NULL), id)->at, 0);
    DO0(&f, "redo");
    assert_int_equal(ho_timeline_find_clip(ho_session_timeline(f.session, NULL), id)->at, 30);
    // Cancelled, nothing is left of it: not in memory, not in the file.
    assert_ok(ho_session_begin(f.session, "Several", &f.diag), &f.diag);
    DO(&f, "move-clips", clip, "10");
    DO(&f, "new-bin", "footage");
    DO(&f, "title", "HELLO", "at=0");
    ho_session_cancel(f.session);
    assert_int_equal(ho_timeline_find_clip(ho_session_timeline(f.session, NULL), id)->at, 30);
    json_t *bins = ask(&f, "bins");
    assert_int_equal(json_array_size(json_object_get(bins, "bins")), 1);
    json_decref(bins);
    assert_ok(ho_session_open(f.session, f.path, HO_SESSION_READ, &f.diag), &f.diag);
    assert_int_equal(ho_timeline_find_clip(ho_session_timeline(f.session, NULL), id)->at, 30);
    assert_null(clip_on(&f, 1, 0));
    assert_int_equal(TRY0(&f, "undo"), HO_ERROR_USAGE);    // read only
    session_close(&f);
}

static void an_observer_may_command(void *opaque, const struct ho_news *news)
{
    struct session_fixture *f = opaque;
    if (news->kinds & HO_NEWS_PLAYHEAD && ho_session_playhead(f->session) < 5)
        assert_int_equal(TRY(f, "playhead", "+1"), HO_OK);
}

static void news_are_merged_and_told_after_a_command(void **state)
{
    (void)state;
    struct session_fixture f;
    session_open(&f);
    DO(&f, "open-film", film, "wait=yes");
    f.news = 0;
    f.n_told = 0;
    DO(&f, "rename-clip", "ride_roto");
    assert_int_equal(f.n_told, 1);
    assert_true(f.news & HO_NEWS_TIMELINE);
    assert_true(f.news & HO_NEWS_STEPS);
    assert_false(f.news & HO_NEWS_MEDIA);
    f.news = 0;
    f.n_told = 0;
    assert_int_equal(TRY(&f, "rename-clip", "x", "clip=99"), HO_ERROR_USAGE);
    assert_false(f.news & HO_NEWS_TIMELINE);
    int observer = ho_session_observe(f.session, HO_NEWS_PLAYHEAD, an_observer_may_command, &f);
    DO(&f, "playhead", "1");
    assert_int_equal(ho_session_playhead(f.session), 5);
    ho_session_unobserve(f.session, observer);
    DO(&f, "playhead", "1");
    assert_int_equal(ho_session_playhead(f.session), 1);
    session_close(&f);
}

// Each command's table row is whole: labels, help, arguments that can be parsed from their fallback.
static void the_table_is_whole(void **state)
{
    (void)state;
    const struct ho_command *const *all = ho_session_commands();
    size_t n = 0;
    for (; all[n]; n++) {
        const struct ho_command *command = all[n];
        assert_ptr_equal(ho_session_find_command(command->name), command);    // once each
        assert_true(command->label && *command->label && command->help && *command->help);
        bool optional = false;
        for (const struct ho_argument *a = command->arguments; a && a->name; a++) {
            assert_true(a->help && *a->help);
            assert_int_equal(a->type == HO_ARGUMENT_CHOICE, a->choices != NULL);
            assert_false(a->required && (a->fallback || optional));    // what must be given comes first
            optional = optional || !a->required;
        }
    }
    assert_true(n > 80);
    assert_null(ho_session_find_command("no-such"));
}

static void a_project_without_a_name_gets_one(void **state)
{
    (void)state;
    struct session_fixture f;
    char named[320];
    session_open(&f);
    setenv("XDG_DATA_HOME", f.folder, 1);
    assert_ok(ho_session_open_untitled(f.session, &f.diag), &f.diag);
    assert_true(ho_session_is_untitled(f.session));
    char *untouched = strdup(ho_project_path(ho_session_project(f.session)));
    assert_ok(ho_session_open_untitled(f.session, &f.diag), &f.diag);    // nothing was done in the one before
    assert_string_equal(ho_project_path(ho_session_project(f.session)), untouched);
    free(untouched);
    char *first = strdup(ho_project_path(ho_session_project(f.session)));
    DO(&f, "new-bin", "footage");
    snprintf(named, sizeof(named), "%s/named.holdout", f.folder);
    DO(&f, "save-as", named);
    assert_false(ho_session_is_untitled(f.session));
    assert_int_not_equal(access(first, F_OK), 0);
    assert_int_equal(TRY(&f, "save-as", named), HO_ERROR_SPACE);    // is there
    DO0(&f, "undo");                                                // steps came along
    free(first);
    session_close(&f);
}

static void folders_sequences_and_lost_files_are_found(void **state)
{
    (void)state;
    struct session_fixture f;
    char folder[400], command[2000];
    session_open(&f);
    snprintf(folder, sizeof(folder), "%s/footage", f.folder);
    snprintf(command, sizeof(command), "mkdir '%s' && cp '%s'/film.*.png '%s' && touch '%s/notes.txt'", folder,
             film_dir, folder, folder);
    assert_int_equal(system(command), 0);
    DO(&f, "new-bin", "shots");
    DO(&f, "import", folder, "bin=shots", "wait=yes");
    json_t *reply = ask(&f, "media");
    const json_t *media = json_object_get(reply, "media");
    assert_int_equal(json_array_size(media), 1);    // one sequence, and no notes
    assert_int_equal(json_integer_value(json_object_get(json_array_get(media, 0), "n_frames")), N_FRAMES);
    assert_false(json_is_true(json_object_get(json_array_get(media, 0), "offline")));
    json_decref(reply);
    snprintf(command, sizeof(command), "mv '%s' '%s-moved'", folder, folder);
    assert_int_equal(system(command), 0);
    reply = ask(&f, "media");
    assert_true(json_is_true(json_object_get(json_array_get(json_object_get(reply, "media"), 0), "offline")));
    json_decref(reply);
    snprintf(command, sizeof(command), "%s-moved/film.%%04d.png", folder);
    DO(&f, "relink", command, "wait=yes");
    reply = ask(&f, "media");
    assert_false(json_is_true(json_object_get(json_array_get(json_object_get(reply, "media"), 0), "offline")));
    json_decref(reply);
    assert_int_equal(TRY(&f, "relink", film, "wait=yes"), HO_ERROR_USAGE);    // nothing is offline
    session_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_film_is_opened_ready_to_be_worked_on),
        cmocka_unit_test(work_that_goes_on_comes_back_by_dispatch),
        cmocka_unit_test(arguments_are_refused_in_sentences),
        cmocka_unit_test(frames_are_numbers_timecodes_or_from_the_playhead),
        cmocka_unit_test(a_gesture_is_one_step_and_can_be_rewound),
        cmocka_unit_test(news_are_merged_and_told_after_a_command),
        cmocka_unit_test(the_table_is_whole),
        cmocka_unit_test(folders_sequences_and_lost_files_are_found),
        cmocka_unit_test(a_project_without_a_name_gets_one),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
