"""Products of weights with fewer bits, in each of the ways that onnxruntime has kernels for."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from model_export.encoders.recipes import Recipe
from model_export.errors import UnusableCalibration

PRODUCTS = ["MatMul", "Attention"]
BLOCK = 32
# Shapes cannot be inferred through fused nodes; what is unknown is float.
_FLOAT_BY_DEFAULT = {"DefaultTensorType": onnx.TensorProto.FLOAT}
# Sums in int8 within a block of weights; onnxruntime's other levels compute in float.
_INT8_SUMS = 4

Inputs = Mapping[str, NDArray[np.int64]]


def quantise(
    model: Path, quantised: Path, recipe: Recipe, calibration: Sequence[Sequence[int]]
) -> None:
    """Write a graph whose products of weights are kept as the recipe says.

    `calibration` are token ids of texts; only static quantisation reads them, and raises
    UnusableCalibration where there are none.
    """
    logging.getLogger().addFilter(_is_not_advice)
    match recipe.products:
        case "float32":
            onnx.save(onnx.load(model), quantised)
        case "int8" | "uint8":
            _dynamic(model, quantised, recipe)
        case "static":
            _static(model, quantised, recipe, calibration)
        case "8-bit-blocks" | "4-bit-blocks":
            _blocks(model, quantised, bits=8 if recipe.products == "8-bit-blocks" else 4)


def _dynamic(model: Path, quantised: Path, recipe: Recipe) -> None:
    quantize_dynamic(
        model,
        quantised,
        op_types_to_quantize=PRODUCTS,
        per_channel=recipe.per_channel,
        reduce_range=recipe.reduce_range,
        weight_type=QuantType.QInt8 if recipe.products == "int8" else QuantType.QUInt8,
        extra_options=_FLOAT_BY_DEFAULT,
    )


def _static(
    model: Path, quantised: Path, recipe: Recipe, calibration: Sequence[Sequence[int]]
) -> None:
    if not calibration:
        raise UnusableCalibration("static quantisation needs calibration texts, and there are none")
    quantize_static(
        model,
        quantised,
        _Texts(calibration, {value.name for value in onnx.load(model).graph.input}),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=_products_of_activations(model),
        per_channel=recipe.per_channel,
        reduce_range=recipe.reduce_range,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        # Percentiles and entropy cut the outliers that transformers depend on.
        calibrate_method=CalibrationMethod.MinMax,
        extra_options=_FLOAT_BY_DEFAULT | {"OpTypesToExcludeOutputQuantization": ["MatMul"]},
    )


def _products_of_activations(model: Path) -> list[str]:
    """Return the names of products with no weight in them, such as queries with keys."""
    graph = onnx.load(model).graph
    weights = {tensor.name for tensor in graph.initializer}
    return [
        node.name
        for node in graph.node
        if node.op_type == "MatMul" and not weights.intersection(node.input)
    ]


def _blocks(model: Path, quantised: Path, bits: int) -> None:
    with _root_logger_as_it_is():
        # Imported here: the import itself turns on everybody's log.
        from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

        quantiser = MatMulNBitsQuantizer(
            onnx.load(model),
            bits=bits,
            block_size=BLOCK,
            is_symmetric=True,
            accuracy_level=_INT8_SUMS,
        )
        logging.getLogger("onnxruntime.quantization").setLevel(logging.ERROR)
        quantiser.process()
    onnx.save(quantiser.model.model, quantised)


@contextmanager
def _root_logger_as_it_is() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


class _Texts(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """Feeds calibration texts one at a time, so that padding does not count as text."""

    def __init__(self, texts: Iterable[Sequence[int]], names: set[str]) -> None:
        self._names = names
        self._left: Iterator[Sequence[int]] = iter(texts)

    def get_next(self) -> dict[str, Any] | None:
        """Return the inputs of the next text, or None after the last."""
        text = next(self._left, None)
        if text is None:
            return None
        ids = np.array([text], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        return {name: value for name, value in inputs.items() if name in self._names}


def _is_not_advice(record: logging.LogRecord) -> bool:
    """Drop advice to run onnxruntime's own preparation, which ours replaces, and its doubts."""
    message = record.getMessage()
    return not any(
        text in message
        for text in ("pre-processing before quantization", "Failed to infer data type of tensor")
    )
