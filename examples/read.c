// SPDX-License-Identifier: BSD-2-Clause
// Reads a saved matte frame by frame and prints how much of each picture the object covers: read MATTE
#include <holdout/holdout.h>
#include <stdio.h>

static enum ho_result print_all(struct ho_reader *reader, struct ho_converter *converter, struct ho_diag *diag)
{
    const struct ho_source_info *info = ho_reader_info(reader);
    struct ho_matte *matte = NULL;
    HO_TRY(ho_matte_create(info->width, info->height, &matte, diag));
    enum ho_result result = ho_reader_start(reader, 0, info->n_frames - 1, diag);
    struct ho_frame *frame;
    while (result == HO_OK && (result = ho_reader_next(reader, &frame, diag)) == HO_OK) {
        char timecode[HO_TIMECODE_SIZE] = "";
        int64_t index = ho_frame_index(frame);
        result = ho_mask_from_frame(converter, frame, HO_MASK_ANY, matte, diag);
        ho_frame_unref(&frame);
        if (info->has_timecode)
            ho_timecode_format(ho_timecode_add(info->start, index), timecode);
        double share = (double)ho_matte_area(matte) / ((double)info->width * info->height);
        printf("%lld %s %.4f\n", (long long)index, timecode, share);
    }
    ho_matte_destroy(&matte);
    return result == HO_END ? HO_OK : result;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: read MATTE\n");
        return 2;
    }
    struct ho_diag diag = {0};
    struct ho_reader *reader = NULL;
    struct ho_converter *converter = NULL;
    enum ho_result result = ho_reader_open(argv[1], NULL, &reader, &diag);
    if (result == HO_OK)
        result = ho_converter_create(&converter, &diag);
    if (result == HO_OK)
        result = print_all(reader, converter, &diag);
    ho_converter_destroy(&converter);
    ho_reader_close(&reader);
    if (result != HO_OK)
        fprintf(stderr, "%s\n", diag.message);
    return ho_result_exit_code(result);
}
