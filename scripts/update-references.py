#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the hashes of the nodes' reference pictures into src/nodes/*.c, as tests/unit/evaluate.c prints them. Look at the pictures before you commit.

usage: scripts/update-references.py BUILD_FOLDER
"""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
output = subprocess.run([str(pathlib.Path(sys.argv[1]) / "tests" / "test_evaluate")], capture_output=True, text=True).stdout
for name, new, old in re.findall(r"^(\w+): picture (\w+), table says ?(\w*)$", output, re.M):
    for path in (root / "src/nodes").glob("*.c"):
        text = path.read_text()
        start = text.find(f'.name = "{name}"')
        if start < 0:
            continue
        field = text.index(".reference_hash = ", start)
        text = text[:field] + re.sub(r'"\w*"', f'"{new}"', text[field:], count=1)
        path.write_text(text)
        print(f"{path.relative_to(root)}: {old or 'none'} -> {new}")
