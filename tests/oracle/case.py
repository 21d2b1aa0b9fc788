"""What a conformance case is, how its inputs are drawn, and how it is written."""

import pathlib
import random

import torch
from torch import Tensor

PAPER = {
    "gan-objective": ("3", "Eq. 1"),
    "ali-objective": ("3", "Eq. 2"),
    "mem-objective": ("4.1", "Eq. 3"),
    "cycle-loss": ("4.2", "Eq. 4"),
    "mem-projection-convex": ("4.2", "Eq. 5"),
    "projection-loss": ("4.3", "Eq. 6"),
    "mi-loss": ("4.4", "Eq. 7"),
    "anomaly-score": ("4.4", "Eq. 8"),
    "prop-1-objective": ("5.2", "Eq. 9"),
}
torch.set_default_dtype(torch.float64)
draws = random.Random()


def normal(*shape: int, scale: float = 1.0) -> Tensor:
    """Normal numbers as multiples of 1/1024."""
    count = torch.Size(shape).numel()
    return torch.tensor([round(1024 * scale * draws.gauss(0, 1)) / 1024 for _ in range(count)]).reshape(shape)


def case(clause: str, description: str, inputs: dict, function, *, wrt=None, cotangents=None, tolerance=None) -> dict:
    """One case: `function` of the inputs by name, and the gradients of its `value` in them.

    Where outputs have cotangents, of the sum of these outputs times their cotangents instead. `wrt` names the inputs to
    differentiate in, where not all.
    """
    inputs = {k: torch.as_tensor(v, dtype=torch.float64).clone().requires_grad_() for k, v in inputs.items()}
    outputs = function(inputs)
    wanted = [name for name in (inputs if wrt is None else wrt)]
    found = {}
    if wanted:
        scalar = sum((c * outputs[k]).sum() for k, c in cotangents.items()) if cotangents else outputs["value"]
        found = dict(zip(wanted, torch.autograd.grad(scalar, [inputs[name] for name in wanted])))
    section, equation = PAPER.get(clause, ("4.4", "Algorithm 1"))
    return {
        "clause": clause,
        "paper": {"section": section, "equation": equation},
        "description": description,
        "inputs": inputs,
        **({"cotangents": cotangents} if cotangents else {}),
        "outputs": outputs,
        **({"gradients": found} if found else {}),
        **({"tolerance": tolerance} if tolerance else {}),
    }


def networks(d: int = 3, n: int = 4, scale: float = 0.7) -> dict:
    """Weights of E, G, D and M for 2 x 2 images."""
    return {
        "encoder.w": normal(4, d, scale=scale),
        "encoder.b": normal(d, scale=scale),
        "generator.w": normal(d, 4, scale=scale),
        "generator.b": normal(4, scale=scale),
        "discriminator.w1": normal(4 + d, 6, scale=scale),
        "discriminator.b1": normal(6, scale=scale),
        "discriminator.w2": normal(6, 1, scale=scale),
        "discriminator.b2": normal(1, scale=scale),
        "memory": normal(n, d, scale=scale),
    }


def some(p: dict, *players: str) -> dict:
    """The parameters of these players."""
    return {name: value for name, value in p.items() if name.split(".")[0] in players}


def pair_judge(d: int) -> dict:
    """The weights of a bilinear D."""
    return {"A": normal(4, d, scale=0.5), "a": normal(4), "b": normal(d), "c": normal()}


def write(folder: pathlib.Path, name: str, make) -> None:
    """Makes a file's cases, from draws that depend on its name alone, and writes them."""
    draws.seed(name)
    cases = make()
    document = {"$schema": "./schema.json", "made_by": f"tests/oracle, PyTorch {torch.__version__.split('+')[0]}"}
    (folder / f"{name}.json").write_text(text({**document, "cases": cases}) + "\n")
    print(f"{name}.json: {len(cases)} cases")


def text(value, indent: str = "") -> str:
    """JSON, a row of numbers a line, and numbers with 15 significant digits."""
    if isinstance(value, Tensor):
        value = value.tolist()
    if isinstance(value, str):
        return '"' + value.replace('"', '\\"') + '"'
    if isinstance(value, (int, float)):
        return f"{value + 0.0:.15g}"
    inner = indent + "  "
    if isinstance(value, dict):
        rows, ends = [f'"{key}": {text(each, inner)}' for key, each in value.items()], "{}"
    else:
        rows, ends = [text(each, inner) for each in value], "[]"
        if not value or isinstance(value[0], (int, float)):
            return f"[{', '.join(rows)}]"
    return f"{ends[0]}\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}{ends[1]}"
