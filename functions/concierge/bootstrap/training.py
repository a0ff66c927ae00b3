"""What TrainFunction runs on."""

from concierge.adapters.archive_s3 import S3Archive
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts
from concierge.settings import TrainSettings
from concierge.training.trainer import Trainer


def trainer(settings: TrainSettings) -> Trainer:
    """Return the trainer."""
    archive = S3Archive(client("s3", read_timeout_s=60.0), settings.archive_bucket)
    return Trainer(archive, artifacts(settings), settings.work_folder)
