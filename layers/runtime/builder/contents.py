"""What a layer is made of, what has to work in it, and how large it may be."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
HERE = PACKAGE.parent
IMPORTS = "import aws_lambda_powertools, botocore.session, msgspec, numpy, onnxruntime, simsimd, tokenizers"


class LayerError(Exception):
    """The layer cannot be built; the message says why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The requirements of a layer, the imports that are tried in it, and its budget."""

    requirements: Path = HERE / "requirements.txt"
    left_out: Path = HERE / "left_out.txt"
    imports: str = IMPORTS
    budget_mb: float = 160

    def wanted(self) -> list[str]:
        """Return the locked requirements that the layer needs."""
        unwanted = set(_entries(self.left_out))
        locked = _entries(self.requirements)
        return [pin for pin in locked if pin.partition("==")[0].lower() not in unwanted]

    def sha256(self) -> str:
        """Return the hash of all that decides what is built."""
        files = (self.requirements, self.left_out, *sorted(PACKAGE.glob("*.py")))
        return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _entries(file: Path) -> list[str]:
    """Return the lines of a requirements file without comments."""
    lines = [line.partition("#")[0].strip() for line in file.read_text("utf-8").splitlines()]
    return [line for line in lines if line]
