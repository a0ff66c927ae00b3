"""Read bounds of a price: `under 50 euro`, `between €20 and €30`, `500元以下`, `200块左右`.

Amounts are found first; the words right before and after one say which bound it is.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from concierge.searching.understanding.amounts import Amount, amounts, common
from concierge.searching.understanding.plain import Plain

# `about 50 euro` is from 40 to 60.
ABOUT = 0.2
# Smaller bare numbers count things, or are an age.
LEAST_BARE = 5.0

_LEAD = r"(?P<lead>(?<!\w)(?:priced?|costs?|costing|price range)(?: is| of)?:? {0,2}|(?:售价|价格|价位|价钱)(?:在|是|为)? ?)?"
_BEFORE = re.compile(
    _LEAD
    + r"(?:(?P<under>(?<![\w-])(?:under|below|beneath|less than|cheaper than|lower than|up to|at most|no more than|"
    r"not more than|not over|within|max(?:imum)?\.?(?: of)?)|(?:不|不要|别)超过|不高于|不大于|低于|少于|小于|不到|最多|最高|便宜于)"
    r"|(?P<budget>(?<![\w-])(?:my )?budget(?: of| is)?:?|预算(?:在|是|为)?)"
    r"|(?P<most><=?|≤)"
    r"|(?P<over>(?<![\w-])(?:over|above|more than|starting (?:at|from)|from|at least|min(?:imum)?\.?(?: of)?|"
    r"not less than|no less than)|(?<!不)(?<!别)(?<!要)(?:高于|超过|大于|多于)|不低于|不少于|至少|最低|最少)"
    r"|(?P<least>>=?|≥)"
    r"|(?P<about>(?<![\w-])(?:about|around|approximately|approx\.?|roughly|circa|ca\.?|near)|~|大约|大概|约|差不多)"
    r"|(?P<between>(?<![\w-])between|介于))? {0,2}$"
)
_AFTER = re.compile(
    r" {0,2}(?:(?P<under>以下|以内|之内|之下|封顶|内(?![a-z0-9存衣裤部]))"
    r"|(?P<over>以上|起(?!来)|往上|之上)|(?P<about>左右|上下|前后)|(?P<between>之间|区间))的?"
    r"|(?P<or_less> (?:or (?:less|under|below|cheaper)|and (?:under|below|less)|max(?:imum)?)(?!\w))"
    r"|(?P<or_more>\+| (?:or (?:more|above|over)|and (?:up|above|over|more))(?!\w))"
    r"|的"
)
_DASH = re.compile(r" {0,2}(?:-|–|—|~|(?<= )(?:to|and|until)(?= )|到|至|和) {0,2}")
_NOT = re.compile(r"(?:(?<!\w)(?:not|isn't|than) |不是?)$")

_PEOPLE = re.compile(
    r"(?<!\w)(?:kids?|child(?:ren)?|boys?|girls?|bab(?:y|ies)|toddlers?|age[ds]?|years?|olds?|people|"
    r"players?|adults?|men|women|persons?|teens?)(?: \w{1,12}){0,2} ?$"
)
# What may stand behind a bare number that is a price.
_AFTER_BARE = re.compile(
    r" {0,2}(?:$|[,.;!?。，；！？)]|(?:in|with|for|and|or|by|that|which|please|only|made)(?!\w)|(?![a-z0-9_])\w)"
)
# Behind a number without a currency, this counts something else: 50个, 3岁.
_COUNTER = re.compile(
    r" {0,2}[个件岁年月天日号码寸升克米瓦级片张只支双条本页人位代款周分秒度倍斤卷包袋盒套层英厘毫公千流小英]"
)
_CONTEXT = 32

Bound = Literal["low", "high", "near"]


class PriceReading(NamedTuple):
    """A price in the plain text: bounds, both included, in one of some currencies."""

    start: int
    end: int
    low: float | None
    high: float | None
    currencies: frozenset[str] | None


def prices(plain: Plain) -> Iterator[PriceReading]:
    """Yield the prices of a query, none of which overlap."""
    found = list(amounts(plain.text))
    place = end = 0
    while place < len(found):
        reading, used = _reading(plain.text, found[place : place + 2], end)
        if reading:
            yield reading
            end = reading.end
        place += used


def _reading(text: str, two: Sequence[Amount], end: int) -> tuple[PriceReading | None, int]:
    """Return the price that begins with the first of two amounts, and how many it has."""
    if len(two) == 2 and _DASH.fullmatch(text, two[0].end, two[1].start):
        reading = _range(text, two[0], two[1], end)
        if reading:
            return reading, 2
    return _single(text, two[0], end), 1


def _range(text: str, low: Amount, high: Amount, end: int) -> PriceReading | None:
    around = _Around(text, low.start, high.end, end)
    has_currency = low.has_currency or high.has_currency
    is_bare = around.says("between") and around.may_be_bare(low.value)
    if low.value > high.value or not (has_currency or is_bare or around.says("lead")):
        return None
    if around.before & {"under", "most", "about"} or around.after & {"over", "or_more"}:
        return None
    currencies = common((low.currencies, high.currencies))
    return PriceReading(around.start, around.end, low.value, high.value, currencies)


def _single(text: str, amount: Amount, end: int) -> PriceReading | None:
    around = _Around(text, amount.start, amount.end, end)
    bound = around.bound()
    if bound is None or not _is_money(amount, around, bound):
        return None
    low = high = None
    if bound == "near":
        low, high = round(amount.value * (1 - ABOUT), 2), round(amount.value * (1 + ABOUT), 2)
    elif bound == "low":
        low = amount.value
    else:
        high = amount.value
    return PriceReading(around.start, around.end, low, high, amount.currencies)


def _is_money(amount: Amount, around: "_Around", bound: Bound) -> bool:
    """Return whether a bounded number is money: it names a currency, or nothing else is meant."""
    if amount.has_currency or around.says("lead"):
        return True
    if around.says("budget"):
        return not around.counts()
    # `over 50` is said of people and of many things, `about 20` and `20 or less` too.
    if bound == "low" or around.before & {"about"} or around.after & {"or_less"}:
        return around.says("least") and around.may_be_bare(amount.value)
    return around.may_be_bare(amount.value)


class _Around:
    """The words right around an amount, and the stretch that it makes with them."""

    def __init__(self, text: str, start: int, end: int, since: int) -> None:
        self._text = text
        window = text[max(since, start - _CONTEXT) : start]
        before, after = _BEFORE.search(window), _AFTER.match(text, end)
        said = "" if before is None else before[0]
        self.start = start - len(said) + (len(said) - len(said.lstrip()))
        self.end = after.end() if after else end
        self.before = _groups(before)
        self.after = _groups(after)
        self._is_refused = bool(_NOT.search(text[max(0, self.start - _CONTEXT) : self.start]))

    def says(self, word: str) -> bool:
        """Return whether a kind of word is before or after."""
        return word in self.before | self.after

    def bound(self) -> Bound | None:
        """Return which bound the words make of one amount, if they agree."""
        meant: set[Bound] = set()
        if self.before & {"under", "most", "budget"} or self.after & {"under", "or_less"}:
            meant.add("high")
        if self.before & {"over", "least"} or self.after & {"over", "or_more"}:
            meant.add("low")
        if self.before & {"about"} or self.after & {"about"}:
            meant.add("near")
        return meant.pop() if len(meant) == 1 and not self._is_refused else None

    def counts(self) -> bool:
        """Return whether what follows counts something else than money."""
        return bool(_COUNTER.match(self._text, self.end))

    def may_be_bare(self, value: float) -> bool:
        """Return whether a number without a currency can be nothing but money here."""
        before = self._text[max(0, self.start - _CONTEXT) : self.start]
        if value < LEAST_BARE or self.counts() or _PEOPLE.search(before):
            return False
        said = self.after & {"under", "about", "between"} or self.before & {"most", "least"}
        return bool(said or _AFTER_BARE.match(self._text, self.end))


def _groups(found: re.Match[str] | None) -> frozenset[str]:
    if found is None:
        return frozenset()
    return frozenset(name for name, text in found.groupdict().items() if text)
