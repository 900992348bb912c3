# SPDX-License-Identifier: BSD-2-Clause
"""Region similarity J and contour accuracy F of two masks, as the DAVIS benchmark defines them. Masks are H,W bool."""
import cv2
import numpy as np

BOUND = .008                       # of the diagonal: how far apart two contours may lie and still agree


def region(answer, truth):
    """J: intersection over union, 1 where both are empty."""
    union = (answer | truth).sum()
    return 1. if union == 0 else float((answer & truth).sum() / union)


def contour(mask):
    """The places whose right, lower or lower right neighbour differs."""
    edge = np.zeros_like(mask)
    edge[:, :-1] |= mask[:, :-1] ^ mask[:, 1:]
    edge[:-1] |= mask[:-1] ^ mask[1:]
    edge[:-1, :-1] |= mask[:-1, :-1] ^ mask[1:, 1:]
    return edge


def boundary(answer, truth):
    """F: harmonic mean of how much of each contour lies within the bound of the other."""
    radius = int(np.ceil(BOUND * np.hypot(*truth.shape)))
    y, x = np.mgrid[-radius:radius + 1, -radius:radius + 1]
    disc = (x * x + y * y <= radius * radius).astype(np.uint8)
    a, b = contour(answer), contour(truth)
    if not a.any() and not b.any():
        return 1.
    if not a.any() or not b.any():
        return 0.
    precision = (a & (cv2.dilate(b.astype(np.uint8), disc) > 0)).sum() / a.sum()
    recall = (b & (cv2.dilate(a.astype(np.uint8), disc) > 0)).sum() / b.sum()
    return 0. if precision + recall == 0 else float(2 * precision * recall / (precision + recall))
