"""Scores of scikit-learn's kernel density and one-class SVM, on points made by a formula.

    python tests/oracle/classical.py > tests/oracle/classical.json

needs scikit-learn; `tests/classical_test.ts` makes the same points.
"""

import json
import math

import sklearn
from sklearn.ensemble._iforest import _average_path_length
from sklearn.neighbors import KernelDensity
from sklearn.svm import OneClassSVM


def points(count: int, width: int, offset: float) -> list:
    return [[math.sin(0.7 * i + 1.3 * j + offset) + 0.3 * math.cos(0.11 * i * (j + 1)) for j in range(width)]
            for i in range(count)]


train, test = points(120, 5, 0.0), points(40, 5, 0.4)
bandwidths = [0.25, 0.5, 1.0]
machines = [(0.1, 0.3), (0.5, 0.3), (0.2, 2.0)]


def machine(nu: float, gamma: float) -> dict:
    model = OneClassSVM(nu=nu, gamma=gamma, tol=1e-3).fit(train)
    # The published scaling of the dual: scikit-learn's decision is libsvm's.
    return {"nu": nu, "gamma": gamma, "rho": -float(model.intercept_[0]),
            "scores": (-model.decision_function(test)).tolist()}


def small_machine(x: list, nu: float) -> dict:
    """A few points on a line, where few or no coefficients are free; without a decision where libsvm's rho is infinite."""
    rows = [[value] for value in x]
    try:
        model = OneClassSVM(nu=nu, gamma=0.5, tol=1e-14).fit(rows)
    except ValueError:
        return {"x": x, "nu": nu, "scores": None}
    return {"x": x, "nu": nu, "scores": (-model.decision_function(rows)).tolist()}


print(json.dumps({
    "by": f"scikit-learn {sklearn.__version__}",
    "kde": [{"bandwidth": h, "scores": (-KernelDensity(bandwidth=h).fit(train).score_samples(test)).tolist()}
            for h in bandwidths],
    "ocsvm": [machine(nu, gamma) for nu, gamma in machines],
    "ocsvm_small": [small_machine(x, nu) for x in ([0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 3.0], [0.0, 0.1, 1.0, 3.0, 3.1, 5.0])
                    for nu in (1.0, 0.999, 0.5, 1e-3, 1e-9)],
    "expected_depth": [{"n": n, "c": float(_average_path_length([n])[0])} for n in [1, 2, 3, 10, 256]],
}))
