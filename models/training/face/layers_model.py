"""Reads the weight files of TensorFlow.js: a manifest of names, shapes and quantisation over raw bytes."""

import json
import math
import pathlib

import numpy as np

STORED = {"float32": np.float32, "int32": np.int32, "bool": np.uint8, "uint8": np.uint8, "uint16": np.uint16, "float16": np.float16}


def read_weights(manifest: list, folder: pathlib.Path) -> dict[str, np.ndarray]:
    """Every weight in float32 (integers stay integers). Raises ValueError when bytes are left over."""
    weights: dict[str, np.ndarray] = {}
    for group in manifest:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        at = 0
        for entry in group["weights"]:
            count = math.prod(entry["shape"])
            quantised = entry.get("quantization")
            dtype = np.dtype(STORED[quantised["dtype"] if quantised else entry["dtype"]])
            values = np.frombuffer(data, dtype, count, at)
            at += count * dtype.itemsize
            if quantised:
                values = values.astype(np.float32)
                if quantised["dtype"] != "float16":
                    values = values * np.float32(quantised["scale"]) + np.float32(quantised["min"])
            weights[entry["name"]] = values.reshape(entry["shape"])
        if at != len(data):
            raise ValueError(f"{folder}: {len(data) - at} bytes of weights belong to nothing")
    return weights


def read_graph_model(path: pathlib.Path) -> tuple[dict, dict[str, np.ndarray]]:
    """The model's JSON and its weights."""
    model = json.loads(path.read_text())
    return model, read_weights(model["weightsManifest"], path.parent)
