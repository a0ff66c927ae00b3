"""python -m model_export: export a model, compare two, verify a published one, add a head or a language."""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from concierge.errors import ConciergeError
from model_export.commands import compare, export, generator, head, language_pack, verify
from model_export.errors import DiffersFromOriginal, ExportError, TooFarFromOriginal

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


@dataclass(frozen=True, slots=True)
class Command:
    """A sub-command: what it is for, its options, and what it does; `run` returns the exit status."""

    purpose: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, TextIO], int]


COMMANDS = {
    "export": Command(
        "export a sentence encoder: candidates, judged; the fastest that keeps its quality",
        export.add_arguments,
        export.run,
    ),
    "generator": Command(
        "export a language model that writes, with its cache, in int8",
        generator.add_arguments,
        generator.run,
    ),
    "head": Command("teach an exported model to tell labels", head.add_arguments, head.run),
    "language-pack": Command(
        "teach a frozen encoder the words of another language",
        language_pack.add_arguments,
        language_pack.run,
    ),
    "compare": Command("set two exported models side by side", compare.add_arguments, compare.run),
    "verify": Command("check a published model", verify.add_arguments, verify.run),
}


def main(argv: list[str] | None = None, stream: TextIO | None = None) -> int:
    """Run a command and return its exit status: 2 if the user has to change something."""
    parser = argparse.ArgumentParser(prog="python -m model_export")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        command.add_arguments(commands.add_parser(name, help=command.purpose))
    options = parser.parse_args(argv)
    try:
        return COMMANDS[options.command].run(options, stream or sys.stderr)
    except (DiffersFromOriginal, TooFarFromOriginal) as error:
        return _fail(str(error), FAILED)
    except ExportError as error:
        return _fail(str(error), MISUSED)
    except (ConciergeError, OSError) as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted; nothing was replaced, and the same again resumes", INTERRUPTED)


def _fail(message: str, status: int) -> int:
    print(f"model_export: {' '.join(message.split())}", file=sys.stderr)
    return status


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    sys.exit(main())
