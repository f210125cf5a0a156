"""What prompts, modality dropout and self-training bring on made-up sets, over seeds; one JSON object.

  python -m emovclip.ablation --work FOLDER --seeds 3

Each seed has its own set, towers and starting values. Reported on clips that decide nothing; differences are paired
by seed, with 95 % t-intervals. Prompts and the linear probe learn from the same few or many labelled clips; the same
once more with towers that never saw a sentence. Self-training starts from the few; the other labelled clips are the
slice that ends it.
"""

import argparse
import json
import pathlib
import shutil
from dataclasses import replace

import numpy as np
import torch

from . import synthetic
from .folds import folds
from .frames import find
from .fusion import MODALITIES, SUBSETS, Features, Fusion, FusionRecipe
from .learning import Clips, Recipe, learn, told
from .measures import EMOTIONS, figures, over_seeds
from .mer2024 import read
from .probe import linear_probe
from .prompts import PromptedClip
from .self_training import THRESHOLDS, rounds
from .towers import vision_states
from .train import Backbone

SETS = ("synthetic-audio-UTT", "synthetic-text-UTT")
# One of so many stratified folds is learned from; None is all of them. The same few are used where branches and towers are compared.
SHARES: dict[str, int | None] = {"a sixth": 6, "a third": 3, "all": None}
COMPARED = "a third"
# So many steps are taken at least, however few the clips.
FEWEST_STEPS = 80
Figures = dict[str, float]


def frozen_features(backbone: Backbone, clips: Clips, frames: int) -> list[np.ndarray]:
    """Means over the frames of what the tower says before its projection, and after it."""
    with torch.no_grad():
        states = torch.cat([vision_states(backbone.clip, clips.batch(np.arange(at, min(at + 64, len(clips))), frames).flatten(0, 1)).unflatten(0, (-1, frames)).mean(1)
                            for at in range(0, len(clips), 64)])
        return [states.numpy(), backbone.clip.visual_projection(states).numpy()]


def few(labels: np.ndarray, share: int | None, seed: int) -> np.ndarray:
    return np.arange(len(labels)) if share is None else folds(labels, share, seed)[0][1]


