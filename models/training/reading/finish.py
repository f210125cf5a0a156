"""Writes what `tune` learned in the product's form and says what it reads right; see README.md."""

import argparse
import json
import pathlib
import shutil

import numpy as np
import onnx
import onnxruntime
import torch
from torch.nn import functional as F
from transformers import AutoTokenizer

from minilm.convert import encoder, write_fixture

from . import data
from .tune import SCALE


def vectors_of(model: pathlib.Path, sentences: list[data.Sentence]) -> np.ndarray:
    """[sentences, width], in order, by the network that ships."""
    session = onnxruntime.InferenceSession(str(model))
    rows = []
    for start in range(0, len(sentences), 32):
        ids, mask = data.padded(sentences[start : start + 32])
        rows += session.run(["embedding"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
    return np.concatenate(rows)


def logits(head: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    return vectors @ head[:, :-1].T + head[:, -1]


def warmth(found: np.ndarray, targets: list[int]) -> float:
    """The factor of the logits at which these sentences are likeliest."""
    losses = {scale: F.cross_entropy(torch.from_numpy(found * scale), torch.tensor(targets)).item() for scale in np.geomspace(0.3, 3, 60)}
    return min(losses, key=losses.get)


def figures_of(found: np.ndarray, targets: list[int]) -> dict[str, float]:
    """Of sentences that tell a finding: how often the right one is among the first, how often one has .5 or more, and
    how often that is the right one. Of the others: how often some finding is so read as told."""
    shares = torch.softmax(torch.from_numpy(found), 1).numpy()
    want, findings = np.array(targets), (found.shape[1] - 1) // 2
    telling, neither = want < findings, want == found.shape[1] - 1
    order = np.argsort(-found[:, :findings], 1)
    sure = shares[:, :findings].max(1) >= 0.5
    denied = ~telling & ~neither
    return {
        "telling": int(telling.sum()),
        **{f"top{most}": float((order[telling, :most] == want[telling, None]).any(1).mean()) for most in (1, 3, 10)},
        "sure": float(sure[telling].mean()), "sureAndRight": float((sure & (order[:, 0] == want))[telling].mean()),
        "denying": int(denied.sum()), "deniedRight": float((found.argmax(1) == want)[denied].mean()),
        "deniedReadAsTold": float(sure[denied].mean()),
        "neither": int(neither.sum()), "neitherLikeliest": float((found.argmax(1) == want)[neither].mean()),
        "neitherReadAsTold": float(sure[neither].mean()),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--weights", type=pathlib.Path, required=True, help="folder of all-MiniLM-L6-v2")
    options.add_argument("--tuned", type=pathlib.Path, required=True, help="final.pt of tune")
    options.add_argument("--knowledge", type=pathlib.Path, default=pathlib.Path("../../resources/knowledge"))
    options.add_argument("--neither", type=pathlib.Path, default=pathlib.Path("reading/neither-held-out.jsonl"))
    options.add_argument("--encoder", type=pathlib.Path, required=True, help="folder for the encoder")
    options.add_argument("--head", type=pathlib.Path, required=True, help="folder for the head")
    options.add_argument("--final", action="store_true", help="score what is kept for evaluation, too")
    options.add_argument("--fixture", type=pathlib.Path, help="writes the reference of the tests, from transformers")
    given = options.parse_args()

    state = torch.load(given.tuned)
    weights = {name.removeprefix("encoder."): value.numpy() for name, value in state.items() if name.startswith("encoder.")}
    given.encoder.mkdir(parents=True, exist_ok=True)
    onnx.save(encoder(weights), given.encoder / "encoder.onnx")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(given.weights / name, given.encoder / name)

    findings = data.patient_findings(given.knowledge)
    tokenizer = AutoTokenizer.from_pretrained(given.weights)
    neither = data.saying_neither(given.neither, findings)

    def read(quarter: int, half: int) -> tuple[np.ndarray, list[int]]:
        sentences = data.tokenised(data.of_knowledge(findings, (quarter,)) + neither[half::2], tokenizer)
        return vectors_of(given.encoder / "encoder.onnx", sentences), [each.says for each in sentences]

    head = np.concatenate([state["says.weight"].numpy() * SCALE, state["says.bias"].numpy()[:, None]], 1)
    chosen, targets = read(2, 0)
    head = head * warmth(logits(head, chosen), targets)
    figures = {"chosenOn": figures_of(logits(head, chosen), targets)}
    if given.final:
        vectors, targets = read(3, 1)
        figures["kept"] = figures_of(logits(head, vectors), targets)
    given.head.mkdir(parents=True, exist_ok=True)
    head.astype("<f4").tofile(given.head / "head.f32")
    (given.head / "head.json").write_text(json.dumps({"findings": list(findings), "width": head.shape[1] - 1}) + "\n")
    if given.fixture:
        write_fixture(given.weights, weights, given.encoder / "encoder.onnx", given.fixture)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
