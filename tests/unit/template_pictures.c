// SPDX-License-Identifier: BSD-2-Clause
// Golden pictures of the templates: every pixel of a 1920 x 1080 frame, with a matte whose edge is soft. Each was
// looked at when its hash was stored (KEEP=folder writes them). Other processors and versions convert codes and draw
// letters with other last bits: where what goes in is not what it was then, there is nothing to compare with.
#include "unit/bank_fixture.h"

#include <math.h>
#include <xxhash.h>

#include "holdout/graph.h"
#include "image_help.h"

enum { WIDTH = 1920, HEIGHT = 1080, SOFT = 60 };

static char folder[256], footage[300], matte[300], bank_dir[300], matte_id[HO_ID_SIZE];
static const struct ho_colour colour = {AVCOL_SPC_BT709, AVCOL_TRC_BT709, AVCOL_PRI_BT709, 0, AVCHROMA_LOC_LEFT};

static struct ho_writer_options options_of(void)
{
    return (struct ho_writer_options){.codec = HO_CODEC_FFV1,
                                      .width = WIDTH,
                                      .height = HEIGHT,
                                      .rate = {25, 1},
                                      .pixel_aspect = {1, 1},
                                      .n_frames = 1,
                                      .colour = colour};
}

// Ramps, by codes, so that it is the same everywhere.
static void write_footage(void)
{
    struct ho_diag diag = {0};
    struct ho_writer_options options = options_of();
    struct ho_writer *writer;
    struct ho_frame *frame;
    AVFrame *av = av_create(AV_PIX_FMT_YUV422P10, WIDTH, HEIGHT);
    for (int c = 0; c < 3; c++) {
        int width, height;
        uint16_t *codes = codes_of(av, c, &width, &height);
        for (int i = 0; i < width * height; i++) {
            int x = i % width, y = i / width;
            codes[i] = (uint16_t)(c == 0   ? 150 + x * 300 / WIDTH + y * 250 / HEIGHT + (x / 16 + y / 16) % 2 * 30
                                  : c == 1 ? 400 + x * 200 / width
                                           : 620 - y * 200 / height);
        }
        put_codes(av, c, codes);
        free(codes);
    }
    assert_ok(ho_writer_open(footage, &options, &writer, &diag), &diag);
    assert_ok(ho_frame_create(&av, 0, 0, &colour, false, &frame, &diag), &diag);
    assert_ok(ho_writer_send_frame(writer, frame, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_frame_unref(&frame);
}

static const char text[] = "BRUSSELS", font[] = "DejaVu Sans Bold";

// A disc right of the middle; its edge goes from 1 to 0 over SOFT pixels.
static void fill_matte(struct ho_matte *m)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double t = (350 - hypot(x - 1100, y - 560)) / SOFT + 0.5;
            t = t < 0 ? 0 : t > 1 ? 1 : t;
            m->data[(ptrdiff_t)y * m->stride + x] = (uint16_t)lrint(t * t * (3 - 2 * t) * 65535);
        }
}

