"""The snapshot in force: loaded once, checked every few seconds, swapped without a redeploy."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from aws_lambda_powertools import Logger

from concierge.artifacts.manifest import ArtifactKind
from concierge.artifacts.store import ArtifactStore, Pointer, Wanted
from concierge.errors import BrokenArtifact, Unavailable, Warming

T = TypeVar("T")

logger = Logger(child=True)


class Live(Generic[T]):
    """Holds what the pointer of one kind points at, opened by `opener`; `wanted` names its files."""

    def __init__(
        self,
        store: ArtifactStore,
        kind: ArtifactKind,
        opener: Callable[[Path], T],
        folder: Path,
        check_s: float,
        clock: Callable[[], float] = time.monotonic,
        wanted: Wanted | None = None,
    ) -> None:
        self._store = store
        self._kind: ArtifactKind = kind
        self._opener = opener
        self._folder = folder
        self._check_s = check_s
        self._clock = clock
        self._wanted = wanted
        self._checked_at = float("-inf")
        self._pointer: Pointer | None = None
        self._value: T | None = None

    def get(self) -> T:
        """Return the snapshot in force, or raise Warming where nothing was ever published."""
        if self._clock() - self._checked_at >= self._check_s:
            self._refresh()
        if self._value is None:
            raise Warming(f"no {self._kind} has been published yet")
        return self._value

    def get_or_none(self) -> T | None:
        """Return the snapshot in force, or None."""
        try:
            return self.get()
        except Warming:
            return None

    def _refresh(self) -> None:
        """Follow the pointer; whatever fails, what is in force stays in force."""
        self._checked_at = self._clock()
        pointer: Pointer | None = None
        try:
            pointer = self._store.current(self._kind, self._pointer)
            if pointer is None or pointer == self._pointer:
                return
            if self._pointer is None or pointer.id != self._pointer.id:
                self._value = self._load(pointer)
            self._pointer = pointer
        except Unavailable as error:
            logger.warning("snapshot not checked", kind=self._kind, reason=str(error))
        except BrokenArtifact as error:
            # A broken artifact stays broken: it is not fetched again until the pointer moves.
            self._pointer = pointer
            logger.error("snapshot refused", kind=self._kind, reason=str(error))

    def _load(self, pointer: Pointer) -> T:
        folder = self._folder / self._kind / pointer.id
        try:
            manifest_sha256 = pointer.manifest_sha256
            self._store.fetch(self._kind, pointer.id, folder, manifest_sha256, self._wanted)
            return self._opener(folder)
        finally:
            # What is mapped stays readable after its name is gone, and /tmp stays small.
            shutil.rmtree(folder, ignore_errors=True)
