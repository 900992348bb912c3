# SPDX-License-Identifier: BSD-2-Clause
"""How many clicks it takes to bring a whole clip to J&F 0.90: one on the first frame, then one correction after the other, each on the frame that is worst and in the
middle of its largest error, as a user does who looks for what is wrong. Quality Faster.
"""
import sys

import accuracy
import common
import pictures

TITLE = "Corrections"
GOAL, MOST = 0.90, 12


def worst_click(task, score, mattes):
    """The click that mends most on the worst frame, as prompt words; None when nothing is wrong."""
    frame = min(score["frames"], key=lambda f: f["J"])["frame"]
    truth_file, matte_file = sorted((task.clip / "masks").iterdir())[frame], sorted(mattes.parent.iterdir())[frame]
    truth = pictures.object_mask(pictures.read_png(truth_file)[2], task.number)
    click = pictures.next_click(truth, pictures.object_mask(pictures.read_png(matte_file)[2], None))
    return click and ["--click" if click[2] else "--exclude", f"{click[0]},{click[1]}@{frame}"]


def measure_task(task):
    """J&F after each click, until the goal is reached or patience ends."""
    prompts, found, bank = task.clicks(1, "faster"), [], task.bench.bank("corrections")
    while True:
        mattes, _ = task.roto(task.frames, prompts, "faster", "corrections", bank)
        score = task.score(mattes)
        found.append(score["JF"])
        more = worst_click(task, score, mattes)
        if found[-1] >= GOAL or len(found) == MOST or not more:
            print(".", end="", flush=True)
            return found
        prompts = prompts + more


def measure(bench):
    rows, counts = [], []
    for clip in bench.clips():
        if not clip.name.startswith("davis16"):
            continue
        found = measure_task(accuracy.Task(bench, clip, None))
        counts.append(len(found) if found[-1] >= GOAL else MOST)
        at = [f"{found[min(k, len(found)) - 1]:.3f}" for k in (1, 3, 6)]
        rows.append([clip.name, *at, f"{max(found):.3f}", len(found) if found[-1] >= GOAL else f"over {MOST}"])
    print()
    if rows:
        rows.append(["**mean**", "", "", "", "", f"**{common.mean(counts):.1f}**"])
    return (f"Clicks until J&F is {GOAL}, at most {MOST}; each correction starts from what was tracked.\n\n"
            + common.table(["clip", "J&F after 1 click", "3", "6", "best", "clicks"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
