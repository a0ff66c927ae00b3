"""Where candidates are kept while an export goes on, so that an interrupted one resumes.

The folder lies beside the output and is for one order: another order clears it first.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model_export.encoders.making import Made
from model_export.encoders.recipes import Recipe, Target
from model_export.errors import UnusableFolder, UnusableModel
from model_export.evidence.records import candidate_from_json, candidate_to_json
from model_export.judging.judgement import Candidate

ORDER_FILE, LOCK_FILE = "order.json", "lock"
TRUTH_FILE, TRIED_FILE = "truth.npy", "tried.json"


@dataclass(frozen=True, slots=True)
class Tried:
    """A recipe, what came of making it, and what was found out about it."""

    recipe: Recipe
    made: Made
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Workshop:
    """The folder of one order."""

    folder: Path

    @property
    def exported(self) -> Path:
        """Return the folder of the plain export, finished once the original's vectors are kept."""
        return self.folder / "exported"

    def truth(self) -> NDArray[np.float32] | None:
        """Return the original's vectors, float32 [texts, width], or None where there are none yet."""
        path = self.folder / TRUTH_FILE
        return np.load(path) if path.is_file() else None

    def keep_truth(self, vectors: NDArray[np.float32]) -> None:
        """Keep the original's vectors; from now on neither it nor its export is needed again."""
        unfinished = self.folder / f"unfinished-{TRUTH_FILE}"
        np.save(unfinished, vectors)
        unfinished.rename(self.folder / TRUTH_FILE)

    def graph(self, target: Target, recipe: Recipe) -> Path:
        """Return where the graph of a candidate lies."""
        return self.folder / target / recipe.name / f"{target}.onnx"

    def begin(self, target: Target, recipe: Recipe) -> Path:
        """Clear the place of a candidate, and return where its graph is to be written."""
        graph = self.graph(target, recipe)
        shutil.rmtree(graph.parent, ignore_errors=True)
        graph.parent.mkdir(parents=True)
        return graph

    def finished(self, target: Target, recipe: Recipe) -> Tried | None:
        """Return what came of a recipe that was judged before, or None."""
        path = self.graph(target, recipe).with_name(TRIED_FILE)
        if not path.is_file():
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Tried(recipe, Made(**kept["made"]), candidate_from_json(kept["candidate"]))

    def keep(self, target: Target, tried: Tried) -> None:
        """Keep what came of a recipe, once all of it is known."""
        unfinished = self.graph(target, tried.recipe).with_name(f"unfinished-{TRIED_FILE}")
        kept = {"made": asdict(tried.made), "candidate": candidate_to_json(tried.candidate)}
        unfinished.write_text(json.dumps(kept), encoding="utf-8")
        unfinished.rename(unfinished.with_name(TRIED_FILE))


def workshop_of(out: Path) -> Path:
    """Return the workshop's folder for an output folder."""
    return out.parent / f".{out.name}-candidates"


@contextmanager
def open_workshop(out: Path, order: str) -> Iterator[Workshop]:
    """Give the workshop of an order, emptied if it was another's; one export at a time.

    `order` identifies what is exported and how it is judged. The folder is left for the next run
    if this one fails or is interrupted, but not for a model that can never be exported.
    """
    folder = workshop_of(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK_FILE).open("w")
    except OSError as error:
        raise UnusableFolder(f"cannot write beside {out}: {error}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UnusableFolder(f"another export is writing {out}; wait for it") from error
        _empty_unless(folder, order)
        try:
            yield Workshop(folder)
        except UnusableModel:
            shutil.rmtree(folder)
            raise
        shutil.rmtree(folder)


def _empty_unless(folder: Path, order: str) -> None:
    stated = folder / ORDER_FILE
    if stated.is_file() and stated.read_text(encoding="utf-8") == order:
        return
    for left in folder.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        elif left.name != LOCK_FILE:
            left.unlink()
    stated.write_text(order, encoding="utf-8")
