# SPDX-License-Identifier: BSD-2-Clause
"""Matrices of the rendered world: left-handed, x right, y up, z forward; 4,4 float32, applied to columns."""
import numpy as np


def from_quaternions(rows):
    """rows n,7 (translation, then a quaternion x, y, z, w) -> n,4,4."""
    rows = np.asarray(rows, np.float32)
    x, y, z, w = (rows[:, 3:] / np.maximum(np.linalg.norm(rows[:, 3:], axis=1, keepdims=True), 1e-9)).T
    out = np.zeros((len(rows), 4, 4), np.float32)
    out[:, 0, :3] = np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)], 1)
    out[:, 1, :3] = np.stack([2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)], 1)
    out[:, 2, :3] = np.stack([2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)], 1)
    out[:, :3, 3], out[:, 3, 3] = rows[:, :3], 1
    return out


def between(a, b, way):
    """Two sets of rows n,7 mixed: translations along a line, quaternions the short way round."""
    sign = np.where((a[:, 3:] * b[:, 3:]).sum(1, keepdims=True) < 0, -1, 1)
    mixed = np.concatenate([a[:, :3] + (b[:, :3] - a[:, :3]) * way, a[:, 3:] * (1 - way) + sign * b[:, 3:] * way], 1)
    return mixed


def stand(x, z, heading, scale=1.):
    """Puts a model on the ground; heading 0 looks along z, a quarter turn along x."""
    c, s = np.cos(heading) * scale, np.sin(heading) * scale
    return np.array([[c, 0, s, x], [0, scale, 0, 0], [-s, 0, c, z], [0, 0, 0, 1]], np.float32)


def spin(angle):
    """About the x axis: a wheel rolls."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0, 0], [0, c, -s, 0], [0, s, c, 0], [0, 0, 0, 1]], np.float32)


def look(eye, yaw, pitch, roll):
    """World to view; all zero looks along z."""
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    forward, right = np.array([sy * cp, sp, cy * cp]), np.array([cy, 0, -sy])
    up = np.cross(forward, right)
    right, up = right * np.cos(roll) + up * np.sin(roll), up * np.cos(roll) - right * np.sin(roll)
    out = np.eye(4, dtype=np.float32)
    out[:3, :3] = [right, up, forward]
    out[:3, 3] = -out[:3, :3] @ eye
    return out


def from_light(to_sun, centre, reach):
    """World to a light's map: u, v in 0..1 within `reach` of `centre`, and the depth."""
    to_sun = to_sun / np.linalg.norm(to_sun)
    across = np.cross([0, 0, 1.] if abs(to_sun[1]) > .9 else [0, 1., 0], to_sun)
    across = across / np.linalg.norm(across)
    out = np.eye(4, dtype=np.float32)
    out[0, :3], out[1, :3], out[2, :3] = across / (2 * reach), np.cross(to_sun, across) / (2 * reach), -to_sun
    out[:3, 3] = np.array([.5, .5, 4 * reach]) - out[:3, :3] @ centre
    return out
