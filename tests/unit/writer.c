// SPDX-License-Identifier: BSD-2-Clause
// The writer: whole or absent, names, failures of disk and memory, the same bits for any number of threads. What the
// files say is judged by writer_table.py.
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
    return (struct ho_writer_options){.codec = codec,
                                      .width = WIDTH,
                                      .height = HEIGHT,
                                      .rate = {25, 1},
                                      .pixel_aspect = {1, 1},
                                      .n_frames = N_FRAMES,
                                      .colour = {1, 1, 1, 0, 1},
                                      .n_threads = 2,
                                      .reel_name = "A001",
                                      .clip_name = "ride",
                                      .metadata = &provenance,
                                      .n_metadata = 1};
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

static const struct {
    enum ho_codec codec;
    const char *name;
    int n_files;
} outputs[] = {
    {HO_CODEC_PRORES_PROXY, "m.mov", 1},        {HO_CODEC_PRORES_LT, "m.mov", 1},
    {HO_CODEC_PRORES_422, "m.mov", 1},          {HO_CODEC_PRORES_HQ, "m.mov", 1},
    {HO_CODEC_PRORES_4444, "m.mov", 1},         {HO_CODEC_FFV1, "m.mkv", 1},
    {HO_CODEC_PNG, "m.%04d.png", N_FRAMES},     {HO_CODEC_EXR, "m.exr", N_FRAMES},
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
    assert_int_equal(ho_codec_parse("h265", &codec, &diag), HO_ERROR_USAGE);
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
        assert_int_equal(ho_writer_check(in_folder(outputs[i].name), options.codec, -1, false, &diag), HO_ERROR_SPACE);
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

// Nothing under the path, and no temporary.
static void assert_absent(const char *message)
{
    if (n_entries())
        fail_msg("something was left behind after: %s", message);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        enum ho_codec codec;
        const char *name;
        enum ho_result result;
        const char *says;
    } cases[] = {
        {HO_CODEC_PRORES_HQ, "no/such/m.mov", HO_ERROR_SPACE, "no folder"},
        {HO_CODEC_PRORES_HQ, "m.mp4", HO_ERROR_USAGE, ".mov"},
        {HO_CODEC_PRORES_HQ, "m", HO_ERROR_USAGE, ".mov"},
        {HO_CODEC_FFV1, ".mkv", HO_ERROR_USAGE, ".mkv"},
        {HO_CODEC_PNG, "m.%s.png", HO_ERROR_USAGE, "%04d"},
        {HO_CODEC_PNG, "%d.%04d.png", HO_ERROR_USAGE, "%04d"},
        {HO_CODEC_EXR, "m.%0400000d.exr", HO_ERROR_USAGE, "%04d"},
        {HO_CODEC_EXR, "m%n.exr", HO_ERROR_USAGE, "%04d"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ho_writer_options options = options_of(cases[i].codec);
        struct ho_diag diag = {0};
        struct ho_writer *writer;
        assert_int_equal(ho_writer_check(in_folder(cases[i].name), cases[i].codec, -1, false, &diag), cases[i].result);
        if (!strstr(diag.message, cases[i].says))
            fail_msg("%s: %s", cases[i].name, diag.message);
        assert_int_equal(ho_writer_open(in_folder(cases[i].name), &options, &writer, NULL), cases[i].result);
        assert_null(writer);
        assert_absent(cases[i].name);
    }
    struct ho_diag diag = {0};
    assert_int_equal(ho_writer_check("/dev/null/m.mov", HO_CODEC_PRORES_HQ, -1, false, &diag), HO_ERROR_SPACE);
    assert_int_equal(ho_writer_check("", HO_CODEC_PRORES_HQ, -1, false, &diag), HO_ERROR_USAGE);
}

static void test_refused_options(void **state)
{
    (void)state;
    struct ho_writer_options good = options_of(HO_CODEC_PRORES_HQ), bad[7];
    for (int i = 0; i < 7; i++)
        bad[i] = good;
    bad[0].width = 0;
    bad[1].height = HO_SIZE_MAX + 1;
    bad[6].width = bad[6].height = 20000;    // more slices than ProRes can number
    bad[2].rate = (struct ho_rational){0, 1};
    bad[3].rate = (struct ho_rational){INT64_MAX, 3};
    bad[4].has_timecode = true;
    bad[4].start = (struct ho_timecode){100, 24, false};
    bad[5].codec = HO_CODEC_PNG;
    bad[5].audio_from = "m.mov";
    for (int i = 0; i < 7; i++) {
        struct ho_writer *writer;
        struct ho_diag diag = {0};
        assert_int_equal(
            ho_writer_open(in_folder(bad[i].codec == HO_CODEC_PNG ? "m.png" : "m.mov"), &bad[i], &writer, &diag),
            HO_ERROR_USAGE);
        assert_non_null(strstr(diag.message, "m."));
        assert_absent(diag.message);
    }
}

// Too few, too many, none, of another size: nothing stands there afterwards.
static void test_wrong_frames(void **state)
{
    (void)state;
    for (int n = 0; n < N_FRAMES + 2; n++) {
        struct ho_writer_options options = options_of(n % 2 ? HO_CODEC_FFV1 : HO_CODEC_PNG);
        struct ho_writer *writer;
        struct ho_diag diag = {0};
        struct ho_matte *matte = matte_of(0);
        assert_ok(ho_writer_open(in_folder(n % 2 ? "m.mkv" : "m.png"), &options, &writer, &diag), &diag);
        enum ho_result sent = HO_OK;
        for (int i = 0; i < n; i++)
            sent = ho_writer_send_matte(writer, matte, &diag);
        assert_int_equal(sent, n > N_FRAMES ? HO_ERROR_USAGE : HO_OK);
        enum ho_result finished = ho_writer_finish(&writer, &diag);
        assert_int_equal(finished, n == N_FRAMES ? HO_OK : n == 0 || n > N_FRAMES ? HO_ERROR_USAGE : HO_ERROR_VERIFY);
        ho_matte_destroy(&matte);
        if (n == N_FRAMES)
            empty_folder();
        assert_absent(diag.message);
    }
    struct ho_writer_options options = options_of(HO_CODEC_FFV1);
    struct ho_writer *writer;
    struct ho_diag diag = {0};
    struct ho_matte *other;
    assert_ok(ho_matte_create(WIDTH, HEIGHT + 1, &other, &diag), &diag);
    assert_ok(ho_writer_open(in_folder("m.mkv"), &options, &writer, &diag), &diag);
    assert_int_equal(ho_writer_send_matte(writer, other, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "97x66"));
    assert_int_equal(ho_writer_finish(&writer, NULL), HO_ERROR_USAGE);
    ho_matte_destroy(&other);
    assert_absent(diag.message);
}

static void test_abort_and_cancel(void **state)
{
    (void)state;
    for (int i = 0; i < N_OUTPUTS; i++) {
        struct ho_cancel cancel = {0};
        struct ho_writer_options options = options_of(outputs[i].codec);
        struct ho_writer *writer;
        struct ho_diag diag = {0};
        options.cancel = &cancel;
        struct ho_matte *matte = matte_of(0);
        for (int n = 0; n < 4; n++) {
            assert_ok(ho_writer_open(in_folder(outputs[i].name), &options, &writer, &diag), &diag);
            assert_int_equal(n_entries(), 1);
            for (int j = 0; j < n; j++)
                assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag);
            ho_writer_abort(&writer);
            assert_null(writer);
            assert_absent("abort");
        }
        assert_ok(ho_writer_open(in_folder(outputs[i].name), &options, &writer, &diag), &diag);
        assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag);
        ho_cancel_request(&cancel);
        assert_int_equal(ho_writer_send_matte(writer, matte, &diag), HO_CANCELLED);
        assert_int_equal(ho_writer_finish(&writer, &diag), HO_CANCELLED);
        ho_matte_destroy(&matte);
        assert_absent(diag.message);
    }
    ho_writer_abort(NULL);
}

