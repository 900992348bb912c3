#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Movies with more to them: several video streams, a picture beside the movie, HDR10's metadata, a day that ends within the shot."""
import subprocess
import unittest

import common
from common import ENGINE

MASTERING = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"


class Streams(common.Case):
    def two(self):
        path = self.folder / "two.mkv"
        common.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x64:r=24", "-i", self.source, "-f", "lavfi", "-i", "sine", "-map", "0:v", "-map", "1:v", "-map", "2:a", "-t", "1", "-c:v", "ffv1",
                      "-c:a", "pcm_s16le", path)
        return path

    def size(self, path, *words):
        source = self.json("probe", path, *words)["sources"][0]
        return source["width"], source["height"]

    def test_choice(self):
        path = self.two()
        code, _, err = self.holdout("probe", path)
        self.assertEqual(code, 0)
        for part in ("2 video streams", "1 (ffv1, 96x64)", "2 (ffv1, 160x90)", "--stream"):
            self.assertIn(part, err)
        self.assertEqual((self.size(path, "--stream", "1"), self.size(path, "--stream", "2"), self.size(f"{path}:2")), ((96, 64), (160, 90), (160, 90)))
        self.assertEqual(self.holdout("probe", path, "--stream", "2")[2], "")
        self.refused(3, "no video stream", "1 (ffv1, 96x64)", words=["probe", path, "--stream", "3"])
        self.refused(3, "no video stream", words=["probe", f"{path}:beauty"])
        self.refused(2, "--stream", words=["probe", path, "--stream", "0"])
        self.refused(2, "-i footage=", words=["graph", "run", "patch", "--stream", "2", "-o", self.out / "g.mov"])

    def test_all_of_the_way(self):
        path = self.two()
        answer = self.json("roto", path, "--stream", "2", "--click", "40,45@0", *ENGINE, "-o", self.out / "m.mov")
        self.assertEqual((answer["source"]["width"], answer["objects"][0]["n_tracked"]), (160, 24))
        again = self.json("roto", f"{path}:2", "--click", "40,45@0", *ENGINE, "-o", self.out / "m2.mov", "--smooth", "0.5")
        self.assertEqual(again["objects"][0]["n_reused"], 24)
        self.json("matte", path, "--stream", "2", "-o", self.out / "m3.mov", "--view", "overlay")
        self.json("matte", again["objects"][0]["id"], "-o", self.out / "m4.mov", "--view", "overlay")    # the bank knows which
        self.assertEqual(len(common.gray_frames(self.out / "m4.mov", 160, 90)), 24)
        self.json("sheet", path, "--stream", "2", "--matte", self.out / "m.mov", "-o", self.out / "s.png")
        self.json("comp", path, "--stream", "2", "--matte", self.out / "m.mov", "--text", "HI", "-o", self.out / "c.mov")
        streams = common.ffprobe(self.out / "c.mov")["streams"]
        self.assertEqual([s["codec_type"] for s in streams[:2]], ["video", "audio"])
        self.assertEqual(streams[0]["width"], 160)
        # Its own file in whatever way it is named.
        self.refused(2, "would replace", words=["comp", path, "--stream", "2", "--matte", self.out / "m.mov", "--text", "HI", "-o", path, "--codec", "ffv1", "--overwrite"])

    def test_a_picture_beside_the_movie(self):
        cover, path = self.folder / "cover.png", self.folder / "covered.mov"
        common.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=1280x720", "-frames:v", "1", cover)
        common.ffmpeg("-i", cover, "-i", self.source, "-map", "0", "-map", "1", "-c", "copy", path)
        self.assertEqual(self.size(path), (160, 90))
        self.assertNotIn("video streams", self.holdout("probe", path)[2])
        self.refused(3, "1 (mpeg4, 160x90)", words=["probe", path, "--stream", "2"])

    def test_hdr10(self):
        if "libx265" not in subprocess.run(["ffmpeg", "-hide_banner", "-encoders"], capture_output=True, text=True).stdout:
            raise unittest.SkipTest("this ffmpeg has no libx265")
        path, wanted = self.folder / "hdr.mkv", None
        common.ffmpeg("-i", self.source, "-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-x265-params",
                      f"log-level=none:master-display={MASTERING}:max-cll=1000,400", path)
        self.json("roto", path, "--click", "40,45@0", *ENGINE, "-o", self.out / "m.mov")
        for name in ("c.mov", "c.mkv"):
            self.json("comp", path, "--matte", self.out / "m.mov", "--text", "HI", "-o", self.out / name)
            data = {d["side_data_type"]: d for d in common.ffprobe(self.out / name)["streams"][0].get("side_data_list", [])}
            mastering, light = data["Mastering display metadata"], data["Content light level metadata"]
            values = {key: round(eval(value), 4) for key, value in mastering.items() if key != "side_data_type"}
            self.assertEqual(values, {"red_x": 0.68, "red_y": 0.32, "green_x": 0.265, "green_y": 0.69, "blue_x": 0.15, "blue_y": 0.06, "white_point_x": 0.3127, "white_point_y": 0.329,
                                      "min_luminance": 0.005, "max_luminance": 1000.0}, name)
            self.assertEqual((light["max_content"], light["max_average"]), (1000, 400), name)

    def test_midnight(self):
        path = self.folder / "late.mov"
        common.ffmpeg("-i", self.source, "-c", "copy", "-timecode", "23:59:59:12", path)
        answer = self.json("roto", path, "--click", "80,45@00:00:00:03", *ENGINE, "-o", self.out / "m.mov")
        self.assertEqual([p["frame"] for s in self.json("history", answer["objects"][0]["id"])["steps"] for p in s["said"]["prompts"]], [15])
        self.refused(2, "outside", "23:59:59:12 to 00:00:00:11", words=["roto", path, "--click", "80,45@00:00:00:12", *ENGINE, "-o", self.out / "n.mov"])
        self.refused(2, "outside", words=["roto", path, "--click", "80,45@23:59:59:11", *ENGINE, "-o", self.out / "n.mov"])
        self.json("comp", path, "--matte", self.out / "m.mov", "--text", "HI", "--range", "00:00:00:04-", "-o", self.out / "c.mov")
        video = [s for s in common.ffprobe(self.out / "c.mov")["streams"] if s["codec_type"] == "video"][0]
        self.assertEqual((video["nb_frames"], video["tags"]["timecode"]), ("8", "00:00:00:04"))
        # A matte from before midnight on what begins after it.
        later = self.folder / "later.mov"
        common.ffmpeg("-i", self.source, "-vf", "trim=start_frame=15,setpts=PTS-STARTPTS", "-c:v", "ffv1", "-timecode", "00:00:00:03", later)
        frames = {}
        for name, source, more in (("a", path, ("--range", "00:00:00:03-")), ("b", later, ())):
            self.json("comp", source, "--matte", self.out / "m.mov", "--any-matte", "--background", "#0000ff", *more, "-o", self.out / f"{name}.mov")
            frames[name] = common.gray_frames(self.out / f"{name}.mov", 160, 90)
        self.assertEqual(len(frames["b"]), 9)
        for a, b in zip(frames["a"], frames["b"]):
            self.assertLess(sum(abs(x - y) for x, y in zip(a, b)) / len(a), 1.5)


if __name__ == "__main__":
    unittest.main()
