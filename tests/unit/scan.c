// SPDX-License-Identifier: BSD-2-Clause
// The frame index and the hash: what they depend on and what they don't, and how a scan is remembered.
#include "media_help.h"

#include <dirent.h>
#include <fcntl.h>

#include "media/index.h"

enum { N = 60 };

static void remux(const char *from, const char *arguments, const char *to)
{
    assert_int_equal(
        help_run("cd '%s' && ffmpeg -nostdin -loglevel error -y -i %s -map 0:v -c copy %s %s >>ffmpeg.log 2>&1",
                 help_dir, from, arguments, to),
        0);
}

static void test_hash(void **state)
{
    (void)state;
    help_needs("libx264");
    assert_true(help_encode("-f lavfi -i sine=d=2 -map 0:v -map 1:a -c:v libx264 -bf 2 -g 20 -c:a aac", "a.mp4"));
    struct ho_source_info a = help_probe("a.mp4");
    assert_int_equal(strlen(a.hash), 32);
    assert_int_equal(strspn(a.hash, "0123456789abcdef"), 32);
    assert_int_equal(help_run("cd '%s' && mkdir other && cp a.mp4 'other/renamed clip.mp4' && touch -d '2001-01-01' "
                              "'other/renamed clip.mp4'",
                              help_dir),
                     0);
    assert_string_equal(help_probe("other/renamed clip.mp4").hash, a.hash);
    remux("a.mp4", "-metadata title=x",
          "b.mov");    // another container, without sound, with other tags: the same pictures
    assert_string_equal(help_probe("b.mov").hash, a.hash);
    remux("a.mp4", "", "c.mkv");
    assert_string_equal(help_probe("c.mkv").hash, a.hash);
    remux("a.mp4", "-t 1", "d.mp4");    // fewer frames
    assert_string_not_equal(help_probe("d.mp4").hash, a.hash);
    remux("a.mp4", "-metadata:s:v rotate=180", "e.mp4");    // stands otherwise: its mattes would not fit
    assert_string_not_equal(help_probe("e.mp4").hash, a.hash);
    assert_true(help_encode("-c:v libx264 -bf 2 -g 20 -crf 24", "f.mp4"));
    assert_string_not_equal(help_probe("f.mp4").hash, a.hash);
    size_t size;
    uint8_t *bytes = help_load("c.mkv", &size);
    bytes[size / 2] ^= 1;
    help_save("g.mkv", bytes, size);
    free(bytes);
    assert_string_not_equal(help_probe("g.mkv").hash, a.hash);
}

// The one file of a folder, its name in `name`; false if there isn't exactly one.
static bool only_file(const char *folder, char name[192])
{
    DIR *dir = opendir(help_path(folder));
    int n = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (entry->d_name[0] != '.') {
            snprintf(name, 192, "%s/%.100s", folder, entry->d_name);
            n++;
        }
    if (dir)
        closedir(dir);
    return n == 1;
}

