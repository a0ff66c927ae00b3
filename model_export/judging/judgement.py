"""What is found out about a candidate: the figures that the gate, the report and the manifest share."""

from dataclasses import dataclass

from model_export.judging.closeness import Closeness


@dataclass(frozen=True, slots=True)
class TaskScore:
    """Quality on one task, beside that of the original; `gated` where it counts for the gate."""

    task: str
    language: str
    metric: str
    score: float
    original: float
    gated: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """Median milliseconds of one run over a batch of equally long texts."""

    tokens: int
    batch: int
    threads: int
    median_ms: float


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a process pays to have the model: medians of several fresh processes.

    `resident_mb` is what loading and one query add to a process that has onnxruntime imported.
    """

    load_ms: float
    resident_mb: float
    file_mb: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """All figures of one candidate."""

    closeness: Closeness
    tasks: tuple[TaskScore, ...]
    timings: tuple[Timing, ...]
    footprint: Footprint


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recipe that was tried; `objection` says why it cannot be chosen, and is empty if it can."""

    recipe: str
    summary: str
    judgement: Judgement | None
    objection: str = ""
    chosen: bool = False
