// SPDX-License-Identifier: BSD-2-Clause
// How a name finds an object, and that finding one of thousands opens no other.
#include "unit/bank_fixture.h"

#include <sys/inotify.h>
#include <time.h>

#include "bank/bank.h"

enum { WIDTH = 16, HEIGHT = 8 };

static int set_up(void **state) { return bank_fixture_set_up(state, WIDTH, HEIGHT); }

static struct ho_source_info source_of(char digit)
{
    struct ho_source_info source = fixture_source(WIDTH, HEIGHT);
    source.hash[0] = digit;
    return source;
}

// An object of the source whose hash begins with `digit`, with two steps; its id.
static void make(struct bank_fixture *f, char digit, const char *object, char id[HO_ID_SIZE])
{
    struct ho_diag diag = {0};
    struct ho_source_info source = source_of(digit);
    struct ho_store *store;
    assert_ok(ho_store_create(f->bank, &source, object, 0, &store, &diag), &diag);
    fixture_step(store, "one", 0, 3, (struct ho_key){1, 1});
    fixture_step(store, "two", 0, 4, (struct ho_key){1, 1});
    strcpy(id, ho_store_id(store));
    ho_store_close(&store);
}

// This name finds that object, of which this step is selected.
static void assert_finds(struct bank_fixture *f, const char *name, const char *id, int64_t step)
{
    struct ho_store *store = fixture_open(f, name, HO_STORE_READ);
    if (strcmp(ho_store_id(store), id) != 0 || ho_store_selected(store) != step)
        fail_msg("'%s' finds step %lld of %s", name, (long long)ho_store_selected(store), ho_store_object(store));
    ho_store_close(&store);
}

// No name of these finds any; the sentence holds `said`.
static void assert_fails(struct bank_fixture *f, const char *name, enum ho_result result, const char *said)
{
    struct ho_diag diag = {0};
    struct ho_store *store = (void *)1;
    assert_int_equal(ho_store_open(f->bank, name, HO_STORE_READ, &store, &diag), result);
    if (!strstr(diag.message, said))
        fail_msg("'%s': %s", name, diag.message);
    assert_true(store == (void *)1 || store == NULL);    // none that has to be closed
}

static void names_find_objects(void **state)
{
    struct bank_fixture *f = *state;
    char id[HO_ID_SIZE], other[HO_ID_SIZE], name[80];
    make(f, '0', "rabbit", id);
    assert_finds(f, id, id, 2);
    assert_finds(f, "rabbit", id, 2);
    assert_finds(f, "rabbit@1", id, 1);
    for (int digits = 4; digits <= 32; digits += 7) {
        snprintf(name, sizeof(name), "%.*s", digits, id);
        assert_finds(f, name, id, 2);
        snprintf(name, sizeof(name), "%.*s@1", digits, id);
        assert_finds(f, name, id, 1);
    }
    snprintf(name, sizeof(name), "%.3s", id);
    assert_fails(f, name, HO_ERROR_INPUT, name);
    assert_finds(f, "0123/rabbit", id, 2);
    assert_finds(f, "0123456789abcdef0123456789abcdef/rabbit@1", id, 1);
    assert_fails(f, "rabbit@9", HO_ERROR_USAGE, "no step 9");
    assert_fails(f, "f123/rabbit", HO_ERROR_INPUT, "f123/rabbit");
    assert_fails(f, "hare", HO_ERROR_INPUT, "hare");
    assert_fails(f, "face", HO_ERROR_INPUT, "face");    // hexadecimal, and yet a name
    assert_fails(f, "", HO_ERROR_USAGE, "empty");
    assert_fails(f, "@1", HO_ERROR_USAGE, "empty");
    make(f, '0', "face", other);
    assert_finds(f, "face", other, 2);
    // Two sources: it has to be said which.
    make(f, 'f', "rabbit", other);
    snprintf(name, sizeof(name), "%.12s", other);
    assert_fails(f, "rabbit", HO_ERROR_USAGE, name);
    assert_fails(f, "rabbit@1", HO_ERROR_USAGE, name);
    assert_finds(f, "0123/rabbit", id, 2);
    assert_finds(f, "f123/rabbit@1", other, 1);
    assert_finds(f, other, other, 2);
}

static void names_may_hold_what_they_like(void **state)
{
    struct bank_fixture *f = *state;
    char id[HO_ID_SIZE], long_name[HO_NAME_SIZE + 1], path[HO_NAME_SIZE + 64];
    static const char *const names[] = {"left/right", "cafe/door", "me@home", "shot@12",           "@1 man",   "100%",
                                        "a b",        "/",         "../x",    "\xc3\xa9t\xc3\xa9", "12345678@"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char name[80];
        make(f, '0', names[i], id);
        assert_finds(f, names[i], id, 2);
        snprintf(name, sizeof(name), "%s@1", names[i]);
        assert_finds(f, name, id, 1);
        snprintf(name, sizeof(name), "0123/%s@1", names[i]);
        assert_finds(f, name, id, 1);
    }
    // As long as names may be: found, and not found by what is longer.
    memset(long_name, 'x', sizeof(long_name));
    long_name[HO_NAME_SIZE - 1] = '\0';
    make(f, '0', long_name, id);
    assert_finds(f, long_name, id, 2);
    snprintf(path, sizeof(path), "0123456789abcdef0123456789abcdef/%s@1", long_name);
    assert_finds(f, path, id, 1);
    snprintf(path, sizeof(path), "%sx", long_name);
    assert_fails(f, path, HO_ERROR_INPUT, "no object");
}

