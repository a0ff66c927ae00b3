"""What a query may mean, read from its text and a vocabulary alone; nothing is decided here."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from concierge.searching.understanding import writing
from concierge.searching.understanding.candidate import (
    HALF,
    MOST,
    VERY_NEAR,
    Candidate,
    Span,
    part_of,
)
from concierge.searching.understanding.colours import colours
from concierge.searching.understanding.plain import Plain
from concierge.searching.understanding.sizes import sizes
from concierge.searching.understanding.stock import wishes_for_stock
from concierge.searching.understanding.vocabulary import Vocabulary
from concierge.shop.catalogue import split_category

# A name of more brands or categories than this is a word that says nothing.
MOST_MEANT = 12
# No query of a customer says more of one kind.
MOST_OF_A_KIND = 8

_NUMBER = re.compile(r"[\d零〇一二两三四五六七八九十百千万]")
_SAYS_BRAND = re.compile(r"(?:(?<!\w)(?:by|brand:?|made by) |品牌[:是为]? ?|牌子[:是为]? ?)$")
_SAYS_BRAND_AFTER = re.compile(r" brand(?!\w)| ?牌(?!子)| ?品牌")
_CONTEXT = 16
# Brands may be called so; sentences are made of them.
_COMMON = """
a all an and any are as at be best big by can do for free from get good great has have he her him his
home how i if in is it its kids like low me men more most my new next no not now of off old on one only
or our out own she small so some that the their them they this to two up us use we what when where
which who why will with women you your
"""
_FUNCTION_WORDS = frozenset(_COMMON.split())

Read = Callable[[Plain, Vocabulary], Iterator[Candidate]]


def candidates(plain: Plain, vocabulary: Vocabulary) -> Iterator[Candidate]:
    """Yield what a query may mean, the surest kinds first."""
    reads: list[Read] = [_in_stock, _brands, _sizes, _colours, _categories]
    if _NUMBER.search(plain.text):
        # Late: most queries have no number, and start sooner without what reads them.
        from concierge.searching.understanding.numbered import measured, priced

        reads = [priced, _in_stock, _brands, _sizes, measured, _colours, _categories]
    for read in reads:
        yield from islice(read(plain, vocabulary), MOST_OF_A_KIND)


def _in_stock(plain: Plain, _: Vocabulary) -> Iterator[Candidate]:
    for span in wishes_for_stock(plain):
        part = part_of(plain, "in_stock", span, "true", "in_stock = true")
        if part:
            yield Candidate(part, "in_stock")


def _brands(plain: Plain, vocabulary: Vocabulary) -> Iterator[Candidate]:
    for found in vocabulary.brands.find(plain):
        span = (found.start, found.end)
        said = _says_brand(plain.text, span)
        is_empty = set(found.words) <= _FUNCTION_WORDS or _is_one_sign(plain, span)
        if len(found.value) > MOST_MEANT or (is_empty and not said):
            continue
        brands = sorted(found.value)
        part = part_of(plain, "brand", span, brands[0], writing.equal("brand", brands))
        if part:
            yield Candidate(part, "brand", 0.0 if said else HALF)


def _sizes(plain: Plain, vocabulary: Vocabulary) -> Iterator[Candidate]:
    for reading in sizes(plain):
        span = (reading.start, reading.end)
        expression = writing.has_one_of(vocabulary.sized(reading.size))
        part = part_of(plain, "size", span, writing.size(reading.size), expression)
        if part:
            share = 0.0 if reading.is_explicit else HALF
            yield Candidate(part, f"size {reading.size[0]}", share, VERY_NEAR)


def _colours(plain: Plain, vocabulary: Vocabulary) -> Iterator[Candidate]:
    for reading in colours(plain, vocabulary.own_colours):
        span = (reading.start, reading.end)
        expression = writing.has_one_of(vocabulary.coloured(reading.colour))
        part = part_of(plain, "colour", span, reading.colour, expression)
        if part:
            yield Candidate(part, "colour", MOST if reading.is_thing else HALF)


def _categories(plain: Plain, vocabulary: Vocabulary) -> Iterator[Candidate]:
    for found in vocabulary.categories.find(plain):
        span = (found.start, found.end)
        if len(found.value) > MOST_MEANT or _is_one_sign(plain, span):
            continue
        paths = sorted(found.value)
        value = paths[0] if len(paths) == 1 else split_category(paths[0])[-1]
        part = part_of(plain, "category", span, value, writing.equal("category", paths))
        if part:
            # Of several, the narrower ones of all are meant: `cycling accessories`.
            yield Candidate(part, f"category {found.start}", is_whole=True)


def longer_names(plain: Plain, vocabulary: Vocabulary) -> list[Span]:
    """Return where names of several words are, whose words mean nothing by themselves."""
    return [
        plain.span(found.start, found.end)
        for names in (vocabulary.brands, vocabulary.categories)
        for found in names.find(plain)
        if len(found.words) > 1
    ]


def _says_brand(text: str, span: Span) -> bool:
    before = text[max(0, span[0] - _CONTEXT) : span[0]]
    return bool(_SAYS_BRAND.search(before) or _SAYS_BRAND_AFTER.match(text, span[1]))


def _is_one_sign(plain: Plain, span: Span) -> bool:
    """Return whether a name is one character among others, which in Chinese is part of a word."""
    return span[1] - span[0] == 1 and plain.text.strip() != plain.text[slice(*span)]
