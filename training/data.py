# SPDX-License-Identifier: BSD-2-Clause
"""The endless, repeatable list of training clips: clip i is a function of (seed, i) alone."""
import importlib.util
import pathlib

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

import backbone
import sequences
import stills
import synth

REAL, REGIONS = .6, .05            # shares of clips that are real stretches, and regions of a still
OBJECTS = 4                        # that a clip may have at most, all followed at once
REAL_FRAMES = .15                  # of single frames: the sequences hold few objects, the stills thousands


def draw_clip(made, real, rng, size, n, regions=REGIONS):
    """-> frames n,S,S,3 uint8, masks n,K,S,S float32 of K objects; their masks in the first frame are never empty."""
    while True:
        u = rng.random()
        if real is not None and u < (REAL if n > 1 else REAL_FRAMES):
            frames, masks = real.clip(rng, size, n)
        else:
            frames, masks = made.clip(rng, size, n, regions=u > 1 - regions)
        there = (masks[0] > .5).mean((1, 2)) > .003
        if there[0]:
            return frames, masks[:, there][:, :OBJECTS]


class FastBackbone:
    """The frozen backbone through OpenVINO at f32: several times as fast as eager PyTorch on a CPU."""

    @staticmethod
    def usable():
        return importlib.util.find_spec('openvino') is not None

    def __init__(self, n, size):
        import openvino as ov
        model = ov.convert_model(backbone.Backbone().requires_grad_(False), example_input=torch.rand(n, 3, 64, 64))
        model.reshape([n, 3, size, size])
        self.run = ov.Core().compile_model(model, 'CPU', {
            'INFERENCE_NUM_THREADS': 1, 'NUM_STREAMS': 1, 'INFERENCE_PRECISION_HINT': 'f32',
            'ENABLE_CPU_PINNING': False})

    def __call__(self, images):
        """images n,3,S,S tensor -> f4, f8, f16 of n."""
        out = self.run(images.numpy())
        return tuple(torch.from_numpy(out[i].copy()) for i in range(3))


class Clips(Dataset):
    """Item i: images n,3,S,S float32, masks n,OBJECTS,S,S float32 (zeros where there are fewer),
    and the backbone's three features of them.
    """

    def __init__(self, root, seed, size, n, regions=REGIONS, features=True):
        self.root, self.seed, self.size, self.n, self.regions, self.features = root, seed, size, n, regions, features
        self.made = None

    def open(self):
        """Per worker: list the files and compile the backbone."""
        cv2.setNumThreads(0)
        torch.set_num_threads(1)
        self.real = sequences.Sequences(self.root) if (pathlib.Path(self.root) / 'video').is_dir() else None
        self.made = synth.Synth(stills.Stills(self.root), self.real)
        self.fast = FastBackbone(self.n, self.size) if self.features else None

    def __len__(self):
        return 2 ** 31

    def __getitem__(self, index):
        if self.made is None:
            self.open()
        rng = np.random.default_rng((self.seed, index))
        frames, masks = draw_clip(self.made, self.real, rng, self.size, self.n, self.regions)
        images = torch.from_numpy(np.ascontiguousarray(frames)).permute(0, 3, 1, 2).float().div(255).contiguous()
        features = self.fast(images) if self.fast else ()
        padded = torch.zeros(self.n, OBJECTS, self.size, self.size)
        padded[:, :masks.shape[1]] = torch.from_numpy(np.ascontiguousarray(masks))
        return images, padded, *features


def loader(root, seed, size, n, batch, first_step, workers, regions=REGIONS, features=True):
    """Batches from step `first_step` on; the order doesn't depend on the number of workers."""
    def indices():
        index = first_step * batch
        while True:
            yield index
            index += 1
    clips = Clips(root, seed, size, n, regions, features)
    return DataLoader(clips, batch_size=batch, sampler=indices(), num_workers=workers,
                      prefetch_factor=2 if workers else None, multiprocessing_context='spawn' if workers else None)
