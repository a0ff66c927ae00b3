"""HTML and Markdown that does more than set words: found, blanked or taken out, in linear time."""

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from urllib.parse import urlsplit

from concierge.guarding.findings import Span, merged, replaced

RULES = ("script", "handler", "link", "hidden", "comment", "image", "embedded", "invisible")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Their contents are code or are not for reading: they go with the element.
_CODE = _names("script style noscript template")
_EMBEDDED = _names(
    "iframe object embed svg math form input button select textarea meta link base applet frame"
    " frameset audio video source"
)
_PLAIN = _names(
    "a abbr address article aside b bdi bdo blockquote body br caption center cite code col colgroup"
    " dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr"
    " html i img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub"
    " summary sup table tbody td tfoot th thead title tr u ul var wbr"
)
_KNOWN = _CODE | _EMBEDDED | _PLAIN
_BREAKS = _names("br p div li tr h1 h2 h3 h4 h5 h6 ul ol table hr blockquote")
_VOID = _names("area base br col embed hr img input link meta source wbr")
# Zero width, soft hyphens, marks of direction, and the tags of Unicode that nobody sees.
_INVISIBLE = (
    "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f"
)
# One that strayed in from a word processor is no attack; these never are strays.
_FEW = 2


# Each class excludes what ends it, and a tag ends at the next "<": nothing is read twice.
_PATTERNS: dict[str, Callable[[], re.Pattern[str]]] = {
    "tag": lambda: re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})(?=[\s/>]|$)([^<>]*)>?"),
    "comment": lambda: re.compile(r"<!--|-->|<![^<>]*>?|<\?[^<>]*>?"),
    "markdown comment": lambda: re.compile(
        r"^[ ]{0,3}\[[^\]\n]{1,99}\]:[ ]{0,9}(?:#|<>)[ ]{0,9}[(\"'][^\n]*$", re.MULTILINE
    ),
    "handler": lambda: re.compile(r"[\s/\"']on[a-z]{3,24}\s{0,9}=", re.IGNORECASE),
    "hidden": lambda: re.compile(
        r"display:none|visibility:hidden|font-size:[01](?:px|pt|em|%)?(?:[;\"']|$)|opacity:0(?:[;\"']|\.0|$)"
        r"|(?<![-a-z])color:(?:#fff(?:fff)?|white|transparent|rgb\(255,255,255\))"
        r"|(?:left|top|text-indent):-[0-9]{3}|(?:height|width):0(?:px)?[;\"']"
    ),
    "hidden word": lambda: re.compile(r"(?:^|\s)hidden(?=[\s=/]|$)", re.IGNORECASE),
    "scheme": lambda: re.compile(r"(?:javascript|vbscript|data|file|livescript):", re.IGNORECASE),
    "markdown link": lambda: re.compile(
        r"(!?)\[([^\[\]]{0,400})\]\(([^()\s]*(?:\([^()\s]*\))?[^()]{0,400})\)"
    ),
    "invisible": lambda: re.compile(f"[{_INVISIBLE}]+"),
    "never stray": lambda: re.compile("[\u202d\u202e\U000e0000-\U000e007f]"),
    "flag": lambda: re.compile("\U0001f3f4[\U000e0061-\U000e007a]{1,8}\U000e007f"),
    "address": lambda: re.compile(r"https?://[^\s<>()\[\]\"'，。；、）》]+"),
}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    # Compiled when it is first needed: a plain question needs few, and a start none.
    return _PATTERNS[name]()


def dangerous(text: str, hosts: Collection[str] = ()) -> list[Span]:
    """Return the spans that must not reach a page or a model; images from `hosts` are none."""
    return sorted(
        [
            *_elements(text, hosts),
            *_comments(text),
            *_markdown_links(text, hosts),
            *_invisible(text),
        ],
        key=lambda each: (each.start, each.end),
    )


def blanked(text: str, spans: Collection[Span]) -> str:
    """Return a text of the same length: line ends stay, and spaces stand for what else it spans."""
    joined = merged((each.start, each.end) for each in spans)
    return replaced(
        text,
        (
            (start, end, "".join(each if each in "\r\n" else " " for each in text[start:end]))
            for start, end in joined
        ),
    )


def plain(text: str, spans: Collection[Span]) -> str:
    """Return a text without these spans and without any tag: nothing in it is markup for a page."""
    joined = merged((each.start, each.end) for each in spans)
    bare = replaced(text, ((start, end, "") for start, end in joined))
    if "<" in bare:
        bare = _pattern("tag").sub(_without_tag, bare)
        # What was cut may have joined halves of a tag. It is shown, not read as one.
        bare = _pattern("tag").sub(lambda tag: _shown(tag[0]) if _is_known(tag) else tag[0], bare)
        bare = bare.replace("<!--", "‹!--")
    bare = _pattern("invisible").sub("", bare) if not bare.isascii() else bare
    return re.sub(r"[ \t]{2,}", " ", bare).strip() if bare != text else text


def foreign_links(text: str, hosts: Collection[str]) -> Iterator[Span]:
    """Yield the web addresses of a text whose host is none of these nor below one of them."""
    for found in _pattern("address").finditer(text):
        if not is_of(found[0], hosts):
            yield Span("foreign-link", *found.span())


