// SPDX-License-Identifier: BSD-2-Clause
// The answer to what was said on the frame that is looked at and is not tracked yet: asked of a worker that has the
// engine and the frame at hand. The newest question is answered, those in between are dropped.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/said.h"

enum { LANE_ANSWER, LANE_WARM };
#define REST_SECONDS 0.06    // until a frame is taken as looked at

// ---- mattes that threads share

struct shared_matte *shared_matte_ref(struct shared_matte *matte)
{
    if (matte)
        __atomic_add_fetch(&matte->n_references, 1, __ATOMIC_RELAXED);
    return matte;
}

void shared_matte_unref(struct shared_matte **matte)
{
    if (*matte && __atomic_sub_fetch(&(*matte)->n_references, 1, __ATOMIC_ACQ_REL) == 0) {
        ho_matte_destroy(&(*matte)->matte);
        free(*matte);
    }
    *matte = NULL;
}

// ---- on the worker

struct prompter {
    struct ho_preview *preview;
    char path[4096];
    enum ho_quality quality;
};

static void forget(void *kept)
{
    struct prompter *prompter = kept;
    ho_preview_close(&prompter->preview);
    free(prompter);
}

struct question {
    struct task task;
    struct ho_session *session;
    const struct ho_session_options *options;
    struct ho_clip_pool *pool;
    char path[4096], hash[HO_HASH_SIZE], object[HO_NAME_SIZE], id[HO_ID_SIZE];
    enum ho_quality quality;
    int64_t frame, step;    // whose matte is corrected; 0: none
    struct ho_said *said;
    size_t n;
    bool is_try, is_warm;
    uint64_t number;
    struct ho_matte *matte;
    enum ho_result result;
    struct ho_diag diag;
};

static enum ho_result open_preview(struct question *q, struct prompter *p, struct ho_diag *diag)
{
    if (p->preview && strcmp(p->path, q->path) == 0 && p->quality == q->quality)
        return HO_OK;
    ho_preview_close(&p->preview);
    struct ho_bank *bank = NULL;    // its folder: the default one has to be named
    HO_TRY(ho_bank_open(q->options->bank_dir, &bank, diag));
    struct ho_preview_options options = {.source = q->path,
                                         .engine = q->options->engine,
                                         .model = q->options->model,
                                         .bank_dir = ho_bank_dir(bank),
                                         .quality = q->quality,
                                         .clips = q->pool,
                                         .n_threads = q->options->n_threads};
    enum ho_result result = ho_preview_open(&options, &p->preview, diag);
    ho_bank_close(&bank);
    snprintf(p->path, sizeof(p->path), "%s", q->path);
    p->quality = q->quality;
    return result;
}

// What is there on the frame, which the prompts correct; NULL: nothing.
static enum ho_result read_basis(const struct question *q, const struct ho_source_info *info, struct ho_matte **out,
                                 struct ho_diag *diag)
{
    struct ho_bank *bank = NULL;
    struct ho_store *store = NULL;
    *out = NULL;
    for (size_t i = 0; i < q->n; i++)
        if (q->said[i].prompt.kind == HO_PROMPT_MASK || q->said[i].prompt.kind == HO_PROMPT_BOX)
            return HO_OK;    // says it all
    if (!q->step || !*q->id)
        return HO_OK;
    HO_TRY(ho_bank_open(q->options->bank_dir, &bank, diag));
    enum ho_result result = ho_store_open(bank, q->id, HO_STORE_READ, &store, diag);
    if (result == HO_OK)
        result = ho_store_select(store, q->step, diag);
    if (result == HO_OK)
        result = ho_matte_create(info->width, info->height, out, diag);
    if (result == HO_OK)
        result = ho_store_get(store, q->frame, *out, NULL, diag);
    if (*out && (result != HO_OK || ho_matte_is_empty(*out)))
        ho_matte_destroy(out);
    ho_store_close(&store);
    ho_bank_close(&bank);
    return result == HO_END ? HO_OK : result;
}

