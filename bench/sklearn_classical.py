"""Fit and score of a classical method in scikit-learn: the rival of `deno task bench --only classical`.

    .venv/bin/python bench/sklearn_classical.py --method kde --train train.bin --test test.bin --width 98 --threads 1

Rows are float32, one after the other, and stay so where scikit-learn computes in float32: as ours do. `--images` is the
width of the images behind the rows, in files named as theirs with `images-` before it. It warms up on a tenth of the rows and
prints one JSON line: {"fit": seconds, "score": seconds, "reduce": seconds, "sklearn": version}, `reduce` for the principal
components of the images and the rows that they give.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.manifold import TSNE
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.neighbors import KernelDensity
from sklearn.svm import OneClassSVM

args = argparse.ArgumentParser()
args.add_argument("--method", required=True, choices=["ocsvm", "kde", "iforest", "pca", "tsne"])
args.add_argument("--train", required=True)
args.add_argument("--test", required=True)
args.add_argument("--width", type=int, required=True)
args.add_argument("--gamma", type=float, default=0.1)
args.add_argument("--components", type=int, default=50)
args.add_argument("--images", type=int)
args.add_argument("--threads", type=int, default=1)
opt = args.parse_args()
read = lambda path, width: np.fromfile(path, dtype=np.float32).reshape(-1, width)
train, test = read(opt.train, opt.width), read(opt.test, opt.width)

if opt.method == "ocsvm":
    model = OneClassSVM(kernel="rbf", gamma=opt.gamma, nu=0.1)
elif opt.method == "kde":
    grid = {"bandwidth": 2.0 ** np.arange(-4.5, 5.01, 0.5)}
    model = GridSearchCV(KernelDensity(), grid, cv=KFold(5), n_jobs=1)
elif opt.method == "iforest":
    model = IsolationForest(n_estimators=100, max_samples=256, random_state=0, n_jobs=1)
elif opt.method == "tsne":
    # As many steps as ours, and its defaults: Barnes and Hut's approximation.
    model = TSNE(perplexity=30, max_iter=500, random_state=0, n_jobs=1)
else:
    model = PCA(n_components=opt.components, random_state=0)


def score(rows: np.ndarray) -> None:
    if opt.method == "pca":
        np.linalg.norm(rows - model.inverse_transform(model.transform(rows)), axis=1)
    elif opt.method != "tsne":
        model.score_samples(rows)


def reduce() -> float:
    """As a user would: the components of 95 % of the variance, and both sets along them."""
    pair = [read(Path(path).with_name("images-" + Path(path).name), opt.images) for path in [opt.train, opt.test]]
    start = time.perf_counter()
    components = PCA(0.95).fit(pair[0])
    for images in pair:
        components.transform(images)
    return time.perf_counter() - start


if opt.method != "tsne":
    model.fit(train[: len(train) // 10])
    score(test[: len(test) // 10])
start = time.perf_counter()
model.fit(train)
fitted = time.perf_counter()
score(test)
end = time.perf_counter()
print(json.dumps({
    "fit": fitted - start,
    "score": end - fitted,
    "reduce": reduce() if opt.images else 0,
    "sklearn": sklearn.__version__,
}))