def hosts_in(text: str) -> set[str]:
    """Return the hosts of the web addresses in a text."""
    return {_host(found[0]) for found in _pattern("address").finditer(text)} - {""}


def is_of(address: str, hosts: Collection[str]) -> bool:
    """Say whether an address belongs to one of these hosts or to one below it."""
    host = _host(address)
    return any(host == each or host.endswith(f".{each}") for each in hosts)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    # Its table of names takes milliseconds to load.
    from html import unescape

    return unescape(text)


def _is_known(tag: re.Match[str]) -> bool:
    return tag[2].lower() in _KNOWN


def _without_tag(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if name not in _KNOWN:
        return tag[0]
    return "\n" if name in _BREAKS else ""


def _shown(tag: str) -> str:
    return "‹" + tag[1:]


def _elements(text: str, hosts: Collection[str]) -> Iterator[Span]:
    """Yield dangerous tags; code and hidden elements with what they contain."""
    # What is open to be removed whole: name, rule, start, and how many of its name are inside.
    removed: tuple[str, str, int] | None = None
    depth = 0
    for tag in _pattern("tag").finditer(text) if "<" in text else ():
        name, closes = tag[2].lower(), bool(tag[1])
        if removed is not None:
            depth += (-1 if closes else 1) * (name == removed[0])
            if depth == 0:
                yield Span(removed[1], removed[2], tag.end())
                removed = None
            continue
        rule, whole = _end_rule(name) if closes else _rule_of(name, tag[3], hosts)
        if whole and name not in _VOID:
            removed, depth = (name, rule, tag.start()), 1
        elif rule:
            yield Span(rule, *tag.span())
    if removed is not None:
        # Nothing closes it: the tag goes, and its text stands to be judged as text.
        start = removed[2]
        tag_end = text.find(">", start)
        yield Span(removed[1], start, len(text) if tag_end < 0 else tag_end + 1)
        if tag_end >= 0:
            yield from _after(text, tag_end + 1, hosts)


def _after(text: str, start: int, hosts: Collection[str]) -> Iterator[Span]:
    """Yield the dangerous tags behind an element that nothing closes, each by itself."""
    for tag in _pattern("tag").finditer(text, start):
        rule, _ = _rule_of(tag[2].lower(), tag[3], hosts)
        if rule:
            yield Span(rule, *tag.span())


def _end_rule(name: str) -> tuple[str, bool]:
    rule = "script" if name in _CODE else "embedded" if name in _EMBEDDED else ""
    return rule, False


def _rule_of(name: str, attributes: str, hosts: Collection[str]) -> tuple[str, bool]:
    """Return the rule that a tag breaks, or none, and whether its contents go with it."""
    if name in _CODE:
        return "script", True
    if _pattern("handler").search(" " + attributes):
        return "handler", False
    if name in _EMBEDDED:
        return "embedded", False
    if name in _PLAIN:
        return _rule_of_plain(name, attributes, hosts)
    return "", False


def _rule_of_plain(name: str, attributes: str, hosts: Collection[str]) -> tuple[str, bool]:
    """Return the same of a tag that is harmless without its attributes."""
    squeezed = re.sub(r"[\s\x00-\x1f]", "", _unescaped(attributes)).lower()
    if _pattern("scheme").search(squeezed):
        return "link", False
    if _pattern("hidden").search(squeezed) or _pattern("hidden word").search(attributes):
        return "hidden", True
    if name == "img":
        address = _pattern("address").search(attributes)
        if address and _tells(address[0], hosts):
            return "image", False
    return "", False


def _tells(address: str, hosts: Collection[str]) -> bool:
    """Say whether loading an image could tell a stranger something."""
    return not is_of(address, hosts) and any(mark in address for mark in "?{}=%")


def _comments(text: str) -> Iterator[Span]:
    start = -1
    for mark in _pattern("comment").finditer(text) if "<" in text else ():
        if mark[0] == "<!--":
            start = mark.start() if start < 0 else start
        elif mark[0] == "-->":
            if start >= 0:
                yield Span("comment", start, mark.end())
            start = -1
        elif start < 0 and mark[0].lower().startswith(("<!doctype", "<![", "<?")):
            yield Span("comment", *mark.span())
    if start >= 0:
        yield Span("comment", start, start + len("<!--"))
    if "]:" in text:
        for found in _pattern("markdown comment").finditer(text):
            yield Span("comment", *found.span())


def _markdown_links(text: str, hosts: Collection[str]) -> Iterator[Span]:
    for found in _pattern("markdown link").finditer(text) if "](" in text else ():
        target = re.sub(r"[\s\x00-\x1f]", "", _unescaped(found[3]))
        if _pattern("scheme").match(target):
            yield Span("link", *found.span())
        elif found[1] and _tells(target, hosts):
            yield Span("image", *found.span())


def _invisible(text: str) -> Iterator[Span]:
    if text.isascii():
        return
    flags = {found.start() + 1 for found in _pattern("flag").finditer(text)}
    found = [run for run in _pattern("invisible").finditer(text, 1) if run.start() not in flags]
    if sum(run.end() - run.start() for run in found) > _FEW or any(
        _pattern("never stray").search(run[0]) for run in found
    ):
        yield from (Span("invisible", *run.span()) for run in found)
    elif _pattern("never stray").match(text):
        yield Span("invisible", 0, 1)
