"""Learns the prompts of one run on frames that lie in memory; deterministic, resumable, the backbone untouched."""

import os
import pathlib
from dataclasses import asdict, dataclass
from typing import Callable

import numpy as np
import torch
from torch.nn import functional as F

from .frames import as_pixels, chosen, load
from .prompts import PromptedClip


@dataclass(frozen=True)
class Recipe:
    tokens: int = 4
    depth: int = 3
    frames: int = 8
    epochs: int = 40
    batch: int = 32
    rate: float = 0.01
    decay: float = 1e-4
    smoothing: float = 0.05
    seed: int = 1


class Clips:
    """Frames of named clips, read when asked for; those that fit are kept."""

    def __init__(self, paths: list[pathlib.Path], side: int, channels: str = "rgb", kept: int = 20_000) -> None:
        self.paths, self.side, self.channels, self.kept = paths, side, channels, kept
        self.whole: dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.paths)

    def batch(self, places: np.ndarray, count: int, random: np.random.Generator | None = None) -> torch.Tensor:
        """Pixels [n, count, 3, side, side]; frames are drawn with `random`, the middle ones without."""
        return torch.stack([as_pixels(self._frames(int(place), count, random), self.side) for place in places])

    def _frames(self, place: int, count: int, random: np.random.Generator | None) -> np.ndarray:
        path = self.paths[place]
        if path.suffix == ".npy":
            return load(path, count, random, self.channels)
        # A video is decoded whole whichever frames are taken, so twice as many are kept as are used.
        if place not in self.whole:
            if len(self.whole) >= self.kept:
                self.whole.pop(next(iter(self.whole)))
            self.whole[place] = load(path, 2 * count)
        stored = self.whole[place]
        return stored[chosen(len(stored), count, random)]


def learn(
    model: PromptedClip, clips: Clips, places: np.ndarray, labels: np.ndarray, recipe: Recipe, state: pathlib.Path | None = None,
    log: Callable[[int, float], None] = lambda epoch, loss: None,
) -> list[float]:
    """The loss of every epoch.

    @param state checkpoint to go on from, replaced after every epoch
    @param log told the number of every finished epoch, from 1, and its loss
    """
    device = model.clip.logit_scale.device
    optimiser = torch.optim.AdamW(model.parameters(), recipe.rate, weight_decay=recipe.decay)
    steps = -(-len(places) // recipe.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.epochs * steps)
    first, losses = 0, []
    if state is not None and state.is_file():
        saved = torch.load(state, map_location=device, weights_only=True)
        if saved["recipe"] != asdict(recipe):
            raise SystemExit(f"{state} was learned with other settings. Give the same ones again, or another folder.")
        model.load_state_dict(saved["prompts"])
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        first, losses = saved["epoch"], saved["losses"]
    for epoch in range(first, recipe.epochs):
        random = np.random.default_rng((recipe.seed, epoch))
        order = random.permutation(len(places))
        total = 0.0
        for at in range(0, len(order), recipe.batch):
            rows = order[at : at + recipe.batch]
            pixels = clips.batch(places[rows], recipe.frames, random).to(device)
            goal = torch.from_numpy(labels[rows]).to(device)
            loss = F.cross_entropy(model(pixels), goal, label_smoothing=recipe.smoothing)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(rows)
        losses.append(total / len(order))
        if state is not None:
            # A run that is killed while it writes must leave the checkpoint before.
            written = state.with_suffix(".part")
            torch.save({"prompts": model.state_dict(), "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict(),
                        "recipe": asdict(recipe), "epoch": epoch + 1, "losses": losses}, written)
            os.replace(written, state)
        log(epoch + 1, losses[-1])
    return losses


@torch.no_grad()
def told(model: PromptedClip, clips: Clips, places: np.ndarray, frames: int, size: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Chances [n, 6] and mean embeddings [n, shared] of clips, from the middle frames."""
    device = model.clip.logit_scale.device
    classes, scale = model.class_embeddings(), model.clip.logit_scale.exp()
    chances, embeddings = [], []
    for at in range(0, len(places), size):
        found = model.clip_embeddings(clips.batch(places[at : at + size], frames).to(device))
        embeddings.append(found.cpu().numpy())
        chances.append((scale * F.normalize(found, dim=-1) @ classes.T).softmax(-1).cpu().numpy())
    return np.concatenate(chances), np.concatenate(embeddings)