static void put_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_text(const char *path, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(found, sizeof(found), file));
    fclose(file);
    assert_string_equal(found, text);
}

// Somebody else writes the same name after the writer was opened: theirs stays, whole, and ours goes.
static void test_taken_meanwhile(void **state)
{
    (void)state;
    for (int i = 0; i < N_OUTPUTS; i++) {
        struct ho_writer_options options = options_of(outputs[i].codec);
        struct ho_writer *writer;
        struct ho_diag diag = {0};
        const char *taken = outputs[i].codec == HO_CODEC_PNG         ? "m.0003.png"
                            : outputs[i].codec == HO_CODEC_EXR       ? "m.0003.exr"
                            : outputs[i].codec == HO_CODEC_EXR_FLOAT ? "m_3.exr"
                                                                     : outputs[i].name;
        assert_ok(ho_writer_open(in_folder(outputs[i].name), &options, &writer, &diag), &diag);
        for (int j = 0; j < N_FRAMES; j++) {
            struct ho_matte *matte = matte_of(j);
            assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag);
            ho_matte_destroy(&matte);
        }
        put_text(in_folder(taken), "theirs");
        assert_int_equal(ho_writer_finish(&writer, &diag), HO_ERROR_SPACE);
        assert_non_null(strstr(diag.message, "somebody else"));
        assert_int_equal(n_entries(), 1);
        assert_text(in_folder(taken), "theirs");
        empty_folder();
    }
}

