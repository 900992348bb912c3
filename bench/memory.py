# SPDX-License-Identifier: BSD-2-Clause
"""Peak resident memory of tracking and writing a 1920x1080 source of 100 and of 10,000 frames."""
import sys

import common
import footage

TITLE = "Memory, 1920x1080"
COUNTS = {"faster": (100, 10000), "better": (100, 1000)}


def measure(bench):
    short, click = footage.forth_and_back(bench, "memory", 100, "1920x1080")
    rows, growth = [], {}
    for quality, counts in COUNTS.items():
        peaks = [measure_one(bench, short, click, quality, count, rows) for count in counts]
        growth[quality] = max(b / a for a, b in zip(*peaks))
    grown = ", ".join(f"{quality} {times:.2f} times from {COUNTS[quality][0]} to {COUNTS[quality][1]} frames" for quality, times in growth.items())
    return (f"Goal: under 1024 MiB, the same for both lengths. Growth: {grown}.\n\n"
            + common.table(["quality", "frames", "frames read", "track: peak MiB", "frames/s", "write: peak MiB"], rows))


def measure_one(bench, short, click, quality, count, rows):
    """The peaks of tracking and of writing, in MiB; adds a row."""
    movie = bench.path(f"memory-{count}.mp4")
    common.run("ffmpeg", "-y", "-v", "error", "-stream_loop", count // 100 - 1, "-i", short, "-c", "copy", movie)
    words = [movie, "--click", click, "--quality", quality, "--bank", bench.bank("memory")]
    track = bench.holdout("track", *words)
    tracked = track["objects"][0]["n_tracked"]
    if tracked != count - 1 and tracked != count:
        raise RuntimeError(f"of {count} frames {tracked} were tracked: this measured nothing")
    write = bench.holdout("roto", *words, "-o", bench.path("memory.mov"), "--codec", "prores-422-proxy", "--overwrite")
    peaks = track["process"]["peak_mib"], write["process"]["peak_mib"]
    rows.append([quality, count, track["source"]["n_frames"], f"{peaks[0]:.0f}", f"{count / track['process']['seconds']:.1f}", f"{peaks[1]:.0f}"])
    return peaks


if __name__ == "__main__":
    common.main(sys.modules[__name__])
