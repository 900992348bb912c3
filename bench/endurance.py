# SPDX-License-Identifier: BSD-2-Clause
"""A clip played back and forth for 10,000 frames, from its first mask at Faster: J&F and time a frame at the start and at the end."""
import pathlib
import sys

import accuracy
import common

TITLE = "Endurance: 10,000 frames"
CLIP, COUNT, SHORT = "davis16_goat", 10000, 1000


def back_and_forth(folder, files, count):
    """Links 00000 to count - 1 in a new folder: the files to the last, back to the first, and so on."""
    folder.mkdir()
    turn = files + files[-2:0:-1]
    for i in range(count):
        (folder / f"{i:05d}{files[0].suffix}").symlink_to(turn[i % len(turn)])
    return folder / f"%05d{files[0].suffix}", len(turn)


def measure(bench):
    clip = pathlib.Path(bench.options.clips) / CLIP
    if not clip.is_dir():
        raise common.Missing(f"{clip} is not there")
    frames, period = back_and_forth(bench.path("frames"), sorted((clip / "frames").resolve().iterdir()), COUNT)
    truth, _ = back_and_forth(bench.path("truth"), sorted((clip / "masks").resolve().iterdir()), COUNT)
    prompts = [frames, "--mask", f"{accuracy.Task(bench, clip, None).first_mask}@0", "--quality", "faster", "--bank"]
    short = bench.holdout("track", *prompts, bench.bank("short"), "--range", f"0-{SHORT - 1}")
    bank = bench.bank("long")
    whole = bench.holdout("track", *prompts, bank)
    tracked = whole["objects"][0]["n_tracked"]
    if tracked < COUNT - 1:
        raise RuntimeError(f"of {COUNT} frames {tracked} were tracked: this measured nothing")
    matte = bench.path("matte.mkv")
    bench.holdout("roto", *prompts, bank, "-o", matte)
    overlap = [f["J"] for f in bench.holdout("score", truth, matte)["frames"]]
    rounds = [common.mean(overlap[i:i + period]) for i in range(0, COUNT - period + 1, period)]
    pace = [1000 * seconds / n for seconds, n in ((short["process"]["seconds"], SHORT), (whole["process"]["seconds"] - short["process"]["seconds"], COUNT - SHORT))]
    return (f"{CLIP}, {COUNT} frames, {len(rounds)} whole rounds of {period} frames. Goal: J no worse at the end, flat memory and time a frame.\n\n"
            + common.table(["", "J of the first round", "of the worst", "of the last", "ms a frame", "peak MiB"],
                           [[f"first {SHORT} frames", f"{rounds[0]:.3f}", f"{min(rounds[:SHORT // period]):.3f}", f"{rounds[SHORT // period - 1]:.3f}", f"{pace[0]:.1f}", f"{short['process']['peak_mib']:.0f}"],
                            ["all; time of the rest", f"{rounds[0]:.3f}", f"{min(rounds):.3f}", f"**{rounds[-1]:.3f}**", f"{pace[1]:.1f}", f"{whole['process']['peak_mib']:.0f}"]]))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
