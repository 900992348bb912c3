# SPDX-License-Identifier: BSD-2-Clause
"""Edits and undo through a session on 1,000 clips on 20 tracks, as the command line and the window do them, beside a command that changes nothing."""
import json
import os
import random
import statistics
import subprocess
import sys
import time

import common

TITLE = "A session of 1,000 clips"
N_TRACKS, N_CLIPS, N = 20, 50, 100


class Shell:
    def __init__(self, program, project, bank):
        self.child = subprocess.Popen([program, "project", project, "shell", "--json", "--bank", bank], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        """Milliseconds from the line to its answer, and the answer."""
        begun = time.monotonic()
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()
        answer = json.loads(self.child.stdout.readline())
        return (time.monotonic() - begun) * 1000, answer

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def make(bench, folder, project):
    movie = folder / "ride.mov"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-c:v", "prores_ks", str(movie)], check=True, stdin=subprocess.DEVNULL)
    lines = [f"import {movie}", "new-timeline big media=ride"] + ["add-track video"] * (N_TRACKS - 1)
    lines += [f"overwrite ride at={60 * i} in=20 out=69 track=V{t + 1} sound=no" for t in range(N_TRACKS) for i in range(N_CLIPS)]
    script = folder / "make.txt"
    script.write_text("\n".join(lines) + "\n")
    subprocess.run([bench.program, "project", project, "--create", "--script", script, "--quiet", "--bank", folder / "bank"], check=True, stdout=subprocess.DEVNULL)


def measure(bench):
    folder = bench.folder / "session"
    folder.mkdir(exist_ok=True)
    project = folder / "big.holdout"
    if project.exists():
        project.unlink()
    make(bench, folder, project)
    begun = time.monotonic()
    subprocess.run([bench.program, "project", project, "show", "--quiet", "--bank", folder / "bank"], check=True)
    opened = time.monotonic() - begun
    size = os.path.getsize(project)
    shell = Shell(bench.program, project, folder / "bank")
    clips = [clip["id"] for clip in shell.ask("clips")[1]["clips"]]
    random.seed(1)
    kinds = [("playhead (changes nothing)", lambda: f"playhead {random.randrange(3000)}"), ("rename-clip", lambda: f"rename-clip x{random.random()} clip={random.choice(clips)}"),
             ("set-number", lambda: f"set-number opacity {random.random():.3f} clip={random.choice(clips)}"),
             ("slip", lambda: f"slip {random.choice(clips)} frames={random.choice((-1, 1))}"), ("trim", lambda: f"trim {random.choice(clips)} tail frames={random.choice((-1, 1))}"),
             ("insert (ripples all 20 tracks)", lambda: f"insert ride at={random.randrange(3000)} in=20 out=29 sound=no"), ("undo", lambda: "undo"), ("redo", lambda: "redo")]
    rows = []
    for name, line in kinds:
        times = sorted(ms for ms, answer in (shell.ask(line()) for _ in range(N)) if "error" not in answer)
        if not times:
            raise RuntimeError(f"{name}: {shell.ask(line())[1]}")
        rows.append([name, len(times), f"{statistics.median(times):.1f}", f"{times[int(len(times) * 0.95)]:.1f}", f"{times[-1]:.1f}"])
    shell.close()
    return (f"Goal: any edit and any undo under 20 ms, opened in under 0.3 s, under 2 MB. {N_TRACKS * N_CLIPS} clips on {N_TRACKS} tracks; milliseconds from a line written to the shell to its "
            f"answer read, each edit durable. Program started, project opened and shown: {opened:.2f} s. File: {size / 1e6:.2f} MB.\n\n"
            + common.table(["command", "times", "median ms", "95% ms", "worst ms"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
