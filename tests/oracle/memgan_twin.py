"""MEMGAN once more, in PyTorch and float64, written from spec/ alone, without a look at src/.

    python memgan_twin.py WEIGHTS.safetensors PIXELS.f32 mnist|cifar10

prints the anomaly score of each image in PIXELS.f32, which holds preprocessed ones as float32: row, column, channel.
What `tests/memgan_twin_test.ts` compares with is written by `memgan_comparison.py`.

The names in brackets are clauses of the specification. Parameters are a dictionary, with the names, shapes and layouts
of a run's weights.safetensors [weights-names]; images are [m, row, column, channel], and only `conv` and `norm` permute
for PyTorch.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

import torch
from torch.nn import functional as F


class Recipe(NamedTuple):
    side: int
    channels: int
    kernel: int  # the side of the third kernel
    n: int  # memory units
    d: int  # their width
    dropout: float
    rates: tuple  # the first step's, and what a step after the last would have
    steps: int  # epochs times k
    m: int = 32

    def rate(self, t):  # [step-schedule]
        return self.rates[0] + (self.rates[1] - self.rates[0]) * t / self.steps


RECIPES = {
    "mnist": Recipe(28, 1, 3, n=50, d=64, dropout=0.3, rates=(1e-4, 1e-5), steps=7 * 400),
    "cifar10": Recipe(32, 3, 4, n=100, d=256, dropout=0.5, rates=(5e-5, 5e-5), steps=10 * 150),
}


def shapes(recipe, n, d):
    """The shape of every array of a weights file [choice-architecture, networks-biases, weights-names]."""
    c, k, flat = recipe.channels, recipe.kernel, 4 * 4 * 128
    weights = {
        "encoder.conv1": [4, 4, c, 32], "encoder.conv2": [4, 4, 32, 64], "encoder.conv3": [k, k, 64, 128],
        "encoder.conv4": [flat, 256], "encoder.linear": [256, d],
        "generator.linear": [d, 256], "generator.conv1": [256, flat], "generator.conv2": [k, k, 64, 128],
        "generator.conv3": [4, 4, 32, 64], "generator.conv4": [4, 4, c, 32],
        "discriminator.x.conv1": [4, 4, c, 32], "discriminator.x.conv2": [4, 4, 32, 64],
        "discriminator.x.conv3": [k, k, 64, 128], "discriminator.x.conv4": [flat, 256],
        "discriminator.z.linear1": [d, 256], "discriminator.z.linear2": [256, 256],
        "discriminator.joint.linear1": [512, 512], "discriminator.joint.linear2": [512, 1],
    }
    biases = {"encoder.linear": d, "generator.conv4": c, "discriminator.x.conv1": 32, "discriminator.z.linear1": 256,
              "discriminator.z.linear2": 256, "discriminator.joint.linear1": 512, "discriminator.joint.linear2": 1}
    norms = {"encoder.norm": {1: 32, 2: 64, 3: 128, 4: 256}, "generator.norm": {1: 256, 2: 128, 3: 64, 4: 32},
             "discriminator.x.norm": {2: 64, 3: 128, 4: 256}}
    return {
        "memory": [n, d],
        **{f"{layer}.weight": shape for layer, shape in weights.items()},
        **{f"{layer}.bias": [size] for layer, size in biases.items()},
        **{f"{name}{i}.{part}": [size] for part in ("gamma", "beta", "mean", "variance")
           for name, sizes in norms.items() for i, size in sizes.items()},
    }


def trained(names):
    return [name for name in names if not name.endswith((".mean", ".variance"))]


# Layers. `mode` is how an application normalises: by running statistics, or by its own batch, followed or not.
TEST, UNTRACKED, TRACKED = "test", "untracked", "tracked"


def linear(w, name, x):
    """x·W, and a bias where there is one; conv4 of E and D and conv1 of G are of this kind too."""
    return F.linear(x, w[name + ".weight"].T, w.get(name + ".bias"))


def conv(w, name, x, function=F.conv2d):
    kernel = w[name + ".weight"].permute(3, 2, 0, 1)
    return function(x.movedim(-1, 1), kernel, w.get(name + ".bias"), stride=2, padding=1).movedim(1, -1)


def norm(w, name, x, mode):
    """Batch normalisation [layers-batch-norm]; in the mode TRACKED the running statistics in w move, in place."""
    gamma, beta, mean, variance = (w[f"{name}.{part}"] for part in ("gamma", "beta", "mean", "variance"))
    if mode == UNTRACKED:
        mean = variance = None
    y = F.batch_norm(x.movedim(-1, 1), mean, variance, gamma, beta, training=mode != TEST, momentum=0.1, eps=1e-5)
    return y.movedim(1, -1)


def leaky(x, draw=None):
    """In D with dropout, of whole channels of an image and single units of a vector [layers-dropout]."""
    x, (m, *pixels, c) = F.leaky_relu(x, 0.1), x.shape
    return x if draw is None else x * draw(m, c).reshape(m, *[1] * len(pixels), c)


# The networks [choice-architecture], the memory and the score.
def encoder(w, x, mode):
    for i in (1, 2, 3):
        x = leaky(norm(w, f"encoder.norm{i}", conv(w, f"encoder.conv{i}", x), mode))
    x = leaky(norm(w, "encoder.norm4", linear(w, "encoder.conv4", x.flatten(1)), mode))
    return linear(w, "encoder.linear", x)


def generator(w, z, mode):
    x = F.relu(norm(w, "generator.norm1", linear(w, "generator.linear", z), mode))
    x = linear(w, "generator.conv1", x).reshape(-1, 4, 4, 128)
    for i in (2, 3, 4):
        x = conv(w, f"generator.conv{i}", F.relu(norm(w, f"generator.norm{i}", x, mode)), F.conv_transpose2d)
    return torch.tanh(x)


def discriminator(w, x, z, mode, draw=None):
    """The logits of D(x, z); `draw` makes dropout masks, in the order of use."""
    x = leaky(conv(w, "discriminator.x.conv1", x), draw)
    for i in (2, 3):
        x = leaky(norm(w, f"discriminator.x.norm{i}", conv(w, f"discriminator.x.conv{i}", x), mode), draw)
    x = leaky(norm(w, "discriminator.x.norm4", linear(w, "discriminator.x.conv4", x.flatten(1)), mode), draw)
    for i in (1, 2):
        z = leaky(linear(w, f"discriminator.z.linear{i}", z), draw)
    both = leaky(linear(w, "discriminator.joint.linear1", torch.cat([x, z], 1)), draw)
    return linear(w, "discriminator.joint.linear2", both).squeeze(1)


def project(M, z):
    """P(z) = Mᵀ softmax(Mz) [mem-projection-convex]."""
    return torch.softmax(z @ M.T, 1) @ M


def distance(a, b):
    """Euclidean, over all of an example's numbers [choice-norm]."""
    return torch.sqrt((a - b).flatten(1).square().sum(1) + 1e-12)