static enum ho_result ask(struct question *q, struct prompter *p, struct ho_diag *diag)
{
    const struct ho_source_info *info = ho_preview_source(p->preview);
    struct ho_matte *basis = NULL;
    float confidence;
    struct ho_prompt *prompts = ho_alloc(q->n + 1, sizeof(*prompts));
    size_t n = 0;
    if (!prompts)
        return ho_fail_memory(diag, (q->n + 1) * sizeof(*prompts));
    for (; n < q->n; n++)
        prompts[n] = q->said[n].prompt;
    enum ho_result result = read_basis(q, info, &basis, diag);
    if (basis)
        prompts[n++] = (struct ho_prompt){.kind = HO_PROMPT_MASK, .frame = q->frame, .mask = basis};
    if (result == HO_OK)
        result = ho_matte_create(info->width, info->height, &q->matte, diag);
    if (result == HO_OK)
        result = ho_preview_prompt(p->preview, prompts, n, q->matte, &confidence, diag);
    ho_matte_destroy(&basis);
    free(prompts);
    return result;
}

static void run(struct task *task, void **kept)
{
    struct question *q = (struct question *)task;
    if (!*kept)
        *kept = ho_alloc(1, sizeof(struct prompter));
    struct prompter *prompter = *kept;
    if (!prompter || (q->is_warm && !worker_rest(&q->session->workers[WORKER_PROMPTS], LANE_WARM, REST_SECONDS))) {
        q->result = HO_CANCELLED;
        return;
    }
    q->result = open_preview(q, prompter, &q->diag);
    if (q->result == HO_OK)
        q->result = q->is_warm ? ho_preview_show(prompter->preview, q->frame, NULL, &q->diag)
                               : ask(q, prompter, &q->diag);
}

// ---- on the session's thread

static void done(struct ho_session *session, struct task *task)
{
    struct question *q = (struct question *)task;
    struct answer *answer = &session->masks.answer;
    if (q->is_warm || q->number != session->masks.asked)
        return;
    shared_matte_unref(&answer->matte);
    if (q->result != HO_OK) {
        if (q->result != HO_CANCELLED && !q->is_try)
            session_say(session, "%s", q->diag.message);
        return;
    }
    answer->matte = ho_alloc(1, sizeof(*answer->matte));
    if (!answer->matte)
        return;
    answer->matte->n_references = 1;
    answer->matte->matte = q->matte;
    q->matte = NULL;
    snprintf(answer->hash, sizeof(answer->hash), "%s", q->hash);
    snprintf(answer->object, sizeof(answer->object), "%s", q->object);
    answer->frame = q->frame;
    answer->is_try = q->is_try;
    session->masks.answer_seconds = monotonic_seconds() - session->masks.asked_at;
    views_dirty(session);
}

static void drop(struct task *task)
{
    struct question *q = (struct question *)task;
    for (size_t i = 0; i < q->n; i++)
        said_clear(&q->said[i]);
    free(q->said);
    ho_matte_destroy(&q->matte);
    free(q);
}

static struct question *make(struct ho_session *session, const struct ho_project_media *media,
                             const struct object *object)
{
    struct question *q = ho_alloc(1, sizeof(*q));
    if (!q)
        return NULL;
    q->task = (struct task){.run = run, .done = done, .drop = drop, .lane = LANE_ANSWER};
    q->session = session;
    q->options = &session->options;
    q->pool = session_pool(session);
    q->frame = session->source_frame;
    snprintf(q->path, sizeof(q->path), "%s", media->source.path);
    snprintf(q->hash, sizeof(q->hash), "%s", media->source.hash);
    if (object) {
        snprintf(q->object, sizeof(q->object), "%s", object->shown.name);
        snprintf(q->id, sizeof(q->id), "%s", object->shown.id);
        q->quality = object->shown.quality;
        q->step = object->shown_step;
    }
    session->workers[WORKER_PROMPTS].forget = forget;
    return q;
}

static bool add(struct question *q, const struct ho_said *said)
{
    struct ho_said *grown = ho_realloc(q->said, q->n + 1, sizeof(*grown));
    if (!grown)
        return false;
    q->said = grown;
    if (said_copy(said, &grown[q->n], NULL) != HO_OK)
        return false;
    q->n++;
    return true;
}

// All that is asked, as text: the same question is not asked twice.
static char *key_of(const struct question *q)
{
    char *key = ho_format("%s %s %lld %lld %d", q->hash, q->object, (long long)q->frame, (long long)q->step,
                          (int)q->quality);
    for (size_t i = 0; key && i < q->n; i++) {
        struct ho_project_said text;
        if (said_format(&q->said[i], &text, NULL) != HO_OK)
            continue;
        char *longer = ho_format("%s %s %zu", key, text.said, text.mask_size);
        free(text.said);
        free(text.mask);
        free(key);
        key = longer;
    }
    return key;
}

