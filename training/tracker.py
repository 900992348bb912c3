# SPDX-License-Identifier: BSD-2-Clause
"""The engine's policy in Python, over the exported stages, if simpler than in C: for scoring weights before they ship.

A frame is H,W,3 uint8 RGB, a matte H,W float32 0..1 at the frame's size. A view is a box x0, y0, x1, y1 of the frame
and the working size (height, width) it is seen at.
"""
import pathlib

import cv2
import numpy as np
import openvino as ov
import torch

import net as network
import prompts
import target


class Stages:
    """The four exported stages, run by OpenVINO at f32."""

    def __init__(self, folder, threads=2):
        core = ov.Core()
        options = {'INFERENCE_NUM_THREADS': threads, 'INFERENCE_PRECISION_HINT': 'f32', 'ENABLE_CPU_PINNING': False,
                   'PERFORMANCE_HINT': 'LATENCY'}
        self.compiled = {name: core.compile_model(pathlib.Path(folder) / f'{name}.xml', 'CPU', options)
                         for name in ('encode', 'memorize', 'decode', 'click')}

    def __call__(self, name, **inputs):
        """-> dict of the outputs, by name."""
        out = self.compiled[name](inputs)
        return {port.get_any_name(): value for port, value in out.items()}


def multiple(value):
    return max(64, int(round(value / 16)) * 16)


def resize(image, size):
    """To (height, width): by area where it shrinks, bilinear where it grows."""
    shrinks = size[0] * size[1] < image.shape[0] * image.shape[1]
    return cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def whole(frame, long_side):
    height, width = frame.shape[:2]
    k = long_side / max(height, width)
    return (0, 0, width, height), (multiple(height * k), multiple(width * k))


def extent(matte):
    """The larger side of what the matte holds, pixels."""
    columns, rows = np.flatnonzero((matte > .5).any(0)), np.flatnonzero((matte > .5).any(1))
    return max(columns[-1] - columns[0], rows[-1] - rows[0]) + 1 if len(columns) else 0


def around(frame, matte, long_side, margin=1.9, most=2., least=0.):
    """The view around what the matte holds, `margin` times its larger side (or `least`); enlarged `most` times."""
    height, width = frame.shape[:2]
    columns, rows = np.flatnonzero((matte > .5).any(0)), np.flatnonzero((matte > .5).any(1))
    x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    side = max(y1 - y0, x1 - x0, least) * margin + 40
    w, h = min(width, max(side, x1 - x0 + 60)), min(height, side)
    left = int(np.clip((x0 + x1 - w) / 2, 0, width - w))
    top = int(np.clip((y0 + y1 - h) / 2, 0, height - h))
    right, bottom = int(left + w), int(top + h)
    k = min(long_side / max(right - left, bottom - top), most)
    return (left, top, right, bottom), (multiple((bottom - top) * k), multiple((right - left) * k))


def cut(image, view):
    """What `view` shows of a frame (uint8) or matte (float32) -> 1,C,h,w float32."""
    (x0, y0, x1, y1), size = view
    seen = resize(image[y0:y1, x0:x1], size)
    if seen.ndim == 3:
        return np.ascontiguousarray(seen.transpose(2, 0, 1)[None], np.float32) / 255
    return np.ascontiguousarray(seen[None, None], np.float32)


