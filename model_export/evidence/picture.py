"""Latency against closeness of all candidates, as a picture."""

from collections.abc import Sequence
from pathlib import Path

from model_export.judging.gate import Gate
from model_export.judging.judgement import Candidate
from model_export.judging.latency import speed

INK, CHOSEN, REFUSED = "#2b3a42", "#0a7f5a", "#b8442c"
# Distances to the original differ by powers of ten, and so does what is lost.
NEAREST = 1e-6


def draw(path: Path, candidates: Sequence[Candidate], gate: Gate) -> None:
    """Write an SVG that is the same for the same figures."""
    # Imported here: it takes half a second, and only reports need it.
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    judged = [(c, c.judgement) for c in candidates if c.judgement]
    with mpl.rc_context({"svg.hashsalt": "report", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(10, 6.2), layout="constrained")
        axes = figure.subplots()
        legend = []
        ordered = sorted(judged, key=lambda pair: speed(pair[1].timings))
        for number, (candidate, judgement) in enumerate(ordered, 1):
            x, y = speed(judgement.timings), max(1 - judgement.closeness.mean_cosine, NEAREST)
            colour = CHOSEN if candidate.chosen else REFUSED if candidate.objection else INK
            axes.scatter(x, y, s=220 if candidate.chosen else 120, color=colour, zorder=3)
            axes.annotate(
                str(number), (x, y), ha="center", va="center", color="white", fontsize=8, zorder=4
            )
            legend.append((f"{number}  {candidate.recipe}", colour))
        axes.axhline(1 - gate.min_cosine, color=REFUSED, linewidth=1, linestyle="--")
        axes.set(
            xscale="log",
            yscale="log",
            xlabel="milliseconds a run, geometric mean over lengths and batches, one thread",
            ylabel="1 - mean cosine to the original: nearer is up; the gate is dashed",
        )
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.grid(visible=True, which="both", linewidth=0.3, color="#c8d0d4")
        axes.spines[["top", "right"]].set_visible(False)
        for place, (text, colour) in enumerate(legend):
            axes.annotate(
                text, (1.02, 0.98 - 0.055 * place), xycoords="axes fraction", color=colour
            )
        figure.savefig(path, format="svg", metadata={"Date": None})
