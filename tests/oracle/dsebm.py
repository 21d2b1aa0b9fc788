"""Writes dsebm.json: DSEBM in PyTorch, float64. By hand, from the repository's root:

    python -B tests/oracle/dsebm.py > tests/oracle/dsebm.json

The gradient of the energy and the derivative of the loss are autograd's, one inside the other. Weights, images and noise
are made by the formula of `autoencoders.py`, so only results are stored.
"""

import json

import torch
import torch.nn.functional as F

from autoencoders import formula

torch.set_default_dtype(torch.float64)


def same(x, stride=2, kernel=3):
    """TensorFlow's "same" padding."""
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


def model(side, channels, scale):
    shapes = {}
    at, start = side, channels
    for i, to in enumerate((64, 128, 256), 1):
        shapes[f"energy.conv{i}.weight"], shapes[f"energy.conv{i}.bias"] = (3, 3, start, to), (to,)
        at, start = -(-at // 2), to
    shapes["energy.features.weight"], shapes["energy.features.bias"] = (at * at * start, 256), (256,)
    shapes["mean"] = (1, side, side, channels)
    return {name: formula(name, shape, scale).requires_grad_() for name, shape in shapes.items()}


def potential(w, x):
    y = x.permute(0, 3, 1, 2)
    for i in (1, 2, 3):
        kernel = w[f"energy.conv{i}.weight"].permute(3, 2, 0, 1)
        y = F.softplus(F.conv2d(same(y), kernel, w[f"energy.conv{i}.bias"], stride=2))
    y = y.permute(0, 2, 3, 1).flatten(1)
    return F.softplus(y @ w["energy.features.weight"] + w["energy.features.bias"]).sum(1)


def energy(w, x):
    return 0.5 * ((x - w["mean"]) ** 2).flatten(1).sum(1) - potential(w, x)


def summary(t):
    t = t.detach().flatten()
    return [t.sum().item(), (t * t).sum().item(), t[0].item(), t[-1].item()]


def case(side, channels, count):
    w = model(side, channels, 0.05)
    x = formula("images", (count, side, side, channels), 0.5, 0.5)
    noisy = (x + formula("noise", x.shape, 0.3)).requires_grad_()
    (slope,) = torch.autograd.grad(energy(w, noisy).sum(), noisy, create_graph=True)
    loss = ((x - (noisy - slope)) ** 2).mean()
    gradients = torch.autograd.grad(loss, list(w.values()))
    return {"energies": energy(w, x).tolist(), "slope": summary(slope), "loss": loss.item(),
            "gradients": dict(zip(w, map(summary, gradients)))}


if __name__ == "__main__":
    print(json.dumps({"mnist": case(28, 1, 3), "cifar10": case(32, 3, 2)}, indent=1))
