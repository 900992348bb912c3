#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a matte carries over from its source, from ffmpeg's movie through roto to ffprobe: tags that editors conform by."""
import unittest

import common
from common import ENGINE

PRORES = ("-c:v", "prores_ks", "-profile:v", "3", "-pix_fmt", "yuv422p10le")
COLOURS = ("-color_primaries", "-color_trc", "-colorspace")


class Carried(common.Case):
    SIZE, N_FRAMES, RATE = "160x96", 8, "30000/1001"

    def roto(self, source, click="40,48@0"):
        """The matte's video stream, its timecode stream (or None) and what holdout says of both files."""
        output = self.out / "matte.mov"
        answer = self.json("roto", source, "--click", click, *ENGINE, "-o", output, "--overwrite")
        self.assertEqual(answer["objects"][0]["n_tracked"], self.N_FRAMES)
        streams = common.ffprobe(output, "-count_frames")["streams"]
        video = [s for s in streams if s["codec_type"] == "video"][0]
        self.assertEqual((int(video["nb_read_frames"]), video["r_frame_rate"]), (self.N_FRAMES, self.RATE))
        timecode = [s for s in streams if s["codec_tag_string"] == "tmcd"]
        before, after = (self.json("probe", path)["sources"][0] for path in (source, output))
        for name in ("width", "height", "rate", "n_frames", "pixel_aspect", "reel_name"):
            self.assertEqual(after[name], before[name], name)
        self.assertEqual(after["field_order"], before["field_order"].replace("unknown", "progressive"))
        self.assertEqual(after.get("timecode"), before.get("timecode"))
        for name in ("matrix", "transfer", "primaries") if before["colour"]["tagged"] else ():
            self.assertEqual(after["colour"][name], before["colour"][name], name)
        return video, timecode[0]["tags"] if timecode else None

    def interlaced(self, letter):
        """A tape's movie: fields, pixels that are not square, drop-frame timecode, a reel."""
        path = self.folder / f"tape_{letter}ff.mov"
        common.ffmpeg("-i", self.source, "-vf", f"setfield={letter}ff,setsar=8/9", *PRORES, "-flags", "+ildct", *sum(zip(COLOURS, ("smpte170m", "bt709", "smpte170m")), ()),
                      "-timecode", "01:00:00;00", "-metadata:s:v", "reel_name=A001C002", path)
        data = bytearray(path.read_bytes())
        at = data.index(b"fiel")
        # ffmpeg 5 says that one field is stored first and the other shown first; a tape has one order.
        data[at + 4:at + 6] = (2, 1) if letter == "t" else (2, 6)
        path.write_bytes(data)
        return path

    def test_a_tape(self):
        for letter in "tb":
            video, timecode = self.roto(self.interlaced(letter))
            self.assertEqual(video["field_order"], letter * 2)
            self.assertEqual((video["width"], video["height"], video["sample_aspect_ratio"]), (160, 96, "8:9"))
            self.assertEqual((video["color_primaries"], video["color_transfer"], video["color_space"], video["color_range"]), ("smpte170m", "bt709", "smpte170m", "tv"))
            self.assertEqual((timecode["timecode"], timecode["reel_name"]), ("01:00:00;00", "A001C002"))

    def test_wide_colours_without_timecode(self):
        path = self.folder / "hdr.mov"
        common.ffmpeg("-i", self.source, *PRORES, *sum(zip(COLOURS, ("bt2020", "smpte2084", "bt2020nc")), ()), "-write_tmcd", "0", "-map_metadata", "-1", path)
        video, timecode = self.roto(path)
        self.assertIsNone(timecode)
        self.assertEqual((video["field_order"], video.get("sample_aspect_ratio", "1:1")), ("progressive", "1:1"))
        self.assertEqual((video["color_primaries"], video["color_transfer"], video["color_space"], video["color_range"]), ("bt2020", "smpte2084", "bt2020nc", "tv"))

    def test_a_telephone_held_upright(self):
        flat, path = self.folder / "flat.mp4", self.folder / "upright.mp4"
        common.ffmpeg("-i", self.source, "-vf", "setsar=16/11", "-c:v", "mpeg4", "-q:v", "3", flat)
        common.ffmpeg("-i", flat, "-c", "copy", "-metadata:s:v", "rotate=90", path)
        upright = common.gray_frames(path, 96, 160)
        self.assertEqual(len(upright), self.N_FRAMES)
        disc = [[level > 150 for level in frame] for frame in upright]
        inside = [i for i, is_in in enumerate(disc[0]) if is_in]
        x, y = sum(i % 96 for i in inside) // len(inside), sum(i // 96 for i in inside) // len(inside)
        video, _ = self.roto(path, f"{x},{y}@0")
        self.assertEqual((video["width"], video["height"], video["sample_aspect_ratio"]), (96, 160, "11:16"))
        self.assertNotIn("Display Matrix", str(video.get("side_data_list")))
        # The click found the upright picture's disc; the stub engine is too slow for it afterwards.
        got = [level > 128 for level in common.gray_frames(self.out / "matte.mov", 96, 160)[0]]
        self.assertGreater(sum(a and b for a, b in zip(got, disc[0])) / sum(a or b for a, b in zip(got, disc[0])), 0.9)


if __name__ == "__main__":
    unittest.main()
