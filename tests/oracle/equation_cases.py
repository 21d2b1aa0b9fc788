"""Cases of Eq. 1 to Eq. 8."""

import torch

import equations as eq
from case import case, networks, normal, pair_judge, some

SMALL, ONE_EXAMPLE, ONE_UNIT = "five examples, four units", "one example, m = 1", "one unit, n = 1"


def gan_of(i: dict) -> dict:
    return {"value": eq.gan(i["real"], i["fake"])}


def gan_objective() -> list:
    def make(text: str, real, fake) -> dict:
        return case("gan-objective", text, {"real": real, "fake": fake}, gan_of)

    return [
        make("five examples of each kind", normal(5), normal(5)),
        make("D cannot tell: every logit is 0", [0, 0, 0], [0, 0, 0]),
        make(ONE_EXAMPLE, [1.25], [-0.5]),
        make("D is sure and wrong: logits of 30", [-30, -30], [30, 30]),
        make("D is sure and right: logits of 30", [30, 28], [-30, -29]),
        make("D is sure, right and wrong: logits of 30", [30, -30, 0.5], [-30, 30, -2]),
        make("more images than samples", normal(7), normal(3)),
    ]


def ali_of(i: dict) -> dict:
    real, fake = eq.bilinear(i, i["x"], i["zx"]), eq.bilinear(i, i["xz"], i["z"])
    return {"real": real, "fake": fake, "value": eq.gan(real, fake)}


def ali_objective() -> list:
    def make(text: str, m: int, d: int, scale: float = 1.0) -> dict:
        inputs = {"x": normal(m, 4, scale=scale), "zx": normal(m, d), "xz": normal(m, 4, scale=scale)}
        return case("ali-objective", text, {**inputs, "z": normal(m, d), **pair_judge(d)}, ali_of)

    return [
        case("ali-objective", "logits as they are", {"real": normal(5), "fake": normal(5)}, gan_of),
        case("ali-objective", "logits of 30", {"real": [30, -30, 30], "fake": [30, -30, -30]}, gan_of),
        make("five pairs of each kind, a bilinear D", 5, 3),
        make("one pair of each kind, m = 1", 1, 3),
        make("codes of one number, d = 1", 4, 1),
        make("far images: large logits", 4, 3, 8.0),
    ]


def mem_of(i: dict) -> dict:
    alpha, z = eq.sample(i["M"], i["r"])
    real, fake = eq.bilinear(i, i["x"], i["zx"]), eq.bilinear(i, eq.generate(i, z), z)
    return {"alpha": alpha, "z": z, "real": real, "fake": fake, "value": eq.gan(real, fake)}


def mem_objective() -> list:
    def make(text: str, m: int, n: int, d: int, r=None) -> dict:
        inputs = {"x": normal(m, 4), "zx": normal(m, d), "M": normal(n, d), "r": normal(m, n) if r is None else r}
        weights = some(networks(d), "generator")
        return case("mem-objective", text, {**inputs, **weights, **pair_judge(d)}, mem_of)

    one_hot = [[30, 0, 0, -30], [0, 20, 0, 0], [0, 0, 0, 25]]
    return [
        make(SMALL, 5, 4, 3),
        make(ONE_EXAMPLE, 1, 4, 3),
        make(ONE_UNIT, 4, 1, 3),
        make("codes of one number, d = 1", 4, 3, 1),
        make("equal coefficients: r is constant in each row", 2, 4, 3, [[0, 0, 0, 0], [7, 7, 7, 7]]),
        make("coefficients that are nearly one-hot", 3, 4, 3, one_hot),
    ]


def rebuilt(i: dict) -> torch.Tensor:
    """G(P(E(x))), where it is not given."""
    if "reconstruction" in i:
        return i["reconstruction"]
    return eq.generate(i, eq.projection(i["memory"], eq.encode(i, i["x"])))


def reconstruction_inputs() -> dict:
    """By description; for Eq. 4 and Eq. 8."""
    x = normal(3, 2, 2, 1)
    same = x.clone()
    same[1] += normal(2, 2, 1)

    def chain(m: int, n: int, d: int, scale: float) -> dict:
        return {"x": normal(m, 2, 2, 1), **some(networks(d, n, scale), "encoder", "generator", "memory")}

    return {
        "five images, as vectors": {"x": normal(5, 6), "reconstruction": normal(5, 6)},
        "two images of 3 by 2 pixels and 2 channels": {"x": normal(2, 3, 2, 2), "reconstruction": normal(2, 3, 2, 2)},
        ONE_EXAMPLE: {"x": normal(1, 4), "reconstruction": normal(1, 4)},
        "two of three images rebuilt exactly: the gradient at 0 is 0": {"x": x, "reconstruction": same},
        "far reconstructions, and near ones": {"x": [[0, 0], [0, 0]], "reconstruction": [[3000, 4000], [0.03125, 0]]},
        "through linear E, P and G": chain(5, 4, 3, 0.7),
        "through E, P and G, one unit, n = 1": chain(3, 1, 3, 0.7),
        "through E, P and G, codes of one number, d = 1": chain(3, 4, 1, 0.7),
        "through E, P and G, one example, m = 1": chain(1, 4, 3, 0.7),
        "through E, P and G, large weights": chain(4, 4, 3, 1.5),
    }


