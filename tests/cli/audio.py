#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sound that is encoded anew: every sample where it was, whatever the codec; judged by ffmpeg, ffprobe and an impulse."""
import array
import subprocess
import unittest

import common

RATE, AT = 48000, 13579    # samples a second; where the impulse is


class Audio(common.Case):
    N_FRAMES, RATE = 25, "25"

    def setUp(self):
        super().setUp()
        self.wav, self.tone = self.folder / "impulse.wav", self.folder / "tone.wav"
        if not self.tone.exists():
            common.ffmpeg("-f", "lavfi", "-i", f"aevalsrc=0.8*eq(n\\,{AT})|0.8*eq(n\\,{AT}):s={RATE}:d=1", "-c:a", "pcm_s16le", self.wav)
            common.ffmpeg("-f", "lavfi", "-i", f"aevalsrc=0.5*sin(n*n/9000)|0.3*sin(n/7):s={RATE}:d=1", "-c:a", "pcm_s24le", self.tone)

    def with_sound(self, name, sound, *codec, extra=()):
        path = self.folder / name
        common.ffmpeg("-i", self.source, "-i", sound, "-map", "0:v", "-map", "1:a", *extra, "-c:v", "copy", "-c:a", *codec, path)
        return path

    def graph(self, source, output, *words):
        """The source as it is, through the one graph that there is no simpler one of."""
        path = self.folder / "through.json"
        path.write_text('{"holdout_graph": 1, "nodes": [{"id": "a", "type": "media_in", "parameters": {"file": "%s"}}, {"id": "o", "type": "media_out"}],'
                        ' "links": ["a.image -> o.image"]}' % source)
        return ["graph", "run", path, "-o", self.out / output, "--overwrite", *words]

    def samples(self, path, pixel="f32le"):
        done = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a:0", "-f", pixel, "-"], check=True, capture_output=True, stdin=subprocess.DEVNULL)
        return array.array("f" if pixel == "f32le" else "i", done.stdout)

    def peak(self, path):
        left = self.samples(path)[::2]
        return max(range(len(left)), key=lambda i: abs(left[i]))

    def audio(self, path):
        return next((s for s in common.ffprobe(path)["streams"] if s["codec_type"] == "audio"), None)

    def test_an_impulse_stays_at_its_sample(self):
        """Also where the source's codec is not allowed in the container, and where only a stretch is written."""
        for name, codec in (("s16.mkv", ["pcm_s16le"]), ("flac.mkv", ["flac"]), ("opus.mkv", ["libopus", "-b:a", "256k"]), ("vorbis.mkv", ["libvorbis"]), ("aac.mp4", ["aac"])):
            source = self.with_sound(name, self.wav, *codec)
            # Where it is heard beside the first picture; a clock of 1 ms says it to 48 samples.
            at = self.peak(source) - round(RATE * float(common.ffprobe(source)["streams"][0]["start_time"]))
            if codec == ["libvorbis"]:    # its frames are of several sizes, and what ffmpeg gives begins with one that is half there
                at = AT
            near = range(at - 48, at + 49) if codec[0].startswith("lib") else [at]
            for output in ("o.mov", "o.mkv"):
                for how, wanted in (("pcm", ("pcm_s16le", "pcm_s24le")), ("aac", ("aac",)))[:2 if output == "o.mov" else 1]:
                    self.ok(*self.graph(source, output, "--audio", how))
                    said = self.audio(self.out / output)
                    self.assertIn(said["codec_name"], wanted)
                    self.assertIn(self.peak(self.out / output), near, (name, output, how))
            self.ok(*self.graph(source, "part.mov", "--audio", "pcm", "--range", "5-14"))
            self.assertIn(self.peak(self.out / "part.mov") + 5 * RATE // 25, near, name)
            self.assertEqual(len(self.samples(self.out / "part.mov")), 2 * 10 * RATE // 25)

    def test_pcm_is_lossless(self):
        for name, codec, kept in (("a.mkv", ["pcm_s24le"], "pcm_s24le"), ("b.mkv", ["flac", "-sample_fmt", "s32"], "pcm_s24le"), ("c.mkv", ["pcm_s16le"], "pcm_s16le")):
            source = self.with_sound(name, self.tone, *codec)
            self.ok(*self.graph(source, "o.mov", "--audio", "pcm"))
            self.assertEqual(self.audio(self.out / "o.mov")["codec_name"], kept)
            self.assertEqual(self.samples(self.out / "o.mov", "s32le"), self.samples(source, "s32le"), name)

    def test_aac_sounds_as_the_source(self):
        plain = self.folder / "plain.wav"
        common.ffmpeg("-f", "lavfi", "-i", f"aevalsrc=0.4*sin(n/7)+0.2*sin(n*n/3000000)|0.3*sin(n/5):s={RATE}:d=1", plain)
        source = self.with_sound("d.mkv", plain, "pcm_s16le")
        self.ok(*self.graph(source, "o.mov", "--audio", "aac"))
        before, after = self.samples(source), self.samples(self.out / "o.mov")
        self.assertGreaterEqual(len(after), len(before))
        noise = [sum((a - b) ** 2 for a, b in zip(before[4096:80000], after[4096 + by:])) for by in (-2, 0, 2)]    # a sample early, in step, late
        self.assertLess(20 * noise[1], min(noise[0], noise[2]))

    def test_channels_tags_and_all_streams_stay(self):
        path = self.folder / "six.mkv"
        common.ffmpeg("-i", self.source, "-f", "lavfi", "-i", "sine=r=44100:d=1,pan=5.1|FL=0.1*c0|FR=0.2*c0|FC=0.3*c0|LFE=0.4*c0|BL=0.5*c0|BR=0.6*c0", "-i", self.tone, "-map", "0:v", "-map", "1:a",
                      "-map", "2:a", "-c:v", "copy", "-c:a", "flac", "-metadata:s:a:1", "language=ita", path)
        self.ok(*self.graph(path, "o.mov", "--audio", "pcm"))
        streams = [s for s in common.ffprobe(self.out / "o.mov")["streams"] if s["codec_type"] == "audio"]
        self.assertEqual([(s["channels"], s["sample_rate"]) for s in streams], [(6, "44100"), (2, "48000")])
        self.assertEqual(streams[1]["tags"]["language"], "ita")
        self.assertEqual(self.samples(self.out / "o.mov", "s32le"), self.samples(path, "s32le"))

    def test_none_and_what_is_refused(self):
        opus = self.with_sound("e.mkv", self.wav, "libopus")
        self.refused(2, "opus) cannot be copied into", "--audio pcm, lossless, or --audio aac", "--audio none", words=self.graph(opus, "o.mov"))
        self.assertFalse((self.out / "o.mov").exists())
        self.ok(*self.graph(opus, "o.mov", "--audio", "none"))
        self.assertIsNone(self.audio(self.out / "o.mov"))
        self.refused(2, "choose pcm", words=self.graph(opus, "o.mkv", "--audio", "aac"))
        self.refused(2, "copy, pcm, aac or none", words=self.graph(opus, "o.mov", "--audio", "mp3"))
        fast = self.folder / "fast.mkv"
        common.ffmpeg("-i", self.source, "-f", "lavfi", "-i", "sine=r=192000:d=1", "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "pcm_s24le", fast)
        self.refused(2, "AAC holds no sound of 192000", words=self.graph(fast, "o.mov", "--audio", "aac"))

    def test_the_same_again(self):
        source = self.with_sound("f.mkv", self.tone, "pcm_s24le")
        for threads in ("1", "3"):
            self.ok(*self.graph(source, f"{threads}.mov", "--audio", "aac", "--threads", threads))
        self.assertEqual((self.out / "1.mov").read_bytes(), (self.out / "3.mov").read_bytes())


if __name__ == "__main__":
    unittest.main()
