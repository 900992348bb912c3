# SPDX-License-Identifier: BSD-2-Clause
"""The embedded tracker's network: three stages that share one frozen backbone, and the click stage with one of its own.

Shapes, everywhere in training/: an image is B,3,H,W, RGB in 0..1; a mask B,1,H,W in 0..1; H and W are
multiples of 16 and h, w = H/16, W/16. The stages are what models/embedded/README.md describes:

    Encode     image                                 -> f4, f8, f16, key, shrinkage, selection
    Memorize   image, f16, mask, others              -> value
    read()     memory keys and values, query keys    -> reading (written by hand in C)
    Decode     f4, f8, f16, reading, score, previous -> logits at stride 4
    Click      image, clicks, previous               -> logits of several answers at stride 4, and how good each is
"""
import torch
import torch.nn.functional as F
from torch import nn

from backbone import LITE2, Backbone

C4, C8, C16 = 24, 40, 112          # backbone channels at strides 4, 8, 16
KEY, VALUE = 64, 128               # channels of a memory place
TOP_K = 30                         # memory places that one query place reads from
CLICK_RADIUS = 5                   # pixels at working size


def conv(cin, cout, size=3, stride=1):
    """A convolution that keeps the size (or halves it, at stride 2)."""
    return nn.Conv2d(cin, cout, size, stride, size // 2)


class Residual(nn.Module):
    """Two 3x3 convolutions beside a skip; pre-activation.

    `norm`: over all channels of a picture, since batches are small; else none.
    """

    def __init__(self, cin, cout, norm=False):
        super().__init__()
        self.norm = nn.GroupNorm(1, cin) if norm else nn.Identity()
        self.first, self.second = conv(cin, cout), conv(cout, cout)
        self.skip = conv(cin, cout, 1) if cin != cout else nn.Identity()

    def forward(self, x):
        return self.skip(x) + self.second(F.relu(self.first(F.relu(self.norm(x)))))


class Encode(nn.Module):
    """What a frame is, whatever object is asked for: features and XMem's key, shrinkage and selection."""

    def __init__(self):
        super().__init__()
        self.backbone = Backbone().requires_grad_(False)
        self.key, self.shrinkage, self.selection = conv(C16, KEY), conv(C16, 1), conv(C16, KEY)

    def keys(self, f16):
        """f16 B,112,h,w -> key B,64,h,w; shrinkage B,1,h,w (at least 1); selection B,64,h,w (0..1)."""
        return self.key(f16), self.shrinkage(f16).square() + 1, torch.sigmoid(self.selection(f16))

    def forward(self, image):
        f4, f8, f16 = self.backbone(image)
        return (f4, f8, f16, *self.keys(f16))


class Memorize(nn.Module):
    """Where the object is in a frame, and its rivals: image, f16, mask, others -> value B,128,h,w.

    `others` B,1,H,W is what the other objects that are followed cover together; zeros where the object is alone.
    """

    def __init__(self):
        super().__init__()
        widths = (5, 24, 40, 64, 96)
        self.down = nn.ModuleList(conv(a, b, 3, 2) for a, b in zip(widths, widths[1:]))
        self.fuse, self.refine = Residual(widths[-1] + C16, VALUE), Residual(VALUE, VALUE)

    def forward(self, image, f16, mask, others):
        x = torch.cat([image - .5, mask, others], 1)
        for layer in self.down:
            x = F.relu(layer(x))
        return self.refine(self.fuse(torch.cat([x, f16], 1)))


class Pyramid(nn.Module):
    """Features, a stride-16 input of `cin` channels and `n_maps` picture-sized maps -> logits B,answers,H/4,W/4."""

    def __init__(self, cin, n_maps, answers=1, seen=(C4, C8, C16), norm=False, c16=128, c8=64, c4=32):
        super().__init__()
        self.fuse16, self.refine16 = Residual(cin + seen[2] + n_maps, c16, norm), Residual(c16, c16, norm)
        self.skip8, self.lift8, self.refine8 = conv(seen[1] + n_maps, c8), conv(c16, c8, 1), Residual(c8, c8, norm)
        self.skip4, self.lift4, self.refine4 = conv(seen[0] + n_maps, c4), conv(c8, c4, 1), Residual(c4, c4, norm)
        self.out = conv(c4, answers)

    def forward(self, f4, f8, f16, asked, maps):
        return self.refine(f4, f8, self.begin(f16, asked, maps), maps)

    def begin(self, f16, asked, maps):
        """-> B,128,h,w: all that the coarse level makes of it."""
        return self.refine16(self.fuse16(torch.cat([f16, F.avg_pool2d(maps, 16), asked], 1)))

    def refine(self, f4, f8, x, maps):
        m4, m8 = (F.avg_pool2d(maps, s) for s in (4, 8))
        x = self.refine8(self.skip8(torch.cat([f8, m8], 1)) + enlarge(self.lift8(x), 2))
        x = self.refine4(self.skip4(torch.cat([f4, m4], 1)) + enlarge(self.lift4(x), 2))
        return self.out(F.relu(x))


class Decode(nn.Module):
    """Reading from memory, target model's score B,1,h,w and last frame's mask -> this frame's logits at stride 4.

    The pyramid sees the score, and is moved by it as well: by `trust` logits where the score is clear,
    after leaning a little towards the object.
    """

    def __init__(self):
        super().__init__()
        self.pyramid = Pyramid(VALUE + 1, 1)
        self.trust, self.lean = nn.Parameter(torch.tensor(3.)), nn.Parameter(torch.tensor(.15))

    def forward(self, f4, f8, f16, reading, score, previous):
        score = (score + self.lean).clamp(-1, 1)
        logits = self.pyramid(f4, f8, f16, torch.cat([reading, score], 1), previous)
        return logits + self.trust * enlarge(score, 4)


class Click(nn.Module):
    """A picture, clicks B,2,H,W (discs: wanted, unwanted) and the mask shown now -> logits B,3,H/4,W/4 and quality B,3.

    Its backbone sees the clicks and the mask with the picture from stride 4 on. Every place then sees how like the
    clicked places it is (cosine of a 32-channel key, the best of each kind), what the picture is at stride 32 and on
    the whole, and a wide context; after that it is the same pyramid as the tracker's. One click may mean a wheel, the
    bicycle or rider and all, so there are several answers; `quality` is the overlap (IoU, as a logit) expected of
    each.
    """

    WIDTH, DILATIONS, ANSWERS = 128, (1, 2, 4, 2), 3
    SCALE = .125                   # of the backbone's features, which deviate by some 8

    def __init__(self):
        super().__init__()
        c = self.WIDTH
        self.backbone = Backbone(LITE2, 32)
        for part in (self.backbone.stem, *self.backbone.blocks[:self.backbone.taps[0] + 1]):
            part.requires_grad_(False)                                       # what no click has reached
        c4, c8, c16, c32 = self.backbone.channels
        self.beside = nn.Sequential(conv(3, 16, 3, 2), nn.ReLU(), conv(16, c4, 3, 2))
        nn.init.zeros_(self.beside[2].weight)
        self.key, self.enter = conv(c16, 32, 1), conv(c16 + 2 + 3, c)
        self.deep, self.whole = conv(c32, c, 1), nn.Linear(c32, c)
        self.context = nn.ModuleList(
            nn.Sequential(nn.GroupNorm(1, c), nn.ReLU(), nn.Conv2d(c, c, 3, padding=d, dilation=d), nn.ReLU(),
                          conv(c, c, 1))
            for d in self.DILATIONS)
        self.pyramid = Pyramid(c, 3, self.ANSWERS, (c4, c8, c16), norm=True)
        self.judge = nn.Sequential(nn.Linear(2 * 128 + 2 + self.ANSWERS, 64), nn.ReLU(), nn.Linear(64, 1))

    def likeness(self, f16, clicks):
        """-> B,2,h,w: cosine to the most similar wanted and unwanted click, -1 where there is none."""
        key = F.normalize(self.key(f16), dim=1).flatten(2)
        clicked = F.max_pool2d(clicks, 16, 16).flatten(2).unsqueeze(2)          # B,2,1,hw
        cosine = (key.transpose(1, 2) @ key).unsqueeze(1)                        # B,1,hw,hw
        best = torch.where(clicked > 0, cosine, torch.full_like(cosine, -1.)).amax(3)
        return best.reshape(f16.shape[0], 2, f16.shape[2], f16.shape[3])

    def quality(self, coarse, logits):
        """How good each answer is: by what the coarse level shows in it and on the whole, how sure and large it is."""
        p = torch.sigmoid(logits)
        inside = F.avg_pool2d(p, 4).flatten(2)                                   # B,3,hw
        coarse = coarse.flatten(2)
        seen = inside @ coarse.transpose(1, 2) / (inside.sum(2, keepdim=True) + .1)
        whole = coarse.mean(2).unsqueeze(1).expand_as(seen)
        flat = p.flatten(2)
        size = flat.mean(2, keepdim=True)
        sure = flat.square().mean(2, keepdim=True) / (size + 1e-4)
        which = torch.eye(self.ANSWERS, device=p.device).expand(p.shape[0], -1, -1)
        return self.judge(torch.cat([seen, whole, size.sqrt(), sure, which], 2)).squeeze(2)

    def forward(self, image, clicks, previous):
        maps = torch.cat([clicks, previous], 1)
        f4 = self.backbone.begin(image) + self.beside(maps) / self.SCALE
        f4, f8, f16, f32 = (f * self.SCALE for f in (f4, *self.backbone.go_on(f4)))
        x = self.enter(torch.cat([f16, self.likeness(f16, clicks), F.avg_pool2d(maps, 16, 16)], 1))
        x = x + enlarge(self.deep(f32), 2)[:, :, :f16.shape[2], :f16.shape[3]]
        x = x + self.whole(f32.mean((2, 3)))[:, :, None, None]
        for block in self.context:
            x = x + block(x)
        coarse = self.pyramid.begin(f16, x, maps)
        logits = self.pyramid.refine(f4, f8, coarse, maps)
        return logits, self.quality(coarse.detach(), logits.detach())


def best(logits, quality):
    """The answer that promises most, and what it promises (0..1); B,3,h,w and B,3 -> B,1,h,w and B,1."""
    promised, index = torch.sigmoid(quality).max(1, keepdim=True)
    return logits.gather(1, index[:, :, None, None].expand(-1, -1, *logits.shape[2:])), promised


class Net(nn.Module):
    """The four stages together."""

    def __init__(self):
        super().__init__()
        self.encode, self.memorize, self.decode, self.click = Encode(), Memorize(), Decode(), Click()

    def trained_state(self):
        """The state without the frozen backbone, which comes from its own package."""
        return {k: v for k, v in self.state_dict().items() if not k.startswith('encode.backbone.')}

    def load_trained(self, state):
        """Take a state from trained_state(); anything missing or left over is an error."""
        missing, unexpected = self.load_state_dict(state, strict=False)
        missing = [k for k in missing if not k.startswith('encode.backbone.')]
        if missing or unexpected:
            raise ValueError(f'these weights do not fit: missing {missing}, not known {unexpected}')


def enlarge(x, times):
    """Bilinear, pixel centres aligned (align_corners false): the only interpolation in the network."""
    return F.interpolate(x, scale_factor=float(times), mode='bilinear', align_corners=False)


def read(memory_key, memory_shrinkage, memory_value, key, selection, top_k=TOP_K):
    """XMem's anisotropic L2 reading, over the `top_k` most similar of M memory places (None: over all).

    memory_key B,64,M; memory_shrinkage B,1,M; memory_value B,128,M; key, selection B,64,h,w -> B,128,h,w.
    """
    with torch.autocast(key.device.type, enabled=False):
        exact = (x.float() for x in (memory_key, memory_shrinkage, memory_value, key, selection))
        return read_exactly(*exact, top_k)


def read_exactly(memory_key, memory_shrinkage, memory_value, key, selection, top_k):
    """The same at f32, which differences of squares need."""
    b, _, h, w = key.shape
    q, e = key.flatten(2), selection.flatten(2)
    similarity = 2 * memory_key.transpose(1, 2) @ (q * e) - memory_key.square().transpose(1, 2) @ e
    similarity = similarity - (e * q.square()).sum(1, keepdim=True)
    similarity = similarity * memory_shrinkage.transpose(1, 2) / KEY ** .5       # B,M,hw
    if top_k and top_k < similarity.shape[1]:
        best, index = similarity.topk(top_k, 1)
        weight = torch.zeros_like(similarity).scatter(1, index, best.softmax(1))
    else:
        weight = similarity.softmax(1)
    return (memory_value @ weight).view(b, -1, h, w)
