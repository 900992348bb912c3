# SPDX-License-Identifier: BSD-2-Clause
"""Drives gui-stand by real pointer and key events, on a display of its own. Goes on when the program says so, never by time alone."""
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time


def needed():
    """Exits with meson's code for a skipped test where a tool is missing."""
    for tool in ("Xvfb", "matchbox-window-manager", "xdotool", "import"):
        if not shutil.which(tool):
            print(f"{tool} is not there: skipped")
            sys.exit(77)


class Stand:
    def __init__(self, program, name, width=1280, height=720, **environment):
        needed()
        self.home = tempfile.mkdtemp(prefix="holdout-stand-")
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        number = b""
        while not number.endswith(b"\n"):
            number += os.read(read, 16)
        os.close(read)
        self.env = dict(os.environ, DISPLAY=":" + number.decode().strip(), GDK_BACKEND="x11", GSK_RENDERER="cairo", HOME=self.home, GTK_A11Y="none",
                        GSETTINGS_BACKEND="memory", LC_ALL="C.UTF-8", NO_AT_BRIDGE="1", XDG_RUNTIME_DIR=self.home,
                        **{"G_DEBUG": "fatal-criticals", "GDK_DEBUG": "gl-disable", **environment})
        if "ASAN_OPTIONS" in self.env:    # to name what GTK's libraries keep
            self.env["ASAN_OPTIONS"] += ":fast_unwind_on_malloc=0"
        self.manager = subprocess.Popen(["matchbox-window-manager", "-use_titlebar", "no"], env=self.env, stderr=subprocess.DEVNULL)
        self.program = subprocess.Popen(self.command(program, name, width, height), env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.rest, self.said = b"", []
        self.until("ready")
        self.do("mousemove", 2, 2)
        self.ask("paint")

    def command(self, program, name, width, height):
        return [program, name, str(width), str(height)]

    def close(self):
        code = None
        try:
            if self.program.poll() is None:
                self.program.stdin.write(b"quit\n")
                self.program.stdin.flush()
            code = self.program.wait(20)
        finally:
            for process in (self.program, self.manager, self.server):
                if process.poll() is None:
                    process.terminate()
                    process.wait()
            shutil.rmtree(self.home, ignore_errors=True)
        if code:
            raise SystemExit(f"gui-stand ended with {code}")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def line(self, seconds=20):
        end = time.monotonic() + seconds * float(os.environ.get("STAND_PATIENCE", "1"))
        while b"\n" not in self.rest:
            ready, _, _ = select.select([self.program.stdout], [], [], max(end - time.monotonic(), 0))
            data = os.read(self.program.stdout.fileno(), 65536) if ready else b""
            if not data:
                raise SystemExit(f"gui-stand said no more after {self.said[-6:]}")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        line = line.decode()
        self.said.append(line)
        return line

    def until(self, start, seconds=20):
        """Reads on to a line that starts so, and gives it."""
        while True:
            line = self.line(seconds)
            if line.startswith(start):
                return line

    def ask(self, line, answer=""):
        self.program.stdin.write((line + "\n").encode())
        self.program.stdin.flush()
        return self.until(answer or line.split()[0])

    def tell(self, line):
        self.ask(line, "done")

    def where(self, what):
        self.program.stdin.write(f"where {what}\n".encode())
        self.program.stdin.flush()
        while True:
            line = self.line()
            if line == "nowhere":
                raise SystemExit(f"{what} is nowhere")
            if line.startswith("at "):
                return [round(float(number)) for number in line.split()[1:]]

    def quiet(self):
        """All that was sent has arrived; what was said since the last call."""
        self.ask("paint")
        said, self.said = self.said, []
        return [line for line in said if not line.startswith(("paint", "popup", "at ", "done", "ready"))]

    def popped_up(self):
        """Waits for a menu or another popover to have the keys."""
        for _ in range(200):
            if self.ask("popup") == "popup 1":
                return
        raise SystemExit("nothing popped up")

    def do(self, *words):
        subprocess.run(["xdotool", *[str(word) for word in words]], env=self.env, check=True, stdout=subprocess.DEVNULL)

    def move(self, x, y):
        self.do("mousemove", x, y)

    def settle(self):
        """After a popup has closed: a press right then would be lost."""
        time.sleep(0.2)
        self.do("mousemove_relative", 1, 0)
        self.do("mousemove_relative", "--", -1, 0)

    def click(self, x, y, button=1, keys=(), times=1):
        self.move(x - 2, y)
        self.move(x, y)
        for key in keys:
            self.do("keydown", key)
        self.do("click", "--repeat", times, "--delay", 30, button)
        for key in reversed(keys):
            self.do("keyup", key)

    def drag(self, start, end, button=1, keys=(), steps=4, release=True):
        self.move(*start)
        for key in keys:
            self.do("keydown", key)
        self.do("mousedown", button)
        for i in range(1, steps + 1):
            self.move(*(round(a + (b - a) * i / steps) for a, b in zip(start, end)))
        self.ask("paint")
        if release:
            self.release(button, keys)

    def release(self, button=1, keys=()):
        self.do("mouseup", button)
        for key in reversed(keys):
            self.do("keyup", key)

    def wheel(self, direction, times=1, keys=()):
        for key in keys:
            self.do("keydown", key)
        self.do("click", "--repeat", times, "--delay", 10, {"up": 4, "down": 5}[direction])
        for key in reversed(keys):
            self.do("keyup", key)

    def key(self, *keys):
        self.do("key", *keys)

    def type(self, text):
        self.do("type", "--delay", 5, text)

    def pixel(self, x, y):
        """Its red, green, blue as it is on the screen."""
        self.ask("paint")
        text = subprocess.run(["import", "-window", "root", "-crop", f"1x1+{x}+{y}", "-depth", "8", "rgb:-"], env=self.env, check=True, stdout=subprocess.PIPE)
        return tuple(text.stdout[:3])

    def shot(self, path):
        self.ask("paint")
        subprocess.run(["import", "-window", "root", path], env=self.env, check=True)


def check(what, got, wanted):
    if got != wanted:
        raise SystemExit(f"{what}: {got!r}, wanted {wanted!r}")


def shots(name):
    """Where a picture of a test goes: HOLDOUT_SHOTS names a folder; None: nobody wants it."""
    folder = os.environ.get("HOLDOUT_SHOTS")
    return os.path.join(folder, name + ".png") if folder else None
