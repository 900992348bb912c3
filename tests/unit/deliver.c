// SPDX-License-Identifier: BSD-2-Clause
// From a bank made by hand to movies, judged by the reader.
#include "unit/bank_fixture.h"

#include <math.h>
#include <unistd.h>

#include "deliver/view.h"
#include "holdout/compare.h"
#include "holdout/deliver.h"

#define N_FRAMES 12
#define WIDTH 161    // odd, so that anything chroma-aligned shows
#define HEIGHT 91

static char folder[] = "/tmp/holdout-deliver-XXXXXX", bank_dir[64], id[HO_ID_SIZE];
static struct ho_source_info source;

static bool has_matte(int64_t frame) { return frame < 9; }
static bool is_in(int64_t frame, int x, int y)
{
    return x >= 20 + 3 * (int)frame && x < 70 + 3 * (int)frame && y >= 20 && y < 70;
}

static void draw(struct ho_matte *matte, int64_t frame)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            matte->data[y * matte->stride + x] = has_matte(frame) && is_in(frame, x, y) ? UINT16_MAX : 0;
}

static void make_source(void)
{
    char command[512];
    snprintf(command, sizeof(command),
             "ffmpeg -v error -y -f lavfi -i testsrc2=size=200x100:rate=25,format=yuv444p10le,crop=%d:%d:10:4:exact=1 "
             "-frames:v %d -timecode 01:00:00:00 -c:v ffv1 -pix_fmt yuv444p10le %s/source.mov",
             WIDTH, HEIGHT, N_FRAMES, folder);
    if (system(command) != 0)
        fail_msg("ffmpeg could not make the source");
    char path[128];
    struct ho_diag diag = {0};
    snprintf(path, sizeof(path), "%s/source.mov", folder);
    assert_ok(ho_source_probe(path, &(struct ho_reader_options){0}, &source, &diag), &diag);
    assert_int_equal(source.n_frames, N_FRAMES);
}

