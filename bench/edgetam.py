# SPDX-License-Identifier: BSD-2-Clause
"""Holdout against EdgeTAM's video model in PyTorch on the same cores, in turn. Random weights: they run at the same speed. --peer-python names a Python that has it."""
import json
import os
import subprocess
import sys

import common
import footage

TITLE = "Against EdgeTAM in PyTorch"
N_FRAMES, PEER_FRAMES, PEER_SETTLED = 150, 8, 3
GOAL = 60


def peer(bench, precision):
    """Seconds a frame once its memory is full, and what ran."""
    script, threads = common.ROOT / "bench" / "edgetam_peer.py", len(os.sched_getaffinity(0))
    done = subprocess.run([bench.options.peer_python, str(script), str(PEER_FRAMES), str(threads), precision], capture_output=True, text=True)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        if "ModuleNotFoundError" in last[0]:
            raise common.Missing(f"{bench.options.peer_python} lacks a package: {last[0]} (give --peer-python)")
        raise RuntimeError(last[0])
    told = json.loads(done.stdout.splitlines()[-1])
    return common.median(told["seconds"][PEER_SETTLED:]), told


def measure(bench):
    movie, click = footage.forth_and_back(bench, "edgetam", N_FRAMES)
    precisions = ["f32"] + (["bf16"] if {"avx512_bf16", "amx_bf16"} & set(common.processor()[1]) else [])
    own, others = [], {precision: [] for precision in precisions}
    for _ in range(min(2, bench.options.rounds)):
        for precision, found in others.items():
            seconds, told = peer(bench, precision)
            found.append(seconds)
        answer = bench.holdout("track", movie, "--click", click, "--quality", "faster", "--bank", bench.bank("edgetam"))
        own.append(answer["process"]["seconds"] / N_FRAMES)
    ours = common.median(own)
    rows = [["holdout track, Faster, whole command", "854x480", precisions[-1], f"{ours * 1000:.1f}", f"{1 / ours:.1f}", ""]]
    for precision, found in others.items():
        theirs = common.median(found)
        rows.append([f"EdgeTAM, {told['parameters'] / 1e6:.1f} M parameters, network alone", "1024x1024", precision, f"{theirs * 1000:.0f}", f"{1 / theirs:.2f}", f"**{theirs / ours:.0f}**"])
    return (f"Goal: {GOAL} times. PyTorch {told['torch']}, transformers {told['transformers']}, random weights, eager (bf16: autocast), {len(os.sched_getaffinity(0))} threads.\n\n"
            + common.table(["program", "works at", "in", "ms a frame", "frames/s", "times as fast"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
