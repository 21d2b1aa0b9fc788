"""Fit and score of a classical method in scikit-learn: the rival of `deno task bench --only classical`.

    .venv/bin/python bench/sklearn_classical.py --method kde --train train.bin --test test.bin --width 98 --threads 1

Rows are float32, one after the other. It prints one JSON line: {"fit": seconds, "score": seconds, "sklearn": version}.
"""

import argparse
import json
import time

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.neighbors import KernelDensity
from sklearn.svm import OneClassSVM

args = argparse.ArgumentParser()
args.add_argument("--method", required=True, choices=["ocsvm", "kde", "iforest", "pca"])
args.add_argument("--train", required=True)
args.add_argument("--test", required=True)
args.add_argument("--width", type=int, required=True)
args.add_argument("--gamma", type=float, default=0.1)
args.add_argument("--components", type=int, default=50)
args.add_argument("--threads", type=int, default=1)
opt = args.parse_args()
read = lambda path: np.fromfile(path, dtype=np.float32).reshape(-1, opt.width).astype(np.float64)
train, test = read(opt.train), read(opt.test)

if opt.method == "ocsvm":
    model = OneClassSVM(kernel="rbf", gamma=opt.gamma, nu=0.1)
elif opt.method == "kde":
    grid = {"bandwidth": 2.0 ** np.arange(-4.5, 5.01, 0.5)}
    model = GridSearchCV(KernelDensity(), grid, cv=KFold(5), n_jobs=1)
elif opt.method == "iforest":
    model = IsolationForest(n_estimators=100, max_samples=256, random_state=0, n_jobs=1)
else:
    model = PCA(n_components=opt.components)

start = time.perf_counter()
model.fit(train)
fitted = time.perf_counter()
if opt.method == "kde":
    model.best_estimator_.score_samples(test)
elif opt.method == "pca":
    np.linalg.norm(test - model.inverse_transform(model.transform(test)), axis=1)
else:
    model.score_samples(test)
end = time.perf_counter()
print(json.dumps({"fit": round(fitted - start, 3), "score": round(end - fitted, 3), "sklearn": sklearn.__version__}))
