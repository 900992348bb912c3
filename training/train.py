# SPDX-License-Identifier: BSD-2-Clause
"""python train.py RUN --data ROOT [--warm-start WEIGHTS]: train from scratch, from other weights, or go on with RUN.

RUN is a folder: last.pt (everything needed to go on, written whole every two minutes), curve.csv, keep-STEP.pt now
and then. Stopping it by any signal loses at most two minutes; the same command goes on. SIGTERM saves first.
"""
import argparse
import csv
import pathlib
import signal
import time

import numpy as np
import torch
import torch.nn.functional as F

import data
import losses
import net as network
import prompts
import target
import weights

LAYOUT = torch.channels_last       # a third faster than the usual layout on two AVX2 cores
BACKBONE = .25                     # of the rate, for weights that come from ImageNet
CURVE = ('step', 'minutes', 'track_loss', 'click_loss', 'track_iou', 'click_iou', 'rate', 'size', 'frames', 'batch')


CLICKED = .4                       # of the tracks begin from the clicks' answer, where one was asked for
ASKED = .5                         # of the steps that train the tracker alone: ask for one
MOST = 1.67                        # objects a clip that are followed, on the whole
ALONE = .25                        # of the clips with several objects: each is followed as if it were alone


def followed(masks, rng):
    """Which objects a batch has: masks B,N,K,S,S -> the clip of each of O objects, and their masks O,N,1,S,S.

    At most MOST a clip on the whole, so that steps cost much the same. The first of each clip is among them; those that
    are left out are rivals that nobody asked for.
    """
    clip, number = torch.nonzero(masks[:, 0].amax((2, 3)) > .5, as_tuple=True)
    luck = torch.from_numpy(rng.random(len(clip))).to(clip.device) - (number == 0).float()
    kept = luck.argsort()[:max(len(masks), int(MOST * len(masks)))].sort().values
    clip, number = clip[kept], number[kept]
    return clip, masks[clip, :, number].unsqueeze(2)


def rivals(clip, rng):
    """-> O,O: 1 where an object has to do with another one, of the same clip."""
    alone = torch.from_numpy(rng.random(int(clip.max()) + 1) < ALONE).to(clip.device)
    same = (clip[:, None] == clip[None]) & ~alone[clip][:, None]
    return same.float().fill_diagonal_(0)


def compete(logits, beside):
    """Each object's logits O,1,S,S once the others have had their say: a softmax over objects, the background at 0.

    An object alone keeps its logits exactly.
    """
    logits = logits.float().clamp(-15, 15)
    return logits - torch.log1p((beside @ logits.exp().flatten(1)).view_as(logits))


def track(net, images, masks, features, first, clip, rng):
    """Follow the first masks through the clips as the engine does; -> loss, IoU.

    images B,N,3,S,S; features three B,N,C,.,.; clip O: which clip each object is of; masks O,N,1,S,S; first O,1,S,S,
    what goes into memory for frame 0.
    """
    b, n = images.shape[:2]
    flat = features[2].flatten(0, 1).contiguous(memory_format=LAYOUT)
    keys = [k.unflatten(0, (b, n))[clip] for k in net.encode.keys(flat)]
    beside = rivals(clip, rng)
    top_k = network.TOP_K if rng.random() < .8 else None
    sparse = rng.random() < .3                                               # the first frame and the last one only
    places, previous, model = [], first, target.Target()
    total, good = 0., 0.
    for t in range(n):
        at = [f[clip, t].contiguous(memory_format=LAYOUT) for f in features]
        if t:
            chosen = [places[0], places[-1]] if sparse and t > 1 else places
            memory = [torch.cat(parts, 2) for parts in zip(*chosen)]
            reading = network.read(*memory, keys[0][:, t], keys[2][:, t], top_k)
            answers = net.decode(*at, reading, model.score(at[2], at[1]), unsteady(previous, rng))
            logits = compete(network.enlarge(answers, 4), beside)
            total = total + losses.mask_loss(logits, masks[:, t]).mean() / (n - 1)
            good += losses.overlap(logits, masks[:, t]).mean().item() / (n - 1)
            previous = torch.sigmoid(logits)
        if t < n - 1:
            others = (beside @ previous.flatten(1)).clamp(max=1).view_as(previous)
            value = net.memorize(images[clip, t], at[2], previous, others)
            places.append((keys[0][:, t].flatten(2), keys[1][:, t].flatten(2), value.flatten(2)))
            model.learn(at[2], at[1], previous, is_prompted=t == 0)
            previous = previous.detach() if rng.random() < .5 else previous
    return total, good


def unsteady(previous, rng):
    """The last mask as it may reach the decoder: sometimes shifted, sometimes gone; B,1,S,S."""
    keep = torch.ones(len(previous), 1, 1, 1, device=previous.device)
    for i in range(len(previous)):
        if rng.random() < .1:
            keep[i] = 0
    if rng.random() < .15:
        reach = previous.shape[-1] // 16
        previous = torch.roll(previous, tuple(int(s) for s in rng.integers(-reach, reach + 1, 2)), (2, 3))
    return previous * keep


