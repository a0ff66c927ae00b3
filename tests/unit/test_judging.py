"""A model has to prove itself on visits that neither it nor the one in force has seen."""

import json
from datetime import timedelta

import numpy as np
import pytest

from concierge.retrieval.behaviour_snapshot import BehaviourSnapshot, write_behaviour
from concierge.training.judging import LEAST_CASES, Judgement, judge
from concierge.training.learning import learn, weighted
from concierge.training.trainer import Trainer
from tests.builders import NOW, make_product
from tests.fakes.artifacts import InMemoryArtifacts
from tests.fakes.importing import InMemoryEventParts
from tests.fakes.logs import START, log_of, told
from tests.fakes.snapshots import catalogue_of, model_of, write_catalogue

PAIRS = [("bread", "butter"), ("tea", "cup"), ("pen", "ink")]
DUST = [f"dust-{number:02}" for number in range(30)]
ITEMS = [item for pair in PAIRS for item in pair] + DUST
PRODUCTS = [
    make_product(item_id=item, title=f"Article {at}", description="", category=(), brand="")
    for at, item in enumerate(ITEMS)
]
ENOUGH = LEAST_CASES + 20
# Everything that a model in force was trained on came before this hour.
TRAINED_H = 500.0


def visits(customers, start, name="c"):
    """Return events of customers who take the first of a pair, and the second two days later."""
    for number in range(customers):
        first, second = PAIRS[number % 3]
        yield told("purchase", first, f"{name}{number}", hours=start + number / 10)
        yield told("purchase", second, f"{name}{number}", hours=start + 48 + number / 10)


def everything(customers=ENOUGH):
    """Return events: some that show the pairs, and as many customers who come after."""
    return [*visits(ENOUGH, 0.0, "early"), *visits(customers, TRAINED_H + 1, "late")]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("shop"), PRODUCTS)


def in_force(folder, model, hours=TRAINED_H):
    """Return a snapshot of a model that was trained on what came before some hours."""
    folder.mkdir(exist_ok=True)
    until = (START + timedelta(hours=hours)).timestamp()
    write_behaviour(folder, model, {"trained_until": until})
    return BehaviourSnapshot.open(folder)


def misled():
    """Return a model that has seen the opposite of what customers do."""
    wrong = {"next": {first: dict.fromkeys(DUST[:9], 0.9) for first, _ in PAIRS}}
    return model_of(dict.fromkeys(DUST, 5.0) | dict.fromkeys(ITEMS[:6], 0.01), wrong)


def foresighted():
    """Return a model that knows what comes next, and would be told apart by nothing else."""
    right = {"next": {first: {second: 4.0} for first, second in PAIRS}}
    return model_of(dict.fromkeys(ITEMS, 1.0), right)


def test_the_first_model_is_judged_by_itself_and_brings_weights(catalogue):
    # Half of the customers came a third time, for something else: their pairs are learnt from.
    third = [
        told("purchase", DUST[number % 30], f"early{number}", hours=200 + number / 10)
        for number in range(ENOUGH)
    ]
    found = judge(log_of(*everything(), *third), catalogue, None)
    assert found.cases == ENOUGH  # the other half taught the weights
    assert found.weights
    assert 0.5 <= found.ndcg <= 0.75
    assert (found.compared, found.difference, found.is_worse) == (0, None, False)


def test_a_better_model_passes(catalogue, tmp_path):
    found = judge(log_of(*everything()), catalogue, in_force(tmp_path, misled()))
    assert found.compared == found.cases == ENOUGH // 2
    assert found.difference > 0.5
    assert found.margin < found.difference
    assert not found.is_worse


def test_a_worse_model_is_told(catalogue, tmp_path):
    """Customers changed their ways for the held-out visit, which the model in force knows."""
    told_ = list(visits(ENOUGH, 0.0, "early"))
    for number in range(ENOUGH):
        first, _ = PAIRS[number % 3]
        _, other = PAIRS[(number + 1) % 3]
        told_.append(told("purchase", first, f"late{number}", hours=TRAINED_H + 1 + number / 10))
        told_.append(told("purchase", other, f"late{number}", hours=TRAINED_H + 60 + number / 10))
    known = {"next": {PAIRS[at][0]: {PAIRS[(at + 1) % 3][1]: 4.0} for at in range(3)}}
    model = model_of(dict.fromkeys(ITEMS, 1.0), known)
    found = judge(log_of(*told_), catalogue, in_force(tmp_path, model))
    assert found.compared == ENOUGH // 2
    assert found.difference < 0
    assert found.is_worse
    assert found.to_record()["is_worse"]


