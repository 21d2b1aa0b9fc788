"""A training step of each deep baseline of Tables 1 and 2 in PyTorch, as its user would write it: the rival of `deno task bench`.

The networks, losses, batches and optimisers are those of `src/detectors` and `src/networks` (for their float64 twins see `tests/oracle`);
a padding that TensorFlow puts on one side is on both here, which costs the same. Spectral normalisation is PyTorch's own.

    .venv/bin/python bench/torch_baselines.py --method dcae --dataset mnist --batch 200 --steps 10 --threads 1

It prints one JSON line: {"ms_per_step": ..., "torch": ...}, the median over the steps.
"""

import argparse
import json
import math
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.parametrizations import spectral_norm

args = argparse.ArgumentParser()
args.add_argument("--method", required=True)
args.add_argument("--dataset", default="mnist")
args.add_argument("--batch", type=int, required=True)
args.add_argument("--steps", type=int, default=10)
args.add_argument("--threads", type=int, default=1)
opt = args.parse_args()
torch.manual_seed(0)
torch.set_num_threads(opt.threads)
MNIST = opt.dataset == "mnist"
C, SIDE = (1, 28) if MNIST else (3, 32)
SIDES = [28, 14, 7, 4] if MNIST else [32, 16, 8, 4]


def down(i, o, k, act, norm=True, bias=False):
    return [nn.Conv2d(i, o, k, 2, (k - 1) // 2, bias=bias)] + ([nn.BatchNorm2d(o)] if norm else []) + [act]


def up(i, o, k, to, norm=True):
    """To a side of `to`, twice as large or twice less one."""
    out = [nn.ConvTranspose2d(i, o, k, 2, 1, output_padding=1 if k == 3 and to % 2 == 0 else 0, bias=not norm)]
    return out + ([nn.BatchNorm2d(o), nn.ReLU()] if norm else [])


def adam(*nets, lr=1e-4, betas=(0.9, 0.999), decay=0.0):
    return torch.optim.Adam([p for net in nets for p in net.parameters()], lr, betas, weight_decay=decay)


moved = set()


def move(optimiser, loss):
    moved.update(p for group in optimiser.param_groups for p in group["params"])
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    return loss.item()


def autoencoder():
    """The LeNet-like one of DCAE and Deep SVDD."""
    act = lambda: nn.LeakyReLU(0.01)
    conv = lambda i, o, p=2: nn.Conv2d(i, o, 5, 1, p, bias=False)
    norm = lambda c: nn.BatchNorm2d(c, 1e-4, affine=False)
    big = lambda: nn.Upsample(scale_factor=2)
    if MNIST:
        E = nn.Sequential(conv(1, 8), norm(8), act(), nn.MaxPool2d(2), conv(8, 4), norm(4), act(), nn.MaxPool2d(2), nn.Flatten(),
                          nn.Linear(196, 32, bias=False))
        D = nn.Sequential(nn.Unflatten(1, (2, 4, 4)), act(), big(), conv(2, 4), norm(4), act(), big(), conv(4, 8, 1), norm(8), act(),
                          big(), conv(8, 1), nn.Sigmoid())
    else:
        E = nn.Sequential(*[m for i, o in ((3, 32), (32, 64), (64, 128)) for m in (conv(i, o), norm(o), act(), nn.MaxPool2d(2))],
                          nn.Flatten(), nn.Linear(2048, 128, bias=False))
        D = nn.Sequential(nn.BatchNorm1d(128, 1e-4, affine=False), nn.Unflatten(1, (8, 4, 4)), act(),
                          *[m for i, o in ((8, 128), (128, 64), (64, 32)) for m in (conv(i, o), norm(o), act(), big())],
                          conv(32, 3), nn.Sigmoid())
    return E, D


def dcae():
    E, D = autoencoder()
    optimiser = adam(E, D, decay=0.5e-3)
    return lambda x: move(optimiser, (x - D(E(x))).square().sum((1, 2, 3)).mean())


def dsvdd():
    E, _ = autoencoder()
    optimiser, centre = adam(E, decay=0.5e-6), torch.randn(32 if MNIST else 128)
    return lambda x: move(optimiser, (E(x) - centre).square().sum(1).mean())


def memae():
    stages = [(1, 1, 16), (3, 16, 32), (3, 32, 64)] if MNIST else [(3, 3, 64), (3, 64, 128), (3, 128, 128), (3, 128, 256)]
    ups = [(64, 64, 7), (64, 32, 14), (32, 1, 28)] if MNIST else [(256, 256, 4), (256, 128, 8), (128, 128, 16), (128, 3, 32)]
    top = (64, 4, 4) if MNIST else (256, 2, 2)
    E = nn.Sequential(*[m for k, i, o in stages for m in down(i, o, k, nn.ReLU())], nn.Flatten())
    D = nn.Sequential(nn.Unflatten(1, top), *[m for i, o, to in ups for m in up(i, o, 3, to, o != C)])
    n = 100 if MNIST else 500
    M = nn.Parameter((torch.rand(n, 1024) * 2 - 1) / 32)
    optimiser = torch.optim.Adam([*E.parameters(), *D.parameters(), M], 1e-4)

    def step(x):
        w = torch.softmax(E(x) @ M.T, 1)
        w = w * (w > 1 / n)
        w = w / w.sum(1, keepdim=True).clamp_min(1e-12)
        entropy = -(w * (w + 1e-12).log()).sum(1).mean()
        return move(optimiser, F.mse_loss(D(w @ M), x) + 2e-4 * entropy)

    return step


def pyramid(first_norm, make, act):
    channels = [1, 32, 64, 128] if MNIST else [3, 128, 256, 512]
    kernels = [4, 4, 3] if MNIST else [4, 4, 4]
    layers = []
    for i, k in enumerate(kernels):
        norm = i > 0 or first_norm
        layers += [make(nn.Conv2d(channels[i], channels[i + 1], k, 2, 1, bias=not norm))]
        layers += ([nn.BatchNorm2d(channels[i + 1])] if norm else []) + [act()]
    return nn.Sequential(*layers, nn.Flatten()), channels[3]


def dcgan_generator(latent, channels, kernels):
    c = channels
    return nn.Sequential(nn.Linear(latent, 16 * c[3], bias=False), nn.Unflatten(1, (c[3], 4, 4)), nn.BatchNorm2d(c[3]), nn.ReLU(),
                         *up(c[3], c[2], kernels[2], SIDES[2]), *up(c[2], c[1], kernels[1], SIDES[1]),
                         *up(c[1], c[0], kernels[0], SIDES[0], False), nn.Tanh())


def bce(logits, answer):
    return F.softplus(-logits if answer else logits).mean()


def adgan():
    if MNIST:
        latent = 200
        G = nn.Sequential(nn.Linear(200, 1024, bias=False), nn.BatchNorm1d(1024), nn.ReLU(), nn.Linear(1024, 6272, bias=False),
                          nn.BatchNorm1d(6272), nn.ReLU(), nn.Unflatten(1, (128, 7, 7)), *up(128, 64, 4, 14),
                          *up(64, 1, 4, 28, False), nn.Tanh())
        D = nn.Sequential(*down(1, 64, 4, nn.LeakyReLU(0.1), False, True), *down(64, 64, 4, nn.LeakyReLU(0.1)), nn.Flatten(),
                          nn.Linear(3136, 1024, bias=False), nn.BatchNorm1d(1024), nn.LeakyReLU(0.1), nn.Linear(1024, 1))
    else:
        latent = 100
        G = dcgan_generator(100, [3, 128, 256, 512], [4, 4, 4])
        features, _ = pyramid(False, lambda layer: layer, lambda: nn.LeakyReLU(0.2))
        D = nn.Sequential(features, nn.Linear(8192, 1))
    of_g, of_d = adam(G, lr=2e-4, betas=(0.5, 0.999)), adam(D, lr=2e-4, betas=(0.5, 0.999))

    def step(x):
        made = G(torch.randn(len(x), latent))
        move(of_d, bce(D(x), 1) + bce(D(made.detach()), 0))
        D.requires_grad_(False)
        loss = move(of_g, bce(D(made), 1))
        D.requires_grad_(True)
        return loss

    return step


class Pair(nn.Module):
    def __init__(self, of_x, of_z, judge):
        super().__init__()
        self.of_x, self.of_z, self.judge = of_x, of_z, judge

    def forward(self, x, z):
        return self.judge(torch.cat([self.of_x(x), self.of_z(z)], 1)).squeeze(1)


class Above(nn.Module):
    """One image above the other."""

    def __init__(self, judge):
        super().__init__()
        self.judge = judge

    def forward(self, x, z):
        return self.judge(torch.cat([x, z], 2)).squeeze(1)


def alad():
    latent, rate, act = 100, 0.2, lambda: nn.LeakyReLU(0.2)
    channels, kernels = ([1, 32, 64, 128], [4, 4, 3]) if MNIST else ([3, 128, 256, 512], [4, 4, 4])
    t = channels[3]
    dense = lambda i, o: [spectral_norm(nn.Linear(i, o)), act(), nn.Dropout(rate)]
    conv = lambda i, o: [spectral_norm(nn.Conv2d(i, o, 5, 2, 2)), act(), nn.Dropout2d(rate)]
    climb, _ = pyramid(True, spectral_norm, act)
    E = nn.Sequential(climb, nn.Linear(16 * t, latent))
    G = dcgan_generator(latent, channels, kernels)
    of_x, _ = pyramid(False, spectral_norm, act)
    Dxz = Pair(of_x, nn.Sequential(*dense(latent, t), *dense(t, t)), nn.Sequential(*dense(17 * t, 2 * t), nn.Linear(2 * t, 1)))
    Dxx = Above(nn.Sequential(*conv(C, t // 8), *conv(t // 8, t // 4), nn.Flatten(), nn.Linear(SIDE // 2 * (SIDE // 4) * (t // 4), 1)))
    Dzz = Pair(nn.Identity(), nn.Identity(), nn.Sequential(*dense(2 * latent, 64), *dense(64, 32), nn.Linear(32, 1)))
    judges = [Dxz, Dxx, Dzz]
    of_d, of_eg = adam(*judges, lr=2e-4, betas=(0.5, 0.999)), adam(E, G, lr=2e-4, betas=(0.5, 0.999))

    def step(x):
        z = torch.randn(len(x), latent)
        zx, xz = E(x), G(z)
        rebuilt, recoded = G(zx), E(xz)
        pairs = [(Dxz, (x, zx), (xz, z)), (Dxx, (x, x), (x, rebuilt)), (Dzz, (z, z), (z, recoded))]
        # The three losses have no parameter in common: one backward pass of their sum has all their gradients.
        move(of_d, sum(bce(D(*[v.detach() for v in a]), 1) + bce(D(*[v.detach() for v in b]), 0) for D, a, b in pairs))
        for D in judges:
            D.requires_grad_(False)
        loss = move(of_eg, bce(Dxz(x, zx), 0) + bce(Dxz(xz, z), 1) + bce(Dxx(x, rebuilt), 1) + bce(Dzz(z, recoded), 1))
        for D in judges:
            D.requires_grad_(True)
        return loss

    return step


def dsebm():
    act = nn.Softplus()
    h = nn.Sequential(nn.Conv2d(C, 64, 3, 2, 1), act, nn.Conv2d(64, 128, 3, 2, 1), act, nn.Conv2d(128, 256, 3, 2, 1), act,
                      nn.Flatten(), nn.Linear(4096, 256), act)
    prior = nn.Parameter(torch.zeros(C, SIDE, SIDE))
    optimiser = torch.optim.Adam([prior, *h.parameters()], 1e-3)

    def step(x):
        noisy = (x + torch.randn_like(x)).requires_grad_()
        slope, = torch.autograd.grad(h(noisy).sum(), noisy, create_graph=True)
        return move(optimiser, F.mse_loss(prior + slope, x))

    return step


def dagmm():
    E = nn.Sequential(*down(C, 64, 3, nn.ReLU()), *down(64, 128, 3, nn.ReLU()), *down(128, 256, 3, nn.ReLU()), nn.Flatten(),
                      nn.Linear(4096, 5))
    D = nn.Sequential(nn.Linear(5, 4096, bias=False), nn.BatchNorm1d(4096), nn.ReLU(), nn.Unflatten(1, (256, 4, 4)),
                      *up(256, 128, 3, SIDES[2]), *up(128, 64, 3, SIDES[1]), *up(64, C, 3, SIDES[0], False), nn.Tanh())
    estimator = nn.Sequential(nn.Linear(7, 64), nn.Tanh(), nn.Dropout(0.5), nn.Linear(64, 10), nn.Tanh(), nn.Dropout(0.5),
                              nn.Linear(10, 3))
    optimiser = adam(E, D, estimator, lr=1e-3)

    def step(x):
        code = E(x)
        rebuilt = D(code)
        a, b = x.flatten(1), rebuilt.flatten(1)
        relative = (a - b).norm(dim=1) / a.norm(dim=1)
        z = torch.cat([code, relative[:, None], F.cosine_similarity(a, b)[:, None]], 1)
        gamma = torch.softmax(estimator(z), 1)
        members = gamma.sum(0)
        means = gamma.T @ z / members[:, None]
        d = z[None] - means[:, None]
        cov = torch.einsum("km,kmi,kmj->kij", gamma.T, d, d) / members[:, None, None] + 1e-3 * torch.eye(7)
        root = torch.linalg.cholesky(cov)
        solved = torch.linalg.solve_triangular(root, d.transpose(1, 2), upper=False).square().sum(1)
        logs = root.diagonal(dim1=1, dim2=2).log().sum(1)
        density = (members / len(x)).log()[:, None] - solved / 2 - logs[:, None] - 3.5 * math.log(2 * math.pi)
        energy = -torch.logsumexp(density, 0).mean()
        return move(optimiser, F.mse_loss(rebuilt, x) + 0.01 * energy + 0.0005 * (1 / cov.diagonal(dim1=1, dim2=2)).sum())

    return step


step = {"dcae": dcae, "dsvdd": dsvdd, "memae": memae, "adgan": adgan, "alad": alad, "dsebm": dsebm, "dagmm": dagmm}[opt.method]()
images = torch.rand(opt.batch * 4, C, SIDE, SIDE) * 2 - 1
if opt.method in ("dcae", "dsvdd"):
    images = (images + 1) / 2
times = []
for _ in range(opt.steps + 2):
    start = time.perf_counter()
    step(images[torch.randperm(len(images))[:opt.batch]])
    times.append((time.perf_counter() - start) * 1e3)
print(json.dumps({"ms_per_step": round(statistics.median(times[2:]), 2), "parameters": sum(p.numel() for p in moved),
                  "torch": torch.__version__}))
