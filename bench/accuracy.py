# SPDX-License-Identifier: BSD-2-Clause
"""Accuracy on clips with true masks: from the first frame's mask, from one click, from three; qualities Faster and Better.

The first click is at the middle of the object, each further one at the middle of the largest error of the answer before it, on the first frame.
J, F and J&F as `holdout score` has them (DAVIS: both ends of a sequence left out).
"""
import json
import shutil
import sys

import common
import pictures

TITLE = "Accuracy"
GOALS = ("First goals (mean of davis16): from a mask 0.75 at Better, 0.72 at Faster; from one click 0.70. Goals of the best small trackers: 0.88, 0.84; 0.80, three clicks 0.86."
         " `absent`: frames without the object whose matte is empty; `found after`: so many frames after it came back J is at least one half.")


def objects_of(clip):
    """Numbers of a clip's objects in its palette masks; [None] where masks are of one object."""
    facts = json.loads((clip / "meta.json").read_text())
    numbers = [int(n) for n in facts["objects"]]
    return numbers if facts.get("mask_format", "").endswith("mode P") else [None]


class Task:
    """One object of one clip."""

    def __init__(self, bench, clip, number):
        self.bench, self.clip, self.number = bench, clip, number
        self.name = clip.name + (f" #{number}" if number is not None else "")
        self.key = self.name.replace(" #", "-")
        self.frames = clip / "frames" / "%05d.jpg"
        pattern = sorted((clip / "masks").iterdir())[0].name
        self.width, self.height, rows = pictures.read_png(clip / "masks" / pattern)
        self.is_soft = clip.name.startswith("alpha_")
        self.truth = pictures.object_mask(rows, number)
        self.first_mask = bench.path(self.key + "-mask.png")
        # Soft truth is given as it is, palette masks as the one object's mask.
        if self.is_soft:
            shutil.copy(clip / "masks" / pattern, self.first_mask)
        else:
            pictures.write_png(self.first_mask, self.width, self.height, [bytes(255 * v for v in row) for row in self.truth])

    def roto(self, source, prompts, quality, name, bank=None):
        """Mattes from prompts, in a folder `name`; from an empty bank unless one is given."""
        out = self.bench.path(f"{self.key}-{name}")
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        answer = self.bench.holdout("roto", source, *prompts, "--quality", quality, "--bank", bank or self.bench.bank("accuracy"), "--codec", "png", "-o", out / "m.%05d.png")
        return out / "m.%05d.png", answer

    def still(self):
        """The first frame alone, as a sequence."""
        folder = self.bench.path(self.key + "-still")
        folder.mkdir(exist_ok=True)
        shutil.copy(sorted((self.clip / "frames").iterdir())[0], folder / "00000.jpg")
        return folder / "%05d.jpg"

    def clicks(self, n, quality):
        """Prompts of n clicks on frame 0."""
        prompts, answer, still = [], [bytes(self.width)] * self.height, self.still()
        for i in range(n):
            click = pictures.next_click(self.truth, answer)
            if not click:
                break
            prompts += ["--click" if click[2] else "--exclude", f"{click[0]},{click[1]}@0"]
            if i < n - 1:
                self.roto(still, prompts, quality, "try")
                matte = sorted(self.bench.path(f"{self.key}-try").iterdir())[0]
                answer = pictures.object_mask(pictures.read_png(matte)[2], None)
        return prompts

    def score(self, mattes):
        which = ["--object", self.number] if self.number is not None else []
        return self.bench.holdout("score", self.clip / "masks" / "%05d.png", mattes, *which)

    def absent(self, score):
        """(frames whose matte is empty, frames) where the object is not in the picture, and how many frames after each return it is found; None: never."""
        spans = json.loads((self.clip / "meta.json").read_text())["objects"][str(self.number or 1)]["absent_frames"]
        frames = [f for first, last in spans for f in range(first, last + 1)]
        jaccard = {f["frame"]: f["J"] for f in score["frames"]}
        back = [next((n for n, f in enumerate(sorted(i for i in jaccard if i > last)) if jaccard[f] >= 0.5), None) for first, last in spans if last + 1 in jaccard]
        return sum(jaccard[f] == 1 for f in frames), len(frames), back

    def softness(self, mattes, prompts, quality, bank):
        """(MSE of the matte cut at one half, dtSSD of the matte smoothed over time)."""
        cut = self.bench.path(self.key + "-cut")
        shutil.rmtree(cut, ignore_errors=True)
        cut.mkdir()
        for matte in sorted(mattes.parent.iterdir()):
            width, height, rows = pictures.read_png(matte)
            pictures.write_png(cut / matte.name, width, height, [bytes(255 if v > 127 else 0 for v in row) for row in rows])
        smooth, _ = self.roto(self.frames, [*prompts, "--smooth", "0.5"], quality, "smooth", bank)
        return self.score(cut / "m.%05d.png")["MSE"], self.score(smooth)["dtSSD"]


