// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as lines of commands, in one gesture that is cancelled: each is done or refused in a sentence, the timeline
// keeps all that edits keep, and what was cancelled has left nothing.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdout/log.h"
#include "holdout/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS_MAX = 14, LINES_MAX = 24 };
static struct ho_session *session;
static char *first;    // the project as it was

static void must_be(bool is_so)
{
    if (!is_so)
        abort();
}

// What reads or writes files of any name, or takes its time.
static bool is_left_out(const char *name)
{
    static const char *const names[] = {"import", "open-film", "relink",      "save-as", "mask",
                                        "render", "track",     "track-frame", "template"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static char *dump(void)
{
    char *text = NULL;
    must_be(ho_session_do(session, "dump", NULL, 0, &text, NULL) == HO_OK && text);
    return text;
}

static void open_session(void)
{
    static const struct ho_argument_value timeline[] = {{"name", "cut"}, {"rate", "25"}};
    static const struct ho_argument_value place[] = {{"media", "1"}, {"in", "0"}, {"out", "99"}};
    char folder[] = "/tmp/holdout-fuzz-XXXXXX", path[64], bank[64];
    struct ho_source_info *source = calloc(1, sizeof(*source));
    int64_t id;
    must_be(mkdtemp(folder) && source);
    snprintf(path, sizeof(path), "%s/a.holdout", folder);
    snprintf(bank, sizeof(bank), "%s/bank", folder);
    struct ho_session_options options = {.bank_dir = bank, .engine = "stub", .n_threads = 1};
    ho_log_set_level(HO_LOG_QUIET);
    must_be(ho_session_create(&options, &session, NULL) == HO_OK);
    must_be(ho_session_open(session, path, HO_SESSION_CREATE, NULL) == HO_OK);
    *source = (struct ho_source_info){
        .width = 1920, .height = 1080, .rate = {25, 1}, .n_frames = 1000, .pixel_aspect = {1, 1}, .n_audio_streams = 1};
    snprintf(source->path, sizeof(source->path), "/nowhere.mov");
    snprintf(source->clip_name, sizeof(source->clip_name), "ride");
    snprintf(source->hash, sizeof(source->hash), "00112233445566778899aabbccddeeff");
    struct ho_project *project = ho_session_project(session);
    must_be(ho_project_begin(project, "Import", NULL) == HO_OK);
    must_be(ho_project_add_media(project, HO_BIN_TOP, source, &id, NULL) == HO_OK);
    must_be(ho_project_commit(project, NULL) == HO_OK);
    free(source);
    must_be(ho_session_open(session, path, HO_SESSION_OPEN, NULL) == HO_OK);
    must_be(ho_session_do(session, "new-timeline", timeline, 2, NULL, NULL) == HO_OK);
    must_be(ho_session_do(session, "append", place, 3, NULL, NULL) == HO_OK);
    must_be(ho_session_do(session, "append", place, 3, NULL, NULL) == HO_OK);
    first = dump();
}

static void do_line(char *line)
{
    struct ho_argument_value values[WORDS_MAX];
    struct ho_diag diag = {0};
    char *at = line, *name = strsep(&at, " "), *reply = NULL, *word;
    size_t n = 0;
    while ((word = strsep(&at, " ")) && n < WORDS_MAX) {
        char *equal = strchr(word, '=');
        values[n++] = equal ? (struct ho_argument_value){word, equal + 1} : (struct ho_argument_value){NULL, word};
        if (equal)
            *equal = '\0';
    }
    if (is_left_out(name))
        return;
    enum ho_result result = ho_session_do(session, name, values, n, &reply, &diag);
    must_be(result == HO_OK ? reply != NULL : diag.message[0] != '\0' && !reply);
    free(reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ho_diag diag = {0};
    if (!session)
        open_session();
    char *text = malloc(size + 1), *at = text, *line;
    must_be(text && ho_session_begin(session, "Fuzz", &diag) == HO_OK);
    memcpy(text, data, size);
    text[size] = '\0';
    for (int i = 0; i < LINES_MAX && (line = strsep(&at, "\n")); i++) {
        do_line(line);
        const struct ho_timeline *timeline = ho_session_timeline(session, NULL);
        must_be(!timeline || ho_timeline_check(timeline, &diag) == HO_OK);
    }
    ho_session_cancel(session);
    free(text);
    char *now = dump();
    must_be(strcmp(now, first) == 0);
    free(now);
    return 0;
}
