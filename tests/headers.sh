#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each public header compiles by itself, as strict C17 and without a warning: a program may include any one of them alone.
# headers.sh INCLUDE_FOLDER COMPILER...    (a compiler may be two words, as with ccache)
include=$1
shift
for header in "$include"/holdout/*.h; do
    echo "#include <holdout/${header##*/}>" | "$@" -std=c17 -pedantic-errors -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion \
        -Wstrict-prototypes -Werror -fsyntax-only -I "$include" -x c - || { echo "${header##*/} does not compile alone"; exit 1; }
done
