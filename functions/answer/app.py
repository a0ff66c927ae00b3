"""POST /v1/answers and /v1/feedback."""

from answer.messages import AnswerRequest, AnswerResponse, FeedbackRequest, FeedbackResponse
from concierge.answering.answerer import Answerer
from concierge.answering.feedback import FeedbackTaker
from concierge.http import Call, Handler, Operation, Reply, json_reply, serve

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
OPERATIONS = (ANSWER, FEEDBACK)


def make_handler(answerer: Answerer, feedback: FeedbackTaker) -> Handler:
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

    return serve({ANSWER: answer, FEEDBACK: take_feedback})
