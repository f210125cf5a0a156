"""Trains the head that reads which standard topics a question asks about; seeded, a minute on one core.

  npm run -s consilium -- topics --questions QUESTIONS.jsonl --features QUESTIONS.f32 --json > /dev/null
  python -m topics.train --questions QUESTIONS.jsonl ... --out ../../resources/topics

Each file of questions has the features of the same name beside it. With `--folds` it is cross-validated instead:
questions that are nearly alike stay in one fold.
"""

import argparse
import json
import pathlib
from typing import NamedTuple

import numpy as np
import torch

TOPICS = (
    "onset site character radiation severity timing aggravating relieving associated past-history medicines allergies "
    "family-history social-history smoking alcohol travel menstrual pregnancy vaccination birth-history weight appetite "
    "sleep mood self-harm fever bleeding urinary bowel breathing chest-pain concern expectation"
).split()
WIDTH = 384
ALIKE = 0.88
"""Cosine similarity from which on two questions are nearly the same."""
NETWORKS = 3
"""So many are trained and put side by side as one, their logits averaged."""


class Turns(NamedTuple):
    features: np.ndarray
    """[turns, WIDTH + topics], of the whole turn."""
    asks: np.ndarray
    """[turns], whether the reader takes it to ask for anything."""
    parts: np.ndarray
    """[parts, WIDTH + topics]"""
    part_of: np.ndarray
    """[parts], the turn of each."""
    labels: np.ndarray
    """[turns, topics], 0 or 1."""


def load(path: pathlib.Path) -> Turns:
    """Each row of the features is a turn's number, whether it asks, and what the head reads; a turn's first row is the whole of it."""
    items = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    rows = np.fromfile(path.with_suffix(".f32"), dtype="<f4").reshape(-1, 2 + WIDTH + len(TOPICS))
    turn = rows[:, 0].astype(int)
    whole = np.diff(turn, prepend=-1) > 0
    assert whole.sum() == len(items), f"{path}: features of {whole.sum()} turns for {len(items)} questions"
    labels = np.zeros((len(items), len(TOPICS)), np.float32)
    for row, item in enumerate(items):
        for topic in item["topics"]:
            labels[row, TOPICS.index(topic)] = 1
    return Turns(rows[whole, 2:].copy(), rows[whole, 1] > 0, rows[~whole, 2:].copy(), turn[~whole], labels)


def together(sets: list[Turns]) -> Turns:
    starts = np.cumsum([0, *(len(each.labels) for each in sets)])
    part_of = np.concatenate([each.part_of + start for each, start in zip(sets, starts)])
    joined = (np.concatenate(each) for each in zip(*(each._replace(part_of=each.part_of[:0]) for each in sets)))
    return Turns(*joined)._replace(part_of=part_of)


