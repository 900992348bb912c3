#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What goes wrong gets one sentence and its exit code; nothing is lost and nothing half-written stays."""
import ctypes
import json
import os
import resource
import shutil
import subprocess
import unittest

import common
from common import ENGINE

CLICK = ["--click", "40,45@0"]
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
libc = ctypes.CDLL(None, use_errno=True)


def drop_root_s_pass():
    """Before a program begins: permissions hold for it even when root runs the tests."""
    if os.geteuid() == 0 and libc.prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


class BadInput(common.Case):
    def track(self, source, *words):
        return ["track", source, *(words or CLICK), *ENGINE]

    def roto(self, output, *words):
        return ["roto", self.source, *CLICK, *ENGINE, "-o", output, *words]

    def file(self, name, data=b""):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def test_sources(self):
        self.refused(3, "none.mov", words=self.track(self.folder / "none.mov"))
        self.refused(3, str(self.folder), words=self.track(self.folder))
        self.refused(3, "empty.mov", words=self.track(self.file("empty.mov")))
        self.refused(3, "text.mov", words=self.track(self.file("text.mov", b"not a movie, only words\n" * 50)))
        self.refused(3, "shot.", words=self.track(self.folder / "shot.%04d.png"))
        sound = self.folder / "sound.mov"
        common.ffmpeg("-f", "lavfi", "-i", "sine", "-t", "1", sound)
        self.refused(3, "sound.mov", words=self.track(sound))
        # Cut off before its index: nothing can be read.
        whole = self.source.read_bytes()
        self.refused(3, "cut.mov", words=self.track(self.file("cut.mov", whole[:len(whole) // 2])))
        for words in (["probe"], ["score", self.source], ["sheet", "-o", self.out / "s.png"]):
            self.refused(3, "none.mov", words=[*words, self.folder / "none.mov"])
        self.nothing_left()

    def test_truncated_movie_that_can_be_read(self):
        """A transport stream that ends in the middle of a frame: what is there is tracked."""
        whole = self.folder / "whole.ts"
        self.make_source(whole, extra=("-c:v", "mpeg2video", "-g", "6"))
        data = whole.read_bytes()
        cut = self.file("cut.ts", data[:len(data) * 2 // 3])
        answer = self.json(*self.track(cut))
        n = answer["source"]["n_frames"]
        self.assertTrue(0 < n < self.N_FRAMES)
        self.assertEqual(answer["objects"][0]["n_tracked"], n)

    def test_prompts(self):
        for point in ("160,45@0", "40,90@0", "-1,45@0", "400,400@0"):
            self.refused(2, f"{point.split('@')[0]}", words=self.track(self.source, "--click", point))
        self.refused(2, "--click 40,45@24", "0 to 23", "01:00:00:23", words=self.track(self.source, "--click", "40,45@24"))
        self.refused(2, "01:00:01:00", words=self.track(self.source, "--click", "40,45@01:00:01:00"))
        self.refused(2, "00:59:59:23", words=self.track(self.source, "--click", "40,45@00:59:59:23"))
        self.refused(2, "01:00:00:24", words=self.track(self.source, "--click", "40,45@01:00:00:24"))
        self.refused(2, "box", words=self.track(self.source, "--box", "20,20,20,60@0"))
        self.refused(2, "X0,Y0,X1,Y1", words=self.track(self.source, "--box", "20,20,60@0"))
        self.refused(2, "X,Y", words=self.track(self.source, "--click", "here"))
        self.refused(2, "X,Y", words=self.track(self.source, "--click", "40,45,50@0"))
        self.refused(2, "X,Y", words=self.track(self.source, "--click", "nan,3@0"))
        self.refused(2, "two points", words=self.track(self.source, "--stroke", "20,20@0"))
        self.refused(2, "nothing says what to track", words=["track", self.source, *ENGINE])
        self.refused(2, "contradict", "frame 0", "40,45", words=self.track(self.source, "--click", "40,45@0", "--exclude", "40,45@0"))
        self.refused(2, "--range", "ends before", words=[*self.track(self.source), "--range", "9-3"])
        self.refused(2, "--range", "IN-OUT", words=[*self.track(self.source), "--range", "9"])
        self.refused(2, "--range", "99", words=[*self.track(self.source), "--range", "3-99"])
        self.refused(2, "--lock", words=[*self.track(self.source), "--lock", "3-99"])
        self.assertEqual(self.holdout("track", self.source, *CLICK, "--engine", "magic")[0], 2)

    def test_masks(self):
        small = self.folder / "small.png"
        common.ffmpeg("-f", "lavfi", "-i", "color=white:size=80x46", "-frames:v", 1, small)
        self.refused(2, "80x46", "160x90", words=self.track(self.source, "--mask", f"{small}@0"))
        black = self.folder / "black.png"
        common.ffmpeg("-f", "lavfi", "-i", "color=black:size=160x90", "-frames:v", 1, black)
        self.refused(2, "absent", "first click it", words=self.track(self.source, "--mask", black))
        self.refused(3, "none.png", words=self.track(self.source, "--mask", self.folder / "none.png"))
        self.refused(3, "words.png", words=self.track(self.source, "--mask", self.file("words.png", b"words")))

    def test_outputs_are_refused_before_any_tracking(self):
        there = self.out / "there.mov"
        there.write_bytes(b"precious")
        cases = [(4, "exists", there), (4, "no folder", self.out / "none" / "x.mov"), (2, ".mov", self.out), (2, ".avi", self.out / "x.avi"),
                 (2, "unknown token %{clip}", self.out / "%{clip}.mov"), (2, "not closed", self.out / "%{clip name.mov"), (2, "reel name", self.out / "%{reel name}.mov"),
                 (4, "not", there / "x.mov"), (4, "shorter name", self.out / ("x" * 300 + ".mov")), (4, "shorter name", self.out / ("x" * 250 + ".%04d.png"))]
        for code, part, output in cases:
            self.refused(code, part, words=self.roto(output))
        self.refused(2, "alpha", words=self.roto(self.out / "x.mov", "--view", "cutout"))
        self.refused(2, "black", words=self.roto(self.out / "x.mov", "--black-clip", "0.8", "--white-clip", "0.5"))
        self.assertEqual(self.json("bank", "list")["objects"], [])
        self.assertEqual(there.read_bytes(), b"precious")
        self.ok(*self.roto(there, "--overwrite"))
        self.assertGreater(there.stat().st_size, 1000)
        self.assertEqual([p.name for p in self.out.iterdir()], ["there.mov"])

    def test_the_source_is_never_overwritten(self):
        before = self.source.read_bytes()
        self.refused(2, "what it is made from", words=self.roto(self.source, "--overwrite"))
        link = self.folder / "link.mov"
        link.unlink(missing_ok=True)
        link.symlink_to(self.source)
        self.refused(2, "what it is made from", words=self.roto(link, "--overwrite"))
        self.assertEqual(self.source.read_bytes(), before)
        self.json(*self.roto(self.out / "s.%04d.png"))
        for source in ("s.%04d.png", "s*.png"):
            self.refused(2, "what it is made from", words=["roto", self.out / source, *CLICK, *ENGINE, "-o", self.out / "s.%04d.png", "--overwrite"])
        self.ok("roto", self.out / "s*.png", *CLICK, *ENGINE, "-o", self.out / "m.%04d.png")

    def test_a_moved_source_or_a_sheet_s_is_not_overwritten_either(self):
        first, moved, still = self.folder / "first.mov", self.folder / "moved.mov", self.folder / "still.png"
        shutil.copy(self.source, first)
        self.json(*self.track(first))
        first.rename(moved)
        before = moved.read_bytes()
        self.refused(2, "what it is made from", words=["matte", moved, "-o", moved, "--overwrite"])
        self.assertEqual(moved.read_bytes(), before)
        self.json(*self.roto(self.out / "t.%04d.png"))
        old, new = self.folder / "old", self.folder / "new"
        old.mkdir()
        for picture in self.out.glob("t.*.png"):
            shutil.copy(picture, old)
        self.json(*self.track(old / "t.%04d.png"))
        old.rename(new)
        self.refused(2, "what it is made from", words=["matte", new / "t.%04d.png", "-o", new / "t.%04d.png", "--overwrite"])
        shutil.copy(sorted(self.out.glob("t.*.png"))[0], still)
        before = still.read_bytes()
        self.refused(2, "what it is made from", words=["sheet", still, "-o", still, "--overwrite"])
        self.assertEqual(still.read_bytes(), before)

    def test_names_that_are_not_utf8(self):
        odd = self.folder / os.fsdecode(b"r\xff.mov")
        shutil.copy(self.source, odd)
        self.assertEqual(self.json("probe", odd)["sources"][0]["clip_name"], "r?")
        self.assertEqual(self.json(*self.track(odd))["objects"][0]["n_tracked"], self.N_FRAMES)
        self.refused(3, "n?.mov: there", words=["probe", os.fsdecode(b"n\xff.mov")])
        self.refused(3, "n?.mov: there", words=["probe", "n\n.mov"])

    def test_folder_that_cannot_be_written(self):
        closed = self.folder / "closed"
        closed.mkdir(mode=0o500)
        try:
            self.refused(4, "closed", words=self.roto(closed / "x.mov"), preexec_fn=drop_root_s_pass)
            self.refused(4, "closed", words=[*self.track(self.source), "--bank", closed / "bank"], preexec_fn=drop_root_s_pass)
        finally:
            closed.chmod(0o700)
        self.assertEqual(list(closed.iterdir()), [])

    def limited(self, size):
        """No file may grow beyond `size` bytes: what a full disk looks like to the one who writes."""
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return limit

    def test_full_disk_while_writing(self):
        noisy = self.folder / "noisy.mkv"
        common.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25,noise=alls=60:allf=t", "-frames:v", 12, "-c:v", "ffv1", noisy)
        self.json(*self.track(noisy))
        for codec, output in (("ffv1", self.out / "full.mkv"), ("exr-float", self.out / "full.%04d.exr")):
            before = self.json("bank", "verify")["n_checked"]
            self.refused(4, "full", words=["matte", noisy, "-o", output, "--view", "overlay", "--codec", codec], preexec_fn=self.limited(200000))
            self.nothing_left()
            self.assertEqual(self.json("bank", "verify")["n_checked"], before)
        self.ok("matte", noisy, "-o", self.out / "full.mov")

    def test_full_disk_while_tracking(self):
        code, _, err = self.holdout(*self.track(self.source), preexec_fn=self.limited(60000))
        self.assertEqual(code, 4, err)
        self.assertEqual(len(err.splitlines()), 1, err)
        # Room again: the same command goes on, and what was kept is whole.
        answer = self.json(*self.track(self.source))
        self.assertEqual(answer["objects"][0]["n_tracked"] + answer["objects"][0]["n_reused"], self.N_FRAMES)
        self.ok("bank", "verify")

    def flip_a_byte(self, path, where):
        with open(path, "r+b") as file:
            file.seek(where)
            byte = file.read(1)
            file.seek(where)
            file.write(bytes([byte[0] ^ 0x40]))

    def test_flipped_byte_in_the_bank(self):
        self.json(*self.track(self.source))
        path = self.json("bank", "list")["objects"][0]["path"]
        whole = common.pathlib.Path(path).read_bytes()
        found = False
        for where in range(4096, len(whole), len(whole) // 24):
            self.flip_a_byte(path, where)
            code, out, err = self.holdout("bank", "verify")
            self.assertIn(code, (0, 6), f"byte {where}: {err}")
            if code == 6:
                found = True
                self.assertTrue(err.startswith("holdout: "), err)
                self.assertNotIn("Traceback", err)
            for suffix in ("-wal", "-shm"):
                if os.path.exists(path + suffix):
                    os.unlink(path + suffix)
            with open(path, "wb") as file:
                file.write(whole)
        self.assertTrue(found, "no flipped byte was noticed")
        self.ok("bank", "verify")

    def test_weights(self):
        empty = self.folder / "no-weights"
        empty.mkdir(exist_ok=True)
        self.refused(5, "no-weights", words=["track", self.source, *CLICK, "--engine", "embedded", "--model", empty])
        self.refused(5, "nowhere", words=["track", self.source, *CLICK, "--engine", "embedded", "--model", self.folder / "nowhere"])
        other = self.folder / "other-weights"
        shutil.rmtree(other, ignore_errors=True)
        shutil.copytree(common.ROOT / "models" / "embedded", other)
        with open(other / "encode.bin", "r+b") as file:
            file.seek(1000)
            file.write(b"other")
        self.refused(5, "encode.bin", "another version", words=["track", self.source, *CLICK, "--engine", "embedded", "--model", other])
        manifest = other / "manifest.json"
        described = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**described, "format": described["format"] + 1}))
        self.refused(5, "manifest.json", f"format {described['format'] + 1}", f"format {described['format']};",
                     words=["track", self.source, *CLICK, "--engine", "embedded", "--model", other])
        manifest.write_text("words")
        self.refused(5, "manifest.json", words=["track", self.source, *CLICK, "--engine", "embedded", "--model", other])

    def test_ids(self):
        self.refused(3, "ffff", words=["bank", "show", "ffffffff"])
        self.refused(3, "ffff", words=["matte", "ffffffff", "-o", self.out / "x.mov"])
        self.refused(3, "ffff", words=["bank", "rm", "ffffffff"])
        self.refused(3, "words", words=["bank", "import", self.file("words", b"words")])

    def test_score_of_what_does_not_fit(self):
        short, wide = self.folder / "short.mov", self.folder / "wide.mov"
        self.make_source(short, n=5)
        self.make_source(wide, size="320x90")
        self.refused(3, "24 frames", "5", words=["score", self.source, short])
        self.refused(3, "160x90", "320x90", words=["score", self.source, wide])
        self.refused(3, "id", words=["score", self.source, self.source, "--object", "1"])

    def test_stdout_that_is_full(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([common.HOLDOUT, "--help"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 4)


if __name__ == "__main__":
    unittest.main()
