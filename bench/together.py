# SPDX-License-Identifier: BSD-2-Clause
"""Several objects in one run: clips with more than one true object, all tracked from their first masks at once; J&F of each, and absences."""
import sys

import accuracy
import common

TITLE = "Objects of one run"


def rows_of(bench, clip, quality):
    tasks = [accuracy.Task(bench, clip, number) for number in accuracy.objects_of(clip)]
    prompts = [word for task in tasks for word in ("--object", f"object{task.number}", "--mask", f"{task.first_mask}@0")]
    out = bench.path(f"{clip.name}-{quality}-together")
    out.mkdir()
    bench.holdout("roto", tasks[0].frames, *prompts, "--quality", quality, "--bank", bench.bank("together"), "--codec", "png", "-o", out / "%{object}.%05d.png")
    for task in tasks:
        score = task.score(out / f"object{task.number}.%05d.png")
        empty, n, back = task.absent(score)
        yield [task.name, quality, f"{score['J']:.3f}", f"{score['F']:.3f}", f"**{score['JF']:.3f}**", f"{empty} of {n}; {', '.join('never' if b is None else str(b) for b in back)}" if n else ""]


def measure(bench):
    clips = [clip for clip in bench.clips() if len(accuracy.objects_of(clip)) > 1]
    if not clips:
        raise common.Missing("no clip with several true objects")
    rows = [row for clip in clips for quality in ("faster", "better") for row in rows_of(bench, clip, quality)]
    return ("Goals: J&F 0.75 each; of the frames without the object 95% empty, found again within 5 frames. `absent`: frames without the object whose matte is empty; then so many frames after it came "
            "back J is at least one half.\n\n" + common.table(["object", "quality", "J", "F", "J&F", "absent, empty; found after"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