// A sequence that cannot be replaced whole is not replaced at all.
static void test_replacing_is_taken_back(void **state)
{
    (void)state;
    struct ho_writer_options options = options_of(HO_CODEC_PNG);
    struct ho_diag diag = {0};
    options.overwrite = true;
    for (int i = 0; i < 4; i++) {
        char name[32];
        snprintf(name, sizeof(name), "m.%04d.png", i);
        put_text(in_folder(name), "old");
    }
    assert_int_equal(mkdir(in_folder("m.0004.png"), 0777), 0);
    assert_int_equal(write_mattes(in_folder("m.%04d.png"), &options, &diag), HO_ERROR_SPACE);
    assert_int_equal(n_entries(), 5);
    assert_text(in_folder("m.0000.png"), "old");
    assert_text(in_folder("m.0003.png"), "old");
    assert_int_equal(rmdir(in_folder("m.0004.png")), 0);
    diag = (struct ho_diag){0};
    assert_ok(write_mattes(in_folder("m.%04d.png"), &options, &diag), &diag);
    assert_int_equal(n_entries(), N_FRAMES);
    empty_folder();
}

static char logged[4096];

static void catch_log(void *opaque, enum ho_log_level level, const char *message)
{
    (void)opaque;
    (void)level;
    snprintf(logged + strlen(logged), sizeof(logged) - strlen(logged), "%s\n", message);
}

// A single picture without a number in its name is that one file; with a number it is a sequence of one.
// Zeroes but for size and rate: what the name says, as many frames as come, colours of HD video.
static void test_zeroed_options(void **state)
{
    (void)state;
    static const char *const names[] = {"z.mov", "z.mkv", "z.%04d.png", "z.%04d.exr"};
    for (int i = 0; i < 4; i++) {
        struct ho_writer_options options = {.width = WIDTH, .height = HEIGHT, .rate = {25, 1}};
        struct ho_diag diag = {0};
        struct ho_source_info info;
        assert_ok(ho_writer_check(in_folder(names[i]), HO_CODEC_BY_NAME, 0, false, &diag), &diag);
        assert_ok(write_mattes(in_folder(names[i]), &options, &diag), &diag);
        assert_ok(ho_source_probe(in_folder(names[i]), NULL, &info, &diag), &diag);
        assert_int_equal(info.n_frames, N_FRAMES);
        assert_int_equal(info.pixel_aspect.num, info.pixel_aspect.den);
        if (i == 0)
            assert_string_equal(info.profile, "HQ");
        if (i == 0)
            assert_int_equal(info.colour.matrix, 1);
        empty_folder();
    }
    struct ho_diag diag = {0};
    assert_int_equal(ho_writer_check(in_folder("z.txt"), HO_CODEC_BY_NAME, 0, false, &diag), HO_ERROR_USAGE);
}