def cycle_loss() -> list:
    def function(i: dict) -> dict:
        return {"value": eq.cycle(i["x"], rebuilt(i))}

    return [case("cycle-loss", text, inputs, function) for text, inputs in reconstruction_inputs().items()]


def anomaly_score() -> list:
    def function(i: dict) -> dict:
        return {"score": eq.score(i["x"], rebuilt(i))}

    def make(text: str, inputs: dict) -> dict:
        cotangents = {"score": normal(len(inputs["x"]))}
        return case("anomaly-score", text, inputs, function, cotangents=cotangents)

    return [make(text, inputs) for text, inputs in reconstruction_inputs().items()]


def memory_inputs() -> dict:
    """Units and codes, by description; for Eq. 5 and Eq. 6."""
    units = normal(4, 3)
    return {
        SMALL: (units, normal(5, 3)),
        ONE_EXAMPLE: (normal(4, 3), normal(1, 3)),
        ONE_UNIT: (normal(1, 3), normal(4, 3)),
        "codes of one number, d = 1": (normal(4, 1), normal(3, 1)),
        "a code of 0 attends to all units alike": (normal(4, 3), [[0, 0, 0], [0.5, -0.25, 1]]),
        "codes that are units: P moves them": (units, units.clone()),
        "far codes: attention is one-hot": ([[1, 0], [0, 1], [-1, -1]], [[40, 3], [-25, -30], [-7, 50]]),
        "equal units": ([[1, 2], [1, 2], [1, 2]], [[0.5, -1], [3, 4]]),
        "long units: logits of about 30": (normal(4, 3, scale=4), normal(4, 3, scale=4)),
    }


def mem_projection_convex() -> list:
    def function(i: dict) -> dict:
        return {"alpha": eq.attention(i["M"], i["z"]), "p": eq.projection(i["M"], i["z"])}

    def make(text: str, M, z) -> dict:
        cotangents = {"alpha": normal(len(z), len(M)), "p": normal(len(z), len(M[0]))}
        return case("mem-projection-convex", text, {"M": M, "z": z}, function, cotangents=cotangents)

    return [make(text, *inputs) for text, inputs in memory_inputs().items()]


def projection_loss() -> list:
    def function(i: dict) -> dict:
        return {"value": eq.projection_loss(i["M"], i["zx"])}

    own = {"a code that is its own projection: the gradient at 0 is 0": ([[1, 2]], [[1, 2], [4, 6]])}
    given = {**memory_inputs(), **own}
    return [case("projection-loss", text, {"M": M, "zx": zx}, function) for text, (M, zx) in given.items()]


def mi_of(i: dict) -> dict:
    return {"value": eq.information_loss(i["M"], i["alpha"], i["z_prime"])}


def mi_chain(i: dict) -> dict:
    alpha, z = eq.sample(i["memory"], i["r"])
    z_prime = eq.encode(i, eq.generate(i, z))
    return {"alpha": alpha, "z": z, "z_prime": z_prime, "value": eq.information_loss(i["memory"], alpha, z_prime)}


def mi_loss() -> list:
    def make(text: str, M, alpha, z_prime) -> dict:
        return case("mi-loss", text, {"M": M, "alpha": alpha, "z_prime": z_prime}, mi_of)

    def chain(text: str, m: int, n: int, r=None) -> dict:
        inputs = {"r": normal(m, n) if r is None else r, **some(networks(3, n), "encoder", "generator", "memory")}
        return case("mi-loss", text, inputs, mi_chain)

    eighths = [[0.5, 0.125, 0.25, 0.125], [0.25, 0.25, 0.25, 0.25], [0.125, 0.625, 0.125, 0.125]]
    cross = [[9, 0], [0, 9], [-9, 0], [0, -9]]
    hot = [[1021 / 1024, 1 / 1024, 1 / 1024, 1 / 1024], [1 / 1024, 1 / 1024, 1 / 1024, 1021 / 1024]]
    return [
        make("three examples, four units", normal(4, 3), eighths, normal(3, 3)),
        make(ONE_EXAMPLE, normal(4, 3), eighths[:1], normal(1, 3)),
        make("one unit, n = 1: the loss is 0", normal(1, 3), [[1], [1]], normal(2, 3)),
        make("z' = 0: log n whatever alpha is", normal(4, 3), eighths, torch.zeros(3, 3)),
        make("alpha nearly one-hot, and z' far and against it", cross, hot, [[-4, 1], [1, 5]]),
        chain("through G and E, from r", 5, 4),
        chain("through G and E, one example, m = 1", 1, 4),
        chain("through G and E, one unit, n = 1", 3, 1),
        chain("through G and E, alpha nearly one-hot", 2, 4, [[20, 0, 0, 0], [0, 0, 30, -30]]),
    ]


FILES = {
    "gan_objective": gan_objective,
    "ali_objective": ali_objective,
    "mem_objective": mem_objective,
    "cycle_loss": cycle_loss,
    "mem_projection_convex": mem_projection_convex,
    "projection_loss": projection_loss,
    "mi_loss": mi_loss,
    "anomaly_score": anomaly_score,
}
