# SPDX-License-Identifier: BSD-2-Clause
"""python blend.py OUT.pt A.pt [B.pt ...] [--share 0.5 0.5] [--click C.pt]: a checkpoint from others.

Averages them, or puts one together from two. Weights that were trained on from the same start may be averaged; the
average often does better than either. The click stage shares nothing trained with the others, so it may come from
another checkpoint. The result is a checkpoint.
"""
import argparse
import pathlib

import torch

import net as network
import weights


def trained(path):
    net = network.Net()
    step = weights.load(net, path)
    return net.trained_state(), step


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('out', type=pathlib.Path)
    parser.add_argument('parts', type=pathlib.Path, nargs='+')
    parser.add_argument('--share', type=float, nargs='+', help='of each part; equal shares where it is not given')
    parser.add_argument('--click', type=pathlib.Path, help='take the click stage from here')
    args = parser.parse_args()
    shares = args.share or [1 / len(args.parts)] * len(args.parts)
    if len(shares) != len(args.parts) or abs(sum(shares) - 1) > 1e-6:
        parser.error('one share for each part, together 1')
    loaded = [trained(path) for path in args.parts]
    average = {k: sum(share * state[k] for share, (state, _) in zip(shares, loaded)) for k in loaded[0][0]}
    if args.click:
        average.update({k: v for k, v in trained(args.click)[0].items() if k.startswith('click.')})
    torch.save({'average': average, 'step': max(step for _, step in loaded)}, args.out)


if __name__ == '__main__':
    main()
