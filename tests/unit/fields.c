// SPDX-License-Identifier: BSD-2-Clause
// H.264 whose packets are single fields (PAFF), which no free encoder makes: written here bit by bit, all its
// macroblocks uncoded samples. Two packets are one frame.
#include "media_help.h"

#include "image/frame.h"

enum { N = 40, PERIOD = 10, MBS_WIDE = 4, FIELD_MBS_HIGH = 2, WIDTH = 64, HEIGHT = 64 };

struct bits {
    uint8_t bytes[8192];
    size_t n;
};

static void put(struct bits *bits, unsigned value, int count)
{
    while (count--) {
        if (value >> count & 1)
            bits->bytes[bits->n / 8] |= (uint8_t)(0x80 >> bits->n % 8);
        bits->n++;
    }
}

static void put_ue(struct bits *bits, unsigned value)
{
    int length = 0;
    while ((value + 1) >> (length + 1))
        length++;
    put(bits, 0, length);
    put(bits, value + 1, length + 1);
}

static void align(struct bits *bits)
{
    while (bits->n % 8)
        put(bits, 0, 1);
}

// A NAL unit with its start code, trailing bit and emulation prevention.
static void write_nal(FILE *file, int ref_idc, int type, struct bits *bits)
{
    put(bits, 1, 1);
    align(bits);
    fwrite("\0\0\0\1", 1, 4, file);
    fputc(ref_idc << 5 | type, file);
    int zeros = 0;
    for (size_t i = 0; i < bits->n / 8; i++) {
        if (zeros == 2 && bits->bytes[i] <= 3) {
            fputc(3, file);
            zeros = 0;
        }
        zeros = bits->bytes[i] ? 0 : zeros + 1;
        fputc(bits->bytes[i], file);
    }
}

static void write_parameter_sets(FILE *file)
{
    static struct bits sps, pps;
    memset(&sps, 0, sizeof sps);
    memset(&pps, 0, sizeof pps);
    put(&sps, 77, 8);    // Main
    put(&sps, 0, 8);
    put(&sps, 30, 8);
    const unsigned sps_numbers[] = {0, 4, 0, 4,
                                    1};    // id, 8 bits of frame_num, order count type 0 of 8 bits, one reference frame
    for (size_t i = 0; i < 5; i++)
        put_ue(&sps, sps_numbers[i]);
    put(&sps, 0, 1);
    put_ue(&sps, MBS_WIDE - 1);
    put_ue(&sps, FIELD_MBS_HIGH - 1);
    put(&sps, 0x04, 5);    // fields allowed, no MBAFF, direct 8x8, no cropping, no VUI
    write_nal(file, 1, 7, &sps);
    put_ue(&pps, 0);
    put_ue(&pps, 0);
    put(&pps, 0, 2);    // CAVLC
    put_ue(&pps, 0);
    put_ue(&pps, 0);
    put_ue(&pps, 0);
    put(&pps, 0, 3);
    put_ue(&pps, 0);
    put_ue(&pps, 0);
    put_ue(&pps, 0);
    put(&pps, 0x4, 3);    // slices say that they are not deblocked
    write_nal(file, 1, 8, &pps);
}

// One field, its luma all one value.
static void write_field(FILE *file, int frame, bool bottom)
{
    static struct bits bits;
    memset(&bits, 0, sizeof bits);
    put(&bits, 0, 3);
    write_nal(file, 0, 9, &bits);    // access unit delimiter
    memset(&bits, 0, sizeof bits);
    bool is_idr = frame % PERIOD == 0 && !bottom;
    put_ue(&bits, 0);
    put_ue(&bits, 7);    // I
    put_ue(&bits, 0);
    put(&bits, (unsigned)(frame % PERIOD), 8);
    put(&bits, 1, 1);    // a field
    put(&bits, bottom, 1);
    if (is_idr)
        put_ue(&bits, (unsigned)(frame / PERIOD % 2));
    put(&bits, (unsigned)(frame % PERIOD * 2 + bottom), 8);
    put(&bits, 0, is_idr ? 2 : 1);
    put_ue(&bits, 0);    // quantiser as it is
    put_ue(&bits, 1);    // no deblocking
    for (int i = 0; i < MBS_WIDE * FIELD_MBS_HIGH; i++) {
        put_ue(&bits, 25);    // samples, uncoded
        align(&bits);
        for (int k = 0; k < 384; k++)
            put(&bits, k < 256 ? (unsigned)(bottom ? 200 - frame : 30 + frame) : 128, 8);
    }
    write_nal(file, 1, is_idr ? 5 : 1, &bits);
}

static void check_frame(const struct ho_frame *frame, int64_t index)
{
    const AVFrame *av = ho_frame_av(frame);
    assert_int_equal(ho_frame_index(frame), index);
    assert_false(ho_frame_is_held(frame));
    assert_int_equal(av->data[0][0], 30 + index);
    assert_int_equal(av->data[0][av->linesize[0]], 200 - index);
}

static void check_movie(const char *name, bool has_rate)
{
    help_clear_log();
    struct ho_reader *reader = help_open(name, NULL);
    const struct ho_source_info *info = ho_reader_info(reader);
    if (info->n_frames != N)
        fail_msg("%s: %lld frames, not %d", name, (long long)info->n_frames, N);
    assert_int_equal(info->width, WIDTH);
    assert_int_equal(info->height, HEIGHT);
    assert_int_equal(info->field_order, HO_FIELD_TOP_FIRST);
    if (has_rate) {    // ffmpeg takes the elementary stream for 25 packets a second, which are fields
        assert_int_equal(info->rate.num, 25);
        assert_int_equal(info->rate.den, 2);
        assert_false(info->variable_rate);
    }
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    for (int backward = 0; backward < 2; backward++) {
        assert_ok(ho_reader_start(reader, backward ? N - 1 : 0, backward ? 0 : N - 1, &diag), &diag);
        for (int i = 0; i < N; i++) {
            assert_ok(ho_reader_next(reader, &frame, &diag), &diag);
            check_frame(frame, backward ? N - 1 - i : i);
            ho_frame_unref(&frame);
        }
    }
    for (int i = 0; i < 20; i++) {
        assert_ok(ho_reader_frame(reader, i * 17 % N, &frame, &diag), &diag);
        check_frame(frame, i * 17 % N);
        ho_frame_unref(&frame);
    }
    ho_reader_close(&reader);
}

static void test_fields(void **state)
{
    (void)state;
    FILE *file = fopen(help_path("fields.h264"), "wb");
    assert_non_null(file);
    for (int i = 0; i < N; i++) {
        if (i % PERIOD == 0)
            write_parameter_sets(file);
        write_field(file, i, false);
        write_field(file, i, true);
    }
    fclose(file);
    check_movie("fields.h264", false);
    static const char *const containers[] = {"fields.ts", "fields.mkv", "fields.mp4"};
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++)
        if (help_run("cd '%s' && ffmpeg -nostdin -loglevel error -y -fflags +genpts -r 25 -i fields.h264 -c copy %s "
                     ">>ffmpeg.log 2>&1",
                     help_dir, containers[i]) == 0)
            check_movie(containers[i], true);
        else
            print_message("this ffmpeg does not put single fields into %s\n", containers[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fields)};
    return cmocka_run_group_tests_name("fields", tests, help_setup, help_teardown);
}