def measure_task(task, quality):
    """A row of numbers."""
    row = {"name": task.name}
    for mode, prompts in (("mask", ["--mask", f"{task.first_mask}@0"]), ("one", task.clicks(1, quality)), ("three", task.clicks(3, quality))):
        bank = task.bench.bank("accuracy")
        mattes, answer = task.roto(task.frames, prompts, quality, mode, bank)
        score = task.score(mattes)
        row[mode] = score
        row[mode]["fps"] = answer["frames_per_second"]
        row[mode]["first"] = score["frames"][0]["J"] if not score.get("soft") else None
        row[mode]["absent"] = task.absent(score) if not score.get("soft") else (0, 0, [])
        if score.get("soft") and mode == "mask":
            row[mode]["cut"], row[mode]["smoothed"] = task.softness(mattes, prompts, quality, bank)
    print(".", end="", flush=True)
    return row


def binary_table(rows):
    lines, davis = [], [r for r in rows if r["name"].startswith("davis16")]

    def line(name, cells, absent, fps):
        return [name, *(f"{c:.3f}" for c in cells), absent, fps]
    values = lambda r: (r["mask"]["J"], r["mask"]["F"], r["mask"]["JF"], r["one"]["JF"], r["one"]["first"], r["three"]["JF"], r["three"]["first"])
    for r in rows:
        empty, n, back = r["mask"]["absent"]
        found = ", ".join("never" if b is None else str(b) for b in back)
        lines.append(line(r["name"], values(r), f"{empty} of {n}; {found}" if n else "", f"{r['mask']['fps']:.1f}"))
    if davis:
        means = [common.mean(column) for column in zip(*map(values, davis))]
        lines.append(line("**mean of davis16**", means, "", f"{common.mean([r['mask']['fps'] for r in davis]):.1f}"))
    return common.table(["clip", "mask: J", "F", "J&F", "1 click: J&F", "its first J", "3 clicks: J&F", "its first J", "absent, empty; found after", "frames/s"], lines)


def soft_table(rows):
    return common.table(["clip, from its first alpha", "SAD", "MSE", "gradient", "dtSSD", "MSE cut at one half", "dtSSD at --smooth 0.5"],
                        [[r["name"], *(f"{r['mask'][k]:.4g}" for k in ("SAD", "MSE", "gradient", "dtSSD", "cut", "smoothed"))] for r in rows])


def show_worst(bench, tasks, rows, quality):
    """A contact sheet of the three worst clips from their first mask, on their worst frames, under build/worst: for the eye."""
    folder = common.ROOT / "build" / "worst"
    folder.mkdir(parents=True, exist_ok=True)
    ranked = sorted(((row["mask"]["JF"], row, task) for row, task in zip(rows, tasks) if not row["mask"].get("soft")), key=lambda r: r[0])
    for overlap, row, task in ranked[:3]:
        worst = sorted(f["frame"] for f in sorted(row["mask"]["frames"], key=lambda f: f["J"])[:8])
        sheet = folder / f"{task.key}-{quality}.png"
        bench.holdout("sheet", task.frames, "--matte", bench.path(f"{task.key}-mask") / "m.%05d.png", "--frames", ",".join(map(str, worst)), "--overwrite", "-o", sheet)
        print(f"{task.name}: J&F {overlap:.3f}: {sheet.relative_to(common.ROOT)}", flush=True)


def measure(bench):
    parts = []
    tasks = [Task(bench, clip, number) for clip in bench.clips() for number in objects_of(clip)]
    for quality in ("faster", "better"):
        rows = [measure_task(task, quality) for task in tasks]
        print()
        show_worst(bench, tasks, rows, quality)
        parts.append(f"### Quality {quality}\n\n{binary_table([r for r in rows if not r['mask'].get('soft')])}")
        soft = [r for r in rows if r["mask"].get("soft")]
        if soft:
            parts.append(soft_table(soft))
    return GOALS + "\n\n" + "\n\n".join(parts)


if __name__ == "__main__":
    common.main(sys.modules[__name__])
