"""From a source to a folder on disk: the candidates of each target, the chosen ones, the evidence."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from concierge.artifacts.manifest import Manifest, describe_folder
from concierge.language.lexicon import write_lexicon
from model_export.encoders import original
from model_export.encoders.choosing import Trial, choose, finalists, weigh
from model_export.encoders.making import Exported
from model_export.encoders.recipes import ORIGINAL, Recipe, Target, this_machine
from model_export.encoders.workshop import Tried, Workshop, open_workshop
from model_export.errors import TooFarFromOriginal
from model_export.evidence.machine import describe_machine
from model_export.evidence.provenance import Asked
from model_export.evidence.report import REPORT, ReportFacts, write_report
from model_export.evidence.specimen import specimen
from model_export.judging.judgement import Candidate
from model_export.judging.judging import Judge, Yardstick
from model_export.judging.sentences import TEXTS
from model_export.judging.task_files import Task
from model_export.judging.tasks import quality_drop
from model_export.languages.merging import Added
from model_export.progress import Progress
from model_export.publishing.placing import put_in_place, workplace
from model_export.reading.blueprint import Blueprint
from model_export.reading.tokens import read_tokenizer, token_ids


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, from which folder, and by which tasks it is judged.

    The blueprint's vocabulary counts the tokens that language packs add.
    """

    folder: Path
    blueprint: Blueprint
    dimensions: int
    asked: Asked
    tasks: Sequence[Task]
    added: Added | None = None

    @property
    def identity(self) -> str:
        """Return a text that is equal where finished candidates can be used again."""
        facts = [asdict(self.blueprint), self.asked.effort.name, dict(self.asked.origin)]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def steps_of(asked: Asked) -> int:
    """Return how many steps of progress an export has at most."""
    # Two for the original; for each target its plain graph, the recipes and the finalists.
    return 2 + sum(len({ORIGINAL, *recipes}) + 1 for recipes in asked.recipes.values())


