// SPDX-License-Identifier: BSD-2-Clause
// Movies for tests of the reader, made with the ffmpeg program in a temporary folder. Every picture shows its number as
// ten blocks, black and white, with the same blocks inverted below, over a pattern that moves; so that a frame is known
// by what is seen.
#ifndef MEDIA_HELP_H
#define MEDIA_HELP_H

#include "unit/test.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <math.h>

#include "holdout/log.h"
#include "holdout/media.h"

enum { BLOCK = 16, N_BITS = 10, CLIP_WIDTH = BLOCK * N_BITS, CLIP_HEIGHT = 96 };

static char help_dir[64];
static char help_log[65536];    // what was logged since the last help_clear_log()

static void help_sink(void *opaque, enum ho_log_level level, const char *message)
{
    (void)opaque;
    (void)level;
    size_t n = strlen(help_log);
    snprintf(help_log + n, sizeof help_log - n, "%s\n", message);
}

static inline void help_clear_log(void) { help_log[0] = 0; }

// The shell's exit status; the command may hold %s-like fields.
HO_PRINTF(1, 2) static int help_run(const char *format, ...)
{
    char command[8192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return system(command);
}

// The first line that a command prints.
HO_PRINTF(2, 3) static void help_output(char out[256], const char *format, ...)
{
    char command[8192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    out[0] = 0;
    FILE *pipe = popen(command, "r");
    if (pipe && !fgets(out, 256, pipe))
        out[0] = 0;
    if (pipe)
        pclose(pipe);
    out[strcspn(out, "\n")] = 0;
}

static inline bool help_has_encoder(const char *name)
{
    char line[256];
    help_output(line, "ffmpeg -hide_banner -encoders 2>/dev/null | grep ' %s '", name);
    return line[0];
}

// Skips the test where an encoder is missing.
#define help_needs(encoder)                                                     \
    do {                                                                        \
        if (!help_has_encoder(encoder)) {                                       \
            print_message("skipped: this ffmpeg has no encoder %s\n", encoder); \
            skip();                                                             \
        }                                                                       \
    } while (0)

static int help_setup(void **state)
{
    (void)state;
    snprintf(help_dir, sizeof help_dir, "/tmp/holdout-test-XXXXXX");
    if (!mkdtemp(help_dir))
        return -1;
    ho_log_set_level(HO_LOG_INFO);
    ho_log_set_sink(help_sink, NULL);
    return 0;
}

static int help_teardown(void **state)
{
    (void)state;
    return getenv("KEEP") ? 0 : help_run("rm -rf '%s'", help_dir);
}

// `n` numbered frames as raw 4:2:0 pictures in "raw.yuv" of the test's folder.
static inline void help_make_raw(int n)
{
    char name[128];
    snprintf(name, sizeof name, "%s/raw.yuv", help_dir);
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    static uint8_t picture[CLIP_WIDTH * CLIP_HEIGHT * 3 / 2];
    for (int frame = 0; frame < n; frame++) {
        memset(picture, 128, sizeof picture);
        for (int y = 0; y < CLIP_HEIGHT; y++)
            for (int x = 0; x < CLIP_WIDTH; x++) {
                bool bit = frame >> (x / BLOCK) & 1;
                int moving =
                    (int)((unsigned)((x + 2 * frame) / 5 * 2654435761u + (unsigned)((y + frame) / 5) * 40503u) >> 24) /
                        2 +
                    64;
                picture[y * CLIP_WIDTH + x] = (uint8_t)(y < BLOCK       ? (bit ? 235 : 16)
                                                        : y < 2 * BLOCK ? (bit ? 16 : 235)
                                                                        : moving);
            }
        assert_int_equal(fwrite(picture, sizeof picture, 1, file), 1);
    }
    fclose(file);
}

// Encodes raw.yuv: "ffmpeg ... INPUT <arguments> DIR/<name>". False if ffmpeg fails.
static inline bool help_encode_at(const char *rate, const char *arguments, const char *name)
{
    return help_run("cd '%s' && ffmpeg -nostdin -hide_banner -loglevel error -y -f rawvideo -pix_fmt yuv420p -s %dx%d "
                    "-r %s -i raw.yuv %s '%s' >>ffmpeg.log 2>&1",
                    help_dir, CLIP_WIDTH, CLIP_HEIGHT, rate, arguments, name) == 0;
}

static inline bool help_encode(const char *arguments, const char *name)
{
    return help_encode_at("25", arguments, name);
}

static inline const char *help_path(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, 512, "%s/%s", help_dir, name);
    return path;
}

// The whole of a file; free it.
static inline uint8_t *help_load(const char *name, size_t *size)
{
    FILE *file = fopen(help_path(name), "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static inline void help_save(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(help_path(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

// Replaces every occurrence of `from` in a file by `to`, both `length` bytes long.
static inline void help_patch(const char *name, const void *from, const void *to, size_t length)
{
    size_t size;
    uint8_t *bytes = help_load(name, &size), *at = bytes;
    int n = 0;
    while ((at = memmem(at, size - (size_t)(at - bytes), from, length))) {
        memcpy(at, to, length);
        at += length;
        n++;
    }
    assert_true(n > 0);
    help_save(name, bytes, size);
    free(bytes);
}

// Opens a file of the test's folder, or fails.
static inline struct ho_reader *help_open(const char *name, const struct ho_reader_options *options)
{
    struct ho_reader *reader;
    struct ho_diag diag = {0};
    assert_ok(ho_reader_open(help_path(name), options, &reader, &diag), &diag);
    return reader;
}

static inline struct ho_source_info help_probe(const char *name)
{
    struct ho_source_info info;
    struct ho_diag diag = {0};
    assert_ok(ho_source_probe(help_path(name), NULL, &info, &diag), &diag);
    return info;
}

// The number that a picture shows, -1 if it shows none.
static inline int help_number(const struct ho_frame *frame)
{
    struct ho_converter *converter;
    struct ho_picture *luma;
    struct ho_diag diag = {0};
    assert_ok(ho_converter_create(&converter, &diag), &diag);
    assert_ok(ho_picture_create(CLIP_WIDTH, CLIP_HEIGHT, 1, &luma, &diag), &diag);
    assert_ok(ho_converter_read(converter, frame, NULL, luma, &diag), &diag);
    int number = 0;
    for (int i = 0; i < N_BITS; i++) {
        bool bit = luma->plane[0][BLOCK / 2 * luma->stride + i * BLOCK + BLOCK / 2] > 0.5f;
        bool inverse = luma->plane[0][(BLOCK + BLOCK / 2) * luma->stride + i * BLOCK + BLOCK / 2] > 0.5f;
        number = bit == inverse || number < 0 ? -1 : number | bit << i;
    }
    ho_picture_destroy(&luma);
    ho_converter_destroy(&converter);
    return number;
}

#endif
