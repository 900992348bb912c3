#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The node view by hand: connect, pick up, drop, insert, menu, search, rubber band, keys."""
import sys

from stand import Stand, check, shots


def wires(stand):
    mask, patch = stand.where("mask.key"), stand.where("patch<mask")
    stand.drag(patch, (patch[0] + 30, patch[1] + 150))
    check("a wire dropped on nothing is gone", stand.quiet(), ["disconnect patch.mask"])
    patch = stand.where("patch<mask")
    stand.drag(mask, (patch[0] + 8, patch[1] + 7))
    check("a wire goes to the port nearby", stand.quiet(), ["connect mask.key patch.mask"])
    stand.drag(stand.where("title.image"), stand.where("patch<mask"))
    check("a picture does not go into a mask", stand.quiet(), [])
    front = stand.where("front<foreground")
    stand.drag(front, stand.where("front<mask"), release=False)
    stand.key("Escape")
    stand.release()
    check("Escape gives the wire back", stand.quiet(), [])
    stand.drag(stand.where("behind.image"), stand.where("title.image"))
    check("outputs do not meet", stand.quiet(), [])


def loops(stand):
    stand.drag(stand.where("front.image"), stand.where("behind<background"))
    said = stand.quiet()
    check("a loop is asked for", said[0], "connect front.image behind.background")
    check("and refused in words", said[1].startswith("refused "), True)


def search(stand):
    stand.click(*stand.where("title"))
    check("a click makes it active", stand.quiet(), ["select title"])
    stand.key("shift+space")
    stand.popped_up()
    stand.type("bri")
    stand.key("Return")
    stand.settle()
    check("letters and Return", stand.quiet(), ["add brightness_contrast title"])
    stand.key("shift+space")
    stand.popped_up()
    stand.type("tr")
    stand.key("Down", "Up", "Return")
    stand.settle()
    check("arrows", stand.quiet(), ["add transform title"])
    stand.key("shift+space")
    stand.popped_up()
    stand.type("rect")
    stand.key("Return")
    stand.settle()
    check("a mask does not go into a line of pictures", stand.quiet(), ["add rectangle_mask -"])
    node, wire = stand.where("transform"), stand.where("footage.image")
    stand.drag((node[0], node[1]), (wire[0] + 22, wire[1]))
    check("dropped on a wire it comes between", stand.quiet()[1][:30], "insert transform footage.image")


def hands(stand):
    out = stand.where("out")
    stand.drag((out[0] + 40, out[1] + 120), (out[0] - 190, out[1] - 100))
    stand.drag(stand.where("out"), (out[0] + 20, out[1] + 40))
    said = stand.quiet()
    check("a rubber band takes what it touches, and all of it moves", said[-1][:6], "move 2")
    stand.key("F2")
    stand.popped_up()
    stand.key("ctrl+a")
    stand.type("done")
    stand.key("Return")
    stand.settle()
    check("F2 renames", [line for line in stand.quiet() if line.startswith("rename")], ["rename out done"])
    stand.move(*stand.where("front"))
    stand.key("1")
    check("1 looks at what is under the pointer", stand.quiet(), ["view front 1"])
    stand.click(*stand.where("front"))
    stand.key("ctrl+d")
    check("Ctrl+D", stand.quiet(), ["select front", "enable front 0"])


def menu(stand):
    x, y = stand.where("patch")
    stand.click(x, y, button=3)
    stand.popped_up()
    stand.key("Down", "Return")
    stand.settle()
    check("the menu's second item", stand.quiet(), ["select patch", "enable patch 0"])
    stand.key("Delete")
    check("Delete", stand.quiet(), ["remove patch"])


def zoom(stand):
    x, y = stand.where("mask")
    stand.move(x, y)
    stand.wheel("up", 4)
    red, green, blue = stand.pixel(*stand.where("mask.key"))
    check("a port is drawn where it is, at any zoom", blue > 180 > red, True)
    check("the wheel zooms where the pointer is", all(abs(a - b) <= 1 for a, b in zip(stand.where("mask"), (x, y))), True)
    title = stand.where("title")
    stand.drag((20, 500), (70, 530), button=2)
    check("the middle button pans", stand.where("title"), [title[0] + 50, title[1] + 30])
    stand.key("shift+z")


def color(program):
    with Stand(program, "nodes", STAND_TEMPLATE="isolate") as stand:
        if shots("nodes-color"):
            stand.click(*stand.where("corrector"))
            stand.shot(shots("nodes-color"))
        stand.quiet()
        stand.drag(stand.where("matte.key"), stand.where("alpha<key"))
        check("blue to blue", stand.quiet(), ["connect matte.key alpha.key"])
        stand.drag(stand.where("matte.key"), stand.where("output<image"))
        check("blue never to green", stand.quiet(), [])


program = sys.argv[1]
with Stand(program, "nodes") as stand:
    if shots("nodes-fusion"):
        stand.shot(shots("nodes-fusion"))
    for part in (wires, loops, search, zoom, hands, menu):
        part(stand)
    if shots("nodes-after"):
        stand.shot(shots("nodes-after"))
color(program)
