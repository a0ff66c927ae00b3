"""`export`: a sentence encoder, from Hugging Face's layout to a folder that functions load."""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from concierge.artifacts.manifest import read_manifest, sha256_of
from concierge.artifacts.store import SigningStore
from concierge.errors import BrokenArtifact
from model_export.encoders.recipes import TARGETS, Recipe, Target, chosen_recipes, this_machine
from model_export.errors import UnusableOption
from model_export.evidence.provenance import Asked, finished_before, origin_of
from model_export.judging.gate import MAX_QUALITY_DROP, MIN_COSINE, Gate
from model_export.judging.judging import EFFORTS
from model_export.judging.probes import built_in_tasks
from model_export.judging.task_files import Task, read_task
from model_export.languages.merging import Added, merge
from model_export.languages.pack import find_pack, read_pack
from model_export.progress import Progress
from model_export.publishing.placing import check_replaceable
from model_export.reading.blueprint import Blueprint, read_blueprint, with_prefixes
from model_export.reading.sources import DEFAULT_MODEL, Source, find_source
from model_export.reading.tokens import read_tokenizer
from model_export.reading.weights import check_weights, weights_sha256


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="%(default)s (the default, from a pinned package), a folder in Hugging Face's "
        "layout, or a Hub id with its revision: owner/name@commit",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write; replaced whole"
    )
    parser.add_argument(
        "--target",
        dest="targets",
        type=_targets,
        default=(this_machine(),),
        metavar="CPU,CPU",
        help=f"the CPUs that will run it: {', '.join(TARGETS)} (default: this machine's)",
    )
    parser.add_argument(
        "--recipes",
        default="all",
        metavar="all|default|NAME,NAME",
        help="candidates to try; `default` is the one that won for the default model",
    )
    parser.add_argument(
        "--effort",
        choices=tuple(EFFORTS),
        default="full",
        help="how thoroughly candidates are timed (default: full)",
    )
    _add_gate(parser)
    _add_use(parser)
    parser.add_argument(
        "--force", action="store_true", help="export again even if DIR is up to date"
    )
    _add_publishing(parser)


def run(options: argparse.Namespace, stream: TextIO) -> int:
    """Export, and publish where that is asked for."""
    # Opened before the export begins, so that a wrong address costs no time.
    store = _store(options) if options.publish else None
    check_replaceable(options.out)
    source = find_source(options.model)
    blueprint = _blueprint(options, source.folder)
    check_weights(source.folder)
    _export(options, source, blueprint, stream)
    if store:
        _publish(options, store)
    return 0


def _export(
    options: argparse.Namespace, source: Source, blueprint: Blueprint, stream: TextIO
) -> None:
    added = _added(options.packs, source, blueprint)
    tasks = [*_tasks(options.tasks), *(added.tasks if added else ())]
    dimensions = options.dimensions or blueprint.width
    asked = Asked(
        origin_of(source, _use(options, blueprint, dimensions, added)),
        {target: _recipes(options.recipes, target) for target in options.targets},
        Gate(options.min_cosine, options.max_quality_drop / 100),
        EFFORTS[options.effort],
    )
    before = finished_before(options.out, asked)
    if before and not options.force:
        print(f"{options.out} is up to date: {before.id}")
        return
    # Imported here: torch takes seconds, which a run with nothing to do should not cost.
    from model_export.encoders import pipeline

    if added:
        blueprint = replace(blueprint, vocabulary=blueprint.vocabulary + len(added.rows))
    order = pipeline.Order(source.folder, blueprint, dimensions, asked, tasks, added)
    progress = Progress(stream, pipeline.steps_of(asked))
    if not blueprint.pooling_is_stated:
        progress.warn(f"{source.name} has no 1_Pooling/config.json; its tokens are averaged")
    for name in _heads_of(options.out):
        progress.warn(
            f"the head {name} of the model before is not kept; train it again with `head`"
        )
    manifest = pipeline.export_model(order, options.out, progress)
    print(f"{options.out} holds {source.name} as {manifest.id}")


def _added(names: Sequence[str], source: Source, blueprint: Blueprint) -> Added | None:
    """Read the packs that were asked for, or raise UnusablePack."""
    if not names:
        return None
    tokenizer = read_tokenizer(source.folder, blueprint.vocabulary)
    weights = weights_sha256(source.folder)
    packs = [read_pack(find_pack(name), tokenizer, weights) for name in names]
    return merge(packs, blueprint.vocabulary)


