#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One flipped byte in the bank: every command over it says which frame in one sentence, writes nothing, and a repair loses that frame alone."""
import sqlite3
import unittest

import common
from common import ENGINE

FRAME = 7


class Damage(common.Case):
    def words(self, output):
        return ["roto", self.source, "--click", "40,45@0", *ENGINE, "-o", output]

    def setUp(self):
        super().setUp()
        self.ok(*self.words(self.out / "whole.mov"))
        self.whole = common.gray_frames(self.out / "whole.mov", 160, 90)
        (self.out / "whole.mov").unlink()
        matte = self.json("bank", "list")["objects"][0]
        self.id, self.path = matte["id"], common.pathlib.Path(matte["path"])
        self.flip()

    def flip(self):
        """Flips one bit in the middle of the packed matte of FRAME."""
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as bank:
            (packed,) = bank.execute("SELECT packed FROM mattes JOIN frames USING (id) WHERE frame = ?", (FRAME,)).fetchone()
        bank.close()
        data = bytearray(self.path.read_bytes())
        self.assertEqual(data.count(packed), 1)
        data[data.index(packed) + len(packed) // 2] ^= 0x40
        self.path.write_bytes(data)

    def test_nothing_is_written_from_it(self):
        for words in (["matte", self.source, "-o", self.out / "x.mov"], self.words(self.out / "x.mov")):
            self.refused(6, f"frame {FRAME} ", self.path.name, "bank verify", "--repair", words=words)
            self.nothing_left()
        self.assertEqual(len(self.json("bank", "show", self.id)["frames"]), self.N_FRAMES)

    def test_verify_names_the_frame(self):
        self.refused(6, "fault", "bank verify ID --repair", words=["bank", "verify"])
        code, out, _ = self.holdout("bank", "verify", "--json")
        faults = common.json.loads(out)["faults"]
        self.assertEqual((code, [(fault["id"], fault["frame"]) for fault in faults]), (6, [(self.id, FRAME)]))
        self.assertIn("checksum", faults[0]["fault"])
        self.assertIn(f"{self.id[:12]} frame {FRAME}: ", self.holdout("bank", "verify")[1])

    def test_repair_loses_that_frame_alone(self):
        self.assertIn("1 frame", self.ok("bank", "verify", "--repair", self.id))
        self.ok("bank", "verify")
        self.assertEqual([f["frame"] for f in self.json("bank", "show", self.id)["frames"]], [i for i in range(self.N_FRAMES) if i != FRAME])
        answer = self.json(*self.words(self.out / "again.mov"))["objects"][0]
        self.assertEqual((answer["n_tracked"], answer["n_reused"], answer["id"]), (1, self.N_FRAMES - 1, self.id))
        self.assertEqual(common.gray_frames(self.out / "again.mov", 160, 90), self.whole)

    def test_repair_in_json(self):
        answer = self.json("bank", "verify", "--repair", self.id)
        self.assertEqual((answer["n_lost"], [(f["id"], f["frame"]) for f in answer["faults"]]), (1, [(self.id, FRAME)]))
        answer = self.json("bank", "verify", "--repair", self.id)
        self.assertEqual((answer["n_lost"], answer["faults"]), (0, []))


if __name__ == "__main__":
    unittest.main()
