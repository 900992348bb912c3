# SPDX-License-Identifier: BSD-2-Clause
"""python skies.py DATA [--models ../models/embedded] [--sheet OUT.png]: regions to train clicks on, made with Holdout.

skies.json names pictures whose sky came out right from two clicks near the top, which somebody looked at.
DATA/duts_sky gets each of them with a map of regions: 255 the sky, 128 the land below it, 0 the object that its own
mask shows.
"""
import argparse
import json
import pathlib

import cv2
import numpy as np

import prompts
import score
import stills
import tracker

CLICKS = ((.25, .07), (.75, .07))  # of width and height
LONG = 320                         # pixels the network looks at


def find_sky(clicker, image):
    """-> bool H,W."""
    height, width = image.shape[:2]
    clicks, shown = [], None
    for x, y in CLICKS:
        clicks.append((int(width * x), int(height * y), True))
        shown = clicker(image, clicks, shown)
    sky = cv2.morphologyEx((shown > .5).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return prompts.largest_part(sky > 0)


def overlay(image, regions):
    """A small picture with the sky in red and the land in green."""
    shown = image.copy()
    for value, colour in ((255, (255, 0, 0)), (128, (0, 160, 0))):
        shown[regions == value] = (shown[regions == value] * .5 + np.array(colour) * .5).astype(np.uint8)
    return cv2.resize(shown, (200, 140), interpolation=cv2.INTER_AREA)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('--models', type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent / 'models' / 'embedded')
    parser.add_argument('--sheet', type=pathlib.Path, help='a picture of them all, to look at')
    args = parser.parse_args()
    clicker, out, tiles = tracker.Clicker(tracker.Stages(args.models, 1), LONG), args.data / 'duts_sky', []
    out.mkdir(exist_ok=True)
    for name in json.loads(pathlib.Path(__file__).with_name('skies.json').read_text()):
        path = args.data / f'{name}.webp'
        if not path.exists():
            continue
        image, thing = score.read(path), stills.one_number(
            cv2.imread(str(path.with_suffix('.png')), cv2.IMREAD_UNCHANGED)) > 127
        regions = np.where(find_sky(clicker, image) & ~thing, 255, np.where(thing, 0, 128)).astype(np.uint8)
        cv2.imwrite(str(out / path.name), image[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, 95])
        cv2.imwrite(str((out / path.name).with_suffix('.png')), regions)
        tiles.append(overlay(image, regions))
    print(f'{out}: {len(tiles)} pictures')
    if args.sheet and tiles:
        tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % 9)
        cv2.imwrite(str(args.sheet), np.vstack([np.hstack(tiles[i:i + 9]) for i in range(0, len(tiles), 9)])[..., ::-1])


if __name__ == '__main__':
    main()
