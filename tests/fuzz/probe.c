// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as a source: probed, then a few frames read forwards, backwards and alone. What is no movie gets a
// sentence; what is one keeps its count.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "holdout/log.h"
#include "holdout/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_some(struct ho_reader *reader)
{
    int64_t last = ho_reader_info(reader)->n_frames - 1;
    struct ho_frame *frame;
    if (ho_reader_frame(reader, last / 2, &frame, NULL) == HO_OK)
        ho_frame_unref(&frame);
    for (int backward = 0; backward < 2; backward++) {
        int64_t near = last < 8 ? last : 8;
        if (ho_reader_start(reader, backward ? near : 0, backward ? 0 : near, NULL) != HO_OK)
            return;
        int64_t n = 0;
        enum ho_result result;
        while ((result = ho_reader_next(reader, &frame, NULL)) == HO_OK) {
            if (ho_frame_index(frame) != (backward ? near - n : n))
                abort();
            n++;
            ho_frame_unref(&frame);
        }
        if (result == HO_END && n != near + 1)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ho_log_set_level(HO_LOG_QUIET);
    int file = memfd_create("source", 0);
    if (file < 0 || write(file, data, size) != (ssize_t)size)
        abort();
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct ho_reader_options options = {.n_threads = 1};
    struct ho_reader *reader;
    struct ho_diag diag = {0};
    enum ho_result result = ho_reader_open(path, &options, &reader, &diag);
    if (result == HO_OK) {
        if (ho_reader_info(reader)->n_frames < 1)
            abort();
        read_some(reader);
        ho_reader_close(&reader);
    } else if (!diag.message[0] || strchr(diag.message, '\n')) {
        abort();
    }
    close(file);
    return 0;
}
