"""POST /v1/answers and /v1/feedback, and the conversations they make."""

from answer.messages import (
    AnswerRequest,
    AnswerResponse,
    ConversationResponse,
    FeedbackRequest,
    FeedbackResponse,
)
from concierge.answering.answerer import Answerer
from concierge.answering.conversation import Conversations
from concierge.answering.feedback import FeedbackTaker
from concierge.http import Call, Handler, Operation, Reply, json_reply, path_id, serve
from concierge.shop import fields

ANSWER = Operation(
    "POST",
    "/v1/answers",
    "Answer a question from the shop's knowledge",
    AnswerRequest,
    AnswerResponse,
    problems=(400, 404, 422, 503),
)
FEEDBACK = Operation(
    "POST",
    "/v1/feedback",
    "Say whether an answer helped",
    FeedbackRequest,
    FeedbackResponse,
    status=201,
    problems=(400, 404, 422, 503),
)
CONVERSATION = "/v1/conversations/{conversation_id}"
PARAMETERS = (path_id("conversation_id"),)
TRANSCRIPT = Operation(
    "GET",
    CONVERSATION,
    "Read what was said in a conversation",
    response=ConversationResponse,
    parameters=PARAMETERS,
    problems=(404, 422, 503),
)
FORGET = Operation(
    "DELETE",
    CONVERSATION,
    "Erase a conversation",
    status=204,
    parameters=PARAMETERS,
    problems=(422, 503),
)
OPERATIONS = (ANSWER, FEEDBACK, TRANSCRIPT, FORGET)


def make_handler(
    answerer: Answerer, feedback: FeedbackTaker, conversations: Conversations
) -> Handler:
    """Return the Lambda handler that serves this answerer."""

    def answer(call: Call) -> Reply:
        request = call.body(AnswerRequest)
        found = answerer.answer(request.to_question())
        return json_reply(AnswerResponse.of(found, explain=request.explain))

    def take_feedback(call: Call) -> Reply:
        request = call.body(FeedbackRequest)
        kept = feedback.take(
            request.answer_id,
            helpful=request.helpful,
            resolved=request.resolved,
            correction=request.correction,
        )
        return json_reply(
            FeedbackResponse(answer_id=kept.answer_id, status="kept"), FEEDBACK.status
        )

    def transcript(call: Call) -> Reply:
        return json_reply(ConversationResponse.of(conversations.read(_conversation_id(call))))

    def forget(call: Call) -> Reply:
        conversations.erase(_conversation_id(call))
        return Reply(FORGET.status)

    return serve({ANSWER: answer, FEEDBACK: take_feedback, TRANSCRIPT: transcript, FORGET: forget})


def _conversation_id(call: Call) -> str:
    return fields.identifier(call.path, "conversation_id")
