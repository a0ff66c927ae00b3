from concierge.shop.exposures import Exposure
from concierge.shop.profile import Actor
from concierge.shop.recommendation_ids import RecommendationId
from concierge.training.outcomes import Outcomes, outcomes
from concierge.training.outcomes_page import page
from tests.fakes.logs import START, log_of, told


def test_the_page_has_every_table():
    made = RecommendationId("exploring", "for-you", "1")
    ada = Actor("customer", "ada")
    found = page(
        outcomes(
            log_of(
                Exposure(0.5, 3, 1, 2).to_event(made, ada, "tent", START),
                told("impression", "tent", "ada", str(made)),
                told("impression", "tent", "bob", "learnt.cart.2"),
                told("view", "tent", "bob", "learnt.cart.2", hours=1),
                told("view", "lamp", "bob", "learnt.cart.2", hours=1),
            )
        )
    )
    assert found.startswith("# Outcomes of recommendations\n\n5 events.")
    assert "\n1 clicks and purchases name a recommendation without an impression.\n" in found
    assert (
        "\n| learnt | all | 1 | 1 | 100.00 % (20.65 to 100.00) | 0.00 % (0.00 to 79.35) |\n"
        in found
    )
    assert "\n| exploring less learnt | all | -100.00 % (-100.00 to +" in found
    assert "\n| by the ranking | 0.00 % (0.00 to 79.35) | 1 | 1 |\n" in found
    assert found.count("\n| --- |") == 4


def test_nothing_to_report_is_said_in_words():
    assert page(Outcomes()) == (
        "# Outcomes of recommendations\n\n"
        "0 events. Rates are per impression, with 95 % intervals.\n"
        "No impression of a recommendation was reported.\n"
    )
