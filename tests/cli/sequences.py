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
        answer = self.json("roto", pictures, "--rate", "25", "--click", "40,45@1", *ENGINE, "-o", self.out / "roto.mov")
        self.assertEqual(answer["source"]["rate"], "25/1")
        self.json("matte", pictures, "--rate", "50", "-o", self.out / "matte.mov")
        self.json("comp", pictures, "--rate", "25", "--matte", self.out / "roto.mov", "--text", "HI", "-o", self.out / "comp.mov")
        self.json("graph", "run", "isolate", "-i", f"source={pictures}", "-i", f"matte={self.out / 'roto.mov'}", "--rate", "30", "--codec", "prores-4444",
                  "-o", self.out / "graph.mov")
        for name in ("roto", "matte", "comp", "graph"):
            rates[name] = common.ffprobe(self.out / f"{name}.mov")["streams"][0]["r_frame_rate"]
        self.assertEqual(rates, {"roto": "25/1", "matte": "50/1", "comp": "25/1", "graph": "30/1"})

    def test_numbers_are_those_of_the_files(self):
        """Compositors count 1001 to 1024: what is typed and printed is a file's number, whatever else it could be."""
        common.ffmpeg("-i", self.source, "-start_number", "1001", self.folder / "n.%04d.png")
        pictures = self.folder / "n.%04d.png"
        said = self.ok("track", pictures, "--click", "80,45@1012", "--absent", "1020-1022", *ENGINE)
        self.assertIn("frames 1001 to 1024 have a matte", said)
        self.assertIn("check frame 1020", said)
        self.assertRegex(self.ok("history", "object"), r"click @1012[^\0]*absent 1020-1022")
        self.assertIn("click @1012; absent 1020-1022", self.ok("bank", "list"))
        self.assertIn("from 1001 to 1024", self.ok("bank", "show", "object"))
        # Both in JSON; the old way gives the same object.
        answer = self.json("track", pictures, "--click", "80,45@11", "--absent", "19-21", "--frames-from", "0", *ENGINE)
        self.assertEqual((answer["objects"][0]["n_tracked"], answer["frames_from"]), (0, 0))
        answer = self.json("track", pictures, "--click", "80,45@1012", "--absent", "1020-1022", *ENGINE)
        self.assertEqual((answer["objects"][0]["n_tracked"], answer["frames_from"]), (0, 1001))
        events = answer["objects"][0]["events"]
        self.assertIn((19, 1020), [(event["frame"], event["number"]) for event in events])
        self.assertTrue(all(event["number"] == event["frame"] + 1001 for event in events))
        self.assertIn("absent 19-21", self.ok("history", "object", "--frames-from", "0"))
        self.refused(2, "@12: frame 12 lies outside", "1001 to 1024", "--frames-from 0 counts from 0", words=["track", pictures, "--click", "80,45@12", *ENGINE])
        self.refused(2, "on frame 11 (file 1012)", words=["track", pictures, "--click", "800,45@1012", *ENGINE])
        # Ranges, stills and sheets alike; a movie can be counted so too.
        self.json("matte", pictures, "--range", "1010-1012", "-o", self.out / "m.%04d.png")
        mattes = [max(common.gray_frames(self.out / f"m.{number}.png", 160, 90)[0]) for number in (1009, 1010, 1012, 1013)]
        self.assertEqual(mattes, [0, 255, 255, 0])
        self.json("comp", pictures, "--matte", self.out / "m.%04d.png", "--background", "red", "--frame", "1012", "-o", self.out / "c.png")
        self.json("comp", self.source, "--matte", self.out / "m.%04d.png", "--any-matte", "--background", "red", "--frame", "1012", "--frames-from", "1001", "-o", self.out / "d.png")
        self.json("sheet", pictures, "--frames", "1001,1012", "-o", self.out / "new.png")
        self.json("sheet", pictures, "--frames", "0,11", "--frames-from", "0", "-o", self.out / "old.png")
        self.assertNotEqual((self.out / "new.png").read_bytes(), (self.out / "old.png").read_bytes())    # the labels

    def test_a_number_that_could_be_both(self):
        """Files 5 to 28: 10 is the file 10, not the eleventh."""
        common.ffmpeg("-i", self.source, "-start_number", "5", self.folder / "b.%04d.png")
        answer = self.json("track", self.folder / "b.%04d.png", "--click", "60,45@10", "--direction", "forward", *ENGINE)
        self.assertEqual(answer["objects"][0]["covered"][0], 5)
        # "*" with a hole: numbers that jump are no frames, which count from 0.
        (self.folder / "b.0012.png").unlink()
        answer = self.json("track", self.folder / "b.*.png", "--click", "60,45@10", "--direction", "forward", *ENGINE)
        self.assertEqual((answer["objects"][0]["covered"][0], answer["frames_from"]), (10, 0))


if __name__ == "__main__":
    unittest.main()
