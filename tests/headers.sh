#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each public header compiles by itself, as strict C17 and without a warning: a program may include any one of them alone.
# headers.sh COMPILER INCLUDE_FOLDER
for header in "$2"/holdout/*.h; do
    echo "#include <holdout/${header##*/}>" | "$1" -std=c17 -pedantic-errors -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Werror -fsyntax-only -I "$2" -x c - ||
        { echo "${header##*/} does not compile alone"; exit 1; }
done
