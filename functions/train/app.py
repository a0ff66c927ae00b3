"""A schedule or the end of a history import in; a new behaviour snapshot out."""

from collections.abc import Callable
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from concierge.training.trainer import Training

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

# Without it nothing is logged: the trainer's own logger is a child of this one.
logger = Logger()


class BehaviourTrainer(Protocol):
    """Trains the behaviour model."""

    def train(self) -> Training:
        """Train on the whole archive and publish."""


def make_handler(trainer: BehaviourTrainer) -> Handler:
    """Return the Lambda handler that trains with this trainer, whatever woke it."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        del event
        logger.append_keys(request_id=getattr(context, "aws_request_id", "local"))
        return trainer.train().to_record()

    return handler
