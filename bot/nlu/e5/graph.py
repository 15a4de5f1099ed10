"""The encoder as an ONNX graph whose matrices have 8 bits a weight: what onnxruntime is quick at on every processor.

Weights are unsigned: onnxruntime multiplies them without overflow with and without VNNI, so vectors made on one machine fit
a model that was trained on another. Activations get their 8 bits between fixed limits (:mod:`bot.nlu.e5.ranges`), so that a
vector does not depend on the texts beside it in a batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

from bot.nlu.e5.weights import Weights

INPUT, OUTPUT = "embedded", "pooled"
_OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
_IR_VERSION = 8
_ERRORS_ONLY = 3
_SKIPPED_AT_THE_END = 2
"""The second of the two layers that are read lies this far before the last: it still has what the last drops of the wording."""


@dataclass(frozen=True)
class Graph:
    """What a session is made of: the model, and apart from it the constants it names, so that no copies are made of them."""

    model: bytes
    constants: dict[str, np.ndarray]
    sources: dict[str, str]
    """The input of each product, by the product's name."""

    def session(self) -> onnxruntime.InferenceSession:
        """Ready to run, on one thread: a second one gains 1 ms and loses much more on a busy machine."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        constants = map(onnxruntime.OrtValue.ortvalue_from_numpy, self.constants.values())
        options.add_external_initializers(list(self.constants), list(constants))
        return onnxruntime.InferenceSession(self.model, options, providers=["CPUExecutionProvider"])


class _Builder:
    """Collects nodes and their constants."""

    def __init__(self, weights: Weights, ranges: Mapping[str, tuple[float, float]] | None) -> None:
        self.weights = weights
        self.ranges = ranges
        self.nodes: list = []
        self.constants: dict[str, np.ndarray] = {}
        self.sources: dict[str, str] = {}
        """What each product multiplies."""

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def vector(self, name: str) -> str:
        return self.constant(name, self.weights.vector(name))

    def node(self, kind: str, inputs: list[str], outputs: list[str], domain: str = "com.microsoft", **settings) -> None:  # type: ignore[no-untyped-def]
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **settings))

    def product(self, source: str, matrix: np.ndarray, name: str, bias: str = "") -> str:
        """``source`` times the transposed ``matrix``: in 8 bits where its range is known, else in 32."""
        self.sources[name] = source
        if self.ranges is None:
            unbiased = f"{name}.unbiased" if bias else name
            self.node("MatMul", [source, self.constant(f"{name}.w", matrix.T)], [unbiased], domain="")
            if bias:
                self.node("Add", [unbiased, bias], [name], domain="")
            return name
        inputs = self.in_8_bits(f"{name}.a", *self.ranges[name])
        self.node("QuantizeLinear", [source, *inputs], [f"{name}.a8"], domain="")
        low, high = np.minimum(matrix.min(axis=1), 0), np.maximum(matrix.max(axis=1), 0)
        scales, zeros = self.in_8_bits(f"{name}.w", low, high)
        whole = np.rint(matrix / self.constants[scales][:, None]) + self.constants[zeros][:, None]
        weights = self.constant(f"{name}.w8", np.clip(whole, 0, 255).astype(np.uint8).T)
        self.node("MatMulIntegerToFloat", [f"{name}.a8", weights, inputs[0], scales, inputs[1], zeros, bias], [name])
        return name

    def in_8_bits(self, name: str, low: np.ndarray | float, high: np.ndarray | float) -> tuple[str, str]:
        """Constants for numbers between ``low`` and ``high`` as unsigned bytes: the step, and what stands for 0."""
        step = np.asarray((np.asarray(high) - low) / 255, dtype=np.float32)
        zero = np.asarray(np.rint(-np.asarray(low) / step), dtype=np.uint8)
        return self.constant(f"{name}.step", step), self.constant(f"{name}.zero", zero)

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


def build(weights: Weights, ranges: Mapping[str, tuple[float, float]] | None) -> Graph:
    """From the pieces' embeddings (texts × pieces × width) to the means of two layers for each text (texts × 2 × width).

    Args:
        weights: of the model.
        ranges: between what limits each product's input lies; without them everything has 32 bits, and the inputs of all
            products come out as well, so that their limits can be measured.
    """
    builder = _Builder(weights, ranges)
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
    measured = [] if ranges else list(dict.fromkeys(builder.sources.values()))
    graph = helper.make_graph(
        builder.nodes,
        "e5",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["texts", "pieces", weights.width])],
        [
            helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["texts", 2, weights.width]),
            *(helper.make_tensor_value_info(s, TensorProto.FLOAT, None) for s in measured),
        ],
        [_elsewhere(name, value) for name, value in builder.constants.items()],
    )
    model = helper.make_model(graph, opset_imports=_OPSETS, ir_version=_IR_VERSION)
    return Graph(model.SerializeToString(), builder.constants, builder.sources)


def _elsewhere(name: str, value: np.ndarray) -> TensorProto:
    """A constant's declaration; its numbers are handed to the session in memory."""
    declared = TensorProto(name=name, dims=value.shape, data_location=TensorProto.EXTERNAL)
    declared.data_type = helper.np_dtype_to_tensor_dtype(value.dtype)
    for key, entry in {"location": "memory", "offset": "0", "length": str(value.nbytes)}.items():
        declared.external_data.add(key=key, value=entry)
    return declared
