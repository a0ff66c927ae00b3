"""POST /v1/answers and /v1/feedback."""

from aws_lambda_powertools.event_handler import Response

from answer.messages import AnswerRequest, AnswerResponse, FeedbackRequest, FeedbackResponse
from concierge.answering.answerer import Answerer, FeedbackTaker
from concierge.http import Handler, Operation, json_response, new_api, observed, parse_body

OPERATIONS = (
    Operation(
        "POST",
        "/v1/answers",
        "Answer a question from the shop's knowledge",
        AnswerRequest,
        AnswerResponse,
        problems=(400, 404, 422, 503),
    ),
    Operation(
        "POST",
        "/v1/feedback",
        "Say whether an answer helped",
        FeedbackRequest,
        FeedbackResponse,
        status=201,
        problems=(400, 404, 422, 503),
    ),
)


def make_handler(answerer: Answerer, feedback: FeedbackTaker) -> Handler:
    """Return the Lambda handler that serves this answerer."""
    api = new_api()

    @api.post("/v1/answers")
    def answer() -> Response[str]:
        request = parse_body(api, AnswerRequest)
        found = answerer.answer(request.to_question())
        return json_response(AnswerResponse.of(found, explain=request.explain))

    @api.post("/v1/feedback")
    def take_feedback() -> Response[str]:
        request = parse_body(api, FeedbackRequest)
        kept = feedback.take(
            request.answer_id,
            helpful=request.helpful,
            resolved=request.resolved,
            correction=request.correction,
        )
        return json_response(FeedbackResponse(answer_id=kept.answer_id), 201)

    return observed(api.resolve)
