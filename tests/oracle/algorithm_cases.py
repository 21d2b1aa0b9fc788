"""Cases of Algorithm 1: each player's gradient, and ten steps."""

import torch

import equations as eq
from case import case, networks, normal


def minibatch(m: int, n: int) -> dict:
    return {"x": torch.tanh(normal(m, 2, 2, 1)).mul(1024).round() / 1024, "r": normal(m, n)}


def single(player: str):
    """Makes the cases of one player: D's objective is from before D's update, the others' from after it."""

    def function(i: dict) -> dict:
        before = eq.terms(i, i["x"], i["r"])
        moved = eq.gradients("discriminator", i, before)
        rate = i["discriminator_learning_rate"].detach()
        after = eq.terms({**i, **{name: i[name] - rate * moved[name] for name in moved}}, i["x"], i["r"])
        losses = {**after, "discriminator": before["discriminator"]}
        return {**losses, "value": eq.objective(player, losses)}

    def make(text: str, m: int, n: int, rate: float, scale: float = 0.7) -> dict:
        inputs = {**minibatch(m, n), **networks(3, n, scale), "discriminator_learning_rate": rate}
        return case(f"algorithm-1-{player}", text, inputs, function, wrt=eq.owned(player, inputs))

    return lambda: [
        make("D's learning rate is 0", 5, 4, 0),
        make("D moves first, by gradient descent at 0.5", 5, 4, 0.5),
        make("one example, m = 1", 1, 4, 0.25),
        make("one unit, n = 1", 3, 1, 0.25),
        make("large weights", 4, 4, 0, 1.5),
    ]


def ten_steps() -> list:
    def function(i: dict) -> dict:
        p = {name: value.detach().clone().requires_grad_() for name, value in i.items() if name not in ("x", "r")}
        losses = torch.tensor(eq.ten_steps(p, i["x"], i["r"]))
        return {"losses": losses, **p}

    batches = [minibatch(5, 4) for _ in range(10)]
    inputs = {key: torch.stack([batch[key] for batch in batches]) for key in ("x", "r")}
    text = "ten steps, each player by Adam: learning rate 1e-3, betas 0.5 and 0.999, epsilon 1e-8"
    return [case("algorithm-1-loop", text, {**inputs, **networks()}, function, wrt=[])]


FILES = {
    **{f"algorithm_1_{player}": single(player) for player in eq.OBJECTIVES},
    "algorithm_1_loop": ten_steps,
}
