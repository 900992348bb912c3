# SPDX-License-Identifier: BSD-2-Clause
"""The cars of TORCS (Debian's torcs-data): AC3D bodies with wheels that turn.

AC3D is text: objects with vertices, surfaces (polygons or triangle strips) and further objects inside. A car's XML says
where its wheels are. TORCS's axes are turned into those of the rendered world, its metres into 0 A.D.'s units.
"""
import functools
import pathlib
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
from PIL import Image

import geometry
import raster
from zeroad import Part

ROOT = 'usr/share/games/torcs'
LEFT_OUT = {'155-DTM', 'buggy', 'p406'}                                     # GPL; the others are Free Art License
METRE = 2.15
AXES = np.array([[0, 0, 1.], [0, 1, 0], [1, 0, 0]])                          # mirrors, so faces are turned round
DROPPED = ('shad', 'disc', 'blur', 'light', 'halo')                          # objects that are no bodywork
CREASE = np.cos(np.radians(40))    # faces that meet more steeply than this keep an edge
STRIP = 4
CHUNK = 21000                      # triangles a mesh: indices are of 16 bits
INCH = .0254


class Lines:
    """An AC3D file, line by line."""

    def __init__(self, text):
        self.lines, self.at = text.split('\n'), 0

    def next(self):
        self.at += 1
        return self.lines[self.at - 1]

    def numbers(self, n):
        self.at += n
        return np.array([[float(x) for x in line.split()[:3]]
                         for line in self.lines[self.at - n:self.at]]).reshape(n, 3)

    @property
    def over(self):
        return self.at >= len(self.lines)


class Soup:
    """Triangles of one texture or one plain colour: corner positions n,3,3 and uv n,3,2."""

    def __init__(self):
        self.corners, self.uv = [], []


def surface(lines):
    """One surface -> its material, and rows (vertex, u, v) of its triangles, n,3,3."""
    line = lines.next().split()
    while line[:1] != ['SURF']:
        line = lines.next().split()
    kind, material = int(line[1], 16) & 15, 0
    line = lines.next().split()
    while line[0] != 'refs':
        material = int(line[1]) if line[0] == 'mat' else material
        line = lines.next().split()
    n = int(line[1])
    rows = lines.numbers(n)
    if kind == STRIP:
        order = [(i, i + 1, i + 2) if i % 2 == 0 else (i + 1, i, i + 2) for i in range(n - 2)]
    else:
        order = [(0, i, i + 1) for i in range(1, n - 1)] if kind == 0 else []
    return material, np.array([rows[list(o)] for o in order]).reshape(-1, 3, 3)


def read_object(lines, turn, shift, soups):
    """One object after its OBJECT line, and those inside it, into `soups`: (texture, material) -> Soup."""
    name, texture, place, rotation, vertices, surfaces = '', None, np.zeros(3), np.eye(3), None, []
    while not lines.over:
        line = lines.next()
        words = line.split()
        if not words:
            continue
        if words[0] == 'name':
            name = line.split('"')[1] if '"' in line else words[1]
        elif words[0] == 'texture':
            parts = line.split('"')
            if texture is None and parts[2].strip() in ('', 'base'):
                texture = parts[1]
        elif words[0] == 'loc':
            place = np.array(words[1:4], float)
        elif words[0] == 'rot':
            rotation = np.array(words[1:10], float).reshape(3, 3).T
        elif words[0] == 'data':
            lines.next()
        elif words[0] == 'numvert':
            vertices = lines.numbers(int(words[1]))
        elif words[0] == 'numsurf':
            surfaces = [surface(lines) for _ in range(int(words[1]))]
        elif words[0] == 'kids':
            turn, shift = turn @ rotation, turn @ place + shift
            if vertices is not None and not any(d in f'{name} {texture}'.lower() for d in DROPPED):
                for material, rows in surfaces:
                    soup = soups.setdefault((texture, None if texture else material), Soup())
                    soup.corners.append((vertices @ turn.T + shift)[rows[..., 0].astype(int)])
                    soup.uv.append(rows[..., 1:])
            for _ in range(int(words[1])):
                while not lines.next().startswith('OBJECT'):
                    pass
                read_object(lines, turn, shift, soups)
            return


def mesh_of(corners, uv):
    """Triangles n,3,3 with uv n,3,2 -> a Mesh whose edges are round unless they are creases."""
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    where = np.unique(corners.reshape(-1, 3).round(4), axis=0, return_inverse=True)[1].ravel()
    order = np.argsort(where, kind='stable')
    normal = np.empty((len(where), 3))
    for group in np.split(order, np.flatnonzero(np.diff(where[order])) + 1):
        face = group // 3
        normal[group] = (flat[face] @ flat[face].T > CREASE) @ across[face]
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    uv = uv.reshape(-1, 2)
    return raster.Mesh(corners.reshape(-1, 3), normal, np.stack([uv[:, 0], 1 - uv[:, 1]], 1),
                       np.arange(len(where)).reshape(-1, 3))


