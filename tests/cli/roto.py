#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The main job as a user runs it, with the stub engine; ffprobe judges the movies."""
import json
import shutil
import unittest

import common
from common import ENGINE


class Roto(common.Case):
    CLICK = ["--click", "40,45@0"]

    def roto(self, *words, output=None):
        return self.json("roto", self.source, *self.CLICK, *ENGINE, "-o", output or self.out / "%{clip name}_roto_v01.mov", *words)

    def test_luma_matte_fits_its_source(self):
        answer = self.roto()
        path = self.out / "ride_roto_v01.mov"
        output = answer["objects"][0]["output"]
        self.assertEqual(output["path"], str(path))
        self.assertEqual(output["n_frames"], self.N_FRAMES)
        self.assertEqual(output["timecode"], "01:00:00:00")
        probe = common.ffprobe(path, "-count_frames")
        video = [s for s in probe["streams"] if s["codec_type"] == "video"][0]
        self.assertEqual((video["codec_name"], video["codec_tag_string"], video["pix_fmt"]), ("prores", "apch", "yuv422p10le"))
        self.assertEqual((video["width"], video["height"]), (160, 90))
        self.assertEqual((video["r_frame_rate"], int(video["nb_read_frames"]), int(video["nb_frames"])), ("24000/1001", self.N_FRAMES, self.N_FRAMES))
        self.assertFalse([s for s in probe["streams"] if s["codec_type"] == "audio"])
        timecodes = [s.get("tags", {}).get("timecode") for s in probe["streams"]]
        self.assertIn("01:00:00:00", timecodes)
        tags = json.dumps(probe["format"]["tags"])
        for said in (answer["source"]["hash"], answer["objects"][0]["object"], answer["objects"][0]["id"]):
            self.assertIn(said, tags)

    def test_second_run_tracks_nothing_and_writes_the_same(self):
        first = self.roto(output=self.out / "a.mov")
        self.assertEqual((first["objects"][0]["n_tracked"], first["objects"][0]["n_reused"]), (self.N_FRAMES, 0))
        # Moved, renamed, and one frame longer in the request's own words: the content counts.
        moved = self.folder / "elsewhere.mov"
        shutil.copy(self.source, moved)
        second = self.json("roto", moved, *self.CLICK, *ENGINE, "-o", self.out / "b.mov")
        self.assertEqual((second["objects"][0]["n_tracked"], second["objects"][0]["n_reused"]), (0, self.N_FRAMES))
        self.assertEqual(second["objects"][0]["id"], first["objects"][0]["id"])
        self.assertEqual(common.gray_frames(self.out / "a.mov", 160, 90), common.gray_frames(self.out / "b.mov", 160, 90))

    def test_threads_do_not_change_the_result(self):
        for threads in (1, 3):
            self.json("roto", self.source, *self.CLICK, *ENGINE, "-o", self.out / f"t{threads}.mov", "--threads", threads, "--bank", self.folder / f"bank-t{threads}")
        self.assertEqual(common.gray_frames(self.out / "t1.mov", 160, 90), common.gray_frames(self.out / "t3.mov", 160, 90))

    def test_range_leaves_the_rest_black(self):
        answer = self.roto("--range", "6-11", output=self.out / "r.mov")
        self.assertEqual(answer["objects"][0]["covered"], [6, 11])
        self.assertEqual(answer["objects"][0]["n_tracked"], 6)
        frames = common.gray_frames(self.out / "r.mov", 160, 90)
        self.assertEqual(len(frames), self.N_FRAMES)
        self.assertEqual([max(f) > 128 for f in frames], [6 <= i <= 11 for i in range(self.N_FRAMES)])

    def test_frames_by_timecode(self):
        a = self.json("track", self.source, "--click", "60,45@01:00:00:06", *ENGINE)
        b = self.json("track", self.source, "--click", "60,45@6", *ENGINE)
        self.assertEqual(a["objects"][0]["id"], b["objects"][0]["id"])
        self.assertEqual(b["objects"][0]["n_tracked"], 0)
        c = self.json("track", self.source, "--click", "60,45@6", *ENGINE, "--range", "01:00:00:02-01:00:00:05", "--bank", self.folder / "bank-tc")
        self.assertEqual(c["objects"][0]["covered"], [2, 5])

    def test_several_objects(self):
        words = ["--object", "left", "--click", "40,45@0", "--object", "right", "--box", "60,20,120,70@4", *ENGINE]
        answer = self.json("roto", self.source, *words, "-o", self.out / "%{object}_v%{version}.mov")
        self.assertEqual([o["object"] for o in answer["objects"]], ["left", "right"])
        self.assertEqual(sorted(p.name for p in self.out.iterdir()), ["left_v001.mov", "right_v001.mov"])
        listed = {m["object"]: m["id"] for m in self.json("bank", "list")["objects"]}
        self.assertEqual(listed, {o["object"]: o["id"] for o in answer["objects"]})
        self.refused(2, "%{object}", words=["roto", self.source, *words, "-o", self.out / "same.mov"])
        self.refused(2, "--object left", "twice", words=["track", self.source, "--object", "left", "--click", "1,1", "--object", "left", "--click", "2,2", *ENGINE])
        self.refused(2, "--object b", "no prompt", words=["track", self.source, "--object", "a", "--click", "1,1", "--object", "b", "--object", "c", "--click", "2,2", *ENGINE])

    def test_every_kind_of_prompt(self):
        mask = self.folder / "mask.png"
        common.ffmpeg("-f", "lavfi", "-i", "color=black:size=160x90,drawbox=20:25:40:40:white:fill", "-frames:v", 1, "-pix_fmt", "gray", mask)
        for words in (["--click", "40,45"], ["--box", "20,25,60,65@0"], ["--stroke", "30,45,50,45,50,50@0"], ["--mask", f"{mask}@0"], ["--mask", mask],
                      ["--click", "40,45@0", "--exclude", "100,45@0"]):
            answer = self.json("track", self.source, *words, *ENGINE)
            self.assertEqual(answer["objects"][0]["n_tracked"], self.N_FRAMES, words)
            shutil.rmtree(self.bank)

    def test_a_matte_movie_is_a_mask(self):
        self.roto(output=self.out / "matte.mov")
        answer = self.json("track", self.source, "--mask", f"{self.out / 'matte.mov'}@7", "--object", "again", *ENGINE)
        self.assertEqual(answer["objects"][0]["n_tracked"], self.N_FRAMES)
        self.refused(2, "after the end", words=["track", self.source, "--mask", f"{self.out / 'matte.mov'}@7", "--mask", f"{self.short_mask()}@9", *ENGINE])

    def short_mask(self):
        path = self.folder / "short.mov"
        self.make_source(path, n=3)
        return path

    def test_correction_tracks_only_its_span(self):
        self.json("track", self.source, "--click", "40,45@0", *ENGINE)
        answer = self.json("track", self.source, "--click", "40,45@0", "--click", "100,45@18", *ENGINE)
        self.assertTrue(0 < answer["objects"][0]["n_tracked"] < self.N_FRAMES)
        self.assertEqual((answer["objects"][0]["step"], answer["objects"][0]["n_steps"]), (2, 2))

    def test_codecs_views_and_finesse(self):
        self.json("track", self.source, *self.CLICK, *ENGINE)
        cases = [(["--codec", "prores-422-proxy"], "a.mov", "prores", "apco"), (["--codec", "prores-422"], "b.mov", "prores", "apcn"),
                 (["--codec", "prores-4444", "--view", "cutout"], "c.mov", "prores", "ap4h"), (["--view", "overlay"], "d.mkv", "ffv1", None),
                 (["--view", "highlight", "--feather", "4"], "e.mov", "prores", "apch"), (["--smooth", "0.5", "--grow", "-1.5"], "f.mov", "prores", "apch")]
        for words, name, codec, tag in cases:
            answer = self.json("matte", self.source, "-o", self.out / name, *words)
            self.assertEqual(answer["n_frames"], self.N_FRAMES, words)
            video = [s for s in common.ffprobe(self.out / name, "-count_frames")["streams"] if s["codec_type"] == "video"][0]
            self.assertEqual((video["codec_name"], int(video["nb_read_frames"])), (codec, self.N_FRAMES), words)
            if tag:
                self.assertEqual(video["codec_tag_string"], tag)
        plain = self.json("matte", self.source, "-o", self.out / "plain.mov")
        area = lambda name: sum(b > 128 for f in common.gray_frames(self.out / name, 160, 90) for b in f)
        self.json("matte", self.source, "-o", self.out / "grown.mov", "--grow", "3")
        self.assertGreater(area("grown.mov"), area("plain.mov"))
        self.assertEqual(plain["n_empty"], 0)

    def test_sequences(self):
        answer = self.roto("--start-frame", "1001", output=self.out / "m.%04d.png")
        self.assertEqual(answer["objects"][0]["output"]["n_frames"], self.N_FRAMES)
        names = sorted(p.name for p in self.out.iterdir())
        self.assertEqual((names[0], names[-1], len(names)), ("m.1001.png", f"m.{1000 + self.N_FRAMES}.png", self.N_FRAMES))
        self.assertEqual(self.roto(output=self.out / "n.png")["objects"][0]["output"]["path"], str(self.out / "n.%04d.png"))
        # And a sequence is a source.
        answer = self.json("probe", self.out / "m.%04d.png")
        self.assertEqual((answer["sources"][0]["n_frames"], answer["sources"][0]["first_number"]), (self.N_FRAMES, 1001))

    def test_matte_by_id_and_by_source(self):
        tracked = self.json("track", self.source, "--object", "disc", *self.CLICK, *ENGINE)
        matte_id = tracked["objects"][0]["id"]
        for number, operand in enumerate((matte_id, matte_id[:8], "disc", self.source)):
            self.assertEqual(self.json("matte", operand, "-o", self.out / f"{number}.mov")["n_frames"], self.N_FRAMES)
        self.json("track", self.source, "--object", "other", "--click", "41,45@0", *ENGINE)
        self.refused(2, "disc", "other", "--object", words=["matte", self.source, "-o", self.out / "x.mov"])
        self.json("matte", self.source, "--object", "other", "-o", self.out / "x.mov")
        self.refused(3, "no matte of", words=["matte", self.source, "--object", "none", "-o", self.out / "y.mov"])

    def test_plain_words_for_people(self):
        code, out, err = self.holdout("roto", self.source, *self.CLICK, *ENGINE, "-o", self.out / "p.mov")
        self.assertEqual((code, err), (0, ""))
        self.assertIn(f"{self.N_FRAMES} frames tracked", out)
        self.assertIn(f"{self.out / 'p.mov'}: {self.N_FRAMES} frames from 01:00:00:00", out)
        code, out, err = self.holdout("roto", self.source, *self.CLICK, *ENGINE, "-o", self.out / "q.mov", "--quiet")
        self.assertEqual((code, out, err), (0, "", ""))

    def test_probe(self):
        answer = self.json("probe", self.source)["sources"][0]
        self.assertEqual((answer["width"], answer["height"], answer["rate"], answer["n_frames"], answer["timecode"], answer["clip_name"]),
                         (160, 90, "24000/1001", self.N_FRAMES, "01:00:00:00", "ride"))
        self.assertIn("160x90", self.ok("probe", self.source))

    def test_sheet(self):
        self.roto(output=self.out / "m.mov")
        answer = self.json("sheet", self.source, "--matte", self.out / "m.mov", "--columns", "4", "--tile", "160", "-o", self.out / "s.png")
        video = common.ffprobe(answer["path"])["streams"][0]
        self.assertEqual(video["codec_name"], "png")
        self.ok("sheet", self.source, "--frames", "0,01:00:00:12,23", "-o", self.out / "t.png")
        self.refused(4, "exists", words=["sheet", self.source, "-o", self.out / "t.png"])
        self.refused(2, "24", words=["sheet", self.source, "--frames", "0,24", "-o", self.out / "u.png"])


if __name__ == "__main__":
    unittest.main()
