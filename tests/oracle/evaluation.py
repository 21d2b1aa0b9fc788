"""Measures of a detector by scikit-learn, SciPy and PyTorch.

    python tests/oracle/evaluation.py > tests/oracle/evaluation.json

needs scikit-learn and PyTorch; `tests/evaluation_test.ts` computes the same from the same numbers.
"""

import json

import numpy as np
import torch
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, roc_auc_score

rng = np.random.default_rng(0)

# Rounded, so that scores tie within a kind and across kinds.
labels = (rng.random(60) < 0.3).astype(int)
scores = np.round(rng.normal(size=60) + labels, 1)


def wilson(hits: int, of: int) -> list[float]:
    interval = binomtest(hits, of).proportion_ci(method="wilson")
    return [interval.low, interval.high]


maps = rng.random((3, 4, 6)).astype(np.float32)
large = torch.nn.functional.interpolate(torch.tensor(maps)[:, None], size=(9, 8), mode="bilinear", align_corners=False)
masks = (rng.random((3, 9, 8)) < 0.2).astype(int)
masks[0] = 0
values = large[:, 0].numpy() + masks * np.float32(0.25)

print(json.dumps({
    "scores": scores.tolist(),
    "labels": labels.tolist(),
    "auroc": roc_auc_score(labels, scores),
    "average_precision": average_precision_score(labels, scores),
    "wilson": [[hits, of, *wilson(hits, of)] for hits, of in ((0, 10), (10, 10), (3, 7), (46, 300), (1, 1))],
    "maps": np.round(maps, 7).ravel().tolist(),
    "large": np.round(large.numpy(), 7).ravel().tolist(),
    "masks": masks.ravel().tolist(),
    "pixel_values": np.round(values, 7).ravel().tolist(),
    "pixel_auroc": roc_auc_score(masks.ravel(), values.ravel()),
}))
