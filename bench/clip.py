# SPDX-License-Identifier: BSD-2-Clause
"""A source that is opened once and shared: scrubbing back and playing on against a reader alone, pictures for viewers, thumbnails meanwhile."""
import json
import pathlib
import subprocess
import sys

import common

TITLE = "A shared clip"
ROWS = [("reader_forward", "reader, forwards"), ("reader_forward_on", "reader, going on"), ("clip_forward", "clip, forwards, while its cache fills"), ("clip_forward_on", "clip, going on"), ("view_forward", "clip, forwards, as a picture of 1280x720"),
        ("reader_back", "reader, backwards"), ("clip_back", "clip, backwards"), ("clip_back_at_25", "clip, backwards, 25 a second"), ("evaluator_back", "graph, backwards"),
        ("view_among_thumbnails", "picture of 1280x720, 25 a second, while thumbnails are made")]


def movies(bench):
    source = ["-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=25,noise=alls=4:allf=t", "-pix_fmt", "yuv420p"]
    h264, prores = bench.path("long.mp4"), bench.path("hq.mov")
    common.run("ffmpeg", "-y", "-v", "error", *source, "-frames:v", 400, "-c:v", "libx264", "-preset", "veryfast", "-g", 250, "-x264-params", "scenecut=0", "-bf", 3, h264)
    common.run("ffmpeg", "-y", "-v", "error", "-i", h264, "-frames:v", 200, "-c:v", "prores_ks", "-profile:v", 3, prores)
    return {"H.264, a key frame every 250": h264, "ProRes 422 HQ": prores}


def measure(bench):
    build = pathlib.Path(bench.program).resolve().parent.parent
    subprocess.run(["ninja", "-C", str(build), "bench/bench-clip"], check=True, stdout=subprocess.DEVNULL)
    parts = []
    for name, movie in movies(bench).items():
        out = json.loads(subprocess.run([build / "bench" / "bench-clip", movie, bench.path("index")], check=True, capture_output=True, text=True).stdout)
        rows = [[label, f"{out[key]['mean']:.1f}", f"{out[key]['median']:.1f}", f"{out[key]['worst']:.0f}", f"{out[key]['cpu']:.1f}"] for key, label in ROWS]
        parts.append(f"{name}, 1920x1080, milliseconds a frame; playing on takes **{out['clip_forward_on']['cpu'] / out['reader_forward_on']['cpu']:.2f}** of the reader's computing, going back "
                     f"**{out['clip_back']['cpu'] / out['reader_back']['cpu']:.2f}** (what lies before is decoded already then):\n\n" + common.table(["way", "mean", "median", "worst", "computed"], rows))
    return "\n\n".join(parts)


if __name__ == "__main__":
    common.main(sys.modules[__name__])
