"""Twins of AnoGAN and ALAD on 28 x 28 x 1 images, and of what they compute of 32 x 32 x 3 ones, in PyTorch and float64.

Written from the equations and from the published networks. Run by hand, it writes what `tests/adgan_test.ts` and
`tests/alad_test.ts` compare with:

    python tests/oracle/gans.py

Weights, images, codes and dropout masks are made by a formula in both languages (`value`), so only results are stored.
Weights have TensorFlow's layouts. A step moves its players by gradient descent at a rate of 0.1: Adam divides a gradient
by its size, so that rounding would decide the sign of the smallest; it has a test of its own.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F
from torch import Tensor

torch.set_default_dtype(torch.float64)
RATE = 0.1
SHARE = 0.1
IMAGES, LATENT = 8, {"adgan": 200, "alad": 100}
# Kernels' sides and channels of the pyramids: of 28 x 28 x 1 images, and of 32 x 32 x 3 ones.
GREY, COLOUR = ((4, 32), (4, 64), (3, 128)), ((4, 128), (4, 256), (4, 512))


def value(name: str, *shape: int) -> Tensor:
    """Numbers in [-1, 1] that look random: 3i^2 + 7i + offset modulo a prime."""
    offset = sum((k + 1) * ord(letter) for k, letter in enumerate(name))
    i = torch.arange(math.prod(shape))
    return ((3 * i * i + 7 * i + offset) % 10007 / 5003 - 1).reshape(shape)


class Net:
    """Parameters by name, made when they are first used; running statistics and singular vectors beside them."""

    def __init__(self, name: str):
        self.name, self.parameters, self.buffers = name, {}, {}

    def weight(self, name: str, *shape: int) -> Tensor:
        key = f"{self.name}.{name}"
        if key not in self.parameters:
            kind, raw = name.split(".")[-1], value(key, *shape)
            fan = math.prod(shape[:-1])
            made = {"weight": math.sqrt(6 / fan) * raw, "gamma": 1 + raw / 10, "beta": raw / 10, "bias": raw / 10}[kind]
            self.parameters[key] = made.requires_grad_()
        return self.parameters[key]

    def buffer(self, name: str, *shape: int) -> Tensor:
        key = f"{self.name}.{name}"
        if key not in self.buffers:
            raw = value(key, *shape)
            self.buffers[key] = {"mean": raw / 10, "variance": 1 + raw / 10, "u": raw}[name.split(".")[-1]]
        return self.buffers[key]

    def norm(self, x: Tensor, name: str, mode: str) -> Tensor:
        channels = x.shape[1]
        mean, variance = self.buffer(f"{name}.mean", channels), self.buffer(f"{name}.variance", channels)
        if mode == "sampled":
            mean, variance = None, None
        gamma, beta = self.weight(f"{name}.gamma", channels), self.weight(f"{name}.beta", channels)
        return F.batch_norm(x, mean, variance, gamma, beta, mode != "inference", SHARE, 1e-5)

    def bias(self, x: Tensor, name: str) -> Tensor:
        b = self.weight(f"{name}.bias", x.shape[1])
        return x + b.reshape(1, -1, *[1] * (x.dim() - 2))

    def matrix(self, name: str, shape: tuple, mode: str, spectral: bool) -> Tensor:
        """A weight, divided by the estimate of its largest singular value where that is wanted."""
        w = self.weight(f"{name}.weight", *shape)
        if not spectral:
            return w
        flat = w.reshape(-1, shape[-1])
        u = self.buffer(f"{name}.u", 1, shape[-1])
        with torch.no_grad():
            v = F.normalize(u @ flat.T)
            u = F.normalize(u if mode == "inference" else v @ flat)
            if mode != "inference":
                self.buffers[f"{self.name}.{name}.u"] = u
        return w / (v @ flat @ u.T)

    def dense(self, x: Tensor, name: str, out: int, mode: str = "", spectral: bool = False) -> Tensor:
        return x @ self.matrix(name, (x.shape[1], out), mode, spectral)

    def conv(self, x: Tensor, name: str, side: int, out: int, mode: str = "", spectral: bool = False) -> Tensor:
        """Stride 2 with TensorFlow's padding: what is odd goes to the right and below."""
        w = self.matrix(name, (side, side, x.shape[1], out), mode, spectral)
        pads = []
        for length in (x.shape[3], x.shape[2]):
            total = max(0, (math.ceil(length / 2) - 1) * 2 + side - length)
            pads += [total // 2, total - total // 2]
        return F.conv2d(F.pad(x, pads), w.permute(3, 2, 0, 1), stride=2)

    def up(self, x: Tensor, name: str, side: int, out: int) -> Tensor:
        w = self.weight(f"{name}.weight", side, side, out, x.shape[1])
        return F.conv_transpose2d(x, w.permute(3, 2, 0, 1), stride=2, padding=1)


def image(flat: Tensor, height: int, width: int, channels: int) -> Tensor:
    return flat.reshape(-1, height, width, channels).permute(0, 3, 1, 2)


def flat(x: Tensor) -> Tensor:
    """Row by row, channels last."""
    return x.permute(0, 2, 3, 1).reshape(x.shape[0], -1)


def summary(x: Tensor) -> list:
    """Two entries, the sum and the sum of squares."""
    x = x.detach().reshape(-1)
    return [x[0].item(), x[len(x) // 2].item(), x.sum().item(), (x * x).sum().item()]


def descend(net: Net, loss: Tensor, found: dict) -> None:
    """A step along a loss's gradient, which is kept."""
    names = list(net.parameters)
    gradients = torch.autograd.grad(loss, [net.parameters[name] for name in names], retain_graph=True)
    for name, gradient in zip(names, gradients):
        found[name] = summary(gradient)
        net.parameters[name] = (net.parameters[name] - RATE * gradient).detach().requires_grad_()


def entropy(logits: Tensor, answer: int) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, answer))


def write(name: str, document: dict) -> None:
    rows = [f'  "{key}": {json.dumps(each)}' for key, each in document.items()]
    path = pathlib.Path(__file__).parent / f"{name}.json"
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    print(path.name, path.stat().st_size, "bytes")


def layers_of(x: Tensor) -> tuple:
    return GREY if x.shape[1] == 1 else COLOUR


def pyramid(net: Net, x: Tensor, layers: tuple, first_norm: bool, mode: str, spectral: bool) -> Tensor:
    for i, (side, out) in enumerate(layers, 1):
        x = net.conv(x, f"conv{i}", side, out, mode, spectral)
        x = net.norm(x, f"norm{i}", mode) if i > 1 or first_norm else net.bias(x, "conv1")
        x = F.leaky_relu(x, 0.2)
    return flat(x)


def dcgan(net: Net, z: Tensor, layers: tuple, colours: int, mode: str) -> Tensor:
    (sides, channels), count = zip(*layers), len(layers)
    h = F.relu(net.norm(image(net.dense(z, "linear", 16 * channels[-1]), 4, 4, channels[-1]), "norm0", mode))
    for i in range(1, count):
        h = F.relu(net.norm(net.up(h, f"conv{i}", sides[count - i], channels[count - 1 - i]), f"norm{i}", mode))
    return torch.tanh(net.bias(net.up(h, f"conv{count}", sides[0], colours), f"conv{count}"))


# AnoGAN


def gan_generator(net: Net, z: Tensor, mode: str) -> Tensor:
    h = F.relu(net.norm(net.dense(z, "linear1", 1024), "norm1", mode))
    h = F.relu(net.norm(net.dense(h, "linear2", 6272), "norm2", mode))
    h = F.relu(net.norm(net.up(image(h, 7, 7, 128), "conv1", 4, 64), "norm3", mode))
    return torch.tanh(net.bias(net.up(h, "conv2", 4, 1), "conv2"))


def gan_features(net: Net, x: Tensor, mode: str) -> Tensor:
    h = F.leaky_relu(net.bias(net.conv(x, "conv1", 4, 64), "conv1"), 0.1)
    h = F.leaky_relu(net.norm(net.conv(h, "conv2", 4, 64), "norm2", mode), 0.1)
    return F.leaky_relu(net.norm(net.dense(flat(h), "linear", 1024), "norm3", mode), 0.1)


def gan_judge(net: Net, x: Tensor, mode: str) -> Tensor:
    return net.bias(net.dense(gan_features(net, x, mode), "judge", 1), "judge")


def gan_left(generator: Net, discriminator: Net, x: Tensor, z: Tensor) -> Tensor:
    """(1 - lambda) |x - G(z)| + lambda |f(x) - f(G(z))|, an image each."""
    made = gan_generator(generator, z, "inference")
    pixels = (x - made).abs().sum((1, 2, 3))
    seen = gan_features(discriminator, x, "inference") - gan_features(discriminator, made, "inference")
    return 0.9 * pixels + 0.1 * seen.abs().sum(1)


def gan_invert(generator: Net, discriminator: Net, x: Tensor, start: Tensor, steps: int, rate: float) -> Tensor:
    z = start.repeat(len(x), 1).requires_grad_()
    adam = torch.optim.Adam([z])
    for step in range(steps):
        adam.param_groups[0]["lr"] = rate * (1 if 5 * step < 2 * steps else 0.1 if 5 * step < 3 * steps else 0.05)
        adam.zero_grad()
        gan_left(generator, discriminator, x, z).sum().backward()
        adam.step()
    return gan_left(generator, discriminator, x, z).detach()


def adgan() -> dict:
    generator, discriminator = Net("generator"), Net("discriminator")
    x = image(value("x", IMAGES * 784), 28, 28, 1)
    z = value("z", IMAGES, LATENT["adgan"]) * math.sqrt(3)
    start = value("start", 1, LATENT["adgan"]) * math.sqrt(3)
    document = {
        "generated": summary(flat(gan_generator(generator, z, "inference"))),
        "features": summary(gan_features(discriminator, x, "inference")),
        "logits": gan_judge(discriminator, x, "inference").flatten().tolist(),
        "scores_0": gan_invert(generator, discriminator, x, start, 0, 0.1).tolist(),
        "scores_2": gan_invert(generator, discriminator, x, start, 2, 0.1).tolist(),
        "scores_5": gan_invert(generator, discriminator, x, start, 5, 0.1).tolist(),
    }
    gradients: dict = {}
    made = gan_generator(generator, z, "scored")
    ofReal = entropy(gan_judge(discriminator, x, "scored"), 1)
    first = ofReal + entropy(gan_judge(discriminator, made, "scored"), 0)
    descend(discriminator, first, gradients)
    second = entropy(gan_judge(discriminator, made, "sampled"), 1)
    descend(generator, second, gradients)
    running = {name: summary(each) for net in (generator, discriminator) for name, each in net.buffers.items()}
    return {**document, "losses": [first.item(), second.item()], "gradients": gradients, "buffers": running}


# ALAD

masks = 0


def drop(x: Tensor, mode: str) -> Tensor:
    """Dropout of channels at a rate of 0.2, the masks numbered as they are used."""
    global masks
    if mode == "inference":
        return x
    uniform = (value(f"mask{masks}", x.shape[0], x.shape[1]) + 1) / 2
    masks += 1
    return x * torch.where(uniform < 0.2, 0, 1.25).reshape(*x.shape[:2], *[1] * (x.dim() - 2))


def hidden(net: Net, x: Tensor, name: str, out: int, mode: str) -> Tensor:
    conv = x.dim() == 4
    y = net.conv(x, name, 5, out, mode, True) if conv else net.dense(x, name, out, mode, True)
    return drop(F.leaky_relu(net.bias(y, name), 0.2), mode)


def climb(net: Net, x: Tensor, first_norm: bool, mode: str) -> Tensor:
    return pyramid(net, x, layers_of(x), first_norm, mode, True)


def encode(net: Net, x: Tensor, mode: str) -> Tensor:
    return net.bias(net.dense(climb(net, x, True, mode), "linear", LATENT["alad"]), "linear")


def generate(net: Net, z: Tensor, mode: str) -> Tensor:
    return dcgan(net, z, GREY, 1, mode)


def logit(net: Net, h: Tensor) -> Tensor:
    return net.bias(net.dense(h, "logit", 1), "logit").flatten()


def judge_xz(net: Net, x: Tensor, z: Tensor, mode: str) -> Tensor:
    of_x, top = climb(net, x, False, mode), layers_of(x)[-1][1]
    of_z = hidden(net, hidden(net, z, "z1", top, mode), "z2", top, mode)
    return logit(net, hidden(net, torch.cat([of_x, of_z], 1), "both", 2 * top, mode))


def features_xx(net: Net, x: Tensor, other: Tensor, mode: str) -> Tensor:
    """The two images one above the other."""
    top = layers_of(x)[-1][1]
    h = hidden(net, torch.cat([x, other], 2), "conv1", top // 8, mode)
    return flat(hidden(net, h, "conv2", top // 4, mode))


def judge_xx(net: Net, x: Tensor, other: Tensor, mode: str) -> Tensor:
    return logit(net, features_xx(net, x, other, mode))


def judge_zz(net: Net, z: Tensor, other: Tensor, mode: str) -> Tensor:
    h = hidden(net, torch.cat([z, other], 1), "linear1", 64, mode)
    return logit(net, hidden(net, h, "linear2", 32, mode))


def alad() -> dict:
    E, G, Dxz, Dxx, Dzz = (Net(name) for name in ("encoder", "generator", "xz", "xx", "zz"))
    x = image(value("x", IMAGES * 784), 28, 28, 1)
    z = value("z", IMAGES, LATENT["alad"]) * math.sqrt(3)
    codes = encode(E, x, "inference")
    rebuilt = generate(G, codes, "inference")
    seen = features_xx(Dxx, x, x, "inference") - features_xx(Dxx, x, rebuilt, "inference")
    document = {
        "codes": summary(codes),
        "rebuilt": summary(flat(rebuilt)),
        "logits_xz": judge_xz(Dxz, x, codes, "inference").tolist(),
        "logits_xx": judge_xx(Dxx, x, rebuilt, "inference").tolist(),
        "logits_zz": judge_zz(Dzz, z, codes, "inference").tolist(),
        "scores": seen.abs().sum(1).tolist(),
    }
    gradients: dict = {}
    zx, xz = encode(E, x, "scored"), generate(G, z, "sampled")
    rebuilt, recoded = generate(G, zx, "scored"), encode(E, xz, "sampled")
    losses = []
    for net, judge, real, fake in (
        (Dxz, judge_xz, (x, zx), (xz, z)),
        (Dxx, judge_xx, (x, x), (x, rebuilt)),
        (Dzz, judge_zz, (z, z), (z, recoded)),
    ):
        loss = entropy(judge(net, *real, "sampled"), 1) + entropy(judge(net, *fake, "sampled"), 0)
        descend(net, loss, gradients)
        losses.append(loss)
    ofE = entropy(judge_xz(Dxz, x, zx, "sampled"), 0)
    ofG = entropy(judge_xz(Dxz, xz, z, "sampled"), 1)
    cycle_x = entropy(judge_xx(Dxx, x, rebuilt, "sampled"), 1)
    cycle_z = entropy(judge_zz(Dzz, z, recoded, "sampled"), 1)
    descend(E, ofE + cycle_x + cycle_z, gradients)
    descend(G, ofG + cycle_x + cycle_z, gradients)
    losses += [ofE, ofG, cycle_x, cycle_z]
    nets = (E, G, Dxz, Dxx, Dzz)
    running = {name: summary(each) for net in nets for name, each in net.buffers.items()}
    return {**document, "losses": [each.item() for each in losses], "gradients": gradients, "buffers": running}


# On CIFAR-10


def cifar_features(net: Net, x: Tensor) -> Tensor:
    return pyramid(net, x, COLOUR, False, "inference", False)


def cifar_adgan(x: Tensor, z: Tensor) -> dict:
    generator, discriminator = Net("generator"), Net("discriminator")
    made, features = dcgan(generator, z, COLOUR, 3, "inference"), cifar_features(discriminator, x)
    seen = features - cifar_features(discriminator, made)
    return {
        "generated": summary(flat(made)),
        "features": summary(features),
        "logits": discriminator.bias(discriminator.dense(features, "judge", 1), "judge").flatten().tolist(),
        "left": (0.9 * (x - made).abs().sum((1, 2, 3)) + 0.1 * seen.abs().sum(1)).tolist(),
    }


def cifar_alad(x: Tensor, z: Tensor) -> dict:
    E, G, Dxz, Dxx = (Net(name) for name in ("encoder", "generator", "xz", "xx"))
    codes = encode(E, x, "inference")
    rebuilt = dcgan(G, codes, COLOUR, 3, "inference")
    seen = features_xx(Dxx, x, x, "inference") - features_xx(Dxx, x, rebuilt, "inference")
    return {
        "codes": summary(codes),
        "rebuilt": summary(flat(rebuilt)),
        "generated": summary(flat(dcgan(G, z, COLOUR, 3, "inference"))),
        "logits_xz": judge_xz(Dxz, x, codes, "inference").tolist(),
        "logits_xx": judge_xx(Dxx, x, rebuilt, "inference").tolist(),
        "scores": seen.abs().sum(1).tolist(),
    }


colour = image(value("x", IMAGES * 3072), 32, 32, 3)
code = value("z", IMAGES, 100) * math.sqrt(3)
write("adgan", {**adgan(), "cifar10": cifar_adgan(colour, code)})
write("alad", {**alad(), "cifar10": cifar_alad(colour, code)})
