#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a fuzzer begins with: seeds.sh TARGET FOLDER   (targets: index, probe, graph, command)
set -eu
target=$1 folder=$2
mkdir -p "$folder"
case $target in
index)      # the smallest sound one: two packets, two frames, one anchor, without its checksum
    python3 -c "
import struct, sys
head = b'HOINDEX2' + struct.pack('<22I', 2, 2, 1, 0, 0, 0, 1, 25, 64, 48, *[0] * 12) + struct.pack('<QQ', 25, 1)
sys.stdout.buffer.write(head.ljust(512, b'\\0') + struct.pack('<qqIIqqIIIIII', 0, 0, 9, 9, 1, 1, 9, 9, 0, 1, 0, 0))" >"$folder/seed"
    ;;
probe)
    make() { ffmpeg -nostdin -loglevel quiet -y -f lavfi -i testsrc2=s=64x48:d=0.4:r=25 "$@" || true; }
    make -c:v libx264 -bf 2 -timecode 01:00:00:00 "$folder/a.mov"
    make -c:v libx264 -bf 2 "$folder/b.mkv"
    make -c:v mpeg2video "$folder/c.ts"
    make -c:v mpeg2video "$folder/d.mxf"
    make -c:v mpeg4 -bf 2 "$folder/e.avi"
    make -c:v prores "$folder/f.mov"
    make -frames:v 1 "$folder/g.png"
    make -frames:v 1 "$folder/h.exr"
    make -frames:v 1 "$folder/i.dpx"
    make -c:v libvpx "$folder/j.webm"
    ;;
graph)
    cat >"$folder/a.json" <<'END'
{"holdout_graph": 1, "comment": "text behind the subject", "nodes": [
  {"id": "footage", "type": "test_picture", "at": [0, 0]},
  {"id": "matte", "type": "ellipse_mask", "parameters": {"mask_width": 64, "mask_height": 48, "soft_edge": {"keys": [[0, 0], [24, 0.1, "smooth"], [30, 0.2, "hold"]]}}},
  {"id": "patch", "type": "brightness_contrast", "parameters": {"multiply_by_mask": true, "gain": 1.5}},
  {"id": "title", "type": "text_plus", "parameters": {"text": "H\u00e9", "size": 0.3, "width": 64, "height": 48, "position": [0.5, 0.25], "colour": [1, 0.5, 0, 1]}},
  {"id": "behind", "type": "merge"}, {"id": "front", "type": "merge", "enabled": false}, {"id": "out", "type": "media_out"}],
 "links": ["footage.image -> patch.image", "matte.key -> patch.mask", "footage.image -> behind.background", "title.image -> behind.foreground",
  "behind.image -> front.background", "patch.image -> front.foreground", "front.image -> out.image"]}
END
    cat >"$folder/b.json" <<'END'
{"holdout_graph": 2, "nodes": [{"id": "a", "type": "test_picture"}, {"id": "b", "type": "dream", "parameters": {"depth": [1, {"x": 2}]}}, {"id": "c", "type": "blur",
 "parameters": {"blur_size": 3}}, {"id": "p", "type": "polygon_mask", "parameters": {"points": "0.1,0.1 0.9,0.2 0.5,0.9", "mask_width": 64, "mask_height": 48}}, {"id": "o", "type": "output"}],
 "links": ["a.image -> b.view", "b.image -> c.image", "p.key -> c.mask", "c.image -> o.image"]}
END
    printf '{"holdout_graph": 1, "nodes": []}' >"$folder/c.json"
    ;;
command)
    cat >"$folder/edits" <<'END'
playhead 01:00:02:00
split
trim ride head frames=-4 ripple=yes
move-clips all frames=10 tracks=1
duplicate selection 30 1
slip clip=current frames=3
roll clip=current edge=tail frames=2
lift 3,4
mark-in 5
mark-out +9
extract-range
overwrite 1 at=40 in=7 out=19 track=V1
insert 1 at=00:59:59:00
set-track V2 locked=yes auto-select=no
link all no
END
    cat >"$folder/clips" <<'END'
title HELLO at=3 length=9
set-text size 0.3
keyframe-text write_on_end 1 at=9 interpolation=hold
set-number opacity 0.5 clip=ride
keyframe-number zoom_x 2.5 ride 12 smooth
composite foreground all
flip x=yes
rename-clip x clip=current
add-node blur id=b after=corrector1
set b blur_size 4
keyframe corrector1 gain
connect b output
disconnect output.image
reset-grades all
END
    cat >"$folder/masks" <<'END'
click 100,200 4
exclude 10,20
box 1,2,30.5,40
stroke 1,1,2,2,3,3
lock 3-9
absent 12
unsay 2
new-object second better
click 5,5 object=second
new-bin b
set-media ride name=other rate=24
add-to-queue name=%{clip_name} codec=ffv1 handles=3
set-preset mine
undo
END
    ;;
esac
