"""The expression network of face-api (weights only ship; its layers are rebuilt here) as ONNX.

Input [batch, 112, 112, 3] RGB 0..255; outputs seven probabilities: neutral, happy, sad, angry, fearful,
disgusted, surprised.
"""

import json
import pathlib

import numpy as np

from .graph import Graph, same_padding
from .layers_model import read_weights

MEAN = np.array([122.782, 117.001, 104.298], np.float32)


def expression_model(folder: pathlib.Path):
    manifest = json.loads((folder / "face_expression_model-weights_manifest.json").read_text())
    for group in manifest:
        group["paths"] = ["face_expression_model.bin"]
    weights = read_weights(manifest, folder)
    graph = Graph()
    size = 112

    def convolution(source: str, name: str, stride: int, separable: bool) -> str:
        nonlocal size
        pads = same_padding((size, size), (3, 3), (stride, stride))
        size = -(-size // stride)
        bias = graph.constant(weights[f"{name}/bias"])
        if not separable:
            kernel = graph.constant(weights[f"{name}/filters"].transpose(3, 2, 0, 1))
            return graph.add("Conv", [source, kernel, bias], kernel_shape=[3, 3], strides=[stride, stride], pads=pads)
        depthwise = weights[f"{name}/depthwise_filter"]
        each = graph.add(
            "Conv", [source, graph.constant(depthwise.transpose(2, 3, 0, 1))],
            kernel_shape=[3, 3], strides=[stride, stride], pads=pads, group=depthwise.shape[2],
        )
        pointwise = graph.constant(weights[f"{name}/pointwise_filter"].transpose(3, 2, 0, 1))
        return graph.add("Conv", [each, pointwise, bias], kernel_shape=[1, 1])

    x = graph.add("Div", [graph.add("Sub", ["input", graph.constant(MEAN)]), graph.constant(np.float32(255))])
    x = graph.add("Transpose", [x], perm=[0, 3, 1, 2])
    for block in range(4):
        total = graph.add("Relu", [convolution(x, f"dense{block}/conv0", 2, separable=block > 0)])
        x = total
        for layer in (1, 2, 3):
            total = graph.add("Add", [total, convolution(x, f"dense{block}/conv{layer}", 1, separable=True)])
            x = graph.add("Relu", [total])
    x = graph.add("Flatten", [graph.add("AveragePool", [x], kernel_shape=[7, 7], strides=[2, 2])])
    logits = graph.add("Gemm", [x, graph.constant(weights["fc/weights"]), graph.constant(weights["fc/bias"])])
    graph.add("Softmax", [logits], "probabilities", axis=-1)
    return graph.model("expression", {"input": ["batch", 112, 112, 3]}, {"probabilities": ["batch", 7]})
