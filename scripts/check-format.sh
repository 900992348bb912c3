#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Every C file is laid out as .clang-format says. `scripts/check-format.sh --fix` lays them out.
# Versions of clang-format differ in details: the one of Debian 12 decides, others are not asked.
set -eu
cd "$(dirname "$0")/.."
version=$(clang-format --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
if [ "$version" != 14 ]; then
    echo "check-format: clang-format 14 decides; this is version $version: not checked"
    exit 0
fi
files=$(git ls-files --cached --others --exclude-standard '*.c' '*.h' | sort -u | while read -r f; do [ ! -f "$f" ] || echo "$f"; done)
if [ "${1:-}" = --fix ]; then
    exec clang-format -i $files
fi
clang-format --dry-run --Werror $files
