"""What `consilium train-heads` wrote: the target's own continuations and its state at every token."""

import dataclasses
import json
import pathlib
import random

import numpy as np
import torch


@dataclasses.dataclass(frozen=True)
class Text:
    ids: torch.Tensor
    """int64 [T]"""
    states: torch.Tensor
    """float16 [T, d], before the final norm"""
    spoken: torch.Tensor
    """bool [T]: the token is the target's own choice"""
    label: str


def read_texts(folder: pathlib.Path) -> list[Text]:
    ids = np.fromfile(folder / "ids.i32", np.int32)
    states = np.memmap(folder / "states.f16", np.float16, "c").reshape(len(ids), -1)
    texts = []
    for entry in json.loads((folder / "texts.json").read_text()):
        start, length = entry["start"], entry["length"]
        spoken = torch.zeros(length, dtype=torch.bool)
        for first, end in entry["spoken"]:
            spoken[first:end] = True
        texts.append(
            Text(
                torch.from_numpy(ids[start : start + length].astype(np.int64)),
                torch.from_numpy(states[start : start + length]),
                spoken,
                str(entry["id"]),
            )
        )
    return texts


def draft_vocabulary(texts: list[Text], size: int, vocabulary: int) -> torch.Tensor:
    """The ids met most often, spoken ones counting most; then the lowest ids, which byte-pair merging made first.

    No more than the target has, and a multiple of 16 of them, so that what is compiled can be stored packed.
    """
    size = min(size, vocabulary - vocabulary % 16)
    counts = torch.zeros(vocabulary)
    for text in texts:
        counts.index_add_(0, text.ids, 1 + 9 * text.spoken.float())
    counts += torch.linspace(0.5, 0, vocabulary)
    return counts.topk(size).indices.sort().values


@dataclasses.dataclass(frozen=True)
class Batch:
    states: torch.Tensor
    """float32 [B, T, d]; rows beyond a text's end are zeros"""
    following: torch.Tensor
    """int64 [B, T]: the token after each state"""
    where: torch.Tensor
    """bool [B, T]: positions that learn, N of them: all that are followed by a token and a state"""
    after: torch.Tensor
    """int64 [N, K]: tokens x_{t+2} .. x_{t+1+K} at those positions; 0 where the text has ended"""
    ahead: torch.Tensor
    """int64 [N, K]: places in [B * T] of the target's states h_{t+1} .. h_{t+K}, from which it foretells them"""
    valid: torch.Tensor
    """bool [N, K]: that state is within the text"""
    spoken: torch.Tensor
    """bool [N, K]: the token is there and the target's own choice, as are those before it"""


def collate(texts: list[Text], count: int) -> Batch:
    longest = max(len(text.ids) for text in texts)
    padded = longest + count + 1
    states = torch.zeros(len(texts), longest, texts[0].states.shape[1])
    ids = torch.zeros(len(texts), padded, dtype=torch.int64)
    spoken = torch.zeros(len(texts), padded, dtype=torch.bool)
    inside = torch.zeros(len(texts), padded, dtype=torch.bool)
    for row, text in enumerate(texts):
        length = len(text.ids)
        states[row, :length] = text.states.float()
        ids[row, :length] = text.ids
        spoken[row, :length] = text.spoken
        inside[row, :length] = True
    where = inside[:, 1 : longest + 1]
    rows, places = (index[:, None] for index in where.nonzero(as_tuple=True))
    steps = torch.arange(1, count + 1)
    return Batch(
        states=states,
        following=ids[:, 1 : longest + 1],
        where=where,
        after=ids[rows, places + 1 + steps],
        ahead=rows * longest + (places + steps).clamp(max=longest - 1),
        valid=inside[rows, places + steps],
        spoken=spoken[rows, places + 1 + steps].cumprod(1).bool(),
    )


def batches(texts: list[Text], positions: int, seed: int) -> list[list[Text]]:
    """Texts of like length together, at most `positions` padded tokens a batch, in an order that the seed decides."""
    chance = random.Random(seed)
    order = sorted(texts, key=lambda text: len(text.ids) + chance.uniform(0, 40))
    groups: list[list[Text]] = [[]]
    for text in order:
        if groups[-1] and len(text.ids) * (len(groups[-1]) + 1) > positions:
            groups.append([])
        groups[-1].append(text)
    chance.shuffle(groups)
    return groups
