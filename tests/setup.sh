#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What set-up does where things are missing: as a user it asks and calls nothing; by make setup it calls sudo; as root it installs.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/scripts"
cp "$root/scripts/setup.sh" "$folder/scripts"    # of its own, so that nothing is fetched into the real one
for name in sudo apt-get; do
    printf '#!/bin/sh\necho "%s $*" >>"%s"\nexit 1\n' "$name" "$folder/called" >"$folder/bin/$name"
done
cat >"$folder/bin/id" <<'SH'
#!/bin/sh
echo "$FAKE_ID"
SH
chmod +x "$folder/bin"/*
# No module is found.
run() { FAKE_ID=$1 PATH="$folder/bin:$PATH" PKG_CONFIG_LIBDIR="$folder/none" PKG_CONFIG_PATH= bash "$folder/scripts/setup.sh" "$2" >"$folder/said" 2>&1 || true; }
fail() { echo "$1"; cat "$folder/said"; cat "$folder/called" 2>/dev/null; exit 1; }

run 1000 build
grep -q "make setup" "$folder/said" && grep -q "libavformat-dev" "$folder/said" || fail "a user is not told what to install and how"
[ ! -e "$folder/called" ] || fail "a user's build calls something"
run 1000 demo
[ ! -e "$folder/called" ] || fail "a user's demo calls something"
run 1000 setup
grep -q "^sudo apt-get" "$folder/called" || fail "make setup does not call sudo"
rm "$folder/called"
run 0 build
grep -q "^apt-get update" "$folder/called" && ! grep -q sudo "$folder/called" || fail "root's build does not install by itself"
