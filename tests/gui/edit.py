#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Edit and Fusion by hand, on the session: split, move, trim, place by key and by dropping, opacity and its keyframe, handles, undo; nodes and masks."""
import os
import shutil
import tempfile

from window import Window, check, make_film, needed, shots


def shot(window, name):
    if shots(name):
        window.shot(shots(name))


def clips(window):
    return [clip[:1] + clip[2:4] for clip in window.state()["clips"] if clip[0].startswith("V")]


def until_clips(window, what, wanted):
    window.until_state(what, lambda s: [clip[:1] + clip[2:4] for clip in s["clips"] if clip[0].startswith("V")] == wanted)


def at(window, frame, track="V1"):
    return window.where(f"timeline/frame:{frame}@{track}")


def seek(window, frame):
    """A press can be lost while GTK still ends what came before it (a menu, a press on what can be dragged), as where the machine is loaded: again then."""
    for _ in range(4):
        window.click(*window.where(f"timeline/ruler:{frame}"))
        try:
            window.until_state("the ruler seeks", lambda s: s["playhead"] == frame, 5)
            return
        except SystemExit:
            window.settle()
    check("the ruler seeks", window.state()["playhead"], frame)


def cutting(window):
    seek(window, 40)
    window.key("ctrl+backslash")
    until_clips(window, "split", [["V1", 0, 40], ["V1", 40, 60]])
    window.drag(at(window, 70), at(window, 100))
    until_clips(window, "moved", [["V1", 0, 40], ["V1", 70, 60]])
    check("an edit never moves the playhead", window.state()["playhead"], 40)
    window.drag(at(window, 90), at(window, 60))
    until_clips(window, "its head snaps to the cut", [["V1", 0, 40], ["V1", 40, 60]])
    window.key("ctrl+z")
    until_clips(window, "undone", [["V1", 0, 40], ["V1", 70, 60]])
    (x, y), half = at(window, 70), (at(window, 80)[0] - at(window, 70)[0]) // 20
    window.drag((x - half + 4, y), (at(window, 80)[0] - half + 4, y))
    until_clips(window, "trimmed", [["V1", 0, 40], ["V1", 80, 50]])
    window.click(*at(window, 20))
    window.key("d")
    window.until_state("disabled", lambda s: not s["clips"][0][4])
    window.key("d")
    window.until_state("enabled", lambda s: s["clips"][0][4])
    window.key("Delete")
    until_clips(window, "the gap is closed", [["V1", 40, 50]])
    window.key("ctrl+z")
    until_clips(window, "undone", [["V1", 0, 40], ["V1", 80, 50]])


def open_menu(window, x, y):
    window.click(x, y, button=3)
    window.until_state("the menu", lambda s: s["focus"] != "timeline")
    window.still()


def menus(window):
    open_menu(window, *window.where("timeline/track:A1.name"))
    window.key("Return")
    window.settle()
    window.until_state("a track more", lambda s: s["tracks"].count("V2") == 1)
    window.key("ctrl+z")
    window.until_state("one less", lambda s: "V2" not in s["tracks"])
    open_menu(window, *at(window, 20))
    window.key("Down", "Down", "Down", "Return")
    window.settle()
    window.until_state("disabled from the menu", lambda s: not s["clips"][0][4])
    window.key("ctrl+z")
    window.until_state("enabled", lambda s: s["clips"][0][4])


def drop(window, start, end, what, wanted):
    """From one widget to another. The display loses a drop now and then when the machine is busy; then it is made again."""
    for last in (False, False, True):
        window.drag(start, end, steps=12, release=False)
        for x in (1, 0, 1, 0):    # what lies under the pointer says that it takes the drop, a message at a time
            window.move(end[0] + x, end[1])
            window.still()
        shot(window, "edit-drop")
        window.release()
        try:
            return window.until_state(what, wanted, 30 if last else 8)
        except SystemExit:
            if last:
                raise
        window.key("Escape")
        window.settle()


def placing(window):
    window.press("bin/0")
    window.until_state("the pool has the keys", lambda s: s["focus"] == "bin")
    window.settle()
    seek(window, 50)
    window.key("F12")
    until_clips(window, "F12 places on top", [["V1", 0, 40], ["V1", 80, 50], ["V2", 50, 100]])
    window.key("ctrl+z")
    until_clips(window, "undone", [["V1", 0, 40], ["V1", 80, 50]])
    drop(window, window.where("bin/0"), at(window, 90), "what is dropped overwrites", lambda s: any(clip[0] == "V1" and clip[3] == 100 for clip in s["clips"]))
    window.key("ctrl+z")
    until_clips(window, "undone", [["V1", 0, 40], ["V1", 80, 50]])


