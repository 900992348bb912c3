#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""holdout render: the queue of a project from the command line; and the codecs that deliver for editors and reviewers, judged by ffprobe and ffmpeg."""
import collections
import re
import subprocess
import unittest

import common


class Render(common.Case):
    SIZE, RATE = "320x180", "25"

    def setUp(self):
        super().setUp()
        self.file = self.folder / f"{self.id().rsplit('.', 1)[1]}.holdout"
        self.ok("project", self.file, "--create", "open-film", self.source, "--bank", self.bank)

    def project(self, *words):
        return self.json("project", self.file, "--bank", self.bank, *words)

    def queue(self, *words):
        return self.project("add-to-queue", *([] if any(w.startswith("folder=") for w in words) else [f"folder={self.out}"]), *words)["job"]

    def video(self, path):
        return next(s for s in common.ffprobe(path, "-count_frames")["streams"] if s["codec_type"] == "video")

    def psnr(self, path):
        said = subprocess.run(["ffmpeg", "-i", str(path), "-i", str(self.source), "-lavfi", "[0:v][1:v]psnr", "-f", "null", "-"], capture_output=True, text=True, stdin=subprocess.DEVNULL).stderr
        return float(re.search(r"PSNR y:([\d.]+)", said).group(1))

    def test_the_queue_is_rendered(self):
        self.queue("name=a", "codec=ffv1")
        self.queue("name=b", "codec=ffv1", "folder=/nowhere/at/all")
        self.queue("name=c", "preset=H.264 review")
        code, out, err = self.holdout("render", self.file, "--bank", self.bank)
        self.assertEqual(code, 3)
        self.assertRegex(err, "nowhere")
        self.assertEqual([job["status"] for job in self.project("jobs")["jobs"]], ["done", "failed", "done"])
        self.assertEqual(sorted(p.name for p in self.out.iterdir()), ["a.mkv", "c.mp4"])
        self.refused(2, "no job is waiting", words=["render", self.file, "--bank", self.bank])
        (self.out / "a.mkv").unlink()
        self.ok("render", self.file, "--job", "1", "--bank", self.bank)
        self.assertEqual(int(self.video(self.out / "a.mkv")["nb_read_frames"]), self.N_FRAMES)

    def test_names_of_clips(self):
        """Each has one of its own; the source's frames and the files' first number as asked."""
        self.project("split", "at=10")
        self.queue("preset=Luma matte", "codec=ffv1", "suffix=_roto_v01", "frame-count=yes")
        self.queue("preset=EXR sequence", "suffix=_x", "start-number=1001", "clips=all")
        self.ok("render", self.file, "--bank", self.bank)
        names = sorted(p.name for p in self.out.iterdir())
        self.assertEqual([n for n in names if n.endswith(".mkv")], [f"ride_roto_v01_{self.N_FRAMES}f.mkv", f"ride_roto_v01_{self.N_FRAMES}f_2.mkv"])
        self.assertEqual([int(self.video(self.out / n)["nb_read_frames"]) for n in names if n.endswith(".mkv")], [10, self.N_FRAMES - 10])
        first = [n for n in names if n.startswith("ride_x.")]
        self.assertEqual((first[0], len(first)), ("ride_x.1001.exr", 10))
        second = self.json("probe", self.out / "ride_x_2.%04d.exr")["sources"][0]
        self.assertEqual((second["first_number"], second["n_frames"], second["timecode"]), (1001, self.N_FRAMES - 10, "01:00:00:10"))

    def test_codecs(self):
        graph = self.folder / "through.json"
        graph.write_text('{"holdout_graph": 1, "nodes": [{"id": "a", "type": "media_in", "parameters": {"file": "%s"}}, {"id": "o", "type": "media_out"}],'
                         ' "links": ["a.image -> o.image"]}' % self.source)
        for codec, name, profile, pixels, least in (("dnxhr-hq", "o.mov", "DNXHR HQ", "yuv422p", 45), ("dnxhr-hqx", "o.mov", "DNXHR HQX", "yuv422p10le", 45),
                                                    ("dnxhr-444", "o.mov", "DNXHR 444", "yuv444p10le", 45), ("h264", "o.mp4", "High", "yuv420p", 40)):
            self.ok("graph", "run", graph, "--codec", codec, "-o", self.out / name, "--overwrite")
            said = self.video(self.out / name)
            self.assertEqual((said["profile"], said["pix_fmt"], int(said["nb_read_frames"]), said["color_range"]), (profile, pixels, self.N_FRAMES, "tv"))
            tags = [s.get("tags", {}).get("timecode") for s in common.ffprobe(self.out / name)["streams"]]
            self.assertIn("01:00:00:00", tags)
            # What a decoder says of the matrix is what the container says, and what it is written in.
            self.assertEqual(self.json("probe", self.out / name)["sources"][0]["colour"]["matrix"], {"bt709": 1, "smpte170m": 6}[said["color_space"]], codec)
            self.assertGreater(self.psnr(self.out / name), least, codec)
        before = (self.out / "o.mp4").read_bytes()
        self.ok("graph", "run", graph, "-o", self.out / "o.mp4", "--overwrite", "--threads", "1")
        self.assertEqual((self.out / "o.mp4").read_bytes(), before)
        # A matte in either: black and white as they are.
        self.ok("roto", self.source, "--click", "80,90@0", "--engine", "stub", "-o", self.out / "m.mov", "--codec", "dnxhr-hqx")
        self.ok("matte", self.source, "-o", self.out / "m.mp4")
        for name, low, high in (("m.mov", 64, 940), ("m.mp4", 16, 235)):
            raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(self.out / name), "-vf", "extractplanes=y", "-frames:v", "1", "-f", "rawvideo", "-"], check=True, capture_output=True,
                                 stdin=subprocess.DEVNULL).stdout
            values = raw if high == 235 else [raw[i] + 256 * raw[i + 1] for i in range(0, len(raw), 2)]
            counts = collections.Counter(values).most_common(2)
            self.assertEqual(sorted(value for value, _ in counts), [low, high], name)
        small = self.folder / "small.mkv"
        common.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=100x52:d=0.12", "-vf", "format=yuv444p,scale=99:51", "-c:v", "ffv1", small)
        graph.write_text(graph.read_text().replace(str(self.source), str(small)))
        self.refused(2, "sides are not even", words=["graph", "run", graph, "-o", self.out / "s.mp4"])
        self.refused(2, "256x120 is the smallest", words=["graph", "run", graph, "-o", self.out / "s.mov", "--codec", "dnxhr-hq"])


if __name__ == "__main__":
    unittest.main()
