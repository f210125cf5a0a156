"""Calibrates a trained network, writes it as ONNX with row-wise int8 weights, and with --report takes the figures
of the written file on GoEmotions' dev part and the held-out clinical sentences.

One offset per label (for macro-F1) and one temperature are fitted on the selection part of GoEmotions' train part
and the clinical dev sentences, and folded into the last layer. The weights are a mean of two trainings.
"""

import argparse
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from minilm.convert import Builder, pooled_states
from onnx import TensorProto, helper
from scipy.optimize import minimize_scalar
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score
from transformers import AutoTokenizer

from .data import EMOTIONS, batches, clinical, goemotions, selection_split, single, tokenise
from .network import TextEmotion, padded
from .train import LONGEST, logits_of


def labels_of(items: list[dict]) -> np.ndarray:
    return np.array([item["target"].argmax() for item in items])


# Of GoEmotions' selection part and of the clinical dev sentences, which are too few to decide alone.
IMPORTANCE = (0.6, 0.4)
Parts = list[tuple[np.ndarray, np.ndarray]]


def mean_macro(parts: Parts, offsets: np.ndarray) -> float:
    scores = [f1_score(labels, (logits + offsets).argmax(1), average="macro") for logits, labels in parts]
    return float(np.average(scores, weights=IMPORTANCE))


def blend(network: TextEmotion, states: list[dict], chosen: list[list[dict]]) -> tuple[float, Parts, np.ndarray]:
    """Leaves in `network` the mean of both weights (Wortsman et al. 2022) with the share that is best on `chosen`."""
    tried = []
    for share in (0.55, 0.7):
        network.load_state_dict({name: torch.lerp(first, states[1][name], share) if first.is_floating_point() else first for name, first in states[0].items()})
        parts = [(logits_of(network, items), labels_of(items)) for items in chosen]
        offsets = fit_offsets(parts)
        tried.append((mean_macro(parts, offsets), share, parts, offsets))
        print(f"share {share}: {[round(f1_score(labels, (logits + offsets).argmax(1), average='macro'), 4) for logits, labels in parts]}", flush=True)
    _, share, parts, offsets = max(tried, key=lambda trial: trial[0])
    network.load_state_dict({name: torch.lerp(first, states[1][name], share) if first.is_floating_point() else first for name, first in states[0].items()})
    return share, parts, offsets


def fit_offsets(parts: Parts) -> np.ndarray:
    """Coordinate search for the mean macro-F1 of the parts; an offset must earn its keep by 0.0005."""
    score = lambda offsets: mean_macro(parts, offsets)
    offsets = np.zeros(len(EMOTIONS))
    best = score(offsets)
    for _ in range(3):
        for label in range(len(EMOTIONS)):
            for shift in np.linspace(-0.8, 0.8, 17):
                trial = offsets.copy()
                trial[label] = shift
                if (found := score(trial)) > best + 5e-4:
                    best, offsets = found, trial
    return offsets


def fit_temperature(parts: Parts) -> float:
    def loss(temperature: float) -> float:
        total = 0.0
        for logits, labels in parts:
            scaled = torch.log_softmax(torch.from_numpy(logits / temperature), 1).numpy()
            total -= scaled[np.arange(len(labels)), labels].mean()
        return total
    return float(minimize_scalar(loss, bounds=(0.3, 4), method="bounded").x)


