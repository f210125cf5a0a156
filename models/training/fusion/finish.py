"""Reports the fusions on held-out actors and texts, and writes the shipped one for TypeScript.

  python -m fusion.finish --readings FOLDER --crema CREMA_D --run RUN --seeds 5 \
      --weights ../emotion/fusion/attention-weights.ts --fixture ../../test/models/emotion/fixtures/fusion.json

The temperatures, one per number of modalities present, come from each seed's selection part. Seed 1 ships, by
decision before any report.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from sklearn.metrics import f1_score
from torch.nn import functional as F

from .combinations import MODALITIES, SUBSETS, Moments, draw, evidence, face_votes, load
from .network import AttentionFusion
from .train import KINDS, logits_of, parts, subset_mask, tensors

SHIPPED = 1


def temperatures(network: torch.nn.Module, moments: Moments) -> list[float]:
    """For one, two and three modalities."""
    labels = torch.from_numpy(moments.labels)
    found = []
    for count in (1, 2, 3):
        logits = [logits_of(network, moments, subset) for subset in SUBSETS if len(subset) == count]
        loss = lambda t: sum(F.cross_entropy(each / t, labels).item() for each in logits)
        found.append(float(minimize_scalar(loss, bounds=(0.3, 4), method="bounded").x))
    return found


def calibration_error(chances: np.ndarray, labels: np.ndarray) -> float:
    sure, right = chances.max(1), chances.argmax(1) == labels
    bins = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs(sure[bins == k].sum() - right[bins == k].sum()) for k in range(10)) / len(labels))


def figures(chances: np.ndarray, before: np.ndarray, labels: np.ndarray) -> dict:
    return {"accuracy": float((chances.argmax(1) == labels).mean()),
            "macroF1": float(f1_score(labels, chances.argmax(1), average="macro")),
            "loss": float(-np.log(np.maximum(chances[np.arange(len(labels)), labels], 1e-9)).mean()),
            "calibrationErrorBefore": calibration_error(before, labels), "calibrationError": calibration_error(chances, labels)}


def interval(right: np.ndarray, people: np.ndarray) -> list[float]:
    """95 % bootstrap interval, drawing whole actors."""
    random = np.random.default_rng(3)
    by_person = [right[people == person] for person in np.unique(people)]
    means = [np.concatenate([by_person[k] for k in random.integers(0, len(by_person), len(by_person))]).mean() for _ in range(2000)]
    return [round(float(np.quantile(means, share)), 3) for share in (0.025, 0.975)]


def saved(run: pathlib.Path, kind: str, seed: int) -> torch.nn.Module:
    network = KINDS[kind][0]()
    network.load_state_dict(torch.load(run / f"{kind}-{seed}.pt", weights_only=False)["best"][1])
    return network.eval()


def numbers(value: torch.Tensor) -> list:
    return np.round(value.detach().numpy().astype(float), 5).tolist()


def write_weights(network: AttentionFusion, heats: list[float], path: pathlib.Path) -> None:
    rows = {"value": network.value, "offset": network.offset, "hidden": network.hidden, "hiddenOffset": network.hidden_offset,
            "score": network.score, "scoreOffset": network.score_offset}
    body = "\n".join(f"  {name}: {json.dumps(numbers(value))}," for name, value in rows.items())
    path.write_text(
        "/** Written by models/training/fusion/finish.py; trained on CREMA-D (ODbL) and GoEmotions (CC BY 4.0) readings. */\n"
        "import type { AttentionWeights } from './attention.ts'\n\n"
        "export const attentionWeights: AttentionWeights = {\n"
        f"{body}\n  temperatures: {json.dumps([round(heat, 4) for heat in heats])},\n}}\n")


def write_fixture(network: AttentionFusion, heats: list[float], path: pathlib.Path) -> None:
    """Readings with the answer of PyTorch for every subset."""
    random = np.random.default_rng(9)
    cases = []
    for subset in SUBSETS:
        for _ in range(4):
            scores = random.dirichlet(np.full(6, 0.4), 3)
            scores[1, 5] = 0
            scores[1] /= scores[1].sum()
            quality = random.uniform(0.4, 1, 3)
            logs = np.stack([evidence(scores[0], ()), evidence(scores[1], (5,)), evidence(scores[2], ())])
            moments = Moments((logs * quality[:, None])[None].astype(np.float32), quality[None].astype(np.float32), np.zeros(1, int), np.zeros(1))
            logits, share = network(*tensors(moments, subset_mask(subset, 1)))
            chances = torch.softmax(logits[0] / heats[len(subset) - 1], -1)
            cases.append({"subset": [MODALITIES[m] for m in subset], "scores": scores.tolist(), "quality": quality.tolist(),
                          "chances": chances.tolist(), "shares": share[0].tolist()})
    path.write_text(json.dumps(cases))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--readings", type=pathlib.Path, required=True)
    options.add_argument("--crema", type=pathlib.Path, required=True)
    options.add_argument("--run", type=pathlib.Path, required=True)
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--weights", type=pathlib.Path)
    options.add_argument("--fixture", type=pathlib.Path)
    given = options.parse_args()
    torch.set_num_threads(1)
    voice, text = load(given.readings, "train")
    report = draw(*load(given.readings, "report"), 9000, np.random.default_rng(21), face_votes(given.crema))
    table: dict = {}
    for kind in KINDS:
        for seed in range(1, given.seeds + 1):
            network = saved(given.run, kind, seed)
            with torch.no_grad():
                chosen = draw(*parts(voice, text, seed)[1], 3000, np.random.default_rng((seed, 2)))
                heats = temperatures(network, chosen)
                for subset in SUBSETS:
                    logits = logits_of(network, report, subset)
                    name = "+".join(MODALITIES[m] for m in subset)
                    chances = (logits / heats[len(subset) - 1]).softmax(-1).numpy()
                    found = figures(chances, logits.softmax(-1).numpy(), report.labels)
                    if seed == SHIPPED:
                        found["interval"] = interval(chances.argmax(1) == report.labels, report.people)
                    table.setdefault(kind, {}).setdefault(name, []).append(found)
                if kind == "pool":
                    print(json.dumps({"exponents of the pool": np.round(torch.sigmoid(network.weight).numpy(), 3).tolist(), "seed": seed, "temperatures": heats}))
                if kind == "attention" and seed == SHIPPED and given.weights:
                    write_weights(network, heats, given.weights)
                    write_fixture(network, heats, given.fixture)
    single = {MODALITIES[m]: float((report.evidence[:, m].argmax(1) == report.labels).mean()) for m in range(3)}
    print(json.dumps({"reading alone": single}))
    for kind, subsets in table.items():
        print(kind)
        for name, seeds in subsets.items():
            mean = {key: round(float(np.mean([found[key] for found in seeds])), 3) for key in seeds[0] if key != "interval"}
            spread = [round(min(found["accuracy"] for found in seeds), 3), round(max(found["accuracy"] for found in seeds), 3)]
            print(f"  {name:16} {json.dumps(mean)} seeds {spread} shipped seed {seeds[0]['accuracy']:.3f} {seeds[0]['interval']}")
        for measure, sign in (("accuracy", 1), ("loss", -1)):
            of = {name: np.array([found[measure] for found in seeds]) for name, seeds in subsets.items()}
            drops = {one: sign * (of["face+voice+text"] - of[one]) for one in MODALITIES}
            print(f"  {measure} lost from three to one: "
                  + json.dumps({one: round(float(drop.mean()), 3) for one, drop in drops.items()})
                  + f" mean {np.mean(list(drops.values())):.3f}, by seed {np.round(np.mean(list(drops.values()), 0), 3).tolist()}")


if __name__ == "__main__":
    main()
