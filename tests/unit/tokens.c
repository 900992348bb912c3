// SPDX-License-Identifier: BSD-2-Clause
#include "unit/test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "deliver/output.h"
#include "holdout/deliver.h"

static struct ho_source_info source;
static char folder[] = "/tmp/holdout-tokens-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    source = (struct ho_source_info){.path = "/footage/A001_C002.mov",
                                     .clip_name = "A001_C002",
                                     .reel_name = "A001",
                                     .width = 1920,
                                     .height = 1080,
                                     .rate = {24000, 1001},
                                     .n_frames = 100,
                                     .has_timecode = true,
                                     .start = {.frame = 86400, .fps = 24}};
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command);
}

static char *expand(const char *name, enum ho_codec codec)
{
    struct ho_token_values values = {&source, codec, "rider"};
    struct ho_diag diag = {0};
    char *out;
    assert_ok(ho_tokens_expand(name, &values, &out, &diag), &diag);
    return out;
}

static void assert_expands(const char *name, const char *wanted)
{
    char *out = expand(name, HO_CODEC_PRORES_HQ);
    assert_string_equal(out, wanted);
    free(out);
}

static void every_token(void **state)
{
    (void)state;
    assert_expands("out/%{clip name}_roto_v01.mov", "out/A001_C002_roto_v01.mov");
    assert_expands("%{source name}", "A001_C002");
    assert_expands("%{reel name}", "A001");
    assert_expands("%{start timecode}", "01-00-00-00");
    assert_expands("%{codec}", "prores-422-hq");
    assert_expands("%{resolution}", "1920x1080");
    assert_expands("%{frame rate}", "23.976");
    assert_expands("%{object}", "rider");
    assert_expands("", "");
    assert_expands("plain 100% name.%04d.png", "plain 100% name.%04d.png");
}

// Each listed name is one that expands: the list cannot promise what is not there.
static void listed_tokens_exist(void **state)
{
    (void)state;
    size_t n = 0;
    for (const char *const *name = ho_token_names(); *name; name++, n++) {
        char token[64];
        snprintf(token, sizeof(token), "%%{%s}", *name);
        free(expand(token, HO_CODEC_PRORES_HQ));
    }
    assert_int_equal(n, 9);
}

static void case_space_and_underscore(void **state)
{
    (void)state;
    assert_expands("%{Clip Name}-%{CLIPNAME}-%{clip_name}-%{ c l i p n a m e }",
                   "A001_C002-A001_C002-A001_C002-A001_C002");
    assert_expands("%{Frame_Rate}", "23.976");
}

