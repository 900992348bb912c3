# SPDX-License-Identifier: BSD-2-Clause
"""python pack.py OUT.tar --data ROOT --weights CHECKPOINT [--limit 60]: all that a rented GPU needs, in one small file.

Inside: these scripts, the backbones' and the checkpoint's weights as f16, a share of the pictures, and frames of the
sequences made smaller. There, `tar xf OUT.tar && ./holdout-training/run.sh MINUTES` trains on the GPU (on the CPU where
there is none), saves every two minutes under $OUT (or ./out), and stops by itself. The machine needs Python with
torch, numpy and opencv; nothing is fetched. Bring out/last.pt back: export.py and train.py take it as it is.
"""
import argparse
import io
import pathlib
import tarfile

import cv2
import numpy as np
import torch

import backbone
import net as network
import stills
import weights

HERE = pathlib.Path(__file__).resolve().parent
TOP = 'holdout-training'
RUN = '''#!/usr/bin/env bash
# run.sh MINUTES [TRAIN.PY-OPTIONS...]
set -eu
cd "$(dirname "$0")"
minutes=$1; shift
device=$(python3 -c 'import torch; print("cuda" if torch.cuda.is_available() else "cpu")')
workers=$(python3 -c 'import os; print(max(1, len(os.sched_getaffinity(0)) - 2))')
exec python3 scripts/train.py "${OUT:-out}/run" --data data --warm-start weights.pt --device "$device" \\
    --workers "$workers" --minutes "$minutes" "$@"
'''


class Package:
    """A tar that knows how large it is."""

    def __init__(self, path, limit):
        self.tar, self.size, self.limit = tarfile.open(path, 'w'), 0, limit

    @staticmethod
    def cost(*contents):
        return sum(512 + -(-len(c) // 512) * 512 for c in contents)

    def has_room(self, *contents):
        return self.size + self.cost(*contents) <= self.limit - 10240

    def add(self, name, content, mode=0o644):
        if not self.has_room(content):
            raise ValueError(f'{name} does not fit any more: ask for fewer --frames')
        info = tarfile.TarInfo(f'{TOP}/{name}')
        info.size, info.mode = len(content), mode
        self.tar.addfile(info, io.BytesIO(content))
        self.size += self.cost(content)

    def add_tensors(self, name, tensors):
        buffer = io.BytesIO()
        torch.save(tensors, buffer)
        self.add(name, buffer.getvalue())


def half(state):
    return {k: v.half() for k, v in state.items()}


def encoded(image, suffix, *options):
    return cv2.imencode(suffix, image, options)[1].tobytes()


def add_sequences(package, root, most, width):
    """At most `most` neighbouring frames of every sequence, `width` pixels wide."""
    for folder in sorted([*(root / 'video').iterdir(), *(root / 'unlabelled').iterdir()]):
        frames = sorted((folder / 'frames').iterdir())
        for frame in frames[:most]:
            where = frame.relative_to(root)
            image = cv2.imread(str(frame), cv2.IMREAD_COLOR)
            size = (width, round(image.shape[0] * width / image.shape[1]))
            small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
            package.add(f'data/{where}', encoded(small, '.jpg', cv2.IMWRITE_JPEG_QUALITY, 75))
            mask = folder / 'masks' / f'{frame.stem}.png'
            if mask.exists():
                values = cv2.resize(cv2.imread(str(mask), cv2.IMREAD_UNCHANGED), size, interpolation=cv2.INTER_NEAREST)
                package.add(f'data/{mask.relative_to(root)}', encoded(values, '.png'))


def add_stills(package, root, seed=1):
    """Pictures in turn from every folder, as often as training draws them, until the package is full."""
    rng, count = np.random.default_rng(seed), 0
    shares = {**stills.OBJECTS, **stills.REGIONS}
    left = {name: list(rng.permutation(stills.pictures(root / name))) for name in shares if (root / name).is_dir()}
    while any(left.values()):
        names = [n for n in left if left[n]]
        share = np.array([shares[n] for n in names])
        picture = left[rng.choice(names, p=share / share.sum())].pop()
        files = [path for path in (picture, picture.with_suffix('.png')) if path.exists()]
        contents = [path.read_bytes() for path in files]
        if not package.has_room(*contents):
            break
        for path, content in zip(files, contents):
            package.add(f'data/{path.relative_to(root)}', content)
        count += 1
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('out', type=pathlib.Path)
    parser.add_argument('--data', type=pathlib.Path, required=True)
    parser.add_argument('--weights', type=pathlib.Path, required=True)
    parser.add_argument('--limit', type=float, default=60, help='MiB')
    parser.add_argument('--frames', type=int, default=24, help='of each sequence')
    args = parser.parse_args()
    package = Package(args.out, int(args.limit * 2 ** 20))
    package.add('run.sh', RUN.encode(), 0o755)
    for script in sorted(HERE.glob('*.py')):
        package.add(f'scripts/{script.name}', script.read_bytes())
    for variant, coarsest in ((backbone.LITE0, 16), (backbone.LITE2, 32)):
        package.add_tensors(f'scripts/{backbone.packed(variant).name}', half(backbone.pretrained(variant, coarsest)))
    net = network.Net()
    step = weights.load(net, args.weights)
    package.add_tensors('weights.pt', {'average': half(net.trained_state()), 'step': step})
    add_sequences(package, args.data, args.frames, 320)
    fixed = package.size
    count = add_stills(package, args.data)
    package.tar.close()
    print(f'{args.out}: {args.out.stat().st_size / 2 ** 20:.1f} MiB; scripts, weights and sequences '
          f'{fixed / 2 ** 20:.1f}, {count} pictures')


if __name__ == '__main__':
    main()