static void test_single_picture(void **state)
{
    (void)state;
    static const enum ho_codec codecs[] = {HO_CODEC_PNG, HO_CODEC_EXR};
    static const char *const names[][2] = {{"still.png", "s.%02d.png"}, {"still.exr", "s.%02d.exr"}};
    static const char *const files[][2] = {{"still.png", "s.07.png"}, {"still.exr", "s.07.exr"}};
    for (int i = 0; i < 4; i++) {
        struct ho_writer_options options = options_of(codecs[i / 2]);
        struct ho_matte *matte = matte_of(0);
        options.n_frames = 1;
        options.first_number = 7;
        const char *name = names[i / 2][i % 2], *file = files[i / 2][i % 2];
        for (int round = 0; round < 4; round++) {    // new, refused, replaced, taken meanwhile
            struct ho_writer *writer;
            struct ho_diag diag = {0};
            options.overwrite = round == 2;
            assert_int_equal(ho_writer_check(in_folder(name), options.codec, 1, options.overwrite, &diag),
                             round == 1 ? HO_ERROR_SPACE : HO_OK);
            enum ho_result opened = ho_writer_open(in_folder(name), &options, &writer, &diag);
            assert_int_equal(opened, round == 1 ? HO_ERROR_SPACE : HO_OK);
            if (opened == HO_OK) {
                assert_ok(ho_writer_send_matte(writer, matte, &diag), &diag);
                if (round == 3)
                    put_text(in_folder(file), "theirs");
                assert_int_equal(ho_writer_finish(&writer, &diag), round == 3 ? HO_ERROR_SPACE : HO_OK);
            }
            assert_int_equal(access(in_folder(file), R_OK), 0);
            assert_int_equal(n_entries(), 1);
            if (round >= 2)
                empty_folder();
        }
        ho_matte_destroy(&matte);
    }
}

// What a dead process left is named in the log, not used and not removed; what a living one writes is not mentioned.
static void test_leftovers(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    char dead[64], living[64];
    snprintf(dead, sizeof(dead), ".m.mov.partial-%d", (int)child);
    snprintf(living, sizeof(living), ".m.mov.partial-%d", (int)getppid());
    put_text(in_folder(dead), "left");
    put_text(in_folder(living), "at work");
    ho_log_set_level(HO_LOG_WARNING);
    ho_log_set_sink(catch_log, NULL);
    struct ho_writer_options options = options_of(HO_CODEC_PRORES_HQ);
    struct ho_diag diag = {0};
    assert_ok(write_mattes(in_folder("m.mov"), &options, &diag), &diag);
    ho_log_set_sink(NULL, NULL);
    ho_log_set_level(HO_LOG_ERROR);
    assert_non_null(strstr(logged, dead));
    assert_null(strstr(logged, living));
    assert_text(in_folder(dead), "left");
    assert_int_equal(n_entries(), 3);
    empty_folder();
}

// Killed at any moment: nothing under the path, and the next run is not in its way.
static void test_killed(void **state)
{
    (void)state;
    for (int i = 0; i < N_OUTPUTS; i += 3)
        for (int n = 0; n < N_FRAMES; n += 2) {
            fflush(NULL);
            pid_t child = fork();
            assert_true(child >= 0);
            if (child == 0) {
                struct ho_writer_options options = options_of(outputs[i].codec);
                struct ho_writer *writer;
                struct ho_matte *matte = matte_of(0);
                if (ho_writer_open(in_folder(outputs[i].name), &options, &writer, NULL) == HO_OK)
                    for (int j = 0; j < n; j++)
                        (void)!ho_writer_send_matte(writer, matte, NULL);
                raise(SIGKILL);
            }
            waitpid(child, NULL, 0);
            assert_int_equal(n_entries(), 1);
            struct ho_writer_options options = options_of(outputs[i].codec);
            struct ho_diag diag = {0};
            assert_ok(ho_writer_check(in_folder(outputs[i].name), options.codec, N_FRAMES, false, &diag), &diag);
            assert_ok(write_mattes(in_folder(outputs[i].name), &options, &diag), &diag);
            assert_int_equal(n_entries(), 1 + outputs[i].n_files);
            char command[160];
            snprintf(command, sizeof(command), "rm -rf '%s' && mkdir '%s'", folder, folder);
            assert_int_equal(system(command), 0);
        }
}

