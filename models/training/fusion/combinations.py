"""Moments put together from readings of one modality each that share a label.

No set at hand has a face, a voice and words of the same moment with labels for all six emotions, so a moment is a
CREMA-D clip and a text with the same label. Two things are stand-ins and are no evidence of anything:

  face      There were no labelled faces. While training a moment's face shows its label with the chance `HITS` and
            any other label otherwise, as sure of itself when it is wrong: nothing about how the real networks
            confuse labels can be learned from it, only that a face is one more witness of middling worth. The
            report takes instead what most people saw in the clip's silent video (CREMA-D's face votes), with
            `WRONG` of them exchanged for another clip's.
  surprise  Nobody acted it. Its voice is that of any clip.
"""

import csv
import json
import pathlib
from dataclasses import dataclass

import numpy as np

EMOTIONS = ("neutral", "angry", "happy", "sad", "worried", "surprise")
MODALITIES = ("face", "voice", "text")
SUBSETS = ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))
HITS = 0.55
WRONG = 0.3
SEEN = {"N": 0, "A": 1, "H": 2, "S": 3, "F": 4}
SURPRISE = 5
LEAST = 0.01


@dataclass
class Readings:
    """Distributions [n, 6], qualities [n], labels [n] and who or what they come from [n]."""

    scores: np.ndarray
    quality: np.ndarray
    labels: np.ndarray
    sources: np.ndarray
    clips: np.ndarray

    def only(self, chosen: np.ndarray) -> "Readings":
        return Readings(*(getattr(self, name)[chosen] for name in ("scores", "quality", "labels", "sources", "clips")))


def load(folder: pathlib.Path, part: str) -> tuple[Readings, Readings]:
    """Voice and text readings of `train` or `report`; what the product could not read is left out."""
    lines = [json.loads(line) for line in (folder / "lines.jsonl").read_text().splitlines()]
    results = json.loads((folder / "readings.json").read_text())["results"]
    kinds = {"voice": [], "text": []}
    for line, result in zip(lines, results, strict=True):
        where, source, number = line["id"].split("/")
        if where != part or result["scores"] is None:
            continue
        kinds["text" if "text" in line else "voice"].append(
            ([result["scores"][emotion] for emotion in EMOTIONS], result["quality"]["score"],
             EMOTIONS.index(line["label"]), source, int(number)))
    return tuple(
        Readings(*(np.array(column) for column in zip(*kinds[kind]))) for kind in ("voice", "text"))


def face_votes(crema: pathlib.Path) -> list[list[int]]:
    """What most people saw in each clip's silent video; -1 is disgust. Several when votes tie."""
    with open(crema / "clips.csv") as file:
        return [[SEEN.get(vote, -1) for vote in row["faceVote"].split(":") if vote] or [-1] for row in csv.DictReader(file)]


def evidence(scores: np.ndarray, blind: tuple[int, ...]) -> np.ndarray:
    """Log of how much likelier each label is than before, 0 where the modality is blind (`evidence` in TypeScript)."""
    told = [label for label in range(6) if label not in blind]
    ratio = np.ones_like(scores)
    ratio[..., told] = len(told) * scores[..., told] / scores[..., told].sum(-1, keepdims=True)
    return np.log(np.maximum(ratio, LEAST))


@dataclass
class Moments:
    """Log evidence times quality [n, 3, 6], quality [n, 3], labels [n] and the clip's actor [n]."""

    evidence: np.ndarray
    quality: np.ndarray
    labels: np.ndarray
    people: np.ndarray


def draw(voice: Readings, text: Readings, count: int, random: np.random.Generator, votes: list[list[int]] | None = None) -> Moments:
    """`count` moments, each label equally often, and texts of each source too; faces by `votes` where given."""
    labels = np.arange(count) % 6
    random.shuffle(labels)
    by_label = [np.flatnonzero(voice.labels == label) if label != SURPRISE else np.arange(len(voice.labels)) for label in range(6)]
    sources = np.unique(text.sources)
    texts = [[np.flatnonzero((text.labels == label) & (text.sources == source)) for source in sources] for label in range(6)]
    clip = np.array([random.choice(by_label[label]) for label in labels])
    words = np.array([random.choice(texts[label][random.integers(len(sources))]) for label in labels])
    seen = [voted(voice, votes, clip[index], label, random) if votes else drawn(label, random) for index, label in enumerate(labels)]
    face = np.array([face_showing(label, random) for label in seen])
    # Real faces are small, turned or badly lit; good sound and clear sentences would teach that quality is always 1.
    quality = np.stack([random.uniform(0.4, 1, count), voice.quality[clip] * random.uniform(0.5, 1, count), text.quality[words]], 1)
    logs = np.stack([evidence(face, ()), evidence(voice.scores[clip], (SURPRISE,)), evidence(text.scores[words], ())], 1)
    return Moments((logs * quality[..., None]).astype(np.float32), quality.astype(np.float32), labels, voice.sources[clip])


def drawn(label: int, random: np.random.Generator) -> int:
    return label if random.random() < HITS else int(random.choice([other for other in range(6) if other != label]))


def voted(voice: Readings, votes: list[list[int]], clip: int, label: int, random: np.random.Generator) -> int:
    other = random.random() < WRONG
    seen = int(random.choice(votes[voice.clips[random.integers(len(voice.labels)) if other else clip]]))
    return SURPRISE if label == SURPRISE and not other and seen == voice.labels[clip] else seen


def face_showing(label: int, random: np.random.Generator) -> np.ndarray:
    """-1 is disgust, which supports no label; how sharp the face is says nothing of whether it is right."""
    share = random.uniform(0.4, 0.95) if label >= 0 else 0.0
    return share * np.eye(6)[max(label, 0)] + (1 - share) * (0.5 * random.dirichlet(np.ones(6)) + 0.5 / 6)


def masks(count: int, drop: float, random: np.random.Generator) -> np.ndarray:
    """Which modalities stay [count, 3]: each dropped with `drop`, never all."""
    kept = random.random((count, 3)) >= drop
    lost = ~kept.any(1)
    kept[lost, random.integers(0, 3, lost.sum())] = True
    return kept.astype(np.float32)
