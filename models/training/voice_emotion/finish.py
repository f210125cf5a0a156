"""Calibrates the chosen network, reports on actors it never met, and writes the ONNX file.

  python -m voice_emotion.finish --data crema-d --run run --onnx voice-emotion.onnx

The temperature is fitted on the selection actors; everything printed is measured on the report actors.
"""

import argparse
import json
import pathlib

import numpy as np
import onnx
import torch
from torch.nn import functional as F

from .augment import augment
from .network import EMOTIONS, VoiceNetwork
from .train import as_input, calibration_error, load, predict, split


def temperature_of(logits: torch.Tensor, labels: torch.Tensor) -> float:
    grid = torch.linspace(0.3, 4, 371)
    losses = torch.stack([F.cross_entropy(logits / t, labels) for t in grid])
    return float(grid[losses.argmin()])


def interval(right: np.ndarray, actors: np.ndarray, seed: int = 3, draws: int = 2000) -> tuple[float, float]:
    """95 % bootstrap interval of the accuracy, drawing whole actors."""
    random = np.random.default_rng(seed)
    people = np.unique(actors)
    by_person = [right[actors == person] for person in people]
    means = []
    for _ in range(draws):
        chosen = random.integers(0, len(people), len(people))
        means.append(np.concatenate([by_person[index] for index in chosen]).mean())
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=pathlib.Path, required=True)
    options.add_argument("--run", type=pathlib.Path, required=True)
    options.add_argument("--onnx", type=pathlib.Path, required=True)
    options.add_argument("--width", type=int, default=32)
    given = options.parse_args()
    torch.set_num_threads(1)
    levels, labels, _, actors, sexes = load(given.data)
    part = split(actors, sexes, seed=1)
    network = VoiceNetwork(given.width)
    network.load_state_dict(torch.load(given.run / "best.pt"))
    network.eval()

    select, report = np.flatnonzero(part == 1), np.flatnonzero(part == 2)
    temperature = temperature_of(predict(network, levels[select]), torch.from_numpy(labels[select]))
    logits = predict(network, levels[report])
    expected = torch.from_numpy(labels[report])
    right = (logits.argmax(-1) == expected).numpy()
    confusion = np.zeros((6, 6), int)
    np.add.at(confusion, (labels[report], logits.argmax(-1).numpy()), 1)
    kept = [0, 2, 3, 4, 5]
    without = np.isin(labels[report], kept)
    five = logits[:, kept].argmax(-1).numpy()
    random = np.random.default_rng(11)
    degraded = np.stack(
        [augment(levels[row].astype(np.float32) * (80 / 63) - 80, random) for row in report]
    )
    degraded_levels = np.round((degraded + 80) * (63 / 80)).astype(np.uint8)
    low, high = interval(right, actors[report])
    figures = {
        "actors": sorted(set(actors[report].tolist())),
        "clips": len(report),
        "accuracy": float(right.mean()),
        "low": low,
        "high": high,
        "accuracyFive": float((np.array(kept)[five] == labels[report])[without].mean()),
        "accuracyDegraded": float((predict(network, degraded_levels).argmax(-1) == expected).float().mean()),
        "temperature": temperature,
        "calibrationErrorBefore": calibration_error(logits.softmax(-1), expected),
        "calibrationError": calibration_error((logits / temperature).softmax(-1), expected),
        "labels": EMOTIONS,
        "confusion": confusion.tolist(),
        "recall": {name: float(confusion[i, i] / confusion[i].sum()) for i, name in enumerate(EMOTIONS)},
    }
    sample = as_input(levels[report[:2]])
    torch.onnx.export(
        network, (sample,), str(given.onnx), input_names=["spectrogram"], output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("batch"), 3: torch.export.Dim("frames", min=16)},),
        dynamo=True, external_data=False, opset_version=20,
    )
    model = onnx.load(str(given.onnx))
    for key, value in (("temperature", str(temperature)), ("labels", ",".join(EMOTIONS))):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(model, str(given.onnx))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
