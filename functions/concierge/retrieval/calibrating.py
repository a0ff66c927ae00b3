"""Learns, at import, how far the knowledge can be trusted on questions that it has not seen.

Wordings take turns at being the question, each left out of what it is compared with; questions off
every topic are what the knowledge does not know. What is fitted on them are the weights of a
calibration (confidence.py), and thresholds are read from how often the first entry was right.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.confidence import Calibration
from concierge.retrieval.entry_head import Floats, Rows
from concierge.retrieval.evidence import FIXED, of_being_known, shares_of
from concierge.retrieval.head_fitting import CLOSE, HeadFit
from concierge.retrieval.regression import fit_choice, fit_logistic

# So many wordings tell enough, and fewer tell nothing that a fixed curve does not.
MOST_HELD, FEWEST_HELD, FEWEST_OFF_TOPIC = 2_000, 40, 40
# Where fewer of the wordings left out find their entry, they stand badly for those to come: on the
# sample shop, 0.55 of them, the calibration error was 0.15, on banking77 with five, 0.7, 0.04.
FEWEST_RIGHT = 0.65
# How many questions off topic are taken to come for each on topic: of 0.15 and 0.25 the better
# calibrated on CLINC150, where it is 0.22.
OFF_TOPIC_SHARE = 0.15
# The precisions for which thresholds are kept.
PRECISIONS = (0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)
# Nobody is told what is more likely wrong than right, however seldom the rest is wrong.
LEAST = 0.5
# Among so many entries the right one is, or is not to be found. By how much a difference in score
# counts, and what each kind of evidence, before anything was learnt: of 0 to 1 as the penalty of
# other weights and 20 to 30 as sharpness, 0.2 and 25 serve few wordings as well as many.
CANDIDATES, SHARPNESS = 50, 25.0
WITH_HEAD: Floats = np.array([0.5, 0.2, 0.45, 0.1], np.float32)
# Questions, and texts, that are compared at once: at most 100 MB.
QUESTIONS_AT_ONCE, TEXTS_AT_ONCE = 256, 65_536
BINS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """The texts of entries of one language, entry by entry: its wordings, then its whole text.

    `vectors` are unit vectors as int8 [n, d], with their scales; `entries` are rows, ascending, and
    `starts` where the texts of each begin. `words_left_out` returns float32 [n, k] for places: how
    alike their words and those of the closest other text of each entry are. With a head, `fit` was
    made of all wordings in order.
    """

    entries: Rows
    starts: NDArray[np.int64]
    vectors: NDArray[np.int8]
    scales: Floats
    words_left_out: Callable[[NDArray[np.int64]], Floats]
    fit: HeadFit | None = None

    def wholes(self) -> NDArray[np.int64]:
        """Return the places of whole texts."""
        return np.append(self.starts[1:], len(self.scales)) - 1

    def variants(self) -> NDArray[np.int64]:
        """Return the places that may be left out: a question is in the whole text as well."""
        is_variant = np.ones(len(self.scales), np.bool_)
        is_variant[self.starts] = is_variant[self.wholes()] = False
        return np.flatnonzero(is_variant)

    def at(self, places: NDArray[np.int64] | slice) -> Floats:
        """Return some vectors as float32."""
        found: Floats = self.vectors[places].astype(np.float32) * self.scales[places][:, None]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Questions of known outcome: what speaks for their being known, and for some entries.

    `signals` are float32 [n, c, kinds] of the most likely entries, and `right` the place of the
    right one among them, -1 for questions off topic.
    """

    known: Floats
    signals: Floats
    right: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The confidence that questions of known outcome were given, and how often each counts."""

    confidence: Floats
    on_topic: NDArray[np.bool_]
    is_right: NDArray[np.bool_]
    weight: NDArray[np.float64]


def calibrate(texts: Texts, off_topic: Floats) -> tuple[Calibration, Outcome] | None:
    """Return the calibration of a language, or None where there is too little to learn from."""
    asked = _asked(texts, off_topic)
    if asked is None:
        return None
    on_topic = asked.right >= 0
    held = int(np.count_nonzero(on_topic))
    weight = np.where(on_topic, 1.0, OFF_TOPIC_SHARE * held / max(len(on_topic) - held, 1))
    known = fit_logistic(asked.known, on_topic, weight)
    expected = np.float32(SHARPNESS) * (WITH_HEAD if texts.fit else FIXED)
    choice = fit_choice(asked.signals[on_topic], asked.right[on_topic], expected)
    scores = asked.signals @ choice
    shares = shares_of(scores)
    chance = 1 / (1 + np.exp(-(asked.known @ known[:-1] + known[-1])))
    outcome = Outcome(
        confidence=(chance * shares.max(axis=1)).astype(np.float32),
        on_topic=on_topic,
        is_right=scores.argmax(axis=1) == asked.right,
        weight=weight,
    )
    if outcome.is_right[on_topic].mean() < FEWEST_RIGHT:
        return None
    return Calibration(texts.entries, known, choice, texts.fit is not None), outcome


def threshold_table(outcomes: Sequence[Outcome]) -> Floats:
    """Return float32 [p, 2]: a precision, and the confidence from which on answers have it."""
    whole = _joined(outcomes)
    # What no held-out answer shows is left to the meaning of a calibrated chance.
    rows = [(share, max(LEAST, _lowest(whole, share) or share)) for share in PRECISIONS]
    return np.array(rows, np.float32)


def report(outcomes: Sequence[Outcome], languages: Sequence[str], table: Floats) -> dict[str, Any]:
    """Return what an import reports: the curve of each language, and what thresholds reach."""
    whole = _joined(outcomes)
    return {
        "languages": {
            language: _of_language(outcome)
            for language, outcome in zip(languages, outcomes, strict=True)
        },
        "thresholds": [
            {
                "precision": round(float(precision), 2),
                "answer": round(float(answer), 4),
                "coverage": _share(whole.confidence >= answer, whole.weight),
                "reached": _share(whole.is_right, whole.weight * (whole.confidence >= answer)),
            }
            for precision, answer in table
        ],
    }


def calibration_error(
    confidence: Floats, right: NDArray[np.bool_], weight: NDArray[np.float64]
) -> float:
    """Return the mean gap between chance and outcome over bins (ECE; Guo et al. 2017)."""
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, weight * (confidence - right), BINS)
    return float(np.abs(gaps).sum() / weight.sum())


def _asked(texts: Texts, off_topic: Floats) -> Asked | None:
    strange = off_topic[_closest(texts, off_topic) < CLOSE] if len(off_topic) else off_topic
    variants = texts.variants()
    if len(variants) < FEWEST_HELD or len(strange) < FEWEST_OFF_TOPIC:
        return None
    spread = np.linspace(0, len(variants) - 1, min(len(variants), MOST_HELD)).astype(np.int64)
    if texts.fit:
        # A head was fitted on these, and left out of its own judgement each scores as a stranger.
        strange = texts.fit.off_topic
    parts = [*_held_out(texts, variants[spread]), *_off_topic(texts, strange)]
    return Asked(
        np.concatenate([part.known for part in parts]),
        np.concatenate([part.signals for part in parts]),
        np.concatenate([part.right for part in parts]),
    )


def _held_out(texts: Texts, held: NDArray[np.int64]) -> Iterator[Asked]:
    owner = np.searchsorted(texts.starts, held, side="right") - 1
    # Wordings lie one after another as texts do, but for the whole text that ends each entry.
    number = held - owner
    for begin in range(0, len(held), QUESTIONS_AT_ONCE):
        block = slice(begin, begin + QUESTIONS_AT_ONCE)
        head = texts.fit.left_out(number[block].astype(np.int32)) if texts.fit else None
        words = texts.words_left_out(held[block])
        yield _spoken(texts, texts.at(held[block]), head, words, held[block], owner[block])


def _off_topic(texts: Texts, vectors: Floats) -> Iterator[Asked]:
    head = texts.fit.off_topic_left_out() if texts.fit else None
    nobody = np.full(len(vectors), -1)
    # Which words they share with entries says nothing of whether they are known.
    words = np.zeros((len(vectors), len(texts.entries)), np.float32)
    yield _spoken(texts, vectors, head, words, nobody, nobody)


def _spoken(
    texts: Texts,
    asked: Floats,
    head: Floats | None,
    words: Floats,
    left_out: NDArray[np.int64],
    owners: NDArray[np.int64],
) -> Asked:
    """Return what speaks for the likely entries of each question, its owner always among them."""
    nearest, whole = _cosines(texts, asked, left_out)
    said = np.zeros_like(nearest) if head is None else head
    signals = np.stack([said, nearest, whole, words], axis=2)
    scores = signals @ (FIXED if head is None else WITH_HEAD)
    known = of_being_known(scores if head is None else said, nearest)
    count = min(CANDIDATES, scores.shape[1])
    first = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    missing = (owners >= 0) & ~(first == owners[:, None]).any(axis=1)
    first[missing, -1] = owners[missing]
    is_owner = first == owners[:, None]
    right = np.where(owners >= 0, is_owner.argmax(axis=1), -1)
    return Asked(known, np.take_along_axis(signals, first[:, :, None], axis=1), right)


def _cosines(texts: Texts, asked: Floats, left_out: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return float32 [n, k] twice: of each entry's closest text but one, and its whole text."""
    nearest = np.empty((len(asked), len(texts.entries)), np.float32)
    whole = np.empty_like(nearest)
    for first, last, begin, end in _blocks(texts):
        cosines = asked @ texts.at(slice(begin, end)).T
        inside = np.flatnonzero((left_out >= begin) & (left_out < end))
        cosines[inside, left_out[inside] - begin] = -1
        nearest[:, first:last] = np.maximum.reduceat(
            cosines, texts.starts[first:last] - begin, axis=1
        )
        whole[:, first:last] = cosines[:, texts.wholes()[first:last] - begin]
    return nearest, whole