static int setup(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_writer_options options = options_of();
    struct ho_writer *writer;
    struct ho_matte *m;
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_frame_entry entry = {.frame = 0, .key = {1, 7}, .confidence = 1, .area = 1};
    fixture_folder(folder, sizeof(folder));
    snprintf(footage, sizeof(footage), "%s/footage.mkv", folder);
    snprintf(matte, sizeof(matte), "%s/matte.mkv", folder);
    snprintf(bank_dir, sizeof(bank_dir), "%s/bank", folder);
    write_footage();
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &m, &diag), &diag);
    fill_matte(m);
    assert_ok(ho_writer_open(matte, &options, &writer, &diag), &diag);
    assert_ok(ho_writer_send_matte(writer, m, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    fixture_store_open(bank_dir, footage, "disc", 1, entry.key, &bank, &store);
    assert_ok(ho_store_put(store, &entry, m, &diag), &diag);
    fixture_store_close(&bank, &store, matte_id);
    ho_matte_destroy(&m);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_remove_tree(folder);
    return 0;
}

// As 10 bit, so that the last bits of a float do not matter between compilers.
static void hash_picture(const struct ho_picture *picture, char out[32])
{
    XXH3_state_t *state = XXH3_createState();
    XXH3_64bits_reset(state);
    for (int p = 0; p < picture->n_planes; p++)
        for (int y = 0; y < picture->height; y++)
            for (int x = 0; x < picture->width; x++) {
                float v = picture->plane[p][(ptrdiff_t)y * picture->stride + x] * 1023.0f +
                          0.37f;    // codes' own levels lie away from where it rounds
                uint16_t code = (uint16_t)(v > 0 ? v < 1023 ? v : 1023 : 0);
                XXH3_64bits_update(state, &code, sizeof(code));
            }
    snprintf(out, 32, "%016llx", (unsigned long long)XXH3_64bits_digest(state));
    XXH3_freeState(state);
}

static void keep(const struct ho_picture *picture, const char *name)
{
    char path[400];
    struct ho_diag diag = {0};
    struct ho_writer_options options = options_of();
    struct ho_writer *writer;
    snprintf(path, sizeof(path), "%s/%s.%%04d.png", getenv("KEEP"), name);
    options.codec = HO_CODEC_PNG;
    options.overwrite = true;
    assert_ok(ho_writer_open(path, &options, &writer, &diag), &diag);
    assert_ok(ho_writer_send_picture(writer, picture, &diag), &diag);
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
}

static void picture_of(const char *graph_text, const char *template, const char *const (*values)[3], const char *name,
                       char hash[32])
{
    struct ho_diag diag = {0};
    struct ho_evaluator_options options = {.bank_dir = bank_dir};
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    assert_ok(template ? ho_graph_template(template, &graph, &diag) : ho_graph_parse(graph_text, name, &graph, &diag),
              &diag);
    for (; (*values)[0]; values++)
        assert_ok(ho_graph_set_text(graph, (*values)[0], (*values)[1], (*values)[2], &diag), &diag);
    assert_ok(ho_evaluator_create(graph, &options, &evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, NULL, 0, false, &frame, &diag), &diag);
    assert_true(frame.picture->width == WIDTH && frame.picture->height == HEIGHT);
    hash_picture(frame.picture, hash);
    if (getenv("KEEP"))
        keep(frame.picture, name);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

// True where a picture that goes in is what it was when the hashes were stored.
static bool is_as_then(const char *node, const char *const (*values)[3], const char *name, const char *hash)
{
    char graph[512], is[32];
    snprintf(graph, sizeof(graph),
             "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"in\", \"type\": \"%s\"}, {\"id\": \"out\", \"type\": "
             "\"media_out\"}], \"links\": [\"in.image -> out.image\"]}",
             node);
    picture_of(graph, NULL, values, name, is);
    if (strcmp(is, hash) != 0)
        print_message("skipped: here \"%s\" is %s, another one than that of the golden picture\n", name, is);
    return strcmp(is, hash) == 0;
}

static void assert_golden(const char *template, const char *const (*values)[3], const char *hash)
{
    char is[32];
    if (!is_as_then("media_in", (const char *const[][3]){{"in", "file", footage}, {NULL}}, "footage",
                    "c0c8f50a9f74709f") ||
        !is_as_then("media_in", (const char *const[][3]){{"in", "file", matte}, {NULL}}, "matte", "d87a4db6c9203434"))
        skip();
    picture_of(NULL, template, values, template, is);
    if (strcmp(is, hash) != 0)
        fail_msg("the picture of \"%s\" is %s, not %s", template, is, hash);
}

static void save_is_as_it_was(void **state)
{
    (void)state;
    assert_golden("save",
                  (const char *const[][3]){
                      {"source", "file", footage}, {"mask", "matte", matte_id}, {"mask", "gamma", "1.5"}, {NULL}},
                  "d0793c0fe09daeb4");
}

static void isolate_is_as_it_was(void **state)
{
    (void)state;
    assert_golden(
        "isolate",
        (const char *const[][3]){
            {"source", "file", footage}, {"matte", "file", matte}, {"corrector", "gain", "1.1,1,0.9,1"}, {NULL}},
        "4088aa7ed3d62c38");
}

static void patch_is_as_it_was(void **state)
{
    (void)state;
    if (!is_as_then("text_plus",
                    (const char *const[][3]){{"in", "text", text}, {"in", "font", font}, {"in", "size", "0.3"}, {NULL}},
                    "letters", "92a112d1e041cbea"))
        skip();
    assert_golden("patch",
                  (const char *const[][3]){{"footage", "file", footage},
                                           {"matte", "file", matte},
                                           {"title", "text", text},
                                           {"title", "font", font},
                                           {NULL}},
                  "2f645a366d8980da");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(save_is_as_it_was), cmocka_unit_test(isolate_is_as_it_was),
                                       cmocka_unit_test(patch_is_as_it_was)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
