#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Handles in a viewer by hand: move, widen, scale, turn, corners of a polygon."""
import sys

from stand import Stand, check, shots


def drag(stand, what, dx, dy, **more):
    x, y = stand.where(what)
    stand.drag((x, y), (x + dx, y + dy), **more)
    return stand.quiet()[-1].split()


with Stand(sys.argv[1], "handles") as stand:
    said = drag(stand, "right", 80, 0)
    check("the right edge widens about the middle", said[6:8], ["140", "60"])
    said = drag(stand, "turn", 300, 150)
    check("the top turns", abs(int(said[9]) - -90) < 20, True)
    width = said[6]
    said = drag(stand, "right", 0, 40)
    check("an edge of a turned one goes along its own axis", (said[6] != width, said[9]), (True, said[9]))
    stand.tell("ellipse")
    said = drag(stand, "corner", -40, -40, keys=["shift"])
    check("a corner with Shift keeps the shape", abs(int(said[6]) / int(said[7]) - 100 / 60) < 0.05, True)
    x, y = stand.where("move")
    stand.drag((x + 60, y + 30), (x + 160, y + 80))
    check("held inside, it moves", stand.quiet()[-1].split()[2:5], ["at", "370", "205"])
    if shots("handles"):
        stand.shot(shots("handles"))
    stand.tell("polygon")
    before = stand.where("point2")
    drag(stand, "point1", 40, -30)
    check("a corner moves alone", stand.where("point2"), before)
    a, b = stand.where("point2"), stand.where("point3")
    stand.click((a[0] + b[0]) // 2, (a[1] + b[1]) // 2, keys=["ctrl"])
    check("Ctrl on an edge makes a corner", stand.quiet()[0], "corners 5")
    if shots("handles-polygon"):
        stand.shot(shots("handles-polygon"))
    stand.tell("gradient")
    said = drag(stand, "top", -20, -40)
    check("a gradient's length", int(said[7]) > 60, True)
    if shots("handles-gradient"):
        stand.shot(shots("handles-gradient"))
