#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each public header compiles by itself, as strict C17 and as C++17, without a warning: a program may include any one of them alone.
# headers.sh INCLUDE_FOLDER COMPILER...    (a compiler may be two words, as with ccache)
include=$1
shift
check() { "$@" -pedantic-errors -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror -fsyntax-only -I "$include" -; }
echo 'int f();' | "$@" -std=c++17 -fsyntax-only -x c++ - 2>/dev/null && has_cpp=yes || { has_cpp=; echo "no C++ compiler: C17 only"; }
for header in "$include"/holdout/*.h; do
    name=${header##*/}
    echo "#include <holdout/$name>" | check "$@" -std=c17 -Wstrict-prototypes -x c || { echo "$name does not compile alone as C17"; exit 1; }
    [ -z "$has_cpp" ] || echo "#include <holdout/$name>" | check "$@" -std=c++17 -x c++ || { echo "$name does not compile alone as C++17"; exit 1; }
    # C++ would give functions that stand outside such a block names of its own.
    [ "$name" = holdout.h ] || grep -q 'extern "C"' "$header" || { echo "$name: its functions are not extern \"C\""; exit 1; }
done
