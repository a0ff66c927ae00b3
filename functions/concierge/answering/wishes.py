"""Tell a wish for products from a question, and what is wished for."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; without words, or with `is_open`, the customer wants to be advised."""

    about: str
    is_open: bool


_ENGLISH = re.compile(
    r"\b(?P<open>recommend(?:ations?)?|suggest(?:ions?)?|advise|inspire|what (?:should|could) i (?:buy|get))\b"
    r"|\b(?:show me|find me|search for|i(?:'m| am) (?:looking|searching|shopping) for|looking for|i need (?:a|an|some|new)\b"
    r"|i(?:'d| would) like (?:a|an|some|to buy)\b|i want (?:a|an|some|to buy)\b|do you (?:sell|stock|carry)"
    r"|have you got|do you have (?:any|a|an|some)\b|got any|where can i (?:buy|find)|any (?:good|nice|cheap)\b"
    r"|(?:gift|present)s? for\b)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?P<open>推荐|建议买|买什么好|送什么好)"
    r"|(?:给我看看|看看|我想买|想买|我想要|我要买|我在找|在找|帮我找|找一?[款个双件条把]|有没有|你们有卖|有卖|卖不卖|哪里能买|需要一?[款个双件条把])"
)
# Words around a wish that say nothing of the thing.
_ENGLISH_REST = re.compile(
    r"\b(?:please|can|could|would|you|me|something|anything|some|any|a|an|the|products?|items?|for me|hi|hello|hey"
    r"|i|my|to|buy|get|of|good|nice|that|thing|things|what|should|do|have|your|list|few)\b",
    re.IGNORECASE,
)
_CHINESE_REST = re.compile(
    r"请|麻烦|给我|帮我|能不能|可以|一下|一些|一点|点|几款|一款|什么|东西|商品|产品|的|吗|呢|吧|我|你们|你|好|有"
)
_MARKS = re.compile(r"[\s,.!?;:，。！？；：、~]+")


def wish_in(text: str, language: str) -> Wish | None:
    """Return the wish that a text says, or None where it says none.

    It is found by its wording alone: ask it only of what the knowledge has no answer for.
    """
    found = (_CHINESE if language == "zh" else _ENGLISH).search(text)
    if found is None:
        return None
    about = _MARKS.sub(" ", text[: found.start()] + " " + text[found.end() :]).strip()
    rest = _CHINESE_REST if language == "zh" else _ENGLISH_REST
    has_subject = bool(_MARKS.sub("", rest.sub("", about)))
    return Wish(about if has_subject else "", bool(found["open"]))
