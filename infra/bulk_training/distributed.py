"""Read, survey, sum up and finish on many machines, with what one machine does it with.

Arrays of events travel, not events. First they meet by their id, so that each counts once, then by actor,
so that every partition has all events of its actors.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyspark import RDD, SparkContext, StorageLevel

from concierge.retrieval.behaviour_snapshot import Behaviour
from concierge.training.bots import quarantined
from concierge.training.cooccurrence import best_pairs
from concierge.training.event_log import EVENT, Account, ArchiveParts, Events, each_once, read_parts
from concierge.training.learning import parts_by_actor
from concierge.training.successors import Moments
from concierge.training.sums import Piece, PieceName, Sums, finished
from concierge.training.survey import Scope, surveyed
from concierge.training.trainer import Reading
from infra.bulk_training.archives import Some

# The log of so many actors is brought to the driver: enough for a thousand last visits to judge by.
SAMPLE_ACTORS = 50_000
# Rows of a matrix, or sources of pairs, that travel as one: 16 MB of 8,000 heads.
PIECE = 256
# Parts are read in several tasks a partition, since some are much longer than others.
READS = 4

Opener = Callable[[], ArchiveParts]
Caught = dict[str, dict[str, int]]


class DistributedTraining:
    """Implements what a Trainer reads and learns with; `opener` opens the archive on any machine."""

    def __init__(
        self,
        spark: SparkContext,
        opener: Opener,
        partitions: int,
        sample_actors: int = SAMPLE_ACTORS,
    ) -> None:
        self._spark = spark
        self._opener = opener
        self._partitions = partitions
        self._sample_actors = sample_actors
        self._logs: RDD[Events] = spark.emptyRDD()
        self._sample: Events = np.zeros(0, EVENT)

    def read(self, parts: ArchiveParts, now: datetime) -> Reading:
        """Read the whole archive, and return the log of a sample of the actors."""
        names = tuple(parts.names())
        if not names:
            return Reading(self._sample, Account(), {})
        tasks = min(len(names), READS * self._partitions)
        reading = partial(_read, opener=self._opener, now=now, partitions=self._partitions)
        read = self._spark.parallelize(names, tasks).mapPartitionsWithIndex(reading)
        # Reading costs more than all else, so it must not be done again for what comes after.
        read = read.persist(StorageLevel.DISK_ONLY)
        accounts = read.filter(_is_account).map(_value).reduce(_added)
        once = read.filter(_is_events).groupByKey(self._partitions).map(_each_once)
        people = once.flatMap(partial(_by_actor, partitions=self._partitions))
        judged = people.groupByKey(self._partitions).map(_people)
        judged = judged.persist(StorageLevel.DISK_ONLY)
        kept, caught = judged.map(_counted).reduce(_both)
        accounts.repeated = accounts.events - kept
        self._logs = judged.map(_log)
        self._sample = self._sampled()
        return Reading(self._sample, accounts, caught)

    def learn(self, log: Events) -> Behaviour:
        """Learn from all actors; of those in the sample, from what is left of them in this log."""
        left_out = np.setdiff1d(self._sample["event"], log["event"])
        logs = self._logs.map(partial(_without, left_out=self._spark.broadcast(left_out)))
        scope = Scope.of(logs.map(surveyed).treeReduce(add))
        scopes = self._spark.broadcast(scope)
        pieces = logs.flatMap(partial(_pieces, scope=scopes)).reduceByKey(add, self._partitions)
        pieces = pieces.persist(StorageLevel.DISK_ONLY)
        columns = _of(pieces, "columns").first()[1]
        sizes = {"together": columns.together, "after": columns.after}
        best = {name: _of(pieces, name).map(partial(_best, sizes=sizes[name])) for name in sizes}
        # By and by, so that no more than the matrices themselves has to fit on the driver.
        moments = Moments.zero(len(scope.heads))
        for (_, begin), rows in _of(pieces, "moments").toLocalIterator():
            moments.gram[begin : begin + len(rows.gram)] = rows.gram
            moments.cross[begin : begin + len(rows.cross)] = rows.cross
        together, after = (best[name].collect() for name in ("together", "after"))
        pieces.unpersist()
        return finished(scope, columns, moments, together, after)

    def _sampled(self) -> Events:
        actors = self._logs.map(lambda log: len(np.unique(log["actor"]))).sum()
        # Hashes are spread evenly; those who judge are taken from the lowest as well.
        share = min(self._sample_actors / max(actors, 1), 1.0)
        highest = np.uint64(min(int(share * 2.0**64), 2**64 - 1))
        found = self._logs.map(lambda log: log[log["actor"] <= highest]).collect()
        sample = np.concatenate([np.zeros(0, EVENT), *found])
        return sample[np.lexsort((sample["event"], sample["at"]))]


def _read(
    number: int, names: Iterable[str], opener: Opener, now: datetime, partitions: int
) -> Iterator[tuple[int, Any]]:
    """Yield where the lines went, as of no key, and the events by id, with the number of the task."""
    log, account = read_parts(Some(opener(), tuple(names)), now)
    yield -1, account
    for key, events in _cut(log, log["event"], partitions):
        yield key, (number, events)


def _cut(log: Events, by: NDArray[np.uint64], count: int) -> Iterator[tuple[int, Events]]:
    keys = (by % np.uint64(count)).astype(np.int64)
    for key in np.unique(keys).tolist():
        yield key, log[keys == key]


def _is_account(entry: tuple[int, Any]) -> bool:
    return entry[0] < 0


def _is_events(entry: tuple[int, Any]) -> bool:
    return entry[0] >= 0


def _value(entry: tuple[int, Account]) -> Account:
    return entry[1]


def _added(one: Account, other: Account) -> Account:
    return Account(*map(add, asdict(one).values(), asdict(other).values()))


def _each_once(entry: tuple[int, Iterable[tuple[int, Events]]]) -> Events:
    # Tasks are in the order of the parts: of equals, the first that one machine would read.
    found = sorted(entry[1], key=lambda each: each[0])
    return each_once(np.concatenate([events for _, events in found]))


def _by_actor(log: Events, partitions: int) -> Iterator[tuple[int, Events]]:
    return _cut(log, log["actor"], partitions)


def _people(entry: tuple[int, Iterable[Events]]) -> tuple[Events, int, Caught]:
    """Return the events of people, how many there are of all, and what each rule left out."""
    log = np.concatenate(list(entry[1]))
    suspects = quarantined(log)
    caught = {rule: asdict(found) for rule, found in suspects.by_rule.items()}
    return log[~suspects.mask], len(log), caught


def _log(judged: tuple[Events, int, Caught]) -> Events:
    return judged[0]


def _counted(judged: tuple[Events, int, Caught]) -> tuple[int, Caught]:
    return judged[1:]


def _both(one: tuple[int, Caught], other: tuple[int, Caught]) -> tuple[int, Caught]:
    rules = sorted(one[1].keys() | other[1].keys())
    caught = {
        rule: dict(Counter(one[1].get(rule, {})) + Counter(other[1].get(rule, {})))
        for rule in rules
    }
    return one[0] + other[0], caught


def _without(log: Events, left_out: Any) -> Events:
    return log[~np.isin(log["event"], left_out.value)] if len(left_out.value) else log


def _pieces(log: Events, scope: Any) -> Iterator[tuple[PieceName, Piece]]:
    sums = Sums.of_nobody(scope.value)
    for part in parts_by_actor(log):
        sums.add(part, scope.value)
    return sums.pieces(PIECE)


def _of(pieces: "RDD[tuple[PieceName, Any]]", kind: str) -> "RDD[tuple[PieceName, Any]]":
    return pieces.filter(lambda entry: entry[0][0] == kind)


def _best(entry: tuple[PieceName, Any], sizes: NDArray[np.float64]) -> Any:
    return best_pairs(entry[1], sizes)
