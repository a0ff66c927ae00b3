"""What a layer is built for: a Python and a processor."""

import platform
import sys
from dataclasses import dataclass
from typing import Literal

Architecture = Literal["x86_64", "arm64"]
# Lambda's Python 3.12 and later run on glibc 2.34; pip wants every tag that this can load.
GLIBC_MINORS = range(34, 16, -1)
WHEEL_MACHINE: dict[Architecture, str] = {"x86_64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True, slots=True)
class Platform:
    """The Python and the processor that a layer is for."""

    python: str
    architecture: Architecture

    @classmethod
    def here(cls) -> "Platform":
        """Return this interpreter's."""
        machine = platform.machine().lower()
        architecture: Architecture = "arm64" if machine in {"arm64", "aarch64"} else "x86_64"
        return cls(f"{sys.version_info.major}.{sys.version_info.minor}", architecture)

    def pip_options(self) -> list[str]:
        """Return what makes pip choose wheels for this platform instead of the one it runs on."""
        if self == Platform.here():
            return []
        machine = WHEEL_MACHINE[self.architecture]
        tags = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS]
        platforms = [f"--platform={tag}" for tag in [*tags, f"manylinux2014_{machine}"]]
        return ["--only-binary=:all:", f"--python-version={self.python}", *platforms]
