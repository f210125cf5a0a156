"""Trains the head that reads which standard topics a question asks about; seeded, a minute on one core.

  npm run -s consilium -- topics --questions QUESTIONS.jsonl --features QUESTIONS.f32 --json > /dev/null
  python -m topics.train --questions QUESTIONS.jsonl ... --out ../../resources/topics

Each file of questions has the features of the same name beside it. With `--folds` it is cross-validated instead:
questions that are nearly alike stay in one fold.
"""

import argparse
import json
import pathlib

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


def load(path: pathlib.Path) -> tuple[np.ndarray, np.ndarray]:
    """Features [questions, WIDTH + topics] and labels [questions, topics]."""
    items = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    features = np.fromfile(path.with_suffix(".f32"), dtype="<f4").reshape(len(items), WIDTH + len(TOPICS))
    labels = np.zeros((len(items), len(TOPICS)), np.float32)
    for row, item in enumerate(items):
        for topic in item["topics"]:
            labels[row, TOPICS.index(topic)] = 1
    return features, labels


def fit(features: np.ndarray, labels: np.ndarray, hidden: int, epochs: int, seed: int) -> torch.nn.Sequential:
    torch.manual_seed(seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(features.shape[1], hidden), torch.nn.ReLU(), torch.nn.Dropout(0.3), torch.nn.Linear(hidden, labels.shape[1])
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=1e-2)
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


@torch.no_grad()
def probabilities(model: torch.nn.Sequential, features: np.ndarray) -> np.ndarray:
    return torch.sigmoid(model(torch.from_numpy(features))).numpy()


def chosen(found: np.ndarray, enough: float, least: float) -> np.ndarray:
    """As `TopicHead.topics` chooses: what is likely enough, else the likeliest."""
    out = found >= enough
    best = found.argmax(1)
    for row in np.flatnonzero(~out.any(1) & (found.max(1) >= least)):
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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--questions", type=pathlib.Path, nargs="+", required=True, help="the first is the one that folds are scored on")
    options.add_argument("--out", type=pathlib.Path)
    options.add_argument("--folds", type=int, default=0)
    options.add_argument("--hidden", type=int, default=128)
    options.add_argument("--epochs", type=int, default=60)
    options.add_argument("--enough", type=float, default=0.35)
    options.add_argument("--least", type=float, default=0.12)
    options.add_argument("--seed", type=int, default=5)
    given = options.parse_args()
    torch.set_num_threads(1)
    loaded = [load(path) for path in given.questions]
    features, labels = (np.concatenate(each) for each in zip(*loaded))
    scored = np.arange(len(features)) < len(loaded[0][0])
    if given.folds:
        fold = np.random.default_rng(given.seed).permutation(len(features))[groups(features)] % given.folds
        found = np.zeros_like(labels)
        for each in range(given.folds):
            model = fit(features[fold != each], labels[fold != each], given.hidden, given.epochs, given.seed)
            found[fold == each] = probabilities(model, features[fold == each])
        rules = features[scored, WIDTH:] > 0
        want = labels[scored] > 0
        got = chosen(found[scored], given.enough, given.least)
        share = lambda right: round(float(right.mean()), 4)
        print(json.dumps({
            "questions": int(scored.sum()),
            "rules": {"exact": share((rules == want).all(1)), "found": share((rules >= want).all(1))},
            "head": {"exact": share((got == want).all(1)), "found": share((got >= want).all(1))},
            "noTopic": {"rules": share(~rules[~want.any(1)].any(1)), "head": share(~got[~want.any(1)].any(1))},
        }))
    if given.out:
        model = fit(features, labels, given.hidden, given.epochs, given.seed)
        given.out.mkdir(parents=True, exist_ok=True)
        parts = [parameter.detach().numpy().astype("<f4").ravel() for parameter in model.parameters()]
        np.concatenate(parts).tofile(given.out / "head.f32")
        (given.out / "head.json").write_text(json.dumps({
            "topics": TOPICS, "width": WIDTH, "hidden": given.hidden, "enough": given.enough, "least": given.least,
            "seed": given.seed, "questions": len(features),
        }) + "\n")


if __name__ == "__main__":
    main()
