// SPDX-License-Identifier: BSD-2-Clause
// What is said of a source: rate, timecode, reel, colour, rotation, shape; and one sentence for whatever is no source.
#include "media_help.h"

#include "image/frame.h"

enum { N = 30 };

static void make_at(const char *rate, const char *arguments, const char *name)
{
    if (!help_encode_at(rate, arguments, name))
        fail_msg("ffmpeg cannot make %s from %s", name, arguments);
    help_clear_log();
}

static void make(const char *arguments, const char *name) { make_at("25", arguments, name); }

static void check_start(const struct ho_source_info *info, const char *expected, int fps, bool drop_frame)
{
    char text[HO_TIMECODE_SIZE];
    assert_true(info->has_timecode);
    ho_timecode_format(info->start, text);
    assert_string_equal(text, expected);
    assert_int_equal(info->start.fps, fps);
    assert_int_equal(info->start.drop_frame, drop_frame);
}

static void check_rate(const struct ho_source_info *info, int64_t num, int64_t den)
{
    assert_int_equal(info->rate.num, num);
    assert_int_equal(info->rate.den, den);
}

static void test_prores(void **state)
{
    (void)state;
    help_needs("prores");
    make_at("30000/1001",
            "-c:v prores -profile:v 3 -timecode '01:00:00;02' -metadata:s:v reel_name=A001C002 -color_primaries bt709 "
            "-color_trc bt709 -colorspace bt709",
            "shot_v01.mov");
    struct ho_source_info info = help_probe("shot_v01.mov");
    check_start(&info, "01:00:00;02", 30, true);
    check_rate(&info, 30000, 1001);
    assert_string_equal(info.reel_name, "A001C002");
    assert_string_equal(info.clip_name, "shot_v01");
    assert_string_equal(info.codec, "prores");
    assert_string_equal(info.profile, "HQ");
    assert_string_equal(info.pixel_format, "yuv422p10le");
    assert_int_equal(info.bit_depth, 10);
    assert_int_equal(info.width, CLIP_WIDTH);
    assert_int_equal(info.height, CLIP_HEIGHT);
    assert_true(info.colour_is_tagged);
    assert_int_equal(info.colour.matrix, 1);
    assert_int_equal(info.colour.transfer, 1);
    assert_int_equal(info.colour.primaries, 1);
    assert_int_equal(info.colour.full_range, 0);
    assert_false(info.variable_rate);
    assert_false(info.has_alpha);
    assert_int_equal(info.pixel_aspect.num, 1);
    assert_int_equal(info.pixel_aspect.den, 1);
    struct stat status;
    assert_int_equal(stat(info.path, &status), 0);
    assert_int_equal(info.file_size, status.st_size);
    assert_string_equal(help_log, "");
}

// Tags that only the container has, here put there by hand, count.
static void test_container_colour(void **state)
{
    (void)state;
    help_needs("ffv1");
    make("-c:v ffv1 -level 3 -color_primaries bt470bg -color_trc smpte170m -colorspace bt470bg -color_range tv",
         "tagged.mkv");
    struct ho_source_info info = help_probe("tagged.mkv");
    assert_true(info.colour_is_tagged);
    assert_int_equal(info.colour.matrix, 5);
    assert_int_equal(info.colour.primaries, 5);
    assert_int_equal(info.colour.transfer, 6);
}

static void test_rates(void **state)
{
    (void)state;
    help_needs("libx264");
    static const struct {
        const char *rate, *file;
        int64_t num, den;
    } rates[] = {
        {"24000/1001", "a.mkv", 24000, 1001},
        {"24", "b.mp4", 24, 1},
        {"30000/1001", "c.mkv", 30000, 1001},
        {"60000/1001", "d.mkv", 60000, 1001},
        {"30000/1001", "e.ts", 30000, 1001},
        {"24000/1001", "f.ts", 24000, 1001},
        {"30000/1001", "g.avi", 30000, 1001},
        {"50", "h.mkv", 50, 1},
        {"12.5", "i.mp4", 25, 2},
        {"120", "j.mp4", 120, 1},
        {"30000/1001", "k.flv", 30000, 1001},
        {"24000/1001", "l.mov", 24000, 1001},
    };
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        make_at(rates[i].rate, "-c:v libx264 -bf 2", rates[i].file);
        struct ho_source_info info = help_probe(rates[i].file);
        if (info.rate.num != rates[i].num || info.rate.den != rates[i].den || info.variable_rate)
            fail_msg("%s: %lld/%lld%s, not %s", rates[i].file, (long long)info.rate.num, (long long)info.rate.den,
                     info.variable_rate ? " variable" : "", rates[i].rate);
    }
}

