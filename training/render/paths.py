# SPDX-License-Identifier: BSD-2-Clause
"""How things go over the ground: a heading for each moment, and the way that it makes."""
import numpy as np


def ease(x):
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def wander(rng, n, size, knots=4):
    """A smooth random curve of n values around 0."""
    from_knots = np.interp(np.linspace(0, knots - 1, n), np.arange(knots), rng.normal(size=knots))
    reach = max(1, n // (2 * knots))
    padded = np.pad(from_knots, reach, 'edge')
    return size * np.convolve(padded, np.ones(2 * reach + 1) / (2 * reach + 1), 'valid')


def right(rng, way):
    return np.pi / 2 + rng.uniform(-.25, .25) + rng.uniform(-.3, .3) * way


def left(rng, way):
    return -right(rng, way)


def depth(rng, way):
    return rng.choice([0, np.pi]) + rng.uniform(-.35, .35) + rng.uniform(-.6, .6) * way


def anywhere(rng, way):
    return rng.uniform(-np.pi, np.pi) + rng.uniform(-.5, .5) * way


def circle(rng, way):
    return rng.uniform(-np.pi, np.pi) + rng.choice([-1, 1]) * rng.uniform(1.2, 2.2) * np.pi * way


def eight(rng, way):
    return rng.uniform(-np.pi, np.pi) + 1.6 * np.pi * np.sin(2 * np.pi * way + rng.uniform(0, 6))


def back(rng, way):
    """Goes, turns round and returns."""
    return rng.choice([-1, 1]) * np.pi / 2 + rng.choice([-1, 1]) * np.pi * ease(
        (way - rng.uniform(.35, .55)) / .25 + .5)


def swerve(rng, way):
    """Slows down (see path), turns and goes on."""
    return rng.uniform(-np.pi, np.pi) + rng.choice([-1, 1]) * rng.uniform(.5, 1.) * np.pi * ease((way - .35) * 3)


HEADINGS = {f.__name__: f for f in (right, left, depth, anywhere, circle, eight, back, swerve)} | {'spin': circle}


def path(rng, kind, seconds, speed):
    """-> x, z, heading and the length of the way so far, for each of `seconds`; begins at the origin."""
    way = (seconds - seconds[0]) / (seconds[-1] - seconds[0])
    heading = HEADINGS[kind](rng, way) * np.ones(len(way))
    if kind == 'spin':
        speed = 0 * way
    elif kind == 'swerve':
        speed = speed * (1 - .85 * np.exp(-((way - .5) / .18) ** 2))
    step = speed * np.diff(seconds, prepend=seconds[0])
    return np.cumsum(step * np.sin(heading)), np.cumsum(step * np.cos(heading)), heading, np.cumsum(step)
