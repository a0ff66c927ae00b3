"""Read the wish for what can be had at once: `in stock`, `有货`, `现货`."""

import re
from collections.abc import Iterator

from concierge.searching.understanding.plain import Plain

_WISHES = re.compile(
    r"(?<![\w-])(?<!not )(?<!n't )(?<!back )(?:(?:only |that are |which are |currently )?(?:in[ -]stock|instock)(?: (?:only|now))?"
    r"|available (?:now|immediately|today)|ready to ship)(?![\w-])"
    r"|(?<![没无未])(?:只要|只看|要|仅限)?(?:有现货|有库存|有货|现货)(?!架|期)(?:的|吗)?"
)


def wishes_for_stock(plain: Plain) -> Iterator[tuple[int, int]]:
    """Yield where a query wishes for products in stock; the first is enough."""
    found = _WISHES.search(plain.text)
    if found:
        yield found.span()
