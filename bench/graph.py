# SPDX-License-Identifier: BSD-2-Clause
"""The graph alone, in memory: the patch template's frames a second, each node against copying the same bytes, and the memory of a large graph."""
import json
import os
import pathlib
import subprocess
import sys

import common

TITLE = "The graph alone, in memory"


def run(program, *words):
    """The JSON it prints, and the process's peak memory in MiB."""
    process = subprocess.Popen([program, *words], stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"bench-graph {' '.join(words)}: exit code {process.returncode}")
    return json.loads(out), usage.ru_maxrss / 1024


def measure(bench):
    build = pathlib.Path(bench.program).resolve().parent.parent
    subprocess.run(["ninja", "-C", str(build), "bench/bench-graph"], check=True, stdout=subprocess.DEVNULL)
    program = str(build / "bench" / "bench-graph")
    patch = common.median([run(program, "patch", "60")[0]["frames_per_second"] for _ in range(bench.options.rounds)])
    costs = run(program, "patch", "60")[0]["nodes"]
    nodes = run(program, "nodes")[0]
    chain, memory = run(program, "chain", "3840", "2160", "30")
    rows = [[name, f"{cost['core_ms']:.1f}", f"{cost['copy_ms']:.1f}", f"{cost['core_ms'] / cost['copy_ms']:.1f}"] for name, cost in nodes.items() if cost["core_ms"] > 0]
    return (f"Template \"patch\" at 1920x1080, all nodes but the title changing, whole frames, nothing passing through: **{patch:.0f} frames a second** (goal 120); core milliseconds a frame: "
            + ", ".join(f"{name} {ms:.1f}" for name, ms in costs.items())
            + f".\n\nA graph of 30 nodes at 3840x2160 (corrections, blurs, transforms, merges): **{memory:.0f} MiB** resident (goal 600), {chain['seconds']:.1f} s a frame.\n\n"
            + "Each node at its reference graph's values on 1920x1080, on one thread, milliseconds a frame against copying its output's bytes on one thread, from memory to memory (goal: 2 times). Those above are bound "
            "by arithmetic a pixel, not by memory: powers of colour (color_corrector, corrector), 27 taps down and across (blur; with the distance transform matte_control; key_mixer), 16 taps a "
            "pixel (transform, cubic), distances inside soft edges (ellipse, rectangle, polygon, window). Nodes that read files are measured as decoding, in \"reuse\":\n\n" + common.table(["node", "ms", "copy, ms", "times"], rows))


if __name__ == "__main__":
    common.main(sys.modules[__name__])
