# SPDX-License-Identifier: BSD-2-Clause
"""The target model: a linear classifier of places, object or not, fitted in closed form while tracking.

The same arithmetic as src/engine/embedded/target.c, on batches and in PyTorch, so that the decoder learns how far to
trust its score. The backbone is frozen, so nothing here has a gradient.
"""
import functools

import torch
import torch.nn.functional as F

RIDGE = .01        # on channels of variance one
FADE = .9          # of what older tracked frames said, a frame
PROMPTED = .5      # the share that prompted frames have beside tracked ones


def exact(method):
    """Without gradients, and at f32 where the rest may be at bf16: sums over all places are solved for here."""
    @torch.no_grad()
    @functools.wraps(method)
    def run(*args, **named):
        with torch.autocast(args[1].device.type, enabled=False):
            return method(*args, **named)
    return run


class Target:
    """One model a clip: learn(...) a prompted frame first, then score(...) and learn(...) by turns.

    f16 B,112,h,w and f8 B,40,2h,2w; masks B,1,16h,16w in 0..1.
    """

    def __init__(self):
        self.kept, self.recent, self.n_kept, self.n_recent = None, None, 0, 0

    @staticmethod
    def gather(f16, f8):
        """-> B,152,hw: what a place shows at both strides."""
        return torch.cat([f16, F.avg_pool2d(f8, 2)], 1).flatten(2)

    def rows(self, f16, f8):
        """-> B,153,hw: normalised, and a one."""
        z = (self.gather(f16, f8) - self.mean) * self.scale
        return torch.cat([z, torch.ones_like(z[:, :1])], 1)

    @exact
    def learn(self, f16, f8, mask, is_prompted):
        mask = mask.float()
        inside = F.avg_pool2d(mask, 16).flatten(2)
        if not self.n_kept:
            raw = self.gather(f16, f8)
            self.mean, self.scale = raw.mean(2, keepdim=True), 1 / (raw.std(2, unbiased=False, keepdim=True) + 1e-3)
        z = self.rows(f16, f8)
        share = 1. if is_prompted or not self.n_recent else 1 - FADE
        sums = [x.sum(2, keepdim=True) for x in (inside, 1 - inside)]
        weight = share * .5 * (inside / sums[0].clamp(min=1) + (1 - inside) / sums[1].clamp(min=1))
        weight = weight * (sums[0] > 0)                                     # a frame without any object teaches nothing
        new = (z * weight) @ z.transpose(1, 2), (z * weight * (2 * inside - 1)).sum(2, keepdim=True)
        if is_prompted:
            self.kept = new if not self.n_kept else tuple(a + b for a, b in zip(self.kept, new))
            self.n_kept += 1
        else:
            fade = torch.where(sums[0] > 0, FADE, 1.)
            self.recent = new if not self.n_recent else tuple(fade * a + b for a, b in zip(self.recent, new))
            self.n_recent += 1
        self.solve()

    def solve(self):
        share = PROMPTED if self.n_recent else 1.
        products, answers = (share / self.n_kept * x for x in self.kept)
        if self.n_recent:
            products, answers = products + (1 - share) * self.recent[0], answers + (1 - share) * self.recent[1]
        ridge = torch.full((products.shape[1],), RIDGE, device=products.device)
        ridge[-1] = 1e-6
        factor = torch.linalg.cholesky((products + torch.diag(ridge)).double())
        self.weight = torch.cholesky_solve(answers.double(), factor).float()

    @exact
    def score(self, f16, f8):
        """-> B,1,h,w: about 1 on the object, -1 on all else."""
        return (self.weight.transpose(1, 2) @ self.rows(f16, f8)).unflatten(2, f16.shape[2:])
