"""A wish for products: recognised by its wording, with what is wished for."""

import pytest

from concierge.answering.wishes import Wish, wish_in

ABOUT = [
    ("en", "Show me headphones for running", "headphones for running"),
    ("en", "I'm looking for a kettle, please", "kettle"),
    ("en", "I need a birthday present for my father", "present for my father"),
    ("en", "do you sell bicycle lights?", "bicycle lights"),
    ("en", "Can you recommend a good coffee grinder?", "coffee grinder"),
    ("en", "any nice mugs?", "mugs"),
    ("en", "I want to buy a rain jacket", "rain jacket"),
    ("en", "have you got cast iron pans", "cast iron pans"),
    ("zh", "给我看看跑步用的耳机", "跑步用的耳机"),
    ("zh", "我想买一个水壶", "水壶"),
    ("zh", "有没有自行车灯？", "自行车灯"),
    ("zh", "推荐一款咖啡磨豆机吧", "咖啡磨豆机"),
    ("zh", "帮我找一件防雨夹克", "防雨夹克"),
    ("zh", "送爸爸的礼物，推荐一下", "送爸爸的礼物"),
]
OPEN = [
    ("en", "Can you recommend something?"),
    ("en", "What should I buy?"),
    ("en", "any suggestions for me, please?"),
    ("zh", "推荐点什么吧"),
    ("zh", "有什么推荐吗？"),
    ("zh", "买什么好"),
]
NO_WISH = [
    ("en", "How long does delivery take?"),
    ("en", "My parcel has not arrived"),
    ("en", "I want my money back"),
    ("en", "What do you charge for delivery?"),
    ("en", "Who won the match?"),
    ("zh", "多久能送到？"),
    ("zh", "我要退货"),
    ("zh", "昨晚谁赢了比赛？"),
    ("zh", "包裹显示签收了但是没收到"),
]


@pytest.mark.parametrize(("language", "text", "about"), ABOUT)
def test_what_is_wished_for_is_told(language, text, about):
    wish = wish_in(text, language)
    assert wish is not None
    assert about.replace(" ", "") in wish.about.replace(" ", "")


@pytest.mark.parametrize(("language", "text"), OPEN)
def test_a_wish_without_a_thing_asks_for_advice(language, text):
    assert wish_in(text, language) == Wish("", is_open=True)


@pytest.mark.parametrize(("language", "text"), NO_WISH)
def test_a_question_is_no_wish(language, text):
    assert wish_in(text, language) is None


def test_a_wish_to_be_advised_is_told_from_one_to_see():
    assert wish_in("recommend a mug", "en").is_open
    assert not wish_in("show me mugs", "en").is_open
