# SPDX-License-Identifier: BSD-2-Clause
"""How layers of a synthetic clip move: smooth walks, affine placements, displacement fields, warping.

An affine is 2,3 float64 and maps a layer's own pixels to pixels of the frame, which is S,S.
"""
import cv2
import numpy as np


def walk(rng, n, step):
    """A smooth random walk of n values that starts at 0; `step` is the size of a usual step."""
    velocity, out = rng.normal() * step, [0.]
    for _ in range(n - 1):
        velocity = .7 * velocity + rng.normal() * step * .5
        out.append(out[-1] + velocity)
    return np.array(out)


def about(centre, degrees, scale, shift):
    """Turn and scale about `centre` (x, y), then shift."""
    a = np.deg2rad(degrees)
    m = scale * np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    centre = np.asarray(centre, float)
    return np.hstack([m, (centre + shift - m @ centre)[:, None]])


def after(second, first):
    """The affine that does `first`, then `second`."""
    return np.hstack([second[:, :2] @ first[:, :2], second[:, :2] @ first[:, 2:] + second[:, 2:]])


def place(size, source_box, scale, centre):
    """The affine that scales a layer and puts the middle of its `source_box` at `centre` of the frame."""
    x0, y0, x1, y1 = source_box
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    return np.hstack([np.eye(2) * scale, (np.asarray(centre, float) - scale * middle)[:, None]])


def field(rng, size, amplitude, knots=4):
    """A smooth random displacement S,S,2 of about `amplitude` pixels."""
    coarse = rng.normal(size=(knots, knots, 2)).astype(np.float32) * amplitude
    return cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)


def warp(image, affine, size, border, displacement=None):
    """`image` seen in the frame through `affine`, then moved by a displacement field S,S,2 (frame pixels)."""
    if displacement is None:
        return cv2.warpAffine(image, affine, (size, size), flags=cv2.INTER_LINEAR, borderMode=border)
    y, x = np.mgrid[:size, :size].astype(np.float32)
    x, y = x + displacement[..., 0], y + displacement[..., 1]
    inverse = cv2.invertAffineTransform(affine).astype(np.float32)
    map_x = inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2]
    map_y = inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2]
    return cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=border)


def smear(image, vector):
    """Motion blur along `vector` (pixels over the open shutter); keeps an image that barely moves."""
    length = float(np.hypot(*vector))
    taps = int(min(length, 31)) | 1
    if taps < 3:
        return image
    kernel = np.zeros((taps, taps), np.float32)
    half = np.array(vector) / length * (taps - 1) / 2
    middle = (taps - 1) / 2
    start, end = np.round(middle - half).astype(int), np.round(middle + half).astype(int)
    cv2.line(kernel, tuple(map(int, start)), tuple(map(int, end)), 1.)
    return cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT_101)
