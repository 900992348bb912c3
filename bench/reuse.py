# SPDX-License-Identifier: BSD-2-Clause
"""Text behind the subject from files to file: `holdout comp` against `ffmpeg` merely transcoding, against the same composite as an ffmpeg filter graph, and MLT's melt."""
import re
import shutil
import subprocess
import sys

import common
import footage

TITLE = "Reuse: text behind the subject, 1920x1080 ProRes 422 HQ in and out"
N_FRAMES = 100


def measure(bench):
    movie, click = footage.forth_and_back(bench, "reuse", N_FRAMES, "1920x1080")
    source, matte, text = bench.path("source.mov"), bench.path("matte.mov"), bench.path("title.png")
    prores = ["-c:v", "prores_aw", "-profile:v", "3", "-pix_fmt", "yuv422p10le"]
    # The tags are put on the frames, so that the ProRes frame headers have them, as a camera's do.
    # Square pixels: melt would stretch others.
    common.run("ffmpeg", "-y", "-v", "error", "-i", movie, "-vf", "setsar=1,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv", *prores, source)
    bank = bench.bank("reuse")
    bench.holdout("roto", source, "--click", click, "--bank", bank, "-o", matte)
    # The peers get the title as a picture, so that none of them is timed at drawing letters.
    bench.holdout("graph", "run", str(title_graph(bench)), "-o", text, "--frame", "0", "--codec", "png")
    own = ["comp", source, "--matte", matte, "--text", "BRUSSELS", "--size", "0.3", "--bank", bank, "-o", bench.path("own.mov"), "--overwrite"]
    chain = "[1:v]format=gray16,format=gray10[m];[0:v]split[a][b];[a][2:v]overlay=format=yuv422p10[t];[b]format=yuva444p10[c];[c][m]alphamerge[p];[t][p]overlay=format=yuv422p10"
    peers = {
        "ffmpeg, transcoding the source": ["ffmpeg", "-y", "-v", "error", "-i", source, *prores, bench.path("transcode.mov")],
        "ffmpeg, the same composite as a filter graph": ["ffmpeg", "-y", "-v", "error", "-i", source, "-i", matte, "-i", text, "-filter_complex", chain, *prores, bench.path("filters.mov")],
    }
    if shutil.which("melt"):
        peers["MLT melt, the same composite in 8 bit"] = ["melt", "-silent", melt_graph(bench, source, matte, text), "-consumer", f"avformat:{bench.path('melt.mov')}", "vcodec=prores_aw",
                                                          "vprofile=3", "pix_fmt=yuv422p10le", "an=1", "real_time=-2", "threads=2"]
    times = {"holdout comp": [], **{name: [] for name in peers}}
    for _ in range(bench.options.rounds):
        times["holdout comp"].append(bench.holdout(*own)["process"]["seconds"])
        for name, command in peers.items():
            times[name].append(common.run(*command))
    mine = common.median(times["holdout comp"])
    rows = [[name, f"{common.median(t):.2f}", f"{N_FRAMES / common.median(t):.1f}", f"**{common.median(t) / mine:.2f}**" if name != "holdout comp" else ""] for name, t in times.items()]
    same = [f"{name} {psnr(bench.path(file), bench.path('own.mov')):.1f} dB" for name, file in (("the filter graph's", "filters.mov"), ("melt's", "melt.mov")) if bench.path(file).exists()]
    missing = "" if shutil.which("melt") else " melt is not installed here and is left out."
    return (f"Goals: 0.75 of the transcode's speed, 1.3 times the filter graph's and melt's. {N_FRAMES} frames, median of {bench.options.rounds} rounds in turn; the ratio is Holdout's speed "
            f"over the peer's.{missing} That all make the same picture: PSNR of luma against Holdout's, {', '.join(same)}.\n\n" + common.table(["program", "seconds", "frames/s", "ratio"], rows))


def title_graph(bench):
    path = bench.path("title.json")
    path.write_text('{"holdout_graph": 1, "nodes": [{"id": "title", "type": "text_plus", "parameters": {"text": "BRUSSELS", "size": 0.3, "width": 1920, "height": 1080}},'
                    ' {"id": "out", "type": "media_out"}], "links": ["title.image -> out.image"]}')
    return path


def melt_graph(bench, source, matte, text):
    """What an MLT user writes: the matte's luma becomes the alpha of a second copy of the footage, over the title, over the footage."""
    cut = f'in="0" out="{N_FRAMES - 1}"'
    producers = "".join(f'<producer id="{name}" {cut}><property name="resource">{file}</property></producer>'
                        for name, file in (("footage", source), ("fill", source), ("matte", matte), ("title", text)))

    def tractor(name, tracks, transitions):
        joined = "".join(f'<transition {cut}><property name="mlt_service">{service}</property><property name="a_track">0</property><property name="b_track">{track}</property></transition>'
                         for service, track in transitions)
        return f'<tractor id="{name}" {cut}>' + "".join(f'<track producer="{track}"/>' for track in tracks) + joined + "</tractor>"

    path = bench.path("melt.mlt")
    path.write_text('<?xml version="1.0" encoding="utf-8"?><mlt><profile width="1920" height="1080" progressive="1" sample_aspect_num="1" sample_aspect_den="1" display_aspect_num="16"'
                    ' display_aspect_den="9" frame_rate_num="25" frame_rate_den="1" colorspace="709"/>' + producers + tractor("subject", ["fill", "matte"], [("matte", 1)])
                    + tractor("all", ["footage", "title", "subject"], [("composite", 1), ("composite", 2)]) + "</mlt>")
    return path


def psnr(a, b):
    """Of luma over all frames, in dB."""
    done = subprocess.run(["ffmpeg", "-v", "info", "-i", str(a), "-i", str(b), "-lavfi", "psnr", "-f", "null", "-"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    found = re.search(r"psnr_y:([\d.]+|inf)|PSNR y:([\d.]+|inf)", done.stderr)
    return float(found[1] or found[2]) if found else float("nan")


if __name__ == "__main__":
    common.main(sys.modules[__name__])
