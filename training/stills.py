# SPDX-License-Identifier: BSD-2-Clause
"""Still pictures with masks: which there are, and one object of one of them.

A picture is H,W,3 uint8 RGB; an alpha is H,W uint8, 0..255.
"""
import pathlib

import cv2
import numpy as np

# folder -> how often it is drawn; ids: each grey value but 0 is one object; cutout: RGBA in one file
OBJECTS = {'duts_tr': .42, 'ecssd': .15, 'animals7': .12, 'ccp': .10, 'coco_person': .04, 'weizmann_seg': .04,
           'weizmann_seg2': .04, 'alex_objects': .02, 'alpha_demos': .04,
           'alex_objects_cutouts': .02, 'nerf_lego_cutouts': .01}
REGIONS = {'bsds500_regions': .4, 'sky60': .3, 'duts_sky': .3}
MEASURED = {'bsds500_regions', 'sky60'}
IDS = {'animals7', 'weizmann_seg2', 'bsds500_regions', 'duts_sky'}
HELD_OUT = .2                      # the last fifth of each folder of MEASURED is for measuring only


def pictures(folder, held_out=False):
    """Sorted picture paths of a folder; of a folder of regions, the part that is trained on or held out."""
    found = sorted(p for p in pathlib.Path(folder).iterdir() if p.suffix in ('.webp', '.jpg'))
    if pathlib.Path(folder).name in MEASURED:
        cut = round(len(found) * (1 - HELD_OUT))
        return found[cut:] if held_out else found[:cut]
    return [] if held_out else found


def one_number(mask):
    """A palette PNG comes as colours H,W,3: -> one number a place, H,W int32, that differs where the colour does."""
    return mask if mask.ndim == 2 else mask.astype(np.int32) @ np.array([65536, 256, 1], np.int32)


def one_part(mask, rng):
    """One connected part of a mask 0/255, the larger ones more often."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    areas = stats[1:, cv2.CC_STAT_AREA].astype(float)
    return np.where(labels == 1 + rng.choice(len(areas), p=areas / areas.sum()), 255, 0).astype(np.uint8)


def load(path, rng):
    """-> picture, alpha of one of its objects (all of the picture's ids are equally likely)."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if image.shape[2] == 4:
        return np.ascontiguousarray(image[..., 2::-1]), np.ascontiguousarray(image[..., 3])
    mask = cv2.imread(str(path.with_suffix('.png')), cv2.IMREAD_UNCHANGED)
    name = path.parent.name
    if name in IDS:
        mask = one_number(mask)
        first = 0 if name in REGIONS else 1
        ids = [i for i in np.unique(mask) if i >= first]
        mask = np.where(mask == rng.choice(ids), 255, 0).astype(np.uint8) if ids else np.zeros_like(mask)
        if name in REGIONS:
            mask = one_part(mask, rng)                                       # ids were merged here: take one piece
    elif mask.ndim == 3:
        mask = mask[..., -1]
    if name in REGIONS and name not in IDS and rng.random() < .5:
        mask = 255 - mask
    return np.ascontiguousarray(image[..., ::-1]), mask


def box(alpha):
    """-> x0, y0, x1, y1 of what is more than half there, or None."""
    inside = alpha > 127
    columns, rows = np.flatnonzero(inside.any(0)), np.flatnonzero(inside.any(1))
    if not len(columns):
        return None
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


class Stills:
    """All the pictures under a folder, drawn by the weights above."""

    def __init__(self, root):
        root = pathlib.Path(root)
        self.objects = self._list(root, OBJECTS)
        self.regions = self._list(root, REGIONS)
        if not self.objects[0]:
            raise FileNotFoundError(f'{root}: none of {", ".join(OBJECTS)} is here; run unpack.py first')

    @staticmethod
    def _list(root, weights):
        there = {name: pictures(root / name) for name in weights if (root / name).is_dir()}
        there = {name: paths for name, paths in there.items() if paths}
        share = np.array([weights[name] for name in there])
        return list(there.values()), share / share.sum()

    def draw(self, rng, regions=False, like=None):
        """-> path, picture, alpha of a usable object; `like` draws from the same folder as that path."""
        folders, share = self.regions if regions and self.regions[0] else self.objects
        while True:
            paths = folders[rng.choice(len(folders), p=share)]
            if like is not None:
                paths = next(f for f in folders if f[0].parent == like.parent)
            path = paths[rng.integers(len(paths))]
            image, alpha = load(path, rng)
            area = (alpha > 127).mean()
            if (.03 if regions else .004) < area < (.9 if regions else .85) and box(alpha) is not None:
                return path, image, alpha