def _blocks(texts: Texts) -> Iterator[tuple[int, int, int, int]]:
    """Yield runs of entries whose texts fit into memory, and where these begin and end."""
    ends = np.append(texts.starts[1:], len(texts.scales))
    first = 0
    while first < len(texts.entries):
        begin = int(texts.starts[first])
        fitting = int(np.searchsorted(ends, begin + TEXTS_AT_ONCE, side="right"))
        last = max(first + 1, fitting)
        yield first, last, begin, int(ends[last - 1])
        first = last


def _closest(texts: Texts, asked: Floats) -> Floats:
    """Return the highest cosine of each question to any text."""
    closest: Floats = _cosines(texts, asked, np.full(len(asked), -1))[0].max(axis=1)
    return closest


def _joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return all questions, the surest first."""
    confidence, on_topic, is_right, weight = (
        np.concatenate([getattr(outcome, name) for outcome in outcomes])
        for name in Outcome.__slots__
    )
    order = np.argsort(-confidence, kind="stable")
    return Outcome(confidence[order], on_topic[order], is_right[order], weight[order])


def _lowest(whole: Outcome, precision: float) -> float | None:
    """Return the lowest confidence from which on such a share was right."""
    reached = np.cumsum(whole.weight * whole.is_right) >= precision * np.cumsum(whole.weight)
    places = np.flatnonzero(reached)
    return float(whole.confidence[places[-1]]) if len(places) else None


def _of_language(outcome: Outcome) -> dict[str, Any]:
    on_topic = outcome.on_topic
    bins = np.minimum((outcome.confidence * BINS).astype(np.int64), BINS - 1)
    return {
        "held_out": int(np.count_nonzero(on_topic)),
        "off_topic": int(np.count_nonzero(~on_topic)),
        "right": _share(outcome.is_right[on_topic], outcome.weight[on_topic]),
        "calibration_error": round(
            calibration_error(outcome.confidence, outcome.is_right, outcome.weight), 4
        ),
        "curve": [
            {
                "confidence": _mean(outcome.confidence[inside], outcome.weight[inside]),
                "right": _mean(outcome.is_right[inside], outcome.weight[inside]),
                "questions": int(np.count_nonzero(inside)),
            }
            for inside in (bins == number for number in range(BINS))
            if inside.any()
        ],
    }


def _share(flags: NDArray[np.bool_], weight: NDArray[np.float64]) -> float:
    return round(float((weight * flags).sum() / max(weight.sum(), 1e-9)), 4)


def _mean(values: NDArray[Any], weight: NDArray[np.float64]) -> float:
    return round(float(np.average(values, weights=weight)), 4)
