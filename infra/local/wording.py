"""How answers of the API look in a terminal."""

import textwrap
from collections.abc import Mapping
from typing import Any

WIDTH = 96


def shown(product: Mapping[str, Any]) -> str:
    """Return a product in one line."""
    price = f"{product['price']:.2f} {product.get('currency', '')}" if "price" in product else ""
    details = ", ".join(filter(None, [product.get("category", ""), price.strip()]))
    return f"    · {product['title']}" + (f" ({details})" if details else "")


def recommended(item: Mapping[str, Any]) -> list[str]:
    """Return a recommendation: the product, and why."""
    return [shown(item["product"]), f"        {item['reason']}"]


def said(answer: Any) -> list[str]:
    """Return an answer of the API: its text, or that a person takes over, and what it rests on."""
    if not isinstance(answer, Mapping) or "action" not in answer:
        return []
    lines = [f"    {answer['action']}, confidence {answer['confidence']:.2f}, {answer['language']}"]
    lines += textwrap.wrap(
        f"“{answer['answer']}”" if "answer" in answer else "",
        WIDTH,
        initial_indent="    ",
        subsequent_indent="     ",
    )
    lines += [f"        from {citation['source_id']}" for citation in answer["citations"][:1]]
    return lines
