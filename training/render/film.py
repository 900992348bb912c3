# SPDX-License-Identifier: BSD-2-Clause
"""python film.py PACKAGES DATA FIRST LAST: films of models, seeds FIRST to LAST, into DATA/video/render_SEED.

PACKAGES is where 0ad-data and torcs-data were unpacked (README.md), DATA what unpack.py made: a frame of one of its
films, or a still, is the background. A mask is a PNG with a plane for each thing (0..255, soft); a thing that is
hidden leaves it empty. A film is a function of its seed, the packages and DATA alone. What is there already is left
alone.
"""
import argparse
import dataclasses
import os
import pathlib
import shutil
import time

import cv2
import numpy as np

import cast
import geometry
import paths
import raster

WIDTH, HEIGHT, FRAMES = 480, 270, 32
POSES, SAMPLES = 4, 2              # of a frame: moments of the shutter, samples at each
PLANES = 4                         # things of a film at most
KINDS = {'cross': 3., 'twins': 2.5, 'turn': 2.5, 'leave': 1.5, 'spread': 1.}
WAYS = {
    'cross': ('right', 'left', 'right', 'depth'), 'twins': ('right', 'right', 'left', 'back'),
    'turn': ('circle', 'eight', 'swerve', 'back', 'spin'), 'leave': ('back', 'right', 'circle', 'left'),
    'spread': ('spin', 'swerve', 'depth', 'anywhere')
}
STANDS, RUNS = .6, .38             # the share of a cycle for which a foot stands, walking and running
TRIES = 60
LUMINANCE = np.array([.2126, .7152, .0722], np.float32)


def to_linear(picture):
    x = picture.astype(np.float32) / 255
    return np.where(x <= .04045, x / 12.92, ((x + .055) / 1.055) ** 2.4).astype(np.float32)


def to_display(light):
    x = np.clip(light, 0, 1)
    return 255 * np.where(x <= .0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - .055)


def choose(rng, shares):
    """A name, as often as its share says."""
    names, values = list(shares), np.array(list(shares.values()))
    return str(rng.choice(names, p=values / values.sum()))


class Thing:
    """A model that goes somewhere; its mask is number `thing`, its rider's `rider` (the same unless they are two)."""

    def __init__(self, made, rng, wanted):
        self.model, self.hidden = made
        self.model.animate(wanted, rng)
        corners = np.concatenate(
            [p.mesh.moved(p.bones) for p in self.model.parts(np.eye(4, dtype=np.float32), 0, self.hidden)])
        low, high = corners.min(0), corners.max(0)
        self.height, self.length = float(high[1]), float(max(high[0] - low[0], high[2] - low[2]))
        self.is_car = self.model.poses is None and hasattr(self.model, 'wheels')
        self.stride = self.model.stride(RUNS if wanted[0] == 'run' else STANDS)
        self.cycle = len(self.model.poses) / 30 if self.model.poses is not None else 1.      # seconds
        self.tint = np.ones(3) if self.is_car else np.exp(rng.normal(0, .12, 3) + rng.normal(0, .2))
        if self.is_car:
            self.speed = self.height * rng.uniform(2., 6.)
        else:
            walks = wanted[0] in ('walk', 'run') and self.stride > 0
            usual = self.stride / self.cycle if walks else 0.
            self.speed = float(np.clip(usual, .3 * self.height, 2.2 * max(self.height, 2))) if walks else 0.
        self.phase = rng.random()

    def parts(self, at):
        """What is to be drawn at a moment (an index into its path, between two as well)."""
        x, z, heading, length = (np.interp(at, np.arange(len(line)), line) for line in self.path)
        turns = length / self.stride if self.stride and self.path[3][-1] else self.seconds[int(at)] / self.cycle
        return self.model.parts(geometry.stand(x, z, heading), self.phase + turns, self.hidden)

    def columns(self, focal, yaw):
        """Where it is from left to right, in widths of the frame from its middle, and how wide half of it is."""
        x, z = self.path[:2]
        return np.tan(np.arctan2(x, z) - yaw) * focal / WIDTH, .5 * self.length * focal / WIDTH / z


