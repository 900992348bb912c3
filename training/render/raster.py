# SPDX-License-Identifier: BSD-2-Clause
"""raster.c from Python: compiled with the system's C compiler when it is first needed, or after a change."""
import ctypes
import hashlib
import os
import pathlib
import subprocess
import tempfile

import numpy as np

SOURCE = pathlib.Path(__file__).with_name('raster.c')
PAINTED, PIERCED, NO_BONE = 1, 2, 255
FLAGS = ('-std=c17', '-O3', '-march=native', '-ffast-math', '-fno-finite-math-only', '-shared', '-fPIC')
pointer, number, integer = ctypes.c_void_p, ctypes.c_float, ctypes.c_int


def compiled():
    """The library, from a folder of the user's own that outlives the run."""
    name = hashlib.sha256(SOURCE.read_bytes() + ' '.join(FLAGS).encode()).hexdigest()[:16]
    folder = pathlib.Path(tempfile.gettempdir()) / f'holdout-render-{os.getuid()}'
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f'raster-{name}.so'
    if not path.exists():
        part = path.with_suffix(f'.{os.getpid()}')
        subprocess.run([os.environ.get('CC', 'cc'), *FLAGS, '-o', part, SOURCE, '-lm'], check=True)
        os.replace(part, path)
    return ctypes.CDLL(str(path))


class CMesh(ctypes.Structure):
    _fields_ = [(name, integer) for name in ('n_vertices', 'n_faces', 'n_bones')] + \
        [(name, pointer) for name in ('position', 'normal', 'uv', 'bone', 'weight', 'face')]


class CTexture(ctypes.Structure):
    _fields_ = [('pixels', pointer), ('width', integer), ('height', integer), ('n_levels', integer)]


class CLook(ctypes.Structure):
    _fields_ = [('flags', integer), ('paint', number * 3), ('tint', number * 3), ('gloss', number), ('thing', integer)]


def address(array):
    return array.ctypes.data_as(pointer)


def packed(array, kind=np.float32):
    return np.ascontiguousarray(array, kind)


class Mesh:
    """Vertices n,3 with normals n,3, uv n,2, bones n,4 (NO_BONE: none) and weights n,4; faces m,3 (uint16)."""

    def __init__(self, position, normal, uv, face, bone=None, weight=None, n_bones=0):
        n = len(position)
        self.position, self.normal, self.uv = packed(position), packed(normal), packed(uv)
        self.face = packed(face, np.uint16)
        self.bone = np.full((n, 4), NO_BONE, np.uint8) if bone is None else packed(bone, np.uint8)
        self.weight, self.n_bones = np.zeros((n, 4), np.float32) if weight is None else packed(weight), n_bones
        worst = self.bone[self.bone != NO_BONE].max(initial=0) if n_bones else 0
        if len(face) and self.face.max() >= n or worst > n_bones:
            raise ValueError('a mesh whose faces or bones point outside it')
        self.c = CMesh(n, len(face), n_bones,
                       *map(address, (self.position, self.normal, self.uv, self.bone, self.weight, self.face)))

    def moved(self, bones):
        """Where the vertices are once `bones` n_bones + 1,4,4 have moved them; n,3."""
        bone, weight = self.bone.astype(int), np.where(self.bone == NO_BONE, 0, self.weight)
        free = (self.bone[:, 0] == NO_BONE) | (self.n_bones == 0)
        bone[self.bone == NO_BONE], weight[free], bone[free] = self.n_bones, (1, 0, 0, 0), self.n_bones
        placed = np.c_[self.position, np.ones(len(self.position), np.float32)]
        return np.einsum('vk,vkij,vj->vi', weight, bones[bone][:, :, :3], placed, optimize=True)


class Texture:
    """An RGBA picture H,W,4 uint8 and smaller ones of it; at most `longest` pixels a side."""

    def __init__(self, pixels, longest=1024):
        level, levels = pixels.astype(np.float32), []
        while max(level.shape) > longest and min(level.shape[:2]) > 1:
            level = halved(level)
        height, width = level.shape[:2]
        levels.append(level)
        while min(levels[-1].shape[:2]) > 2 and not any(s % 2 for s in levels[-1].shape[:2]):
            levels.append(halved(levels[-1]))
        self.pixels = np.concatenate([x.round().astype(np.uint8).ravel() for x in levels])
        self.c = CTexture(address(self.pixels), width, height, len(levels))


def halved(pixels):
    height, width = (s // 2 * 2 for s in pixels.shape[:2])
    return pixels[:height, :width].reshape(height // 2, 2, width // 2, 2, -1).mean((1, 3))


class Canvas:
    """Colour (linear light, premultiplied) and cover of `n_things` (thing 0 is nobody), summed over samples."""

    library = None

    def __init__(self, width, height, n_things, map_size=512):
        if Canvas.library is None:
            library = compiled()
            library.canvas_new.restype, library.canvas_new.argtypes = pointer, [integer] * 4
            for name in ('canvas_colour', 'canvas_cover'):
                getattr(library, name).restype, getattr(library, name).argtypes = ctypes.POINTER(number), [pointer]
            library.canvas_clear.argtypes = library.canvas_free.argtypes = [pointer]
            library.canvas_camera.argtypes = [pointer] * 2 + [number] * 5
            library.canvas_light.argtypes = [pointer] * 4 + [number]
            library.canvas_draw.argtypes = library.canvas_shadow.argtypes = [pointer] * 5
            library.canvas_gather.argtypes = [pointer, number]
            library.canvas_ground.argtypes = [pointer, number, pointer]
            Canvas.library = library
        self.handle = self.library.canvas_new(width, height, n_things, map_size)
        if not self.handle:
            raise MemoryError('a canvas')
        self.shape = height, width
        self.colour = np.ctypeslib.as_array(self.library.canvas_colour(self.handle), (height, width, 3))
        self.cover = np.ctypeslib.as_array(self.library.canvas_cover(self.handle), (n_things, height, width))

    def close(self):
        self.colour = self.cover = None
        self.library.canvas_free(self.handle)

    def clear(self):
        self.library.canvas_clear(self.handle)

    def camera(self, view, focal, jitter=(0, 0)):
        height, width = self.shape
        self.library.canvas_camera(self.handle, address(packed(view[:3])), focal, width / 2, height / 2, *jitter)

    def light(self, matrix, to_sun, sun, sky, ground, bias):
        colours, to_sun = packed([sun, sky, ground]), packed(to_sun / np.linalg.norm(to_sun))
        self.library.canvas_light(self.handle, address(packed(matrix[:3])), address(to_sun), address(colours), bias)

    def put(self, draw, parts, thing, tint):
        for part in parts:
            bones = packed(part.bones[:, :3])
            look = CLook(part.flags, (number * 3)(*part.paint), (number * 3)(*tint), part.gloss, thing)
            if not draw(self.handle, ctypes.addressof(part.mesh.c), address(bones), ctypes.addressof(part.texture.c),
                        ctypes.addressof(look)):
                raise MemoryError('vertices')

    def draw(self, parts, thing, tint=(1, 1, 1)):
        self.put(self.library.canvas_draw, parts, thing, tint)

    def shadow(self, parts):
        self.put(self.library.canvas_shadow, parts, 0, (1, 1, 1))

    def gather(self, weight):
        self.library.canvas_gather(self.handle, weight)

    def ground(self, softness):
        out = np.empty(self.shape, np.float32)
        self.library.canvas_ground(self.handle, softness, address(out))
        return out
