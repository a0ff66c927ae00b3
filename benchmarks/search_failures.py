"""Where search falls short: the judged queries that lose most, with what made their first hits.

Of the half that weights may be tuned on only, so that the other half stays unseen.
"""

from collections.abc import Iterator, Sequence

from benchmarks.judged_queries import JudgedQuery
from benchmarks.search_engines import Ours
from benchmarks.search_quality import FIRST, ndcg
from concierge.searching.asking import SearchResult

TUNING = "tuning"
HITS = 4
LONGEST_TITLE = 34


def worst(queries: Sequence[JudgedQuery], ours: Ours, most: int) -> Iterator[str]:
    """Yield the lines that tell of the queries with the least worth."""
    found = [(query, ours.search(query.text, FIRST)) for query in queries if query.part == TUNING]
    judged = [(ndcg(_ids(result), query.gains), query, result) for query, result in found]
    for worth, query, result in sorted(judged, key=lambda each: each[0])[:most]:
        yield f"\n{worth:.2f}  {query.text}  ({query.kind}, {result.total} found)"
        for hit in result.hits[:HITS]:
            gain = query.gains.get(hit.product.item_id, 0)
            parts = ", ".join(f"{part.name} {part.value:.3f}" for part in hit.parts)
            title = hit.product.title[:LONGEST_TITLE]
            yield f"   gain {gain:g}  {hit.product.item_id:<11} {title:<34} {hit.score:.3f} = {parts}"
        best = max(query.gains.values())
        missed = [i for i, gain in query.gains.items() if gain == best and i not in _ids(result)]
        if missed:
            yield f"   not among the first {FIRST}: {', '.join(missed)} (gain {best:g})"


def _ids(result: SearchResult) -> list[str]:
    return [hit.product.item_id for hit in result.hits]
