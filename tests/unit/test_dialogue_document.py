"""The dialogue document: what it says, every mistake at its pointer, and its way into force."""

import copy
import json
import re
from pathlib import Path

import pytest

from concierge.answering.dialogue_document import read_dialogue
from concierge.answering.dialogue_snapshot import DIALOGUE
from concierge.errors import BrokenFile, InvalidConfiguration
from tests.fakes.importing import Shop

ROOT = Path(__file__).parents[2]
SAMPLE = json.loads((ROOT / "samples" / "dialogue" / "general-store.json").read_text("utf-8"))


def read(document):
    return read_dialogue(json.dumps(document), "d1")


def changed(pointer, value):
    document = copy.deepcopy(SAMPLE)
    *path, last = pointer.strip("/").split("/")
    place = document
    for step in path:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    return document


def mistakes(document):
    with pytest.raises(InvalidConfiguration) as caught:
        read(document)
    return dict(caught.value.mistakes)


def test_the_sample_is_read():
    dialogue = read(SAMPLE)
    assert (dialogue.id, [flow.name for flow in dialogue.flows]) == (
        "d1", ["order_status", "size_in_stock"],
    )  # fmt: skip
    assert dialogue.handoff.queues["returns"] == "parcels"
    assert len(dialogue.handoff.office_hours.hours) == 2
    assert "general store" in dialogue.small_talk["greeting"]["en"]


def test_an_empty_document_leaves_everything_as_it_is():
    dialogue = read({"format": 1})
    assert (dialogue.flows, dialogue.handoff.queue) == ((), "default")


def test_what_is_no_json_is_a_broken_file():
    with pytest.raises(BrokenFile, match="line 1"):
        read_dialogue("{")


FLOW, SLOT, CALL = "/flows/0", "/flows/0/slots/0", "/flows/0/call"


@pytest.mark.parametrize(
    ("pointer", "value", "detail"),
    [
        ("/format", 2, "must be 1"),
        ("/format", True, "must be 1"),
        ("/colour", "red", "is no known field"),
        ("/handoff/office_hours/timezone", "Europe/Wien", "no known time zone"),
        ("/handoff/office_hours/timezone", "../../etc/passwd", "no known time zone"),
        ("/handoff/office_hours/hours/0/from", "9", "no time"),
        ("/handoff/office_hours/hours/0/days/0", "someday", "no day"),
        ("/handoff/office_hours/closed/0", "25.12.", "no date"),
        ("/handoff/transcript_url", "http://desk.example/{conversation_id}", "https"),
        ("/handoff/transcript_url", "https://desk.example/chats", "{conversation_id}"),
        ("/small_talk/sermon", {"en": "x"}, "is no known field"),
        ("/small_talk/greeting", {}, "needs a text"),
        (f"{FLOW}/name", "Order Status", "is no name"),
        (f"{FLOW}/failed", {"en": "{status} failed"}, "{status}, which nothing fills"),
        (f"{FLOW}/failed", {"en": "{ failed"}, "belongs to no placeholder"),
        (f"{FLOW}/replies/0/text", {"en": "{colour}"}, "{colour}, which nothing fills"),
        (f"{FLOW}/replies/0/when/status", 7, "must be a text"),
        (f"{FLOW}/replies/0/when/colour", "red", "no field of the call"),
        (f"{FLOW}/replies", [], "at least one"),
        (f"{SLOT}/type", "colour", "no type of slot"),
        (f"{SLOT}/pattern", "([A-Z]+)+", "can take very long"),
        (f"{SLOT}/pattern", "(a|aa)*b", "can take very long"),
        (f"{SLOT}/pattern", "[A-Z", "is no pattern"),
        (f"{SLOT}/pattern", "[0-9]*", "nothing at all"),
        (f"{SLOT}/optional", "yes", "true or false"),
        (f"{CALL}/kind", "soap", "http or lambda"),
        (f"{CALL}/url", "http://shop.example/orders", "must be https"),
        (f"{CALL}/url", "https://{order_number}.example/", "written out"),
        (f"{CALL}/url", "https://a:b@shop.example/", "no user, password"),
        (f"{CALL}/url", "https://shop.example/{colour}", "{colour}"),
        (f"{CALL}/url", "file:///etc/passwd", "https"),
        (f"{CALL}/url", "https://[::1/", "no address"),
        (f"{CALL}/function", "orders", "belongs to no call of the kind http"),
        (f"{CALL}/method", "DELETE", "GET or POST"),
        (f"{CALL}/timeout_s", 60, "from 0.1 to 8"),
        (f"{CALL}/headers", {"Host": "x"}, "no header"),
        (f"{CALL}/response/status/type", "object", "no type of field"),
        (f"{CALL}/response/Status", {"type": "text"}, "is no name"),
        ("/flows/1/name", "order_status", "of an earlier flow"),
    ],
)
def test_a_mistake_is_named_at_its_pointer(pointer, value, detail):
    found = mistakes(changed(pointer, value))
    named = {place: text for place, text in found.items() if detail in text}
    assert named, found
    assert any(pointer.startswith(place) or place.startswith(pointer) for place in named)


def test_hours_must_not_end_before_they_begin():
    found = mistakes(changed("/handoff/office_hours/hours/0/to", "08:00"))
    assert "must end after it begins" in found["/handoff/office_hours/hours/0"]


def test_a_call_to_a_function_is_read():
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders:live"
    call = {"kind": "lambda", "function": arn, "request": {"n": "{order_number}"}}
    document = changed(CALL, call | {"response": SAMPLE["flows"][0]["call"]["response"]})
    assert read(document).flows[0].call.target == arn


@pytest.mark.parametrize("flows", [7, [7], [{}], [{"name": "x", "slots": 1, "call": 2}]])
def test_odd_shapes_are_mistakes(flows):
    assert mistakes({"format": 1, "flows": flows})


def test_the_example_of_the_guide_is_valid():
    guide = (ROOT / "docs" / "dialogue.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n)+", guide, re.MULTILINE)
    examples = [json.loads(block) for block in blocks if block.lstrip().startswith("{")]
    assert [flow.name for flow in read(examples[0]).flows] == ["order_status"]


def test_documents_are_written_and_opened(tmp_path):
    document = json.dumps(SAMPLE, ensure_ascii=False)
    manifest = DIALOGUE.write(tmp_path, document, "general-store.json", "reports/x")
    assert manifest.counts == {"flows": 2, "small_talk": 1}
    assert DIALOGUE.open(tmp_path).flow("order_status").slots[0].name == "order_number"


def test_a_dialogue_comes_into_force_and_a_broken_one_changes_nothing(tmp_path):
    shop = Shop(tmp_path)
    report = shop.bring("dialogue/store.json", json.dumps(SAMPLE))
    assert (report["status"], report["counts"]) == ("completed", {"flows": 2, "small_talk": 1})
    broken = shop.bring("dialogue/store.json", json.dumps(changed(f"{SLOT}/type", "colour")))
    assert (broken["status"], broken["errors"][0]["pointer"]) == ("rejected", f"{SLOT}/type")
    assert shop.store.pointers["dialogue"].id == report["snapshot_id"]
