// SPDX-License-Identifier: BSD-2-Clause
// Bytes that call themselves a remembered scan: whatever is taken must be sound, and be written back as it was.
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "media/index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // The fuzzer cannot find a checksum: it is put right for it.
    uint8_t *bytes = malloc(size + 8);
    memcpy(bytes, data, size);
    uint64_t sum = XXH3_64bits(data, size);
    for (int i = 0; i < 8; i++)
        bytes[size + (size_t)i] = (uint8_t)(sum >> (8 * i));
    struct ho_index index;
    if (ho_index_parse(bytes, size + 8, &index, NULL) == HO_OK) {
        for (int64_t frame = 0; frame < index.n_frames; frame += 1 + index.n_frames / 16) {
            uint32_t anchor = ho_index_anchor(&index, frame);
            if (anchor >= index.n_anchors || index.anchors[anchor].frame > frame ||
                index.frames[frame] >= index.n_packets)
                abort();
        }
        uint8_t *again;
        size_t again_size;
        if (ho_index_write(&index, &again, &again_size, NULL) != HO_OK || again_size != size + 8)
            abort();
        free(again);
        ho_index_free(&index);
    }
    free(bytes);
    return 0;
}
