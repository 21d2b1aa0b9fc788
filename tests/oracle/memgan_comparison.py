"""What two implementations have to agree upon to be compared, and what memgan_twin.py makes of it.

    python -B tests/oracle/memgan_comparison.py

writes memgan.json beside this file, which `tests/memgan_twin_test.ts` compares with. Starting values, a batch and masks
come from a formula, and four numbers stand in the place of an array.
"""

import json
from itertools import count
from math import prod, sqrt
from pathlib import Path

import torch

from memgan_twin import RECIPES, TEST, discriminator, encoder, optimisers, score, shapes, train_step, trained


def value(name, *shape):
    """Numbers in [−1, 1] that look random."""
    offset = sum((k + 1) * ord(letter) for k, letter in enumerate(name))
    i = torch.arange(prod(shape))
    return (((3 * i * i + 7 * i + offset) % 10007).double() / 5003 - 1).reshape(shape)


def starting(name, shape):
    """Larger than training starts with, so that each layer shows in what comes out at the end."""
    v = value(name, *shape)
    wide = sqrt(3 / prod(shape[:-1])) * v
    by_part = {"weight": wide, "memory": sqrt(3) * v, "gamma": 1 + v / 10, "variance": 1 + v / 10}
    return by_part.get(name.split(".")[-1], v / 10)


def summary(t):
    t = t.detach().flatten()
    return [number.item() for number in (t[0], t[t.numel() // 2], t.sum(), t.square().sum())]


def moved(before, after, gradient):
    by, index = (after.detach() - before).flatten(), gradient.abs().argmax().item()
    return [index, by[index].item(), by.abs().sum().item(), by.sum().item(), by.numel()]


def compare(recipe):
    w = {name: starting(name, shape) for name, shape in shapes(recipe, recipe.n, recipe.d).items()}
    before = {name: array.clone() for name, array in w.items()}
    x = value("x", recipe.m, recipe.side, recipe.side, recipe.channels)
    r = sqrt(3) * value("r", recipe.m, recipe.n)
    number = count()

    def draw(m, c):
        u = (value(f"mask{next(number)}", m, c) + 1) / 2
        return (u >= recipe.dropout).double() / (1 - recipe.dropout)

    code, (scores, rebuilt) = encoder(w, x, TEST), score(w, x)
    logits = discriminator(w, x, code, TEST)
    players = optimisers(w, recipe)
    losses = train_step(w, players, recipe.rate(0), x, r, draw)
    gradients = {name: w[name].grad.clone() for name in trained(w)}
    running = {name: summary(w[name]) for name in w if name not in gradients}
    # A second step on the same batch, since of Adam's first the gradient's sign is all that shows.
    losses += train_step(w, players, recipe.rate(0), x, r, draw)
    return {
        "shapes": {name: list(array.shape) for name, array in w.items()},
        "codes": summary(code), "rebuilt": summary(rebuilt), "logits": logits[:8].tolist(),
        "scores": scores[:8].tolist(), "losses": losses,
        "gradients": {name: summary(gradient) for name, gradient in gradients.items()},
        "buffers": running,
        "moves": {name: moved(before[name], w[name], gradient) for name, gradient in gradients.items()},
    }


def lines(tree, indent="\n"):
    """JSON with a line for each innermost key."""
    if not isinstance(tree, dict):
        return json.dumps(tree)
    return "{" + ",".join(f'{indent}  "{key}": {lines(tree[key], indent + "  ")}' for key in tree) + indent + "}"


if __name__ == "__main__":
    torch.set_num_threads(1)
    out = {name: compare(recipe) for name, recipe in RECIPES.items()}
    Path(__file__).parent.joinpath("memgan.json").write_text(lines(out) + "\n")
