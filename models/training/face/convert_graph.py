"""A TensorFlow.js graph model as ONNX, for the operators that the face networks use.

Images enter as [batch, height, width, channels] like in the original; inside, four-dimensional values are
kept channels first and only turned back before a reshape or an output.
"""

import base64
import pathlib
from dataclasses import dataclass

import numpy as np

from .graph import Graph, same_padding
from .layers_model import read_graph_model


@dataclass(frozen=True)
class Value:
    name: str
    shape: list[int]
    """Channels first when there are four dimensions and `image` is set."""
    image: bool


def text(attribute: dict) -> str:
    return base64.b64decode(attribute["s"]).decode()


def integers(attribute: dict) -> list[int]:
    return [int(value) for value in attribute["list"]["i"]]


def channel_constant(values: np.ndarray) -> np.ndarray:
    """A broadcast operand given channels last, as one for channels first."""
    if values.size == 1:
        return values.astype(np.float32).reshape(())
    values = values.astype(np.float32)
    values = values.reshape(values.shape[-3:]) if values.ndim > 3 else values
    values = values.reshape((1,) * (3 - values.ndim) + values.shape)
    return np.moveaxis(values, -1, 0)


class Converter:
    def __init__(self, path: pathlib.Path) -> None:
        model, self.weights = read_graph_model(path)
        signature = model.get("signature") or model["userDefinedMetadata"]["signature"]
        self.outputs = {key: value["name"].split(":")[0] for key, value in signature["outputs"].items()}
        self.nodes = {node["name"]: node for node in model["modelTopology"]["node"]}
        self.graph = Graph()
        self.values: dict[str, Value] = {}
        self.inputs: dict[str, list] = {}

    def ordered(self) -> list[str]:
        """Names of the nodes that the outputs need, each after its inputs."""
        order: list[str] = []
        seen: set[str] = set()
        stack = [(name, False) for name in self.outputs.values()]
        while stack:
            name, done = stack.pop()
            if done:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                stack.append((name, True))
                stack += [(source.split(":")[0].lstrip("^"), False) for source in self.nodes[name].get("input", [])]
        return order

    def convert(self, name: str, rename: dict[str, str]):
        for node_name in self.ordered():
            node = self.nodes[node_name]
            if node["op"] != "Const":
                inputs = [source.split(":")[0] for source in node.get("input", [])]
                self.values[node_name] = self.translate(node, inputs, node.get("attr", {}))
        shapes = {}
        for key, source in self.outputs.items():
            output = rename.get(key, key.replace(":", "_").replace("/", "_"))
            value = self.values[source]
            if value.image:
                self.graph.add("Transpose", [value.name], output, perm=[0, 2, 3, 1])
                shape = [value.shape[at] for at in (0, 2, 3, 1)]
            else:
                self.graph.add("Identity", [value.name], output)
                shape = value.shape
            shapes[output] = [size if size > 0 else None if at else "batch" for at, size in enumerate(shape)]
        return self.graph.model(name, self.inputs, shapes)

    def translate(self, node: dict, inputs: list[str], attributes: dict) -> Value:
        operator = node["op"]
        first = self.values.get(inputs[0]) if inputs else None
        if operator == "Placeholder":
            height_last = [int(size["size"]) for size in attributes["shape"]["shape"]["dim"]]
            self.inputs[node["name"]] = ["batch", *height_last[1:]]
            name = self.graph.add("Transpose", [node["name"]], perm=[0, 3, 1, 2])
            return Value(name, [height_last[at] for at in (0, 3, 1, 2)], True)
        if "Conv2" in operator or "Conv2d" in operator:
            return self.convolution(operator, inputs, attributes)
        if operator in ("MaxPool", "AvgPool"):
            kernel, stride = integers(attributes["ksize"])[1:3], integers(attributes["strides"])[1:3]
            pads = self.padding(attributes, first, kernel, stride)
            extra = {"count_include_pad": 0} if operator == "AvgPool" else {}
            kind = "MaxPool" if operator == "MaxPool" else "AveragePool"
            name = self.graph.add(kind, [first.name], kernel_shape=kernel, strides=stride, pads=pads, **extra)
            return Value(name, first.shape[:2] + self.spatial(first, kernel, stride, pads), True)
        if operator in ("Add", "AddV2", "BiasAdd", "Mul", "Sub", "Minimum", "Maximum"):
            kind = {"AddV2": "Add", "BiasAdd": "Add", "Minimum": "Min", "Maximum": "Max"}.get(operator, operator)
            known = first or self.values[inputs[1]]
            operands = [self.operand(source, known.image) for source in inputs]
            return Value(self.graph.add(kind, operands), known.shape, known.image)
        if operator == "Prelu":
            return Value(self.prelu(first.name, self.weights[inputs[1]]), first.shape, first.image)
        if operator in ("Relu", "Sigmoid", "Identity"):
            return Value(self.graph.add(operator, [first.name]), first.shape, first.image)
        if operator == "Relu6":
            return Value(self.clip(first.name), first.shape, first.image)
        if operator == "Softmax" and not first.image:
            return Value(self.graph.add("Softmax", [first.name], axis=-1), first.shape, False)
        if operator == "Pad":
            pads = self.weights[inputs[1]][[0, 3, 1, 2]] if first.image else self.weights[inputs[1]]
            amounts = self.graph.constant(np.concatenate([pads[:, 0], pads[:, 1]]).astype(np.int64))
            name = self.graph.add("Pad", [first.name, amounts, self.graph.constant(np.float32(0))])
            shape = [first.shape[0]] + [size + int(pads[at].sum()) for at, size in enumerate(first.shape) if at]
            return Value(name, shape, first.image)
        if operator == "Reshape":
            shape = [int(size) for size in self.weights[inputs[1]].reshape(-1)]
            # Batches stay free: the first size is taken from the input.
            target = self.graph.constant(np.array([0 if shape[0] in (1, -1) else shape[0], *shape[1:]], np.int64))
            return Value(self.graph.add("Reshape", [self.channels_last(first), target]), shape, False)
        if operator == "Mean":
            axes = sorted(int(axis) for axis in self.weights[inputs[1]].reshape(-1))
            if not (first.image and axes == [1, 2]):
                raise ValueError(f"{node['name']}: a mean over the axes {axes} is not translated")
            pooled = self.graph.add("GlobalAveragePool", [first.name])
            if attributes.get("keep_dims", {}).get("b"):
                return Value(pooled, first.shape[:2] + [1, 1], True)
            return Value(self.graph.add("Flatten", [pooled]), first.shape[:2], False)
        if operator in ("MatMul", "_FusedMatMul"):
            fused = self.fused(attributes)
            operands = [first.name, self.graph.constant(self.weights[inputs[1]])]
            if "BiasAdd" in fused:
                operands.append(self.graph.constant(self.weights[inputs[2]].reshape(-1)))
            name = self.activate(self.graph.add("Gemm", operands), [each for each in fused if each != "BiasAdd"], None)
            return Value(name, [first.shape[0], self.weights[inputs[1]].shape[1]], False)
        if operator == "ConcatV2":
            parts = [self.values[source] for source in inputs[:-1]]
            axis = int(self.weights[inputs[-1]].reshape(-1)[0]) % len(first.shape)
            axis = {0: 0, 1: 2, 2: 3, 3: 1}[axis] if first.image else axis
            shape = list(first.shape)
            shape[axis] = sum(part.shape[axis] for part in parts)
            return Value(self.graph.add("Concat", [part.name for part in parts], axis=axis), shape, first.image)
        raise ValueError(f"{node['name']}: the operator {operator} is not translated")

    def convolution(self, operator: str, inputs: list[str], attributes: dict) -> Value:
        source, weights = self.values[inputs[0]], self.weights[inputs[1]]
        height, width, channels, last = weights.shape
        stride = integers(attributes["strides"])[1:3]
        pads = self.padding(attributes, source, [height, width], stride)
        if "epthwise" in operator:
            kernel, group, out = weights.transpose(2, 3, 0, 1).reshape(-1, 1, height, width), channels, channels * last
        else:
            kernel, group, out = weights.transpose(3, 2, 0, 1), 1, last
        fused = self.fused(attributes)
        operands = [source.name, self.graph.constant(kernel)]
        if fused[:1] == ["BiasAdd"]:
            operands.append(self.graph.constant(self.weights[inputs[2]].reshape(-1)))
        name = self.graph.add("Conv", operands, kernel_shape=[height, width], strides=stride, pads=pads, group=group)
        slope = self.weights[inputs[3]] if len(inputs) > 3 else None
        name = self.activate(name, [each for each in fused if each != "BiasAdd"], slope)
        shape = [source.shape[0], out, *self.spatial(source, [height, width], stride, pads)]
        return Value(name, shape, True)

    def activate(self, name: str, activations: list[str], slope: np.ndarray | None) -> str:
        for activation in activations:
            if activation == "Relu":
                name = self.graph.add("Relu", [name])
            elif activation == "Relu6":
                name = self.clip(name)
            elif activation == "Prelu" and slope is not None:
                name = self.prelu(name, slope)
            else:
                raise ValueError(f"the activation {activation} is not translated")
        return name

    def prelu(self, name: str, slope: np.ndarray) -> str:
        """slope x + (1 - slope) relu(x): ONNX Runtime's own PRelu asks for the sign of every value, and takes longer."""
        slope = channel_constant(slope)
        scaled = self.graph.add("Mul", [name, self.graph.constant(slope)])
        positive = self.graph.add("Mul", [self.graph.add("Relu", [name]), self.graph.constant(1 - slope)])
        return self.graph.add("Add", [scaled, positive])

    def clip(self, name: str) -> str:
        return self.graph.add("Clip", [name, self.graph.constant(np.float32(0)), self.graph.constant(np.float32(6))])

    def operand(self, source: str, image: bool) -> str:
        if source not in self.weights:
            return self.values[source].name
        weights = self.weights[source]
        return self.graph.constant(channel_constant(weights) if image else weights)

    def channels_last(self, value: Value) -> str:
        return self.graph.add("Transpose", [value.name], perm=[0, 2, 3, 1]) if value.image else value.name

    @staticmethod
    def fused(attributes: dict) -> list[str]:
        names = attributes.get("fused_ops", {}).get("list", {}).get("s", [])
        return [base64.b64decode(name).decode() for name in names]

    @staticmethod
    def padding(attributes: dict, source: Value, kernel: list[int], stride: list[int]) -> list[int]:
        if text(attributes["padding"]) == "VALID":
            return [0, 0, 0, 0]
        return same_padding(tuple(source.shape[2:]), tuple(kernel), tuple(stride))

    @staticmethod
    def spatial(source: Value, kernel: list[int], stride: list[int], pads: list[int]) -> list[int]:
        return [
            (source.shape[2 + axis] + pads[axis] + pads[axis + 2] - kernel[axis]) // stride[axis] + 1
            for axis in (0, 1)
        ]
