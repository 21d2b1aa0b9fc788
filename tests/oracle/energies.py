"""Writes dsebm.json and dagmm.json: these methods in PyTorch, float64. By hand, from the repository's root:

    python -B tests/oracle/energies.py tests/oracle

It shares no code with `src/`: the gradient of an energy and its own gradient come from autograd, the densities of the
mixture from `torch.distributions`. Weights and images are made by a formula that `tests/autoencoder_twin.ts` has too, so
only results are stored.
"""

import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F
from torch.distributions import MultivariateNormal

from autoencoders import formula, half, rows, stepped, summary, Weights

torch.set_default_dtype(torch.float64)


class EnergyWeights(Weights):
    """Weights whose level and scale follow from their names."""

    def __call__(self, name, *shape):
        # A weaker estimator's gradients would cancel below float32's rounding.
        scale = 0.5 if name.startswith("estimator.") else 0.1
        return super().__call__(name, *shape, scale=scale, level=1.0 if name.endswith(".gamma") else 0.0)


def images(name, count, side, channels):
    """Values in [-1, 1], laid out by the formula as [m, h, w, c]; here as [m, c, h, w]."""
    return formula(name, (count, side, side, channels), 1.0).permute(0, 3, 1, 2)


def energy(x, w, channels):
    side, colours = x.shape[2], x.shape[1]
    prior = w("energy.prior", side, side, colours).permute(2, 0, 1)
    widths = [colours, channels, 2 * channels, 4 * channels]
    h = x
    for i in (1, 2, 3):
        h = half(h, w(f"energy.conv{i}.weight", 3, 3, widths[i - 1], widths[i]))
        h = F.softplus(h + w(f"energy.conv{i}.bias", widths[i]).reshape(1, -1, 1, 1))
    h = F.softplus(rows(h) @ w("energy.dense.weight", 16 * widths[3], 256) + w("energy.dense.bias", 256))
    return (x - prior).square().flatten(1).sum(1) / 2 - h.sum(1)


def dsebm(count, side, colours, channels):
    w, x = EnergyWeights(), images("images", count, side, colours)
    noisy = (x + formula("noise", (count, side, side, colours), 0.5).permute(0, 3, 1, 2)).requires_grad_()
    fresh = energy(x, w, channels).tolist()
    (slope,) = torch.autograd.grad(energy(noisy, w, channels).sum(), noisy, create_graph=True)
    loss = F.mse_loss(noisy - slope, x)
    weights = stepped(w, loss)
    return {"fresh": fresh, "loss": loss.item(), "weights": weights, "trained": energy(x, w, channels).tolist()}


def batch_norm(name, x, w, training):
    """The running variance is small, so that images of little contrast have codes that differ."""
    running = torch.zeros(x.shape[1]), torch.full((x.shape[1],), 0.01)
    return F.batch_norm(x, *running, w(f"{name}.gamma", x.shape[1]), w(f"{name}.beta", x.shape[1]), training, 0.1)


def encode(x, w, channels, training):
    widths = [x.shape[1], channels, 2 * channels, 4 * channels]
    for i in (1, 2, 3):
        x = half(x, w(f"encoder.conv{i}.weight", 3, 3, widths[i - 1], widths[i]))
        x = F.relu(batch_norm(f"encoder.norm{i}", x, w, training))
    return rows(x) @ w("encoder.linear.weight", 16 * widths[3], 5) + w("encoder.linear.bias", 5)


def decode(z, w, channels, training, side, colours):
    widths = [4 * channels, 2 * channels, channels, colours]
    x = z @ w("decoder.linear.weight", 5, 16 * widths[0])
    x = F.relu(batch_norm("decoder.norm0", x, w, training)).reshape(len(z), 4, 4, -1).permute(0, 3, 1, 2)
    for i in (1, 2, 3):
        to = math.ceil(side / 2 ** (3 - i))
        y = F.conv_transpose2d(x, w(f"decoder.conv{i}.weight", 3, 3, widths[i], widths[i - 1]).permute(3, 2, 0, 1), stride=2)
        start = ((x.shape[2] - 1) * 2 + 3 - to) // 2
        x = y[:, :, start : start + to, start : start + to]
        if i < 3:
            x = F.relu(batch_norm(f"decoder.norm{i}", x, w, training))
    return torch.tanh(x + w("decoder.conv3.bias", colours).reshape(1, -1, 1, 1))


def describe(x, w, channels, training):
    code = encode(x, w, channels, training)
    rebuilt = decode(code, w, channels, training, x.shape[2], x.shape[1])
    flat, other = x.flatten(1), rebuilt.flatten(1)
    distance = (flat - other).norm(dim=1) / flat.norm(dim=1)
    z = torch.cat([code, distance[:, None], F.cosine_similarity(flat, other)[:, None]], 1)
    return z, F.mse_loss(rebuilt, x)


def memberships(z, w, masks):
    h = z
    for i, (before, after) in enumerate([(7, 64), (64, 10)], 1):
        h = torch.tanh(h @ w(f"estimator.linear{i}.weight", before, after) + w(f"estimator.linear{i}.bias", after))
        h = h * masks[i - 1] if masks else h
    return torch.softmax(h @ w("estimator.linear3.weight", 10, 3) + w("estimator.linear3.bias", 3), 1)


def mixture(z, gamma):
    parts = []
    for g in gamma.T:
        mean = (g[:, None] * z).sum(0) / g.sum()
        d = z - mean
        parts.append((g.mean(), mean, torch.einsum("i,ia,ib->ab", g, d, d) / g.sum() + 1e-3 * torch.eye(z.shape[1])))
    return parts


def mixture_energy(z, parts):
    return -torch.logsumexp(torch.stack([phi.log() + MultivariateNormal(mu, S).log_prob(z) for phi, mu, S in parts]), 0)


def dagmm(count, side, colours, channels):
    w, x = EnergyWeights(), images("images", count, side, colours)
    z, _ = describe(x, w, channels, False)
    fresh = mixture_energy(z, mixture(z, memberships(z, w, None)))
    z, mse = describe(x, w, channels, True)
    masks = [torch.where(formula(f"mask{n}", (count, n), 1.0) < 0, 0.0, 2.0) for n in (64, 10)]
    parts = mixture(z, memberships(z, w, masks))
    # The published weight of the energy would leave its part of a gradient below float32's rounding.
    head = mixture_energy(z, parts).mean() + 0.0005 * sum((1 / S.diagonal()).sum() for _, _, S in parts)
    return {"fresh": fresh.tolist(), "losses": [mse.item(), head.item()], "weights": stepped(w, mse + head)}


FILES = {
    "dsebm": lambda: {
        "small": dsebm(3, 28, 1, 2),
        "mnist": dsebm(2, 28, 1, 64),
        "cifar10": dsebm(2, 32, 3, 64),
    },
    "dagmm": lambda: {
        "small": dagmm(12, 28, 1, 2),
        "mnist": dagmm(12, 28, 1, 64),
        "cifar10": dagmm(12, 32, 3, 64),
    },
}

for name, make in FILES.items():
    rounded = json.loads(json.dumps(make()), parse_float=lambda text: float(f"{float(text):.9g}"))
    path = pathlib.Path(sys.argv[1]) / f"{name}.json"
    path.write_text(json.dumps(rounded, indent=1) + "\n")