static void test_timecodes(void **state)
{
    (void)state;
    help_needs("mpeg2video");
    make_at("24000/1001", "-c:v mpeg2video -q:v 2 -timecode 10:11:12:13", "a.mxf");
    struct ho_source_info info = help_probe("a.mxf");
    check_start(&info, "10:11:12:13", 24, false);
    make_at("25", "-c:v mpeg2video -q:v 2 -metadata timecode=09:00:00:24", "b.mkv");
    info = help_probe("b.mkv");
    check_start(&info, "09:00:00:24", 25, false);
    make_at("60000/1001", "-c:v mpeg2video -q:v 2 -timecode '00:59:59;58'", "c.mov");
    info = help_probe("c.mov");
    check_start(&info, "00:59:59;58", 60, true);
    make_at("25", "-c:v mpeg2video -q:v 2", "d.mkv");
    info = help_probe("d.mkv");
    assert_false(info.has_timecode);
    make_at("25", "-c:v mpeg2video -q:v 2 -metadata timecode=lunchtime", "e.mkv");
    info = help_probe("e.mkv");
    assert_false(info.has_timecode);
    assert_non_null(strstr(help_log, "lunchtime"));
}

// 50 frames a second whose timecode counts 25: each count is two frames.
static void test_half_rate_timecode(void **state)
{
    (void)state;
    help_needs("prores");
    make_at("50", "-c:v prores -timecode 10:00:00:20", "half.mov");
    static const uint8_t whole[] = {0, 0, 0x32, 0, 0, 0, 1, 0, 0x32}, half[] = {0, 0, 0x32, 0, 0, 0, 2, 0, 0x19};
    help_patch("half.mov", whole, half, sizeof whole);    // the tmcd entry: timescale, frame duration, frames a second
    struct ho_source_info info = help_probe("half.mov");
    char expected[64];
    // The track's sample still counts 1800020 frames, now of 1/25 s.
    snprintf(expected, sizeof expected, "%02d:%02d:%02d:%02d", 20, 0, 0, 40);
    check_start(&info, expected, 50, false);
}

// Rates that know no drop-frame, with its mark: in QuickTime's flags (a Final Cut camera's), in a tag's semicolon. The
// count stands, the mark goes, and that is said.
static void test_drop_frame_disbelieved(void **state)
{
    (void)state;
    help_needs("prores");
    static const struct {
        const char *rate, *timecode, *tag;
        int fps;
    } cases[] = {
        {"24", "10:00:00:23", "10:00:00;23", 24},
        {"24000/1001", "01:00:10:20", "01:00:10;20", 24},
        {"25", "10:11:12:24", "10:11:12;24", 25},
        {"50", "00:59:59:49", "00:59:59;49", 50},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char arguments[128];
        snprintf(arguments, sizeof arguments, "-c:v prores -timecode '%s'", cases[i].timecode);
        make_at(cases[i].rate, arguments, "dropped.mov");
        size_t size;
        uint8_t *bytes = help_load("dropped.mov", &size), *entry = memmem(bytes, size, "tmcd\0\0\0\0", 8);
        for (uint8_t *next; entry && (next = memmem(entry + 1, size - (size_t)(entry + 1 - bytes), "tmcd\0\0\0\0", 8));)
            entry = next;    // the last one describes the samples
        assert_non_null(entry);
        entry[19] |= 1;
        help_save("dropped.mov", bytes, size);
        free(bytes);
        char seen[256];
        help_output(seen,
                    "ffprobe -v quiet -show_entries stream_tags=timecode -of csv=p=0 '%s/dropped.mov' | tr -d '\n'",
                    help_dir);
        assert_string_equal(seen, "");    // that it vanishes there is why the track is read
        help_clear_log();
        struct ho_source_info info = help_probe("dropped.mov");
        check_start(&info, cases[i].timecode, cases[i].fps, false);
        assert_non_null(strstr(help_log, "not believed"));
        snprintf(arguments, sizeof arguments, "-c:v mpeg2video -q:v 2 -metadata timecode='%s'", cases[i].tag);
        make_at(cases[i].rate, arguments, "dropped.mkv");
        info = help_probe("dropped.mkv");
        check_start(&info, cases[i].timecode, cases[i].fps, false);
        assert_non_null(strstr(help_log, "not believed"));
    }
    make_at("30000/1001", "-c:v prores -timecode '01:00:00;02'", "dropped.mov");
    struct ho_source_info info = help_probe("dropped.mov");
    check_start(&info, "01:00:00;02", 30, true);
    assert_null(strstr(help_log, "not believed"));
}

