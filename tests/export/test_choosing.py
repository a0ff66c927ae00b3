"""The fastest candidate that keeps its quality is chosen, and each refusal names its number."""

import pytest

from model_export.encoders.choosing import choose, finalists, weigh
from model_export.encoders.making import Made
from model_export.encoders.recipes import ORIGINAL, Recipe, candidates, chosen_recipes
from model_export.encoders.workshop import Tried
from model_export.errors import TooFarFromOriginal
from model_export.judging.closeness import Closeness
from model_export.judging.gate import Gate
from model_export.judging.judgement import Candidate, Footprint, Judgement, TaskScore, Timing

GATE = Gate()
INT8, WIDE, FLOAT = (
    Recipe(),
    Recipe(int8_word_vectors=False),
    Recipe("attention", "float32", int8_word_vectors=False),
)


def judged(cosine=0.995, ms=1.0, mb=24.0, task=0.8, *, gated=True):
    return Judgement(
        Closeness(cosine, cosine - 0.01, 36),
        (TaskScore("questions", "en", "nDCG@10", task, 0.8, gated),),
        (Timing(8, 1, 1, ms), Timing(8, 1, 2, ms / 2)),
        Footprint(10.0, 30.0, mb),
    )


def tried(recipe, judgement, objection=""):
    candidate = Candidate(recipe.name, recipe.summary, judgement, objection)
    return Tried(recipe, Made({}, 0), candidate)


def objection_to(judgement, recipe=INT8, gate=GATE, target="x86_64", asked=None):
    (weighed,) = weigh(
        [tried(recipe, judgement)], [recipe] if asked is None else asked, gate, target
    )
    return weighed.candidate.objection


def test_candidate_within_the_gate_has_nothing_against_it():
    assert objection_to(judged()) == ""


def test_each_number_that_fails_is_named_with_its_limit():
    text = objection_to(judged(cosine=0.98, task=0.79))
    assert "mean cosine 0.9800 is below 0.99" in text
    assert "task quality falls by 1.25%, more than 0.50%" in text


def test_vectors_that_are_no_numbers_fail():
    assert "mean cosine nan" in objection_to(judged(cosine=float("nan")))


def test_task_of_an_unknown_language_does_not_count():
    assert objection_to(judged(task=0.2, gated=False)) == ""


def test_better_than_the_original_passes():
    assert objection_to(judged(task=0.9)) == ""


def test_limits_can_be_set():
    gate = Gate(min_cosine=0.97, max_quality_drop=0.02)
    assert objection_to(judged(cosine=0.98, task=0.79), gate=gate) == ""


def test_full_range_is_refused_for_x86_and_welcome_on_arm():
    full = Recipe(reduce_range=False)
    assert "without VNNI" in objection_to(judged(), full, target="x86_64")
    assert objection_to(judged(), full, target="arm64") == ""


def test_graph_without_mask_is_never_published():
    assert "takes no padding" in objection_to(judged(), Recipe("unmasked"))


def test_what_was_not_asked_for_is_only_for_comparison():
    assert objection_to(judged(), asked=[FLOAT]) == "only for comparison"


def test_fastest_is_chosen():
    finals = finalists([tried(FLOAT, judged(ms=3.0)), tried(INT8, judged(ms=1.0))])
    assert [one.recipe for one in finals] == [INT8]
    assert choose(finals).recipe == INT8


def test_all_that_may_be_fastest_are_finalists():
    finals = finalists([tried(INT8, judged(ms=1.0)), tried(WIDE, judged(ms=1.2))])
    assert len(finals) == 2


def test_of_equally_fast_ones_the_smallest_is_chosen():
    one, two = tried(WIDE, judged(ms=1.0, mb=58)), tried(INT8, judged(ms=1.02, mb=24))
    assert choose([one, two]).recipe == INT8
    slower = tried(INT8, judged(ms=1.1, mb=24))
    assert choose([one, slower]).recipe == WIDE


def test_fastest_with_an_objection_is_passed_over():
    finals = finalists([tried(INT8, judged(ms=1.0), "mean cosine"), tried(FLOAT, judged(ms=3.0))])
    assert choose(finals).recipe == FLOAT


def test_where_none_passes_every_candidate_says_why():
    broken = tried(WIDE, None, "cannot be made: no kernel")
    failing = tried(INT8, judged(), "mean cosine 0.9800 is below 0.99")
    with pytest.raises(TooFarFromOriginal, match=r"below 0.99.*no kernel"):
        finalists([tried(ORIGINAL, judged(), "only for comparison"), failing, broken])


@pytest.mark.parametrize("target", ["x86_64", "arm64"])
def test_recipes_have_names_of_their_own(target):
    names = [recipe.name for recipe in candidates(target)]
    assert len(names) == len(set(names))
    assert chosen_recipes(",".join(names), target) == candidates(target)
    assert set(chosen_recipes("default", target)) <= set(candidates(target))


def test_unknown_recipe_is_named_with_those_that_exist():
    with pytest.raises(ValueError, match=r"no recipe 'int7'; give all, default or some of float32"):
        chosen_recipes("int7", "x86_64")