def one_seed(folder: pathlib.Path, seed: int, recipe: Recipe) -> dict[str, Figures]:
    synthetic.write(folder, seed)
    synthetic.tiny_clip(folder / "unaligned", seed, 0)
    backbone, unaligned, corpus = Backbone(folder / "clip"), Backbone(folder / "unaligned"), read(folder / "mer2024")
    clips = {part: Clips([find(corpus.frames, name) for name in names], backbone.side)
             for part, names in {"train": corpus.parts["train"][0], "test1": corpus.parts["test1"][0], "unlabelled": corpus.unlabelled}.items()}
    labels, truth = corpus.parts["train"][1], corpus.parts["test1"][1]
    every = {part: np.arange(len(some)) for part, some in clips.items()}
    out: dict[str, Figures] = {}

    def prompted(towers: Backbone, branches: tuple[str, ...], rows: np.ndarray) -> PromptedClip:
        steps = -(-len(rows) // recipe.batch)
        own = replace(recipe, seed=seed, epochs=max(recipe.epochs, -(-FEWEST_STEPS // steps)))
        model = towers.model(own, branches)
        learn(model, clips["train"], rows, labels[rows], own)
        return model

    def measured(model: PromptedClip) -> Figures:
        return figures(truth, told(model, clips["test1"], every["test1"], recipe.frames)[0].argmax(1))

    third = few(labels, SHARES[COMPARED], seed)
    learned: dict[str, PromptedClip] = {}
    for towers, name in ((backbone, ""), (unaligned, ", towers not aligned")):
        out[f"zero-shot{name}"] = measured(towers.model(recipe, ()))
        frozen = {part: frozen_features(towers, clips[part], recipe.frames) for part in ("train", "test1")}
        for share, parts in SHARES.items() if towers is backbone else [(COMPARED, SHARES[COMPARED])]:
            rows = few(labels, parts, seed)
            out[f"linear probe, {share}{name}"] = figures(truth, linear_probe([some[rows] for some in frozen["train"]], labels[rows], frozen["test1"], seed))
            model = prompted(towers, ("vision", "text"), rows)
            out[f"prompts in both, {share}{name}"] = measured(model)
            if towers is backbone:
                learned[share] = model
    for branch in ("text", "vision"):
        out[f"prompts in {branch}, {COMPARED}"] = measured(prompted(backbone, (branch,), third))
    backbone.check()
    unaligned.check()

    def features_of(model: PromptedClip) -> dict[str, Features]:
        return {part: Features((told(model, some, every[part], recipe.frames)[1], *(corpus.features(kind, names) for kind in SETS)))
                for (part, some), names in zip(clips.items(), (corpus.parts["train"][0], corpus.parts["test1"][0], corpus.unlabelled))}

    features = features_of(learned["all"])
    for name, drop in {"with dropout": FusionRecipe.drop, "without dropout": 0.0}.items():
        fusion = Fusion(features["train"], labels, FusionRecipe(drop=drop, seed=seed))
        for subset in SUBSETS:
            out[f"{name}: {'+'.join(MODALITIES[at] for at in subset)}"] = figures(truth, fusion.chances(features["test1"], subset).argmax(1))
    features, rows, held = features_of(learned[COMPARED]), third, np.setdiff1d(every["train"], third)
    plain = FusionRecipe(seed=seed)
    for name, thresholds in {"self-training": THRESHOLDS, "self-training without thresholds": dict.fromkeys(EMOTIONS, 0.0)}.items():
        best, entries = rounds(features["train"].only(rows), labels[rows], features["unlabelled"], features["train"].only(held), labels[held], plain, thresholds)
        out[name] = figures(truth, best.chances(features["test1"]).argmax(1))
        out[f"{name}: rounds"] = {"weightedF1": float(len(entries) - 1), "accuracy": float(entries[-1]["accepted"])}
    out["no self-training"] = figures(truth, Fusion(features["train"].only(rows), labels[rows], plain).chances(features["test1"]).argmax(1))
    return out


def differences(found: list[dict[str, Figures]], better: str, worse: str) -> dict[str, object]:
    return over_seeds([seed[better]["weightedF1"] - seed[worse]["weightedF1"] for seed in found])


def report(found: list[dict[str, Figures]]) -> dict[str, object]:
    names = [name for name in found[0] if not name.endswith(": rounds")]
    dropped = lambda kind: over_seeds([float(np.mean([seed[f"{kind}: vision+audio+text"]["weightedF1"] - seed[f"{kind}: {one}"]["weightedF1"] for one in MODALITIES])) for seed in found])
    return {
        "figures": {name: {measure: over_seeds([seed[name][measure] for seed in found]) for measure in ("weightedF1", "accuracy")} for name in names},
        "differencesOfWeightedF1": {
            **{f"prompts in both over {other}, {share}": differences(found, f"prompts in both, {share}", other if other == "zero-shot" else f"{other}, {share}")
               for share in SHARES for other in ("zero-shot", "linear probe")},
            "prompts in both over zero-shot, towers not aligned": differences(found, f"prompts in both, {COMPARED}, towers not aligned", "zero-shot, towers not aligned"),
            **{f"dropout over none, {'+'.join(MODALITIES[at] for at in subset)}": differences(found, *(f"{kind}: {'+'.join(MODALITIES[at] for at in subset)}" for kind in ("with dropout", "without dropout"))) for subset in SUBSETS},
            "self-training over none": differences(found, "self-training", "no self-training"),
            "self-training without thresholds over none": differences(found, "self-training without thresholds", "no self-training"),
        },
        "lostFromThreeToOne": {kind: dropped(kind) for kind in ("with dropout", "without dropout")},
        "selfTraining": [{"rounds": seed["self-training: rounds"]["weightedF1"], "acceptedLast": seed["self-training: rounds"]["accuracy"]} for seed in found],
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--work", type=pathlib.Path, required=True, help="finished seeds are kept there and not run again")
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--first", type=int, default=1, help="the first seed")
    options.add_argument("--epochs", type=int, default=Recipe.epochs)
    options.add_argument("--frames", type=int, default=4)
    given = options.parse_args()
    torch.set_num_threads(1)
    given.work.mkdir(parents=True, exist_ok=True)
    found = []
    for seed in range(given.first, given.first + given.seeds):
        done = given.work / f"seed-{seed}.json"
        if not done.is_file():
            folder = given.work / f"set-{seed}"
            figures_of = one_seed(folder, seed, Recipe(epochs=given.epochs, frames=given.frames))
            shutil.rmtree(folder)
            done.write_text(json.dumps(figures_of))
        found.append(json.loads(done.read_text()))
    print(json.dumps(report(found)))


if __name__ == "__main__":
    main()
