"""A sentence that says why an item is recommended, in English or Chinese."""

from collections.abc import Callable, Sequence

from concierge.retrieval.ranking import Because, Part

_ACTIONS = {
    "en": {
        "view": "you looked at",
        "add_to_cart": "you put in your cart",
        "purchase": "you bought",
        "rating": "you liked",
        "context": "it goes with",
    },
    "zh": {
        "view": "您浏览过",
        "add_to_cart": "您加入购物车的",
        "purchase": "您购买过",
        "rating": "您喜欢",
        "context": "与之相关的",
    },
}
_PHRASES = {
    "en": {
        "item": "Because {action} {title}",
        "query": "Because you searched for “{name}”",
        "tag": "Because you like {name}",
        "price": "In the price range you usually choose",
        "popularity": "Popular with other customers",
        "trend": "Many customers want this now",
        "repeat": "You buy this regularly",
        "newness": "New in our shop",
        "seen": "You looked at this lately",
        "gone": "Because of what you chose before",
        "none": "From our catalogue",
    },
    "zh": {
        "item": "因为{action}“{title}”",
        "query": "因为您搜索过“{name}”",
        "tag": "因为您喜欢{name}",
        "price": "符合您常选的价位",
        "popularity": "其他顾客也喜欢",
        "trend": "近期很多顾客想要",
        "repeat": "您经常购买",
        "newness": "本店新品",
        "seen": "您最近浏览过",
        "gone": "根据您以往的选择",
        "none": "来自我们的商品目录",
    },
}


# What the shop's rules did to a score is no reason to tell a customer.
_RULES = ("boost", "repetition", "diversity")


def telling(parts: Sequence[Part]) -> Part | None:
    """Return the part that gave most, of those that are a reason; None without any."""
    told = (part for part in parts if part.name not in _RULES)
    return max(told, key=lambda part: part.value, default=None)


def reason(parts: Sequence[Part], locale: str, title_of: Callable[[str], str]) -> str:
    """Return one sentence about the part that gave most; what is gone from the shop has no title."""
    language = "zh" if locale.lower().startswith("zh") else "en"
    phrases = _PHRASES[language]
    strongest = telling(parts)
    if strongest is None or strongest.value <= 0:
        return phrases["none"]
    if strongest.name in phrases or not strongest.because:
        return phrases.get(strongest.name, phrases["none"])
    sentences = (
        _cause(because, language, title_of) for because in strongest.because if because.value > 0
    )
    return next(filter(None, sentences), phrases["gone"])


def _cause(because: Because, language: str, title_of: Callable[[str], str]) -> str:
    """Return a sentence about one cause, or none where nothing has a name."""
    phrases = _PHRASES[language]
    if because.kind == "others":
        return ""
    if because.kind == "query":
        return phrases["query"].format(name=because.id)
    if because.kind == "tag":
        kind, _, name = because.id.partition(":")
        return phrases["price" if kind == "price" else "tag"].format(name=name)
    title = title_of(because.id)
    action = _ACTIONS[language].get(because.kind, _ACTIONS[language]["view"])
    return phrases["item"].format(action=action, title=title) if title else ""
