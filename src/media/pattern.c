// SPDX-License-Identifier: BSD-2-Clause
#include "media/pattern.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_DIGITS = 18 };

const char *ho_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void ho_source_split(const char *path, char file[4096], char part[HO_NAME_SIZE])
{
    struct stat status;
    struct ho_pattern pattern;
    part[0] = 0;
    snprintf(file, 4096, "%s", path);
    if (stat(path, &status) == 0)
        return;
    for (const char *colon = strchr(ho_base_name(path), ':'); colon; colon = strchr(colon + 1, ':')) {
        snprintf(file, 4096, "%.*s", (int)(colon - path), path);
        if ((stat(file, &status) == 0 || ho_pattern_parse(file, &pattern)) && colon[1]) {
            snprintf(part, HO_NAME_SIZE, "%s", colon + 1);
            return;
        }
    }
    snprintf(file, 4096, "%s", path);
}

int ho_pattern_find(const char *name, size_t *start, size_t *end, int *width)
{
    int n = 0;
    for (size_t i = 0; name[i]; i++) {
        size_t n_digits = name[i] == '%' ? strspn(name + i + 1, "0123456789") : 0, after = i + 1 + n_digits;
        if (name[i] != '%' || n_digits > 2 || name[after] != 'd' || atoi(name + i + 1) > MAX_DIGITS)
            continue;
        *width = n_digits ? atoi(name + i + 1) : 1;
        *width += *width == 0;
        *start = i;
        *end = after + 1;
        n++;
    }
    return n;
}

// The longest run of "#", the last of several.
static bool find_hashes(const char *name, size_t *start, size_t *end, int *width)
{
    *width = 0;
    for (size_t i = 0; name[i];) {
        size_t n = strspn(name + i, "#");
        if ((int)n >= *width && n) {
            *start = i;
            *end = i + n;
            *width = (int)n;
        }
        i += n ? n : 1;
    }
    return *width > 0 && *width <= MAX_DIGITS;
}

static bool copy(char *out, size_t size, const char *text, size_t length)
{
    if (length >= size)
        return false;
    memcpy(out, text, length);
    out[length] = 0;
    return true;
}

bool ho_pattern_parse(const char *path, struct ho_pattern *out)
{
    const char *name = ho_base_name(path);
    size_t start, end;
    *out = (struct ho_pattern){0};
    if (!copy(out->folder, sizeof out->folder, path, (size_t)(name - path)))
        return false;
    bool is_number = ho_pattern_find(name, &start, &end, &out->width) > 0, is_glob = !is_number && strpbrk(name, "*?");
    if (!is_number && !is_glob)
        is_number = find_hashes(name, &start, &end, &out->width);
    if (is_number)
        return copy(out->prefix, sizeof out->prefix, name, start) &&
               copy(out->suffix, sizeof out->suffix, name + end, strlen(name + end));
    out->width = 0;
    return (is_glob || strchr(name, '[')) && copy(out->glob, sizeof out->glob, name, strlen(name));
}

bool ho_pattern_number(const char *text, size_t length, int width, int64_t *out)
{
    bool is_negative = length && text[0] == '-';
    const char *digits = text + is_negative;
    size_t n_digits = length - is_negative;
    if (!n_digits || n_digits > MAX_DIGITS || strspn(digits, "0123456789") < n_digits)
        return false;
    // As many digits as the pattern says, more only when the number needs them.
    if (length < (size_t)width || (n_digits > (size_t)width && digits[0] == '0'))
        return false;
    *out = strtoll(digits, NULL, 10) * (is_negative ? -1 : 1);
    return !is_negative || *out;    // no minus zero
}

static bool fits_literally(const char *glob, const char *name)
{
    char plain[4 * HO_NAME_SIZE];
    size_t n = 0;
    for (; *glob; glob++)
        n += (size_t)snprintf(plain + n, sizeof plain - n, strchr("[\\", *glob) ? "[%c]" : "%c", *glob);
    return fnmatch(plain, name, FNM_PERIOD | FNM_NOESCAPE) == 0;
}

bool ho_pattern_fits(const struct ho_pattern *pattern, const char *name, int64_t *number)
{
    *number = 0;
    if (pattern->glob[0])
        return pattern->has_classes ? fnmatch(pattern->glob, name, FNM_PERIOD | FNM_NOESCAPE) == 0
                                    : fits_literally(pattern->glob, name);
    size_t n_prefix = strlen(pattern->prefix), n_suffix = strlen(pattern->suffix), length = strlen(name);
    return length > n_prefix + n_suffix && strncmp(name, pattern->prefix, n_prefix) == 0 &&
           strcmp(name + length - n_suffix, pattern->suffix) == 0 &&
           ho_pattern_number(name + n_prefix, length - n_prefix - n_suffix, pattern->width, number);
}

size_t ho_pattern_last_number(const char *name, size_t *length)
{
    const char *dot = strrchr(name, '.');
    size_t end = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    while (end && !isdigit((unsigned char)name[end - 1]))
        end--;
    size_t begin = end;
    while (begin && isdigit((unsigned char)name[begin - 1]))
        begin--;
    // A hyphen after a letter or a digit separates, after a separator it is a sign.
    if (begin < end && begin && name[begin - 1] == '-' && (begin == 1 || strchr("._- ", name[begin - 2])))
        begin--;
    *length = end - begin;
    return begin;
}
