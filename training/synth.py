# SPDX-License-Identifier: BSD-2-Clause
"""Synthetic clips: one object of a still (or a keyed person) moves over a background, with a truth for every frame.

Behind and in front of it may be look-alikes (another copy of it, or one of its kind), others and occluders, some of
them followed as well; it may leave the frame, or be covered, and come back or not. A clip is frames n,S,S,3 uint8 and
masks n,K,S,S float32.
"""
import cv2
import numpy as np

import camera
import motion
import stills

REFLECT, EMPTY = cv2.BORDER_REFLECT_101, cv2.BORDER_CONSTANT


class Layer:
    """A picture with an alpha that moves on its own path; `frames` are n pictures and alphas, or one of each."""

    def __init__(self, rng, size, n, images, alphas, side_range, centre=None, pace=1., bend=0.):
        self.size, self.images, self.alphas = size, images, alphas
        x0, y0, x1, y1 = self.box = stills.box(alphas[0])
        long_side = size / np.exp(rng.uniform(*np.log(side_range)))
        self.scale = long_side / max(x1 - x0, y1 - y0)
        if centre is None:
            centre = size / 2 + rng.uniform(-.5, .5, 2) * max(0, size - .8 * long_side)
        self.centre = np.asarray(centre, float)
        self.start = motion.place(size, self.box, self.scale, self.centre)
        unit = pace * size / 256
        self.shift = np.stack([motion.walk(rng, n, 7 * unit), motion.walk(rng, n, 5 * unit)], 1)
        self.turn, self.zoom = motion.walk(rng, n, 4 * pace), motion.walk(rng, n, .04 * pace)
        self.fields = bent(rng, size, n, bend * size / 256)
        self.blur = rng.uniform(.3, 1.) if rng.random() < .3 else 0.

    def fill(self):
        """Enlarge and move the picture so that it covers the frame at the start: nothing is mirrored at its border."""
        height, width = self.images[0].shape[:2]
        self.scale = max(self.scale, self.size / min(height, width))
        reach = self.size / self.scale / 2                                   # half a frame, in pixels of the picture
        middle = np.array([self.box[0] + self.box[2], self.box[1] + self.box[3]]) / 2
        wanted = middle + (self.size / 2 - self.centre) / self.scale
        seen = np.clip(wanted, reach, np.array([width, height]) - reach)
        self.centre = self.size / 2 + (middle - seen) * self.scale
        self.start = motion.place(self.size, self.box, self.scale, self.centre)

    def affine(self, t):
        zoom = np.exp(np.clip(self.zoom[t], -.7, .7))
        return motion.after(motion.about(self.centre, self.turn[t], zoom, self.shift[t]), self.start)

    def draw(self, t, alpha_border=EMPTY):
        """-> picture S,S,3 uint8 and alpha S,S float32 (0..1) of frame t."""
        k, affine, displacement = t % len(self.images), self.affine(t), self.fields[t]
        image = motion.warp(self.images[k], affine, self.size, REFLECT, displacement)
        alpha = motion.warp(self.alphas[k], affine, self.size, alpha_border, displacement).astype(np.float32) / 255
        if self.blur and t:
            step = (self.shift[t] - self.shift[t - 1]) * self.blur
            if np.hypot(*step) < self.size / 4:                              # a jump out of the frame is no blur
                image, alpha = motion.smear(image, step), motion.smear(alpha, step)
        return image, alpha


def bent(rng, size, n, amplitude):
    """n displacement fields that grow out of each other, the first without any; None each where amplitude is 0."""
    fields = [None]
    for _ in range(n - 1):
        if not amplitude:
            fields.append(None)
            continue
        last = 0 if fields[-1] is None else fields[-1] * .9
        fields.append((last + motion.field(rng, size, amplitude)).astype(np.float32))
    return fields


def over(front, alpha, back):
    return front * alpha[..., None] + back * (1 - alpha[..., None])


def show(rivals, known, layer, alpha):
    """A layer has come before what was drawn so far: `rivals`, the masks of the `known` layers, K,S,S, after that."""
    rivals *= 1 - alpha
    if layer in known:
        rivals[known.index(layer)] = alpha


def flipped(rng, image, alpha):
    return (image[:, ::-1].copy(), alpha[:, ::-1].copy()) if rng.random() < .5 else (image, alpha)


