"""What search would be worth to a shop, by its own catalogue and its own judged queries.

`python -m benchmarks.evaluate_search --catalogue FILE --queries FILE` takes a catalogue in the format of
the inbox and queries as JSON Lines, `{"query": …, "judgments": {item_id: gain}}`, and prints NDCG@10,
recall@100 and MRR by words (bm25s), by meaning (cosine) and of the product, for all queries and for
those with typos, with numbers and in Chinese.
"""

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.judged_queries import JudgedQuery, known_only, read_judged
from benchmarks.search_comparison import Comparison, Groups, compare, table, to_record
from benchmarks.search_engines import Engine, engines
from benchmarks.shop_files import WrongFile, read_catalogue
from concierge.language.encoder import TextEncoder, open_encoder
from concierge.language.stemming import stem
from concierge.language.tokens import CJK, fold
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.shop.catalogue import Product

ROOT = Path(__file__).resolve().parents[1]
GROUPS = ALL, TYPOS, NUMBERS, CHINESE = ("all queries", "with typos", "with numbers", "in Chinese")
WORD = re.compile(rf"[^\W\d_{CJK}]+")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]")
# A word of three letters is one edit from too many others.
SHORTEST_TYPO = 4
MOST_NAMED = 5

EnginesOf = Callable[[CatalogueSnapshot, TextEncoder], Mapping[str, Engine]]


class Words:
    """The words of a catalogue, and what is nearly one of them."""

    def __init__(self, products: Iterable[Product]) -> None:
        texts = (fold(product.text) for product in products)
        self._words = {word for text in texts for word in WORD.findall(text)}
        self._stems = set(map(stem, self._words))
        self._letters = sorted(set().union(*self._words))

    def misspelt(self, text: str) -> bool:
        """Tell whether a word of the text is in no product, and one edit from one that is."""
        return any(map(self._is_typo, WORD.findall(fold(text))))

    def _is_typo(self, word: str) -> bool:
        if len(word) < SHORTEST_TYPO or word in self._words or stem(word) in self._stems:
            return False
        return any(edit in self._words for edit in self._edits(word))

    def _edits(self, word: str) -> Iterator[str]:
        """Yield every text with a letter more, less, replaced or swapped with the next."""
        for place in range(len(word) + 1):
            before, after = word[:place], word[place:]
            yield before + after[1:]
            yield before + after[1:2] + after[:1] + after[2:]
            for letter in self._letters:
                yield before + letter + after
                yield before + letter + after[1:]


def groups_by(words: Words) -> Groups:
    """Return what tells the groups of a query."""

    def groups(query: JudgedQuery) -> Iterator[str]:
        yield ALL
        if words.misspelt(query.text):
            yield TYPOS
        if any(letter.isdigit() for letter in query.text):
            yield NUMBERS
        if HAN.search(query.text):
            yield CHINESE

    return groups


def evaluate(
    catalogue_file: Path,
    queries_file: Path,
    encoder: TextEncoder,
    engines_of: EnginesOf = engines,
    tell: Callable[[str], None] = print,
) -> Comparison:
    """Return how well a catalogue is searched; `tell` hears what of the files was left out."""
    queries = read_judged(queries_file)
    with tempfile.TemporaryDirectory() as folder:
        refused: list[str] = []
        catalogue = read_catalogue(catalogue_file, Path(folder), encoder, refused.append)
        products = list(catalogue.products())
        known = frozenset(product.item_id for product in products)
        asked, unknown = known_only(queries, known)
        _tell(tell, catalogue_file, refused)
        _tell(tell, queries_file, unknown)
        if not asked:
            raise WrongFile(f"{queries_file}: no query should find anything in {catalogue_file}")
        tell(f"{len(products):,} products, {len(asked):,} queries")
        return compare(asked, engines_of(catalogue, encoder), groups_by(Words(products)))


def _tell(tell: Callable[[str], None], path: Path, lines: Sequence[str]) -> None:
    for line in lines[:MOST_NAMED]:
        tell(f"{path}, {line}")
    if len(lines) > MOST_NAMED:
        tell(f"{path}: and {len(lines) - MOST_NAMED:,} more")


def main(arguments: list[str] | None = None) -> int:
    """Evaluate what the command line names; 2 where a file cannot be used."""
    parser = argparse.ArgumentParser(prog="benchmarks.evaluate_search", description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True, help="CSV or JSON Lines, or .gz")
    parser.add_argument("--queries", type=Path, required=True, help="JSON Lines")
    parser.add_argument("--model", type=Path, default=ROOT / ".build/model")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        encoder = open_encoder(options.model, threads=2)
        comparison = evaluate(options.catalogue, options.queries, encoder)
    except WrongFile as wrong:
        print(f"evaluate_search: {wrong}", file=sys.stderr)
        return 2
    print(table(comparison, GROUPS))
    print(f"{time.monotonic() - started:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(to_record(comparison), indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
