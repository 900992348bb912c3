# SPDX-License-Identifier: BSD-2-Clause
"""python test_training.py: checks of what training and scoring stand on; skipped where torch is not installed."""
import argparse
import pathlib
import sys
import tempfile

try:
    import cv2
    import numpy as np
    import torch
except ImportError as missing:
    print(f'skipped: {missing.name} is not installed')
    sys.exit(0)

import backbone
import data
import davis
import losses
import net as network
import prompts
import target
import tracker
import weights


def square(x, y, side=20, size=64):
    mask = np.zeros((size, size), bool)
    mask[y:y + side, x:x + side] = True
    return mask


def little_pictures(root, count=4):
    """A folder like duts_tr with a few pictures of discs."""
    folder = root / 'duts_tr'
    folder.mkdir()
    for i in range(count):
        y, x = np.mgrid[:90, :120]
        inside = np.hypot(x - 50 - 5 * i, y - 45) < 22
        ground = np.stack([90 + x, 140 + 0 * x, 80 + y], 2)
        picture = np.where(inside[..., None], (30, 60, 200), ground).astype(np.uint8)
        cv2.imwrite(str(folder / f'{i}.webp'), picture)
        cv2.imwrite(str(folder / f'{i}.png'), inside.astype(np.uint8) * 255)


def settings(root, run, steps, only=None):
    return argparse.Namespace(run=root / run, data=root, warm_start=None, size=64, frames=3, batch=2, rate=1e-3,
                              steps=steps, cooldown=1, minutes=1e9, device='cpu', keep=1e9, workers=0, threads=1,
                              seed=3, only=only, regions=data.REGIONS, precision='f32')


def test_region_and_boundary():
    a, b, none = square(10, 10), square(20, 10), square(0, 0, 0)
    assert davis.region(a, a) == davis.boundary(a, a) == davis.region(none, none) == davis.boundary(none, none) == 1
    assert abs(davis.region(a, b) - 200 / 600) < 1e-9
    assert davis.region(a, none) == davis.boundary(a, none) == 0
    assert davis.boundary(a, square(11, 10)) == 1 and davis.boundary(a, square(30, 30)) < .1


def test_clicks_mend_the_larger_error():
    truth, shown = square(10, 10, 30), square(10, 10, 15)
    x, y, wanted = prompts.next_click(truth, shown)
    assert wanted and truth[y, x] and not shown[y, x]
    x, y, wanted = prompts.next_click(shown, truth)
    assert not wanted and truth[y, x] and not shown[y, x]
    assert prompts.next_click(truth, truth) is None
    maps = prompts.discs([(30, 20, True), (5, 40, False)], 48, 64)
    assert maps.shape == (2, 48, 64) and maps[0, 20, 30] == maps[1, 40, 5] == 1 and maps[0, 40, 5] == 0


def test_worse_masks_stay_masks():
    truth = square(20, 20, 24).astype(np.float32)
    for seed in range(50):
        worse = prompts.worsen(truth, np.random.default_rng(seed))
        assert worse.dtype == np.float32 and 0 <= worse.min() and worse.max() <= 1 and (worse > .5).any()


def test_loss_of_an_absent_object():
    truth, nothing = torch.zeros(1, 1, 64, 64), torch.full((1, 1, 64, 64), -9.)
    stray, full = nothing.clone(), -nothing
    stray[..., :4, :4] = 9
    quiet, some, all_wrong = (losses.mask_loss(x, truth).item() for x in (nothing, stray, full))
    assert quiet < .1 < some < all_wrong
    assert losses.overlap(nothing, truth).item() == 1 and losses.overlap(stray, truth).item() == 0


def test_reading():
    g = torch.Generator().manual_seed(0)
    key, shrinkage = torch.randn(1, 64, 10, generator=g), torch.rand(1, 1, 10, generator=g) + 1
    value = torch.randn(1, 128, 10, generator=g)
    query, selection = torch.randn(1, 64, 2, 3, generator=g), torch.rand(1, 64, 2, 3, generator=g)
    reading = network.read(key, shrinkage, value, query, selection, 3)
    k, q, e = key[0], query[0, :, 1, 2, None], selection[0, :, 1, 2, None]
    distance = (e * (k - q) ** 2).sum(0)                                     # the same, written as a distance
    best, index = (-distance * shrinkage[0, 0] / 8).topk(3)
    expected = value[0][:, index] @ best.softmax(0)
    assert torch.allclose(reading[0, :, 1, 2], expected, atol=1e-4)
    whole = network.read(key, shrinkage, value, query, selection, None)
    assert torch.allclose(whole, network.read(key, shrinkage, value, query, selection, 10), atol=1e-5)


