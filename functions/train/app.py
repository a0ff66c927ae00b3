"""A schedule or the end of a history import in; a new behaviour snapshot out."""

from collections.abc import Callable
from typing import Any, Protocol

from concierge.training.trainer import Training

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class BehaviourTrainer(Protocol):
    """Trains the behaviour model."""

    def train(self) -> Training:
        """Train on the whole archive and publish."""


def make_handler(trainer: BehaviourTrainer) -> Handler:
    """Return the Lambda handler that trains with this trainer, whatever woke it."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        del event, context
        return trainer.train().to_record()

    return handler