// In a folder that may not be written to. Root may write anywhere, so a child becomes nobody first.
static void test_not_permitted(void **state)
{
    (void)state;
    assert_int_equal(chmod(folder, 0555), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct ho_diag diag = {0};
        struct ho_writer *writer;
        struct ho_writer_options options = options_of(HO_CODEC_FFV1);
        if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
            _exit(77);
        enum ho_result checked = ho_writer_check(in_folder("m.mkv"), HO_CODEC_FFV1, -1, false, &diag);
        _exit(checked == HO_ERROR_SPACE && strstr(diag.message, "may write") &&
                      ho_writer_open(in_folder("m.mkv"), &options, &writer, NULL) == HO_ERROR_SPACE
                  ? 0
                  : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

static size_t read_file(const char *path, unsigned char **bytes)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    *bytes = malloc(size);
    assert_int_equal(fread(*bytes, 1, size, file), size);
    fclose(file);
    return size;
}

static void write_pictures(const char *name, enum ho_codec codec, int n_planes, int n_threads)
{
    struct ho_writer_options options = options_of(codec);
    struct ho_writer *writer;
    struct ho_picture *picture;
    struct ho_diag diag = {0};
    options.n_threads = n_threads;
    options.width = 96;    // even: the encoder for pictures
    assert_ok(ho_writer_open(in_folder(name), &options, &writer, &diag), &diag);
    assert_ok(ho_picture_create(96, HEIGHT, n_planes, &picture, &diag), &diag);
    for (int i = 0; i < N_FRAMES; i++) {
        for (int p = 0; p < n_planes; p++)
            for (int y = 0; y < HEIGHT; y++)
                for (int x = 0; x < 96; x++)
                    picture->plane[p][y * picture->stride + x] = (float)((x * (p + 3) + y * 7 + i * 11) % 64) / 64;
        assert_ok(ho_writer_send_picture(writer, picture, &diag), &diag);
    }
    ho_picture_destroy(&picture);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
}

static void assert_same_file(const char *a_name, const char *b_name)
{
    unsigned char *a, *b;
    size_t a_size = read_file(in_folder(a_name), &a), b_size = read_file(in_folder(b_name), &b);
    assert_int_equal(a_size, b_size);
    assert_memory_equal(a, b, a_size);
    free(a);
    free(b);
}

static void test_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    static const char *const names[2][3] = {{"a.mov", "a.mkv", "a.%04d.png"}, {"b.mov", "b.mkv", "b.%04d.png"}};
    for (int i = 0; i < N_OUTPUTS - 2; i++)
        for (int n_planes = 0; n_planes <= 4; n_planes += n_planes ? 1 : 3) {
            int which = outputs[i].codec == HO_CODEC_PNG ? 2 : outputs[i].codec == HO_CODEC_FFV1 ? 1 : 0;
            for (int j = 0; j < 2; j++) {
                struct ho_writer_options options = options_of(outputs[i].codec);
                struct ho_diag diag = {0};
                options.n_threads = j ? 5 : 1;
                if (n_planes)
                    write_pictures(names[j][which], outputs[i].codec, n_planes, options.n_threads);
                else
                    assert_ok(write_mattes(in_folder(names[j][which]), &options, &diag), &diag);
            }
            assert_same_file(which == 2 ? "a.0004.png" : names[0][which], which == 2 ? "b.0004.png" : names[1][which]);
            empty_folder();
        }
}

// ---- failures

// In a process of its own, so that the limit is its alone. Exit code: the result, or 99 when it is not as it should be.
static int write_limited(const char *name, enum ho_codec codec, rlim_t limit)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ho_writer_options options = options_of(codec);
        struct ho_diag diag = {0};
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, RLIM_INFINITY});
        enum ho_result result = write_mattes(in_folder(name), &options, &diag);
        bool is_told = result == HO_OK ||
                       (strstr(diag.message, "/m") && strstr(diag.message, "frame ") && strstr(diag.message, "limit"));
        _exit(is_told ? (int)result : 99);
    }
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        fail_msg("%s with files of at most %lld bytes: killed by signal %d", name, (long long)limit, WTERMSIG(status));
    return WEXITSTATUS(status);
}

