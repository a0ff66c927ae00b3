"""From scores to lists: every rule holds at every place, and pages continue each other."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.recommending import arranging
from concierge.recommending.arranging import Placed, arrange
from concierge.recommending.steering import UNGROUPED, steer
from concierge.retrieval.expressions import parse_expression
from concierge.retrieval.merchandising import Pin, Rules
from concierge.retrieval.ranking import parts_at, total
from tests.fakes.encoder import WordEncoder
from tests.fakes.lists import descending, everything, item_ids, promotion, shelf
from tests.fakes.snapshots import catalogue_of

MUGS = ("Red mug of clay", "Blue mug of clay", "Green mug of clay", "Light tent")
SIZE = 40
MANY = 1_100


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("shelf"), shelf(SIZE), WordEncoder())


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A catalogue that was made without a model."""
    return catalogue_of(tmp_path_factory.mktemp("plain"), shelf(SIZE))


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("large"), shelf(MANY))


def list_of(catalogue, rules, count=SIZE, scores=None, allowed=None, **request):
    scores = descending(catalogue) if scores is None else scores
    allowed = everything(catalogue) if allowed is None else allowed
    return arrange(scores, allowed, catalogue, steer(rules, catalogue), count, **request)


def rows(placed):
    return [place.row for place in placed]


def test_without_rules_the_score_decides(catalogue):
    assert list_of(catalogue, Rules(), 3) == [Placed(0), Placed(1), Placed(2)]


def test_pins_stand_at_their_positions(catalogue):
    rules = Rules(pins=(Pin("item-0030", 1), Pin("item-0020", 3), Pin("unknown", 2)))
    found = list_of(catalogue, rules, 5)
    assert rows(found) == [30, 0, 20, 1, 2]
    assert [place.pinned for place in found] == [True, False, True, False, False]


def test_a_pin_beyond_the_page_is_not_shown_before_its_place(catalogue):
    rules = Rules(pins=(Pin("item-0000", 30),))
    assert rows(list_of(catalogue, rules, 2)) == [1, 2]
    assert rows(list_of(catalogue, rules))[29] == 0


def test_pins_beyond_the_end_of_the_list_stand_last(catalogue):
    allowed = np.zeros(SIZE, np.bool_)
    allowed[[3, 5, 7]] = True
    rules = Rules(pins=(Pin("item-0005", 90), Pin("item-0003", 50)))
    assert rows(list_of(catalogue, rules, allowed=allowed)) == [7, 3, 5]


def test_a_pin_that_is_not_allowed_leaves_its_place_to_the_next(catalogue):
    allowed = everything(catalogue)
    allowed[30] = False
    rules = Rules(pins=(Pin("item-0030", 1), Pin("item-0031", 2)), exclude_item_ids=("item-0031",))
    assert rows(list_of(catalogue, rules, 3, allowed=allowed)) == [0, 1, 2]


def test_a_hundred_pins_fill_a_list(large):
    pins = tuple(Pin(f"item-{600 - at:04}", at) for at in range(1, 101))
    assert rows(list_of(large, Rules(pins=pins), 101)) == [*range(599, 499, -1), 0]


def test_a_promotion_takes_its_share_spread_over_the_list(catalogue):
    rules = Rules(promotions=(promotion("dear", "price >= 30", 0.2),))
    found = list_of(catalogue, rules, 20)
    promoted = [at for at, place in enumerate(found, 1) if place.promotion == "dear"]
    assert promoted == [5, 10, 15, 20]
    assert [found[at - 1].row for at in promoted] == [30, 31, 32, 33]
    assert not any(place.promotion for place in list_of(catalogue, rules, 4))


@pytest.mark.parametrize("share", [0.07, 0.29, 0.58, 1 / 3])
def test_a_share_of_a_hundred_places_is_what_it_says(large, share):
    rules = Rules(promotions=(promotion("dear", "price >= 400", share),))
    found = list_of(large, rules, 100)
    assert sum(place.promotion == "dear" for place in found) == int(share * 100 + 1e-6)


