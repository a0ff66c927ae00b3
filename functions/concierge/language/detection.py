"""Tell the language of a short text from its script; enough to choose how to search."""

import re

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
)
_LETTER = re.compile(r"[^\W\d_]")
# One Chinese character says about as much as this many Latin letters.
_WEIGHT = 3


def detect(text: str, default: str = "en") -> str:
    """Return an ISO 639-1 code; texts in Latin script count as the default."""
    letters = len(_LETTER.findall(text))
    for language, script in _SCRIPTS:
        found = len(script.findall(text))
        if found and found * _WEIGHT >= letters - found:
            return language
    return default


def primary(tag: str) -> str:
    """Return the language of a tag without script and region: `zh` of `zh-Hans-CN`."""
    return tag.partition("-")[0].lower()
