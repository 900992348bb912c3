# SPDX-License-Identifier: BSD-2-Clause
"""A timeline: frames for a viewer, Foreground and Luma with a title from files to file, the end of ten hours."""
import json
import pathlib
import shutil
import subprocess
import sys

import common
import footage
import reuse

TITLE = "Timelines: footage, title, its matte as Luma, the footage as Foreground; 1920x1080 ProRes 422 HQ"
N_FRAMES = 100


def measure(bench):
    build = pathlib.Path(bench.program).resolve().parent.parent
    subprocess.run(["ninja", "-C", str(build), "bench/bench-timeline"], check=True, stdout=subprocess.DEVNULL)
    movie, click = footage.forth_and_back(bench, "timeline", N_FRAMES, "1920x1080")
    source, matte, text = bench.path("source.mov"), bench.path("matte.mov"), bench.path("title.png")
    prores = ["-c:v", "prores_aw", "-profile:v", "3", "-pix_fmt", "yuv422p10le"]
    common.run("ffmpeg", "-y", "-v", "error", "-i", movie, "-vf", "setsar=1,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv", *prores, source)
    bench.holdout("roto", source, "--click", click, "--bank", bench.bank("timeline"), "-o", matte)
    bench.holdout("graph", "run", str(reuse.title_graph(bench)), "-o", text, "--frame", "0", "--size", "1920x1080", "--codec", "png")

    def own(*words):
        return json.loads(subprocess.run([build / "bench" / "bench-timeline", *map(str, words)], check=True, capture_output=True, text=True).stdout)

    view = own("view", source, matte)
    peers = {"ffmpeg, transcoding the source": ["ffmpeg", "-y", "-v", "error", "-i", source, *prores, bench.path("transcode.mov")]}
    if shutil.which("melt"):
        peers["MLT melt, the same timeline in 8 bit"] = ["melt", "-silent", reuse.melt_graph(bench, source, matte, text), "-consumer", f"avformat:{bench.path('melt.mov')}",
                                                         "vcodec=prores_aw", "vprofile=3", "pix_fmt=yuv422p10le", "an=1", "real_time=-2", "threads=2"]
    times = {"the timeline": [], **{name: [] for name in peers}}
    for _ in range(bench.options.rounds):
        times["the timeline"].append(own("render", source, matte, bench.path("own.mov"))["seconds"])
        for name, command in peers.items():
            times[name].append(common.run(*command))
    mine = common.median(times["the timeline"])
    rows = [[name, f"{common.median(t):.2f}", f"{N_FRAMES / common.median(t):.1f}", f"**{common.median(t) / mine:.2f}**" if name != "the timeline" else ""] for name, t in times.items()]
    ends = {hours: own("end", source, bench.path("end.mov"), hours) for hours in (0.01, 10)}
    missing = "" if shutil.which("melt") else " melt is not installed here and is left out."
    return (f"Goals: a frame anywhere, at 1280x720 for a viewer, in under 60 ms (median of 40), the next one in under 25 ms; the file in 0.75 of the transcode's speed, 1.5 times melt's.{missing}\n\n"
            f"A frame anywhere **{view['anywhere']:.1f} ms** (worst {view['anywhere_worst']:.1f}), the next one **{view['next']:.1f} ms** (worst {view['next_worst']:.1f}); all threads together compute "
            f"{view['computed']:.1f} ms a frame.\n\n" + common.table(["program", "seconds", "frames/s", "ratio"], rows)
            + "\n\nTen seconds at the end of a timeline of one-second clips:\n\n"
            + common.table(["hours", "frames", "seconds", "peak MiB"], [[f"{hours:g}", str(end["frames"]), f"{end['seconds']:.2f}", str(end["peak_mib"])] for hours, end in ends.items()]))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
