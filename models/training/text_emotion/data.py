"""GoEmotions and the clinical sentences as token ids with a distribution over the six labels."""

import json
import pathlib
import random

import numpy as np

EMOTIONS = ("neutral", "angry", "happy", "sad", "worried", "surprise")
GROUPS = json.loads((pathlib.Path(__file__).parent / "labels.json").read_text())


def goemotions(folder: pathlib.Path, part: str) -> list[dict]:
    """Texts of train or dev with `fine` (label ids) and `target` (six shares); those without any of the six are left out."""
    names = (folder / "labels.txt").read_text().split()
    group = {names.index(name): index for index, emotion in enumerate(EMOTIONS) for name in GROUPS[emotion]}
    items = []
    for line in (folder / f"{part}.tsv").read_text(encoding="utf-8").splitlines():
        text, labels, _ = line.split("\t")
        fine = [int(label) for label in labels.split(",")]
        mapped = [group[label] for label in fine if label in group]
        if mapped:
            target = np.bincount(mapped, minlength=len(EMOTIONS)).astype(np.float32)
            items.append({"text": text, "fine": fine, "target": target / target.sum()})
    return items


def clinical(path: pathlib.Path, split: str) -> list[dict]:
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [{"text": item["text"], "fine": None, "target": np.eye(len(EMOTIONS), dtype=np.float32)[EMOTIONS.index(item["label"])]}
            for item in items if item["split"] == split]


def single(items: list[dict]) -> list[dict]:
    """Those whose labels all map to one of the six."""
    return [item for item in items if item["target"].max() == 1]


def selection_split(items: list[dict], size: int, seed: int) -> tuple[list[dict], list[dict]]:
    shuffled = items[:]
    random.Random(seed).shuffle(shuffled)
    return shuffled[size:], shuffled[:size]


def tokenise(items: list[dict], tokenizer, longest: int) -> list[dict]:
    ids = tokenizer([item["text"] for item in items], truncation=True, max_length=longest)["input_ids"]
    return [{**item, "ids": row} for item, row in zip(items, ids, strict=True)]


def batches(items: list[dict], tokens: int, seed: int | None) -> list[list[dict]]:
    """Batches of about `tokens` tokens with similar lengths; their order and composition drawn when a seed is given."""
    draw = random.Random(seed)
    noise = (lambda: draw.uniform(0, 2)) if seed is not None else (lambda: 0)
    ordered = sorted(items, key=lambda item: len(item["ids"]) + noise())
    out, current = [], []
    for item in ordered:
        if current and (len(current) + 1) * len(item["ids"]) > tokens:
            out.append(current)
            current = []
        current.append(item)
    out.append(current)
    if seed is not None:
        draw.shuffle(out)
    return out
