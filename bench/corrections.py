# SPDX-License-Identifier: BSD-2-Clause
"""How many clicks it takes to bring a whole clip to J&F 0.90: one on the first frame, then corrections, each in the middle of the largest error. As a user does who looks for
what is wrong, they go to the frame that is worst, and stay on it until it is right or patience with it ends. Quality Faster.
"""
import sys

import accuracy
import common
import pictures

TITLE = "Corrections"
GOAL, MOST = 0.90, 12
RIGHT, PATIENCE = 0.85, 3          # J of a frame that needs no more clicks; clicks on one frame


def next_frame(score, frames):
    """The frame that the next click goes to, after clicks on `frames`."""
    jaccard = {f["frame"]: f["J"] for f in score["frames"]}
    last = frames[-1] if frames else None
    if last in jaccard and jaccard[last] < RIGHT and frames.count(last) < PATIENCE:
        return last
    tired = {f for f in frames if frames.count(f) >= PATIENCE}
    return min((f for f in jaccard if f not in tired), key=jaccard.get)


def mending_click(task, frame, mattes):
    """The click that mends most on a frame, as prompt words; None when nothing is wrong."""
    truth_file, matte_file = sorted((task.clip / "masks").iterdir())[frame], sorted(mattes.parent.iterdir())[frame]
    truth = pictures.object_mask(pictures.read_png(truth_file)[2], task.number)
    click = pictures.next_click(truth, pictures.object_mask(pictures.read_png(matte_file)[2], None))
    return click and ["--click" if click[2] else "--exclude", f"{click[0]},{click[1]}@{frame}"]


def measure_task(task):
    """J&F after each click, until the goal is reached or patience ends."""
    prompts, found, bank, frames = task.clicks(1, "faster"), [], task.bench.bank("corrections"), []
    while True:
        mattes, _ = task.roto(task.frames, prompts, "faster", "corrections", bank)
        score = task.score(mattes)
        found.append(score["JF"])
        frames.append(next_frame(score, frames))
        more = mending_click(task, frames[-1], mattes)
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
    return (f"Clicks until J&F is {GOAL}, at most {MOST}; each correction starts from what was tracked, and a frame is clicked on until its J is {RIGHT}, at most {PATIENCE} times.\n\n"
            + common.table(["clip", "J&F after 1 click", "3", "6", "best", "clicks"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