def test_target_is_a_weighted_ridge_regression():
    g = torch.Generator().manual_seed(0)
    f16, f8 = torch.randn(1, 112, 6, 8, generator=g), torch.randn(1, 40, 12, 16, generator=g)
    mask = torch.zeros(1, 1, 96, 128)
    mask[..., 32:80, 40:96] = 1
    f16[:, :5, 2:5, 3:6] += 2                                                # what tells it from the rest
    model = target.Target()
    assert model.n_kept == 0
    model.learn(f16, f8, mask, True)
    inside = torch.nn.functional.avg_pool2d(mask, 16).flatten().double()
    x = torch.cat([f16, torch.nn.functional.avg_pool2d(f8, 2)], 1).flatten(2)[0].double()
    x = torch.cat([(x - x.mean(1, keepdim=True)) / (x.std(1, unbiased=False, keepdim=True) + 1e-3), torch.ones(1, 48)])
    weight = .5 * (inside / inside.sum() + (1 - inside) / (1 - inside).sum())
    ridge = torch.full((153,), target.RIDGE, dtype=torch.double)
    ridge[-1] = 1e-6
    expected = torch.linalg.solve(x @ torch.diag(weight) @ x.T + torch.diag(ridge), x @ (weight * (2 * inside - 1)))
    assert torch.allclose(model.score(f16, f8).flatten().double(), expected @ x, atol=1e-3)
    before = model.weight.clone()
    model.learn(f16, f8, torch.zeros_like(mask), False)                      # gone: the newest frame teaches nothing
    model.learn(f16, f8, mask, False)
    assert torch.isfinite(model.weight).all() and not torch.equal(model.weight, before)


def test_older_decoders_take_no_notice_of_the_score():
    torch.manual_seed(0)
    old = network.Pyramid(network.VALUE, 1)
    state = weights.with_score({f'decode.{k}': v for k, v in old.state_dict().items()})
    new = network.Decode()
    new.load_state_dict({k[7:]: v for k, v in state.items()})
    f = torch.rand(1, network.C4, 16, 16), torch.rand(1, network.C8, 8, 8), torch.rand(1, network.C16, 4, 4)
    reading, score, previous = torch.rand(1, network.VALUE, 4, 4), torch.randn(1, 1, 4, 4), torch.rand(1, 1, 64, 64)
    moved = 3 * network.enlarge((score + .15).clamp(-1, 1), 4)
    assert torch.allclose(new(*f, reading, score, previous), old(*f, reading, previous) + moved, atol=1e-4)


def test_older_memories_take_no_notice_of_others():
    torch.manual_seed(0)
    memorize = network.Memorize()
    name = 'memorize.down.0.weight'
    old = {f'memorize.{k}': v
           for k, v in memorize.state_dict().items()} | {name: memorize.down[0].weight[:, :4].detach()}
    memorize.load_state_dict({k[9:]: v for k, v in weights.with_others(old).items()})
    image, f16, mask = torch.rand(1, 3, 32, 32), torch.rand(1, network.C16, 2, 2), torch.rand(1, 1, 32, 32)
    alone = memorize(image, f16, mask, torch.zeros_like(mask))
    assert torch.equal(alone, memorize(image, f16, mask, torch.ones_like(mask)))


def test_objects_of_a_clip_compete():
    import train
    masks = torch.zeros(2, 3, 4, 8, 8)
    masks[0, :, 0, :4], masks[0, :, 1, 4:], masks[1, :, 0, 2:5] = 1, 1, 1
    rng = np.random.default_rng(0)
    clip, truth = train.followed(masks, rng)
    assert clip.tolist() == [0, 0, 1] and truth.shape == (3, 3, 1, 8, 8) and torch.equal(truth[1, :, 0], masks[0, :, 1])
    beside = torch.tensor([[0., 1, 0], [1, 0, 0], [0, 0, 0]])
    many = masks[:, :, :1].expand(-1, -1, 4, -1, -1)
    assert sorted(train.followed(many, rng)[0].tolist()) in ([0, 0, 1], [0, 1, 1])
    drawn = [train.rivals(clip, np.random.default_rng(seed)) for seed in range(30)]
    assert all(torch.equal(d, beside) or not d.any() for d in drawn) and any(d.any() for d in drawn)
    logits = torch.randn(3, 1, 8, 8)
    after = train.compete(logits, beside)
    assert torch.equal(after[2], logits[2])                                  # alone
    odds = logits[:2, 0].exp()
    assert torch.allclose(torch.sigmoid(after[:2, 0]), odds / (1 + odds.sum(0)), atol=1e-5)


