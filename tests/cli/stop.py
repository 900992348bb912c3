#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Ctrl-C: stops cleanly within a second, says how to go on, and the same command goes on from there."""
import json
import os
import pty
import signal
import subprocess
import time
import unittest

import common
from common import ENGINE

SECONDS = 1.0 if not os.environ.get("HOLDOUT_SLOW") else 10.0      # sanitizers are slow


class Stop(common.Case):
    SIZE, N_FRAMES = "640x360", 1500
    CLICK = ["--click", "160,180@0"]

    @classmethod
    def make_source(cls, path, size=None, n=None, extra=()):
        common.ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={cls.SIZE}:rate=25", "-frames:v", cls.N_FRAMES, "-c:v", "mpeg4", "-q:v", "8", path)

    def start(self, *words, env=None, **more):
        return subprocess.Popen([common.HOLDOUT, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                                env={**os.environ, "HOLDOUT_BANK": str(self.bank), **(env or {})}, **more)

    def wait_for(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.02)
        self.fail("it did not begin")

    def is_ready(self, process):
        """The program is past its start and listens to signals."""
        status = common.pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
        caught = [line for line in status if line.startswith("SigCgt")]
        return int(caught[0].split()[1], 16) & (1 << (signal.SIGTERM - 1))

    def bank_has_frames(self):
        return any(p.stat().st_size > 20000 for p in self.bank.rglob("*") if p.is_file() and "index" not in p.parts)

    def stopped(self, process, number):
        process.send_signal(number)
        begun = time.monotonic()
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        self.assertLess(time.monotonic() - begun, SECONDS)
        return out, err

    def test_tracking_stops_and_goes_on(self):
        words = ["track", self.source, *self.CLICK, *ENGINE]
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start(*words)
            self.wait_for(lambda: self.is_ready(process) and self.bank_has_frames())
            time.sleep(0.2)
            _, err = self.stopped(process, number)
            lines = [line for line in err.splitlines() if "frames/s" not in line]
            self.assertEqual(len(lines), 1, err)
            self.assertIn("same command goes on", lines[0])
        answer = self.json(*words)
        self.assertGreater(answer["objects"][0]["n_reused"], 0)
        self.assertEqual(answer["objects"][0]["n_reused"] + answer["objects"][0]["n_tracked"], self.N_FRAMES)

    def test_stopped_with_json(self):
        process = self.start("track", self.source, *self.CLICK, *ENGINE, "--json")
        self.wait_for(self.bank_has_frames)
        out, err = self.stopped(process, signal.SIGINT)
        self.assertEqual(json.loads(out)["error"]["kind"], "cancelled")
        self.assertEqual(err, "")

    def test_writing_stops_and_leaves_nothing(self):
        self.json("track", self.source, *self.CLICK, *ENGINE)
        process = self.start("matte", self.source, "-o", self.out / "x.mov", "--view", "overlay")
        self.wait_for(lambda: any(self.out.iterdir()))
        _, err = self.stopped(process, signal.SIGINT)
        self.assertIn("was not written", err)
        self.nothing_left()

    def roto(self, source, *words, **more):
        return self.start("roto", source, *self.CLICK, *ENGINE, "-o", self.out / "x.mov", *words, **more)

    def stopped_in_one_sentence(self, process, *parts):
        _, err = self.stopped(process, signal.SIGINT)
        lines = [line for line in err.splitlines() if "frames/s" not in line and not line.startswith("holdout: warning: ")]
        self.assertEqual(len(lines), 1, err)
        for part in ("holdout: ", *parts):
            self.assertIn(part, lines[0])
        self.nothing_left()

    def test_roto_while_it_reads_what_the_source_is(self):
        """Nearly a million packets: their list and hash take a second or more."""
        few, many = self.folder / "few.mkv", self.folder / "many.mkv"
        common.ffmpeg("-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-frames:v", 24, "-vf", "scale=32:24", "-c:v", "mpeg4", "-q:v", "31", few)
        common.ffmpeg("-stream_loop", 40000, "-i", few, "-c", "copy", many)
        process = self.roto(many)
        self.wait_for(lambda: self.is_ready(process))
        time.sleep(0.1)
        self.stopped_in_one_sentence(process, "many.mkv", "the same command begins again")
        self.assertEqual([p for p in self.bank.rglob("*") if p.is_file()], [])

    def test_roto_while_it_tracks(self):
        process = self.roto(self.source, env={"HOLDOUT_STUB_DELAY_MS": "100"})
        self.wait_for(self.bank_has_frames)
        time.sleep(0.5)
        self.stopped_in_one_sentence(process, "ride.mov", "what was tracked is kept", "same command goes on")
        answer = self.json("track", self.source, *self.CLICK, *ENGINE, "--range", "0-100")["objects"][0]
        self.assertGreater(answer["n_reused"], 0)

    def test_roto_while_it_writes(self):
        self.json("track", self.source, *self.CLICK, *ENGINE)
        process = self.roto(self.source, "--view", "overlay")
        self.wait_for(lambda: any(self.out.iterdir()))
        self.stopped_in_one_sentence(process, "was not written", "in the bank: the same command writes it")
        answer = self.json("roto", self.source, *self.CLICK, *ENGINE, "-o", self.out / "x.mov")["objects"][0]
        self.assertEqual((answer["n_tracked"], answer["output"]["n_frames"]), (0, self.N_FRAMES))

    def test_a_second_process_is_told_who_tracks_or_waits(self):
        words = ["track", self.source, *self.CLICK, *ENGINE]
        first = self.start(*words)
        self.wait_for(self.bank_has_frames)
        code, _, err = self.holdout(*words)
        if first.poll() is None:
            self.assertEqual(code, 4, err)
            self.assertIn(str(first.pid), err)
        answer = self.json(*words, "--wait", "100")
        first.communicate(timeout=100)
        self.assertEqual(first.returncode, 0)
        self.assertEqual((answer["objects"][0]["n_tracked"], answer["objects"][0]["n_reused"]), (0, self.N_FRAMES))

    def test_progress_on_a_terminal(self):
        leader, follower = pty.openpty()
        process = subprocess.Popen([common.HOLDOUT, "track", self.source, *self.CLICK, *ENGINE], stdout=subprocess.DEVNULL, stderr=follower, stdin=subprocess.DEVNULL,
                                   env={**os.environ, "HOLDOUT_BANK": str(self.bank)})
        os.close(follower)
        said = b""
        while True:
            try:
                piece = os.read(leader, 4096)
            except OSError:
                break
            if not piece:
                break
            said += piece
        os.close(leader)
        self.assertEqual(process.wait(60), 0)
        for part in (b"\rtracking object: ", b" frames/s, ", b" left, confidence ", b"\x1b[K"):
            self.assertIn(part, said)
        self.assertNotIn(b"\n", said)

    def plain_progress(self, *words, env=None):
        """What a log file sees: whole lines, one in five seconds, nothing that drives a terminal."""
        code, _, err = self.holdout(*words, env=env)
        self.assertEqual(code, 0, err)
        self.assertNotRegex(err, "[\r\x1b]")
        self.assertTrue(err.endswith("\n"), err)
        return [line for line in err.splitlines() if not line.startswith("holdout: warning: ")]

    def test_plain_progress_of_track(self):
        lines = self.plain_progress("track", self.source, *self.CLICK, *ENGINE, "--range", "0-119", env={"HOLDOUT_STUB_DELAY_MS": "60"})
        self.assertIn(len(lines), (1, 2), lines)
        for line in lines:
            self.assertRegex(line, r"^holdout: tracking object: \d+ of 120 frames \(\d+%\), \d+\.\d frames/s, \d+ s left, confidence [01]\.\d\d$")
        self.assertEqual(self.holdout("track", self.source, *self.CLICK, *ENGINE, "--range", "0-219", "--quiet", env={"HOLDOUT_STUB_DELAY_MS": "60"})[::2], (0, ""))

    def test_plain_progress_of_comp(self):
        begun = time.monotonic()
        lines = self.plain_progress("comp", self.source, "--matte", self.source, "--text", "GO", "--size", "0.4", "--threads", "1", "-o", self.out / "c.mov")
        if time.monotonic() - begun > 7:
            self.assertGreater(len(lines), 0)
        for line in lines:
            self.assertRegex(line, rf"^holdout: writing .*: \d+ of {self.N_FRAMES} frames \(\d+%\), \d+\.\d frames/s, \d+ s left$")


if __name__ == "__main__":
    unittest.main()