static bool is_viewed(const struct ho_session *session)
{
    for (int i = 0; i < HO_VIEWERS_MAX; i++) {
        const struct viewer *viewer = &session->viewers[i];
        if (viewer->is_wanted &&
            (viewer->request.subject == HO_VIEW_OF_CLIP || viewer->request.subject == HO_VIEW_OF_NODE))
            return true;
    }
    return false;
}

static void forget_answer(struct ho_session *session)
{
    free(session->masks.key);
    session->masks.key = NULL;
    session->masks.asked++;
    if (session->masks.answer.matte)
        views_dirty(session);
    shared_matte_unref(&session->masks.answer.matte);
}

static void warm(struct ho_session *session, const struct ho_project_media *media, const struct object *object)
{
    char *key = ho_format("warm %s %lld", media->source.hash, (long long)session->source_frame);
    bool is_same = key && session->masks.warmed && strcmp(key, session->masks.warmed) == 0;
    struct question *q = is_same || !key ? NULL : make(session, media, object);
    if (!q) {
        free(key);
        return;
    }
    free(session->masks.warmed);
    session->masks.warmed = key;
    q->is_warm = true;
    q->task.lane = LANE_WARM;
    worker_want(session, WORKER_PROMPTS, &q->task, true);
}

// What is to be asked on this frame. NULL: nothing is.
static struct question *find_question(struct ho_session *session, const struct ho_project_media *media,
                                      const struct object *object)
{
    struct question *q = make(session, media, object);
    struct mask_state *masks = &session->masks;
    for (size_t i = 0; q && object && i < object->shown.n_said; i++) {
        const struct ho_mask_said *said = &object->said[i];
        if (said->said.kind == HO_SAID_PROMPT && !said->step && said->said.prompt.frame == q->frame)
            add(q, &said->said);
    }
    if (q && masks->has_try && masks->tried.frame == q->frame) {
        add(q, &(struct ho_said){.kind = HO_SAID_PROMPT, .prompt = masks->tried});
        q->is_try = true;
    }
    if (!q || q->n > 0)
        return q;
    drop(&q->task);
    return NULL;
}

void prompts_update(struct ho_session *session)
{
    const struct ho_project_media *media = session->project ? masks_media(session) : NULL;
    struct mask_state *masks = &session->masks;
    const struct object *object = masks_object(session);
    bool asks = media && session->source_frame >= 0 && (is_viewed(session) || masks->has_try);
    struct question *q = asks ? find_question(session, media, object) : NULL;
    if (!q) {
        if (masks->key)
            forget_answer(session);
        if (asks)
            warm(session, media, object);
        return;
    }
    char *key = key_of(q);
    if (!key || (masks->key && strcmp(key, masks->key) == 0)) {
        free(key);
        drop(&q->task);
        return;
    }
    free(masks->key);
    masks->key = key;
    q->number = ++masks->asked;
    masks->asked_at = monotonic_seconds();
    masks->answer_seconds = -1;
    worker_want(session, WORKER_PROMPTS, &q->task, true);
}

static void clear_try(struct mask_state *masks)
{
    free(masks->tried.points);
    masks->tried = (struct ho_prompt){0};
    masks->has_try = false;
}

void ho_session_try(struct ho_session *session, const struct ho_prompt *prompt)
{
    struct mask_state *masks = &session->masks;
    struct ho_said said = {.kind = HO_SAID_PROMPT}, copy;
    clear_try(masks);
    if (prompt) {
        said.prompt = *prompt;
        said.prompt.mask = NULL;
        masks->has_try = said_copy(&said, &copy, NULL) == HO_OK;
        if (masks->has_try)
            masks->tried = copy.prompt;
    }
    prompts_update(session);
    views_update(session);
    news_tell(session);
}

double ho_session_answer_seconds(const struct ho_session *session) { return session->masks.answer_seconds; }

void prompts_clear(struct ho_session *session)
{
    clear_try(&session->masks);
    free(session->masks.key);
    free(session->masks.warmed);
    session->masks.key = session->masks.warmed = NULL;
    session->masks.answer_seconds = -1;
    shared_matte_unref(&session->masks.answer.matte);
}
