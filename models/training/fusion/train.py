"""Trains the fusions on moments put together from the readings; resumable, a few minutes on one core.

  python -m fusion.train --readings FOLDER --out RUN --seeds 5

Per seed: attention with modality dropout and without (all three always there), the MER2024 baseline's attention with
and without, and the pool's exponents.
Two of the nine actors and a fifth of the texts stop the training and fit the temperatures. No report part is read.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional as F

from .combinations import SUBSETS, Moments, Readings, draw, load, masks
from .network import AttentionFusion, BaselineAttention, Pool

KINDS = {"attention": (AttentionFusion, 0.35), "attention-without-dropout": (AttentionFusion, 0.0), "pool": (Pool, 0.35),
         "baseline": (BaselineAttention, 0.35), "baseline-without-dropout": (BaselineAttention, 0.0)}


def tensors(moments: Moments, mask: np.ndarray) -> tuple[torch.Tensor, ...]:
    return torch.from_numpy(moments.evidence), torch.from_numpy(moments.quality), torch.from_numpy(mask)


def subset_mask(subset: tuple[int, ...], count: int) -> np.ndarray:
    mask = np.zeros((count, 3), np.float32)
    mask[:, list(subset)] = 1
    return mask


@torch.no_grad()
def logits_of(network: torch.nn.Module, moments: Moments, subset: tuple[int, ...]) -> torch.Tensor:
    return network(*tensors(moments, subset_mask(subset, len(moments.labels))))[0]


def loss_over(network: torch.nn.Module, moments: Moments, subsets: tuple = SUBSETS) -> float:
    labels = torch.from_numpy(moments.labels)
    return float(np.mean([F.cross_entropy(logits_of(network, moments, subset), labels).item() for subset in subsets]))


def parts(voice: Readings, text: Readings, seed: int) -> tuple[tuple[Readings, Readings], tuple[Readings, Readings]]:
    random = np.random.default_rng((seed, 1))
    people = random.permutation(np.unique(voice.sources))
    kept = np.isin(voice.sources, people[2:])
    texts = random.random(len(text.labels)) < 0.8
    return (voice.only(kept), text.only(texts)), (voice.only(~kept), text.only(~texts))


def train(kind: str, seed: int, voice: Readings, text: Readings, out: pathlib.Path, epochs: int) -> None:
    state = out / f"{kind}-{seed}.pt"
    saved = torch.load(state, weights_only=False) if state.exists() else None
    if saved and saved["done"]:
        return
    build, drop = KINDS[kind]
    torch.manual_seed(seed)
    network = build()
    # Turning evidence around costs: there are few clips, and the plain sum is a good start.
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3 if kind != "pool" else 5e-2, weight_decay=0.02)
    learn, select = parts(voice, text, seed)
    chosen = draw(*select, 3000, np.random.default_rng((seed, 2)))
    # What is never missing while training cannot be chosen by how it does when something is.
    judged = SUBSETS if drop > 0 else (SUBSETS[-1],)
    first, best, since = 0, (float("inf"), network.state_dict()), 0
    if saved:
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        first, best, since = saved["epoch"], saved["best"], saved["since"]
    for epoch in range(first, epochs):
        random = np.random.default_rng((seed, 3, epoch))
        moments = draw(*learn, 3000, random)
        mask = masks(3000, drop, random)
        evidence, quality, present = tensors(moments, mask)
        labels = torch.from_numpy(moments.labels)
        for at in range(0, 3000, 250):
            rows = slice(at, at + 250)
            loss = F.cross_entropy(network(evidence[rows], quality[rows], present[rows])[0], labels[rows], label_smoothing=0.02)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        network.eval()
        found = loss_over(network, chosen, judged)
        network.train()
        if found < best[0] - 1e-4:
            best, since = (found, {name: value.clone() for name, value in network.state_dict().items()}), 0
        else:
            since += 1
        done = since >= 12 or epoch + 1 == epochs
        if done or epoch % 10 == 9:
            torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch + 1, "best": best,
                        "since": since, "done": done}, state)
        if done:
            print(json.dumps({"kind": kind, "seed": seed, "epochs": epoch + 1, "loss on selection": round(best[0], 4)}), flush=True)
            return


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--readings", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--epochs", type=int, default=120)
    given = options.parse_args()
    torch.set_num_threads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    voice, text = load(given.readings, "train")
    for seed in range(1, given.seeds + 1):
        for kind in KINDS:
            train(kind, seed, voice, text, given.out, given.epochs)


if __name__ == "__main__":
    main()
