"""The shop learns over HTTP: bad answers, a draft, its acceptance, and the question answered."""

import json

import pytest

ASKED = (
    "Do you wrap presents in gift paper?",
    "Can you wrap presents in gift paper?",
    "Do you wrap a present in gift paper?",
)
ASKED_ZH = ("可以开发票吗？", "能开发票吗？", "你们可以开发票吗？")
ANSWER = "Yes, we wrap every present for two euro."


def answered(shop, question):
    reply = shop.request("POST", "/v1/answers", {"question": question})
    assert reply.status == 200, reply
    return reply.body


def disliked(shop, question):
    answer = answered(shop, question)
    thumb = {"answer_id": answer["answer_id"], "helpful": False}
    # A thumb that is pressed twice counts once.
    for _ in range(2):
        assert shop.request("POST", "/v1/feedback", thumb).status == 201
    return answer


@pytest.fixture
def draft_of(shop):
    """Make drafts and return the open one about a question."""

    def make(question):
        assert shop.request("POST", "/v1/drafts").status == 200
        drafts = shop.request("GET", "/v1/drafts?status=open&limit=100").body["drafts"]
        (found,) = [draft for draft in drafts if question in draft["examples"]]
        return found

    return make


@pytest.fixture
def settled(shop, eventually):
    """Accept a draft and return it once its import was taken up."""

    def accept(draft, **edits):
        reply = shop.request("POST", f"/v1/drafts/{draft['draft_id']}/accept", edits)
        assert (reply.status, reply.body["status"]) == (200, "accepted")

        def is_settled():
            body = shop.request("GET", f"/v1/drafts/{draft['draft_id']}").body
            return body if body["status"] != "accepted" else None

        return eventually(is_settled)

    return accept


def test_a_question_that_failed_is_answered_once_its_draft_was_accepted(
    shop, store, served, draft_of, settled
):
    for question in ASKED:
        assert disliked(shop, question)["action"] != "answer"
    draft = draft_of(ASKED[0])
    assert (draft["size"], draft["suggestion"]["kind"]) == (3, "entry")
    before = store.current("knowledge")
    done = settled(draft, answer=ANSWER)
    assert done["status"] == "published"
    assert done["snapshot_id"] == store.current("knowledge").id != before.id
    served("knowledge")
    for question in ASKED:
        reply = answered(shop, question)
        assert (reply["action"], reply["answer"]) == ("answer", ANSWER)
    # What was learnt is asked before any later change.
    report = shop.wait_for_report("golden", f"learnt-{draft['draft_id']}.jsonl")
    assert report["status"] == "completed"
    # The same questions make no second draft.
    shop.request("POST", "/v1/drafts")
    drafts = shop.request("GET", "/v1/drafts?limit=100").body["drafts"]
    assert not [each for each in drafts if ASKED[0] in each["examples"]]


def test_an_acceptance_that_would_break_another_answer_is_refused(
    stack, shop, store, served, draft_of, settled
):
    golden = {"question": "How can I return an item?", "entry_id": "returns-en", "language": "en"}
    shop.upload("golden", "policy.jsonl", json.dumps(golden).encode())
    assert shop.wait_for_report("golden", "policy.jsonl")["status"] == "completed"
    for question in ASKED_ZH:
        disliked(shop, question)
    draft = draft_of(ASKED_ZH[0])
    assert (draft["language"], draft["size"]) == ("zh", 3)
    before = store.current("knowledge")
    done = settled(
        draft,
        entry_id="a-thief",
        question="How can I return an item?",
        answer="How can I return an item? How can I return an item?",
        variants=["Can I send something back?"],
        language="en",
    )
    assert done["status"] == "refused"
    lost = {each["question"]: (each["entry_id"], each["found"]) for each in done["lost"]}
    assert lost["How can I return an item?"] == ("returns-en", "a-thief")
    assert store.current("knowledge") == before
    assert answered(shop, "How can I return an item?")["citations"][0]["source_id"] == "returns-en"
    # The operator mends the draft, and it is taken.
    done = settled(draft, answer="可以，下单时填写抬头即可。")
    assert done["status"] == "published"
    served("knowledge")
    assert answered(shop, ASKED_ZH[1])["answer"] == "可以，下单时填写抬头即可。"


def test_a_rejected_draft_does_not_come_back(shop, draft_of):
    asked = ("Do you rent canoes?", "Can I rent a canoe?", "Do you rent a canoe?")
    for question in asked:
        answered(shop, question)
    draft = draft_of(asked[0])
    path = f"/v1/drafts/{draft['draft_id']}"
    reply = shop.request("POST", f"{path}/reject", {"reason": "we sell, and rent nothing"})
    assert (reply.status, reply.body["status"]) == (200, "rejected")
    for question in asked:
        answered(shop, question)
    shop.request("POST", "/v1/drafts")
    drafts = shop.request("GET", "/v1/drafts?limit=100").body["drafts"]
    assert not [each for each in drafts if asked[0] in each["examples"]]
    reply = shop.request("POST", f"{path}/accept", {"answer": "Yes."})
    assert (reply.status, reply.body["code"]) == (409, "draft_settled")
