# SPDX-License-Identifier: BSD-2-Clause
"""python score_clicks.py MODELS CLIPS [--regions ROOT]: what clicks give on single frames.

On the first frame of every davis16 clip: J after 1, 2, 3 and 5 clicks, each at the middle of the largest error, and
how many it takes to reach 0.85 (20 at most). Once seeing the whole frame alone, once again from nearer by. With
--regions the held-out pictures of sky60 and bsds500_regions under ROOT, one click each.
"""
import argparse
import pathlib

import cv2
import numpy as np
import torch

import davis
import prompts
import score
import stills
import tracker

GOAL, MOST = .85, 20


def clicked(clicker, frame, truth, most, goal=1.):
    """-> J after each click."""
    clicks, shown, found = [], None, []
    while len(found) < most and (not found or found[-1] < goal):
        more = prompts.next_click(truth, np.zeros_like(truth) if shown is None else shown > .5)
        if more is None:
            break
        clicks.append(more)
        shown = clicker(frame, clicks, shown)
        found.append(davis.region(shown > .5, truth))
    return found


def held_out(root):
    """Every large region of the pictures that training never saw -> picture, truth."""
    for name in sorted(stills.MEASURED):
        for path in stills.pictures(root / name, held_out=True):
            image = np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])
            mask = stills.one_number(cv2.imread(str(path.with_suffix('.png')), cv2.IMREAD_UNCHANGED))
            values = (mask > 127).astype(np.uint8) if name not in stills.IDS else mask
            for value in np.unique(values):
                part = prompts.largest_part(values == value)
                if .05 < part.mean() < .9:
                    yield name, image, part


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('models', type=pathlib.Path)
    parser.add_argument('clips', type=pathlib.Path)
    parser.add_argument('--regions', type=pathlib.Path)
    parser.add_argument('--long', type=int, default=480)
    parser.add_argument('--most', type=int, default=MOST)
    parser.add_argument('--threads', type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    stages = tracker.Stages(args.models, args.threads)
    for zoom in (False, True):
        clicker, rows = tracker.Clicker(stages, args.long, zoom), []
        for clip in sorted(args.clips.glob('davis16_*')):
            frame = score.read(min((clip / 'frames').iterdir()))
            truth = score.truths([min((clip / 'masks').iterdir())])[0][1][0]
            found = clicked(clicker, frame, truth, args.most, GOAL)
            at = [found[min(k, len(found)) - 1] for k in (1, 2, 3, 5)]
            reached = len(found) if found[-1] >= GOAL else MOST
            rows.append([*at, reached])
            print(f'zoom {zoom!s:5s} {clip.name:24s} J after 1, 2, 3, 5: '
                  + ' '.join(f'{j:.3f}' for j in at) + f'; clicks to {GOAL}: {reached}', flush=True)
        print(f'zoom {zoom!s:5s} {"mean":24s} ' + ' '.join(f'{m:.3f}' for m in np.mean(rows, 0)), flush=True)
        if args.regions:
            found = {}
            for name, image, truth in held_out(args.regions):
                found.setdefault(name, []).append(clicked(clicker, image, truth, 1)[0])
            for name, js in found.items():
                print(f'zoom {zoom!s:5s} {name:24s} one click: J {np.mean(js):.3f} over {len(js)}', flush=True)


if __name__ == '__main__':
    main()
