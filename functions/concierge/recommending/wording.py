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
        "none": "From our catalogue",
    },
    "zh": {
        "item": "因为{action}“{title}”",
        "query": "因为您搜索过“{name}”",
        "tag": "因为您喜欢{name}",
        "price": "符合您常选的价位",
        "popularity": "其他顾客也喜欢",
        "none": "来自我们的商品目录",
    },
}


def reason(parts: Sequence[Part], locale: str, title_of: Callable[[str], str]) -> str:
    """Return one sentence about the part that gave most."""
    language = "zh" if locale.lower().startswith("zh") else "en"
    phrases = _PHRASES[language]
    strongest = max(parts, key=lambda part: part.value, default=None)
    if strongest is None or strongest.value <= 0:
        return phrases["none"]
    if not strongest.because:
        return phrases.get(strongest.name, phrases["none"])
    return _cause(strongest.because[0], language, title_of)


def _cause(because: Because, language: str, title_of: Callable[[str], str]) -> str:
    phrases = _PHRASES[language]
    if because.kind == "query":
        return phrases["query"].format(name=because.id)
    if because.kind == "tag":
        kind, _, name = because.id.partition(":")
        return phrases["price" if kind == "price" else "tag"].format(name=name)
    action = _ACTIONS[language].get(because.kind, _ACTIONS[language]["view"])
    return phrases["item"].format(action=action, title=title_of(because.id))