def texture_of(path, hue):
    """A picture at sizes of powers of two, its colours turned by `hue` of 256."""
    image = Image.open(path).convert('RGBA')
    if hue:
        alpha, shades = image.getchannel('A'), np.asarray(image.convert('RGB').convert('HSV')).copy()
        shades[..., 0] += np.uint8(hue)
        image = Image.fromarray(shades, 'HSV').convert('RGB')
        image.putalpha(alpha)
    size = [1 << int(np.log2(np.clip(s, 2, 512))) for s in image.size]
    return raster.Texture(np.asarray(image.resize(size, Image.BOX)))


def load(path, unit, textures, hue, gloss):
    """An AC3D file -> parts in the world's axes, unplaced."""
    text, soups, parts = path.read_text(errors='replace'), {}, []
    plain = [[float(x) for x in m] for m in re.findall(r'MATERIAL.*?rgb\s+(\S+)\s+(\S+)\s+(\S+)', text)]
    lines = Lines(text)
    while not lines.over:
        if lines.next().startswith('OBJECT'):
            read_object(lines, np.eye(3), np.zeros(3), soups)
    for (name, material), soup in soups.items():
        corners, uv = np.concatenate(soup.corners) @ AXES.T * unit, np.concatenate(soup.uv)
        apart = (np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) > 1e-9)
        corners, uv = corners[apart][:, ::-1], uv[apart][:, ::-1]
        if name and (textures / name).exists():
            texture = texture_of(textures / name, hue)
        else:
            colour = plain[material or 0] if plain else (.8, .8, .8)
            texture = raster.Texture(np.full((2, 2, 4), (*np.clip(np.array(colour) * 255, 0, 255), 255), np.uint8))
        for first in range(0, len(corners), CHUNK):
            mesh = mesh_of(corners[first:first + CHUNK], uv[first:first + CHUNK])
            parts.append(Part(mesh, np.eye(4, dtype=np.float32)[None], texture, 0, (1, 1, 1), gloss))
    return parts


def cars(packages):
    """Names of the cars that may be used."""
    return sorted(p.name for p in (pathlib.Path(packages) / ROOT / 'cars').iterdir() if p.name not in LEFT_OUT)


class Car:
    """A car, with the same face as zeroad.Actor: parts(), stride(), animate()."""

    poses = None

    def __init__(self, packages, name, hue=0):
        root = pathlib.Path(packages) / ROOT
        self.name, folder = name, root / 'cars' / name
        values = car_values(folder / f'{name}.xml')
        self.body = load(folder / f'{name}.acc', METRE, folder, hue, .8)
        wheel = next(w for w in (values('Graphic Objects', '3d wheel directory', ''), 'trb1-1')
                     if w and (root / 'wheels' / w).is_dir())
        self.wheel = wheel_parts(root / 'wheels' / wheel)
        spread = np.concatenate([p.mesh.position for p in self.wheel])
        width, radius = np.ptp(spread[:, 0]), np.abs(spread[:, 1]).max()
        self.wheels = []
        for axle, usual in (('Front', 1.2), ('Rear', -1.3)):
            for side, sign in (('Right', 1), ('Left', -1)):
                section = f'{axle} {side} Wheel'
                tread = values(section, 'tire width', .22)
                tread = tread / 1000 if tread > 3 else tread                 # some are in millimetres, rims in inches
                rim = values(section, 'rim diameter', .43)
                rim = rim * INCH if rim > 3 else rim
                self.radius = rim / 2 + tread * values(section, 'tire height-width ratio', .5)
                place = np.eye(4, dtype=np.float32)
                across, along = abs(values(section, 'ypos', .8)), values(f'{axle} Axle', 'xpos', usual)
                place[:3, 3] = np.array([sign * across, self.radius, along]) * METRE
                tall = self.radius / radius * METRE
                size = np.diag([sign * tread / width * METRE, tall, tall, 1]).astype(np.float32)
                self.wheels.append((place, size))

    def animate(self, wanted, rng):
        """Its wheels turn as far as it goes: nothing to choose."""

    def stride(self, stands):
        return 2 * np.pi * self.radius * METRE

    def parts(self, root, phase, hidden=(), rides=False):
        found = [moved(part, root, rides) for part in self.body]
        for place, size in self.wheels:
            at = root @ place @ geometry.spin(phase * 2 * np.pi) @ size
            found += [moved(part, at, rides) for part in self.wheel]
        return found


def moved(part, at, rides):
    return Part(part.mesh, at[None], part.texture, part.flags, part.paint, part.gloss, rides)


@functools.lru_cache(20)
def wheel_parts(folder):
    return load(folder / 'wheel0.acc', 1., folder, 0, .4)


def car_values(path):
    """-> a function of section, attribute and default into a car's XML."""
    sections = {s.get('name'): s for s in ElementTree.parse(path).getroot().iter('section')}

    def value(section, attribute, default):
        for item in sections.get(section, ()):
            if item.get('name') == attribute:
                return item.get('val') if isinstance(default, str) else float(item.get('val'))
        return default
    return value
