# SPDX-License-Identifier: BSD-2-Clause
"""How many clicks it takes to bring a whole clip to J&F 0.90, and what each of them does: one on the first frame, then corrections (`holdout correct`), each in the middle
of the largest error. As a user does who looks for what is wrong, they go to the frame that is worst, and stay on it until it is right or patience with it ends. Quality Faster.

A correction must not harm: how many steps lower a clip's J&F, and how many frames that were right are wrong after it.
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


HARM = 0.005                       # a step that lowers J&F by more does harm
WAS, IS = 0.8, 0.7                 # J of a frame that was right; that is not any more


def lost_frames(before, after):
    """Frames of two scores that were right before and are wrong after; and how many changed at all."""
    was = {f["frame"]: f["J"] for f in before["frames"]}
    pairs = [(was[f["frame"]], f["J"]) for f in after["frames"]]
    return sum(a > WAS and b < IS for a, b in pairs), sum(a != b for a, b in pairs)


def measure_task(task):
    """J&F after each click, until the goal is reached or patience ends; frames lost and changed by each step; its seconds."""
    bank = task.bench.bank("corrections")
    mattes, _ = task.roto(task.frames, [*task.clicks(1, "faster"), "--object", "it"], "faster", "corrections", bank)
    score = task.score(mattes)
    found, frames, steps = [score["JF"]], [], []
    while found[-1] < GOAL and len(found) < MOST:
        frames.append(next_frame(score, frames))
        click = mending_click(task, frames[-1], mattes)
        if not click:
            break
        answer = task.bench.holdout("correct", "it", *click, "--bank", bank)
        task.bench.holdout("matte", "it", "--bank", bank, "--codec", "png", "-o", mattes, "--overwrite")
        before, score = score, task.score(mattes)
        lost, changed = lost_frames(before, score)
        found.append(score["JF"])
        steps.append({"gain": found[-1] - found[-2], "lost": lost, "changed": changed, "frames": len(score["frames"]), "seconds": answer["process"]["seconds"],
                      "tracked": answer["objects"][0]["n_tracked"], "frame": frames[-1], "click": click})
    print(".", end="", flush=True)
    return found, steps


def measure(bench):
    rows, counts, all_steps = [], [], []
    for clip in bench.clips():
        if not clip.name.startswith("davis16"):
            continue
        found, steps = measure_task(accuracy.Task(bench, clip, None))
        all_steps += steps
        counts.append(len(found) if found[-1] >= GOAL else MOST)
        at = [f"{found[min(k, len(found)) - 1]:.3f}" for k in (1, 3, 6)]
        rows.append([clip.name, *at, f"{max(found):.3f}", f"{found[-1]:.3f}", len(found) if found[-1] >= GOAL else f"over {MOST}", sum(s["gain"] < -HARM for s in steps),
                     sum(s["lost"] for s in steps)])
    print()
    if not rows:
        return ""
    rows.append(["**mean**", "", "", "", "", "", f"**{common.mean(counts):.1f}**", "", ""])
    n, n_frames = max(1, len(all_steps)), max(1, sum(s["frames"] for s in all_steps))
    harm, lost = sum(s["gain"] < -HARM for s in all_steps), sum(s["lost"] for s in all_steps)
    return (f"Clicks until J&F is {GOAL}, at most {MOST}; each correction starts from what was tracked, and a frame is clicked on until its J is {RIGHT}, at most {PATIENCE} times.\n\n"
            + common.table(["clip", "J&F after 1 click", "3", "6", "best", "last", "clicks", "steps that harm", "frames lost"], rows)
            + f"\n\nOf {len(all_steps)} corrections {harm} ({100 * harm / n:.1f}%) lower J&F by more than {HARM} (goal under 3%); {lost} of {n_frames} frames"
            f" ({100 * lost / n_frames:.2f}%) were right before one (J above {WAS}) and wrong after it (J below {IS}; goal under 1%). A correction changes"
            f" {common.mean([s['changed'] for s in all_steps]):.0f} frames and takes {common.mean([s['seconds'] for s in all_steps]):.1f} s, program start included.")


if __name__ == "__main__":
    common.main(sys.modules[__name__])
