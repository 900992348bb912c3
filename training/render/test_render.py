# SPDX-License-Identifier: BSD-2-Clause
"""python test_render.py: checks of the renderer without any package; skipped where a compiler is missing."""
import os
import shutil
import struct
import sys

try:
    import cv2
    import numpy as np
    import PIL
except ImportError as missing:
    print(f'skipped: {missing.name} is not installed')
    sys.exit(0)
if not shutil.which(os.environ.get('CC', 'cc')):
    print('skipped: there is no C compiler')
    sys.exit(0)

import geometry
import paths
import raster
import torcs
import zeroad

SQUARE = np.array([[-1, 0, 0], [1, 0, 0], [1, 2, 0], [-1, 2, 0]], np.float32)
AHEAD = np.array([0, 0, -1.])


def wall(colour, alpha=255, flags=0):
    """A square of two by two that stands on the ground and looks at the camera."""
    mesh = raster.Mesh(SQUARE, np.tile(AHEAD, (4, 1)), np.zeros((4, 2)), [[0, 1, 2], [0, 2, 3]])
    texture = raster.Texture(np.full((4, 4, 4), (*colour, alpha), np.uint8))
    return zeroad.Part(mesh, np.eye(4, dtype=np.float32)[None], texture, flags, (1, 0, 0), 0)


def at(part, z, x=0.):
    return zeroad.Part(part.mesh, geometry.stand(x, z, 0)[None], part.texture, part.flags, part.paint, part.gloss)


def stage():
    canvas = raster.Canvas(64, 48, 3, 128)
    canvas.light(geometry.from_light(np.array([0, 1., -1]), np.array([0, 1., 8]), 12), AHEAD, (1, 1, 1), (0, 0, 0),
                 (0, 0, 0), .05)
    canvas.camera(geometry.look(np.array([0, 1., 0]), 0, 0, 0), 64)
    return canvas


def test_nearer_things_hide_farther_ones():
    canvas = stage()
    for order in ((8, 1), (4, 2)), ((4, 2), (8, 1)):
        canvas.clear()
        for z, thing in order:
            canvas.draw([at(wall((255, 255, 255)), z)], thing)
        canvas.gather(1)
        assert canvas.cover[2].sum() == 32 * 32 and canvas.cover[1].sum() == 0
    canvas.clear()
    canvas.draw([at(wall((255, 255, 255)), 8, 1.5)], 1)
    canvas.draw([at(wall((255, 255, 255)), 4)], 2)
    canvas.gather(.5)
    assert 0 < canvas.cover[1].sum() < 64 and canvas.cover.sum(0).max() == .5
    assert canvas.cover[2, 24, 32] == .5 and not canvas.cover[2, :, :16].any()
    canvas.close()


def test_colours_light_and_paint():
    canvas = stage()
    for part, expected in ((wall((255, 255, 255)), (1, 1, 1)), (wall((0, 255, 0)), (0, 1, 0)), (wall(
        (255, 255, 255), 0, raster.PAINTED), (1, 0, 0))):
        canvas.clear()
        canvas.draw([at(part, 4)], 1)
        canvas.gather(1)
        assert np.allclose(canvas.colour[24, 32], expected, atol=.02), canvas.colour[24, 32]
    canvas.clear()
    canvas.draw([at(wall((255, 255, 255), 0, raster.PIERCED), 4)], 1)
    canvas.gather(1)
    assert not canvas.cover.any()
    canvas.shadow([at(wall((255, 255, 255)), 6)])
    canvas.camera(geometry.look(np.array([0, 4., 0]), 0, -.5, 0), 64)
    assert canvas.ground(1.)[20:].max() > .3
    canvas.close()


def test_bones_move_what_hangs_on_them():
    bone, weight = np.full((4, 4), raster.NO_BONE), np.zeros((4, 4))
    bone[:2, 0], weight[:2, 0] = 0, 1
    bone[2, :2], weight[2, :2] = (0, 1), .5
    mesh = raster.Mesh(SQUARE, np.tile(AHEAD, (4, 1)), np.zeros((4, 2)), [[0, 1, 2]], bone, weight, 2)
    bones = np.stack([geometry.stand(5, 0, 0), geometry.stand(1, 0, 0), geometry.stand(0, 7, 0)])
    assert np.allclose(mesh.moved(bones) - SQUARE, [[5, 0, 0], [5, 0, 0], [3, 0, 0], [0, 0, 7]])
    try:
        raster.Mesh(SQUARE, SQUARE, np.zeros((4, 2)), [[0, 1, 4]])
    except ValueError:
        return
    raise AssertionError('a face that points outside its mesh is taken')


