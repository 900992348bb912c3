# SPDX-License-Identifier: BSD-2-Clause
"""Movies to time on: a real clip played forth and back (no cuts) where clips are at hand, moving test shapes otherwise."""
import pathlib

import common


def forth_and_back(bench, name, n_frames, size=None, clip="davis16_goat"):
    """(movie, a click on its object at frame 0). H.264 at 25 frames a second, `size` "WxH" or the clip's own."""
    path = bench.path(f"{name}.mp4")
    frames = sorted((pathlib.Path(bench.options.clips) / clip / "frames").glob("*.jpg"))
    if not frames:
        width, height = map(int, (size or "854x480").split("x"))
        encode(["-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate=25"], n_frames, None, path)
        return path, f"{width // 2},{height // 2}@0"
    # So many that the last frame is followed by the first without a jump, should the movie be played in a loop.
    frames = frames[:max(2, n_frames // 2 + 1)]
    order = frames + frames[-2:0:-1]
    listing = bench.path(f"{name}.txt")
    listing.write_text("".join(f"file '{order[i % len(order)]}'\nduration 0.04\n" for i in range(min(n_frames, len(order)))))
    loops = -(-n_frames // len(order)) - 1
    encode(["-stream_loop", str(loops), "-f", "concat", "-safe", "0", "-i", str(listing)], n_frames, size, path)
    x, y = click_of(pathlib.Path(bench.options.clips) / clip, size)
    return path, f"{x:.0f},{y:.0f}@0"


def encode(source, n_frames, size, path):
    scale = ["-vf", f"scale={size.replace('x', ':')}:flags=bicubic"] if size else []
    common.run("ffmpeg", "-y", "-v", "error", *source, *scale, "-frames:v", n_frames, "-r", "25", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", path)


def click_of(clip, size):
    import pictures
    width, height, rows = pictures.read_png(sorted((clip / "masks").iterdir())[0])
    x, y = pictures.middle(pictures.object_mask(rows, None))
    w, h = map(int, size.split("x")) if size else (width, height)
    return (x + 0.5) * w / width, (y + 0.5) * h / height
