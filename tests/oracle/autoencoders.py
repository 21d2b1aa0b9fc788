"""Writes dcae.json, dsvdd.json and memae.json: these methods in PyTorch, float64. By hand, from the repository's root:

    python -B tests/oracle/autoencoders.py tests/oracle

It shares no code with `src/`: convolutions are PyTorch's, the decoders of DCAE are the transposed convolutions of its
source, gradients come from autograd, and the shrinkage of MEMAE is written as in its source. Weights, images and
the memory are made by a formula that `tests/autoencoder_twin.ts` has too, so only results are stored.
"""

import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
ADAM = dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
DECAY = 10.0  # the published ones would leave their part of a gradient below float32's rounding


def formula(name, shape, scale=0.1, level=0.0):
    """level + scale * sin(0.7 i + 0.0001 i^2 + the sum of the name's character codes), i counting in row-major order."""
    i = torch.arange(math.prod(shape), dtype=torch.float64)
    angles = 0.7 * i + 0.0001 * i * i + sum(map(ord, name))
    return (level + scale * torch.sin(angles)).reshape(shape)


class Weights:
    """Named leaves with gradients, in the layout of TensorFlow.js: [k, k, in, out] and [in, out]."""

    def __init__(self):
        self.leaves = {}

    def __call__(self, name, *shape, scale=0.1, level=0.0):
        if name not in self.leaves:
            self.leaves[name] = formula(name, shape, scale, level).requires_grad_()
        return self.leaves[name]


class Running:
    """Running statistics by layer, as PyTorch keeps them."""

    def __init__(self, training):
        self.training, self.held = training, {}

    def __call__(self, name, x, gamma=None, beta=None, eps=1e-5):
        mean, variance = self.held.setdefault(name, (torch.zeros(x.shape[1]), torch.ones(x.shape[1])))
        return F.batch_norm(x, mean, variance, gamma, beta, self.training, 0.1, eps)


def conv(x, w, **how):
    return F.conv2d(x, w.permute(3, 2, 0, 1), **how)


def turned(x, w, padding):
    """The transposed convolution that a convolution with `w` is at stride 1."""
    return F.conv_transpose2d(x, w.permute(2, 3, 0, 1).flip(2, 3), padding=padding)


def rows(x):
    """[m, c, h, w] as codes in the order height, width, channel."""
    return x.permute(0, 2, 3, 1).flatten(1)


def images(z, side):
    return z.reshape(len(z), side, side, -1).permute(0, 3, 1, 2)


def encode(x, w, norm, channels, code):
    for i, (before, after) in enumerate(zip(channels, channels[1:]), 1):
        x = conv(x, w(f"encoder.conv{i}.weight", 5, 5, before, after), padding=2)
        x = F.max_pool2d(F.leaky_relu(norm(f"encoder.norm{i}", x, eps=1e-4), 0.01), 2)
    z = rows(x)
    return z @ w("encoder.linear.weight", z.shape[1], code)


def decode_mnist(z, w, norm):
    x = F.interpolate(F.leaky_relu(images(z, 4), 0.01), scale_factor=2)
    x = turned(x, w("decoder.conv1.weight", 5, 5, 2, 4), 2)
    x = F.interpolate(F.leaky_relu(norm("decoder.norm1", x, eps=1e-4), 0.01), scale_factor=2)
    x = turned(x, w("decoder.conv2.weight", 5, 5, 4, 8), 3)
    x = F.interpolate(F.leaky_relu(norm("decoder.norm2", x, eps=1e-4), 0.01), scale_factor=2)
    return torch.sigmoid(turned(x, w("decoder.conv3.weight", 5, 5, 8, 1), 2))


def decode_cifar(z, w, norm):
    x = F.leaky_relu(images(norm("decoder.code", z, eps=1e-4), 4), 0.01)
    for i, (before, after) in enumerate([(8, 128), (128, 64), (64, 32)], 1):
        x = turned(x, w(f"decoder.conv{i}.weight", 5, 5, before, after), 2)
        x = F.interpolate(F.leaky_relu(norm(f"decoder.norm{i}", x, eps=1e-4), 0.01), scale_factor=2)
    return torch.sigmoid(turned(x, w("decoder.conv4.weight", 5, 5, 32, 3), 2))


MNIST = ([1, 8, 4], 32, decode_mnist)
CIFAR = ([3, 32, 64, 128], 128, decode_cifar)


def batch(count, side, channels):
    """Images in [0, 1], laid out by the formula as [m, h, w, c]."""
    return formula("images", (count, side, side, channels), 0.5, 0.5).permute(0, 3, 1, 2)


def summary(tensor):
    flat = tensor.detach().flatten()
    return [flat.sum().item(), flat.square().sum().item(), flat[0].item(), flat[-1].item()]


def stepped(w, loss, decay=0.0):
    """One step of PyTorch's Adam: of each weight its gradient with the decay, and its new value, summed up."""
    optimiser = torch.optim.Adam(w.leaves.values(), weight_decay=decay, **ADAM)
    optimiser.zero_grad()
    loss.backward()
    gradients = {name: leaf.grad + decay * leaf.detach() for name, leaf in w.leaves.items()}
    optimiser.step()
    return {name: {"gradient": summary(gradients[name]), "after": summary(leaf)} for name, leaf in w.leaves.items()}


