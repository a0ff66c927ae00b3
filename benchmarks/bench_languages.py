"""What a language pack gives and costs: quality across languages, size, cold start, latency.

`python -m benchmarks.bench_languages DATA` encodes the Tatoeba test, XQuAD, CLINC150 and banking77
with the English encoder alone and with the Chinese pack, each in float32 and in int8, and starts
the search function with both in turns.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from benchmarks.bench_encoder_quality import banking, clinc, encode, paragraphs
from benchmarks.cold_cases import ROOT, Case, api_event, functions
from benchmarks.emulated_aws import EmulatedAws
from benchmarks.lambda_runtime import LambdaRuntime
from benchmarks.measured_shop import environment, publish_shop
from benchmarks.public_data import Vectors, read_text
from concierge.language.encoder import OnnxEncoder, open_encoder

BUILD = ROOT / ".build"
ENGLISH, PACK = "English alone", "with the pack"
QUERIES = {
    "Chinese query": ("蓝牙耳机", "怎么退货", "我的包裹到哪儿了", "防水登山靴"),
    "English query": ("red dress", "where is my order", "waterproof hiking boots", "usb c cable"),
}
PRODUCTS = 500
NEEDED = ("zh", "xquad", "clinc150", "banking77")


def quality(encoder: OnnxEncoder, data: Path) -> dict[str, float]:
    """Return all measures of one encoder: shares of right first places, and accuracies."""
    return {**_tatoeba(encoder, data), **_xquad(encoder, data), **clinc(encoder, data)} | banking(
        encoder, data
    )


def _tatoeba(encoder: OnnxEncoder, data: Path) -> dict[str, float]:
    chinese, english = (
        encode(encoder, read_text(data / "zh" / f"tatoeba_test.{side}.gz").splitlines())
        for side in ("cmn", "eng")
    )
    return {
        "Tatoeba, Chinese to English": _first(chinese, english),
        "Tatoeba, English to Chinese": _first(english, chinese),
    }


def _xquad(encoder: OnnxEncoder, data: Path) -> dict[str, float]:
    texts, questions = paragraphs(data, "en")
    chinese_texts, chinese_questions = paragraphs(data, "zh")
    places = np.array([place for _, place in questions])
    asked = encode(encoder, [question for question, _ in questions])
    asked_in_chinese = encode(encoder, [question for question, _ in chinese_questions])
    found, chinese = (encoder.encode(each, "passage") for each in (texts, chinese_texts))
    return {
        "XQuAD, English question to paragraph": _first(asked, found, places),
        "XQuAD, Chinese to English question": _first(asked_in_chinese, asked),
        "XQuAD, Chinese question to English paragraph": _first(asked_in_chinese, found, places),
        "XQuAD, Chinese question to Chinese paragraph": _first(asked_in_chinese, chinese, places),
    }


def _first(asked: Vectors, known: Vectors, right: Vectors | None = None) -> float:
    """Return how often the nearest is the right one: the one of the same row, unless stated."""
    expected = np.arange(len(asked)) if right is None else right
    return float(((asked @ known.T).argmax(axis=1) == expected).mean())


def latencies(encoders: Mapping[str, OnnxEncoder], rounds: int) -> dict[str, dict[str, float]]:
    """Return the median milliseconds of a short query, text to vector, in turns."""
    spent: dict[str, dict[str, list[float]]] = {
        kind: {name: [] for name in encoders} for kind in QUERIES
    }
    for _ in range(rounds):
        for kind, queries in QUERIES.items():
            for name, encoder in encoders.items():
                encoder.encode(queries[:1], "query")
                for query in queries:
                    start = time.perf_counter()
                    encoder.encode([query], "query")
                    spent[kind][name].append(time.perf_counter() - start)
    return {
        kind: {name: 1e3 * statistics.median(times) for name, times in each.items()}
        for kind, each in spent.items()
    }


def cold_starts(
    models: Mapping[str, Path], layer: Path, python: Path, starts: int
) -> dict[str, list[float]]:
    """Return the seconds from process to first answer of the search function, in turns.

    Each start downloads model and catalogue from its own S3 on loopback.
    """
    found: dict[str, list[float]] = {name: [] for name in models}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        cases: dict[str, Case] = {}
        for number, (name, model) in enumerate(models.items()):
            scratch = Path(folder) / str(number)
            publish_shop(scratch / "objects", model, PRODUCTS)
            aws = stack.enter_context(EmulatedAws(python, scratch / "objects"))
            (cases[name],) = functions(
                ["search"], layer, scratch, environment(aws.s3, aws.dynamodb)
            )
        for turn in range(starts + 1):  # the first only warms the disk's cache
            for name, case in cases.items():
                seconds = _cold(case)
                found[name] += [seconds] if turn else []
    return found


def _cold(case: Case) -> float:
    with (
        tempfile.TemporaryDirectory() as own_tmp,
        LambdaRuntime(
            case.handler,
            case.task_root,
            python=case.python,
            environment={**case.environment, "TMPDIR": own_tmp},
        ) as runtime,
    ):
        first = runtime.invoke(api_event(case.path, case.bodies[0]))
        return runtime.init_s + first.seconds


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables; return the exit status."""
    options = _options(argv)
    missing = [name for name in NEEDED if not (options.data / name).is_dir()]
    if missing:
        print(f"{options.data} has no folder {missing[0]}", file=sys.stderr)
        return 2
    folders = {
        f"{ENGLISH}, float32": options.float32,
        f"{ENGLISH}, int8": options.english,
        f"{PACK}, float32": options.pack_float32,
        f"{PACK}, int8": options.model,
    }
    encoders = {name: open_encoder(folder, threads=1) for name, folder in folders.items()}
    measured = {}
    for name, folder in folders.items():
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        measured[name] = quality(open_encoder(folder, threads=2), options.data)
    _show("share of right first places, or accuracy", measured)
    small = {name: encoders[name] for name in encoders if name.endswith("int8")}
    times = latencies(small, options.rounds)
    print()
    for kind, each in times.items():
        print(f"{kind:46}" + "".join(f"{name}: {ms:.2f} ms   " for name, ms in each.items()))
    sizes = {name: _megabytes(folder) for name, folder in folders.items()}
    more = sizes[f"{PACK}, int8"] - sizes[f"{ENGLISH}, int8"]
    print(f"{'size in MB':46}{sizes}  +{more:.2f} MB in int8")
    starts = cold_starts(
        {ENGLISH: options.english, PACK: options.model},
        options.layer,
        options.baseline_python,
        options.starts,
    )
    medians = {name: statistics.median(seconds) * 1e3 for name, seconds in starts.items()}
    ratios = [after / before for before, after in zip(*starts.values(), strict=True)]
    ratio = statistics.median(ratios)
    print(
        f"{'cold start of search, ms':46}"
        + "   ".join(f"{name}: {ms:.0f}" for name, ms in medians.items())
        + f"   median of {len(ratios)} ratios in turns: {ratio:.3f}"
    )
    if options.json:
        document = {"quality": measured, "latency_ms": times, "size_mb": sizes}
        document |= {"cold_start_ms": medians, "cold_start_ratio": ratio}
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


