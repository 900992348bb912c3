#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The examples do what they say: track and save, read a matte, render a title. And only ho_* leaves the library."""
import os
import pathlib
import subprocess
import sys
import unittest

import common

BUILD = pathlib.Path(os.environ["HOLDOUT_BUILD_ROOT"])


class Examples(common.Case):
    N_FRAMES = 8

    def run_example(self, name, *words, code=0):
        done = subprocess.run([BUILD / "examples" / f"example-{name}", *map(str, words)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "HOLDOUT_BANK": str(self.bank)})
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def test_track_read_and_render(self):
        matte, again, title = self.out / "m.mov", self.out / "n.mov", self.out / "t.mov"
        self.assertIn("8 frames, 8 tracked now", self.run_example("track", self.source, 45, 45, 0, matte, "stub"))
        self.assertIn("8 frames, 0 tracked now", self.run_example("track", self.source, 45, 45, 0, again, "stub"))
        lines = self.run_example("read", matte).splitlines()
        self.assertEqual(len(lines), 8)
        self.assertEqual(lines[7].split()[:2], ["7", "01:00:00:07"])
        self.assertTrue(all(0.02 < float(line.split()[2]) < 0.4 for line in lines), lines)
        self.assertIn("8 frames", self.run_example("render", self.source, matte, "HELLO", title))
        self.assertIn("nowhere.mov", self.run_example("read", "nowhere.mov", code=3))

    def test_only_ho_leaves_the_library(self):
        names = [line.split()[-1] for line in subprocess.run(["nm", "-D", "--defined-only", BUILD / "libholdout.so"], capture_output=True, text=True, check=True).stdout.splitlines()]
        self.assertEqual([name for name in names if not name.startswith("ho_")], [])
        headers = "".join(path.read_text() for path in (common.ROOT / "include" / "holdout").glob("*.h"))
        self.assertEqual([name for name in names if name not in headers], [])
        self.assertGreater(len(names), 100)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
