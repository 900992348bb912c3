# SPDX-License-Identifier: BSD-2-Clause
"""What prompts on the first frame give: how many clicks until it is right, what a box gives, and regions (sky, ground) followed from one click.

The careful user clicks at the middle of the largest error, the other one anywhere in its inner half. Regions are the held-back fifth of sky60 (the sky, and the ground with
all that stands on it) and of bsds500_regions (the largest region of each), panned and zoomed into short clips by ffmpeg, picture and mask alike.
"""
import json
import pathlib
import random
import subprocess
import sys
import tarfile

import accuracy
import common
import pictures

TITLE = "Prompts"
GOAL, MOST, QUALITY = 0.85, 20, "better"
FRAMES, HELD_BACK = 16, 0.2
SHARES = 0.05, 0.9          # of the first frame: what covers less or more is no region that is told from another
# By the folder's name: how many pictures at most, spread over the held-back ones.
REGIONS = {"sky60": 12, "bsds500_regions": 12}


class Answers:
    """bench-answer on one picture."""

    def __init__(self, program, still, size):
        self.width, self.height = size
        self.process = subprocess.Popen([str(program), str(still), QUALITY], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, *words):
        self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self.process.stdin.flush()
        if words[0] == "clear":
            return None
        bits = self.process.stdout.read(self.width * self.height)
        if len(bits) != self.width * self.height:
            raise RuntimeError("bench-answer ended")
        return [bits[y * self.width:(y + 1) * self.width] for y in range(self.height)]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def jaccard(a, b):
    both = sum(bool(x and y) for rows in zip(a, b) for x, y in zip(*rows))
    either = sum(bool(x or y) for rows in zip(a, b) for x, y in zip(*rows))
    return both / either if either else 1.0


def scattered(mask, chance):
    """A place in the inner half of a mask: eroded until half is left, then any of its pixels."""
    goal = sum(map(sum, mask)) / 2
    while True:
        inner = erode(mask)
        if sum(map(sum, inner)) < max(goal, 1):
            break
        mask = inner
    return chance.choice([(x, y) for y, row in enumerate(mask) for x, v in enumerate(row) if v])


def erode(mask):
    wide = [bytes(len(mask[0]))] + [bytes(row) for row in mask] + [bytes(len(mask[0]))]
    out = []
    for up, row, down in zip(wide, wide[1:], wide[2:]):
        sides = int.from_bytes(row, "big")
        left, right = (sides >> 8).to_bytes(len(row), "big"), (sides << 8 & (1 << 8 * len(row)) - 1).to_bytes(len(row), "big")
        out.append(bytes(a & b & c & d & e for a, b, c, d, e in zip(up, row, down, left, right)))
    return out


def count_clicks(answers, truth, place):
    """Clicks until the answer's J reaches the goal; MOST where it never does."""
    answers.ask("clear")
    answer = [bytes(answers.width)] * answers.height
    for n in range(1, MOST + 1):
        piece, inside = pictures.wrong_piece(truth, answer)
        x, y = place(piece)
        answer = answers.ask("click" if inside else "exclude", x, y)
        if jaccard(answer, truth) >= GOAL:
            return n
    return MOST


def box_of(mask):
    rows = [y for y, row in enumerate(mask) if any(row)]
    columns = [x for row in mask for x, v in enumerate(row) if v]
    return min(columns), rows[0], max(columns) + 1, rows[-1] + 1


def measure_object(program, task):
    answers = Answers(program, task.still(), (task.width, task.height))
    chance = random.Random(task.key)
    careful = count_clicks(answers, task.truth, pictures.middle)
    careless = count_clicks(answers, task.truth, lambda piece: scattered(piece, chance))
    answers.ask("clear")
    boxed = jaccard(answers.ask("box", *box_of(task.truth)), task.truth)
    answers.close()
    print(".", end="", flush=True)
    return [task.name, careful, careless, boxed]


# ---- regions

