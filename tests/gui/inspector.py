#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The inspector by hand: drag, turn, type, choose, reset, keyframes; eighty rows at once."""
import sys

from stand import Stand, check, shots


def values(stand, start="set "):
    return [line for line in stand.quiet() if line.startswith(start)]


def drags(stand):
    x, y = stand.where("size/bar")
    stand.drag((x - 60, y), (x + 60, y))
    said = stand.quiet()
    check("a drag on the bar begins and is committed", (said[0], said[-1]), ("begin size", "commit"))
    check("and sets all the way", len([line for line in said if line.startswith("set size")]) >= 1, True)
    x, y = stand.where("rotation/value1")
    stand.drag((x, y), (x + 20, y))
    said = stand.quiet()
    check("a drag on the value scrubs", (said[0], said[-2], said[-1]), ("begin rotation", "set rotation 20.0000", "commit"))
    stand.drag((x, y), (x + 30, y), release=False)
    stand.key("Escape")
    stand.release()
    check("Escape cancels", stand.quiet()[-1], "cancel")


def types(stand):
    stand.click(*stand.where("rotation/value1"))
    stand.type("33,5")
    stand.key("Return")
    check("a comma is a point", values(stand), ["set rotation 33.5000"])
    stand.click(*stand.where("rotation/value1"))
    stand.type("7")
    stand.key("Escape")
    check("Escape leaves what was", values(stand), [])
    stand.click(*stand.where("rotation/value1"))
    stand.key("5", "0", "Return")
    stand.click(*stand.where("position/value2"))
    stand.type("0.25")
    stand.key("Return")
    check("the second number of a point", values(stand)[-1].startswith("set position 0.5"), True)
    stand.click(*stand.where("text"), times=1)
    x, y = stand.where("text")
    stand.click(x + 150, y)
    stand.type("Space x")
    stand.key("Return")
    said = stand.quiet()
    check("a text is seen while it is typed, spaces and all", (said[0], said[-2], said[-1]), ("begin text", "set text Space x", "commit"))
    stand.click(x + 150, y)
    stand.type("y")
    stand.key("Escape")
    check("Escape takes it back", stand.quiet()[-1], "cancel")


def turns(stand):
    x, y = stand.where("rotation/value1")
    stand.move(x, y)
    stand.click(*stand.where("rotation/label"))
    stand.move(x, y)
    stand.wheel("up", 2)
    check("the wheel turns what was clicked", values(stand), ["set rotation 51.0000", "set rotation 52.0000"])
    x, y = stand.where("line_spacing/value1")
    stand.move(x, y)
    stand.wheel("up", 1)
    check("and nothing else", values(stand), [])
    stand.click(*stand.where("wrap/label"))
    stand.key("Up")
    check("as arrow keys do", values(stand), ["set wrap 0.0100"])


def others(stand):
    stand.click(*stand.where("align/value1"))
    stand.popped_up()
    stand.key("Down", "Return")
    stand.settle()
    check("a choice", len(values(stand)), 1)
    stand.click(*stand.where("markup/value1"))
    check("a switch", values(stand), ["set markup 1.0000"])
    stand.click(*stand.where("rotation/key"))
    check("a diamond", values(stand, "key"), ["key rotation 1"])
    stand.click(*stand.where("rotation/reset"))
    check("reset", values(stand), ["set rotation 0.0000"])


def colours(stand):
    x, y = stand.where("colour/value1")
    stand.click(x, y)
    stand.ask("paint")
    if shots("inspector-colour"):
        stand.shot(shots("inspector-colour"))
    stand.drag((x + 60, y + 60), (x + 90, y + 40))
    said = stand.quiet()
    check("a colour is picked live", (said[0], said[-1]), ("begin colour", "commit"))
    stand.key("Escape")
    stand.settle()


def panels(stand):
    """What a change of selection costs: values and widgets, then the frame in which they are laid out and painted."""
    spent = float(stand.ask("turn", "turn").split()[1])
    stand.until("done")
    frames = []
    for name in ("color_corrector", "text_plus") * 3:
        stand.ask("paint")
        stand.tell("show " + name)
        frames.append(float(stand.ask("paint").split()[1]))
    print(f"a change of selection: {spent:.2f} ms, its frame {sorted(frames)[len(frames) // 2]:.1f} ms")
    check("a panel is changed in less than 5 ms", spent < 5, True)


program = sys.argv[1]
with Stand(program, "inspector", 420, 900) as stand:
    for part in (drags, types, turns, others):
        part(stand)
    if shots("inspector"):
        stand.shot(shots("inspector"))
    colours(stand)
    panels(stand)
    stand.tell("show color_corrector")
    if shots("inspector-corrector"):
        stand.shot(shots("inspector-corrector"))
