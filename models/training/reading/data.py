"""What the encoder learns to read: words that tell or deny a finding or do neither, and questions with their topics."""

import json
import pathlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from topics.train import TOPICS

LONGEST = 64
"""Tokens that are read of a sentence."""


class Sentence(NamedTuple):
    text: str
    says: int | None
    """The row of the head: a finding's place where it is told, as many further where it is denied, the last where the
    words say neither of any; nothing where it is a question."""
    topics: tuple[int, ...] | None
    """What a question asks about."""
    ids: tuple[int, ...] = ()


def lines(path: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def patient_findings(knowledge: pathlib.Path) -> dict[str, dict]:
    """What a patient can tell, by id, in alphabetical order."""
    every = [finding for path in sorted((knowledge / "findings").glob("*.json")) for finding in json.loads(path.read_text())]
    return {finding["id"]: finding for finding in sorted(every, key=lambda each: each["id"]) if "order" not in finding}


def of_knowledge(findings: dict[str, dict], quarters: tuple[int, ...]) -> list[Sentence]:
    """The knowledge base's own wordings that tell or deny a finding, of these quarters of each."""
    return [
        Sentence(text, place + shift, None)
        for shift, side in ((0, "yes"), (len(findings), "no"))
        for place, finding in enumerate(findings.values())
        for index, text in enumerate(finding[side])
        if index % 4 in quarters
    ]


def named(findings: dict[str, dict]) -> list[Sentence]:
    """Each finding's question and name."""
    return [Sentence(text, place, None) for place, each in enumerate(findings.values()) for text in (each["ask"], each["name"])]


def further(path: pathlib.Path, findings: dict[str, dict]) -> list[Sentence]:
    """Lines of {"id", "said", "denied"?}; what is said of tests is left out."""
    place = {name: at for at, name in enumerate(findings)}
    return [
        Sentence(text, place[line["id"]] + shift, None)
        for line in lines(path)
        for shift, side in ((0, "said"), (len(findings), "denied"))
        for text in line.get(side, [])
    ]


def saying_neither(path: pathlib.Path, findings: dict[str, dict]) -> list[Sentence]:
    return [Sentence(line["text"], 2 * len(findings), None) for line in lines(path)]


def questions(path: pathlib.Path) -> list[Sentence]:
    return [Sentence(line["ask"], None, tuple(TOPICS.index(topic) for topic in line["topics"])) for line in lines(path)]


def tokenised(sentences: list[Sentence], tokenizer) -> list[Sentence]:
    ids = tokenizer([each.text for each in sentences], truncation=True, max_length=LONGEST)["input_ids"]
    return [each._replace(ids=tuple(row)) for each, row in zip(sentences, ids, strict=True)]


def batches(sentences: list[Sentence], most: int, seed: int | None) -> Iterator[list[Sentence]]:
    """Of like lengths, at most so many tokens each; in a seeded order, or as they are where there is no seed."""
    random = np.random.default_rng(seed)
    spread = random.permutation(len(sentences)) if seed is not None else np.arange(len(sentences))
    order = sorted(spread, key=lambda at: len(sentences[at].ids))
    out, batch = [], []
    for at in order:
        if batch and (len(batch) + 1) * len(sentences[at].ids) > most:
            out.append(batch)
            batch = []
        batch.append(sentences[at])
    out.append(batch)
    yield from (out[at] for at in (random.permutation(len(out)) if seed is not None else range(len(out))))


def padded(batch: list[Sentence]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and mask, [batch, tokens]."""
    ids = torch.zeros(len(batch), max(len(each.ids) for each in batch), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, each in enumerate(batch):
        ids[row, : len(each.ids)] = torch.tensor(each.ids)
        mask[row, : len(each.ids)] = 1
    return ids, mask
