"""Titles as customers remember them: known by construction to be of one product."""

from collections import Counter

from benchmarks.garbled_titles import lookups

ADJECTIVES = ("red", "blue", "vintage", "wooden", "paisley", "retro", "polkadot", "ivory")
THINGS = ("lunchbox", "teapot", "doormat", "lantern", "cushion", "clock", "basket", "notebook")
TITLES = {
    f"{first}-{second}-{thing}": f"{first} {second} {thing} NUMBER {at}"
    for at, (first, second, thing) in enumerate(
        (first, second, thing)
        for first in ADJECTIVES
        for second in ADJECTIVES
        for thing in THINGS
        if first != second
    )
}


def distance(one, other):
    """Return the edits between two texts, a swap of neighbours being one."""
    rows = {(-1, y): y + 1 for y in range(-1, len(other))} | {
        (x, -1): x + 1 for x in range(-1, len(one))
    }
    for x, letter in enumerate(one):
        for y, wanted in enumerate(other):
            rows[x, y] = min(
                rows[x - 1, y] + 1,
                rows[x, y - 1] + 1,
                rows[x - 1, y - 1] + (letter != wanted),
            )
            if x and y and letter == other[y - 1] and one[x - 1] == wanted:
                rows[x, y] = min(rows[x, y], rows[x - 2, y - 2] + 1)
    return rows[len(one) - 1, len(other) - 1]


def garbled(kind):
    """Return each garbled title of a kind with the title it was made of, in small letters."""
    return [
        (lookup.text, TITLES[next(iter(lookup.same))].lower())
        for lookup in lookups(TITLES, 200)
        if lookup.kind == kind
    ]


def test_the_same_titles_give_the_same_queries():
    assert list(lookups(TITLES, 40)) == list(lookups(TITLES, 40))


def test_kinds_have_equal_shares():
    assert set(Counter(lookup.kind for lookup in lookups(TITLES, 200)).values()) == {50}


def test_a_misspelt_title_is_one_or_two_edits_away():
    assert {distance(text, title) for text, title in garbled("misspelt")} == {1, 2}


def test_a_shortened_title_has_words_of_the_title_in_their_order():
    for text, title in garbled("shortened"):
        words = iter(title.split())
        assert 2 <= len(text.split()) < len(title.split())
        assert all(word in words for word in text.split())


def test_a_shortened_title_means_few_products():
    for text, _ in garbled("shortened"):
        meant = [t for t in TITLES.values() if set(text.split()) <= set(t.lower().split())]
        assert len(meant) <= 10


def test_a_reordered_title_has_the_same_words_in_another_order():
    for text, title in garbled("reordered"):
        assert text != title
        assert sorted(text.split()) == sorted(title.split())


def test_products_of_one_title_are_all_looked_for():
    titles = {"a": "Green Felt Slippers", "b": "GREEN FELT  SLIPPERS", "c": "Brass bell large"}
    for lookup in lookups(titles, 8):
        assert lookup.same in ({"a", "b"}, {"c"})
