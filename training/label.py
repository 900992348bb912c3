# SPDX-License-Identifier: BSD-2-Clause
"""python label.py DATA [NAME ...] [--range IN-OUT] [--holdout PROGRAM]: masks for films without any, made with Holdout.

labels.json says, by film, what was clicked on which frame after looking at the overlay (`prompts` as on the command
line), and which frames came out right (`keep`, "IN-OUT"; none: only look). The film DATA/unlabelled/NAME/frames is
tracked, and the kept frames go to DATA/video/NAME/{frames,masks}, where sequences.py finds them. DATA/labels has the
bank and a contact sheet of each.
"""
import argparse
import json
import os
import pathlib
import subprocess

import cv2

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parent / 'build' / 'release' / 'cli' / 'holdout'


def prompts(label):
    return [
        part for kind in ('click', 'exclude', 'stroke', 'box') for at in label.get(kind, [])
        for part in (f'--{kind}', at)
    ]


def label_film(args, name, label):
    frames, out = args.data / 'unlabelled' / name / 'frames', args.data / 'labels'
    mattes, sheet = out / name, out / f'{name}.png'
    out.mkdir(exist_ok=True)
    suffix = next(frames.iterdir()).suffix
    source, bank = f'{frames}/*{suffix}', ['--bank', str(out / 'bank')]
    length = ['--range', args.range] if args.range else []
    subprocess.run(['rm', '-rf', mattes], check=True)
    mattes.mkdir()
    subprocess.run([
        args.holdout, 'roto', source, *prompts(label), *length, *bank, '--quiet', '--overwrite', '-o',
        f'{mattes}/%05d.png'
    ], check=True)
    subprocess.run([
        args.holdout, 'sheet', source, '--matte', f'{mattes}/%05d.png', *bank, '--columns', '10', '--tile', '260',
        '--quiet', '--overwrite', '-o', sheet
    ], check=True)
    if 'keep' in label:
        place(args.data / 'video' / name, sorted(frames.iterdir()), sorted(mattes.iterdir()), label['keep'])


def place(target, frames, mattes, keep):
    """The frames first to last of `keep`, as links, and their mattes in eight bits, as sequences.py reads them."""
    subprocess.run(['rm', '-rf', target], check=True)
    for kind in ('frames', 'masks'):
        (target / kind).mkdir(parents=True)
    first, last = (int(i) for i in keep.split('-'))
    for frame, matte in list(zip(frames, mattes, strict=True))[first:last + 1]:
        os.symlink(frame.resolve(), target / 'frames' / frame.name)
        cv2.imwrite(str(target / 'masks' / f'{matte.stem}.png'),
                    (cv2.imread(str(matte), cv2.IMREAD_UNCHANGED) / 257).round().astype('uint8'))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('names', nargs='*')
    parser.add_argument('--range', help='track these frames only, to look at the clicks')
    parser.add_argument('--holdout', type=pathlib.Path, default=PROGRAM)
    args = parser.parse_args()
    labels = json.loads((HERE / 'labels.json').read_text())
    for name in args.names or labels:
        label_film(args, name, labels[name])
        print(name, flush=True)


if __name__ == '__main__':
    main()
