#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Some seconds of fuzzing in every test run: smoke.sh PROGRAM TARGET SECONDS
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ "$2" = probe ] && ! command -v ffmpeg >/dev/null; then echo "skipped: there is no ffmpeg"; exit 77; fi
program=$(realpath "$1")
work=$(mktemp -d)
"$here/seeds.sh" "$2" "$work/seeds"
cd "$work"
if "$program" "$3" "$work"/seeds/*; then
    rm -rf "$work"
else
    echo "what stopped it is in $work"
    exit 1
fi
