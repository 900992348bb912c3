// SPDX-License-Identifier: BSD-2-Clause
#include "media/packets.h"

const AVCodecParameters *ho_packets_parameters(const struct ho_packets *packets)
{
    return packets->is_sequence ? packets->sequence.parameters
                                : packets->movie.format->streams[packets->movie.stream]->codecpar;
}

enum ho_result ho_packets_read(struct ho_packets *packets, AVPacket *packet, uint32_t *number, struct ho_diag *diag)
{
    return packets->is_sequence ? ho_sequence_read(&packets->sequence, packet, number, diag)
                                : ho_movie_read(&packets->movie, packet, number, diag);
}

enum ho_result ho_packets_seek(struct ho_packets *packets, uint32_t number, struct ho_diag *diag)
{
    if (!packets->is_sequence)
        return ho_movie_seek(&packets->movie, number, diag);
    packets->sequence.next = number;
    return HO_OK;
}

void ho_packets_close(struct ho_packets *packets)
{
    if (packets->is_sequence)
        ho_sequence_close(&packets->sequence);
    else
        ho_movie_close(&packets->movie);
}
