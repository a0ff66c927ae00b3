"""The sentence that says why, for every part of a score, in both languages."""

import pytest

from concierge.recommending.scoring import EVERY_PART
from concierge.recommending.wording import reason, telling
from concierge.retrieval.ranking import Because, Part

TITLES = {"pan": "Iron pan", "tea": "Green tea"}


def said(*parts, locale="en"):
    return reason(parts, locale, lambda item_id: TITLES.get(item_id, ""))


def part(name, *because, value=1.0):
    return Part(name, value, because)


@pytest.mark.parametrize(
    ("found", "english", "chinese"),
    [
        (part("trend"), "Many customers want this now", "近期很多顾客想要"),
        (part("newness"), "New in our shop", "本店新品"),
        (part("seen"), "You looked at this lately", "您最近浏览过"),
        (part("popularity"), "Popular with other customers", "其他顾客也喜欢"),
        (part("repeat", Because("repeat", "pan", 1.0)), "You buy this regularly", "您经常购买"),
        (part("search", Because("query", "wok", 1.0)), "Because you searched for “wok”",
         "因为您搜索过“wok”"),
        (part("taste", Because("tag", "brand:Alder", 1.0)), "Because you like Alder",
         "因为您喜欢Alder"),
        (part("taste", Because("tag", "price:10-25", 1.0)),
         "In the price range you usually choose", "符合您常选的价位"),
        (part("content"), "From our catalogue", "来自我们的商品目录"),
    ],
    ids=lambda value: value.name if isinstance(value, Part) else None,
)  # fmt: skip
def test_every_part_has_a_sentence(found, english, chinese):
    assert said(found) == english
    assert said(found, locale="zh-CN") == chinese


@pytest.mark.parametrize("name", ["next", "together", "after", "content"])
@pytest.mark.parametrize(
    ("action", "english", "chinese"),
    [
        ("view", "Because you looked at Iron pan", "因为您浏览过“Iron pan”"),
        ("add_to_cart", "Because you put in your cart Iron pan", "因为您加入购物车的“Iron pan”"),
        ("purchase", "Because you bought Iron pan", "因为您购买过“Iron pan”"),
        ("rating", "Because you liked Iron pan", "因为您喜欢“Iron pan”"),
        ("context", "Because it goes with Iron pan", "因为与之相关的“Iron pan”"),
    ],
)
def test_what_an_item_led_to_names_it_with_what_was_done(name, action, english, chinese):
    found = part(name, Because(action, "pan", 1.0))
    assert said(found) == english
    assert said(found, locale="zh") == chinese


def test_every_part_of_a_score_is_worded():
    told = {said(part(name, Because("view", "pan", 1.0))) for name in EVERY_PART}
    assert "From our catalogue" not in told


def test_the_strongest_part_is_told_and_the_rules_of_the_shop_are_not():
    content = part("content", Because("view", "pan", 0.5), value=0.5)
    rules = [part("boost", value=9.0), part("repetition", value=-3.0), part("diversity", value=-1)]
    assert said(part("popularity", value=0.2), *rules, content) == "Because you looked at Iron pan"
    assert telling([part("popularity", value=0.2), *rules, content]) is content
    assert telling(rules) is None


@pytest.mark.parametrize("parts", [(), (part("content", value=-0.5),), (part("boost"),)])
def test_without_a_part_that_speaks_for_an_item_it_is_from_the_catalogue(parts):
    assert said(*parts) == "From our catalogue"


def test_what_left_the_shop_is_not_named():
    gone, tea = Because("purchase", "gone", 0.7), Because("view", "tea", 0.3)
    assert said(part("next", gone, tea)) == "Because you looked at Green tea"
    assert said(part("next", gone)) == "Because of what you chose before"
    assert said(part("next", gone), locale="zh") == "根据您以往的选择"


def test_what_speaks_against_an_item_and_all_others_together_are_no_reason():
    asked = []

    def title_of(item_id):
        asked.append(item_id)
        return ""

    causes = (
        Because("purchase", "gone", 0.9),
        Because("others", "", 0.4),
        Because("view", "pan", -0.3),
    )
    assert reason([part("next", *causes)], "en", title_of) == "Because of what you chose before"
    assert asked == ["gone"]
