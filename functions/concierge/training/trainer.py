"""Trains the behaviour model on the whole archive, and puts it in force if it is no worse."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger

from concierge.artifacts.store import ArtifactStore, Pointer
from concierge.errors import BrokenArtifact, PointerMoved
from concierge.retrieval.behaviour_snapshot import Behaviour, BehaviourSnapshot, write_behaviour
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.training.bots import quarantined
from concierge.training.event_log import Account, ArchiveParts, Events, read_log
from concierge.training.judging import Judgement, judge
from concierge.training.learning import learn, weighted
from concierge.training.outcomes import outcomes
from concierge.training.outcomes_page import page
from concierge.training.queries import NO_QUERIES, Queries, QueryNotes
from concierge.training.searches import searches
from concierge.training.searches_page import searches_page

# Two trainings end at once at most: one by schedule, one after an import.
ATTEMPTS = 3

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Training:
    """What a training did; without a snapshot id there was nothing to learn, or nothing better."""

    account: Account
    items: int = 0
    judgement: Judgement = field(default_factory=Judgement)
    quarantined: dict[str, dict[str, int]] = field(default_factory=dict)
    snapshot_id: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        made = {"events": self.account.events, "items": self.items, "snapshot_id": self.snapshot_id}
        judged = {"judgement": self.judgement.to_record(), "quarantined": self.quarantined}
        return asdict(self.account) | made | judged


@dataclass(frozen=True, slots=True)
class Reading:
    """What people did, where the lines of the archive went, and what each rule left out.

    Where `queries` are not read, nothing is told of searches.
    """

    log: Events
    account: Account
    quarantined: dict[str, dict[str, int]]
    queries: Queries = NO_QUERIES


def read_people(parts: ArchiveParts, now: datetime) -> Reading:
    """Read the archive without what no person did."""
    notes = QueryNotes()
    everything, account = read_log(parts, now, notes.note)
    suspects = quarantined(everything)
    caught = {rule: asdict(found) for rule, found in suspects.by_rule.items()}
    return Reading(everything[~suspects.mask], account, caught, notes.queries())


class Trainer:
    """Trains on everything that the archive holds.

    Where that is too much for one machine, `read` returns the log of a sample of the actors, and
    `learner` learns from everybody what it is given, and all who are not in the sample.
    """

    def __init__(
        self,
        parts: ArchiveParts,
        store: ArtifactStore,
        folder: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        read: Callable[[ArchiveParts, datetime], Reading] = read_people,
        learner: Callable[[Events], Behaviour] = learn,
    ) -> None:
        self._parts = parts
        self._store = store
        self._folder = folder
        self._now = now
        self._read = read
        self._learn = learner

    def train(self) -> Training:
        """Read the archive, and publish a behaviour snapshot unless it is empty or worse."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            reading = self._read(self._parts, self._now())
            training = self._trained(reading, Path(name))
            training = replace(training, quarantined=reading.quarantined)
        logger.info("trained", **training.to_record())
        return training

    def _trained(self, reading: Reading, folder: Path) -> Training:
        log, account = reading.log, reading.account
        if not ((log["item"] != 0) & (log["weight"] != 0)).any():
            return Training(account)
        judgement = judge(log, self._catalogue(folder), self._in_force(folder), self._learn)
        if judgement.is_worse:
            return Training(account, judgement=judgement)
        model = weighted(self._learn(log), judgement.weights)
        new = folder / "new"
        new.mkdir()
        outcome = outcomes(log, len(model))
        searched = searches(log, reading.queries)
        evidence = {
            "outcomes.json": _json(outcome.to_record()),
            "outcomes.md": page(outcome),
            "searches.json": _json(searched.to_record()),
            "searches.md": searches_page(searched),
        }
        for file_name, text in evidence.items():
            (new / file_name).write_text(text, "utf-8")
        details = asdict(account) | {
            "trained_until": float(log["at"].max()),
            "judgement": judgement.to_record(),
        }
        write_behaviour(new, model, details, tuple(evidence), searched.suggested)
        return Training(account, len(model), judgement, snapshot_id=self._publish(new).id)

    def _catalogue(self, folder: Path) -> CatalogueSnapshot | None:
        pointer = self._store.current("catalogue")
        if pointer is None:
            return None
        place = folder / "catalogue"
        self._store.fetch("catalogue", pointer.id, place, pointer.manifest_sha256)
        return CatalogueSnapshot.open(place)

    def _in_force(self, folder: Path) -> BehaviourSnapshot | None:
        """Return the model to beat; one that cannot be read is no match."""
        pointer = self._store.current("behaviour")
        if pointer is None:
            return None
        place = folder / "behaviour"
        try:
            self._store.fetch("behaviour", pointer.id, place, pointer.manifest_sha256)
            return BehaviourSnapshot.open(place)
        except BrokenArtifact as error:
            logger.warning("the model in force cannot be read", reason=str(error))
            return None

    def _publish(self, folder: Path) -> Pointer:
        """Flip the pointer; who read the archive last is right, so a moved pointer is taken over."""
        for _ in range(ATTEMPTS):
            try:
                return self._store.publish("behaviour", folder, self._store.current("behaviour"))
            except PointerMoved:
                continue
        raise PointerMoved(f"behaviour was published {ATTEMPTS} times meanwhile")


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False)