static void make_bank(void)
{
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *matte;
    struct ho_key key = {1, 7};
    assert_ok(ho_bank_open(bank_dir, &bank, &diag), &diag);
    assert_ok(ho_store_create(bank, &source, "box", 0, &store, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    for (int64_t frame = 0; has_matte(frame); frame++) {
        draw(matte, frame);
        struct ho_frame_entry entry = {.frame = frame, .key = key, .confidence = 1, .area = ho_matte_area(matte)};
        assert_ok(ho_store_put(store, &entry, matte, &diag), &diag);
    }
    fixture_step(store, "a box", 0, N_FRAMES - 1, key);
    fixture_store_close(&bank, &store, id);
    ho_matte_destroy(&matte);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(bank_dir, sizeof(bank_dir), "%s/bank", folder);
    make_source();
    make_bank();
    return 0;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command);
}

static struct ho_deliver_request request_for(const char *output, enum ho_codec codec)
{
    struct ho_deliver_request request = {.bank_dir = bank_dir, .id = id, .output = output, .codec = codec};
    return request;
}

// Calls `check` with every frame of a movie, converted to `n_planes`.
static void check_movie(const char *path, int n_planes, void (*check)(int64_t frame, const struct ho_picture *picture))
{
    struct ho_diag diag = {0};
    struct ho_reader *reader;
    struct ho_converter *converter;
    struct ho_picture *picture;
    assert_ok(ho_reader_open(path, &(struct ho_reader_options){0}, &reader, &diag), &diag);
    const struct ho_source_info *info = ho_reader_info(reader);
    assert_int_equal(info->n_frames, N_FRAMES);
    assert_int_equal(info->width, WIDTH);
    assert_int_equal(info->height, HEIGHT);
    assert_ok(ho_converter_create(&converter, &diag), &diag);
    assert_ok(ho_picture_create(WIDTH, HEIGHT, n_planes, &picture, &diag), &diag);
    assert_ok(ho_reader_start(reader, 0, N_FRAMES - 1, &diag), &diag);
    for (int64_t i = 0; i < N_FRAMES; i++) {
        struct ho_frame *frame;
        assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
        assert_ok(ho_converter_read(converter, frame, NULL, picture, &diag), &diag);
        check(i, picture);
        ho_frame_unref(&frame);
    }
    ho_picture_destroy(&picture);
    ho_converter_destroy(&converter);
    ho_reader_close(&reader);
}

static float at(const struct ho_picture *picture, int plane, int x, int y)
{
    return picture->plane[plane][y * picture->stride + x];
}

// Flat parts come back exactly; frames without a matte are black, not dropped.
static void check_matte(int64_t frame, const struct ho_picture *luma)
{
    int x = 45 + 3 * (int)frame;
    assert_true(fabsf(at(luma, 0, x, 45) - (has_matte(frame) ? 1 : 0)) < 0.0005f);
    assert_true(fabsf(at(luma, 0, 2, 2)) < 0.0005f);
    assert_true(fabsf(at(luma, 0, WIDTH - 1, HEIGHT - 1)) < 0.0005f);
}

static void plain_matte(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static struct ho_deliver_report report;
    char name[128];
    snprintf(name, sizeof(name), "%s/%%{clip name}_%%{object}_v%%{version}.mov", folder);
    struct ho_deliver_request request = request_for(name, HO_CODEC_PRORES_HQ);
    assert_ok(ho_deliver_matte(&request, &report, &diag), &diag);
    assert_string_equal(report.path + strlen(folder), "/source_box_v001.mov");
    assert_int_equal(report.n_frames, N_FRAMES);
    assert_int_equal(report.n_empty, 3);
    assert_string_equal(report.timecode, "01:00:00:00");
    check_movie(report.path, 1, check_matte);
}

static void check_grown(int64_t frame, const struct ho_picture *luma)
{
    int left = 20 + 3 * (int)frame;
    assert_true(fabsf(at(luma, 0, left - 3, 45) - (has_matte(frame) ? 1 : 0)) < 0.01f);
    assert_true(at(luma, 0, left - 7, 45) < 0.01f);
}

static void finesse_is_applied(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static struct ho_deliver_report report;
    char name[128];
    snprintf(name, sizeof(name), "%s/grown.mkv", folder);
    struct ho_deliver_request request = request_for(name, HO_CODEC_FFV1);
    request.finesse.grow = 5;
    assert_ok(ho_deliver_matte(&request, &report, &diag), &diag);
    check_movie(name, 1, check_grown);
    // Smoothing a box that moves steadily leaves its middle alone, and every frame in its place.
    snprintf(name, sizeof(name), "%s/smooth.mkv", folder);
    request.finesse.grow = 0;
    request.finesse.smooth = 1;
    assert_ok(ho_deliver_matte(&request, &report, &diag), &diag);
    assert_int_equal(report.n_frames, N_FRAMES);
    check_movie(name, 1, check_matte);
}

static struct ho_picture *frames[N_FRAMES];    // the source's

static void keep_frame(int64_t frame, const struct ho_picture *picture)
{
    struct ho_diag diag = {0};
    assert_ok(ho_picture_create(WIDTH, HEIGHT, 3, &frames[frame], &diag), &diag);
    for (int i = 0; i < 3; i++)
        memcpy(frames[frame]->plane[i], picture->plane[i], sizeof(float) * (size_t)picture->stride * HEIGHT);
}

static void check_overlay(int64_t frame, const struct ho_picture *picture)
{
    for (int y = 1; y < HEIGHT; y += 7) {
        for (int x = 1; x < WIDTH; x += 5) {
            bool in = has_matte(frame) && is_in(frame, x, y);
            float red = at(frames[frame], 0, x, y), green = at(frames[frame], 1, x, y);
            assert_true(fabsf(at(picture, 0, x, y) - (in ? red + 0.55f * (1 - red) : red)) < 0.01f);
            assert_true(fabsf(at(picture, 1, x, y) - (in ? green * 0.45f : green)) < 0.01f);
        }
    }
}

static void check_highlight(int64_t frame, const struct ho_picture *picture)
{
    for (int y = 1; y < HEIGHT; y += 7) {
        for (int x = 1; x < WIDTH; x += 5) {
            bool in = has_matte(frame) && is_in(frame, x, y);
            for (int i = 0; i < 3; i++)
                assert_true(fabsf(at(picture, i, x, y) - (in ? at(frames[frame], i, x, y) : 0.5f)) < 0.01f);
        }
    }
}

static void views(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static struct ho_deliver_report report;
    char name[128];
    check_movie(source.path, 3, keep_frame);
    snprintf(name, sizeof(name), "%s/overlay.mkv", folder);
    struct ho_deliver_request request = request_for(name, HO_CODEC_FFV1);
    request.view = HO_VIEW_OVERLAY;
    assert_ok(ho_deliver_matte(&request, &report, &diag), &diag);
    check_movie(name, 3, check_overlay);
    snprintf(name, sizeof(name), "%s/highlight.mkv", folder);
    request.view = HO_VIEW_HIGHLIGHT;
    request.n_threads = 1;
    assert_ok(ho_deliver_matte(&request, &report, &diag), &diag);
    check_movie(name, 3, check_highlight);
    for (int i = 0; i < N_FRAMES; i++)
        ho_picture_destroy(&frames[i]);
}

static void check_cutout(int64_t frame, const struct ho_picture *picture)
{
    bool in = has_matte(frame);
    assert_true(fabsf(at(picture, 3, 45 + 3 * (int)frame, 45) - (in ? 1 : 0)) < 0.01f);
    assert_true(at(picture, 3, 2, 2) < 0.01f);
}

static void cutout_has_alpha(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static struct ho_deliver_report report;
    char name[128];
    snprintf(name, sizeof(name), "%s/cutout.mov", folder);
    struct ho_deliver_request request = request_for(name, HO_CODEC_PRORES_HQ);
    request.view = HO_VIEW_CUTOUT;
    assert_int_equal(ho_deliver_matte(&request, &report, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "alpha"));
    request.codec = HO_CODEC_PRORES_4444;
    diag = (struct ho_diag){0};
    assert_ok(ho_deliver_matte(&request, &report, &diag), &diag);
    check_movie(name, 4, check_cutout);
}

static void sequences(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static struct ho_deliver_report report;
    char name[128], file[128];
    snprintf(name, sizeof(name), "%s/m.%%04d.png", folder);
    struct ho_deliver_request request = request_for(name, HO_CODEC_PNG);
    request.has_first_number = true;
    request.first_number = 1001;
    assert_ok(ho_deliver_matte(&request, &report, &diag), &diag);
    snprintf(file, sizeof(file), "%s/m.1001.png", folder);
    assert_int_equal(access(file, F_OK), 0);
    snprintf(file, sizeof(file), "%s/m.1012.png", folder);
    assert_int_equal(access(file, F_OK), 0);
    check_movie(name, 1, check_matte);
    assert_int_equal(ho_deliver_matte(&request, &report, &diag), HO_ERROR_SPACE);
}

static int n_files(void)
{
    char command[160];
    snprintf(command, sizeof(command), "ls -A %s | wc -l", folder);
    FILE *pipe = popen(command, "r");
    int n = -1;
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%d", &n), 1);
    pclose(pipe);
    return n;
}

static struct ho_cancel cancel;
static void cancel_at_5(void *opaque, const struct ho_deliver_progress *progress)
{
    (void)opaque;
    if (progress->n_done == 5)
        ho_cancel_request(&cancel);
}

static void cancelled_leaves_nothing(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static struct ho_deliver_report report;
    char name[128];
    snprintf(name, sizeof(name), "%s/cancelled.mov", folder);
    for (int view = HO_VIEW_MATTE; view <= HO_VIEW_OVERLAY; view++) {
        int before = n_files();
        ho_cancel_reset(&cancel);
        struct ho_deliver_request request = request_for(name, HO_CODEC_PRORES_HQ);
        request.view = (enum ho_view)view;
        request.cancel = &cancel;
        request.progress = cancel_at_5;
        assert_int_equal(ho_deliver_matte(&request, &report, &diag), HO_CANCELLED);
        assert_int_equal(n_files(), before);
    }
}

static void missing_and_wrong_sources(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static struct ho_deliver_report report;
    char name[128], command[512], other[128];
    snprintf(name, sizeof(name), "%s/wrong.mkv", folder);
    snprintf(other, sizeof(other), "%s/other.mov", folder);
    snprintf(command, sizeof(command),
             "ffmpeg -v error -y -f lavfi -i testsrc=size=200x100:rate=25,format=yuv444p10le,crop=%d:%d:10:4:exact=1 "
             "-frames:v %d -c:v ffv1 %s",
             WIDTH, HEIGHT, N_FRAMES, other);
    assert_int_equal(system(command), 0);
    struct ho_deliver_request request = request_for(name, HO_CODEC_FFV1);
    request.view = HO_VIEW_OVERLAY;
    request.source = other;
    assert_int_equal(ho_deliver_matte(&request, &report, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "not the source"));
    diag = (struct ho_diag){0};
    request.source = "/nowhere/at/all.mov";
    assert_int_equal(ho_deliver_matte(&request, &report, &diag), HO_ERROR_INPUT);
    diag = (struct ho_diag){0};
    request.id = "ffffffff";
    assert_int_not_equal(ho_deliver_matte(&request, &report, &diag), HO_OK);
    assert_true(diag.message[0]);
    assert_int_not_equal(access(name, F_OK), 0);
}

static void comparing_movies(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static struct ho_deliver_report delivered;
    char truth[128], matte[128];
    snprintf(truth, sizeof(truth), "%s/truth.mkv", folder);
    snprintf(matte, sizeof(matte), "%s/shrunk.mkv", folder);
    struct ho_deliver_request request = request_for(truth, HO_CODEC_FFV1);
    assert_ok(ho_deliver_matte(&request, &delivered, &diag), &diag);
    request.output = matte;
    request.finesse.grow = -5;
    assert_ok(ho_deliver_matte(&request, &delivered, &diag), &diag);
    struct ho_compare_report report;
    struct ho_compare_request compare = {.truth = truth, .matte = truth};
    assert_ok(ho_compare(&compare, &report, &diag), &diag);
    assert_false(report.soft);
    assert_int_equal(report.n_counted, N_FRAMES - 2);
    assert_float_equal(report.overall, 1, 1e-9);
    ho_compare_report_clear(&report);
    compare.matte = matte;
    assert_ok(ho_compare(&compare, &report, &diag), &diag);
    // 40x40 inside 50x50 on frames 1 to 8; frames 9 and 10 are empty on both sides.
    assert_float_equal(report.region, (8 * 0.64 + 2) / 10, 1e-3);
    ho_compare_report_clear(&report);
    compare.matte = source.path;
    compare.has_matte_id = true;
    compare.matte_id = 3;
    assert_int_equal(ho_compare(&compare, &report, &diag), HO_ERROR_INPUT);
}

// What only says what cannot be guessed.
static void zeroed_requests_are_whole(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    static struct ho_deliver_report report;
    char matte[128], sheet[128];
    struct ho_source_info info;
    snprintf(matte, sizeof(matte), "%s/zeroed.mov", folder);
    snprintf(sheet, sizeof(sheet), "%s/zeroed.png", folder);
    struct ho_deliver_request deliver = {.bank_dir = bank_dir, .id = id, .output = matte};
    assert_ok(ho_deliver_matte(&deliver, &report, &diag), &diag);
    assert_int_equal(report.n_frames, N_FRAMES);
    assert_ok(ho_source_probe(matte, NULL, &info, &diag), &diag);
    assert_string_equal(info.profile, "HQ");
    struct ho_compare_report compared;
    struct ho_compare_request compare = {.truth = matte, .matte = matte};
    assert_ok(ho_compare(&compare, &compared, &diag), &diag);
    assert_int_equal(compared.n_frames, N_FRAMES);
    assert_float_equal(compared.overall, 1, 1e-9);
    ho_compare_report_clear(&compared);
    struct ho_sheet_request draw = {.source = matte, .output = sheet};
    assert_ok(ho_sheet_write(&draw, &diag), &diag);
    assert_ok(ho_source_probe(sheet, NULL, &info, &diag), &diag);
    assert_true(info.width > 8 * 320 && info.width < 9 * 320);
}

static void contact_sheet(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    char matte[128], name[128];
    static struct ho_deliver_report report;
    snprintf(matte, sizeof(matte), "%s/sheet_matte.mov", folder);
    snprintf(name, sizeof(name), "%s/sheet.png", folder);
    struct ho_deliver_request deliver_request = request_for(matte, HO_CODEC_PRORES_422);
    assert_ok(ho_deliver_matte(&deliver_request, &report, &diag), &diag);
    struct ho_sheet_request request = {
        .source = source.path, .matte = matte, .n_frames = 5, .tile_width = 160, .output = name};
    assert_ok(ho_sheet_write(&request, &diag), &diag);
    struct ho_source_info info;
    assert_ok(ho_source_probe(name, &(struct ho_reader_options){0}, &info, &diag), &diag);
    assert_true(info.width > 5 * 160 && info.width < 7 * 160);
    assert_true(info.height > 3 * 90 && info.height < 5 * 90);
    assert_int_equal(ho_sheet_write(&request, &diag), HO_ERROR_SPACE);
    diag = (struct ho_diag){0};
    request.overwrite = true;
    request.frames = (const int64_t[]){0, N_FRAMES};
    request.n_frames = 2;
    assert_int_equal(ho_sheet_write(&request, &diag), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    request.n_frames = 65;
    assert_int_equal(ho_sheet_write(&request, &diag), HO_ERROR_USAGE);
}

int main(void)
{
    if (system("command -v ffmpeg > /dev/null") != 0) {
        puts("skipped: the ffmpeg program is not here to make a source");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_matte),
        cmocka_unit_test(finesse_is_applied),
        cmocka_unit_test(views),
        cmocka_unit_test(cutout_has_alpha),
        cmocka_unit_test(sequences),
        cmocka_unit_test(cancelled_leaves_nothing),
        cmocka_unit_test(missing_and_wrong_sources),
        cmocka_unit_test(comparing_movies),
        cmocka_unit_test(zeroed_requests_are_whole),
        cmocka_unit_test(contact_sheet),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
