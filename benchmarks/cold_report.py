"""What the cold starts come to: medians, budgets, one table, one JSON document."""

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.emulated_aws import Spent
from benchmarks.lambda_runtime import Memory

MOST_FLOORS = 2.5
LEAST_TIMES_FASTER = 10.0
MOST_RESIDENT_MB = 250.0
PACKAGES = ("numpy", "onnxruntime", "tokenizers", "botocore", "msgspec", "aws_lambda_powertools")


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds, and how much of them S3 and DynamoDB took."""

    init_s: float
    first_s: float
    waited_init: Spent
    waited_first: Spent
    warm_s: Sequence[float]
    waited_warm: Spent
    memory: Memory


def summarise(
    floor_s: Sequence[float], starts: Mapping[str, Sequence[Start]], usual: str
) -> dict[str, Any]:
    """Return medians in milliseconds for each function, and how they stand to the budgets."""
    floor_ms = statistics.median(floor_s) * 1e3
    figures: dict[str, dict[str, Any]] = {name: _figures(each) for name, each in starts.items()}
    usual_s = [_cold_s(start) for start in starts.get(usual, ())]
    for name, each in figures.items():
        cold_s = [_cold_s(start) for start in starts[name]]
        each["floors"] = _ratio(cold_s, floor_s)
        each["floors_without_aws"] = _ratio([_own_s(start) for start in starts[name]], floor_s)
        each["times_faster"] = _ratio(usual_s, cold_s) if usual_s else None
        if name != usual:
            each["within"] = _verdicts(each)
    return {
        "floor_ms": floor_ms,
        "floor_spread_ms": [min(floor_s) * 1e3, max(floor_s) * 1e3],
        "functions": figures,
    }


def header(layer: Path, products: int, entries: int, starts: int) -> dict[str, Any]:
    """Return what the figures depend on."""
    found = {
        each.metadata["Name"].replace("-", "_"): each.version
        for each in importlib.metadata.distributions(path=[str(layer)])
    }
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{_processor()}, {os.cpu_count()} CPUs, {platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "layer": {name: found[name] for name in PACKAGES if name in found},
        "products": products,
        "entries": entries,
        "starts": starts,
    }


def print_report(head: Mapping[str, Any], report: Mapping[str, Any]) -> None:
    """Print both as a person reads them."""
    packages = ", ".join(f"{name} {version}" for name, version in head["layer"].items())
    low, high = report["floor_spread_ms"]
    print(f"Cold starts in awslambdaric, {head['date']}")
    print(f"{head['machine']}, load {head['load']}; Python {head['python']}; {packages}")
    print(
        f"{head['products']:,} products, {head['entries']:,} entries; medians of {head['starts']} starts, {head['disk']} disk"
    )
    print(
        f"\nfloor: {report['floor_ms']:.0f} ms ({low:.0f} to {high:.0f})  imports, model, one vector\n"
    )
    columns = (
        "",
        "init",
        "first",
        "cold",
        "AWS",
        "calls",
        "floors",
        "no AWS",
        "warm",
        "p99",
        "AWS",
        "RSS",
        "peak",
    )
    print(f"{columns[0]:>22}" + "".join(f"{column:>8}" for column in columns[1:]))
    for name, each in report["functions"].items():
        print(f"{name:>22}" + "".join(f"{cell:>8}" for cell in _cells(each)))
    print(
        "\nms and MB; AWS is the emulator's own time, counted by itself, and part of the figure before it\n"
    )
    for name, each in report["functions"].items():
        for budget in each.get("within", ()):
            verdict = "PASS" if budget["within"] else "over"
            print(f"{verdict}  {name}: {budget['what']}: {budget['value']:.2f} ({budget['limit']})")


def _cells(each: Mapping[str, Any]) -> list[str]:
    whole = ("init_ms", "first_ms", "cold_ms", "aws_ms", "aws_calls")
    warm = ("warm_ms", "warm_p99_ms", "warm_aws_ms")
    return [
        *(f"{each[name]:.0f}" for name in whole),
        f"{each['floors']:.2f}",
        f"{each['floors_without_aws']:.2f}",
        *(f"{each[name]:.1f}" for name in warm),
        *(f"{each[name]:.0f}" for name in ("resident_mb", "peak_mb")),
    ]


def _figures(starts: Sequence[Start]) -> dict[str, Any]:
    def median(of: Callable[[Start], float]) -> float:
        return statistics.median(of(start) for start in starts)

    warm_ms = sorted(second * 1e3 for start in starts for second in start.warm_s)
    return {
        "init_ms": median(lambda start: start.init_s) * 1e3,
        "first_ms": median(lambda start: start.first_s) * 1e3,
        "cold_ms": median(_cold_s) * 1e3,
        "own_ms": median(_own_s) * 1e3,
        "aws_ms": median(_aws_s) * 1e3,
        "aws_calls": median(lambda start: start.waited_init.calls + start.waited_first.calls),
        "warm_ms": statistics.median(warm_ms),
        "warm_p99_ms": warm_ms[int(len(warm_ms) * 0.99)],
        "warm_aws_ms": median(lambda start: start.waited_warm.seconds / len(start.warm_s)) * 1e3,
        "resident_mb": median(lambda start: start.memory.resident_mb),
        "peak_mb": median(lambda start: start.memory.peak_mb),
    }


def _ratio(these_s: Sequence[float], those_s: Sequence[float]) -> float:
    """Return the median ratio of starts in the same turn: machines drift."""
    return statistics.median(a / b for a, b in zip(these_s, those_s, strict=False))


def _cold_s(start: Start) -> float:
    return start.init_s + start.first_s


def _aws_s(start: Start) -> float:
    return start.waited_init.seconds + start.waited_first.seconds


def _own_s(start: Start) -> float:
    return _cold_s(start) - _aws_s(start)


def _verdicts(each: Mapping[str, Any]) -> list[dict[str, Any]]:
    most = f"at most {MOST_FLOORS}"
    verdicts = [
        _verdict(
            "floors, S3 and DynamoDB included", each["floors"], most, each["floors"] <= MOST_FLOORS
        ),
        _verdict(
            "floors, without the emulator's time",
            each["floors_without_aws"],
            most,
            each["floors_without_aws"] <= MOST_FLOORS,
        ),
        _verdict(
            "MB resident",
            each["resident_mb"],
            f"at most {MOST_RESIDENT_MB:.0f}",
            each["resident_mb"] <= MOST_RESIDENT_MB,
        ),
    ]
    times = each["times_faster"]
    if times is not None:
        least = f"at least {LEAST_TIMES_FASTER:.0f}"
        verdicts.append(
            _verdict("times faster than the usual way", times, least, times >= LEAST_TIMES_FASTER)
        )
    return verdicts


def _verdict(what: str, value: float, limit: str, within: bool) -> dict[str, Any]:  # noqa: FBT001
    return {"what": what, "value": value, "limit": limit, "within": within}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.split(":")[1].strip() for line in lines if "model name" in line), "unknown")