def _tasks(paths: Sequence[Path]) -> list[Task]:
    tasks = [*built_in_tasks(), *(read_task(path) for path in paths)]
    names = Counter(task.name for task in tasks)
    repeated = [name for name, count in names.items() if count > 1]
    if repeated:
        raise UnusableOption(f"--task: two tasks are called {repeated[0]}; rename one file")
    return tasks


def _heads_of(out: Path) -> list[str]:
    """Return the names of the heads of a model that will be replaced."""
    try:
        return sorted(read_manifest(out).details.get("heads", {}))
    except (BrokenArtifact, OSError):
        return []


def _add_gate(parser: argparse.ArgumentParser) -> None:
    gate = parser.add_argument_group("the gate")
    gate.add_argument(
        "--min-cosine",
        type=_cosine,
        default=MIN_COSINE,
        metavar="X",
        help="least mean cosine to the original's vectors (default %(default)s)",
    )
    gate.add_argument(
        "--max-quality-drop",
        type=float,
        default=MAX_QUALITY_DROP * 100,
        metavar="PERCENT",
        help="most that the mean of the tasks may fall (default %(default)s)",
    )
    gate.add_argument(
        "--task",
        dest="tasks",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="judge by this task too (JSON Lines; may be given again)",
    )


def _add_use(parser: argparse.ArgumentParser) -> None:
    use = parser.add_argument_group("how the model is used, where its own files do not say")
    use.add_argument(
        "--languages",
        type=lambda text: text.split(","),
        default=["en"],
        metavar="EN,ZH",
        help="languages that it knows by itself (default: en)",
    )
    use.add_argument(
        "--packs",
        type=lambda text: [name for name in text.split(",") if name],
        default=[],
        metavar="ZH,DIR",
        help="add languages: codes of prebuilt packs, or folders made by `language-pack build`",
    )
    use.add_argument("--query-prefix", metavar="TEXT", help="put before queries, such as 'query: '")
    use.add_argument("--passage-prefix", metavar="TEXT", help="put before what is searched")
    use.add_argument(
        "--dimensions", type=int, metavar="N", help="keep the first N, if the quality holds"
    )


def _add_publishing(parser: argparse.ArgumentParser) -> None:
    publishing = parser.add_argument_group("publishing")
    publishing.add_argument(
        "--publish", metavar="s3://BUCKET", help="upload the model and flip the pointer to it"
    )
    publishing.add_argument(
        "--endpoint-url", metavar="URL", help="another AWS, such as a local stack's"
    )
    publishing.add_argument(
        "--sign-with", metavar="KEY", help="sign the manifest with this KMS key (id, alias or ARN)"
    )


def _blueprint(options: argparse.Namespace, folder: Path) -> Blueprint:
    blueprint = with_prefixes(read_blueprint(folder), options.query_prefix, options.passage_prefix)
    if options.dimensions is not None and not 1 <= options.dimensions <= blueprint.width:
        raise UnusableOption(
            f"--dimensions {options.dimensions}: the model has {blueprint.width}; give 1 to that"
        )
    return blueprint


def _use(
    options: argparse.Namespace, blueprint: Blueprint, dimensions: int, added: Added | None
) -> Mapping[str, Any]:
    """Return what was asked for and changes the result, for the manifest."""
    languages = dict.fromkeys([*options.languages, *(added.languages if added else ())])
    return {
        "languages": list(languages),
        "packs": [dict(stated) for stated in added.stated] if added else [],
        "dimensions": dimensions,
        "query_prefix": blueprint.query_prefix,
        "passage_prefix": blueprint.passage_prefix,
        "task_files": {path.name: sha256_of(path) for path in options.tasks},
    }


def _recipes(names: str, target: Target) -> Sequence[Recipe]:
    try:
        return chosen_recipes(names, target)
    except ValueError as error:
        raise UnusableOption(f"--recipes: {error}") from error


def _store(options: argparse.Namespace) -> SigningStore:
    from model_export.publishing.publishing_s3 import s3_store

    return s3_store(options.publish, options.endpoint_url, options.sign_with)


def _publish(options: argparse.Namespace, store: SigningStore) -> None:
    from model_export.publishing.publishing_s3 import publish

    pointer, flipped = publish(store, options.out)
    print(f"{pointer.id} {'is now' if flipped else 'was already'} in force")


def _targets(text: str) -> tuple[Target, ...]:
    known: dict[str, Target] = {target: target for target in TARGETS}
    unknown = [name for name in text.split(",") if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is not one of {', '.join(TARGETS)}")
    return tuple(known[name] for name in dict.fromkeys(text.split(",")))


def _cosine(text: str) -> float:
    value = float(text)
    if not -1 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between -1 and 1")
    return value
