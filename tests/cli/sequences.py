#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Image sequences and their rate: mattes written as pictures find their place by timecode as movies do, and --rate says what pictures do not."""
import unittest

import common
from common import ENGINE


class Sequences(common.Case):
    def trimmed(self, rate, start, later, n_cut):
        """A shot and the same shot without its first frames, each with its timecode."""
        shot, trim = self.folder / "shot.mov", self.folder / "trim.mov"
        lossless = ("-c:v", "ffv1", "-pix_fmt", "yuv420p")
        common.ffmpeg("-r", rate, "-i", self.source, *lossless, "-timecode", start, shot)
        common.ffmpeg("-r", rate, "-i", self.source, "-vf", f"trim=start_frame={n_cut},setpts=PTS-STARTPTS", *lossless, "-timecode", later, trim)
        return shot, trim

    def test_a_matte_of_pictures_fits_a_trimmed_source(self):
        for rate, start, later in (("25", "10:00:00:00", "10:00:00:10"), ("30000/1001", "00:59:59;26", "01:00:00;06"), ("25", "00:00:00:00", "00:00:00:10")):
            shot, trim = self.trimmed(rate, start, later, 10)
            wanted = None
            for name in ("matte.mov", "matte.%04d.exr", "matte.%04d.png"):
                matte = self.out / name
                self.json("roto", shot, "--click", "40,45@0", *ENGINE, "-o", matte, "--overwrite")
                code, _, err = self.holdout("comp", trim, "--matte", matte, "--any-matte", "--background", "#0000ff", "-o", self.out / "comp.mov", "--overwrite")
                self.assertEqual((code, [line for line in err.splitlines() if "trim" not in line and "covers" not in line]), (0, []), name)
                frames = common.gray_frames(self.out / "comp.mov", 160, 90)
                self.assertEqual(len(frames), self.N_FRAMES - 10)
                if wanted is None:
                    wanted = frames
                    self.assertGreater(max(frames[5]), 200)    # the disc is there
                for a, b in zip(frames, wanted):
                    self.assertLess(sum(abs(x - y) for x, y in zip(a, b)) / len(a), 1.5, (rate, name))

    def test_rate(self):
        pictures = self.folder / "p.%04d.png"
        common.ffmpeg("-i", self.source, self.folder / "p.%04d.png")
        self.assertEqual(self.json("probe", pictures)["sources"][0]["rate"], "24/1")
        for said, meant in (("25", "25/1"), ("29.97", "30000/1001"), ("24000/1001", "24000/1001"), ("12.5", "25/2")):
            self.assertEqual(self.json("probe", pictures, "--rate", said)["sources"][0]["rate"], meant)
        for bad in ("0", "fast", "-25", "25/0", "1/0", "2000", ""):
            self.refused(2, "frame rate", words=["probe", pictures, f"--rate={bad}"])
        rates = {}
        answer = self.json("roto", pictures, "--rate", "25", "--click", "40,45@0", *ENGINE, "-o", self.out / "roto.mov")
        self.assertEqual(answer["source"]["rate"], "25/1")
        self.json("matte", pictures, "--rate", "50", "-o", self.out / "matte.mov")
        self.json("comp", pictures, "--rate", "25", "--matte", self.out / "roto.mov", "--text", "HI", "-o", self.out / "comp.mov")
        self.json("graph", "run", "isolate", "-i", f"source={pictures}", "-i", f"matte={self.out / 'roto.mov'}", "--rate", "30", "--codec", "prores-4444",
                  "-o", self.out / "graph.mov")
        for name in ("roto", "matte", "comp", "graph"):
            rates[name] = common.ffprobe(self.out / f"{name}.mov")["streams"][0]["r_frame_rate"]
        self.assertEqual(rates, {"roto": "25/1", "matte": "50/1", "comp": "25/1", "graph": "30/1"})


if __name__ == "__main__":
    unittest.main()