def errors(x, rebuilt):
    return (x - rebuilt).square().flatten(1).sum(1)


def dcae():
    def score(x, w, norm, kind):
        channels, code, decode = kind
        return errors(x, decode(encode(x, w, norm, channels, code), w, norm))

    w, norm, x = Weights(), Running(True), batch(4, 28, 1)
    fresh = score(x, w, Running(False), MNIST).tolist()
    loss = score(x, w, norm, MNIST).mean()
    weights = stepped(w, loss, decay=DECAY)
    norm.training = False
    return {
        "mnist": {"fresh": fresh, "loss": loss.item(), "weights": weights, "trained": score(x, w, norm, MNIST).tolist()},
        "cifar10": {"fresh": score(batch(1, 32, 3), Weights(), Running(False), CIFAR).tolist()},
    }


def dsvdd(radius):
    w, norm, x = Weights(), Running(True), batch(4, 28, 1)
    centre = formula("centre", (32,), 1.0)
    fresh = (encode(x, w, Running(False), *MNIST[:2]) - centre).norm(dim=1).tolist()
    squared = (encode(x, w, norm, *MNIST[:2]) - centre).square().sum(1)
    if radius is None:
        loss, new_radius = squared.mean(), None
    else:
        loss = radius**2 + torch.clamp(squared - radius**2, min=0).mean() / 0.25
        new_radius = torch.quantile(squared.detach().sqrt(), 0.75).item()
    return {
        "fresh": fresh,
        "distances": squared.detach().sqrt().tolist(),
        "loss": loss.item(),
        "radius": new_radius,
        "weights": stepped(w, loss, decay=DECAY),
    }


def half(x, w):
    """A convolution at stride 2 with TensorFlow's "same" padding: what is missing, and of an odd rest more after."""
    k, side = w.shape[0], x.shape[2]
    missing = max(0, (math.ceil(side / 2) - 1) * 2 + k - side)
    before, after = missing // 2, missing - missing // 2
    return conv(F.pad(x, (before, after, before, after)), w, stride=2)


def double(x, w, side):
    """Its transpose, to `side` pixels."""
    missing = (x.shape[2] - 1) * 2 + 3 - side
    y = F.conv_transpose2d(x, w.permute(3, 2, 0, 1), stride=2)
    return y[:, :, missing // 2 :, missing // 2 :][:, :, :side, :side]


def memae(x, units, down, up, kernel, w, norm):
    def normed(name, x):
        gamma = w(f"{name}.gamma", x.shape[1], level=1.0)
        return F.relu(norm(name, x, gamma, w(f"{name}.beta", x.shape[1])))

    image = x
    for i, (before, after) in enumerate(zip(down, down[1:]), 1):
        k = kernel if i == 1 else 3
        x = normed(f"encoder.norm{i}", half(x, w(f"encoder.conv{i}.weight", k, k, before, after)))
    z = rows(x)
    memory = w("memory", units, 1024, scale=0.02)
    shares = torch.softmax(z @ memory.T, 1)
    over = shares - 1 / units
    shrunk = F.relu(over) * shares / (over.abs() + 1e-12)
    weights = F.normalize(shrunk, p=1, dim=1)
    sides = [image.shape[2]]
    while len(sides) < len(up):
        sides.insert(0, math.ceil(sides[0] / 2))
    x = images(weights @ memory, sides[0])
    for i, (before, after) in enumerate(zip(up, up[1:]), 1):
        x = double(x, w(f"decoder.conv{i}.weight", 3, 3, after, before), sides[i])
        if i < len(up) - 1:
            x = normed(f"decoder.norm{i}", x)
        else:
            x = x + w(f"decoder.conv{i}.bias", after).reshape(1, -1, 1, 1)
    entropy = -(weights * torch.log(weights + 1e-12)).sum(1).mean()
    return errors(image, x), F.mse_loss(x, image), entropy, (weights > 0).sum(1)


def memae_cases():
    mnist = (100, [1, 16, 32, 64], [64, 64, 32, 1], 1)
    cifar = (500, [3, 64, 128, 128, 256], [256, 256, 128, 128, 3], 3)
    w, norm, x = Weights(), Running(True), batch(3, 28, 1)
    fresh = memae(x, *mnist, w, Running(False))[0].tolist()
    _, mse, entropy, read = memae(x, *mnist, w, norm)
    assert read.min() > 4 and read.max() < 96, "the threshold must decide something"
    # The published weight would leave the entropy's part of a gradient below float32's rounding.
    weights = stepped(w, mse + 0.2 * entropy)
    return {
        "mnist": {"fresh": fresh, "mse": mse.item(), "entropy": entropy.item(), "weights": weights},
        "cifar10": {"fresh": memae(batch(1, 32, 3), *cifar, Weights(), Running(False))[0].tolist()},
    }


FILES = {
    "dcae": dcae,
    "dsvdd": lambda: {"one-class": dsvdd(None), "soft-boundary": dsvdd(3.0)},
    "memae": memae_cases,
}

if __name__ == "__main__":
    for name, make in FILES.items():
        rounded = json.loads(json.dumps(make()), parse_float=lambda text: float(f"{float(text):.12g}"))
        path = pathlib.Path(sys.argv[1]) / f"{name}.json"
        path.write_text(json.dumps(rounded, indent=1) + "\n")
