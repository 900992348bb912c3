# SPDX-License-Identifier: BSD-2-Clause
"""The models of 0 A.D. (Debian's 0ad-data): meshes, animations, textures, and actors that are put together from them.

Everything lies in one zip: meshes as .pmd and animations as .psa, their poses in model space; textures as .dds; actors
and variants as XML. An actor is one choice of each of its groups, and other actors hang on its attach points.
"""
import dataclasses
import functools
import io
import pathlib
import struct
import xml.etree.ElementTree as ElementTree
import zipfile

import numpy as np
from PIL import Image

import geometry
import raster

ZIP = 'usr/share/games/0ad/mods/public/public.zip'
SKIPPED = ('particle', 'decal', 'smoke', 'selection')                       # props that are no things
DEEPEST = 4                        # props of props


class Reader:
    """Numbers out of a file's bytes, one after the other."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def one(self, kind):
        value, = struct.unpack_from(f'<{kind}', self.data, self.at)
        self.at += struct.calcsize(kind)
        return value

    def array(self, kind, *shape):
        values = np.frombuffer(self.data, kind, int(np.prod(shape)), self.at).reshape(shape)
        self.at += values.nbytes
        return values


@dataclasses.dataclass
class Body:
    """A mesh, the inverse of its bind pose, and where props hang: name -> matrix, bone (NO_BONE: none)."""
    mesh: raster.Mesh
    rest: np.ndarray
    unbind: np.ndarray
    attach: dict


@dataclasses.dataclass
class Part:
    """One mesh, placed: what Canvas draws."""
    mesh: raster.Mesh
    bones: np.ndarray
    texture: raster.Texture
    flags: int
    paint: tuple
    gloss: float
    rides: bool = False


class Archive:
    """The zip, and what was read of it."""

    def __init__(self, packages):
        self.zip = zipfile.ZipFile(pathlib.Path(packages) / ZIP)
        self.names = set(self.zip.namelist())

    def actors(self, start):
        """Names of actors that begin so, below art/actors/."""
        return sorted(n[11:] for n in self.names if n.startswith(f'art/actors/{start}') and n.endswith('.xml'))

    @functools.lru_cache(400)
    def body(self, name):
        """None where there is no such mesh."""
        path = next((p for p in (f'art/meshes/{name}.cached.pmd', f'art/meshes/{name}') if p in self.names), None)
        data = self.zip.read(path) if path else b''
        if data[:4] != b'PSMD':
            return None
        file = Reader(data, 4)
        version, _ = file.one('I'), file.one('I')
        n, n_uv = file.one('I'), file.one('I') if version >= 4 else 1
        vertices = file.array(np.uint8, n, 44 + 8 * n_uv)
        position, normal, uv = (np.ascontiguousarray(vertices[:, a:b]).view('<f4')
                                for a, b in ((0, 12), (12, 24), (24, 32)))
        uv = np.stack([uv[:, 0], 1 - uv[:, 1]], 1)
        bone = vertices[:, 24 + 8 * n_uv:28 + 8 * n_uv]
        weight = np.ascontiguousarray(vertices[:, 28 + 8 * n_uv:]).view('<f4')
        faces = file.array('<u2', file.one('I'), 3)
        rest = file.array('<f4', file.one('I'), 7)
        attach = {}
        for _ in range(file.one('I')):
            label = bytes(file.array(np.uint8, file.one('I'))).decode()
            attach[label] = geometry.from_quaternions(file.array('<f4', 1, 7))[0], file.one('B')
        mesh = raster.Mesh(position, normal, uv, faces, bone, weight, len(rest))
        return Body(mesh, rest,
                    np.linalg.inv(geometry.from_quaternions(rest)) if len(rest) else np.zeros((0, 4, 4)), attach)

    @functools.lru_cache(600)
    def animation(self, name):
        """Poses frames,bones,7, or None."""
        path = f'art/animation/{name}.cached.psa'
        if path not in self.names:
            return None
        file = Reader(self.zip.read(path), 12)
        length = file.one('I')
        file.at += length + 4                                                # its name, and how long a frame lasts
        n_bones, n_frames = file.one('I'), file.one('I')
        return file.array('<f4', n_frames, n_bones, 7)

    @functools.lru_cache(400)
    def texture(self, name):
        path = next(
            (p for p in (f'art/textures/skins/{name}.cached.dds', f'art/textures/skins/{name}') if p in self.names),
            None)
        return raster.Texture(np.asarray(Image.open(io.BytesIO(self.zip.read(path))).convert('RGBA'))) if path else None

    @functools.lru_cache(2000)
    def xml(self, path):
        return ElementTree.fromstring(self.zip.read(path)) if path in self.names else None

    def actor_root(self, name):
        root = self.xml(f'art/actors/{name}')
        if root is None or root.tag != 'qualitylevels':
            return root
        inline = root.find('inline')
        if inline is not None:
            return inline
        best = root.findall('actor')[-1]
        return self.xml(f"art/actors/{best.get('file')}") if best.get('file') else best

    def with_files(self, variant):
        """A variant after those that its files bring."""
        root = self.xml(f"art/variants/{variant.get('file')}") if variant.get('file') else None
        return [variant] if root is None else [*self.with_files(root), variant]

    def often(self, variant):
        """How often a variant is chosen beside the others of its group."""
        frequency = variant.get('frequency')
        if frequency is None and variant.get('file'):
            root = self.xml(f"art/variants/{variant.get('file')}")
            frequency = root.get('frequency') if root is not None else None
        return float(frequency or 0)


class Actor:
    """One actor with its props. `paint` is the colour of what is painted (its players' colour)."""

    def __init__(self, archive, name, rng, paint=None, depth=0):
        self.archive, self.name, self.animations, self.poses, self.props = archive, name, {}, None, []
        self.paint = tuple(rng.uniform(.1, .9, 3)) if paint is None else paint
        root = archive.actor_root(name)
        self.body, self.texture, self.flags, self.gloss = None, None, 0, .08
        if root is None:
            return
        mesh, textures, props, coloured = self.choose(root, rng)
        material = (root.findtext('material') or '').strip()
        self.body = archive.body(mesh) if mesh else None
        self.texture = archive.texture(textures['baseTex']) if textures.get('baseTex') else None
        if 'player' in material or 'objectcolor' in material:
            self.flags |= raster.PAINTED
        if material.startswith('basic_trans'):
            self.flags |= raster.PIERCED
        below = self.paint
        if 'objectcolor' in material and coloured is not None:
            self.paint = coloured
        self.gloss = .35 if 'spec' in material else .08
        if self.body and depth < DEEPEST:
            for point, names in props.items():
                for prop in names:
                    if prop and not any(word in prop for word in SKIPPED):
                        child = Actor(archive, prop, rng, below, depth + 1)
                        if child.body:
                            self.props.append((point, child))

    def choose(self, root, rng):
        """One variant of each group -> mesh, textures, props by attach point, colour or None."""
        mesh, textures, props, coloured = None, {}, {}, None
        for group in root.findall('group'):
            variants = group.findall('variant')
            if not variants:
                continue
            shares = np.array([self.archive.often(v) for v in variants])
            chosen = variants[rng.choice(len(variants), p=shares / shares.sum())] if shares.sum() else variants[0]
            for variant in self.archive.with_files(chosen):
                mesh = (variant.findtext('mesh') or '').strip() or mesh
                if variant.findtext('color'):
                    coloured = tuple((float(x) / 255) ** 2.2 for x in variant.findtext('color').split())
                textures.update({t.get('name'): t.get('file') for t in variant.iter('texture')})
                found = {}
                for animation in variant.iter('animation'):
                    if animation.get('file'):
                        found.setdefault((animation.get('name') or '').lower(), []).append(animation.get('file'))
                self.animations.update(found)
                hung = {}
                for prop in variant.iter('prop'):
                    hung.setdefault(prop.get('attachpoint'), []).append(prop.get('actor'))
                props.update(hung)
        return mesh, textures, props, coloured

    def animate(self, wanted, rng):
        """Takes the first of the `wanted` animations that there is, else idle; so do the props."""
        name = next((n for n in (*wanted, 'idle') if n in self.animations), None)
        self.poses = None
        if name:
            poses = self.archive.animation(str(rng.choice(self.animations[name])))
            if poses is not None and self.body and poses.shape[1] == self.body.mesh.n_bones:
                self.poses = poses
        for _, child in self.props:
            child.animate(wanted, rng)

    def bones(self, phase):
        """Matrices of the bones in the model, `phase` cycles into the animation."""
        if self.poses is None:
            return geometry.from_quaternions(self.body.rest)
        n = len(self.poses)
        at = phase % 1 * n
        first = int(at) % n
        return geometry.from_quaternions(geometry.between(self.poses[first], self.poses[(first + 1) % n], at - int(at)))

    def parts(self, root, phase, hidden=(), rides=False):
        """What is to be drawn with the model's origin at `root`. Props at the points `hidden` are left away."""
        bones, found = self.bones(phase), []
        n = self.body.mesh.n_bones
        if self.texture:
            moved = np.concatenate([root @ (bones @ self.body.unbind), root[None]]) if n else root[None]
            found.append(Part(self.body.mesh, moved, self.texture, self.flags, self.paint, self.gloss, rides))
        for point, child in self.props:
            if point in hidden:
                continue
            place = root
            if point not in (None, 'root'):
                if point not in self.body.attach:
                    continue
                local, bone = self.body.attach[point]
                place = root @ local if bone >= n else root @ bones[bone] @ local
            found += child.parts(place, phase, hidden, rides or (point or '').startswith('rider'))
        return found

    def stride(self, stands):
        """Ground covered by a cycle: the feet's range fore and aft over the share of the cycle for which they stand."""
        if self.poses is None or not self.body.mesh.n_bones:
            return 0.
        height = self.body.mesh.position[:, 1]
        feet, n = height < height.min() + .05 * np.ptp(height), len(self.poses)
        ahead = []
        for i in range(n):
            bones = np.concatenate([self.bones(i / n) @ self.body.unbind, np.eye(4)[None]])
            ahead.append(self.body.mesh.moved(bones)[feet, 2])
        return float(np.median(np.ptp(ahead, axis=0)) / stands)
