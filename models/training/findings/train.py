"""Trains the head that reads which finding a patient's words name; seeded, two minutes on one core.

  npm run -s consilium -- knowledge-vectors --out VECTORS --wordings models/training/plpf/wordings.jsonl
  python -m findings.train --vectors VECTORS --out ../../resources/reading

A linear map from the sentence vector to one logit for each finding that a patient can tell. It learns from the further
wordings and from every first and second of four wordings of the knowledge base: every third measures panels and sets the
temperature here, every fourth is kept for evaluation. `--folds` cross-validates over the further wordings instead.
"""

import argparse
import json
import pathlib
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional as F

WIDTH = 384
SCALE = 8.0
"""Unit vectors are small numbers; what was learned is scaled back into the weights."""
NETWORKS = 3
"""So many are trained and averaged."""
BATCH = 256


class Wordings(NamedTuple):
    vectors: np.ndarray
    """[wordings, WIDTH], unit length"""
    finding: np.ndarray
    """[wordings], place among `names`"""
    side: np.ndarray
    """[wordings], of yes, no, ask, vague and more"""
    index: np.ndarray
    """[wordings], place among the wordings of its side"""
    names: list[str]


def load(folder: pathlib.Path) -> Wordings:
    items = [json.loads(line) for line in (folder / "vectors.jsonl").read_text().splitlines()]
    vectors = np.fromfile(folder / "vectors.f32", "<f4").reshape(-1, WIDTH)
    if len(vectors) != len(items):
        raise SystemExit(f"{folder}: {len(vectors)} vectors for {len(items)} wordings. Make them again.")
    names = sorted({item["finding"] for item in items})
    place = {name: at for at, name in enumerate(names)}
    column = lambda key: np.array([item[key] for item in items])
    return Wordings(vectors, np.array([place[item["finding"]] for item in items]), column("side"), column("index"), names)


def of_knowledge(wordings: Wordings, quarters: tuple[int, ...], sides: tuple[str, ...]) -> np.ndarray:
    """Rows of the knowledge base's own wordings in these quarters."""
    return np.flatnonzero(np.isin(wordings.side, sides) & np.isin(wordings.index % 4, quarters))


def centres(wordings: Wordings, rows: np.ndarray) -> np.ndarray:
    """[findings, WIDTH], the mean directions that a head starts from."""
    sums = np.zeros((len(wordings.names), WIDTH), np.float32)
    np.add.at(sums, wordings.finding[rows], wordings.vectors[rows])
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


def fit_one(wordings: Wordings, rows: np.ndarray, given: argparse.Namespace, seed: int) -> np.ndarray:
    torch.manual_seed(seed)
    x = torch.from_numpy(wordings.vectors[rows]) * SCALE
    y = torch.from_numpy(wordings.finding[rows])
    head = torch.nn.Linear(WIDTH, len(wordings.names))
    with torch.no_grad():
        head.weight.copy_(2.5 * torch.from_numpy(centres(wordings, rows)))
        head.bias.zero_()
    optimiser = torch.optim.AdamW(head.parameters(), lr=given.rate, weight_decay=given.decay)
    steps, step = given.epochs * -(-len(rows) // BATCH), 0
    for _ in range(given.epochs):
        for batch in torch.randperm(len(rows)).split(BATCH):
            for group in optimiser.param_groups:
                group["lr"] = given.rate * (1 - step / steps)
            logits = head(F.dropout(x[batch], given.drop))
            loss = F.cross_entropy(logits, y[batch], label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
    weight, bias = (parameter.detach().numpy() for parameter in head.parameters())
    return np.concatenate([weight * SCALE, bias[:, None]], 1)


def fit(wordings: Wordings, rows: np.ndarray, given: argparse.Namespace) -> np.ndarray:
    """[findings, WIDTH + 1], weights and then the bias of each."""
    return np.mean([fit_one(wordings, rows, given, given.seed + network) for network in range(NETWORKS)], 0)


def logits(head: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    return vectors @ head[:, :WIDTH].T + head[:, WIDTH]


def warmed(head: np.ndarray, wordings: Wordings, rows: np.ndarray) -> np.ndarray:
    """The head at the temperature at which these wordings are likeliest."""
    found, targets = torch.from_numpy(logits(head, wordings.vectors[rows])), torch.from_numpy(wordings.finding[rows])
    losses = {scale: F.cross_entropy(found * scale, targets).item() for scale in np.geomspace(0.3, 3, 40)}
    return head * min(losses, key=losses.get)


def score(found: np.ndarray, targets: np.ndarray) -> dict[str, float]:
    order = np.argsort(-found, 1)
    within = {f"top{most}": float((order[:, :most] == targets[:, None]).any(1).mean()) for most in (1, 3, 10)}
    return {"wordings": len(targets), **within}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--vectors", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path)
    options.add_argument("--folds", type=int, default=0)
    options.add_argument("--epochs", type=int, default=50)
    options.add_argument("--rate", type=float, default=0.01)
    options.add_argument("--decay", type=float, default=0.1)
    options.add_argument("--drop", type=float, default=0.4, help="share of the vector left out at a time")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    wordings = load(given.vectors)
    more = np.flatnonzero(wordings.side == "more")
    own = of_knowledge(wordings, (0, 1), ("yes", "ask"))
    if given.folds:
        fold = np.random.default_rng(given.seed).permutation(len(more)) % given.folds
        found = np.zeros((len(more), len(wordings.names)), np.float32)
        for each in range(given.folds):
            head = fit(wordings, np.concatenate([own, more[fold != each]]), given)
            found[fold == each] = logits(head, wordings.vectors[more[fold == each]])
        print(json.dumps({"folds": given.folds, **score(found, wordings.finding[more])}))
        return
    held = of_knowledge(wordings, (3,), ("yes",))
    head = warmed(fit(wordings, np.concatenate([own, more]), given), wordings, of_knowledge(wordings, (2,), ("yes",)))
    figures = {
        "learned": len(own) + len(more),
        "heldOut": score(logits(head, wordings.vectors[held]), wordings.finding[held]),
        "heldOutByCentres": score(wordings.vectors[held] @ centres(wordings, own).T, wordings.finding[held]),
    }
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        head.astype("<f4").tofile(given.out / "head.f32")
        (given.out / "head.json").write_text(json.dumps({"findings": wordings.names, "width": WIDTH}) + "\n")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