def score(w, x):
    """A(x) [anomaly-score, choice-inference-mode], and the G(P(E(x))) that it comes from."""
    with torch.no_grad():
        rebuilt = generator(w, project(w["memory"], encoder(w, x, TEST)), TEST)
        return distance(x, rebuilt), rebuilt


# Training.
def optimisers(w, recipe):
    """One Adam for each of the four players [adam, algorithm-1-optimiser]; w's parameters become trainable."""
    own = {"discriminator": [], "encoder": [], "generator": [], "memory": []}
    for name in trained(w):
        own[name.split(".")[0]].append(w[name].requires_grad_())
    return {player: torch.optim.Adam(own[player], recipe.rate(0), betas=(0.5, 0.999), eps=1e-8) for player in own}


def train_step(w, players, rate, x, r, draw):
    """One step of Algorithm 1 [step-applications]. Moves w in place, leaves gradients in .grad, returns the losses."""
    def differentiate(player, loss):
        [group] = players[player].param_groups
        group["lr"] = rate
        for parameter, gradient in zip(group["params"], torch.autograd.grad(loss, group["params"], retain_graph=True)):
            parameter.grad = gradient

    M, alpha = w["memory"], torch.softmax(r, 1)
    z = alpha @ M
    code = encoder(w, x, TRACKED)
    made = generator(w, z.detach(), UNTRACKED)

    real = discriminator(w, x, code.detach(), TRACKED, draw)
    fake = discriminator(w, made.detach(), z.detach(), UNTRACKED, draw)
    d_loss = -(F.logsigmoid(real) + F.logsigmoid(-fake)).mean()
    differentiate("discriminator", d_loss)
    players["discriminator"].step()

    log_real = F.logsigmoid(discriminator(w, x, code, UNTRACKED, draw)).mean()
    log_fake = F.logsigmoid(discriminator(w, made, z.detach(), UNTRACKED, draw)).mean()
    projected = project(M, code)
    cycle = distance(x, generator(w, projected, TRACKED)).mean()
    projection = distance(code, projected).mean()
    again = encoder(w, generator(w, z, UNTRACKED), UNTRACKED)
    information = -(alpha * torch.log_softmax(again @ M.T, 1)).sum(1).mean()

    differentiate("encoder", log_real + cycle + projection + information)
    differentiate("generator", -log_fake + cycle + information)
    differentiate("memory", cycle + projection + information)
    for player in ("encoder", "generator", "memory"):
        players[player].step()
    return [loss.item() for loss in (d_loss, log_real, -log_fake, cycle, projection, information)]


# Files.
def floats(data):
    return torch.frombuffer(bytearray(data), dtype=torch.float32).double()


def read_weights(path, recipe):
    """The arrays of a weights.safetensors, whatever its n and d."""
    data, w = Path(path).read_bytes(), {}
    start = 8 + int.from_bytes(data[:8], "little")
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            first, end = entry["data_offsets"]
            w[name] = floats(data[start + first:start + end]).reshape(entry["shape"])
    found = {name: list(array.shape) for name, array in w.items()}
    if "memory" not in w or found != shapes(recipe, *w["memory"].shape):
        sys.exit(f"{path} does not hold MEMGAN's arrays for this data set")
    return w


if __name__ == "__main__":
    torch.set_num_threads(1)
    weights, pixels, recipe = sys.argv[1], sys.argv[2], RECIPES[sys.argv[3]]
    x = floats(Path(pixels).read_bytes()).reshape(-1, recipe.side, recipe.side, recipe.channels)
    w = read_weights(weights, recipe)
    print(json.dumps([a for part in x.split(500) for a in score(w, part)[0].tolist()]))
