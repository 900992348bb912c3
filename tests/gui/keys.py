#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Keys: transport wherever the focus is, letters that stay in a field, pages, typed timecode, the command search, a key given to something else."""
import os
import shutil
import tempfile

from window import Window, check, make_film, needed


LAST = 239    # long enough to be seen playing, however slowly that is asked for


def frame(number):
    return lambda state: state["source_frame"] == number


def transport(window):
    window.key("Right", "Right")
    window.until_state("two frames on", frame(2))
    window.key("End")
    window.until_state("the end", frame(LAST))
    window.key("Home")
    window.until_state("the start", frame(0))
    window.key("space")
    window.until_state("it plays", lambda s: s["speed"] == 1)
    window.until_state("frames are shown", lambda s: s["shown"] > 3)
    window.key("space")
    window.until_state("it stands", lambda s: s["speed"] == 0)
    window.key("l", "l")
    window.until_state("twice as fast", lambda s: s["speed"] == 2)
    window.key("k")
    window.until_state("stopped by K", lambda s: s["speed"] == 0)
    window.key("End")
    window.until_state("the end", frame(LAST))
    window.key("j")
    window.until_state("backwards", lambda s: s["speed"] == -1)
    window.key("k")
    window.until_state("it stands", lambda s: s["speed"] == 0)


def typed(window):
    window.key("Home")
    window.until_state("the start again", frame(0))
    window.click(*window.where("timecode"), times=2)
    window.type("10")
    window.key("Return")
    window.until_state("10 frames of the film's start are out of it: a sentence, or its edge", lambda s: s["notice"] or s["source_frame"] >= 0)
    window.click(*window.where("timecode"))
    window.key("ctrl+a")
    window.type("+3")
    before = window.state()["playhead"]
    window.key("Return")
    window.until_state("three frames on", lambda s: s["playhead"] == before + 3)
    # Letters that are keys elsewhere stay in the field.
    window.click(*window.where("timecode"))
    window.key("ctrl+a")
    window.type("jkl u")
    window.key("space")
    state = window.state()
    check("it does not play", state["speed"], 0)
    window.key("Escape")
    window.key("Right")
    window.until_state("and then arrows step again", lambda s: s["playhead"] == before + 4)
    window.key("Home", "shift+Right")
    window.until_state("a second on", lambda s: s["playhead"] == 24)


def pages(window):
    for keys, name in (("shift+2", "media"), ("shift+8", "deliver"), ("shift+4", "edit"), ("shift+5", "fusion"), ("shift+6", "color")):
        window.key(keys)
        window.until_state(name, lambda s, name=name: s["page"] == name)
        window.still()


def search(window):
    window.key("ctrl+shift+p")
    window.until_state("the search", lambda s: s["focus"] == "GtkText" or "text" in s["focus"].lower())
    window.type("go to end")
    window.key("Return")
    window.until_state("found and done", frame(LAST))
    window.settle()


def main():
    needed()
    folder = tempfile.mkdtemp(prefix="holdout-gui-")
    film = os.path.join(folder, "disc.mp4")
    make_film(film, LAST + 1)
    with Window([film], options=["--engine", "stub"]) as window:
        window.until_state("the film's picture", lambda s: s["picture"].get("width"))
        window.still()
        transport(window)
        typed(window)
        pages(window)
        search(window)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
