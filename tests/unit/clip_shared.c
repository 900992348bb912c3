// SPDX-License-Identifier: BSD-2-Clause
// One clip for two evaluators and a preview: each gets its frames, whatever the others do with theirs.
#include "media_help.h"

#include <pthread.h>

#include "holdout/clip.h"
#include "holdout/graph.h"
#include "holdout/track.h"
#include "image/frame.h"

enum { N = 60 };

static char movie[128];

static struct ho_graph *make_graph(void)
{
    struct ho_graph *graph;
    struct ho_diag diag = {0};
    assert_ok(ho_graph_create(&graph, &diag), &diag);
    assert_ok(ho_graph_add(graph, "media_in", "In", &diag), &diag);
    assert_ok(ho_graph_add(graph, "media_out", "Out", &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "In", "file", movie, &diag), &diag);
    assert_ok(ho_graph_connect(graph, "In", "image", "Out", "image", &diag), &diag);
    return graph;
}

static struct ho_evaluator *make_evaluator(const struct ho_graph *graph, struct ho_clip_pool *pool)
{
    struct ho_evaluator *evaluator;
    struct ho_diag diag = {0};
    assert_ok(
        ho_evaluator_create(graph, &(struct ho_evaluator_options){.clips = pool, .n_threads = 2}, &evaluator, &diag),
        &diag);
    return evaluator;
}

static struct ho_frame *evaluate(struct ho_evaluator *evaluator, int64_t frame)
{
    struct ho_graph_frame out;
    struct ho_diag diag = {0};
    assert_ok(ho_evaluator_frame(evaluator, NULL, frame, true, &out, &diag), &diag);
    struct ho_frame *base = ho_evaluator_take_base(evaluator, &out);
    assert_non_null(base);
    assert_int_equal(ho_frame_index(base), frame);
    assert_int_equal(help_number(base), frame);
    return base;
}

static void scribble(struct ho_frame **frame)
{
    AVFrame *av;
    struct ho_diag diag = {0};
    assert_ok(ho_frame_make_writable(frame, &av, &diag), &diag);
    for (int y = 0; y < av->height; y++)
        memset(av->data[0] + y * (ptrdiff_t)av->linesize[0], 0, (size_t)av->width);
}

static void test_written_frames(void **state)
{
    (void)state;
    struct ho_clip_pool *pool;
    struct ho_diag diag = {0};
    assert_ok(ho_clip_pool_create(NULL, &pool, &diag), &diag);
    struct ho_graph *graphs[2] = {make_graph(), make_graph()};
    struct ho_evaluator *render = make_evaluator(graphs[0], pool), *viewer = make_evaluator(graphs[1], pool);
    struct ho_preview *preview;
    assert_ok(ho_preview_open(&(struct ho_preview_options){.source = movie, .engine = "stub", .clips = pool}, &preview,
                              &diag),
              &diag);
    for (int64_t i = 1; i < N - 1; i++) {
        struct ho_frame *seen = evaluate(viewer, i % 3 ? i : N - 1 - i), *shown;
        struct ho_frame *written = evaluate(render, i);
        scribble(&written);
        assert_ok(ho_preview_show(preview, i, &shown, &diag), &diag);
        assert_int_equal(help_number(shown), i);
        assert_int_equal(help_number(seen), i % 3 ? i : N - 1 - i);
        assert_int_equal(help_number(written), -1);
        ho_frame_unref(&shown);
        ho_frame_unref(&seen);
        ho_frame_unref(&written);
    }
    ho_preview_close(&preview);
    for (int i = 0; i < 2; i++) {
        ho_evaluator_destroy(i ? &viewer : &render);
        ho_graph_destroy(&graphs[i]);
    }
    ho_clip_pool_destroy(&pool);
}

struct caller {
    struct ho_clip_pool *pool;
    bool writes;
};

static void *render_all(void *opaque)
{
    const struct caller *caller = opaque;
    struct ho_graph *graph = make_graph();
    struct ho_evaluator *evaluator = make_evaluator(graph, caller->pool);
    for (int64_t i = 0; i < N; i++) {
        struct ho_frame *frame = evaluate(evaluator, i);
        if (caller->writes)
            scribble(&frame);
        ho_frame_unref(&frame);
    }
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
    return NULL;
}

static void test_at_once(void **state)
{
    (void)state;
    struct ho_clip_pool *pool;
    struct ho_diag diag = {0};
    assert_ok(ho_clip_pool_create(&(struct ho_clip_options){.n_threads = 1}, &pool, &diag), &diag);
    struct caller callers[3] = {{pool, true}, {pool, false}, {pool, true}};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, render_all, &callers[i]), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    ho_clip_pool_destroy(&pool);
}

static int setup(void **state)
{
    if (help_setup(state) != 0)
        return -1;
    help_make_raw(N);
    snprintf(movie, sizeof movie, "%s/a.mkv", help_dir);
    return help_encode("-c:v ffv1 -g 1", "a.mkv") ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_written_frames), cmocka_unit_test(test_at_once)};
    return cmocka_run_group_tests(tests, setup, help_teardown);
}
