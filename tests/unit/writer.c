// SPDX-License-Identifier: BSD-2-Clause
// The writer: whole or absent, names, failures of disk and memory, the same bits for any number of threads. What the files say is judged by writer_table.py.
#include "unit/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "holdout/media.h"

enum { WIDTH = 97, HEIGHT = 65, N_FRAMES = 6 };

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/holdout-writer-XXXXXX");
    ho_log_set_level(HO_LOG_ERROR);
    return mkdtemp(folder) ? 0 : -1;
}

static int n_entries(void)
{
    DIR *dir = opendir(folder);
    int n = 0;
    for (struct dirent *entry; (entry = readdir(dir));)
        n += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(dir);
    return n;
}

static void empty_folder(void)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
}

static int remove_folder(void **state)
{
    (void)state;
    empty_folder();
    return rmdir(folder);
}

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static struct ho_writer_options options_of(enum ho_codec codec)
{
    static const struct ho_metadata provenance = {"holdout.object", "rider"};
    return (struct ho_writer_options){.codec = codec, .width = WIDTH, .height = HEIGHT, .rate = {25, 1}, .pixel_aspect = {1, 1}, .n_frames = N_FRAMES,
                                      .colour = {1, 1, 1, 0, 1}, .n_threads = 2, .reel_name = "A001", .clip_name = "ride",
                                      .metadata = &provenance, .n_metadata = 1};
}

static struct ho_matte *matte_of(int frame)
{
    struct ho_matte *matte;
    struct ho_diag diag = {0};
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            matte->data[y * matte->stride + x] = (uint16_t)(x * 977 + y * 313 + frame * 5000);
    return matte;
}

// Writes N_FRAMES mattes; on failure the output must be absent.
static enum ho_result write_mattes(const char *path, const struct ho_writer_options *options, struct ho_diag *diag)
{
    struct ho_writer *writer;
    enum ho_result result = ho_writer_open(path, options, &writer, diag);
    if (result != HO_OK)
        return result;
    for (int i = 0; i < N_FRAMES && result == HO_OK; i++) {
        struct ho_matte *matte = matte_of(i);
        result = ho_writer_send_matte(writer, matte, diag);
        ho_matte_destroy(&matte);
    }
    enum ho_result finished = ho_writer_finish(&writer, diag);
    assert_null(writer);
    if (result != HO_OK)
        assert_int_equal(finished, result);
    return finished;
}

static const struct { enum ho_codec codec; const char *name; int n_files; } outputs[] = {
    {HO_CODEC_PRORES_PROXY, "m.mov", 1}, {HO_CODEC_PRORES_LT, "m.mov", 1}, {HO_CODEC_PRORES_422, "m.mov", 1}, {HO_CODEC_PRORES_HQ, "m.mov", 1},
    {HO_CODEC_PRORES_4444, "m.mov", 1}, {HO_CODEC_FFV1, "m.mkv", 1}, {HO_CODEC_PNG, "m.%04d.png", N_FRAMES}, {HO_CODEC_EXR, "m.exr", N_FRAMES},
    {HO_CODEC_EXR_FLOAT, "m_%d.exr", N_FRAMES},
};
enum { N_OUTPUTS = sizeof(outputs) / sizeof(outputs[0]) };

static void test_codecs(void **state)
{
    (void)state;
    for (int i = 0; i < N_OUTPUTS; i++) {
        enum ho_codec codec;
        struct ho_diag diag = {0};
        assert_ok(ho_codec_parse(ho_codec_name(outputs[i].codec), &codec, &diag), &diag);
        assert_int_equal(codec, outputs[i].codec);
        assert_int_equal(ho_codec_is_sequence(codec), outputs[i].n_files > 1);
        assert_string_equal(ho_codec_extension(codec), strrchr(outputs[i].name, '.') + 1);
    }
    enum ho_codec codec;
    struct ho_diag diag = {0};
    assert_int_equal(ho_codec_parse("h264", &codec, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "prores-422-hq"));
}

static void test_writes_every_codec(void **state)
{
    (void)state;
    for (int i = 0; i < N_OUTPUTS; i++) {
        struct ho_writer_options options = options_of(outputs[i].codec);
        struct ho_diag diag = {0};
        assert_ok(write_mattes(in_folder(outputs[i].name), &options, &diag), &diag);
        assert_int_equal(n_entries(), outputs[i].n_files);

        // Once more: refused before anything is written, then allowed.
        assert_int_equal(ho_writer_check(in_folder(outputs[i].name), options.codec, false, &diag), HO_ERROR_SPACE);
        assert_non_null(strstr(diag.message, "overwrit"));
        diag = (struct ho_diag){0};
        assert_int_equal(write_mattes(in_folder(outputs[i].name), &options, &diag), HO_ERROR_SPACE);
        assert_int_equal(n_entries(), outputs[i].n_files);
        options.overwrite = true;
        diag = (struct ho_diag){0};
        assert_ok(write_mattes(in_folder(outputs[i].name), &options, &diag), &diag);
        assert_int_equal(n_entries(), outputs[i].n_files);
        empty_folder();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codecs),
        cmocka_unit_test(test_writes_every_codec),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
