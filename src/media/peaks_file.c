// SPDX-License-Identifier: BSD-2-Clause
// Peaks as a file: a head, the spans, and a checksum of both. Whole or absent.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/limit.h"
#include "base/memory.h"
#include "holdout/log.h"
#include "holdout/source.h"
#include "media/pattern.h"
#include "media/peaks.h"

static const char mark[8] = "HoPeak1";
struct head {
    char mark[8];
    int64_t n;
};

static char *name_of(const char *dir, const char *path, int stream)
{
    char file[4096], part[HO_NAME_SIZE];
    struct stat st;
    ho_source_split(path, file, part);
    if (stat(file, &st) != 0)
        return NULL;
    const int64_t facts[] = {(int64_t)st.st_dev,         (int64_t)st.st_ino, (int64_t)st.st_size,
                             (int64_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec, stream};
    const XXH128_hash_t hash = XXH3_128bits(facts, sizeof(facts));
    return ho_format("%s/%016llx%016llx.peaks", dir, (unsigned long long)hash.high64, (unsigned long long)hash.low64);
}

static uint64_t sum_of(const struct head *head, const struct ho_peak *spans)
{
    return XXH3_64bits_withSeed(spans, (size_t)head->n * sizeof(*spans), (uint64_t)head->n);
}

static bool read_file(FILE *file, struct ho_peaks *out)
{
    struct head head;
    uint64_t sum;
    struct stat st;
    if (fread(&head, sizeof(head), 1, file) != 1 || memcmp(head.mark, mark, sizeof(mark)) != 0 || head.n < 0 ||
        fstat(fileno(file), &st) != 0 || head.n > st.st_size)
        return false;
    out->span = ho_alloc((size_t)head.n + 1, sizeof(*out->span));
    if (out->span && fread(out->span, sizeof(*out->span), (size_t)head.n, file) == (size_t)head.n &&
        fread(&sum, sizeof(sum), 1, file) == 1 && sum == sum_of(&head, out->span)) {
        out->n = head.n;
        out->capacity = (size_t)head.n + 1;
        return true;
    }
    free(out->span);
    out->span = NULL;
    return false;
}

bool ho_peaks_load(const char *dir, const char *path, int stream, struct ho_peaks *out)
{
    char *name = name_of(dir, path, stream);
    FILE *file = name ? fopen(name, "rbe") : NULL;
    bool is_read = file && read_file(file, out);
    if (file)
        fclose(file);
    free(name);
    return is_read;
}

static bool write_file(FILE *file, const struct ho_peaks *peaks)
{
    struct head head = {.n = peaks->n};
    memcpy(head.mark, mark, sizeof(mark));
    const uint64_t sum = sum_of(&head, peaks->span);
    bool is_written = fwrite(&head, sizeof(head), 1, file) == 1 &&
                      fwrite(peaks->span, sizeof(*peaks->span), (size_t)peaks->n, file) == (size_t)peaks->n &&
                      fwrite(&sum, sizeof(sum), 1, file) == 1;
    return fclose(file) == 0 && is_written;
}

void ho_peaks_save(const char *dir, const char *path, int stream, const struct ho_peaks *peaks)
{
    char *name = name_of(dir, path, stream), *temporary = ho_format("%s/peaks.XXXXXX", dir);
    struct ho_limit_guard guard;
    ho_limit_begin(&guard);
    (void)mkdir(dir, 0777);    // whether it is there shows when the file is made
    int file = name && temporary ? mkstemp(temporary) : -1;
    FILE *stream_file = file >= 0 ? fdopen(file, "wb") : NULL;
    bool is_saved = stream_file && write_file(stream_file, peaks) && rename(temporary, name) == 0;
    const int error = errno;
    if (file >= 0 && !stream_file)
        close(file);
    if (file >= 0 && !is_saved)
        unlink(temporary);
    ho_limit_end(&guard);
    if (!is_saved)
        ho_log(HO_LOG_WARNING,
               "what the sound of %s looks like cannot be remembered in %s (%s); it is made again next time", path, dir,
               strerror(error));
    free(name);
    free(temporary);
}
