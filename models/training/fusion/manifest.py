"""Writes the lines whose readings the fusion is trained and judged on.

  python -m fusion.manifest --crema CREMA_D --goemotions GOEMOTIONS --clinical SENTENCES.jsonl --out FOLDER
  consilium emotion --manifest FOLDER/lines.jsonl --json > FOLDER/readings.json

Only what the modality's own network was not trained on: its selection part (train) and its report part (report).
The id of a line is "part/source or actor/number".
"""

import argparse
import json
import pathlib

import numpy as np
from text_emotion.data import EMOTIONS, clinical, goemotions, selection_split, single
from voice_emotion.train import INTENDED, load, split

SIX = {"ANG": "angry", "FEA": "worried", "HAP": "happy", "NEU": "neutral", "SAD": "sad"}


def texts(items: list[dict], part: str, source: str) -> list[dict]:
    return [{"id": f"{part}/{source}/{index}", "text": item["text"], "label": EMOTIONS[item["target"].argmax()]}
            for index, item in enumerate(items)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--crema", type=pathlib.Path, required=True)
    options.add_argument("--goemotions", type=pathlib.Path, required=True)
    options.add_argument("--clinical", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    _, selection = selection_split(goemotions(given.goemotions, "train"), 3000, 1)
    lines = texts(single(selection), "train", "goemotions")
    lines += texts(clinical(given.clinical, "dev"), "train", "clinical")
    lines += texts(single(goemotions(given.goemotions, "dev")), "report", "goemotions")
    lines += texts(clinical(given.clinical, "held-out"), "report", "clinical")

    levels, labels, _, actors, sexes = load(given.crema)
    part = split(actors, sexes, seed=1)
    names = {index: name for name, index in INTENDED.items()}
    array = given.out / "clips.npy"
    kept = np.flatnonzero(part > 0)
    np.save(array, levels[kept])
    for row, clip in enumerate(kept):
        label = SIX.get(names[labels[clip]])
        if label:
            where = "train" if part[clip] == 1 else "report"
            lines.append({"id": f"{where}/{actors[clip]}/{clip}", "logmel": array.name, "row": row, "label": label})
    (given.out / "lines.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(json.dumps({"lines": len(lines)}))


if __name__ == "__main__":
    main()
