# SPDX-License-Identifier: BSD-2-Clause
"""python unpack.py SOURCE TARGET: lay the training pictures and sequences out as folders.

SOURCE holds stills/NAME.tar, video/NAME.mp4 with NAME_masks.mkv, and unlabelled/NAME.mp4; TARGET gets
NAME/ID.webp|png for stills, video/NAME/{frames,masks}/%05d and unlabelled/NAME/frames/%05d. What is there
already is left alone. Needs the ffmpeg program.
"""
import argparse
import pathlib
import subprocess
import tarfile


def frames(movie, pattern, *options):
    """Every frame of `movie`, none doubled or dropped, as pictures named after `pattern`."""
    pattern.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(['ffmpeg', '-v', 'error', '-threads', '1', '-i', movie, '-fps_mode', 'passthrough',
                    *options, '-start_number', '0', pattern], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('source', type=pathlib.Path)
    parser.add_argument('target', type=pathlib.Path)
    args = parser.parse_args()
    for tar in sorted(args.source.glob('stills/*.tar')):
        if not (args.target / tar.stem).exists():
            with tarfile.open(tar) as archive:
                archive.extractall(args.target, filter='data')
    for movie in sorted(args.source.glob('video/*.mp4')):
        folder = args.target / 'video' / movie.stem
        if not (folder / 'masks').exists():
            frames(movie, folder / 'frames' / '%05d.jpg', '-q:v', '2')
            frames(movie.with_name(f'{movie.stem}_masks.mkv'), folder / 'masks' / '%05d.png', '-pix_fmt', 'gray')
    for movie in sorted(args.source.glob('unlabelled/*.mp4')):
        folder = args.target / 'unlabelled' / movie.stem
        if not folder.exists():
            frames(movie, folder / 'frames' / '%05d.jpg', '-q:v', '3', '-vf', "scale='min(480,iw)':-2")


if __name__ == '__main__':
    main()