static void rates(void **state)
{
    (void)state;
    static const struct {
        struct ho_rational rate;
        const char *text;
    } cases[] = {
        {{25, 1}, "25"}, {{30000, 1001}, "29.97"}, {{50, 1}, "50"}, {{100, 1}, "100"}, {{0, 1}, "0"}, {{25, 2}, "12.5"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        source.rate = cases[i].rate;
        assert_expands("%{frame rate}", cases[i].text);
    }
    source.rate = (struct ho_rational){24000, 1001};
}

static void forbidden_characters(void **state)
{
    (void)state;
    strcpy(source.clip_name, "a/b\\c:d;e*f?\"<>|g%04d%{object}\n");
    assert_expands("x/%{clip name}.mov", "x/a-b-c-d-e-f-----g-04d-{object}-.mov");
    strcpy(source.clip_name, "../../etc");
    assert_expands("x/%{clip name}.mov", "x/-.-..-etc.mov");
    strcpy(source.clip_name, "Größe 東京");
    assert_expands("%{clip name}", "Größe 東京");
    strcpy(source.clip_name, "A001_C002");
}

static void names_of_sequences_and_untagged_sources(void **state)
{
    (void)state;
    struct ho_source_info saved = source;
    source.is_sequence = true;
    strcpy(source.path, "plates/sh010.%04d.exr");
    assert_expands("%{source name}", "A001_C002");
    source.is_sequence = false;
    source.has_timecode = false;
    strcpy(source.path, "name.with.dots.mov");
    assert_expands("%{source name}_%{start timecode}", "name.with.dots_00-00-00-00");
    source = saved;
}

static void assert_refused(const char *name, enum ho_result result, const char *part)
{
    struct ho_token_values values = {&source, HO_CODEC_PRORES_HQ, "rider"};
    struct ho_diag diag = {0};
    char touched[] = "not touched", *out = touched;
    assert_int_equal(ho_tokens_expand(name, &values, &out, &diag), result);
    assert_null(out);
    if (!strstr(diag.message, part))
        fail_msg("'%s' does not say '%s'", diag.message, part);
}

static void wrong_tokens(void **state)
{
    (void)state;
    assert_refused("%{clip}.mov", HO_ERROR_USAGE, "%{clip}");
    assert_refused("%{clip}.mov", HO_ERROR_USAGE, "%{start timecode}");
    assert_refused("%{}.mov", HO_ERROR_USAGE, "%{clip name}");
    assert_refused("%{clip name.mov", HO_ERROR_USAGE, "not closed");
    assert_refused("%{clip names}.mov", HO_ERROR_USAGE, "unknown token");
    assert_refused("\x01.mov", HO_ERROR_USAGE, "control character");
    char reel[HO_NAME_SIZE];
    strcpy(reel, source.reel_name);
    source.reel_name[0] = 0;
    assert_refused("%{reel name}.mov", HO_ERROR_USAGE, "reel name");
    strcpy(source.reel_name, reel);
}

static void touch(const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static void version_counts_up(void **state)
{
    (void)state;
    char name[128], wanted[128];
    snprintf(name, sizeof(name), "%s/m_v%%{version}.mov", folder);
    for (int version = 1; version <= 3; version++) {
        char *out = expand(name, HO_CODEC_PRORES_HQ);
        snprintf(wanted, sizeof(wanted), "%s/m_v%03d.mov", folder, version);
        assert_string_equal(out, wanted);
        touch(out + strlen(folder) + 1);
        free(out);
    }
    // Twice in one name: the same number in both places.
    snprintf(name, sizeof(name), "%s/m_v%%{version}_%%{version}.mov", folder);
    char *out = expand(name, HO_CODEC_PRORES_HQ);
    assert_string_equal(out + strlen(folder), "/m_v001_001.mov");
    free(out);
}

static void version_of_sequences(void **state)
{
    (void)state;
    char name[128];
    touch("s_v001.1001.png");
    touch("s_v002.xyz.png");
    snprintf(name, sizeof(name), "%s/s_v%%{version}.%%04d.png", folder);
    char *out = expand(name, HO_CODEC_PNG);
    assert_string_equal(out + strlen(folder), "/s_v002.%04d.png");
    free(out);
    snprintf(name, sizeof(name), "%s/s_v%%{version}.png", folder);
    out = expand(name, HO_CODEC_PNG);
    assert_string_equal(out + strlen(folder), "/s_v002.png");
    free(out);
}

static void existing_outputs(void **state)
{
    (void)state;
    char path[128];
    touch("there.mov");
    snprintf(path, sizeof(path), "%s/there.mov", folder);
    assert_true(ho_output_exists(path, HO_CODEC_PRORES_HQ));
    snprintf(path, sizeof(path), "%s/new.mov", folder);
    assert_false(ho_output_exists(path, HO_CODEC_PRORES_HQ));
    touch("q.0007.png");
    snprintf(path, sizeof(path), "%s/q.%%04d.png", folder);
    assert_true(ho_output_exists(path, HO_CODEC_PNG));
    snprintf(path, sizeof(path), "%s/q%%04d.png", folder);
    assert_false(ho_output_exists(path, HO_CODEC_PNG));
}

static void assert_sheet(const char *name, bool overwrite, enum ho_result wanted, const char *part)
{
    struct ho_diag diag = {0};
    char path[192];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    enum ho_result result = ho_output_check_file(path, "png", overwrite, &diag);
    if (result != wanted || !strstr(diag.message, part))
        fail_msg("%s: %s: '%s' (wanted %s, '%s')", name, ho_result_name(result), diag.message, ho_result_name(wanted),
                 part);
}

static void sheets_refused_early(void **state)
{
    (void)state;
    touch("there.png");
    assert_sheet("there.png", false, HO_ERROR_SPACE, "exists");
    assert_sheet("there.png", true, HO_OK, "");
    assert_sheet("new.PNG", false, HO_OK, "");
    assert_sheet("new.jpg", false, HO_ERROR_USAGE, ".png");
    assert_sheet(".png", false, HO_ERROR_USAGE, ".png");
    assert_sheet("none/new.png", false, HO_ERROR_SPACE, "no folder");
    assert_sheet("there.png/new.png", false, HO_ERROR_SPACE, "there.png");
}

static void codec_by_extension(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum ho_codec codec;
    } cases[] = {
        {"a.mov", HO_CODEC_PRORES_HQ}, {"x.y/a.MOV", HO_CODEC_PRORES_HQ}, {"a.mkv", HO_CODEC_FFV1},
        {"a.%04d.png", HO_CODEC_PNG},  {"a.exr", HO_CODEC_EXR},           {"a.mp4", HO_CODEC_H264},
    };
    struct ho_diag diag = {0};
    enum ho_codec codec;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_ok(ho_codec_of_output(cases[i].name, &codec, &diag), &diag);
        assert_int_equal(codec, cases[i].codec);
    }
    assert_int_equal(ho_codec_of_output("a.avi", &codec, &diag), HO_ERROR_USAGE);
    assert_int_equal(ho_codec_of_output("x.mov/a", &codec, NULL), HO_ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_token),
        cmocka_unit_test(listed_tokens_exist),
        cmocka_unit_test(case_space_and_underscore),
        cmocka_unit_test(rates),
        cmocka_unit_test(forbidden_characters),
        cmocka_unit_test(names_of_sequences_and_untagged_sources),
        cmocka_unit_test(wrong_tokens),
        cmocka_unit_test(version_counts_up),
        cmocka_unit_test(version_of_sequences),
        cmocka_unit_test(existing_outputs),
        cmocka_unit_test(sheets_refused_early),
        cmocka_unit_test(codec_by_extension),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
