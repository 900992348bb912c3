# SPDX-License-Identifier: BSD-2-Clause
"""How long a click takes to answer once the clip is open (ho_preview_prompt, what a window calls)."""
import json
import pathlib
import subprocess
import sys

import common
import footage

TITLE = "A click's answer"
N_FRAMES = 8


def measure(bench):
    build = pathlib.Path(bench.program).resolve().parent.parent
    common.run("ninja", "-C", build, "bench/bench-click")
    rows = []
    for size in ("854x480", "1920x1080"):
        movie, click = footage.forth_and_back(bench, f"click-{size}", 100, size)
        for quality in ("faster", "better"):
            done = subprocess.run([str(build / "bench" / "bench-click"), str(movie), quality, click.split("@")[0], str(N_FRAMES)], capture_output=True, text=True)
            if done.returncode != 0:
                raise RuntimeError(done.stderr.strip())
            times = json.loads(done.stdout)
            rows.append([size, quality, f"{times['open']:.2f}", f"{common.median(times['show']):.3f}", f"**{common.median(times['first']):.3f}**", f"{max(times['first']):.3f}", f"**{common.median(times['again']):.3f}**",
                         f"{max(times['again']):.3f}"])
    return (f"Goal: under 0.15 s once the clip is open. Seconds; `show`: jumping to a frame and decoding it, on {N_FRAMES} frames; `first`: the first click there; `next`: further ones.\n\n"
            + common.table(["source", "quality", "open", "show a frame", "first: median", "worst", "next: median", "worst"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
