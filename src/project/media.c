// SPDX-License-Identifier: BSD-2-Clause
// The media pool: what probing gave, what overrides it, where the file is.
#include <glob.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "project/internal.h"

enum field_type { FIELD_TEXT, FIELD_INT, FIELD_INT64, FIELD_BOOL };
struct field {
    enum field_type type;
    size_t offset, size;
};
#define FIELD(type, name)                                                                           \
    {                                                                                               \
        type, offsetof(struct ho_project_media, name), sizeof(((struct ho_project_media *)0)->name) \
    }

// In the order of the table's columns, after id and bin.
static const struct field fields[] = {
    FIELD(FIELD_TEXT, source.path),
    FIELD(FIELD_TEXT, source.clip_name),
    FIELD(FIELD_TEXT, source.reel_name),
    FIELD(FIELD_TEXT, source.hash),
    FIELD(FIELD_INT, source.width),
    FIELD(FIELD_INT, source.height),
    FIELD(FIELD_INT64, source.pixel_aspect.num),
    FIELD(FIELD_INT64, source.pixel_aspect.den),
    FIELD(FIELD_INT64, source.rate.num),
    FIELD(FIELD_INT64, source.rate.den),
    FIELD(FIELD_INT64, source.n_frames),
    FIELD(FIELD_BOOL, source.variable_rate),
    FIELD(FIELD_BOOL, source.has_timecode),
    FIELD(FIELD_INT64, source.start.frame),
    FIELD(FIELD_INT, source.start.fps),
    FIELD(FIELD_BOOL, source.start.drop_frame),
    FIELD(FIELD_BOOL, source.is_sequence),
    FIELD(FIELD_INT64, source.first_number),
    FIELD(FIELD_TEXT, source.container),
    FIELD(FIELD_TEXT, source.codec),
    FIELD(FIELD_TEXT, source.profile),
    FIELD(FIELD_TEXT, source.pixel_format),
    FIELD(FIELD_INT, source.bit_depth),
    FIELD(FIELD_BOOL, source.has_alpha),
    FIELD(FIELD_INT, source.colour.matrix),
    FIELD(FIELD_INT, source.colour.transfer),
    FIELD(FIELD_INT, source.colour.primaries),
    FIELD(FIELD_INT, source.colour.full_range),
    FIELD(FIELD_INT, source.colour.chroma_location),
    FIELD(FIELD_BOOL, source.colour_is_tagged),
    FIELD(FIELD_INT, source.rotation),
    FIELD(FIELD_INT, source.field_order),
    FIELD(FIELD_INT, source.n_audio_streams),
    FIELD(FIELD_INT64, source.file_size),
    FIELD(FIELD_TEXT, clip_name),
    FIELD(FIELD_INT64, rate.num),
    FIELD(FIELD_INT64, rate.den),
    FIELD(FIELD_INT, alpha),
};
enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

static struct sql_value value_of(const struct ho_project_media *media, const struct field *field)
{
    const char *at = (const char *)media + field->offset;
    int number;
    int64_t wide;
    bool flag;
    switch (field->type) {
    case FIELD_INT: memcpy(&number, at, sizeof(number)); return sql_int(number);
    case FIELD_INT64: memcpy(&wide, at, sizeof(wide)); return sql_int(wide);
    case FIELD_BOOL: memcpy(&flag, at, sizeof(flag)); return sql_int(flag);
    case FIELD_TEXT: break;
    }
    return sql_text(at);
}

static void read_field(sqlite3_stmt *statement, int column, struct ho_project_media *media, const struct field *field)
{
    char *at = (char *)media + field->offset;
    int number = sqlite3_column_int(statement, column);
    int64_t wide = sqlite3_column_int64(statement, column);
    bool flag = wide != 0;
    switch (field->type) {
    case FIELD_INT: memcpy(at, &number, sizeof(number)); break;
    case FIELD_INT64: memcpy(at, &wide, sizeof(wide)); break;
    case FIELD_BOOL: memcpy(at, &flag, sizeof(flag)); break;
    case FIELD_TEXT: sql_copy_text(statement, column, at, field->size); break;
    }
}

