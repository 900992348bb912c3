#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The tutorial, replayed: docs/tutorial.md's commands, as they stand, on a film whose object lies where its clicks are; then what came out is measured."""
import array
import json
import os
import subprocess
import unittest

import common

WIDTH, HEIGHT, N_FRAMES = 640, 400, 66


class Tutorial(common.Case):
    @classmethod
    def make_source(cls, path):
        inside = "lt(hypot(X-470+2*(60-N)\\,Y-330+1.5*abs(N-60))\\,45)"
        picture = ",".join(["format=gbrp"] + [f"geq=r='if({inside}\\,220\\,50+X/8)':g='if({inside}\\,40\\,60+Y/4)':b='if({inside}\\,40\\,90)'"])
        common.ffmpeg("-f", "lavfi", "-i", f"color=black:s={WIDTH}x{HEIGHT}:r=25:d={N_FRAMES / 25}", "-f", "lavfi", "-i", f"sine=d={N_FRAMES / 25}:r=48000", "-vf", picture,
                      "-timecode", "01:00:00:00", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-c:v", "prores_ks", "-profile:v", "hq",
                      "-pix_fmt", "yuv422p10", "-c:a", "pcm_s16le", path.parent / "film.mov")

    def test_the_page_runs_and_three_ways_agree(self):
        tools = self.folder / "bin"
        tools.mkdir()
        program = tools / "holdout"
        program.write_text(f'#!/bin/sh\nexec "{os.path.abspath(common.HOLDOUT)}" "$@" --engine stub\n')
        program.chmod(0o755)
        done = subprocess.run([common.ROOT / "docs" / "tutorial.sh", "run", self.folder], capture_output=True, text=True,
                              env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "HOLDOUT_BANK": str(self.bank)})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        out = self.folder / "out"

        # The matte is the film's, frame for frame.
        matte = common.ffprobe(out / "film_roto_v01.mov", "-count_frames")
        video = next(s for s in matte["streams"] if s["codec_type"] == "video")
        self.assertEqual([video["codec_name"], video["profile"], video["width"], video["height"], int(video["nb_read_frames"]), video["r_frame_rate"]],
                         ["prores", "HQ", WIDTH, HEIGHT, N_FRAMES, "25/1"])
        self.assertFalse(any(s["codec_type"] == "audio" for s in matte["streams"]))
        self.assertIn("01:00:00:00", json.dumps(matte))
        frame = self.frames(out / "film_roto_v01.mov")[60 * WIDTH * HEIGHT:61 * WIDTH * HEIGHT]
        self.assertEqual(frame[330 * WIDTH + 470], 940)
        self.assertEqual(frame[20 * WIDTH + 20], 64)

        # On the timeline: copy, title, matte, footage, all at the same time.
        clips = json.loads(self.ok("project", self.folder / "cut.holdout", "--json", "clips", "--bank", self.bank))["clips"]
        stack = {clip["track"]: clip for clip in clips if clip["track"].startswith("V")}
        self.assertEqual([stack[f"V{i}"]["name"] for i in range(1, 5)], ["film", "BUNNY", "film_roto_v01", "film_above"])
        self.assertEqual([stack[f"V{i}"]["composite"] for i in range(1, 5)], ["Normal", "Normal", "Luma", "Foreground"])
        self.assertEqual({(clip["at"], clip["length"], clip["in"]) for clip in stack.values()}, {(0, N_FRAMES, 0)})

        # The three ways: within 1 code of 1023; and the word is there, behind the object.
        edit, fusion, color = (self.frames(out / f"{name}.mov") for name in ("edit", "fusion", "color"))
        for name, other in (("fusion", fusion), ("color", color)):
            self.assertEqual(len(other), len(edit))
            self.assertLessEqual(max(abs(a - b) for a, b in zip(edit, other)), 1, name)
        film = self.frames(self.folder / "film.mov")
        last = (N_FRAMES - 1) * WIDTH * HEIGHT
        changed = [i for i in range(WIDTH * HEIGHT) if abs(edit[last + i] - film[last + i]) > 100]
        self.assertGreater(len(changed), 2000)    # the word
        self.assertFalse(any((i % WIDTH - 480) ** 2 + (i // WIDTH - 322) ** 2 < 40 ** 2 for i in changed))
        early = [i for i in range(WIDTH * HEIGHT) if abs(edit[12 * WIDTH * HEIGHT + i] - film[12 * WIDTH * HEIGHT + i]) > 100]
        self.assertLess(len(early), len(changed) * 0.8)    # it writes itself on

        # All of it can be taken back, step by step, to an empty project.
        steps = json.loads(self.ok("project", self.folder / "cut.holdout", "--json", "steps"))["steps"]
        self.ok("project", self.folder / "cut.holdout", "go-to-step", "0", "--bank", self.bank)
        self.assertEqual(self.ok("project", self.folder / "cut.holdout", "dump"), "")
        self.ok("project", self.folder / "cut.holdout", "go-to-step", str(steps[-1]["id"]), "--bank", self.bank)

    def frames(self, path):
        data = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-map", "0:v", "-f", "rawvideo", "-pix_fmt", "yuv422p10le", "-"], capture_output=True, check=True).stdout
        size = WIDTH * HEIGHT * 4
        luma = array.array("H")
        for at in range(0, len(data), size):
            luma.frombytes(data[at:at + size // 2])
        return luma


if __name__ == "__main__":
    unittest.main()
