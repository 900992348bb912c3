# SPDX-License-Identifier: BSD-2-Clause
"""Text behind the subject from files to file: `holdout comp` against `ffmpeg` merely transcoding, against the same composite as an ffmpeg filter graph, and MLT's melt."""
import shutil
import sys

import common
import footage

TITLE = "Reuse: text behind the subject, 1920x1080 ProRes 422 HQ in and out"
N_FRAMES = 100


def measure(bench):
    movie, click = footage.forth_and_back(bench, "reuse", N_FRAMES, "1920x1080")
    source, matte, text = bench.path("source.mov"), bench.path("matte.mov"), bench.path("title.png")
    prores = ["-c:v", "prores_aw", "-profile:v", "3", "-pix_fmt", "yuv422p10le"]
    common.run("ffmpeg", "-y", "-v", "error", "-i", movie, *prores, "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", source)
    bench.holdout("roto", source, "--click", click, "--bank", bench.bank("reuse"), "-o", matte)
    # The peers get the title as a picture, so that none of them is timed at drawing letters.
    bench.holdout("graph", "run", str(title_graph(bench)), "-o", text, "--frame", "0", "--codec", "png")
    own = ["comp", source, "--matte", matte, "--text", "BRUSSELS", "--size", "0.3", "-o", bench.path("own.mov"), "--overwrite"]
    chain = "[1:v]format=gray16,format=gray10[m];[0:v]split[a][b];[a][2:v]overlay=format=yuv422p10[t];[b]format=yuva444p10[c];[c][m]alphamerge[p];[t][p]overlay=format=yuv422p10"
    peers = {
        "ffmpeg, transcoding the source": ["ffmpeg", "-y", "-v", "error", "-i", source, *prores, bench.path("transcode.mov")],
        "ffmpeg, the same composite as a filter graph": ["ffmpeg", "-y", "-v", "error", "-i", source, "-i", matte, "-i", text, "-filter_complex", chain, *prores, bench.path("filters.mov")],
    }
    if shutil.which("melt"):
        peers["MLT melt, the same composite"] = ["melt", "-silent", source, "-track", text, f"out={N_FRAMES - 1}", "-transition", "qtblend", "a_track=0", "b_track=1", "-track", source, "-attach",
                                                 "shape", f"resource={matte}", "-transition", "qtblend", "a_track=0", "b_track=2", "-consumer", f"avformat:{bench.path('melt.mov')}",
                                                 "vcodec=prores_aw", "vprofile=3", "pix_fmt=yuv422p10le", "an=1"]
    times = {"holdout comp": [], **{name: [] for name in peers}}
    for _ in range(bench.options.rounds):
        times["holdout comp"].append(bench.holdout(*own)["process"]["seconds"])
        for name, command in peers.items():
            times[name].append(common.run(*command))
    mine = common.median(times["holdout comp"])
    rows = [[name, f"{common.median(t):.2f}", f"{N_FRAMES / common.median(t):.1f}", f"**{common.median(t) / mine:.2f}**" if name != "holdout comp" else ""] for name, t in times.items()]
    missing = "" if shutil.which("melt") else " melt is not installed here and is left out."
    return (f"Goals: 0.75 of the transcode's speed, 1.3 times the filter graph's and melt's. {N_FRAMES} frames, median of {bench.options.rounds} rounds in turn; the ratio is Holdout's speed "
            f"over the peer's.{missing}\n\n" + common.table(["program", "seconds", "frames/s", "ratio"], rows))


def title_graph(bench):
    path = bench.path("title.json")
    path.write_text('{"holdout_graph": 1, "nodes": [{"id": "title", "type": "text_plus", "parameters": {"text": "BRUSSELS", "size": 0.3, "width": 1920, "height": 1080}},'
                    ' {"id": "out", "type": "media_out"}], "links": ["title.image -> out.image"]}')
    return path


if __name__ == "__main__":
    common.main(sys.modules[__name__])