def write(network: TextEmotion, offsets: np.ndarray, temperature: float, path: pathlib.Path) -> None:
    weights = {name: value.detach().float().numpy() for name, value in network.encoder.state_dict().items()}
    b = Builder(weights)
    _, mean = pooled_states(b)
    head = network.six.weight.detach().numpy().T / temperature
    bias = (network.six.bias.detach().numpy() + offsets) / temperature
    b.add("Add", [b.add("MatMul", [mean, b.constant(head.astype(np.float32))]), b.constant(bias.astype(np.float32))], "logits")
    graph = helper.make_graph(
        b.nodes, "text-emotion",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(EMOTIONS)])],
        list(b.constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def written_logits(path: pathlib.Path, items: list[dict]) -> np.ndarray:
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), settings)
    place = {id(item): index for index, item in enumerate(items)}
    out = np.zeros((len(items), len(EMOTIONS)), np.float32)
    for batch in batches(items, 1024, None):
        ids, mask = padded(batch)
        (out[[place[id(item)] for item in batch]],) = session.run(["logits"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
    return out


def report(logits: np.ndarray, labels: np.ndarray) -> dict:
    chances = torch.softmax(torch.from_numpy(logits), 1).numpy()
    answers, sure = chances.argmax(1), chances.max(1)
    bins = np.minimum((sure * 10).astype(int), 9)
    error = sum(abs(sure[bins == k].sum() - (answers == labels)[bins == k].sum()) for k in range(10)) / len(labels)
    draws = np.random.default_rng(1)
    scores = sorted(f1_score(labels[pick], answers[pick], average="macro") for pick in (draws.integers(0, len(labels), len(labels)) for _ in range(500)))
    return {
        "texts": len(labels), "accuracy": accuracy_score(labels, answers), "macroF1": f1_score(labels, answers, average="macro"),
        "macroF1 95 %": [scores[12], scores[487]], "weightedF1": f1_score(labels, answers, average="weighted"),
        "f1": dict(zip(EMOTIONS, f1_score(labels, answers, average=None).round(3).tolist(), strict=True)),
        "calibrationError": float(error), "confusion": confusion_matrix(labels, answers, labels=range(len(EMOTIONS))).tolist(),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--weights", type=pathlib.Path, required=True)
    options.add_argument("--goemotions", type=pathlib.Path, required=True)
    options.add_argument("--clinical", type=pathlib.Path, required=True)
    options.add_argument("--first", type=pathlib.Path, required=True, help="final.pt of the training on GoEmotions alone")
    options.add_argument("--second", type=pathlib.Path, required=True, help="final.pt of the training that went on with the clinical sentences")
    options.add_argument("--onnx", type=pathlib.Path, required=True)
    options.add_argument("--report", action="store_true", help="takes the figures, with the written file")
    options.add_argument("--fixture", type=pathlib.Path, help="writes the reference of the tests")
    given = options.parse_args()
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(given.weights)
    prepare = lambda items: tokenise(items, tokenizer, LONGEST)
    network = TextEmotion(given.weights)
    _, selection = selection_split(goemotions(given.goemotions, "train"), 3000, 1)
    chosen = [prepare(single(selection)[:1800]), prepare(clinical(given.clinical, "dev"))]
    share, parts, offsets = blend(network, [torch.load(path)["network"] for path in (given.first, given.second)], chosen)
    temperature = fit_temperature([(logits + offsets, labels) for logits, labels in parts])
    given.onnx.parent.mkdir(parents=True, exist_ok=True)
    write(network, offsets, temperature, given.onnx)
    figures = {"share of the second": share, "offsets": offsets.tolist(), "temperature": temperature, "bytes": given.onnx.stat().st_size}
    sample = prepare(clinical(given.clinical, "dev")[::8])
    network.eval()
    with torch.no_grad():
        exact = np.concatenate([(network(*padded([item]))[0].numpy() + offsets) / temperature for item in sample])
    chances = torch.softmax(torch.from_numpy(exact), 1).numpy()
    ours = torch.softmax(torch.from_numpy(written_logits(given.onnx, sample)), 1).numpy()
    figures["largest difference of a probability to float32"] = float(np.abs(chances - ours).max())
    if given.fixture:
        given.fixture.write_text(json.dumps([{"text": item["text"], "probabilities": row.round(4).tolist()} for item, row in zip(sample, chances, strict=True)], ensure_ascii=False))
    if given.report:
        for name, items in (("goemotions dev", single(goemotions(given.goemotions, "dev"))), ("clinical held-out", clinical(given.clinical, "held-out"))):
            items = prepare(items)
            figures[name] = report(written_logits(given.onnx, items), labels_of(items))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