def click(net, images, truth, rng):
    """Up to three clicks, each where the answer errs most; the last answer is taught.

    images B,3,S,S; truth B,1,S,S; -> loss, IoU after the first, the last answer (a probability).
    """
    size, wanted = images.shape[-1], truth[:, 0].cpu().numpy() > .5
    images = images.contiguous(memory_format=LAYOUT)
    clicks = [prompts.first_clicks(w, rng) for w in wanted]
    shown = torch.zeros_like(truth)
    for i in range(len(truth)):
        kind = rng.random()
        if kind < .15:                                                       # a box, mostly without any click
            shown[i, 0] = torch.from_numpy(prompts.box_map(wanted[i], rng)).to(shown)
            clicks[i] = clicks[i] if rng.random() < .2 else []
        elif kind < .32:                                                     # an answer to look at again, or to correct
            worse = prompts.worsen(prompts.worsen(truth[i, 0].cpu().numpy(), rng), rng)
            shown[i, 0] = torch.from_numpy(worse).to(shown)
            correction, (x, y) = prompts.next_click(wanted[i], worse > .5, rng), prompts.middle(worse > .5)
            if correction and wanted[i][y, x] and rng.random() < .5:
                clicks[i] = [(x, y, True), correction]
    rounds, first_good = int(rng.choice([1, 2, 3], p=[.45, .25, .3])), None
    for k in range(rounds):
        maps = torch.from_numpy(np.stack([prompts.discs(c, size, size) for c in clicks])).to(truth)
        with torch.set_grad_enabled(torch.is_grad_enabled() and k == rounds - 1):
            answers, quality = net.click(images, maps, shown)
        logits = network.enlarge(network.best(answers, quality)[0], 4)
        first_good = losses.overlap(logits, truth).mean().item() if first_good is None else first_good
        shown = torch.sigmoid(logits).detach().float()
        if k < rounds - 1:
            answer = shown[:, 0].cpu().numpy() > .5
            for i in range(len(clicks)):
                more = prompts.next_click(wanted[i], answer[i], rng)
                if more and rng.random() > .2:                               # else once more, its own answer at hand
                    clicks[i].append(more)
    share = .95 if rounds == 1 else .3
    return losses.best_of(network.enlarge(answers, 2), quality, F.avg_pool2d(truth, 2), share).mean(), first_good, shown


def first_masks(truth, answers, rng):
    """What a track starts from: mostly the truth, else the clicks' own answer (made 0 or 1), or a worsened mask.

    `answers` is None where none was asked for.
    """
    first = truth.clone()
    good = losses.overlap(answers - .5, truth) if answers is not None else torch.zeros(len(truth))
    for i in range(len(truth)):
        u = rng.random()
        if u < CLICKED and good[i] > .6:
            first[i] = (answers[i] > .5).float()
        elif u < .55:
            first[i, 0] = torch.from_numpy(prompts.worsen(truth[i, 0].cpu().numpy(), rng)).to(first)
    return first


