"""What the dialogue itself says beside small talk, in the languages of the first shops."""

from typing import Literal

StockPhrase = Literal["which", "is_it", "products", "recommended", "refused"]

_PHRASES: dict[str, dict[StockPhrase, str]] = {
    "en": {
        "which": "Which of these do you mean?",
        "is_it": "Do you mean this?",
        "products": "This is what I found:",
        "recommended": "You may like these:",
        "refused": "I cannot help with that. Please ask me about the shop, an order or a product.",
    },
    "zh": {
        "which": "请问您想问的是哪一个？",
        "is_it": "请问您想问的是这个吗？",
        "products": "为您找到这些商品：",
        "recommended": "这些您可能会喜欢：",
        "refused": "这个问题我无法回答。欢迎咨询本店、订单或商品相关的问题。",
    },
}


def phrase(name: StockPhrase, language: str) -> str:
    """Return what is said, in English where the language is not known."""
    return _PHRASES.get(language, _PHRASES["en"])[name]
