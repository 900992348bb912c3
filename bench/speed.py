# SPDX-License-Identifier: BSD-2-Clause
"""Speed of `holdout track`, the whole command from file to bank, at 854x480, and where its time goes."""
import pathlib
import sys

import common
import footage

TITLE = "Speed of tracking, 854x480"
N_FRAMES = 300
# What the engine does and what surrounds it, as --json names them.
PARTS = ["open", "wait", "convert", "encode", "memorize", "read", "decode", "click", "refine"]


def several_objects(bench):
    """Three objects of one clip in one run against each alone; None where the clip is absent."""
    clip = pathlib.Path(bench.options.clips) / "davis17_dogs-jump"
    if not clip.is_dir():
        return None
    masks = {n: ["--object", f"dog{n}", "--mask", f"{sorted((clip / 'masks').iterdir())[0]}#{n}@0"] for n in (1, 2, 3)}

    def seconds(*numbers):
        prompts = [word for n in numbers for word in masks[n]]
        return common.median([bench.holdout("track", clip / "frames" / "%05d.jpg", *prompts, "--quality", "faster", "--bank", bench.bank("several"))["seconds"]
                              for _ in range(bench.options.rounds)])
    alone = common.mean([seconds(n) for n in (1, 2, 3)])
    return seconds(1, 2, 3) / alone


def measure(bench):
    movie, click = footage.forth_and_back(bench, "speed", N_FRAMES)
    runs = {"faster": [], "better": []}
    if common.has_bf16():
        runs["faster, f32"] = []        # as where the processor has no bf16
    for _ in range(bench.options.rounds):
        for quality, answers in runs.items():
            env = {"HOLDOUT_PRECISION": "f32"} if quality.endswith("f32") else None
            answers.append(bench.holdout("track", movie, "--click", click, "--quality", quality.split(",")[0], "--bank", bench.bank("speed"), env=env))
    rows, parts = [], []
    for quality, answers in runs.items():
        seconds = [a["process"]["seconds"] for a in answers]
        rows.append([quality, N_FRAMES, f"{common.median(seconds):.2f}", f"**{N_FRAMES / common.median(seconds):.1f}**", f"{N_FRAMES / max(seconds):.1f} to {N_FRAMES / min(seconds):.1f}",
                     f"{common.median([a['process']['cpu_seconds'] for a in answers]):.2f}", f"{common.median([a['process']['peak_mib'] for a in answers]):.0f}"])
        times = {p: common.median([a["times"].get(p, 0) for a in answers]) for p in PARTS}
        rest = common.median(seconds) - sum(times.values())
        parts.append([quality, *(f"{1000 * t / N_FRAMES:.2f}" for t in times.values()), f"{1000 * rest / N_FRAMES:.2f}"])
    several = several_objects(bench)
    return (f"Goals where the processor has bf16: Faster 20, later 30 frames a second, Better 12; where not: Faster 10. Median of {bench.options.rounds} rounds in turn, bank and index empty each time.\n\n"
            + common.table(["quality", "frames", "seconds", "frames/s", "range", "CPU seconds", "peak MiB"], rows)
            + (f"\n\nThree objects in one run (davis17_dogs-jump, Faster) take **{several:.2f}** times as long as one (goal 1.8)." if several else "")
            + "\n\nMilliseconds a frame (parts that overlap the rest are counted in both; `rest`: start, decoding, bank):\n\n" + common.table(["quality", *PARTS, "rest"], parts))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
