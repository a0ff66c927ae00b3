"""A tiny random BERT, made here, that goes through the whole export as a real one does."""

import shutil
from pathlib import Path

import pytest

from tests.export.tiny_model import write_tiny_model

# Third parties deprecate each other's ways; each line names one of them and nothing more.
NOISE = (
    r"ignore:You are using the legacy TorchScript:DeprecationWarning",
    r"ignore::DeprecationWarning:torch\.onnx\..*",
    "ignore::torch.jit.TracerWarning",
    r"ignore::UserWarning:torch\.onnx\..*",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for line in NOISE:
            item.add_marker(pytest.mark.filterwarnings(line))


@pytest.fixture(scope="session")
def untouched_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tiny model's folder, which no test may change."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def tiny_model(untouched_model: Path, tmp_path: Path) -> Path:
    """Return a copy of the tiny model that a test may break."""
    return Path(shutil.copytree(untouched_model, tmp_path / "tiny"))