// A Sony camera's metadata stream, made of a subtitle track: packets of plain bytes with the time of day from byte 13.
static void test_rtmd(void **state)
{
    (void)state;
    help_needs("libx264");
    static const char text[] = "1\n00:00:00,000 --> 00:00:00,900\nABCDEFGHIJKLMNOPQRSTUVWXYZ\n";
    help_save("s.srt", text, sizeof text - 1);
    for (int fragmented = 0; fragmented < 2; fragmented++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments, "-i s.srt -c:v libx264 -c:s mov_text %s",
                 fragmented ? "-movflags frag_keyframe+empty_moov" : "");
        make_at("30000/1001", arguments, "sony.mp4");
        help_patch("sony.mp4", "tx3g", "rtmd", 4);
        help_patch("sony.mp4", "sbtl", "meta", 4);
        static const char times[5] = {
            12, 34, 56, 1,
            7};    // hours, minutes, seconds, drop-frame, frames; two bytes of length come before the text
        help_patch("sony.mp4", "LMNOP", times, sizeof times);
        struct ho_source_info info = help_probe("sony.mp4");
        check_start(&info, "12:34:56;07", 30, true);
    }
}

static void test_shape(void **state)
{
    (void)state;
    help_needs("libx264");
    make("-c:v libx264 -vf setsar=16/11", "wide.mp4");
    struct ho_source_info info = help_probe("wide.mp4");
    assert_int_equal(info.pixel_aspect.num, 16);
    assert_int_equal(info.pixel_aspect.den, 11);
    make("-c:v libx264 -pix_fmt yuv444p -vf crop=159:95:0:0:exact=1,format=yuv444p", "odd.mp4");
    info = help_probe("odd.mp4");
    assert_int_equal(info.width, 159);
    assert_int_equal(info.height, 95);
}

// Upright as ffmpeg itself turns it, pixel for pixel.
static void check_turned(int rotation)
{
    char name[32];
    snprintf(name, sizeof name, "turned%d.mp4", rotation);
    assert_int_equal(
        help_run("cd '%s' && ffmpeg -nostdin -loglevel error -y -i wide.mp4 -c copy -metadata:s:v rotate=%d %s && "
                 "ffmpeg -nostdin -loglevel error -y -i %s -frames:v 1 -f rawvideo one.raw",
                 help_dir, rotation, name, name),
        0);
    struct ho_reader *reader = help_open(name, NULL);
    const struct ho_source_info *info = ho_reader_info(reader);
    bool is_turned = rotation != 180;
    assert_int_equal((info->rotation + rotation) % 180, 0);
    assert_int_not_equal(info->rotation, 0);
    assert_int_equal(info->width, is_turned ? CLIP_HEIGHT : CLIP_WIDTH);
    assert_int_equal(info->height, is_turned ? CLIP_WIDTH : CLIP_HEIGHT);
    assert_int_equal(info->pixel_aspect.num, is_turned ? 11 : 16);
    assert_int_equal(info->pixel_aspect.den, is_turned ? 16 : 11);
    struct ho_frame *frame;
    struct ho_diag diag = {0};
    assert_ok(ho_reader_frame(reader, 0, &frame, &diag), &diag);
    assert_int_equal(ho_frame_width(frame), info->width);
    const AVFrame *av = ho_frame_av(frame);
    size_t size;
    uint8_t *expected = help_load("one.raw", &size);
    assert_int_equal(size, CLIP_WIDTH * CLIP_HEIGHT * 3 / 2);
    for (int y = 0; y < info->height; y++)
        assert_memory_equal(av->data[0] + y * av->linesize[0], expected + y * info->width, info->width);
    free(expected);
    ho_frame_unref(&frame);
    ho_reader_close(&reader);
}

