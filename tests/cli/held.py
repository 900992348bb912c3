#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A movie with a bad packet in its middle: the frame is named, the one before it stands in, and the matte has every frame."""
import unittest

import common
from common import ENGINE

BAD = 10


class Held(common.Case):
    def setUp(self):
        super().setUp()
        self.bad = self.folder / "bad.mov"
        common.ffmpeg("-i", self.source, "-c:v", "prores_ks", self.bad)
        packet = common.ffprobe(self.bad, "-show_packets", "-select_streams", "v")["packets"][BAD]
        position, size = int(packet["pos"]), int(packet["size"])
        data = bytearray(self.bad.read_bytes())
        for i in range(4, size, 1 + size // 40):
            data[position + i] ^= (0x5A + i) & 255
        self.bad.write_bytes(data)

    def words(self, name):
        return ["roto", self.bad, "--click", "40,45@0", *ENGINE, "-o", self.out / name]

    def test_people_are_told(self):
        code, out, err = self.holdout(*self.words("a.mov"))
        self.assertEqual(code, 0, err)
        self.assertEqual([line for line in err.splitlines() if f"bad.mov: frame {BAD} " in line and line.startswith("holdout: warning: ")], err.splitlines())
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertRegex(out, rf"check frame {BAD} \(01:00:00:10\): the frame could not be decoded")

    def test_matte_and_answer(self):
        answer = self.json(*self.words("b.mov"))["objects"][0]
        self.assertEqual([(e["kind"], e["frame"]) for e in answer["events"] if e["kind"] == "held"], [("held", BAD)])
        self.assertEqual((answer["n_tracked"], answer["output"]["n_frames"]), (self.N_FRAMES, self.N_FRAMES))
        self.assertEqual([f["frame"] for f in self.json("bank", "show", answer["id"])["frames"] if f["held"]], [BAD])
        frames = common.gray_frames(self.out / "b.mov", 160, 90)
        self.assertEqual(len(frames), self.N_FRAMES)
        self.assertEqual(frames[BAD], frames[BAD - 1])
        self.assertNotEqual(frames[BAD + 1], frames[BAD])


if __name__ == "__main__":
    unittest.main()