def export_model(order: Order, out: Path, progress: Progress) -> Manifest:
    """Try, choose and put in place; an error or an interruption leaves `out` as it was."""
    with open_workshop(out, order.identity) as workshop, workplace(out) as scratch:
        finished = scratch / "finished"
        finished.mkdir()
        exported, yardstick = _prepare(order, workshop, progress)
        yardstick.tokenizer.save(str(finished / "tokenizer.json"))
        lexicon = write_lexicon(finished, yardstick.lexicon) if yardstick.lexicon else None
        if not any(task.language in yardstick.languages for task in order.tasks):
            progress.warn("no task is in a language that the model knows; closeness alone counts")
        choices: dict[Target, Choice] = {}
        for target, recipes in order.asked.recipes.items():
            judge = Judge(yardstick, exact=target != this_machine())
            trial = Trial(workshop, exported, judge, target, progress)
            chosen, candidates = _choose(trial, recipes, target, order, workshop)
            graph = workshop.graph(target, chosen.recipe)
            for file in graph.parent.glob(f"{graph.name}*"):
                shutil.copy2(file, finished)
            choices[target] = Choice(chosen, candidates, specimen(judge.encoder(graph)))
            _warn(chosen, order.blueprint, progress)
        tried: dict[str, Sequence[Candidate]] = {
            target: choice.candidates for target, choice in choices.items()
        }
        evidence = write_report(finished, _facts(order), tried)
        manifest = describe_folder(
            finished, "model", details=_details(order, choices, lexicon), evidence=evidence
        )
        put_in_place(finished, out)
    progress.close()
    return manifest


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen candidate of a target among all that were tried, and some of its vectors."""

    chosen: Tried
    candidates: tuple[Candidate, ...]
    specimen: Mapping[str, Sequence[float]]


def _choose(
    trial: Trial, recipes: Sequence[Recipe], target: Target, order: Order, workshop: Workshop
) -> tuple[Tried, tuple[Candidate, ...]]:
    weighed = weigh(trial.run(recipes), recipes, order.asked.gate, target)
    try:
        finals = finalists(weighed)
    except TooFarFromOriginal as error:
        write_report(workshop.folder, _facts(order), {target: [one.candidate for one in weighed]})
        raise TooFarFromOriginal(f"{error}; all figures: {workshop.folder / REPORT}") from error
    if len(finals) > 1:
        finals = trial.time_again(finals)
    chosen = choose(finals)
    again = {one.recipe: one for one in finals}
    candidates = [again.get(one.recipe, one) for one in weighed]
    marked = [replace(one.candidate, chosen=one.recipe == chosen.recipe) for one in candidates]
    return chosen, tuple(marked)


def _prepare(order: Order, workshop: Workshop, progress: Progress) -> tuple[Exported, Yardstick]:
    """Load and export the original, unless an interrupted run did so; return what is held against it."""
    blueprint = order.blueprint
    tokenizer = read_tokenizer(order.folder, blueprint.vocabulary)
    lexicon = order.added.lexicon if order.added else None
    spoken = [*TEXTS, *(order.added.examples if order.added else ())]
    texts = token_ids(tokenizer, spoken, blueprint.max_tokens, lexicon)
    truth = workshop.truth()
    if truth is None:
        with progress.step("loading the original"):
            model = original.load_original(order.folder)
            if order.added:
                original.add_tokens(model, order.added.rows)
            truth = original.true_vectors(
                model, blueprint.pooling, texts, dimensions=order.dimensions
            )
        with progress.step("exporting to ONNX with optimum"):
            original.export_onnx(model, workshop.exported)
        workshop.keep_truth(truth)
    exported = Exported(workshop.exported / "model.onnx", blueprint, order.dimensions, texts)
    yardstick = Yardstick(
        blueprint,
        order.dimensions,
        tokenizer,
        texts,
        truth,
        order.tasks,
        languages=frozenset(order.asked.origin["languages"]),
        effort=order.asked.effort,
        lexicon=lexicon,
    )
    return exported, yardstick


def _warn(chosen: Tried, blueprint: Blueprint, progress: Progress) -> None:
    attention = chosen.made.fused.get("Attention", 0)
    if chosen.recipe.fusion != "none" and attention != blueprint.layers:
        progress.warn(
            f"attention was fused in {attention} of {blueprint.layers} layers; "
            "the model works, but slower than it could"
        )


def _facts(order: Order) -> ReportFacts:
    source, blueprint = order.asked.origin["source"], order.blueprint
    return ReportFacts(
        model=source["name"],
        made_of={
            "source": " ".join(filter(None, (source["kind"], source["name"], source["revision"]))),
            "weights": f"sha256 {source['weights_sha256']}",
            "architecture": f"{blueprint.architecture}, {blueprint.layers} layers, "
            f"{blueprint.heads} heads, {order.dimensions} dimensions, {blueprint.pooling} pooling, "
            f"{blueprint.max_tokens} tokens",
            "tools": ", ".join(f"{n} {v}" for n, v in order.asked.origin["tools"].items()),
        },
        machine=describe_machine(),
        gate=order.asked.gate,
        date=datetime.now(UTC).date().isoformat(),
    )


def _details(
    order: Order, choices: Mapping[Target, Choice], lexicon: Mapping[str, int] | None
) -> dict[str, Any]:
    blueprint = order.blueprint
    return {
        **order.asked.origin,
        **({"lexicon": lexicon} if lexicon else {}),
        "architecture": blueprint.architecture,
        "max_tokens": blueprint.max_tokens,
        "pooling": blueprint.pooling,
        "normalised": True,
        "opset": original.OPSET,
        "inputs": ["input_ids", "attention_mask"],
        "output": "embedding",
        "gate": asdict(order.asked.gate),
        "targets": {target: _stated(choice, order) for target, choice in choices.items()},
    }


def _stated(choice: Choice, order: Order) -> dict[str, Any]:
    """Return what the manifest says of one target's graph."""
    chosen = choice.chosen
    judgement = chosen.candidate.judgement
    return {
        "recipe": chosen.recipe.name,
        "fused": dict(chosen.made.fused),
        "int8_products": chosen.made.int8_products,
        "judgement": asdict(judgement) if judgement else None,
        "quality_drop": quality_drop(judgement.tasks) if judgement else None,
        "effort": order.asked.effort.name,
        "measured_on": describe_machine(),
        "specimen": dict(choice.specimen),
        "tried": [candidate.recipe for candidate in choice.candidates],
    }
