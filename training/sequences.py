# SPDX-License-Identifier: BSD-2-Clause
"""Real sequences: stretches with true masks, keyed people with alpha, and films without masks as backgrounds."""
import pathlib

import cv2
import numpy as np

import camera
import motion
import stills

# how often a sequence is drawn beside the others, by the beginning of its name: whole films with true masks most, few
# frames far apart less, other networks' masks least
SHARE = {'davis16_': 3., 'davis17_': 2., 'davis_': 1.5, 'sav_': 1., 'vhim_': 2., 'xmem2_': 2.}
OTHERS = .5
RENDERED = .4                      # the share of films made by render/ among all stretches, where there are any


def share(name):
    return next((value for start, value in SHARE.items() if name.startswith(start)), OTHERS)


TWIN = .2                          # of the stretches: a copy of the object is put beside it


def frame_paths(folder):
    return sorted(pathlib.Path(folder).iterdir())


def read_rgb(path):
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])


def twin(rng, frames, truths):
    """A real look-alike: the first object again, mirrored or not, somewhere beside itself.

    Half the time it is followed as well. Mostly it is behind the object, so that this one passes in front of it.
    """
    size = frames.shape[1]
    angle, reach = rng.uniform(0, 2 * np.pi), rng.uniform(.25, .7) * size
    drift = np.stack([motion.walk(rng, len(frames), .04 * size) for _ in range(2)], 1)
    mirror, front, frames, copies = rng.random() < .5, rng.random() < .3, frames.copy(), np.zeros_like(truths[:, :1])
    truths = truths.copy()
    for t, frame in enumerate(frames):
        picture, alpha = (x[:, ::-1].copy() if mirror else x for x in (frame, truths[t, 0]))
        place = np.hstack([np.eye(2), (drift[t] + reach * np.array([np.cos(angle), np.sin(angle)]))[:, None]])
        picture, alpha = (motion.warp(x, place, size, cv2.BORDER_CONSTANT) for x in (picture, alpha))
        alpha = alpha * (1 - (0 if front else truths[t].max(0)))
        frames[t] = np.clip(picture * alpha[..., None] + frame * (1 - alpha[..., None]), 0, 255)
        truths[t] *= 1 - alpha
        copies[t, 0] = alpha
    return frames, np.concatenate([truths, copies], 1) if rng.random() < .5 else truths


