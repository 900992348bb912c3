#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fuzzes with clang's libFuzzer, address and undefined-behaviour sanitizers: run.sh SECONDS [TARGET...]   (targets: index, probe, graph)
# seeds.sh makes what they begin with; a finding lies in the folder that is named at the end, whose exit code is 1 then.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
seconds=${1:?usage: run.sh SECONDS [TARGET...]}
shift
[ $# -gt 0 ] || set -- index probe graph
command -v clang >/dev/null || { echo "skipped: there is no clang"; exit 77; }
work=$(mktemp -d)
libraries="libavformat libavcodec libavutil libswresample zimg libxxhash sqlite3 libzstd jansson OpenEXR pangocairo"
flags="-std=c17 -D_GNU_SOURCE -g -O1 -fsanitize=address,undefined -I$root/include -I$root/src $(pkg-config --cflags $libraries)"

objects() {     # NAME...: of src, without .c
    for name in "$@"; do
        object=$work/$(echo "$name" | tr / _).o
        [ -f "$object" ] || clang $flags -fsanitize=fuzzer-no-link -c "$root/src/$name.c" -o "$object"
        echo "$object"
    done
}

rooms() { (cd "$root/src" && for room in "$@"; do ls "$room"/*.c; done) | sed 's/\.c$//'; }

parts() {       # what a target stands on
    case $1 in
    graph) rooms base image graph nodes media bank ;;
    *) for name in base/log base/memory base/pool base/queue base/result base/timecode image/frame image/planes image/turn media/cursor media/decode media/first media/index \
        media/index_file media/libav media/movie media/packets media/probe media/rate media/reader media/scan media/sequence media/start; do echo $name; done ;;
    esac
}

export LSAN_OPTIONS="suppressions=$root/tests/lsan.supp:print_suppressions=0"
status=0
for target in "$@"; do
    clang $flags -fsanitize=fuzzer "$here/$target.c" $(objects $(parts "$target")) $(pkg-config --libs $libraries) -lpthread -lm -o "$work/fuzz_$target"
    mkdir -p "$work/corpus_$target"
    "$here/seeds.sh" "$target" "$work/corpus_$target"
    (cd "$work" && "./fuzz_$target" -max_total_time="$seconds" -max_len=200000 -timeout=25 -rss_limit_mb=3000 -artifact_prefix="$work/found_${target}_" \
        -print_final_stats=1 "$work/corpus_$target") >"$work/$target.log" 2>&1 || status=1
    tail -n 8 "$work/$target.log"
done
if [ $status -ne 0 ]; then
    echo "findings are in $work"
    exit 1
fi
rm -rf "$work"
