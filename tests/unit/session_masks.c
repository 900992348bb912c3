// SPDX-License-Identifier: BSD-2-Clause
// Masks in a session: what is said is the project's, the answer comes from a worker, what was tracked is never lost.
#include "unit/session_fixture.h"

static struct ho_view_request viewer(enum ho_view_look look)
{
    return (struct ho_view_request){.subject = HO_VIEW_OF_CLIP, .width = WIDTH, .height = HEIGHT, .look = look};
}

static void open_film(struct session_fixture *f)
{
    session_open(f);
    DO(f, "open-film", film, "wait=yes");
}

static char *click_at(int64_t frame, char out[64])
{
    snprintf(out, 64, "%g,%g", (double)red_at(frame).x, (double)red_at(frame).y);
    return out;
}

// The grey of a pixel of the viewer's picture.
static int grey_at(struct session_fixture *f, struct ho_point point)
{
    struct ho_view_picture *picture = ho_session_picture(f->session, 0);
    assert_non_null(picture);
    assert_string_equal(picture->message, "");
    assert_int_equal(picture->width, WIDTH);
    int grey = picture->pixels[3 * ((int)point.y * picture->width + (int)point.x)];
    ho_view_picture_unref(picture);
    return grey;
}

static const struct ho_mask_object *object(struct session_fixture *f)
{
    const struct ho_mask_object *shown = ho_session_object(f->session);
    assert_non_null(shown);
    return shown;
}

static int64_t n_frames_with(struct session_fixture *f, unsigned flag)
{
    size_t n;
    int64_t sum = 0;
    const struct ho_lane_span *lane = ho_session_lane(f->session, &n);
    for (size_t i = 0; i < n; i++)
        if (lane[i].flags & flag)
            sum += lane[i].frames.last - lane[i].frames.first + 1;
    return sum;
}

static void a_click_is_answered_and_undone(void **state)
{
    (void)state;
    struct session_fixture f;
    char at[64];
    open_film(&f);
    struct ho_view_request request = viewer(HO_LOOK_MATTE);
    ho_session_view(f.session, 0, &request);
    settle(&f);
    assert_int_equal(grey_at(&f, red_at(0)), 0);
    DO(&f, "click", click_at(0, at));
    settle(&f);
    assert_true(grey_at(&f, red_at(0)) > 200);
    assert_int_equal(grey_at(&f, (struct ho_point){90, 60}), 0);
    assert_true(ho_session_answer_seconds(f.session) >= 0);
    assert_int_equal(object(&f)->n_said, 1);
    assert_false(object(&f)->said[0].tracked);
    assert_int_equal(n_frames_with(&f, HO_LANE_PROMPTED), 1);
    // The clip's graph shows the object, in the same step.
    const struct ho_graph *graph = ho_session_graph(f.session, HO_PAGE_COLOR);
    assert_int_equal(ho_graph_n_nodes(graph), 4);
    DO(&f, "playhead", "7");    // another frame: no answer there
    settle(&f);
    assert_int_equal(grey_at(&f, red_at(7)), 0);
    DO(&f, "playhead", "0");
    settle(&f);
    assert_true(grey_at(&f, red_at(0)) > 200);
    DO0(&f, "undo");
    settle(&f);
    assert_null(ho_session_object(f.session));
    assert_int_equal(grey_at(&f, red_at(0)), 0);
    assert_int_equal(ho_graph_n_nodes(ho_session_graph(f.session, HO_PAGE_COLOR)), 3);
    session_close(&f);
}

static void a_prompt_can_be_tried(void **state)
{
    (void)state;
    struct session_fixture f;
    struct ho_point point = red_at(3);
    struct ho_prompt prompt = {.kind = HO_PROMPT_CLICK, .frame = 3, .points = &point, .n_points = 1};
    open_film(&f);
    struct ho_view_request request = viewer(HO_LOOK_MATTE);
    ho_session_view(f.session, 0, &request);
    DO(&f, "playhead", "3");
    ho_session_try(f.session, &prompt);
    settle(&f);
    json_t *steps = ask(&f, "steps");
    assert_int_equal(json_array_size(json_object_get(steps, "steps")), 1);
    json_decref(steps);
    assert_null(ho_session_object(f.session));    // nothing was made
    ho_session_try(f.session, NULL);
    settle(&f);
    assert_int_equal(grey_at(&f, point), 0);
    session_close(&f);
}

