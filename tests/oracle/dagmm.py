"""Writes dagmm.json: DAGMM in PyTorch, float64. By hand, from the repository's root:

    python -B tests/oracle/dagmm.py > tests/oracle/dagmm.json

The densities are torch.distributions', the gradients autograd's. Weights, images and dropout masks are made by the formula
of `autoencoders.py`, so only results are stored.
"""

import json

import torch
import torch.nn.functional as F
from torch.distributions import MultivariateNormal

from autoencoders import conv, formula
from dsebm import same, summary

torch.set_default_dtype(torch.float64)
RIDGE, COMPONENTS, ENERGY, SPREAD = 1e-3, 3, 0.1, 0.005


class Model:
    def __init__(self, side):
        self.side, self.w, self.inner = side, {}, [side]
        while len(self.inner) < 4:
            self.inner.append(-(-self.inner[-1] // 2))

    def __call__(self, name, *shape, scale=0.05, level=0.0):
        if name not in self.w:
            self.w[name] = formula(name, shape, scale, level).requires_grad_()
        return self.w[name]

    def norm(self, name, x):
        c = x.shape[1]
        return F.batch_norm(x, None, None, self(f"{name}.gamma", c, level=1.0), self(f"{name}.beta", c), True, 0.1, 1e-5)

    def encode(self, x):
        y, channels = x, (x.shape[1], 64, 128, 256)
        for i in (1, 2, 3):
            y = conv(same(y), self(f"encoder.conv{i}.weight", 3, 3, channels[i - 1], channels[i]), stride=2)
            y = F.relu(self.norm(f"encoder.norm{i}", y))
        y = y.permute(0, 2, 3, 1).flatten(1)
        return y @ self("encoder.code.weight", y.shape[1], 5) + self("encoder.code.bias", 5)

    def decode(self, c, image_channels):
        side, channels = self.inner[3], (image_channels, 64, 128, 256)
        y = c @ self("decoder.code.weight", 5, side * side * 256)
        y = y.reshape(-1, side, side, 256).permute(0, 3, 1, 2)
        for i in (3, 2, 1):
            y = F.relu(self.norm(f"decoder.norm{i}", y))
            y = self.adjoint(y, self(f"decoder.conv{i}.weight", 3, 3, channels[i - 1], channels[i]), self.inner[i - 1])
        return torch.tanh(y + self("decoder.conv1.bias", image_channels)[:, None, None])

    @staticmethod
    def adjoint(y, w, side):
        """The adjoint of the "same" convolution from `side`: a transposed one, cropped where that one pads."""
        total = max((y.shape[2] - 1) * 2 + 3 - side, 0)
        full = F.conv_transpose2d(y, w.permute(3, 2, 0, 1), stride=2)
        before = total // 2
        full = F.pad(full, (0, max(0, before + side - full.shape[3]), 0, max(0, before + side - full.shape[2])))
        return full[:, :, before:before + side, before:before + side]

    def estimate(self, z, masks):
        for i, (start, to) in enumerate([(7, 64), (64, 10)]):
            z = torch.tanh(z @ self(f"estimation.linear{i + 1}.weight", start, to, scale=0.5)
                           + self(f"estimation.linear{i + 1}.bias", to, scale=0.5)) * masks[i]
        return (z @ self("estimation.linear3.weight", 10, COMPONENTS, scale=0.5)
                + self("estimation.linear3.bias", COMPONENTS, scale=0.5))


def features(x, rebuilt, c):
    x, rebuilt = x.flatten(1), rebuilt.flatten(1)
    distance = (x - rebuilt).norm(dim=1) / x.norm(dim=1)
    return torch.cat([c, distance[:, None], F.cosine_similarity(x, rebuilt)[:, None]], 1)


def case(side, channels, count):
    model = Model(side)
    x = formula("images", (count, side, side, channels), 0.5, 0.5).permute(0, 3, 1, 2)
    c = model.encode(x)
    rebuilt = model.decode(c, channels)
    z = features(x, rebuilt, c)
    masks = [formula(f"mask{i}", (count, width), 0.5, 1.0) for i, width in enumerate((64, 10))]
    gamma = model.estimate(z, masks).softmax(1)
    weight = gamma.sum(0)
    mu = gamma.T @ z / weight[:, None]
    off = z[:, None] - mu
    sigma = torch.einsum("mk,mki,mkj->kij", gamma, off, off) / weight[:, None, None] + RIDGE * torch.eye(7)
    log = torch.stack([MultivariateNormal(mu[k], sigma[k]).log_prob(z) for k in range(COMPONENTS)], 1)
    energy = -torch.logsumexp(gamma.mean(0).log() + log, 1)
    reconstruction = ((x - rebuilt) ** 2).mean()
    mixture = ENERGY * energy.mean() + SPREAD * (1 / sigma.diagonal(dim1=1, dim2=2)).sum()
    gradients = torch.autograd.grad(reconstruction + mixture, list(model.w.values()))
    return {"energies": energy.tolist(), "losses": [reconstruction.item(), mixture.item()],
            "gradients": dict(zip(model.w, map(summary, gradients)))}


if __name__ == "__main__":
    print(json.dumps({"mnist": case(28, 1, 12), "cifar10": case(32, 3, 12)}, indent=1))
