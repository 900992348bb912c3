#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The main job by hand: a film on the command line, clicked, tried, boxed, tracked, looked at, corrected, saved by two clicks; and found again by the next start."""
import json
import os
import shutil
import subprocess
import tempfile

from window import Window, check, make_film, needed, shots

FRAMES = 40
MATTE, PROMPTED = 1, 2
CLICK, EXCLUDE, BOX = 0, 1, 2    # enum ho_prompt_kind


def shot(window, name):
    if shots(name):
        window.shot(shots(name))


def tracked(state):
    return state["objects"] and state["objects"][0]["last"] == FRAMES - 1 and not any(job["status"] == 1 for job in state["jobs"])


def said(*kinds):
    return lambda state: (state["objects"][0]["said"] if state["objects"] else []) == list(kinds)


def trying(window):
    """Shift held shows an answer, and says nothing."""
    before = window.state()
    window.do("keydown", "shift")
    window.move(*window.where("viewer/0.8,0.3"))
    window.move(*window.where("viewer/0.8,0.2"))
    window.until_state("what a click would do", lambda s: s["picture"]["serial"] > before["picture"]["serial"])
    check("nothing is said by it", window.state()["objects"], before["objects"])
    window.do("keyup", "shift")
    window.still()


def opened(window):
    state = window.until_state("the film's picture", lambda s: s["picture"].get("width"))
    check("page", state["page"], "color")
    check("clip", state["clip"], "disc")
    check("no question was asked", state["notice"], "")
    window.still()
    shot(window, "color-open")


def prompts(window):
    window.press("viewer/0.25,0.5")
    state = window.until_state("a click's answer", lambda s: s["answer"] >= 0 and said(CLICK)(s))
    check("the stub answers at once", state["answer"] < 1, True)
    window.still()
    trying(window)
    window.click(*window.where("viewer/0.8,0.2"), keys=["ctrl"])
    window.until_state("an exclusion", said(CLICK, EXCLUDE))
    window.key("ctrl+z")
    window.until_state("undone", said(CLICK))
    window.key("ctrl+shift+z")
    window.until_state("done again", said(CLICK, EXCLUDE))
    window.click(*window.where("viewer/0.9,0.9"), button=3)
    window.until_state("the right button excludes", said(CLICK, EXCLUDE, EXCLUDE))
    window.key("ctrl+z")
    window.key("ctrl+z")
    window.until_state("one click is left", said(CLICK))
    window.drag(window.where("viewer/0.1,0.25"), window.where("viewer/0.42,0.75"))
    window.until_state("a drag is a box", said(CLICK, BOX))
    window.key("ctrl+z")
    window.until_state("one click is left", said(CLICK))


def tracking(window):
    window.stalls()
    window.key("t")
    state = window.until_state("tracked", tracked, 60)
    flags = {frame: flags for first, last, flags in state["lane"] for frame in range(first, last + 1)}
    check("every frame has a matte", all(flags.get(frame, 0) & MATTE for frame in range(FRAMES)), True)
    check("frame 0 is prompted", flags[0] & PROMPTED, PROMPTED)
    window.press("lane/30")
    window.until_state("the lane goes there", lambda s: s["source_frame"] == 30 and s["picture"]["source_frame"] == 30)
    window.still()
    shot(window, "color-tracked")
    window.key("Home")
    window.until_state("home", lambda s: s["source_frame"] == 0)
    window.key("Right")
    window.until_state("one frame on", lambda s: s["source_frame"] == 1)


def finesse(window):
    """A slider is dragged: the picture follows while it lasts, and it is one step."""
    window.key("F4")
    window.still()
    before = window.state()
    start = window.where("finesse/gamma/value")
    window.stalls()
    window.drag(start, [start[0] + 60, start[1]], steps=6, release=False)
    window.until_state("another picture while the slider is held", lambda s: s["picture"]["serial"] > before["picture"]["serial"])
    window.release()
    window.still()
    check("one step", window.state()["steps"], before["steps"] + 1)
    window.key("ctrl+z")
    window.until_state("undone", lambda s: s["steps"] == before["steps"])
    window.key("F2")
    window.still()


def save(window, path):
    window.press("save-matte")
    window.still()
    shot(window, "color-save")
    window.press("save-now")
    window.until_state("saved", lambda s: s["notice"].startswith("Saved: "))
    streams = json.loads(subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", path], check=True, capture_output=True).stdout)["streams"]
    check("frames of the matte", streams[0]["nb_read_frames"], str(FRAMES))
    window.settle()


def main():
    needed()
    folder = tempfile.mkdtemp(prefix="holdout-gui-")
    film, home = os.path.join(folder, "disc.mp4"), os.path.join(folder, "home")
    make_film(film, FRAMES)
    options = ["--engine", "stub"]
    with Window([film], options=options, home=home) as window:
        opened(window)
        prompts(window)
        tracking(window)
        finesse(window)
        save(window, os.path.join(folder, "disc_object_v001.mov"))
        window.press("page-deliver")
        window.still()
        shot(window, "deliver")
        stalled = window.stalls()
    # The next start, without a word: the project that was open, its object, its mattes.
    with Window(options=options, home=home) as window:
        state = window.until_state("the project of last time", tracked)
        check("it still has no name", state["untitled"], True)
        check("nothing is tracked again", [job for job in state["jobs"] if job["kind"] == 0], [])
        window.press("page-media")
        window.press("bin/0")
        window.still()
        shot(window, "media")
    shutil.rmtree(folder)
    print(f"longest stall while working: {stalled * 1000:.0f} ms")


if __name__ == "__main__":
    main()
