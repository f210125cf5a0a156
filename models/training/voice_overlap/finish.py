"""Chooses the threshold of trained weights, measures them on speakers they never met, and writes ONNX.

  python -m voice_overlap.finish --crema CREMA_D --speech FLAC_FOLDER --weights weights.pt --onnx voice-overlap.onnx --figures figures.json

The threshold is the lowest that keeps 98 % of the selection speakers' single voices unflagged in every condition. It
is taken off the last layer's bias, so that the file's logit is positive where two people are said to speak.
"""

import argparse
import json
import pathlib

import numpy as np
import onnxruntime
import torch

from voice_emotion.train import load

from .mixtures import CONDITIONS, PARTS, Clips, Speech
from .network import OverlapNetwork, as_input


@torch.no_grad()
def logits(network: OverlapNetwork, samples: list[np.ndarray]) -> np.ndarray:
    network.eval()
    return np.concatenate([network(as_input(np.stack(samples[at : at + 50]))).numpy() for at in range(0, len(samples), 50)])


# How many speak, and by how many decibels the second voice lies under the first.
SINGLE: dict[str, float | None] = {"one": None}
ALL = SINGLE | {"two, equal": 0.0, "two, second 6 dB lower": 6.0, "two, second 12 dB lower": 12.0}
Scores = dict[str, dict[str, np.ndarray]]


def scores(network: OverlapNetwork, clips: Clips, speech: Speech, kinds: dict[str, float | None], count: int, seed: int) -> Scores:
    """Logits by corpus and condition, then by kind."""
    out: Scores = {}
    random = np.random.default_rng(seed)
    out["CREMA-D, as it is"] = {
        kind: logits(network, [clips.sample(under is not None, under or 0, random, False) for _ in range(count)])
        for kind, under in kinds.items()
    }
    for name, change in CONDITIONS.items():
        out[f"LibriSpeech, {name}"] = {
            kind: logits(network, [speech.sample(under is not None, under or 0, change, random) for _ in range(count)])
            for kind, under in kinds.items()
        }
    return out


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("--crema", "--speech", "--weights", "--onnx", "--figures"):
        options.add_argument(name, type=pathlib.Path, required=True)
    options.add_argument("--count", type=int, default=150)
    given = options.parse_args()
    torch.set_num_threads(1)
    levels, _, _, actors, _ = load(given.crema)
    clips = {part: Clips(levels, actors, part) for part in PARTS}
    speech = {part: Speech(given.speech, part) for part in PARTS}
    network = OverlapNetwork()
    network.load_state_dict(torch.load(given.weights))
    selected = scores(network, clips["select"], speech["select"], SINGLE, given.count, seed=11)
    threshold = max(float(np.quantile(condition["one"], 0.98)) for condition in selected.values())
    reported = scores(network, clips["report"], speech["report"], ALL, given.count, seed=12)
    with torch.no_grad():
        network.decide.bias -= threshold
    random = np.random.default_rng(13)
    checked = [speech["select"].sample(index % 2 == 1, 0, CONDITIONS["as it is"], random) for index in range(20)]
    sample = as_input(np.stack(checked))
    torch.onnx.export(
        network, (sample,), str(given.onnx), input_names=["spectrogram"], output_names=["logit"],
        dynamic_axes={"spectrogram": {0: "batch", 3: "frames"}, "logit": {0: "batch"}}, dynamo=False, opset_version=17,
    )
    session = onnxruntime.InferenceSession(str(given.onnx), providers=["CPUExecutionProvider"])
    answer = session.run(["logit"], {"spectrogram": sample.contiguous().numpy()})[0]
    figures = {
        "perKind": given.count,
        "speakers": {part: {"CREMA-D": len(set(clips[part].actors.tolist())), "LibriSpeech": len(set(speech[part].speakers))} for part in PARTS},
        "threshold": threshold,
        "onnxDifference": float(np.abs(answer - logits(network, checked)).max()),
        "flagged": {name: {kind: float((values > threshold).mean()) for kind, values in kinds.items()} for name, kinds in reported.items()},
    }
    given.figures.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
