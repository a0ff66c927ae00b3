"""How likely an entry is to be what a question means, as the knowledge in force learnt it.

The chance is that of two questions together: is the question one that the knowledge answers at
all, and if so, is this entry the one. Both are fitted at import (calibrating.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.retrieval.entry_head import Floats, Rows
from concierge.retrieval.evidence import KINDS, of_being_known, shares_of
from concierge.retrieval.ranking import Rows as Places

# Features of being known, and their bias.
KNOWN = 4


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure an answer must be, and the choices together that a customer is asked to pick from."""

    answer: float
    clarify: float


# Where nothing was calibrated: no confidence is a chance then, but a fixed curve.
UNCALIBRATED = Thresholds(answer=0.5, clarify=0.25)
# Asking back is worth it where at least every second list of choices has the right one.
WORTH_ASKING = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Of the entries of one language, ascending; `has_head` tells whether a head knows them.

    `known` are the weights float32 [4] of a logistic regression, bias last, and `choice` those
    float32 [4] of a conditional logit (McFadden 1974) over the `KINDS` of evidence.
    """

    entries: Rows
    known: Floats
    choice: Floats
    has_head: bool

    @property
    def sharpness(self) -> float:
        """By how much a difference in score counts."""
        return max(float(self.choice.sum()), 1e-6)

    @property
    def weights(self) -> Floats:
        """What each kind of evidence counts in a score; together one."""
        return self.choice / np.float32(self.sharpness)

    def confidence(
        self, scores: Floats, signal: Floats, nearest: Floats, at: Places, fidelity: float = 1.0
    ) -> Floats:
        """Return float32 [len(at)] for some of the entries that one question may mean: [k] each.

        `signal` is what a head says or, without one, the score. `fidelity` is how much of a cosine
        is left across languages: differences count for more by it, and what is known begins lower.
        """
        odds = of_being_known(signal[None], nearest[None])[0] @ self.known[:-1]
        known = 1 / (1 + np.exp(-(odds + np.float32(fidelity) * self.known[-1])))
        shares = shares_of(scores[None] * np.float32(self.sharpness / fidelity))[0]
        likely: Floats = known * shares[at]
        return likely


@dataclass(frozen=True, slots=True, eq=False)
class Calibrations:
    """Those of a snapshot; `table` float32 [p, 2]: precision, and the confidence that has it."""

    languages: tuple[Calibration, ...] = ()
    table: Floats | None = None

    @classmethod
    def open(cls, arrays: Arrays) -> Self:
        """Read them; knowledge without enough wordings, or of earlier versions, has none."""
        if "calibration_sizes" not in arrays:
            return cls()
        sizes = arrays["calibration_sizes"]
        entries = np.split(arrays["calibration_entries"], np.cumsum(sizes[:-1, 0]))
        languages = [
            Calibration(rows, weights[:KNOWN], weights[KNOWN:], bool(has_head))
            for rows, weights, (_, has_head) in zip(
                entries, arrays["calibration_weights"], sizes, strict=True
            )
        ]
        return cls(tuple(languages), arrays["calibration_thresholds"])

    def thresholds(self, precision: float) -> Thresholds:
        """Return from where on at least such a share of answers was right."""
        if self.table is None:
            return UNCALIBRATED
        stated = self.table[:, 0]
        # float32 holds no 0.9: whoever asks for it shall get the row of 0.9.
        at = min(int(np.searchsorted(stated, precision - 1e-6)), len(stated) - 1)
        return Thresholds(float(self.table[at, 1]), WORTH_ASKING)


def write_calibrations(
    arrays: ArraysWriter, languages: Sequence[Calibration], table: Floats
) -> None:
    """Write the calibrations of a snapshot, at least one."""
    sizes = [(len(each.entries), each.has_head) for each in languages]
    arrays.column("calibration_sizes", np.int32, 2).append(sizes)
    arrays.put("calibration_entries", np.concatenate([each.entries for each in languages]))
    weights = [np.concatenate([each.known, each.choice]) for each in languages]
    arrays.column("calibration_weights", np.float32, KNOWN + len(KINDS)).append(weights)
    arrays.column("calibration_thresholds", np.float32, 2).append(table)
