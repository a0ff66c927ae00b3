"""An output folder is replaced whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from concierge.artifacts.manifest import FILE_NAME
from model_export.errors import UnusableFolder


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """Give a scratch folder on the same disk as `out`; it is gone afterwards, whatever happens.

    What a killed export left there is removed first; its folder's name holds the process id.
    """
    prefix = f".{out.name}-export-"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for left in out.parent.glob("*/"):
            if left.name.startswith(prefix) and not _runs(left.name.removeprefix(prefix)):
                shutil.rmtree(left)
        scratch = tempfile.TemporaryDirectory(prefix=f"{prefix}{os.getpid()}-", dir=out.parent)
    except OSError as error:
        raise UnusableFolder(f"cannot write beside {out}: {error}") from error
    with scratch as folder:
        yield Path(folder)


def check_replaceable(out: Path) -> None:
    """Refuse a folder that holds anything but an exported model."""
    if not out.exists():
        return
    if not out.is_dir():
        raise UnusableFolder(f"{out} is a file; give a folder")
    if any(out.iterdir()) and not (out / FILE_NAME).is_file():
        raise UnusableFolder(f"{out} holds something else than a model; give another folder")


def put_in_place(finished: Path, out: Path) -> None:
    """Move a finished folder to `out`; what was there goes away only once the new one stands."""
    previous = finished.with_name("previous")
    if out.exists():
        out.rename(previous)
    finished.rename(out)
    shutil.rmtree(previous, ignore_errors=True)


def _runs(rest: str) -> bool:
    """Return whether another process holds the folder whose name ends in `<process id>-<letters>`."""
    number, dash, _ = rest.partition("-")
    if not (dash and number.isdigit()):
        return True  # not a name of ours
    if int(number) == os.getpid():
        return False  # an earlier process had this id: containers count from one
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
