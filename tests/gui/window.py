# SPDX-License-Identifier: BSD-2-Clause
"""Drives holdout-gui by real pointer and key events, on a display of its own. Goes on when the program says so, never by time alone."""
import json
import os
import subprocess
import time

from stand import Stand, check, needed, shots    # noqa: F401 (check, shots: for the tests)


class Window(Stand):
    """As a Stand, of the whole program. `files`: what it is given to open; `home`: where it keeps what it keeps, for two starts one after the other."""

    def __init__(self, files=(), width=1280, height=720, options=(), home=None, **environment):
        self.kept = home
        program = os.path.join(os.environ["HOLDOUT_BUILD_ROOT"], "gui", "holdout-gui")
        self.options = ["--test-port", "--debug-stalls", *options, *files]
        super().__init__(program, "", width, height, **environment)

    def command(self, program, name, width, height):
        home = self.kept or self.home
        data = os.path.join(home, "data")
        self.env.update(XDG_DATA_HOME=data, XDG_CONFIG_HOME=os.path.join(home, "config"), XDG_CACHE_HOME=os.path.join(home, "cache"),
                        HOLDOUT_BANK=self.env.get("HOLDOUT_BANK", os.path.join(data, "bank")))
        os.makedirs(os.path.join(home, "cache"), exist_ok=True)
        return [program, *self.options]

    def state(self):
        return json.loads(self.ask("state").split(" ", 1)[1])

    def until_state(self, what, wanted, seconds=30):
        """Reads the state until wanted(state) holds; each reading waits for the program to have drawn."""
        end = time.monotonic() + seconds * float(os.environ.get("STAND_PATIENCE", "1"))
        while True:
            state = self.state()
            if wanted(state):
                return state
            if time.monotonic() > end:
                raise SystemExit(f"{what} did not come; the window is at {json.dumps(state)[:3000]}")

    def still(self):
        """Nothing runs any more, and all is drawn."""
        self.ask("settle")
        self.ask("paint")

    def press(self, name, **how):
        self.click(*self.where(name), **how)

    def stalls(self):
        return float(self.ask("stalls").split()[1])


def make_film(path, frames=24, width=320, height=180, rate="24"):
    """A white disc that moves over a dark pattern: what the stub engine finds by a click."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                    f"color=c=0x203040:s={width}x{height}:r={rate}:d={frames / float(rate)},format=yuv420p,"
                    f"geq=lum='if(lt(hypot(X-{width // 4}-2*N\\,Y-{height // 2})\\,{height // 5})\\,220\\,50)':cb=128:cr=128",
                    "-frames:v", str(frames), "-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p", path], check=True)
