#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# An installed copy works elsewhere: installs into a folder, moves that, hides the build's libraries from it, tracks with it, and builds a program against it.
# install.sh BUILD_FOLDER
set -eu
build=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
DESTDIR="$folder/staged" meson install -C "$build" --no-rebuild >/dev/null
prefix=$(meson introspect "$build" --buildoptions | python3 -c 'import json, sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
mv "$folder/staged$prefix" "$folder/moved"

! grep -rlF "$build" "$folder/moved/lib" "$folder/moved/bin" || { echo "these files name the build folder"; exit 1; }
holdout="$folder/moved/bin/holdout"
"$holdout" --version
ffmpeg -v error -f lavfi -i testsrc2=size=320x240:rate=25 -frames:v 8 -pix_fmt yuv420p -c:v ffv1 "$folder/shot.mkv" </dev/null
(cd / && env -u HOLDOUT_MODELS "$holdout" roto "$folder/shot.mkv" --click 160,120@2 --bank "$folder/bank" -o "$folder/matte.mov" --quiet)
[ "$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 "$folder/matte.mov")" = 8 ] || { echo "the matte has not 8 frames"; exit 1; }

cat >"$folder/program.c" <<'C'
#include <holdout/holdout.h>
#include <stdio.h>
int main(void)
{
    for (const struct ho_engine *const *engine = ho_engines(); *engine; engine++)
        puts((*engine)->name);
    return 0;
}
C
pkgconfig=$(dirname "$(find "$folder/moved" -name holdout.pc)")
cc -std=c17 "$folder/program.c" -o "$folder/program" $(PKG_CONFIG_PATH="$pkgconfig" pkg-config --cflags --libs holdout)
LD_LIBRARY_PATH="$(dirname "$pkgconfig")" "$folder/program" | grep -qx embedded
[ -s "$folder/moved/share/man/man1/holdout.1" ] && [ -s "$folder/moved/share/bash-completion/completions/holdout" ]
echo "the installed copy works elsewhere"
