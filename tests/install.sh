#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# An installed copy works elsewhere: installs into a folder, moves that, hides the build's libraries from it, tracks with it, and builds a program against it.
set -eu
cd "$(dirname "$0")/.."
build=$(realpath build/release)
before=$(meson introspect "$build" --buildoptions | python3 -c 'import json, sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
folder=$(mktemp -d)
trap 'rm -rf "$folder"; meson configure "$build" -Dprefix="$before"' EXIT
# As a packager does it.
make --silent install DESTDIR="$folder/staged" prefix=/opt/holdout >"$folder/log" || { cat "$folder/log"; exit 1; }
[ "$(ls "$folder/staged")" = opt ] || { echo "make install wrote beside its prefix:"; ls "$folder/staged"; exit 1; }
mv "$folder/staged/opt/holdout" "$folder/moved"

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
