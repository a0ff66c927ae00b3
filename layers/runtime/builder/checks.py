"""What has to be true of a finished layer: it imports by itself and stays within its budget."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

from .contents import LayerError
from .platforms import Platform


def check_imports(folder: Path, target: Platform, imports: str) -> None:
    """Import every package from the layer alone, or raise LayerError."""
    if target != Platform.here():
        print("imports not tried: the layer is for another platform")
        return
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{imports}"
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    finished = subprocess.run(command, check=False, capture_output=True, text=True)
    if finished.returncode:
        raise LayerError(f"the pruned layer does not work:\n{finished.stderr}")


def print_sizes(folder: Path) -> None:
    """Print the size of each package and of all together."""
    sizes: Counter[str] = Counter()
    for entry in folder.iterdir():
        name = "(metadata)" if entry.suffix == ".dist-info" else entry.name.partition(".")[0]
        sizes[name] += size_of(entry)
    for name, size in sizes.most_common():
        if in_mb(size) >= 0.1:
            print(f"  {name:<24}{in_mb(size):7.1f} MB")
    print(f"  {'total':<24}{in_mb(size_of(folder)):7.1f} MB")


def check_budget(folder: Path, budget_mb: float) -> None:
    """Raise LayerError where the layer is too large."""
    size_mb = in_mb(size_of(folder))
    if size_mb > budget_mb:
        raise LayerError(f"the layer takes {size_mb:.1f} MB, more than its {budget_mb} MB")


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())


def in_mb(size: int) -> float:
    """Return megabytes of a million bytes."""
    return size / 1e6
