# SPDX-License-Identifier: BSD-2-Clause
"""kill -9 at random moments while the embedded engine tracks; what the bank holds at the end must equal an uninterrupted run's, bit for bit."""
import json
import subprocess
import sys

import common
import footage

TITLE = "kill -9 in a loop"


def measure(bench):
    rows = []
    movie, click = footage.forth_and_back(bench, "kill", 60)
    x, y = click.split("@")[0].split(",")
    loop = [sys.executable, str(common.ROOT / "tests" / "cli" / "kill_loop.py"), bench.program, "--kills", str(bench.options.kills)]
    for engine, words in (("stub", []), ("embedded", ["--source", str(movie), "--click", f"{x},{y}@30"])):
        done = subprocess.run([*loop, "--engine", engine, *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        told = json.loads(done.stdout)
        rows.append([engine, told["frames"], told["kills"], told["kills_with_part_of_the_frames"], told["rounds"], "yes", "yes", told["seed"]])
    return ("Goal: 50 kills, nothing finished is lost, and the result is an uninterrupted run's bit for bit.\n\n"
            + common.table(["engine", "frames", "kills", "of them with part of the frames banked", "banks", "finished frames kept", "mattes equal", "seed"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