def _show(title: str, measured: Mapping[str, Mapping[str, float]]) -> None:
    print(f"{title:46}" + "".join(f"{name:>24}" for name in measured))
    for measure in next(iter(measured.values())):
        cells = "".join(f"{each[measure]:24.4f}" for each in measured.values())
        print(f"{measure:46}{cells}")


def _megabytes(folder: Path) -> float:
    loaded = [*folder.glob("*.onnx*"), *folder.glob("*.safetensors"), folder / "tokenizer.json"]
    return round(sum(path.stat().st_size for path in loaded) / 1e6, 2)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_languages")
    parser.add_argument("data", type=Path, help=f"folder with {', '.join(NEEDED)}")
    parser.add_argument("--model", type=Path, default=BUILD / "model", metavar="DIR")
    parser.add_argument("--english", type=Path, default=BUILD / "english", metavar="DIR")
    parser.add_argument("--float32", type=Path, default=BUILD / "float32", metavar="DIR")
    parser.add_argument("--pack-float32", type=Path, default=BUILD / "pack-float32", metavar="DIR")
    parser.add_argument("--layer", type=Path, default=BUILD / "layer" / "python")
    parser.add_argument(
        "--baseline-python", type=Path, default=BUILD / "venv-baseline" / "bin" / "python"
    )
    parser.add_argument("--rounds", type=int, default=100, help="of timed queries")
    parser.add_argument("--starts", type=int, default=15, help="of the function with each model")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
