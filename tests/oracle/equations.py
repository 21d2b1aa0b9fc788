"""The nine equations of arXiv 2002.02669 and the four updates of its Algorithm 1, in PyTorch and float64.

Written from the paper's text alone. Rows are examples; an expectation is the mean over a minibatch; D is given by its
logit, D = sigmoid(logit). The memory M is [n, d], a unit a row.
"""

import itertools
import math

import torch
from torch import Tensor
from torch.nn.functional import leaky_relu, logsigmoid

ADAM = {"lr": 1e-3, "betas": (0.5, 0.999), "eps": 1e-8}
TERMS = (
    "discriminator",
    "adversarial_encoder",
    "adversarial_generator",
    "cycle",
    "projection",
    "mutual_information",
)


def norm(v: Tensor) -> Tensor:
    """The Euclidean norm of each example, not its square. PyTorch takes 0 for its derivative at 0."""
    return torch.linalg.vector_norm(v.flatten(1), dim=1)


def gan(real: Tensor, fake: Tensor) -> Tensor:
    """Eq. 1 and Eq. 2, of the logits: 1 - D = sigmoid(-logit)."""
    return logsigmoid(real).mean() + logsigmoid(-fake).mean()


def sample(M: Tensor, r: Tensor) -> tuple[Tensor, Tensor]:
    """z ~ M of Eq. 3: a softmax makes the coefficients, which combine the units."""
    alpha = torch.softmax(r, dim=1)
    return alpha, alpha @ M


def attention(M: Tensor, z: Tensor) -> Tensor:
    """Eq. 5: alpha = softmax(Mz), over the n units."""
    return torch.softmax(z @ M.T, dim=1)


def projection(M: Tensor, z: Tensor) -> Tensor:
    """Eq. 5: P(z), the units combined by the attention."""
    return attention(M, z) @ M


