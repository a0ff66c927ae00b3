import numpy as np
import pytest

from concierge.training.event_log import EVENT, TYPES
from concierge.training.learning import learn
from concierge.training.popularity import (
    PRIOR_BUYERS,
    decayed_weights,
    popularity,
    repeat_rates,
    repeats,
)
from concierge.training.visits import Visits, by_actor, visits_of
from tests.fakes.logs import drawn_log

DAY_S = 86_400.0


def test_an_event_a_half_life_older_counts_half():
    log = np.zeros(2, EVENT)
    log["weight"] = 4.0
    ages = np.array([0.0, 60 * DAY_S])
    weights = decayed_weights(log, np.array([1, 0]), ages, 3, 60 * DAY_S)
    assert weights.tolist() == [2.0, 4.0, 0.0]


def test_what_customers_turn_away_from_is_not_popular():
    assert popularity(np.array([-2.0, 1.0, 4.0])).tolist() == [0.0, 0.25, 1.0]
    assert popularity(np.zeros(2)).tolist() == [0.0, 0.0]


def visits(*contents, actors=None):
    """Return visits with these items, all bought, by one actor unless told."""
    lengths = [len(items) for items in contents]
    return Visits(
        np.array(actors or [0] * len(contents)),
        np.arange(float(len(contents))),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.concatenate([*contents, []]).astype(np.int64),
        np.ones(sum(lengths), np.float32),
    )


@pytest.mark.parametrize(
    ("made", "owned", "again"),
    [
        (visits([0, 1], [1, 2], [1]), [1, 2, 1], [0, 2, 0]),
        (visits([0], [0], actors=[1, 2]), [0, 0, 0], [0, 0, 0]),
        (visits([2], [0], [2]), [1, 0, 1], [0, 0, 0]),
        (visits(), [0, 0, 0], [0, 0, 0]),
    ],
)
def test_an_item_comes_back_where_the_next_visit_of_the_same_buyer_has_it(made, owned, again):
    counted = repeats(made, 3)
    assert [each.tolist() for each in counted] == [owned, again]


def test_repeats_are_those_counted_visit_by_visit():
    log = drawn_log(visits=6)
    made = visits_of(by_actor(log), np.unique(log["item"]), 5.0)
    bought = [set(made.of(v)[0][made.of(v)[1] >= 1].tolist()) for v in range(len(made))]
    owned, again = np.zeros((2, 40))
    for visit in np.flatnonzero(made.actors[1:] == made.actors[:-1]):
        owned[list(bought[visit])] += 1
        again[list(bought[visit] & bought[visit + 1])] += 1
    counted = repeats(made, 40)
    assert counted[0].tolist() == owned.tolist()
    assert counted[1].tolist() == again.tolist()
    assert again.sum() > 0


def test_rates_lie_between_their_own_and_that_of_all_items():
    rates = repeat_rates(np.array([100.0, 0.0]), np.array([50.0, 0.0]))
    assert rates.tolist() == pytest.approx([(50 + PRIOR_BUYERS / 2) / (100 + PRIOR_BUYERS), 0.5])


def test_views_are_not_repeat_purchases():
    log = drawn_log()
    log["type"], log["weight"] = TYPES.index("view"), 1.0
    assert not learn(log).repeat.any()
