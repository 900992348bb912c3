// SPDX-License-Identifier: BSD-2-Clause
#include "media/sequence_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum ho_result ho_sequence_file_create(const struct ho_output *output, int64_t frame, struct ho_sequence_file *out,
                                       struct ho_diag *diag)
{
    int64_t number = output->options.first_number + frame;
    *out = (struct ho_sequence_file){.output = output,
                                     .frame = frame,
                                     .file = -1,
                                     .name = ho_place_file(output->place, output->place->folder, number)};
    char *path = ho_place_file(output->place, output->place->temporary, number);
    enum ho_result result = path && out->name ? HO_OK : ho_fail_memory(diag, strlen(output->place->temporary));
    if (result == HO_OK) {
        out->file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
        if (out->file < 0)
            result = ho_fail_errno(diag, errno, "written", out->name, frame);
    }
    free(path);
    if (result != HO_OK)
        free(out->name);
    return result;
}

bool ho_sequence_file_write(struct ho_sequence_file *file, const void *bytes, size_t size, int64_t offset)
{
    while (size > 0) {
        ssize_t n = pwrite(file->file, bytes, size, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            file->error = file->error ? file->error : errno;
            return false;
        }
        bytes = (const char *)bytes + n;
        size -= (size_t)n;
        offset += n;
    }
    return true;
}

enum ho_result ho_sequence_file_close(struct ho_sequence_file *file, bool failed, struct ho_diag *diag)
{
    if (!failed && !file->error && fsync(file->file))
        file->error = errno;
    if (close(file->file) && !file->error)
        file->error = errno;
    enum ho_result result = file->error ? ho_fail_errno(diag, file->error, "written", file->name, file->frame) : HO_OK;
    free(file->name);
    return result;
}
