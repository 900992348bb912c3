# SPDX-License-Identifier: BSD-2-Clause
"""python export.py CHECKPOINT [--out ../models/embedded] [--version N]: one OpenVINO IR a stage, and a manifest."""
import argparse
import copy
import hashlib
import json
import pathlib

import openvino as ov
import torch
from torch import nn

import net as network
import weights

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent / 'models' / 'embedded'
FORMAT = 4                         # of the tensors' meaning
INPUTS = {
    'encode': ('image',),
    'memorize': ('image', 'f16', 'mask', 'others'),
    'decode': ('f4', 'f8', 'f16', 'reading', 'score', 'previous'),
    'click': ('image', 'clicks', 'previous'),
}
OUTPUTS = {
    'encode': ('f4', 'f8', 'f16', 'key', 'shrinkage', 'selection'),
    'memorize': ('value',), 'decode': ('mask',), 'click': ('mask', 'quality'),
}
CHANNELS = {'image': 3, 'mask': 1, 'others': 1, 'previous': 1, 'clicks': 2, 'f4': network.C4, 'f8': network.C8,
            'f16': network.C16, 'key': network.KEY, 'shrinkage': 1, 'selection': network.KEY,
            'value': network.VALUE, 'reading': network.VALUE, 'score': 1}
STRIDES = {'f4': 4, 'f8': 8, 'f16': 16, 'key': 16, 'shrinkage': 16, 'selection': 16, 'value': 16, 'reading': 16,
           'score': 16}


def rounded(net):
    """A copy whose weights are all f16 numbers: OpenVINO has nothing to round, and computes what this copy does."""
    net = copy.deepcopy(net).eval()
    with torch.no_grad():
        for value in net.parameters():
            value.copy_(value.half().float())
    return net


def probability(logits):
    """A mask: logits at stride 4, enlarged four times, through the sigmoid."""
    return torch.sigmoid(network.enlarge(logits, 4))


class Decode(nn.Module):
    """The decoder whose answer is a mask."""

    def __init__(self, decode):
        super().__init__()
        self.decode = decode

    def forward(self, *given):
        return probability(self.decode(*given))


class Click(nn.Module):
    """The click stage whose answer is the mask that promises most, and what it promises, 1,1,1,1."""

    def __init__(self, click):
        super().__init__()
        self.click = click

    def forward(self, *given):
        logits, quality = network.best(*self.click(*given))
        return probability(logits), quality[:, :, None, None]


def stages(net):
    """The four modules as they are exported, by name."""
    return {'encode': net.encode, 'memorize': net.memorize,
            'decode': Decode(net.decode), 'click': Click(net.click)}


def example(name, height=64, width=96):
    """A random tensor as the input `name` may be."""
    stride = STRIDES.get(name, 1)
    return torch.rand(1, CHANNELS[name], height // stride, width // stride)


def convert(module, name):
    """A stage as an OpenVINO model: named inputs and outputs, batch 1, any height and width."""
    inputs = tuple(example(i) for i in INPUTS[name])
    with torch.no_grad():
        model = ov.convert_model(module.eval(), example_input=inputs if len(inputs) > 1 else inputs[0])
    for port, label in zip(model.inputs, INPUTS[name], strict=True):
        port.get_tensor().set_names({label})
        port.get_node().set_friendly_name(label)
    model.reshape({label: ov.PartialShape([1, CHANNELS[label], -1, -1]) for label in INPUTS[name]})
    for port, label in zip(model.outputs, OUTPUTS[name], strict=True):
        port.get_tensor().set_names({label})
    return model


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def export(net, folder, version, made_from):
    """Write every stage and the manifest into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, module in stages(rounded(net)).items():
        ov.save_model(convert(module, name), folder / f'{name}.xml', compress_to_fp16=True)
    files = sorted(p for p in folder.iterdir() if p.suffix in ('.xml', '.bin'))
    manifest = {
        'name': 'holdout-embedded', 'format': FORMAT, 'version': version, 'made_from': made_from,
        'files': {p.name: sha256(p) for p in files},
        'channels': CHANNELS, 'strides': STRIDES,
        'top_k': network.TOP_K, 'click_disc_radius': network.CLICK_RADIUS, 'size_multiple': 16,
    }
    (folder / 'manifest.json').write_text(json.dumps(manifest, indent=1) + '\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint', type=pathlib.Path)
    parser.add_argument('--out', type=pathlib.Path, default=MODELS)
    parser.add_argument('--version', type=int, default=1)
    args = parser.parse_args()
    net = network.Net().eval()
    step = weights.load(net, args.checkpoint)
    made_from = f'step {step}' if step else 'the sketch'
    export(net, args.out, args.version, made_from)
    total = sum(p.stat().st_size for p in args.out.iterdir())
    print(f'{args.out}: version {args.version}, {made_from}, {total / 1e6:.1f} MB')


if __name__ == '__main__':
    main()