def test_two_promotions_that_are_due_at_once_follow_each_other(catalogue):
    rules = Rules(
        promotions=(promotion("x", "price >= 30", 0.25), promotion("y", "price >= 35", 0.25))
    )
    found = list_of(catalogue, rules, 9)
    assert [place.promotion for place in found] == ["", "", "", "x", "y", "", "", "x", "y"]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_promotion_may_take_nothing_or_all(catalogue, share):
    rules = Rules(promotions=(promotion("dear", "price >= 37", share),))
    expected = [37, 38, 39, 0] if share else [0, 1, 2, 3]
    assert rows(list_of(catalogue, rules, 4)) == expected


def test_a_promotion_that_nothing_matches_is_harmless(catalogue):
    rules = Rules(promotions=(promotion("none", "price > 999", 0.5),))
    assert list_of(catalogue, rules) == list_of(catalogue, Rules())


def test_a_promotion_looks_again_at_what_a_cap_held_back(catalogue):
    rules = Rules(promotions=(promotion("all", "price >= 0", 0.25),), most_per_category=3)
    groups = steer(rules, catalogue).groups
    scores = np.where(groups == groups[0], 1.0, 0.5).astype(np.float32)
    found = list_of(catalogue, rules, 8, scores, groups != UNGROUPED)
    assert [int(groups[place.row]) == groups[0] for place in found] == [
        *[True] * 3,
        *[False] * 3,
        *[True] * 2,
    ]
    assert [place.promotion for place in found[3::4]] == ["all", "all"]


def test_a_promotion_never_brings_what_is_not_allowed(catalogue):
    allowed = everything(catalogue)
    allowed[35] = False
    rules = Rules(
        promotions=(promotion("dear", "price >= 35", 1.0),), exclude=parse_expression("price > 37")
    )
    assert rows(list_of(catalogue, rules, 3, allowed=allowed)) == [36, 37, 0]


def test_no_category_has_more_than_its_cap_while_there_are_others(catalogue):
    found = list_of(catalogue, Rules(most_per_category=2), 10)
    first = Counter(catalogue.product_at(place.row).category[:1] for place in found[:10])
    # Six products have no category, and those are not capped.
    assert first[("a",)] + first[("A",)] == 2
    assert first[("b",)] == 2
    assert first[()] == 6


def test_a_cap_gives_way_rather_than_leave_a_list_short(catalogue):
    allowed = np.array([bool(each.category) for each in catalogue.products()])
    found = list_of(catalogue, Rules(most_per_category=1), allowed=allowed)
    assert len(found) == allowed.sum()
    assert rows(found)[:6] == [0, 4, 1, 10, 2, 16]


def test_a_cap_looks_beyond_the_best_candidates(large):
    groups = steer(Rules(most_per_category=1), large).groups
    most_common = groups[0]
    scores = np.where(groups == most_common, 1.0, 0.1).astype(np.float32)
    assert np.count_nonzero(groups == most_common) > 3 * arranging.CANDIDATES
    found = list_of(large, Rules(most_per_category=1), 2, scores, groups != UNGROUPED)
    assert rows(found) == [0, 4]


def mugs(folder, encoder=None, **overrides):
    products = [
        product
        for number, product in enumerate(shelf(len(MUGS)))
        for product in [replaced(product, title=MUGS[number], **overrides)]
    ]
    return catalogue_of(folder, products, encoder)


def replaced(product, **fields):
    return type(product).from_record(product.to_record() | fields)


def test_diversity_prefers_what_is_unlike_and_says_what_it_took(tmp_path):
    catalogue = mugs(tmp_path, WordEncoder(), category="", brand="")
    scores = np.array([1.0, 0.9, 0.8, 0.7], np.float32)
    assert rows(list_of(catalogue, Rules(), scores=scores)) == [0, 1, 2, 3]
    found = list_of(catalogue, Rules(diversity=1.0), scores=scores)
    assert rows(found)[:2] == [0, 3]
    assert found[0].parts == ()
    (part,) = found[2].parts
    assert part.name == "diversity"
    assert part.value < -0.1


def test_diversity_looks_at_pins_too(tmp_path):
    catalogue = mugs(tmp_path, WordEncoder(), category="", brand="")
    scores = np.array([1.0, 0.9, 0.8, 0.7], np.float32)
    rules = Rules(pins=(Pin("item-0001", 1),), diversity=1.0)
    assert rows(list_of(catalogue, rules, 2, scores)) == [1, 3]


