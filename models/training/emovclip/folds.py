"""Stratified folds, drawn by seed."""

import numpy as np


def folds(labels: np.ndarray, count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """`count` pairs of training and held-out rows; each label is spread evenly over the folds."""
    random = np.random.default_rng(seed)
    place = np.empty(len(labels), int)
    start = 0
    for label in np.unique(labels):
        rows = random.permutation(np.flatnonzero(labels == label))
        place[rows] = (start + np.arange(len(rows))) % count
        start += len(rows)
    return [(np.flatnonzero(place != fold), np.flatnonzero(place == fold)) for fold in range(count)]
