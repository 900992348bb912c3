# SPDX-License-Identifier: BSD-2-Clause
"""Small pictures in plain Python: reading and writing 8-bit masks as PNG, and where a person would click."""
import struct
import zlib


def read_png(path):
    """(width, height, rows) of a grey or palette PNG without interlacing; samples are grey levels (16 bits cut to 8) or palette indices."""
    data = path.read_bytes()
    place, packed = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place:place + 8])
        body = data[place + 8:place + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        place += size + 12
    if colour not in (0, 3) or interlace:
        raise ValueError(f"{path}: not a plain grey or palette PNG")
    step = max(1, depth // 8)
    line = (width * depth + 7) // 8
    raw, rows, above = zlib.decompress(packed), [], bytearray(line)
    for y in range(height):
        kind, row = raw[y * (line + 1)], bytearray(raw[y * (line + 1) + 1:(y + 1) * (line + 1)])
        unfilter(kind, row, above, step)
        rows.append(samples(row, width, depth))
        above = row
    return width, height, rows


def unfilter(kind, row, above, step):
    """Undoes a PNG row's filter in place."""
    if kind == 1:
        for i in range(step, len(row)):
            row[i] = (row[i] + row[i - step]) & 255
    elif kind == 2:
        for i in range(len(row)):
            row[i] = (row[i] + above[i]) & 255
    elif kind == 3:
        for i in range(len(row)):
            row[i] = (row[i] + ((row[i - step] if i >= step else 0) + above[i]) // 2) & 255
    elif kind == 4:
        for i in range(len(row)):
            a, b, c = (row[i - step] if i >= step else 0), above[i], (above[i - step] if i >= step else 0)
            pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
            row[i] = (row[i] + (a if pa <= pb and pa <= pc else b if pb <= pc else c)) & 255


def samples(row, width, depth):
    if depth == 8:
        return bytes(row)
    if depth == 16:
        return bytes(row[0::2])
    per_byte = 8 // depth
    return bytes((row[x // per_byte] >> (8 - depth * (x % per_byte + 1))) & ((1 << depth) - 1) for x in range(width))


def write_png(path, width, height, rows):
    """An 8-bit grey PNG."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def object_mask(rows, number):
    """Rows of 0 and 1: the pixels of one palette index, or (number None) all that are at least half."""
    return [bytes(v == number for v in row) if number is not None else bytes(v > 127 for v in row) for row in rows]


def largest_piece(mask):
    """The largest 4-connected piece of a mask (rows of 0 and 1), as a mask; None when it is empty."""
    height, width = len(mask), len(mask[0])
    seen, best = [bytearray(width) for _ in range(height)], []
    for y in range(height):
        for x in range(width):
            if not mask[y][x] or seen[y][x]:
                continue
            piece, stack = [], [(x, y)]
            seen[y][x] = 1
            while stack:
                px, py = stack.pop()
                piece.append((px, py))
                for nx, ny in ((px + 1, py), (px - 1, py), (px, py + 1), (px, py - 1)):
                    if 0 <= nx < width and 0 <= ny < height and mask[ny][nx] and not seen[ny][nx]:
                        seen[ny][nx] = 1
                        stack.append((nx, ny))
            if len(piece) > len(best):
                best = piece
    if not best:
        return None
    out = [bytearray(width) for _ in range(height)]
    for x, y in best:
        out[y][x] = 1
    return out


def middle(mask):
    """The pixel of a mask that is furthest from its outside (the frame's border counts as outside), by 3-4 chamfer distance."""
    height, width = len(mask), len(mask[0])
    far = 1 << 20
    distance = [[0] * (width + 2)] + [[0] + [far if v else 0 for v in row] + [0] for row in mask] + [[0] * (width + 2)]
    for y in range(1, height + 1):
        row, up = distance[y], distance[y - 1]
        for x in range(1, width + 1):
            if row[x]:
                row[x] = min(row[x - 1] + 3, up[x] + 3, up[x - 1] + 4, up[x + 1] + 4)
    best = (0, 0, 0)
    for y in range(height, 0, -1):
        row, down = distance[y], distance[y + 1]
        for x in range(width, 0, -1):
            if row[x]:
                row[x] = min(row[x], row[x + 1] + 3, down[x] + 3, down[x + 1] + 4, down[x - 1] + 4)
                best = max(best, (row[x], x - 1, y - 1))
    return best[1], best[2]


def wrong_piece(truth, answer):
    """The largest wrong piece as a mask (None when nothing is wrong), and whether it is one that was missed."""
    missed = largest_piece([bytes(t and not a for t, a in zip(*rows)) for rows in zip(truth, answer)])
    spilt = largest_piece([bytes(a and not t for t, a in zip(*rows)) for rows in zip(truth, answer)])
    sizes = [sum(map(sum, piece)) if piece else 0 for piece in (missed, spilt)]
    return (missed, True) if sizes[0] >= sizes[1] else (spilt, False)


def next_click(truth, answer):
    """Where a careful user clicks next: (x, y, inside) in the middle of the largest wrong piece; None when nothing is wrong."""
    piece, inside = wrong_piece(truth, answer)
    return (*middle(piece), inside) if piece else None
