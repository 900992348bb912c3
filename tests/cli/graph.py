#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""holdout graph and holdout comp as a user meets them: the templates' pictures, mattes that do not fit, odd and huge sizes, sound, what explain tells."""
import json
import re
import subprocess
import unittest
import zlib

import common

BLACK = "color=black:size={size}:rate={rate}"
BOX = "drawbox=x=iw*0.4:y=ih*0.2:w=iw*0.25:h=ih*0.7:color=white:t=fill"
PRORES = ["-c:v", "prores_ks", "-profile:v", "3"]
TAGS = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]

# Where white letters stand in a grid of 16 x 9 areas: HHHH, behind the subject. Looked at as a picture when it was made.
LETTERS = ["................", "................", "W.W.W......W.W..", "W.W.W......W.W.W", "WWW.WWW...WW.WWW", "W.W.W......W.W.W", "..W.W......W.W..", "................", "................"]


def grid(path, alpha=False):
    """R, G, B, A in 0 to 255 of 16 x 9 areas of a still or of a movie's first frame."""
    data = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-frames:v", "1", "-vf", "format=rgba,scale=16:9:flags=area", "-pix_fmt", "rgba", "-f", "rawvideo", "-"],
                          check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    return [[tuple(data[(y * 16 + x) * 4:(y * 16 + x) * 4 + 4]) for x in range(16)] for y in range(9)]


def raw(path, size, n=2):
    common.ffmpeg("-f", "rawvideo", "-pix_fmt", "gray", "-s", size, "-r", "25", "-i", "/dev/zero", "-frames:v", n, "-c:v", "ffv1", path)


