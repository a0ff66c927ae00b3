"""What a pack is made from: a small TOML file beside it, so that anybody can make it again."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_export.errors import UnusableOption

SEED, EPOCHS, LEARNING_RATE = 1, 5, 6e-3
_TEXTS = ("language", "name", "licence")
_NUMBERS = ("seed", "epochs", "learning_rate")
_SECTIONS = ("lexicon", "pairs", "held_out")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a pack is made from, and whose it is."""

    path: Path
    title: str
    licence: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class PackRecipe:
    """A language (ISO 639-1), its sources, what must never be learnt from, and how to train."""

    language: str
    name: str
    licence: str
    lexicon: SourceFile
    pairs: tuple[SourceFile, ...]
    held_out: tuple[SourceFile, ...]
    seed: int = SEED
    epochs: int = EPOCHS
    learning_rate: float = LEARNING_RATE


def read_recipe(path: Path, data: Path | None = None) -> PackRecipe:
    """Read a recipe, or raise UnusableOption naming the field.

    Files are looked for in `data`, and beside the recipe.
    """
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnusableOption(f"{path} cannot be read: {error}") from error
    unknown = stated.keys() - {*_TEXTS, *_NUMBERS, *_SECTIONS}
    if unknown:
        raise UnusableOption(f"{path.name}: {min(unknown)} is no field of a recipe")
    language, name, licence = (_text(path, stated, field) for field in _TEXTS)
    if not (language.isalpha() and language.islower()):
        raise UnusableOption(f"{path.name}: language must be a code such as zh")
    folders = [*([data] if data else []), path.parent]
    sources = {field: _sources(path, stated.get(field, []), field, folders) for field in _SECTIONS}
    if len(sources["lexicon"]) != 1 or not sources["pairs"]:
        raise UnusableOption(f"{path.name}: give one [lexicon] and at least one [[pairs]]")
    return PackRecipe(
        language,
        name,
        licence,
        lexicon=sources["lexicon"][0],
        pairs=sources["pairs"],
        held_out=sources["held_out"],
        seed=int(_number(path, stated, "seed", SEED)),
        epochs=int(_number(path, stated, "epochs", EPOCHS)),
        learning_rate=_number(path, stated, "learning_rate", LEARNING_RATE, whole=False),
    )


def _sources(path: Path, stated: Any, field: str, folders: list[Path]) -> tuple[SourceFile, ...]:
    sections = [stated] if isinstance(stated, dict) else stated
    if not isinstance(sections, list) or not all(isinstance(each, dict) for each in sections):
        raise UnusableOption(f"{path.name}: {field} must be a table with file, title and licence")
    return tuple(_source(path, section, field, folders) for section in sections)


def _source(path: Path, section: Mapping[str, Any], field: str, folders: list[Path]) -> SourceFile:
    name, title, licence = (
        _text(path, section, part, f"{field}.") for part in ("file", "title", "licence")
    )
    found = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if found is None:
        tried = " and ".join(map(str, folders))
        raise UnusableOption(f"{path.name}: {field}.file: there is no {name} in {tried}")
    return SourceFile(found, title, licence, str(section.get("url", "")))


def _text(path: Path, section: Mapping[str, Any], field: str, prefix: str = "") -> str:
    value = section.get(field)
    if not isinstance(value, str) or not value.strip():
        raise UnusableOption(f"{path.name}: {prefix}{field} must be a text that is not empty")
    return value.strip()


def _number(
    path: Path, stated: Mapping[str, Any], field: str, default: float, *, whole: bool = True
) -> float:
    value = stated.get(field, default)
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or value < 0:
        raise UnusableOption(f"{path.name}: {field} must be a number of at least 0")
    return float(value)
