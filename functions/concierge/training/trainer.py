"""Trains the behaviour model on the whole archive and puts it in force."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger

from concierge.artifacts.store import ArtifactStore, Pointer
from concierge.errors import PointerMoved
from concierge.files.limits import Limits
from concierge.files.scratch import open_scratch
from concierge.retrieval.behaviour_snapshot import write_behaviour
from concierge.training.archive import Account, Actions, ArchiveParts
from concierge.training.popularity import popularity

# Two trainings end at once at most: one by schedule, one after an import.
ATTEMPTS = 3

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Training:
    """What a training did; no snapshot id means that there was nothing to learn from."""

    account: Account
    items: int = 0
    snapshot_id: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        events = self.account.events
        counts = {"events": events, "items": self.items, "snapshot_id": self.snapshot_id}
        return asdict(self.account) | counts


class Trainer:
    """Trains on everything that the archive holds."""

    def __init__(
        self,
        parts: ArchiveParts,
        store: ArtifactStore,
        folder: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._parts = parts
        self._store = store
        self._folder = folder
        self._now = now

    def train(self) -> Training:
        """Read the archive, and publish a behaviour snapshot unless it is empty."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            folder = Path(name)
            with open_scratch(folder) as scratch:
                actions = Actions(scratch, Limits())
                actions.read(self._parts, self._now())
                scores = popularity(actions)
            training = Training(actions.account)
            if scores:
                new = folder / "new"
                new.mkdir()
                write_behaviour(new, scores, asdict(actions.account))
                pointer = self._publish(new)
                training = Training(actions.account, len(scores), pointer.id)
        logger.info("trained", **training.to_record())
        return training

    def _publish(self, folder: Path) -> Pointer:
        """Flip the pointer; who read the archive last is right, so a moved pointer is taken over."""
        for _ in range(ATTEMPTS):
            try:
                return self._store.publish("behaviour", folder, self._store.current("behaviour"))
            except PointerMoved:
                continue
        raise PointerMoved(f"behaviour was published {ATTEMPTS} times meanwhile")