// Every write may be the one that fails: whole or absent at any limit.
static void test_disk_full(void **state)
{
    (void)state;
    static const int chosen[] = {3, 5, 6, 7};
    for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
        rlim_t limit = 0;
        int n_failed = 0, result;
        while ((result = write_limited(outputs[chosen[i]].name, outputs[chosen[i]].codec, limit)) != HO_OK) {
            if (result != HO_ERROR_SPACE)
                fail_msg("%s with files of at most %lld bytes gave %d", outputs[chosen[i]].name, (long long)limit,
                         result);
            assert_absent(outputs[chosen[i]].name);
            n_failed++;
            limit += limit / 6 + 60;
            assert_true(limit < 10000000);
        }
        assert_true(n_failed > 3);
        assert_int_equal(n_entries(), outputs[chosen[i]].n_files);
        empty_folder();
    }
}

static int n_open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int n = 0;
    while (dir && readdir(dir))
        n++;
    if (dir)
        closedir(dir);
    return n;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    static const int chosen[] = {3, 5, 6, 7};
    for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
        const char *name = outputs[chosen[i]].name;
        int n_files = n_open_files();
        bool is_over = false;
        for (int64_t n = 1; !is_over; n++) {
            struct ho_writer_options options = options_of(outputs[chosen[i]].codec);
            struct ho_writer *writer = NULL;
            struct ho_diag diag = {0};
            struct ho_matte *matte = matte_of(0);
            ho_memory_fail_at(n);
            enum ho_result result = ho_writer_open(in_folder(name), &options, &writer, &diag);
            for (int j = 0; j < N_FRAMES && result == HO_OK; j++)
                result = ho_writer_send_matte(writer, matte, &diag);
            if (writer) {
                enum ho_result finished = ho_writer_finish(&writer, &diag);
                result = result == HO_OK ? finished : result;
            }
            is_over = ho_memory_count() < n;
            ho_memory_fail_at(0);
            ho_matte_destroy(&matte);
            // A failed allocation may be one that is done without (the list of leftovers), but never one that is
            // hidden.
            if (result == HO_OK) {
                assert_int_equal(n_entries(), outputs[chosen[i]].n_files);
                empty_folder();
            } else if (result != HO_ERROR_MEMORY || !diag.message[0]) {
                fail_msg("%s: allocation %lld gave %s: %s", name, (long long)n, ho_result_name(result), diag.message);
            }
            assert_absent(diag.message);
            assert_true(n < 1000);
        }
        assert_int_equal(n_open_files(), n_files);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codecs),
        cmocka_unit_test(test_writes_every_codec),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_refused_options),
        cmocka_unit_test(test_wrong_frames),
        cmocka_unit_test(test_abort_and_cancel),
        cmocka_unit_test(test_taken_meanwhile),
        cmocka_unit_test(test_replacing_is_taken_back),
        cmocka_unit_test(test_single_picture),
        cmocka_unit_test(test_leftovers),
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_not_permitted),
        cmocka_unit_test(test_same_bits_for_any_number_of_threads),
        cmocka_unit_test(test_disk_full),
        cmocka_unit_test(test_out_of_memory),
        // Last: its decoders leave threads, and ThreadSanitizer takes a forked child's new ones for those.
        cmocka_unit_test(test_zeroed_options),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
