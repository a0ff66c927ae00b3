"""A knowledge base learns from its own wordings how far it can be trusted."""

import numpy as np
import pytest

from concierge.answering.deciding import decide
from concierge.answering.matching import Match, Matching
from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.retrieval.calibrating import (
    LEAST,
    OFF_TOPIC_SHARE,
    PRECISIONS,
    Outcome,
    Texts,
    calibrate,
    calibration_error,
    threshold_table,
)
from concierge.retrieval.confidence import (
    UNCALIBRATED,
    Calibrations,
    Thresholds,
    write_calibrations,
)
from concierge.retrieval.evidence import of_being_known, shares_of
from concierge.retrieval.head_fitting import HeadFit
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.knowledge_writer import KnowledgeWriter
from concierge.retrieval.regression import fit_choice, fit_logistic
from concierge.retrieval.units import unit_texts
from concierge.retrieval.vectors import quantise
from tests.builders import make_entry
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import unit_vectors

DIMENSIONS = 32
SIZE = 8


def around(centres, count, spread, seed):
    """Return `count` unit vectors around each centre, in the order of the centres."""
    noise = np.random.default_rng(seed).standard_normal((len(centres) * count, DIMENSIONS))
    vectors = np.repeat(centres, count, axis=0) + spread * noise / np.sqrt(DIMENSIONS)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def texts_of(entries=30, spread=1.1, *, with_head=True):
    """Return entries with a question, six variants and a whole text, and where they are."""
    centres = unit_vectors(entries, DIMENSIONS, seed=3)
    vectors = around(centres, SIZE, spread, seed=4)
    starts = np.arange(entries, dtype=np.int64) * SIZE
    rows = np.arange(entries, dtype=np.int32)
    is_wording = np.arange(len(vectors)) % SIZE < SIZE - 1
    units = np.flatnonzero(is_wording).astype(np.int32)
    fit = HeadFit.of(vectors[is_wording], units, units // SIZE, strangers()) if with_head else None

    def no_words(held):
        return np.zeros((len(held), entries), np.float32)

    return Texts(rows, starts, *quantise(vectors), no_words, fit), centres


def strangers(count=80, seed=11):
    return unit_vectors(count, DIMENSIONS, seed)


def asked(texts, calibration, vectors):
    """Return the confidence of the first entry for each question, and which that is."""
    cosines = vectors @ texts.at(slice(None)).T
    nearest = np.maximum.reduceat(cosines, texts.starts, axis=1)
    whole = cosines[:, texts.wholes()]
    head = np.zeros_like(nearest)
    if texts.fit:
        head = np.stack([texts.fit.head.scores(row) for row in cosines])
    signals = np.stack([head, nearest, whole, np.zeros_like(nearest)], axis=2)
    scores = signals @ calibration.weights
    firsts = scores.argmax(axis=1)
    signal = head if texts.fit else scores
    sure = [
        calibration.confidence(scores[at], signal[at], nearest[at], firsts[at : at + 1])[0]
        for at in range(len(vectors))
    ]
    return np.array(sure), firsts


@pytest.mark.parametrize("with_head", [True, False])
def test_confidence_is_how_often_the_answer_to_a_new_question_is_right(with_head):
    texts, centres = texts_of(with_head=with_head)
    calibration, _ = calibrate(texts, strangers())
    known = around(centres, 40, 1.1, seed=5)
    strange = strangers(int(OFF_TOPIC_SHARE * len(known)), seed=12)
    sure, firsts = asked(texts, calibration, np.concatenate([known, strange]))
    right = firsts == np.append(np.repeat(np.arange(30), 40), np.full(len(strange), -1))
    assert 0.5 < right.mean() < 0.95
    assert calibration_error(sure.astype(np.float32), right, np.ones(len(sure))) < 0.08
    assert sure[right].mean() > sure[~right].mean() + 0.2
    assert np.median(sure[-len(strange) :]) < 0.5 * sure[right].mean()


def test_too_few_wordings_or_questions_off_topic_teach_nothing():
    texts, _ = texts_of(entries=5)
    assert calibrate(texts, strangers()) is None
    enough, _ = texts_of(with_head=False)
    assert calibrate(enough, strangers(10)) is None
    assert calibrate(enough, np.empty((0, DIMENSIONS), np.float32)) is None


def outcome(confidence, right, weight=None):
    sure, is_right = np.array(confidence, np.float32), np.array(right, np.bool_)
    counted = np.ones(len(sure)) if weight is None else np.array(weight)
    return Outcome(sure, np.ones(len(sure), np.bool_), is_right, counted)


def test_a_threshold_is_the_lowest_confidence_from_which_on_answers_have_the_precision():
    confidence = np.linspace(0.99, 0.5, 100)
    # Of the surest 50 one is wrong, and of the next 50 every fourth.
    right = [at != 20 for at in range(50)] + [at % 4 != 0 for at in range(50)]
    table = threshold_table([outcome(confidence, right)])
    for precision, lowest in table[table[:, 0] <= 0.95]:
        answered = np.array(right)[confidence >= lowest - 1e-6]
        assert answered.mean() >= precision - 1e-6
    assert (np.diff(table[:, 1]) >= 0).all()
    assert len(table) == len(PRECISIONS)


def test_a_precision_that_no_held_out_answer_had_asks_for_as_much_confidence():
    table = threshold_table([outcome([0.9, 0.8, 0.7], [False, False, True])])
    assert table[:, 1].tolist() == pytest.approx(list(PRECISIONS))


def test_nothing_is_answered_that_is_more_likely_wrong():
    table = threshold_table([outcome([0.3, 0.2, 0.1], [True, True, True])])
    assert (table[:, 1] == LEAST).all()


def test_questions_off_topic_count_by_their_weight():
    light = threshold_table([outcome([0.9] * 10 + [0.8], [True] * 10 + [False], [1] * 10 + [0.5])])
    heavy = threshold_table([outcome([0.9] * 10 + [0.8], [True] * 10 + [False], [1] * 10 + [5])])
    assert light[PRECISIONS.index(0.95), 1] == pytest.approx(0.8)
    assert heavy[PRECISIONS.index(0.95), 1] == pytest.approx(0.9)


def test_calibrations_are_read_as_they_were_written(tmp_path):
    learnt = [calibrate(texts_of(with_head=head)[0], strangers()) for head in (True, False)]
    arrays = ArraysWriter(tmp_path)
    table = threshold_table([found[1] for found in learnt])
    write_calibrations(arrays, [found[0] for found in learnt], table)
    arrays.finish()
    opened = Calibrations.open(Arrays.open(tmp_path))
    for (calibration, _), read in zip(learnt, opened.languages, strict=True):
        assert np.array_equal(calibration.entries, read.entries)
        assert np.array_equal(calibration.known, read.known)
        assert np.array_equal(calibration.choice, read.choice)
        assert calibration.has_head == read.has_head
    assert opened.thresholds(0.9).answer == table[PRECISIONS.index(0.9), 1]
    # Between two of them the stricter, and beyond all of them the strictest.
    assert opened.thresholds(0.87).answer == table[PRECISIONS.index(0.9), 1]
    assert opened.thresholds(1.0).answer == table[-1, 1]
    assert Calibrations().thresholds(0.9) == UNCALIBRATED


def test_a_logistic_regression_finds_the_weights_that_outcomes_were_drawn_by():
    random = np.random.default_rng(1)
    features = random.standard_normal((5_000, 2)).astype(np.float32)
    chance = 1 / (1 + np.exp(-(2 * features[:, 0] - features[:, 1] + 0.5)))
    found = fit_logistic(features, random.random(5_000) < chance, np.ones(5_000))
    assert np.allclose(found, [2, -1, 0.5], atol=0.15)


def test_separable_outcomes_leave_a_regression_finite():
    features = np.linspace(-1, 1, 50, dtype=np.float32)[:, None]
    found = fit_logistic(features, features[:, 0] > 0, np.ones(50))
    assert np.isfinite(found).all()


def test_a_choice_finds_the_weights_it_was_made_by():
    random = np.random.default_rng(2)
    signals = random.random((4_000, 6, 4)).astype(np.float32)
    signals[:, :, 3] = 0
    shares = shares_of(signals @ np.array([6, 3, 0, 0], np.float32))
    right = np.array([random.choice(6, p=row / row.sum()) for row in shares.astype(float)])
    found = fit_choice(signals, right, np.ones(4, np.float32))
    assert np.allclose(found[:2], [6, 3], atol=1.0)
    assert found[2] < 0.3
    assert found[3] == 0


def test_what_speaks_against_a_choice_weighs_nothing():
    signals = np.random.default_rng(4).random((500, 4, 4)).astype(np.float32)
    found = fit_choice(signals, signals[:, :, 1].argmin(axis=1), np.ones(4, np.float32))
    assert found[1] == 0


def test_few_choices_leave_the_weights_near_those_expected():
    signals = np.random.default_rng(3).random((3, 5, 4)).astype(np.float32)
    expected = np.array([10, 5, 8, 2], np.float32)
    found = fit_choice(signals, np.zeros(3, np.int64), expected)
    assert np.abs(found - expected).max() < 6
    many = fit_choice(np.tile(signals, (200, 1, 1)), np.zeros(600, np.int64), expected)
    assert np.abs(many - expected).max() > 6


def test_a_question_is_better_known_the_more_speaks_for_its_best_entry():
    weak = np.array([[0.1, 0.1, 0.1]], np.float32)
    strong = np.array([[0.9, 0.1, 0.1]], np.float32)
    assert (of_being_known(strong, strong) >= of_being_known(weak, weak)).all()


TOPICS = {
    "delivery": "parcel arrive delivery ship courier days dispatch doorstep post",
    "returns": "return refund unwanted send back money exchange label receipt",
    "payment": "card pay invoice paypal instalments charge price wallet bank",
    "account": "password login account email profile delete register sign name",
    "gifts": "gift voucher present wrap ribbon card balance birthday surprise",
}


def entries_of_topics():
    for topic, words in TOPICS.items():
        listed = words.split()
        variants = tuple(
            f"{listed[at]} {listed[(at + step) % 9]} {listed[(at + 2 * step) % 9]}"
            for at in range(9)
            for step in (1, 2)
        )
        yield make_entry(
            entry_id=topic, question=f"about {topic}", variants=variants, answer=f"{topic}: {words}"
        )


def written(folder, off_topic=None):
    encoder = WordEncoder()
    folder.mkdir()
    writer = KnowledgeWriter(folder, encoder.dimensions, off_topic)
    for entry in entries_of_topics():
        texts = unit_texts(entry)
        writer.add(entry, *quantise(encoder.encode(texts)), [bytes(16)] * len(texts))
    manifest = writer.finish(encoder.model, {"findings": {"duplicates": []}})
    return manifest, KnowledgeSnapshot.open(folder), encoder


def nonsense(_):
    return WordEncoder().encode([f"planet{at} banana{at} opera{at}" for at in range(60)])


def test_an_import_reports_its_calibration_beside_what_else_it_found(tmp_path):
    manifest, _, _ = written(tmp_path / "k", nonsense)
    findings = manifest.details["findings"]
    assert findings["duplicates"] == []
    of_language = findings["calibration"]["languages"]["en"]
    assert of_language["held_out"] == 90
    assert of_language["off_topic"] == 60
    assert of_language["right"] > 0.9
    assert sum(point["questions"] for point in of_language["curve"]) == 150
    thresholds = findings["calibration"]["thresholds"]
    assert [line["precision"] for line in thresholds] == list(PRECISIONS)
    assert all(line["reached"] >= line["precision"] for line in thresholds if line["coverage"])


def test_the_chances_of_all_entries_are_at_most_one_together_and_parts_add_up(tmp_path):
    _, knowledge, encoder = written(tmp_path / "k", nonsense)
    usable = np.ones(len(knowledge), np.bool_)
    for question in ("parcel delivery days", "refund card", "planet banana opera"):
        matches = Matching(knowledge, encoder, question, "en").best(usable, 5)
        assert sum(match.confidence for match in matches) <= 1.0005
        for match in matches:
            assert sum(part.value for part in match.parts) == pytest.approx(match.score, abs=1e-5)
    assert matches[0].confidence < 0.3


def test_an_entry_that_may_not_be_used_takes_no_chance_from_the_others(tmp_path):
    _, knowledge, encoder = written(tmp_path / "k", nonsense)
    usable = np.ones(len(knowledge), np.bool_)
    matching = Matching(knowledge, encoder, "gift card balance", "en")
    first, second = matching.best(usable, 2)
    usable[first.row] = False
    assert matching.best(usable, 1)[0].row == second.row
    assert matching.best(usable, 1)[0].confidence > second.confidence


def test_without_questions_off_topic_nothing_is_learnt(tmp_path):
    manifest, knowledge, _ = written(tmp_path / "k")
    assert "calibration" not in manifest.details["findings"]
    assert not knowledge.calibrations.languages
    assert not knowledge.heads.heads


def test_choices_are_offered_where_one_of_them_is_likely_meant():
    thresholds = Thresholds(answer=0.9, clarify=0.5)
    near = [Match(row, 0.5, sure, ()) for row, sure in enumerate((0.3, 0.25, 0.1))]
    assert decide(near, thresholds).action == "clarify"
    assert decide(near[:1], thresholds).action == "handoff"