static enum ho_result need_bin(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    return need_row(project, "SELECT id FROM bin WHERE id = ?1", id, "bin", diag);
}

enum ho_result ho_project_add_media(struct ho_project *project, int64_t bin, const struct ho_source_info *source,
                                    int64_t *id, struct ho_diag *diag)
{
    // The id, bin and one for each field.
    static const char sql[] =
        "INSERT INTO media VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct ho_project_media media = {.bin = bin, .source = *source, .rate = {0, 1}};
    struct sql_value values[N_FIELDS + 1] = {sql_int(bin)};
    HO_TRY(need_step(project, diag));
    HO_TRY(need_bin(project, bin, diag));
    for (int i = 0; i < N_FIELDS; i++)
        values[i + 1] = value_of(&media, &fields[i]);
    HO_TRY(sql_run(project, sql, (struct sql_values){values, N_FIELDS + 1}, diag));
    *id = sqlite3_last_insert_rowid(project->db);
    return HO_OK;
}

enum ho_result ho_project_get_media(struct ho_project *project, int64_t id, struct ho_project_media *out,
                                    struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(sql_query(project, "SELECT * FROM media WHERE id = ?1", VALUES(sql_int(id)), &statement, diag));
    enum ho_result result = sql_next(project, statement, diag);
    if (result == HO_END)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: there is no media number %lld", project->path, (long long)id);
    HO_TRY(result);
    *out = (struct ho_project_media){.id = id, .bin = sqlite3_column_int64(statement, 1)};
    for (int i = 0; i < N_FIELDS; i++)
        read_field(statement, i + 2, out, &fields[i]);
    sqlite3_reset(statement);
    return HO_OK;
}

static enum ho_result count_uses(struct ho_project *project, int64_t id, int64_t *n, struct ho_diag *diag)
{
    return sql_number(project, "SELECT count(*) FROM clip WHERE media = ?1", VALUES(sql_int(id)), n, diag);
}

enum ho_result ho_project_set_media(struct ho_project *project, const struct ho_project_media *media,
                                    struct ho_diag *diag)
{
    static const char sql[] =
        "UPDATE media SET bin = ?2, clip_name = ?3, rate_num = ?4, rate_den = ?5, alpha = ?6 WHERE id = ?1";
    struct ho_project_media old;
    int64_t n_uses = 0;
    HO_TRY(need_step(project, diag));
    HO_TRY(need_bin(project, media->bin, diag));
    HO_TRY(ho_project_get_media(project, media->id, &old, diag));
    HO_TRY(count_uses(project, media->id, &n_uses, diag));
    if (n_uses > 0 && (media->rate.num != old.rate.num || media->rate.den != old.rate.den))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: %lld clips on timelines show \"%s\" at its present rate: it cannot change while they do; "
                       "remove them first, or import it a second time",
                       project->path, (long long)n_uses, old.source.clip_name);
    if (media->rate.num < 0 || media->rate.den < 1 || (unsigned)media->alpha > HO_ALPHA_PREMULTIPLIED)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: a rate of %lld/%lld or an alpha of kind %d is not known",
                       project->path, (long long)media->rate.num, (long long)media->rate.den, (int)media->alpha);
    return sql_run(project, sql,
                   VALUES(sql_int(media->id), sql_int(media->bin), sql_text(media->clip_name), sql_int(media->rate.num),
                          sql_int(media->rate.den), sql_int(media->alpha)),
                   diag);
}

enum ho_result ho_project_remove_media(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    int64_t n_uses = 0;
    struct ho_project_media media;
    HO_TRY(need_step(project, diag));
    HO_TRY(ho_project_get_media(project, id, &media, diag));
    HO_TRY(count_uses(project, id, &n_uses, diag));
    if (n_uses > 0)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: %lld clips on timelines show \"%s\": remove them first",
                       project->path, (long long)n_uses, media.source.clip_name);
    return sql_run(project, "DELETE FROM media WHERE id = ?1", VALUES(sql_int(id)), diag);
}

