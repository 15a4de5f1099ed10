"""The encoder as an ONNX graph whose matrices have 8 bits a weight: what onnxruntime is quick at on every processor.

Weights are unsigned: onnxruntime multiplies them without overflow with and without VNNI, so vectors made on one machine fit
a model that was trained on another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto, helper

from bot.nlu.e5.weights import Weights

INPUT, OUTPUT = "embedded", "pooled"
_OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
_IR_VERSION = 8
_SKIPPED_AT_THE_END = 2
"""The second of the two layers that are read lies this far before the last: it still has what the last drops of the wording."""


@dataclass(frozen=True)
class Graph:
    """What a session is made of: the model, and apart from it the constants it names, so that no copies are made of them."""

    model: bytes
    constants: dict[str, np.ndarray]


class _Builder:
    """Collects nodes and their constants."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list = []
        self.constants: dict[str, np.ndarray] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def vector(self, name: str) -> str:
        return self.constant(name, self.weights.vector(name))

    def node(self, kind: str, inputs: list[str], outputs: list[str], domain: str = "com.microsoft", **settings) -> None:  # type: ignore[no-untyped-def]
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **settings))

    def product(self, source: str, matrix: np.ndarray, name: str, bias: str = "") -> str:
        """``source`` times the transposed ``matrix``; activations get their 8 bits while it runs."""
        low, high = np.minimum(matrix.min(axis=1), 0), np.maximum(matrix.max(axis=1), 0)
        scale = ((high - low) / 255).astype(np.float32)
        zero = np.rint(-low / scale)
        whole = np.clip(np.rint(matrix / scale[:, None]) + zero[:, None], 0, 255).astype(np.uint8)
        weights, scales = self.constant(f"{name}.w8", whole.T), self.constant(f"{name}.scale", scale)
        zeros = self.constant(f"{name}.zero", zero.astype(np.uint8))
        self.node("DynamicQuantizeMatMul", [source, weights, scales, zeros, bias], [name])
        return name

    def added_and_normed(self, value: str, skipped: str, norm: str, bias: str) -> str:
        inputs = [value, skipped, self.vector(f"{norm}.w"), self.vector(f"{norm}.b"), self.vector(bias)]
        self.node("SkipLayerNormalization", inputs, [f"{norm}.out"], epsilon=self.weights.epsilon)
        return f"{norm}.out"

    def layer(self, number: int, source: str) -> str:
        """One layer of the transformer: attention, then two matrices with GELU between."""
        weights, width, own = self.weights, self.weights.width, f"l{number}"
        parts = [f"{own}.{part}" for part in "qkv"]
        matrix = np.concatenate([weights.matrix(f"{part}.w", width) for part in parts])
        bias = self.constant(f"{own}.qkv.b", np.concatenate([weights.vector(f"{part}.b") for part in parts]))
        joined = self.product(source, matrix, f"{own}.qkv", bias)
        self.node("Split", [joined], parts, domain="", axis=-1)
        self.node("MultiHeadAttention", parts, [f"{own}.attended"], num_heads=weights.heads)
        attended = self.product(f"{own}.attended", weights.matrix(f"{own}.ao.w", width), f"{own}.ao")
        middle = self.added_and_normed(attended, source, f"{own}.aln", f"{own}.ao.b")
        inner = self.product(middle, weights.matrix(f"{own}.fi.w", weights.inner), f"{own}.fi")
        self.node("BiasGelu", [inner, self.vector(f"{own}.fi.b")], [f"{own}.gelu"])
        outer = self.product(f"{own}.gelu", weights.matrix(f"{own}.fo.w", width), f"{own}.fo")
        return self.added_and_normed(outer, middle, f"{own}.oln", f"{own}.fo.b")


def build(weights: Weights) -> Graph:
    """From the pieces' embeddings (texts × pieces × width) to the means of two layers for each text (texts × 2 × width)."""
    builder = _Builder(weights)
    inputs = [INPUT, builder.vector("emb.ln.w"), builder.vector("emb.ln.b")]
    builder.node("LayerNormalization", inputs, ["normed"], domain="", axis=-1, epsilon=weights.epsilon)
    layers = ["normed"]
    for number in range(weights.layers):
        layers.append(builder.layer(number, layers[-1]))
    means = []
    for layer in (layers[-1], layers[-1 - _SKIPPED_AT_THE_END]):
        means.append(f"{layer}.mean")
        builder.node("ReduceMean", [layer], means[-1:], domain="", axes=[1], keepdims=1)
    builder.node("Concat", means, [OUTPUT], domain="", axis=1)
    graph = helper.make_graph(
        builder.nodes,
        "e5",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["texts", "pieces", weights.width])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["texts", 2, weights.width])],
        [_elsewhere(name, value) for name, value in builder.constants.items()],
    )
    model = helper.make_model(graph, opset_imports=_OPSETS, ir_version=_IR_VERSION)
    return Graph(model.SerializeToString(), builder.constants)


def _elsewhere(name: str, value: np.ndarray) -> TensorProto:
    """A constant's declaration; its numbers are handed to the session in memory."""
    declared = TensorProto(name=name, dims=value.shape, data_location=TensorProto.EXTERNAL)
    declared.data_type = helper.np_dtype_to_tensor_dtype(value.dtype)
    for key, entry in {"location": "memory", "offset": "0", "length": str(value.nbytes)}.items():
        declared.external_data.add(key=key, value=entry)
    return declared
