"""The report on searches on one page of Markdown, for people."""

from collections.abc import Iterator, Sequence

from concierge.training.searches import LEAST_PEOPLE, Asked, Searches


def searches_page(searches: Searches) -> str:
    """Return the report as Markdown; rates are in percent."""
    return "\n".join(_lines(searches)) + "\n"


def _lines(searches: Searches) -> Iterator[str]:
    yield "# Searches"
    yield ""
    yield (
        f"{searches.searches:,} searches of {searches.people:,} people in 90 days, of which "
        f"{searches.followed:.1%} led to a product."
    )
    if searches.with_known_results:
        nothing = searches.without_results / searches.with_known_results
        yield f"{nothing:.1%} of those that tell their results found nothing."
    else:
        yield "No search tells how many results it had: send `results` with search events."
    yield f"Queries that fewer than {LEAST_PEOPLE} people asked are left out."
    yield from _table("Popular", searches.popular)
    yield from _table("Without results", searches.finding_nothing)
    yield from _table("Rarely leading to a product", searches.rarely_followed)


def _table(title: str, asked: Sequence[Asked]) -> Iterator[str]:
    if not asked:
        return
    yield ""
    yield f"## {title}"
    yield ""
    yield "| query | searches | people | led to a product | found nothing |"
    yield "|---|---|---|---|---|"
    for each in asked:
        nothing = "" if each.without_results is None else f"{each.without_results:.0%}"
        # A bar would end the cell.
        query = each.query.replace("\\", "\\\\").replace("|", "\\|")
        yield f"| {query} | {each.searches:,} | {each.people:,} | {each.followed:.0%} | {nothing} |"