@dataclasses.dataclass
class Camera:
    """For each moment; it turns and zooms only."""
    eye: float                     # its height
    far: float                     # how far away the things are
    focal: np.ndarray
    yaw: np.ndarray
    pitch: np.ndarray
    roll: np.ndarray

    def view(self, at):
        yaw, pitch, roll, focal = (float(np.interp(at, np.arange(len(line)), line))
                                   for line in (self.yaw, self.pitch, self.roll, self.focal))
        return geometry.look(np.array([0, self.eye, 0]), yaw, pitch, roll), focal


class Film:
    """A scene made from a seed; frames() renders it."""

    def __init__(self, players, backgrounds, seed):
        self.rng = rng = np.random.default_rng(seed)
        self.kind = choose(rng, KINDS)
        self.pool = choose(rng, cast.SHARES)
        self.frame_time = 1 / 24 if self.pool == 'cars' else rng.choice([1 / 24, 1 / 15, 1 / 12])
        if self.kind == 'leave' and self.pool != 'cars':                     # so that there is time to come back
            self.frame_time = max(self.frame_time, 1 / 15)
        self.moments = FRAMES * POSES
        self.seconds = np.arange(self.moments) / POSES * self.frame_time
        self.things = self.invite(players)
        self.plate = self.lay(backgrounds)
        self.arrange()
        self.occluders = self.plant(players) if rng.random() < .4 else []
        self.number()

    def invite(self, players):
        """The things: twins look alike in everything, others are drawn one by one."""
        rng, names = self.rng, getattr(players, self.pool)
        n = int(rng.choice([2, 3, 3, 4]))
        n = min(n, 2) if self.pool == 'riders' else n
        things, twin_seed = [], int(rng.integers(2 ** 31))
        chosen = [str(rng.choice(names)) for _ in range(n)]
        if self.kind == 'twins' or rng.random() < .3:
            chosen[-1] = chosen[0]
        while len(things) < n:
            i = len(things)
            name, seed = (chosen[0], twin_seed) if self.kind == 'twins' else (chosen[i], int(rng.integers(2 ** 31)))
            gaits = [('walk',), ('walk',), ('run', 'walk')]
            if self.kind == 'spread':
                gaits = [('walk',), ('idle',), ('attack_melee', 'idle'), ('gather_tree', 'walk'), ('promotion', 'idle')]
            gait = ('run', 'walk') if self.kind == 'leave' and not i else gaits[rng.integers(len(gaits))]
            own = np.random.default_rng(seed)
            made = players.make(name, own)
            if made is None:
                chosen = [str(rng.choice(names)) for _ in range(n)]
                things = []
                continue
            things.append(Thing(made, own, gait))
            things[-1].phase, things[-1].seconds = rng.random(), self.seconds
        return things

    def lay(self, backgrounds):
        """The photograph behind, larger than the frame, in linear light."""
        picture = backgrounds.draw(self.rng)
        scale = 1.35 * max(WIDTH / picture.shape[1], HEIGHT / picture.shape[0])
        picture = cv2.resize(picture, None, fx=scale, fy=scale,
                             interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
        picture = picture[:, ::-1] if self.rng.random() < .5 else picture
        return to_linear(np.ascontiguousarray(picture))

    def arrange(self):
        """Paths and camera, drawn until each thing is in view for long enough, and the one that leaves comes back."""
        rng, n, height = self.rng, self.moments, float(np.median([t.height for t in self.things]))
        pixels = rng.uniform(35, 85) if self.pool == 'cars' else rng.uniform(70, 190)
        focal = WIDTH * rng.uniform(1., 1.9)
        far = focal * height / pixels
        eye = height * rng.uniform(.55, 1.25)
        pitch = np.arctan((rng.uniform(.8, .95) - .5) * HEIGHT / focal) - np.arctan(eye / far)
        follow = rng.uniform(.3, .7) if rng.random() < .3 else 0.
        pan, zoom = rng.uniform(-.1, .1) * WIDTH / focal, rng.uniform(-.12, .12)
        middle = np.linspace(-.5, .5, n)
        for attempt in range(TRIES):
            for i, thing in enumerate(self.things):
                self.send(thing, i, focal, far, .82 ** (attempt // 12))
            aim = np.arctan2(*self.things[0].path[:2])
            reach = n // 6
            aim = np.convolve(np.pad(aim, reach, 'edge'), np.ones(2 * reach + 1) / (2 * reach + 1), 'valid')
            yaw = paths.wander(rng, n, .006) + pan * middle + follow * aim
            self.camera = Camera(eye, far, focal * (1 + zoom * middle), yaw, pitch + paths.wander(rng, n, .005),
                                 paths.wander(rng, n, .006))
            if all(self.seen(thing, i) for i, thing in enumerate(self.things)):
                return
        raise ValueError('no paths that can be seen')

    def send(self, thing, i, focal, far, slower):
        """A path for one thing, which meets the others about the middle of the film."""
        rng, n, ways = self.rng, self.moments, WAYS[self.kind]
        kind = ways[i % len(ways)] if self.kind in ('cross', 'twins', 'leave') else str(rng.choice(ways))
        x, z, heading, length = paths.path(rng, kind, self.seconds, thing.speed * slower * rng.uniform(.85, 1.25))
        count = len(self.things)
        depth = far * (1 + rng.uniform(-.12, .2) + .14 * (i - (count - 1) / 2))
        column, at = rng.uniform(-.15, .15), n // 2 + int(rng.uniform(-.12, .12) * n)
        if self.kind == 'twins':
            apart = rng.uniform(.9, 1.6) * max(.35 * thing.height, .45 * thing.length)
            column, at = (i - (count - 1) / 2) * apart * focal / far / WIDTH, n // 6
        elif self.kind == 'leave' and not i:
            column = rng.choice([-1, 1]) * (.5 + .55 * thing.length * focal / far / WIDTH + rng.uniform(.02, .12))
            at, depth = int(n * rng.uniform(.35, .6)), far
        elif self.kind in ('spread', 'turn'):
            column = ((i + .5) / count - .5) * .7 + rng.uniform(-.08, .08)
        thing.path = x - x[at] + column * WIDTH / focal * depth, z - z[at] + depth, heading, length

    def seen(self, thing, i):
        z = thing.path[1]
        if z.min() < .5 * self.camera.far or z.max() > 3.5 * self.camera.far:
            return False
        column, half = thing.columns(self.camera.focal, self.camera.yaw)
        inside, n = np.abs(column) < .5, self.moments
        if not inside[:n // 20].all():
            return False
        if self.kind == 'leave' and not i:
            return inside[-n // 12:].all() and (np.abs(column) > .5 + .6 * half).mean() > .12
        return inside.mean() > .7

    def plant(self, players):
        """Up to three things that stand nearer than all others: parts to be drawn."""
        rng, parts, height, far = self.rng, [], float(np.median([t.height for t in self.things])), self.camera.far
        for i in range(int(rng.integers(1, 4))):
            made = players.make(str(rng.choice(players.cover)), rng)
            if made is None:
                continue
            thing = Thing(made, rng, ('idle',))
            z = far * rng.uniform(.6, .85)
            scale = rng.uniform(1.1, 2.5) if thing.height > 1.2 * height else rng.uniform(.7, 1.6)
            scale = min(scale * height / max(thing.height, .1), .33 * WIDTH * z / (thing.length * self.camera.focal[0]))
            x = rng.uniform(-.45, .45) * WIDTH / self.camera.focal[0] * z
            parts += made[0].parts(geometry.stand(x, z, rng.uniform(0, 6.28), scale), 0, made[1])
        return parts

    def number(self):
        """Gives the things their masks; a rider and the horse are two at times."""
        apart, taken = self.rng.random() < .5, 0
        for thing in self.things:
            rides = any(p.rides for p in thing.parts(0))
            taken += 1
            thing.thing = thing.rider = taken
            if rides and apart and taken + len(self.things) <= PLANES:
                taken += 1
                thing.rider = taken
        self.n_things = taken

    def behind(self, at):
        """The photograph as the camera sees it: it lies at infinity, so that a turn is a homography."""
        flip, height, width = np.diag([1, -1, 1.]), *self.plate.shape[:2]
        start, focal0 = self.camera.view(self.moments / 2)
        view, focal = self.camera.view(at)
        inner = np.array([[focal, 0, WIDTH / 2], [0, focal, HEIGHT / 2], [0, 0, 1]])
        outer = np.array([[focal0, 0, width / 2], [0, focal0, HEIGHT / 2 + .8 * (height - HEIGHT)], [0, 0, 1]])
        to_plate = outer @ flip @ start[:3, :3] @ view[:3, :3].T @ flip @ np.linalg.inv(inner)
        return cv2.warpPerspective(self.plate, to_plate, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                                   borderMode=cv2.BORDER_REFLECT)

    def lights(self):
        """Sun's direction, and the colours of sun, sky and ground that the photograph asks for."""
        rng, seen = self.rng, self.behind(self.moments / 2)
        luminance = seen @ LUMINANCE
        mean = max(float(luminance.mean()), 1e-3)
        level = np.clip(np.sqrt(mean * max(float(np.median(luminance)), 1e-3)) * rng.uniform(.85, 1.25), .03, .3) / .2
        hard = float(np.clip(.15 + .5 * luminance[HEIGHT // 3:].std() / mean, .15, .65))
        sky, ground = seen[:HEIGHT // 3].mean((0, 1)), seen[-HEIGHT // 3:].mean((0, 1))
        sky, ground = (.55 * sky / max(sky @ LUMINANCE, 1e-3) + .45), (.7 * ground / max(ground @ LUMINANCE, 1e-3) + .3)
        sun = np.array([1.08, 1., .88]) * (.6 + .4 * seen.mean((0, 1)) / mean)
        round_about, up = rng.uniform(0, 2 * np.pi), rng.uniform(.45, 1.1)
        to_sun = np.array([np.cos(up) * np.sin(round_about), np.sin(up), -np.cos(up) * np.cos(round_about)])
        return hard, to_sun, (sun * level * hard * 2, sky * level * (1 - hard) * 1.25,
                              ground * level * ((1 - hard) * .75 + hard * .25))

    def frames(self):
        """Yields pictures H,W,3 uint8 (RGB) and masks H,W,n uint8."""
        canvas = raster.Canvas(WIDTH, HEIGHT, self.n_things + 1)
        rng, light = self.rng, self.lights()
        shutter, blur, grain = rng.choice([.25, .5, .5, .8]), rng.uniform(.45, .8), rng.uniform(1.2, 3.5)
        for frame in range(FRAMES):
            moments = POSES * (frame + shutter * np.arange(POSES) / POSES * min(1., 1 / 24 / self.frame_time + .3))
            shadow = self.expose(canvas, moments, light)
            back = .5 * (self.behind(moments[0]) + self.behind(moments[-1])) * (1 - shadow)[..., None]
            cover = canvas.cover.sum(0)[..., None]
            colour = canvas.colour / np.maximum(cover, 1e-4)
            shoulder = .45 + .5 * (1 - np.exp((.45 - colour) / .5))          # as film has it
            colour = np.where(colour > .45, shoulder, colour) * cover
            picture = cv2.GaussianBlur(colour + back * (1 - cover), (0, 0), blur)
            masks = [cv2.GaussianBlur(plane, (0, 0), blur) for plane in canvas.cover[1:]]
            noise = rng.normal(size=(HEIGHT, WIDTH, 3)).astype(np.float32) * .6
            noise = grain * (noise + 2 * cv2.GaussianBlur(noise, (0, 0), .8))
            picture = np.clip(to_display(picture) + noise, 0, 255).astype(np.uint8)
            yield picture, np.clip(np.stack(masks, 2) * 255 + .5, 0, 255).astype(np.uint8)
        canvas.close()

    def expose(self, canvas, moments, light):
        """Draws a frame on the canvas; -> the light that the ground lacks, H,W."""
        hard, to_sun, colours = light
        canvas.clear()
        things = [thing.parts(moments[0]) for thing in self.things]
        places = np.array([[thing.path[0][int(moments[0])], 1., thing.path[1][int(moments[0])]]
                           for thing in self.things])
        centre, tall = places.mean(0), max(t.height for t in self.things)
        reach = float(np.clip(1.25 * np.abs(places - centre).max() + 2 * tall, 10, 6 * tall + self.camera.far))
        lacking = []
        above = np.array([0, 1., .02]), .02, 6., 4.
        for direction, bias, softness, sigma in (above, (to_sun, .004 * reach + .08, 1.5, 1.6)):
            canvas.light(geometry.from_light(direction, centre, reach), direction, *colours, bias)
            for parts in (*things, self.occluders):
                canvas.shadow(parts)
            canvas.camera(*self.camera.view(moments[0]))
            lacking.append(cv2.GaussianBlur(canvas.ground(softness), (0, 0), sigma))
        for moment in moments:
            view, focal = self.camera.view(moment)
            drawn = [thing.parts(moment) for thing in self.things]
            for _ in range(SAMPLES):
                canvas.camera(view, focal, tuple(self.rng.uniform(-.5, .5, 2)))
                for thing, parts in zip(self.things, drawn):
                    canvas.draw([p for p in parts if not p.rides], thing.thing, thing.tint)
                    canvas.draw([p for p in parts if p.rides], thing.rider, thing.tint)
                canvas.draw(self.occluders, 0)
                canvas.gather(1 / len(moments) / SAMPLES)
        contact, sunny = lacking
        return 1 - (1 - np.clip(sunny * min(.85, 1.5 * hard), 0, .85)) * (1 - .65 * contact)


class Backgrounds:
    """Frames of the films, and stills whose thing is small, of what unpack.py made."""

    FILMS, LARGEST = .6, .1

    def __init__(self, data):
        folders = sorted(p for kind in ('unlabelled', 'video') for p in (data / kind).glob('*')
                         if not p.name.startswith(('alpha_', 'render_')))
        self.films = [sorted((p / 'frames').iterdir()) for p in folders]
        self.stills = sorted(data.glob('bsds500_regions/*.webp')) + sorted(data.glob('duts_tr/*.webp'))

    def draw(self, rng):
        while True:
            if self.films and (not self.stills or rng.random() < self.FILMS):
                film = self.films[rng.integers(len(self.films))]
                return np.ascontiguousarray(cv2.imread(str(film[rng.integers(len(film))]))[..., ::-1])
            path = self.stills[rng.integers(len(self.stills))]
            mask = cv2.imread(str(path.with_suffix('.png')), cv2.IMREAD_GRAYSCALE)
            if path.parent.name == 'duts_tr' and ((mask > 127).mean() > self.LARGEST or mask.shape[0] > mask.shape[1]):
                continue
            return np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])


def write(film, folder):
    """The folder appears when it is whole."""
    # Not among the films, which training may list meanwhile.
    part = folder.parent.parent / f'.{folder.name}.{os.getpid()}'
    shutil.rmtree(part, ignore_errors=True)
    for name in ('frames', 'masks'):
        (part / name).mkdir(parents=True)
    for i, (picture, masks) in enumerate(film.frames()):
        if masks.shape[2] == 2:                                              # PNG knows one, three or four planes
            masks = np.concatenate([masks, np.zeros_like(masks[..., :1])], 2)
        cv2.imwrite(str(part / 'frames' / f'{i:05d}.jpg'), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
        cv2.imwrite(str(part / 'masks' / f'{i:05d}.png'), masks)
    part.rename(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('packages', type=pathlib.Path)
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('first', type=int)
    parser.add_argument('last', type=int)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    players, backgrounds = cast.Cast(args.packages), Backgrounds(args.data)
    for seed in range(args.first, args.last + 1):
        folder, began = args.data / 'video' / f'render_{seed:05d}', time.monotonic()
        if folder.exists():
            continue
        try:
            film = Film(players, backgrounds, seed)
        except ValueError as why:
            print(f'{seed}: {why}', flush=True)
            continue
        write(film, folder)
        print(f'{seed}: {film.kind}, {film.pool}, {film.n_things} things, {time.monotonic() - began:.1f} s', flush=True)


if __name__ == '__main__':
    main()
