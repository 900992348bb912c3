# SPDX-License-Identifier: BSD-2-Clause
"""Weights on disk: a checkpoint of this folder, or the sketch's weights.pt taken over as a warm start."""
import os

import torch

# where each part of the sketch's network went
PARTS = {
    'key': 'encode.key', 'shrink': 'encode.shrinkage', 'select': 'encode.selection',
    'v1': 'memorize.down.0', 'v2': 'memorize.down.1', 'v3': 'memorize.down.2', 'v4': 'memorize.down.3',
    'vf': 'memorize.fuse', 'vo': 'memorize.refine',
    'track': 'decode',
}
LAYERS = {
    'fuse': 'fuse16', 'fuse2': 'refine16', 's8': 'skip8', 'p8': 'lift8', 'r8': 'refine8',
    's4': 'skip4', 'p4': 'lift4', 'r4': 'refine4', 'out': 'out',
}


def from_sketch(state):
    """The sketch's parameter names -> ours; the layers have the same shapes."""
    renamed = {}
    for name, tensor in state.items():
        head = max((p for p in PARTS if name.startswith(p + '.')), key=len, default=None)
        if head is None:
            continue                                                         # its backbone, and its clicks
        tail = name[len(head) + 1:].split('.')
        if head == 'track':
            tail[0] = LAYERS[tail[0]]
        tail = [{'a': 'first', 'b': 'second'}.get(part, part) for part in tail]
        renamed['.'.join([PARTS[head], *tail])] = tensor.float()
    return renamed


def with_score(state):
    """A state from before the decoder saw the target model's score -> one that takes no notice of it yet."""
    if 'decode.trust' in state:
        return state
    renamed = {(f'decode.pyramid.{k[7:]}' if k.startswith('decode.') else k): v for k, v in state.items()}
    for layer in ('first', 'skip'):
        name = f'decode.pyramid.fuse16.{layer}.weight'
        renamed[name] = torch.cat([renamed[name], torch.zeros_like(renamed[name][:, :1])], 1)
    return {**renamed, 'decode.trust': torch.tensor(3.), 'decode.lean': torch.tensor(.15)}


def with_others(state):
    """A state from before memory saw the other objects -> one that takes no notice of them yet."""
    name = 'memorize.down.0.weight'
    if state[name].shape[1] == 5:
        return state
    return {**state, name: torch.cat([state[name], torch.zeros_like(state[name][:, :1])], 1)}


def with_click(state, fresh):
    """A state from before clicks had a backbone of their own -> one with the click stage of `fresh`, a new state."""
    if 'click.backbone.stem.conv.weight' in state:
        return state
    tracker = {k: v for k, v in state.items() if not k.startswith('click.')}
    return {**tracker, **{k: v for k, v in fresh.items() if k.startswith('click.')}}


def load(net, path):
    """Load a checkpoint (its averaged weights) or the sketch's file into `net`; -> steps trained so far."""
    saved = torch.load(path, map_location='cpu', weights_only=False)
    state = saved['average'] if 'average' in saved else from_sketch(saved['net'])
    state = with_others(with_score({k: v.float() for k, v in state.items()}))
    net.load_trained(with_click(state, net.trained_state()))
    return saved['step'] if 'average' in saved else 0


def save(path, **saved):
    """Write atomically: a reader, or a restart after a kill, sees the old file or the new one."""
    torch.save(saved, f'{path}.part')
    os.replace(f'{path}.part', path)
