"""Countries by name, in English and Chinese."""

import re
from functools import cache

from concierge.answering.flows.country_names import NAMES
from concierge.language.tokens import fold

_ALIASES = {
    "GB": "uk|u.k.|great britain|britain|england|scotland|wales|northern ireland|大不列颠|英格兰|英國",
    "US": "usa|u.s.|u.s.a.|america|the states|united states of america|美利坚|美國",
    "AE": "uae|emirates|阿联酋|迪拜|dubai",
    "CZ": "czech republic|捷克共和国",
    "NL": "holland|the netherlands",
    "KR": "korea|南韩|韓國",
    "KP": "北韩|北朝鲜",
    "TR": "turkey",
    "CI": "ivory coast|cote d'ivoire",
    "MM": "burma",
    "HK": "香港",
    "MO": "macau|澳门",
    "TW": "中国台湾|臺灣|台灣",
    "CN": "prc|mainland china|中国大陆|大陆|內地|内地|中國",
    "DE": "deutschland|德國",
    "AT": "österreich",
    "CH": "schweiz|suisse",
    "FR": "法國",
    "RU": "russian federation|俄国",
    "VA": "holy see|vatican",
    "CD": "dr congo|drc|democratic republic of the congo|刚果民主共和国",
    "CG": "congo|republic of the congo|刚果",
    "SZ": "swaziland",
    "MK": "macedonia",
    "CV": "cabo verde",
    "TL": "east timor",
    "PS": "palestine|巴勒斯坦",
    "BA": "bosnia",
    "SA": "沙特",
    "NZ": "纽西兰",
    "AU": "澳洲",
    "MN": "蒙古国",
    "XK": "科索沃",
    "FM": "federated states of micronesia",
}
_HAN = re.compile(r"[\u3400-\u9fff]")


def country_in(text: str, *, whole: bool) -> str | None:
    """Return the code of the country that a text names, or None where there is none or several.

    A code such as DE counts where it is the whole text; within a sentence it may be a word.
    """
    if whole and re.fullmatch(r"[A-Za-z]{2}", text.strip()):
        code = text.strip().upper()
        return "GB" if code == "UK" else code if code in _by_code() else None
    names = _by_name()
    plain = _plain(text)
    found = set()
    for name in sorted(names, key=len, reverse=True):
        if name in plain and _stands_alone(name, plain):
            found.add(names[name])
            plain = plain.replace(name, " | ")
    return found.pop() if len(found) == 1 else None


def country_name(code: str, language: str) -> str:
    """Return the name of a country in a language, in English where it is any but Chinese."""
    english, chinese = _by_code()[code]
    return chinese if language == "zh" else english


def _stands_alone(name: str, text: str) -> bool:
    if _HAN.search(name):
        return True
    return bool(re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", text))


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("&", "and").replace("’", "'").split())


@cache
def _by_code() -> dict[str, tuple[str, str]]:
    rows = (line.split("|") for line in NAMES.splitlines())
    return {code: (english, chinese) for code, english, chinese in rows}


@cache
def _by_name() -> dict[str, str]:
    names = {_plain(name): code for code, both in _by_code().items() for name in both}
    for code, aliases in _ALIASES.items():
        names |= {_plain(alias): code for alias in aliases.split("|")}
    return names
