#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks the house (docs/architecture.md): a room includes rooms on lower floors only, never one beside it; programs include public headers only.

Prints each wrong include as FILE:LINE and exits 1 if there is one.
"""
import pathlib
import re
import sys

FLOORS = [["base"], ["image", "timeline"], ["media", "engine", "bank", "graph", "project", "interop"], ["track", "nodes", "deliver"], ["session"], ["cli", "gui"]]
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS, 1) for room in rooms}

# The public headers of each room.
HEADERS = {
    "base": ["result", "cancel", "log", "timecode", "version", "curve"],
    "image": ["picture", "matte", "score", "source", "cut"],
    "timeline": ["timeline"],
    "project": ["project"],
    "media": ["media", "clip", "sound"],
    "engine": ["engine"],
    "bank": ["bank"],
    "graph": ["graph"],
    "track": ["track"],
    "deliver": ["deliver", "compare", "render", "compile", "viewer"],
    "session": ["session"],
    "everything": ["holdout"],
}
OWNER = {header: room for room, headers in HEADERS.items() for header in headers}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def room_of_file(path):
    """The room a source file belongs to, or None where the rule does not reach (tests, bench)."""
    if path.parts[0] == "src":
        return path.parts[1]
    if path.parts[:2] == ("include", "holdout"):
        return OWNER.get(path.stem)
    return path.parts[0] if path.parts[0] in FLOOR_OF else None


def complaint(path, room, included, public, rooms):
    """What is wrong with an include, or None."""
    parts = pathlib.PurePosixPath(included).parts
    if ".." in parts:
        return f"{included} leads out of its folder: name the room, as \"base/memory.h\" does"
    if parts[0] == "holdout":
        name = pathlib.PurePosixPath(included).stem
        if name not in OWNER:
            return f"{included} has no owner: add it to HEADERS in scripts/check-floors.py"
        if room in ("cli", "gui"):
            return None
        target = OWNER[name]
        if target == "everything":
            return f"{room} includes holdout.h, which is for programs: include what is needed"
    elif len(parts) == 1 and path.parts[:2] == ("include", "holdout"):
        target = OWNER.get(pathlib.PurePosixPath(included).stem) if included in public else None
        if path.stem == "holdout":
            return None
    elif parts[0] in rooms:
        target = parts[0]
        if path.parts[0] == "include":
            return f"a public header includes the private {included}"
        if room in ("cli", "gui") and target != room:
            return f"programs use public headers only, not {included}"
    else:
        return None
    if target is None or target == room:
        return None
    if FLOOR_OF[target] == FLOOR_OF[room]:
        return f"{room} and {target} are on the same floor ({included})"
    if FLOOR_OF[target] > FLOOR_OF[room]:
        return f"{room} (floor {FLOOR_OF[room]}) must not use {target} (floor {FLOOR_OF[target]}): {included}"
    return None


def check(root):
    files = sorted(f for top in ("src", "include", "cli", "gui") for f in (root / top).rglob("*.[ch]"))
    public = {f.name for f in (root / "include" / "holdout").glob("*.h")}
    rooms = {f.name for f in (root / "src").iterdir() if f.is_dir()} | {"cli", "gui"}
    wrong = []
    for file in files:
        path = file.relative_to(root)
        room = room_of_file(path)
        if room not in FLOOR_OF and room != "everything":
            wrong.append(f"{path}: its room {room} is on no floor: add it to FLOORS or HEADERS in scripts/check-floors.py")
            continue
        text = file.read_text()
        for match in INCLUDE.finditer(text):
            problem = complaint(path, room, match.group(1), public, rooms)
            if problem:
                wrong.append(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {problem}")
    return len(files), wrong


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    n_files, wrong = check(root)
    print("\n".join(wrong) if wrong else f"floors: {n_files} files, all includes go downward")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
