#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""An interrupted render: what is rendered is kept, the same command goes on from there, and the file is that of a run without a break, bit for bit."""
import os
import signal
import subprocess
import time
import unittest

import common


class Resume(common.Case):
    SIZE, N_FRAMES = "640x360", 160

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matte = cls.folder / "matte.mov"
        common.ffmpeg("-f", "lavfi", "-i", f"color=black:size={cls.SIZE}:rate=25", "-vf", "drawbox=x=200:y=80:w=200:h=240:color=white:t=fill", "-frames:v", cls.N_FRAMES,
                      "-c:v", "prores_ks", "-profile:v", "3", cls.matte)

    @classmethod
    def make_source(cls, path, size=None, n=None, extra=()):
        common.ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={cls.SIZE}:rate=25", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-map", "0:v", "-map", "1:a",
                      "-frames:v", cls.N_FRAMES, "-shortest", "-c:v", "prores_ks", "-profile:v", "3", "-c:a", "pcm_s16le", path)

    def words(self, name, text="GO"):
        return ["comp", self.source, "--matte", self.matte, "--text", text, "--size", "0.4", "-o", self.out / name]

    def left(self):
        return sorted(p for p in self.out.iterdir() if p.name.startswith("."))

    def n_done(self, name):
        """Frames that an unfinished render has behind it."""
        for path in self.left():
            if path.name.endswith(".frames") and path.stat().st_size > 40:
                return (path.stat().st_size - 40) // 24
            if path.is_dir():
                return len(list(path.iterdir())) - 2
        return 0

    def interrupt(self, name, number, at):
        process = subprocess.Popen([common.HOLDOUT, *map(str, self.words(name))], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                                   env={**os.environ, "HOLDOUT_BANK": str(self.bank)})
        end = time.monotonic() + 60
        while self.n_done(name) < at and process.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130 if number == signal.SIGINT else -9, err)
        return err

    def bytes_of(self, folder):
        return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}

    def go_through(self, name):
        self.ok(*self.words(name))
        whole = self.bytes_of(self.out)
        for path in self.out.iterdir():
            path.unlink()
        self.interrupt(name, signal.SIGKILL, 12)
        err = self.interrupt(name, signal.SIGINT, 40)
        self.assertIn("the same command goes on from there", err)
        self.interrupt(name, signal.SIGKILL, 70)
        self.assertEqual(self.bytes_of(self.out).keys() & whole.keys(), set())
        answer = self.json(*self.words(name))
        self.assertGreater(answer["n_kept"], 30)
        self.assertEqual(answer["n_frames"], self.N_FRAMES)
        self.assertEqual(self.bytes_of(self.out), whole)
        self.assertEqual(self.left(), [])

    def test_movie_with_sound(self):
        self.go_through("a.mov")
        streams = common.ffprobe(self.out / "a.mov")["streams"]
        self.assertEqual([s["codec_type"] for s in streams].count("audio"), 1)

    def test_matroska(self):
        self.go_through("a.mkv")

    def test_sequence(self):
        self.go_through("a.%04d.exr")

    def test_other_values_begin_again(self):
        self.interrupt("a.mov", signal.SIGKILL, 20)
        code, out, err = self.holdout(*self.words("a.mov", "STOP"), "--json")
        self.assertEqual(code, 0, err)
        self.assertIn('"n_kept": 0', out)
        self.assertIn("is left from an unfinished run", err)
        self.assertTrue(self.left())

    def test_damage_is_made_anew(self):
        self.ok(*self.words("a.mov"))
        whole = (self.out / "a.mov").read_bytes()
        (self.out / "a.mov").unlink()
        self.interrupt("a.mov", signal.SIGKILL, 40)
        movie = [p for p in self.left() if not p.name.endswith(".frames")][0]
        with open(movie, "r+b") as file:
            file.seek(movie.stat().st_size // 2)
            file.write(b"damage")
        answer = self.json(*self.words("a.mov"))
        self.assertTrue(0 < answer["n_kept"] < 40, answer["n_kept"])
        self.assertEqual((self.out / "a.mov").read_bytes(), whole)

    def test_a_full_disk_keeps_what_is_rendered(self):
        limit = ["bash", "-c", 'ulimit -f 4000; trap "" XFSZ; exec "$@"', "bash"]
        done = subprocess.run([*limit, common.HOLDOUT, *map(str, self.words("a.mov"))], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "HOLDOUT_BANK": str(self.bank)})
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertGreater(self.json(*self.words("a.mov"))["n_kept"], 5)


if __name__ == "__main__":
    unittest.main()
