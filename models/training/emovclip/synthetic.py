"""Writes a small made-up multimodal set in the layout of MER2024, and the tiny CLIP that it is read with.

  python -m emovclip.synthetic --out SET --seed 1

It shows that the pipeline learns what can be learned, and says nothing about faces, voices or words. A clip is a
person (a colour, a texture and a light of their own, which are most of its pixels) with an expression: a small
pattern of the label, shown in some of the frames at places that wander. Sound and text are vectors of which some
directions tell the label and more tell the person. Each modality confuses other labels than the others do. Worried
and surprise are rare, as in the challenge. The CLIP knows what the patterns are called (aligning.py) and nothing of
the labels.
"""

import argparse
import csv
import json
import pathlib

import numpy as np
import torch
from transformers import CLIPConfig, CLIPModel

from .aligning import BEGIN, END, EXPRESSIONS, PATCH, SIDE, STEPS, VOCABULARY, align, movements, person
from .measures import EMOTIONS

FRAMES = 10
# How far an expression lifts the pixels under it; in what the towers were aligned on it is mostly more.
STRENGTH = 0.2
SHARES = (0.22, 0.22, 0.2, 0.16, 0.12, 0.08)
COUNTS = {"train": 90, "test1": 400, "unlabelled": 900}
AUDIO_WIDTH, TEXT_WIDTH = 24, 20
# Which label each modality takes another for, and how often.
CONFUSED = {"vision": ((4, 5, 0.3), (0, 3, 0.15)), "audio": ((2, 1, 0.35), (5, 2, 0.25)), "text": ((0, 4, 0.35), (3, 0, 0.2))}


def tiny_clip(folder: pathlib.Path, seed: int, steps: int = STEPS) -> None:
    """Towers of the architecture that models/compiler/clip is proven on, with a tokenizer of whole words.

    @param steps of alignment; with 0 the towers stay random and pictures have nothing to do with sentences
    """
    from tokenizers import Tokenizer, models, pre_tokenizers

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    common = {"num_hidden_layers": 3, "num_attention_heads": 4, "hidden_act": "quick_gelu"}
    clip = CLIPModel(CLIPConfig(
        text_config={**common, "hidden_size": 24, "intermediate_size": 48, "vocab_size": END + 1, "max_position_embeddings": 20,
                     "bos_token_id": BEGIN, "eos_token_id": END, "pad_token_id": END},
        vision_config={**common, "hidden_size": 32, "intermediate_size": 64, "image_size": SIDE, "patch_size": PATCH},
        projection_dim=16))
    align(clip, movements(seed), seed, steps)
    clip.save_pretrained(folder, safe_serialization=True)
    (folder / "generation_config.json").unlink(missing_ok=True)
    words = Tokenizer(models.WordLevel({word: index for index, word in enumerate(VOCABULARY)}, unk_token="?"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.save(str(folder / "tokenizer.json"))


def shown(labels: np.ndarray, modality: str, random: np.random.Generator) -> np.ndarray:
    told = labels.copy()
    for label, other, share in CONFUSED[modality]:
        told[(labels == label) & (random.random(len(labels)) < share)] = other
    return told


def clip_frames(pattern: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Bytes [T, 24, 24, 3]."""
    expressive = random.random(FRAMES) < 0.7
    expressive[random.integers(FRAMES)] = True
    frames = person(0.16, random)[None] + random.normal(0, 0.05, (FRAMES, SIDE, SIDE, 3)) + random.normal(0, 0.05, (FRAMES, 1, 1, 1))
    for frame in np.flatnonzero(expressive):
        row, column = PATCH * random.integers(0, SIDE // PATCH, 2)
        frames[frame, row : row + PATCH, column : column + PATCH] += STRENGTH * pattern
    return np.clip(255 * frames, 0, 255).astype(np.uint8)


def vectors(told: np.ndarray, means: np.ndarray, people: np.ndarray, random: np.random.Generator) -> np.ndarray:
    width = means.shape[1]
    return (means[told] + random.normal(0, 1, (len(told), len(people))) @ people + random.normal(0, 0.8, (len(told), width))).astype(np.float32)


def write(out: pathlib.Path, seed: int, counts: dict[str, int] = COUNTS, steps: int = STEPS) -> None:
    """@param steps of the towers' alignment"""
    random = np.random.default_rng(seed)
    tiny_clip(out / "clip", seed, steps)
    data = out / "mer2024"
    patterns = movements(seed)
    means = {"audio": random.normal(0, 0.6, (6, AUDIO_WIDTH)), "text": random.normal(0, 0.6, (6, TEXT_WIDTH))}
    people = {"audio": random.normal(0, 0.45, (6, AUDIO_WIDTH)), "text": random.normal(0, 0.45, (6, TEXT_WIDTH))}
    for folder in ("features/synthetic-audio-UTT", "features/synthetic-text-UTT", "openface_face"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    corpora, truth, rows = {}, {}, []
    for part, count in counts.items():
        labels = random.choice(6, count, p=SHARES)
        names = [f"{part}_{index:05d}" for index in range(count)]
        seen = shown(labels, "vision", random)
        spoken = {kind: vectors(shown(labels, kind, random), means[kind], people[kind], random) for kind in ("audio", "text")}
        for index, name in enumerate(names):
            (data / "openface_face" / name).mkdir(exist_ok=True)
            np.save(data / "openface_face" / name / f"{name}.npy", clip_frames(patterns[EXPRESSIONS[seen[index]]], random))
            for kind, values in spoken.items():
                np.save(data / "features" / f"synthetic-{kind}-UTT" / f"{name}.npy", values[index])
            rows.append({"name": name, "sentence": ""})
        told = {name: {"emo": EMOTIONS[label], "val": 0.0} for name, label in zip(names, labels)}
        (truth if part == "unlabelled" else corpora)[part if part == "unlabelled" else f"{part}_corpus"] = told
    np.savez_compressed(data / "label-6way.npz", **{name: np.array(told, dtype=object) for name, told in corpora.items()})
    (out / "truth-of-unlabelled.json").write_text(json.dumps({name: told["emo"] for name, told in truth["unlabelled"].items()}))
    with open(data / "transcription-merge.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ("name", "sentence"))
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--align", type=int, default=STEPS, help="steps of the towers' alignment; 0 leaves them random")
    for part, count in COUNTS.items():
        options.add_argument(f"--{part}", type=int, default=count, help="clips")
    given = options.parse_args()
    counts = {part: getattr(given, part) for part in COUNTS}
    write(given.out, given.seed, counts, given.align)
    print(json.dumps({"out": str(given.out), "seed": given.seed, "clips": counts, "aligned": given.align}))


if __name__ == "__main__":
    main()