static void test_remembered(void **state)
{
    (void)state;
    help_needs("libx264");
    assert_true(help_encode("-c:v libx264 -bf 2 -g 20", "m.mp4"));
    char dir[256], name[192];
    snprintf(dir, sizeof dir, "%s", help_path("index"));
    struct ho_reader_options options = {.index_dir = dir};
    struct ho_reader *reader = help_open("m.mp4", &options);
    struct ho_source_info first = *ho_reader_info(reader);
    ho_reader_close(&reader);
    assert_true(only_file("index", name));    // no temporary file is left beside it

    // That it is used shows when it says something else than the movie: a hash of all 7, under a right checksum.
    size_t size;
    uint8_t *bytes = help_load(name, &size);
    struct ho_index index;
    struct ho_diag diag = {0};
    assert_ok(ho_index_parse(bytes, size, &index, &diag), &diag);
    assert_int_equal(index.n_frames, N);
    assert_string_equal(index.hash, first.hash);
    memset(index.hash, '7', 32);
    uint8_t *changed;
    size_t changed_size;
    assert_ok(ho_index_write(&index, &changed, &changed_size, &diag), &diag);
    assert_int_equal(changed_size, size);
    help_save(name, changed, changed_size);
    reader = help_open("m.mp4", &options);
    assert_string_equal(ho_reader_info(reader)->hash, index.hash);
    struct ho_frame *frame;
    assert_ok(ho_reader_frame(reader, 33, &frame, &diag), &diag);
    assert_int_equal(help_number(frame), 33);
    ho_frame_unref(&frame);
    ho_reader_close(&reader);

    // Damaged anywhere, cut anywhere: scanned again, and said.
    for (size_t at = 0; at < size; at += 97) {
        bytes[at] ^= 0x40;
        help_save(name, bytes, size);
        bytes[at] ^= 0x40;
        reader = help_open("m.mp4", &options);
        assert_string_equal(ho_reader_info(reader)->hash, first.hash);
        ho_reader_close(&reader);
        help_save(name, bytes, at);
        reader = help_open("m.mp4", &options);
        assert_string_equal(ho_reader_info(reader)->hash, first.hash);
        ho_reader_close(&reader);
    }
    assert_non_null(strstr(help_log, "scanned again"));

    // A source that changed is another one.
    assert_true(help_encode("-c:v libx264 -bf 2 -g 20 -crf 20", "m.mp4"));
    reader = help_open("m.mp4", &options);
    assert_string_not_equal(ho_reader_info(reader)->hash, first.hash);
    ho_reader_close(&reader);
    ho_index_free(&index);
    free(bytes);
    free(changed);
}

// A folder that cannot be written costs a warning, nothing else.
// Edited in place, with its size and its time as they were: known by when it was changed.
static void test_edited_in_place(void **state)
{
    (void)state;
    assert_true(help_encode("-c:v ffv1", "edited.mkv"));
    char dir[256], path[256];
    snprintf(dir, sizeof dir, "%s", help_path("edited-index"));
    snprintf(path, sizeof path, "%s", help_path("edited.mkv"));
    struct ho_reader_options options = {.index_dir = dir};
    struct ho_reader *reader = help_open("edited.mkv", &options);
    struct ho_source_info before = *ho_reader_info(reader);
    ho_reader_close(&reader);
    struct stat status;
    size_t size;
    uint8_t *bytes = help_load("edited.mkv", &size);
    bytes[size / 2] ^= 1;
    assert_int_equal(stat(path, &status), 0);
    FILE *file = fopen(path, "r+b");
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    free(bytes);
    assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[]){status.st_atim, status.st_mtim}, 0), 0);
    reader = help_open("edited.mkv", &options);
    assert_string_not_equal(ho_reader_info(reader)->hash, before.hash);
    ho_reader_close(&reader);
}

static void test_unwritable(void **state)
{
    (void)state;
    help_needs("libx264");
    assert_true(help_encode("-c:v libx264", "u.mp4"));
    help_save("file", "x", 1);
    char dir[256];
    snprintf(dir, sizeof dir, "%s", help_path("file"));
    struct ho_reader_options options = {.index_dir = dir};
    help_clear_log();
    struct ho_reader *reader = help_open("u.mp4", &options);
    assert_non_null(strstr(help_log, "cannot be remembered"));
    ho_reader_close(&reader);
}

// An index put together by hand: packets with these times, keys where told.
static void build(struct ho_index *index, const int64_t *pts, const char *keys, uint32_t n)
{
    struct ho_diag diag = {0};
    memset(index, 0, sizeof *index);
    index->time_base = (AVRational){1, 25};
    for (uint32_t i = 0; i < n; i++) {
        struct ho_packet_entry entry = {.pts = pts[i],
                                        .dts = i,
                                        .size = 100,
                                        .flags = keys[i] == 'K'   ? HO_PACKET_KEY
                                                 : keys[i] == 'D' ? HO_PACKET_DISCARD
                                                 : keys[i] == 'd' ? HO_PACKET_DISCARD | HO_PACKET_KEY
                                                 : keys[i] == '2' ? HO_PACKET_SECOND_FIELD
                                                 : keys[i] == '-' ? HO_PACKET_EMPTY
                                                                  : 0};
        assert_ok(ho_index_add(index, &entry, &diag), &diag);
    }
}

