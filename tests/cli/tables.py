#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Help, man page and completion say what the tables say."""
import itertools
import json
import re
import shutil
import subprocess
import sys
import unittest

import common


class Tables(common.Case):
    @classmethod
    def setUpClass(cls):
        cls.folder = common.pathlib.Path(common.tempfile.mkdtemp(prefix="holdout-cli-"))

    def tables(self):
        return json.loads(self.ok("--help", "--json"))

    def test_every_command_is_listed(self):
        text = self.ok("--help")
        names = [c["name"] for c in self.tables()["commands"]]
        self.assertLessEqual({"bank", "correct", "history", "matte", "probe", "roto", "score", "sheet", "track"}, set(names))
        self.assertEqual(len(names), len(set(names)))
        for command in self.tables()["commands"]:
            self.assertIn(f"  {command['name']}", text)
            self.assertIn(command["summary"], text)

    def test_help_teaches(self):
        tables = self.tables()
        for command in tables["commands"]:
            text = self.ok(command["name"], "--help")
            self.assertEqual(text, self.ok("help", command["name"]))
            self.assertIn(f"Usage: holdout {command['name']} {command['synopsis']}", text)
            self.assertIn("Examples\n", text)
            self.assertGreaterEqual(text.count(f"  holdout {command['name']} "), 2, command["name"])
            for option in [o for group in command["groups"] for o in group["options"]] + tables["common"]:
                self.assertIn(f"--{option['name']}", text)
                self.assertGreater(len(option["help"]), 4, option["name"])
            self.assertLessEqual(max(len(line) for line in text.splitlines()), 132)

    def test_examples_parse(self):
        """Every option of every example exists, and takes what it is given: the first thing that fails is the source that isn't there."""
        for command in self.tables()["commands"]:
            for line in command["examples"].splitlines():
                words = list(itertools.takewhile(lambda word: word not in (">", "|"), common.shlex_split(line)[1:]))
                code, _, err = self.holdout(*words, "--engine", "stub") if command["name"] in ("roto", "track") else self.holdout(*words)
                self.assertNotEqual(code, 2, f"{line}: {err}")

    def test_version(self):
        for words in (["--version"], ["-V"], ["roto", "--version"]):
            self.assertRegex(self.ok(*words), r"^holdout \d+\.\d+\.\d+\n$")

    def test_man_page_and_completion_are_in_step(self):
        done = subprocess.run([sys.executable, common.ROOT / "cli" / "generate.py", common.HOLDOUT, "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @unittest.skipUnless(shutil.which("nroff"), "nroff is not here")
    def test_man_page_is_roff(self):
        done = subprocess.run(["nroff", "-man", "-ww", common.ROOT / "docs" / "holdout.1"], capture_output=True, text=True)
        self.assertEqual(done.stderr, "")
        self.assertIn("ratio", re.sub(".\x08", "", done.stdout))

    def complete(self, *words):
        script = f'source "{common.ROOT}/cli/completion.bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _holdout 2>/dev/null; printf "%s\\n" "${{COMPREPLY[@]}}"'
        return subprocess.run(["bash", "-c", script, "bash", "holdout", *words], capture_output=True, text=True, check=True).stdout.split()

    @unittest.skipUnless(shutil.which("bash"), "bash is not here")
    def test_completion(self):
        self.assertIn("roto", self.complete("r"))
        self.assertEqual(self.complete("roto", "--over"), ["--overwrite"])
        self.assertEqual(self.complete("matte", "x.mov", "--view", "o"), ["overlay"])
        self.assertIn("verify", self.complete("bank", ""))
        for codec in self.complete("roto", "--codec", ""):
            code, _, err = self.holdout("matte", "/nowhere.mov", "-o", "x", "--codec", codec)
            self.assertNotIn("codec", err.replace(codec, ""))

    def test_wrong_words(self):
        self.refused(2, "no command 'rotoo'", "did you mean roto", "roto, track, correct, history, matte", words=["rotoo"])
        self.refused(2, "--clik", "did you mean --click", words=["roto", "a.mov", "--clik", "1,2", "-o", "b.mov"])
        self.refused(2, "--c'", "several options", words=["roto", "a.mov", "--c", "1,2"])
        self.refused(2, "unknown option '-x'", words=["track", "a.mov", "-x"])
        self.refused(2, "--json takes no value", words=["track", "a.mov", "--json=1"])
        self.refused(2, "--output", words=["roto", "a.mov", "--click", "1,2"])
        self.refused(2, "wants SOURCE", words=["track"])
        self.refused(2, "'b.mov'", words=["track", "a.mov", "b.mov"])
        self.refused(2, "--threads", "0 to 1024", words=["probe", "a.mov", "--threads", "-1"])
        self.refused(2, "--log", "debug", words=["probe", "a.mov", "--log", "loud"])
        self.refused(2, "--grow", "-200 to 200", words=["matte", "a.mov", "-o", "b.mov", "--grow", "1e9"])
        self.refused(2, "--grow", words=["matte", "a.mov", "-o", "b.mov", "--grow", "nan"])
        self.refused(2, "--quality", "wants a value", words=["track", "a.mov", "--quality"])
        self.refused(2, "sideways", words=["track", "a.mov", "--direction", "sideways"])
        self.refused(2, "purple", words=["matte", "a.mov", "-o", "b.mov", "--view", "purple"])
        self.refused(2, "--mute", "number of a step", words=["correct", "abcd", "--mute", "last"])
        self.refused(2, "--to", "1 to", words=["history", "abcd", "--to", "0"])
        self.refused(2, "one of them", words=["history", "abcd", "--undo", "--redo"])
        self.refused(2, "vhs", "prores-422-hq", words=["matte", "a.mov", "-o", "b.mov", "--codec", "vhs"])
        self.refused(2, ".avi", ".mov", words=["matte", "a.mov", "-o", "b.avi"])
        self.refused(2, "list, show, verify", words=["bank", "lst"])
        self.refused(2, "OBJECT FILE", words=["bank", "export", "abcd"])
        self.assertEqual(self.holdout()[0], 2)


if __name__ == "__main__":
    unittest.main()