enum ho_result ho_project_media_list(struct ho_project *project, int64_t **ids, size_t *n, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    void *list = NULL;
    size_t capacity = 0;
    *n = 0;
    HO_TRY(sql_query(project, "SELECT id FROM media ORDER BY id", NO_VALUES, &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK &&
           (result = list_grow(&list, n, &capacity, sizeof(int64_t), diag)) == HO_OK)
        ((int64_t *)list)[*n - 1] = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    *ids = list;
    return result == HO_END ? HO_OK : result;
}

// ---- files

// "shot.%04d.exr", "shot.####.exr" and "shot/*.jpg" as the shell has them: numbers are any characters.
static bool sequence_is_there(const char *path)
{
    char pattern[2 * sizeof(((struct ho_source_info *)0)->path)], *to = pattern;
    const char *name = strrchr(path, '/');
    glob_t found;
    for (const char *at = path; *at; at++) {
        size_t digits = at > name && *at == '%' ? strspn(at + 1, "0123456789") : 0;
        if (at > name && *at == '%' && at[1 + digits] == 'd') {
            *to++ = '*';
            at += digits + 1;
            continue;
        }
        if (strchr("[]?\\", *at))
            *to++ = '\\';
        *to++ = at > name && *at == '#' ? '?' : *at;
    }
    *to = '\0';
    bool is_there = glob(pattern, GLOB_NOSORT, NULL, &found) == 0;
    globfree(&found);
    return is_there;
}

bool ho_project_media_is_offline(const struct ho_project_media *media)
{
    const char *path = media->source.path, *colon = strrchr(path, ':');
    char file[sizeof(media->source.path)];
    if (access(path, R_OK) == 0)
        return false;
    // What follows a colon is a stream, or a layer of the file before it.
    bool has_part = colon && !strchr(colon, '/');
    snprintf(file, sizeof(file), "%.*s", has_part ? (int)(colon - path) : (int)strlen(path), path);
    return !(has_part && access(file, R_OK) == 0) && !(media->source.is_sequence && sequence_is_there(file));
}

enum ho_result ho_project_relink(struct ho_project *project, const struct ho_source_info *found, int64_t *n_relinked,
                                 struct ho_diag *diag)
{
    int64_t *ids = NULL;
    size_t n = 0;
    *n_relinked = 0;
    HO_TRY(need_step(project, diag));
    enum ho_result result = ho_project_media_list(project, &ids, &n, diag);
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        struct ho_project_media media;
        result = ho_project_get_media(project, ids[i], &media, diag);
        if (result != HO_OK || strcmp(media.source.hash, found->hash) != 0 || !ho_project_media_is_offline(&media))
            continue;
        result = sql_run(project, "UPDATE media SET path = ?2 WHERE id = ?1",
                         VALUES(sql_int(ids[i]), sql_text(found->path)), diag);
        ++*n_relinked;
    }
    free(ids);
    return result;
}

void ho_project_timeline_media(const struct ho_project_media *media, struct ho_timeline_media *out)
{
    const struct ho_source_info *source = &media->source;
    bool has_picture = source->width > 0, has_sound = source->n_audio_streams > 0;
    *out = (struct ho_timeline_media){.id = media->id,
                                      .rate = media->rate.num > 0 ? media->rate : source->rate,
                                      .n_frames = source->n_frames,
                                      .still = has_picture && source->n_frames == 1 && !has_sound,
                                      .has_picture = has_picture,
                                      .has_sound = has_sound,
                                      .width = source->width,
                                      .height = source->height};
    snprintf(out->name, sizeof(out->name), "%s", media->clip_name[0] ? media->clip_name : source->clip_name);
}
