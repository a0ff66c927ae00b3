"""Holds candidates against the original: closeness, tasks, time, memory and size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from concierge.artifacts.manifest import Manifest
from concierge.language.encoder import OnnxEncoder
from concierge.language.lexicon import Lexicon
from model_export.judging import closeness
from model_export.judging.footprint import measure_footprint
from model_export.judging.judgement import Judgement, TaskScore, Timing
from model_export.judging.latency import BRIEF, GRID, Grid, measure_timings
from model_export.judging.task_files import Task
from model_export.judging.tasks import score, score_all
from model_export.reading.blueprint import Blueprint


@dataclass(frozen=True, slots=True)
class Effort:
    """How much time is spent on timing."""

    name: str
    grid: Grid
    processes: int


FULL = Effort("full", GRID, processes=3)
QUICK = Effort("quick", BRIEF, processes=1)
EFFORTS = {effort.name: effort for effort in (FULL, QUICK)}


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What all candidates of one model are held against.

    `texts` are token ids and `truth` their unit vectors by the original, float32 [texts, width].
    """

    blueprint: Blueprint
    dimensions: int
    tokenizer: Tokenizer
    texts: Sequence[Sequence[int]]
    truth: NDArray[np.float32]
    tasks: Sequence[Task]
    languages: frozenset[str]
    effort: Effort
    lexicon: Lexicon | None = None


class Judge:
    """Judges graphs by one yardstick.

    `exact` adds up int8 products in full, as ARM does, where this CPU might saturate.
    """

    def __init__(self, yardstick: Yardstick, *, exact: bool) -> None:
        self._yardstick = yardstick
        self._exact = exact

    def task_scores(self, graph: Path) -> dict[str, float]:
        """Return the score of a graph on each task, by the task's name."""
        encoder = self.encoder(graph)
        return {task.name: score(task, encoder.encode) for task in self._yardstick.tasks}

    def judge(self, graph: Path, originals: Mapping[str, float]) -> Judgement:
        """Return all figures of a graph; `originals` are the original's task scores."""
        return Judgement(
            self.closeness(graph),
            self._tasks(graph, originals),
            self.timings([graph])[0],
            measure_footprint(
                [graph, graph.with_name(f"{graph.name}.data")],
                graph,
                processes=self._yardstick.effort.processes,
            ),
        )

    def closeness(self, graph: Path) -> closeness.Closeness:
        """Compare the vectors of a graph with the original's."""
        yardstick = self._yardstick
        return closeness.measure(graph, yardstick.texts, yardstick.truth, exact=self._exact)

    def timings(self, graphs: Sequence[Path]) -> list[tuple[Timing, ...]]:
        """Time graphs in turns, so that what else the machine does befalls all alike."""
        blueprint = self._yardstick.blueprint
        return measure_timings(
            graphs, blueprint.vocabulary, self._yardstick.effort.grid, blueprint.max_tokens
        )

    def _tasks(self, graph: Path, originals: Mapping[str, float]) -> tuple[TaskScore, ...]:
        encoder = self.encoder(graph)
        yardstick = self._yardstick
        return score_all(yardstick.tasks, encoder.encode, originals, yardstick.languages)

    def encoder(self, graph: Path) -> OnnxEncoder:
        """Open a graph as a function does, so that what is judged is what will be served."""
        blueprint = self._yardstick.blueprint
        details = {
            "dimensions": self._yardstick.dimensions,
            "max_tokens": blueprint.max_tokens,
            "query_prefix": blueprint.query_prefix,
            "passage_prefix": blueprint.passage_prefix,
        }
        manifest = Manifest("model", "candidate", "", {}, details=details)
        session = closeness.open_candidate(graph, exact=self._exact)
        yardstick = self._yardstick
        return OnnxEncoder(manifest, session, yardstick.tokenizer, lexicon=yardstick.lexicon)
