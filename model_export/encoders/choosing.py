"""Tries the candidates for one target, and chooses the fastest that passes the gate."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from model_export.encoders.making import Exported, Made, make_candidate
from model_export.encoders.recipes import ORIGINAL, Recipe, Target
from model_export.encoders.workshop import Tried, Workshop
from model_export.errors import DiffersFromOriginal, ExportError, TooFarFromOriginal
from model_export.judging.gate import Gate
from model_export.judging.judgement import Candidate, Judgement
from model_export.judging.judging import Judge
from model_export.judging.latency import speed
from model_export.progress import Progress

# The plain graph must be the original itself; rounding in another order costs a millionth.
SAME_AS_ORIGINAL = 0.9999
# Candidates this near to the fastest are timed again, in turns.
FINALISTS = 1.25
# Nearer than timing can tell: the smallest of them loads soonest.
EVEN = 1.03


class Trial:
    """The trial of recipes for one target; what is finished is kept in the workshop."""

    def __init__(
        self,
        workshop: Workshop,
        exported: Exported,
        judge: Judge,
        target: Target,
        progress: Progress,
    ) -> None:
        self._workshop = workshop
        self._exported = exported
        self._judge = judge
        self._target = target
        self._progress = progress

    def run(self, recipes: Sequence[Recipe]) -> list[Tried]:
        """Make and judge the original's plain graph and each recipe.

        Raises DiffersFromOriginal where even the plain graph gives other vectors.
        """
        reference = self._try(ORIGINAL, {})
        judgement = reference.candidate.judgement
        if not (judgement and judgement.closeness.worst_cosine >= SAME_AS_ORIGINAL):
            raise DiffersFromOriginal(
                "the plain ONNX graph already differs from the original "
                f"(worst cosine {judgement.closeness.worst_cosine if judgement else 0:.4f}); "
                "its architecture is exported wrongly"
            )
        originals = {task.task: task.score for task in judgement.tasks}
        others = [recipe for recipe in recipes if recipe != ORIGINAL]
        return [reference, *(self._try(recipe, originals) for recipe in others)]

    def time_again(self, finalists: Sequence[Tried]) -> list[Tried]:
        """Time the finalists in turns, so that a noisy minute befalls all of them."""
        graphs = [self._workshop.graph(self._target, tried.recipe) for tried in finalists]
        with self._progress.step(f"timing {len(graphs)} finalists for {self._target} in turns"):
            timings = self._judge.timings(graphs)
        again = []
        for tried, cells in zip(finalists, timings, strict=True):
            judgement = replace(_judgement(tried), timings=cells)
            again.append(replace(tried, candidate=replace(tried.candidate, judgement=judgement)))
        return again

    def _try(self, recipe: Recipe, originals: Mapping[str, float]) -> Tried:
        with self._progress.step(f"{recipe.name} for {self._target}") as remarks:
            kept = self._workshop.finished(self._target, recipe)
            tried = kept or self._make_and_judge(recipe, originals)
            remarks.extend([_figures(tried.candidate), *(["as before"] if kept else [])])
        return tried

    def _make_and_judge(self, recipe: Recipe, originals: Mapping[str, float]) -> Tried:
        graph = self._workshop.begin(self._target, recipe)
        made, judgement, objection = Made({}, 0), None, ""
        try:
            made = make_candidate(self._exported, recipe, graph)
            originals = originals or self._judge.task_scores(graph)
            judgement = self._judge.judge(graph, originals)
        except (ExportError, OSError):  # a full disk is no property of a candidate
            raise
        except Exception as error:
            # onnxruntime and its quantisers raise anything; one recipe must not end the others.
            if recipe == ORIGINAL:
                raise
            objection = f"cannot be made: {' '.join(str(error).split())[:200]}"
        candidate = Candidate(recipe.name, recipe.summary, judgement, objection)
        tried = Tried(recipe, made, candidate)
        self._workshop.keep(self._target, tried)
        return tried


def weigh(
    tried: Sequence[Tried], asked: Sequence[Recipe], gate: Gate, target: Target
) -> list[Tried]:
    """State everything that speaks against each candidate."""
    weighed = []
    for one in tried:
        objections = [one.candidate.objection, one.recipe.objection(target)]
        if one.candidate.judgement:
            objections += gate.objections(one.candidate.judgement)
        if one.recipe not in asked:
            objections.append("only for comparison")
        text = "; ".join(filter(None, objections))
        weighed.append(replace(one, candidate=replace(one.candidate, objection=text)))
    return weighed


def finalists(weighed: Sequence[Tried]) -> list[Tried]:
    """Return the candidates without objection that may be the fastest.

    Raises TooFarFromOriginal, naming each number that failed, where there is none.
    """
    eligible = [tried for tried in weighed if not tried.candidate.objection]
    if not eligible:
        reasons = [
            f"{tried.recipe.name}: {tried.candidate.objection}"
            for tried in weighed
            if tried.recipe != ORIGINAL
        ]
        raise TooFarFromOriginal(f"no candidate passes the gate: {' | '.join(reasons)}")
    limit = FINALISTS * min(_speed(tried) for tried in eligible)
    return [tried for tried in eligible if _speed(tried) <= limit]


def choose(finals: Sequence[Tried]) -> Tried:
    """Return the fastest; of those that are even with it, the smallest."""
    limit = EVEN * min(_speed(tried) for tried in finals)
    even = [tried for tried in finals if _speed(tried) <= limit]
    return min(even, key=lambda tried: (_judgement(tried).footprint.file_mb, _speed(tried)))


def _speed(tried: Tried) -> float:
    return speed(_judgement(tried).timings)


def _judgement(tried: Tried) -> Judgement:
    if tried.candidate.judgement is None:
        raise ValueError(f"{tried.recipe.name} was not judged")
    return tried.candidate.judgement


def _figures(candidate: Candidate) -> str:
    judgement = candidate.judgement
    if judgement is None:
        return candidate.objection
    cosine = judgement.closeness.mean_cosine
    return f"cosine {cosine:.4f}, {speed(judgement.timings):.2f} ms, {judgement.footprint.file_mb:.0f} MB"
