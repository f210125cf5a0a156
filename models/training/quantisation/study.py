"""Measures what rounding costs: perplexity, divergence from float32 and argmax agreement per recipe.

    python study.py WEIGHTS.gguf DATA_FOLDER [--prose FILE] [--only NAME ...] [--json FILE]
"""

import argparse
import copy
import json
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable

import torch
import torch.nn.functional as F

import texts
from checkpoint import load
from schemes import Rounded, Scheme
from transforms import rotate, smooth, statistics

KINDS = {
    "q_proj": "qkv", "k_proj": "qkv", "v_proj": "qkv", "o_proj": "out",
    "gate_proj": "gate_up", "up_proj": "gate_up", "down_proj": "down", "lm_head": "head",
}  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    base: Scheme = Scheme()
    kinds: dict[str, Scheme] = field(default_factory=dict)
    smoothing: dict[str, float] = field(default_factory=dict)
    rotation: tuple[bool, bool] = (False, False)


def recipes() -> dict[str, Recipe]:
    flat = {kind: Scheme(float32=True) for kind in set(KINDS.values())}
    out: dict[str, Recipe] = {}
    for limit in (63, 127):
        base = Scheme(limit=limit)
        out[f"plain{limit}"] = Recipe(base)
        out[f"plain{limit}-mse"] = Recipe(replace(base, scale="mse"))
        out[f"weights{limit}"] = Recipe(replace(base, activations="f32"))
        for kind in ("qkv", "out", "gate_up", "down", "head"):
            out[f"only-{kind}{limit}"] = Recipe(base, {k: v for k, v in flat.items() if k != kind})
            out[f"but-{kind}{limit}"] = Recipe(base, {kind: Scheme(float32=True)})
        for alpha in (0.3, 0.4, 0.5, 0.6, 0.7):
            for site in ("qkv", "gate_up", "down", "out"):
                out[f"smooth-{site}{limit}-{alpha}"] = Recipe(base, smoothing={site: alpha})
            out[f"smooth{limit}-{alpha}"] = Recipe(base, smoothing=dict.fromkeys(("qkv", "gate_up", "down", "out"), alpha))
        for groups in (2, 3, 6):
            out[f"down-groups{limit}-{groups}"] = Recipe(base, {"down": replace(base, groups=groups)})
        for count in (4, 16, 32):
            out[f"down-outliers{limit}-{count}"] = Recipe(base, {"down": replace(base, outliers=count)})
        out[f"down-block{limit}"] = Recipe(base, {"down": Scheme(block=32)})
        out[f"down-hadamard{limit}"] = Recipe(base, {"down": replace(base, hadamard=64)})
        out[f"rotate{limit}"] = Recipe(base, rotation=(True, True))
        out[f"rotate-values{limit}"] = Recipe(base, rotation=(False, True))
        out[f"rotate-down-hadamard{limit}"] = Recipe(base, {"down": replace(base, hadamard=64)}, rotation=(True, True))
        for block in (32, 128, 512):
            out[f"rotate-hadamard{limit}-{block}"] = Recipe(base, {"down": replace(base, hadamard=block)}, rotation=(True, True))
        down = {"down": replace(base, hadamard=64)}
        out[f"rotate-residual{limit}"] = Recipe(base, down, rotation=(True, False))
        out[f"rotate-mse{limit}"] = Recipe(replace(base, scale="mse"), {"down": replace(base, hadamard=64, scale="mse")}, rotation=(True, True))
        out[f"rotate-both{limit}"] = Recipe(base, down, {"out": 0.5, "down": 0.5}, rotation=(True, True))
        out[f"rotate-smooth{limit}"] = Recipe(base, down, {"qkv": 0.5, "gate_up": 0.5}, rotation=(True, True))
        for reach in (3.5, 4.0, 4.5, 5.0, 6.0):
            fixed = dict.fromkeys(("qkv", "gate_up", "head"), replace(base, activations="fixed", reach=reach))
            out[f"rotate-fixed{limit}-{reach}"] = Recipe(base, {**down, **fixed}, rotation=(True, True))
        for kind in ("qkv", "out", "gate_up", "down", "head"):
            out[f"rotate-but-{kind}{limit}"] = Recipe(base, {**down, kind: Scheme(float32=True)}, rotation=(True, True))
        out[f"rotate-down-smooth{limit}"] = Recipe(base, smoothing={"down": 0.5}, rotation=(True, True))
        out[f"rotate-down-block{limit}"] = Recipe(base, {"down": Scheme(block=32)}, rotation=(True, True))
    out["block32"] = Recipe(Scheme(block=32))
    return out


@torch.no_grad()
def apply(source, recipe: Recipe, stats):
    model = copy.deepcopy(source)
    # Channel statistics of the rotated model are not those of the source; the down input is the same.
    if recipe.smoothing:
        smooth(model, stats, recipe.smoothing)
    if any(recipe.rotation):
        rotate(model, *recipe.rotation)
    for name, module in list(model.named_modules()):
        if isinstance(module, torch.nn.Linear):
            scheme = recipe.kinds.get(KINDS[name.split(".")[-1]], recipe.base)
            owner = model.get_submodule(name.rpartition(".")[0])
            setattr(owner, name.split(".")[-1], Rounded(module, scheme, stats.get(name)))
    return model


@torch.no_grad()
def measure(model, rows, reference):
    """Sums over the predicted tokens of each text: loss, divergence from the reference, equal argmax."""
    result = {}
    for text, parts in rows.items():
        loss = divergence = equal = count = 0.0
        for index, ids in enumerate(parts):
            logp = F.log_softmax(model(ids).logits[0, :-1], -1)
            truth = ids[0, 1:]
            ref = reference[text][index]
            loss -= logp.gather(1, truth[:, None]).sum().item()
            divergence += (ref.exp() * (ref - logp)).sum().item()
            equal += (ref.argmax(-1) == logp.argmax(-1)).sum().item()
            count += len(truth)
        result[text] = {
            "perplexity": float(torch.tensor(loss / count).exp()),
            "divergence": divergence / count,
            "agreement": equal / count,
        }
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--prose", type=Path)
    parser.add_argument("--only", nargs="*", help="recipe names; those that start so are taken too")
    parser.add_argument("--quick", action="store_true", help="a third of the text")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load(options.weights)
    rows = texts.evaluation(tokenizer, options.data, options.prose)
    if options.quick:
        rows = {text: parts[: max(1, len(parts) // 3)] for text, parts in rows.items()}
    stats = statistics(model, texts.calibration(tokenizer, options.data))
    with torch.no_grad():
        reference = {
            text: [F.log_softmax(model(ids).logits[0, :-1], -1) for ids in parts] for text, parts in rows.items()
        }
    results = {"f32": measure(model, rows, reference)}
    wanted = {
        name: recipe for name, recipe in recipes().items()
        if not options.only or any(name.startswith(prefix) for prefix in options.only)
    }  # fmt: skip
    for name, recipe in {"f32": None, **wanted}.items():
        if recipe:
            results[name] = measure(apply(model, recipe, stats), rows, reference)
        cells = (
            f"{text} {one['perplexity']:.3f} {one['divergence']:.4f} {one['agreement']:.3f}"
            for text, one in results[name].items()
        )
        print(f"{name:28s}", " | ".join(cells), file=sys.stderr, flush=True)
        if options.json:
            options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
