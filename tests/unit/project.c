// SPDX-License-Identifier: BSD-2-Clause
// A project: steps, undo and redo, timelines, media, presets, jobs, snapshots.
#include "unit/project_fixture.h"

enum { N_RANDOM = 150 };

static void a_timeline_comes_back_as_it_was_kept(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    overwrite(&f, 10, 100, 50);
    int64_t id = ho_timeline_clip_at(f.timeline, f.video, 10)->id;
    struct ho_timeline_clip *copy;
    struct ho_edit *edit;
    assert_ok(ho_timeline_clip_copy(ho_timeline_find_clip(f.timeline, id), &copy, &f.diag), &f.diag);
    copy->composite = HO_COMPOSITE_SOFT_LIGHT;
    copy->fit = HO_FIT_STRETCH;
    copy->flip_y = copy->muted = true;
    copy->number[HO_CLIP_GAIN].value = -6.5;
    for (int i = 0; i < 3; i++)
        assert_ok(ho_curve_set_keyframe(&copy->number[HO_CLIP_ROTATION],
                                        &(struct ho_keyframe){10 * i, i * 0.1, (enum ho_interpolation)i}, &f.diag),
                  &f.diag);
    assert_ok(ho_timeline_clip_set_text(&copy->color_graph, "{\"nodes\": 1}", &f.diag), &f.diag);
    assert_ok(ho_timeline_clip_set_text(&copy->fusion_graph, "{\"nodes\": 2}", &f.diag), &f.diag);
    assert_ok(ho_timeline_clip_set_text(&copy->name, "häuser", &f.diag), &f.diag);
    assert_ok(ho_timeline_change(f.timeline, copy, &edit, &f.diag), &f.diag);
    ho_timeline_clip_destroy(&copy);
    keep(&f, "Change", edit);
    const char *const texts[] = {"{\"text\": \"A\"}", "{\"text\": \"B\"}"};
    struct ho_placement title = {.at = 80, .length = 9, .video_track = f.video, .texts = texts, .n_texts = 2};
    assert_ok(ho_timeline_overwrite(f.timeline, &title, &edit, &f.diag), &f.diag);
    keep(&f, "Title", edit);
    assert_kept(&f);
    ho_project_close(&f.project);
    assert_ok(ho_project_open(f.path, HO_PROJECT_READ, &f.project, &f.diag), &f.diag);
    assert_kept(&f);
    fixture_close(&f);
}

static uint32_t seed;
static int64_t roll(int64_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int64_t)((seed >> 8) % (uint32_t)n);
}

// One random edit, kept as a step; false: refused.
static bool edit_randomly(struct fixture *f)
{
    struct ho_placement p = {.media = f->media,
                             .at = roll(300),
                             .length = 1 + roll(40),
                             .in = roll(900),
                             .video_track = f->video,
                             .audio_track = roll(2) ? f->audio : 0};
    struct ho_diag refused = {0};
    struct ho_edit *edit = NULL;
    const struct ho_timeline_clip *clip = ho_timeline_clip_at(f->timeline, roll(3) ? f->video : f->audio, roll(300));
    int64_t id = clip ? clip->id : 0;
    struct ho_keyframe key = {roll(30), (double)roll(100) / 100, (enum ho_interpolation)roll(3)};
    switch (id ? roll(11) : 0) {
    case 0: (void)!ho_timeline_overwrite(f->timeline, &p, &edit, &refused); break;
    case 1: (void)!ho_timeline_insert(f->timeline, &p, &edit, &refused); break;
    case 2: (void)!ho_timeline_move(f->timeline, &id, 1, roll(50) - 25, (int)roll(3) - 1, 1, &edit, &refused); break;
    case 3: (void)!ho_timeline_delete(f->timeline, &id, 1, (unsigned)roll(4), &edit, &refused); break;
    case 4: (void)!ho_timeline_split(f->timeline, roll(300), NULL, 0, 0, &edit, &refused); break;
    case 5: (void)!ho_timeline_duplicate(f->timeline, &id, 1, roll(80), (int)roll(2), 1, &edit, &refused); break;
    case 6:
        (void)!ho_timeline_trim(f->timeline, id, (enum ho_clip_edge)roll(2), roll(20) - 10, 3, &edit, &refused);
        break;
    case 7: (void)!ho_timeline_rename(f->timeline, id, "renamed", 1, &edit, &refused); break;
    case 8:
        (void)!ho_timeline_remove_track(
            f->timeline, clip->track == f->video || clip->track == f->audio ? 0 : clip->track, &edit, &refused);
        break;
    case 9: (void)!ho_timeline_add_track(f->timeline, HO_TRACK_VIDEO, (int)roll(3), "t", &edit, &refused); break;
    default: (void)!ho_timeline_set_keyframe(f->timeline, id, HO_CLIP_OPACITY, &key, &edit, &refused); break;
    }
    if (!edit)
        return false;
    keep(f, "Edit", edit);
    return true;
}

