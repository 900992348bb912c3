# SPDX-License-Identifier: BSD-2-Clause
"""python score.py MODELS CLIPS [--modes ...]: accuracy of exported weights on clips with true masks, as DAVIS has it.

Modes: together (faster, the objects of a clip in one run, competing), faster (whole frame at 640), better (crop at
480), click1..click3 (better, from that many clicks on the first frame, each where the answer errs most). One row a
clip and object, the mean over the davis16 clips, then for frames where the object is absent the share that is empty,
and how many frames pass before it is found again.
"""
import argparse
import json
import pathlib
import time

import cv2
import numpy as np
import torch

import davis
import prompts
import stills
import tracker

MODES = ('together', 'faster', 'better', 'click1', 'click3')
EMPTY = .0005                      # of the frame: a matte below this counts as empty


def truths(paths):
    """-> list of (object id or None, list of masks H,W bool)."""
    masks = [cv2.imread(str(p), cv2.IMREAD_UNCHANGED) for p in paths]
    masks = [stills.one_number(m[..., :3] if m.ndim == 3 else m) for m in masks]
    if 'dogs' in str(paths[0]):
        return [(n + 1, [m == i for m in masks]) for n, i in enumerate(np.unique(masks[0])[1:])]
    if 'render_' in str(paths[0]):                                           # a plane an object
        masks = [cv2.imread(str(p), cv2.IMREAD_UNCHANGED) for p in paths]
        masks = [m if m.ndim == 3 else m[..., None] for m in masks]
        planes = [[m[..., i] > 127 for m in masks] for i in range(masks[0].shape[2])]
        return [(i + 1, plane) for i, plane in enumerate(planes) if plane[0].mean() > EMPTY]
    return [(None, [m > 127 for m in masks])]


def first_matte(stages, frame, truth, mode):
    """-> the matte that tracking starts from, and its J."""
    if not mode.startswith('click'):
        return truth.astype(np.float32), 1.
    clicker, clicks, shown = tracker.Clicker(stages), [], None
    for _ in range(int(mode[5:])):
        more = prompts.next_click(truth, np.zeros_like(truth) if shown is None else shown > .5)
        if more is None:
            break
        clicks.append(more)
        shown = clicker(frame, clicks, shown)
    return (shown > .5).astype(np.float32), davis.region(shown > .5, truth)


def new_tracker(stages, mode):
    is_fast = mode in ('faster', 'together')
    return tracker.Tracker(stages, crop=not is_fast, long_side=640 if is_fast else 480)


def run_together(stages, paths, truth):
    """Track all objects of a clip at once -> for each a dict of what was measured."""
    frame, group = read(paths[0]), tracker.Group([new_tracker(stages, 'together') for _ in truth])
    group.start(frame, [masks[0].astype(np.float32) for _, masks in truth])
    measured = [([], []) for _ in truth]
    for t in range(1, len(paths) - 1):
        for matte, (_, masks), (regions, boundaries) in zip(group.step(read(paths[t])), truth, measured):
            regions.append(davis.region(matte > .5, masks[t]))
            boundaries.append(davis.boundary(matte > .5, masks[t]))
    return [{'J': np.mean(regions), 'F': np.mean(boundaries), 'first': 1., 'absent_empty': None, 'found_after': None}
            for regions, boundaries in measured]


def run(stages, paths, masks, mode, sheet=None):
    """Track one object -> dict of what was measured."""
    frame = read(paths[0])
    matte, first = first_matte(stages, frame, masks[0], mode)
    follow = new_tracker(stages, mode)
    follow.start(frame, matte)
    regions, boundaries, empty, waits, gone_at, tiles = [], [], [], [], None, []
    for t in range(1, len(paths)):
        frame = read(paths[t])
        answer = follow.step(frame) > .5
        if t < len(paths) - 1:
            regions.append(davis.region(answer, masks[t]))
            boundaries.append(davis.boundary(answer, masks[t]))
        if not masks[t].any():
            empty.append(answer.mean() < EMPTY)
            gone_at = t
        elif gone_at is not None and davis.region(answer, masks[t]) > .5:
            waits.append(t - gone_at - 1)
            gone_at = None
        if sheet and t % max(1, len(paths) // 6) == 0:
            frame[answer] = (frame[answer] * .5 + np.array([128, 0, 0])).astype(np.uint8)
            tiles.append(cv2.resize(frame, (320, 180)))
    if sheet:
        cv2.imwrite(str(sheet), np.hstack(tiles[:6])[..., ::-1])
    return {'J': np.mean(regions), 'F': np.mean(boundaries), 'first': first,
            'absent_empty': np.mean(empty) if empty else None,
            'found_after': waits[0] if waits else (len(paths) if gone_at is not None else None)}


def read(path):
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('models', type=pathlib.Path)
    parser.add_argument('clips', type=pathlib.Path)
    parser.add_argument('--modes', nargs='+', default=MODES)
    parser.add_argument('--only', default='', help='clips whose name starts so')
    parser.add_argument('--sheets', type=pathlib.Path, help='folder for one strip of overlays a clip')
    parser.add_argument('--json', type=pathlib.Path, help='write the rows here too')
    parser.add_argument('--threads', type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    stages, rows = tracker.Stages(args.models, args.threads), []
    for mode in args.modes:
        for clip in sorted(p for p in args.clips.iterdir() if p.is_dir() and p.name.startswith(args.only)):
            if clip.name.startswith('alpha_'):
                continue
            frames, masks = sorted((clip / 'frames').iterdir()), sorted((clip / 'masks').iterdir())
            objects = truths(masks)
            if mode == 'together':
                if len(objects) > 1:
                    for (number, _), row in zip(objects, run_together(stages, frames, objects)):
                        rows.append({'mode': mode, 'clip': f'{clip.name}_{number}', **row})
                        print(f"{mode:8s} {rows[-1]['clip']:34s} J&F {(row['J'] + row['F']) / 2:.3f} J {row['J']:.3f}",
                              flush=True)
                continue
            for number, truth in objects:
                began = time.monotonic()
                name = clip.name + (f'_{number}' if number else '')
                sheet = args.sheets / f'{mode}_{name}.jpg' if args.sheets else None
                row = {'mode': mode, 'clip': name, **run(stages, frames, truth, mode, sheet)}
                rows.append(row)
                gone = '' if row['absent_empty'] is None else \
                    f" absent: {row['absent_empty']:.2f} empty, found after {row['found_after']}"
                print(f"{mode:7s} {name:34s} J&F {(row['J'] + row['F']) / 2:.3f} J {row['J']:.3f} F {row['F']:.3f} "
                      f"first {row['first']:.3f} {len(frames) / (time.monotonic() - began):5.1f} fps{gone}", flush=True)
        means = [[r['J'], r['F'], r['first']] for r in rows if r['mode'] == mode and r['clip'].startswith('davis16')]
        if means:
            j, f, first = np.mean(means, 0)
            print(f'{mode:7s} {"mean of davis16":34s} J&F {(j + f) / 2:.3f} J {j:.3f} F {f:.3f} first {first:.3f}',
                  flush=True)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1, default=float))


if __name__ == '__main__':
    main()
