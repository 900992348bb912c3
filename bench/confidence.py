# SPDX-License-Identifier: BSD-2-Clause
"""Whether the confidence means something: its rank correlation with the true J, frame by frame, and how many of the bad frames a user finds who checks a tenth.

Every clip with binary truth is tracked from its first mask and from one click, at quality Faster; prompted frames are left out.
"""
import sys

import accuracy
import common

TITLE = "Confidence"
BAD, CHECKED = 0.7, 0.1


def ranks(values):
    """Ranks from 0, ties sharing the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    out, i = [0.0] * len(values), 0
    while i < len(order):
        k = i
        while k + 1 < len(order) and values[order[k + 1]] == values[order[i]]:
            k += 1
        for at in order[i:k + 1]:
            out[at] = (i + k) / 2
        i = k + 1
    return out


def correlation(a, b):
    """Pearson's; of ranks it is Spearman's."""
    ma, mb = common.mean(a), common.mean(b)
    top = sum((x - ma) * (y - mb) for x, y in zip(a, b))
    bottom = (sum((x - ma) ** 2 for x in a) * sum((y - mb) ** 2 for y in b)) ** 0.5
    return top / bottom if bottom else float("nan")


def frames_of(bench, task, prompts):
    """(confidence, J) of every frame that was not prompted."""
    mattes, answer = task.roto(task.frames, prompts, "faster", "confidence")
    scored = {f["frame"]: f["J"] for f in task.score(mattes)["frames"]}
    shown = bench.holdout("bank", "show", answer["objects"][0]["id"], "--bank", bench.folder / "bank-accuracy")
    return [(f["confidence"], scored[f["frame"]]) for f in shown["frames"] if f["frame"] in scored and not f["prompted"]]


def row_of(name, pairs):
    confidences, truths = [c for c, _ in pairs], [j for _, j in pairs]
    bad = sum(j < BAD for j in truths)
    checked = sorted(pairs)[:max(1, round(CHECKED * len(pairs)))]
    found = sum(j < BAD for _, j in checked)
    return [name, len(pairs), f"**{correlation(ranks(confidences), ranks(truths)):.2f}**", f"{common.mean([abs(c - j) for c, j in pairs]):.2f}", bad, f"{found} of {len(checked)}",
            f"{found / min(bad, len(checked)):.2f}" if bad else ""]


def measure(bench):
    tasks = [accuracy.Task(bench, clip, number) for clip in bench.clips() if not clip.name.startswith("alpha_") for number in accuracy.objects_of(clip)]
    rows = []
    for name, prompts in (("from the first mask", lambda t: ["--mask", f"{t.first_mask}@0"]), ("from one click", lambda t: t.clicks(1, "faster"))):
        pairs = []
        for task in tasks:
            pairs += frames_of(bench, task, prompts(task))
            print(".", end="", flush=True)
        rows.append(row_of(name, pairs))
    print()
    return (f"Goals: rank correlation 0.6; checking the least confident tenth of the frames finds at least half of the bad ones (J below {BAD}), or, where more than a fifth are bad, as many as "
            "can be: the last column is the share of what a perfect order would find.\n\n"
            + common.table(["tracked", "frames", "rank correlation", "mean error", "bad frames", "bad among the checked tenth", "of what can be found"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
