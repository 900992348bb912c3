#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The check of the floors finds wrong includes: each in a small house of its own. The project's own house holds."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(os.environ.get("HOLDOUT_SOURCE_ROOT", pathlib.Path(__file__).resolve().parent.parent))
HOUSE = {"include/holdout/result.h": "", "src/base/memory.h": "", "src/image/picture.c": '#include "base/memory.h"\n#include "holdout/result.h"\n',
         "src/media/reader.c": '#include "media/reader.h"\n', "src/engine/stub.c": "", "cli/main.c": '#include "holdout/result.h"\n'}


class Floors(unittest.TestCase):
    def check(self, more):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**HOUSE, **more}.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            done = subprocess.run([sys.executable, ROOT / "scripts" / "check-floors.py", folder], capture_output=True, text=True)
        return done.returncode, done.stdout

    def wrong(self, name, include, part):
        code, said = self.check({name: f"// a file\n#include {include}\n"})
        self.assertEqual(code, 1, said)
        self.assertEqual(len(said.splitlines()), 1, said)
        self.assertTrue(said.startswith(f"{name}:2: "), said)
        self.assertIn(part, said)

    def test_a_good_house(self):
        self.assertEqual(self.check({}), (0, f"floors: {len(HOUSE)} files, all includes go downward\n"))

    def test_wrong_includes(self):
        self.wrong("src/base/a.c", '"image/picture.h"', "must not use image")
        self.wrong("src/media/a.c", '"engine/stub.h"', "on the same floor")
        self.wrong("src/image/a.c", "<media/reader.h>", "must not use media")
        self.wrong("cli/a.c", '"media/reader.h"', "public headers only")
        self.wrong("include/holdout/log.h", '"base/memory.h"', "private")
        self.wrong("src/image/a.c", '"holdout/nothing.h"', "no owner")

    def test_includes_that_climb(self):
        self.wrong("src/base/a.c", '"../image/picture.h"', "leads out")
        self.wrong("cli/a.c", '"../src/media/reader.h"', "leads out")
        self.wrong("src/media/deep/a.c", '"../../engine/stub.h"', "leads out")
        self.wrong("src/media/a.c", '"./../engine/stub.h"', "leads out")
        self.wrong("src/media/a.c", '"media/../engine/stub.h"', "leads out")

    def test_rooms_without_a_floor(self):
        code, said = self.check({"src/cellar/a.c": ""})
        self.assertEqual(code, 1)
        self.assertIn("on no floor", said)

    def test_this_house(self):
        self.assertEqual(subprocess.run([sys.executable, ROOT / "scripts" / "check-floors.py"], capture_output=True).returncode, 0)


if __name__ == "__main__":
    unittest.main()
