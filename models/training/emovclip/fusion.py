"""Attention fusion of utterance features as in the baseline of MER2024 (Lian et al. 2024), with modality dropout.

Each modality: dropout and three linear layers with ReLU; the three together: the same, then one weight per modality
without a softmax; the weighted sum is classified. What is missing is zeros.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from .measures import EMOTIONS

MODALITIES = ("vision", "audio", "text")
SUBSETS = ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))


@dataclass(frozen=True)
class FusionRecipe:
    width: int = 64
    dropout: float = 0.3
    # Chance that a modality is dropped while training, never all of them.
    drop: float = 0.3
    epochs: int = 60
    batch: int = 32
    rate: float = 1e-3
    decay: float = 1e-5
    seed: int = 1


def _layers(inputs: int, width: int, dropout: float) -> torch.nn.Sequential:
    linear, relu = torch.nn.Linear, torch.nn.ReLU
    return torch.nn.Sequential(torch.nn.Dropout(dropout), linear(inputs, width), relu(), linear(width, width), relu(), linear(width, width), relu())


class AttentionFusion(torch.nn.Module):
    def __init__(self, widths: list[int], recipe: FusionRecipe) -> None:
        super().__init__()
        self.each = torch.nn.ModuleList(_layers(inputs, recipe.width, recipe.dropout) for inputs in widths)
        self.together = _layers(len(widths) * recipe.width, recipe.width, recipe.dropout)
        self.weights = torch.nn.Linear(recipe.width, len(widths))
        self.out = torch.nn.Linear(recipe.width, len(EMOTIONS))

    def forward(self, features: list[torch.Tensor], present: torch.Tensor) -> torch.Tensor:
        """Features [n, D] by modality and present [n, 3] of 0 and 1 to logits [n, 6]."""
        found = [layers(values * present[:, at, None]) for at, (layers, values) in enumerate(zip(self.each, features))]
        weights = self.weights(self.together(torch.cat(found, 1)))
        return self.out((torch.stack(found, 1) * weights[..., None]).sum(1))


@dataclass(frozen=True)
class Features:
    """One array [n, D] per modality, in the order of MODALITIES; a row of NaN is missing."""

    values: tuple[np.ndarray, ...]

    def only(self, rows: np.ndarray) -> "Features":
        return Features(tuple(value[rows] for value in self.values))

    def __len__(self) -> int:
        return len(self.values[0])

    def present(self) -> np.ndarray:
        return np.stack([np.isfinite(value).all(1) for value in self.values], 1).astype(np.float32)


def joined(parts: list[Features]) -> Features:
    return Features(tuple(np.concatenate(values) for values in zip(*(part.values for part in parts))))


def masks(present: np.ndarray, drop: float, random: np.random.Generator) -> np.ndarray:
    """What stays of what is there: each dropped with `drop`, but one of them always stays."""
    kept = present * (random.random(present.shape) >= drop)
    for row in np.flatnonzero(kept.sum(1) == 0):
        there = np.flatnonzero(present[row])
        if len(there):
            kept[row, random.choice(there)] = 1
    return kept.astype(np.float32)


class Fusion:
    """A trained fusion with the scaling of its features."""

    def __init__(self, features: Features, labels: np.ndarray, recipe: FusionRecipe) -> None:
        self.scales = [(np.nanmean(value, 0), np.nanstd(value, 0) + 1e-6) for value in features.values]
        torch.manual_seed(recipe.seed)
        self.network = AttentionFusion([value.shape[1] for value in features.values], recipe)
        tensors, present, goals = self._tensors(features), features.present(), torch.from_numpy(labels)
        optimiser = torch.optim.Adam(self.network.parameters(), recipe.rate, weight_decay=recipe.decay)
        random = np.random.default_rng(recipe.seed)
        for _ in range(recipe.epochs):
            order = random.permutation(len(labels))
            for at in range(0, len(order), recipe.batch):
                rows = order[at : at + recipe.batch]
                mask = torch.from_numpy(masks(present[rows], recipe.drop, random))
                loss = F.cross_entropy(self.network([value[rows] for value in tensors], mask), goals[rows])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
        self.network.eval()

    def _tensors(self, features: Features) -> list[torch.Tensor]:
        return [torch.from_numpy(np.nan_to_num((value - mean) / deviation).astype(np.float32))
                for value, (mean, deviation) in zip(features.values, self.scales)]

    @torch.no_grad()
    def chances(self, features: Features, subset: tuple[int, ...] = (0, 1, 2)) -> np.ndarray:
        """[n, 6] from the modalities of `subset` alone."""
        mask = features.present()
        mask[:, [at for at in range(len(MODALITIES)) if at not in subset]] = 0
        return self.network(self._tensors(features), torch.from_numpy(mask)).softmax(-1).numpy()
