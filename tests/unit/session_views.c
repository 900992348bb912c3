// SPDX-License-Identifier: BSD-2-Clause
// What a session shows: the timeline as it is rendered, a clip, a node; small pictures; playing.
#include "unit/session_fixture.h"

#include <time.h>

static void view(struct session_fixture *f, enum ho_view_subject subject, const char *node, enum ho_view_look look)
{
    struct ho_view_request request = {
        .subject = subject, .page = HO_PAGE_COLOR, .width = WIDTH, .height = HEIGHT, .look = look};
    snprintf(request.node, sizeof(request.node), "%s", node);
    ho_session_view(f->session, 0, &request);
}

static struct ho_view_picture *picture(struct session_fixture *f)
{
    settle(f);
    struct ho_view_picture *shown = ho_session_picture(f->session, 0);
    assert_non_null(shown);
    assert_string_equal(shown->message, "");
    assert_int_equal(shown->width, WIDTH);
    assert_int_equal(shown->height, HEIGHT);
    return shown;
}

// The film's frame as bytes, to a code.
static void assert_shows(struct session_fixture *f, int frame)
{
    struct ho_view_picture *shown = picture(f);
    struct ho_picture *truth;
    assert_ok(ho_picture_create(WIDTH, HEIGHT, 3, &truth, &f->diag), &f->diag);
    draw_frame(truth, frame);
    for (int y = 0; y < HEIGHT; y += 3)
        for (int x = 0; x < WIDTH; x += 3)
            for (int c = 0; c < 3; c++) {
                int is = shown->pixels[3 * (y * WIDTH + x) + c];
                int wanted = (int)(255 * truth->plane[c][y * truth->stride + x] + 0.5f);
                if (abs(is - wanted) > 1)
                    fail_msg("frame %d at %d,%d: %d instead of %d", frame, x, y, is, wanted);
            }
    ho_picture_destroy(&truth);
    ho_view_picture_unref(shown);
}

static void open_film(struct session_fixture *f)
{
    session_open(f);
    DO(f, "open-film", film, "wait=yes");
}

static void the_timeline_is_shown_as_it_is(void **state)
{
    (void)state;
    struct session_fixture f;
    open_film(&f);
    view(&f, HO_VIEW_OF_TIMELINE, "", HO_LOOK_PICTURE);
    assert_shows(&f, 0);
    DO(&f, "playhead", "20");
    assert_shows(&f, 20);
    DO(&f, "trim", "current", "tail", "-5");
    DO(&f, "slip", "current", "2");
    assert_shows(&f, 22);
    DO(&f, "playhead", "52");    // nothing is there
    struct ho_view_picture *black = picture(&f);
    for (int i = 0; i < 3 * WIDTH * HEIGHT; i++)
        assert_int_equal(black->pixels[i], 0);
    ho_view_picture_unref(black);
    // A title above it is seen, and one at half opacity halves the picture beneath black.
    DO(&f, "playhead", "10");
    DO(&f, "set-number", "opacity", "0.5", "clip=film");
    struct ho_view_picture *half = picture(&f);
    struct ho_point red = red_at(12);
    assert_in_range(half->pixels[3 * ((int)red.y * WIDTH + (int)red.x)], 112, 118);
    ho_view_picture_unref(half);
    session_close(&f);
}

static void nodes_and_sources_are_shown(void **state)
{
    (void)state;
    struct session_fixture f;
    open_film(&f);
    DO(&f, "playhead", "7");
    view(&f, HO_VIEW_OF_NODE, "corrector1", HO_LOOK_PICTURE);
    assert_shows(&f, 7);
    DO(&f, "set", "corrector1", "gain", "0,0,0,0");
    struct ho_view_picture *dark = picture(&f);
    int sum = 0;
    for (int i = 0; i < 3 * WIDTH * HEIGHT; i++)
        sum += dark->pixels[i];
    ho_view_picture_unref(dark);
    assert_int_equal(sum, 0);
    view(&f, HO_VIEW_OF_NODE, "source", HO_LOOK_PICTURE);
    assert_shows(&f, 7);
    view(&f, HO_VIEW_OF_CLIP, "", HO_LOOK_PICTURE);    // before grading
    assert_shows(&f, 7);
    struct ho_view_request request = {.subject = HO_VIEW_OF_SOURCE, .frame = 31, .width = WIDTH, .height = HEIGHT};
    ho_session_view(f.session, 0, &request);
    assert_shows(&f, 31);
    // A part of it, at twice the size.
    request.region = (struct ho_rect){10, 10, 34, 26};
    request.width = 48;
    request.height = 48;
    ho_session_view(f.session, 0, &request);
    settle(&f);
    struct ho_view_picture *part = ho_session_picture(f.session, 0);
    assert_int_equal(part->width, 48);
    assert_int_equal(part->height, 32);
    assert_int_equal(part->subject_width, WIDTH);
    ho_view_picture_unref(part);
    ho_session_view(f.session, 0, NULL);
    assert_null(ho_session_picture(f.session, 0));
    session_close(&f);
}

