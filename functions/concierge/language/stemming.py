"""English plurals: the S stemmer (Harman 1991), and the words of shops that it gets wrong."""

from functools import lru_cache

_IRREGULAR = {
    "calves": "calf",
    "children": "child",
    "elves": "elf",
    "feet": "foot",
    "geese": "goose",
    "halves": "half",
    "hooves": "hoof",
    "knives": "knife",
    "leaves": "leaf",
    "loaves": "loaf",
    "men": "man",
    "mice": "mouse",
    "scarves": "scarf",
    "shelves": "shelf",
    "teeth": "tooth",
    "thieves": "thief",
    "wives": "wife",
    "wolves": "wolf",
    "women": "woman",
}
# Singular words that look like plurals.
_SINGULAR = frozenset(
    (
        "always",
        "atlas",
        "canvas",
        "chess",
        "christmas",
        "gps",
        "kansas",
        "lens",
        "mars",
        "news",
        "series",
        "species",
        "texas",
    )
)
_PLURALS_OF_SINGULARS = {f"{word}es": word for word in ("atlas", "bus", "canvas", "gas", "lens")}
# What ends in -ie or -i keeps its vowel: hoodies are no hoody, and one bikini has no s.
_IE = frozenset(
    (
        "beanie",
        "birdie",
        "brownie",
        "calorie",
        "collie",
        "cookie",
        "genie",
        "goalie",
        "hoodie",
        "hankie",
        "junkie",
        "lie",
        "magpie",
        "movie",
        "necktie",
        "onesie",
        "pie",
        "pixie",
        "prairie",
        "rookie",
        "selfie",
        "smoothie",
        "sortie",
        "sweetie",
        "talkie",
        "tie",
        "zombie",
    )
)
_I = frozenset(
    (
        "alibi",
        "bikini",
        "chili",
        "emoji",
        "kiwi",
        "safari",
        "ski",
        "taxi",
        "tiki",
        "wifi",
        "yeti",
        "zucchini",
    )
)
# Of the words in -oes these have a singular in -oe; potatoes and heroes have not.
_OE = frozenset(
    (
        "aloe",
        "canoe",
        "doe",
        "floe",
        "foe",
        "hoe",
        "horseshoe",
        "mistletoe",
        "oboe",
        "shoe",
        "tiptoe",
        "toe",
        "woe",
    )
)
_HISSING = ("shes", "ches", "xes", "sses", "zzes", "tzes")


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """Return an English word, folded, without its plural ending."""
    if word.endswith("'s"):
        word = word[:-2]
        return _IRREGULAR.get(word, word)
    if len(word) < 3 or not word.isalpha():
        return word
    bare = _IRREGULAR.get(word) or _PLURALS_OF_SINGULARS.get(word) or _without_s(word)
    # womens and childrens are written without their apostrophe more often than with it.
    return _IRREGULAR.get(bare, bare)


def _without_s(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word in _SINGULAR:
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-1] if word[:-1] in _IE else word[:-3] + "y"
    if word.endswith("oes"):
        return word[:-1] if word[:-1] in _OE else word[:-2]
    if word.endswith(_HISSING):
        return word[:-2]
    if word.endswith("is"):
        return word[:-1] if word[:-1] in _I else word
    return word if word.endswith(("us", "ss")) else word[:-1]
