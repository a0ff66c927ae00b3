"""How long a graph takes, by length of text, size of batch and number of threads."""

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concierge.language.encoder import open_session
from model_export.judging.judgement import Timing

Inputs = Mapping[str, NDArray[np.int64]]
Runner = Callable[[Inputs], object]


@dataclass(frozen=True, slots=True)
class Grid:
    """Which cells are timed, and how long each: until `cell_s` have passed or `most` runs are done."""

    tokens: tuple[int, ...] = (8, 16, 32, 64, 128)
    batches: tuple[int, ...] = (1, 32)
    threads: tuple[int, ...] = (1, 2)
    least: int = 3
    most: int = 100
    cell_s: float = 0.25


# In a turn of one run, each model would find the caches full of another's weights.
TURN = 3
GRID = Grid()
BRIEF = Grid(tokens=(8, 32), batches=(1,), threads=(1,), cell_s=0.05)


def measure_timings(
    graphs: Sequence[Path], vocabulary: int, grid: Grid, max_tokens: int
) -> list[tuple[Timing, ...]]:
    """Time graphs in turns, as functions run them.

    Lengths beyond `max_tokens` are left out; where that is all of them, it is timed itself.
    """
    lengths = [length for length in grid.tokens if length <= max_tokens] or [max_tokens]
    found: list[list[Timing]] = [[] for _ in graphs]
    for threads in grid.threads:
        sessions = [open_session(graph, threads) for graph in graphs]
        runners: list[Runner] = [_runner(session) for session in sessions]
        for tokens in lengths:
            for batch in grid.batches:
                inputs = _inputs(batch, tokens, vocabulary)
                medians = time_in_turns(runners, inputs, grid)
                for own, median_s in zip(found, medians, strict=True):
                    own.append(Timing(tokens, batch, threads, median_s * 1e3))
    return [tuple(own) for own in found]


def time_in_turns(
    runners: Sequence[Runner],
    inputs: Inputs,
    grid: Grid,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Return the median seconds of each runner; the first run of each turn is not counted."""
    spent: list[list[float]] = [[] for _ in runners]
    while any(_wants_more(own, grid) for own in spent):
        for run, own in zip(runners, spent, strict=True):
            if _wants_more(own, grid):
                run(inputs)
                for _ in range(TURN):
                    start = clock()
                    run(inputs)
                    own.append(clock() - start)
    return [statistics.median(own) for own in spent]


def speed(timings: Sequence[Timing]) -> float:
    """Return the geometric mean of the milliseconds with one thread: less is faster."""
    single = [timing.median_ms for timing in timings if timing.threads == 1]
    return math.exp(statistics.fmean(math.log(ms) for ms in single))


def _wants_more(own: Sequence[float], grid: Grid) -> bool:
    return len(own) < grid.least or (sum(own) < grid.cell_s and len(own) < grid.most)


def _runner(session: object) -> Runner:
    def run(inputs: Inputs) -> object:
        return session.run(None, inputs)  # type: ignore[attr-defined]  # onnxruntime has no types

    return run


def _inputs(batch: int, tokens: int, vocabulary: int) -> Inputs:
    ids = np.random.default_rng(tokens).integers(0, vocabulary, (batch, tokens))
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}
