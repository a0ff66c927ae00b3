"""Questions over HTTP: answered from the shop's knowledge with a citation, or handed to a person."""

from tests.local.small_shop import WARRANTY


def answered(shop, question, **asked):
    reply = shop.request("POST", "/v1/answers", {"question": question} | asked)
    assert reply.status == 200, reply
    return reply.body


def test_english_question_gets_the_stored_answer_with_its_source(shop):
    reply = answered(shop, "Can I send back something that I don't like?")
    assert reply["action"] == "answer"
    assert reply["answer"].startswith("Send it back within 30 days")
    assert reply["citations"][0]["source_id"] == "returns-en"
    assert reply["language"] == "en"


def test_chinese_question_gets_the_chinese_answer(shop):
    reply = answered(shop, "我想退货")
    assert (reply["action"], reply["language"]) == ("answer", "zh")
    assert reply["citations"][0]["source_id"] == "returns-zh"


def test_chinese_question_without_a_chinese_entry_is_answered_from_the_english_one(shop):
    reply = answered(shop, "学生有折扣吗？")
    assert (reply["action"], reply["language"]) == ("answer", "zh")
    assert reply["answer"] == "Students get ten per cent off."
    assert reply["citations"][0]["source_id"] == "students-en"
    assert reply["answer_language"] == "en"
    assert reply["notice"] == "这个回答目前只有英文版。"
    assert reply["degraded"] == []


def test_answer_in_the_language_of_the_question_needs_no_notice(shop):
    reply = answered(shop, "怎么退货？")
    assert reply["answer_language"] == "zh"
    assert "notice" not in reply


def test_passage_of_a_document_is_cited_with_its_place(shop):
    (citation, *_) = answered(shop, "Is a broken heating element of the kettle covered?")[
        "citations"
    ]
    assert citation["source_id"].startswith("warranty")
    assert WARRANTY[citation["start"] : citation["end"]] == citation["text"]
    assert "guarantee of five years" in citation["text"]


def test_question_that_nobody_prepared_for_goes_to_a_person(shop):
    reply = answered(shop, "Do you rent out meeting rooms?")
    assert reply["action"] == "handoff", reply
    assert reply["handoff"]["reason"] == "not_sure"
    assert reply["citations"] == []


def test_conversation_goes_on_and_takes_feedback_on_each_answer(stack, shop):
    first = answered(shop, "How long does delivery take?")
    second = answered(shop, "How can I return an item?", conversation_id=first["conversation_id"])
    assert second["conversation_id"] == first["conversation_id"]
    assert second["answer_id"] != first["answer_id"]
    for answer in (first, second):
        thanks = {"answer_id": answer["answer_id"], "helpful": True}
        assert shop.request("POST", "/v1/feedback", thanks).status == 201
    kept = stack.client("dynamodb").scan(TableName=shop.deployment.outputs["FeedbackTableName"])
    assert {first["answer_id"], second["answer_id"]} <= {
        value["S"] for item in kept["Items"] for value in item.values() if "S" in value
    }


def test_unknown_conversation_and_unknown_answer_are_told(shop):
    question = {"question": "How can I return an item?", "conversation_id": "never-was"}
    assert shop.request("POST", "/v1/answers", question).status == 404
    feedback = {"answer_id": "never-was.1", "helpful": False}
    assert shop.request("POST", "/v1/feedback", feedback).status == 404
