"""The report on one page of Markdown, for people."""

from collections.abc import Iterable, Iterator, Sequence

from concierge.training.intervals import Interval
from concierge.training.off_policy import OffPolicy
from concierge.training.outcomes import Comparison, Exploration, Group, Outcomes

ALL = "all"


def page(outcomes: Outcomes) -> str:
    """Return the report as Markdown; rates are in percent, with their 95 % intervals."""
    return "\n".join(_lines(outcomes)) + "\n"


def _lines(outcomes: Outcomes) -> Iterator[str]:
    yield "# Outcomes of recommendations"
    yield ""
    yield f"{outcomes.events:,} events. Rates are per impression, with 95 % intervals."
    strays = outcomes.stray_clicks + outcomes.stray_purchases
    if strays:
        yield f"{strays:,} clicks and purchases name a recommendation without an impression."
    if not outcomes.groups:
        yield "No impression of a recommendation was reported."
        return
    yield from _table(
        ("arm", "placement", "impressions", "customers", "clicks", "purchases"),
        map(_rates, outcomes.groups),
    )
    yield from _table(
        ("arm", "placement", "items", "coverage", "novelty, bits", "popularity", "Gini"),
        map(_reach, outcomes.groups),
    )
    if outcomes.comparisons:
        yield from _table(
            ("compared", "placement", "more clicks", "more purchases"),
            map(_difference, outcomes.comparisons),
        )
    if outcomes.exploration:
        yield from _table(
            ("drawn place filled", "clicks", "draws", "worth"), _explored(outcomes.exploration)
        )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield ""
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def _rates(group: Group) -> Sequence[str]:
    counts = (f"{group.impressions:,}", f"{group.customers:,}")
    rates = (_percent(group.click_rate), _percent(group.purchase_rate))
    return (group.arm, group.placement or ALL, *counts, *rates)


def _reach(group: Group) -> Sequence[str]:
    reach = group.reach
    return (
        group.arm,
        group.placement or ALL,
        f"{reach.items:,}",
        f"{reach.coverage:.1%}",
        f"{reach.novelty_bits:.1f}",
        f"{reach.popularity_percentile:.0f}",
        f"{reach.exposure_gini:.2f}",
    )


def _difference(comparison: Comparison) -> Sequence[str]:
    compared = f"{comparison.arm} less {comparison.baseline}"
    differences = (_percent(each, "+") for each in (comparison.clicks, comparison.purchases))
    return (compared, comparison.placement or ALL, *differences)


def _explored(exploration: Exploration) -> Iterator[Sequence[str]]:
    for name, found in (("by the ranking", exploration.ranked), ("evenly", exploration.even)):
        yield (name, _estimate(found), f"{found.samples:,}", f"{found.effective_samples:,.0f}")


def _estimate(found: OffPolicy) -> str:
    return _percent(found.snips) if found.snips else "never drawn"


def _percent(interval: Interval, sign: str = "") -> str:
    value, low, high = (
        f"{100 * each:{sign}.2f}" for each in (interval.value, interval.low, interval.high)
    )
    return f"{value} % ({low} to {high})"
