"""python -m builder --out DIR: build the runtime layer.

Run by the root Makefile for this machine and by `sam build` for the one that is deployed to.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import get_args

from .building import build
from .contents import LayerError
from .platforms import Architecture, Platform


def main(argv: list[str] | None = None) -> int:
    """Build the layer; return 1 where it cannot be built or is over its budget."""
    options = parse(argv)
    try:
        build(options.out, Platform(options.python, options.architecture))
    except LayerError as error:
        print(f"layer: {error}", file=sys.stderr)
        return 1
    return 0


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    here = Platform.here()
    parser = argparse.ArgumentParser(prog="python -m builder", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write, named python")
    parser.add_argument(
        "--python", default=here.python, help="Python version (default: %(default)s)"
    )
    parser.add_argument(
        "--architecture",
        choices=get_args(Architecture),
        default=here.architecture,
        help="processor, as Lambda names it (default: this machine's, %(default)s)",
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.exit(main())
