"""How good answers are: what questions of known outcome get, and how far confidence holds."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.public_data import auroc
from concierge.answering.finding import Finder
from concierge.language.encoder import TextEncoder
from concierge.retrieval.calibrating import calibration_error
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

# In force at any moment that knowledge without dates is.
NOW = 1_790_000_000.0
PRECISIONS = (0.9, 0.95)
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the entry that answers it; none where the knowledge does not."""

    question: str
    entry_id: str | None
    language: str


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What each question got: whether it is in scope, found first or among three, how surely.

    `confidence` is that of the first, `known` the chance that one of those shown is right.
    """

    in_scope: Flags
    first: Flags
    shown: Flags
    confidence: Floats
    known: Floats

    def of(self, chosen: Flags) -> "Told":
        """Return some of them."""
        return Told(*(getattr(self, name)[chosen] for name in Told.__slots__))


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures; None where no question in scope, or none out of it, was asked.

    `auroc` and `fpr95` tell questions in scope from others by what is known; `coverage` is the share
    of all questions that can be answered while so many of the answers are right.
    """

    in_scope: int
    out_of_scope: int
    top1: float | None
    top3: float | None
    auroc: float | None
    fpr95: float | None
    calibration_error: float
    coverage: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Told) -> "Quality":
        """Return the figures of at least one question."""
        known, strange = told.known[told.in_scope], told.known[~told.in_scope]
        both = bool(len(known) and len(strange))
        weight = np.ones(len(told.confidence))
        sure = told.confidence.astype(np.float32)
        return cls(
            in_scope=len(known),
            out_of_scope=len(strange),
            top1=float(told.first[told.in_scope].mean()) if len(known) else None,
            top3=float(told.shown[told.in_scope].mean()) if len(known) else None,
            auroc=auroc(known, strange) if both else None,
            fpr95=fpr95(known, strange) if both else None,
            calibration_error=calibration_error(sure, told.first, weight),
            coverage={str(share): coverage(told, share) for share in PRECISIONS},
        )

    def to_record(self) -> dict[str, object]:
        """Return the figures as JSON."""
        return asdict(self)


def ask(
    knowledge: KnowledgeSnapshot, encoder: TextEncoder | None, questions: Iterable[Asked]
) -> Told:
    """Ask each question as a customer would, without a conversation."""
    finder = Finder(knowledge, encoder, "", NOW)
    rows = []
    for asked in questions:
        matches = finder.find(asked.question, asked.language, SHOWN)
        ids = [finder.entry_at(match.row).entry_id for match in matches]
        wanted = asked.entry_id
        confidence = matches[0].confidence if matches else 0.0
        known = sum(match.confidence for match in matches)
        rows.append((wanted is not None, ids[:1] == [wanted], wanted in ids, confidence, known))
    in_scope, first, shown, sureness, scope = zip(*rows, strict=True)
    return Told(
        np.array(in_scope, np.bool_),
        np.array(first, np.bool_),
        np.array(shown, np.bool_),
        np.array(sureness, np.float64),
        np.array(scope, np.float64),
    )


def fpr95(known: Floats, strange: Floats) -> float:
    """Return how many strange questions pass where 95 % of the known ones do."""
    return float((strange >= np.quantile(known, 0.05)).mean())


def coverage(told: Told, precision: float) -> float:
    """Return the largest share of questions, the surest first, of which so many are right.

    Questions of the same confidence are answered together or not at all.
    """
    order = np.argsort(-told.confidence, kind="stable")
    confidence, right = told.confidence[order], told.first[order]
    counts = np.arange(1, len(right) + 1)
    last = np.append(confidence[1:] < confidence[:-1], True)
    reached = np.flatnonzero(last & (np.cumsum(right) >= precision * counts))
    return float(counts[reached[-1]] / len(right)) if len(reached) else 0.0


COLUMNS = (
    "in scope", "out", "top-1", "top-3", "AUROC", "FPR@95", "ECE", *(f"cover@{p:.0%}" for p in PRECISIONS),
)  # fmt: skip


def table(rows: Sequence[tuple[str, Quality]], first: int = 34) -> str:
    """Return figures as aligned text."""
    lines = [" " * first + "".join(f"{name:>10}" for name in COLUMNS)]
    for name, quality in rows:
        figures = (quality.top1, quality.top3, quality.auroc, quality.fpr95)
        cells = [str(quality.in_scope), str(quality.out_of_scope)]
        cells += [_shown(figure) for figure in figures]
        cells += [_shown(quality.calibration_error), *map(_shown, quality.coverage.values())]
        lines.append(f"{name:<{first}}" + "".join(f"{cell:>10}" for cell in cells))
    return "\n".join(lines)


def _shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.3f}"
