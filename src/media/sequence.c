// SPDX-License-Identifier: BSD-2-Clause
// Image sequences by a pattern, and single pictures.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/packets.h"
#include "media/pattern.h"

bool ho_sequence_is_pattern(const char *path)
{
    struct stat status;
    struct ho_pattern pattern;
    return stat(path, &status) < 0 && ho_pattern_parse(path, &pattern);
}

// A file of a folder that fits a pattern; `name` is owned.
struct found {
    int64_t number;
    char *name;
};

struct found_list {
    struct found *files;
    size_t n, capacity;
};

static void clear(struct found_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->files[i].name);
    free(list->files);
}

static enum ho_result add_file(struct found_list *list, int64_t number, const char *name, struct ho_diag *diag)
{
    if (list->n == list->capacity) {
        size_t wanted = list->capacity ? list->capacity * 2 : 256;
        struct found *grown = ho_realloc(list->files, wanted, sizeof *grown);
        if (!grown)
            return ho_fail_memory(diag, wanted * sizeof *grown);
        list->files = grown;
        list->capacity = wanted;
    }
    char *copy = ho_strdup(name);
    if (!copy)
        return ho_fail_memory(diag, strlen(name));
    list->files[list->n++] = (struct found){number, copy};
    return HO_OK;
}

static int compare_numbers(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    return x->number != y->number ? (x->number > y->number) - (x->number < y->number) : strcmp(x->name, y->name);
}

// By their numbers where the rest of their names is alike: strverscmp() knows no number below zero.
static int compare_names(const void *a, const void *b)
{
    const char *x = ((const struct found *)a)->name, *y = ((const struct found *)b)->name;
    size_t n_x, n_y, at_x = ho_pattern_last_number(x, &n_x), at_y = ho_pattern_last_number(y, &n_y);
    bool is_alike = n_x && n_y && at_x == at_y && memcmp(x, y, at_x) == 0 &&
                    strcmp(x + at_x + n_x, y + at_y + n_y) == 0;
    if (!is_alike || n_x > 18 || n_y > 18)
        return strverscmp(x, y);
    int64_t first = strtoll(x + at_x, NULL, 10), second = strtoll(y + at_y, NULL, 10);
    return first != second ? (first > second) - (first < second) : strcmp(x, y);
}

// All files of the folder that fit.
static enum ho_result read_folder(const struct ho_pattern *pattern, struct found_list *out, struct ho_diag *diag)
{
    DIR *folder = opendir(pattern->folder[0] ? pattern->folder : ".");
    if (!folder)
        return ho_fail(diag, HO_ERROR_INPUT, "the folder \"%s\" of the image sequence cannot be opened: %s",
                       pattern->folder, strerror(errno));
    enum ho_result result = HO_OK;
    for (struct dirent *entry; result == HO_OK && (entry = readdir(folder));) {
        int64_t number;
        if (ho_pattern_fits(pattern, entry->d_name, &number))
            result = add_file(out, number, entry->d_name, diag);
    }
    closedir(folder);
    return result;
}

// The same, in order.
static enum ho_result list_files(const char *path, struct ho_pattern *pattern, struct found_list *out,
                                 struct ho_diag *diag)
{
    HO_TRY(read_folder(pattern, out, diag));
    pattern->has_classes = strchr(pattern->glob, '[') != NULL;
    if (!out->n && pattern->has_classes)
        HO_TRY(read_folder(pattern, out, diag));
    if (!out->n)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: no file fits this pattern", path);
    qsort(out->files, out->n, sizeof *out->files, pattern->glob[0] ? compare_names : compare_numbers);
    return HO_OK;
}

static void say_missing(const char *path, int64_t before, int64_t after)
{
    ho_log(HO_LOG_WARNING,
           after == before + 2 ? "%s: number %lld is missing; the picture before it is held"
                               : "%s: numbers %lld to %lld are missing; the picture before them is held",
           path, (long long)before + 1, (long long)after - 1);
}