class Sequences:
    """Sequences under root/video (frames and masks) and root/unlabelled (frames)."""

    def __init__(self, root):
        root = pathlib.Path(root)
        self.masked, self.with_alpha, self.rendered = [], [], []
        for folder in sorted((root / 'video').iterdir()):
            frames, masks = frame_paths(folder / 'frames'), frame_paths(folder / 'masks')
            entry = (folder.name, frames, masks)
            kind = folder.name.split('_')[0]
            {'alpha': self.with_alpha, 'render': self.rendered}.get(kind, self.masked).append(entry)
        shares = np.array([share(name) for name, _, _ in self.masked])
        self.share = shares / shares.sum()
        films = root / 'unlabelled'
        self.films = [frame_paths(f / 'frames') for f in sorted(films.iterdir())] if films.is_dir() else []
        self.films += [frames for name, frames, _ in self.masked if name.startswith('davis16_')]

    @staticmethod
    def stretch(rng, total, n, longest_step):
        """n indices in order (or backwards) with one step between them, or None where the film is too short."""
        most = min(longest_step, (total - 1) // max(1, n - 1))
        if most < 1:
            return None
        step = int(rng.integers(1, most + 1))
        first = int(rng.integers(0, total - step * (n - 1)))
        chosen = [first + i * step for i in range(n)]
        return chosen[::-1] if rng.random() < .5 else chosen

    def keyed(self, rng, n):
        """n pictures and alphas of a person keyed from green; None where there is none."""
        if not self.with_alpha:
            return None
        _, frames, masks = self.with_alpha[rng.integers(len(self.with_alpha))]
        chosen = self.stretch(rng, len(frames), n, 6)
        if chosen is None:
            return None
        seed = rng.integers(2 ** 31)
        images = [camera.regrade(read_rgb(frames[i]), np.random.default_rng(seed)) for i in chosen]
        alphas = [cv2.imread(str(masks[i]), cv2.IMREAD_GRAYSCALE) for i in chosen]
        return (images, alphas) if all(stills.box(a) is not None for a in alphas) else None

    def background(self, rng, size, n):
        """n frames S,S,3 of a film, through one square window; None where there are no films."""
        if not self.films:
            return None
        film = self.films[rng.integers(len(self.films))]
        chosen = self.stretch(rng, len(film), n, 3)
        if chosen is None:
            return None
        seed, first = rng.integers(2 ** 31), read_rgb(film[chosen[0]])
        height, width = first.shape[:2]
        side = min(height, width) * rng.uniform(.5, 1.)
        centre = rng.uniform(side / 2, [width - side / 2 + 1e-6, height - side / 2 + 1e-6])
        x0, y0 = centre - side / 2
        affine = np.array([[size / side, 0, -x0 * size / side], [0, size / side, -y0 * size / side]])
        return [camera.regrade(motion.warp(read_rgb(film[i]), affine, size, cv2.BORDER_REFLECT_101),
                               np.random.default_rng(seed)) for i in chosen]

    def clip(self, rng, size, n):
        """A stretch of a masked sequence seen through a square window -> frames n,S,S,3 uint8, masks n,K,S,S float32.

        Where the masks know several objects, all that the first frame shows are given, the one that is looked at
        first. The window stands still, follows the object unsteadily, or swings away so that the object is gone.
        """
        while True:
            if self.rendered and rng.random() < RENDERED:
                _, frames, masks = self.rendered[rng.integers(len(self.rendered))]
            else:
                _, frames, masks = self.masked[rng.choice(len(self.masked), p=self.share)]
            chosen = self.stretch(rng, len(frames), n, 5)
            if chosen is None:
                continue
            objects = self.objects(rng, [cv2.imread(str(masks[i]), cv2.IMREAD_UNCHANGED) for i in chosen])
            objects = objects[:1] if n == 1 else objects                     # a single frame is for clicks
            if not objects:
                continue
            images, truths = self.view(rng, size, [frames[i] for i in chosen], objects)
            if truths[0, 0].mean() > .004:
                if n > 1 and rng.random() < TWIN:
                    images, truths = twin(rng, images, truths)
                return images, truths

    @staticmethod
    def objects(rng, masks):
        """Masks of ids (below 60), of one object (0..255), or with a plane an object -> each object's masks 0..255.

        Only of those that the first frame shows.
        """
        if masks[0].ndim == 3:
            found = [[m[..., i] for m in masks] for i in range(masks[0].shape[2])]
        elif 0 < masks[0].max() < 60:
            found = [[np.where(m == i, 255, 0).astype(np.uint8) for m in masks] for i in np.unique(masks[0]) if i]
        else:
            found = [masks]
        found = [alphas for alphas in found if stills.box(alphas[0]) is not None]
        rng.shuffle(found)
        return found

    @staticmethod
    def view(rng, size, paths, objects):
        """The window follows the first of `objects`, each a list of masks 0..255; -> frames n,S,S,3, masks n,K,S,S."""
        alphas = objects[0]
        n, height, width = len(paths), *alphas[0].shape
        union = stills.box(np.maximum.reduce(alphas))
        follow = rng.random() < .5
        boxes = [stills.box(a) if follow else union for a in alphas]
        for t in range(n):
            boxes[t] = boxes[t] if boxes[t] is not None else boxes[t - 1]
        extent = max(max(b[2] - b[0], b[3] - b[1]) for b in boxes)
        side = np.clip(extent * np.exp(rng.uniform(np.log(1.1), np.log(3.))) + 16, 96, min(height, width))
        drift = rng.uniform(-.2, .2, 2) * side + np.stack([motion.walk(rng, n, .02 * side) for _ in range(2)], 1)
        if n > 2 and rng.random() < .12:                                     # swing away for a while
            first = rng.integers(1, n - 1)
            drift[first:rng.integers(first + 1, n + 1)] += rng.choice([-1, 1], 2) * side * rng.uniform(.8, 1.5)
        zoom, mirror = np.exp(motion.walk(rng, n, .03)), rng.random() < .5
        seed, lens, frames, truths = rng.integers(2 ** 31), camera.Camera(rng), [], []
        for t in range(n):
            x0, y0, x1, y1 = boxes[t]
            window = min(side / np.clip(zoom[t], .6, 1.6), height, width)
            scale = size / window
            centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) + drift[t]
            centre = np.clip(centre, window / 2, [width - window / 2, height - window / 2])
            affine = np.hstack([np.eye(2) * scale, (size / 2 - scale * centre)[:, None]])
            image = motion.warp(read_rgb(paths[t]), affine, size, cv2.BORDER_REFLECT_101)
            truth = np.stack([motion.warp(each[t], affine, size, cv2.BORDER_REFLECT_101) for each in objects])
            truth = truth.astype(np.float32) / 255
            if mirror:
                image, truth = image[:, ::-1], truth[..., ::-1]
            frames.append(lens(camera.regrade(image, np.random.default_rng(seed))))
            truths.append(truth)
        return np.stack(frames), np.stack(truths)
