# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the program share: running it as a user does, making sources, asking ffprobe."""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

HOLDOUT = os.environ.get("HOLDOUT", "build/release/cli/holdout")
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENGINE = ["--engine", "stub"]


def shlex_split(line):
    """The words of a shell line, its comment left out."""
    return shlex.split(line, comments=True)


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], check=True, stdin=subprocess.DEVNULL)


def ffprobe(path, *words):
    """ffprobe's answer as a dictionary: streams, format."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", *words, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def gray_frames(path, width, height, pixels="gray"):
    """The luma of every frame of a movie, full range, as bytes: 8 bit, or as `pixels` says."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "rawvideo", "-vf", "scale=out_range=full", "-pix_fmt", pixels, "-"]
    data = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    size = width * height * (2 if pixels.startswith("gray16") else 1)
    return [data[i:i + size] for i in range(0, len(data), size)]


class Case(unittest.TestCase):
    """A test with a scratch folder and a bank of its own."""

    SIZE, N_FRAMES, RATE = "160x90", 24, "24000/1001"

    @classmethod
    def setUpClass(cls):
        if not shutil.which("ffmpeg") or not shutil.which("ffprobe"):
            raise unittest.SkipTest("the ffmpeg and ffprobe programs are not here")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdout-cli-"))
        cls.source = cls.folder / "ride.mov"
        cls.make_source(cls.source)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        self.bank = self.folder / "bank"
        self.out = self.folder / "out"
        shutil.rmtree(self.bank, ignore_errors=True)
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()

    @classmethod
    def make_source(cls, path, size=None, n=None, extra=("-c:v", "mpeg4", "-q:v", "3", "-timecode", "01:00:00:00")):
        """A bright disc that moves from left to right over a dark picture."""
        width, height = map(int, (size or cls.SIZE).split("x"))
        n = n or cls.N_FRAMES
        disc = f"hypot(X-{width}*(0.25+0.5*N/{n})\\,Y-{height}/2)"
        grey = f"if(lt({disc}\\,{height}/5)\\,230\\,40+20*X/{width})"
        ffmpeg("-f", "lavfi", "-i", f"color=black:size={width}x{height}:rate={cls.RATE}", "-vf", f"format=yuv444p,geq=lum='{grey}':cb=128:cr=128,format=yuv420p", "-frames:v", n,
               *extra, path)

    def holdout(self, *words, env=None, cwd=None, **more):
        """(exit code, stdout, stderr) of the program."""
        done = subprocess.run([HOLDOUT, *map(str, words)], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=cwd, timeout=120,
                              env={**os.environ, "HOLDOUT_BANK": str(self.bank), **(env or {})}, **more)
        return done.returncode, done.stdout, done.stderr

    def ok(self, *words, **more):
        code, out, err = self.holdout(*words, **more)
        self.assertEqual(code, 0, f"holdout {' '.join(map(str, words))}: {err}")
        return out

    def json(self, *words, **more):
        return json.loads(self.ok(*words, "--json", **more))

    def refused(self, code, *parts, words, **more):
        """The command fails with this exit code and one sentence on stderr that holds each part; with --json the same sentence comes as JSON."""
        got, out, err = self.holdout(*words, **more)
        said = f"holdout {' '.join(map(str, words))}: exit code {got}, {out!r}, {err!r}"
        self.assertEqual(got, code, said)
        lines = [line for line in err.splitlines() if not line.startswith("holdout: warning: ")]
        self.assertEqual(len(lines), 1, said)
        self.assertTrue(lines[0].startswith("holdout: "), said)
        for part in parts:
            self.assertIn(part, lines[0], said)
        got, out, err = self.holdout(words[0], "--json", *words[1:], **more)
        self.assertEqual(got, code, said)
        error = json.loads(out)["error"]
        # The same sentence; which frame of several that are being written fails first is chance.
        self.assertEqual(re.sub(r"\d+", "N", "holdout: " + error["message"]), re.sub(r"\d+", "N", lines[0]))
        return lines[0]

    def nothing_left(self):
        self.assertEqual(sorted(p.name for p in self.out.iterdir()), [])
