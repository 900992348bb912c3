#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The timeline by hand: move, snap, duplicate, trim, roll, slip, blade, ghost, heads, zoom, keys; a thousand clips."""
import sys

from stand import Stand, check, shots


def by(stand, what, dx, dy=0, **more):
    x, y = stand.where(what)
    stand.drag((x, y), (x + dx, y + dy), **more)


def pixels(stand, frames):
    return stand.where(f"ruler:{frames}")[0] - stand.where("ruler:0")[0]


def edits(stand):
    return [line for line in stand.quiet() if not line.startswith(("select", "open"))]


def moves(stand):
    by(stand, "clip:3", pixels(stand, 40))
    check("a clip moves in whole frames", edits(stand)[0].split()[:4], ["move", "3", "n1", "f40"])
    by(stand, "clip:3", pixels(stand, -137))
    check("its head snaps to the end of the one before", edits(stand)[0].split()[:4], ["move", "3", "n1", "f-140"])
    by(stand, "clip:3", pixels(stand, 100), keys=["shift"])
    check("Shift keeps the time", edits(stand), [])
    x, y = stand.where("frame:260@V3")
    start = stand.where("clip:3")
    stand.drag(start, (x, y), keys=["shift"])
    check("and changes the track", edits(stand)[0].split()[:5], ["move", "3", "n1", "f0", "t2"])
    start = stand.where("clip:3")
    stand.drag(start, (start[0], stand.where("frame:0@V1")[1]), keys=["shift"])
    edits(stand)
    by(stand, "clip:4", -pixels(stand, 140))
    check("nothing goes in front of the timeline", edits(stand)[0].split()[:4], ["move", "4", "n1", "f-120"])
    by(stand, "clip:4", pixels(stand, 120))
    stand.click(*stand.where("clip:3"))
    edits(stand)
    by(stand, "clip:3", pixels(stand, 150), keys=["ctrl"])
    check("Ctrl duplicates", edits(stand)[0].split()[:4], ["duplicate", "3", "n1", "f150"])
    by(stand, "clip:1", pixels(stand, 40), release=False)
    if shots("timeline-ghost"):
        stand.shot(shots("timeline-ghost"))
    stand.key("Escape")
    stand.release()
    check("Escape gives up", edits(stand), [])


def cuts(stand):
    by(stand, "clip:4", 0, stand.where("frame:0@V1")[1] - stand.where("frame:0@V2")[1])
    said = edits(stand)[0]
    check("what a drop cuts is said", "cuts" in said, True)


def edges(stand):
    by(stand, "clip:1.head", pixels(stand, 20))
    check("a head is trimmed, the linked one too", edits(stand)[0].split()[:7], ["trim", "1", "n1", "f20", "t0", "at0", "flags1"])
    by(stand, "clip:1.head", pixels(stand, -18))
    check("an edge snaps", edits(stand)[0].split()[:4], ["trim", "1", "n1", "f-20"])
    x, y = stand.where("frame:199@V1")
    x = stand.where("ruler:199")[0] + pixels(stand, 1) // 2
    stand.key("t")
    check("T: the trim tool", stand.quiet(), ["tool 1 snapping 1"])
    by(stand, "clip:2", pixels(stand, 10))
    check("slips", edits(stand)[0].split()[:4], ["slip", "2", "n1", "f-10"])
    stand.key("a", "n")
    check("N: no snapping", stand.quiet(), ["tool 0 snapping 1", "tool 0 snapping 0"])
    by(stand, "clip:1", pixels(stand, 3))
    check("then 3 frames are 3 frames", edits(stand)[0].split()[:4], ["move", "1", "n1", "f3"])
    stand.key("n")
    stand.quiet()


def tools(stand):
    stand.key("b")
    x, y = stand.where("frame:50@V1")
    stand.click(x, y)
    check("the blade splits where it is", edits(stand)[1].split()[:2], ["split", "1"])
    stand.key("a")
    stand.click(stand.where("ruler:30")[0], stand.where("ruler:30")[1])
    check("a click on the ruler seeks", stand.quiet()[-1], "seek 30")
    stand.key("ctrl+backslash")
    check("Ctrl+\\ splits at the playhead", edits(stand)[0].split()[0], "split")
    stand.click(*stand.where("clip:3"))
    stand.key("d")
    stand.key("BackSpace")
    said = [line.split()[0] for line in edits(stand)]
    check("D and Backspace", said, ["enable", "delete"])


def heads(stand):
    for part in ("target", "lock", "auto", "eye"):
        stand.click(*stand.where("track:V1." + part))
    check("four switches of a track", [line.split()[0] for line in stand.quiet()], ["track"] * 4)
    by(stand, "clip:2", 60)
    check("a locked track does not change", edits(stand), [])
    stand.click(*stand.where("track:V1.lock"))
    stand.quiet()


def zooms(stand):
    x, y = stand.where("ruler:150")
    stand.move(x, y + 100)
    stand.wheel("up", 3, keys=["ctrl"])
    check("Ctrl and the wheel zoom where the pointer is", abs(stand.where("ruler:150")[0] - x) <= 3, True)
    stand.wheel("down", 3)
    stand.key("shift+z")
    stand.ask("paint")
    start = stand.where("frame:420@V2")
    stand.drag((start[0] + 30, start[1] - 30), (stand.where("frame:110@V1")[0], stand.where("frame:0@V1")[1]))
    check("a rubber band selects", stand.quiet()[-1].startswith("select "), True)


def thousand(program):
    with Stand(program, "timeline", 1920, 600, STAND_CLIPS="1000") as stand:
        times = []
        for zoom in (4, 2, 1.5):
            stand.tell(f"zoom {zoom}")
            stand.ask("paint")
            x, y = 1000, 400
            stand.move(x, y)
            stand.drag((x, y), (x - 400, y), button=2, steps=20)
            times.append(float(stand.said[-1].split()[1]))
        if shots("timeline-thousand"):
            stand.shot(shots("timeline-thousand"))
        print(f"a thousand clips scroll: {', '.join(f'{time:.1f}' for time in times)} ms a frame")


program = sys.argv[1]
with Stand(program, "timeline") as stand:
    if shots("timeline"):
        stand.click(*stand.where("clip:2"))
        stand.shot(shots("timeline"))
        stand.quiet()
    for part in (moves, cuts, edges, tools, heads, zooms):
        part(stand)
thousand(program)