class Run:
    """A network being trained, and everything needed to go on after a stop."""

    def __init__(self, args):
        self.args, self.folder = args, args.run
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(args.seed)
        self.net = network.Net().train().to(args.device, memory_format=LAYOUT)
        if args.only:
            for name, parameter in self.net.named_parameters():
                wanted = name.startswith('click.') == (args.only == 'click')
                parameter.requires_grad_(parameter.requires_grad and wanted)
        named = [(name, p) for name, p in self.net.named_parameters() if p.requires_grad]
        self.trained = [p for _, p in named]
        groups = [{
            'params': [p for name, p in named if ('.backbone.' in name) == deep], 'share': BACKBONE if deep else 1.
        } for deep in (False, True)]
        self.optimizer = torch.optim.AdamW(groups, args.rate, weight_decay=1e-4)
        self.step, self.minutes, self.last = 0, 0., self.folder / 'last.pt'
        if self.last.exists():
            self.resume()
        else:
            if args.warm_start:
                weights.load(self.net, args.warm_start)
            self.average = {k: v.clone() for k, v in self.net.trained_state().items()}

    def resume(self):
        saved = torch.load(self.last, map_location='cpu', weights_only=False)
        self.net.load_trained(saved['net'])
        self.optimizer.load_state_dict(saved['optimizer'])
        self.average = {k: v.to(self.args.device) for k, v in saved['average'].items()}
        self.step, self.minutes = saved['step'], saved['minutes']
        torch.set_rng_state(saved['torch_rng'])

    def save(self, path):
        weights.save(path, net=self.net.trained_state(), average=self.average, optimizer=self.optimizer.state_dict(),
                     step=self.step, minutes=self.minutes, torch_rng=torch.get_rng_state(),
                     settings={k: str(v) for k, v in vars(self.args).items()})

    def rate(self):
        """Warm up over 200 steps, stay level, come down over the last `cooldown` steps."""
        left = (self.args.steps - self.step) / max(1, self.args.cooldown)
        return self.args.rate * min(1., (self.step + 1) / 200, max(left, .02))

    def learn(self, batch):
        """One step; -> track loss, click loss, track IoU, first click's IoU."""
        images, masks, *features = (x.to(self.args.device, non_blocking=True) for x in batch)
        if not features and self.args.only != 'click':
            with torch.no_grad():
                features = [f.unflatten(0, images.shape[:2]) for f in self.net.encode.backbone(images.flatten(0, 1))]
        rng = np.random.default_rng((self.args.seed + 1, self.step))
        for group in self.optimizer.param_groups:
            group['lr'] = self.rate() * group['share']
        with torch.autocast(self.args.device, torch.bfloat16, enabled=self.args.precision == 'bf16'):
            clip, masks = followed(masks, rng)
            click_loss, click_iou, answers = torch.zeros(()), 0., None
            if self.args.only != 'track' or rng.random() < ASKED:
                with torch.set_grad_enabled(self.args.only != 'track'):
                    click_loss, click_iou, answers = click(self.net, images[clip, 0], masks[:, 0], rng)
            if self.args.only == 'click':
                track_loss, track_iou = torch.zeros(()), 0.
            else:
                first = first_masks(masks[:, 0], answers, rng)
                track_loss, track_iou = track(self.net, images, masks, features, first, clip, rng)
        self.optimizer.zero_grad()
        (track_loss + .5 * click_loss).backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 5.)
        self.optimizer.step()
        self.step += 1
        keep = min(.999, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for name, value in self.net.trained_state().items():
                self.average[name].lerp_(value, 1 - keep)
        return track_loss.item(), click_loss.item(), track_iou, click_iou

    def go(self):
        args, curve, sums = self.args, self.folder / 'curve.csv', []
        stopping = []
        signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
        features = args.only != 'click' and args.device == 'cpu' and data.FastBackbone.usable()
        batches = iter(data.loader(args.data, args.seed, args.size, args.frames, args.batch, self.step, args.workers,
                                   args.regions, features))
        saved = kept = before = time.monotonic()
        limit = time.monotonic() + args.minutes * 60
        while self.step < args.steps and not stopping and time.monotonic() < limit:
            sums.append(self.learn(next(batches)))
            now = time.monotonic()
            self.minutes, before = self.minutes + min(now - before, 60) / 60, now
            if self.step % 25 == 0:
                self.write(curve, np.mean(sums, 0))
                sums = []
            if now - saved > 120:
                self.save(self.last)
                saved = now
            if now - kept > args.keep * 60:
                self.save(self.folder / f'keep-{self.step}.pt')
                kept = now
        self.save(self.last)

    def write(self, curve, means):
        fresh = not curve.exists()
        row = [self.step, f'{self.minutes:.1f}', *(f'{m:.4f}' for m in means), f'{self.rate():.2e}',
               self.args.size, self.args.frames, self.args.batch]
        with open(curve, 'a', newline='') as file:
            writer = csv.writer(file)
            writer.writerows([CURVE, row] if fresh else [row])
        print(' '.join(f'{n} {v}' for n, v in zip(CURVE, row)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('run', type=pathlib.Path)
    parser.add_argument('--data', type=pathlib.Path, required=True, help='what unpack.py made')
    parser.add_argument('--warm-start', type=pathlib.Path, help='a checkpoint, or the sketch\'s weights.pt')
    parser.add_argument('--size', type=int, default=256, help='pixels a side, a multiple of 16')
    parser.add_argument('--frames', type=int, default=5, help='frames a clip')
    parser.add_argument('--batch', type=int, default=4, help='clips a step')
    parser.add_argument('--only', choices=('click', 'track'),
                        help='train one of the two and leave the other as it is; clicks need --frames 1')
    parser.add_argument('--regions', type=float, default=data.REGIONS,
                        help='the share of clips whose object is a region')
    parser.add_argument('--rate', type=float, default=2e-4)
    parser.add_argument('--steps', type=int, default=20000, help='stop here, counted from the start of RUN')
    parser.add_argument('--cooldown', type=int, default=1000, help='the last steps, over which the rate comes down')
    parser.add_argument('--minutes', type=float, default=1e9, help='stop (and save) after this long, whatever the step')
    parser.add_argument('--device', default='cpu', help='cpu, or cuda')
    parser.add_argument('--precision', choices=('f32', 'bf16'), default='f32',
                        help='bf16: a quarter faster where the processor has it')
    parser.add_argument('--keep', type=float, default=20, help='minutes between kept checkpoints')
    parser.add_argument('--workers', type=int, default=2)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    Run(args).go()


if __name__ == '__main__':
    main()