static void what_was_said_is_tracked_and_going_back_costs_nothing(void **state)
{
    (void)state;
    struct session_fixture f;
    char at[64];
    size_t n;
    open_film(&f);
    assert_int_equal(TRY0(&f, "track"), HO_ERROR_USAGE);    // nothing was said
    DO(&f, "click", click_at(0, at));
    DO0(&f, "track");
    assert_int_equal(ho_session_jobs(f.session, &n)[0].kind, HO_WORK_TRACK);
    settle(&f);
    const struct ho_work *job = ho_session_jobs(f.session, &n);
    assert_string_equal(job->status == HO_JOB_DONE ? "" : job->message, "");
    assert_true(object(&f)->said[0].tracked);
    assert_int_equal(object(&f)->said[0].step, 1);
    assert_int_equal(n_frames_with(&f, HO_LANE_MATTE), CUT);    // one shot
    assert_int_equal(object(&f)->covered.last, CUT - 1);
    // A correction, tracked, and undone: the bank shows the earlier take again, and the later one when it is redone.
    DO(&f, "playhead", "20");
    DO(&f, "click", click_at(20, at));
    assert_int_equal(object(&f)->n_said, 2);
    assert_false(object(&f)->said[1].tracked);
    DO(&f, "track", "wait=yes");
    assert_int_equal(object(&f)->said[1].step, 2);
    assert_true(n_frames_with(&f, HO_LANE_CHANGED) > 0);
    struct ho_bank *bank;
    struct ho_store *store;
    assert_ok(ho_bank_open(f.bank, &bank, &f.diag), &f.diag);
    for (int back = 1; back >= 0; back--) {
        DO0(&f, back ? "undo" : "redo");
        assert_int_equal(object(&f)->n_said, back ? 1 : 2);
        assert_ok(ho_store_open(bank, object(&f)->id, HO_STORE_READ, &store, &f.diag), &f.diag);
        assert_int_equal(ho_store_current(store), back ? 1 : 2);
        ho_store_close(&store);
        assert_true(object(&f)->said[object(&f)->n_said - 1].tracked);
        assert_int_equal(n_frames_with(&f, HO_LANE_MATTE), CUT);
    }
    ho_bank_close(&bank);
    json_t *reply;
    const char *const wait[] = {"wait=yes", NULL};
    assert_ok(try_command(&f, &reply, "track", wait), &f.diag);
    assert_non_null(strstr(json_string_value(json_object_get(reply, "tracked")), "0 frames tracked"));
    json_decref(reply);
    session_close(&f);
}

// What another program said of the same source is there too, and is gone on from.
static void what_the_bank_has_is_taken_over(void **state)
{
    (void)state;
    struct session_fixture f;
    char at[64];
    session_open(&f);
    struct ho_point point = red_at(0);
    struct ho_said said = {.prompt = {.kind = HO_PROMPT_CLICK, .points = &point, .n_points = 1}};
    struct ho_object_request asked = {.name = "disc", .said = &said, .n_said = 1};
    struct ho_track_request request = {
        .source = film, .objects = &asked, .n_objects = 1, .engine = "stub", .bank_dir = f.bank};
    struct ho_track_report report = {0};
    assert_ok(ho_track_run(&request, &report, &f.diag), &f.diag);
    ho_track_report_clear(&report);
    DO(&f, "open-film", film, "wait=yes");
    assert_string_equal(object(&f)->name, "disc");
    assert_int_equal(object(&f)->n_said, 1);
    assert_true(object(&f)->said[0].tracked);
    assert_int_equal(n_frames_with(&f, HO_LANE_MATTE), CUT);
    DO(&f, "exclude", "60,50", "frame=5");
    assert_int_equal(object(&f)->n_said, 2);
    assert_true(object(&f)->said[0].tracked);
    assert_int_equal(object(&f)->said[0].step, 1);
    DO(&f, "lock", "30-35");
    DO(&f, "absent", "38-39");
    assert_int_equal(n_frames_with(&f, HO_LANE_LOCKED), 6);
    assert_int_equal(n_frames_with(&f, HO_LANE_ABSENT), 2);
    DO(&f, "click", click_at(32, at), "frame=32");    // refused when it is tracked: locked
    assert_int_equal(object(&f)->n_said, 5);
    DO0(&f, "unsay");
    DO(&f, "unsay", "2");
    assert_int_equal(object(&f)->n_said, 3);
    assert_string_equal(object(&f)->said[1].words, "lock @30-35");
    session_close(&f);
}