def cycle(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Eq. 4."""
    return norm(x - reconstruction).mean()


def projection_loss(M: Tensor, zx: Tensor) -> Tensor:
    """Eq. 6."""
    return norm(zx - projection(M, zx)).mean()


def information_loss(M: Tensor, alpha: Tensor, z_prime: Tensor) -> Tensor:
    """Eq. 7: the cross entropy of alpha' relative to alpha."""
    return -(alpha * torch.log_softmax(z_prime @ M.T, dim=1)).sum(1).mean()


def score(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Eq. 8, a score an example."""
    return norm(x - reconstruction)


def distance(units: Tensor, z: Tensor) -> Tensor:
    """The second term of Eq. 9 for one z: its distance to the units' convex hull, by all faces there can be.

    The nearest point lies inside a simplex of d + 1 units or fewer, and is there the nearest point of the simplex's
    affine hull. So the least of all such points whose coefficients are not negative is the answer, exactly.
    """
    n, d = units.shape
    best = norm(units - z).min()
    for size in range(2, min(n, d + 1) + 1):
        for face in itertools.combinations(range(n), size):
            origin, edges = units[face[0]], units[list(face[1:])] - units[face[0]]
            gram = edges @ edges.T
            if torch.linalg.det(gram) < 1e-12:
                continue
            rest = torch.linalg.solve(gram, edges @ (z - origin))
            if rest.min() < 0 or rest.sum() > 1:
                continue
            # A simplex of full dimension holds z itself.
            gap = rest.new_zeros(()) if size == d + 1 else norm((origin + rest @ edges - z)[None])[0]
            best = torch.minimum(best, gap)
    return best


def distances(units: Tensor, points: Tensor) -> Tensor:
    """The second term of Eq. 9."""
    return torch.stack([distance(units, z) for z in points]).sum()


def outside_of_polygon(triangle: list, polygon: list) -> float:
    """The first term of Eq. 9 for three units in the plane, with S a convex polygon, both counter-clockwise.

    Alpha is uniform on its simplex, of total mass 1. Three units map it linearly to their triangle, so the term is the
    share of the triangle's area that is outside; S cuts the triangle side by side.
    """

    def area(p: list) -> float:
        return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(p, p[1:] + p[:1])) / 2

    def height(a: list, b: list, p: list) -> float:
        return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])

    kept = triangle
    for a, b in zip(polygon, polygon[1:] + polygon[:1]):
        cut = []
        for p, q in zip(kept, kept[1:] + kept[:1]):
            hp, hq = height(a, b, p), height(a, b, q)
            if hp >= 0:
                cut.append(p)
            if hp * hq < 0:
                cut.append([u + hp / (hp - hq) * (v - u) for u, v in zip(p, q)])
        kept = cut
        if not kept:
            return 1.0
    return 1 - area(kept) / area(triangle)


def outside_of_interval(units: list, low: float, high: float) -> float:
    """The first term of Eq. 9 on a line, with S = [low, high] and n different units.

    For alpha uniform on its simplex the combination's density is a B-spline whose knots are the units, so that
    P(combination > t) = sum over units m > t of (m - t)^(n - 1) / product over the other units u of (m - u).
    """

    def above(knots: list, t: float) -> float:
        total = 0.0
        for i, m in enumerate(knots):
            others = math.prod(m - u for j, u in enumerate(knots) if j != i)
            total += max(m - t, 0.0) ** (len(knots) - 1) / others
        return total

    return above(units, high) + above([-m for m in units], -low)


def encode(p: dict, x: Tensor) -> Tensor:
    """A linear E of flattened images."""
    return x.flatten(1) @ p["encoder.w"] + p["encoder.b"]


def generate(p: dict, z: Tensor) -> Tensor:
    """A linear G with tanh, to 2 x 2 images of one channel."""
    return torch.tanh(z @ p["generator.w"] + p["generator.b"]).reshape(-1, 2, 2, 1)


def judge(p: dict, x: Tensor, z: Tensor) -> Tensor:
    """A joint D with one hidden layer, leaky ReLUs with slope 0.1; its logits."""
    pair = torch.cat([x.flatten(1), z], dim=1)
    hidden = leaky_relu(pair @ p["discriminator.w1"] + p["discriminator.b1"], 0.1)
    return (hidden @ p["discriminator.w2"] + p["discriminator.b2"])[:, 0]


def bilinear(p: dict, x: Tensor, z: Tensor) -> Tensor:
    """The smallest D of pairs whose derivatives in x and z depend on each other; its logits."""
    flat = x.flatten(1)
    return ((flat @ p["A"]) * z).sum(1) + flat @ p["a"] + z @ p["b"] + p["c"]


def terms(p: dict, x: Tensor, r: Tensor) -> dict:
    """Algorithm 1's loss terms, all of them at the same weights."""
    M = p["memory"]
    alpha, z = sample(M, r)
    zx, xz = encode(p, x), generate(p, z)
    real, fake = judge(p, x, zx), judge(p, xz, z)
    return {
        "discriminator": -gan(real, fake),
        "adversarial_encoder": logsigmoid(real).mean(),
        "adversarial_generator": -logsigmoid(fake).mean(),
        "cycle": cycle(x, generate(p, projection(M, zx))),
        "projection": projection_loss(M, zx),
        "mutual_information": information_loss(M, alpha, encode(p, xz)),
    }


OBJECTIVES = {
    "discriminator": ("discriminator",),
    "encoder": ("adversarial_encoder", "cycle", "projection", "mutual_information"),
    "generator": ("adversarial_generator", "cycle", "mutual_information"),
    "memory": ("cycle", "projection", "mutual_information"),
}


def objective(player: str, losses: dict) -> Tensor:
    """What Algorithm 1 writes behind the player's gradient."""
    return sum(losses[term] for term in OBJECTIVES[player])


def owned(player: str, p: dict) -> list:
    """The names of a player's parameters."""
    return [name for name in p if name.split(".")[0] == player]


def gradients(player: str, p: dict, losses: dict) -> dict:
    """The player's gradient, in its own parameters only."""
    names = owned(player, p)
    found = torch.autograd.grad(objective(player, losses), [p[name] for name in names], retain_graph=True)
    return dict(zip(names, found))


def ten_steps(p: dict, xs: Tensor, rs: Tensor) -> list:
    """Algorithm 1 with four Adams: D first, then E, G and M by gradients taken before any of the three moves."""
    optimisers = {player: torch.optim.Adam([p[name] for name in owned(player, p)], **ADAM) for player in OBJECTIVES}

    def move(players: tuple, losses: dict) -> None:
        found = {player: gradients(player, p, losses) for player in players}
        for player in players:
            for name, gradient in found[player].items():
                p[name].grad = gradient
            optimisers[player].step()

    history = []
    for x, r in zip(xs, rs):
        before = terms(p, x, r)
        move(("discriminator",), before)
        after = terms(p, x, r)
        move(("encoder", "generator", "memory"), after)
        history.append([(before if term == "discriminator" else after)[term].item() for term in TERMS])
    return history
