# SPDX-License-Identifier: BSD-2-Clause
"""A project of 1,000 clips on 20 tracks: opening, edits, undo, size; and again 10,000 edits later."""
import json
import pathlib
import subprocess
import sys

import common

TITLE = "Projects"
N_LATER = 10000


def row(name, figures):
    edit, undo = figures["edit"], figures["undo"]
    return [name, f"{edit[0]:.1f}", f"{edit[1]:.1f}", f"{edit[2]:.1f}", f"{undo[0]:.1f}", f"{undo[1]:.1f}", f"{undo[2]:.1f}"]


def measure(bench):
    build = pathlib.Path(bench.program).resolve().parent.parent
    subprocess.run(["ninja", "-C", str(build), "bench/bench-project"], check=True, stdout=subprocess.DEVNULL)
    words = [str(build / "bench" / "bench-project"), str(bench.folder), str(N_LATER)]
    figures = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    bare = figures["bare durable write"]
    rows = [row(name, value) for name, value in figures.items() if isinstance(value, dict)]
    return (f"1,000 clips on 20 tracks with 10,000 keyframes: file {figures['bytes'] / 1e6:.2f} MB (goal 2), opened and on the timeline in {figures['open'][0]:.0f} ms (goal 300); "
            f"after {N_LATER:,} more steps {figures['bytes later'] / 1e6:.2f} MB, {figures['open later'][0]:.0f} ms.\n\n"
            f"An edit is the edit in memory and its commit to the disk, an undo the inverse on the disk and the timeline in memory read again where it changed; milliseconds, goal 20 each. "
            f"A bare write of 4 kB that is on this disk when it returns took {bare[0]:.1f} ms in the same run (at most {bare[1]:.1f}): a step waits for one.\n\n"
            + common.table(["step", "edit, median", "at most", "of it processor", "undo, median", "at most", "of it processor"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
