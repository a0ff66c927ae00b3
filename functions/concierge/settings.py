"""What the functions are told by their environment; a missing variable fails at start-up."""

import tempfile
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Self


class MissingSetting(Exception):
    """A required environment variable is absent or cannot be read."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The base: each field is the environment variable of the same name in capitals."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read every field, or raise MissingSetting naming the variable."""
        values: dict[str, Any] = {}
        for setting in fields(cls):
            variable = setting.name.upper()
            if variable in env:
                values[setting.name] = _converted(variable, env[variable], setting.type)
            elif setting.default is MISSING and setting.default_factory is MISSING:
                raise MissingSetting(f"set the environment variable {variable}")
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSettings(Settings):
    """For functions that serve from snapshots."""

    artifacts_bucket: str
    snapshot_check_s: float = 5.0
    encoder_threads: int = 1
    model_signing_key: str = ""
    work_folder: Path = field(default_factory=lambda: Path(tempfile.gettempdir()) / "concierge")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings(SnapshotSettings):
    """For SearchFunction."""

    allowed_origin: str
    profiles_table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendSettings(SearchSettings):
    """For RecommendFunction, which knows its customers as search does."""

    archive_stream: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings(RecommendSettings):
    """For AnswerFunction, which searches and recommends inside a dialogue."""

    conversations_table: str
    feedback_table: str
    questions_table: str
    answer_precision: float = 0.8
    # Above zero, flows may call this machine over plain HTTP: for trials alone.
    loopback_calls: int = 0
    # Empty to give stored answers alone; docs/generation.md tells the forms.
    generator: str = ""
    generator_model: str = ""
    generator_key_parameter: str = ""
    generator_timeout_s: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSettings(Settings):
    """For IngestFunction."""

    allowed_origin: str
    events_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSettings(SnapshotSettings):
    """For RecordFunction."""

    profiles_table: str
    archive_stream: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersSettings(Settings):
    """For CustomersFunction."""

    allowed_origin: str
    profiles_table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImporterSettings(SnapshotSettings):
    """For ImporterFunction."""

    inbox_bucket: str
    archive_bucket: str
    profiles_table: str
    imports_queue_url: str
    event_bus_name: str
    most_bad_share: float = 0.2
    answer_precision: float = 0.8
    golden_policy: str = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSettings(SnapshotSettings):
    """For TrainFunction."""

    archive_bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImproveSettings(SnapshotSettings):
    """For ImproveFunction."""

    allowed_origin: str
    inbox_bucket: str
    questions_table: str
    drafts_table: str
    conversations_table: str
    feedback_table: str


def _converted(variable: str, text: str, kind: Any) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        message = f"environment variable {variable} is {text!r}, not {kind.__name__}"
        raise MissingSetting(message) from error
