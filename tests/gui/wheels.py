#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The Corrector's wheels by hand: balance, master, one channel, reset."""
import sys

from stand import Stand, check, shots

with Stand(sys.argv[1], "wheels", 1280, 260) as stand:
    if shots("wheels"):
        stand.shot(shots("wheels"))
    check("split and joined again", stand.ask("round 0.3 -0.1 1.25", "round "), "round 0.300000 -0.100000 1.250000")
    stand.until("done")
    stand.quiet()
    x, y = stand.where("lift/dot")
    stand.drag((x, y), (x - 10, y - 40))
    said = stand.quiet()
    check("a drag of the dot is one gesture", (said[0], said[-1]), ("begin lift", "commit"))
    red, green, blue = (float(number) for number in said[-2].split()[2:])
    check("upwards is red", red > 0.02 > green and red > blue, True)
    check("and the mean stays", abs(red + green + blue) < 0.01, True)
    x, y = stand.where("gain/master")
    stand.drag((x, y), (x + 40, y))
    red, green, blue = (float(number) for number in stand.quiet()[-2].split()[2:])
    check("the master moves all", (red == green == blue, red > 1), (True, True))
    x, y = stand.where("gamma/blue")
    stand.drag((x, y), (x + 40, y))
    said = stand.quiet()[-2].split()
    check("one number moves alone", (said[2], said[3], float(said[4]) > 1), ("1.000", "1.000", True))
    if shots("wheels-used"):
        stand.shot(shots("wheels-used"))
    stand.click(*stand.where("lift/reset"))
    check("reset", stand.quiet(), ["set lift 0.000 0.000 0.000"])
    x, y = stand.where("contrast/bar")
    stand.drag((x, y), (x + 20, y))
    check("contrast is a slider", stand.quiet()[0], "begin contrast")
