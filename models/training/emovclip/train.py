"""Learns EmoVCLIP's prompts on a labelled folder, fuses them with features of sound and text, and self-trains.

  python -m emovclip.train --clip CLIP --data MER2024 --audio SET --text SET --out RUN --folds 5 --seed 1

CLIP is a folder of Hugging Face's layout (config.json, model.safetensors, tokenizer.json); MER2024 the layout that
mer2024.py describes; SET a folder under `features`. Runs on a GPU where PyTorch sees one. Every fold goes on where
an interrupted run stopped. RUN then holds prompts.safetensors (vision [depth, P, width], text [depth, P, width]),
recipe.json, rounds.jsonl and result.json.
"""

import argparse
import json
import pathlib
import sys
from dataclasses import asdict

import numpy as np
import torch
from safetensors.torch import save_file

from .folds import folds
from .frames import find
from .fusion import Features, Fusion, FusionRecipe
from .learning import Clips, Recipe, learn, told
from .measures import EMOTIONS, confusion, figures
from .mer2024 import read
from .prompts import PromptedClip, class_ids
from .self_training import THRESHOLDS, rounds
from .towers import backbone_hash, open_clip

CLASSES = pathlib.Path(__file__).with_name("classes.json")


class Backbone:
    """The frozen model with the classes' ids, on the device that is there."""

    def __init__(self, folder: pathlib.Path, classes: pathlib.Path = CLASSES) -> None:
        self.clip = open_clip(folder)
        config = self.clip.config.text_config
        self.classes = class_ids(classes, folder / "tokenizer.json", config.bos_token_id, config.eos_token_id)
        self.side = self.clip.config.vision_config.image_size
        self.hash = backbone_hash(self.clip)
        self.clip.to("cuda" if torch.cuda.is_available() else "cpu")

    def model(self, recipe: Recipe, branches: tuple[str, ...] = ("vision", "text")) -> PromptedClip:
        depth = min([recipe.depth, *(getattr(self.clip.config, f"{branch}_config").num_hidden_layers for branch in branches)])
        return PromptedClip(self.clip, self.classes, recipe.tokens, depth, recipe.seed, branches).to(self.clip.logit_scale.device)

    def check(self) -> None:
        """Throws when training has touched the backbone."""
        if backbone_hash(self.clip) != self.hash:
            raise RuntimeError("The backbone's weights have changed: only prompts may be learned.")


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("clip", "data", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--audio", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--classes", type=pathlib.Path, default=CLASSES)
    parser.add_argument("--frames-in", default="openface_face")
    parser.add_argument("--channels", choices=("rgb", "bgr"), default="rgb", help="of frames stored as arrays")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="of the processor, for what does not run on a GPU")
    for name, value in asdict(Recipe()).items():
        if name != "seed":
            parser.add_argument(f"--{name}", type=type(value), default=value)
    parser.add_argument("--drop", type=float, default=FusionRecipe.drop, help="chance that a modality is dropped while training")
    return parser


def main() -> None:
    given = options().parse_args()
    torch.set_num_threads(given.threads)
    recipe = Recipe(**{name: getattr(given, name) for name in asdict(Recipe())})
    fusing = FusionRecipe(drop=given.drop, seed=given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    backbone, corpus = Backbone(given.clip, given.classes), read(given.data, given.frames_in)
    names, labels = corpus.parts["train"]
    clips = Clips([find(corpus.frames, name) for name in names], backbone.side, given.channels)
    spoken = [corpus.features(kind, names) for kind in (given.audio, given.text)]
    result: dict = {"backbone": backbone.hash, "seed": given.seed, "clips": len(names), "folds": []}

    def seen(model: PromptedClip, some: list[str]) -> Features:
        there = Clips([find(corpus.frames, name) for name in some], backbone.side, given.channels)
        embeddings = told(model, there, np.arange(len(some)), recipe.frames)[1]
        return Features((embeddings, *(corpus.features(kind, some) for kind in (given.audio, given.text))))

    def learned(rows: np.ndarray, name: str) -> PromptedClip:
        model = backbone.model(recipe)
        learn(model, clips, rows, labels[rows], recipe, given.out / f"{name}.pt",
              lambda epoch, loss: print(f"{name}: epoch {epoch} of {recipe.epochs}, loss {loss:.4f}", file=sys.stderr, flush=True))
        return model

    counts = np.zeros((len(EMOTIONS), len(EMOTIONS)), int)
    tests = {part: np.zeros((len(some), len(EMOTIONS))) for part, (some, _) in corpus.parts.items() if part != "train"}
    for number, (rows, held) in enumerate(folds(labels, given.folds, given.seed)):
        model = learned(rows, f"fold-{number}")
        chances, embeddings = told(model, clips, np.arange(len(names)), recipe.frames)
        features = Features((embeddings, *spoken))
        fusion = Fusion(features.only(rows), labels[rows], fusing)
        joint = fusion.chances(features.only(held)).argmax(1)
        counts += confusion(labels[held], joint)
        result["folds"].append({"prompts": figures(labels[held], chances[held].argmax(1)), "fused": figures(labels[held], joint)})
        for part in tests:
            tests[part] += fusion.chances(seen(model, corpus.parts[part][0])) / given.folds
    result["confusion"] = {"rowsAreLabels": list(EMOTIONS), "counts": counts.tolist()}
    result["tests"] = {part: figures(corpus.parts[part][1], chances.argmax(1)) for part, chances in tests.items()}

    # What ships learns from four fifths; the last fifth measures the rounds of self-training.
    rows, held = folds(labels, 5, given.seed + 1)[0]
    model = learned(rows, "shipped")
    backbone.check()
    if corpus.unlabelled:
        features = Features((told(model, clips, np.arange(len(names)), recipe.frames)[1], *spoken))
        with open(given.out / "rounds.jsonl", "w") as log:
            _, entries = rounds(features.only(rows), labels[rows], seen(model, corpus.unlabelled), features.only(held), labels[held], fusing,
                                log=lambda entry: print(json.dumps(entry), file=log, flush=True))
        result["selfTraining"] = {"thresholds": THRESHOLDS, "rounds": entries}
    save_file({branch: prompts.detach().cpu().contiguous() for branch, prompts in model.prompts.items()}, given.out / "prompts.safetensors")
    (given.out / "recipe.json").write_text(json.dumps({
        "backbone": backbone.hash, "labels": EMOTIONS, "classes": json.loads(given.classes.read_text()),
        "logitScale": float(backbone.clip.logit_scale.exp()), "pooling": "mean", **asdict(recipe), "depth": int(next(iter(model.prompts.values())).shape[0])}, indent=1))
    (given.out / "result.json").write_text(json.dumps(result, indent=1))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