// Undo gives the very bytes back, redo too, across a restart; and a timeline in memory follows by what was touched.
static void undo_gives_the_very_bytes_back(void **state)
{
    (void)state;
    struct fixture f;
    char *dumps[N_RANDOM + 1];
    int n = 0;
    fixture_open(&f);
    seed = 11;
    dumps[0] = dump(f.project->db);
    while (n < N_RANDOM) {
        if (!edit_randomly(&f))
            continue;
        dumps[++n] = dump(f.project->db);
        if (strcmp(dumps[n], dumps[n - 1]) == 0)
            free(dumps[n--]);    // an edit that changed nothing is no step
        assert_kept(&f);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (int i = n; i > 0; i--) {
            struct ho_touched touched;
            char name[HO_NAME_SIZE];
            assert_ok(ho_project_undo(f.project, name, &touched, &f.diag), &f.diag);
            assert_ok(ho_project_refresh_timeline(f.project, f.timeline_id, &touched, f.timeline, &f.diag), &f.diag);
            ho_touched_clear(&touched);
            char *now = dump(f.project->db);
            assert_string_equal(now, dumps[i - 1]);
            free(now);
            assert_string_equal(name, "Edit");
            assert_kept(&f);
        }
        ho_project_close(&f.project);
        assert_ok(ho_project_open(f.path, HO_PROJECT_WRITE, &f.project, &f.diag), &f.diag);
        for (int i = 0; i < n; i++) {
            struct ho_touched touched;
            assert_ok(ho_project_redo(f.project, NULL, &touched, &f.diag), &f.diag);
            assert_ok(ho_project_refresh_timeline(f.project, f.timeline_id, &touched, f.timeline, &f.diag), &f.diag);
            ho_touched_clear(&touched);
            char *now = dump(f.project->db);
            assert_string_equal(now, dumps[i + 1]);
            free(now);
            assert_kept(&f);
        }
        assert_int_equal(ho_project_redo(f.project, NULL, NULL, &f.diag), HO_END);
    }
    for (int i = 0; i <= n; i++)
        free(dumps[i]);
    fixture_close(&f);
}

static void a_gesture_is_one_step_and_nothing_is_none(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_project_step *steps;
    size_t n;
    fixture_open(&f);
    overwrite(&f, 0, 0, 50);
    int64_t id = ho_timeline_clip_at(f.timeline, f.video, 0)->id;
    char *before = dump(f.project->db);
    begin(&f, "Move clip");
    for (int i = 0; i < 20; i++) {
        struct ho_edit *edit;
        assert_ok(ho_timeline_move(f.timeline, &id, 1, 3, 0, HO_EDIT_LINKED, &edit, &f.diag), &f.diag);
        assert_ok(ho_project_save_edit(f.project, f.timeline_id, f.timeline, edit, &f.diag), &f.diag);
        ho_edit_destroy(&edit);
    }
    commit(&f);
    begin(&f, "Nothing");
    commit(&f);
    assert_ok(ho_project_steps(f.project, &steps, &n, &f.diag), &f.diag);
    assert_int_equal(n, 4);
    assert_string_equal(steps[3].name, "Move clip");
    assert_false(steps[3].undone);
    free(steps);
    assert_ok(ho_project_undo(f.project, NULL, NULL, &f.diag), &f.diag);
    char *after = dump(f.project->db);
    assert_string_equal(before, after);
    free(after);
    // A new step ends what could be redone.
    begin(&f, "Bin");
    int64_t bin;
    assert_ok(ho_project_add_bin(f.project, HO_BIN_TOP, "mattes", &bin, &f.diag), &f.diag);
    commit(&f);
    assert_int_equal(ho_project_redo(f.project, NULL, NULL, &f.diag), HO_END);
    // What is cancelled never was.
    free(before);
    before = dump(f.project->db);
    begin(&f, "Cancelled");
    assert_ok(ho_project_remove_timeline(f.project, f.timeline_id, &f.diag), &f.diag);
    ho_project_cancel(f.project);
    after = dump(f.project->db);
    assert_string_equal(before, after);
    free(before);
    free(after);
    fixture_close(&f);
}