def inspecting(window):
    window.click(*at(window, 20))
    seek(window, 10)
    x, y = window.where("inspector-video/opacity/bar")
    window.drag((x, y), (x - 15, y))
    opacity = window.until_state("opacity", lambda s: s["numbers"]["opacity"] < 0.9)["numbers"]["opacity"]
    window.press("inspector-video/opacity/key")
    seek(window, 30)
    window.click(*window.where("inspector-video/opacity/value1"))
    window.type("1")
    window.key("Return")
    window.until_state("a second keyframe", lambda s: s["numbers"]["opacity"] == 1)
    seek(window, 20)
    window.until_state("half way", lambda s: abs(s["numbers"]["opacity"] - (1 + opacity) / 2) < 0.02)
    window.press("transform-handles")
    window.until_state("a picture", lambda s: s["picture"].get("width"))
    window.still()
    x, y = window.where("timeline-viewer/handle-5")
    window.drag((x, y), (x, y - 40))
    window.until_state("its lower edge scales it", lambda s: s["numbers"]["zoom_y"] < 0.9)
    window.still()
    shot(window, "edit")
    window.key("ctrl+z")
    window.until_state("one step back", lambda s: s["numbers"]["zoom_y"] == 1)
    window.press("transform-handles")


def fusing(window):
    window.press("page-fusion")
    window.still()
    window.press("nodes/MediaIn1")
    window.until_state("selected", lambda s: s["node"] == "MediaIn1")
    window.key("shift+space")
    window.type("blur")
    window.key("Return")
    window.settle()
    state = window.until_state("a blur in the line", lambda s: len(s["fusion"]) == 2)
    blur = state["node"]
    check("behind what was active", f"MediaIn1.image {blur}.image" in state["fusion"], True)
    window.still()
    check("and stands beside it", window.where(f"nodes/{blur}")[0] - window.where("nodes/MediaIn1")[0] > 100, True)
    window.key("shift+space")
    window.type("ellipse")
    window.key("Return")
    window.settle()
    ellipse = window.until_state("a mask", lambda s: s["node"] != blur and s["node"])["node"]
    window.drag(window.where(f"nodes/{ellipse}.key"), window.where(f"nodes/{blur}<mask"))
    window.until_state("joined", lambda s: f"{ellipse}.key {blur}.mask" in s["fusion"])
    window.still()
    shot(window, "fusion")
    window.press(f"nodes/{blur}")
    window.until_state("the blur", lambda s: s["node"] == blur)
    window.key("shift+space")
    window.type("text")
    window.key("Return")
    window.settle()
    state = window.until_state("a title over it", lambda s: any(link.endswith(" merge1.foreground") for link in s["fusion"]))
    check("by a merge behind it", f"{blur}.image merge1.background" in state["fusion"], True)
    window.key("ctrl+z")
    window.until_state("one step back", lambda s: not any("merge1" in link for link in s["fusion"]))
    window.press(f"nodes/{blur}")
    window.key("Delete")
    window.until_state("what read it reads what it read", lambda s: "MediaIn1.image MediaOut1.image" in s["fusion"])


def colouring(window):
    window.press("page-color")
    window.press("palette-node")
    window.still()
    window.press("nodes/corrector1")
    window.key("shift+space")
    window.type("window")
    window.key("Return")
    window.settle()
    node = window.until_state("a window", lambda s: s["node"].startswith("window"))["node"]
    window.drag(window.where(f"nodes/{node}.key"), window.where("nodes/corrector1<key"))
    window.until_state("blue to blue", lambda s: f"{node}.key corrector1.key" in s["color"])
    window.still()
    x, y = window.where("viewer/handle-3")
    window.drag((x, y), (x + 40, y))
    window.still()
    check("its edge goes along", abs(window.where("viewer/handle-3")[0] - x - 40) <= 2, True)
    shot(window, "color-window")
    window.key("ctrl+z")
    window.still()
    check("and back in one step", abs(window.where("viewer/handle-3")[0] - x) <= 1, True)
    window.press("nodes/corrector1")
    window.press("palette-corrector")
    window.still()
    x, y = window.where("corrector/gain/master")
    window.drag((x, y), (x + 60, y))
    window.still()
    shot(window, "color-corrector")


def main():
    needed()
    folder = tempfile.mkdtemp(prefix="holdout-gui-")
    film = os.path.join(folder, "disc.mp4")
    make_film(film, 100)
    with Window([film], options=["--engine", "stub"]) as window:
        window.until_state("the film's picture", lambda s: s["picture"].get("width"))
        window.press("page-edit")
        window.still()
        for part in (cutting, menus, placing, inspecting, fusing, colouring):
            part(window)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
