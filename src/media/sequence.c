// SPDX-License-Identifier: BSD-2-Clause
// Image sequences: "shot.%04d.exr", "shot.####.exr", "shot/*.jpg", and single pictures.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/packets.h"

// A pattern with one number in it, taken apart: prefix, digits (at least `width` of them), suffix.
struct numbered {
    char folder[4096], prefix[HO_NAME_SIZE], suffix[HO_NAME_SIZE];
    int width;
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool copy(char *out, size_t size, const char *text, size_t length)
{
    if (length >= size)
        return false;
    memcpy(out, text, length);
    out[length] = 0;
    return true;
}

// "a.%04d.exr" or "a.####.exr" into its parts; false if there is no such number in the file's name.
static bool take_apart(const char *path, struct numbered *out)
{
    const char *name = base_name(path), *mark = strpbrk(name, "%#"), *rest = mark;
    if (!mark || !copy(out->folder, sizeof out->folder, path, (size_t)(name - path)) ||
        !copy(out->prefix, sizeof out->prefix, name, (size_t)(mark - name)))
        return false;
    if (*mark == '#') {
        rest = mark + strspn(mark, "#");
        out->width = (int)(rest - mark);
    } else {
        rest = mark + 1;
        out->width = 1;
        if (isdigit((unsigned char)*rest))
            out->width = (int)strtol(rest, (char **)(uintptr_t)&rest, 10);
        if (*rest++ != 'd' || out->width < 0 || out->width > 18)
            return false;
        out->width = out->width ? out->width : 1;
    }
    return copy(out->suffix, sizeof out->suffix, rest, strlen(rest)) && !strpbrk(out->suffix, "%#");
}

bool ho_sequence_is_pattern(const char *path)
{
    struct stat status;
    struct numbered parts;
    return stat(path, &status) < 0 && (take_apart(path, &parts) || strpbrk(path, "*?["));
}

// The number in a file's name, -1 if the name does not fit the pattern.
static int64_t number_of(const struct numbered *parts, const char *name)
{
    size_t n_prefix = strlen(parts->prefix), n_suffix = strlen(parts->suffix), length = strlen(name);
    if (length <= n_prefix + n_suffix || strncmp(name, parts->prefix, n_prefix) != 0 ||
        strcmp(name + length - n_suffix, parts->suffix) != 0)
        return -1;
    size_t n_digits = length - n_prefix - n_suffix;
    const char *digits = name + n_prefix;
    if (n_digits > 18 || strspn(digits, "0123456789") < n_digits)
        return -1;
    // As printf would write it: as many digits as the pattern says, more only when the number needs them.
    if (n_digits < (size_t)parts->width || (n_digits > (size_t)parts->width && digits[0] == '0'))
        return -1;
    return strtoll(digits, NULL, 10);
}

static int compare_numbers(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

// All numbers in the folder that fit, sorted.
static enum ho_result list_numbers(const struct numbered *parts, int64_t **out, size_t *n, struct ho_diag *diag)
{
    DIR *folder = opendir(parts->folder[0] ? parts->folder : ".");
    if (!folder)
        return ho_fail(diag, HO_ERROR_INPUT, "the folder \"%s\" of the image sequence cannot be opened: %s",
                       parts->folder, strerror(errno));
    int64_t *numbers = NULL;
    size_t capacity = 0;
    enum ho_result result = HO_OK;
    *n = 0;
    for (struct dirent *entry; result == HO_OK && (entry = readdir(folder));) {
        int64_t number = number_of(parts, entry->d_name);
        if (number < 0)
            continue;
        if (*n == capacity) {
            capacity = capacity ? capacity * 2 : 256;
            int64_t *grown = ho_realloc(numbers, capacity, sizeof *grown);
            if (!grown) {
                result = ho_fail_memory(diag, capacity * sizeof *grown);
                break;
            }
            numbers = grown;
        }
        numbers[(*n)++] = number;
    }
    closedir(folder);
    if (result != HO_OK) {
        free(numbers);
        return result;
    }
    if (*n)
        qsort(numbers, *n, sizeof *numbers, compare_numbers);
    *out = numbers;
    return HO_OK;
}

static enum ho_result open_numbered(struct ho_sequence *sequence, const char *path, const struct numbered *parts,
                                    struct ho_diag *diag)
{
    int64_t *numbers = NULL;
    size_t n = 0;
    HO_TRY(list_numbers(parts, &numbers, &n, diag));
    enum ho_result result = HO_OK;
    int64_t n_all = n ? numbers[n - 1] - numbers[0] + 1 : 0;
    if (!n)
        result = ho_fail(diag, HO_ERROR_INPUT, "%s: no file fits this pattern", path);
    else if (n_all > 10000000 || (n_all > 100 && n_all / 2 > (int64_t)n))
        result = ho_fail(diag, HO_ERROR_INPUT,
                         "%s: only %zu of the files numbered %lld to %lld exist; a sequence needs most of them", path,
                         n, (long long)numbers[0], (long long)numbers[n - 1]);
    if (result == HO_OK && !(sequence->files = ho_alloc((size_t)n_all, sizeof *sequence->files)))
        result = ho_fail_memory(diag, (size_t)n_all * sizeof *sequence->files);
    if (result == HO_OK) {
        sequence->n = (uint32_t)n_all;
        sequence->first_number = numbers[0];
    }
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        if (i && numbers[i] > numbers[i - 1] + 1)
            ho_log(HO_LOG_WARNING,
                   numbers[i] == numbers[i - 1] + 2
                       ? "%s: number %lld is missing; the picture before it is held"
                       : "%s: numbers %lld to %lld are missing; the picture before them is held",
                   path, (long long)numbers[i - 1] + 1, (long long)numbers[i] - 1);
        char *file = ho_format("%s%s%0*lld%s", parts->folder, parts->prefix, parts->width, (long long)numbers[i],
                               parts->suffix);
        sequence->files[numbers[i] - numbers[0]] = file;
        if (!file)
            result = ho_fail_memory(diag, 0);
    }
    free(numbers);
    return result;
}

static int compare_names(const void *a, const void *b) { return strverscmp(*(char *const *)a, *(char *const *)b); }

static enum ho_result open_glob(struct ho_sequence *sequence, const char *path, struct ho_diag *diag)
{
    glob_t found = {0};
    int error = glob(path, GLOB_NOSORT, NULL, &found);
    if (error == GLOB_NOSPACE)
        return ho_fail_memory(diag, 0);
    enum ho_result result = HO_OK;
    sequence->files = ho_alloc(found.gl_pathc ? found.gl_pathc : 1, sizeof *sequence->files);
    if (!sequence->files)
        result = ho_fail_memory(diag, found.gl_pathc * sizeof *sequence->files);
    for (size_t i = 0; i < found.gl_pathc && result == HO_OK; i++) {
        struct stat status;
        if (stat(found.gl_pathv[i], &status) < 0 || !S_ISREG(status.st_mode))
            continue;
        if (!(sequence->files[sequence->n++] = ho_strdup(found.gl_pathv[i])))
            result = ho_fail_memory(diag, 0);
    }
    globfree(&found);
    if (result != HO_OK)
        return result;
    if (!sequence->n)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: no file fits this pattern", path);
    qsort(sequence->files, sequence->n, sizeof *sequence->files, compare_names);
    return HO_OK;
}

// Where the last run of digits in a file's name begins, before its extension; 0 if there is none.
static size_t digits_at(const char *name, size_t *length)
{
    const char *dot = strrchr(name, '.');
    size_t end = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    while (end && !isdigit((unsigned char)name[end - 1]))
        end--;
    size_t begin = end;
    while (begin && isdigit((unsigned char)name[begin - 1]))
        begin--;
    *length = end - begin;
    return begin;
}

// A pattern with a star takes the files as they are; a hole in their numbers is said all the same.
static void find_numbers(struct ho_sequence *sequence, const char *path)
{
    int64_t last = -1;
    for (uint32_t i = 0; i < sequence->n; i++) {
        size_t length, begin = digits_at(base_name(sequence->files[i]), &length);
        if (!length || length > 18)
            return;
        int64_t number = strtoll(base_name(sequence->files[i]) + begin, NULL, 10);
        if (i == 0)
            sequence->first_number = number;
        else if (number > last + 1)
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
    HO_TRY(ho_movie_open(&movie, sequence->files[0], sequence->cancel, diag));
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
    struct numbered parts;
    enum ho_result result;
    if (take_apart(path, &parts)) {
        result = open_numbered(sequence, path, &parts, diag);
    } else {
        result = open_glob(sequence, path, diag);
        if (result == HO_OK)
            find_numbers(sequence, path);
    }
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
    const char *name = base_name(path), *dot = strrchr(name, '.');
    snprintf(out, HO_NAME_SIZE, "%.*s", dot && dot > name ? (int)(dot - name) : (int)strlen(name), name);
}

void ho_sequence_clip_name(const struct ho_sequence *sequence, char out[HO_NAME_SIZE])
{
    ho_clip_name_of(sequence->files[0], out);
    if (sequence->n == 1)
        return;
    size_t length, begin = digits_at(base_name(sequence->files[0]), &length), end = begin;
    while (end && strchr("._- ", out[end - 1]))
        end--;
    if (length && end && end < HO_NAME_SIZE)
        out[end] = 0;
    else if (length && !end) {    // "0001.png": the folder's name says more
        char folder[4096];
        snprintf(folder, sizeof folder, "%.*s", (int)(base_name(sequence->files[0]) - sequence->files[0]),
                 sequence->files[0]);
        size_t n = strlen(folder);
        while (n && folder[n - 1] == '/')
            folder[--n] = 0;
        if (n)
            snprintf(out, HO_NAME_SIZE, "%s", base_name(folder));
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
