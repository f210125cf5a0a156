"""Rounds of pseudo-labels: what is told surely enough joins the training set, as long as a labelled slice improves."""

from dataclasses import replace
from typing import Callable

import numpy as np

from .fusion import Features, Fusion, FusionRecipe, joined
from .measures import EMOTIONS, figures

# Chances from which a pseudo-label is taken; the rare classes are let in earlier.
THRESHOLDS = {"neutral": 0.99, "angry": 0.99, "happy": 0.99, "sad": 0.99, "worried": 0.85, "surprise": 0.85}


def accepted(chances: np.ndarray, thresholds: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Rows whose strongest label reaches that label's threshold, and these labels."""
    told = chances.argmax(1)
    sure = chances.max(1) >= np.array([thresholds[label] for label in EMOTIONS])[told]
    return np.flatnonzero(sure), told[sure]


def rounds(
    labelled: Features, labels: np.ndarray, unlabelled: Features, checked: Features, truth: np.ndarray, recipe: FusionRecipe,
    thresholds: dict[str, float] = THRESHOLDS, most: int = 4, log: Callable[[dict], None] = lambda entry: None,
) -> tuple[Fusion, list[dict]]:
    """The best round's fusion and the log of all rounds; round 0 knows only true labels.

    @param checked with `truth`: a labelled slice outside the training set, which measures precision and decides when
        to stop; it must not be the set that is reported
    """
    best = Fusion(labelled, labels, recipe)
    entries = [{"round": 0, "accepted": 0, **figures(truth, best.chances(checked).argmax(1))}]
    log(entries[0])
    for number in range(1, most + 1):
        rows, told = accepted(best.chances(unlabelled), thresholds)
        sure, named = accepted(best.chances(checked), thresholds)
        # As many steps as in round 0: otherwise more data would also mean longer training.
        epochs = max(1, round(recipe.epochs * len(labels) / (len(labels) + len(rows))))
        chosen = Fusion(joined([labelled, unlabelled.only(rows)]), np.concatenate([labels, told]), replace(recipe, epochs=max(epochs, recipe.epochs // 3)))
        entry = {
            "round": number, "accepted": len(rows), "classes": {label: int((told == at).sum()) for at, label in enumerate(EMOTIONS)},
            "precisionOnSlice": float((truth[sure] == named).mean()) if len(sure) else None, "acceptedOfSlice": len(sure),
            **figures(truth, chosen.chances(checked).argmax(1)),
        }
        entries.append(entry)
        log(entry)
        if len(rows) == 0 or entry["weightedF1"] <= entries[-2]["weightedF1"]:
            break
        best = chosen
    return best, entries