def held_back(bench, archive):
    """(picture, mask) files of the last fifth of an archive of stills, a few of them."""
    out = bench.path(archive.stem)
    with tarfile.open(archive) as tar:
        names = sorted(n for n in tar.getnames() if n.endswith(".webp"))
        names = names[round(len(names) * (1 - HELD_BACK)):]
        names = names[::-(-len(names) // REGIONS[archive.stem])]
        for name in names:
            for member in (name, name.replace(".webp", ".png")):
                tar.extract(member, out, filter="data")
    return [(out / n, out / n.replace(".webp", ".png")) for n in names]


def pixels_of(bench, mask):
    """A mask picture's pixels as rows: bytes of RGB each."""
    raw, facts = bench.path("region.raw"), subprocess.check_output(["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "json", str(mask)])
    common.run("ffmpeg", "-v", "error", "-y", "-i", mask, "-pix_fmt", "rgb24", "-f", "rawvideo", raw)
    data, width = raw.read_bytes(), json.loads(facts)["streams"][0]["width"]
    pixels = [data[i:i + 3] for i in range(0, len(data), 3)]
    return [pixels[i:i + width] for i in range(0, len(pixels), width)]


def regions_of(bench, name, mask):
    """What a picture is measured with, by name: both sides of a soft grey mask, the largest piece of a map of coloured regions; as rows of 0 and 1."""
    rows = pixels_of(bench, mask)
    if name == "sky60":
        sky = [bytes(v[0] > 127 for v in row) for row in rows]
        return {"the sky": pictures.largest_piece(sky), "the ground, with what is on it": pictures.largest_piece([bytes(not v for v in row) for row in sky])}
    pieces = [pictures.largest_piece([bytes(v == label for v in row) for row in rows]) for label in {v for row in rows for v in row}]
    return {"the largest region": max(pieces, key=lambda piece: sum(map(sum, piece)))}


def move(picture, out, smooth):
    """FRAMES frames of a slow zoom and pan over a picture; the same for a picture and its mask."""
    zoom = f"zoompan=z='1.15+0.25*on/{FRAMES}':x='(iw-iw/zoom)*(0.2+0.6*on/{FRAMES})':y='(ih-ih/zoom)*(0.7-0.4*on/{FRAMES})':d={FRAMES}:s=640x480"
    scale = "scale=2560:1920:flags=" + ("bicubic" if smooth else "neighbor")
    out.mkdir(exist_ok=True)
    common.run("ffmpeg", "-v", "error", "-y", "-i", picture, "-vf", f"{scale},{zoom}", "-frames:v", FRAMES, "-pix_fmt", "rgb24" if smooth else "gray", out / "%05d.png")
    return out / "%05d.png"


def measure_region(bench, picture, key, truth):
    """J of a clip made of a still, followed from one click in the middle of a region; None where that covers too little or too much of the first frame."""
    still = bench.path(key + "-region.png")
    pictures.write_png(still, len(truth[0]), len(truth), [bytes(255 * v for v in row) for row in truth])
    frames, masks = move(picture, bench.path(key + "-frames"), True), move(still, bench.path(key + "-masks"), False)
    first = pictures.object_mask(pictures.read_png(sorted(masks.parent.iterdir())[0])[2], None)
    if not SHARES[0] <= sum(map(sum, first)) / (len(first) * len(first[0])) <= SHARES[1]:
        return None
    x, y = pictures.middle(first)
    out = bench.path(key + "-mattes")
    out.mkdir(exist_ok=True)
    bench.holdout("roto", frames, "--click", f"{x},{y}@0", "--quality", QUALITY, "--bank", bench.bank("regions"), "--codec", "png", "-o", out / "m.%05d.png")
    print(".", end="", flush=True)
    return bench.holdout("score", masks, out / "m.%05d.png")["J"]


def measure_regions(bench, name, archive):
    """Rows of an archive's kinds of region."""
    found = {}
    for picture, mask in held_back(bench, archive):
        for index, (what, truth) in enumerate(regions_of(bench, name, mask).items()):
            jaccards = found.setdefault(what, [])
            score = truth and measure_region(bench, picture, f"{picture.stem}-{index}", truth)
            if score is not None:
                jaccards.append(score)
    return [[f"{name}: {what}", len(scores), f"{common.mean(scores):.3f}", f"{common.median(scores):.3f}", f"{min(scores):.3f}"]
            for what, scores in found.items() if scores]


def measure(bench):
    build = pathlib.Path(bench.program).resolve().parent.parent
    common.run("ninja", "-C", build, "bench/bench-answer")
    tasks = [accuracy.Task(bench, clip, number) for clip in bench.clips() for number in accuracy.objects_of(clip) if clip.name.startswith("davis")]
    rows = [measure_object(build / "bench" / "bench-answer", task) for task in tasks]
    davis16 = [row for row in rows if row[0].startswith("davis16")]
    if davis16:
        rows.append(["**mean of davis16**", *(common.mean([row[i] for row in davis16]) for i in (1, 2, 3))])
    text = f"Clicks on the first frame until J is {GOAL} (at most {MOST}; goal 4.5): in the middle of the largest error, and anywhere in its inner half. J from a box around the truth (goal 0.85).\n\n"
    text += common.table(["object", "clicks, careful", "scattered", "box: J"], [[r[0], f"{r[1]:.3g}", f"{r[2]:.3g}", f"{r[3]:.3f}"] for r in rows])
    lines = []
    for name in REGIONS:
        archive = pathlib.Path(bench.options.clips).parent / "train" / "stills" / f"{name}.tar"
        if not archive.exists():
            continue
        lines += measure_regions(bench, name, archive)
    print()
    if lines:
        text += f"\n\nA region followed from one click: stills that training never saw, panned and zoomed over {FRAMES} frames (goal 0.90). The click is in the region's middle: where an aeroplane stands there on the ground, it finds the aeroplane.\n\n"
        text += common.table(["pictures", "clips", "mean J", "median", "worst"], lines)
    return text


if __name__ == "__main__":
    common.main(sys.modules[__name__])
