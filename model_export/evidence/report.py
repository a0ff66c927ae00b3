"""The evidence that is published with a model: report.md, a picture, and all figures as JSON."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from model_export.evidence.picture import draw
from model_export.evidence.records import candidate_to_json
from model_export.judging.gate import Gate
from model_export.judging.judgement import Candidate, Judgement, TaskScore, Timing
from model_export.judging.latency import speed
from model_export.judging.tasks import quality_drop

REPORT, FIGURES = "report.md", "candidates.json"
# The columns of the table of all candidates: tokens and batch, one thread.
SHOWN = ((8, 1), (32, 1), (128, 1), (32, 32), (128, 32))
UNITS = (
    "Milliseconds a run (batch × tokens), one thread, measured on {cpu}. "
    "Faster is than the first, over all that is timed with one thread; memory is what loading adds to "
    "a process."
)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the figures are about: the model, the machine, the limits."""

    model: str
    made_of: Mapping[str, str]
    machine: Mapping[str, Any]
    gate: Gate
    date: str


def write_report(
    folder: Path, facts: ReportFacts, tried: Mapping[str, Sequence[Candidate]]
) -> list[str]:
    """Write the evidence and return the names of its files; `tried` is by target CPU."""
    parts = [f"# {facts.model}", "", *table(["", ""], list(_setting(facts).items())), ""]
    pictures = []
    for target, candidates in tried.items():
        pictures.append(f"latency.{target}.svg")
        draw(folder / pictures[-1], candidates, facts.gate)
        parts += _section(target, candidates, pictures[-1], facts)
    (folder / REPORT).write_text("\n".join(parts), encoding="utf-8")
    documents = {target: [candidate_to_json(c) for c in some] for target, some in tried.items()}
    (folder / FIGURES).write_text(json.dumps(documents, indent=1) + "\n", encoding="utf-8")
    return [REPORT, FIGURES, *pictures]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table."""
    cells = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(row)} |" for row in cells]


def _section(
    target: str, candidates: Sequence[Candidate], picture: str, facts: ReportFacts
) -> list[str]:
    chosen = next((candidate for candidate in candidates if candidate.chosen), None)
    return [
        f"## For {target}",
        "",
        _verdict(chosen, candidates),
        "",
        UNITS.format(cpu=facts.machine["cpu"]),
        "",
        *_candidates(candidates),
        "",
        f"![Latency against closeness]({picture})",
        "",
        *(_details(chosen) if chosen else []),
    ]


def _verdict(chosen: Candidate | None, candidates: Sequence[Candidate]) -> str:
    if chosen is None or chosen.judgement is None:
        return (
            "**None was chosen**: every candidate fails the gate; the table says by which number."
        )
    original = candidates[0].judgement
    faster = speed(original.timings) / speed(chosen.judgement.timings) if original else 1
    size = original.footprint.file_mb if original else 0
    return (
        f"**{chosen.recipe}** was chosen: the fastest that passes the gate, {faster:.1f} times as "
        f"fast as the original graph, {chosen.judgement.footprint.file_mb:.1f} MB instead of "
        f"{size:.1f}. It is: {chosen.summary}."
    )


def _setting(facts: ReportFacts) -> dict[str, str]:
    return {
        **facts.made_of,
        "gate": f"mean cosine at least {facts.gate.min_cosine}, "
        f"task quality down by at most {facts.gate.max_quality_drop:.2%}",
        "measured on": ", ".join(f"{name} {value}" for name, value in facts.machine.items()),
        "date": facts.date,
    }


def _candidates(candidates: Sequence[Candidate]) -> list[str]:
    cells = [f"{batch}×{tokens}" for tokens, batch in SHOWN]
    figures = ["faster", "cosine", "worst", "tasks", "MB", "load ms", "memory MB"]
    original = candidates[0].judgement if candidates else None
    own = speed(original.timings) if original else None
    rows = [_row(candidate, own) for candidate in candidates]
    return table(["recipe", *cells, *figures, "verdict"], rows)


def _row(candidate: Candidate, original_ms: float | None) -> list[str]:
    judgement = candidate.judgement
    verdict = "**chosen**" if candidate.chosen else candidate.objection or "passes"
    if judgement is None:
        return [candidate.recipe, *["–"] * (len(SHOWN) + 7), verdict]
    footprint = judgement.footprint
    return [
        candidate.recipe,
        *(_cell(judgement.timings, tokens, batch, 1) for tokens, batch in SHOWN),
        f"{original_ms / speed(judgement.timings):.1f}×" if original_ms else "–",
        f"{judgement.closeness.mean_cosine:.4f}",
        f"{judgement.closeness.worst_cosine:.4f}",
        _change(quality_drop(judgement.tasks)),
        f"{footprint.file_mb:.1f}",
        f"{footprint.load_ms:.0f}",
        f"{footprint.resident_mb:.0f}",
        verdict,
    ]


def _details(chosen: Candidate) -> list[str]:
    judgement = chosen.judgement
    if judgement is None:
        return []
    return ["### The chosen one", "", *_tasks(judgement), "", *_grid(judgement.timings), ""]


def _tasks(judgement: Judgement) -> list[str]:
    rows = [
        (
            task.task,
            task.language,
            task.metric,
            f"{task.original:.4f}",
            f"{task.score:.4f}",
            "yes" if task.gated else "no: the model does not know the language",
        )
        for task in judgement.tasks
    ]
    means = [
        (f"mean of {language}", language, "", *(f"{fmean(each):.4f}" for each in scores), "")
        for language, scores in _by_language(judgement.tasks).items()
    ]
    return table(["task", "language", "metric", "original", "chosen", "counts"], [*rows, *means])


def _by_language(tasks: Sequence[TaskScore]) -> dict[str, tuple[list[float], list[float]]]:
    """Return the scores of the original and of the chosen one, by language."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    for task in tasks:
        original, chosen = found.setdefault(task.language, ([], []))
        original.append(task.original)
        chosen.append(task.score)
    return found


def _grid(timings: Sequence[Timing]) -> list[str]:
    def distinct(read: Callable[[Timing], int]) -> list[int]:
        return sorted({read(timing) for timing in timings})

    lengths = distinct(lambda timing: timing.tokens)
    rows = [
        [str(batch), str(threads), *(_cell(timings, length, batch, threads) for length in lengths)]
        for batch in distinct(lambda timing: timing.batch)
        for threads in distinct(lambda timing: timing.threads)
    ]
    return table(["batch", "threads", *(f"{length} tokens, ms" for length in lengths)], rows)


def _cell(timings: Sequence[Timing], tokens: int, batch: int, threads: int) -> str:
    wanted = (tokens, batch, threads)
    found = [t.median_ms for t in timings if (t.tokens, t.batch, t.threads) == wanted]
    return f"{found[0]:.2f}" if found else "–"


def _change(drop: float | None) -> str:
    # Adding zero makes zero of minus zero.
    return "–" if drop is None else f"{round(-drop, 4) + 0.0:+.2%}"
