// SPDX-License-Identifier: BSD-2-Clause
// Tokens in output names: %{clip name} and its kin.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "deliver/output.h"
#include "holdout/deliver.h"

#define VALUE_SIZE 512
#define VERSION_MARK '\x01'    // stands for %{version} until all else is known; sanitising keeps it out of values
#define VERSION_LAST 9999

typedef void (*token_value)(const struct ho_token_values *values, char *out, size_t size);

static void clip_name(const struct ho_token_values *values, char *out, size_t size)
{
    snprintf(out, size, "%s", values->source->clip_name);
}

// The file's own name: differs from the clip name where a timeline has renamed the clip. A sequence's file name is a
// pattern, so its clip name stands for it.
static void source_name(const struct ho_token_values *values, char *out, size_t size)
{
    const struct ho_source_info *source = values->source;
    const char *slash = strrchr(source->path, '/');
    snprintf(out, size, "%s", source->is_sequence ? source->clip_name : slash ? slash + 1 : source->path);
    char *dot = strrchr(out, '.');
    if (dot && dot != out && !source->is_sequence)
        *dot = 0;
}

static void reel_name(const struct ho_token_values *values, char *out, size_t size)
{
    snprintf(out, size, "%s", values->source->reel_name);
}

static void start_timecode(const struct ho_token_values *values, char *out, size_t size)
{
    char text[HO_TIMECODE_SIZE] = "00:00:00:00";
    if (values->source->has_timecode)
        ho_timecode_format(values->source->start, text);
    snprintf(out, size, "%s", text);
}

static void codec(const struct ho_token_values *values, char *out, size_t size)
{
    snprintf(out, size, "%s", ho_codec_name(values->codec));
}

static void resolution(const struct ho_token_values *values, char *out, size_t size)
{
    snprintf(out, size, "%dx%d", values->source->width, values->source->height);
}

static void frame_rate(const struct ho_token_values *values, char *out, size_t size)
{
    const struct ho_rational rate = values->source->rate;
    snprintf(out, size, "%.3f", rate.den > 0 ? (double)rate.num / (double)rate.den : 0.0);
    char *end = out + strlen(out);
    while (end[-1] == '0')
        *--end = 0;
    if (end[-1] == '.')
        end[-1] = 0;
}

static void object(const struct ho_token_values *values, char *out, size_t size)
{
    snprintf(out, size, "%s", values->object && values->object[0] ? values->object : "object");
}

static const struct token {
    const char *name;
    token_value value;
} tokens[] = {
    {"clip name", clip_name},   {"source name", source_name},
    {"reel name", reel_name},   {"start timecode", start_timecode},
    {"codec", codec},           {"resolution", resolution},
    {"frame rate", frame_rate}, {"object", object},
    {"version", NULL},
};
#define N_TOKENS (sizeof(tokens) / sizeof(tokens[0]))

const char *const *ho_token_names(void)
{
    static const char *const names[] = {"clip name",  "source name", "reel name", "start timecode", "codec",
                                        "resolution", "frame rate",  "object",    "version",        NULL};
    _Static_assert(sizeof(names) / sizeof(names[0]) == N_TOKENS + 1, "every token is named");
    return names;
}

static bool same_name(const char *text, size_t length, const char *name)
{
    const char *end = text + length;
    for (;;) {
        while (text < end && (*text == ' ' || *text == '_'))
            text++;
        while (*name == ' ')
            name++;
        if (text == end || !*name)
            return text == end && !*name;
        if (tolower((unsigned char)*text++) != *name++)
            return false;
    }
}

// What no file name may hold (here, or on the system where the matte goes next) becomes '-'; so does '%', which would
// read as a number pattern.
static void sanitise(char *value)
{
    for (char *c = value; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f || strchr("/\\:;*?\"<>|%", *c))
            *c = '-';
    if (value[0] == '.')
        value[0] = '-';
}

struct text {
    char *bytes;
    size_t size, capacity;
};

