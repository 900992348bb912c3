# SPDX-License-Identifier: BSD-2-Clause
"""What every measure uses: running the program, machine facts, tables, and the results file's sections."""
import argparse
import datetime
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "RESULTS.md"


class Missing(Exception):
    """What a measure needs is not here: the measure is skipped with these words."""


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--holdout", default=str(ROOT / "build" / "release" / "cli" / "holdout"), help="the program to measure")
    parser.add_argument("--clips", default=str(ROOT.parent / "shared" / "clips"), help="folder of clips with true masks")
    parser.add_argument("--peer-python", default=sys.executable, help="a Python that has torch and transformers, for the EdgeTAM peer")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of a timing; the median is told")
    parser.add_argument("--only", default="", help="clips whose name holds this")
    parser.add_argument("--kills", type=int, default=50, help="how often the kill loop kills")
    parser.add_argument("--no-save", action="store_true", help="print only, leave bench/RESULTS.md alone")
    return parser


class Bench:
    """One run of measures: its options, a scratch folder and a bank of its own."""

    def __init__(self, options):
        self.options = options
        self.program = options.holdout
        if not shutil.which(self.program):
            raise SystemExit(f"bench: {self.program} is not there: run make first")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdout-bench-"))

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return self.folder / name

    def bank(self, name):
        """A bank that is empty."""
        bank = self.folder / f"bank-{name}"
        shutil.rmtree(bank, ignore_errors=True)
        return str(bank)

    def holdout(self, *words, check=True, env=None):
        """Runs the program with --json; its answer, and seconds and peak memory of the whole process."""
        command = [self.program, *map(str, words), "--json"]
        started = time.monotonic()
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, text=True, env={**os.environ, **(env or {})})
            out = process.stdout.read()
            # wait4 rather than wait: it tells this one process's peak memory.
            _, status, usage = os.wait4(process.pid, 0)
            errors.seek(0)
            err = errors.read()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        if check and process.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}: {out} {err}".strip())
        answer = json.loads(out) if out.strip() else {}
        answer["process"] = {"seconds": seconds, "peak_mib": usage.ru_maxrss / 1024, "cpu_seconds": usage.ru_utime + usage.ru_stime, "code": process.returncode}
        return answer

    def clips(self):
        """Folders of the clips that were asked for."""
        folder = pathlib.Path(self.options.clips)
        found = [c for c in sorted(folder.glob("*/")) if (c / "frames").is_dir() and (c / "masks").is_dir() and self.options.only in c.name]
        if not found:
            raise Missing(f"no clips with true masks under {folder}")
        return found


def run(*command):
    """Runs another program; seconds it took."""
    started = time.monotonic()
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit code {done.returncode}: {done.stderr.strip()}")
    return time.monotonic() - started


def median(values):
    values = sorted(values)
    return values[len(values) // 2] if len(values) % 2 else (values[len(values) // 2 - 1] + values[len(values) // 2]) / 2


def mean(values):
    return sum(values) / len(values) if values else float("nan")


def table(head, rows):
    """A Markdown table; numbers as they are told by their column's rows, already text."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows])


def processor():
    """(its name, what of the vector units it has)."""
    info = pathlib.Path("/proc/cpuinfo").read_text()
    name = re.search(r"model name\s*:\s*(.*)", info)
    flags = set((re.search(r"flags\s*:\s*(.*)", info) or [None, ""])[1].split())
    return name[1] if name else "an unnamed processor", [f for f in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8") if f in flags]


def has_bf16():
    return any(unit.endswith("bf16") for unit in processor()[1])


def machine():
    """Date, processor, cores in use, what of the vector units it has, and the commit that was measured."""
    name, units = processor()
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip() or "unknown"
    return (f"{datetime.date.today()}, commit {commit}, {len(os.sched_getaffinity(0))} cores of {name} "
            f"({', '.join(units) or 'no avx2'}), load {os.getloadavg()[0]:.1f} at the start")


def save(section, text):
    """Replaces one section of bench/RESULTS.md, or adds it."""
    head = "# Results\n\nWritten by `bench/run`; each section says when, on what machine and at which commit it was measured.\n"
    old = RESULTS.read_text() if RESULTS.exists() else head
    block = f"<!-- {section} -->\n{text.strip()}\n<!-- /{section} -->"
    pattern = re.compile(rf"<!-- {section} -->.*?<!-- /{section} -->", re.S)
    new = pattern.sub(lambda _: block, old) if pattern.search(old) else old.rstrip() + "\n\n" + block + "\n"
    RESULTS.write_text(new)


def perform(module, options):
    """Runs one measure and tells its text. False when it failed."""
    name, title = module.__name__ if module.__name__ != "__main__" else pathlib.Path(sys.argv[0]).stem, module.TITLE
    facts, bench = machine(), Bench(options)
    print(f"\n== {title}", flush=True)
    try:
        text = module.measure(bench)
    except Missing as word:
        print(f"skipped: {word}")
        return True
    except (RuntimeError, KeyError, OSError, ValueError) as error:
        print(f"failed: {type(error).__name__}: {error}")
        return False
    finally:
        bench.close()
    print(text, flush=True)
    if not options.no_save:
        save(name, f"## {title}\n\n{facts}\n\n{text}")
    return True


def main(module):
    sys.exit(0 if perform(module, arguments(module.__doc__).parse_args()) else 1)
