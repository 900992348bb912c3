# SPDX-License-Identifier: BSD-2-Clause
"""python parity.py CHECKPOINT [--models ../models/embedded] [--write ../tests/data/embedded_parity.bin]

Compares the exported stages, run by OpenVINO at f32, with PyTorch on a fixed 64x96 picture, and fails where they differ
by more than 1e-3 of the tensor's largest value (or of 1, where that is smaller). With --write it leaves PyTorch's
tensors for the C engine's test:

    8 bytes   "HOPARITY"
    u32       version, 1
    u32       number of tensors; then for each:
    u32, ...  length of its name; the name, UTF-8, without a terminator
    u32, ...  rank; that many dimensions, u32
    f32 ...   the values, row by row (the last dimension runs fastest)

All numbers are little-endian. The tensors: image, mask, others, previous, clicks, score (what goes in); f4, f8, f16,
key, shrinkage, selection (encode of image); value (memorize of image, f16, mask, others); memory_key,
memory_shrinkage, memory_value (48 places: those of image, then those of image mirrored left to right with mask and
others mirrored) and reading (of image's key and selection from these, top 30); decode_mask (from previous, reading
and score); click_mask and click_quality (from image, clicks and previous).
"""
import argparse
import pathlib
import struct
import sys

import cv2
import numpy as np
import torch

import export
import net as network
import prompts
import tracker
import weights

HEIGHT, WIDTH, TOLERANCE = 64, 96, 1e-3


def inputs():
    """A picture with flat ground, texture, and a bright disc that the mask shows; the same on every machine."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float64)
    disc = np.clip(18.5 - np.hypot(x - 40, y - 30), 0, 1)
    texture = .5 + .25 * np.sin(x * .31) * np.cos(y * .23)
    image = np.stack([texture * (1 - disc) + .9 * disc, .4 + .004 * y - .2 * disc, .3 + .003 * x + .1 * disc])
    late = np.clip(18.5 - np.hypot(x - 42, y - 31), 0, 1)
    coarse = cv2.resize(disc, (WIDTH // 16, HEIGHT // 16), interpolation=cv2.INTER_AREA)
    rival = np.clip(10.5 - np.hypot(x - 74, y - 40), 0, 1)
    tensors = {'image': image[None], 'mask': disc[None, None], 'previous': late[None, None],
               'others': rival[None, None], 'score': coarse[None, None] * 2.4 - 1.3,
              'clicks': prompts.discs([(40, 30, True), (80, 12, False)], HEIGHT, WIDTH)[None]}
    return {name: torch.from_numpy(t.astype(np.float32)) for name, t in tensors.items()}


def answers(run, t):
    """All tensors, by name; `run` is called with a stage's name and its inputs and gives a dict."""
    t = dict(t)
    t.update(run('encode', image=t['image']))
    t.update(run('memorize', image=t['image'], f16=t['f16'], mask=t['mask'], others=t['others']))
    other = run('encode', image=t['image'].flip(3))
    other.update(run('memorize', image=t['image'].flip(3), f16=other['f16'], mask=t['mask'].flip(3),
                     others=t['others'].flip(3)))
    for name in ('key', 'shrinkage', 'value'):
        t[f'memory_{name}'] = torch.cat([t[name].flatten(2), other[name].flatten(2)], 2)
    memory = (t['memory_key'], t['memory_shrinkage'], t['memory_value'])
    t['reading'] = network.read(*memory, t['key'], t['selection'])
    features = {name: t[name] for name in ('f4', 'f8', 'f16')}
    t['decode_mask'] = run('decode', **features, reading=t['reading'], score=t['score'], previous=t['previous'])['mask']
    clicked = run('click', image=t['image'], clicks=t['clicks'], previous=t['previous'])
    t.update({f'click_{name}': value for name, value in clicked.items()})
    return t


def by_torch(net):
    modules = export.stages(export.rounded(net))

    def run(name, **given):
        with torch.no_grad():
            out = modules[name](*(given[i] for i in export.INPUTS[name]))
        return dict(zip(export.OUTPUTS[name], out if isinstance(out, tuple) else (out,), strict=True))
    return run


def by_openvino(folder):
    stages = tracker.Stages(folder)

    def run(name, **given):
        out = stages(name, **{i: v.contiguous().numpy() for i, v in given.items()})
        return {i: torch.from_numpy(v.copy()) for i, v in out.items()}
    return run


def write(path, tensors):
    with open(path, 'wb') as file:
        file.write(b'HOPARITY' + struct.pack('<II', 1, len(tensors)))
        for name, value in tensors.items():
            file.write(struct.pack('<I', len(name.encode())) + name.encode())
            file.write(struct.pack(f'<I{value.dim()}I', value.dim(), *value.shape))
            file.write(value.contiguous().numpy().astype('<f4').tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('checkpoint', type=pathlib.Path)
    parser.add_argument('--models', type=pathlib.Path, default=export.MODELS)
    parser.add_argument('--write', type=pathlib.Path)
    args = parser.parse_args()
    net, worst = network.Net().eval(), 0.
    weights.load(net, args.checkpoint)
    with torch.no_grad():
        expected, found = answers(by_torch(net), inputs()), answers(by_openvino(args.models), inputs())
    for name, value in expected.items():
        largest = value.abs().max().item()
        error = (value - found[name]).abs().max().item() / max(1., largest)
        worst = max(worst, error)
        print(f'{name:18s} {str(tuple(value.shape)):20s} largest {largest:9.4f}  differs by {error:.2e} of it')
    if worst > TOLERANCE:
        sys.exit(f'they differ by {worst:.2e}, more than {TOLERANCE}')
    if args.write:
        args.write.parent.mkdir(parents=True, exist_ok=True)
        write(args.write, expected)
        print(f'{args.write}: {args.write.stat().st_size / 1e3:.0f} kB')


if __name__ == '__main__':
    main()