def test_a_request_brings_its_own_diversity(tmp_path):
    catalogue = mugs(tmp_path, WordEncoder(), category="", brand="")
    scores = np.array([1.0, 0.9, 0.8, 0.7], np.float32)
    found = list_of(catalogue, Rules(), scores=scores, diversity=1.0)
    assert found == list_of(catalogue, Rules(diversity=1.0), scores=scores)
    found = list_of(catalogue, Rules(diversity=1.0), scores=scores, diversity=0.0)
    assert found == list_of(catalogue, Rules(), scores=scores)


def test_without_vectors_one_category_is_alike(plain):
    found = list_of(plain, Rules(diversity=1.0), 6, np.ones(SIZE, np.float32))
    categories = [plain.product_at(place.row).category_path for place in found]
    assert len({path for path in categories if path}) == len([path for path in categories if path])


def test_products_that_the_encoder_cannot_read_are_alike_by_category(tmp_path):
    products = [
        replaced(product, language="zh" if number < 4 else "en")
        for number, product in enumerate(shelf(12))
    ]
    catalogue = catalogue_of(tmp_path, products, WordEncoder(), languages=["en"])
    allowed = np.zeros(12, np.bool_)
    allowed[[0, 6, 1]] = True
    found = list_of(catalogue, Rules(diversity=1.0), 3, np.ones(12, np.float32), allowed)
    assert rows(found) == [0, 1, 6]