def test_quaternions():
    half = np.sqrt(.5)
    turned, = geometry.from_quaternions([[1, 2, 3, 0, half, 0, half]])
    assert np.allclose(turned @ [0, 0, 1, 1], [2, 2, 3, 1], atol=1e-6) and np.allclose(
        turned[:3, :3],
        geometry.stand(0, 0, np.pi / 2)[:3, :3], atol=1e-6)
    a, b = np.array([[0, 0, 0, 0, 0, 0, 1.]]), np.array([[2, 0, 0, 0, -half, 0, -half]])
    middle, = geometry.from_quaternions(geometry.between(a, b, .5))
    assert np.allclose(middle[:3, :3], geometry.stand(0, 0, np.pi / 4)[:3, :3], atol=1e-6) and middle[0, 3] == 1


def test_paths_begin_where_they_are_and_last():
    seconds = np.arange(60) / 24
    for kind in paths.HEADINGS:
        x, z, heading, length = paths.path(np.random.default_rng(1), kind, seconds, 2.)
        assert x[0] == z[0] == 0 and len(x) == len(heading) == 60 and length[-1] <= 2 * seconds[-1] + 1e-9
        assert (np.diff(length) >= 0).all() and (length[-1] == 0) == (kind == 'spin')


def test_meshes_and_animations_as_0_ad_writes_them():
    vertices = b''.join(struct.pack('<8f4B4f', *p, 0, 0, 1, .25, .75, 1, 255, 255, 255, 1, 0, 0, 0) for p in SQUARE)
    rest = struct.pack('<14f', 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1)
    attached = struct.pack('<I4s7fB', 4, b'head', 0, 2, 0, 0, 0, 0, 1, 1)
    faces, bones = struct.pack('<I6H', 2, 0, 1, 2, 0, 2, 3), struct.pack('<I', 2) + rest
    pmd = b'PSMD' + struct.pack('<4I', 4, 0, 4, 1) + vertices + faces + bones + struct.pack('<I', 1) + attached
    psa = b'PSSA' + struct.pack('<3I3sf2I', 1, 0, 3, b'run', 33.3, 2, 2) + rest + rest
    archive = object.__new__(zeroad.Archive)
    files = {'art/meshes/a.cached.pmd': pmd, 'art/animation/a.cached.psa': psa}
    archive.names, archive.zip = set(files), type('Zip', (), {'read': staticmethod(files.get)})
    body = archive.body('a')
    assert np.array_equal(body.mesh.position, SQUARE) and np.allclose(body.mesh.uv,
                                                                      (.25, .25)) and body.mesh.n_bones == 2
    assert body.attach['head'][1] == 1 and body.attach['head'][0][1, 3] == 2 and np.allclose(body.unbind[1][1, 3], -1)
    assert archive.animation('a').shape == (2, 2, 7) and archive.animation('b') is None and archive.body('b') is None


def test_ac3d():
    text = '\n'.join([
        'AC3Db', 'MATERIAL "" rgb 1 0 0  amb 0 0 0', 'OBJECT world', 'kids 1', 'OBJECT poly', 'name "body"',
        'loc 1 0 0', 'numvert 4', '0 0 0', '1 0 0', '0 1 0', '1 1 0', 'numsurf 1', 'SURF 0x14', 'mat 0', 'refs 4',
        '0 0 0', '1 1 0', '2 0 1', '3 1 1', 'kids 0'
    ])
    lines, soups = torcs.Lines(text), {}
    while not lines.over:
        if lines.next().startswith('OBJECT'):
            torcs.read_object(lines, np.eye(3), np.zeros(3), soups)
    (key, soup), = soups.items()
    corners = np.concatenate(soup.corners)
    assert key == (None, 0) and corners.shape == (2, 3, 3) and corners[..., 0].min() == 1 and corners[..., 0].max() == 2
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (across[:, 2] > 0).all()                                          # a strip's triangles all look the same way


def main():
    cv2.setNumThreads(1)
    for name, test in list(globals().items()):
        if name.startswith('test_'):
            test()
            print('ok', name[5:].replace('_', ' '))


if __name__ == '__main__':
    main()
