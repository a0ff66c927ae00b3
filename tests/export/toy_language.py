"""A language that nobody speaks, in a script that no encoder knows: a dictionary and sentences."""

import gzip
import itertools
from pathlib import Path

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# The letters of two dead alphabets stand for ours, so that every word can be written in them.
GLAGOLITIC = str.maketrans(LETTERS, "".join(chr(0x2C30 + n) for n in range(26)))
GOTHIC = str.maketrans(LETTERS, "".join(chr(0x10330 + n) for n in range(26)))

THINGS = ("cup", "bag", "hat", "lamp", "ring", "sock", "book", "desk")
COLOURS = ("red", "blue", "old", "new", "big", "wet")
VERBS = ("buy", "sell", "send", "see")
SPOKEN = {"cup": "kofa", "bag": "tasha", "hat": "huto", "lamp": "lumo", "ring": "anelo"}
ORDERS = ("{verb} {colour} {thing}", "{verb} {thing}", "{colour} {thing}")


def word(english, alphabet=GLAGOLITIC):
    return SPOKEN.get(english, english[::-1] + "o").translate(alphabet)


def dictionary_lines(alphabet=GLAGOLITIC):
    meanings = {
        "see": "to see/(bound form) sight",
        "cup": "cup; small mug (for tea)/CL:x[x]",
    }
    yield "# a dictionary"
    for english in (*THINGS, *COLOURS, *VERBS):
        written = word(english, alphabet)
        yield f"{written} {written} [x1] /{meanings.get(english, english)}/"


def pair_lines(alphabet=GLAGOLITIC):
    for order, thing, colour, verb in itertools.product(ORDERS, THINGS, COLOURS, VERBS):
        english = order.format(thing=thing, colour=colour, verb=verb)
        # Things come first, and no space stands between words.
        foreign = "".join(word(each, alphabet) for each in reversed(english.split()))
        yield f"{english}\t{foreign}\tby nobody"


def write_sources(folder, alphabet=GLAGOLITIC, **changes):
    """Write dictionary, pairs and recipe; return the recipe. `changes` are fields of the recipe."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.u8").write_text("\n".join(dictionary_lines(alphabet)), encoding="utf-8")
    lines = "\n".join(dict.fromkeys(pair_lines(alphabet)))
    (folder / "pairs.tsv.gz").write_bytes(gzip.compress(lines.encode()))
    (folder / "test.txt").write_text("Buy red cup.\n", encoding="utf-8")
    fields = {"language": "xg", "name": "Glagolitic", "epochs": 20, "seed": 3} | changes
    return write_recipe(folder / "toy.toml", **fields)


def write_recipe(path: Path, **fields) -> Path:
    """Write a recipe whose fields can be changed, or left out where None."""
    known = {"licence": "CC0", "learning_rate": 0.02} | fields
    stated = [
        f"{name} = {value!r}".replace("'", '"')
        for name, value in known.items()
        if value is not None
    ]
    sections = [
        f'{head}\nfile = "{file}"\ntitle = "{file}"\nlicence = "CC0"'
        for head, file in (
            ("[lexicon]", "words.u8"),
            ("[[pairs]]", "pairs.tsv.gz"),
            ("[[held_out]]", "test.txt"),
        )
    ]
    path.write_text("\n".join([*stated, *sections]), encoding="utf-8")
    return path