static void test_order(void **state)
{
    (void)state;
    struct ho_index index;
    struct ho_diag diag = {0};
    // Two open GOPs: the second key picture is shown after two that are decoded later.
    static const int64_t pts[] = {0, 3, 1, 2, 6, 4, 5, 9, 7, 8};
    build(&index, pts, "K...K.....", 10);
    assert_ok(ho_index_sort(&index, true, &diag), &diag);
    assert_int_equal(index.n_frames, 10);
    static const uint32_t frames[] = {0, 2, 3, 1, 5, 6, 4, 8, 9, 7};
    assert_memory_equal(index.frames, frames, sizeof frames);
    assert_int_equal(index.n_reorder, 1);
    assert_int_equal(index.n_anchors, 2);
    assert_int_equal(index.anchors[1].frame, 6);
    assert_int_equal(index.anchors[1].packet, 4);
    assert_int_equal(ho_index_anchor(&index, 5), 0);    // a leading picture is decoded from the GOP before
    assert_int_equal(ho_index_anchor(&index, 6), 1);
    assert_int_equal(ho_index_anchor(&index, 9), 1);
    ho_index_find_rate(&index, (AVRational){25, 1}, (AVRational){0, 1});
    assert_int_equal(index.rate.num, 25);
    assert_false(index.variable_rate);
    // The first two leave, as they do when their references are missing.
    assert_ok(ho_index_drop_first(&index, 2, &diag), &diag);
    assert_int_equal(index.n_frames, 8);
    assert_int_equal(index.order[0], HO_NO_FRAME);
    assert_int_equal(index.order[1], 1);
    assert_int_equal(ho_index_anchor(&index, 4), 1);
    ho_index_free(&index);

    // What is not shown: before an edit, the other half of a frame, nothing at all. A hidden key still starts the
    // frames after it.
    static const int64_t hidden[] = {0, 1, 2, 3, 4, 5, 6, 7};
    build(&index, hidden, "dDK2-.d.", 8);
    assert_ok(ho_index_sort(&index, true, &diag), &diag);
    assert_int_equal(index.n_frames, 3);
    assert_int_equal(index.frames[0], 2);
    assert_int_equal(index.frames[1], 5);
    assert_int_equal(index.frames[2], 7);
    assert_int_equal(index.anchors[ho_index_anchor(&index, 1)].packet, 2);
    assert_int_equal(index.anchors[ho_index_anchor(&index, 2)].packet, 6);
    ho_index_free(&index);

    // Doubled, missing or jumping times tell nothing where a codec reorders, and are not needed where it doesn't.
    static const int64_t doubled[] = {0, 2, 1, 1}, missing[] = {0, HO_NO_TIME, 1, 2};
    build(&index, doubled, "K...", 4);
    assert_int_equal(ho_index_sort(&index, true, &diag), HO_END);
    assert_ok(ho_index_sort(&index, false, &diag), &diag);
    assert_int_equal(index.frames[3], 3);
    ho_index_free(&index);
    build(&index, missing, "K...", 4);
    assert_int_equal(ho_index_sort(&index, true, &diag), HO_END);
    ho_index_free(&index);
    // Two repeats, of the frames that are shown second and last.
    build(&index, pts, "K...K.....", 10);
    assert_ok(ho_index_sort(&index, true, &diag), &diag);
    static const uint32_t repeated[] = {0, 2, 10, 3, 1, 5, 6, 4, 8, 9, 7, 11};
    for (int i = 0; i < 2; i++) {
        struct ho_packet_entry entry = {.pts = HO_NO_TIME, .flags = HO_PACKET_EMPTY | HO_PACKET_REPEAT};
        assert_ok(ho_index_add(&index, &entry, &diag), &diag);
    }
    uint32_t *taken = malloc(sizeof repeated);
    memcpy(taken, repeated, sizeof repeated);
    assert_ok(ho_index_set_frames(&index, taken, 12, &diag), &diag);
    assert_int_equal(index.n_frames, 12);
    assert_int_equal(index.n_reorder, 1);
    assert_int_equal(index.anchors[1].frame, 7);
    for (int i = 0; i < 12; i++)
        assert_int_equal(ho_index_shown(&index, i), i == 2 || i == 11 ? i - 1 : i);
    ho_index_free(&index);
    int64_t jumping[400];
    char keys[400];
    for (int i = 0; i < 400; i++) {
        jumping[i] = (i + 200) % 400;
        keys[i] = i % 20 ? '.' : 'K';
    }
    build(&index, jumping, keys, 400);
    assert_int_equal(ho_index_sort(&index, true, &diag), HO_END);
    ho_index_free(&index);
}