static enum ho_result take_numbered(struct ho_sequence *sequence, const char *path, const struct ho_pattern *pattern,
                                    const struct found_list *list, struct ho_diag *diag)
{
    const struct found *files = list->files;
    const int64_t first = files[0].number, last = files[list->n - 1].number, n_all = last - first + 1;
    if (n_all > 10000000 || (n_all > 100 && n_all / 2 > (int64_t)list->n))
        return ho_fail(diag, HO_ERROR_INPUT,
                       "%s: only %zu of the files numbered %lld to %lld exist; a sequence needs most of them", path,
                       list->n, (long long)first, (long long)last);
    if (!(sequence->files = ho_alloc((size_t)n_all, sizeof *sequence->files)))
        return ho_fail_memory(diag, (size_t)n_all * sizeof *sequence->files);
    sequence->n = (uint32_t)n_all;
    sequence->first_number = first;
    for (size_t i = 0; i < list->n; i++) {
        if (i && files[i].number == files[i - 1].number)
            return ho_fail(diag, HO_ERROR_INPUT, "%s: %s and %s have the same number; move one of them away", path,
                           files[i - 1].name, files[i].name);
        if (i && files[i].number > files[i - 1].number + 1)
            say_missing(path, files[i - 1].number, files[i].number);
        char *file = ho_format("%s%s", pattern->folder, files[i].name);
        sequence->files[files[i].number - first] = file;
        if (!file)
            return ho_fail_memory(diag, 0);
    }
    return HO_OK;
}

static enum ho_result take_all(struct ho_sequence *sequence, const char *path, const struct ho_pattern *pattern,
                               const struct found_list *list, struct ho_diag *diag)
{
    sequence->files = ho_alloc(list->n, sizeof *sequence->files);
    if (!sequence->files)
        return ho_fail_memory(diag, list->n * sizeof *sequence->files);
    for (size_t i = 0; i < list->n; i++) {
        struct stat status;
        char *file = ho_format("%s%s", pattern->folder, list->files[i].name);
        if (!file)
            return ho_fail_memory(diag, 0);
        if (stat(file, &status) == 0 && S_ISREG(status.st_mode))
            sequence->files[sequence->n++] = file;
        else
            free(file);
    }
    return sequence->n ? HO_OK : ho_fail(diag, HO_ERROR_INPUT, "%s: no file fits this pattern", path);
}

// A pattern with a star takes the files as they are; a hole in their numbers is said all the same.
static void find_numbers(struct ho_sequence *sequence, const char *path)
{
    int64_t last = 0;
    for (uint32_t i = 0; i < sequence->n; i++) {
        size_t length, begin = ho_pattern_last_number(ho_base_name(sequence->files[i]), &length);
        if (!length || length > 18)
            return;
        int64_t number = strtoll(ho_base_name(sequence->files[i]) + begin, NULL, 10);
        if (i == 0)
            sequence->first_number = number;
        else
            sequence->numbers_jump |= number != last + 1;
        if (i > 0 && number > last + 1)
            ho_log(HO_LOG_WARNING,
                   "%s: no picture has a number from %lld to %lld; \"%%0%zud\" in the pattern instead of \"*\" would "
                   "hold the one before",
                   path, (long long)last + 1, (long long)number - 1, length);
        last = number;
    }
}

// What codec the first picture is in, as FFmpeg finds it from its content.
static enum ho_result find_codec(struct ho_sequence *sequence, struct ho_diag *diag)
{
    struct ho_movie movie;
    HO_TRY(ho_movie_open(&movie, sequence->files[0], NULL, sequence->cancel, diag));
    enum ho_result result = HO_OK;
    if (!ho_movie_is_still(&movie) && sequence->n > 1)
        result = ho_fail(diag, HO_ERROR_INPUT, "%s is a movie, not a picture; name it alone", sequence->files[0]);
    else if (!(sequence->parameters = avcodec_parameters_alloc()) ||
             avcodec_parameters_copy(sequence->parameters, movie.format->streams[movie.stream]->codecpar) < 0)
        result = ho_fail_memory(diag, sizeof *sequence->parameters);
    ho_movie_close(&movie);
    return result;
}