def test_only_visits_after_the_training_of_the_one_in_force_are_compared(catalogue, tmp_path):
    """All visits came before, so the model in force may have seen each of them."""
    late = in_force(tmp_path, foresighted(), hours=1_400.0)
    found = judge(log_of(*everything()), catalogue, late)
    assert found.cases == ENOUGH  # the other half taught the weights
    assert (found.compared, found.difference, found.margin) == (0, None, None)


@pytest.mark.parametrize("late", [LEAST_CASES - 1, LEAST_CASES])
def test_a_comparison_takes_enough_visits(catalogue, tmp_path, late):
    found = judge(log_of(*everything(late)), catalogue, in_force(tmp_path, misled()))
    assert found.compared == (late - late // 2 if late >= LEAST_CASES else 0)


def test_too_few_cases_say_nothing(catalogue):
    few = log_of(*visits(LEAST_CASES - 1, 0.0))
    assert judge(few, catalogue, None) == Judgement(cases=LEAST_CASES - 1)
    assert not Judgement().is_worse


def test_without_products_there_is_nothing_to_judge_by(tmp_path):
    log = log_of(*everything())
    assert judge(log, None, None) == Judgement()
    assert judge(log, catalogue_of(tmp_path, []), None) == Judgement()


def test_the_same_log_is_judged_the_same(catalogue, tmp_path):
    log, force = log_of(*everything()), in_force(tmp_path, misled())
    assert judge(log, catalogue, force) == judge(log, catalogue, force)


@pytest.fixture
def store(tmp_path):
    store = InMemoryArtifacts()
    write_catalogue(tmp_path / "catalogue", PRODUCTS)
    store.publish("catalogue", tmp_path / "catalogue", None)
    return store


def trained(store, folder, told_):
    """Train on events, and return what came of it."""
    lines = "".join(f"{event.to_json()}\n" for event in told_)
    parts = InMemoryEventParts(part=lines.encode())
    return Trainer(parts, store, folder / "work", lambda: NOW).train()


def put_in_force(store, folder, model):
    in_force(folder / "force", model)
    return store.publish("behaviour", folder / "force", None)


def details_of(store, pointer):
    return json.loads(store.files["behaviour", pointer.id]["manifest.json"])["details"]


def test_a_better_model_is_published_with_its_judgement(store, tmp_path):
    before = put_in_force(store, tmp_path, misled())
    training = trained(store, tmp_path, everything())
    after = store.pointers["behaviour"]
    assert after.id == training.snapshot_id != before.id
    details = details_of(store, after)
    assert details["judgement"]["difference"] > 0.5
    assert details["weights"]["for-you"] == training.judgement.weights
    assert details["trained_until"] == max(log_of(*everything())["at"])


def test_a_worse_model_is_refused_and_the_pointer_stays(store, tmp_path):
    # What the late customers did is known to the model in force and to no training without them.
    told_ = [told("view", item, f"x{n}", hours=n / 10) for n, item in enumerate(DUST * 3)]
    told_ += visits(ENOUGH, TRAINED_H + 1, "late")
    before = put_in_force(store, tmp_path, foresighted())
    training = trained(store, tmp_path, told_)
    assert training.judgement.is_worse
    assert training.snapshot_id == ""
    assert store.pointers["behaviour"] == before


def test_what_was_refused_may_pass_once_there_is_more_to_learn_from(store, tmp_path):
    put_in_force(store, tmp_path, weighted(misled(), {}))
    few = trained(store, tmp_path, visits(30, TRAINED_H + 1))
    assert few.judgement.compared == 0
    # Nothing speaks against it, and it knows more than nothing.
    assert few.snapshot_id


def test_learning_without_the_held_out_visits_is_what_is_judged(catalogue):
    """Second visits are of pairs that no earlier visit shows: a model that knew them would shine."""
    told_ = [
        event
        for number in range(ENOUGH)
        for event in (
            told("purchase", "tea", f"c{number}", hours=number / 10),
            told("purchase", DUST[number % 30], f"c{number}", hours=100 + number / 10),
        )
    ]
    log = log_of(*told_)
    assert len(learn(log)) == 31
    found = judge(log, catalogue, None)
    assert found.cases == ENOUGH // 2
    assert found.ndcg_new_items < 0.2
    assert np.isfinite(found.ndcg)