static void check_rate(const int64_t *times, uint32_t n, AVRational time_base, AVRational stated, int64_t num,
                       int64_t den, bool variable)
{
    struct ho_index index;
    struct ho_diag diag = {0};
    char *keys = malloc(n);
    memset(keys, 'K', n);
    build(&index, times, keys, n);
    free(keys);
    index.time_base = time_base;
    assert_ok(ho_index_sort(&index, true, &diag), &diag);
    ho_index_find_rate(&index, stated, stated);
    assert_int_equal(index.variable_rate, variable);
    if (num) {
        assert_int_equal(index.rate.num, num);
        assert_int_equal(index.rate.den, den);
    }
    ho_index_free(&index);
}

static void test_rate(void **state)
{
    (void)state;
    enum { LONG = 5000 };
    static int64_t times[LONG];
    for (int i = 0; i < LONG; i++)
        times[i] = llround(i * 1001 / 30.0);    // milliseconds, as Matroska rounds them
    check_rate(times, LONG, (AVRational){1, 1000}, (AVRational){30, 1}, 30000, 1001, false);
    check_rate(times, 12, (AVRational){1, 1000}, (AVRational){30000, 1001}, 30000, 1001, false);
    for (int i = 0; i < LONG; i++)
        times[i] = i * 3003 + (i % 3 - 1) * 600;    // a phone whose clock trembles by a fifth of a frame
    check_rate(times, LONG, (AVRational){1, 90000}, (AVRational){30, 1}, 30000, 1001, false);
    for (int i = 0; i < LONG; i++)
        times[i] = i * 3003 + (i > LONG / 2) * 3003;    // one frame is not there
    check_rate(times, LONG, (AVRational){1, 90000}, (AVRational){30000, 1001}, 30000, 1001, true);
    // A clock of one tick a frame: a hole is a hole, the rounding of another rate's times is none.
    for (int i = 0; i < 49; i++)
        times[i] = i + (i >= 20);
    check_rate(times, 49, (AVRational){1, 25}, (AVRational){25, 1}, 25, 1, true);
    for (int i = 0; i < LONG; i++)
        times[i] = i + (i >= 20);
    check_rate(times, LONG, (AVRational){1, 25}, (AVRational){25, 1}, 25, 1, true);
    for (int i = 0; i < LONG; i++)
        times[i] = i + i / 1000;
    check_rate(times, LONG, (AVRational){1, 30}, (AVRational){30, 1}, 30000, 1001, false);
    for (int i = 0; i < LONG; i++)
        times[i] = i * 6 / 5;
    check_rate(times, LONG, (AVRational){1, 30}, (AVRational){30, 1}, 25, 1, false);
    for (int i = 0; i < LONG; i++)
        times[i] = i * 6 / 5 + (i > 3000);
    check_rate(times, LONG, (AVRational){1, 30}, (AVRational){25, 1}, 25, 1, true);
    for (int i = 1; i < LONG; i++)
        times[i] = times[i - 1] + 1500 + i * 7919 % 4000;    // no rate at all
    check_rate(times, LONG, (AVRational){1, 90000}, (AVRational){30000, 1001}, 0, 0, true);
    check_rate(times, 1, (AVRational){1, 90000}, (AVRational){24, 1}, 24, 1, false);
    check_rate(times, 1, (AVRational){1, 90000}, (AVRational){0, 0}, 25, 1, false);
}

static int setup(void **state)
{
    if (help_setup(state) != 0)
        return -1;
    help_make_raw(N);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hash),       cmocka_unit_test(test_remembered),
        cmocka_unit_test(test_unwritable), cmocka_unit_test(test_edited_in_place),
        cmocka_unit_test(test_order),      cmocka_unit_test(test_rate),
    };
    return cmocka_run_group_tests_name("scan", tests, setup, help_teardown);
}
