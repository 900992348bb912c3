// SPDX-License-Identifier: BSD-2-Clause
// A sequence that replaces another and cannot be moved whole: what stood there stands there again.
#include "unit/bank_fixture.h"

#include "media/writer.h"

enum { N = 3 };

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_file(const char *path, const char *text)
{
    char read[32] = "";
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s is gone", path);
    (void)!fread(read, 1, sizeof(read) - 1, file);
    fclose(file);
    assert_string_equal(read, text);
}

// File `lacking` is not there to be moved: those before it have moved already, and what it would replace is put aside.
static void publish_without(int lacking)
{
    char folder[256], path[320], file[400];
    struct ho_place place;
    struct ho_diag diag = {0};
    fixture_folder(folder, sizeof(folder));
    snprintf(path, sizeof(path), "%s/m.%%d.png", folder);
    for (int i = 0; i < N; i++) {
        snprintf(file, sizeof(file), "%s/m.%d.png", folder, i);
        put_file(file, "old");
    }
    assert_ok(ho_place_init(&place, path, HO_CODEC_PNG, N, true, &diag), &diag);
    assert_ok(ho_place_make(&place, &diag), &diag);
    for (int i = 0; i < N; i++) {
        char *new = ho_place_file(&place, place.temporary, i);
        if (i != lacking)
            put_file(new, "new");
        free(new);
    }
    enum ho_result result = ho_place_publish(&place, 0, N, &diag);
    assert_int_equal(result == HO_OK, lacking < 0);
    for (int i = 0; i < N; i++) {
        snprintf(file, sizeof(file), "%s/m.%d.png", folder, i);
        assert_file(file, lacking < 0 ? "new" : "old");
    }
    ho_place_clear(&place);
    fixture_remove_tree(folder);
}

static void what_is_replaced_comes_back(void **state)
{
    (void)state;
    for (int lacking = -1; lacking < N; lacking++)
        publish_without(lacking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_replaced_comes_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