def naive_mmr(catalogue, scores, diversity, count):
    """Maximal marginal relevance as the paper has it, one pair at a time."""
    vectors = catalogue.vectors.rows(list(range(len(catalogue))))
    order = sorted(range(len(scores)), key=lambda row: (-scores[row], row))
    spread = max(2 * float(scores[order[0]] - scores[order[len(order) // 2]]), 0.01)
    placed, penalties = [], []
    while len(placed) < count:
        worst = {
            row: max((float(vectors[row] @ vectors[each]) for each in placed), default=0.0)
            for row in order
            if row not in placed
        }
        penalty = {row: diversity * spread * min(max(each, 0), 1) for row, each in worst.items()}
        chosen = max(penalty, key=lambda row: (scores[row] - penalty[row], -order.index(row)))
        placed.append(chosen)
        penalties.append(penalty[chosen])
    return placed, penalties


@pytest.mark.parametrize("diversity", [0.2, 0.5, 1.0])
def test_diversity_is_maximal_marginal_relevance(catalogue, diversity):
    scores = np.random.default_rng(3).random(SIZE).astype(np.float32)
    expected, penalties = naive_mmr(catalogue, scores, diversity, 20)
    found = list_of(catalogue, Rules(diversity=diversity), 20, scores)
    assert rows(found) == expected
    taken = [-sum(part.value for part in place.parts) for place in found]
    assert taken == pytest.approx(penalties, abs=1e-5)


def test_where_all_scores_are_equal_diversity_decides(catalogue):
    found = list_of(catalogue, Rules(diversity=0.5), 7, np.zeros(SIZE, np.float32))
    kinds = {catalogue.product_at(place.row).title.split()[-1] for place in found}
    assert len(kinds) >= 5


def test_one_item_is_a_list(tmp_path):
    catalogue = catalogue_of(tmp_path, shelf(1), WordEncoder())
    rules = Rules(
        promotions=(promotion("all", "price >= 0", 1.0),),
        pins=(Pin("item-0000", 7),),
        most_per_category=1,
        diversity=1.0,
    )
    assert list_of(catalogue, rules) == [Placed(0, pinned=True)]


@pytest.mark.parametrize("rules", [Rules(), Rules(diversity=1.0, most_per_category=1)])
def test_nothing_allowed_is_an_empty_list(catalogue, rules, tmp_path):
    assert list_of(catalogue, rules, allowed=np.zeros(SIZE, np.bool_)) == []
    assert list_of(catalogue_of(tmp_path, []), rules) == []
    assert list_of(catalogue, rules, 0) == []


def test_beyond_the_places_that_are_arranged_the_score_decides(large):
    rules = Rules(pins=(Pin("item-0699", 1),), diversity=0.5, most_per_category=3)
    found = rows(list_of(large, rules, MANY))
    assert sorted(found) == list(range(MANY))
    arranged, rest = found[: arranging.MOST_ARRANGED], found[arranging.MOST_ARRANGED :]
    assert arranged != sorted(arranged)
    assert rest == sorted(rest)


positions = st.lists(st.integers(1, 60), unique=True, max_size=6)
numbers = st.integers(0, SIZE + 3)


@st.composite
def any_rules(draw):
    pins = tuple(
        Pin(f"item-{number:04}", at)
        for number, at in zip(
            draw(st.lists(numbers, unique=True, min_size=6, max_size=6)),
            draw(positions),
            strict=False,
        )
    )
    shares = st.floats(0, 1)
    promotions = tuple(
        promotion(name, f"price >= {draw(numbers)}", draw(shares))
        for name in draw(st.sets(st.sampled_from("xyz")))
    )
    return Rules(
        filter=parse_expression(f"price <= {draw(numbers)}") if draw(st.booleans()) else None,
        exclude_item_ids=tuple(f"item-{n:04}" for n in draw(st.lists(numbers, max_size=3))),
        promotions=promotions,
        pins=pins,
        most_per_category=draw(st.none() | st.integers(1, 4)),
        category_level=draw(st.integers(1, 3)),
        diversity=draw(st.sampled_from([0.0, 0.3, 1.0])),
    )


@st.composite
def any_case(draw):
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    # Scores that often tie.
    scores = (random.integers(-3, 12, SIZE) / 10).astype(np.float32)
    return draw(any_rules()), scores, random.random(SIZE) < draw(st.sampled_from([0.1, 0.6, 1.0]))


@settings(deadline=None, max_examples=150)
@given(any_case(), st.booleans(), st.integers(1, SIZE + 5))
def test_every_rule_holds_at_every_place(catalogue, plain, case, with_vectors, count):
    rules, scores, allowed = case
    shop = catalogue if with_vectors else plain
    steering = steer(rules, shop)
    permitted = allowed & steering.permitted
    kept = scores.copy(), allowed.copy()
    whole = arrange(scores, allowed, shop, steering, SIZE + 5)
    assert np.array_equal(scores, kept[0])
    assert np.array_equal(allowed, kept[1])
    # A shorter list is the beginning of a longer one, and the same again.
    assert arrange(scores, allowed, shop, steering, count) == whole[:count]
    # All that is allowed, once.
    assert sorted(rows(whole)) == np.flatnonzero(permitted).tolist()
    check_pins(steering, permitted, whole)
    check_shares(steering, whole)
    if steering.groups is not None:
        check_cap(steering, whole)
    check_sums(scores, whole)


def check_pins(steering, permitted, whole):
    pins = {at: row for at, row in sorted(steering.pins.items()) if permitted[row]}
    others = len(whole) - len(pins)
    for earlier, (at, row) in enumerate(pins.items()):
        # Where there are too few others before its position, a pin comes after them.
        assert whole[min(at - 1, others + earlier)].row == row
    assert {place.row for place in whole if place.pinned} == set(pins.values())


def check_shares(steering, whole):
    for each in steering.promotions:
        given = 0
        for at, place in enumerate(whole, 1):
            if place.promotion == each.name:
                given += 1
                assert place.row in each.rows
            assert given <= each.share * at + 1e-6


def check_cap(steering, whole):
    cap, groups = steering.rules.most_per_category, steering.groups
    counts = Counter()
    for at, place in enumerate(whole):
        group = groups[place.row]
        if not place.pinned and counts[group] >= cap:
            later = {groups[each.row] for each in whole[at:] if not each.pinned}
            assert all(counts[other] // cap >= counts[group] // cap for other in later)
        if group != UNGROUPED:
            counts[group] += 1


def check_sums(scores, whole):
    for place in whole:
        parts = (*parts_at(place.row, {"content": scores}), *place.parts)
        lost = sum(part.value for part in place.parts)
        assert total(parts) == pytest.approx(float(scores[place.row]) + lost, abs=1e-6)
        assert lost <= 0


def test_pages_continue_each_other(large):
    rules = Rules(
        pins=(Pin("item-0300", 4),),
        promotions=(promotion("dear", "price >= 500", 0.3),),
        most_per_category=5,
        category_level=2,
        diversity=0.4,
    )
    whole = item_ids(large, list_of(large, rules, 300))
    pages = [
        item_ids(large, list_of(large, rules, offset + 25)[offset:]) for offset in range(0, 300, 25)
    ]
    assert [item_id for page in pages for item_id in page] == whole
    assert len(set(whole)) == 300
