// SPDX-License-Identifier: BSD-2-Clause
// Text that comes from files and users, made fit for JSON and for one line.
#include <string.h>

#include "command.h"

// Length of the UTF-8 sequence at `text`, or 0 if there is none.
static size_t utf8_length(const unsigned char *text)
{
    static const unsigned char first_min[] = {0, 0x80, 0xa0, 0x90}, first_max[] = {0xbf, 0x9f, 0x8f};
    if (text[0] < 0x80)
        return 1;
    size_t n = text[0] >= 0xc2 && text[0] <= 0xdf   ? 2
               : text[0] >= 0xe0 && text[0] <= 0xef ? 3
               : text[0] >= 0xf0 && text[0] <= 0xf4 ? 4
                                                    : 0;
    unsigned char low = text[0] == 0xe0 ? first_min[2] : text[0] == 0xf0 ? first_min[3] : first_min[1];
    unsigned char high = text[0] == 0xed ? first_max[1] : text[0] == 0xf4 ? first_max[2] : first_max[0];
    if (n < 2 || text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

void cli_clean(const char *text, char *out, size_t size)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t used = 0;
    while (*at) {
        size_t n = utf8_length(at);
        bool is_plain = n > 1 || (n == 1 && *at >= 0x20 && *at != 0x7f);
        n = n ? n : 1;
        if (used + n + 1 > size)
            break;
        if (is_plain)
            memcpy(out + used, at, n);
        else
            out[used] = '?';
        used += n;
        at += n;
    }
    out[used] = 0;
}

json_t *cli_json_text(const char *text)
{
    json_t *json = json_string(text);
    if (json)
        return json;
    char clean[8192];
    cli_clean(text, clean, sizeof(clean));
    return json_string(clean);
}
