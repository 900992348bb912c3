# SPDX-License-Identifier: BSD-2-Clause
"""What a user gives: clicks where a person would put them, and first masks that are soft and slightly wrong.

A mask is S,S (or H,W) numpy, bool or float32 0..1; a click is (x, y, wanted).
"""
import cv2
import numpy as np

import net

BOX = .5                           # of the shown mask inside a box: the object is here, nothing more is known


def discs(clicks, height, width, radius=net.CLICK_RADIUS):
    """-> 2,H,W float32: channel 0 the wanted clicks, channel 1 the unwanted."""
    maps = np.zeros((2, height, width), np.float32)
    for x, y, wanted in clicks:
        cv2.circle(maps[0 if wanted else 1], (int(x), int(y)), radius, 1, -1)
    return maps


def depth(mask):
    """How far each place inside is from the edge (the picture's border counts as one), pixels."""
    return cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 3)[1:-1, 1:-1]


def largest_part(mask):
    """The largest connected part of a bool mask."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count < 2:
        return mask
    return labels == 1 + stats[1:, cv2.CC_STAT_AREA].argmax()


def middle(mask):
    """The innermost place (x, y) of the largest part of a bool mask; None where it is empty."""
    inside = depth(largest_part(mask))
    if inside.max() <= 0:
        return None
    y, x = np.unravel_index(inside.argmax(), inside.shape)
    return int(x), int(y)


def somewhere(mask, rng, least):
    """A random place (x, y) at least `least` (0..1) as deep as the innermost; None where the mask is empty."""
    inside = depth(mask)
    if inside.max() <= 0:
        return None
    ys, xs = np.nonzero(inside >= max(inside.max() * least, .5))
    i = rng.integers(len(ys))
    return int(xs[i]), int(ys[i])


def next_click(truth, shown, rng=None):
    """The click that mends the larger error: in its largest part, in the middle (or, with rng, near it)."""
    missed, spilt = truth & ~shown, shown & ~truth
    wanted = missed.sum() >= spilt.sum()
    error = largest_part(missed if wanted else spilt)
    at = middle(error) if rng is None else somewhere(error, rng, rng.uniform(.3, 1))
    return None if at is None else (*at, bool(wanted))


def box_map(truth, rng):
    """What the engine shows the network for a box drawn around the object: one half inside it; H,W float32."""
    height, width = truth.shape
    columns, rows = np.flatnonzero(truth.any(0)), np.flatnonzero(truth.any(1))
    x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    side = max(x1 - x0, y1 - y0)
    x0, y0, x1, y1 = np.round(np.array([x0, y0, x1, y1]) + rng.normal(0, .02 * side, 4)).astype(int)
    out = np.zeros((height, width), np.float32)
    out[max(y0, 0):max(y1, 1), max(x0, 0):max(x1, 1)] = BOX
    return out


def first_clicks(truth, rng):
    """One click, as people click; now and then some more, and some beside the object."""
    at = somewhere(truth, rng, rng.uniform(.3, 1.) if rng.random() < .85 else .1)
    clicks = [(*at, True)]
    if rng.random() < .2:
        for _ in range(rng.integers(1, 3)):
            clicks.append((*somewhere(truth, rng, .2), True))
    if rng.random() < .15:
        reach = max(5, int(np.sqrt(truth.sum()) * .6)) | 1
        near = cv2.dilate(truth.astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(bool) & ~truth
        beside = somewhere(near, rng, .3)
        if beside is not None:
            clicks.append((*beside, False))
    return clicks


def blob(rng, size, share):
    """A smooth random bool shape that covers about `share` of S,S."""
    noise = cv2.resize(rng.normal(size=(6, 6)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    return noise > np.quantile(noise, 1 - share)


def worsen(mask, rng):
    """A first mask as a click or another tracker gives it: wrong edge, coarse, soft, parts missing or added.

    mask S,S float32 -> S,S float32; never empty where the mask was not.
    """
    size, area = mask.shape[0], float((mask > .5).sum())
    reach = max(1., np.sqrt(area))
    out = mask.copy()
    if rng.random() < .5:                                                    # edge inwards or outwards
        k = int(np.clip(rng.uniform(.01, .07) * reach, 1, 9)) * 2 + 1
        element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (k, k))
        out = (cv2.dilate if rng.random() < .5 else cv2.erode)(out, element)
    if rng.random() < .35:                                                   # an edge that wanders
        amplitude = rng.uniform(.02, .06) * reach
        shift = cv2.resize((rng.normal(size=(12, 12, 2)) * amplitude).astype(np.float32), (size, size))
        y, x = np.mgrid[:size, :size].astype(np.float32)
        out = cv2.remap(out, x + shift[..., 0], y + shift[..., 1], cv2.INTER_LINEAR)
    if rng.random() < .25:                                                   # a part is missing, or there is one more
        near = cv2.dilate(mask, np.ones((15, 15), np.uint8)) > .5
        shape = blob(rng, size, rng.uniform(.05, .2))
        out = np.where(shape & near, 0. if rng.random() < .6 else 1., out).astype(np.float32)
    if rng.random() < .35:                                                   # as coarse as a stride-8 answer
        small = cv2.resize(out, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
        out = cv2.resize(small, (size, size), interpolation=cv2.INTER_LINEAR)
    if rng.random() < .4:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(.8, 3.))
    out = np.clip(out if rng.random() < .5 else out > .5, 0, 1).astype(np.float32)
    return out if (out > .5).sum() > .3 * area else mask