static void test_rotation(void **state)
{
    (void)state;
    help_needs("libx264");
    make("-c:v libx264 -vf setsar=16/11", "wide.mp4");
    check_turned(90);
    check_turned(180);
    check_turned(270);
}

static void test_colour_defaults(void **state)
{
    (void)state;
    help_needs("libx264");
    static const struct {
        const char *scale;
        int matrix, primaries, transfer;
    } sizes[] = {
        {"720:480", 6, 6, 6},
        {"720:576", 5, 5, 6},
        {"1280:720", 1, 1, 1},
        {"1920:1080", 1, 1, 1},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char arguments[128];
        snprintf(arguments, sizeof arguments, "-vf scale=%s -frames:v 2 -c:v libx264 -preset ultrafast",
                 sizes[i].scale);
        make(arguments, "size.mp4");
        struct ho_source_info info = help_probe("size.mp4");
        assert_false(info.colour_is_tagged);
        assert_int_equal(info.colour.matrix, sizes[i].matrix);
        assert_int_equal(info.colour.primaries, sizes[i].primaries);
        assert_int_equal(info.colour.transfer, sizes[i].transfer);
        assert_int_equal(info.colour.full_range, 0);
        assert_non_null(strstr(help_log, "not fully tagged"));
    }
    make("-frames:v 2 -c:v libx264 -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range pc",
         "hdr.mp4");
    struct ho_source_info info = help_probe("hdr.mp4");
    assert_true(info.colour_is_tagged);
    assert_int_equal(info.colour.matrix, 9);
    assert_int_equal(info.colour.transfer, 16);
    assert_int_equal(info.colour.primaries, 9);
    assert_int_equal(info.colour.full_range, 1);
}

static void test_interlaced(void **state)
{
    (void)state;
    help_needs("mpeg2video");
    make("-c:v mpeg2video -q:v 2 -flags +ildct+ilme -top 1", "fields.mxf");
    struct ho_source_info info = help_probe("fields.mxf");
    assert_int_equal(info.field_order, HO_FIELD_TOP_FIRST);
    assert_non_null(strstr(help_log, "interlaced (top field first)"));
    make("-c:v mpeg2video -q:v 2 -vf setfield=bff -flags +ildct+ilme -top 0", "fields.mkv");
    info = help_probe("fields.mkv");
    assert_int_equal(info.field_order, HO_FIELD_BOTTOM_FIRST);
}

static void test_variable_rate(void **state)
{
    (void)state;
    help_needs("libx264");
    make("-c:v libx264 -bf 2 -vf 'setpts=PTS+gte(N\\,10)*0.48/TB+gte(N\\,20)*1.32/TB' -vsync vfr", "phone.mp4");
    struct ho_reader *reader = help_open("phone.mp4", NULL);
    const struct ho_source_info *info = ho_reader_info(reader);
    assert_true(info->variable_rate);
    assert_int_equal(info->n_frames, N);
    assert_non_null(strstr(help_log, "variable frame rate"));
    struct ho_rational time = ho_reader_time(reader, 10);
    assert_int_equal(llround(1000.0 * (double)time.num / (double)time.den), 880);
    time = ho_reader_time(reader, 29);
    assert_int_equal(llround(1000.0 * (double)time.num / (double)time.den), 29 * 40 + 1800);
    ho_reader_close(&reader);
    make("-c:v libx264 -bf 2", "steady.mp4");
    help_probe("steady.mp4");
    assert_null(strstr(help_log, "variable"));
}

static void test_streams(void **state)
{
    (void)state;
    help_needs("libx264");
    make("-f lavfi -i sine=d=1 -map 0 -map 1 -map 1 -c:v libx264 -c:a aac", "sound.mp4");
    struct ho_source_info info = help_probe("sound.mp4");
    assert_int_equal(info.n_audio_streams, 2);
    make("-vf format=rgba -c:v png", "alpha.mov");
    info = help_probe("alpha.mov");
    assert_true(info.has_alpha);
    assert_int_equal(info.colour.matrix, 0);
    assert_int_equal(info.colour.full_range, 1);
}

