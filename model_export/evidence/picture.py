"""Latency against closeness of all candidates, as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model_export.evidence.labels import places
from model_export.judging.gate import Gate
from model_export.judging.judgement import Candidate, Judgement
from model_export.judging.latency import speed

INK, CHOSEN, REFUSED = "#2b3a42", "#0a7f5a", "#b8442c"
# Distances to the original differ by powers of ten; what is nearer than this is the same.
NEAREST = 1e-5
# Of the picture's height: the distance of two lines of the legend, where they are few.
LINE = 0.055


def draw(path: Path, candidates: Sequence[Candidate], gate: Gate) -> None:
    """Write an SVG that is the same for the same figures."""
    # Imported here: it takes half a second, and only reports need it.
    import matplotlib as mpl
    from matplotlib.figure import Figure

    judged = [(c, _point(c.judgement)) for c in candidates if c.judgement]
    judged.sort(key=lambda pair: pair[1])
    with mpl.rc_context({"svg.hashsalt": "report", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(10, 6.2), layout="constrained")
        axes = figure.subplots()
        line = min(LINE, 0.98 / max(len(judged), 1))
        for number, (candidate, point) in enumerate(judged, 1):
            colour = _colour(candidate)
            axes.scatter(*point, s=26, color=colour, zorder=3)
            if candidate.chosen:
                axes.scatter(*point, s=130, facecolors="none", edgecolors=colour, zorder=3)
            text = f"{number}  {candidate.recipe}{' (chosen)' if candidate.chosen else ''}"
            spot = (1.02, 1 - line * number)
            axes.annotate(text, spot, xycoords="axes fraction", color=colour)
        _frame(axes, gate)
        _number(figure, axes, judged)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _point(judgement: Judgement) -> tuple[float, float]:
    return speed(judgement.timings), max(1 - judgement.closeness.mean_cosine, NEAREST)


def _colour(candidate: Candidate) -> str:
    return CHOSEN if candidate.chosen else REFUSED if candidate.objection else INK


def _frame(axes: Any, gate: Gate) -> None:
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    axes.axhline(max(1 - gate.min_cosine, NEAREST), color=REFUSED, linewidth=1, linestyle="--")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="milliseconds a run, geometric mean over lengths and batches, one thread",
        ylabel="1 - mean cosine to the original: nearer is up; the gate is dashed",
    )
    axes.margins(0.08)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(visible=True, linewidth=0.3, color="#c8d0d4")
    axes.spines[["top", "right"]].set_visible(False)


def _number(
    figure: Any, axes: Any, judged: Sequence[tuple[Candidate, tuple[float, float]]]
) -> None:
    """Put a number beside each dot, joined to it by a line."""
    figure.draw_without_rendering()  # else it is not known yet where the dots lie
    scale = 72 / figure.dpi
    dots = [
        (float(x) * scale, float(y) * scale)
        for x, y in (axes.transData.transform(point) for _, point in judged)
    ]
    for number, ((candidate, point), dot, place) in enumerate(
        zip(judged, dots, places(dots), strict=True), 1
    ):
        axes.annotate(
            str(number),
            point,
            (place[0] - dot[0], place[1] - dot[1]),
            textcoords="offset points",
            arrowprops={
                "arrowstyle": "-",
                "color": _colour(candidate),
                "linewidth": 0.5,
                "shrinkA": 0,
                "shrinkB": 2,
            },
            ha="center",
            va="center",
            color=_colour(candidate),
            fontsize=8,
            zorder=4,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        ).set_in_layout(False)