// A mask from a file is kept with the project, whatever becomes of the file.
static void a_mask_is_kept(void **state)
{
    (void)state;
    struct session_fixture f;
    struct ho_matte *matte;
    char path[400];
    open_film(&f);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &f.diag), &f.diag);
    for (int y = 20; y < 40; y++)
        for (int x = 10; x < 30; x++)
            matte->data[y * matte->stride + x] = (uint16_t)(65535 - 100 * x);
    snprintf(path, sizeof(path), "%s/mask.png", f.folder);
    struct ho_writer *writer;
    struct ho_writer_options options = {.codec = HO_CODEC_PNG, .width = WIDTH, .height = HEIGHT, .n_frames = 1};
    assert_ok(ho_writer_open(path, &options, &writer, &f.diag), &f.diag);
    assert_ok(ho_writer_send_matte(writer, matte, &f.diag), &f.diag);
    assert_ok(ho_writer_finish(&writer, &f.diag), &f.diag);
    DO(&f, "mask", path, "4");
    DO(&f, "click", "15,25", "frame=4");
    remove(path);
    assert_ok(ho_session_open(f.session, f.path, HO_SESSION_OPEN, &f.diag), &f.diag);
    assert_int_equal(object(&f)->n_said, 2);
    assert_non_null(object(&f)->said[0].said.prompt.mask);
    assert_true(ho_matte_equal(object(&f)->said[0].said.prompt.mask, matte));
    ho_matte_destroy(&matte);
    session_close(&f);
}

// As it was left: project closed and opened again.
static void all_is_there_after_opening_again(void **state)
{
    (void)state;
    struct session_fixture f;
    char at[64];
    open_film(&f);
    DO(&f, "click", click_at(0, at));
    DO(&f, "stroke", "10,10,12,12,14,14", "frame=2");
    DO(&f, "track", "frames=0-10", "wait=yes");
    int64_t n = n_frames_with(&f, HO_LANE_MATTE);
    assert_int_equal(n, 11);
    assert_ok(ho_session_open(f.session, f.path, HO_SESSION_OPEN, &f.diag), &f.diag);
    assert_int_equal(object(&f)->n_said, 2);
    assert_int_equal(object(&f)->said[1].said.prompt.n_points, 3);
    assert_int_equal(n_frames_with(&f, HO_LANE_MATTE), n);
    session_close(&f);
}

static void a_job_can_be_cancelled(void **state)
{
    (void)state;
    struct session_fixture f;
    char at[64];
    size_t n;
    open_film(&f);
    DO(&f, "click", click_at(0, at));
    DO0(&f, "track");
    assert_int_equal(TRY0(&f, "cancel-job"), HO_OK);
    settle(&f);
    assert_int_not_equal(ho_session_jobs(f.session, &n)[0].status, HO_JOB_FAILED);
    assert_int_equal(TRY0(&f, "cancel-job"), HO_ERROR_USAGE);    // nothing runs
    DO0(&f, "track");
    session_close(&f);    // while it runs
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_is_answered_and_undone),
        cmocka_unit_test(a_prompt_can_be_tried),
        cmocka_unit_test(what_was_said_is_tracked_and_going_back_costs_nothing),
        cmocka_unit_test(what_the_bank_has_is_taken_over),
        cmocka_unit_test(a_mask_is_kept),
        cmocka_unit_test(all_is_there_after_opening_again),
        cmocka_unit_test(a_job_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