class Synth:
    """Draws clips from Stills and, for moving backgrounds and keyed people, from Sequences."""

    def __init__(self, pictures, sequences=None):
        self.stills, self.sequences = pictures, sequences

    def background(self, rng, size, n):
        """n backgrounds S,S,3: a stretch of a film, or a still that drifts."""
        if self.sequences and rng.random() < .35:
            film = self.sequences.background(rng, size, n)
            if film is not None:
                return film
        _, image, alpha = self.stills.draw(rng, regions=rng.random() < .15)
        image = camera.regrade(image, rng)
        scale = size / min(image.shape[:2]) * rng.uniform(1., 1.6)
        start = motion.place(size, (0, 0, image.shape[1], image.shape[0]), scale, (size / 2, size / 2))
        pace = rng.choice([.2, 1, 2]) * size / 256
        x, y = motion.walk(rng, n, 5 * pace), motion.walk(rng, n, 4 * pace)
        turn, zoom = motion.walk(rng, n, 1.2), motion.walk(rng, n, .012)
        paths = [motion.about((size / 2, size / 2), turn[t], np.exp(zoom[t]), (x[t], y[t])) for t in range(n)]
        return [motion.warp(image, motion.after(path, start), size, REFLECT) for path in paths]

    def clip(self, rng, size, n, regions=False):
        if regions:
            return self.whole_picture(rng, size, n, True)
        # A single frame is for clicks: what lies around an object says most, and a cut-out has lost it.
        cut_out = .5 if n > 1 else .15
        return self.layers(rng, size, n) if rng.random() < cut_out else self.whole_picture(rng, size, n, False)

    def whole_picture(self, rng, size, n, regions):
        """A still as a whole under a moving camera: the object stays in its own surroundings."""
        path, image, alpha = self.stills.draw(rng, regions)
        while image.shape[2] != 3 or 'cutouts' in path.parent.name:
            path, image, alpha = self.stills.draw(rng, regions)
        image, alpha = flipped(rng, camera.regrade(image, rng), alpha)
        x0, y0, x1, y1 = stills.box(alpha)
        edge = x0 == 0 or y0 == 0 or x1 == alpha.shape[1] or y1 == alpha.shape[0]
        sides = (.75, 1.6) if regions else (1.1, 3.) if n > 1 else (1., 5.)
        pace = rng.choice([.3, 1, 1, 2])
        target = Layer(rng, size, n, [image], [alpha], sides, pace=pace, bend=rng.choice([0, 1.2, 2.5]))
        if regions or rng.random() < .8:
            target.fill()
        gone = self.absence(rng, target, size, n)
        backs = [target.draw(t, REFLECT if edge else EMPTY) for t in range(n)]
        masks = [a for _, a in backs]
        return self.compose(rng, size, n, [b.astype(np.float32) for b, _ in backs], masks, None, path, gone,
                            (image, alpha))

    def layers(self, rng, size, n):
        """An object cut out of its picture, over a background of its own."""
        path = None
        keyed = self.sequences.keyed(rng, n) if self.sequences and rng.random() < .08 else None
        if keyed is not None:
            images, alphas = keyed
        else:
            path, image, alpha = self.stills.draw(rng)
            image, alpha = flipped(rng, camera.regrade(image, rng), alpha)
            images, alphas = [image], [alpha]
        pace, bend = rng.choice([.3, 1, 1, 2.2]), rng.choice([0, 1.2, 2.5, 4]) if keyed is None else 0
        target = Layer(rng, size, n, images, alphas, (1.15, 4.), pace=pace, bend=bend)
        gone = self.absence(rng, target, size, n)
        backs = [b.astype(np.float32) for b in self.background(rng, size, n)]
        return self.compose(rng, size, n, backs, None, target, path, gone, (images[0], alphas[0]))

    @staticmethod
    def absence(rng, target, size, n):
        """Now and then send the object out of the frame for some frames, or for good; -> which frames (bool n)."""
        gone = np.zeros(n, bool)
        if n > 2 and rng.random() < .18:
            first = rng.integers(1, n - 1)
            last = n if rng.random() < .25 else rng.integers(first + 1, n)
            angle = rng.uniform(0, 2 * np.pi)
            gone[first:last] = True
            target.shift[first:last] += 2.2 * size * np.array([np.cos(angle), np.sin(angle)])
        return gone

    def compose(self, rng, size, n, backs, masks, target, path, gone, own):
        """Look-alikes behind, the object, look-alikes and occluders in front, then the camera."""
        behind, front, known = [], [], []
        # A single frame is for clicks: what is pasted into it shows by its edge, which teaches nothing.
        often = .4 if n > 1 else .15
        if rng.random() < often:
            (behind if rng.random() < .7 else front).append(self.look_alike(rng, size, n, path, own, target))
        if n > 1 and rng.random() < .3:
            known = [self.other(rng, size, n) for _ in range(rng.integers(1, 3))]
            front += known
        if n > 1 and rng.random() < .5:                                      # the look-alike is followed too
            known = known + behind + [layer for layer in front if layer not in known]
        if rng.random() < often:
            front.append(self.occluder(rng, size, n))
        shadow = rng.uniform(.2, .6) if target is not None and rng.random() < .25 else 0.
        offset = rng.uniform(-.08, .08, 2) * size
        lens, frames, truths = camera.Camera(rng), [], []
        for t in range(n):
            frame = backs[t]
            truth = None if masks is None else masks[t].copy()
            rivals = np.zeros((len(known), size, size), np.float32)
            for layer in behind:
                image, alpha = layer.draw(t)
                alpha = alpha if truth is None else alpha * (1 - truth)
                frame = over(image, alpha, frame)
                show(rivals, known, layer, alpha)
            if target is not None:
                image, truth = target.draw(t)
                if shadow:
                    moved = cv2.warpAffine(truth, np.float32([[1, 0, offset[0]], [0, 1, offset[1]]]), (size, size))
                    frame = frame * (1 - shadow * cv2.GaussianBlur(moved, (0, 0), size / 40))[..., None]
                frame = over(image, truth, frame)
                rivals *= 1 - truth
            for layer in front:
                image, alpha = layer.draw(t)
                frame, truth = over(image, alpha, frame), truth * (1 - alpha)
                show(rivals, known, layer, alpha)
            if gone[t]:
                truth = np.zeros((size, size), np.float32)
            frames.append(lens(np.clip(frame, 0, 255).astype(np.uint8)))
            truths.append(np.concatenate([truth[None], rivals]))
        return np.stack(frames), np.stack(truths).astype(np.float32)

    def look_alike(self, rng, size, n, path, own, target):
        """Another copy of the object, somewhat changed, or another of its kind; never asked for."""
        image, alpha = own
        if path is not None and rng.random() < .4:
            _, image, alpha = self.stills.draw(rng, like=path) if path.parent.name in stills.OBJECTS \
                else self.stills.draw(rng)
            image = camera.regrade(image, rng)
        image, alpha = flipped(rng, image, alpha)
        centre = rng.uniform(0, 1, 2) * size
        if target is not None:                                               # beside the object, not under it
            angle = rng.uniform(0, 2 * np.pi)
            reach = rng.uniform(.25, .6) * size
            centre = target.centre + reach * np.array([np.cos(angle), np.sin(angle)])
        return Layer(rng, size, n, [image], [alpha], (1.3, 4.5), centre, rng.choice([.3, 1, 2]), rng.choice([0, 1.5]))

    def other(self, rng, size, n):
        """Another thing that is followed."""
        _, image, alpha = self.stills.draw(rng)
        image, alpha = flipped(rng, camera.regrade(image, rng), alpha)
        return Layer(rng, size, n, [image], [alpha], (1.3, 4.5), rng.uniform(.1, .9, 2) * size, rng.choice([.3, 1, 2]),
                     rng.choice([0, 1.5]))

    def occluder(self, rng, size, n):
        """Something that passes in front: another object, or a post."""
        if rng.random() < .3:
            image, alpha = post(rng, self.stills.draw(rng)[1])
        else:
            _, image, alpha = self.stills.draw(rng)
        return Layer(rng, size, n, [camera.regrade(image, rng)], [alpha], (1., 3.), rng.uniform(-.1, 1.1, 2) * size,
                     rng.choice([1, 2, 3]))


def post(rng, image):
    """A long thin strip cut from a picture, at some angle -> picture, alpha."""
    height, width = image.shape[:2]
    alpha = np.zeros((height, width), np.uint8)
    a = rng.uniform(0, np.pi)
    middle, reach = np.array([width / 2, height / 2]), np.array([np.cos(a), np.sin(a)]) * max(width, height)
    p, q = (middle - reach).astype(int), (middle + reach).astype(int)
    cv2.line(alpha, tuple(map(int, p)), tuple(map(int, q)), 255, int(rng.integers(4, 30)), cv2.LINE_AA)
    return image, alpha