def put_back(mask, view, shape):
    """A mask 1,1,h,w of a view -> matte H,W, 0 outside the view."""
    (x0, y0, x1, y1), _ = view
    matte = np.zeros(shape, np.float32)
    matte[y0:y1, x0:x1] = cv2.resize(mask[0, 0], (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR)
    return matte


class Clicker:
    """The mask of one frame from clicks, seen in the whole frame and, with `zoom`, once more from nearer by."""

    def __init__(self, stages, long_side=480, zoom=False):
        self.stages, self.long_side, self.zoom = stages, long_side, zoom

    def ask(self, frame, view, clicks, shown):
        (x0, y0, x1, y1), (h, w) = view
        inside = [((x - x0) * w / (x1 - x0), (y - y0) * h / (y1 - y0), wanted) for x, y, wanted in clicks
                  if x0 <= x < x1 and y0 <= y < y1]
        maps = prompts.discs(inside, h, w)[None]
        mask = self.stages('click', image=cut(frame, view), clicks=maps, previous=cut(shown, view))
        return put_back(mask['mask'], view, frame.shape[:2])

    def __call__(self, frame, clicks, shown=None):
        """clicks: (x, y, wanted) in frame pixels, all of them so far; shown: the matte before the last one."""
        shown = np.zeros(frame.shape[:2], np.float32) if shown is None else shown
        matte = self.ask(frame, whole(frame, self.long_side), clicks, shown)
        if self.zoom and (matte > .5).sum() > 30:
            matte = self.ask(frame, around(frame, matte, self.long_side), clicks, matte)
        return matte


def odds(mask):
    """Of a probability, as the network can mean it."""
    mask = np.clip(mask, 1e-4, 1 - 1e-4)
    return mask / (1 - mask)


class Tracker:
    """Follows one object: start(frame, matte), then step(frame) -> matte again and again, or find() and keep()."""

    # how fast the view may close in a frame; the share of its usual area that is too little
    SHRINK, SUSPECT = .95, .35

    def __init__(self, stages, crop, long_side, wide=640, every=5, most=12, lost=30):
        self.stages, self.crop, self.long_side, self.wide = stages, crop, long_side, wide
        self.every, self.most, self.lost = every, most, lost

    def start(self, frame, matte, others=None):
        """`others`: what the other objects that are followed cover together, of the frame's size."""
        self.matte, self.t, self.kept, self.last, self.model = matte, 0, [], None, target.Target()
        self.side, self.area = extent(matte), float((matte > .5).sum())
        view = self.view(frame)
        image = cut(frame, view)
        f, mask = self.stages('encode', image=image), cut(matte, view)
        self.kept.append(self.place(f, image, mask, None if others is None else cut(others, view), True))

    def view(self, frame):
        if not self.crop:
            return whole(frame, self.long_side)
        if (self.matte > .5).sum() < self.lost:
            return whole(frame, self.wide)
        return around(frame, self.matte, self.long_side, least=self.side)

    def place(self, f, image, mask, others=None, is_prompted=False):
        """-> key 1,64,M; shrinkage 1,1,M; value 1,128,M of one frame, which the target model learns as well."""
        features = torch.from_numpy(f['f16'].copy()), torch.from_numpy(f['f8'].copy())
        self.model.learn(*features, torch.from_numpy(mask), is_prompted)
        others = np.zeros_like(mask) if others is None else others
        value = self.stages('memorize', image=image, f16=f['f16'], mask=mask, others=others)['value']
        return tuple(torch.from_numpy(x.copy()).flatten(2) for x in (f['key'], f['shrinkage'], value))

    def look(self, frame, view, matte):
        """What memory says about a view -> mask 1,1,h,w, and what is needed to memorize it."""
        image = cut(frame, view)
        f = self.stages('encode', image=image)
        memory = [torch.cat(x, 2) for x in zip(*(self.kept + ([self.last] if self.last else [])))]
        reading = network.read(*memory, torch.from_numpy(f['key']), torch.from_numpy(f['selection']))
        score = self.model.score(torch.from_numpy(f['f16'].copy()), torch.from_numpy(f['f8'].copy())).numpy()
        mask = self.stages('decode', f4=f['f4'], f8=f['f8'], f16=f['f16'], reading=reading.numpy(), score=score,
                           previous=cut(matte, view))['mask']
        return mask, f, image

    def step(self, frame):
        self.find(frame)
        return self.keep()

    def find(self, frame):
        """-> the matte that memory alone gives; nothing is remembered yet."""
        self.t += 1
        view = self.view(frame)
        mask, f, image = self.look(frame, view, self.matte)
        matte = put_back(mask, view, frame.shape[:2])
        area = (matte > .5).sum()
        everything = (0, 0, *frame.shape[1::-1])
        if self.crop and area < self.SUSPECT * self.area and view[0] != everything:
            everywhere = whole(frame, self.wide)                             # much of it is gone: is it elsewhere?
            other, g, picture = self.look(frame, everywhere, self.matte)
            other_matte = put_back(other, everywhere, frame.shape[:2])
            if (other_matte > .5).sum() > 1.5 * area:
                view, mask, f, image, matte = everywhere, other, g, picture, other_matte
        self.found = view, mask, f, image, frame.shape[:2]
        return matte

    def keep(self, rivals=None, others=None):
        """Remembers what was found, once the other objects have had their say; -> the matte.

        rivals: the sum of the others' odds(); others: what they cover together; both of the frame's size.
        """
        view, mask, f, image, shape = self.found
        if rivals is not None:
            mine = odds(mask)
            mask = mine / (1 + mine + cut(rivals, view))
        matte = self.matte = put_back(mask, view, shape)
        area = (matte > .5).sum()
        self.side = max(extent(matte), self.SHRINK * self.side)
        self.area += .1 * (area - self.area) if area > self.SUSPECT * self.area else -.02 * self.area
        place = self.place(f, image, mask, None if others is None else cut(others, view))
        if self.t % self.every == 0:
            self.kept.append(place)
            self.last = None
            if len(self.kept) > self.most:
                del self.kept[1]
        else:
            self.last = place
        return self.matte


class Group:
    """Follows several objects at once, which compete: a softmax over objects with the background's odds at one."""

    def __init__(self, trackers):
        self.trackers = trackers

    def start(self, frame, mattes):
        for i, (follow, matte) in enumerate(zip(self.trackers, mattes)):
            follow.start(frame, matte, total(mattes, i))

    def step(self, frame):
        """-> the mattes."""
        each = [odds(follow.find(frame)).astype(np.float32) for follow in self.trackers]
        rivals = sum(each)
        shares = [mine / (1 + rivals) for mine in each]
        return [follow.keep(rivals - each[i], total(shares, i)) for i, follow in enumerate(self.trackers)]


def total(mattes, left_out):
    """The sum of all mattes but one, at most 1."""
    rest = [matte for i, matte in enumerate(mattes) if i != left_out]
    return np.minimum(sum(rest), 1).astype(np.float32) if rest else np.zeros_like(mattes[0])
