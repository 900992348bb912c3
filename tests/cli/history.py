#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""holdout correct and history, with the stub engine: steps, takes, locks, absences, what is muted, and a correction that is killed."""
import json
import os
import random
import signal
import sqlite3
import subprocess
import time
import unittest

import common
from common import ENGINE

# Where things are on frame 0; the camera pans by a pixel a frame.
CAR, TREE, DOG = (80, 40), (125, 40), (148, 75)


class History(common.Case):
    N_FRAMES, RATE = 32, "25"

    @classmethod
    def make_source(cls, path, size=None, n=None, extra=("-c:v", "ffv1")):
        boxes = [(60, 20, 40, 40, 230), (115, 20, 20, 40, 150), (140, 65, 15, 20, 100)]
        drawn = ",".join(f"drawbox={x}:{y}:{w}:{h}:0x{grey:02x}{grey:02x}{grey:02x}:fill" for x, y, w, h, grey in boxes)
        common.ffmpeg("-f", "lavfi", "-i", f"color=0x202020:size=240x90:rate={cls.RATE}", "-vf", f"format=rgb24,{drawn},crop=160:90:n:0,format=yuv420p", "-frames:v", n or cls.N_FRAMES,
                      *extra, path)

    def setUp(self):
        super().setUp()
        self.n_written = 0

    def at(self, thing, frame):
        return f"{thing[0] - frame},{thing[1]}@{frame}"

    def track(self, *more, **kinds):
        return self.json("track", self.source, "--object", "car", "--click", self.at(CAR, 0), *more, *ENGINE, **kinds)["objects"][0]

    def correct(self, *words, **kinds):
        return self.json("correct", "car", *words, **kinds)["objects"][0]

    def shown(self, name="car"):
        """The frames of a take as another program decodes them."""
        self.n_written += 1
        path = self.out / f"shown{self.n_written}.mkv"
        self.ok("matte", name, "-o", path)
        frames = self.frames_of(path)
        self.assertEqual(len(frames), self.N_FRAMES)
        return frames

    def frames_of(self, path):
        """Every bit of a delivered FFV1 matte, which is lossless."""
        return common.gray_frames(path, 160, 90, "gray16le")

    def steps(self):
        """(the current step, [(step, its parent, what was said)])"""
        answer = self.json("history", "car")
        self.assertTrue(all(step["finished"] for step in answer["steps"]))
        return answer["current"], [(step["step"], step["parent"], step["said"]["words"]) for step in answer["steps"]]

    def is_in(self, frame_number, frames, thing):
        return frames[frame_number][2 * (thing[1] * 160 + thing[0] - frame_number) + 1] > 128

    def differing(self, a, b):
        return [i for i in range(self.N_FRAMES) if a[i] != b[i]]

    def test_a_correction_is_a_step_and_says_what_it_changed(self):
        self.assertEqual((self.track()["step"], self.steps()), (1, (1, [(1, 0, "click @0")])))
        before = self.shown()
        words = ["--click", self.at(TREE, 12)]
        answer = self.correct(*words)
        after = self.shown()
        self.assertEqual((answer["step"], answer["n_steps"], self.steps()), (2, 2, (2, [(1, 0, "click @0"), (2, 1, "click @12")])))
        self.assertEqual(sorted(c["frame"] for c in answer["changes"]), self.differing(before, after))
        self.assertEqual([c["amount"] for c in answer["changes"]], sorted((c["amount"] for c in answer["changes"]), reverse=True))
        self.assertTrue(0 < answer["changes"][0]["amount"] <= 1)
        for frame in (12, 20):
            self.assertEqual([self.is_in(frame, frames, TREE) for frames in (before, after)], [False, True])
            self.assertTrue(self.is_in(frame, after, CAR))
        # Said again: nothing to do.
        answer = self.correct(*words)
        self.assertEqual((answer["step"], answer["n_steps"], answer["n_tracked"], answer["n_reused"], answer["changes"]), (2, 2, 0, self.N_FRAMES, []))
        self.assertEqual(self.shown(), after)

    def test_people_are_told_what_changed(self):
        self.track()
        out = self.ok("correct", "car", "--click", self.at(TREE, 12))
        self.assertRegex(out, r"step 2\n  changed \d+ frames, from \d+ to \d+; most \(\d+% of the matte\) frame \d+\n")
        self.assertNotIn("changed", self.ok("correct", "car", "--click", self.at(TREE, 12)))
        out = self.ok("history", "car")
        self.assertRegex(out, r"(?m)^> +2 +1  click @12 ")
        self.assertRegex(out, r"(?m)^\| +1 +0  click @0 ")

    def test_a_correction_that_says_what_is_there_goes_no_further(self):
        self.track()
        before = self.shown()
        answer = self.correct("--click", self.at(CAR, 16))
        self.assertTrue(0 < answer["n_tracked"] < 20, answer["n_tracked"])
        for i in self.differing(before, self.shown()):
            self.assertLess(abs(i - 16), 10)

    def test_what_holds_for_its_frame_alone(self):
        self.track()
        before = self.shown()
        words = ["--click", self.at(CAR, 16), "--exclude", self.at((CAR[0] + 10, CAR[1]), 16)]
        self.assertIn("only on frame 16: ", self.ok("correct", "car", *words))
        self.assertEqual(self.differing(before, self.shown()), [16])
        self.json("history", "car", "--undo")
        self.assertEqual(self.correct(*words)["local"], [16])

    def test_going_to_another_step(self):
        self.track()
        takes = [None, self.shown()]
        for words in (["--click", self.at(TREE, 12)], ["--click", self.at(DOG, 20)]):
            self.correct(*words)
            takes.append(self.shown())
        for i in (1, 2, 3):
            self.assertEqual(self.shown(f"car@{i}"), takes[i])
        self.assertEqual(len({tuple(take) for take in takes[1:]}), 3)
        for words, current in ((["--undo"], 2), (["--undo"], 1), (["--redo"], 2), (["--to", 1], 1), (["--to", 3], 3)):
            self.assertEqual(self.json("history", "car", *words)["current"], current)
            self.assertEqual(self.shown(), takes[current])
        self.refused(2, "last step", words=["history", "car", "--redo"])
        self.refused(2, "no step 4", words=["history", "car", "--to", 4])
        self.ok("history", "car", "--to", 1)
        self.refused(2, "first step", words=["history", "car", "--undo"])
        self.refused(2, "earlier take", "--to 2", words=["correct", "car@2", "--lock", "0"])
        self.refused(2, "no step 4", words=["matte", "car@4", "-o", self.out / "x.mov"])
        # What is said now stands on step 1; the others stay.
        self.correct("--absent", "30-31")
        self.assertEqual(self.steps(), (4, [(1, 0, "click @0"), (2, 1, "click @12"), (3, 2, "click @20"), (4, 1, "absent 30-31")]))
        self.assertEqual(self.shown("car@3"), takes[3])

    def test_what_is_locked_keeps_its_bits(self):
        """Three random steps after a lock, many times over: no locked frame changes."""
        chance = random.Random(20)
        n_changed = n_refused = 0
        for _ in range(5):
            common.shutil.rmtree(self.bank, ignore_errors=True)
            self.track()
            self.correct("--click", self.at(TREE, chance.randrange(self.N_FRAMES)))
            first = chance.randrange(4, 20)
            last = first + chance.randrange(1, 8)
            self.correct("--lock", f"{first}-{last}")
            before = self.shown()
            for _ in range(3):
                thing, frame = chance.choice((CAR, TREE, DOG)), chance.randrange(self.N_FRAMES)
                words = chance.choice((["--click", self.at(thing, frame)], ["--exclude", self.at(thing, frame)], ["--box", f"{80 - frame},10,{140 - frame},80@{frame}"],
                                       ["--absent", f"{frame}-{min(frame + 3, self.N_FRAMES - 1)}"], ["--mute", self.steps()[0]], ["--click", self.at(thing, frame), "--whole"]))
                if words == ["--mute", 3]:     # the lock
                    continue
                history = self.steps()
                code, _, err = self.holdout("correct", "car", *words)
                self.assertIn(code, (0, 2), err)
                if code == 2:
                    n_refused += 1
                    self.assertEqual(self.steps(), history, words)
                now = self.shown()
                self.assertEqual([i for i in self.differing(before, now) if first <= i <= last], [], words)
                n_changed += before != now
        self.assertGreater(n_changed, 5)
        self.assertGreater(n_refused, 0)

    def test_nothing_is_said_about_a_locked_frame(self):
        self.track()
        self.correct("--lock", "8-15")
        self.assertEqual([f["frame"] for f in self.json("bank", "show", "car")["frames"] if f["locked"]], list(range(8, 16)))
        before, history = self.shown(), self.steps()
        for words in (["--click", self.at(TREE, 8)], ["--exclude", self.at(CAR, 15)], ["--absent", "15-20"]):
            self.refused(2, "locked", "'car'", "--mute", words=["correct", "car", *words])
            self.assertEqual((self.shown(), self.steps()), (before, history))
        self.correct("--mute", 2)
        self.correct("--click", self.at(TREE, 8))
        self.assertTrue(self.is_in(8, self.shown(), TREE))

    def test_absence_is_black_and_is_said(self):
        self.track()
        self.assertEqual(self.correct("--absent", "10-14")["step"], 2)
        code, out, err = self.holdout("matte", "car", "-o", self.out / "m.mkv")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("5 of them black", out)
        self.assertEqual([i for i, frame in enumerate(self.frames_of(self.out / "m.mkv")) if not any(frame)], list(range(10, 15)))
        self.assertEqual([f["frame"] for f in self.json("bank", "show", "car")["frames"] if f["absent"]], list(range(10, 15)))

    def test_an_empty_mask_is_an_absence(self):
        black = self.folder / "black.png"
        common.ffmpeg("-f", "lavfi", "-i", "color=black:size=160x90", "-frames:v", 1, black)
        self.track()
        self.correct("--mask", f"{black}@10")
        masked = self.shown()
        self.assertEqual([i for i, frame in enumerate(masked) if not any(frame)], [10])
        self.assertEqual([f["frame"] for f in self.json("bank", "show", "car")["frames"] if f["absent"]], [10])
        self.json("history", "car", "--undo")
        self.correct("--absent", "10")
        self.assertEqual(self.shown(), masked)

    def test_what_is_muted_was_never_said(self):
        tree, dog = ["--click", self.at(TREE, 12)], ["--click", self.at(DOG, 20)]
        self.track()
        self.correct(*tree)
        self.correct(*dog)
        both = self.shown()
        answer = self.correct("--mute", 2)
        muted = self.shown()
        self.assertEqual(answer["step"], 4)
        self.assertNotEqual(both, muted)
        self.refused(2, "step 9", "'car'", "holdout history", words=["correct", "car", "--mute", 9])
        self.json("history", "car", "--to", 3)
        self.assertEqual(self.shown(), both)
        common.shutil.rmtree(self.bank)
        self.track()
        self.correct(*dog)
        self.assertEqual(self.shown(), muted)

    def test_what_is_said_in_one_run_is_as_said_in_several(self):
        words = ["--click", self.at(TREE, 12), "--lock", "2-4", "--absent", "30-31"]
        whole = self.track(*words)
        self.assertEqual((whole["step"], [said for _, _, said in self.steps()[1]]), (4, ["click @0", "click @12", "lock 2-4", "absent 30-31"]))
        at_once = self.shown()
        common.shutil.rmtree(self.bank)
        self.track()
        for i in (0, 2, 4):
            self.correct(*words[i:i + 2])
        self.assertEqual((self.shown(), self.steps()[0]), (at_once, 4))
        self.assertEqual(self.track(*words)["n_tracked"], 0)

    def test_prune(self):
        self.track()
        self.correct("--exclude", self.at(DOG, 12))
        self.correct("--click", self.at(CAR, 16))
        takes = [self.shown(f"car@{i}") for i in (1, 2, 3)]
        told = self.json("bank", "prune")
        self.assertGreater(told["n_mattes"], 0)
        self.assertFalse(told["dropped"])
        self.assertEqual(self.json("bank", "prune", "car"), told)
        self.assertEqual(self.json("bank", "prune", "car", "--drop"), {**told, "dropped": True})
        self.assertEqual(self.json("bank", "prune")["n_mattes"], 0)
        self.ok("bank", "verify")
        self.assertEqual([self.shown(f"car@{i}") for i in (1, 2, 3)], takes)
        self.correct("--click", self.at(TREE, 20))
        pruned = self.shown()
        common.shutil.rmtree(self.bank)
        self.track()
        for words in (["--exclude", self.at(DOG, 12)], ["--click", self.at(CAR, 16)], ["--click", self.at(TREE, 20)]):
            self.correct(*words)
        self.assertEqual(self.shown(), pruned)

    def test_two_objects_with_one_click(self):
        self.refused(2, "'car'", "'dog'", "same", words=["track", self.source, "--object", "car", "--click", self.at(CAR, 0), "--object", "dog", "--click", self.at(CAR, 0), *ENGINE])
        self.assertEqual(self.json("bank", "list")["objects"], [])

    def test_what_two_objects_have_is_said(self):
        self.track("--object", "dog", "--click", self.at(DOG, 0))
        told = self.correct("--click", self.at(TREE, 12))
        self.assertEqual(told["overlaps"], [])
        told = self.correct("--click", self.at(DOG, 12))
        car, dog = self.shown("car"), self.shown("dog")
        both = [i for i in range(self.N_FRAMES) if self.is_in(i, car, DOG) and self.is_in(i, dog, DOG)]
        self.assertIn(12, both)
        self.assertEqual(told["overlaps"], [{"object": "dog", "frames": [both[0], both[-1]]}])
        self.assertEqual(both, list(range(both[0], both[-1] + 1)))

    def test_roto_delivers_what_was_corrected(self):
        roto = ["roto", self.source, "--object", "car", "--click", self.at(CAR, 0), *ENGINE]
        self.ok(*roto, "-o", self.out / "first.mkv")
        self.correct("--click", self.at(TREE, 12))
        answer = self.json(*roto, "-o", self.out / "second.mkv")["objects"][0]
        self.assertEqual((answer["n_tracked"], answer["step"]), (0, 2))
        first, second = (self.frames_of(self.out / name) for name in ("first.mkv", "second.mkv"))
        self.assertEqual(second, self.shown())
        self.assertEqual(first, self.shown("car@1"))
        self.assertNotEqual(first, second)

    def test_what_is_not_there_is_not_corrected(self):
        self.refused(3, "car", words=["correct", "car", "--lock", "0"])
        self.refused(3, "car", words=["history", "car"])
        self.track()
        self.refused(2, "nothing says", words=["correct", "car"])
        self.refused(2, "--click 1,1@99", words=["correct", "car", "--click", "1,1@99"])
        self.assertEqual(self.steps()[0], 1)

    def n_mattes(self):
        with sqlite3.connect(f"file:{self.json('bank', 'show', 'car')['path']}?mode=ro", uri=True) as bank:
            (n,) = bank.execute("SELECT count(*) FROM frames").fetchone()
        bank.close()
        return n

    def test_a_correction_that_is_killed(self):
        words = ["--click", self.at(TREE, 12)]
        self.track()
        before, n_before = self.shown(), self.n_mattes()
        whole = self.correct(*words)["n_tracked"]
        wanted = self.shown()
        common.shutil.rmtree(self.bank)
        self.track()
        process = subprocess.Popen([common.HOLDOUT, "correct", "car", *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "HOLDOUT_BANK": str(self.bank), "HOLDOUT_STUB_DELAY_MS": "150"})
        end = time.monotonic() + 60
        while self.n_mattes() < n_before + 6 and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        self.assertEqual(process.wait(60), -9)
        answer = self.json("history", "car")
        self.assertEqual((answer["current"], [(step["step"], step["finished"]) for step in answer["steps"]]), (1, [(1, True), (2, False)]))
        self.assertIn("(stopped)", self.ok("history", "car"))
        self.assertEqual(self.shown(), before)
        answer = self.correct(*words)
        self.assertEqual((answer["step"], answer["n_steps"]), (2, 2))
        self.assertTrue(0 < answer["n_tracked"] < whole, (answer["n_tracked"], whole))
        self.assertEqual(self.shown(), wanted)
        self.ok("bank", "verify")


if __name__ == "__main__":
    unittest.main()
