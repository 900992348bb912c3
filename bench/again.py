# SPDX-License-Identifier: BSD-2-Clause
"""`holdout roto` a second time (nothing to track) against `ffmpeg` encoding the same matte frames with the same encoder and profile."""
import sys

import common
import footage

TITLE = "The second time: writing a banked matte, 1920x1080 ProRes 422 HQ"
N_FRAMES = 100


def measure(bench):
    movie, click = footage.forth_and_back(bench, "again", N_FRAMES, "1920x1080")
    bank, matte = bench.bank("again"), bench.path("matte.mov")
    words = ["roto", movie, "--click", click, "--bank", bank, "-o", matte, "--overwrite"]
    bench.holdout(*words)
    # The same frames, uncompressed and already in the encoder's format, so that ffmpeg has nothing to do but to encode.
    raw = bench.path("matte.nut")
    common.run("ffmpeg", "-y", "-v", "error", "-i", matte, "-c:v", "rawvideo", "-pix_fmt", "yuv422p10le", raw)
    encoders = {"prores_aw": ["-c:v", "prores_aw", "-profile:v", "3"], "prores_ks": ["-c:v", "prores_ks", "-profile:v", "3", "-vendor", "apl0"],
                "prores_ks, fixed quantiser, as the writer has it": ["-c:v", "prores_ks", "-profile:v", "3", "-vendor", "apl0", "-qscale:v", "1"]}
    times = {"holdout": [], **{name: [] for name in encoders}}
    for _ in range(bench.options.rounds):
        answer = bench.holdout(*words)
        if any(o["n_tracked"] for o in answer["objects"]):
            raise RuntimeError("the second run tracked something")
        times["holdout"].append(answer["process"]["seconds"])
        for name, options in encoders.items():
            times[name].append(common.run("ffmpeg", "-y", "-v", "error", "-i", raw, *options, bench.path("peer.mov")))
    own = common.median(times["holdout"])
    rows = [["holdout roto, second time", f"{own:.2f}", f"{N_FRAMES / own:.1f}", ""]]
    rows += [[f"ffmpeg, {name}", f"{common.median(times[name]):.2f}", f"{N_FRAMES / common.median(times[name]):.1f}", f"**{common.median(times[name]) / own:.2f}**"] for name in encoders]
    return (f"Goal: at least 0.8 of ffmpeg's speed with the same encoder. {N_FRAMES} frames, median of {bench.options.rounds} rounds in turn; the ratio is Holdout's speed over the peer's.\n\n"
            + common.table(["program", "seconds", "frames/s", "ratio"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
