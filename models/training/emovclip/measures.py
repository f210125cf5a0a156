"""Weighted F1 and accuracy as MER2024 reports them, confusion, and intervals over seeds."""

import numpy as np
from scipy import stats

EMOTIONS = ("neutral", "angry", "happy", "sad", "worried", "surprise")


def confusion(labels: np.ndarray, told: np.ndarray) -> np.ndarray:
    """Counts [6, 6]: rows are the labels."""
    found = np.zeros((len(EMOTIONS), len(EMOTIONS)), int)
    np.add.at(found, (labels, told), 1)
    return found


def figures(labels: np.ndarray, told: np.ndarray) -> dict[str, float]:
    """Weighted F1: the F1 of each label, weighted by how often it occurs."""
    counts = confusion(labels, told)
    hits, named = np.diag(counts), counts.sum(0) + counts.sum(1)
    each = np.where(named > 0, 2 * hits / np.maximum(named, 1), 0.0)
    share = counts.sum(1) / max(counts.sum(), 1)
    return {"weightedF1": float((each * share).sum()), "accuracy": float(hits.sum() / max(counts.sum(), 1))}


def over_seeds(values: list[float]) -> dict[str, object]:
    """Mean with the 95 % t-interval over seeds; no interval from a single one."""
    numbers = np.asarray(values, float)
    mean = float(numbers.mean())
    if len(numbers) < 2:
        return {"mean": round(mean, 4), "interval": None, "seeds": len(numbers)}
    half = float(stats.t.ppf(0.975, len(numbers) - 1) * numbers.std(ddof=1) / np.sqrt(len(numbers)))
    return {"mean": round(mean, 4), "interval": [round(mean - half, 4), round(mean + half, 4)], "seeds": len(numbers)}
