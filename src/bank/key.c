// SPDX-License-Identifier: BSD-2-Clause
// Keys: 128-bit XXH3 over fields, each with its length.
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "bank/store.h"
#include "base/memory.h"

struct ho_key_maker {
    XXH3_state_t *state;
};

enum ho_result ho_key_maker_create(struct ho_key_maker **out, struct ho_diag *diag)
{
    struct ho_key_maker *maker = ho_alloc(1, sizeof(*maker));
    if (!maker)
        return ho_fail_memory(diag, sizeof(*maker));
    maker->state = XXH3_createState();
    if (!maker->state) {
        free(maker);
        return ho_fail_memory(diag, sizeof(XXH3_state_t *));
    }
    XXH3_128bits_reset(maker->state);
    *out = maker;
    return HO_OK;
}

void ho_key_maker_destroy(struct ho_key_maker **maker)
{
    if (!maker || !*maker)
        return;
    XXH3_freeState((*maker)->state);
    free(*maker);
    *maker = NULL;
}

// Little-endian on every machine, so that a bank can move between them.
static void put_number(uint8_t out[8], uint64_t number)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(number >> (8 * i));
}

void ho_key_maker_add(struct ho_key_maker *maker, const void *bytes, size_t size)
{
    uint8_t length[8];
    put_number(length, size);
    XXH3_128bits_update(maker->state, length, sizeof(length));
    if (size)
        XXH3_128bits_update(maker->state, bytes, size);
}

void ho_key_maker_add_text(struct ho_key_maker *maker, const char *text)
{
    ho_key_maker_add(maker, text ? text : "", text ? strlen(text) : 0);
}

void ho_key_maker_add_number(struct ho_key_maker *maker, int64_t number)
{
    uint8_t bytes[8];
    put_number(bytes, (uint64_t)number);
    ho_key_maker_add(maker, bytes, sizeof(bytes));
}

void ho_key_maker_add_key(struct ho_key_maker *maker, struct ho_key key)
{
    uint8_t bytes[16];
    put_number(bytes, key.low);
    put_number(bytes + 8, key.high);
    ho_key_maker_add(maker, bytes, sizeof(bytes));
}

struct ho_key ho_key_maker_key(const struct ho_key_maker *maker)
{
    XXH128_hash_t hash = XXH3_128bits_digest(maker->state);
    return (struct ho_key){.low = hash.low64, .high = hash.high64};
}

bool ho_key_is_zero(struct ho_key key) { return !key.low && !key.high; }

bool ho_key_equal(struct ho_key a, struct ho_key b) { return a.low == b.low && a.high == b.high; }

void ho_key_format(struct ho_key key, char out[HO_ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        out[i] = digits[key.high >> (60 - 4 * i) & 15];
        out[16 + i] = digits[key.low >> (60 - 4 * i) & 15];
    }
    out[32] = '\0';
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool ho_key_parse(const char *text, struct ho_key *out)
{
    struct ho_key key = {0, 0};
    for (int i = 0; i < 32; i++) {
        int value = text ? digit_value(text[i]) : -1;
        if (value < 0)
            return false;
        uint64_t *half = i < 16 ? &key.high : &key.low;
        *half = *half << 4 | (uint64_t)value;
    }
    *out = key;
    return text[32] == '\0';
}
