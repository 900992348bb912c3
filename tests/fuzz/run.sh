#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fuzzes with clang's libFuzzer, address and undefined-behaviour sanitizers: run.sh SECONDS [TARGET...]   (targets: index, probe)
# Seeds are made with ffmpeg; a finding lies in the folder that is named at the end, whose exit code is 1 then.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
seconds=${1:?usage: run.sh SECONDS [TARGET...]}
shift
[ $# -gt 0 ] || set -- index probe
command -v clang >/dev/null || { echo "skipped: there is no clang"; exit 77; }
work=$(mktemp -d)
libraries="libavformat libavcodec libavutil zimg libxxhash"
flags="-std=c17 -D_GNU_SOURCE -g -O1 -fsanitize=address,undefined -I$root/include -I$root/src $(pkg-config --cflags $libraries)"

seeds() {
    mkdir -p "$work/seeds"
    source="-f lavfi -i testsrc2=s=64x48:d=0.4:r=25"
    make() { ffmpeg -nostdin -loglevel quiet -y $source "$@" || true; }
    make -c:v libx264 -bf 2 -timecode 01:00:00:00 "$work/seeds/a.mov"
    make -c:v libx264 -bf 2 "$work/seeds/b.mkv"
    make -c:v mpeg2video "$work/seeds/c.ts"
    make -c:v mpeg2video "$work/seeds/d.mxf"
    make -c:v mpeg4 -bf 2 "$work/seeds/e.avi"
    make -c:v prores "$work/seeds/f.mov"
    make -frames:v 1 "$work/seeds/g.png"
    make -frames:v 1 "$work/seeds/h.exr"
    make -frames:v 1 "$work/seeds/i.dpx"
    make -c:v libvpx "$work/seeds/j.webm"
}

objects() {     # the reading half of the room and what it stands on
    for name in base/log base/memory base/pool base/queue base/result base/timecode image/frame image/planes image/turn \
        media/cursor media/decode media/first media/index media/index_file media/libav media/movie media/packets media/probe media/rate media/reader media/scan \
        media/sequence media/start; do
        clang $flags -fsanitize=fuzzer-no-link -c "$root/src/$name.c" -o "$work/$(echo $name | tr / _).o"
    done
}

objects
status=0
for target in "$@"; do
    clang $flags -fsanitize=fuzzer "$here/$target.c" "$work"/*.o $(pkg-config --libs $libraries) -lpthread -lm -o "$work/fuzz_$target"
    mkdir -p "$work/corpus_$target"
    if [ "$target" = index ]; then      # the smallest sound one: two packets, two frames, one anchor, without its checksum
        python3 -c "
import struct, sys
head = b'HOINDEX2' + struct.pack('<22I', 2, 2, 1, 0, 0, 0, 1, 25, 64, 48, *[0] * 12) + struct.pack('<QQ', 25, 1)
sys.stdout.buffer.write(head.ljust(512, b'\\0') + struct.pack('<qqIIqqIIIIII', 0, 0, 9, 9, 1, 1, 9, 9, 0, 1, 0, 0))" >"$work/corpus_index/seed"
    fi
    if [ "$target" = probe ]; then
        seeds
        cp "$work"/seeds/* "$work/corpus_$target/"
    fi
    (cd "$work" && "./fuzz_$target" -max_total_time="$seconds" -max_len=200000 -timeout=25 -rss_limit_mb=3000 -artifact_prefix="$work/found_${target}_" \
        -print_final_stats=1 "$work/corpus_$target") >"$work/$target.log" 2>&1 || status=1
    tail -n 8 "$work/$target.log"
done
if [ $status -ne 0 ]; then
    echo "findings are in $work"
    exit 1
fi
rm -rf "$work"