// VP8 and VP9 keep their alpha beside the picture: it is there, and is part of what the movie is.
static void test_side_alpha(void **state)
{
    (void)state;
    static const char *const codecs[] = {"libvpx", "libvpx-vp9"};
    for (int i = 0; i < 2; i++) {
        char arguments[256], hash[HO_HASH_SIZE] = "";
        help_needs(codecs[i]);
        for (int half = 0; half < 2; half++) {
            snprintf(arguments, sizeof arguments,
                     "-vf 'format=yuva420p,geq=lum=lum(X\\,Y):cb=128:cr=128:a=%s' -frames:v 3 -auto-alt-ref 0 -c:v %s",
                     half ? "128" : "if(lt(X\\,80)\\,0\\,255)", codecs[i]);
            make(arguments, "alpha.webm");
            struct ho_reader *reader = help_open("alpha.webm", NULL);
            assert_true(ho_reader_info(reader)->has_alpha);
            assert_string_equal(ho_reader_info(reader)->pixel_format, "yuva420p");
            assert_string_not_equal(ho_reader_info(reader)->hash, hash);
            snprintf(hash, sizeof hash, "%s", ho_reader_info(reader)->hash);
            struct ho_frame *frame;
            struct ho_diag diag = {0};
            assert_ok(ho_reader_frame(reader, 2, &frame, &diag), &diag);
            const AVFrame *av = ho_frame_av(frame);
            const uint8_t *row = av->data[3] + 40 * av->linesize[3];
            assert_true(abs(row[20] - (half ? 128 : 0)) < 12);
            assert_true(abs(row[140] - (half ? 128 : 255)) < 12);
            ho_frame_unref(&frame);
            ho_reader_close(&reader);
        }
    }
    make("-c:v libvpx-vp9 -frames:v 3", "solid.webm");
    assert_false(help_probe("solid.webm").has_alpha);
}

static void check_refused(const char *name, const char *part)
{
    struct ho_source_info info;
    struct ho_reader *reader = NULL;
    struct ho_diag diag = {0};
    assert_int_equal(ho_source_probe(help_path(name), NULL, &info, &diag), HO_ERROR_INPUT);
    if (!strstr(diag.message, part) || !strstr(diag.message, name) || strchr(diag.message, '\n'))
        fail_msg("\"%s\" says nothing of \"%s\"", diag.message, part);
    assert_int_equal(ho_reader_open(help_path(name), NULL, &reader, NULL), HO_ERROR_INPUT);
    assert_null(reader);
}

static void test_no_sources(void **state)
{
    (void)state;
    check_refused("nowhere.mov", "no such file");
    check_refused("shot.%04d.png", "no file fits");
    check_refused("*.jpeg", "no file fits");
    assert_int_equal(help_run("mkdir '%s/pictures'", help_dir), 0);
    check_refused("pictures", "folder");
    help_save("empty.mov", "", 0);
    check_refused("empty.mov", "empty");
    help_save("text.mov", "Dear diary, today I renamed a text file.\n", 41);
    check_refused("text.mov", "not a movie");
    uint8_t noise[4096];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)(i * i * 7 + i / 3);
    help_save("noise.mp4", noise, sizeof noise);
    check_refused("noise.mp4", "not a movie");
    assert_int_equal(help_run("mkfifo '%s/pipe.mov'", help_dir), 0);
    check_refused("pipe.mov", "no ordinary file");
    make("-f lavfi -i sine=d=1 -map 1 -map 0:v -frames:v 1 -c:v png -disposition:v attached_pic -c:a alac", "song.m4a");
    check_refused("song.m4a", "cover art");
    make("-f lavfi -i sine=d=1 -map 1", "sound.wav");
    check_refused("sound.wav", "no pictures");
    struct ho_source_info info;
    assert_int_equal(ho_source_probe("", NULL, &info, NULL), HO_ERROR_INPUT);
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
        cmocka_unit_test(test_prores),
        cmocka_unit_test(test_container_colour),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_timecodes),
        cmocka_unit_test(test_half_rate_timecode),
        cmocka_unit_test(test_drop_frame_disbelieved),
        cmocka_unit_test(test_rtmd),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_colour_defaults),
        cmocka_unit_test(test_interlaced),
        cmocka_unit_test(test_variable_rate),
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_side_alpha),
        cmocka_unit_test(test_no_sources),
    };
    return cmocka_run_group_tests_name("probe", tests, setup, help_teardown);
}
