"""Candidates as JSON and back, for the evidence that is published and for resuming."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from model_export.judging.closeness import Closeness
from model_export.judging.judgement import Candidate, Footprint, Judgement, TaskScore, Timing


def candidate_to_json(candidate: Candidate) -> dict[str, Any]:
    """Return a candidate as a JSON object."""
    return asdict(candidate)


def candidate_from_json(stated: Mapping[str, Any]) -> Candidate:
    """Return the candidate that `candidate_to_json` wrote."""
    judgement = stated["judgement"]
    return Candidate(
        **{**stated, "judgement": judgement_from_json(judgement) if judgement else None}
    )


def judgement_from_json(stated: Mapping[str, Any]) -> Judgement:
    """Return a judgement as a manifest states it."""
    return Judgement(
        Closeness(**stated["closeness"]),
        tuple(TaskScore(**task) for task in stated["tasks"]),
        tuple(Timing(**timing) for timing in stated["timings"]),
        Footprint(**stated["footprint"]),
    )
