"""Titles of products as customers type them from memory: misspelt, shortened, reordered, all of it.

Each looks for the product that it was made of, or for any other of the same title. Made with a seed, so
that the same titles give the same queries.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

QUERIES = 1_000
SEED = 20241125
# A shortened title that more products than this have all words of looks for none in particular.
MOST_MEANT = 10
SHORTEST_MISSPELT = 4
FEWEST_LEFT = 2
ATTEMPTS = 50

# Returns words changed, or None where they cannot be.
Garble = Callable[[list[str], random.Random], list[str] | None]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A garbled title, how it was made, and the products that it may be of."""

    text: str
    kind: str
    same: frozenset[str]


def lookups(titles: Mapping[str, str], count: int = QUERIES, seed: int = SEED) -> Iterator[Lookup]:
    """Yield so many garbled titles, in equal shares of each kind; `titles` are by item id."""
    chance = random.Random(seed)  # noqa: S311  # for repeatable samples
    alike: dict[str, set[str]] = defaultdict(set)
    for item_id, title in titles.items():
        alike[" ".join(title.lower().split())].add(item_id)
    shortened = _Shortened(list(alike))
    ways: tuple[tuple[str, tuple[Garble, ...]], ...] = (
        ("misspelt", (misspelt,)),
        ("shortened", (shortened,)),
        ("reordered", (reordered,)),
        ("all of it", (shortened, misspelt, reordered)),
    )
    order = sorted(alike)
    chance.shuffle(order)
    made = 0
    for title in order:
        kind, garbles = ways[made % len(ways)]
        words: list[str] | None = title.split()
        for garble in garbles:
            words = garble(words, chance) if words else None
        if words:
            made += 1
            yield Lookup(" ".join(words), kind, frozenset(alike[title]))
        if made == count:
            return


def misspelt(words: list[str], chance: random.Random) -> list[str] | None:
    """Return the words with one or two edits in those long enough, or None where none is."""
    long = [place for place, word in enumerate(words) if _is_long(word)]
    if not long:
        return None
    changed = list(words)
    for _ in range(chance.choice((1, 2))):
        place = chance.choice(long)
        changed[place] = _edited(changed[place], chance)
    return changed if changed != words else None


def reordered(words: list[str], chance: random.Random) -> list[str] | None:
    """Return the words in another order, or None where there is none."""
    if len(set(words)) < 2:
        return None
    mixed = list(words)
    while mixed == words:
        chance.shuffle(mixed)
    return mixed


class _Shortened:
    """Drops words, and as many as leave a title recognisable among the others."""

    def __init__(self, titles: list[str]) -> None:
        self._titles_of: dict[str, set[int]] = defaultdict(set)
        for number, title in enumerate(titles):
            for word in title.split():
                self._titles_of[word].add(number)

    def __call__(self, words: list[str], chance: random.Random) -> list[str] | None:
        """Return some of the words in their order, or None where any would mean too much."""
        most = min(len(words) - FEWEST_LEFT, max(1, len(words) // 2))
        if most < 1:
            return None
        for _ in range(ATTEMPTS):
            kept = sorted(chance.sample(range(len(words)), len(words) - chance.randint(1, most)))
            left = [words[place] for place in kept]
            if len(set.intersection(*(self._titles_of[word] for word in left))) <= MOST_MEANT:
                return left
        return None


def _is_long(word: str) -> bool:
    return len(word) >= SHORTEST_MISSPELT and word.isalpha()


def _edited(word: str, chance: random.Random) -> str:
    """Return a word with a letter left out, added, replaced or swapped with the next."""
    place = chance.randrange(len(word) - 1)
    before, after = word[:place], word[place + 1 :]
    letter = chance.choice(ascii_lowercase)
    edits = (
        before + after,
        before + letter + word[place:],
        before + letter + after,
        before + after[:1] + word[place] + after[1:],
    )
    return chance.choice(edits)
