// SPDX-License-Identifier: BSD-2-Clause
// The journal beside an interrupted output: who asks whether it is in use does not take it, and a full disk is a
// sentence for whoever uses the library, not the end of it.
#include "unit/bank_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "holdout/deliver.h"
#include "holdout/media.h"
#include "media/kept.h"
#include "media/writer.h"

enum { WIDTH = 32, HEIGHT = 16 };
static char folder[256], output[300], temporary[320];

static struct ho_writer_options options(void)
{
    return (struct ho_writer_options){
        .codec = HO_CODEC_FFV1, .width = WIDTH, .height = HEIGHT, .rate = {25, 1}, .n_frames = 2, .key = "a key"};
}

static int set_up(void **state)
{
    (void)state;
    fixture_folder(folder, sizeof(folder));
    snprintf(output, sizeof(output), "%s/o.mkv", folder);
    snprintf(temporary, sizeof(temporary), "%s/.o.mkv.partial-%ld", folder, (long)getpid());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_remove_tree(folder);
    return 0;
}

static void *ask_all_the_time(void *opaque)
{
    while (!atomic_load((atomic_bool *)opaque))
        (void)ho_kept_is_in_use(temporary);
    return NULL;
}

static void asking_is_not_taking(void **state)
{
    (void)state;
    atomic_bool over = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, ask_all_the_time, &over), 0);
    for (int i = 0; i < 3000; i++) {
        struct ho_diag diag = {0};
        struct ho_writer *writer;
        struct ho_writer_options own = options();
        assert_ok(ho_writer_open(output, &own, &writer, &diag), &diag);
        assert_true(ho_kept_is_in_use(temporary));
        ho_writer_abort(&writer);
        assert_false(ho_kept_is_in_use(temporary));
    }
    atomic_store(&over, true);
    pthread_join(thread, NULL);
}

// Opens with a key, draws a sheet and remembers a scan where no file may have a byte; in a process of its own.
static int with_no_room(const char *source)
{
    struct ho_diag diag = {0}, second = {0};
    struct ho_writer *writer;
    struct ho_writer_options own = options();
    char sheet[300], index[300];
    snprintf(sheet, sizeof(sheet), "%s/s.png", folder);
    snprintf(index, sizeof(index), "%s/index", folder);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, RLIM_INFINITY});
    if (ho_writer_open(output, &own, &writer, &diag) != HO_ERROR_SPACE || !strstr(diag.message, "limit"))
        return 1;
    struct ho_sheet_request request = {.source = source, .output = sheet};
    if (ho_sheet_write(&request, &second) != HO_ERROR_SPACE)
        return 2;
    struct ho_source_info info;
    struct ho_reader_options reading = {.index_dir = index};
    return ho_source_probe(source, &reading, &info, NULL) == HO_OK ? 0 : 3;
}

static void a_limit_does_not_end_its_host(void **state)
{
    (void)state;
    char source[300];
    struct ho_diag diag = {0};
    struct ho_writer *writer;
    struct ho_matte *matte;
    struct ho_writer_options own = options();
    own.key = NULL;
    snprintf(source, sizeof(source), "%s/source.mkv", folder);
    assert_ok(ho_writer_open(source, &own, &writer, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    for (int i = 0; i < 2; i++)
        assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_matte_destroy(&matte);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(with_no_room(source));
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        fail_msg("killed by signal %d", WTERMSIG(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

// A packet that is not as it was written ends what can be gone on with.
static void a_flipped_byte_is_found(void **state)
{
    (void)state;
    static const char bytes[] = "the first packetthe second packet, longerthe third";
    static const size_t sizes[] = {16, 25, 9};
    struct ho_diag diag = {0};
    for (int flipped = -1; flipped < 3; flipped++) {
        struct ho_place place;
        struct ho_kept *kept;
        assert_ok(ho_place_init(&place, output, HO_CODEC_FFV1, 3, true, &diag), &diag);
        assert_ok(ho_kept_open(&place, "a key", &kept, &diag), &diag);
        int file = open(place.temporary, O_RDWR);
        assert_int_equal(pwrite(file, bytes, sizeof(bytes) - 1, 0), sizeof(bytes) - 1);
        int64_t at = 0, wrong = 0;
        for (int i = 0; i < 3; i++) {
            ho_kept_add(kept, at, bytes + at, sizes[i]);
            wrong = i == flipped ? at + 3 : wrong;
            at += (int64_t)sizes[i];
        }
        place.stays = true;
        ho_kept_close(&kept, false);
        if (flipped >= 0)
            assert_int_equal(pwrite(file, "X", 1, (off_t)wrong), 1);
        close(file);
        ho_place_clear(&place);
        assert_ok(ho_place_init(&place, output, HO_CODEC_FFV1, 3, true, &diag), &diag);
        assert_ok(ho_kept_open(&place, "a key", &kept, &diag), &diag);
        assert_int_equal(ho_kept_n(kept), 3);
        ho_kept_check_packets(kept, place.temporary);
        assert_int_equal(ho_kept_n(kept), flipped < 0 ? 3 : flipped);
        ho_kept_close(&kept, true);
        ho_place_clear(&place);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(asking_is_not_taking, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_limit_does_not_end_its_host, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_flipped_byte_is_found, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
