// SPDX-License-Identifier: BSD-2-Clause
// Writes test movies with ho_writer, for writer_table.py: a disc with hairs that moves, flat greys, ramps; as mattes or
// pictures.
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "holdout/holdout.h"

enum pattern { DISC, FLAT, RAMP };

struct request {
    const char *path;
    struct ho_writer_options options;
    enum pattern pattern;
    double value;    // of FLAT, 0..1
    int n_planes;    // 0: a matte
    int64_t n;
    bool raw;     // to stdout as the codes that the movie will be given, instead of a movie
    bool time;    // says the seconds of the writing alone
};

// Coverage of a disc with hairs, soft over one pixel.
static double disc(int x, int y, int width, int height, int64_t frame)
{
    double r = 0.3 * (width < height ? width : height), cx = width * 0.5 + 0.05 * width * sin((double)frame * 0.21),
           cy = height * 0.5;
    double dx = x + 0.5 - cx, dy = y + 0.5 - cy, d = hypot(dx, dy), angle = atan2(dy, dx);
    double body = r - d + 0.5, hair = 0;
    if (d > r && d < 1.4 * r) {
        double period = 2 * M_PI / 120, off = fabs(remainder(angle + 0.3 * (d - r) / r, period)) * d;
        hair = 1.0 - off;
    }
    double v = body > hair ? body : hair;
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

static double value_at(const struct request *request, int x, int y, int64_t frame)
{
    const struct ho_writer_options *o = &request->options;
    switch (request->pattern) {
    case DISC: return disc(x, y, o->width, o->height, frame);
    case FLAT: return request->value;
    default: return o->width < 2 ? 0 : (double)x / (o->width - 1);
    }
}

static void fill_matte(const struct request *request, int64_t frame, struct ho_matte *matte)
{
    for (int y = 0; y < matte->height; y++)
        for (int x = 0; x < matte->width; x++)
            matte->data[(ptrdiff_t)y * matte->stride + x] = (uint16_t)lrint(65535 * value_at(request, x, y, frame));
}

// Red to the right, green downwards, blue the pattern; alpha the pattern, multiplied in.
static void fill_picture(const struct request *request, int64_t frame, struct ho_picture *picture)
{
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++) {
            float v = (float)value_at(request, x, y, frame), alpha = picture->n_planes == 4 ? v : 1;
            float rgb[3] = {(float)x / (float)picture->width, (float)y / (float)picture->height,
                            picture->n_planes == 4 ? 0.5F : v};
            for (int i = 0; i < picture->n_planes; i++)
                picture->plane[i][(ptrdiff_t)y * picture->stride + x] = i == 3                   ? alpha
                                                                        : picture->n_planes == 1 ? v
                                                                                                 : rgb[i] * alpha;
        }
}

