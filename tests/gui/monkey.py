#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random clicks, drags, wheel turns, keys and letters over all pages: nothing may crash, and after all of it undo leads back to the beginning.
monkey.py [EVENTS] [SEED]     the test has 300 events; thousands are for a night"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

from window import Window, check, make_film, needed

KEYS = ["space", "Left", "Right", "Up", "Down", "Home", "End", "j", "k", "l", "i", "o", "x", "t", "u", "shift+u", "F2", "F3", "F4", "F5", "shift+2", "shift+4", "shift+5", "shift+6",
        "shift+8", "ctrl+z", "ctrl+shift+z", "ctrl+t", "Escape", "Delete", "BackSpace", "a", "b", "n", "m", "d", "Tab", "shift+z", "ctrl+d", "ctrl+l", "shift+space", "c", "r",
        "ctrl+n", "ctrl+b", "comma", "period", "F9", "F10", "F12", "question", "ctrl+h"]


def verify(path):
    """holdout project FILE verify: exit code and sentences."""
    holdout = os.path.join(os.environ["HOLDOUT_BUILD_ROOT"], "cli", "holdout")
    result = subprocess.run([holdout, "project", path, "verify"], capture_output=True, text=True)
    return result.returncode, result.stderr


def event(window, dice, width, height):
    """One of them; with MONKEY_TALKS it says what."""
    x, y = dice.randrange(width), dice.randrange(height)
    kind, key = dice.random(), dice.choice(KEYS)
    if os.environ.get("MONKEY_TALKS"):
        print(f"{x},{y} {kind:.2f} {key}", window.state()["page"], flush=True)
    if kind < 0.45:
        window.do("mousemove", x, y, "click", dice.choice([1, 1, 1, 3]))
    elif kind < 0.6:
        window.do("mousemove", x, y, "mousedown", 1, "mousemove", dice.randrange(width), dice.randrange(height), "mouseup", 1)
    elif kind < 0.7:
        window.do("mousemove", x, y, "click", dice.choice([4, 5]))
    else:
        window.do("key", key)


def main():
    needed()
    events, seed = int((sys.argv[1:] or ["300"])[0]), int((sys.argv[2:] or ["7"])[0])
    dice = random.Random(seed)
    folder = tempfile.mkdtemp(prefix="holdout-monkey-")
    film = os.path.join(folder, "disc.mp4")
    make_film(film, 24)
    home = os.path.join(folder, "home")
    with Window([film], options=["--engine", "stub"], home=home) as window:
        window.until_state("the film's picture", lambda s: s["picture"].get("width"))
        for number in range(events):
            event(window, dice, 1280, 720)
            if window.program.poll() is not None:
                check(f"how it ended, at event {number}", window.program.poll(), 0)    # Quit, in its menu
                break
            if number % 25 == 24:
                window.state()    # it still answers
    projects = [os.path.join(path, name) for path, _, names in os.walk(home) for name in names if name.endswith(".holdout")]
    for project in projects:
        check(f"{project} is whole", verify(project), (0, ""))
    print(f"{events} events, seed {seed}, {len(projects)} projects")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
