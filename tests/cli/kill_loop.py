#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Kills `holdout track` at random moments, goes on, and compares what the bank holds at the end with an uninterrupted run, bit for bit.

kill_loop.py HOLDOUT [--kills 50] [--engine stub] [--source MOVIE] [--click X,Y@F] [--seed N]
After each kill: no frame that was there before is gone or changed, and the bank verifies. Prints one line of JSON and exits 1 if something did not hold.
"""
import argparse
import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time


def frames_of(bank):
    """{(object's file, frame, key): checksum} of the mattes that the current take shows. Read from a copy, so that recovery is left to the program."""
    found = {}
    for file in pathlib.Path(bank).rglob("*"):
        if not file.is_file() or file.open("rb").read(15) != b"SQLite format 3":
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / file.name
            shutil.copy(file, copy)
            wal = file.with_name(file.name + "-wal")
            if wal.exists():
                shutil.copy(wal, copy.with_name(wal.name))
            db = sqlite3.connect(copy)
            try:
                if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'spans'").fetchone():
                    for frame, key, checksum in db.execute("SELECT frame, frames.key, matte_checksum FROM frames, spans, state WHERE spans.key = frames.key AND spans.step = state.current"
                                                           " AND frame BETWEEN first AND last"):
                        found[file.name, frame, key] = checksum
            finally:
                db.close()
    return found


class Loop:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdout-kill-"))
        self.source = options.source or self.make_source()

    def make_source(self):
        path = self.folder / "source.mkv"
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=size=320x240:rate=25", "-frames:v", str(self.options.frames), "-pix_fmt", "yuv420p", "-c:v", "ffv1",
                        str(path)], check=True, stdin=subprocess.DEVNULL)
        return path

    def command(self, *words, bank):
        return [self.options.holdout, words[0], *map(str, words[1:]), "--bank", str(bank)]

    def track(self, bank):
        return self.command("track", self.source, "--click", self.options.click, "--engine", self.options.engine, "--quality", self.options.quality, "--quiet", bank=bank)

    def run(self, command):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr.strip()}")

    def mattes(self, bank, name):
        """Hash of every delivered frame, as another program decodes it."""
        movie = self.folder / name
        self.run(self.command("matte", self.source, "-o", movie, "--codec", "ffv1", "--overwrite", "--quiet", bank=bank))
        done = subprocess.run(["ffmpeg", "-v", "error", "-i", str(movie), "-f", "framemd5", "-"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        return [line.split(",")[-1].strip() for line in done.stdout.splitlines() if not line.startswith("#")]

    def kill_once(self, bank, seconds):
        """Tracks for `seconds`, then kills; True when the program had finished before."""
        process = subprocess.Popen(self.track(bank), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        error = process.stderr.read().strip()
        code = process.wait()
        if code not in (0, -9):
            raise AssertionError(f"going on after a kill failed with exit code {code}: {error}")
        return code == 0

    def perform(self):
        chance = random.Random(self.options.seed)
        reference = self.folder / "reference"
        started = time.monotonic()
        self.run(self.track(reference))
        whole = time.monotonic() - started
        final, wanted_mattes = frames_of(reference), self.mattes(reference, "reference.mkv")
        assert final, "the uninterrupted run left no frames in the bank"

        kills = rounds = mid_kills = 0
        while kills < self.options.kills:
            bank = self.folder / "bank"
            shutil.rmtree(bank, ignore_errors=True)
            rounds += 1
            before, finished = {}, False
            # The last kills of a round may come late; then the round is simply finished.
            while not finished and kills < self.options.kills:
                finished = self.kill_once(bank, chance.uniform(0, whole))
                kills += not finished
                now = frames_of(bank) if bank.exists() else {}
                lost = [key for key, value in before.items() if now.get(key) != value]
                assert not lost, f"kill {kills}: finished frames are gone or changed: {lost[:5]}"
                mid_kills += not finished and 0 < len(now) < len(final)
                before = now
            self.run(self.track(bank))
            assert frames_of(bank) == final, f"after {kills} kills the bank differs from an uninterrupted run's"
            assert self.mattes(bank, "killed.mkv") == wanted_mattes, f"after {kills} kills the delivered mattes differ from an uninterrupted run's"
            self.run(self.command("bank", "verify", bank=bank))
        return {"kills": kills, "kills_with_part_of_the_frames": mid_kills, "rounds": rounds, "frames": len(final), "seconds_uninterrupted": round(whole, 3), "seed": self.options.seed}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("holdout")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--engine", default="stub")
    parser.add_argument("--quality", default="faster")
    parser.add_argument("--source")
    parser.add_argument("--click", default="160,120@40")
    parser.add_argument("--frames", type=int, default=200, help="of the source that is made when none is given")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    return parser


def main():
    loop = Loop(arguments().parse_args())
    try:
        print(json.dumps(loop.perform()))
    except AssertionError as word:
        print(f"kill_loop: seed {loop.options.seed}: {word}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(loop.folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
