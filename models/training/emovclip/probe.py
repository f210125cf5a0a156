"""The linear probe that prompts are compared with: logistic regression on frozen features, its penalty by folds."""

import numpy as np
import torch
from torch.nn import functional as F

from .folds import folds
from .measures import EMOTIONS, figures

PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)


def _fit(values: np.ndarray, labels: np.ndarray, penalty: float) -> torch.nn.Linear:
    linear = torch.nn.Linear(values.shape[1], len(EMOTIONS))
    torch.nn.init.zeros_(linear.weight)
    torch.nn.init.zeros_(linear.bias)
    inputs, goals = torch.from_numpy(values), torch.from_numpy(labels)
    optimiser = torch.optim.LBFGS(linear.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = F.cross_entropy(linear(inputs), goals) + penalty * linear.weight.square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    return linear


@torch.no_grad()
def _told(linear: torch.nn.Linear, values: np.ndarray) -> np.ndarray:
    return linear(torch.from_numpy(values)).argmax(1).numpy()


def linear_probe(features: list[np.ndarray], labels: np.ndarray, others: list[np.ndarray], seed: int) -> np.ndarray:
    """Labels told for `others`. @param features several frozen features [n, D]; the folds choose among them too"""
    best = (-1.0, 0, PENALTIES[0])
    scaled = [((one - one.mean(0)) / (one.std(0) + 1e-6), (other - one.mean(0)) / (one.std(0) + 1e-6)) for one, other in zip(features, others)]
    for at, (values, _) in enumerate(scaled):
        for penalty in PENALTIES:
            told = np.empty(len(labels), int)
            for train, held in folds(labels, 5, seed):
                told[held] = _told(_fit(values[train], labels[train], penalty), values[held])
            best = max(best, (figures(labels, told)["weightedF1"], at, penalty))
    values, other = scaled[best[1]]
    return _told(_fit(values, labels, best[2]), other)