enum ho_result ho_sequence_open(struct ho_sequence *sequence, const char *path, const struct ho_cancel *cancel,
                                struct ho_diag *diag)
{
    *sequence = (struct ho_sequence){.cancel = cancel};
    struct ho_pattern pattern;
    struct found_list list = {0};
    if (!ho_pattern_parse(path, &pattern))
        return ho_fail(diag, HO_ERROR_INPUT, "%s: there is no such file", path);
    enum ho_result result = list_files(path, &pattern, &list, diag);
    if (result == HO_OK)
        result = pattern.glob[0] ? take_all(sequence, path, &pattern, &list, diag)
                                 : take_numbered(sequence, path, &pattern, &list, diag);
    if (result == HO_OK && pattern.glob[0])
        find_numbers(sequence, path);
    clear(&list);
    if (result == HO_OK)
        result = find_codec(sequence, diag);
    if (result != HO_OK)
        ho_sequence_close(sequence);
    return result;
}

enum ho_result ho_sequence_open_still(struct ho_sequence *sequence, const char *path, const struct ho_cancel *cancel,
                                      struct ho_diag *diag)
{
    *sequence = (struct ho_sequence){.cancel = cancel};
    sequence->files = ho_alloc(1, sizeof *sequence->files);
    enum ho_result result = sequence->files && (sequence->files[0] = ho_strdup(path)) ? HO_OK : ho_fail_memory(diag, 0);
    sequence->n = 1;
    if (result == HO_OK)
        result = find_codec(sequence, diag);
    if (result != HO_OK)
        ho_sequence_close(sequence);
    return result;
}

void ho_sequence_close(struct ho_sequence *sequence)
{
    for (uint32_t i = 0; i < sequence->n && sequence->files; i++)
        free(sequence->files[i]);
    free(sequence->files);
    avcodec_parameters_free(&sequence->parameters);
    memset(sequence, 0, sizeof *sequence);
}

void ho_clip_name_of(const char *path, char out[HO_NAME_SIZE])
{
    const char *name = ho_base_name(path), *dot = strrchr(name, '.');
    snprintf(out, HO_NAME_SIZE, "%.*s", dot && dot > name ? (int)(dot - name) : (int)strlen(name), name);
}

void ho_sequence_clip_name(const struct ho_sequence *sequence, char out[HO_NAME_SIZE])
{
    ho_clip_name_of(sequence->files[0], out);
    if (sequence->n == 1)
        return;
    size_t length, begin = ho_pattern_last_number(ho_base_name(sequence->files[0]), &length), end = begin;
    while (end && strchr("._- ", out[end - 1]))
        end--;
    if (length && end && end < HO_NAME_SIZE)
        out[end] = 0;
    else if (length && !end) {    // "0001.png": the folder's name says more
        char folder[4096];
        snprintf(folder, sizeof folder, "%.*s", (int)(ho_base_name(sequence->files[0]) - sequence->files[0]),
                 sequence->files[0]);
        size_t n = strlen(folder);
        while (n && folder[n - 1] == '/')
            folder[--n] = 0;
        if (n)
            snprintf(out, HO_NAME_SIZE, "%s", ho_base_name(folder));
    }
}

// A whole file as one packet. A file that cannot be read is an empty one: its frame is held.
static bool read_file(const char *file, AVPacket *packet)
{
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    struct stat status;
    bool is_read = descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
                   status.st_size > 0 && status.st_size < INT32_MAX - AV_INPUT_BUFFER_PADDING_SIZE &&
                   av_new_packet(packet, (int)status.st_size) == 0;
    for (off_t done = 0; is_read && done < status.st_size;) {
        ssize_t n = read(descriptor, packet->data + done, (size_t)(status.st_size - done));
        is_read = n > 0 || (n < 0 && errno == EINTR);
        done += n > 0 ? n : 0;
    }
    if (descriptor >= 0)
        close(descriptor);
    if (!is_read)
        av_packet_unref(packet);
    return is_read;
}

enum ho_result ho_sequence_read(struct ho_sequence *sequence, AVPacket *packet, uint32_t *number, struct ho_diag *diag)
{
    av_packet_unref(packet);
    if (ho_cancel_is_requested(sequence->cancel))
        return ho_fail(diag, HO_CANCELLED, "cancelled while reading an image sequence");
    if (sequence->next >= sequence->n)
        return HO_END;
    *number = sequence->next++;
    const char *file = sequence->files[*number];
    if (file && !read_file(file, packet))
        ho_log(HO_LOG_WARNING, "%s cannot be read", file);
    packet->flags = AV_PKT_FLAG_KEY;
    return HO_OK;
}
