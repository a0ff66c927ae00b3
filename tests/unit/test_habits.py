"""What a customer's own history leads to by what all customers did."""

import numpy as np
import pytest

from concierge.recommending.habits import Habits
from concierge.recommending.laid_out import LaidOut
from concierge.recommending.seeds import Context, Interests, Seed, interests
from concierge.shop.profile import MEMORY_HALF_LIFE_S, Bought
from tests.builders import NOW, make_action, make_product, make_profile
from tests.fakes.snapshots import catalogue_of, model_of

AT = NOW.timestamp()
ITEMS = ("bread", "butter", "knife", "pan")
ROWS = np.arange(4)
RELATIONS = {
    "next": {
        "bread": {"butter": 0.5, "bread": 0.25},
        "knife": {"pan": 1.0, "butter": -0.5},
        "gone": {"pan": 0.25},
    },
    "together": {"knife": {"pan": 0.75}},
    "after": {"pan": {"knife": 0.5}},
}


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory):
    products = [make_product(item_id=item_id) for item_id in ITEMS]
    catalogue = catalogue_of(tmp_path_factory.mktemp("shop"), products)
    popularity = dict.fromkeys([*ITEMS, "gone"], 1.0)
    repeat = {"bread": 0.8, "knife": 0.01}
    model = model_of(popularity, RELATIONS, repeat)
    return LaidOut.of("m", model, catalogue)


def test_without_a_history_nothing_is_told(laid_out):
    habits = Habits(laid_out, Interests(now=AT))
    assert habits.next(ROWS) is None
    assert habits.repeat(ROWS) is None
    assert habits.related("together", ROWS) is None
    assert [spread.sum() for spread in habits.reached()] == [0, 0, 0]


def test_one_purchase_leads_to_what_comes_next(laid_out):
    habits = Habits(laid_out, Interests(memory={"bread": 1.0}, now=AT))
    assert habits.next(ROWS) == pytest.approx([0.25, 0.5, 0, 0])


def test_a_history_counts_by_its_memory_over_the_root_of_all_of_it(laid_out):
    habits = Habits(laid_out, Interests(memory={"bread": 3.0, "knife": 1.0}, now=AT))
    # 3 and 1 over the root of 4.
    assert habits.next(ROWS) == pytest.approx([1.5 * 0.25, 1.5 * 0.5 - 0.5 * 0.5, 0, 0.5])


def test_what_left_the_catalogue_still_tells_and_what_nobody_knows_does_not(laid_out):
    habits = Habits(laid_out, Interests(memory={"gone": 1.0, "unheard": 9.0}, now=AT))
    assert habits.next(ROWS) == pytest.approx([0, 0, 0, 0.25])
    assert habits.causes("next", 3, "pan", 9) == [("view", "gone", 0.25)]


def test_what_goes_together_follows_the_recent_seeds(laid_out):
    seeds = (Seed("knife", 0.75, "view"), Seed("pan", 0.25, "add_to_cart"))
    habits = Habits(laid_out, Interests(items=seeds, freshness=1.0, now=AT))
    assert habits.related("together", ROWS) == pytest.approx([0, 0, 0, 0.75 * 0.75])
    assert habits.related("after", ROWS) == pytest.approx([0, 0, 0.5 * 0.25, 0])
    assert habits.causes("after", 2, "knife", 9) == [("add_to_cart", "pan", 0.125)]
    assert habits.causes("together", 2, "knife", 9) == []


def test_consumables_come_back_more_the_more_lately_and_often_they_were_bought(laid_out):
    def repeat(bought):
        return Habits(laid_out, Interests(owned={"bread": bought}, now=AT)).repeat(ROWS)[0]

    assert repeat(Bought(AT)) == pytest.approx(0.8 / 2)
    assert repeat(Bought(AT, times=3, memory=3.0)) == pytest.approx(0.8 * 3 / 4)
    assert repeat(Bought(AT - MEMORY_HALF_LIFE_S)) == pytest.approx(0.8 / 3)


def test_durables_hardly_come_back(laid_out):
    owned = {"knife": Bought(AT), "bread": Bought(AT)}
    found = Habits(laid_out, Interests(owned=owned, now=AT)).repeat(ROWS)
    assert found == pytest.approx([0.4, 0, 0.005, 0])


def test_causes_say_how_each_item_was_dealt_with(laid_out):
    profile = make_profile(
        actions=(make_action(item_id="knife"),), purchases={"bread": Bought(AT - 9e6)}
    )
    habits = Habits(laid_out, interests(profile, Context(), "full", AT))
    causes = habits.causes("next", 1, "butter", 9)
    assert {(how, item) for how, item, _ in causes} == {("purchase", "bread"), ("view", "knife")}
    assert sum(value for *_, value in causes) == pytest.approx(habits.next(ROWS)[1], abs=1e-6)
    assert habits.causes("repeat", 0, "bread", 9) == [("repeat", "bread", 1.0)]


def test_what_reaches_every_item_is_what_the_rows_have(laid_out):
    wanted = Interests((Seed("knife", 1.0, "view"),), memory={"knife": 1.0}, freshness=1.0, now=AT)
    habits = Habits(laid_out, wanted)
    by_row = [laid_out.by_rows(spread, ROWS) for spread in habits.reached()]
    assert by_row[0] == pytest.approx(habits.next(ROWS))
    assert by_row[1] == pytest.approx(habits.related("together", ROWS))
    assert by_row[2] == pytest.approx(habits.related("after", ROWS))


def test_a_model_without_items_tells_nothing(tmp_path):
    empty = LaidOut.of("m", model_of({}), catalogue_of(tmp_path, [make_product()]))
    wanted = Interests((Seed("mug-red", 1.0, "view"),), memory={"mug-red": 1.0}, now=AT)
    habits = Habits(empty, wanted)
    assert habits.next(np.arange(1)) is None
    assert habits.related("after", np.arange(1)) is None
    assert [len(spread) for spread in habits.reached()] == [0, 0, 0]