class Graph(common.Case):
    SIZE, N_FRAMES = "160x90", 20

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matte = cls.make_matte("matte.mov")

    @classmethod
    def make_source(cls, path, size=None, n=None, extra=()):
        common.ffmpeg("-f", "lavfi", "-i", f"gradients=size={cls.SIZE}:rate=25:c0=0x204080:c1=0xc08040:x0=0:y0=0:x1=159:y1=89:speed=0.00001:seed=1", "-f", "lavfi", "-i",
                      "sine=frequency=440:sample_rate=48000", "-map", "0:v", "-map", "1:a", "-frames:v", cls.N_FRAMES, "-t", "0.8", "-timecode", "01:00:00:00", *PRORES, *TAGS,
                      "-c:a", "pcm_s16le", path)

    @classmethod
    def make_matte(cls, name, size="160x90", rate=25, n=20, start="01:00:00:00"):
        path = cls.folder / name
        common.ffmpeg("-f", "lavfi", "-i", BLACK.format(size=size, rate=rate), "-vf", BOX, "-frames:v", n, *(["-timecode", start] if start else []), *PRORES, *TAGS, path)
        return path

    def comp(self, *more, matte=None, out="o.mov"):
        return ["comp", self.source, "--matte", matte or self.matte, "--text", "HHHH", "--font", "DejaVu Sans Bold", "--size", "0.6", "-o", self.out / out, "--overwrite", *more]

    def near(self, got, wanted, tolerance=7):
        self.assertTrue(all(abs(a - b) <= tolerance for a, b in zip(got, wanted)), f"{got} instead of {wanted}")

    # ---- golden pictures of the templates

    def source_grid(self):
        still = self.out / "source.png"
        common.ffmpeg("-i", self.source, "-frames:v", "1", "-vf", "format=rgb48", still)
        return grid(still)

    def test_patch(self):
        """White letters over the ramp, and the ramp again where the matte is white."""
        self.ok(*self.comp("--frame", "0", out="p.png"))
        got, source = grid(self.out / "p.png"), self.source_grid()
        for y in range(9):
            for x in range(16):
                if 7 <= x <= 9 or y < 2 or y > 6:
                    self.near(got[y][x][:3], source[y][x][:3])
        letters = [[sum(got[y][x][:3]) - sum(source[y][x][:3]) > 120 for x in range(16)] for y in range(9)]
        self.assertEqual(["".join("W" if w else "." for w in row) for row in letters], LETTERS)

    def test_save(self):
        common.ffmpeg("-i", self.matte, "-frames:v", "1", self.out / "box.png")
        self.ok("track", self.source, "--mask", f"{self.out / 'box.png'}@0", *common.ENGINE)
        matte = json.loads(self.ok("bank", "list", "--json"))["objects"][0]["id"]
        self.ok("graph", "run", "save", "-i", f"source={self.source}", "-i", f"mask={matte}", "-o", self.out / "s.png", "--frame", "0")
        got = grid(self.out / "s.png")
        for y in range(9):
            for x in range(16):
                self.assertLess(max(got[y][x][:3]) - min(got[y][x][:3]), 3)
        self.near(got[4][8][:3], (255, 255, 255), 2)
        self.near(got[4][2][:3], (0, 0, 0), 2)
        self.near(got[0][8][:3], (0, 0, 0), 2)

    def test_isolate(self):
        self.ok("graph", "run", "isolate", "-i", f"source={self.source}", "-i", f"matte={self.matte}", "-o", self.out / "i.png", "--frame", "0")
        got, source = grid(self.out / "i.png"), self.source_grid()
        self.near(got[4][8][:3], source[4][8][:3])
        self.near([got[4][8][3], got[4][2][3], got[0][8][3]], [255, 0, 0], 2)

    # ---- mattes that do not fit

    def said(self, *words):
        code, _, err = self.holdout(*words)
        self.assertEqual(code, 0, err)
        return err

    def test_views_of_a_node(self):
        """What the color page shows of a node: red over its key, its part on grey, its key."""
        graph = self.out / "grade.json"
        graph.write_text(json.dumps({"holdout_graph": 2, "nodes": [{"id": n, "type": t} for n, t in (("source", "source"), ("matte", "external_matte"), ("grade", "corrector"), ("output", "output"))],
                                     "links": ["source.image -> grade.image", "matte.key -> grade.key", "grade.image -> output.image"]}))
        words = ["graph", "run", graph, "-i", f"source={self.source}", "-i", f"matte={self.matte}", "--frame", "0", "--node", "grade", "--overwrite", "-o"]
        plain = self.source_grid()
        inside, outside = (4, 8), (4, 2)
        for view, want in (("overlay", lambda c, k: [c[0] + k * 0.5 * (255 - c[0]), c[1] * (1 - k * 0.5), c[2] * (1 - k * 0.5)]), ("highlight", lambda c, k: c[:3] if k else None),
                           ("matte", lambda c, k: [255 * k] * 3), ("cutout", lambda c, k: [*c[:3], 255] if k else [0, 0, 0, 0])):
            self.ok(*words, self.out / f"{view}.png", "--view", view)
            got = grid(self.out / f"{view}.png")
            for (y, x), key in ((inside, 1), (outside, 0)):
                wanted = want(plain[y][x], key)
                if wanted:
                    self.near(got[y][x], wanted, 12)
                else:
                    self.assertLess(max(got[y][x][:3]) - min(got[y][x][:3]), 3)     # grey
        self.refused(2, "both", "view", words=["graph", "run", graph, "-i", f"source={self.source}", "-i", f"matte={self.matte}", "--node", "matte", "--view", "overlay", "-o", self.out / "x.png"])
        self.ok("graph", "run", graph, "-i", f"source={self.source}", "-i", f"matte={self.matte}", "--node", "grade", "--view", "overlay", "-o", self.out / "view.mov")
        self.assertEqual(int(common.ffprobe(self.out / "view.mov", "-count_frames")["streams"][0]["nb_read_frames"]), self.N_FRAMES)

    def test_a_matte_of_another_length(self):
        short = self.make_matte("short.mov", n=10, start="01:00:00:05")
        self.assertIn("covers frames 5 to 14 of the graph's 0 to 19; elsewhere its first or last frame is held", self.said(*self.comp(matte=short)))
        self.assertIn("elsewhere it is black", self.said(*self.comp("--set", "matte.outside=black", matte=short)))
        self.assertIn("covers none of the graph's frames", self.said(*self.comp("--set", "matte.offset=100", matte=short)))
        self.assertNotIn("covers", self.said(*self.comp()))
        # Black before it begins: the title is whole there, and behind the subject once it has begun.
        for frame, hidden in ((2, False), (7, True)):
            self.ok(*self.comp("--set", "matte.outside=black", "--frame", frame, matte=short, out=f"f{frame}.png"))
            cell = grid(self.out / f"f{frame}.png")
            white = sum(sum(cell[4][x][:3]) > 600 for x in range(7, 10))
            self.assertEqual(white == 0, hidden, cell[4])

    def test_a_matte_of_another_size_or_rate(self):
        self.assertIn("is 320x180 and the graph 160x90", self.said(*self.comp(matte=self.make_matte("large.mov", size="320x180"))))
        self.assertIn("has 50/1 frames a second and the graph 25/1", self.said(*self.comp(matte=self.make_matte("fast.mov", rate=50, start=None))))

    # ---- outputs that are inputs

    def test_what_is_read_is_never_overwritten(self):
        """By what a file is: under its name, through links either way, as a picture of a sequence, used or not."""
        own, frames = self.folder / "own.mov", self.folder / "frames"
        common.shutil.copy(self.source, own)
        frames.mkdir()
        common.ffmpeg("-i", self.source, frames / "f.%04d.png")
        matte = self.make_matte("own_matte.mov")
        names = {"soft.mov": own, "hard.mov": own, "mattelink.mov": matte}
        for name, target in names.items():
            (self.folder / name).hardlink_to(target) if name == "hard.mov" else (self.folder / name).symlink_to(target)
        (self.folder / "away").mkdir()
        (self.folder / "away" / "g.0003.png").symlink_to(frames / "f.0003.png")
        kept = [own, matte, *sorted(frames.iterdir())]
        before = [p.read_bytes() for p in kept]
        comp = lambda source, out, *more: ["comp", source, "--matte", matte, "--text", "HI", "-o", out, "--overwrite", *more]
        for source, out in ((own, own), (own, self.folder / "soft.mov"), (self.folder / "soft.mov", own), (own, self.folder / "hard.mov"), (own, matte), (own, self.folder / "mattelink.mov"),
                            (frames / "f.%04d.png", frames / "f.%04d.png"), (frames / "f.####.png", frames / "f.%04d.png"), (frames / "*.png", frames / "f.%04d.png")):
            self.refused(2, "what it is made from", words=comp(source, out))
        self.refused(2, "what it is made from", words=comp(self.folder / "away" / "g.%04d.png", frames / "f.%04d.png", "--start-frame", "3"))
        self.refused(2, "what it is made from", words=comp(frames / "f.%04d.png", frames / "f.0003.png", "--frame", "2"))
        unused = self.out / "unused.json"
        unused.write_text(json.dumps({"holdout_graph": 2, "nodes": [{"id": "a", "type": "media_in"}, {"id": "b", "type": "media_in"}, {"id": "o", "type": "media_out"}],
                                      "links": ["a.image -> o.image"]}))
        self.refused(2, "what it is made from", words=["graph", "run", unused, "-i", f"a={self.source}", "-i", f"b={own}", "-o", own, "--overwrite"])
        self.refused(2, "what it is made from", words=["sheet", frames / "f.%04d.png", "-o", frames / "f.0007.png", "--overwrite"])
        self.assertEqual([p.read_bytes() for p in kept], before)
        self.ok(*comp(frames / "f.%04d.png", frames / "h.%04d.png"))
        self.ok(*comp(own, self.folder / "own_title.mov"))

    def test_a_matte_of_another_movie_is_refused(self):
        """What Holdout wrote says whose matte it is; a cut-out goes anywhere."""
        other = self.folder / "other.mov"
        common.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25", "-frames:v", 20, *PRORES, other)
        self.ok("roto", self.source, "--click", "60,45", *common.ENGINE, "-o", self.out / "its.mov")
        self.ok("matte", self.source, "-o", self.out / "its.mkv")
        for name in ("its.%04d.png", "its.%04d.exr"):
            self.ok("matte", self.source, "-o", self.out / name)
        self.ok("matte", self.source, "--view", "cutout", "--codec", "prores-4444", "-o", self.out / "cut.mov")
        for its in (self.out / "its.mov", self.out / "its.mkv", self.out / "its.%04d.png", self.out / "its.%04d.exr"):
            self.ok("comp", self.source, "--matte", its, "--text", "HI", "-o", self.out / "a.mov", "--overwrite")
            wrong = ["comp", other, "--matte", its, "--text", "HI", "-o", self.out / "b.mov", "--overwrite"]
            said = self.refused(3, "matte of another movie", "--any-matte", words=wrong)
            self.assertIn(self.source.stem, said)
            self.ok(*wrong, "--any-matte", "--frame", "0", "-o", self.out / "b.png")
            self.refused(3, "matte of another movie", words=["graph", "run", "isolate", "-i", f"source={other}", "-i", f"matte={its}", "-o", self.out / "c.png", "--frame", "0"])
            self.refused(3, "matte of another movie", words=["sheet", other, "--matte", its, "-o", self.out / "wrong.png"])
            self.ok("sheet", self.source, "--matte", its, "-o", self.out / "s.png", "--overwrite")
        # Its own movie need not be the first one, and a cut-out is laid over any.
        self.ok("comp", other, "--matte", self.matte, "--background", self.source, "-i", f"matte={self.out / 'its.mov'}", "-o", self.out / "d.mov")
        over = self.out / "over.json"
        over.write_text(json.dumps({"holdout_graph": 2, "nodes": [{"id": "a", "type": "media_in"}, {"id": "b", "type": "media_in"}, {"id": "m", "type": "merge"}, {"id": "o", "type": "media_out"}],
                                    "links": ["a.image -> m.background", "b.image -> m.foreground", "m.image -> o.image"]}))
        self.ok("graph", "run", over, "-i", f"a={other}", "-i", f"b={self.out / 'cut.mov'}", "-o", self.out / "e.mov")

    def test_without_footage_size_and_rate_are_asked_for(self):
        plain = self.out / "plain.json"
        plain.write_text(json.dumps({"holdout_graph": 2, "nodes": [{"id": "a", "type": "background"}, {"id": "o", "type": "media_out"}], "links": ["a.image -> o.image"]}))
        words = ["graph", "run", plain, "--range", "0-4"]
        self.refused(2, "no footage", "--size", "--rate", words=[*words, "-o", self.out / "x.mov"])
        self.refused(2, "no footage", "--rate", words=[*words, "--size", "64x48", "-o", self.out / "x.mov"])
        self.refused(2, "no footage", "--size", words=[*words, "--rate", "25", "-o", self.out / "x.mov"])
        self.refused(2, "no frame rate", words=[*words, "--rate", "fast", "-o", self.out / "x.mov"])
        self.ok(*words, "--size", "64x48", "--rate", "29.97", "-o", self.out / "y.mov")
        stream = common.ffprobe(self.out / "y.mov")["streams"][0]
        self.assertEqual((stream["width"], stream["height"], stream["r_frame_rate"], stream["nb_frames"]), (64, 48, "30000/1001", "5"))
        self.ok("graph", "run", plain, "--frame", "3", "--size", "64x48", "-o", self.out / "y.png")

    def test_titles_say_what_is_wrong(self):
        self.assertIn("leaves the frame", self.said(*self.comp("--set", "title.text=" + "W" * 30, "--frame", "0", out="w.png")))
        self.assertEqual(self.said(*self.comp("--set", "title.text=" + "W" * 30, "--fit", "--frame", "0", out="w.png")), "")
        self.assertIn('no font "Nosuch"', self.said(*self.comp("--set", "title.font=Nosuch", "--frame", "0", out="w.png")))

    def test_a_cutout_s_alpha_is_straight_and_says_so(self):
        soft = self.out / "soft.mov"
        common.ffmpeg("-f", "lavfi", "-i", BLACK.format(size="160x90", rate=25), "-vf", BOX + ",gblur=6", "-frames:v", 20, "-timecode", "01:00:00:00", *PRORES, *TAGS, soft)
        plain = self.source_grid()
        for name, more, premultiplied in (("s", [], False), ("p", ["--premultiplied"], True)):
            self.ok("comp", self.source, "--matte", soft, "--template", "isolate", "--frame", "0", "-o", self.out / f"{name}.png", *more)
            got = grid(self.out / f"{name}.png")
            r, g, b, a = got[4][6]      # where the edge is soft
            self.assertTrue(40 < a < 230, got[4])
            self.near((r, g, b), [c * (a / 255 if premultiplied else 1) for c in plain[4][6][:3]], 14)
        self.ok("roto", self.source, "--click", "60,45", *common.ENGINE, "-o", self.out / "m.mov")
        for name, more, said in (("c.mov", ["--codec", "prores-4444"], "straight"), ("d.mov", ["--codec", "prores-4444", "--premultiplied"], "premultiplied"), ("m2.mov", [], None)):
            self.ok("matte", self.source, "--view", "cutout" if said else "matte", *more, "-o", self.out / name)
            self.assertEqual(common.ffprobe(self.out / name)["format"]["tags"].get("holdout.alpha"), said)

    def test_isolate_keeps_the_source_s_own_alpha(self):
        cut = self.out / "cut.mov"
        common.ffmpeg("-f", "lavfi", "-i", "color=red@0.5:size=160x90:rate=25,format=yuva444p10le", "-frames:v", 20, "-timecode", "01:00:00:00", "-c:v", "prores_ks", "-profile:v", "4", cut)
        self.ok("comp", cut, "--matte", self.matte, "--template", "isolate", "--frame", "0", "-o", self.out / "i.png")
        got = grid(self.out / "i.png")
        self.near([got[4][8][3], got[4][2][3]], [128, 0], 3)
        self.assertGreater(got[4][8][0], 240)

    def test_edges_are_cleaned(self):
        """Orange before green, softly cut out: no green is left."""
        shot, soft = self.out / "shot.mov", self.out / "shot_matte.mov"
        common.ffmpeg("-f", "lavfi", "-i", "color=0x10a030:size=160x90:rate=25", "-f", "lavfi", "-i", "color=0xe06020:size=160x90:rate=25", "-f", "lavfi", "-i", BLACK.format(size="160x90", rate=25) + "," + BOX + ",gblur=5",
                      "-filter_complex", "[2]format=gray,split[k][m];[1]format=gbrp[f];[f][k]alphamerge[c];[0]format=gbrp[b];[b][c]overlay=format=gbrp[o]", "-map", "[o]", "-frames:v", 3, "-c:v", "ffv1", shot.with_suffix(".mkv"),
                      "-map", "[m]", "-frames:v", 3, "-c:v", "ffv1", soft.with_suffix(".mkv"))
        greens = []
        for more in ([], ["--clean-edges"]):
            self.ok("comp", shot.with_suffix(".mkv"), "--matte", soft.with_suffix(".mkv"), "--background", "white", "--frame", "0", "-o", self.out / "e.exr", "--overwrite", *more)
            self.ok("comp", shot.with_suffix(".mkv"), "--matte", soft.with_suffix(".mkv"), "--template", "isolate", "--frame", "0", "-o", self.out / "e.png", "--overwrite", *more)
            greens.append(max(g - r for row in grid(self.out / "e.png") for r, g, b, a in row if a > 30))
        self.assertGreater(greens[0], 0)
        self.assertLess(greens[1], -80)

    # ---- habits

    def test_colours_have_the_names_of_css(self):
        for name, wanted in (("teal", (0, 128, 128)), ("RebeccaPurple", (102, 51, 153)), ("lightgrey", (211, 211, 211)), ("#102030", (16, 32, 48))):
            self.ok("comp", self.source, "--matte", self.matte, "--background", name, "--frame", "0", "-o", self.out / "b.png", "--overwrite")
            self.near(grid(self.out / "b.png")[0][0][:3], wanted, 2)
        self.refused(2, "no colour", "CSS", words=["comp", self.source, "--matte", self.matte, "--background", "tael", "--frame", "0", "-o", self.out / "c.png"])

    def test_sheets_wrap_and_zoom(self):
        size = lambda path: tuple(common.ffprobe(path)["streams"][0][key] for key in ("width", "height"))
        sheet = lambda name, *more: (self.ok("sheet", self.source, "--matte", self.matte, "-o", self.out / name, *more), size(self.out / name))[1]
        plain, wrapped, every = sheet("p.png"), sheet("w.png", "--wrap", "3"), sheet("e.png", "--every", "5", "--wrap", "2")
        self.assertTrue(wrapped[0] < plain[0] / 2 and wrapped[1] > plain[1] * 2, (plain, wrapped))
        self.assertTrue(every[0] < wrapped[0] and every[1] < wrapped[1], (every, wrapped))
        # The matte's box alone is white in the last row.
        self.assertEqual(sheet("z.png", "--frames", "0", "--tile", "400", "--zoom", "66,20,36,60")[1] > plain[1], True)
        picture = grid(self.out / "z.png")
        self.near(picture[7][8][:3], (255, 255, 255), 6)
        self.refused(2, "outside", "160x90", words=["sheet", self.source, "--zoom", "100,10,80,40", "-o", self.out / "y.png"])
        self.refused(2, "X,Y,WIDTH,HEIGHT", words=["sheet", self.source, "--zoom", "1,2", "-o", self.out / "y.png"])
        self.refused(2, "exclude", words=["sheet", self.source, "--every", "2", "--frames", "1", "-o", self.out / "y.png"])
        self.assertIn("--overwrite", self.refused(4, "exists", words=["sheet", self.source, "-o", self.out / "z.png"]))
        self.assertIn("--overwrite", self.refused(4, "exists", words=["comp", self.source, "--matte", self.matte, "--text", "A", "--frame", "0", "-o", self.out / "z.png"]))

    def test_what_is_odd_about_a_source_is_said_once_a_day(self):
        source = self.out / "vfr.mkv"
        common.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-vf", "setpts='if(lt(N,10),N,N*1.5)/25/TB'", "-fps_mode", "vfr", "-c:v", "ffv1", source)
        self.assertIn("variable frame rate", self.said("sheet", source, "-o", self.out / "a.png"))
        self.assertNotIn("variable frame rate", self.said("sheet", source, "-o", self.out / "b.png"))
        self.assertIn("variable frame rate", self.said("sheet", source, "-o", self.out / "c.png", "--log", "info"))
        said = next(self.bank.rglob("*.said"))
        common.os.utime(said, (1e9, 1e9))
        self.assertIn("variable frame rate", self.said("sheet", source, "-o", self.out / "d.png"))

    def test_a_partial_of_a_full_disk_is_named(self):
        done = subprocess.run(["bash", "-c", 'ulimit -f 200; exec "$@"', "bash", common.HOLDOUT, *map(str, self.comp(out="full.mkv"))], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={**common.os.environ, "HOLDOUT_BANK": str(self.bank)})
        self.assertEqual(done.returncode, 4, done.stderr)
        named = re.search(r"(\S*\.full\.mkv\.partial-\d+) keeps what is finished \((\d+\.\d) MiB\): the same command goes on", done.stderr)
        self.assertTrue(named, done.stderr)
        partial = common.pathlib.Path(named[1])
        self.assertAlmostEqual(partial.stat().st_size / 1048576, float(named[2]), delta=0.06)
        self.assertTrue(common.pathlib.Path(f"{partial}.frames").exists())

    # ---- sizes

    def test_slivers(self):
        for size in ("1x1", "2x1", "1x2", "3x5"):
            tiny = self.folder / f"{size}.mkv"
            raw(tiny, size)
            for out in (f"{size}.mkv", f"{size}.mov", f"{size}.%04d.png", f"{size}.%04d.exr"):
                self.ok("comp", tiny, "--matte", tiny, "--text", "H", "-o", self.out / out)
            self.ok("comp", tiny, "--matte", tiny, "--template", "isolate", "--codec", "prores-4444", "-o", self.out / f"i{size}.mov")
            self.ok("comp", self.source, "--matte", tiny, "--text", "H", "--frame", "0", "-o", self.out / f"s{size}.png")

    def test_huge(self):
        chunk = lambda kind, data: len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        side = (16384).to_bytes(4, "big")
        pack = zlib.compressobj(1)
        rows = b"".join([pack.compress(b"\0" + b"\x80" * 16384) for _ in range(16384)] + [pack.flush()])
        png = self.folder / "huge.png"
        png.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", side + side + b"\x08\0\0\0\0") + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
        self.refused(3, "huge.png", words=["comp", png, "--matte", png, "--text", "H", "-o", self.out / "h.png", "--frame", "0"])
        # A picture that the program makes itself, with less memory than it takes.
        path = self.folder / "huge.json"
        path.write_text('{"holdout_graph": 1, "nodes": [{"id": "a", "type": "background", "parameters": {"width": 16384, "height": 16384}}, {"id": "b", "type": "blur"},'
                        ' {"id": "o", "type": "media_out"}], "links": ["a.image -> b.image", "b.image -> o.image"]}')
        if not common.os.environ.get("HOLDOUT_SLOW"):           # sanitizers need the address space
            done = subprocess.run(["bash", "-c", 'ulimit -v 3500000; exec "$@"', "bash", common.HOLDOUT, "graph", "run", path, "--frame", "0", "--size", "16384x16384", "-o", self.out / "h.exr"],
                                  capture_output=True, text=True, stdin=subprocess.DEVNULL)
            self.assertEqual(done.returncode, 4, done.stderr)
            self.assertIn("out of memory", done.stderr)
        self.nothing_left()

    # ---- graphs as texts

    def test_bad_graphs_are_told(self):
        node = lambda *more: '{"holdout_graph": 1, "nodes": [' + ", ".join(more) + "]"
        cases = [
            ("{\n \"holdout_graph\": 1,\n \"nodes\": [,]}", ["line 3, column"]),
            (node('{"id": "a", "type": "blur"}', '{"id": "b", "type": "blur"}') + ', "links": ["a.image -> b.image", "b.image -> a.image"]}', ["cycle"]),
            (node('{"id": "a", "type": "blur"}', '{"id": "o", "type": "media_out"}') + ', "links": ["a.image -> o.image"]}', ['"a"', "lacks its input"]),
            (node('{"id": "a", "type": "blur"}', '{"id": "b", "type": "bitmap"}') + ', "links": ["b.key -> a.image"]}', ["takes an image"]),
            (node('{"id": "a", "type": "blur", "parameters": {"blur_size": 1e9}}') + "}", ["out of range"]),
            (node('{"id": "a", "type": "blur", "parameters": {"blur_sise": 1}}') + "}", ['no parameter "blur_sise"']),
        ]
        for i, (text, parts) in enumerate(cases):
            path = self.folder / f"bad{i}.json"
            path.write_text(text)
            code, _, err = self.holdout("graph", "check", path)
            self.assertNotEqual(code, 0, text)
            for part in parts:
                self.assertIn(part, err)

    def test_a_newer_node_passes_its_input_through(self):
        path = self.folder / "newer.json"
        path.write_text('{"holdout_graph": 1, "nodes": [{"id": "a", "type": "media_in", "parameters": {"file": "%s"}}, {"id": "b", "type": "dream", "parameters": {"depth": 3}},'
                        ' {"id": "o", "type": "media_out"}], "links": ["a.image -> b.view", "b.image -> o.image"]}' % self.source)
        self.assertIn("doesn't know; it is kept and passes its first input through", self.said("graph", "run", path, "-o", self.out / "n.mkv"))
        answer = self.json("graph", "run", path, "-o", self.out / "n.mkv", "--overwrite")
        self.assertEqual(answer["n_untouched"], self.N_FRAMES)

    def test_nodes_says_what_the_reference_says(self):
        reference = (common.pathlib.Path(__file__).resolve().parents[2] / "docs" / "nodes.md").read_text()
        parts = re.split(r"^## .*: `(\w+)`$", reference, flags=re.M)[1:]
        self.assertGreater(len(parts), 50)
        for name, part in zip(parts[::2], parts[1::2]):
            text = self.ok("graph", "nodes", name)
            for parameter, kind, values, default, help in re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.*?) \| (.*?) \|$", part, re.M):
                said = next(line for line in text.splitlines() if re.match(rf" +{parameter} +{kind} ", line))
                self.assertIn(help, said)
                if "slider" in values:
                    self.assertIn(f"({values}, default {default.replace(', ', ',').strip('[]')})", said)
                elif kind in ("choice", "boolean"):
                    self.assertIn(f"default {default})", said)

    def test_explain(self):
        text = self.ok("graph", "explain", "patch", "-i", f"footage={self.source}", "-i", f"matte={self.matte}", "--set", "title.text=HHHH", "--frame", "01:00:00:03")
        self.assertIn("frame 3 of out, 160x90", text)
        self.assertIn('the frame of "footage" passes through untouched outside', text)
        order = re.findall(r"^ *\d+  (\w+)", text, re.M)
        self.assertEqual(sorted(order), sorted(["footage", "title", "behind", "matte", "mask", "patch", "front", "out"]))
        for before, after in (("footage", "behind"), ("title", "behind"), ("matte", "mask"), ("mask", "patch"), ("behind", "front"), ("patch", "front"), ("front", "out")):
            self.assertLess(order.index(before), order.index(after))
        for part in ("bands of", "in bands", "MiB", "constant", "in one piece", "same as"):
            self.assertIn(part, text)

    # ---- sound and timecode

    def sound(self, path):
        done = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-c", "copy", "-f", "md5", "-"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done.stdout.strip()

    def test_sound_that_does_not_fit(self):
        """Whether a container's list or only its header refuses it: one sentence, and nothing is left."""
        for codec in ("libvorbis", "libopus", "flac"):
            path = self.folder / f"{codec}.mkv"
            common.ffmpeg("-i", self.source, "-f", "lavfi", "-i", "sine", "-map", "0:v", "-map", "1:a", "-shortest", "-c:v", "copy", "-c:a", codec, path)
            words = ["comp", path, "--matte", self.matte, "--any-matte", "--text", "HI", "-o", self.out / "o.mov"]
            self.refused(2, "its sound", codec.removeprefix("lib"), "cannot be copied", words=words)
            self.nothing_left()
            self.ok(*words, "--audio", "none", "--overwrite")
            (self.out / "o.mov").unlink()

    def test_sound_is_copied(self):
        self.ok(*self.comp())
        self.assertNotEqual(self.sound(self.source), "")
        self.assertEqual(self.sound(self.out / "o.mov"), self.sound(self.source))
        self.ok(*self.comp("--audio", "none"))
        self.assertEqual(self.sound(self.out / "o.mov"), "")

    def samples(self, path):
        done = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a:0", "-f", "s16le", "-ac", "1", "-"], capture_output=True, stdin=subprocess.DEVNULL)
        return done.stdout

    def test_a_stretch_has_its_own_sound(self):
        source = self.samples(self.source)
        self.ok(*self.comp("--range", "3-9"))
        part, frame = self.samples(self.out / "o.mov"), 2 * 48000 // 25
        self.assertEqual(len(part), 7 * frame)
        self.assertEqual(part, source[3 * frame:10 * frame])

    def test_timecode_goes_on(self):
        self.ok(*self.comp("--range", "3-9"))
        tags = [s.get("tags", {}).get("timecode") for s in common.ffprobe(self.out / "o.mov")["streams"]]
        self.assertIn("01:00:00:03", tags)


if __name__ == "__main__":
    unittest.main()