static enum ho_result append(struct text *text, const char *bytes, size_t size, struct ho_diag *diag)
{
    if (text->size + size + 1 > text->capacity) {
        size_t capacity = 2 * (text->size + size + 1);
        char *grown = ho_realloc(text->bytes, capacity, 1);
        if (!grown)
            return ho_fail_memory(diag, capacity);
        text->bytes = grown;
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    text->bytes[text->size] = 0;
    return HO_OK;
}

static enum ho_result fail_unknown(const char *token, size_t length, const char *name, struct ho_diag *diag)
{
    char list[VALUE_SIZE] = "";
    for (size_t i = 0, used = 0; i < N_TOKENS && used < sizeof(list); i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%%{%s}", i ? ", " : "", tokens[i].name);
    return ho_fail(diag, HO_ERROR_USAGE, "unknown token %%{%.*s} in '%.200s'; there are %s", (int)length, token, name,
                   list);
}

static enum ho_result append_token(struct text *text, const char *token, size_t length, const char *name,
                                   const struct ho_token_values *values, struct ho_diag *diag)
{
    for (size_t i = 0; i < N_TOKENS; i++) {
        if (!same_name(token, length, tokens[i].name))
            continue;
        if (!tokens[i].value)
            return append(text, &(char){VERSION_MARK}, 1, diag);
        char value[VALUE_SIZE];
        tokens[i].value(values, value, sizeof(value));
        if (!value[0])
            return ho_fail(diag, HO_ERROR_USAGE, "'%.200s' asks for %%{%s}, but '%.300s' has none; leave the token out",
                           name, tokens[i].name, values->source->path);
        sanitise(value);
        return append(text, value, strlen(value), diag);
    }
    return fail_unknown(token, length, name, diag);
}

// Replaces the marks by the first number that no file has yet.
static enum ho_result count_version(const struct text *marked, enum ho_codec output_codec, char **out,
                                    struct ho_diag *diag)
{
    for (int version = 1; version <= VERSION_LAST; version++) {
        char number[16];
        int digits = snprintf(number, sizeof(number), "%03d", version);
        struct text name = {0};
        for (size_t i = 0; i < marked->size; i++) {
            bool is_mark = marked->bytes[i] == VERSION_MARK;
            enum ho_result result = is_mark ? append(&name, number, (size_t)digits, diag)
                                            : append(&name, &marked->bytes[i], 1, diag);
            if (result != HO_OK) {
                free(name.bytes);
                return result;
            }
        }
        if (!ho_output_exists(name.bytes, output_codec)) {
            *out = name.bytes;
            return HO_OK;
        }
        free(name.bytes);
    }
    return ho_fail(diag, HO_ERROR_SPACE, "all %d versions of this output name exist; choose another name",
                   VERSION_LAST);
}

enum ho_result ho_tokens_expand(const char *name, const struct ho_token_values *values, char **out,
                                struct ho_diag *diag)
{
    *out = NULL;
    struct text text = {0};
    enum ho_result result = append(&text, "", 0, diag);
    const char *c = name;
    while (result == HO_OK && *c) {
        if (c[0] != '%' || c[1] != '{') {
            result = *c == VERSION_MARK ? ho_fail(diag, HO_ERROR_USAGE, "a control character in the output name")
                                        : append(&text, c, 1, diag);
            c++;
            continue;
        }
        const char *close = strchr(c, '}');
        if (!close) {
            result = ho_fail(diag, HO_ERROR_USAGE, "a token in '%.300s' is not closed: '}' is missing", name);
            break;
        }
        result = append_token(&text, c + 2, (size_t)(close - c - 2), name, values, diag);
        c = close + 1;
    }
    if (result == HO_OK && memchr(text.bytes, VERSION_MARK, text.size))
        result = count_version(&text, values->codec, out, diag);
    else if (result == HO_OK) {
        *out = text.bytes;
        text.bytes = NULL;
    }
    free(text.bytes);
    return result;
}
