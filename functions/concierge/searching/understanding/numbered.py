"""The parts of a query that have a number: prices and measures."""

from collections.abc import Iterator

from concierge.searching.understanding import writing
from concierge.searching.understanding.amounts import ANY
from concierge.searching.understanding.candidate import HALF, VERY_NEAR, Candidate, part_of
from concierge.searching.understanding.measures import measures
from concierge.searching.understanding.plain import Plain
from concierge.searching.understanding.prices import PriceReading, prices
from concierge.searching.understanding.vocabulary import Texts, Vocabulary


def priced(plain: Plain, vocabulary: Vocabulary) -> Iterator[Candidate]:
    """Yield the prices; one in a currency that the shop does not sell in is foreign."""
    for reading in prices(plain):
        meant = _meant(reading, vocabulary.currencies)
        expression = writing.within(reading.low, reading.high)
        if meant and len(vocabulary.currencies) > 1:
            expression = f"{writing.equal('currency', sorted(meant))} and {expression}"
        span = (reading.start, reading.end)
        part = part_of(plain, "price", span, _told(reading, meant), expression)
        if part:
            yield Candidate(part, f"price {reading.start}", is_foreign=meant == frozenset())


def measured(plain: Plain, vocabulary: Vocabulary) -> Iterator[Candidate]:
    """Yield the measures that an attribute of some product has."""
    for reading in measures(plain):
        having = vocabulary.measuring(reading.measure)
        if not having:
            continue
        expression = writing.has_one_of(having)
        span = (reading.start, reading.end)
        part = part_of(plain, "size", span, plain.text[slice(*span)], expression)
        if part:
            yield Candidate(part, f"measure {reading.measure.dimension}", HALF, VERY_NEAR)


def _meant(reading: PriceReading, known: Texts) -> Texts | None:
    """Return which of the shop's currencies a price is in; None where it may be any."""
    if reading.currencies is None or not known:
        return None
    meant = reading.currencies & known
    return None if ANY in reading.currencies and not meant else meant


def _told(reading: PriceReading, currencies: Texts | None) -> str:
    low, high = (
        "" if bound is None else writing.figure(bound) for bound in (reading.low, reading.high)
    )
    bounds = f"{low}-{high}" if low and high else f"<={high}" if high else f">={low}"
    return " ".join([bounds, *(currencies or ())]) if len(currencies or ()) == 1 else bounds
