import json
from pathlib import Path

import pytest

from concierge.training.event_log import Account
from concierge.training.judging import Judgement
from concierge.training.trainer import Training
from train.app import make_handler

EVENTS = Path(__file__).parents[1] / "events"


class Trained:
    def train(self):
        return Training(
            Account(parts=2, lines=5, broken_lines=1, repeated=1),
            items=2,
            judgement=Judgement(cases=7),
            snapshot_id="snapshot-1",
        )


@pytest.mark.parametrize("name", ["train.json", "train-schedule.json"])
def test_whatever_wakes_it_trains_and_says_what_came_of_it(name):
    event = json.loads((EVENTS / name).read_bytes())
    reply = make_handler(Trained())(event, None)
    assert reply == {
        "parts": 2,
        "broken_parts": 0,
        "lines": 5,
        "broken_lines": 1,
        "repeated": 1,
        "events": 3,
        "items": 2,
        "snapshot_id": "snapshot-1",
        "judgement": Judgement(cases=7).to_record(),
        "quarantined": {},
    }