static void several_ids_of_one_beginning_are_named(void **state)
{
    struct bank_fixture *f = *state;
    char id[HO_ID_SIZE], path[400], twin[HO_ID_SIZE], beginning[8];
    make(f, '0', "rabbit", id);
    memcpy(twin, id, sizeof(twin));
    twin[8] = twin[8] == '0' ? '1' : '0';
    snprintf(path, sizeof(path), "%s/objects/0123456789abcdef0123456789abcdef/%s.matte", f->dir, twin);
    fclose(fopen(path, "w"));
    snprintf(beginning, sizeof(beginning), "%.7s", id);
    assert_fails(f, beginning, HO_ERROR_USAGE, twin);
    assert_fails(f, beginning, HO_ERROR_USAGE, id);
    assert_finds(f, id, id, 2);
}

static void a_source_finds_its_objects(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store;
    struct ho_source_info source = source_of('0'), other = source_of('f');
    char id[HO_ID_SIZE], second[HO_ID_SIZE];
    assert_int_equal(ho_store_find(f->bank, &source, NULL, HO_STORE_READ, &store, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, source.path));
    make(f, '0', "rabbit", id);
    assert_ok(ho_store_find(f->bank, &source, NULL, HO_STORE_READ, &store, &diag), &diag);
    assert_string_equal(ho_store_id(store), id);
    assert_int_equal(ho_store_selected(store), 2);
    ho_store_close(&store);
    make(f, '0', "hat", second);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_store_find(f->bank, &source, NULL, HO_STORE_READ, &store, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "rabbit"));
    assert_non_null(strstr(diag.message, "hat"));
    assert_ok(ho_store_find(f->bank, &source, "hat", HO_STORE_WRITE, &store, &diag), &diag);
    assert_string_equal(ho_store_id(store), second);
    ho_store_close(&store);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_store_find(f->bank, &source, "cap", HO_STORE_READ, &store, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "cap"));
    diag = (struct ho_diag){0};
    assert_int_equal(ho_store_find(f->bank, &other, "hat", HO_STORE_READ, &store, &diag), HO_ERROR_INPUT);
}

// How often files of the folder were opened since the last call; fails if any was that is not this object's.
static int opened(int events, const char *id)
{
    char buffer[65536] __attribute__((aligned(8)));
    int n = 0;
    for (ssize_t size; (size = read(events, buffer, sizeof(buffer))) > 0;) {
        for (const char *at = buffer; at < buffer + size;) {
            const struct inotify_event *event = (const void *)at;
            if (event->len && strncmp(event->name, id, 32) != 0)
                fail_msg("%s was opened", event->name);
            n += event->len > 0;
            at += sizeof(*event) + event->len;
        }
    }
    return n;
}

// 2,000 objects of one source: the one that is wanted is opened, in a moment, and none of the others.
static void one_of_thousands_is_opened_alone(void **state)
{
    enum { N = 2000 };
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_source_info source = source_of('0');
    char id[HO_ID_SIZE], other[HO_ID_SIZE], folder[300], path[400];
    snprintf(folder, sizeof(folder), "%s/objects/%s", f->dir, source.hash);
    make(f, '0', "wanted", id);
    for (int i = 1; i < N; i++) {
        snprintf(path, sizeof(path), "object %d", i);
        assert_ok(ho_object_id(source.hash, path, other, &diag), &diag);
        snprintf(path, sizeof(path), "%s/%s.matte", folder, other);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fclose(file);
    }
    int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (events < 0 || inotify_add_watch(events, folder, IN_OPEN) < 0)
        skip();
    const char *const names[] = {"wanted", "wanted@1", id, "0123/wanted", NULL};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct ho_store *store;
        struct timespec from, to;
        clock_gettime(CLOCK_MONOTONIC, &from);
        if (names[i])
            assert_ok(ho_store_open(f->bank, names[i], HO_STORE_READ, &store, &diag), &diag);
        else
            assert_ok(ho_store_find(f->bank, &source, "wanted", HO_STORE_READ, &store, &diag), &diag);
        ho_store_close(&store);
        clock_gettime(CLOCK_MONOTONIC, &to);
        double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
        print_message("%s: %.1f ms\n", names[i] ? names[i] : "by its source", seconds * 1e3);
        assert_true(seconds < 0.2);
        assert_true(opened(events, id) > 0);
    }
    close(events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_find_objects, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(names_may_hold_what_they_like, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(several_ids_of_one_beginning_are_named, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_source_finds_its_objects, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(one_of_thousands_is_opened_alone, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