def fit_one(features: np.ndarray, labels: np.ndarray, hidden: int, epochs: int, seed: int) -> torch.nn.Sequential:
    torch.manual_seed(seed)
    model = torch.nn.Sequential(
        torch.nn.Dropout(0.3),
        torch.nn.Linear(features.shape[1], hidden),
        torch.nn.ReLU(),
        torch.nn.Dropout(0.1),
        torch.nn.Linear(hidden, labels.shape[1]),
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.2)
    x, y = torch.from_numpy(features), torch.from_numpy(labels)
    steps, step = epochs * -(-len(x) // 128), 0
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(128):
            for group in optimiser.param_groups:
                group["lr"] = 5e-3 * (1 - step / steps)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(model(x[rows]), y[rows], reduction="none").sum(1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
    return model.eval()


Weights = list[np.ndarray]
"""Of the hidden layer [hidden, inputs] and [hidden], of the outputs [topics, hidden] and [topics]."""


def fit(features: np.ndarray, labels: np.ndarray, hidden: int, epochs: int, seed: int) -> Weights:
    each = [
        [parameter.detach().numpy() for parameter in fit_one(features, labels, hidden // NETWORKS, epochs, seed + network).parameters()]
        for network in range(NETWORKS)
    ]
    into, into_bias, out, out_bias = zip(*each)
    return [np.concatenate(into), np.concatenate(into_bias), np.concatenate(out, 1) / NETWORKS, np.mean(out_bias, 0)]


def probabilities(weights: Weights, features: np.ndarray) -> np.ndarray:
    into, into_bias, out, out_bias = weights
    return 1 / (1 + np.exp(-(np.maximum(features @ into.T + into_bias, 0) @ out.T + out_bias)))


class Limits(NamedTuple):
    """As in `TopicHead`."""

    enough: float
    confirmed: float
    partly: float
    least: float


def chosen(found: np.ndarray, in_part: np.ndarray, rules: np.ndarray, limits: Limits) -> np.ndarray:
    """As `TopicHead.topics` chooses.

    found, in_part, rules: [turns, topics], the probability in the whole, the highest in a part, whether the rules read it
    """
    out = (found >= np.where(rules, limits.confirmed, limits.enough)) | (in_part >= limits.partly)
    best = found.argmax(1)
    for row in np.flatnonzero(~out.any(1) & (found.max(1) >= limits.least)):
        out[row, best[row]] = True
    return out


def groups(features: np.ndarray) -> np.ndarray:
    """A number for each question, the same where a chain of nearly equal questions joins two."""
    vectors = features[:, :WIDTH] / np.linalg.norm(features[:, :WIDTH], axis=1, keepdims=True)
    parent = list(range(len(vectors)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for start in range(0, len(vectors), 500):
        for a, b in zip(*np.where(vectors[start : start + 500] @ vectors.T > ALIKE)):
            if start + a < b:
                parent[root(start + int(a))] = root(int(b))
    return np.array([root(at) for at in range(len(vectors))])


def cross_validated(turns: Turns, scored: int, limits: Limits, given: argparse.Namespace) -> dict[str, object]:
    """Shares of the first `scored` turns."""
    found = np.zeros_like(turns.labels)
    in_part = np.zeros_like(turns.labels)
    fold = np.random.default_rng(given.seed).permutation(len(found))[groups(turns.features)] % given.folds
    for each in range(given.folds):
        kept, parts = fold == each, fold[turns.part_of] == each
        weights = fit(turns.features[~kept], turns.labels[~kept], given.hidden, given.epochs, given.seed)
        found[kept] = probabilities(weights, turns.features[kept])
        np.maximum.at(in_part, turns.part_of[parts], probabilities(weights, turns.parts[parts]))
    rules = turns.features[:, WIDTH:] > 0
    got = chosen(found, in_part, rules, limits) & turns.asks[:, None]
    rules, got, want = rules[:scored], got[:scored], turns.labels[:scored] > 0

    def shares(read: np.ndarray) -> dict[str, float]:
        right = {"exact": (read == want).all(1), "found": (read >= want).all(1), "nothingInNothing": ~read[~want.any(1)].any(1)}
        return {name: round(float(each.mean()), 4) for name, each in right.items()}

    return {"questions": scored, "rules": shares(rules), "head": shares(got)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--questions", type=pathlib.Path, nargs="+", required=True, help="the first is the one that folds are scored on")
    options.add_argument("--out", type=pathlib.Path)
    options.add_argument("--folds", type=int, default=0)
    options.add_argument("--hidden", type=int, default=144)
    options.add_argument("--epochs", type=int, default=60)
    options.add_argument("--enough", type=float, default=0.55)
    options.add_argument("--confirmed", type=float, default=0.4)
    options.add_argument("--partly", type=float, default=0.8)
    options.add_argument("--least", type=float, default=0.12)
    options.add_argument("--seed", type=int, default=5)
    given = options.parse_args()
    torch.set_num_threads(1)
    limits = Limits(given.enough, given.confirmed, given.partly, given.least)
    sets = [load(path) for path in given.questions]
    turns = together(sets)
    if given.folds:
        print(json.dumps(cross_validated(turns, len(sets[0].labels), limits, given)))
    if given.out:
        weights = fit(turns.features, turns.labels, given.hidden, given.epochs, given.seed)
        given.out.mkdir(parents=True, exist_ok=True)
        np.concatenate([part.astype("<f4").ravel() for part in weights]).tofile(given.out / "head.f32")
        (given.out / "head.json").write_text(json.dumps({
            "topics": TOPICS, "width": WIDTH, "hidden": given.hidden, **limits._asdict(),
            "seed": given.seed, "questions": len(turns.labels),
        }) + "\n")


if __name__ == "__main__":
    main()
