# SPDX-License-Identifier: BSD-2-Clause
"""What an answer costs. Logits and truth are B,1,H,W; truth is 0..1, and may be empty."""
import torch
import torch.nn.functional as F

HARD = .3                          # the share of pixels, the worst ones, that cross-entropy looks at
SMOOTH = .002                      # of the picture's pixels: what makes dice gentle where there is little or nothing


def mask_loss(logits, truth):
    """Cross-entropy of the hardest pixels plus dice; -> B.

    Where the truth is empty dice becomes p / (p + smooth): zero only for an empty answer, and already small for
    a few stray pixels.
    """
    logits = logits.float()
    entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction='none').flatten(1)
    hardest = entropy.topk(int(entropy.shape[1] * HARD), 1).values.mean(1)
    p, t = torch.sigmoid(logits).flatten(1), truth.flatten(1)
    smooth = SMOOTH * p.shape[1]
    dice = 1 - (2 * (p * t).sum(1) + smooth) / (p.sum(1) + t.sum(1) + smooth)
    return hardest + dice


def best_of(logits, quality, truth, share):
    """Of several answers B,K,H,W the best is taught `share` of the loss, all together the rest; -> B.

    What each is worth (quality B,K) is taught as well. A first click may mean several things: the best answer alone,
    with a little for the others so that none dies. What follows says which was meant, so all are to know it.
    """
    each = torch.stack([mask_loss(answer, truth) for answer in logits.split(1, 1)], 1)
    worth = torch.stack([overlap(answer, truth) for answer in logits.split(1, 1)], 1)
    judged = F.binary_cross_entropy_with_logits(quality.float(), worth, reduction='none').mean(1)
    return share * each.amin(1) + (1 - share) * each.mean(1) + .2 * judged


@torch.no_grad()
def overlap(logits, truth):
    """Intersection over union at one half, 1 where both are empty; -> B."""
    a, b = (logits > 0).flatten(1), (truth > .5).flatten(1)
    union = (a | b).sum(1)
    return torch.where(union > 0, (a & b).sum(1) / union.clamp(min=1), torch.ones_like(union, dtype=torch.float))
