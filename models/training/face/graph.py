"""A small ONNX graph under construction, and TensorFlow's SAME padding."""

import math

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

OPSET = 17


def same_padding(size: tuple[int, int], kernel: tuple[int, int], stride: tuple[int, int]) -> list[int]:
    """TensorFlow's SAME: the odd pixel goes after, as [top, left, bottom, right]."""
    total = [
        max((math.ceil(n / s) - 1) * s + k - n, 0) for n, k, s in zip(size, kernel, stride, strict=True)
    ]
    return [t // 2 for t in total] + [t - t // 2 for t in total]


class Graph:
    """Collects nodes and constants; names are numbered by operator."""

    def __init__(self) -> None:
        self.nodes: list = []
        self.constants: list = []

    def constant(self, values: np.ndarray) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator: str, inputs: list[str], output: str | None = None, **attributes) -> str:
        name = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=f"node_{len(self.nodes)}", **attributes))
        return name

    def model(self, name: str, inputs: dict[str, list], outputs: dict[str, list]):
        def describe(values: dict[str, list]):
            return [helper.make_tensor_value_info(key, TensorProto.FLOAT, shape) for key, shape in values.items()]

        graph = helper.make_graph(self.nodes, name, describe(inputs), describe(outputs), self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        checker.check_model(model, full_check=True)
        return model
