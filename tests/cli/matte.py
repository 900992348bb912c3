#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""holdout matte: which of a source's mattes is taken, and what the source is today."""
import json
import shutil
import unittest

import common
from common import ENGINE

CLICK = ["--click", "40,45@0"]


class Matte(common.Case):
    def setUp(self):
        super().setUp()
        self.clip = self.out / "clip.mov"
        shutil.copy(self.source, self.clip)

    def track(self, *words, source=None):
        return self.json("track", source or self.clip, *(words or CLICK), *ENGINE)["objects"]

    def rewrap(self, path, timecode):
        """The same packets under another timecode."""
        new = self.folder / "rewrapped.mov"
        common.ffmpeg("-i", self.source, "-map", "0:v", "-c", "copy", "-timecode", timecode, new)
        shutil.move(new, path)

    def test_a_source_that_was_given_another_timecode(self):
        tracked = self.track()[0]
        self.rewrap(self.clip, "10:00:00:00")
        by_source = self.json("matte", self.clip, "-o", self.out / "a.mov")
        self.assertEqual(by_source["timecode"], "10:00:00:00")
        by_id = self.json("matte", tracked["id"], "--source", self.clip, "-o", self.out / "b.mov")
        self.assertEqual(by_id["timecode"], "10:00:00:00")
        self.assertEqual(self.json("matte", tracked["id"], "-o", self.out / "c.mov")["timecode"], "01:00:00:00")
        # A range is in the timecode of today.
        self.ok("matte", self.clip, "--range", "10:00:00:02-10:00:00:05", "-o", self.out / "r.mov")
        frames = common.gray_frames(self.out / "r.mov", 160, 90)
        self.assertEqual([max(f) > 128 for f in frames], [2 <= i <= 5 for i in range(self.N_FRAMES)])
        # Tracking again finds everything there, and the bank knows the new timecode.
        again = self.track()[0]
        self.assertEqual((again["id"], again["n_tracked"]), (tracked["id"], 0))
        self.assertEqual(self.json("matte", tracked["id"], "-o", self.out / "d.mov")["timecode"], "10:00:00:00")

    def test_a_source_on_another_path_is_not_overwritten(self):
        tracked = self.track()[0]
        moved = self.out / "moved.mov"
        shutil.copy(self.clip, moved)
        for target in (self.clip, moved):
            self.refused(2, "what it is made from", words=["matte", tracked["id"], "--source", moved, "-o", target, "--overwrite"])
        self.assertEqual(moved.read_bytes(), self.source.read_bytes())

    def test_names_that_hold_one_another(self):
        self.track("--object", "rider", *CLICK)
        self.track("--object", "ride", "--click", "45,45@0")
        self.refused(2, "2 objects", "ride", "rider", "--object", words=["matte", self.clip, "-o", self.out / "m.mov"])
        self.ok("matte", self.clip, "--object", "ride", "-o", self.out / "m.mov")

    def test_objects_of_one_run_are_each_in_the_bank_once(self):
        words = ["--object", "left", "--click", "40,45@0", "--object", "right", "--box", "20,20,120,70@0"]
        tracked = {o["object"]: o["id"] for o in self.track(*words)}
        self.assertEqual({o["object"]: o["id"] for o in self.json("bank", "list")["objects"]}, tracked)
        for name, id in tracked.items():
            answer = self.json("matte", self.clip, "--object", name, "-o", self.out / f"{name}.mov")
            self.assertEqual(self.tags(self.out / f"{name}.mov")["bank_id"], id)
            self.assertEqual(self.json("bank", "show", name)["id"], id)
            self.assertEqual(answer["n_frames"], self.N_FRAMES)

    def test_one_name_in_two_sources(self):
        other = self.out / "other.mov"
        self.make_source(other, n=8)
        here, there = (self.track("--object", "disc", *CLICK, source=source)[0]["id"] for source in (self.clip, other))
        self.assertNotEqual(here, there)
        self.refused(2, "disc", words=["bank", "show", "disc"])
        for source, id in ((self.clip, here), (other, there)):
            content = self.json("probe", source)["sources"][0]["hash"]
            for name in (f"{content}/disc", f"{content[:8]}/disc", id, id[:8], f"{id[:8]}@1"):
                self.assertEqual(self.json("bank", "show", name)["id"], id)

    def tags(self, path):
        return json.loads(common.ffprobe(path)["format"]["tags"]["holdout.recipe"])

    def test_the_bank_has_a_whole_path(self):
        tracked = self.json("track", "clip.mov", *CLICK, *ENGINE, cwd=self.out)["objects"][0]
        self.assertEqual(self.json("bank", "show", tracked["id"])["source"]["path"], str(self.clip))
        self.ok("matte", tracked["id"], "--view", "overlay", "-o", self.out / "o.mov", cwd="/")
        self.ok("correct", tracked["id"], "--lock", "0", cwd="/")

    def test_another_sources_damage_is_not_this_ones(self):
        other = self.out / "other.mov"
        self.make_source(other, n=8)
        self.track(source=other)
        for path in self.bank.rglob("*.matte"):
            path.write_bytes(b"nothing" * 100)
        self.refused(3, "no matte", "track it first", words=["matte", self.clip, "-o", self.out / "m.mov"])
        self.refused(6, "damaged", words=["matte", other, "-o", self.out / "m.mov"])

    def times(self, path):
        """When each picture of a movie is shown, in milliseconds after the first."""
        packets = common.ffprobe(path, "-select_streams", "v", "-show_packets")["packets"]
        at = sorted(float(p["pts_time"]) for p in packets)
        return [round(1000 * (t - at[0])) for t in at]

    def test_a_variable_rate(self):
        odd = self.out / "odd.mp4"
        common.ffmpeg("-i", self.source, "-f", "lavfi", "-i", "sine", "-t", "1", "-vf", "select='mod(n\\,5)-2'", "-map", "0:v", "-map", "1:a", "-c:v", "mpeg4", "-q:v", "3",
                      "-vsync", "vfr", "-video_track_timescale", "90000", odd)
        shown = self.times(odd)
        self.assertGreater(len({b - a for a, b in zip(shown, shown[1:])}), 1)
        for name, words, want in (("constant.mov", (), None), ("cadence.mov", ("--source-cadence",), shown), ("cadence.mkv", ("--source-cadence",), shown)):
            code, _, err = self.holdout("roto", odd, *CLICK, *ENGINE, "-o", self.out / name, *words)
            self.assertEqual(code, 0, err)
            self.assertEqual("variable frame rate" in err, name == "constant.mov")      # once a day
            got = self.times(self.out / name)
            self.assertEqual(len(got), len(shown))
            if want:
                self.assertEqual(got, want, name)
            else:
                self.assertLessEqual(len({b - a for a, b in zip(got, got[1:])}), 2)     # but for rounding to milliseconds
        self.refused(2, "sequence", "cadence", words=["roto", odd, *CLICK, *ENGINE, "-o", self.out / "m.png", "--source-cadence"])
        # A part of a graph's render begins at its own zero, with the sound of that stretch.
        graph = self.out / "pass.json"
        graph.write_text('{"holdout_graph": 1, "nodes": [{"id": "s", "type": "source"}, {"id": "o", "type": "output"}], "links": ["s.image -> o.image"]}')
        self.ok("graph", "run", graph, "-i", f"s={odd}", "-o", self.out / "part.mov", "--range", "4-9", "--source-cadence")
        for got, want in zip(self.times(self.out / "part.mov"), shown[4:10], strict=True):
            self.assertLessEqual(abs(got - (want - shown[4])), 1)       # both are rounded to milliseconds

    def test_what_is_odd_about_a_source_is_said_once(self):
        odd = self.out / "odd.mov"
        self.make_source(odd, extra=("-c:v", "mpeg4", "-q:v", "3", "-flags", "+ildct+ilme", "-top", "1", "-field_order", "tt"))
        code, out, err = self.holdout("roto", odd, *CLICK, *ENGINE, "-o", self.out / "m.mov", "--view", "overlay")
        self.assertEqual(code, 0, err)
        self.assertEqual(err.count("is interlaced"), 1, err)


if __name__ == "__main__":
    unittest.main()
