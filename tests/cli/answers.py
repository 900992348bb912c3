#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What --json answers, by the names that scripts read; nothing else is on stdout, and nothing on stderr."""
import json
import pathlib
import time
import unittest

import common
from common import ENGINE


class Answers(common.Case):
    def setUp(self):
        super().setUp()
        answer = self.json("roto", self.source, "--object", "disc", "--click", "40,45@2", "--range", "1-20", *ENGINE, "-o", self.out / "m.mov")
        self.id = answer["objects"][0]["id"]

    def json(self, *words, **more):
        code, out, err = self.holdout(*words, "--json", **more)
        self.assertEqual((code, err), (0, ""), words)
        return json.loads(out)

    def test_bank_show(self):
        answer = self.json("bank", "show", self.id[:8])
        self.assertEqual((answer["id"], answer["object"], answer["step"], answer["current"]), (self.id, "disc", 1, 1))
        self.assertEqual({k: answer["source"][k] for k in ("path", "clip_name", "width", "height", "n_frames", "rate")},
                         {"path": str(self.source), "clip_name": "ride", "width": 160, "height": 90, "n_frames": self.N_FRAMES, "rate": self.RATE})
        path = pathlib.Path(answer["path"])
        self.assertEqual(path, self.bank / "objects" / answer["source"]["hash"] / f"{self.id}.matte")
        self.assertTrue(path.is_file())
        frames = answer["frames"]
        self.assertEqual([f["frame"] for f in frames], list(range(1, 21)))
        self.assertEqual([f["frame"] for f in frames if f["prompted"]], [2])
        for frame in frames:
            self.assertTrue(0 < frame["confidence"] <= 1 and 900 < frame["area"] < 1100, frame)
            self.assertEqual([frame[flag] for flag in ("empty", "cut", "locked", "held", "check", "absent")], [False] * 6, frame)

    def test_history(self):
        answer = self.json("history", "disc")
        self.assertEqual((answer["object"], answer["id"], answer["current"]), ("disc", self.id, 1))
        (step,) = answer["steps"]
        self.assertEqual({k: step[k] for k in ("step", "parent", "engine", "quality", "finished", "n_tracked")},
                         {"step": 1, "parent": 0, "engine": "stub", "quality": "better", "finished": True, "n_tracked": 20})
        self.assertEqual(step["said"]["prompts"], [{"frame": 2, "kind": "click", "points": [[40.0, 45.0]]}])
        self.assertEqual(step["said"]["words"], "click @2")
        self.assertLess(abs(step["made"] / 1000 - time.time()), 600)

    def test_bank_list(self):
        answer = self.json("bank", "list")
        self.assertEqual(answer["bank"], str(self.bank))
        (listed,) = answer["objects"]
        shown = self.json("bank", "show", self.id)
        self.assertEqual({k: listed[k] for k in ("id", "object", "clip_name", "engine", "quality", "said", "path", "n_frames", "first", "last", "n_steps", "current", "damaged")},
                         {"id": self.id, "object": "disc", "clip_name": "ride", "engine": "stub", "quality": "better", "said": "click @2", "path": shown["path"], "n_frames": 20,
                          "first": 1, "last": 20, "n_steps": 1, "current": 1, "damaged": False})
        self.assertGreater(listed["file_size"], 1000)
        self.assertLessEqual(listed["created"], listed["changed"])

    def test_bank_export_rm_import(self):
        before = self.json("bank", "show", self.id)
        given = self.out / "disc.matte"
        self.assertEqual(self.json("bank", "export", self.id, given), {"path": str(given)})
        self.refused(4, "disc.matte", words=["bank", "export", self.id, given])
        self.assertEqual(self.json("bank", "rm", self.id), {"removed": [self.id]})
        self.assertEqual(self.json("bank", "list")["objects"], [])
        self.refused(3, self.id, words=["bank", "show", self.id])
        self.assertEqual(self.json("bank", "import", given)["id"], self.id)
        self.refused(4, self.id, words=["bank", "import", given])
        self.assertEqual(self.json("bank", "import", given, "--overwrite")["id"], self.id)
        self.assertEqual(self.json("bank", "show", self.id), before)

    def test_bank_verify(self):
        answer = self.json("bank", "verify", self.id)
        self.assertEqual(answer["faults"], [])
        self.assertGreaterEqual(answer["n_checked"], 20)
        answer = self.json("bank", "verify", "--repair", self.id)
        self.assertEqual((answer["n_lost"], answer["faults"]), (0, []))
        self.assertEqual(len(self.json("bank", "show", self.id)["frames"]), 20)

    def test_score(self):
        self.json("matte", self.id, "-o", self.out / "grown.mov", "--grow", "3")
        answer = self.json("score", self.out / "m.mov", self.out / "m.mov", "--binary")
        self.assertEqual((answer["n_frames"], answer["J"], answer["F"], answer["JF"], answer["soft"]), (self.N_FRAMES, 1, 1, 1, False))
        self.assertEqual([f["frame"] for f in answer["frames"]], list(range(self.N_FRAMES)))
        self.assertEqual(sum(f["counted"] for f in answer["frames"]), answer["n_counted"])
        answer = self.json("score", self.out / "m.mov", self.out / "grown.mov", "--soft")
        self.assertTrue(answer["soft"])
        self.assertTrue(0.5 < answer["J"] < 0.9, answer["J"])
        self.assertAlmostEqual(answer["JF"], (answer["J"] + answer["F"]) / 2, places=6)
        for name in ("SAD", "MSE", "gradient", "dtSSD"):
            self.assertGreater(answer[name], 0, name)
            self.assertGreater(answer["frames"][5][name], 0, name)

    def test_sheet(self):
        path = self.out / "s.png"
        self.assertEqual(self.json("sheet", self.source, "--matte", self.out / "m.mov", "-o", path), {"path": str(path)})
        self.assertEqual(common.ffprobe(path)["streams"][0]["codec_name"], "png")

    def test_one_commands_help(self):
        answer = self.json("roto", "--help")
        self.assertEqual(answer["name"], "roto")
        self.assertIn("codec", [o["name"] for g in answer["groups"] for o in g["options"]])

    def test_help(self):
        answer = self.json("--help")
        self.assertEqual(f"holdout {answer['version']}\n", self.ok("--version"))
        self.assertLessEqual({"json", "quiet", "threads", "log", "help", "version"}, {o["name"] for o in answer["common"]})
        commands = {c["name"]: c for c in answer["commands"]}
        options = {o["name"]: o for group in commands["roto"]["groups"] for o in group["options"]}
        self.assertEqual((options["output"]["letter"], options["output"]["required"]), ("o", True))
        self.assertEqual(options["quality"]["words"].split(), ["faster", "better"])
        self.assertFalse(options["quality"]["required"])
        self.assertIn("holdout roto ", commands["roto"]["examples"])


if __name__ == "__main__":
    unittest.main()