static void what_goes_wrong_is_said_in_the_picture(void **state)
{
    (void)state;
    struct session_fixture f;
    open_film(&f);
    view(&f, HO_VIEW_OF_NODE, "no-such-node", HO_LOOK_PICTURE);
    settle(&f);
    struct ho_view_picture *shown = ho_session_picture(f.session, 0);
    assert_non_null(strstr(shown->message, "no-such-node"));
    ho_view_picture_unref(shown);
    session_close(&f);
}

static void thumbnails_are_made_once(void **state)
{
    (void)state;
    struct session_fixture f;
    open_film(&f);
    int64_t media = ho_session_selected_media(f.session);
    assert_null(ho_session_thumbnail(f.session, media, 5, 48, 32));
    settle(&f);
    struct ho_view_picture *small = ho_session_thumbnail(f.session, media, 5, 48, 32);
    assert_non_null(small);
    assert_int_equal(small->width, 48);
    ho_view_picture_unref(small);
    // Kept in the project: there at once when it is opened again.
    assert_ok(ho_session_open(f.session, f.path, HO_SESSION_OPEN, &f.diag), &f.diag);
    small = ho_session_thumbnail(f.session, media, 5, 48, 32);
    assert_non_null(small);
    ho_view_picture_unref(small);
    session_close(&f);
}

static void playing_shows_frame_after_frame(void **state)
{
    (void)state;
    struct session_fixture f;
    open_film(&f);
    view(&f, HO_VIEW_OF_TIMELINE, "", HO_LOOK_PICTURE);
    settle(&f);
    DO(&f, "playhead", "30");
    assert_ok(ho_session_play(f.session, 1, &f.diag), &f.diag);
    int64_t last = 30;
    int n = 0;
    for (int i = 0; i < 2000 && ho_session_playing(f.session).speed != 0; i++) {
        ho_session_dispatch(f.session);
        if (ho_session_tick(f.session)) {
            struct ho_view_picture *shown = ho_session_picture(f.session, 0);
            assert_true(shown->frame >= last);
            last = shown->frame;
            ho_view_picture_unref(shown);
            n++;
        }
        nanosleep(&(struct timespec){.tv_nsec = 4000000}, NULL);
    }
    assert_int_equal(ho_session_playing(f.session).speed, 0);    // the end
    assert_int_equal(ho_session_playhead(f.session), N_FRAMES - 1);
    assert_true(n >= 5);
    assert_true(ho_session_playing(f.session).n_shown == n);
    assert_shows(&f, N_FRAMES - 1);
    assert_ok(ho_session_play(f.session, -1, &f.diag), &f.diag);
    settle(&f);
    assert_ok(ho_session_play(f.session, 0, &f.diag), &f.diag);
    session_close(&f);
}

static void a_loop_stays_between_its_marks(void **state)
{
    (void)state;
    struct session_fixture f;
    open_film(&f);
    view(&f, HO_VIEW_OF_TIMELINE, "", HO_LOOK_PICTURE);
    DO(&f, "mark-in", "10");
    DO(&f, "mark-out", "14");
    DO(&f, "playhead", "12");
    DO(&f, "loop", "yes");
    assert_ok(ho_session_play(f.session, 1, &f.diag), &f.diag);
    int n_back = 0;
    for (int64_t last = 0, i = 0; i < 250; i++) {
        ho_session_dispatch(f.session);
        ho_session_tick(f.session);
        int64_t at = ho_session_playhead(f.session);
        assert_in_range(at, 10, 14);
        n_back += at < last;
        last = at;
        nanosleep(&(struct timespec){.tv_nsec = 4000000}, NULL);
    }
    assert_true(n_back >= 1);
    assert_true(ho_session_playing(f.session).speed == 1);
    session_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_timeline_is_shown_as_it_is),         cmocka_unit_test(nodes_and_sources_are_shown),
        cmocka_unit_test(what_goes_wrong_is_said_in_the_picture), cmocka_unit_test(thumbnails_are_made_once),
        cmocka_unit_test(playing_shows_frame_after_frame),        cmocka_unit_test(a_loop_stays_between_its_marks),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
