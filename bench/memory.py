# SPDX-License-Identifier: BSD-2-Clause
"""Peak resident memory of tracking and writing a 1920x1080 source of 100 and of 10,000 frames."""
import sys

import common
import footage

TITLE = "Memory, 1920x1080"
COUNTS = (100, 10000)


def measure(bench):
    short, click = footage.forth_and_back(bench, "memory", COUNTS[0], "1920x1080")
    rows, peaks = [], {}
    for count in COUNTS:
        movie = bench.path(f"memory-{count}.mp4")
        common.run("ffmpeg", "-y", "-v", "error", "-stream_loop", count // COUNTS[0] - 1, "-i", short, "-c", "copy", movie)
        bank = bench.bank("memory")
        track = bench.holdout("track", movie, "--click", click, "--quality", "faster", "--bank", bank)
        tracked = track["objects"][0]["n_tracked"]
        if tracked != count - 1 and tracked != count:
            raise RuntimeError(f"of {count} frames {tracked} were tracked: this measured nothing")
        write = bench.holdout("roto", movie, "--click", click, "--quality", "faster", "--bank", bank, "-o", bench.path("memory.mov"), "--codec", "prores-422-proxy", "--overwrite")
        peaks[count] = track["process"]["peak_mib"], write["process"]["peak_mib"]
        rows.append([count, track["source"]["n_frames"], f"{track['process']['peak_mib']:.0f}", f"{count / track['process']['seconds']:.1f}", f"{write['process']['peak_mib']:.0f}"])
    growth = max(b / a for a, b in zip(peaks[COUNTS[0]], peaks[COUNTS[1]]))
    return (f"Goal: under 1024 MiB, the same for both lengths. Growth from {COUNTS[0]} to {COUNTS[1]} frames: {growth:.2f} times.\n\n"
            + common.table(["frames", "frames read", "track: peak MiB", "frames/s", "write: peak MiB"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