def test_synthetic_objects_hide_one_another(root):
    import stills
    import synth
    little_pictures(root)
    made, most = synth.Synth(stills.Stills(root)), 0
    for seed in range(20):
        frames, masks = made.clip(np.random.default_rng(seed), 64, 3)
        assert frames.shape == (3, 64, 64, 3) and masks.shape[2:] == (64, 64) and masks.sum(1).max() < 1 + 1e-5
        most = max(most, masks.shape[1])
    assert 2 < most <= data.OBJECTS


def test_masks_of_ids_of_planes_and_of_one_object():
    import sequences
    rng, ids = np.random.default_rng(0), np.zeros((8, 8), np.uint8)
    ids[:2], ids[4:] = 1, 7
    planes = np.stack([ids // 7 * 200, ids * 0], 2)
    for masks, areas in (([ids, ids * 0], [16, 32]), ([planes] * 2, [32]), ([ids * 36] * 2, [32])):
        found = sequences.Sequences.objects(rng, masks)
        assert sorted(
            (alphas[0] > 127).sum() for alphas in found) == areas and all(len(alphas) == 2 for alphas in found)
    frames, truths = np.full((3, 32, 32, 3), 50, np.uint8), np.zeros((3, 1, 32, 32), np.float32)
    frames[:, 4:12, 4:12], truths[:, 0, 4:12, 4:12] = 220, 1
    counts = set()
    for seed in range(8):
        images, both = sequences.twin(np.random.default_rng(seed), frames, truths)
        counts.add(both.shape[1])
        assert both.sum(1).max() <= 1 + 1e-5 and truths.max() == 1 and images.shape == frames.shape
    assert counts == {1, 2}


def test_of_several_answers_the_best_is_taught():
    truth = torch.from_numpy(square(20, 20)).float()[None, None]
    logits = torch.cat([torch.from_numpy(square(x, 20)).float()[None, None] * 8 - 4 for x in (40, 22, 0)],
                       1).requires_grad_()
    quality = torch.tensor([[.9, 1., 0.]], requires_grad=True)
    losses.best_of(logits, quality, truth, .95).sum().backward()
    alone = logits.detach().clone().requires_grad_()
    losses.mask_loss(alone[:, 1:2], truth).sum().backward()
    assert torch.allclose(logits.grad[:, 1], alone.grad[:, 1] * (.95 + .05 / 3), atol=1e-6)
    assert quality.grad[0, 0] > 0 and quality.grad[0, 1] < 0     # one promised too much, the other too little
    answer, promised = network.best(logits, quality)
    assert torch.equal(answer, logits[:, 1:2]) and promised.item() == torch.sigmoid(torch.tensor(1.)).item()


def test_older_states_get_a_new_click_stage():
    torch.manual_seed(0)
    net = network.Net()
    fresh = net.trained_state()
    old = {k: v + 1
           for k, v in fresh.items() if not k.startswith('click.')} | {'click.pyramid.out.bias': torch.zeros(1)}
    state = weights.with_click(old, fresh)
    assert {k: v.shape for k, v in state.items()} == {k: v.shape for k, v in fresh.items()}
    assert torch.equal(state['click.key.weight'], fresh['click.key.weight']) and torch.equal(
        state['memorize.fuse.skip.bias'], old['memorize.fuse.skip.bias'])
    net.load_trained(state)
    for size in (64, 80):                                                    # 80 is no multiple of 32
        logits, quality = net.click(torch.rand(1, 3, 64, size), torch.zeros(1, 2, 64, size),
                                    torch.zeros(1, 1, 64, size))
        assert logits.shape == (1, 3, 16, size // 4) and quality.shape == (1, 3)


def test_filters_that_stay_pass_gradients_on():
    for kernel, stride, size in ((3, 1, 12), (5, 1, 12), (3, 2, 12), (5, 2, 12), (5, 2, 17)):
        torch.manual_seed(0)
        filtered, x = backbone.Depthwise(8, kernel, stride), torch.randn(2, 8, size, size, requires_grad=True)
        ours = filtered(x)
        theirs = filtered.conv(torch.nn.functional.pad(x, filtered.pad) if filtered.pad else x)
        gradient = torch.randn_like(ours)
        assert ours.shape[2] == -(-size // stride)
        assert torch.allclose(
            torch.autograd.grad(ours, x, gradient)[0],
            torch.autograd.grad(theirs, x, gradient)[0], atol=1e-5)


def test_a_box_says_what_the_engine_makes_of_it():
    truth = square(20, 16, 24).astype(bool)
    shown = prompts.box_map(truth, np.random.default_rng(0))
    assert set(np.unique(shown)) == {0, prompts.BOX} and davis.region(shown > 0, truth) > .8
    edge = prompts.box_map(square(0, 0, 3), np.random.default_rng(1))       # never empty, wherever the object is
    assert edge.any()


def test_names_of_the_sketch():
    state = {'track.fuse.a.weight': torch.zeros(1), 'cread.wide.0.1.bias': torch.zeros(1), 'v3.bias': torch.zeros(1),
             'click.p8.weight': torch.zeros(1), 'backbone.stem': torch.zeros(1)}
    assert set(weights.from_sketch(state)) == {'decode.fuse16.first.weight', 'memorize.down.2.bias'}


def test_views():
    frame, matte = np.zeros((270, 480, 3), np.uint8), np.zeros((270, 480), np.float32)
    matte[100:160, 200:300] = 1
    view = tracker.around(frame, matte, 320)
    (x0, y0, x1, y1), size = view
    assert 0 <= x0 < 200 and 300 < x1 <= 480 and 0 <= y0 < 100 and 160 < y1 <= 270
    assert all(s % 16 == 0 for s in size)
    back = tracker.put_back(tracker.cut(matte, view), view, matte.shape)
    assert davis.region(back > .5, matte > .5) > .97


class Echo:
    """Stages whose decoder answers with what is bright in the picture's first channel, whatever memory says."""

    def __init__(self):
        self.others = []

    def __call__(self, name, **given):
        h, w = (s // 16 for s in given.get('image', given.get('previous')).shape[2:])
        if name == 'encode':
            self.image = given['image']
            sizes = (('f4', network.C4, 4), ('f8', network.C8, 2), ('f16', network.C16, 1))
            features = {n: np.random.default_rng(0).random((1, c, h * s, w * s), np.float32) for n, c, s in sizes}
            return {**features, 'key': features['f16'][:, :64], 'shrinkage': np.ones((1, 1, h, w), np.float32),
                    'selection': np.ones((1, 64, h, w), np.float32)}
        if name == 'memorize':
            self.others.append(given['others'].copy())
            return {'value': np.zeros((1, network.VALUE, h, w), np.float32)}
        return {'mask': self.image[:, :1] * .9}


def test_objects_that_are_followed_together():
    frame, first = np.zeros((128, 192, 3), np.uint8), np.zeros((128, 192), np.float32)
    frame[32:96, 32:96], first[32:96, 32:96] = 255, 1
    alone, stages = tracker.Tracker(Echo(), False, 192), [Echo(), Echo()]
    group = tracker.Group([tracker.Tracker(s, False, 192) for s in stages])
    alone.start(frame, first)
    group.start(frame, [first, 1 - first])
    assert stages[0].others[0][0, 0, 10, 10] == 1 and stages[0].others[0][0, 0, 60, 60] == 0
    matte, mattes = alone.step(frame), group.step(frame)
    assert abs(matte[64, 64] - .9) < 1e-3 and not alone.stages.others[1].any()
    for answer, stage in zip(mattes, stages):                                # both want it: nine to nine to one
        assert abs(answer[64, 64] - 9 / 19) < 1e-3 and abs(stage.others[1][0, 0, 64, 64] - 9 / 19) < 1e-3


def test_clips_repeat_and_a_stopped_run_goes_on(root):
    import train
    little_pictures(root)
    clips = data.Clips(root, 1, 64, 3, features=False)
    images, masks = clips[5]
    again = data.Clips(root, 1, 64, 3, features=False)[5]
    assert images.shape == (3, 3, 64, 64) and masks.shape == (3, data.OBJECTS, 64, 64) and masks[0, 0].max() > .5
    assert torch.equal(images, again[0]) and torch.equal(masks, again[1])
    train.Run(settings(root, 'straight', 4)).go()
    first = settings(root, 'stopped', 4)
    run = train.Run(first)
    batches = iter(data.loader(root, 3, 64, 3, 2, 0, 0))
    for _ in range(2):
        run.learn(next(batches))
    run.save(run.last)
    train.Run(first).go()
    a, b = (torch.load(root / name / 'last.pt', weights_only=False) for name in ('straight', 'stopped'))
    assert a['step'] == b['step'] == 4
    for part in ('net', 'average'):
        assert all(torch.equal(a[part][k], b[part][k]) for k in a[part]), part


def test_one_part_alone(root):
    import train
    little_pictures(root)
    for only in ('click', 'track'):
        run = train.Run(settings(root, only, 2, only))
        before = {k: v.clone() for k, v in run.net.trained_state().items()}
        run.go()
        changed = {k.startswith('click.') for k, v in run.net.trained_state().items() if not torch.equal(v, before[k])}
        assert changed == {only == 'click'}, only


def main():
    torch.set_num_threads(1)
    for name, test in list(globals().items()):
        if name.startswith('test_'):
            with tempfile.TemporaryDirectory() as folder:
                test(*([pathlib.Path(folder)] if test.__code__.co_argcount else []))
            print('ok', name[5:].replace('_', ' '))


if __name__ == '__main__':
    main()
