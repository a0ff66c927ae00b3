"""How answers of the API look in a terminal."""

import json
import textwrap
from collections.abc import Mapping
from typing import Any

WIDTH = 96
SHOWN_CAUSES = 3
ACTIONS = {"answer": "answered", "clarify": "asked back", "handoff": "handed to a person"}
LANGUAGES = {"en": "English", "zh": "Chinese"}


def asked(method: str, path: str, body: Mapping[str, Any]) -> str:
    """Return a request in one line, with long lists as their length."""
    parts = [f"{json.dumps(name)}: {_brief(value)}" for name, value in body.items()]
    return f"{method} {path} {{{', '.join(parts)}}}"


def _brief(value: Any) -> str:
    is_long = isinstance(value, list) and any(isinstance(each, Mapping) for each in value)
    return f"[… {len(value)} …]" if is_long else json.dumps(value, ensure_ascii=False)


def shown(product: Mapping[str, Any]) -> str:
    """Return a product in one line."""
    price = f"{product['price']:.2f} {product.get('currency', '')}" if "price" in product else ""
    details = ", ".join(filter(None, [product.get("category", ""), price.strip()]))
    return f"    · {product['title']}" + (f" ({details})" if details else "")


def recommended(item: Mapping[str, Any]) -> list[str]:
    """Return a recommendation: the product, and why."""
    return [shown(item["product"]), f"        {item['reason']}"]


def explained(item: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """Return the sum behind a score: its parts, and what each part rests on."""
    parts = item.get("parts", [])
    whole = [(part["value"], part["name"]) for part in parts]
    lines = _sum("        ", "score", item["score"], whole)
    for part in parts:
        causes = part.get("because", [])
        addends = [
            (cause["value"], f"“{titles.get(cause['id'], cause['id'])}”")
            for cause in causes[:SHOWN_CAUSES]
        ]
        if others := causes[SHOWN_CAUSES:]:
            addends.append((sum(cause["value"] for cause in others), f"{len(others)} more"))
        if addends:
            lines += _sum("          ", part["name"], part["value"], addends)
    return lines


def _sum(indent: str, name: str, value: float, addends: list[tuple[float, str]]) -> list[str]:
    text = f"{name} {value:.3f} = " + " + ".join(f"{part:.3f} {of}" for part, of in addends)
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


def said(answer: Any) -> list[str]:
    """Return an answer of the API: its text, or that a person takes over, and what it rests on."""
    if not isinstance(answer, Mapping) or "action" not in answer:
        return []
    lines = [f"    {ACTIONS[answer['action']]}, confidence {answer['confidence']:.2f}"]
    lines += textwrap.wrap(
        f"“{answer['answer']}”" if "answer" in answer else "",
        WIDTH,
        initial_indent="    ",
        subsequent_indent="     ",
    )
    lines += [f"        {answer['notice']}"] if "notice" in answer else []
    lines += [shown(each["product"]) for each in answer.get("products", [])[:SHOWN_CAUSES]]
    lines += [f"        from {citation['source_id']}" for citation in answer["citations"][:1]]
    return lines