static void write_raw(const struct ho_matte *matte)
{
    size_t n = (size_t)matte->width, n_chroma = (n + 1) / 2;
    uint16_t *row = calloc(n, sizeof(*row)), neutral = 512;
    for (int y = 0; y < matte->height; y++) {
        for (size_t x = 0; x < n; x++)
            row[x] = (uint16_t)(64 + (matte->data[(ptrdiff_t)y * matte->stride + (ptrdiff_t)x] * 876U + 32767) / 65535);
        fwrite(row, sizeof(*row), n, stdout);
    }
    for (size_t i = 0; i < n_chroma; i++)
        row[i] = neutral;
    for (int y = 0; y < 2 * matte->height; y++)
        fwrite(row, sizeof(*row), n_chroma, stdout);
    free(row);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static enum ho_result write_all(const struct request *request, struct ho_diag *diag)
{
    enum { N_DISTINCT = 10 };    // pictures are made once, so that the time is the writer's
    struct ho_matte *matte[N_DISTINCT] = {0};
    struct ho_picture *picture[N_DISTINCT] = {0};
    struct ho_writer *writer = NULL;
    const struct ho_writer_options *o = &request->options;
    enum ho_result result = HO_OK;
    for (int i = 0; i < N_DISTINCT && i < request->n && result == HO_OK; i++) {
        result = request->n_planes ? ho_picture_create(o->width, o->height, request->n_planes, &picture[i], diag)
                                   : ho_matte_create(o->width, o->height, &matte[i], diag);
        if (picture[i])
            fill_picture(request, i, picture[i]);
        if (matte[i])
            fill_matte(request, i, matte[i]);
    }
    double start = now();
    if (result == HO_OK && !request->raw)
        result = ho_writer_open(request->path, o, &writer, diag);
    for (int64_t i = 0; i < request->n && result == HO_OK; i++) {
        if (request->raw)
            write_raw(matte[i % N_DISTINCT]);
        else
            result = request->n_planes ? ho_writer_send_picture(writer, picture[i % N_DISTINCT], diag)
                                       : ho_writer_send_matte(writer, matte[i % N_DISTINCT], diag);
    }
    if (writer && result == HO_OK)
        result = ho_writer_finish(&writer, diag);
    ho_writer_abort(&writer);
    if (request->time)
        printf("%.4f\n", now() - start);
    for (int i = 0; i < N_DISTINCT; i++) {
        ho_matte_destroy(&matte[i]);
        ho_picture_destroy(&picture[i]);
    }
    return result;
}

static bool read_option(struct request *r, int option, const char *text, struct ho_metadata *metadata)
{
    struct ho_writer_options *o = &r->options;
    struct ho_diag diag = {0};
    long long a, b;
    switch (option) {
    case 'o': r->path = text; return true;
    case 'c': return ho_codec_parse(text, &o->codec, &diag) == HO_OK;
    case 's': return sscanf(text, "%dx%d", &o->width, &o->height) == 2;
    case 'n': r->n = o->n_frames = atoll(text); return true;
    case 'u': o->n_frames = -1; return true;
    case 'r':
    case 'a':
        if (sscanf(text, "%lld/%lld", &a, &b) != 2)
            return false;
        *(option == 'r' ? &o->rate : &o->pixel_aspect) = (struct ho_rational){a, b};
        return true;
    case 't': o->has_timecode = true; return ho_timecode_parse(text, o->rate, &o->start, &diag) == HO_OK;
    case 'R': o->reel_name = text; return true;
    case 'C': o->clip_name = text; return true;
    case 'f':
        o->field_order = *text == 't'   ? HO_FIELD_TOP_FIRST
                         : *text == 'b' ? HO_FIELD_BOTTOM_FIRST
                                        : HO_FIELD_PROGRESSIVE;
        return true;
    case 'm':
        return sscanf(text, "%d,%d,%d,%d", &o->colour.matrix, &o->colour.transfer, &o->colour.primaries,
                      &o->colour.full_range) == 4;
    case 'p':
        r->pattern = *text == 'd' ? DISC : *text == 'r' ? RAMP : FLAT;
        r->value = r->pattern == FLAT ? atof(text) : 0;
        return true;
    case 'k': r->n_planes = atoi(text); return true;
    case 'T': o->n_threads = atoi(text); return true;
    case 'A': o->audio_from = text; return true;
    case 'N': o->first_number = atoll(text); return true;
    case 'M':
        metadata[o->n_metadata].key = text;
        metadata[o->n_metadata++].value = strchr(text, '=') + 1;
        *strchr(text, '=') = 0;
        return true;
    case 'w': o->overwrite = true; return true;
    case 'x': r->raw = true; return true;
    case 'v': r->time = true; return true;
    default: return false;
    }
}

int main(int argc, char **argv)
{
    struct ho_metadata metadata[16];
    struct request request = {.n = 10,
                              .options = {.codec = HO_CODEC_PRORES_HQ,
                                          .width = 320,
                                          .height = 240,
                                          .rate = {25, 1},
                                          .pixel_aspect = {1, 1},
                                          .n_frames = 10,
                                          .colour = {1, 1, 1, 0, 1},
                                          .metadata = metadata}};
    struct ho_diag diag = {0};
    for (int option; (option = getopt(argc, argv, "o:c:s:n:ur:a:t:R:C:f:m:p:k:T:A:N:M:wxv")) != -1;)
        if (!read_option(&request, option, optarg, metadata)) {
            fprintf(stderr, "write_mattes: option -%c is not understood\n", option);
            return 2;
        }
    enum ho_result result = write_all(&request, &diag);
    if (result != HO_OK)
        fprintf(stderr, "%s\n", diag.message);
    return ho_result_exit_code(result);
}
