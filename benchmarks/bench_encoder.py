"""One model, six ways to run it: text in, vector out, one thread, in turns.

`python -m benchmarks.bench_encoder` prints medians for one text and for 32 of 8 to 128 tokens, how
the others stand to ours, closeness, and the share of the CPU's int8 peak that is reached.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from benchmarks.encoder_ways import Encode, all_ways
from model_export.evidence.machine import cpu_name
from model_export.judging.sentences import TEXTS

ROOT = Path(__file__).resolve().parents[1]
LENGTHS, BATCHES = (8, 16, 32, 64, 128), (1, 32)
SHORT = ((8, 1), (16, 1))
TORCH, FLOAT = "sentence-transformers, torch", "our fp32 ONNX"
LEAST_TORCH, LEAST_FLOAT = 6.0, 2.0
VERDICT = {True: "yes", False: "NO"}
# Rows, inner and outer size of products: a square one, and those of a MiniLM layer in a large batch.
GEMMS = ((1024, 1024, 1024), (1024, 384, 1536), (1024, 1536, 384))

Cell = tuple[int, int]
Medians = Mapping[Cell, Mapping[str, float]]


class Sentences:
    """Makes texts of an exact number of tokens, never the same twice."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        tokenizer.no_padding()
        tokenizer.no_truncation()
        words = sorted({word for text in TEXTS for word in text.lower().split() if word.isalpha()})
        # Each of these is one token, so that so many of them are so many tokens.
        self._words = [word for word in words if len(tokenizer.encode(word).ids) == 3]
        self._chance = np.random.default_rng(1)

    def make(self, tokens: int, count: int) -> list[str]:
        """Return texts of `tokens` tokens each, with the two that mark beginning and end."""
        texts = [" ".join(self._chance.choice(self._words, tokens - 2)) for _ in range(count)]
        if any(len(self._tokenizer.encode(text).ids) != tokens for text in texts):
            raise ValueError(f"a text does not have {tokens} tokens")
        return texts


def measure(ways: Mapping[str, Encode], sentences: Sentences, cell_s: float) -> Medians:
    """Return the median milliseconds of each way in each cell, [tokens, batch]."""
    found: dict[Cell, dict[str, float]] = {}
    for tokens in LENGTHS:
        for batch in BATCHES:
            spent: dict[str, list[float]] = {name: [] for name in ways}
            until = time.perf_counter() + cell_s * len(ways)
            while time.perf_counter() < until or len(spent["ours"]) < 5:
                for name, encode in ways.items():
                    encode(sentences.make(tokens, batch))  # its weights come back to the caches
                    for _ in range(3):
                        texts = sentences.make(tokens, batch)
                        start = time.perf_counter()
                        encode(texts)
                        spent[name].append((time.perf_counter() - start) * 1e3)
            found[tokens, batch] = {name: statistics.median(each) for name, each in spent.items()}
    return found


def verdicts(medians: Medians) -> list[str]:
    """Return what the figures say about what is promised."""
    torch, plain = (
        min(medians[cell][name] / medians[cell]["ours"] for cell in SHORT)
        for name in (TORCH, FLOAT)
    )
    fastest = {
        cell: min((ms, name) for name, ms in row.items() if name != "ours")
        for cell, row in medians.items()
    }
    ratios = {cell: ms / medians[cell]["ours"] for cell, (ms, _) in fastest.items()}
    worst = min(ratios, key=lambda cell: ratios[cell])
    slower = [cell for cell, ratio in ratios.items() if ratio < 1]
    name, ratio = fastest[worst][1], ratios[worst]
    where = f"nearest at {worst[1]}×{worst[0]} tokens, where {name} takes {ratio:.2f} times as long"
    return [
        f"short queries: {torch:.1f} times torch (at least 6: {VERDICT[torch >= LEAST_TORCH]})",
        f"short queries: {plain:.1f} times fp32 ONNX (at least 2: {VERDICT[plain >= LEAST_FLOAT]})",
        f"never slower than the fastest other: {VERDICT[not slower]}; {where}",
    ]


def table(medians: Medians) -> list[str]:
    """Return the lines of the table."""
    names = list(next(iter(medians.values())))
    lines = ["batch×tokens".ljust(14) + "".join(name.rjust(34) for name in names)]
    for (tokens, batch), row in sorted(medians.items(), key=lambda item: item[0][::-1]):
        cells = [f"{row[name]:.2f} ms ({row[name] / row['ours']:.1f}×)" for name in names]
        lines.append(f"{batch}×{tokens}".ljust(14) + "".join(cell.rjust(34) for cell in cells))
    return lines


def peak_gops() -> float:
    """Return the most int8 operations a nanosecond that one thread of onnxruntime reaches here."""
    return max(_gemm_gops(*sizes) for sizes in GEMMS)


def operations(tokens: int, batch: int) -> float:
    """Return the multiplications and additions of MiniLM's products, weights and attention."""
    width, inner, layers = 384, 1536, 6
    weights = 4 * width * width + 2 * width * inner
    return 2.0 * batch * layers * (tokens * weights + 2 * tokens * tokens * width)


def _gemm_gops(rows: int, inner: int, outer: int) -> float:
    weights = np.random.default_rng(1).integers(-64, 64, (inner, outer), np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["x", "w"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [rows, inner])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [rows, outer])],
        [onnx.numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    inputs = {"x": np.random.default_rng(2).integers(0, 255, (rows, inner), np.uint8)}
    spent = []
    for _ in range(40):
        start = time.perf_counter()
        session.run(None, inputs)
        spent.append(time.perf_counter() - start)
    return 2.0 * rows * inner * outer / statistics.median(spent) / 1e9


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table, the verdicts, closeness and the share of the peak."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_encoder", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / ".build/model", metavar="DIR")
    parser.add_argument("--plain", type=Path, default=ROOT / ".build/float32", metavar="DIR")
    parser.add_argument(
        "--cell-s", type=float, default=1.0, metavar="S", help="time a way and cell"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        ways = all_ways(options.model, options.plain, Path(scratch))
        sentences = Sentences(Tokenizer.from_file(str(options.model / "tokenizer.json")))
        print(f"{cpu_name()}, one thread, medians, text to vector", flush=True)
        medians = measure(ways, sentences, options.cell_s)
        cosines = (ways["ours"](TEXTS) * ways[TORCH](TEXTS)).sum(axis=1)
    print("\n".join([*table(medians), *verdicts(medians)]))
    print(f"cosine to torch: mean {cosines.mean():.4f}, worst {cosines.min():.4f}")
    peak = peak_gops()
    reached = {cell: operations(*cell) / row["ours"] / 1e6 for cell, row in medians.items()}
    for (tokens, batch), gops in sorted(reached.items(), key=lambda item: item[0][::-1]):
        print(
            f"{batch}×{tokens}: {gops:.0f} Gop/s, {gops / peak:.0%} of the int8 peak of {peak:.0f}"
        )
    if options.json:
        document = {
            "cpu": cpu_name(),
            "medians_ms": {f"{batch}x{tokens}": row for (tokens, batch), row in medians.items()},
            "cosine": {"mean": float(cosines.mean()), "worst": float(cosines.min())},
            "gops": {f"{batch}x{tokens}": gops for (tokens, batch), gops in reached.items()},
            "peak_gops": peak,
        }
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    main()