static void changes_outside_of_steps_and_by_readers_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_diag refused = {0};
    struct ho_project *reader;
    int64_t id;
    fixture_open(&f);
    assert_int_equal(ho_project_add_bin(f.project, HO_BIN_TOP, "x", &id, &refused), HO_ERROR_USAGE);
    begin(&f, "One");
    refused = (struct ho_diag){0};
    assert_int_equal(ho_project_begin(f.project, "Two", &refused), HO_ERROR_USAGE);
    assert_non_null(strstr(refused.message, "\"One\" is not finished"));
    assert_int_equal(ho_project_undo(f.project, NULL, NULL, &refused), HO_ERROR_USAGE);
    ho_project_cancel(f.project);
    assert_ok(ho_project_open(f.path, HO_PROJECT_READ, &reader, &f.diag), &f.diag);
    assert_int_equal(ho_project_begin(reader, "x", &refused), HO_ERROR_USAGE);
    ho_project_close(&reader);
    fixture_close(&f);
}

static void the_pool_keeps_bins_media_and_what_overrides_them(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_diag refused = {0};
    struct ho_project_media media;
    int64_t bin, inner;
    fixture_open(&f);
    begin(&f, "Bins");
    assert_ok(ho_project_add_bin(f.project, HO_BIN_TOP, "day 1", &bin, &f.diag), &f.diag);
    assert_ok(ho_project_add_bin(f.project, bin, "mattes", &inner, &f.diag), &f.diag);
    assert_ok(ho_project_get_media(f.project, f.media, &media, &f.diag), &f.diag);
    struct ho_source_info source = fixture_source("/nowhere.mov", "aa");
    assert_string_equal(media.source.path, source.path);
    assert_string_equal(media.source.codec, "prores");
    assert_true(media.source.start.frame == 90000 && media.source.colour.primaries == 1 && media.rate.num == 0);
    media.bin = inner;
    media.alpha = HO_ALPHA_STRAIGHT;
    snprintf(media.clip_name, sizeof(media.clip_name), "hero");
    assert_ok(ho_project_set_media(f.project, &media, &f.diag), &f.diag);
    commit(&f);
    struct ho_timeline_media known;
    assert_ok(ho_project_get_media(f.project, f.media, &media, &f.diag), &f.diag);
    ho_project_timeline_media(&media, &known);
    assert_true(media.bin == inner && media.alpha == HO_ALPHA_STRAIGHT);
    assert_string_equal(known.name, "hero");
    overwrite(&f, 0, 0, 10);
    begin(&f, "Wrong");
    struct ho_bin moved = {bin, inner, "day 1"};
    assert_int_equal(ho_project_set_bin(f.project, &moved, &refused), HO_ERROR_USAGE);
    assert_non_null(strstr(refused.message, "into itself"));
    assert_int_equal(ho_project_remove_bin(f.project, inner, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_project_remove_bin(f.project, HO_BIN_TOP, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_project_remove_media(f.project, f.media, NULL), HO_ERROR_USAGE);
    media.rate = (struct ho_rational){50, 1};
    assert_int_equal(ho_project_set_media(f.project, &media, NULL), HO_ERROR_USAGE);
    ho_project_cancel(f.project);
    fixture_close(&f);
}

static void offline_media_is_found_again_by_content(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_project_media media;
    int64_t n;
    fixture_open(&f);
    assert_ok(ho_project_get_media(f.project, f.media, &media, &f.diag), &f.diag);
    assert_true(ho_project_media_is_offline(&media));
    struct ho_source_info other = fixture_source(f.path, "bb"), same = fixture_source(f.path, "aa");
    begin(&f, "Relink");
    assert_ok(ho_project_relink(f.project, &other, &n, &f.diag), &f.diag);
    assert_int_equal(n, 0);
    assert_ok(ho_project_relink(f.project, &same, &n, &f.diag), &f.diag);
    assert_int_equal(n, 1);
    commit(&f);
    assert_ok(ho_project_get_media(f.project, f.media, &media, &f.diag), &f.diag);
    assert_false(ho_project_media_is_offline(&media));
    fixture_close(&f);
}

static void a_snapshot_is_gone_back_to_and_that_is_a_step(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_touched touched;
    struct ho_snapshot *list;
    size_t n;
    fixture_open(&f);
    overwrite(&f, 0, 0, 50);
    char *early = dump(f.project->db);
    assert_ok(ho_project_snapshot(f.project, "before lunch", &f.diag), &f.diag);
    assert_int_equal(ho_project_snapshot(f.project, "before lunch", NULL), HO_ERROR_USAGE);
    seed = 3;
    for (int i = 0; i < 30; i++)
        edit_randomly(&f);
    char *late = dump(f.project->db);
    assert_string_not_equal(early, late);
    assert_ok(ho_project_restore(f.project, "before lunch", &touched, &f.diag), &f.diag);
    assert_ok(ho_project_refresh_timeline(f.project, f.timeline_id, &touched, f.timeline, &f.diag), &f.diag);
    ho_touched_clear(&touched);
    assert_kept(&f);
    char *now = dump(f.project->db);
    assert_string_equal(now, early);
    free(now);
    assert_ok(ho_project_undo(f.project, NULL, NULL, &f.diag), &f.diag);
    now = dump(f.project->db);
    assert_string_equal(now, late);
    free(now);
    free(early);
    free(late);
    assert_ok(ho_project_snapshots(f.project, &list, &n, &f.diag), &f.diag);
    assert_true(n == 1 && strcmp(list[0].name, "before lunch") == 0);
    free(list);
    assert_ok(ho_project_forget(f.project, "before lunch", &f.diag), &f.diag);
    assert_int_equal(ho_project_restore(f.project, "before lunch", NULL, NULL), HO_ERROR_USAGE);
    fixture_close(&f);
}

static void presets_and_jobs_are_kept_in_order(void **state)
{
    (void)state;
    struct fixture f;
    struct ho_job *jobs;
    size_t n;
    int64_t id[3];
    char *text;
    fixture_open(&f);
    begin(&f, "Queue");
    assert_ok(ho_project_set_preset(f.project, "Luma matte", "{}", &f.diag), &f.diag);
    assert_ok(ho_project_set_preset(f.project, "Luma matte", "{\"codec\": 1}", &f.diag), &f.diag);
    for (int i = 0; i < 3; i++)
        assert_ok(ho_project_add_job(f.project, "job", "{\"n\": 1}", &id[i], &f.diag), &f.diag);
    assert_ok(ho_project_move_job(f.project, id[2], 0, &f.diag), &f.diag);
    commit(&f);
    struct ho_job running = {.id = id[2], .status = HO_JOB_RUNNING, .n_done = 7, .n_total = 9, .message = "soon"};
    assert_ok(ho_project_set_job_state(f.project, &running, &f.diag), &f.diag);
    ho_project_close(&f.project);
    assert_ok(ho_project_open(f.path, HO_PROJECT_WRITE, &f.project, &f.diag), &f.diag);
    assert_ok(ho_project_jobs(f.project, &jobs, &n, &f.diag), &f.diag);
    assert_true(n == 3 && jobs[0].id == id[2] && jobs[1].id == id[0] && jobs[2].id == id[1]);
    assert_true(jobs[0].status == HO_JOB_RUNNING && jobs[0].n_done == 7 && jobs[1].status == HO_JOB_WAITING);
    free(jobs);
    assert_ok(ho_project_job_settings(f.project, id[1], &text, &f.diag), &f.diag);
    assert_string_equal(text, "{\"n\": 1}");
    free(text);
    assert_ok(ho_project_get_preset(f.project, "Luma matte", &text, &f.diag), &f.diag);
    assert_string_equal(text, "{\"codec\": 1}");
    free(text);
    assert_int_equal(ho_project_get_preset(f.project, "none", &text, NULL), HO_ERROR_USAGE);
    begin(&f, "Remove job");
    assert_ok(ho_project_remove_job(f.project, id[2], &f.diag), &f.diag);
    assert_int_equal(ho_project_move_job(f.project, id[0], 2, NULL), HO_ERROR_USAGE);
    commit(&f);
    assert_ok(ho_project_jobs(f.project, &jobs, &n, &f.diag), &f.diag);
    assert_true(n == 2 && jobs[0].place == 0 && jobs[1].place == 1);
    free(jobs);
    void *data;
    size_t size;
    assert_ok(ho_project_set_thumbnail(f.project, "aa", 12, "pixels", 6, &f.diag), &f.diag);
    assert_ok(ho_project_get_thumbnail(f.project, "aa", 12, &data, &size, &f.diag), &f.diag);
    assert_true(size == 6 && memcmp(data, "pixels", 6) == 0);
    free(data);
    assert_int_equal(ho_project_get_thumbnail(f.project, "aa", 13, &data, &size, &f.diag), HO_END);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timeline_comes_back_as_it_was_kept),
        cmocka_unit_test(undo_gives_the_very_bytes_back),
        cmocka_unit_test(a_gesture_is_one_step_and_nothing_is_none),
        cmocka_unit_test(changes_outside_of_steps_and_by_readers_are_refused),
        cmocka_unit_test(the_pool_keeps_bins_media_and_what_overrides_them),
        cmocka_unit_test(offline_media_is_found_again_by_content),
        cmocka_unit_test(a_snapshot_is_gone_back_to_and_that_is_a_step),
        cmocka_unit_test(presets_and_jobs_are_kept_in_order),
    };
    return cmocka_run_group_tests_name("project", tests, NULL, NULL);
}
