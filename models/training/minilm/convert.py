"""A sentence encoder of the form of all-MiniLM-L6-v2 as one ONNX file with row-wise int8 weights.

Every matrix is stored as int8 with one scale per output row and turned back into float32 when the session
opens, so the runtime multiplies in float32 and only the rounding of the weights is lost.

Inputs: input_ids and attention_mask, int64 [batch, tokens]. Outputs: embedding, float32 [batch, 384], the
mean over the unmasked tokens scaled to unit length; states, float32 [batch, tokens, 384].
"""

import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH, HEADS, LAYERS, EPSILON = 384, 12, 6, 1e-12


class Builder:
    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, values: np.ndarray, name: str | None = None) -> str:
        name = name or f"constant_{len(self.constants)}"
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def add(self, operator: str, inputs: list[str], output: str | None = None, **attributes) -> str:
        name = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=f"node_{len(self.nodes)}", **attributes))
        return name

    def rows(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """int8 rows and their scales, of the stored [outputs, inputs] matrix."""
        matrix = self.weights[name].astype(np.float32)
        scales = np.maximum(np.abs(matrix).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
        return np.round(matrix / scales).astype(np.int8), scales

    def linear(self, x: str, name: str) -> str:
        levels, scales = self.rows(f"{name}.weight")
        # Input first, so that no transpose runs; Cast and Mul of constants are folded when the session opens.
        stored = self.constant(levels.T.copy(), f"{name}.levels")
        weight = self.add("Mul", [self.add("Cast", [stored], to=TensorProto.FLOAT), self.constant(scales.T.copy())])
        return self.add("Add", [self.add("MatMul", [x, weight]), self.constant(self.weights[f"{name}.bias"])])

    def norm(self, x: str, name: str) -> str:
        scale, bias = (self.constant(self.weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.add("LayerNormalization", [x, scale, bias], axis=-1, epsilon=EPSILON)

    def heads(self, x: str, order: list[int]) -> str:
        split = self.add("Reshape", [x, self.constant(np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))])
        return self.add("Transpose", [split], perm=order)


def pooled_states(b: Builder) -> tuple[str, str]:
    """The layers over input_ids and attention_mask: the last states and their mean over the unmasked tokens."""
    weights = b.weights
    levels, scales = b.rows("embeddings.word_embeddings.weight")
    words = b.add("Cast", [b.add("Gather", [b.constant(levels, "words"), "input_ids"])], to=TensorProto.FLOAT)
    words = b.add("Mul", [words, b.add("Gather", [b.constant(scales, "word_scales"), "input_ids"])])
    # Positions 0..tokens-1 plus the first token type, which is all that a single sentence uses.
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][:1]
    length = b.add("Slice", [b.add("Shape", ["input_ids"]), b.constant(np.array([1])), b.constant(np.array([2]))])
    place = b.add("Slice", [b.constant(places.astype(np.float32), "places"), b.constant(np.array([0])), length, b.constant(np.array([0]))])
    x = b.norm(b.add("Add", [words, place]), "embeddings.LayerNorm")
    mask = b.add("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    hidden = b.add("Mul", [b.add("Sub", [mask, b.constant(np.float32(1))]), b.constant(np.float32(1e9))])
    hidden = b.add("Unsqueeze", [hidden, b.constant(np.array([1, 2]))])
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        q = b.heads(b.linear(x, f"{name}.attention.self.query"), [0, 2, 1, 3])
        k = b.heads(b.linear(x, f"{name}.attention.self.key"), [0, 2, 3, 1])
        v = b.heads(b.linear(x, f"{name}.attention.self.value"), [0, 2, 1, 3])
        scores = b.add("Mul", [b.add("MatMul", [q, k]), b.constant(np.float32((WIDTH // HEADS) ** -0.5))])
        shares = b.add("Softmax", [b.add("Add", [scores, hidden])], axis=-1)
        mixed = b.add("Transpose", [b.add("MatMul", [shares, v])], perm=[0, 2, 1, 3])
        mixed = b.add("Reshape", [mixed, b.constant(np.array([0, 0, WIDTH], np.int64))])
        x = b.norm(b.add("Add", [b.linear(mixed, f"{name}.attention.output.dense"), x]), f"{name}.attention.output.LayerNorm")
        wide = b.add("Gelu", [b.linear(x, f"{name}.intermediate.dense")])
        x = b.norm(b.add("Add", [b.linear(wide, f"{name}.output.dense"), x]), f"{name}.output.LayerNorm")
    b.add("Identity", [x], "states")
    weight = b.add("Unsqueeze", [mask, b.constant(np.array([2]))])
    total = b.add("ReduceSum", [b.add("Mul", [x, weight]), b.constant(np.array([1]))], keepdims=0)
    mean = b.add("Div", [total, b.add("ReduceSum", [mask, b.constant(np.array([1]))], keepdims=1)])
    return x, mean


def encoder(weights: dict[str, np.ndarray]):
    b = Builder(weights)
    _, mean = pooled_states(b)
    b.add("LpNormalization", [mean], "embedding", axis=-1, p=2)
    graph = helper.make_graph(
        b.nodes, "all-minilm-l6-v2",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH]),
         helper.make_tensor_value_info("states", TensorProto.FLOAT, ["batch", "tokens", WIDTH])],
        list(b.constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    return model


SENTENCES = (
    "When did the pain start?", "How long have you had this?", "It runs through me like water.",
    "I feel as if an elephant sits on my chest.", "No, nothing like that.", "Do you take any medicines?",
    "My periods have stopped.", "Ça va très mal aujourd'hui.", "39.1 °C, pulse 112/min", "😀 fine!",
    "The child has been drowsy since this morning and will not drink anything at all, not even juice.",
)


def write_fixture(folder: pathlib.Path, weights: dict[str, np.ndarray], model: pathlib.Path, path: pathlib.Path) -> None:
    """Writes the reference of the tests, from transformers with the unrounded weights.

    folder: of all-MiniLM-L6-v2, for its form and its tokenizer
    """
    import onnxruntime
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, reference = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
    reference.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    session = onnxruntime.InferenceSession(str(model))
    items, cosines = [], []
    for sentence in SENTENCES:
        tokens = tokenizer(sentence, return_tensors="pt")
        with torch.no_grad():
            states = reference(**tokens).last_hidden_state[0]
        mean = torch.nn.functional.normalize(states.mean(0), dim=0).numpy()
        (ours,) = session.run(["embedding"], {"input_ids": tokens["input_ids"].numpy(), "attention_mask": tokens["attention_mask"].numpy()})
        cosines.append(float(ours[0] @ mean))
        items.append({"sentence": sentence, "ids": tokens["input_ids"][0].tolist(), "embedding": [round(float(v), 5) for v in mean]})
    print(json.dumps({"leastCosine": min(cosines), "meanCosine": float(np.mean(cosines))}))
    path.write_text(json.dumps(items))
