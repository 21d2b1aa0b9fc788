"""Scores of scikit-learn's detectors that are fitted on equal points.

    python tests/oracle/degenerate.py > tests/oracle/degenerate.json

needs scikit-learn; `tests/degenerate_test.ts` fits the same points, and asks for one of them and for one a unit away on each axis.
"""

import json

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import KernelDensity
from sklearn.svm import OneClassSVM


def scores(count: int, width: int) -> dict:
    train, asked = np.ones((count, width)), np.stack([np.full(width, value) for value in (1.0, 2.0)])
    return {
        "count": count,
        "width": width,
        "ocsvm": (-OneClassSVM(nu=0.1, gamma="scale").fit(train).decision_function(asked)).tolist(),
        "kde": (-KernelDensity(bandwidth=1.0).fit(train).score_samples(asked)).tolist(),
        "iforest": (-IsolationForest(random_state=0).fit(train).score_samples(asked)).tolist(),
    }


print(json.dumps([scores(count, width) for count in (1, 2, 8) for width in (1, 3)], indent=1))
